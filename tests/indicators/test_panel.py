"""The panel: what a table becomes, and everything in a table that is refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from indicators.framework import Framework
from indicators.panel import Panel
from tests.indicators.faulty import faults_of, only_fault

TABLE = pd.DataFrame(
    {"unit": ["b", "a", "b"], "year": [2020, 2020, 2022], "co2": [2, 1, 3], "gdp": [10.0, np.nan, 30.0]}
)


def framework(**units: str) -> Framework:
    return Framework.from_dict({
        "schema": "framework/1", "code": "x", "label": "X", "assesses": "city", "source": "tests",
        "variables": {name: {"unit_of_measure": unit} for name, unit in units.items()},
        "indicators": {"i": {"label": "I", "formula": f"growth({next(iter(units))})", "unit_of_measure": "1",
                             "direction": "positive"}},
        "tree": {"d": {"label": "D", "indicators": {"i": 1}}},
    })  # fmt: skip


def test_every_unit_and_consecutive_year_gaps_kept_and_sorted() -> None:
    panel = Panel.from_frame(TABLE)
    assert panel.codes == ("a", "b")
    assert panel.years == (2020, 2021, 2022)
    assert panel.scored == (2020, 2022)
    assert panel.rank == 2022
    np.testing.assert_array_equal(panel.matrix("co2"), [[1, np.nan, np.nan], [2, np.nan, 3]])
    np.testing.assert_array_equal(panel.matrix("gdp"), [[np.nan] * 3, [10, np.nan, 30]])
    assert np.isnan(panel.matrix("nothing")).all()
    assert panel.types == ("",)
    assert "Panel 2 × 2020" in panel._repr_html_()


def test_the_period_is_scored_the_rest_is_read() -> None:
    panel = Panel.from_frame(TABLE, period=(2021, 2023), baseline=2020, rank=2021)
    assert panel.scored == (2021, 2022, 2023)
    assert panel.years == (2020, 2021, 2022, 2023)
    assert (panel.baseline, panel.rank) == (2020, 2021)


def test_one_year_is_a_panel_of_one_year() -> None:
    table = pd.DataFrame({"unit": ["a", "b"], "co2": [1.0, 2.0]})
    assert Panel.from_frame(table, year=2020).years == (2020,)
    assert only_fault(lambda: Panel.from_frame(table)).values["found"] == "year"


def test_index_and_codes_of_any_form_are_taken() -> None:
    table = pd.DataFrame({"unit": [110000.0, 110100.0], "year": ["2020", 2020.0], "co2": [1, 2]}).set_index(
        ["unit", "year"]
    )
    units = pd.DataFrame({"unit": [" 110100", "110000.0"], "type": ["x", None], "region": [3.0, 4.0]}).set_index("unit")
    panel = Panel.from_frame(table, units)
    assert panel.units.to_dict("list") == {
        "unit": ["110000", "110100"], "name": ["110000", "110100"], "type": ["", "x"], "region": ["4", "3"],
    }  # fmt: skip
    assert panel.cohorts == ("region",)
    np.testing.assert_array_equal(panel.matrix("co2"), [[1], [2]])


def test_units_outside_the_roster_are_left_out() -> None:
    panel = Panel.from_frame(TABLE, pd.DataFrame({"unit": ["b"]}))
    assert panel.codes == ("b",)
    np.testing.assert_array_equal(panel.matrix("co2"), [[2, np.nan, 3]])


def test_tables_are_left_alone() -> None:
    units = pd.DataFrame({"unit": ["b", "a"], "name": ["B", "A"]})
    table, roster = TABLE.copy(), units.copy()
    panel = Panel.from_frame(table, roster)
    panel.matrices(framework(co2="t", gdp="CNY"))
    pd.testing.assert_frame_equal(table, TABLE)
    pd.testing.assert_frame_equal(roster, units)


def test_a_selection_keeps_period_and_order() -> None:
    panel = Panel.from_frame(TABLE, baseline=2020).select(["b"])
    assert (panel.codes, panel.years, panel.baseline) == (("b",), (2020, 2021, 2022), 2020)
    np.testing.assert_array_equal(panel.matrix("co2"), [[2, np.nan, 3]])
    found = only_fault(lambda: Panel.from_frame(TABLE).select(["bb"]))
    assert (found.values["found"], found.values["meant"]) == ("bb", "b")


def test_variables_come_in_the_unit_of_measure_of_the_framework() -> None:
    panel = Panel.from_frame(TABLE, units_of_measure={"co2": "kt"})
    found = panel.matrices(framework(co2="t", gdp="CNY"))
    np.testing.assert_array_equal(found["co2"][1], [2000, np.nan, 3000])
    np.testing.assert_array_equal(found["gdp"][1], [10, np.nan, 30])


def test_units_of_measure_that_do_not_fit_the_framework_are_refused_together() -> None:
    panel = Panel.from_frame(TABLE, units_of_measure={"co2": "CNY", "gdp": "Yuann"})
    found = faults_of(lambda: panel.matrices(framework(co2="t", gdp="CNY")))
    assert [(f.text_key, f.place.key) for f in found] == [
        ("faults.units_do_not_fit", "units_of_measure.co2"),
        ("faults.no_unit_of_measure", "units_of_measure.gdp"),
    ]


def test_groups_of_the_roster_are_numbers_blank_is_no_group() -> None:
    units = pd.DataFrame({"unit": ["a", "b", "c", "d"], "type": ["y", "x", "x", ""], "region": ["n", " ", "n", None]})
    table = pd.DataFrame({"unit": list("abcd"), "year": 2020, "co2": 1.0})
    panel = Panel.from_frame(table, units)
    seen = panel.surroundings(framework(co2="t"), panel.matrices(framework(co2="t")))
    assert seen.groups["type"].tolist() == [1, 0, 0, -1]
    assert seen.groups["region"].tolist() == [0, -1, 0, -1]


@pytest.mark.parametrize(
    ("table", "options", "key"),
    [
        ({"unit": ["a", "a"], "year": [2020, 2020], "x": [1, 2]}, {}, "panel.twice"),
        (
            {"unit": ["a", "a.0 "], "year": [2020, 2020], "x": [1, 2]},
            {"units": pd.DataFrame({"unit": ["a", "z"]})},
            "panel.no_row",
        ),
        ({"unit": ["1", 1.0], "year": [2020, 2020], "x": [1, 2]}, {}, "panel.twice"),
        ({"city": ["a"], "year": [2020], "x": [1]}, {}, "panel.no_column"),
        ({"unit": [], "year": [], "x": []}, {}, "panel.empty"),
        ({"unit": ["a"], "year": ["next"], "x": [1]}, {}, "panel.no_year"),
        ({"unit": ["a"], "year": [2020.5], "x": [1]}, {}, "panel.no_year"),
        ({"unit": ["a"], "year": [2020], "x": ["12,345"]}, {}, "panel.no_number"),
        ({"unit": ["a"], "year": [2020], "x": ["—"]}, {}, "panel.no_number"),
        ({"unit": ["a"], "year": [2020], "x": [float("inf")]}, {}, "panel.no_number"),
        ({"unit": ["a"], "year": [2020], "x": [1]}, {"baseline": 2019}, "panel.year_outside"),
        ({"unit": ["a"], "year": [2020], "x": [1]}, {"rank": 2019}, "panel.year_outside"),
        ({"unit": ["a"], "year": [2020], "x": [1]}, {"units": {"x": "t"}}, "panel.units_is_a_table"),
        ({"unit": ["a"], "year": [2020], "x": [1]}, {"units": pd.DataFrame({"unit": ["a", "a "]})}, "panel.unit_twice"),
        ({"unit": ["a"], "year": [2020], "x": [1]}, {"units": pd.DataFrame({"city": ["a"]})}, "panel.no_column"),
    ],
)
def test_what_is_wrong_with_a_table(table: dict[str, Any], options: dict[str, Any], key: str) -> None:
    assert only_fault(lambda: Panel.from_frame(pd.DataFrame(table), **options)).text_key == key


def test_all_faults_of_a_table_at_once() -> None:
    table = pd.DataFrame({"unit": ["a", "a", "b"], "year": 2020, "x": ["1", "2", "five"], "y": [1, 2, np.inf]})
    units = pd.DataFrame({"unit": ["a", "b", "c"]})
    found = faults_of(lambda: Panel.from_frame(table, units))
    assert [f.text_key for f in found] == ["panel.no_number", "panel.no_number", "panel.twice", "panel.no_row"]
    assert [f.place.key for f in found[:2]] == ["x", "y"]
