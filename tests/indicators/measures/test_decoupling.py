"""Decoupling as a measure: states and gaps by hand, over breaks, and which figures a break marks."""

import pandas as pd

from evaluate import Framework, Methodology, Panel, score
from indicators.measures import Decoupling
from indicators.spec import build
from tests.indicators.measures.measured import measured


def measure(**settings: object) -> Decoupling:
    return build(Decoupling, {"emission": "so2", "activity": "gdp", "output": "gap", **settings})


def test_gap_and_elasticity_by_hand() -> None:
    # SO2 +5 %, GDP +20 %: 0.25, gap 0.15; then SO2 −10 %
    found, _ = measured(measure(), {"so2": [[100, 105, 90]], "gdp": [[10, 12, 12]]})
    assert found["state"][0][1:] == ["weak_decoupling", "strong_decoupling"]
    assert found["elasticity"][0][1:] == [0.25, -0.5]
    assert found["gap"][0][1:] == [0.15, 0.3]


def test_a_break_is_chained_over() -> None:
    # SO2 12/10 · 3/4 − 1 = −0.1 from 2010 to 2013, the step into 2012 left out; GDP +20 %
    values = {"so2": [[10, 12, 4, 3]], "gdp": [[10, 11, 11, 12]]}
    found, _ = measured(measure(), values, breaks={"so2": {2012}})
    assert (found["state"][0][3], found["gap"][0][3]) == ("strong_decoupling", 0.3)


def test_nothing_is_compared_across_a_break_that_nothing_leads_over() -> None:
    for values in ([10, None, 4, 3], [10, 12, None, 3]):
        found, _ = measured(measure(), {"so2": [values], "gdp": [[10, 11, 11, 12]]}, breaks={"so2": {2012}})
        assert (found["state"][0][3], found["gap"][0][3]) == ("", None)


def test_undefined_cases_have_states() -> None:
    values = {"so2": [[0, 3], [0, 0], [5, 4], [5, 4]], "gdp": [[1, 2], [1, 2], [0, 2], [2, 2]]}
    found, _ = measured(measure(), values)
    assert [row[1] for row in found["state"]] == [
        "emission_appears", "no_emission", "zero_activity_base", "no_growth_emission_falls",
    ]  # fmt: skip
    found, _ = measured(measure(since="year_before"), values)
    assert [row[1] for row in found["state"]][:3] == ["emission_appears", "no_emission", "zero_activity_base"]


def test_a_figure_that_is_chained_is_not_marked_as_missing() -> None:
    framework = Framework.from_dict({
        "schema": "framework/1", "code": "f", "label": "F", "assesses": "city", "source": "test",
        "variables": {"so2": {"unit_of_measure": "t", "breaks": {2012: "new"}}, "gdp": {"unit_of_measure": "CNY"}},
        "indicators": {
            "d": {"label": "D", "measure": measure().model_dump(), "unit_of_measure": "1", "direction": "positive"}
        },
        "tree": {"t": {"label": "T", "indicators": {"d": 1}}},
    })  # fmt: skip
    rows = [
        ("a", 2011, 10, 5),
        ("a", 2012, 8, 6),
        ("a", 2013, 7, 7),
        ("b", 2011, 9, 5),
        ("b", 2012, 8, 7),
        ("b", 2013, 8, 8),
    ]
    panel = Panel.from_frame(pd.DataFrame(rows, columns=["unit", "year", "so2", "gdp"]), baseline=2011)
    marks = score(panel, framework, Methodology()).values.marks["d"]
    assert {(mark.year, mark.kind) for mark in marks} == {(2012, "chained"), (2013, "chained")}
