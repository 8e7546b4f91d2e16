"""Awkward inputs: nothing, few, equal, missing, islands, everybody a neighbour, great and small numbers; draws."""

import math
import tracemalloc
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo.autocorrelation import (
    Local,
    Overall,
    bivariate_moran,
    geary,
    getis_ord,
    join_counts,
    local_bivariate_moran,
    local_geary,
    local_getis_ord,
    local_moran,
    moran,
)
from geo.autocorrelation import permutations as engine
from tests.geo.autocorrelation.making import by_code, codes, grid, line, linked, ring

NAN = float("nan")
Y = np.random.default_rng(3).gamma(2, 3, 36)
BOARD = grid(6)


def both(function: Any) -> Any:
    """A bivariate statistic of one variable with itself, called like the others."""
    return lambda values, near, **options: function(values, values, near, **options)


def star(values: Any, near: Any, **options: Any) -> Local:
    return local_getis_ord(values, near, star=True, **options)


GLOBAL = {"moran": moran, "geary": geary, "getis_ord": getis_ord, "bivariate_moran": both(bivariate_moran)}
LOCAL = {
    "moran": local_moran,
    "bivariate_moran": both(local_bivariate_moran),
    "geary": local_geary,
    "getis_ord": local_getis_ord,
    "getis_ord_star": star,
}
on_globals = pytest.mark.parametrize("name", GLOBAL)
on_locals = pytest.mark.parametrize("name", LOCAL)


def numbers(made: Overall) -> list[float]:
    tests = (made.normal, made.randomised, made.simulated)
    return [made.value, *(figure for test in tests for figure in (test.expected, test.deviation, test.z, test.p))]


@on_globals
@pytest.mark.parametrize(
    ("values", "matrix", "state"),
    [
        ([1, 2, 3], line(3), "too_few"),
        ([NAN] * 5, line(5), "too_few"),
        ([NAN, 1, 2, 3, NAN], line(5), "too_few"),
        ([0.1 + 0.2, 0.3, 0.3, 0.3], line(4), "constant"),
        ([0.0] * 5, line(5), "constant"),
        ([1, 2, 3, 4], np.zeros((4, 4)) + np.eye(4, k=1) * [0, 0, 0, 1e-300], "defined"),
    ],
)
def test_why_there_is_no_global_statistic(name: str, values: list[float], matrix: np.ndarray, state: str) -> None:
    made = GLOBAL[name](by_code(np.array(values)), linked(matrix), permutations=9)
    assert made.state == state
    if state != "defined":
        assert all(math.isnan(figure) for figure in numbers(made))
        assert {made.normal.state, made.randomised.state, made.simulated.state} == {"undefined"}


@on_globals
def test_nobody_with_a_value_has_a_neighbour_with_one(name: str) -> None:
    made = GLOBAL[name](by_code(np.array([1, NAN, 2, NAN, 3, NAN, 4])), linked(line(7)), permutations=9)
    assert (made.state, made.n, made.links) == ("no_links", 4, 0)
    assert made.missing == ("u0001", "u0003", "u0005")
    assert made.islands == ("u0000", "u0002", "u0004", "u0006")


def test_g_needs_values_of_0_or_more() -> None:
    assert getis_ord(by_code(np.array([-1.0, 2, 3, 4])), linked(line(4))).state == "negative"
    assert getis_ord(by_code(np.array([0.0, 0, 3, 0])), linked(line(4))).state == "no_products"


@pytest.mark.parametrize("count", [4, 5, 40, 300])
@pytest.mark.parametrize("name", ["moran", "geary", "getis_ord"])
def test_where_everybody_is_a_neighbour_nothing_could_be_otherwise(name: str, count: int) -> None:
    values = by_code(np.random.default_rng(count).random(count))
    made = GLOBAL[name](values, linked(1 - np.eye(count)), permutations=19)
    assert made.state == "defined"
    assert made.simulated.state == made.randomised.state == "no_variance"
    assert made.normal.state == ("not_made" if name == "getis_ord" else "no_variance")
    assert math.isnan(made.simulated.p)
    assert made.value == pytest.approx({"moran": -1 / (count - 1)}.get(name, 1))


def test_where_everybody_is_a_neighbour_two_variables_still_go_together() -> None:
    # Everybody around is the mean of the others, so that only the plain correlation is left: −r/(n − 1).
    x, y = np.random.default_rng(8).random((2, 20))
    made = bivariate_moran(by_code(x), by_code(y), linked(1 - np.eye(20)))
    assert made.value == pytest.approx(-np.corrcoef(x, y)[0, 1] / 19)
    assert made.simulated.state == "defined"


@on_locals
@pytest.mark.parametrize(
    ("values", "states"),
    [
        ([1, 2, NAN], ["too_few", "too_few", "missing"]),
        ([5, 5, 5, 5, NAN], ["constant"] * 4 + ["missing"]),
        ([1, NAN, 2, NAN, 3, NAN, 4], ["island", "missing"] * 3 + ["island"]),
        ([1, 2, 4, NAN, 3, 5, np.inf, 9], ["defined"] * 3 + ["missing"] + ["defined"] * 2 + ["missing", "island"]),
    ],
)
def test_why_a_unit_has_no_local_statistic(name: str, values: list[float], states: list[str]) -> None:
    made = LOCAL[name](by_code(np.array(values)), linked(line(len(values))), permutations=99)
    assert made.states.tolist() == states
    said = made.states == "defined"
    for figures in (made.value, made.p, made.simulated_mean, made.simulated_deviation, made.expected, made.variance):
        assert (np.isfinite(figures) == said).all()
    assert ((made.kinds != "") == said).all()
    assert (np.isfinite(made.z) == (said & (np.nan_to_num(made.variance) > 0))).all()


@pytest.mark.parametrize("name", ["getis_ord", "getis_ord_star"])
def test_g_says_nothing_where_nothing_could_be_otherwise(name: str) -> None:
    hub = np.zeros((5, 5))
    hub[0, 1:] = hub[1:, 0] = 1
    made = LOCAL[name](by_code(np.array([1.0, 2, 3, 4, 5])), linked(hub), permutations=99)
    assert made.states.tolist() == ["no_variance", *["defined"] * 4]
    alone = LOCAL["getis_ord"](by_code(np.array([9.0, 1, 1, 1, 1, 1])), linked(line(6)), permutations=99)
    assert alone.states.tolist() == ["no_variance", *["defined"] * 5]
    assert np.isnan(alone.value[0])


def test_a_value_on_the_mean_has_a_p_of_1() -> None:
    made = local_moran(by_code(np.array([1.0, 3, 5, 3])), linked(line(4)), permutations=99)
    assert made.value[1] == 0
    assert made.variance[1] == 0
    assert np.isnan(made.z[1])
    assert made.p[1] == 1


@on_locals
def test_missing_units_leave_with_their_links(name: str) -> None:
    gone = [3, 14, 15, 30]
    stay = np.delete(np.arange(36), gone)
    holes = Y.copy()
    holes[gone] = NAN
    for standardisation in ("row", "binary", "none"):
        made = LOCAL[name](by_code(holes), linked(BOARD, standardisation), permutations=199, seed=5)
        less = LOCAL[name](
            by_code(Y[stay]), linked(BOARD[np.ix_(stay, stay)], standardisation), permutations=199, seed=5
        )
        assert made.missing == tuple(codes(36)[at] for at in gone)
        for figures in ("value", "p", "expected", "variance", "z"):
            np.testing.assert_array_equal(getattr(made, figures)[stay], getattr(less, figures))
        overall = GLOBAL[name.removesuffix("_star")](by_code(holes), linked(BOARD, standardisation), permutations=19)
        assert overall.n == 32
    absent = LOCAL[name](by_code(holes).dropna(), linked(BOARD), permutations=199, seed=5)
    named = LOCAL[name](by_code(holes).to_dict(), linked(BOARD), permutations=199, seed=5)
    np.testing.assert_array_equal(absent.p, named.p)


@on_globals
def test_the_unit_of_measure_is_all_one(name: str) -> None:
    near = linked(BOARD)
    made = numbers(GLOBAL[name](by_code(Y), near, permutations=99))
    for factor in (1e-200, 1e-3, 1e150):
        np.testing.assert_allclose(numbers(GLOBAL[name](by_code(Y * factor), near, permutations=99)), made, rtol=1e-8)
    if name != "getis_ord":
        moved = numbers(GLOBAL[name](by_code(Y + 1e6), near, permutations=99))
        np.testing.assert_allclose(moved, made, rtol=1e-6, atol=1e-9)


@on_locals
def test_the_unit_of_measure_is_all_one_for_every_unit(name: str) -> None:
    near = linked(BOARD)
    made = LOCAL[name](by_code(Y), near, permutations=99)
    for values in (Y * 1e-200, Y * 1e150, Y * 3 - 40, Y + 1e6):
        other = LOCAL[name](by_code(values), near, permutations=99)
        np.testing.assert_allclose(other.value, made.value, rtol=1e-6, atol=1e-9)
        np.testing.assert_array_equal(other.p, made.p)
        assert other.kinds.tolist() == made.kinds.tolist()


@on_locals
def test_the_order_of_values_is_all_one(name: str) -> None:
    near = linked(BOARD)
    made = LOCAL[name](by_code(Y), near, permutations=99)
    mixed = LOCAL[name](by_code(Y).sample(frac=1, random_state=1), near, permutations=99)
    np.testing.assert_array_equal(mixed.p, made.p)
    np.testing.assert_array_equal(mixed.value, made.value)


@pytest.mark.parametrize("matrix", [BOARD, ring(36, 9) + 0.01 * (1 - np.eye(36))], ids=["few links", "many links"])
@on_locals
def test_how_draws_are_held_and_looked_up_is_all_one(
    name: str, matrix: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = linked(matrix, "none")
    made = LOCAL[name](by_code(Y), near, permutations=199, seed=2)
    monkeypatch.setattr(engine, "_FEW", 0)
    np.testing.assert_array_equal(LOCAL[name](by_code(Y), near, permutations=199, seed=2).p, made.p)
    monkeypatch.setattr(engine, "_CELLS", 36 * 7)
    in_parts = LOCAL[name](by_code(Y), near, permutations=199, seed=2)
    np.testing.assert_array_equal(in_parts.p, made.p)
    np.testing.assert_allclose(in_parts.simulated_mean, made.simulated_mean, rtol=1e-9, atol=1e-12)
    other = LOCAL[name](by_code(Y), near, permutations=199, seed=3)
    assert (other.p != made.p).any()


@on_locals
def test_tails(name: str) -> None:
    near = linked(BOARD)
    p = {tail: LOCAL[name](by_code(Y), near, permutations=199, tail=tail).p for tail in engine.TAILS}
    np.testing.assert_allclose(p["directed"], np.minimum(p["greater"], p["lesser"]))
    np.testing.assert_allclose(p["two_sided"], np.minimum(2 * p["directed"], 1))
    assert (p["greater"] + p["lesser"] >= 1).all()


@on_globals
def test_tails_of_the_whole(name: str) -> None:
    near = linked(BOARD)
    made = {tail: GLOBAL[name](by_code(Y), near, permutations=199, tail=tail) for tail in engine.TAILS}
    for test in ("normal", "randomised", "simulated"):
        p = {tail: getattr(one, test).p for tail, one in made.items()}
        if not math.isnan(p["greater"]):
            assert p["directed"] == pytest.approx(min(p["greater"], p["lesser"]))
            assert p["two_sided"] == pytest.approx(min(2 * p["directed"], 1))


@pytest.mark.parametrize("options", [{"permutations": 0}, {"tail": "both"}])
def test_what_no_caller_may_ask_for(options: dict[str, Any]) -> None:
    near = linked(line(5))
    for function in (*GLOBAL.values(), *LOCAL.values()):
        with pytest.raises(ValueError, match="permutation"):
            function(by_code(np.arange(5.0)), near, **options)
    with pytest.raises(ValueError, match="permutation"):
        join_counts(by_code(np.array(list("aabbb"))), near, **options)


def test_values_of_other_units_are_refused() -> None:
    near = linked(line(5))
    for values in ({"nobody": 1.0}, pd.Series([1.0, 2.0], index=["u0001", "u0001"])):
        with pytest.raises(ValueError, match="no other unit"):
            moran(values, near)
        with pytest.raises(ValueError, match="no other unit"):
            join_counts(values, near)


def test_islands_count_in_the_mean_of_the_whole_map() -> None:
    matrix = BOARD.copy()
    matrix[0] = matrix[:, 0] = 0
    made = moran(by_code(Y), linked(matrix), permutations=9)
    z = Y - Y.mean()
    row = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    assert made.islands == ("u0000",)
    assert made.value == pytest.approx(36 / 35 * (z @ row @ z) / (z @ z))


@pytest.mark.parametrize(
    ("categories", "state"),
    [
        (["a", "b", "a", ""], "too_few"),
        (["a", "a", "a", "a", None], "one_category"),
        (["a", "", "b", NAN, "a", None, "b"], "no_links"),
    ],
)
def test_why_there_are_no_joins_to_count(categories: list[Any], state: str) -> None:
    made = join_counts(dict(zip(codes(len(categories)), categories, strict=True)), linked(line(len(categories))))
    assert made.state == state
    assert np.isnan(made.counts).all()
    assert math.isnan(made.unlike_p)


def test_joins_on_a_chessboard_are_all_unlike() -> None:
    colours = (np.indices((6, 6)).sum(axis=0) % 2).ravel()
    made = join_counts(by_code(colours), linked(BOARD))
    assert made.counts.tolist() == [[0, 60], [60, 0]]
    assert made.unlike == made.joins == 60
    assert made.p[0, 0] == made.unlike_p == 0.002


def test_joins_are_counted_without_holding_every_link_of_every_draw() -> None:
    n, draws = 300, 999
    near = linked(np.ones((n, n)) - np.eye(n))
    tracemalloc.start()
    made = join_counts(by_code(np.arange(n) % 3), near, permutations=draws)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert made.counts[0, 0] == 100 * 99 / 2 and made.counts[0, 1] == 100 * 100
    assert used < n * (n - 1) * draws * 4 / 8


def test_joins_of_a_category_of_one_unit() -> None:
    made = join_counts(by_code(np.array(list("abbbb"))), linked(line(5)), permutations=99)
    assert made.expected[0, 0] == 0
    assert made.p[0, 0] == 1
