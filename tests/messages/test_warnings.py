# ruff: noqa: E501
"""What is no fault but worth knowing: the run is made, its ranking printed, and a warning says what was met."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from evaluate.cli.main import entry
from tests.evaluate.tiny import DATA, Project, make

GIVEN = "indicators: {method: given}, dimensions: {method: given}"
NAMES = {"wealth", "data", "csv", "air", "carbon", "co", "so", "intensity", "reduction", "given"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = make(tmp_path / "project")
    monkeypatch.chdir(made.folder)
    return made


def _outside_the_roster(project: Project) -> None:
    project.write("data.csv", DATA + "X1,2020,1,1,1\nX1,2021,1,1,1\nX2,2020,not read,1,1\n")


def _same_gdp(project: Project) -> None:
    project.write("data.csv", re.sub(r"(\d,\d+,\d+),\d+\n", r"\1,100\n", DATA))


def _one_dimension_of_three(project: Project) -> None:
    air = "      air: {label: {zh: 减污, en: Air}, weight: 0.7, indicators: {so2_intensity: 1}}\n"
    growth = "      growth: {label: {zh: 增长, en: Growth}, weight: 0.3, indicators: {wealth: 1}}\n"
    project.change(
        "framework.yaml",
        (
            "indicators: {co2_intensity: 0.6, co2_reduction: 0.4}",
            "indicators: {co2_intensity: 0.5, co2_reduction: 0.3, wealth: 0.2}",
        ),
        (growth, ""),
        (air, air),
    )


def _constant_under(method: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        _same_gdp(project)
        _one_dimension_of_three(project)
        project.assess((GIVEN, f"indicators: {{method: {method}}}, dimensions: {{method: given}}"))

    return change


def _nothing_known(project: Project) -> None:
    project.write("data.csv", re.sub(r"(C\d,\d+),.*\n", r"\1,100,100,100\n", DATA))
    project.assess((GIVEN, "indicators: {method: entropy}, dimensions: {method: given}"))


def _goalposts(posts: str, beyond: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        project.change("framework.yaml", ("formula: gdp,", f"formula: gdp, goalposts: {posts},"))
        project.assess(
            ("  weighting:", f"  overrides: {{wealth: {{normalisation: {{method: goalposts{beyond}}}}}}}\n  weighting:")
        )

    return change


def _weights_of_a_type(project: Project) -> None:
    project.change("framework.yaml", ("en: Resource}", "en: Resource}, weights: {co2_intensity: 0.8}"))
    project.assess((GIVEN, "indicators: {method: equal}, dimensions: {method: given}"))


def _bow_tie(project: Project) -> None:
    project.draw()
    square, tie = "[101, 30], [101, 31], [100, 31]", "[101, 31], [101, 30], [100, 31]"
    project.change("cities.geojson", (f"[[[100, 30], {square}", f"[[[100, 30], {tie}"))


CONSTANT = "warning: the indicator 'Size of the economy' (wealth) is constant in the reference population (all scored years) and gets the midpoint\n"
CASES: dict[str, tuple[Callable[[Project], object], str]] = {
    "units outside the roster": (_outside_the_roster, "warning: data.csv: 2 unit(s) outside the roster are ignored\n"),
    "constant indicator": (_same_gdp, CONSTANT),
    "constant indicator under entropy weights": (_constant_under("entropy"), CONSTANT),
    "constant indicator under CRITIC weights": (_constant_under("critic"), CONSTANT),
    "nothing to learn weights from": (
        _nothing_known,
        "".join(
            f"warning: the indicator '{label}' ({code}) is constant in the reference population (all scored years) and gets the midpoint\n"
            for label, code in (
                ("CO2 per GDP", "co2_intensity"), ("CO2 reduction", "co2_reduction"),
                ("SO2 per GDP", "so2_intensity"), ("Size of the economy", "wealth"),
            )
        )
        + "warning: the scores below 'Carbon' (carbon) hold no information; equal weights are used (reference: all scored years)\n",
    ),
    # GDP is 86 to 340; above 200 are 212, 225, 325 and 340, below 100 are 86 and 93.
    "values beyond the goalposts, clipped": (
        _goalposts("[100, 200]", ""),
        "warning: the indicator 'Size of the economy' (wealth) has 6 values beyond the range of the reference population (all scored years); they get the score at its end\n",
    ),
    "values beyond the goalposts, extended": (
        _goalposts("[80, 200]", ", out_of_range: extend"),
        "warning: the indicator 'Size of the economy' (wealth) has 4 values beyond the range of the reference population (all scored years); their scores go beyond the bounds\n",
    ),
    "weights of a type that are not used": (
        _weights_of_a_type,
        "warning: the weight that type 'Resource' gives to 'co2_intensity' is not used: the weighting of this level is not 'given'\n",
    ),
    "units without a boundary": (
        lambda project: project.draw(("C1", "C2", "Z9")),
        "warning: 4 unit(s) without a boundary are ranked but not drawn: C3, C4, C5, C6\n"
        "warning: boundaries: 1 unit(s) outside the roster are ignored\n",
    ),
    "boundaries that were repaired": (_bow_tie, "warning: the invalid boundaries of 1 unit(s) were repaired: C1\n"),
    "replicates that failed": (
        lambda project: project.assess((
            "{weighting.indicators: [{method: given}, {method: equal}]}",
            "{normalisation: [{method: min_max}, {method: min_max, bounds: [0, 100]}]}",
        )),
        "warning: 9 of 20 replicates of the robustness analysis failed\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    change(project)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert told.err == said
    assert "Dunmore" in told.out
    assert len(json.loads((project.out / "manifest.json").read_text())["warnings"]) == said.count("\n")
    assert entry(["run", "assessment.yaml", "--out", "../results/zh", "--lang", "zh"]) == 0
    for line, english in zip(capsys.readouterr().err.splitlines(), said.splitlines(), strict=True):
        assert line.startswith("警告：")
        left = set(re.findall(r"[A-Za-z]{2,}", line)) - NAMES
        assert not left, (line, english)


@pytest.mark.parametrize("method", ["entropy", "critic"])
def test_a_constant_indicator_gets_data_driven_weight_0(method: str, project: Project) -> None:
    _constant_under(method)(project)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--quiet"]) == 0
    weights = pd.read_csv(project.out / "weights.csv").set_index("code")["weight"]
    assert weights["wealth"] == 0
    assert weights["co2_intensity"] > 0
    assert weights["co2_reduction"] > 0
    assert weights["co2_intensity"] + weights["co2_reduction"] == pytest.approx(1)


def test_check_tells_what_it_can_tell_without_computing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    _outside_the_roster(project)
    assert entry(["check", "assessment.yaml", "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert told.err == "warning: data.csv: 2 unit(s) outside the roster are ignored\n"
    assert told.out == "no faults: 6 units, 42 reported values, framework tiny, 2020–2021\n"
