"""The order of the work and the tables of every stage: imputation, formulas, measures, what is listed and why."""

from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.scoring.score import score
from tests.evaluate.scoring.builder import (
    by_unit,
    cells,
    column,
    framework,
    methodology,
    panel,
    reasons,
    refused,
    scored,
    treated,
)

RATIO = framework(
    {"d": {"r": 1}}, {"r": {"formula": "x / y", "unit_of_measure": "kg / CNY"}},
    variables={"x": {"unit_of_measure": "t"}, "y": {"unit_of_measure": "1e4 CNY"}},
)  # fmt: skip


# --- imputation over time fills variables, before formulas ----------------------------------------------------------


def test_variables_are_filled_over_time_before_formulas() -> None:
    table = panel("""
        unit year x y
        u1   2018 10 1
        u1   2019 -  2
        u1   2020 30 4
        u2   2018 -  1
        u2   2019 7  1
        u2   2020 8  1
    """)
    found = scored(table, RATIO, imputation={"method": "linear"})
    # x of 2019 becomes 20 t, over 2e4 CNY; 1 t/(1e4 CNY) is 0.1 kg/CNY
    assert cells(found.value_table, "r") == [1, 1, 0.75, None, 0.7, 0.8]
    assert treated(found, "imputation") == [("u1", 2019, "x", None, 20)]
    # a mean of the ratios would have been 0.875
    assert cells(scored(table, RATIO).value_table, "r") == [1, None, 0.75, None, 0.7, 0.8]


def test_years_outside_the_period_help_to_fill_it() -> None:
    table = panel("unit year x y\nu1 2017 10 1\nu1 2018 - 1\nu1 2019 20 1\nu2 2018 5 1", period=(2018, 2018))
    found = scored(table, RATIO, imputation={"method": "linear"})
    assert cells(found.value_table, "r") == [1.5, 0.5]


def test_a_limit_and_a_break_leave_gaps_whole() -> None:
    text = "unit year x y\nu1 2015 1 1\nu1 2016 - 1\nu1 2017 - 1\nu1 2018 4 1\nu1 2019 - 1\nu1 2020 6 1"
    definition = framework(
        {"d": {"r": 1}}, {"r": {"formula": "x / y", "unit_of_measure": "t / (1e4 CNY)"}},
        variables={"x": {"unit_of_measure": "t", "breaks": {2020: "new"}}, "y": {"unit_of_measure": "1e4 CNY"}},
    )  # fmt: skip
    one = scored(panel(text), definition, imputation={"method": "linear", "limit": 1})
    assert cells(one.value_table, "r") == [1, None, None, 4, None, 6]
    two = scored(panel(text), definition, imputation={"method": "linear", "limit": 2})
    assert cells(two.value_table, "r") == [1, 2, 3, 4, None, 6]


# --- imputation across units fills indicators, before coverage ------------------------------------------------------

TYPES = {"u1": "x", "u2": "x", "u3": "x", "u4": "y", "u5": "y"}
GAPS = "unit a b\nu1 1 1\nu2 5 2\nu3 - 3\nu4 20 4\nu5 - 5"
TWO = framework({"d": {"a": 1, "b": 1}}, types={"x": {}, "y": {}})


def test_the_median_of_the_type_fills_indicators_before_coverage_is_asked() -> None:
    found = scored(panel(GAPS, types=TYPES), TWO, imputation={"method": "median"}, coverage={"unit": 1, "indicator": 1})
    # 1, 5 → 3; 20 → 20
    assert cells(found.value_table, "a") == [1, 5, 3, 20, 20]
    assert treated(found, "imputation") == [("u3", 2020, "a", None, 3), ("u5", 2020, "a", None, 20)]
    assert reasons(found) == []
    assert list(by_unit(scored(panel(GAPS, types=TYPES), TWO, coverage={"unit": 1}))) == ["u1", "u2", "u4"]


def test_the_median_of_all_units_or_of_a_cohort() -> None:
    # 1, 5, 20 → 5
    assert cells(
        scored(panel(GAPS, types=TYPES), TWO, imputation={"method": "median", "by": None}).value_table, "a"
    ) == [
        1,
        5,
        5,
        20,
        5,
    ]
    table = panel(GAPS, types=TYPES, cohorts={"region": list("nnssn")})
    # s: 20; n: 1, 5
    found = scored(table, TWO, imputation={"method": "median", "by": "region"})
    assert cells(found.value_table, "a") == [1, 5, 20, 20, 3]
    (fault,) = refused(lambda: scored(table, TWO, imputation={"method": "median", "by": "regoin"}))
    assert fault.values["found"] == "regoin"


def test_a_median_is_of_the_same_year_and_of_reported_values_only() -> None:
    text = "unit year a\nu1 2019 1\nu2 2019 -\nu3 2019 3\nu1 2020 10\nu2 2020 -\nu3 2020 -"
    found = scored(panel(text), framework({"d": {"a": 1}}), imputation={"method": "median", "by": None})
    # 2019: 2; 2020: 10 for both, the first filling does not enter the second
    assert {key: v for key, v in column(found, "d").items() if key[0] == "u2"} == {
        ("u2", 2019): round(100 / 9, 9), ("u2", 2020): 100,
    }  # fmt: skip


def test_a_group_without_a_value_stays_missing() -> None:
    table = panel("unit a b\nu1 1 1\nu2 2 2\nu3 - 3\nu4 - 4\nu5 - 5", types=TYPES)
    assert cells(scored(table, TWO, imputation={"method": "median"}).value_table, "a") == [1, 2, 1.5, None, None]


def test_what_a_type_is_not_asked_for_is_not_filled() -> None:
    definition = framework({"d": {"a": 1, "b": 1}}, types={"x": {}, "y": {"indicators": {"d": {"b": 1}}}})
    found = scored(panel(GAPS, types=TYPES), definition, imputation={"method": "median", "by": None})
    # u4's 20 is not asked for, so the median is of 1 and 5
    assert cells(found.value_table, "a") == [1, 5, 3, None, None]


# --- what has no finite result --------------------------------------------------------------------------------------


def test_a_division_by_zero_is_missing_and_listed() -> None:
    found = scored(panel("unit year x y\nu1 2019 1 0\nu1 2020 1 1\nu2 2019 - 0\nu2 2020 2 1"), RATIO)
    assert cells(found.value_table, "r") == [None, 0.1, None, 0.2]
    listed = [r for r in reasons(found) if r[0] == "value"]
    assert listed == [("value", "u1/r", 2019, "undefined")]
    row = found.exclusions[found.exclusions["what"] == "value"].iloc[0]
    assert row["reason"] == "the formula has no finite result (a division by zero, say)"


def test_what_is_undefined_outside_the_period_or_not_asked_for_is_not_listed() -> None:
    definition = framework(
        {"d": {"r": 1, "x": 1}}, {"r": {"formula": "x / y"}}, types={"p": {}, "q": {"indicators": {"d": {"x": 1}}}},
        variables={"y": {"unit_of_measure": "1"}},
    )  # fmt: skip
    table = panel(
        "unit year x y\nu1 2019 1 0\nu1 2020 1 1\nu2 2019 1 0\nu2 2020 1 0\nu3 2020 3 3", period=(2020, 2020),
        types={"u1": "p", "u2": "q", "u3": "p"},
    )  # fmt: skip
    assert reasons(scored(table, definition)) == []


# --- measures -------------------------------------------------------------------------------------------------------


def co_control(output: str, unit: str = "1", direction: str = "positive") -> dict[str, Any]:
    measure = {"method": "co_control", "carbon": "co2", "pollutants": ["so2"], "output": output}
    return {"measure": measure, "unit_of_measure": unit, "direction": direction}


BOTH = framework(
    {"d": {"joint": 1, "cut": 1}}, {"joint": co_control("signed_distance"), "cut": co_control("carbon_reduction", "%")},
    variables={"co2": {"unit_of_measure": "t"}, "so2": {"unit_of_measure": "t"}},
)  # fmt: skip
EMISSIONS = """
    unit year co2 so2
    u1   2019 100 50
    u1   2020 70  30
    u2   2019 100 50
    u2   2020 130 70
    u3   2019 100 50
    u3   2020 70  50
    u4   2019 100 50
    u4   2020 80  -
"""


def test_measures_compare_a_year_with_the_baseline() -> None:
    found = scored(panel(EMISSIONS, baseline=2019, period=(2020, 2020)), BOTH)
    # u1 falls by 0.3 and 0.4; u2 rises by 0.3 and 0.4; u3: SO2 does not fall; u4 has no SO2
    assert cells(found.value_table, "joint") == [0.5, -0.5, 0, None]
    assert cells(found.value_table, "cut") == [30, -30, 30, 20]
    table = found.measures
    assert list(table.columns) == ["unit", "year", "measure", "output", "value"]
    assert set(table["measure"]) == {"co_control(co2; so2)"}
    assert len(table) == 4 * 7
    states = table[table["output"] == "quadrant"].set_index("unit")["value"]
    assert states.to_dict() == {"u1": "both_fall", "u2": "both_rise", "u3": "carbon_only", "u4": ""}
    numbers = {
        o: [round(float(v), 9) for v in table[table["output"] == o]["value"]]
        for o in ("elasticity", "pollutant_reduction")
    }
    np.testing.assert_array_equal(numbers["elasticity"], [0.75, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(numbers["pollutant_reduction"], [0.4, -0.4, 0, np.nan])


def test_a_measure_lists_every_scored_year_the_baseline_too() -> None:
    found = scored(panel(EMISSIONS, baseline=2019), BOTH)
    states = found.measures[found.measures["output"] == "quadrant"]
    assert states["year"].tolist() == [2019, 2020] * 4
    # nothing has changed in the baseline year, and no change is no fall
    assert set(states[states["year"] == 2019]["value"]) == {"both_rise"}


def test_formulas_that_look_at_the_baseline_need_one() -> None:
    found = refused(lambda: scored(panel(EMISSIONS), BOTH))
    assert [(f.text_key, f.place.key) for f in found] == [
        ("formula.needs_baseline", "indicators.joint"), ("formula.needs_baseline", "indicators.cut"),
    ]  # fmt: skip


def test_without_measures_the_table_is_empty_with_its_columns() -> None:
    found = scored(panel("unit a\nu1 1\nu2 2"), framework({"d": {"a": 1}})).measures
    assert list(found.columns) == ["unit", "year", "measure", "output", "value"]
    assert found.empty


# --- breaks in scores -----------------------------------------------------------------------------------------------


def test_figures_that_touch_a_break_are_marked_with_its_reason() -> None:
    definition = framework(
        {"d": {"g": 1, "c": 1, "x": 1}}, {"g": {"formula": "growth(x)"}, "c": {"formula": "change(x)"}},
        variables={"x": {"unit_of_measure": "1", "breaks": {2020: {"zh": "调整", "en": "re-based"}, 2017: "earlier"}}},
    )  # fmt: skip
    text = "unit year x\nu1 2018 10\nu1 2019 12\nu1 2020 30\nu1 2021 33\nu2 2018 10\nu2 2019 10\nu2 2020 10\nu2 2021 11"
    found = scored(panel(text, baseline=2018, period=(2019, 2021)), definition)
    # growth of 2020 is missing; change of 2021: 12/10 · 33/30 − 1 = 0.32
    assert cells(found.value_table, "g") == [0.2, None, 0.1, 0, None, 0.1]
    assert cells(found.value_table, "c") == [0.2, 0.2, 0.32, 0, 0, 0.1]
    label = {"zh": "调整", "en": "re-based"}
    assert found.marks == [
        {"code": "g", "year": 2020, "break": 2020, "kind": "missing", "label": label},
        {"code": "c", "year": 2020, "break": 2020, "kind": "chained", "label": label},
        {"code": "c", "year": 2021, "break": 2020, "kind": "chained", "label": label},
    ]


@pytest.mark.parametrize(
    ("broken", "marked"),
    [("so2", {"reduced", "ahead", "fewer"}), ("co2", {"reduced", "ahead", "carbon"}), ("gdp", set())],
)
def test_an_output_bears_the_breaks_of_what_it_rests_on_alone(broken: str, marked: set[str]) -> None:
    joint = {"method": "joint_performance", "carbon": "co2", "pollutants": ["so2"], "activity": "gdp"}
    sums = {"method": "pollutant_equivalents", "pollutants": ["so2"], "carbon": "co2", "carbon_weight": 0.1}
    chosen = {
        "reduced": {**joint, "output": "joint_reduction"}, "efficient": {**joint, "output": "joint_efficiency"},
        "ahead": {**joint, "output": "joint_progress"}, "fewer": {**sums, "output": "reduction"},
        "carbon": {**sums, "output": "carbon_part"},
    }  # fmt: skip
    variables = {"co2": {"unit_of_measure": "t"}, "so2": {"unit_of_measure": "t"}, "gdp": {"unit_of_measure": "CNY"}}
    definition = framework(
        {"d": dict.fromkeys(chosen, 1)},
        {code: {"measure": made, "unit_of_measure": "1", "direction": "positive"} for code, made in chosen.items()},
        variables=variables | {broken: {**variables[broken], "breaks": {2020: {"zh": "调整", "en": "re-based"}}}},
    )
    rows = "u1 2019 9 9 9\nu1 2020 8 20 9\nu1 2021 7 16 9\nu2 2019 9 9 9\nu2 2020 8 8 9\nu2 2021 8 8 9"
    found = scored(panel(f"unit year co2 so2 gdp\n{rows}", baseline=2019, period=(2021, 2021)), definition)
    assert {mark["code"]: mark["kind"] for mark in found.marks} == dict.fromkeys(marked, "chained")


# --- the panel and the framework do not fit -------------------------------------------------------------------------


def test_a_variable_that_no_table_holds_is_a_fault_with_the_nearest_name() -> None:
    (found,) = refused(lambda: scored(panel("unit gpd\nu1 1"), framework({"d": {"gdp": 1}})))
    assert (found.text_key, found.values["found"], found.values["meant"]) == ("scoring.no_variable", "gdp", "gpd")


def test_a_column_that_the_roster_lacks_is_a_fault() -> None:
    definition = framework(
        {"d": {"m": 1}}, {"m": {"formula": "x - group_mean(x, regoin)"}}, variables={"x": {"unit_of_measure": "1"}}
    )
    table = panel("unit x\nu1 1\nu2 3\nu3 8", cohorts={"region": ["n", "n", "s"]})
    (found,) = refused(lambda: scored(table, definition))
    assert (found.text_key, found.values["found"], found.values["meant"]) == (
        "formula.unknown_column",
        "regoin",
        "region",
    )
    right = framework(
        {"d": {"m": 1}}, {"m": {"formula": "x - group_mean(x, region)"}}, variables={"x": {"unit_of_measure": "1"}}
    )
    assert cells(scored(table, right).value_table, "m") == [-1, 1, 0]


def test_units_of_measure_are_converted_on_the_way_in() -> None:
    table = panel("unit x y\nu1 1 1\nu2 3 1", units_of_measure={"x": "kt", "y": "1e8 CNY"})
    # 1 kt over 1e8 CNY is 1e6 kg over 1e8 CNY
    assert cells(scored(table, RATIO).value_table, "r") == [0.01, 0.03]


# --- tables, purity, order of units ---------------------------------------------------------------------------------


def test_tables_hold_every_roster_unit_and_scored_year_scores_only_who_is_scored() -> None:
    text = "unit year a b\nu2 2020 2 2\nu1 2019 1 1\nu1 2020 - 1\nu3 2018 9 9\nu2 2019 5 5"
    found = scored(panel(text, period=(2019, 2020)), framework({"d": {"a": 1}, "e": {"b": 1}}))
    every = [(u, y) for u in ("u1", "u2", "u3") for y in (2019, 2020)]
    for table in (found.value_table, found.normalised_table):
        assert list(zip(table["unit"], table["year"], strict=True)) == every
        assert list(table.columns) == ["unit", "year", "a", "b"]
    assert list(column(found, "composite")) == [("u1", 2019), ("u2", 2019), ("u2", 2020)]
    assert list(found.scores.columns) == [
        "unit", "name", "type", "year", "composite", "d", "e", "rank", "rank_in_type", "grade", "grade_label",
    ]  # fmt: skip
    assert "scored unit-years" in found._repr_html_()


def test_score_is_pure() -> None:
    table, chosen = panel(GAPS, types=TYPES), methodology(imputation={"method": "median"}, grades={"cuts": [50]})
    before = (table.values.copy(), table.units.copy(), deepcopy(TWO.to_dict()), chosen.to_dict())
    first, second = score(table, TWO, chosen), score(table, TWO, chosen)
    pd.testing.assert_frame_equal(first.scores, second.scores)
    assert first.fitted.to_dict() == second.fitted.to_dict()
    pd.testing.assert_frame_equal(table.values, before[0])
    pd.testing.assert_frame_equal(table.units, before[1])
    assert (TWO.to_dict(), chosen.to_dict()) == before[2:]


RAW: list[dict[str, Any]] = [
    {},
    {"normalisation": {"method": "z_score"}, "weighting": {"indicators": {"method": "critic"}}},
    {"imputation": {"method": "median", "by": None}, "weighting": {"indicators": {"method": "entropy"}}},
    {
        "normalisation": {"method": "percentile_rank", "reference": "year"},
        "outliers": {"method": "winsorise", "limit": 1},
    },
]


@given(st.permutations(range(12)), st.sampled_from(RAW), st.data())
def test_the_order_of_rows_and_columns_changes_nothing(
    order: list[int], raw: dict[str, Any], data: st.DataObject
) -> None:
    rows = [(f"u{n % 6}", 2019 + n // 6, (7 * n) % 11, (5 * n) % 7 if n != 4 else None, n * n % 13) for n in range(12)]
    table = pd.DataFrame(rows, columns=["unit", "year", "a", "b", "c"])
    definition = framework({"d": {"a": 1, "b": 2}, "e": {"c": 1}})
    columns = data.draw(st.permutations(list(table.columns)))
    from indicators.panel import Panel

    first = score(Panel.from_frame(table), definition, methodology(**raw))
    second = score(Panel.from_frame(table.iloc[order][columns]), definition, methodology(**raw))
    pd.testing.assert_frame_equal(first.scores, second.scores)
    assert first.fitted.digest == second.fitted.digest


@pytest.mark.parametrize("name", ["<script>", "=1+1", "a'b\"c", "{x}", "$y", "名\n称", "%s"])
def test_units_may_be_called_anything(name: str) -> None:
    from indicators.panel import Panel

    table = pd.DataFrame({"unit": [name, "u2"], "year": 2020, "a": [1.0, None], "b": [1.0, 2.0]})
    found = score(
        Panel.from_frame(table),
        framework({"d": {"a": 1}, "e": {"b": 1}}),
        methodology(veto={"a": {"above": 0, "cap": 1}}),
    )
    assert found.scores["unit"].tolist() == [name.strip()]
    assert found.treatment["unit"].tolist() == [name.strip()]
    assert "<script>" not in found._repr_html_()
