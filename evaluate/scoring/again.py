"""Parts of a scoring run again: some rows, some parents, by the weights and whatever else the run learned."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.scoring.aggregated import aggregate
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.normalised import Normalised, normalise
from evaluate.scoring.population import Population
from evaluate.scoring.scores import Scores
from indicators.structure import TOP, Structure

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Group:
    """The units of one type that are scored in one year."""

    kind: str
    year: int
    at: Rows
    """Their rows of the population, by unit."""
    structure: Structure


def groups(scores: Scores, year: int | None = None) -> list[Group]:
    """Return the scored units of a year, the rank year when absent, by type; types without any are left out."""
    rows = scores.rows
    when = scores.values.panel.rank if year is None else year
    found = []
    for kind, structure in rows.structures.items():
        at = np.flatnonzero(rows.scored & (rows.year == when) & (rows.type == kind))
        if len(at):
            found.append(Group(kind, when, at, structure))
    return found


def ancestors(structure: Structure, code: str) -> tuple[str, ...]:
    """Return the parents above an item, the nearest first and the composite last.

    >>> tree = Structure({"d": ("a", "b"), TOP: ("d",)}, {"d": (0.5, 0.5), TOP: (1.0,)}, {"a": 1, "b": 1, "d": 2})
    >>> ancestors(tree, "a")
    ('d', 'composite')
    """
    parent_of = {child: parent for parent, children in structure.children.items() for child in children}
    out: list[str] = []
    while code in parent_of:
        code = parent_of[code]
        out.append(code)
    return tuple(out)


def branch(structure: Structure, code: str) -> Structure:
    """Return the part of a structure that a change of one item goes through: its parents, with all their children."""
    kept = ancestors(structure, code)
    return Structure(
        {parent: structure.children[parent] for parent in kept},
        {parent: structure.given[parent] for parent in kept},
        structure.level,
    )


def aggregations(scores: Scores, structure: Structure) -> list[Any]:
    """Return the aggregation to each parent of a structure."""
    chosen = scores.methodology.aggregation
    return [chosen.of(parent, lowest=structure.lowest(parent)) for parent in structure.children]


def learns(scores: Scores, structure: Structure) -> bool:
    """Return whether some aggregation of a structure looks at the reference population."""
    return any(way.learns for way in aggregations(scores, structure))


def tree_of(scores: Scores, kind: str, year: int) -> Mapping[str, Mapping[str, float]]:
    """Return the weights by parent and child that hold for one type in one year."""
    rows, weights = scores.rows, scores.fitted.weights
    at = (rows.type == kind) & (rows.year == year)
    for scope in rows.scopes(scores.methodology.normalisation.reference, scores.fitted, weights):
        if (scope.apply & at).any() and kind in weights.get(scope.key, {}):
            return weights[scope.key][kind]
    return {}


def some_rows(rows: Population, at: Rows, structures: Mapping[str, Structure]) -> Population:
    """Return some rows of a population, which may repeat, all of them to be scored, without their values."""
    count = len(at)
    return Population(
        values=rows.values, unit=rows.unit[at], year=rows.year[at], type=rows.type[at],
        scored=np.ones(count, dtype=bool), fit_baseline=np.zeros(count, dtype=bool),
        columns={}, structures=dict(structures),
    )  # fmt: skip


def score_of(scores: Scores, group: Group, code: str, at: Rows, values: Array) -> Array:
    """Return the scores that values of one indicator get in given rows, by what the run learned.

    `at`: rows of the population, (n,), which may repeat. `values`: in the unit of measure, (n,), NaN where missing.
    """
    rows = some_rows(scores.rows, at, {group.kind: group.structure})
    rows.columns[code] = values
    return normalise(rows, scores.methodology, scores.fitted, _forgotten(scores)).columns[code]


def composite_of(
    scores: Scores, group: Group, at: Rows, columns: Mapping[str, Array], structure: Structure
) -> Array:  # fmt: skip
    """Return the composites, before any veto, that scores give in given rows, by what the run learned.

    `columns`: scores of every child in `structure` that is no parent in it, (n,).
    """
    rows = some_rows(scores.rows, at, {group.kind: structure})
    return aggregate(rows, Normalised(dict(columns), [], []), scores.methodology, scores.fitted).columns[TOP]


def changed(scores: Scores, group: Group, code: str, at: Rows, new: Array) -> Array:
    """Return the composites, before any veto, with other scores of one indicator and all else as it was."""
    part = branch(group.structure, code)
    columns = {
        child: scores.columns[child][at]
        for own in part.children.values()
        for child in own
        if child not in part.children
    }
    return composite_of(scores, group, at, {**columns, code: new}, part)


def used_weights(scores: Scores, group: Group) -> dict[str, Array]:
    """Return the effective weight of every dimension and indicator in each row of a group, (n,).

    Weights of children without a score go to their siblings, as in the scoring.
    """
    tree, out = tree_of(scores, group.kind, group.year), {TOP: np.ones(len(group.at))}
    for parent in reversed(list(group.structure.children)):
        children = group.structure.children[parent]
        there = np.column_stack([np.isfinite(scores.columns[child][group.at]) for child in children])
        own = there * np.array([tree.get(parent, {}).get(child, 0.0) for child in children])
        total = own.sum(axis=1, keepdims=True)
        shared = np.divide(own, total, out=np.zeros_like(own), where=total > 0)
        for place, child in enumerate(children):
            out[child] = out[parent] * shared[:, place]
    return out


def caps(scores: Scores, at: Rows, code: str = "", values: Array | None = None) -> Array:
    """Return the most that vetoes leave to the composite in given rows, (n,); infinite where none holds.

    `code` with `values`: an indicator that is taken to have other values.
    """
    rows, panel = scores.rows, scores.values.panel
    years = np.searchsorted(panel.years, rows.year[at])
    out = np.full(len(at), np.inf)
    for named, veto in scores.methodology.veto.items():
        found = scores.values.indicators.get(named)
        column = (found if found is not None else scores.values.variables[named])[rows.unit[at], years]
        if named == code and values is not None:
            column = values
        with np.errstate(invalid="ignore"):
            held = np.zeros(len(at), dtype=bool)
            if veto.above is not None:
                held |= column > veto.above
            if veto.below is not None:
                held |= column < veto.below
        out = np.where(held, np.minimum(out, float(veto.cap)), out)
    return out


def _forgotten(scores: Scores) -> Fitted:
    """Return a record to write into that nobody reads."""
    return Fitted(scores.fitted.framework, scores.fitted.methodology, scores.fitted.through)
