"""Shapley values: a difference shared out among what makes it, so that the shares add up."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array

Block = frozenset[str]


def shares(blocks: Sequence[Block], value: Callable[[Block], Array]) -> dict[Block, Array]:
    """Return the Shapley value of every block, φ_i = Σ_S |S|!(m − |S| − 1)!/m! · (v(S ∪ i) − v(S)).

    `value`: of the union of any blocks, (n,). The shares sum to v(all) − v(none).
    Source: Shapley 1953; of blocks, Owen 1977.

    >>> a, b = frozenset("a"), frozenset("b")
    >>> game = {frozenset(): 0.0, a: 1.0, b: 2.0, a | b: 5.0}
    >>> [float(share) for share in shares([a, b], lambda s: np.array(game[s])).values()]
    [2.0, 3.0]
    """
    out = {}
    for block in blocks:
        share = sum(weight * (value(joined | block) - value(joined)) for joined, weight in contexts(blocks, block))
        out[block] = np.asarray(share)
    return out


def contexts(blocks: Sequence[Block], block: Block) -> Iterator[tuple[Block, float]]:
    """Yield what may have come before a block, with its probability when all orders are alike."""
    others = [other for other in blocks if other != block]
    for size in range(len(others) + 1):
        for chosen in combinations(others, size):
            joined: Block = frozenset().union(*chosen)
            yield joined, 1 / (len(blocks) * comb(len(others), size))


def partitions(players: Sequence[str]) -> list[tuple[Block, ...]]:
    """Return every way to tell players apart, the finest first; of two alike, the one that joins the later players.

    >>> [["".join(sorted(block)) for block in way] for way in partitions("abc")]
    [['a', 'b', 'c'], ['a', 'bc'], ['ac', 'b'], ['ab', 'c'], ['abc']]
    """

    def split(rest: Sequence[str]) -> Iterator[tuple[Block, ...]]:
        if not rest:
            yield ()
            return
        first, others = rest[0], rest[1:]
        for size in range(len(others) + 1):
            for company in combinations(others, size):
                left = [other for other in others if other not in company]
                for more in split(left):
                    yield (frozenset((first, *company)), *more)

    place = {player: at for at, player in enumerate(players)}

    def order(way: tuple[Block, ...]) -> tuple[object, ...]:
        joined = [sorted(place[p] for p in block) for block in way if len(block) > 1]
        return -len(way), [[-at for at in block] for block in joined]

    return sorted(split(players), key=order)


class Orders:
    """What may have come before each of k siblings: every set exactly, or what stands before it in drawn orders.

    Either way the shares of siblings sum to the whole, since they do so in every single order.
    """

    sets: NDArray[np.bool_]
    """Every set that occurs, (s, k)."""
    before: list[NDArray[np.intp]]
    """Of each sibling: the positions of the sets that it comes to."""
    after: list[NDArray[np.intp]]
    """The same sets with it."""
    weight: list[Array]
    """Their weights, which sum to 1."""

    def __init__(self, count: int, drawn: int = 0, seed: int = 0) -> None:
        if drawn:
            self._draw(count, drawn, seed)
        else:
            self._all(count)

    def _all(self, count: int) -> None:
        self.sets = ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(bool)
        sizes = self.sets.sum(axis=1)
        self.before = [np.flatnonzero(~self.sets[:, child]) for child in range(count)]
        self.after = [without + (1 << child) for child, without in enumerate(self.before)]
        self.weight = [np.array([1 / (count * comb(count - 1, int(size))) for size in sizes[w]]) for w in self.before]

    def _draw(self, count: int, drawn: int, seed: int) -> None:
        rng = np.random.default_rng([seed, count])
        orders: list[NDArray[np.intp]] = [np.arange(count)]
        while len(orders) < drawn:
            # an order and its reverse: what comes late in the one comes early in the other
            orders.append(orders[-1][::-1] if len(orders) % 2 else rng.permutation(count))
        places: dict[bytes, int] = {}
        steps: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        for order in orders:
            held = np.zeros(count, dtype=bool)
            came = places.setdefault(held.tobytes(), len(places))
            for child in order:
                held[child] = True
                with_it = places.setdefault(held.tobytes(), len(places))
                steps[child].append((came, with_it))
                came = with_it
        self.sets = np.array([np.frombuffer(held, dtype=bool) for held in places])
        self.before = [np.array([came for came, _ in own]) for own in steps]
        self.after = [np.array([with_it for _, with_it in own]) for own in steps]
        self.weight = [np.full(len(orders), 1 / len(orders)) for _ in range(count)]
