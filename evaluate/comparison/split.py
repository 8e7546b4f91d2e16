"""The part that comes from data, shared out among the indicators: Shapley values with the tree as levels."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evaluate.comparison.coalitions import UNCAPPED, Mixture, Mixtures, method_of
from evaluate.comparison.shapley import Block, Orders, contexts
from evaluate.methods.aggregation import Arithmetic, BenefitOfDoubt
from evaluate.methods.base import Array
from indicators.structure import TOP, Structure

Scheme = Literal["additive", "exact", "drawn"]

SEED = 20240607
REST = ""
"""The code of what is no indicator's: weights and references that were learned anew, vetoes."""

_MOST = 150_000_000
"""So many single aggregations are done one by one before orders are drawn instead."""
_LINEAR_PROGRAMME = 3000
"""A linear programme is worth so many means."""
_LEARNED = 4
"""So many numbers that were learned are worth a mean more."""
_CHUNK = 400_000
"""So many are done at once, for the sake of memory."""


@dataclass(frozen=True)
class Split:
    """Parts of the difference by code, (n,), with how they were found."""

    parts: dict[str, Array]
    schemes: frozenset[Scheme]
    orders: int
    """The least number of orders that were drawn; 0 if none were."""


def split_data(mixtures: Mixtures, blocks: Sequence[Block]) -> Split:
    """Share out the part that comes from data.

    The value is that of Winter for levels: of all orders in which factors, dimensions and indicators may change, those
    count in which the indicators of a dimension, and the dimensions of a parent, change in one go. For weighted
    arithmetic means this is plain: the mean weight times the difference of the scores.

    Source: Owen 1977 and Winter 1989 (Int. J. Game Theory 18); drawn orders: Castro, Gómez and Tejada 2009.
    """
    count = len(mixtures.ground.units)
    codes = {code for trees in mixtures.ground.structures for tree in trees.values() for code in tree.indicators}
    parts = {code: np.zeros(count) for code in [*sorted(codes), REST]}
    own = frozenset({"data"})
    schemes: set[Scheme] = set()
    drawn: list[int] = []
    listed = list(contexts(blocks, own))
    for joined, weight in listed:
        first, second = mixtures.of(joined), mixtures.of(joined | own)
        assert first is not None
        assert second is not None
        for at, tree, context in _groups(mixtures, first, second):
            if not context.told_apart:
                parts[REST][at] += weight * context.difference(at)
                continue
            scheme, orders = context.scheme(at, tree, len(listed))
            schemes.add(scheme)
            drawn += [orders] if scheme == "drawn" else []
            for code, part in context.parts(at, tree, orders).items():
                parts[code][at] += weight * part
    return Split(parts, frozenset(schemes), min(drawn, default=0))


def _groups(
    mixtures: Mixtures, first: Mixture, second: Mixture
) -> Iterator[tuple[NDArray[np.intp], Structure, "_Context"]]:
    """Yield the units of each pair of types, those apart whose gaps are not the same in both."""
    ground = mixtures.ground
    moved = np.zeros(len(ground.units), dtype=bool)
    for code in first.scores.keys() & second.scores.keys():
        moved |= np.isnan(first.scores[code]) != np.isnan(second.scores[code])
    pairs = sorted(set(zip(ground.types[0], ground.types[1], strict=True)))
    for before, after in pairs:
        tree = ground.structures[first.state[1]][before]
        context = _Context(mixtures, first, second, (before, after))
        of_pair = (ground.types[0] == before) & (ground.types[1] == after)
        for at in (np.flatnonzero(of_pair & ~moved), np.flatnonzero(of_pair & moved)):
            if len(at):
                yield at, tree, context


class _Context:
    """Scores of units of one type between two mixtures that differ in the data alone."""

    def __init__(self, mixtures: Mixtures, first: Mixture, second: Mixture, kinds: tuple[str, str]) -> None:
        self.sides = (first, second)
        structures = [
            mixtures.ground.structures[side.state[1]][kind] for side, kind in zip(self.sides, kinds, strict=True)
        ]
        shapes = [{parent: frozenset(own) for parent, own in tree.children.items()} for tree in structures]
        self.told_apart = shapes[0] == shapes[1]
        """Whether the units hang in one tree; a unit may have changed its type."""
        self.known = [side.at(kind) for side, kind in zip(self.sides, kinds, strict=True)]
        chosen = mixtures.editions[first.state[3]].methodology
        self.methods = {parent: method_of(chosen, structures[0], parent) for parent in structures[0].children}

    def scheme(self, at: NDArray[np.intp], tree: Structure, count: int) -> tuple[Scheme, int]:
        """Return how the parts are found, and how many orders are drawn; `count`: of what factors may come before."""
        alike = all(
            np.array_equal(np.isnan(self.sides[0].scores[c][at]), np.isnan(self.sides[1].scores[c][at]))
            for c in tree.indicators
        )
        capped = any((side.cap[at] < UNCAPPED).any() for side in self.sides)
        if alike and not capped and all(isinstance(method, Arithmetic) for method in self.methods.values()):
            return "additive", 1
        rows = 2 * len(at) * count * self._dear()
        if rows * _work(tree, TOP, 0) <= _MOST:
            return "exact", 0
        return "drawn", next((n for n in (64, 32, 16, 8, 4) if rows * _work(tree, TOP, n) <= _MOST), 2)

    def _dear(self) -> int:
        """Return how many plain means the dearest aggregation is worth; it may look at all that it learned from."""
        if any(isinstance(method, BenefitOfDoubt) for method in self.methods.values()):
            return _LINEAR_PROGRAMME
        return 1 + max((_numbers(own) for _, taught in self.known for own in taught.values()), default=0) // _LEARNED

    def parts(self, at: NDArray[np.intp], tree: Structure, orders: int) -> dict[str, Array]:
        """Return the parts of the indicators and the rest, (n,) each."""
        out = {code: np.zeros(len(at)) for code in [*tree.indicators, REST]}
        step = max(1, _CHUNK // _work(tree, TOP, orders))
        for start in range(0, len(at), step):
            rows = slice(start, start + step)
            walk = _Walk(self, at[rows], tree, orders)
            for side in (0, 1):
                for code, part in walk.parts(side).items():
                    out[code][rows] += part / 2
            out[REST][rows] = walk.rest()
        # between the two a unit may have no score at all: then nothing is told apart
        lost = ~np.isfinite(np.sum(list(out.values()), axis=0))
        for part in out.values():
            part[lost] = 0
        out[REST][lost] = self.difference(at)[lost]
        return out

    def difference(self, at: NDArray[np.intp]) -> Array:
        """Return the part of the data as a whole."""
        return np.asarray((self.sides[1].composite - self.sides[0].composite)[at])


class _Walk:
    """One block of units walked through the tree."""

    def __init__(self, context: _Context, at: NDArray[np.intp], tree: Structure, orders: int) -> None:
        self.context, self.at, self.tree = context, at, tree
        self.orders = {parent: orders_of(len(own), orders) for parent, own in tree.children.items()}
        self.ends = [self._ends(learned) for learned in (0, 1)]

    def weigh(self, parent: str, learned: int, scores: Array) -> Array:
        """Return (…, n) of a parent from scores of its children (…, n, k), with the weights of one side."""
        weights, taught = self.context.known[learned]
        own = np.array([weights[parent][child] for child in self.tree.children[parent]])
        found = self.context.methods[parent].aggregate(scores, own, taught.get(parent, {}))
        if not self.tree.lowest(parent):
            # what lacks a whole dimension has no composite
            found = np.where(np.isnan(scores).any(axis=-1), np.nan, found)
        return np.asarray(found)

    def _ends(self, learned: int) -> dict[str, tuple[Array, Array]]:
        """Return every score with the data of either side and the weights of one."""
        sides = self.context.sides
        out = {code: (sides[0].scores[code][self.at], sides[1].scores[code][self.at]) for code in self.tree.indicators}
        for parent, children in self.tree.children.items():
            first, second = (
                self.weigh(parent, learned, np.stack([out[child][side] for child in children], axis=-1))
                for side in (0, 1)
            )
            out[parent] = (first, second)
        return out

    def capped(self, learned: int, composite: Array) -> Array:
        """Return composites under the vetoes of one side."""
        return np.minimum(composite, self.context.sides[learned].cap[self.at])

    def rest(self) -> Array:
        """Return what comes from what was learned anew, and from vetoes."""
        (first, second), (third, fourth) = (
            [self.capped(learned, self.ends[learned][TOP][side]) for side in (0, 1)] for learned in (0, 1)
        )
        return np.asarray((third - first + fourth - second) / 2)

    def parts(self, learned: int) -> dict[str, Array]:
        """Return the parts of the indicators, with the weights of one side."""
        out: dict[str, Array] = {}
        self._descend(TOP, learned, lambda scores: self.capped(learned, scores), out)
        return out

    def _descend(self, parent: str, learned: int, composite: Callable[[Array], Array], out: dict[str, Array]) -> None:
        """Share out the part of a parent.

        `composite`: what scores of the parent, (m, n), make of the composite in the mean of all that may have come
        before.
        """
        orders = self.orders[parent]
        reached = composite(self._mixed(parent, learned, orders.sets))
        for at, child in enumerate(self.tree.children[parent]):
            before, weight = orders.before[at], orders.weight[at]
            if child not in self.tree.children:
                out[child] = weight @ (reached[orders.after[at]] - reached[before])
                continue

            def further(
                scores: Array, at: int = at, sets: NDArray[np.bool_] = orders.sets[before], weight: Array = weight
            ) -> Array:
                values = composite(self._mixed(parent, learned, sets, at, scores))
                return np.asarray(np.einsum("s,msn->mn", weight, values.reshape(len(scores), len(sets), -1)))

            self._descend(child, learned, further, out)

    def _mixed(
        self, parent: str, learned: int, sets: NDArray[np.bool_], given: int = -1, scores: Array | None = None
    ) -> Array:
        """Return scores of a parent whose children have the second data where a set says so, (sets, n).

        With `scores`, (m, n), of one child they hold for it: then (m · sets, n), the sets changing fastest.
        """
        children, ends = self.tree.children[parent], self.ends[learned]
        count = 1 if scores is None else len(scores)
        stacked = np.empty((count, len(sets), len(self.at), len(children)))
        for at, child in enumerate(children):
            first, second = ends[child]
            stacked[..., at] = (
                np.where(sets[:, at, None], second, first) if at != given or scores is None else scores[:, None]
            )
        return self.weigh(parent, learned, stacked.reshape(-1, len(self.at), len(children)))


def _numbers(learned: Any) -> int:
    """Return how many numbers were learned."""
    if isinstance(learned, dict):
        return sum(map(_numbers, learned.values()))
    return sum(map(_numbers, learned)) if isinstance(learned, list) else 1


def orders_of(count: int, most: int) -> Orders:
    """Return every order of siblings, or so many drawn ones at most; 0 for no limit."""
    return Orders(count) if not most or 2 ** (count - 1) <= most else Orders(count, most, SEED)


def _work(tree: Structure, parent: str, most: int, before: int = 1) -> int:
    """Return how many composites the walk through the tree computes for one unit."""
    children = tree.children[parent]
    if not most or 2 ** (len(children) - 1) <= most:
        sets, further = 2 ** len(children), 2 ** (len(children) - 1)
    else:
        sets, further = most * (len(children) + 1), most
    below = [_work(tree, child, most, before * further) for child in children if child in tree.children]
    return int(before * sets + sum(below))
