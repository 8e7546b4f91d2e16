"""What replicates say of each unit: rank interval, probabilities, and the tier of units that it shares."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.robustness.draws import Draws, draw
from evaluate.robustness.inputs import Inputs, read_inputs
from evaluate.robustness.probabilities import ACCEPTABILITY, PAIRWISE, acceptability, pairwise, staying_on_top
from evaluate.robustness.replicates import Replicates, run_draws, weight_codes
from evaluate.robustness.sensitivity import SENSITIVITY, SensitivityResult, sensitivity
from evaluate.robustness.shifts import mean_rank_shift
from evaluate.robustness_spec import RobustnessSpec
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.scores import Scores
from indicators.errors import Fault, fault

ROBUSTNESS = Form("robustness", {
    "unit": "text", "year": "whole", "type": "text", "rank_in_type": "whole", "median": "number", "p05": "number",
    "p95": "number", "p_first": "number", "p_top_quarter": "number", "tier": "whole", "p_top_tenth": "number",
    "mean_shift": "number",
})  # fmt: skip
FORMS = (ROBUSTNESS, ACCEPTABILITY, PAIRWISE, SENSITIVITY)
AHEAD = 0.05
"""A unit joins the tier of a leader that it is ahead of in at least this share of the replicates."""
_CHUNK = 64
"""Units whose ranks are looked at together, so that they stay in a processor's cache."""


@dataclass(frozen=True)
class Robustness:
    """A robustness analysis of the rank year or of every scored year."""

    table: pd.DataFrame
    """Columns `ROBUSTNESS`."""
    replicates: Replicates
    inputs: Inputs
    draws: Draws
    rank_in_type: NDArray[np.int_]
    """By the base methodology, in the order of the replicates' units."""
    sensitivity: SensitivityResult | None = None

    @property
    def choices(self) -> list[Any]:
        """The choices that were varied."""
        return list(self.inputs.choices)

    @cached_property
    def acceptability(self) -> pd.DataFrame:
        """Columns `ACCEPTABILITY`: rank acceptability, without the ranks that never occur."""
        return acceptability(self.replicates, self._year)

    @cached_property
    def _pairwise(self) -> tuple[pd.DataFrame, list[Fault]]:
        return pairwise(self.replicates, self.rank_in_type, self._year)

    @property
    def pairwise(self) -> pd.DataFrame:
        """Columns `PAIRWISE`: of units of one type; with many units only of neighbours in rank."""
        return self._pairwise[0]

    @cached_property
    def always_top_tenth(self) -> list[tuple[str, int]]:
        """Unit and year of those in the best tenth (rank ≤ ⌈n/10⌉) of their type in every replicate."""
        top = self.table[self.table["p_top_tenth"] == 1]
        return [(str(u), int(y)) for u, y in zip(top["unit"], top["year"], strict=True) if u not in self._missed]

    @cached_property
    def _missed(self) -> set[str]:
        return set(self.replicates.units[(self.replicates.ranks == 0).any(axis=0)])

    @cached_property
    def top_tenth(self) -> pd.DataFrame:
        """`unit, year, type, input, option, p_top_tenth`: share in the best tenth under each option of each choice."""
        return staying_on_top(self.replicates, self.inputs, self.draws, self._year)

    @cached_property
    def mean_rank_shift(self) -> Array:
        """R_S of each replicate: the mean over units of |rank − rank by the base methodology| (Saisana et al. 2005)."""
        return mean_rank_shift(self.replicates.ranks, self.rank_in_type)

    @property
    def _year(self) -> int:
        # nobody may be scored in the rank year
        return int(self.table["year"].iloc[0]) if len(self.table) else 0

    @property
    def warnings(self) -> list[Fault]:
        """What is worth knowing: failed replicates, values without an uncertainty, pairs that were left out."""
        told = [*self.replicates.warnings, *self._pairwise[1]]
        if failed := self.outcome["failed"]:
            told.append(Fault("robustness.some_failed", {"failed": failed, "runs": self.replicates.runs}))
        if self.sensitivity is not None and self.sensitivity.left_out:
            values = {"failed": self.sensitivity.left_out, "runs": self.sensitivity.runs}
            told.append(Fault("robustness.rows_left_out", values))
        return told

    @property
    def outcome(self) -> dict[str, Any]:
        """How many replicates were run, succeeded and failed, and why."""
        return self.outcome_in("en")

    def outcome_in(self, language: str) -> dict[str, Any]:
        """Return `outcome` with the reasons in a language."""
        found = outcome_of(self.replicates, language)
        return found | ({"sensitivity": self.sensitivity.outcome_in(language)} if self.sensitivity else {})

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False))


def outcome_of(replicates: Replicates, language: str) -> dict[str, Any]:
    """Return how many replicates were run, succeeded and failed, and why."""
    listed = [{"reason": f.said(language), "count": f.count} for _, f in sorted(replicates.failures.items())]
    succeeded = len(replicates.ranks)
    return {
        "runs": replicates.runs,
        "succeeded": succeeded,
        "failed": replicates.runs - succeeded,
        "failures": listed,
    }


def analyse(base: Scores, spec: RobustnessSpec, fitted: Fitted | None = None) -> Robustness:
    """Put the ranking to the test.

    `fitted`: what was handed to `score`, if anything. Errors: inputs that name nothing, no replicate succeeding.
    """
    panel = base.values.panel
    inputs = read_inputs(
        spec, base.methodology, base.framework, columns=panel.cohorts, baseline=panel.baseline is not None
    )
    draws = draw(inputs, weight_codes(base), spec.runs, spec.seed)
    years = panel.scored if spec.years == "all" else None
    replicates = run_draws(base, inputs, draws, spec.seed, years=years, fitted=fitted)
    if not len(replicates.ranks):
        raise fault("robustness.none_succeeded", reasons="; ".join(sorted(replicates.failures)))
    at = base.rows.scored & np.isin(base.rows.year, [panel.rank] if years is None else years)
    found = sensitivity(base, inputs, spec.sensitivity, spec.seed, fitted) if spec.sensitivity else None
    table = summarise(replicates, base.rank_in_type[at], panel.rank)
    return Robustness(table, replicates, inputs, draws, base.rank_in_type[at], found)


def nearest_rank(ranks: NDArray[Any], share: float) -> NDArray[np.float64]:
    """Return the nearest-rank quantile of each column of ranks (runs, n), leaving out zeros; NaN where all are.

    The quantile of m values is the ⌈share·m⌉-th smallest.

    >>> nearest_rank(np.array([[1], [2], [4], [3]]), 0.5)
    array([2.])
    """
    return _quantile(np.sort(np.ascontiguousarray(ranks.T), axis=1), (ranks > 0).sum(axis=0), share)


def _quantile(ordered: NDArray[Any], count: NDArray[np.intp], share: float) -> Array:
    """Return the nearest-rank quantile of ordered ranks (n, runs), of which `count` are above 0."""
    # 0.05 of 1000 is the 50th value, whatever floating point makes of the product
    position = np.clip(np.ceil(share * count - 1e-9).astype(int) - 1, 0, None)
    at = np.minimum(ordered.shape[1] - count + position, ordered.shape[1] - 1)
    return np.where(count > 0, ordered[np.arange(len(ordered)), at].astype(float), np.nan)


def summarise(replicates: Replicates, rank_in_type: NDArray[np.int_], year: int) -> pd.DataFrame:
    """Return the table of a robustness analysis, one row a unit and year; `year`: where one year is analysed."""
    runs, width = replicates.ranks.shape
    groups = replicates.groups
    size = np.bincount(groups, minlength=1)[groups] if width else groups
    by_unit = np.ascontiguousarray(replicates.ranks.T)
    # 16-bit ranks are sorted by radix, in one pass over their digits
    ordered = np.empty_like(by_unit)
    counts = np.zeros((4, width))
    for start in range(0, width, _CHUNK):
        part = slice(start, start + _CHUNK)
        ordered[part] = np.sort(by_unit[part], axis=1, kind="stable")
        mine = ordered[part]
        limits = [np.zeros(len(mine)), np.ones(len(mine)), np.ceil(size[part] / 4), np.ceil(size[part] / 10)]
        for row, limit in enumerate(limits):
            counts[row, part] = np.count_nonzero(mine <= limit.astype(mine.dtype)[:, None], axis=1)
    there = (runs - counts[0]).astype(int)
    within = (counts - counts[0]) / np.maximum(there, 1)
    mean = by_unit.sum(axis=1, dtype=float) / np.where(there > 0, there, np.nan)
    table = pd.DataFrame({
        "unit": replicates.units,
        "year": year if replicates.years is None else replicates.years,
        "type": replicates.types,
        "rank_in_type": rank_in_type,
        "median": _quantile(ordered, there, 0.5),
        "p05": _quantile(ordered, there, 0.05),
        "p95": _quantile(ordered, there, 0.95),
        "p_first": within[1],
        "p_top_quarter": within[2],
    })  # fmt: skip
    tiers = np.zeros(width, dtype=int)
    for group in range(groups.max(initial=-1) + 1):
        mine = np.flatnonzero(groups == group)
        order = np.array(sorted(mine, key=lambda i: (rank_in_type[i], replicates.units[i])))
        tiers += _tiers(by_unit, ordered, there, order)
    table["tier"] = tiers
    table["p_top_tenth"] = within[3]
    table["mean_shift"] = mean - rank_in_type
    return table.sort_values(["unit", "year"], ignore_index=True)


def _tiers(
    ranks: NDArray[Any], ordered: NDArray[Any], there: NDArray[np.int_], waiting: NDArray[np.intp]
) -> NDArray[np.int_]:
    """Place units: the leader and everybody unplaced who is ahead of it often enough share a tier; others get 0.

    `ranks` (n, runs), `ordered` the same sorted by unit, `there` how many of them are above 0; `waiting`: the units of
    one type, best first.
    """
    count, runs = ranks.shape
    out = np.zeros(count, dtype=int)
    tier, least = 0, AHEAD * runs - 1e-9
    while len(waiting):
        tier += 1
        leader, others = waiting[0], waiting[1:]
        near = others[_may_be_ahead(ordered, there, leader, others, least)]
        ahead = np.zeros(len(near))
        for start in range(0, len(near), _CHUNK):
            part = ranks[near[start : start + _CHUNK]]
            ahead[start : start + _CHUNK] = np.count_nonzero((part > 0) & (part < ranks[leader]), axis=1)
        out[leader] = out[near[ahead >= least]] = tier
        waiting = others[out[others] == 0]
    return out


def _may_be_ahead(
    ordered: NDArray[Any], there: NDArray[np.int_], leader: int, others: NDArray[np.intp], least: float
) -> NDArray[np.bool_]:
    """Return who can be ahead of the leader in `least` replicates; only for these it has to be counted.

    Whoever is ahead has a rank below t, or the leader one above t: with the leader above t in at most g replicates,
    the other is below t in at least `least` − g.
    """
    runs = ordered.shape[1]
    out = np.ones(len(others), dtype=bool)
    for spare in {0, math.floor(least / 4), math.floor(least / 2), math.floor(3 * least / 4)}:
        limit = ordered[leader, runs - 1 - max(spare, 0)]
        needed = max(math.ceil(least - spare), 1)
        # what is not scored stands first, as 0
        at = runs - there[others] + needed - 1
        out &= (at < runs) & (ordered[others, np.minimum(at, runs - 1)] < limit)
    return out
