"""Productivity, groups, prices and confidence: identities and named states."""

from functools import partial

import numpy as np
import pytest

from indicators.efficiency import (
    Direction,
    Production,
    bootstrap,
    directional,
    global_malmquist_luenberger,
    malmquist_luenberger,
    metafrontier,
    production,
    radial,
    shadow_prices,
    slacks_based,
)
from indicators.efficiency.bootstrap import bandwidth
from indicators.efficiency.productivity import Change
from tests.indicators.efficiency.making import made_up, rescaled

PERIODS = [made_up(seed, units=25) for seed in (1, 2, 3)]
BOTH = (malmquist_luenberger, global_malmquist_luenberger)


@pytest.mark.parametrize("index", BOTH)
def test_productivity_is_efficiency_times_technology(index: partial[tuple[Change, ...]]) -> None:
    for change in index(PERIODS, [2015, 2016, 2017]):
        np.testing.assert_allclose(change.index, change.efficiency * change.technology, rtol=1e-12)
        defined = [state == "defined" for state in change.states]
        assert np.isfinite(change.index).tolist() == defined
        assert np.isfinite(change.efficiency).all()
        assert [bool(names) for names in change.failed] == [state == "infeasible" for state in change.states]
        assert any(defined)


def test_both_indices_share_efficiency_change() -> None:
    for one, other in zip(*(index(PERIODS) for index in BOTH), strict=True):
        np.testing.assert_allclose(one.efficiency, other.efficiency, rtol=1e-12)


def test_the_global_index_is_circular() -> None:
    first, second = global_malmquist_luenberger(PERIODS)
    gaps = first.distances["first_on_all"], second.distances["second_on_all"]
    np.testing.assert_allclose(first.index * second.index, (1 + gaps[0]) / (1 + gaps[1]), rtol=1e-12)
    np.testing.assert_allclose(first.distances["second_on_all"], second.distances["first_on_all"])
    assert set(first.states + second.states) == {"defined"}


@pytest.mark.parametrize("index", BOTH)
def test_no_change_is_one(index: partial[tuple[Change, ...]]) -> None:
    (change,) = index([PERIODS[0], PERIODS[0]])
    for part in (change.index, change.efficiency, change.technology):
        np.testing.assert_allclose(part, 1, rtol=1e-9)


@pytest.mark.parametrize("index", BOTH)
def test_units_of_measure_do_not_matter(index: partial[tuple[Change, ...]]) -> None:
    factors = np.array([1e5, 1e-3, 1e2, 1e-6, 1e4])
    one, other = index(PERIODS[:2])[0], index([rescaled(period, factors) for period in PERIODS[:2]])[0]
    np.testing.assert_allclose(one.index, other.index, rtol=1e-7)
    assert one.states == other.states


@pytest.mark.parametrize("index", BOTH)
def test_a_unit_of_one_period_only_is_kept(index: partial[tuple[Change, ...]]) -> None:
    (change,) = index([PERIODS[0].take(range(24)), PERIODS[1].take(range(1, 25))], ["a", "b"])
    assert (change.first, change.second) == ("a", "b")
    assert len(change.units) == 25
    assert [at for at, state in enumerate(change.states) if state == "absent"] == [0, 24]
    assert np.isnan(change.index[[0, 24]]).all()
    assert change.texts("en")[0] == "the unit is in one of the two periods only"


def test_a_program_without_solution_is_named() -> None:
    # In the second period nobody emits as little per output as B once did, so B cannot be put on its frontier.
    before = production([1, 1], [4, 4], bads=[[4, 1], [1, 4]], units="AB")
    after = production([1, 1], [4, 4], bads=[[4, 1], [3, 1.5]], units="AB")
    (change,) = malmquist_luenberger([before, after])
    assert change.states[1] == "infeasible"
    assert change.failed[1] == ("first_on_second",)
    assert np.isnan(change.index[1])
    assert np.isfinite(change.efficiency[1])
    assert global_malmquist_luenberger([before, after])[0].states == ("defined", "defined")


def test_variable_returns_and_free_disposal_over_time() -> None:
    for settings in ({"returns": "variable"}, {"bads": "free"}, {"direction": Direction(1, 1, 1)}):
        (change,) = global_malmquist_luenberger(PERIODS[:2], **settings)
        assert set(change.states) == {"defined"}


def grouped() -> tuple[Production, list[str]]:
    return made_up(4, units=30), ["resource", "industrial", "park"] * 10


@pytest.mark.parametrize("measure", [directional, slacks_based, partial(directional, returns="variable")])
def test_no_group_is_better_than_all(measure: partial[object]) -> None:
    given, groups = grouped()
    found = metafrontier(given, groups, measure)  # type: ignore[arg-type]
    assert (found.ratio <= 1 + 1e-9).all()
    np.testing.assert_allclose(found.overall, found.within * found.ratio, rtol=1e-9)
    assert set(found.states) == {"defined"}
    assert set(found.by_group) == set(groups)


def test_one_group_is_all() -> None:
    given, _ = grouped()
    np.testing.assert_allclose(metafrontier(given, ["x"] * 30, directional).ratio, 1, rtol=1e-9)


def test_states_of_groups() -> None:
    found = metafrontier(
        production([1, 1, 0, 1], [1, 2, 1, 1]), ["a", "a", "a", "b"], partial(radial, orientation="output")
    )
    assert found.states == ("no_score", "no_score", "no_score", "no_score")
    found = metafrontier(production([1, 1, 1], [1, 2, 1]), ["a", "a", "b"], radial)
    assert found.states == ("defined", "defined", "alone")
    assert found.texts("zh")[2] == "组内只有该单元，自成前沿"


def test_prices_at_a_corner_and_on_a_facet() -> None:
    # One input of 1 each: the frontier runs from nothing over B (good 2, bad 1) to A (4, 4), slopes 2 and 2/3.
    found = shadow_prices(production([1, 1, 1], [4, 2, 1.5], bads=[4, 1, 2.5], units="ABC"))
    assert found.states == (("open_below",), ("range",), ("single",))
    np.testing.assert_allclose([found.lower[1, 0], found.upper[1, 0]], [2 / 3, 2], rtol=1e-9)
    np.testing.assert_allclose(found.prices[2], [2 / 3], rtol=1e-9)
    assert found.texts("en")[1] == ("at a corner of the frontier, where a range of prices holds",)


@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_prices_follow_units_of_measure(returns: str) -> None:
    given, factors = made_up(6, units=25), np.array([1e3, 1e-2, 1e4, 1e-3, 1e6])
    one, other = shadow_prices(given, returns=returns), shadow_prices(rescaled(given, factors), returns=returns)
    relative = factors[2] / factors[3:]
    for at, states in enumerate(one.states):
        for bad, state in enumerate(states):
            assert other.states[at][bad] == state
            if state == "single":
                np.testing.assert_allclose(one.prices[at, bad] * relative[bad], other.prices[at, bad], rtol=1e-6)
    inside = np.isfinite(one.prices) & np.isfinite(one.lower) & np.isfinite(one.upper)
    assert inside.sum() > 10
    size = np.maximum(1, np.abs(one.prices[inside]))
    assert (one.lower[inside] <= one.prices[inside] + 1e-6 * size).all()
    assert (one.prices[inside] <= one.upper[inside] + 1e-6 * size).all()


def test_prices_without_a_distance() -> None:
    found = shadow_prices(production([1, 1, 1], [0, 2, 1], bads=[0, 1, 1]))
    assert found.states[0] == ("no_direction",)
    assert np.isnan(found.prices[0]).all()


SMALL = production([2, 4, 3, 5, 6, 4, 3, 7], [1, 2, 3, 4, 5, 3, 1, 4], units="hgfedcba")


def test_confidence_is_seeded_and_deaf_to_order() -> None:
    one, again = bootstrap(SMALL, replicates=60, seed=3), bootstrap(SMALL, replicates=60, seed=3)
    order = [3, 1, 0, 2, 7, 6, 5, 4]
    turned = bootstrap(SMALL.take(order), replicates=60, seed=3)
    np.testing.assert_array_equal(one.bias, again.bias)
    np.testing.assert_allclose(one.bias[order], turned.bias, atol=1e-9)
    assert not np.allclose(one.bias, bootstrap(SMALL, replicates=60, seed=4).bias)


@pytest.mark.parametrize("orientation", ["input", "output"])
@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_confidence_lies_below_the_score(orientation: str, returns: str) -> None:
    found = bootstrap(SMALL, orientation, returns, replicates=80, seed=1)
    assert (found.bias > 0).all()
    np.testing.assert_allclose(found.corrected, found.scores - found.bias)
    assert (found.lower < found.upper).all()
    assert (found.lower < found.corrected).all()
    assert (found.upper <= found.scores + 0.05).all()
    wide = bootstrap(SMALL, orientation, returns, replicates=80, seed=1, level=0.99)
    assert (wide.lower <= found.lower).all()


def test_units_of_measure_do_not_move_the_interval() -> None:
    other = rescaled(SMALL, np.array([1e6, 1e-4]))
    one, two = (bootstrap(given, replicates=30, seed=1) for given in (SMALL, other))
    np.testing.assert_allclose(one.lower, two.lower, rtol=1e-7)


def test_too_few_below_the_frontier() -> None:
    found = bootstrap(production([1, 1, 1, 0], [1, 1, 2, 0]), replicates=10)
    assert found.states[3] == "no_score"
    two = bootstrap(production([1, 1], [1, 2]), replicates=10)
    assert two.states == ("too_few", "too_few")
    assert two.replicates == 0
    assert np.isnan(two.bandwidth)
    assert two.texts("en")[0].startswith("fewer than two units")


def test_bandwidth_of_equal_quarters() -> None:
    assert bandwidth(np.array([1.0, 1.0, 1.2, 1.2])) > 0
