"""Editions in a row, an early baseline, options that cannot be served, and the real cities end to end."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Fitted, Framework, Methodology, Panel, load, run, score
from evaluate.robustness.choices import read_choices
from indicators.errors import InputError

FRAMEWORK = Framework.from_dict({
    "schema": "framework/1", "code": "one", "label": "One", "assesses": "city", "source": "made for the tests",
    "variables": {"co2": {"unit_of_measure": "t"}},
    "indicators": {
        "level": {"label": "Level", "formula": "co2", "unit_of_measure": "t", "direction": "negative"},
        "fall": {"label": "Fall", "formula": "-change(co2)", "unit_of_measure": "%", "direction": "positive"},
    },
    "tree": {"carbon": {"label": "Carbon", "indicators": {"level": 1, "fall": 1}}},
})  # fmt: skip
LINEAR = Methodology.from_dict({"imputation": {"method": "linear"}})


def edition(frame: pd.DataFrame, last: int, fitted: Fitted | None) -> Any:
    known = frame[frame["year"] <= last]
    panel = Panel.from_frame(known, period=(2018, last), baseline=2017)
    return score(panel, FRAMEWORK, LINEAR, Fitted.from_dict(fitted.to_dict()) if fitted else None)


def test_three_editions_leave_each_published_year_as_it_was() -> None:
    frame = pd.DataFrame(
        [(u, y, 100.0 * n - 3 * n * (y - 2017)) for n, u in enumerate("abcd", 1) for y in range(2017, 2022)],
        columns=["unit", "year", "co2"],
    )
    # a reports nothing for 2019 and 2020; the later reports would fill both years by interpolation
    frame.loc[(frame["unit"] == "a") & frame["year"].isin([2019, 2020]), "co2"] = np.nan
    published: list[pd.DataFrame] = []
    fitted = None
    for last in (2019, 2020, 2021):
        scores = edition(frame, last, fitted)
        fitted = scores.fitted
        for before in published:
            years = before["year"].unique()
            now = scores.scores[scores.scores["year"].isin(years)].reset_index(drop=True)
            pd.testing.assert_frame_equal(now, before, check_exact=True)
        published.append(scores.scores)
    # without the fitted run the gap is filled, so the test could fail
    anew = edition(frame, 2021, None).scores
    assert ((anew["unit"] == "a") & (anew["year"] == 2020)).any()
    assert not ((published[-1]["unit"] == "a") & (published[-1]["year"] == 2020)).any()


def test_a_gap_is_filled_from_the_years_around_it_however_early_the_baseline(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("unit\na\nb\n")
    rows = [(u, y, 100.0 + 10 * (y - 2005)) for u in "ab" for y in range(2005, 2014)]
    frame = pd.DataFrame(rows, columns=["unit", "year", "co2"])
    frame.loc[(frame["unit"] == "a") & (frame["year"] == 2012), "co2"] = np.nan
    frame.loc[(frame["unit"] == "a") & (frame["year"] == 2011), "co2"] = 120.0
    frame.to_csv(tmp_path / "data.csv", index=False)
    import yaml

    (tmp_path / "framework.yaml").write_text(yaml.safe_dump(FRAMEWORK.to_dict()))
    (tmp_path / "assessment.yaml").write_text(
        "schema: assessment/1\ntitle: t\nframework: framework.yaml\nroster: {path: roster.csv}\n"
        "data: [{path: data.csv, unit: unit, year: year, columns: {co2: {variable: co2, unit_of_measure: t}}}]\n"
        "period: {from: 2012, to: 2013, baseline: 2005}\n"
        "methodology: {imputation: {method: linear, limit: 1}}\noutputs: {report: []}\n"
    )
    results = run(tmp_path / "assessment.yaml", language="en")
    # halfway between 120 in 2011 and 180 in 2013
    values = results.values.set_index(["unit", "year"])["level"]
    assert values["a", 2012] == 150.0
    assert results.treatment[["unit", "year", "code", "after"]].values.tolist() == [["a", 2012, "co2", 150.0]]


@pytest.mark.parametrize(
    ("name", "option", "key"),
    [
        ("imputation", {"method": "median", "by": "nocol"}, "formula.unknown_column"),
        ("normalisation", {"method": "goalposts"}, "scoring.no_reference_value"),
        ("normalisation", {"reference": "baseline"}, "assessment.baseline_reference"),
    ],
)
def test_an_option_that_cannot_be_served_is_a_fault(name: str, option: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as raised:
        read_choices({name: [option]}, Methodology(), FRAMEWORK, columns=["region"], baseline=False)
    assert key in {fault.text_key for fault in raised.value.faults}
    assert all(fault.place.key.startswith(f"robustness.vary.{name}[0]") for fault in raised.value.faults)


def test_the_real_cities_from_tables_to_results(shared: Path) -> None:
    """Counts from the data's own description: 295 cities; EDGAR CO2 of Beijing 2015 is 80.4 Mt."""
    results = run(load(shared / "examples" / "china-cities" / "assessment.yaml"), language="en")
    assert len(results.units) == 295
    assert sorted(results.scores["year"].unique()) == list(range(2012, 2020))
    assert not results.comparable
    assert results.scores["rank"].isna().all()
    beijing = results.reported.query("unit == '110000' and year == 2015 and variable == 'co2'")["value"]
    assert beijing.iloc[0] == pytest.approx(80.4e6, rel=1e-3)
    assert results.scores["composite"].between(1, 100).all()
    assert results.robustness is not None
    assert results.robustness["tier"].ge(1).all()
    chained = {(m["code"], m["break"]) for m in results.manifest["marks"] if m["kind"] == "chained"}
    assert chained == {("joint_reduction", 2016), ("joint_intensity_reduction", 2016)}
