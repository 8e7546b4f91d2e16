"""What replicates say of each unit: rank interval, probabilities, and the tier of units that it shares."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.robustness.choices import Choice, read_choices
from evaluate.robustness.replicates import Replicates, replicate
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.scores import Scores
from evaluate.spec import RobustnessSpec
from indicators.errors import fault

AHEAD = 0.05
"""A unit joins the tier of a leader that it is ahead of in at least this share of the replicates."""


@dataclass(frozen=True)
class Robustness:
    """A robustness analysis of the rank year."""

    table: pd.DataFrame
    """`unit, year, type, rank_in_type, median, p05, p95, p_first, p_top_quarter, tier`."""
    replicates: Replicates
    choices: list[Choice]

    @property
    def outcome(self) -> dict[str, Any]:
        """How many replicates were run, succeeded and failed, and why."""
        return self.outcome_in("en")

    def outcome_in(self, language: str) -> dict[str, Any]:
        """Return `outcome` with the reasons in a language."""
        failures = self.replicates.failures
        listed = [{"reason": f.said(language), "count": f.count} for _, f in sorted(failures.items())]
        succeeded = len(self.replicates.ranks)
        return {"runs": self.replicates.runs, "succeeded": succeeded, "failed": self.replicates.runs - succeeded,
                "failures": listed}  # fmt: skip

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False))


def analyse(base: Scores, spec: RobustnessSpec, fitted: Fitted | None = None) -> Robustness:
    """Put the ranking of the rank year to the test.

    `fitted`: what was handed to `score`, if anything. Errors: choices that name nothing, no replicate succeeding.
    """
    panel = base.values.panel
    choices = read_choices(
        spec.vary, base.methodology, base.framework, columns=panel.cohorts, baseline=panel.baseline is not None
    )
    replicates = replicate(base, choices, spec.runs, spec.seed, spec.weight_noise, fitted)
    if not len(replicates.ranks):
        raise fault("robustness.none_succeeded", reasons="; ".join(sorted(replicates.failures)))
    at = base.rows.scored & (base.rows.year == base.values.panel.rank)
    return Robustness(summarise(replicates, base.rank_in_type[at], base.values.panel.rank), replicates, choices)


def nearest_rank(ranks: NDArray[np.int_], share: float) -> NDArray[np.float64]:
    """Return the nearest-rank quantile of each column of ranks (runs, n), leaving out zeros; NaN where all are.

    The quantile of m values is the ⌈share·m⌉-th smallest.

    >>> nearest_rank(np.array([[1], [2], [4], [3]]), 0.5)
    array([2.])
    """
    there = ranks > 0
    count = there.sum(axis=0)
    ordered = np.sort(np.where(there, ranks, np.iinfo(np.int32).max), axis=0)
    # 0.05 of 1000 is the 50th value, whatever floating point makes of the product
    position = np.clip(np.ceil(share * count - 1e-9).astype(int) - 1, 0, None)
    picked = np.take_along_axis(ordered, position[None, :], axis=0)[0].astype(float)
    return np.where(count > 0, picked, np.nan)


def summarise(replicates: Replicates, rank_in_type: NDArray[np.int_], year: int) -> pd.DataFrame:
    """Return the table of a robustness analysis, one row a unit."""
    ranks, types = replicates.ranks, replicates.types
    count = np.maximum((ranks > 0).sum(axis=0), 1)
    size = np.array([math.ceil((types == kind).sum() / 4) for kind in types])
    table = pd.DataFrame({
        "unit": replicates.units,
        "year": year,
        "type": types,
        "rank_in_type": rank_in_type,
        "median": nearest_rank(ranks, 0.5),
        "p05": nearest_rank(ranks, 0.05),
        "p95": nearest_rank(ranks, 0.95),
        "p_first": (ranks == 1).sum(axis=0) / count,
        "p_top_quarter": ((ranks > 0) & (ranks <= size)).sum(axis=0) / count,
    })  # fmt: skip
    tiers = np.zeros(len(types), dtype=int)
    for kind in sorted(set(types)):
        mine = np.flatnonzero(types == kind)
        order = sorted(map(int, mine), key=lambda i: (rank_in_type[i], replicates.units[i]))
        tiers[mine] = _tiers(ranks, order)[mine]
    table["tier"] = tiers
    return table.sort_values("unit", ignore_index=True)


def _tiers(ranks: NDArray[np.int_], order: list[int]) -> NDArray[np.int_]:
    """Place units, best first: the leader and everybody unplaced who is ahead of it often enough share a tier."""
    out = np.zeros(ranks.shape[1], dtype=int)
    waiting, tier = np.array(order, dtype=int), 0
    least = AHEAD * len(ranks) - 1e-9
    while len(waiting):
        tier += 1
        leader = ranks[:, waiting[0]]
        ahead = ((ranks[:, waiting] > 0) & (ranks[:, waiting] < leader[:, None])).sum(axis=0)
        joined = ahead >= least
        joined[0] = True
        out[waiting[joined]] = tier
        waiting = waiting[~joined]
    return out
