"""Formulas over columns: arithmetic, missing operands, what is not finite, units of measure, means of groups."""

import math

import numpy as np
import pytest

from indicators.evaluation import convert
from indicators.units import measure, ratio
from tests.indicators.columns import around, matrix, rows_of, run
from tests.indicators.faulty import only_fault


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # a = 6, b = 4, c = −2
        ("a + b * c", 6 + 4 * -2),
        ("a - b - c", 6 - 4 + 2),
        ("a / b / c", -0.75),
        ("c ** 2 ** 3", 256.0),
        ("-c ** 2", -4.0),
        ("2 ** c", 0.25),
        ("abs(c)", 2.0),
        ("min(a, b, c, 0)", -2.0),
        ("max(a, b, c, 5.5)", 6.0),
        ("sqrt(b)", 2.0),
        ("log(exp(a))", 6.0),
        ("log(10)", 2.302585092994),
        ("(a > b) + (a >= 6) + (a < b) + (a <= 6) + (a == 6) + (a != 6)", 4.0),
        ("where(a > b, b, c)", 4.0),
        ("where(a < b, b, c)", -2.0),
        ("where(c, 1, 0)", 1.0),
        ("where(a - 6, 1, 0)", 0.0),
        ("7", 7.0),
    ],
)
def test_arithmetic(formula: str, expected: float) -> None:
    seen = around({"a": [[6]], "b": [[4]], "c": [[-2]]})
    assert rows_of(run(formula, seen)) == [[expected]]


@pytest.mark.parametrize(
    "formula",
    [
        "a + b",
        "b - a",
        "a * b",
        "a / b",
        "b / a",
        "0 * a",
        "a ** 0",
        "a ** b",
        "one ** a",
        "-a",
        "abs(a)",
        "log(a)",
        "exp(a)",
        "sqrt(a)",
        "min(a, b)",
        "min(b, a)",
        "max(b, a)",
        "max(b, b, a)",
        "a > b",
        "b < a",
        "a == a",
        "a != a",
        "where(a > 0, b, b)",
        "where(b > 0, b, a)",
        "where(b < 0, a, b)",
        "where(a, b, b)",
    ],
)
def test_a_missing_operand_gives_missing_and_is_not_called_undefined(formula: str) -> None:
    outcome = run(formula, around({"a": [[None]], "b": [[2]], "one": [[1]]}))
    assert rows_of(outcome) == [[None]]
    assert not outcome.undefined.any()


@pytest.mark.parametrize(
    "formula",
    [
        "a / zero", "zero / zero", "log(zero)", "log(-a)", "sqrt(-a)", "exp(1000 * a)", "zero ** -1", "(-a) ** 0.5",
        "1e308 * 10 * a", "min(1, a / zero)", "where(zero == 0, 1, a / zero)", "0 * (a / zero)", "a + log(zero)",
        "lag(a, 1) / zero", "growth(zero)", "change(zero)", "lag(a / zero, 1)", "rolling(a / zero, 2)",
        "base(log(zero))", "group_mean(a / zero, g)", "growth(group_mean(a / zero, g))", "rolling(1e308 * a, 2)",
        "group_mean(1e308 * a, g)", "a ** (1 / 0)",
    ],
)  # fmt: skip
def test_what_is_not_finite_is_missing_and_marked_in_the_year(formula: str) -> None:
    # two units and two years, so that means and sums of two 1e308 overflow, too
    seen = around({"a": [[1, 1], [1, 1]], "zero": [[0, 0], [0, 0]]}, baseline=2010, groups={"g": [0, 0]})
    outcome = run(formula, seen)
    assert [row[1] for row in rows_of(outcome)] == [None, None]
    assert outcome.undefined[:, 1].all()


def test_only_the_cell_that_divides_by_zero_is_marked() -> None:
    outcome = run("a / b", around({"a": [[1, 2, None]], "b": [[0, 4, 0]]}))
    assert rows_of(outcome) == [[None, 0.5, None]]
    assert outcome.undefined.tolist() == [[True, False, False]]


def test_a_division_by_zero_that_a_mean_of_others_covers_is_not_marked() -> None:
    outcome = run("group_mean(a / b, g)", around({"a": [[1], [3]], "b": [[0], [1]]}, groups={"g": [0, 0]}))
    assert rows_of(outcome) == [[3.0], [3.0]]
    assert not outcome.undefined.any()


def test_inputs_are_left_alone() -> None:
    seen = around({"a": [[1, None], [0, 2]]})
    before = {name: values.copy() for name, values in seen.values.items()}
    outcome = run("a", seen)
    outcome.values[:] = 9
    run("where(a > 0, log(a), -a) / a", seen)
    for name, values in before.items():
        np.testing.assert_array_equal(seen.values[name], values)


# --- means of groups ------------------------------------------------------------------------------------------------


def test_the_mean_of_a_group_is_of_the_same_year_over_units_with_a_value_itself_included() -> None:
    seen = around({"x": [[1, 5], [3, None], [8, 7], [4, 4]]}, groups={"region": [0, 0, 1, -1]})
    # region 0: 2010 (1 + 3)/2, 2011 only the first has a value; region 1 is one unit; the last has no region
    assert rows_of(run("group_mean(x, region)", seen)) == [[2.0, 5.0], [2.0, 5.0], [8.0, 7.0], [None, None]]
    # "itself included": with two units, x − mean is half of what parts them
    assert rows_of(run("x - group_mean(x, region)", seen)) == [[-1, 0], [1, None], [0, 0], [None, None]]


def test_a_group_without_any_value_has_no_mean() -> None:
    seen = around({"x": [[None], [None], [2]]}, groups={"g": [0, 0, 1]})
    outcome = run("group_mean(x, g)", seen)
    assert rows_of(outcome) == [[None], [None], [2.0]]
    assert not outcome.undefined.any()


# --- units of measure -----------------------------------------------------------------------------------------------

DIMENSIONED = {
    "co2": "t",
    "coal": "kt",
    "gdp": "1e4 CNY",
    "income": "CNY",
    "share": "%",
    "people": "person",
    "area": "km^2",
}


def carried(formula: str) -> tuple[float, str]:
    """Return what a formula of ones gives: the number and the unit of measure that it is in."""
    outcome = run(formula, around({name: [[1]] for name in DIMENSIONED}, DIMENSIONED))
    return float(outcome.values[0, 0]), outcome.measure


@pytest.mark.parametrize(
    ("formula", "wanted", "number"),
    [
        ("co2 / gdp", "t / (1e4 CNY)", 1.0),
        ("co2 / gdp", "kg / CNY", 0.1),  # 1 t per 1e4 CNY = 1000 kg / 10 000 CNY
        ("co2 + coal", "t", 1001.0),
        ("coal + co2", "kt", 1.001),
        ("coal - co2", "t", 999.0),
        ("min(coal, co2)", "t", 1.0),
        ("max(co2, coal)", "t", 1000.0),
        ("gdp - income", "CNY", 9999.0),
        ("co2 / coal", "1", 0.001),
        ("co2 / coal", "%", 0.1),
        ("1 + share", "%", 101.0),
        ("share + 1", "1", 1.01),
        ("share ** 2", "1", 1e-4),
        ("sqrt(share)", "1", 0.1),
        ("log(share)", "1", math.log(0.01)),
        ("exp(share)", "1", math.exp(0.01)),
        ("sqrt(area)", "km", 1.0),
        ("area ** 0.5", "m", 1000.0),
        ("area ** (1 / 2)", "km", 1.0),
        ("area ** -1 * people", "person / km^2", 1.0),
        ("(co2 * gdp) ** 2 / gdp ** 2", "t^2", 1.0),
        ("growth(co2) + 1", "1", math.nan),
        ("lag(co2, 1)", "t", math.nan),
        ("rolling(coal, 1)", "t", 1000.0),
        ("group_mean(coal, g)", "t", math.nan),
        ("where(co2 < coal, co2, coal)", "t", 1.0),
        ("where(coal < co2, co2, coal)", "t", 1000.0),
        ("(co2 < coal) * income", "CNY", 1.0),
        ("co2 == 0.001 * coal", "1", 1.0),
        ("abs(-coal)", "t", 1000.0),
    ],
)
def test_units_of_measure_are_carried_through_and_converted(formula: str, wanted: str, number: float) -> None:
    value, unit = carried(formula)
    got = value * ratio(unit, measure(wanted))
    assert got == pytest.approx(number, rel=1e-14, nan_ok=True)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("max(co2, 0)", "t"), ("max(0, co2)", "t"), ("min(0, co2, 0.0)", "t"), ("0 - gdp", "CNY"), ("gdp + 0", "CNY"),
        ("where(co2 > 0, co2, 0)", "t"), ("where(co2 > 0, 0, co2)", "t"), ("0 < gdp", "1"), ("co2 != 0", "1"),
        ("where(0 == 0, 0, 0)", "1"),
    ],
)  # fmt: skip
def test_a_literal_zero_takes_any_unit_of_measure(formula: str, wanted: str) -> None:
    assert ratio(carried(formula)[1], measure(wanted)) > 0


@pytest.mark.parametrize(
    ("formula", "key", "named"),
    [
        ("co2 + gdp", "unit_mismatch", ("t", "10000 CNY")),
        ("gdp - co2", "unit_mismatch", ("10000 CNY", "t")),
        ("min(co2, people)", "unit_mismatch", ("t", "person")),
        ("max(0, co2, gdp)", "unit_mismatch", ("t", "10000 CNY")),
        ("co2 > gdp", "unit_mismatch", ("t", "10000 CNY")),
        ("co2 > 5", "unit_mismatch", ("t", "1")),
        ("co2 + 1", "unit_mismatch", ("t", "1")),
        ("where(co2 > 0, co2, gdp)", "unit_mismatch", ("t", "10000 CNY")),
        ("where(co2, 1, 0)", "unit_not_plain", ("t",)),
        ("log(co2)", "unit_not_plain", ("t",)),
        ("log(gdp / people)", "unit_not_plain", ("10000 CNY / person",)),
        ("exp(area)", "unit_not_plain", ("km ** 2",)),
        ("2 ** co2", "unit_not_plain", ("t",)),
        ("co2 ** share", "power_unit", ()),
        ("co2 ** (1 / 0)", "power_unit", ()),
        ("co2 ** 1e300", "unit_too_large", ()),
        ("((gdp ** 99) ** 99) ** 99", "unit_too_large", ()),
        ("((area ** 99) ** 99) ** -99", "unit_too_large", ()),
        ("growth(co2) + co2", "unit_mismatch", ("1", "t")),
        ("co2 / people + co2", "unit_mismatch", ("t / person", "t")),
    ],
)
def test_units_of_measure_that_do_not_fit_are_refused_and_named(formula: str, key: str, named: tuple[str, ...]) -> None:
    found = only_fault(lambda: carried(formula))
    assert (found.text_key, found.place.key) == (f"formula.{key}", "here")
    shown = [found.values[name] for name in ("left", "right", "found") if name in found.values]
    assert tuple(shown) == named
    for name in named:
        assert name in found.message("en")
        assert name in found.message("zh")


def test_the_message_names_both_units_of_measure() -> None:
    found = only_fault(lambda: carried("co2 + gdp"))
    assert found.message("en") == "here: units of measure do not fit in '+': t and 10000 CNY"


def test_the_result_becomes_the_declared_unit_of_measure_or_is_refused() -> None:
    # 3 t per 2e4 CNY = 1.5 t/(1e4 CNY) = 0.15 kg/CNY
    outcome = run("co2 / gdp", around({"co2": [[3]], "gdp": [[2]]}, DIMENSIONED))
    assert convert(outcome.values, outcome.measure, "kg / CNY").tolist() == [[pytest.approx(0.15, rel=1e-15)]]
    found = only_fault(lambda: convert(outcome.values, outcome.measure, "t"))
    assert (found.text_key, found.values) == ("formula.result_unit", {"found": "0.0001 t / CNY", "wanted": "t"})


def test_a_conversion_that_overflows_is_missing_and_marked() -> None:
    outcome = run("min(co2, coal)", around({"co2": [[1e308]], "coal": [[1e308]]}, DIMENSIONED))
    assert rows_of(outcome) == [[1e308]]
    outcome = run("max(co2, coal)", around({"co2": [[1e308]], "coal": [[1e308]]}, DIMENSIONED))
    assert rows_of(outcome) == [[None]]
    assert outcome.undefined.all()


def test_missing_stays_where_it_is_among_units_and_years() -> None:
    seen = around({"a": [[1, None, 3], [None, 5, 6]], "b": [[2, 2, None], [2, 2, 2]]})
    np.testing.assert_array_equal(run("a * b", seen).values, matrix([[2, None, None], [None, 10, 12]]))
