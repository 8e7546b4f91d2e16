"""Formulas over time, without and with declared breaks (contract, parts Formulas and Breaks)."""

from collections.abc import Set

import pytest

from indicators.evaluation import Mark
from tests.indicators.columns import around, rows_of, run

#          2010  2011  2012  2013  2014  2015  2016
X = [10.0, 11.0, 12.0, 20.0, 22.0, 11.0, 12.0]
FLAT = [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]


def over_time(
    formula: str,
    breaks: Set[int] = frozenset(),
    x: list[float | None] = X,
    baseline: int = 2010,  # type: ignore[assignment]
) -> list[float | None]:
    seen = around({"x": [x], "y": [FLAT]}, baseline=baseline, breaks={"x": breaks})
    return rows_of(run(formula, seen))[0]


def twelve(*numbers: float | None) -> list[float | None]:
    return [None if number is None else round(number, 12) for number in numbers]


# --- without breaks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("lag(x, 1)", twelve(None, 10, 11, 12, 20, 22, 11)),
        ("lag(x, 3)", twelve(None, None, None, 10, 11, 12, 20)),
        ("lag(x, 7)", [None] * 7),
        # (10+11+12)/3 = 11, 43/3, 54/3 = 18, 53/3, 45/3 = 15
        ("rolling(x, 3)", twelve(None, None, 11, 43 / 3, 18, 53 / 3, 15)),
        ("rolling(x, 1)", twelve(*X)),
        # 11/10, 12/11, 20/12, 22/20, 11/22, 12/11, each − 1
        ("growth(x)", twelve(None, 0.1, 1 / 11, 2 / 3, 0.1, -0.5, 1 / 11)),
        ("base(x)", [10.0] * 7),
        ("change(x)", twelve(0, 0.1, 0.2, 1, 1.2, 0.1, 0.2)),
        ("x / base(x)", twelve(1, 1.1, 1.2, 2, 2.2, 1.1, 1.2)),
        ("-change(x / y)", twelve(0, -0.1, -0.2, -1, -1.2, -0.1, -0.2)),
        # the year before the first has no value to lag, so the first growth is that of 2012
        ("growth(lag(x, 1))", twelve(None, None, 0.1, 1 / 11, 2 / 3, 0.1, -0.5)),
        ("lag(3, 1)", twelve(None, 3, 3, 3, 3, 3, 3)),
    ],
)
def test_over_time(formula: str, expected: list[float | None]) -> None:
    assert over_time(formula) == expected


def test_change_is_missing_before_the_baseline_and_0_in_it() -> None:
    # 2012 = 12: 20/12 − 1 = 2/3, 22/12 − 1 = 5/6, 11/12 − 1, 0
    assert over_time("change(x)", baseline=2012) == twelve(None, None, 0, 2 / 3, 5 / 6, -1 / 12, 0)
    # base looks both ways
    assert over_time("base(x)", baseline=2012) == [12.0] * 7


def test_gaps_stay_gaps() -> None:
    x = [10.0, None, 12.0, 20.0, None, 11.0, 12.0]
    assert over_time("growth(x)", x=x) == twelve(None, None, None, 2 / 3, None, None, 1 / 11)
    assert over_time("rolling(x, 2)", x=x) == twelve(None, None, None, 16, None, None, 11.5)
    assert over_time("change(x)", x=x) == twelve(0, None, 0.2, 1, None, 0.1, 0.2)
    assert over_time("lag(x, 2)", x=x) == twelve(None, None, 10, None, 12, 20, None)
    assert over_time("change(x)", x=[None, *X[1:]]) == [None] * 7
    assert over_time("base(x)", x=[None, *X[1:]]) == [None] * 7


# --- one break, the step into 2013 ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("growth(x)", twelve(None, 0.1, 1 / 11, None, 0.1, -0.5, 1 / 11)),
        # e(2012)/e(2010) = 1.2, then 1.2 · e(t)/e(2013): 1.2, 1.2·1.1 = 1.32, 1.2·0.55 = 0.66, 1.2·0.6 = 0.72
        ("change(x)", twelve(0, 0.1, 0.2, 0.2, 0.32, -0.34, -0.28)),
        # the windows 2012–2013 and, for two years, also 2012–2014 hold the step into 2013
        ("lag(x, 1)", twelve(None, 10, 11, None, 20, 22, 11)),
        ("lag(x, 2)", twelve(None, None, 10, None, None, 20, 22)),
        ("rolling(x, 2)", twelve(None, 10.5, 11.5, None, 21, 16.5, 11.5)),
        # (20+22+11)/3 = 53/3, (22+11+12)/3 = 15
        ("rolling(x, 3)", twelve(None, None, 11, None, None, 53 / 3, 15)),
        ("rolling(x, 1)", twelve(*X)),
        ("base(x)", twelve(10, 10, 10, None, None, None, None)),
        # what looks at no other year knows no break
        ("x * 2", twelve(20, 22, 24, 40, 44, 22, 24)),
        # an expression inherits the breaks of its variables; y has none of its own
        ("growth(x / y)", twelve(None, 0.1, 1 / 11, None, 0.1, -0.5, 1 / 11)),
        ("growth(y)", twelve(None, 0, 0, 0, 0, 0, 0)),
        ("lag(y, 1) + 0 * x", twelve(None, 2, 2, 2, 2, 2, 2)),
        ("lag(y + 0 * x, 1)", twelve(None, 2, 2, None, 2, 2, 2)),
    ],
)
def test_one_break(formula: str, expected: list[float | None]) -> None:
    assert over_time(formula, {2013}) == expected


def test_the_whole_expression_is_chained_not_its_parts() -> None:
    # e = 2/x: e(2012)/e(2010) = 10/12, then · e(t)/e(2013) = 20/x(t): 1, 20/22, 20/11, 20/12
    step = 10 / 12
    expected = twelve(0, 10 / 11 - 1, step - 1, step - 1, step * 20 / 22 - 1, step * 20 / 11 - 1, step * 20 / 12 - 1)
    assert over_time("change(y / x)", {2013}) == expected


def test_a_division_by_zero_on_the_way_over_a_break_is_marked() -> None:
    outcome = run("change(x)", around({"x": [[1, 2, 0, 3]]}, baseline=2010, breaks={"x": {2012}}))
    # e(2011)/e(2010) · e(t)/e(2012) with e(2012) = 0
    assert rows_of(outcome) == [[0.0, 1.0, None, None]]
    assert outcome.undefined.tolist() == [[False, False, True, True]]


def test_a_change_over_a_break_needs_the_years_on_both_sides_of_it() -> None:
    # without e(2012) nothing from 2013 on; e(2011) is before the break and stays
    assert over_time("change(x)", {2013}, [10, 11, None, 20, 22, 11, 12]) == twelve(0, 0.1, *[None] * 5)
    assert over_time("change(x)", {2013}, [10, 11, 12, None, 22, 11, 12]) == twelve(0, 0.1, 0.2, *[None] * 4)
    # a year that lies on neither side is not asked for
    assert over_time("change(x)", {2013}, [10, None, 12, 20, None, 11, 12]) == twelve(
        0, None, 0.2, 0.2, None, -0.34, -0.28
    )


def test_base_and_lag_from_a_baseline_behind_the_break() -> None:
    # baseline 2014: the years before 2013 are on the other side of the break
    assert over_time("base(x)", {2013}, baseline=2014) == twelve(None, None, None, 22, 22, 22, 22)
    # change is missing before the baseline; from 2014 on no break lies between
    assert over_time("change(x)", {2013}, baseline=2014) == twelve(None, None, None, None, 0, -0.5, 12 / 22 - 1)
    # the step into the baseline year itself is not on the way from it
    assert over_time("change(x)", {2013}, baseline=2013) == twelve(None, None, None, 0, 0.1, -0.45, -0.4)
    assert over_time("base(x)", {2013}, baseline=2013) == twelve(None, None, None, 20, 20, 20, 20)


# --- two breaks and breaks outside the span -------------------------------------------------------------------------


def test_two_breaks() -> None:
    # steps into 2013 and 2015. change(2014) = 12/10 · 22/20 − 1 = 0.32;
    # change(2015) = 12/10 · 22/20 · 11/11 − 1 = 0.32; change(2016) = 12/10 · 22/20 · 12/11 − 1 = 0.44
    assert over_time("change(x)", {2013, 2015}) == twelve(0, 0.1, 0.2, 0.2, 0.32, 0.32, 0.44)
    assert over_time("growth(x)", {2013, 2015}) == twelve(None, 0.1, 1 / 11, None, 0.1, None, 1 / 11)
    assert over_time("rolling(x, 2)", {2013, 2015}) == twelve(None, 10.5, 11.5, None, 21, None, 11.5)
    assert over_time("lag(x, 2)", {2013, 2015}) == twelve(None, None, 10, None, None, None, None)


def test_breaks_in_two_years_running() -> None:
    # steps into 2013 and 2014: e(2012)/e(2010) · e(2013)/e(2013) · e(t)/e(2014): 1.2, 1.2, 1.2·11/22, 1.2·12/22
    assert over_time("change(x)", {2013, 2014}) == twelve(0, 0.1, 0.2, 0.2, 0.2, -0.4, 1.2 * 12 / 22 - 1)
    assert over_time("growth(x)", {2013, 2014}) == twelve(None, 0.1, 1 / 11, None, None, -0.5, 1 / 11)


def test_breaks_of_two_variables_are_breaks_of_their_quotient() -> None:
    seen = around({"x": [X], "z": [[1, 1, 1, 1, 1, 4, 4]]}, baseline=2010, breaks={"x": {2013}, "z": {2015}})
    # e = x/z = 10, 11, 12, 20, 22, 2.75, 3 with breaks in 2013 and 2015, as above: 1.2·1.1·(3/2.75) − 1 = 0.44
    assert rows_of(run("change(x / z)", seen)) == [twelve(0, 0.1, 0.2, 0.2, 0.32, 0.32, 0.44)]
    # alone, z knows nothing of the break of x: 1, 1, 1, 1, 1, then 1/1 · 4/4
    assert rows_of(run("change(z)", seen)) == [[0.0] * 7]


@pytest.mark.parametrize("outside", [{2010}, {2005}, {2017}, {2005, 2010, 2017}])
@pytest.mark.parametrize("formula", ["growth(x)", "change(x)", "lag(x, 2)", "rolling(x, 3)", "base(x)"])
def test_a_break_outside_the_span_changes_nothing(formula: str, outside: set[int]) -> None:
    assert over_time(formula, outside) == over_time(formula)


def test_a_break_of_another_variable_changes_nothing() -> None:
    seen = around({"x": [X], "y": [FLAT]}, baseline=2010, breaks={"y": {2013}})
    assert rows_of(run("change(x)", seen)) == [over_time("change(x)")]


def test_a_break_inside_a_mean_of_a_group() -> None:
    seen = around({"x": [X, [2 * v for v in X]]}, breaks={"x": {2013}}, groups={"g": [0, 0]})
    assert rows_of(run("group_mean(growth(x), g)", seen)) == [twelve(None, 0.1, 1 / 11, None, 0.1, -0.5, 1 / 11)] * 2
    assert rows_of(run("growth(group_mean(x, g))", seen)) == [twelve(None, 0.1, 1 / 11, None, 0.1, -0.5, 1 / 11)] * 2


# --- what touches a break is marked ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "breaks", "marks"),
    [
        ("growth(x)", {2013}, {(2013, 2013, "missing")}),
        ("lag(x, 2)", {2013}, {(2013, 2013, "missing"), (2014, 2013, "missing")}),
        ("rolling(x, 3)", {2013}, {(2013, 2013, "missing"), (2014, 2013, "missing")}),
        ("base(x)", {2015}, {(2015, 2015, "missing"), (2016, 2015, "missing")}),
        ("change(x)", {2015}, {(2015, 2015, "chained"), (2016, 2015, "chained")}),
        (
            "change(x)",
            {2014, 2016},
            {(2014, 2014, "chained"), (2015, 2014, "chained"), (2016, 2014, "chained"), (2016, 2016, "chained")},
        ),
        ("x / y", {2013}, set()),
        ("growth(y)", {2013}, set()),
        ("change(x)", {2010, 2017}, set()),
    ],
)
def test_marks(formula: str, breaks: set[int], marks: set[tuple[int, int, str]]) -> None:
    seen = around({"x": [X], "y": [FLAT]}, baseline=2010, breaks={"x": breaks})
    assert run(formula, seen).marks == {Mark(*mark) for mark in marks}
