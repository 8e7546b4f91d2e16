"""What two runs have in common: units, indicators, tree."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.comparison.edition import Edition
from indicators.errors import fault
from indicators.structure import TOP, Structure


@dataclass(frozen=True)
class Ground:
    """The common ground of two runs, a first and a second of each thing."""

    units: tuple[str, ...]
    """Units that are scored in both compared years."""
    rows: tuple[NDArray[np.intp], NDArray[np.intp]]
    """Where they stand in the populations."""
    types: tuple[NDArray[np.str_], NDArray[np.str_]]
    structures: tuple[dict[str, Structure], dict[str, Structure]]
    """By type, the tree without the indicators that only one run has."""
    cut: tuple[bool, bool]
    """Whether anything was taken out of the tree."""
    same_tree: bool
    """Whether the indicators hang in the same tree."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every type of either run."""
        return tuple(self.structures[0])


def common_ground(a: Edition, b: Edition) -> Ground:
    """Return what two runs have in common.

    Errors: units of another kind, no unit in both, none that is scored in both, no indicator in both.
    """
    if a.framework.assesses != b.framework.assesses:
        raise fault("comparison.other_kind", first=_said(a), second=_said(b))
    if not set(a.results.units["unit"]) & set(b.results.units["unit"]):
        raise fault("comparison.no_common_unit")
    units = tuple(sorted(set(a.composite.index) & set(b.composite.index)))
    if not units:
        raise fault("comparison.none_scored", first=a.year, second=b.year)
    kinds = tuple(sorted({*a.kinds, *b.kinds}))
    whole = tuple({kind: edition.structure(kind) for kind in kinds} for edition in (a, b))
    kept = _kept(a, b, kinds)
    cut = tuple({kind: pruned(trees[kind], kept[kind]) for kind in kinds} for trees in whole)
    rows = tuple(e.rows.get_indexer(pd.MultiIndex.from_tuples([(unit, e.year) for unit in units])) for e in (a, b))
    types = tuple(
        np.repeat(e.results.units["type"].to_numpy(dtype=object), len(e.years))[r]
        for e, r in zip((a, b), rows, strict=True)
    )
    return Ground(
        units=units,
        rows=(rows[0], rows[1]),
        types=(types[0], types[1]),
        structures=(cut[0], cut[1]),
        cut=(_shape(whole[0]) != _shape(cut[0]), _shape(whole[1]) != _shape(cut[1])),
        same_tree=_shape(cut[0]) == _shape(cut[1]),
    )


def _said(edition: Edition) -> str:
    return edition.framework.assesses


def _shape(trees: dict[str, Structure]) -> dict[str, dict[str, frozenset[str]]]:
    return {kind: {p: frozenset(c) for p, c in tree.children.items()} for kind, tree in trees.items()}


def _kept(a: Edition, b: Edition, kinds: tuple[str, ...]) -> dict[str, set[str]]:
    """Return, by type, the indicators that both runs ask of it, in units of measure that fit.

    A dimension that one type is left without falls for all types, since they share the dimensions.
    """
    fits = {code for code in a.framework.indicators if code in b.framework.indicators and a.step(code, b.framework)}
    kept = {kind: fits & set(a.structure(kind).indicators) & set(b.structure(kind).indicators) for kind in kinds}
    while True:
        lost = {
            code
            for edition in (a, b)
            for other in kinds
            for parent in _emptied(edition.structure(other), kept[other])
            for kind in kinds
            for code in _below(edition.structure(kind), parent)
        }
        if not any(codes & lost for codes in kept.values()):
            break
        kept = {kind: codes - lost for kind, codes in kept.items()}
    if not all(kept.values()):
        raise fault("comparison.no_common_indicator", first=a.framework.code, second=b.framework.code)
    return kept


def _emptied(tree: Structure, kept: set[str]) -> Iterator[str]:
    for parent in tree.children:
        if parent != TOP and not kept & set(_below(tree, parent)):
            yield parent


def _below(tree: Structure, parent: str) -> Iterator[str]:
    for child in tree.children[parent]:
        if child in tree.children:
            yield from _below(tree, child)
        else:
            yield child


def pruned(tree: Structure, kept: set[str]) -> Structure:
    """Return a tree with some of its indicators, without the dimensions that have none left."""
    gone = {parent for parent in _emptied(tree, kept)} | (set(tree.indicators) - kept)
    cut = tree.without(gone)
    children = {parent: own for parent, own in cut.children.items() if parent not in gone}
    return Structure(children, {parent: cut.given[parent] for parent in children}, tree.level)
