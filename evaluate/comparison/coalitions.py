"""Composites of mixtures of two runs: the data of one, the weights of the other; by the stages of the scoring."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from evaluate.comparison.edition import Edition
from evaluate.comparison.ground import Ground
from evaluate.comparison.sameness import FACTORS, differing
from evaluate.comparison.shapley import Block
from evaluate.methodology import Methodology
from evaluate.methods.base import Array, Learned
from evaluate.scoring.aggregated import Details, Weights, aggregate
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.normalised import Normalised, normalise
from evaluate.scoring.population import Population, kind_of
from evaluate.scoring.score import vetoes
from indicators.errors import InputError
from indicators.structure import TOP, Structure

State = tuple[int, ...]
"""Whose data, weights, normalisation and aggregation: 0 the first run's, 1 the second's."""

UNCAPPED = 1e300
"""The cap of a unit that no veto holds for."""


@dataclass(frozen=True)
class Mixture:
    """What a mixture gives for the compared units, in their order."""

    state: State
    scores: dict[str, Array]
    """Scores of the indicators, (n,), NaN where missing."""
    composite: Array
    weights: Weights
    learned: Details
    cap: Array
    """The most that vetoes let the composite be, (n,)."""
    year: int

    def at(self, kind: str) -> tuple[dict[str, dict[str, float]], dict[str, Learned]]:
        """Return weights and what aggregations learned, by parent, as they hold for a type in the compared year."""
        scope = _scope(self.weights, kind, self.year)
        return self.weights[scope][kind], self.learned.get(scope, {}).get(kind, {})


def _scope(weights: Weights, kind: str, year: int) -> str:
    reference = kind_of(list(weights))
    return {"year": f"year:{year}", "type": f"type:{kind}"}.get(reference, reference)


class Mixtures:
    """Every mixture of two runs, computed once when it is first asked for."""

    def __init__(self, a: Edition, b: Edition, ground: Ground) -> None:
        self.editions, self.ground = (a, b), ground
        self.players: tuple[str, ...] = differing(a, b, ground)
        """The factors in which the runs differ."""
        self._rows: dict[tuple[int, int], Population] = {}
        self._normalised: dict[tuple[int, int], Normalised] = {}
        self._caps: dict[tuple[int, int], Array] = {}
        self._found: dict[State, Mixture | None] = {}

    def state(self, second: Block) -> State:
        """Return whose factors hold when those named are the second run's; what does not differ follows the others."""
        own = {name: int(name in second) for name in self.players}
        data = next((own[name] for name in ("data", "normalisation", "weights", "aggregation") if name in own), 0)
        return tuple(own.get(name, data) for name in FACTORS)

    def of(self, second: Block) -> Mixture | None:
        """Return the mixture in which the factors named are the second run's; None if it cannot be computed."""
        return self._of(self.state(second))

    def _of(self, state: State) -> Mixture | None:
        if state not in self._found:
            try:
                self._found[state] = self._mix(state)
            except InputError:
                # such as a geometric mean of scores that may be 0 in the other run
                self._found[state] = None
        return self._found[state]

    def _mix(self, state: State) -> Mixture | None:
        data, weights, normal, aggregation = state
        if not self.ground.same_tree and weights != aggregation:
            return None
        edition, rows = self.editions[data], self.rows(data, normal)
        structures = self.ground.structures[weights]
        rows = replace(rows, structures={kind: structures[kind] for kind in rows.structures})
        methodology = self._methodology(state)
        normalised = self.normalised(data, normal)
        if len(set(state)) == 1:
            fitted = self._recorded(data, methodology)
        elif self.editions[weights].fixed:
            if _learning(methodology, structures):
                return None
            fitted = replace(self.editions[weights].weights(structures), aggregation={})
        else:
            fitted = None
        found = aggregate(rows, normalised, methodology, fitted)
        at = self.ground.rows[data]
        cap = self.cap(data, aggregation)
        return Mixture(
            state=state,
            scores={code: column[at] for code, column in normalised.columns.items()},
            composite=np.minimum(found.columns[TOP][at], cap),
            weights=found.weights,
            learned=found.learned,
            cap=cap,
            year=edition.year,
        )

    def _recorded(self, side: int, methodology: Methodology) -> Fitted | None:
        """Return what a run learned; where its tree was cut and its aggregations learned, they learn again."""
        structures = self.ground.structures[side]
        if self.ground.cut[side] and _learning(methodology, structures):
            return None
        return self.editions[side].weights(structures)

    def _methodology(self, state: State) -> Methodology:
        _, weights, normal, aggregation = state
        methods = [edition.methodology for edition in self.editions]
        reference = self.editions[normal].reference
        if reference == "baseline":
            reference = "pooled"
        chosen = methods[normal]
        return chosen.model_copy(update={
            "normalisation": chosen.normalisation.model_copy(update={"reference": reference}),
            "weighting": methods[weights].weighting,
            "aggregation": methods[aggregation].aggregation,
            "veto": methods[aggregation].veto,
        })  # fmt: skip

    def rows(self, data: int, terms: int) -> Population:
        """Return the population of one run in the units of measure of the framework of one."""
        if (data, terms) not in self._rows:
            framework, structures = self.editions[terms].framework, self.ground.structures[terms]
            self._rows[data, terms] = self.editions[data].population(framework, structures)
        return self._rows[data, terms]

    def normalised(self, data: int, normal: int) -> Normalised:
        """Return the values of one run, treated and normalised as in one: as recorded, else learned anew."""
        if (data, normal) not in self._normalised:
            rows, edition = self.rows(data, normal), self.editions[normal]
            if data == normal:
                found = edition.recorded(rows)
            else:
                methodology = edition.methodology
                # what an earlier run fixed, or a baseline year taught that the tables do not hold, stays as it is
                stays = edition.fixed or "baseline" in methodology.references
                start = Fitted.start(rows.values.framework, methodology, edition.year)
                found = normalise(rows, methodology, edition.fitted if stays else None, start)
                found = Normalised(
                    {c: np.where(rows.scored, column, np.nan) for c, column in found.columns.items()}, [], []
                )
            self._normalised[data, normal] = found
        return self._normalised[data, normal]

    def cap(self, data: int, aggregation: int) -> Array:
        """Return the most that the vetoes of one run let the composites of another be."""
        if (data, aggregation) not in self._caps:
            methodology = self.editions[aggregation].methodology
            rows = self.editions[data].untreated(self.rows(data, aggregation), tuple(methodology.veto))
            found, _, _ = vetoes(rows, methodology, rows.scored, np.full(len(rows.unit), UNCAPPED))
            self._caps[data, aggregation] = found[self.ground.rows[data]]
        return self._caps[data, aggregation]

    def whole(self, side: int) -> Array:
        """Return the composites of one run with every indicator of its own, from its own record alone."""
        edition, ground = self.editions[side], self.ground
        if not ground.cut[side]:
            found = self._of((side, side, side, side))
            assert found is not None
            return found.composite
        structures = {kind: edition.structure(kind) for kind in edition.kinds}
        rows = edition.population(edition.framework, structures)
        made = aggregate(rows, edition.recorded(rows), edition.methodology, edition.fitted)
        return np.minimum(made.columns[TOP][ground.rows[side]], self.cap(side, side))


def _learning(methodology: Methodology, structures: dict[str, Structure]) -> bool:
    return any(method_of(methodology, tree, parent).learns for tree in structures.values() for parent in tree.children)


def method_of(methodology: Methodology, tree: Structure, parent: str) -> Any:
    """Return the aggregation to a parent."""
    return methodology.aggregation.of(parent, lowest=tree.lowest(parent))
