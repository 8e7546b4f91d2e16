"""Values in another unit of measure: named where they lie far off, and never where they only differ."""

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate import load
from evaluate.magnitudes import LISTED, odd_magnitudes
from indicators.definitions import Variable
from indicators.errors import Fault
from tests.evaluate.tiny import make

VARIABLES = {"x": Variable(unit_of_measure="t", label={"zh": "排放量", "en": "Emissions"})}
YEARS = range(2015, 2020)


def told(values: dict[str, list[float]], types: dict[str, str] | None = None) -> list[Fault]:
    """The warnings of a variable x: of each unit a value a year, zero or NaN as they are."""
    rows = [(u, y, "x", v) for u, own in values.items() for y, v in zip(YEARS, own, strict=False)]
    reported = pd.DataFrame(rows, columns=["unit", "year", "variable", "value"])
    reported = reported.assign(file="a.csv", sheet="", row=range(2, len(rows) + 2), column="x")
    roster = pd.DataFrame({"unit": list(values), "type": [(types or {}).get(u, "") for u in values]})
    return odd_magnitudes(reported, roster, VARIABLES)


def cells(found: list[Fault]) -> list[tuple[str, object, object]]:
    return [(f.text_key.rpartition("_")[2], f.values["unit"], f.values["years"]) for f in found]


LIKE = {f"u{i}": [100.0 + i, 101, 102, 103, 104] for i in range(5)}


def test_one_year_in_another_unit_of_measure_is_named() -> None:
    (found,) = told(LIKE | {"v": [100, 100, 1_000_000, 100, 110]})
    assert found.text_key == "assessment.magnitude_own"
    assert found.message("en") == (
        "a.csv:29: the magnitude of 'Emissions' (x) of unit v in 2017 is odd: 1e+06 t in 2017, against a median of 100 "
        "over the unit's own years, 100 times off or more; is the unit of measure right?"
    )
    assert found.message("zh") == (
        "a.csv:29：评价单元 v 的“排放量”（x，2017 年）数量级异常：2017 年为 1e+06 t，该单元各年中位数为 100，"
        "相差达 100 倍以上；请核对计量单位"
    )


def test_the_place_in_a_workbook_is_told_by_the_heading_of_the_column() -> None:
    """`C2010` is a heading here, and no cell."""
    reported = pd.DataFrame({"unit": "v", "year": YEARS[:4], "variable": "x", "value": [100, 100, 1e6, 100]})
    reported = reported.assign(file="a.xlsx", sheet="Data", row=1805, column=["C2008", "C2009", "C2010", "C2011"])
    (found,) = odd_magnitudes(reported, pd.DataFrame({"unit": ["v"], "type": [""]}), VARIABLES)
    assert found.message("en").startswith("a.xlsx, sheet 'Data', row 1805, column 'C2010': the magnitude")
    assert found.message("zh").startswith("a.xlsx 工作表“Data”第 1805 行、列“C2010”：")


@pytest.mark.parametrize(
    ("value", "named"), [(9_999, False), (10_000, True), (1.0, True), (1.01, False), (-10_000, True)]
)
def test_the_factor_is_a_hundred_up_or_down(value: float, named: bool) -> None:
    assert bool(told({"v": [100, 100, value, 100, 100]})) is named


def test_all_years_in_another_unit_of_measure_are_named_against_the_type() -> None:
    wrong = [value * 1e4 for value in LIKE["u0"]]
    found = told(LIKE | {"v": wrong})
    assert cells(found) == [("type", "v", "2015–2019")]
    assert "over the units of its type, 1,000 times off or more" in found[0].message("en")
    # where the units of its type are of that size, nothing is odd
    other = {f"w{i}": wrong for i in range(5)}
    assert told(LIKE | other | {"v": wrong}, {u: "big" for u in (*other, "v")}) == []


def test_a_cell_is_named_once() -> None:
    found = told(LIKE | {"v": [100, 100, 1e9, 100, 100]})
    assert cells(found) == [("own", "v", "2017")]


def test_few_values_and_small_types_have_no_median_to_go_by() -> None:
    assert told({"v": [1, 1e6]}) == []
    assert told({"v": [1, 1, 1], "w": [1e6, 1e6, 1e6], "x": [1, 1, 1]}) == []


def test_zeros_and_gaps_say_nothing() -> None:
    assert told({"v": [0, 0, 0, 5, 0]}) == []
    assert told({"v": [0.0] * 5, "w": [math.nan] * 5}) == []
    assert told({}) == []
    assert cells(told({"v": [0, 100, 100, 1e5, 100]})) == [("own", "v", "2018")]


def test_only_some_are_listed_the_farthest_first() -> None:
    many = {f"u{i:02}": [1, 1, 10.0 ** (3 + i % 5), 1, 1] for i in range(LISTED + 3)}
    found = told(many)
    assert len(found) == LISTED + 1
    assert found[0].values["found"] == "1e+07 t"
    assert found[-1].text_key == "assessment.magnitude_own_more"
    assert found[-1].message("en").startswith("3 more variables of single units")
    assert found[-1].message("zh").startswith("另有 3 个单元的变量")


@given(st.lists(st.floats(1, 99.0), min_size=5, max_size=5), st.floats(1e-6, 1e6))
def test_values_within_a_factor_of_a_hundred_are_never_named(values: list[float], scale: float) -> None:
    assert told({f"u{i}": [v * scale for v in values] for i in range(5)}) == []


def test_a_workbook_cell_and_the_assessment_that_warns(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    assert load(project.path).warnings == ()
    project.change("data.csv", ("C3,2020,2900,", "C3,2020,29000000,"))
    (warning,) = load(project.path).warnings
    assert warning.values["cell"] == "data.csv:9"
    assert warning.values["unit"] == "C3"
