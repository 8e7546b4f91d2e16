"""Imputation: linear over time with its limits and breaks, the median of a group."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.methods.imputation import Linear, Median, NoImputation

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
    assert Median(method="median").centre(np.array([1.0, 9.0, 2.0, 4.0])) == 3
