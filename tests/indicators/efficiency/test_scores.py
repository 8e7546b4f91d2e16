"""Scores: what must hold whatever the data, and each case without a number by name."""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import get_args

import numpy as np
import pytest

from indicators.efficiency import (
    Direction,
    Efficiency,
    Production,
    by_production,
    directional,
    production,
    radial,
    slacks_based,
    state_text,
    super_slacks_based,
)
from indicators.efficiency.bootstrap import SureState
from indicators.efficiency.frontiers import GapState
from indicators.efficiency.prices import PriceState
from indicators.efficiency.productivity import Course
from indicators.efficiency.results import State
from indicators.texts import LANGUAGES, catalogue
from tests.indicators.efficiency.making import made_up, rescaled

Measure = Callable[[Production], Efficiency]
WITH_BADS: dict[str, Measure] = {
    f"{name} {returns}": partial(measure, returns=returns)
    for name, measure in {
        "weak": directional,
        "free": partial(directional, bads="free"),
        "inward": partial(directional, direction=Direction(1, 1, 1)),
        "slacks": slacks_based,
        "slacks input": partial(slacks_based, orientation="input"),
        "slacks output": partial(slacks_based, orientation="output"),
        "super": super_slacks_based,
    }.items()
    for returns in ("constant", "variable")
}
RADIAL: dict[str, Measure] = {
    f"radial {orientation} {returns}": partial(radial, orientation=orientation, returns=returns)
    for orientation in ("input", "output")
    for returns in ("constant", "variable")
}
ALL = [(name, measure, 2) for name, measure in WITH_BADS.items()] + [(name, m, 0) for name, m in RADIAL.items()]


def given(bads: int, seed: int = 1) -> Production:
    return made_up(seed, shape=(2, 2, bads))


@pytest.mark.parametrize(("name", "measure", "bads"), ALL, ids=[name for name, _, _ in ALL])
class TestEveryMeasure:
    """Each measure, its choices made."""

    def test_units_of_measure_do_not_matter(self, name: str, measure: Measure, bads: int) -> None:
        made = given(bads)
        factors = np.geomspace(1e-6, 1e9, made.table.shape[1])
        one, other = measure(made), measure(rescaled(made, factors))
        np.testing.assert_allclose(one.scores, other.scores, rtol=1e-8, atol=1e-8)
        assert one.states == other.states

    def test_order_does_not_matter(self, name: str, measure: Measure, bads: int) -> None:
        made = given(bads)
        order = np.random.default_rng(1).permutation(len(made))
        one, other = measure(made), measure(made.take(order))
        np.testing.assert_allclose(one.scores[order], other.scores, rtol=1e-8, atol=1e-8)

    def test_equal_units_tie(self, name: str, measure: Measure, bads: int) -> None:
        made = given(bads)
        twice = production(*(np.vstack([side, side]) for side in (made.inputs, made.goods)),
                           bads=np.vstack([made.bads, made.bads]) if bads else None)  # fmt: skip
        found = measure(twice).scores
        np.testing.assert_allclose(found[:20], found[20:], rtol=0, atol=1e-9)

    def test_one_unit_is_its_own_frontier(self, name: str, measure: Measure, bads: int) -> None:
        found = measure(given(bads).take([3]))
        if name.startswith("super"):
            assert found.states == ("no_peer" if name.endswith("constant") else "infeasible",)
        else:
            assert found.states == ("efficient",)
            assert found.scores.tolist() == [0.0 if found.directional else 1.0]
            assert found.peers[0] == pytest.approx({"u03": 1.0})

    def test_no_score_without_a_state_that_says_so(self, name: str, measure: Measure, bads: int) -> None:
        found = measure(given(bads))
        scored = [state in ("efficient", "weakly_efficient", "inefficient", "beyond") for state in found.states]
        assert np.isfinite(found.scores).tolist() == scored
        shares = found.shares[np.isfinite(found.scores)]
        assert ((shares > 0) & (shares <= 1)).all() or name.startswith("super")
        assert (found.shares == 1).any() or name.startswith("super")


@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_slacks_and_peers_give_the_unit_back(returns: str) -> None:
    made, plain = given(2), given(0)
    for of, found, factor in (
        (made, slacks_based(made, returns), np.ones(20)),
        (made, directional(made, returns=returns, bads="free"), np.ones(20)),
        (plain, radial(plain, "input", returns), radial(plain, "input", returns).scores),
    ):
        weights = np.array([[peers.get(code, 0.0) for code in of.units] for peers in found.peers])
        np.testing.assert_allclose(weights @ of.inputs + found.slacks.inputs, of.inputs * factor[:, None], atol=1e-9)
        assert (weights >= 0).all()
        if returns == "variable":
            np.testing.assert_allclose(weights.sum(axis=1), 1)


def test_no_measure_changes_what_it_is_given() -> None:
    made = made_up()
    before = made.table.copy()
    directional(made)
    slacks_based(made)
    np.testing.assert_array_equal(made.table, before)


def test_assumptions_nest() -> None:
    made = made_up(3, units=40)
    weak, free = directional(made).scores, directional(made, bads="free").scores
    assert (free >= weak - 1e-9).all()
    assert (weak >= directional(made, returns="variable").scores - 1e-9).all()
    assert (slacks_based(made).scores <= slacks_based(made, "variable").scores + 1e-9).all()
    assert (slacks_based(made).scores <= slacks_based(made, orientation="input").scores + 1e-9).all()
    plain = production(made.inputs, made.goods)
    assert (slacks_based(plain).scores <= radial(plain).scores + 1e-9).all()  # Tone 2001, theorem 4
    np.testing.assert_allclose(radial(plain).scores, radial(plain, "output").scores, rtol=1e-9)


def test_variable_returns_let_outputs_be_scaled_down_one_by_one() -> None:
    # Kuosmanen's point: with Σλ = 1 and Bλ = b alone, (x, y, b) = (2, 3, 3) has no other unit to be compared with. A
    # tenth of A's output is abated (3.6 instead of 4 of each) and so on: half of A active and half idle is in reach.
    made = production([1, 2, 2], [4, 8, 3], bads=[4, 8, 4], units="ABC")
    found = directional(made, returns="variable")
    # b(1 − β) = λ₁4 + λ₂8 and y(1 + β) = the same, so 4(1 − β) = 3(1 + β)
    assert found.scores[2] == pytest.approx(1 / 7)


def test_the_frontier_is_reached_where_the_distance_leads() -> None:
    made = made_up(5, units=30)
    for bads in ("weak", "free"):
        beta = directional(made, bads=bads).scores[:, None]
        moved = production(made.inputs, made.goods * (1 + beta), bads=made.bads * (1 - beta))
        again = directional(moved, bads=bads, reference=made)
        np.testing.assert_allclose(again.scores, 0, atol=1e-7)


def test_super_efficiency_tells_the_efficient_apart() -> None:
    made = made_up(7, units=30)
    for base, beyond in (
        (slacks_based(made), super_slacks_based(made)),
        (radial(production(made.inputs, made.goods)), radial(production(made.inputs, made.goods), leave_out=True)),
    ):
        on = base.scores == 1
        assert on.any()
        assert (beyond.scores[on] >= 1 - 1e-9).all()
        assert (beyond.scores[on] > 1 + 1e-6).any()
        np.testing.assert_allclose(beyond.scores[~on], base.scores[~on], atol=1e-9)
    outside = directional(made, leave_out=True)
    on = directional(made).scores == 0
    assert (outside.scores[on & np.isfinite(outside.scores)] <= 1e-9).all()


def test_what_no_other_unit_reaches_is_infeasible() -> None:
    made = production([1, 2, 3], [1, 4, 3], units="ABC")
    assert radial(made, "input", "variable", leave_out=True).states == ("beyond", "infeasible", "inefficient")
    one_of_two = production([1, 1], [[1, 0], [0, 1]])
    assert radial(one_of_two, leave_out=True).states == ("infeasible", "infeasible")


def test_zeros_have_their_states() -> None:
    made = production([[0, 0], [1, 1], [1, 2], [0, 1]], [0, 0, 2, 1], bads=[0, 0, 1, 1])
    assert directional(made).states[:2] == ("no_direction", "no_direction")
    assert slacks_based(made).states[:2] == ("no_input", "no_good")
    assert slacks_based(made, orientation="input").states[1] == "inefficient"
    plain = production(made.inputs, made.goods)
    assert radial(plain).states[0] == "no_input"
    assert radial(plain, "output").states[1] == "no_good"
    assert by_production(made, [1]).states[:2] == ("no_good", "no_good")
    assert np.isfinite(slacks_based(made).scores[2:]).all()


def test_output_from_nothing_leaves_no_bound() -> None:
    found = radial(production([0, 1, 2], [1, 1, 3]))
    assert found.states == ("no_input", "unbounded", "unbounded")
    assert radial(production([0, 1, 2], [1, 1, 3]), "output").states == ("unbounded",) * 3


def test_a_unit_without_a_bad_output() -> None:
    made = production([1, 1, 1], [2, 4, 2], bads=[0, 2, 2])
    found = by_production(made, [0])
    assert found.states == ("no_bad", "inefficient", "inefficient")
    assert directional(made).states[0] == "efficient"
    assert np.isfinite(super_slacks_based(made).scores[1:]).all()


def test_by_production_takes_each_side_alone() -> None:
    # goods: 4 is possible with one unit of each input; bads: two units of fuel cause 3 at least, four cause 6
    made = production([[1, 2], [1, 2], [1, 4]], [4, 2, 4], bads=[6, 3, 9], units="ABC")
    found = by_production(made, [1])
    np.testing.assert_allclose(found.goods, [1, 0.5, 1])
    np.testing.assert_allclose(found.each_bad, [[0.5], [1], [2 / 3]])
    np.testing.assert_allclose(found.scores, [0.75, 0.75, 5 / 6])
    scaled = by_production(rescaled(made, np.array([1e3, 1e-3, 1e6, 1e-6])), [1])
    np.testing.assert_allclose(found.scores, scaled.scores, atol=1e-9)


def test_by_production_lets_no_bad_rise_for_another() -> None:
    made = production([1, 1], [1, 1], bads=[[6, 1], [3, 2]])
    np.testing.assert_allclose(by_production(made, [0]).each_bad, 1)


def test_a_tiny_unit_beside_huge_ones() -> None:
    # Twelve orders of magnitude apart: tolerances of a solver are absolute, the score of a unit is not.
    big = made_up(9, units=15, shape=(2, 1, 1))
    tiny = big.table[:5] * 1e-9 * np.array([1, 1, 0.5, 1])
    table = np.vstack([big.table, tiny])
    made = production(table[:, :2], table[:, 2], bads=table[:, 3:])
    alone = production(tiny[:, :2], tiny[:, 2], bads=tiny[:, 3:])
    for measure in (directional, slacks_based):
        np.testing.assert_allclose(
            measure(made).scores[15:], measure(alone, reference=big).scores, rtol=1e-6, atol=1e-6
        )
    # halving the output of an efficient unit is seen whatever its size
    assert (directional(made).scores[15:] >= 1 / 3 - 1e-6).all()


@pytest.mark.parametrize(
    ("prefix", "states"),
    [("state", State), ("course", Course), ("price", PriceState), ("gap", GapState), ("sure", SureState)],
)
def test_every_state_has_its_text(prefix: str, states: object) -> None:
    known = {key for key in catalogue("efficiency") if key.startswith(f"{prefix}_")}
    assert known == {f"{prefix}_{state}" for state in get_args(states)}


def test_states_in_words() -> None:
    found = radial(production([1, 2], [1, 1]))
    assert found.texts("en") == ("efficient", "inefficient")
    assert found.texts("zh") == ("有效", "非有效")
    assert all(state_text(state, language) for state in get_args(State) for language in LANGUAGES)


def test_the_solver_is_loaded_only_when_asked() -> None:
    code = "import sys, indicators.efficiency; raise SystemExit('highspy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
