"""The co-control measure: pollutant equivalents from the tax law, and the states of the real cities.

Expected numbers are named at each test. The cities' panel is read from the shared data and never copied.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Methodology, Panel, Scores, score
from indicators.synergy.co_control import pollutant_equivalents

BREAK = {2016: {"zh": "统计口径调整", "en": "statistics re-based"}}


def framework(*pollutants: str, breaks: Any = None, output: str = "signed_distance") -> Framework:
    """Return a framework of one indicator, which takes `output` of the measure."""
    variables: dict[str, Any] = {code: {"unit_of_measure": "t", "breaks": breaks or {}} for code in pollutants}
    measure = {"method": "co_control", "carbon": "co2", "pollutants": list(pollutants), "output": output}
    return Framework.from_dict(
        {
            "schema": "framework/1",
            "code": "co-control",
            "label": "Co-control",
            "assesses": "city",
            "source": "tests",
            "variables": {"co2": {"unit_of_measure": "t"}, **variables},
            "indicators": {
                "state": {
                    "label": "State",
                    "measure": measure,
                    "unit_of_measure": "1",
                    "direction": "positive",
                }
            },
            "tree": {"synergy": {"label": "Synergy", "indicators": {"state": 1}}},
        }
    )


def output(made: Scores, name: str, year: int) -> "pd.Series[Any]":
    """Return one output of the measure in one year, by unit."""
    table = made.measures
    return table[(table["output"] == name) & (table["year"] == year)].set_index("unit")["value"]


def test_equivalents_of_three_pollutants() -> None:
    # methods.md C5: 100 t SO2, 80 t NOx and 50 t soot are 212.409 thousand equivalents
    emitted = {"so2": 100.0, "nox": 80.0, "soot": 50.0}
    equivalents = sum(tonnes / pollutant_equivalents()[code] for code, tonnes in emitted.items())
    assert round(equivalents, 3) == 212.409


@pytest.mark.parametrize(
    ("later", "removed"),
    # thousand equivalents that are gone: 100/0.95, (80 - 40)/0.95 and 50/2.18, by hand
    [
        ({"so2": 0.0}, 105.263),
        ({"nox": 40.0}, 42.105),
        ({"soot": 0.0}, 22.936),
        ({"so2": 0.0, "nox": 0.0, "soot": 0.0}, 212.409),
    ],
)
def test_reduction_in_equivalents(later: dict[str, float], removed: float) -> None:
    before = {"co2": 1000.0, "so2": 100.0, "nox": 80.0, "soot": 50.0}
    rows = [
        {"unit": unit, "year": year, **before, **(later if (unit, year) == ("a", 2021) else {})}
        for unit in "ab"
        for year in (2020, 2021)
    ]
    panel = Panel.from_frame(pd.DataFrame(rows), baseline=2020)
    made = score(panel, framework("so2", "nox", "soot"), Methodology())
    assert round(output(made, "pollutant_reduction", 2021)["a"] * 212.409, 2) == pytest.approx(removed, abs=0.006)
    # nothing changed in the other one, and a zero change counts as no fall
    assert output(made, "pollutant_reduction", 2021)["b"] == 0
    assert output(made, "quadrant", 2021)["b"] == "both_rise"


@pytest.fixture(scope="module")
def complete(shared: Path) -> pd.DataFrame:
    """The cities that report SO2 and CO2 in every year 2011-2019."""
    cities = pd.read_csv(shared / "data" / "china-cities" / "panel.csv", dtype={"unit": str})
    cities = cities.rename(columns={"co2_t": "co2", "so2_t": "so2"})[["unit", "year", "co2", "so2"]]
    cities = cities[cities["year"].between(2011, 2019)].dropna()
    counted = cities.groupby("unit")["year"].transform("count")
    return cities[counted == 9]


def states(complete: pd.DataFrame, baseline: int, year: int, breaks: Any = None) -> "pd.Series[Any]":
    panel = Panel.from_frame(complete, baseline=baseline, period=(baseline, year))
    return output(score(panel, framework("so2", breaks=breaks), Methodology()), "quadrant", year)


def test_the_complete_cities(complete: pd.DataFrame) -> None:
    # the shared data's README: 166 complete cities
    assert complete["unit"].nunique() == 166


@pytest.mark.parametrize(
    ("baseline", "year", "counted"),
    # both fall, SO2 falls and CO2 rises, both rise, CO2 falls and SO2 rises; the third also in the data's README
    [(2011, 2015, (59, 80, 21, 6)), (2016, 2019, (22, 138, 5, 1)), (2011, 2019, (43, 121, 2, 0))],
)
def test_states_of_the_cities(complete: pd.DataFrame, baseline: int, year: int, counted: Any) -> None:
    # asked of the program; 2011 to 2019 as if there were no break in 2016
    found = states(complete, baseline, year).value_counts()
    order = ("both_fall", "pollutant_only", "both_rise", "carbon_only")
    assert tuple(int(found.get(state, 0)) for state in order) == counted


def test_states_over_the_declared_break(complete: pd.DataFrame) -> None:
    # the contract's chain e(b-1)/e(base) * e(t)/e(b) - 1, written with pandas
    so2 = complete.pivot(index="unit", columns="year", values="so2")
    co2 = complete.pivot(index="unit", columns="year", values="co2")
    pollutant = so2[2015] / so2[2011] * so2[2019] / so2[2016] - 1
    carbon = co2[2019] / co2[2011] - 1
    names = {(True, True): "both_fall", (True, False): "carbon_only",
             (False, True): "pollutant_only", (False, False): "both_rise"}  # fmt: skip
    expected = [names[pair] for pair in zip(carbon < 0, pollutant < 0, strict=True)]
    found = states(complete, 2011, 2019, breaks=BREAK)
    assert found.loc[so2.index].tolist() == expected
    assert expected != states(complete, 2011, 2019).loc[so2.index].tolist()


def test_figures_over_the_break_are_marked(complete: pd.DataFrame) -> None:
    panel = Panel.from_frame(complete, baseline=2011, period=(2011, 2019))
    marks = score(panel, framework("so2", breaks=BREAK), Methodology()).marks
    assert {(mark["year"], mark["break"], mark["kind"]) for mark in marks} == {
        (year, 2016, "chained") for year in range(2016, 2020)
    }
    assert all(mark["label"] == BREAK[2016] for mark in marks)


def test_elasticity_only_where_both_fall(complete: pd.DataFrame) -> None:
    panel = Panel.from_frame(complete, baseline=2011, period=(2011, 2015))
    made = score(panel, framework("so2"), Methodology())
    state = output(made, "quadrant", 2015)
    elasticity = output(made, "elasticity", 2015).astype(float)
    assert (np.isfinite(elasticity) == (state == "both_fall")).all()
    distance = output(made, "signed_distance", 2015).astype(float)
    signs = state.map({"both_fall": 1, "both_rise": -1}).fillna(0)
    assert (np.sign(distance) == signs).all()
