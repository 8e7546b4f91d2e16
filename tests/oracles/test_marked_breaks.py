"""The real cities over the declared break of 2016: counts, effects and marks, in the run record and in the report.

Expected numbers are computed here from the shared panel with pandas, by the contract's chain
e(b − 1)/e(base) · e(t)/e(b) − 1 and by the textbook formula of LMDI-I.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluate import Results, run
from evaluate.report import co_control, drivers, profiles, quality, tables
from evaluate.report.html import render_report
from evaluate.report.parts import Labels
from indicators.synergy.co_control import QUADRANTS

ADDED = """\
  state:
    label: {zh: 协同控制, en: Co-control}
    measure: {method: co_control, carbon: co2, pollutants: [so2], output: signed_distance}
    unit_of_measure: "1"
    direction: positive

decompositions:
  kaya:
    label: Kaya
    drivers:
      population: {label: {zh: 人口, en: Population}, formula: population}
      affluence: {label: {zh: 人均GDP, en: GDP per person}, formula: gdp / population}
    emissions:
      co2: {emission: co2, drivers: {intensity: {label: {zh: 强度, en: Intensity}, formula: co2 / gdp}}}
      so2: {emission: so2, drivers: {intensity: {label: {zh: 强度, en: Intensity}, formula: so2 / gdp}}}

tree:
"""
AFFECTED = {"joint_reduction", "joint_intensity_reduction", "state"}
"""The indicators that look at SO2 in the baseline year and later; levels of SO2 touch no break."""


@pytest.fixture(scope="module")
def cities(shared: Path) -> pd.DataFrame:
    """The cities that report everything in every year 2011–2019."""
    table = pd.read_csv(shared / "data" / "china-cities" / "panel.csv", dtype={"unit": str})
    table = table.rename(columns={
        "co2_t": "co2", "so2_t": "so2", "gdp_real2000_1e8cny": "gdp", "population_1e4": "population",
    })[["unit", "year", "co2", "so2", "gdp", "population"]]  # fmt: skip
    table = table[table["year"].between(2011, 2019)].dropna()
    return table[table.groupby("unit")["year"].transform("count") == 9]


@pytest.fixture(scope="module")
def results(shared: Path, cities: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The example with the measure and a decomposition added, nothing imputed, on the complete cities."""
    folder = tmp_path_factory.mktemp("cities")
    example, data = shared / "examples" / "china-cities", shared / "data" / "china-cities"
    framework = (example / "framework.yaml").read_text(encoding="utf-8").replace("tree:\n", ADDED, 1)
    framework = framework.replace("joint_intensity_reduction: 0.5}", "joint_intensity_reduction: 0.5, state: 0.1}")
    (folder / "framework.yaml").write_text(framework, encoding="utf-8")
    text = (example / "assessment.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^boundaries:\n(  .*\n)+", "", text, flags=re.M)
    text = re.sub(r"^robustness:\n(  .*\n)+", "", text, flags=re.M)
    text = text.replace("  imputation: {method: linear, limit: 2}\n", "").replace("map: true", "map: false")
    text = text.replace("../../data/china-cities/panel.csv", (data / "panel.csv").as_posix())
    text = text.replace("../../data/china-cities/roster.csv", "roster.csv")
    roster = pd.read_csv(data / "roster.csv", dtype=str)
    kept = roster[roster["unit"].isin(cities["unit"].unique())]
    kept.to_csv(folder / "roster.csv", index=False, encoding="utf-8")
    (folder / "assessment.yaml").write_text(text, encoding="utf-8")
    return run(folder / "assessment.yaml")


def linked(table: pd.DataFrame) -> pd.Series:
    return table[2015] / table[2011] * table[2019] / table[2016] - 1


def test_the_counts_of_the_report_are_those_of_the_chained_changes(results: Results, cities: pd.DataFrame) -> None:
    so2, co2 = (cities.pivot(index="unit", columns="year", values=name) for name in ("so2", "co2"))
    pollutant, carbon = linked(so2) < 0, co2[2019] / co2[2011] - 1 < 0
    expected = {
        "both_fall": int((carbon & pollutant).sum()), "carbon_only": int((carbon & ~pollutant).sum()),
        "pollutant_only": int((~carbon & pollutant).sum()), "both_rise": int((~carbon & ~pollutant).sum()),
    }  # fmt: skip
    assert sum(expected.values()) == len(so2)
    (shown,) = co_control.measures(Labels(results, "zh"))
    assert {state: shown.counts.rows[-1][state] for state in QUADRANTS} == expected
    assert shown.counts.rows[-1]["missing"] == 0
    # if the break were ignored they would be others
    assert expected["both_rise"] != int(((so2[2019] >= so2[2011]) & ~carbon).sum())


def test_the_effects_are_those_of_the_textbook(results: Results, cities: pd.DataFrame) -> None:
    held = {name: cities.pivot(index="unit", columns="year", values=name) for name in ("so2", "gdp", "population")}
    drivers_of = {
        "population": held["population"], "affluence": held["gdp"] / held["population"],
        "intensity": held["so2"] / held["gdp"],
    }  # fmt: skip
    table = results.decomposition
    assert table is not None
    own = table[(table["emission"] == "so2") & (table["kind"] == "additive") & (table["span"] == "chain")]
    own = own[own["to"] == 2019]
    emitted = held["so2"]
    for name, driver in drivers_of.items():
        effects = 0.0
        for year in (2012, 2013, 2014, 2015, 2017, 2018, 2019):  # all but the step into 2016
            one, other = emitted[year], emitted[year - 1]
            mean = np.where(one == other, one, (one - other) / np.log(one / other).replace(0, np.nan))
            effects = effects + mean * np.log(driver[year] / driver[year - 1])
        mine = own[(own["driver"] == name) & (own["unit"] != "")].set_index("unit")["effect"]
        assert set(own[own["unit"] != ""]["state"]) == {"over_break"}
        np.testing.assert_allclose(mine.loc[effects.index], effects, rtol=1e-7, atol=1e-6)
        whole = own[(own["driver"] == name) & (own["unit"] == "") & (own["type"] == "")]["effect"]
        assert whole.item() == pytest.approx(effects.sum(), rel=1e-8)


def test_every_affected_figure_is_marked_in_the_run_record(results: Results) -> None:
    marks = results.manifest["marks"]
    # changes since 2011 that end in 2016 or later lead over the break; nothing else does
    assert {(m["code"], m["year"]) for m in marks} == {(c, y) for c in AFFECTED for y in range(2016, 2020)}
    assert {(m["break"], m["kind"], m["label"]["zh"]) for m in marks} == {(2016, "chained", "统计口径调整")}
    told = {(m["emission"], m["span"], m["from"], m["to"]) for m in results.manifest["decomposition_marks"]}
    assert told == {("so2", "step", 2015, 2016)} | {("so2", "chain", 2011, year) for year in range(2016, 2020)}
    table = results.decomposition
    assert table is not None
    states = table[table["state"].isin(["break", "over_break"])]
    named = set(zip(states["emission"], states["span"], states["from"], states["to"], strict=True))
    assert named == told


def test_every_affected_figure_is_marked_in_the_report(results: Results) -> None:
    for language in ("zh", "en"):
        labels = Labels(results, language)
        page = render_report(results, language)
        (shown,) = co_control.measures(labels)
        for said in (shown.title, shown.pollutant, shown.counts.caption):
            assert "†" in said
            assert said in page
        (driven,) = drivers.decompositions(labels)
        assert f"<figcaption>{driven.emissions['so2']}</figcaption>" in page
        assert driven.emissions["so2"].endswith("†")
        assert shown.note in page and driven.note in page
        listed = {row["code"] for row in quality.marks(labels).rows}
        assert listed == {*AFFECTED, "kaya/so2"}
        flagged = profiles._flags(labels)
        units = set(results.units["unit"])
        assert {key for key, said in flagged.items() if "†" in said} == {(u, c) for u in units for c in AFFECTED}
        assert tables.ranking(labels).rows
