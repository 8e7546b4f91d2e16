"""Efficiency against printed examples, another program and scipy's `linprog` on the textbook programs.

Source of each expected number above it. The Julia package is DataEnvelopmentAnalysis.jl (its test suite, 2023), whose
environmental technology lets bad outputs be disposed of freely.
"""

from itertools import product

import numpy as np
import pytest

from indicators.efficiency.bootstrap import bandwidth, bootstrap
from indicators.efficiency.by_production import by_production
from indicators.efficiency.directional import Direction, directional
from indicators.efficiency.prices import shadow_prices
from indicators.efficiency.production import Production, production
from indicators.efficiency.productivity import global_malmquist_luenberger, malmquist_luenberger
from indicators.efficiency.radial import radial
from indicators.efficiency.results import Efficiency
from indicators.efficiency.slacks import slacks_based, super_slacks_based
from tests.oracles import textbook

CLOSE = {"rtol": 0, "atol": 1e-6}

# Tone 2001, EJOR 130:498-509, p. 505
TONE = production([[4, 3], [6, 3], [8, 1], [8, 1], [2, 4]], [[2, 3], [2, 3], [6, 2], [6, 1], [1, 4]])


def test_example_of_tone_2001() -> None:
    np.testing.assert_allclose(slacks_based(TONE).scores, [0.798, 0.5682, 1, 0.6667, 1], atol=5e-5)
    np.testing.assert_allclose(radial(TONE).scores, [0.9, 0.8333, 1, 1, 1], atol=5e-5)
    # the fourth unit is on the frontier, but the third makes more of the second output from the same inputs
    assert radial(TONE).states == ("inefficient", "inefficient", "efficient", "weakly_efficient", "efficient")


def test_example_of_tone_2003() -> None:
    # Tone 2003, GRIPS I-2003-0005, p. 10-11. The data were written down from memory, so this shows the scores that
    # go with these numbers and not that they are the printed ones.
    made = production([1] * 9, [1, 2, 6, 8, 9, 5, 4, 6, 4], bads=[1, 1, 2, 4, 7, 2, 3, 4, 6])
    expected = [0.6667, 1, 1, 1, 1, 0.9091, 0.7059, 0.8, 0.6]
    np.testing.assert_allclose(slacks_based(made, "variable").scores, expected, atol=5e-5)


# Färe, Lovell & Sueyoshi's example as the Julia package's tests hold it, themselves checked against R
X = [[5, 13], [16, 12], [16, 26], [17, 15], [18, 14], [23, 6], [25, 10], [27, 22], [37, 14], [42, 25], [5, 17]]
Y = [12, 14, 25, 26, 8, 9, 27, 30, 31, 26, 12]
RADIAL = {
    ("input", "constant"): [
        1, 0.6222896791, 0.8198562444, 1, 0.3103709311, 0.5555555556, 1, 0.7576690896, 0.8201058201, 0.4905660377, 1,
    ],
    ("input", "variable"): [1, 0.8699861687, 1, 1, 0.7116402116, 1, 1, 1, 1, 0.4931209269, 1],
    ("output", "variable"): [
        1, 1 / 1.507518797, 1, 1, 1 / 3.203947368, 1, 1, 1, 1, 1 / 1.192307692, 1,
    ],
}  # fmt: skip


@pytest.mark.parametrize("choice", RADIAL)
def test_radial_scores_of_the_julia_package(choice: tuple[str, str]) -> None:
    np.testing.assert_allclose(radial(production(X, Y), *choice).scores, RADIAL[choice], **CLOSE)


def test_slacks_and_peers_of_the_julia_package() -> None:
    found = radial(production(X, Y))
    np.testing.assert_allclose(found.slacks.inputs[[5, 8, 10]], [[4.444444444, 0], [1.640211640, 0], [0, 4]], **CLOSE)
    assert found.states[10] == "weakly_efficient"
    np.testing.assert_allclose([found.peers[2][code] for code in "03"], [1.134321653, 0.4380053908], **CLOSE)
    beyond = radial(production(X, Y), "input", "variable")
    np.testing.assert_allclose(beyond.slacks.goods[4], [2.698412698], **CLOSE)


# The Julia package's environmental model, bads freely disposable
ENV = {
    "goods": [[7, 5, 1, 3, 4], [8, 5.5, 2, 2, 4], [8, 5.5, 2, 2, 4]],
    "bads": [[2, 5, 3, 3, 2], [1, 3, 2, 4, 1], [0.5, 2, 0.5, 3, 0.5]],
}
PERIODS = [production(np.ones(5), goods, bads=bads) for goods, bads in zip(ENV["goods"], ENV["bads"], strict=True)]


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        (Direction(), [0, 0.4, 0.8260869565, 0.5555555556, 0.2727272727]),
        (Direction(1, 1, 1, "absolute"), [0, 1 / 4, 3 / 4, 0.5, 3 / 8]),
        (Direction(1, 1, 1), [0, 1 / 6, 3 / 4, 2 / 5, 3 / 11]),
        (Direction(1, 1, 1, "mean"), [0, 2 / 11, 6 / 11, 4 / 11, 0.20689655172]),
    ],
)
def test_directional_distances_of_the_julia_package(direction: Direction, expected: list[float]) -> None:
    found = directional(PERIODS[0], direction, bads="free")
    np.testing.assert_allclose(found.scores, expected, **CLOSE)


def test_slacks_of_directional_distances_of_the_julia_package() -> None:
    found = directional(PERIODS[0], bads="free")
    np.testing.assert_allclose(found.slacks.inputs[:, 0], [0, 0, 0.7391304348, 1 / 3, 3 / 11], **CLOSE)
    np.testing.assert_allclose(found.slacks.bads[:, 0], [0, 1, 0, 0, 0], **CLOSE)


def test_malmquist_luenberger_of_the_julia_package() -> None:
    first, second = malmquist_luenberger(PERIODS, bads="free")
    index = [1.3702375781, 1.1, 1.1259778360, 0.91624569458, 1.2792042981]
    np.testing.assert_allclose(first.index, index, **CLOSE)
    np.testing.assert_allclose(first.efficiency, [1, 0.9625, 1.027173913, 119 / 144, 21 / 22], **CLOSE)
    np.testing.assert_allclose(second.index, [1.22474, 1.0, 1.25245, 1.01484, 1.26491], atol=1e-5)
    np.testing.assert_allclose(second.technology, [1.22474, 1.0, 1.1272, 1.03514, 1.26491], atol=1e-5)


def test_bandwidth_of_the_julia_package() -> None:
    # Its rule has IQR/1.349 where Daraio & Simar print 1.34; the output-oriented distances of its example.
    found = bandwidth(np.array([1, 11 / 6, 1, 13 / 12, 1]))
    np.testing.assert_allclose(found * 1.34 / 1.349, 0.1398634, **CLOSE)


def test_bias_is_near_that_of_the_julia_package() -> None:
    # 200 draws of its own, drawn together a little but not smoothed, so only the size can agree: scores less bias.
    made = production([2, 4, 3, 5, 6], [1, 2, 3, 4, 5])
    found = bootstrap(made, "input", "variable", replicates=400, seed=1, width=0)
    np.testing.assert_allclose(found.scores, [1, 0.625, 1, 0.9, 1], **CLOSE)
    np.testing.assert_allclose(found.corrected, [0.936384, 0.606179, 0.940476, 0.869816, 0.907370], atol=0.04)


def test_bias_is_that_of_every_possible_draw() -> None:
    # Without smoothing there are 27 equally likely pseudo-samples of three units, each scored by the textbook program.
    x, y = np.array([[2.0], [3.0], [5.0]]), np.array([[2.0], [2.0], [4.0]])
    scores = np.array([textbook.radial(x, y, x[at], y[at], True, False) for at in range(3)], dtype=float)
    again = [
        [textbook.radial(x * (scores / np.array(drawn))[:, None], y, x[at], y[at], True, False) for at in range(3)]
        for drawn in product(scores, repeat=3)
    ]
    found = bootstrap(production(x, y), replicates=1500, seed=1, width=0)
    np.testing.assert_allclose(found.bias, np.mean(np.array(again, dtype=float), axis=0) - scores, atol=0.015)


def instance(seed: int, units: int, shape: tuple[int, int, int], spread: float, zeros: float = 0.0) -> Production:
    """Return made-up production: lognormal figures, some zero, some units twice, in very different units of measure."""
    rng = np.random.default_rng(seed)
    inputs, goods, _ = shape
    size = rng.lognormal(0, spread, (units, 1))
    table = size * rng.lognormal(0, 0.6, (units, sum(shape)))
    table[rng.random(table.shape) < zeros] = 0
    table[:, 0] = np.where(table[:, 0] > 0, table[:, 0], size[:, 0])
    table[:, inputs] = np.where(table[:, inputs] > 0, table[:, inputs], size[:, 0])
    table[-1], table[-2] = table[0], table[1] * 3
    table *= 10.0 ** rng.integers(-4, 5, sum(shape))
    return production(table[:, :inputs], table[:, inputs : inputs + goods], bads=table[:, inputs + goods :])


INSTANCES = [
    pytest.param(seed, units, shape, spread, zeros, id=f"{seed}-{units}-{shape}-{spread}-{zeros}")
    for seed, units, shape, spread, zeros in [
        (1, 40, (3, 1, 2), 0.5, 0.0),
        (2, 30, (2, 2, 1), 1.5, 0.0),
        (3, 25, (3, 1, 2), 0.5, 0.15),
        (4, 30, (1, 2, 2), 3.0, 0.1),
        (5, 60, (2, 1, 1), 1.0, 0.0),
    ]
]


def agree(found: Efficiency, expected: list[float | None], directional: bool = False) -> None:
    """Compare scores, and where one has none so must the other."""
    for unit, (score, other, state) in enumerate(zip(found.scores, expected, found.states, strict=True)):
        if state == "no_peer":
            continue  # the formula compares it with the origin
        if np.isnan(score):
            assert other is None, (unit, state, other)
        else:
            assert other is not None, (unit, state, score)
            assert abs(score - other) < 1e-6 * max(1.0, abs(other)), (unit, state, score, other)


@pytest.mark.parametrize("returns", ["constant", "variable"])
@pytest.mark.parametrize(("seed", "units", "shape", "spread", "zeros"), INSTANCES)
class TestTextbook:
    """Each measure against the whole program, on random instances."""

    def test_radial(self, seed: int, units: int, shape: tuple, spread: float, zeros: float, returns: str) -> None:
        made = instance(seed, units, shape, spread, zeros)
        only = production(made.inputs, made.goods)
        x, y, variable = made.inputs, made.goods, returns == "variable"
        for orientation in ("input", "output"):
            inward = orientation == "input"
            expected = [textbook.radial(x, y, x[at], y[at], inward, variable) for at in range(units)]
            shares = [value if inward or value is None else 1 / value for value in expected]
            agree(radial(only, orientation, returns), shares)
            keep = [np.arange(units) != at for at in range(units)]
            expected = [textbook.radial(x[k], y[k], x[at], y[at], inward, variable) for at, k in enumerate(keep)]
            shares = [value if inward or value is None else 1 / value if value > 0 else None for value in expected]
            agree(radial(only, orientation, returns, leave_out=True), shares)

    @pytest.mark.parametrize("bads", ["weak", "free"])
    def test_directional(
        self, seed: int, units: int, shape: tuple, spread: float, zeros: float, returns: str, bads: str
    ) -> None:
        made = instance(seed, units, shape, spread, zeros)
        x, y, b = made.inputs, made.goods, made.bads
        for direction in (Direction(), Direction(0.5, (1.0,) * shape[1], 2.0), Direction(1, 1, 1, "mean")):
            step = direction.vectors(made, made)
            sides = np.split(step, [shape[0], shape[0] + shape[1]], axis=1)
            expected = [
                textbook.distance(
                    x, y, b, (x[at], y[at], b[at]), tuple(side[at] for side in sides), returns == "variable",
                    bads == "weak",
                )
                for at in range(units)
            ]  # fmt: skip
            agree(directional(made, direction, returns, bads), expected)

    def test_slacks_based(self, seed: int, units: int, shape: tuple, spread: float, zeros: float, returns: str) -> None:
        made = instance(seed, units, shape, spread, zeros)
        x, y, b = made.inputs, made.goods, made.bads
        found = slacks_based(made, returns)
        agree(found, [textbook.slacks(x, y, b, at, returns == "variable") for at in range(units)])
        expected = [
            score if score < 1 - 1e-6 else textbook.super_slacks(x, y, b, at, returns == "variable")
            for at, score in enumerate(found.scores)
        ]
        agree(super_slacks_based(made, returns), expected)

    def test_by_production(
        self, seed: int, units: int, shape: tuple, spread: float, zeros: float, returns: str
    ) -> None:
        made = instance(seed, units, shape, spread, zeros)
        found, variable = by_production(made, [0], returns), returns == "variable"
        for at in range(units):
            if made.bads[at].any():
                expected = textbook.unavoidable(made.inputs[:, :1], made.bads, at, variable)
                np.testing.assert_allclose(found.bads[at], expected, **CLOSE)
            else:
                assert np.isnan(found.bads[at])
                assert found.states[at] == "no_bad"


def test_index_over_periods_equals_the_textbook_programs() -> None:
    first, second = instance(11, 30, (2, 1, 2), 0.8), instance(12, 30, (2, 1, 2), 0.8)
    scale = second.table[0] / first.table[0]
    parts = np.split(second.table / scale, [2, 3], axis=1)
    second = production(parts[0], parts[1], bads=parts[2])
    (change,) = malmquist_luenberger([first, second])
    (whole,) = global_malmquist_luenberger([first, second])

    def beta(of: Production, at: int, on: list[Production]) -> float | None:
        x, y, b = (np.vstack([getattr(period, side) for period in on]) for side in ("inputs", "goods", "bads"))
        own = (of.inputs[at], of.goods[at], of.bads[at])
        return textbook.distance(x, y, b, own, (np.zeros(2), of.goods[at], of.bads[at]), False, True)

    infeasible = 0
    for at in range(30):
        d11, d22 = beta(first, at, [first]), beta(second, at, [second])
        d12, d21 = beta(first, at, [second]), beta(second, at, [first])
        assert d11 is not None and d22 is not None
        np.testing.assert_allclose(change.efficiency[at], (1 + d11) / (1 + d22), **CLOSE)
        missing = {name for name, value in (("first_on_second", d12), ("second_on_first", d21)) if value is None}
        infeasible += bool(missing)
        assert set(change.failed[at]) == missing
        if d12 is None or d21 is None:
            assert change.states[at] == "infeasible"
            assert np.isnan(change.index[at])
        elif min(d12, d21) > -1:
            expected = np.sqrt((1 + d11) / (1 + d21) * (1 + d12) / (1 + d22))
            np.testing.assert_allclose(change.index[at], expected, rtol=1e-6)
        g1, g2 = beta(first, at, [first, second]), beta(second, at, [first, second])
        assert g1 is not None and g2 is not None
        np.testing.assert_allclose(whole.index[at], (1 + g1) / (1 + g2), rtol=1e-6)
    assert 0 < infeasible < 30


def test_shadow_prices_are_the_slopes_of_the_frontier() -> None:
    made = instance(21, 25, (2, 1, 2), 0.5)
    table = made.table / made.table.mean(axis=0)
    made = production(table[:, :2], table[:, 2], bads=table[:, 3:])
    x, y, b = made.inputs, made.goods, made.bads
    found = shadow_prices(made)
    compared = 0
    for at in range(25):
        beta = found.distances[at]
        point = (x[at], y[at] * (1 + beta), b[at] * (1 - beta))
        for bad in range(2):
            if found.states[at][bad] not in ("single", "range"):
                continue
            step = 1e-5 * point[2][bad]
            here, more, less = (textbook.marginal(x, y, b, point, 0, bad, move) for move in (0.0, step, -step))
            if here is None or more is None or less is None:
                continue
            compared += 1
            np.testing.assert_allclose(found.lower[at, bad], (more - here) / step, atol=1e-3, rtol=1e-3)
            np.testing.assert_allclose(found.upper[at, bad], (here - less) / step, atol=1e-3, rtol=1e-3)
            assert found.lower[at, bad] - 1e-6 <= found.prices[at, bad] <= found.upper[at, bad] + 1e-6
    assert compared > 20


@pytest.mark.parametrize("seed", [1001, 1056, 2227, 2459])
@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_sizes_over_seven_orders_of_magnitude(seed: int, returns: str) -> None:
    # Ties and sizes that bring solvers to the end of their tolerances; the textbook program is solved in the scale of
    # the unit itself, because in raw figures linprog's own tolerances are too coarse for some of these.
    rng = np.random.default_rng(seed)
    table = rng.lognormal(0, 4, (25, 1)) * rng.integers(1, 4, (25, 5))
    made = production(table[:, :2], table[:, 2:3], bads=table[:, 3:])
    for bads in ("weak", "free"):
        expected = []
        for at in range(25):
            x, y, b = np.split(table / table[at], [2, 3], axis=1)
            step = (np.zeros(2), y[at], b[at])
            expected.append(
                textbook.distance(x, y, b, (x[at], y[at], b[at]), step, returns == "variable", bads == "weak")
            )
        agree(directional(made, returns=returns, bads=bads), expected)
