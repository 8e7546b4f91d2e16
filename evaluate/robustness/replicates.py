"""Replicates: ranks within type in the rank year under drawn choices and disturbed weights.

Every distinct combination of options is normalised once; all its replicates are aggregated together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.methods.base import Array
from evaluate.robustness.choices import Choice, draw_noise, draw_options, with_options
from evaluate.scoring.aggregated import Aggregated, aggregate
from evaluate.scoring.fitted import Fitted, learning_methods
from evaluate.scoring.normalised import Normalised, normalise
from evaluate.scoring.population import Population, kind_of, population
from evaluate.scoring.ranking import ranks_within
from evaluate.scoring.score import vetoes
from evaluate.scoring.scores import Scores
from evaluate.scoring.values import Values, indicator_values
from indicators.errors import Fault, InputError
from indicators.structure import TOP

_BYTES = 64_000_000
"""How large an array of one batch may be."""


@dataclass(frozen=True)
class Failure:
    """Why replicates failed, and how many."""

    reasons: tuple[Fault, ...]
    count: int

    def said(self, language: str) -> str:
        """Return the reason in a language."""
        return " ".join(reason.message(language) for reason in self.reasons)


@dataclass(frozen=True)
class Replicates:
    """Ranks within type by replicate and unit; 0 where the unit was not scored in a replicate."""

    units: NDArray[Any]
    """Codes of the units that are scored in the rank year."""
    types: NDArray[Any]
    ranks: NDArray[np.int_]
    """(succeeded replicates, units)."""
    runs: int
    failures: "dict[str, Failure]"
    """Failed replicates, by the reason in English."""


def replicate(
    base: Scores, choices: Sequence[Choice], runs: int, seed: int, noise: float, fitted: Fitted | None = None
) -> Replicates:
    """Rank the units of `base` again in every replicate."""
    year = base.values.panel.rank
    at = np.flatnonzero(base.rows.scored & (base.rows.year == year))
    units, types = base.rows.codes[at], base.rows.type[at]
    codes = [*base.framework.dimensions(), *base.framework.indicators]
    factors = draw_noise(codes, runs, seed, noise)
    options = draw_options(choices, runs, seed)
    ranks = np.full((runs, len(units)), -1, dtype=np.int32)
    failures: dict[str, Failure] = {}
    stages = _Stages(base, fitted)
    for picked, members in _combinations(options):
        try:
            methodology = with_options(base.methodology, choices, picked)
            combination = stages.run(methodology)
            composite = _composites(combination, methodology, base, year, members, factors)
        except InputError as error:
            _count(failures, error.faults, len(members))
            continue
        whole = ~(np.isnan(composite) & combination.scored_of(base, year)).any(axis=1)
        if not whole.all():
            _count(failures, (Fault("robustness.no_composite"),), int((~whole).sum()))
        ranks[members[whole]] = ranks_within(composite[whole], types)
    return Replicates(units, types, ranks[ranks.min(axis=1, initial=0) >= 0], runs, failures)


def _count(failures: dict[str, Failure], reasons: tuple[Fault, ...], count: int) -> None:
    failure = Failure(reasons, count)
    key = failure.said("en")
    failures[key] = Failure(reasons, count + (failures[key].count if key in failures else 0))


def _combinations(options: NDArray[np.int_]) -> Iterator[tuple[tuple[int, ...], NDArray[np.intp]]]:
    """Yield each distinct combination of options with the replicates that drew it."""
    if options.shape[1] == 0:
        yield (), np.arange(len(options))
        return
    distinct, belongs = np.unique(options, axis=0, return_inverse=True)
    for number, picked in enumerate(distinct):
        yield tuple(int(p) for p in picked), np.flatnonzero(belongs.reshape(-1) == number)


@dataclass(frozen=True)
class _Combination:
    rows: Population
    aggregated: Aggregated

    def positions(self, base: Scores, year: int) -> NDArray[np.intp]:
        """Return the rows of this combination that are the scored units of the base in the rank year."""
        wanted = base.rows.unit[base.rows.scored & (base.rows.year == year)]
        mine = np.flatnonzero(self.rows.year == year)
        return np.asarray(mine[np.searchsorted(self.rows.unit[mine], wanted)])

    def scored_of(self, base: Scores, year: int) -> NDArray[np.bool_]:
        """Return which of these rows are scored in this combination, too."""
        at = self.positions(base, year)
        return self.rows.scored[at] & np.isfinite(self.aggregated.columns[TOP][at])


class _Stages:
    """The stages of scoring, each kept for the settings that it depends on."""

    def __init__(self, base: Scores, fitted: Fitted | None) -> None:
        self.base, self.fitted = base, fitted
        self.values: dict[str, Values] = {}
        self.populations: dict[str, tuple[Population, Fitted]] = {}
        self.normalised: dict[str, Normalised] = {}

    def run(self, methodology: Methodology) -> _Combination:
        fitted = weights_fitted = self.fitted
        weighing = methodology
        if fitted is not None:
            now = learning_methods(methodology)
            changed = {key for key in {*now, *fitted.methodology} if now.get(key) != fitted.methodology.get(key)}
            if not all(key.startswith(("weighting.", "aggregation.")) for key in changed):
                # what was not fitted has to be learned from these data
                methodology, fitted = _relearning(methodology, fitted), None
            if changed:
                weighing, weights_fitted = _relearning(methodology, self.fitted), None  # type: ignore[arg-type]
        plain = methodology.to_dict(with_none=True)
        kept = [str(plain[k]) for k in ("imputation", "coverage", "normalisation", "outliers", "overrides")]
        first = kept[0]
        second = "|".join([*kept[:2], str(methodology.references), str(fitted is None)])
        third = "|".join([*kept, str(fitted is None)])
        if first not in self.values:
            panel, framework = self.base.values.panel, self.base.framework
            through = self.fitted.through if self.fitted else None
            self.values[first] = indicator_values(panel, framework, methodology.imputation, through)
        learned = Fitted.start(self.base.framework, methodology, self.base.values.panel.scored[-1])
        if second not in self.populations:
            self.populations[second] = (population(self.values[first], methodology, fitted, learned), learned)
        rows = self.populations[second][0]
        if third not in self.normalised:
            self.normalised[third] = normalise(rows, methodology, fitted, learned)
        return _Combination(rows, aggregate(rows, self.normalised[third], weighing, weights_fitted))


def _relearning(methodology: Methodology, fitted: Fitted) -> Methodology:
    """Return the methodology with the kind of reference that the fitted run had."""
    kind = kind_of(list(fitted.weights))
    plain = methodology.to_dict(with_none=True)
    for choice in [
        plain["normalisation"],
        *(entry.get("normalisation") for entry in plain["overrides"].values()),
    ]:
        if choice and isinstance(choice.get("reference"), dict):
            choice["reference"] = kind
    return Methodology.model_validate(plain)


def _composites(
    combination: _Combination, methodology: Methodology, base: Scores, year: int,
    members: NDArray[np.intp], factors: dict[str, Array],
) -> Array:  # fmt: skip
    """Return the composites of the base's units, (members, units), NaN where not scored in this combination."""
    rows = combination.rows
    at = combination.positions(base, year)
    scored = combination.scored_of(base, year)
    caps = vetoes(rows, methodology, rows.scored, np.full(len(rows.unit), np.inf))[0][at]
    out = np.full((len(members), len(at)), np.nan)
    widest = max(len(c) for s in rows.structures.values() for c in s.children.values())
    size = max(1, _BYTES // (8 * max(1, len(at)) * widest))
    for start in range(0, len(members), size):
        batch = members[start : start + size]
        for kind in rows.structures:
            mine = np.flatnonzero((rows.type[at] == kind) & scored)
            if len(mine):
                out[start : start + len(batch), mine] = _aggregate_type(
                    combination, methodology, kind, at[mine], year, batch, factors
                )
    return np.asarray(np.minimum(out, caps))


def _aggregate_type(
    combination: _Combination, methodology: Methodology, kind: str,
    at: NDArray[np.intp], year: int, batch: NDArray[np.intp], factors: dict[str, Array],
) -> Array:  # fmt: skip
    rows, columns = combination.rows, combination.aggregated.columns
    nominal = _nominal(combination.aggregated, kind, year)
    structure = rows.structures[kind]
    found: dict[str, Array] = {}
    for parent, children in structure.children.items():
        weights = np.array([nominal[parent][child] for child in children])
        noisy = weights * np.column_stack([factors[child][batch] for child in children])
        noisy = noisy / noisy.sum(axis=1, keepdims=True)
        if structure.lowest(parent):
            method: Any = methodology.aggregation.indicators
            scores = np.column_stack([columns[child][at] for child in children])
        else:
            method = methodology.aggregation.dimensions
            scores = np.stack([found[child] for child in children], axis=-1)
        found[parent] = method.aggregate(scores, noisy)
        if method.positive_only:
            # a mean of positive scores has no value where disturbed weights made one of them ≤ 0
            found[parent] = np.where((scores <= 0).any(axis=-1), np.nan, found[parent])
    return found[TOP]


def _nominal(aggregated: Aggregated, kind: str, year: int) -> dict[str, dict[str, float]]:
    for scope, kinds in aggregated.weights.items():
        if kind in kinds and (not scope.startswith("year:") or scope == f"year:{year}"):
            return kinds[kind]
    raise KeyError(kind)
