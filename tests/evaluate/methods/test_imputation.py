"""Imputation: over time with its limits and breaks, by group, and from the other indicators as scikit-learn does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.preprocessing import StandardScaler

from evaluate.methods.imputation import Iterative, Knn, LastValue, Linear, Mean, Median, NoImputation

N = np.nan
YEARS = tuple(range(2010, 2017))
#        2010 2011 2012 2013 2014 2015 2016
ROW = [1.0, N, N, 4.0, N, 8.0, N]


def filled(limit: int | None = None, breaks: tuple[int, ...] = (), row: list[float] = ROW) -> list[float]:
    return list(Linear(method="linear", limit=limit).over_time(np.array([row]), YEARS, breaks)[0])


def same(found: list[float], expected: list[float]) -> None:
    np.testing.assert_array_equal(found, expected)


def test_only_gaps_between_reported_years_are_filled() -> None:
    # 1 + 3·1/3, 1 + 3·2/3; 4 + 4·1/2; nothing after 2015
    same(filled(), [1, 2, 3, 4, 6, 8, N])
    same(filled(row=[N, N, 4, N, 8, N, N]), [N, N, 4, 6, 8, N, N])
    same(filled(row=[N, N, 4, N, N, N, N]), [N, N, 4, N, N, N, N])
    same(filled(row=[N] * 7), [N] * 7)


def test_a_gap_longer_than_the_limit_stays_whole() -> None:
    same(filled(1), [1, N, N, 4, 6, 8, N])
    same(filled(2), [1, 2, 3, 4, 6, 8, N])


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2010, [1, 2, 3, 4, 6, 8, N]),  # the step into 2010 lies before the gap
        (2011, [1, N, N, 4, 6, 8, N]),
        (2012, [1, N, N, 4, 6, 8, N]),
        (2013, [1, N, N, 4, 6, 8, N]),  # the step from the gap into 2013
        (2014, [1, 2, 3, 4, N, 8, N]),
        (2015, [1, 2, 3, 4, N, 8, N]),
        (2016, [1, 2, 3, 4, 6, 8, N]),
        (2000, [1, 2, 3, 4, 6, 8, N]),
        (2030, [1, 2, 3, 4, 6, 8, N]),
    ],
)
def test_a_gap_that_touches_a_break_stays_whole(year: int, expected: list[float]) -> None:
    same(filled(breaks=(year,)), expected)


def test_two_breaks_leave_both_gaps() -> None:
    same(filled(breaks=(2012, 2015)), ROW)


def test_units_do_not_mix_and_the_input_is_left_alone() -> None:
    values = np.array([[1.0, N, 3.0], [N, 5.0, N]])
    before = values.copy()
    found = Linear(method="linear").over_time(values, (1, 2, 3), [])
    np.testing.assert_array_equal(found, [[1, 2, 3], [N, 5, N]])
    np.testing.assert_array_equal(values, before)


@given(st.lists(st.none() | st.floats(-100, 100), min_size=2, max_size=9))
def test_without_limit_and_breaks_it_is_numpys_interpolation_inside(row: list[float | None]) -> None:
    values = np.array([[N if v is None else v for v in row]])
    there = np.flatnonzero(np.isfinite(values[0]))
    expected = values[0].copy()
    if len(there):
        inside = np.arange(there[0], there[-1] + 1)
        expected[inside] = np.interp(inside, there, values[0, there])
    found = Linear(method="linear").over_time(values, tuple(range(len(row))), [])[0]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_nothing_is_filled_over_time_by_the_others() -> None:
    for method in (NoImputation(), Median(method="median")):
        same(list(method.over_time(np.array([ROW]), YEARS, [])[0]), ROW)


def test_groups_of_the_median() -> None:
    columns = {"type": np.array(["a", "b"], dtype=object), "region": np.array(["n", "n"], dtype=object)}
    assert Median(method="median").groups(columns).tolist() == ["a", "b"]
    assert Median(method="median", by="region").groups(columns).tolist() == ["n", "n"]
    assert Median(method="median", by=None).groups(columns).tolist() == ["", ""]
    assert Mean(method="mean", by="region").column == "region"


# --- last value -----------------------------------------------------------------------------------------------------


def carried(limit: int | None = None, breaks: tuple[int, ...] = ()) -> list[float]:
    return list(LastValue(method="last_value", limit=limit).over_time(np.array([ROW]), YEARS, breaks)[0])


def test_the_last_value_is_carried_on() -> None:
    same(carried(), [1, 1, 1, 4, 4, 8, 8])
    same(carried(1), [1, 1, N, 4, 4, 8, 8])
    found = LastValue(method="last_value").over_time(np.array([[N, 2.0, N], [N, N, N]]), (1, 2, 3), [])
    np.testing.assert_array_equal(found, [[N, 2, 2], [N, N, N]])


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2010, [1, 1, 1, 4, 4, 8, 8]),
        (2011, [1, N, N, 4, 4, 8, 8]),
        (2012, [1, 1, N, 4, 4, 8, 8]),  # the figures from 2012 onward are other figures
        (2013, [1, 1, 1, 4, 4, 8, 8]),  # the gap lies before the break
        (2016, [1, 1, 1, 4, 4, 8, N]),
    ],
)
def test_nothing_is_carried_across_a_break(year: int, expected: list[float]) -> None:
    same(carried(breaks=(year,)), expected)


def test_years_before_the_first_needed_one() -> None:
    assert list(LastValue(method="last_value", limit=2).years_before(2018)) == [2016, 2017]
    assert list(LastValue(method="last_value").years_before(2018)) == []
    assert list(Linear(method="linear", limit=2).years_before(2018)) == []


# --- mean and median of a group -------------------------------------------------------------------------------------

TABLES = st.lists(st.lists(st.none() | st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=1, max_size=9)


@given(TABLES, st.lists(st.sampled_from("ab"), min_size=9, max_size=9))
def test_centres_of_groups_are_numpys(rows: list[list[float | None]], letters: list[str]) -> None:
    table = np.array([[N if v is None else v for v in row] for row in rows])
    groups = np.array(letters[: len(rows)])
    for method, theirs in ((Mean(method="mean"), np.mean), (Median(method="median"), np.median)):
        found, steady = method.estimates(table, groups)
        assert steady
        for (row, column), value in np.ndenumerate(found):
            alike = table[groups == groups[row], column]
            known = alike[np.isfinite(alike)]
            expected = theirs(known) if len(known) else N
            np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-9)


def test_centres_of_amounts_that_no_sum_could_hold() -> None:
    table = np.array([[1.7e308], [1.7e308], [1.7e308]])
    for method in (Mean(method="mean"), Median(method="median")):
        np.testing.assert_allclose(method.estimates(table, np.array(["x"] * 3))[0], 1.7e308)


# --- nearest units and regression: scikit-learn's own classes on standardised indicators ----------------------------


def lacking(units: int = 40, indicators: int = 5, share: float = 0.15) -> np.ndarray:
    """Correlated indicators of quite different sizes, some missing."""
    random = np.random.default_rng(7)
    full = random.normal(size=(units, 2)) @ random.normal(size=(2, indicators))
    full = (full + 0.3 * random.normal(size=full.shape)) * 10.0 ** np.arange(indicators) + 5
    full[random.random(full.shape) < share] = N
    return full


def by_sklearn(table: np.ndarray, imputer: object) -> np.ndarray:
    scale = StandardScaler()
    return scale.inverse_transform(imputer.fit_transform(scale.fit_transform(table)))  # type: ignore[attr-defined]


UNITS = np.array([f"u{n}" for n in range(40)])


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("neighbours", [1, 3, 5, 99])
def test_nearest_units_are_scikit_learns(neighbours: int, weights: str) -> None:
    table, gaps = lacking(), np.isnan(lacking())
    found, steady = Knn(method="knn", neighbours=neighbours, weights=weights).estimates(table, UNITS)  # type: ignore[arg-type]
    expected = by_sklearn(table, KNNImputer(n_neighbors=neighbours, weights=weights))
    assert steady
    np.testing.assert_allclose(found[gaps], expected[gaps], rtol=1e-9)


def test_regression_is_scikit_learns() -> None:
    table, gaps = lacking(), np.isnan(lacking())
    found, steady = Iterative(method="iterative", rounds=50).estimates(table, UNITS)
    z = StandardScaler().fit_transform(table)
    ends = {"min_value": np.nanmin(z, axis=0), "max_value": np.nanmax(z, axis=0)}
    expected = by_sklearn(table, IterativeImputer(max_iter=50, random_state=0, **ends))
    assert steady
    # the rows come in another order, which sums feel in their last digits
    np.testing.assert_allclose(found[gaps], expected[gaps], rtol=1e-8)
    # and so it is the same again
    np.testing.assert_array_equal(Iterative(method="iterative", rounds=50).estimates(table, UNITS)[0], found)


def test_regression_that_is_cut_short_says_so() -> None:
    found, steady = Iterative(method="iterative", rounds=1).estimates(lacking(), UNITS)
    assert not steady and np.isfinite(found).all()


def test_regression_follows_the_other_indicators() -> None:
    # y = 2x but for one gap at x = 7
    x = np.arange(12.0)
    table = np.column_stack([x, np.where(x == 7, N, 2 * x)])
    found, _ = Iterative(method="iterative", rounds=20).estimates(table, UNITS[:12])
    expected = stats.linregress(x[x != 7], table[x != 7, 1])
    assert found[7, 1] == pytest.approx(expected.intercept + 7 * expected.slope, abs=0.05)


@pytest.mark.parametrize("method", [Knn(method="knn"), Iterative(method="iterative")], ids=lambda m: m.method)
def test_what_cannot_be_filled_stays_a_gap(method: Knn | Iterative) -> None:
    #         empty constant alone  a unit without anything
    table = np.array([[N, 5.0, N, 1.0], [N, N, 2.0, N], [N, N, N, N], [N, 5.0, N, 4.0]])
    found, _ = method.estimates(table, UNITS[:4])
    assert np.isnan(found[:, 0]).all() and np.isnan(found[2]).all()
    np.testing.assert_array_equal(found[[0, 1, 3], 1], 5)
    np.testing.assert_array_equal(found[[0, 1, 3], 2], 2)
    assert 1 <= found[1, 3] <= 4
    for few in (table[:1], table[2:3], np.full((2, 2), N), np.array([[1.0, N], [N, 2.0]])):
        found, _ = method.estimates(few, UNITS[: len(few)])
        np.testing.assert_array_equal(
            np.isnan(found), ~np.isfinite(few).any(axis=0) | ~np.isfinite(few).any(axis=1)[:, None]
        )


def test_names_and_order_of_units_decide_nothing() -> None:
    # tied everywhere: half of the units are as near as each other
    table = np.random.default_rng(3).integers(0, 3, size=(40, 4)).astype(float)
    table[::3, 1], table[1::4, 2] = N, N
    order = np.random.default_rng(4).permutation(40)
    for method in (Knn(method="knn", neighbours=3), Iterative(method="iterative", rounds=50)):
        found = method.estimates(table, UNITS)[0]
        np.testing.assert_allclose(method.estimates(table[order], UNITS)[0], found[order], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(method.estimates(table / 3, UNITS)[0], found / 3, rtol=1e-9, atol=1e-12)
