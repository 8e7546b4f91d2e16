"""Robustness in a run: its files, read back as they were, and the same as the analysis in Python."""

import re
from pathlib import Path

import pandas as pd
import pytest

from evaluate import load, run
from evaluate.artifacts import read_run
from evaluate.cli.main import entry
from evaluate.robustness.summary import FORMS, analyse
from evaluate.scoring.score import score
from tests.evaluate.tiny import Project, make

STATED = (
    "vary: {weighting.indicators: [{method: given}, {method: equal}]}, weight_noise: {method: dirichlet, "
    "concentration: 30}, leave_out: [co2_intensity], indicator_error: {gdp: {distribution: normal, relative: 0.05}, "
    "so2_intensity: {distribution: uniform, absolute: 0.001}}, years: all, sensitivity: {runs: 16, bootstrap: 20}"
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make(tmp_path / "project")
    given = "vary: {weighting.indicators: [{method: given}, {method: equal}]}, weight_noise: 0.2"
    made.assess((given, STATED))
    return made


def test_every_table_is_written_and_read_back(project: Project) -> None:
    made = run(load(project.path), project.out)
    again = read_run(project.out)
    assessment = load(project.path)
    assert assessment.file.robustness is not None
    base = score(assessment.panel, assessment.framework, assessment.methodology)
    found = analyse(base, assessment.file.robustness)
    assert found.sensitivity is not None
    expected = (found.table, found.acceptability, found.pairwise, found.sensitivity.table)
    for form, table in zip(FORMS, expected, strict=True):
        assert (project.out / f"{form.name}.csv").is_file()
        pd.testing.assert_frame_equal(made.tables[form.name], form.typed(table))
        pd.testing.assert_frame_equal(again.tables[form.name], form.typed(table), rtol=1e-9)
    assert set(found.table["year"]) == {2020, 2021}
    assert made.rank_robustness is not None
    assert set(made.rank_robustness["year"]) == {2021}
    outcome = made.manifest["robustness_outcome"]
    assert outcome["sensitivity"] == {"rows": 16, "rows_left_out": 0, "runs": 96, "failed": 0, "failures": []}
    assert made.manifest["robustness"]["weight_noise"] == {"method": "dirichlet", "concentration": 30}


def test_a_run_verifies_and_explains_the_rank_year(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    made = run(load(project.path), project.out)
    assert entry(["verify", str(project.out), "--rerun", "--lang", "en"]) == 0
    assert entry(["explain", str(project.out), "C1", "--lang", "en"]) == 0
    assert made.rank_robustness is not None
    row = made.rank_robustness.set_index("unit").loc["C1"]
    assert f"ranks {row['p05']:g}–{row['p95']:g}" in capsys.readouterr().out


def test_a_source_and_an_uncertainty_must_be_reported(project: Project) -> None:
    needed = "robustness: {sources: {so2: [so2, gdp]}, indicator_error: {co2: {distribution: normal, from: so2}}}"
    assert entry(["check", str(project.path), "--quiet"]) == 0
    line = next(line for line in project.path.read_text().splitlines() if line.startswith("robustness"))
    project.assess((line, needed))
    # SO2 in CNY
    assert entry(["check", str(project.path), "--quiet"]) == 1


@pytest.mark.parametrize("reference", ["pooled", "type"])
def test_nobody_is_scored_in_the_rank_year(project: Project, reference: str) -> None:
    text = (project.folder / "data.csv").read_text("utf-8")
    project.write("data.csv", re.sub(r"(?m)^(C\d,2021,\d+),\d+", r"\1,", text))
    project.assess(("bounds: [1, 100]", f"bounds: [1, 100], reference: {reference}"), ("years: all", "years: rank"))
    made = run(load(project.path), project.out)
    assert set(made.scores["year"]) == {2020}
    assert made.rank_robustness is not None and made.rank_robustness.empty
    for table in (made.correlations, made.pairwise, made.acceptability):
        assert table is not None and table.empty
