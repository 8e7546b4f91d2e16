"""In which factors two runs differ: what is the same in both brings about no difference."""

from typing import Any

import numpy as np

from evaluate.comparison.edition import Edition
from evaluate.comparison.ground import Ground
from evaluate.scoring.aggregated import steady
from indicators.spec import Spec
from indicators.structure import Structure

FACTORS = ("data", "weights", "normalisation", "aggregation")
"""Whose values; how they are weighed; how they are treated and normalised; how they are aggregated and capped."""


def differing(a: Edition, b: Edition, ground: Ground) -> tuple[str, ...]:
    """Return the factors in which two runs differ on their common ground."""
    found = {"data": _data, "weights": _weights, "normalisation": _normalisation, "aggregation": _aggregation}
    return tuple(name for name in FACTORS if found[name](a, b, ground))


def _data(a: Edition, b: Edition, ground: Ground) -> bool:
    """Tell whether units, types, years or values differ; values in the units of measure of the first framework."""
    if a.results is b.results:
        return a.year != b.year
    if a.year != b.year or a.years != b.years:
        return True
    if any(not a.results.units[name].equals(b.results.units[name]) for name in ("unit", "type")):
        return True
    one, other = (edition.population(a.framework, ground.structures[0]) for edition in (a, b))
    if not np.array_equal(one.scored, other.scored):
        return True
    return any(not np.array_equal(one.columns[c], other.columns[c], equal_nan=True) for c in one.columns)


def _normalisation(a: Edition, b: Edition, ground: Ground) -> bool:
    codes = {code for trees in ground.structures for tree in trees.values() for code in tree.indicators}
    return any(_of_indicator(a, b, code, ground.kinds) for code in codes)


def _of_indicator(a: Edition, b: Edition, code: str, kinds: tuple[str, ...]) -> bool:
    """Tell whether an indicator is treated, turned or normalised in another way."""
    one, other = (_definition(edition, code, kinds) for edition in (a, b))
    if one != other:
        return True
    references = [edition.methodology.normalisation_of(code).reference for edition in (a, b)]
    if references[0] == references[1] and not a.fixed and not b.fixed:
        return False
    learned = [(e.fitted.outliers.get(code), e.fitted.normalisation.get(code)) for e in (a, b)]
    return learned[0] != learned[1]


def _definition(edition: Edition, code: str, kinds: tuple[str, ...]) -> list[Any]:
    item, methodology = edition.framework.indicators[code], edition.methodology
    method = _plain(methodology.normalisation_of(code))
    return [
        item.direction, item.scale, item.target, item.unit_of_measure, item.thresholds,
        [edition.framework.goalposts(code, kind) for kind in kinds],
        _plain(methodology.outliers_of(code)), {k: v for k, v in method.items() if k != "reference"},
    ]  # fmt: skip


def _plain(method: Spec) -> dict[str, Any]:
    return method.model_dump(by_alias=True, mode="json")


def _weights(a: Edition, b: Edition, ground: Ground) -> bool:
    if not ground.same_tree:
        return True
    for kind in ground.kinds:
        trees = [structures[kind] for structures in ground.structures]
        for parent in trees[0].children:
            if len(trees[0].children[parent]) > 1 and _of_parent(a, b, parent, trees):
                return True
    if not (a.fixed or b.fixed):
        return False
    learned = [
        {(s, k): steady(tree) for s, kinds in e.weights(trees).weights.items() for k, tree in kinds.items()}
        for e, trees in zip((a, b), ground.structures, strict=True)
    ]
    return learned[0] != learned[1]


def _of_parent(a: Edition, b: Edition, parent: str, trees: list[Structure]) -> bool:
    ways = [e.methodology.weighting.of(parent, lowest=t.lowest(parent)) for e, t in zip((a, b), trees, strict=True)]
    if _plain(ways[0]) != _plain(ways[1]):
        return True
    return ways[0].reads_given and _given(trees[0], parent) != _given(trees[1], parent)


def _given(tree: Structure, parent: str) -> dict[str, dict[str, float]]:
    return steady({parent: dict(zip(tree.children[parent], tree.given[parent], strict=True))})


def _aggregation(a: Edition, b: Edition, ground: Ground) -> bool:
    vetoes = [{code: _plain(veto) for code, veto in e.methodology.veto.items()} for e in (a, b)]
    if not ground.same_tree or vetoes[0] != vetoes[1]:
        return True
    for kind in ground.kinds:
        tree = ground.structures[0][kind]
        for parent in tree.children:
            ways = [e.methodology.aggregation.of(parent, lowest=tree.lowest(parent)) for e in (a, b)]
            if _plain(ways[0]) != _plain(ways[1]):
                return True
            if ways[0].learns and (a.fixed or b.fixed) and a.fitted.aggregation != b.fitted.aggregation:
                return True
    return False
