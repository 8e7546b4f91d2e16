"""Synergy measures through a framework and `score`: printed figures, the real cities, and later runs.

Expected numbers are named at each test. The cities' panel is read from the shared data and never copied.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from evaluate import Fitted, Framework, Methodology, Panel, Scores, score
from indicators.errors import InputError

FRAMEWORK = """\
schema: framework/1
code: measures
label: Measures
assesses: city
source: tests
variables:
  co2: {unit_of_measure: t}
  so2: {unit_of_measure: t}
  nox: {unit_of_measure: t}
  soot: {unit_of_measure: t}
  gdp: {unit_of_measure: CNY}
  green: {unit_of_measure: "1"}
  clean: {unit_of_measure: "1"}
indicators:
  joint:
    label: Joint progress
    measure: {method: joint_performance, carbon: co2, pollutants: [so2, nox], activity: gdp, output: joint_progress,
              peers: 2, least_peers: 2}
    unit_of_measure: "%"
    direction: positive
  removed:
    label: Equivalents
    measure: {method: pollutant_equivalents, pollutants: [so2, nox, soot], output: reduction}
    unit_of_measure: "1"
    direction: positive
tree:
  synergy: {label: Synergy, indicators: {joint: 1, removed: 1}}
beside:
  corrected:
    label: Corrected
    measure: &coupling
      method: coupling_coordination
      subsystems: {a: [{formula: green, worst: 0, best: 1}], b: [{formula: clean, worst: 0, best: 1}]}
      model: corrected
      output: coordination
  traditional: {label: Traditional, measure: {<<: *coupling, model: traditional}}
  learned:
    label: Learned
    measure: {method: coupling_coordination, subsystems: {c: [{formula: green}], d: [{formula: -co2 / gdp}]},
              model: corrected, output: coordination}
  together:
    label: Synergy degree
    measure:
      method: synergy_degree
      subsystems: {a: [{formula: green, worst: 0, best: 1}], b: [{formula: clean, worst: 0, best: 1}]}
      output: degree
  intensity:
    label: Equivalents per GDP
    measure: {method: pollutant_equivalents, pollutants: [so2, nox, soot], carbon: co2, carbon_weight: 0.01,
              activity: gdp, output: level}
"""


def framework() -> Framework:
    # an alias shortens the text above; the loader of the program has its own rules for such keys
    return Framework.from_dict(yaml.safe_load(FRAMEWORK))


def panel(units: str = "abcde", through: int = 2021) -> Panel:
    """Return emissions that fall at different pace; the first unit holds the printed figures."""
    rows = []
    for at, unit in enumerate("abcde"):
        for step, year in enumerate(range(2020, through + 1)):
            rows.append({
                "unit": unit, "year": year, "co2": 1000 * (at + 1) * (1 - 0.1 * step),
                "so2": 100 if step == 0 else (0 if at == 0 else 100 - 5 * at * step),
                "nox": 80 if step == 0 else (0 if at == 0 else 80 - 3 * step * at),
                "soot": 50 if step == 0 else (0 if at == 0 else 40),
                "gdp": 100 + 3 * at + 5 * step, "green": 0.6 if step else 0.4, "clean": 0.3 if step else 0.25,
            })  # fmt: skip
    frame = pd.DataFrame(rows)
    return Panel.from_frame(frame[frame["unit"].isin(list(units))], baseline=2020)


def figure(made: Scores, method: str, output: str, year: int = 2021) -> "pd.Series[Any]":
    """Return one output of a measure by unit."""
    table = made.measures
    named = table["measure"].str.startswith(method)
    return table[named & (table["output"] == output) & (table["year"] == year)].set_index("unit")["value"]


def test_the_printed_figures() -> None:
    made = score(panel(), framework(), Methodology())
    # the shared page on methods, C5: 100 t SO2, 80 t NOx, 50 t soot
    assert round(made.value_table.set_index(["unit", "year"]).loc[("a", 2021), "removed"], 3) == 212.409
    # C3: U = (0.6, 0.3)
    for model, degree, coupling in (("corrected", 0.515969, 0.591608), ("traditional", 0.651356, 0.942809)):
        named = f"coupling_coordination({model}; a, b"
        assert round(float(figure(made, named, "coordination")["a"]), 6) == degree
        assert round(float(figure(made, named, "coupling")["a"]), 6) == coupling
    # C4: changes of 0.2 and 0.05
    assert figure(made, "synergy_degree", "degree")["a"] == pytest.approx(0.1, abs=1e-12)
    assert figure(made, "synergy_degree", "state")["a"] == "all_rise"


def test_all_of_it_survives_json_and_stays_as_published() -> None:
    first = score(panel(), framework(), Methodology())
    fitted = Fitted.from_dict(json.loads(json.dumps(first.fitted.to_dict(), allow_nan=False)))
    assert {name.partition("(")[0] for name in fitted.measures} == {"joint_performance", "coupling_coordination"}
    later = score(panel("acd", 2022), framework(), Methodology(), fitted)
    published = first.value_table.set_index(["unit", "year"])
    again = later.value_table.set_index(["unit", "year"]).loc[[(u, y) for u in "acd" for y in (2020, 2021)]]
    # to the bit
    assert again.to_numpy().tobytes() == published.loc[again.index].to_numpy().tobytes()
    keys = ["unit", "year", "measure", "output"]
    before, after = first.measures.set_index(keys)["value"], later.measures.set_index(keys)["value"]
    kept = after[after.index.get_level_values("year") < 2022]
    assert kept.equals(before.loc[kept.index])
    # the new year is learned anew, from those that are there
    name = next(name for name in later.fitted.measures if name.startswith("joint"))
    assert sorted(later.fitted.measures[name]) == ["year:2020", "year:2021", "year:2022"]
    assert list(later.fitted.measures[name]["year:2022"]["peers"]["carbon"]) == ["a", "c", "d"]
    assert list(later.fitted.measures[name]["year:2021"]["peers"]["carbon"]) == list("abcde")


def test_a_published_year_would_move_without_what_was_learned() -> None:
    # the peers of the others are gone: the test above sees something
    first, later = (score(panel(units), framework(), Methodology()) for units in ("abcde", "acd"))
    both = first.value_table.merge(later.value_table, on=["unit", "year"])
    assert (both["joint_x"] != both["joint_y"]).any()


@pytest.fixture(scope="module")
def complete(shared: Path) -> pd.DataFrame:
    """The cities that report SO2 and CO2 in every year 2011-2019."""
    cities = pd.read_csv(shared / "data" / "china-cities" / "panel.csv", dtype={"unit": str})
    cities = cities.rename(columns={"co2_t": "co2", "so2_t": "so2"})[["unit", "year", "co2", "so2"]]
    cities = cities[cities["year"].between(2011, 2019)].dropna()
    return cities[cities.groupby("unit")["year"].transform("count") == 9]


def of_cities(breaks: Any = None) -> Framework:
    return Framework.from_dict(
        {
            "schema": "framework/1", "code": "cities", "label": "Cities", "assesses": "city", "source": "tests",
            "variables": {"co2": {"unit_of_measure": "t"}, "so2": {"unit_of_measure": "t", "breaks": breaks or {}}},
            "indicators": {
                "joint": {
                    "label": "Joint",
                    "measure": {"method": "joint_performance", "carbon": "co2", "pollutants": ["so2"],
                                "output": "joint_reduction"},
                    "unit_of_measure": "1", "direction": "positive",
                }
            },
            "tree": {"synergy": {"label": "Synergy", "indicators": {"joint": 1}}},
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("baseline", "year", "counted"),
    # both down, one of the two down (SO2 or CO2), both up; the third as if there were no break in 2016
    [(2011, 2015, (59, 80 + 6, 21)), (2016, 2019, (22, 138 + 1, 5)), (2011, 2019, (43, 121, 2))],
)
def test_states_of_the_cities(complete: pd.DataFrame, baseline: int, year: int, counted: tuple[int, ...]) -> None:
    made = score(Panel.from_frame(complete, baseline=baseline, period=(baseline, year)), of_cities(), Methodology())
    found = figure(made, "joint_performance", "state", year).value_counts()
    assert tuple(int(found.get(name, 0)) for name in ("all_reduced", "some_reduced", "none_reduced")) == counted
    # the least of the two reductions, by pandas
    wide = complete.pivot(index="unit", columns="year")
    fell = pd.concat([1 - wide[code][year] / wide[code][baseline] for code in ("co2", "so2")], axis=1).min(axis=1)
    reached = figure(made, "joint_performance", "joint_reduction", year).astype(float)
    np.testing.assert_allclose(reached.loc[fell.index], fell, rtol=1e-9, atol=1e-12)


def test_the_declared_break_is_chained_and_marked(complete: pd.DataFrame) -> None:
    panel = Panel.from_frame(complete, baseline=2011, period=(2011, 2019))
    made = score(panel, of_cities({2016: {"zh": "统计口径调整", "en": "statistics re-based"}}), Methodology())
    wide = complete.pivot(index="unit", columns="year")
    so2 = 1 - wide["so2"][2015] / wide["so2"][2011] * wide["so2"][2019] / wide["so2"][2016]
    expected = np.minimum(so2, 1 - wide["co2"][2019] / wide["co2"][2011])
    reached = figure(made, "joint_performance", "joint_reduction", 2019).astype(float)
    np.testing.assert_allclose(reached.loc[expected.index], expected, rtol=1e-9, atol=1e-12)
    assert {(mark["year"], mark["break"], mark["kind"]) for mark in made.marks} == {
        (year, 2016, "chained") for year in range(2016, 2020)
    }


@pytest.mark.parametrize(
    ("method", "scope", "changed"),
    [
        ("joint_performance", "year:2021", {"best": {}, "peers": {}}),
        ("joint_performance", "year:2021", {"best": {"carbon": "x", "pollutant_1": 1, "pollutant_2": 1}, "peers": {}}),
        (
            "joint_performance",
            "year:2021",
            {
                "best": {"carbon": 1, "pollutant_1": 1, "pollutant_2": 1},
                "peers": {"carbon": [], "pollutant_1": [], "pollutant_2": []},
            },
        ),
        ("coupling_coordination", "pooled", {"c": []}),
    ],
)
def test_what_was_changed_by_hand_is_refused(method: str, scope: str, changed: dict[str, Any]) -> None:
    plain = score(panel(), framework(), Methodology()).fitted.to_dict()
    name = next(name for name in plain["measures"] if name.startswith(method))
    plain["measures"][name][scope] = changed
    with pytest.raises(InputError) as refused:
        score(panel(), framework(), Methodology(), Fitted.from_dict(plain))
    assert [fault.text_key for fault in refused.value.faults] == ["fitted.unreadable"]
