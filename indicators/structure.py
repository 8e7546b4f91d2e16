"""The tree of a framework as it holds for one type of units, in the order in which scores are aggregated."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indicators.definitions import Dimension, UnitType

TOP = "composite"
"""The parent of the topmost dimensions."""


@dataclass(frozen=True)
class Structure:
    """Children and given weights of every parent, lowest parents first, the composite last."""

    children: Mapping[str, tuple[str, ...]]
    given: Mapping[str, tuple[float, ...]]
    """Given weights of the children; they sum to 1."""
    level: Mapping[str, int]
    """1 for indicators; a dimension stands one above the highest of its children."""

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators, in the order of the tree."""
        return tuple(c for parent in self.children for c in self.children[parent] if self.level[c] == 1)

    def lowest(self, parent: str) -> bool:
        """Return whether the children of a parent are indicators."""
        return self.level[self.children[parent][0]] == 1

    def without(self, dropped: set[str]) -> "Structure":
        """Return the structure without some indicators, the weights of their siblings rescaled.

        A parent that loses all its children stays with none, for the caller to refuse.
        """
        children, given = {}, {}
        for parent, codes in self.children.items():
            kept = [(c, w) for c, w in zip(codes, self.given[parent], strict=True) if c not in dropped]
            children[parent] = tuple(c for c, _ in kept)
            given[parent] = rescaled([w for _, w in kept])
        return Structure(children, given, self.level)


def rescaled(weights: list[float]) -> tuple[float, ...]:
    """Return weights that sum to 1; equal ones when all are zero.

    >>> rescaled([3, 1]), rescaled([])
    ((0.75, 0.25), ())
    """
    total = sum(weights)
    if total <= 0:
        return tuple(1 / len(weights) for _ in weights)
    return tuple(float(w) for w in np.asarray(weights, dtype=float) / total)


def _ordered(own: Mapping[str, float] | None, base: Mapping[str, float]) -> Mapping[str, float]:
    """Return a type's own list in the order of the dimension's, others behind by code: its order means nothing."""
    if not own:
        return base
    return {code: own[code] for code in [*(c for c in base if c in own), *sorted(c for c in own if c not in base)]}


def structure_of(tree: Mapping[str, Dimension], kind: UnitType | None) -> Structure:
    """Return the structure of a tree with the weights and indicators of one type merged in."""
    weights = kind.weights if kind else {}
    lists = kind.indicators if kind else {}
    children: dict[str, tuple[str, ...]] = {}
    given: dict[str, tuple[float, ...]] = {}
    level: dict[str, int] = {}

    def visit(code: str, nodes: Mapping[str, Dimension], own: Mapping[str, float]) -> None:
        for child, node in nodes.items():
            if node.dimensions:
                visit(child, node.dimensions, {c: d.weight for c, d in node.dimensions.items()})
            else:
                listed = _ordered(lists.get(child), node.indicators or {})
                level.update(dict.fromkeys(listed, 1))
                put(child, listed)
        put(code, own)

    def put(parent: str, own: Mapping[str, float]) -> None:
        children[parent] = tuple(own)
        given[parent] = rescaled([weights.get(child, w) for child, w in own.items()])
        level[parent] = 1 + max((level[child] for child in own), default=0)

    visit(TOP, tree, {c: d.weight for c, d in tree.items()})
    return Structure(children, given, level)
