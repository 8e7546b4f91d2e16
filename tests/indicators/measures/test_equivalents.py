"""Pollutant equivalents as a measure: the tax law's table, carbon by a stated weight, levels and reductions."""

from typing import Any

import pytest

from indicators.measures import PollutantEquivalents
from indicators.spec import build
from tests.indicators.faulty import only_fault
from tests.indicators.measures.measured import last, measured

UNITS = {"so2": "t", "nox": "kt", "soot": "t", "co2": "t", "gdp": "1"}


def measure(**settings: Any) -> PollutantEquivalents:
    return build(PollutantEquivalents, {"pollutants": ["so2", "nox", "soot"], "output": "reduction", **settings})


def test_the_printed_sum() -> None:
    # the shared page on methods, C5: 100 t SO2, 80 t NOx (here 0.08 kt) and 50 t soot are 212.409 thousand
    found = measured(measure(), {"so2": [[100, 0]], "nox": [[0.08, 0]], "soot": [[50, 0]]}, units=UNITS)
    assert [round(value, 3) for value in found[0]["level"][0]] == [212.409, 0]
    assert round(last(found, "reduction")[0], 3) == 212.409
    assert last(found, "relative") == [1]
    assert found[0]["state"] == [["equivalents_unchanged", "equivalents_fell"]]
    assert found[0].keys() == {"level", "reduction", "relative", "state"}


def test_carbon_by_a_stated_weight() -> None:
    # 95 t SO2 fewer are 100 thousand; 1000 t CO2 fewer by 0.01 are 10, 500 t more −5
    chosen = measure(pollutants=["so2"], carbon="co2", carbon_weight=0.01, output="combined")
    found = measured(chosen, {"so2": [[95, 0], [95, 0]], "co2": [[2000, 1000], [2000, 2500]]}, units=UNITS)
    assert last(found, "combined") == [110, 95]
    assert last(found, "carbon_part") == [10, -5]
    assert last(found, "reduction") == [100, 100]
    assert "carbon_weight=0.01" in chosen.name


def test_levels_by_activity() -> None:
    chosen = measure(pollutants=["so2"], activity="gdp", output="level", equivalents={"so2": 0.5})
    found = measured(chosen, {"so2": [[10], [10], [None], [10]], "gdp": [[4], [0], [1], [None]]}, units=UNITS)
    assert last(found, "level") == [5, None, None, None]
    assert last(found, "level_state") == ["defined", "zero_activity", "", ""]
    assert chosen.like("level") == "1 / (gdp)"
    assert chosen.like("reduction") == "1"


def test_states() -> None:
    so2 = [[95, 190], [95, 95], [0, 95], [-95, 0], [None, 95], [95, None]]
    found = measured(measure(pollutants=["so2"]), {"so2": so2}, units=UNITS)
    assert last(found, "state") == [
        "equivalents_rose", "equivalents_unchanged", "zero_base", "negative", "no_start", "",
    ]  # fmt: skip
    # from 0 there is an amount, and no share of it
    assert last(found, "reduction") == [-100, 0, -100, -100, None, None]
    assert last(found, "relative") == [-1, 0, None, None, None, None]
    large = measured(measure(pollutants=["so2"]), {"so2": [[1e308, -1e308]]}, units=UNITS)
    assert (last(large, "state"), last(large, "reduction")) == (["too_large"], [None])


def test_breaks_are_chained() -> None:
    # 95 t → 95 t, then on another footing 190 → 171 t: a tenth of what it was, 100 thousand
    values = {"so2": [[95, 95, 190, 171]]}
    found = measured(measure(pollutants=["so2"]), values, units=UNITS, breaks={"so2": {2012}})
    assert last(found, "reduction") == [10]
    assert last(found, "relative") == [0.1]
    assert last(found, "level") == [180]
    year = measured(
        measure(pollutants=["so2"], since="year_before"), values, units=UNITS, breaks={"so2": {2012}}, baseline=None
    )
    assert year[0]["reduction"] == [[None, 0, None, 20]]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"carbon": "co2"}, "measures.carbon_and_weight"),
        ({"carbon_weight": 1}, "measures.carbon_and_weight"),
        ({"carbon": "co2", "carbon_weight": -1}, "faults.at_least"),
        ({"carbon": "so2", "carbon_weight": 1}, "measures.named_twice"),
        ({"output": "combined"}, "measures.output_needs"),
        ({"output": "state"}, "measures.state_is_no_number"),
        ({"pollutants": ["so2", "vocs"]}, "measures.no_equivalent"),
        ({"equivalents": {"nh3": 1}}, "measures.no_pollutant"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], key: str) -> None:
    assert only_fault(lambda: measure(**settings)).text_key == key


def test_the_level_rests_on_its_own_year() -> None:
    chosen = measure(activity="gdp")
    assert not [name for name in chosen.formulas_of("level") if name.endswith("_growth")]
    assert {name for name in chosen.formulas_of("reduction") if name.endswith("_growth")} == {"total_growth"}
