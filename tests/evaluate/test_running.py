# ruff: noqa: E501
"""`run`: the command's work as a function; a later year scored by what an earlier run learned."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluate import load, run, score
from evaluate.artifacts import read_run
from indicators.errors import InputError
from tests.evaluate.tiny import ASSESSMENT, DATA, Project, make

# One better and one worse than anything before, beside four years that go on as they did.
NEXT_YEAR = """\
C1,2022,4300,330,120
C2,2022,9500,1000,138
C3,2022,2500,20,100
C4,2022,18000,1000,350
C5,2022,7600,340,137
C6,2022,11000,540,240
"""
METHODS = {
    "pooled": ("bounds: [1, 100]", "bounds: [1, 100]"),
    "type": ("bounds: [1, 100]", "bounds: [1, 100], reference: type"),
    "baseline": ("bounds: [1, 100]", "bounds: [1, 100], reference: baseline"),
    "data-driven": ("indicators: {method: given}, dimensions: {method: given}", "indicators: {method: entropy}, dimensions: {method: critic}"),
    "outliers": ("  normalisation:", "  outliers: {method: winsorise, skewness: 0.5, kurtosis: 0.5, limit: 2}\n  normalisation:"),
    "ranks": ("method: min_max, bounds: [1, 100]", "method: percentile_rank, bounds: [1, 100]"),
}  # fmt: skip


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def later(project: Project, *pairs: tuple[str, str]) -> Project:
    """Return next year's assessment: one more year of data, scored by what this year's run learned."""
    made = make(project.folder.parent / "later")
    for name in ("framework.yaml", "roster.csv", "assessment.yaml"):
        made.write(name, (project.folder / name).read_bytes())
    made.write("data.csv", DATA + NEXT_YEAR)
    made.assess(("to: 2021", "to: 2022"), *pairs)
    text = made.path.read_text(encoding="utf-8")
    start = text.index("  normalisation: {")
    line = text[start : text.index("\n", start)]
    referred = line.replace(", reference: type", "").replace(", reference: baseline", "")
    made.assess((line, referred.removesuffix("}") + ", reference: {fitted: ../results/run/fitted.json}}"))
    return made


@pytest.mark.parametrize("name", METHODS)
def test_published_years_stay_as_they_were(name: str, project: Project) -> None:
    project.assess(METHODS[name])
    run(load(project.path), project.out)
    made = later(project)
    out = project.out.parent / "later"
    run(load(made.path), out)
    for table in ("scores", "normalised"):
        published, now = rows(project.out / f"{table}.csv"), rows(out / f"{table}.csv")
        year = published[0].index("year")
        assert [row for row in now if row[year] != "2022"] == published, table
        assert len([row for row in now if row[year] == "2022"]) == 6
    learned, again = (json.loads((folder / "fitted.json").read_text("utf-8")) for folder in (project.out, out))
    assert (learned.pop("through"), again.pop("through")) == (2021, 2022)
    assert again == learned


def test_a_third_edition_leaves_both_years_as_they_were(project: Project) -> None:
    project.assess(("  normalisation:", "  imputation: {method: median}\n  normalisation:"))
    project.change("data.csv", ("C2,2021,9300,820,131", "C2,2021,9300,,131"))
    run(load(project.path), project.out)
    made = later(project)
    made.change(
        "data.csv", ("C2,2021,9300,820,131", "C2,2021,9300,,131"), ("C5,2022,7600,340,137", "C5,2022,7600,,137")
    )
    run(load(made.path), project.out.parent / "second")
    made.write("data.csv", (made.folder / "data.csv").read_text("utf-8") + NEXT_YEAR.replace(",2022,", ",2023,"))
    made.assess(("to: 2022", "to: 2023"), ("results/run/fitted.json", "results/second/fitted.json"))
    run(load(made.path), project.out.parent / "third")
    editions = [rows(project.out.parent / name / "scores.csv") for name in ("run", "second", "third")]
    year = editions[0][0].index("year")
    assert [row for row in editions[1] if row[year] != "2022"] == editions[0]
    assert [row for row in editions[2] if row[year] != "2023"] == editions[1]
    assert len(editions[2]) == 1 + 6 * 4


def test_values_beyond_what_was_learned_are_counted(project: Project) -> None:
    run(load(project.path), project.out)
    results = run(load(later(project).path))
    counted = {w["values"]["code"]: w["values"]["count"] for w in results.manifest["warnings"]}
    # CO2 per GDP of C3 (2500/100) is below all before (2700/93). Reductions were 10 % at most and -7.1 % at least: those
    # of C1 (14 %) and C3 (16.7 %) are above, that of C5 (-8.6 %) below. SO2 per GDP of C3 (20/100) is below 90/93, that
    # of C2 (1000/138) above 850/125. GDP of C4 (350) is above 340.
    assert counted == {"co2_intensity": 1, "co2_reduction": 3, "so2_intensity": 2, "wealth": 1}
    assert {w["key"] for w in results.manifest["warnings"]} == {"scoring.beyond_clip"}
    last = results.normalised[results.normalised["year"] == 2022].set_index("unit")
    assert last.loc["C3", "so2_intensity"] == 100
    assert last.loc["C2", "so2_intensity"] == 1
    assert last.loc["C4", "wealth"] == 100


def test_values_beyond_may_be_scored_beyond(project: Project) -> None:
    project.assess(
        ("bounds: [1, 100]", "bounds: [1, 100], out_of_range: extend"), ("{method: geometric}", "{method: arithmetic}")
    )
    run(load(project.path), project.out)
    results = run(load(later(project).path))
    last = results.normalised[results.normalised["year"] == 2022].set_index("unit")
    # GDP is 86 to 340 in the scored years 2020 and 2021: 350 scores 1 + 99 * (350 - 86) / (340 - 86).
    assert last.loc["C4", "wealth"] == pytest.approx(1 + 99 * 264 / 254, rel=1e-12)


CHANGED = {
    "another method": (
        "assessment.yaml", ("method: min_max, bounds: [1, 100]", "method: percentile_rank, bounds: [1, 100]"),
        "assessment.yaml:15  normalisation: the method differs: fitted with bounds=[1.0, 100.0], method=min_max; "
        "now bounds=[1.0, 100.0], method=percentile_rank",
    ),
    "another parameter": (
        "assessment.yaml", ("bounds: [1, 100]", "bounds: [10, 100]"),
        "assessment.yaml:15  normalisation: the method differs: fitted with bounds=[1.0, 100.0], method=min_max; "
        "now bounds=[10.0, 100.0], method=min_max",
    ),
    "another aggregation": (
        "assessment.yaml", ("{method: geometric}", "{method: harmonic}"),
        "assessment.yaml:15  aggregation.dimensions: the method differs: fitted with method=geometric; now method=harmonic",
    ),
    "another framework": (
        "framework.yaml", ("code: tiny", "code: large"),
        "assessment.yaml:15  methodology.normalisation.reference: was fitted with another framework, tiny; this run has large",
    ),
    "another definition": (
        "framework.yaml", ("formula: gdp,", "formula: gdp * 2,"),
        "assessment.yaml:15  methodology.normalisation.reference: the framework tiny is defined otherwise than when it was fitted",
    ),
    "another indicator": (
        "framework.yaml", ("  wealth: {label", "  wealthy: {label"),
        "assessment.yaml:15  methodology.normalisation.reference: the fitted run has the indicator 'wealth', which the framework "
        "lacks; did you mean 'wealthy'?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_what_was_fitted_otherwise_is_a_located_fault(name: str, project: Project) -> None:
    file, pair, said = CHANGED[name]
    run(load(project.path), project.out)
    made = later(project)
    made.change(file, pair)
    if name == "another indicator":
        made.change(file, ("indicators: {wealth: 1}", "indicators: {wealthy: 1}"))
    with pytest.raises(InputError) as caught:
        load(made.path)
    lines = [line.strip() for line in caught.value.render("en").splitlines()[1:]]
    assert said in lines
    assert len(lines) == (2 if "wealthy" in said else 1)


def test_labels_may_change_between_years(project: Project) -> None:
    run(load(project.path), project.out)
    made = later(project)
    made.change("framework.yaml", ("en: Size of the economy", "en: GDP"))
    assert len(run(load(made.path)).scores) == 18


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "fitted.json:1"),
        ('{"a":\n\n NaN}', "fitted.json"),
        ("[" * 100_000, "fitted.json"),
        (b"\xff\xfe\x00", "fitted.json"),
        ("[]", "must be a mapping of keys"),
        ('{"schema": "fitted/2"}', "must be one of 'fitted/1'"),
        ('{"schema": "fitted/1", "framwork": {}}', "unknown key"),
    ],
)
def test_a_fitted_file_that_is_none(content: str | bytes, said: str, project: Project) -> None:
    run(load(project.path), project.out)
    made = later(project)
    (project.out / "fitted.json").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InputError) as caught:
        load(made.path)
    assert said in caught.value.render("en")


def test_a_run_without_a_folder_gives_the_same_tables(project: Project) -> None:
    project.draw()
    results = run(project.path)
    assert isinstance(results.scores, pd.DataFrame)
    assert type(results.geometry).__name__ == "GeoDataFrame"
    assert not project.out.parent.exists()
    run(str(project.path), str(project.out))
    assert read_run(project.out).manifest["run_id"] == results.manifest["run_id"]


def test_robustness_looks_at_the_rank_year_alone(project: Project) -> None:
    project.assess(("baseline: 2019}", "baseline: 2019, rank: 2020}"))
    results = run(load(project.path))
    assert results.robustness is not None
    assert set(results.robustness["year"]) == {2020}
    assert results.rank_year == 2020
    assert list(results.ranking()["year"].unique()) == [2020]


def test_correlates_are_formulas_over_the_same_data(project: Project) -> None:
    project.assess(("report: []", "report: [], correlates: {carbon_productivity: gdp / co2, falling: -change(co2)}"))
    table = run(load(project.path)).correlates
    assert table is not None
    first = table.set_index(["unit", "year"]).loc[("C1", 2020)]
    assert first["carbon_productivity"] == pytest.approx(106e8 / 4800)
    assert first["falling"] == pytest.approx(1 - 4800 / 5000)


def test_faults_of_the_scoring_name_the_line_to_mend(project: Project) -> None:
    project.assess(("bounds: [1, 100]", "bounds: [0, 100]"))
    with pytest.raises(InputError) as caught:
        run(load(project.path))
    place = caught.value.faults[0].place
    assert (place.file, place.line, place.key) == ("assessment.yaml", 17, "methodology.aggregation")
    assessment = load(project.path)
    with pytest.raises(InputError) as caught:
        score(assessment.panel, assessment.framework, assessment.methodology)
    assert caught.value.faults[0].place.file == ""


def test_stages_are_told_with_their_rows(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="evaluate"):
        run(project.path, project.out)
    told = [(record.text_key, record.values) for record in caplog.records]  # type: ignore[attr-defined]
    assert [key for key, _ in told] == [
        "stages.check", "stages.took", "stages.score", "stages.took", "stages.robustness", "stages.took",
        "stages.diagnosis", "stages.took", "stages.dynamics", "stages.took", "stages.write", "stages.took",
    ]  # fmt: skip
    assert told[1][1]["counts"] == ", reported: 42"
    assert told[3][1]["counts"] == ", scores: 12"
    assert ", scores: 12, weights: 8" in told[11][1]["counts"]


def test_imputed_values_are_listed_with_what_rests_on_them(project: Project) -> None:
    project.write("data.csv", (DATA + NEXT_YEAR).replace("C1,2021,4500,350,113", "C1,2021,,350,113"))
    project.assess(
        ("to: 2021", "to: 2022"), ("  normalisation:", "  imputation: {method: linear, limit: 1}\n  normalisation:")
    )
    results = run(load(project.path))
    assert results.manifest["imputed"] == [
        {"code": "co2_intensity", "unit": "C1", "year": 2021},
        {"code": "co2_reduction", "unit": "C1", "year": 2021},
    ]
    step = results.treatment.set_index("step").loc["imputation"]
    assert (step["code"], step["unit"], step["year"]) == ("co2", "C1", 2021)
    assert np.isnan(step["before"])
    assert step["after"] == (4800 + 4300) / 2


def test_the_run_id_knows_inputs_and_configuration(project: Project) -> None:
    first = run(load(project.path)).manifest["run_id"]
    assert run(load(project.path)).manifest["run_id"] == first
    project.change("data.csv", ("C6,2021,11300,560,225", "C6,2021,11300,560,226"))
    second = run(load(project.path)).manifest["run_id"]
    project.write("data.csv", DATA)
    assert run(load(project.path)).manifest["run_id"] == first
    project.assess(("runs: 20", "runs: 21"))
    third = run(load(project.path)).manifest["run_id"]
    assert len({first, second, third}) == 3
    project.write("assessment.yaml", ASSESSMENT)
    assert json.loads(json.dumps(run(load(project.path)).manifest))["run_id"] == first
