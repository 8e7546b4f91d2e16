"""The stages of scoring in a replicate, each kept for the settings that it depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.methods.base import Array
from evaluate.methods.weighting import Given
from evaluate.robustness.choices import with_options
from evaluate.robustness.data import Data
from evaluate.robustness.inputs import Inputs
from evaluate.scoring.aggregated import Aggregated, Weights, aggregate
from evaluate.scoring.fitted import Fitted, learning_methods
from evaluate.scoring.normalised import Normalised, normalise
from evaluate.scoring.population import Population, kind_of, population
from evaluate.scoring.score import vetoes
from evaluate.scoring.scores import Scores
from evaluate.scoring.values import Values
from indicators.structure import TOP, rescaled


@dataclass(frozen=True)
class Setting:
    """What a replicate drew, noise of the weights aside."""

    options: tuple[int, ...]
    """Options of the choices, of the sources, of what is left out, as `Inputs.counts` lists them."""
    position: int = -1
    """Which number of each stream of errors; −1 without errors."""


@dataclass(frozen=True)
class Combination:
    """The stages under one setting."""

    rows: Population
    normalised: Normalised
    aggregated: Aggregated
    methodology: Methodology
    relearns: bool
    """Whether an aggregation above the lowest learns from scores that hang on the weights."""

    def positions(self, unit: NDArray[np.intp], year: NDArray[np.int_]) -> NDArray[np.intp]:
        """Return the rows of unit-years."""
        working = np.unique(self.rows.year)
        return np.asarray(unit * len(working) + np.searchsorted(working, year))

    def scored(self, at: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return which of some rows are scored."""
        return self.rows.scored[at] & np.isfinite(self.aggregated.columns[TOP][at])

    def caps(self, at: NDArray[np.intp]) -> Array | None:
        """Return the most that the composites of some rows can be by the vetoes; None without any."""
        if not self.methodology.veto:
            return None
        return vetoes(self.rows, self.methodology, self.rows.scored, np.full(len(self.rows.unit), np.inf))[0][at]

    def scope(self, kind: str, year: int) -> str:
        """Return the scope whose weights hold for a type and year."""
        for scope, kinds in self.aggregated.weights.items():
            if kind in kinds and (not scope.startswith("year:") or scope == f"year:{year}"):
                return scope
        raise KeyError(kind)

    def reweighted(self, scope: str, weights: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Array:
        """Return the composites of all rows under other weights (by type, parent, child), all else learned anew."""
        structures = {}
        for kind, structure in self.rows.structures.items():
            tree = weights.get(kind, {})
            given = {
                parent: tuple(tree[parent][child] for child in children) if parent in tree else structure.given[parent]
                for parent, children in structure.children.items()
            }
            structures[kind] = replace(structure, given=given)
        rows = replace(self.rows, structures=structures)
        if scope.startswith("year:"):
            rows = replace(rows, scored=rows.scored & (rows.year == int(scope.partition(":")[2])))
        plain = self.methodology.weighting.model_copy(
            update={"indicators": Given(), "dimensions": Given(), "parents": {}}
        )
        chosen = self.methodology.model_copy(update={"weighting": plain})
        return aggregate(rows, self.normalised, chosen, None).columns[TOP]


class Stages:
    """Runs the stages of a setting; what several settings share is computed once."""

    def __init__(self, base: Scores, inputs: Inputs, seed: int, fitted: Fitted | None) -> None:
        self.base, self.inputs, self.fitted = base, inputs, fitted
        self.data = Data(base.values, inputs, seed, fitted)
        self._methodologies: dict[tuple[int, ...], Methodology] = {}
        self._populations: dict[str, tuple[Population, Fitted]] = {}
        self._columns: dict[tuple[str, bytes, bytes], dict[str, tuple[Array, Array]]] = {}

    def run(self, setting: Setting) -> Combination:
        """Return the stages of a setting. Errors: an `InputError` that makes the replicates of the setting fail."""
        count = len(self.inputs.choices)
        methodology = self.methodology(setting.options[:count])
        sources = setting.options[count : count + len(self.inputs.sources)]
        left = (None, *self.inputs.leave_out)[setting.options[-1]] if self.inputs.leave_out else None
        own = _without(self.fitted, left) if self.fitted is not None and left is not None else self.fitted
        fitted = weights_fitted = own
        weighing = methodology
        if own is not None:
            now = learning_methods(methodology)
            changed = {key for key in {*now, *own.methodology} if now.get(key) != own.methodology.get(key)}
            if not all(key.startswith(("weighting.", "aggregation.")) for key in changed):
                # what was not fitted has to be learned from these data
                methodology, fitted = _relearning(methodology, own), None
            if changed or (left is not None and _learns(weighing)):
                weighing, weights_fitted = _relearning(methodology, own), None
        rows, learned = self._population(methodology, fitted, setting.position, sources, left)
        normalised = self._normalise(rows, methodology, fitted, learned, setting.position, sources)
        aggregated = aggregate(rows, normalised, weighing, weights_fitted)
        relearns = weights_fitted is None and any(
            weighing.aggregation.of(parent, lowest=False).learns
            for structure in rows.structures.values()
            for parent in structure.children
            if not structure.lowest(parent)
        )
        return Combination(rows, normalised, aggregated, weighing, relearns)

    def methodology(self, options: tuple[int, ...]) -> Methodology:
        """Return the methodology with the drawn options in place."""
        if options not in self._methodologies:
            self._methodologies[options] = with_options(self.base.methodology, self.inputs.choices, options)
        return self._methodologies[options]

    def _population(
        self, methodology: Methodology, fitted: Fitted | None, position: int, sources: tuple[int, ...], left: str | None
    ) -> tuple[Population, Fitted]:
        stated = [methodology.imputation, methodology.coverage, methodology.references, fitted is None, sources, left]
        key = "|".join(map(str, stated))
        if position < 0 and key in self._populations:
            return self._populations[key]
        values = self.data.values(methodology.imputation, sources, position, left)
        if position >= 0 and not methodology.imputation.across_units:
            known, learned = self._population(methodology, fitted, -1, sources, left)
            if (rows := _with_values(known, values)) is not None:
                return rows, learned
        learned = Fitted.start(values.framework, methodology, values.panel.scored[-1])
        found = population(values, methodology, fitted, learned), learned
        if position < 0:
            self._populations[key] = found
        return found

    def _normalise(
        self, rows: Population, methodology: Methodology, fitted: Fitted | None, learned: Fitted,
        position: int, sources: tuple[int, ...],
    ) -> Normalised:  # fmt: skip
        """Return the scores of the indicators; again only where what they need differs."""
        stated = [methodology.normalisation, methodology.outliers, methodology.overrides, fitted is None]
        # the methodology writes what an override states, not what it takes over
        key = ("|".join(map(str, stated)), rows.scored.tobytes(), rows.fit_baseline.tobytes())
        kept = self._columns.setdefault(key, {})
        found = {
            code: kept[code][1]
            for code, column in rows.columns.items()
            if code in kept and np.array_equal(kept[code][0], column, equal_nan=True)
        }
        missing = {code: column for code, column in rows.columns.items() if code not in found}
        if missing:
            fresh = normalise(replace(rows, columns=missing), methodology, fitted, learned).columns
            for code, scores in fresh.items():
                if position < 0 or code not in kept:
                    kept[code] = (missing[code], scores)
            found |= fresh
        return Normalised({code: found[code] for code in rows.columns}, [], [])


def _with_values(known: Population, values: Values) -> Population | None:
    """Return a population with other values; None if a value came or went, so that coverage must be looked at again."""
    years = np.searchsorted(values.panel.years, np.unique(known.year))
    columns = dict(known.columns)
    for code, matrix in values.indicators.items():
        before = known.values.indicators[code]
        if matrix is before:
            continue
        if (np.isfinite(matrix) != np.isfinite(before)).any():
            return None
        if code in columns:
            columns[code] = np.where(np.isnan(columns[code]), np.nan, matrix[:, years].reshape(-1))
    return replace(known, values=values, columns=columns)


def _learns(methodology: Methodology) -> bool:
    return any(method.learns for method in methodology.aggregation.chosen)


def _without(fitted: Fitted, left: str) -> Fitted:
    """Return what was fitted without an indicator, the weights of its siblings rescaled."""

    def pruned(own: dict[str, float]) -> dict[str, float]:
        kept = {child: weight for child, weight in own.items() if child != left}
        return dict(zip(kept, rescaled(list(kept.values())), strict=True))

    weights: Weights = {
        scope: {kind: {parent: pruned(own) for parent, own in tree.items()} for kind, tree in kinds.items()}
        for scope, kinds in fitted.weights.items()
    }
    dropped = [code for code in fitted.dropped if code != left]
    return replace(fitted, weights=weights, dropped=dropped)


def _relearning(methodology: Methodology, fitted: Fitted) -> Methodology:
    """Return the methodology with the kind of reference that the fitted run had."""
    kind = kind_of(list(fitted.weights))
    plain = methodology.to_dict(with_none=True)
    choices: Sequence[Any] = [
        plain["normalisation"],
        *(entry.get("normalisation") for entry in plain["overrides"].values()),
    ]
    for choice in choices:
        if choice and isinstance(choice.get("reference"), dict):
            choice["reference"] = kind
    return Methodology.model_validate(plain)
