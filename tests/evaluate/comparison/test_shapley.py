"""Shapley values against print and against their definition by orders."""

from itertools import permutations

import numpy as np
import pytest

from evaluate.comparison.shapley import Orders, partitions, shares


def test_the_airport_game() -> None:
    """Littlechild & Owen 1973: runways cost 8, 11, 13, 18; the aircraft pay 2, 3, 4, 9 (printed with the game)."""
    cost = {"A": 8.0, "B": 11.0, "C": 13.0, "D": 18.0}
    blocks = [frozenset(name) for name in cost]
    found = shares(blocks, lambda joined: np.array([max((cost[name] for name in joined), default=0.0)]))
    assert [float(found[block][0]) for block in blocks] == pytest.approx([2, 3, 4, 9], abs=1e-12)


def test_the_glove_game() -> None:
    """Shapley 1953: one left and two right gloves; a pair is worth 1: 2/3, 1/6, 1/6."""
    blocks = [frozenset(name) for name in "lrs"]
    found = shares(blocks, lambda joined: np.array([float("l" in joined and len(joined) > 1)]))
    assert [float(found[block][0]) for block in blocks] == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-12)


def test_partitions_are_all_there_and_the_finest_comes_first() -> None:
    """Bell numbers 1, 2, 5, 15 (OEIS A000110)."""
    for count, bell in ((0, 1), (1, 1), (2, 2), (3, 5), (4, 15)):
        ways = partitions("abcd"[:count])
        assert len({frozenset(way) for way in ways}) == len(ways) == bell
        assert [len(way) for way in ways] == sorted((len(way) for way in ways), reverse=True)
        assert all(sorted("".join("".join(b) for b in way)) == sorted("abcd"[:count]) for way in ways)


def by_orders(game: np.ndarray, count: int) -> list[float]:
    """The mean of what each player adds over all orders; the game by the number whose bits are the players."""
    out = [0.0] * count
    listed = list(permutations(range(count)))
    for order in listed:
        held = 0
        for player in order:
            out[player] += (game[held | 1 << player] - game[held]) / len(listed)
            held |= 1 << player
    return out


def value(orders: Orders, game: np.ndarray) -> list[float]:
    numbers = (orders.sets * (1 << np.arange(orders.sets.shape[1]))).sum(axis=1)
    reached = game[numbers]
    return [
        float(weight @ (reached[after] - reached[before]))
        for before, after, weight in zip(orders.before, orders.after, orders.weight, strict=True)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_all_orders_and_all_sets_are_the_same(count: int) -> None:
    game = np.random.default_rng(count).normal(size=2**count)
    assert value(Orders(count), game) == pytest.approx(by_orders(game, count), abs=1e-12)


@pytest.mark.parametrize("drawn", [1, 2, 7, 40])
def test_drawn_orders_add_up_exactly_and_are_the_same_each_time(drawn: int) -> None:
    game = np.random.default_rng(3).normal(size=2**6)
    found = value(Orders(6, drawn, seed=1), game)
    assert sum(found) == pytest.approx(game[-1] - game[0], abs=1e-12)
    assert found == value(Orders(6, drawn, seed=1), game)


def test_drawn_orders_approach_the_value_and_are_exact_for_a_sum() -> None:
    rng = np.random.default_rng(4)
    game = rng.normal(size=2**6)
    assert value(Orders(6, 4000, seed=1), game) == pytest.approx(by_orders(game, 6), abs=0.05)
    own = rng.normal(size=6)
    sets = (np.arange(2**6)[:, None] >> np.arange(6)) & 1
    assert value(Orders(6, 1), sets @ own) == pytest.approx(own, abs=1e-12)
