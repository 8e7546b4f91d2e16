# ruff: noqa: E501
"""Warnings of regressions and of weights that vary over space: printed, and kept in the manifest."""

import json
import re
from pathlib import Path

import pytest

from evaluate.cli.main import entry
from geo.regression import effort
from tests.evaluate.spatial.regression.land import settle
from tests.evaluate.tiny import Project, make

ASKED = "  regression: {name: rain, explained_by: [rain, slope], models: [gwr], variability: {permutations: 0}%s}\n"
FEW = "warning: regression 'rain' rests on 40 rows alone, let pass by `force: true`; its results are not reliable\n"
OWN = "resource: {label: {zh: 资源型, en: Resource}"


def _few(project: Project, _: pytest.MonkeyPatch) -> None:
    settle(project, ASKED % ", force: true, year: 2020", units=40)


def _made_of(project: Project, _: pytest.MonkeyPatch) -> None:
    asked = ASKED.replace("[rain, slope]", "[rain, gdp]") % ", force: true, target: so2_intensity"
    settle(project, asked)


def _many(project: Project, patch: pytest.MonkeyPatch) -> None:
    patch.setitem(effort.MOST, "gwr", 60)
    settle(project, ASKED % ", force: true")


def _by_type(project: Project, _: pytest.MonkeyPatch) -> None:
    settle(project, ASKED % "" + "  local_weights: {}\n", kinds=("resource",) * 9 + ("industrial",))
    project.change("framework.yaml", (OWN, OWN + ", weights: {carbon: 0.7}"))


def _collinear(project: Project, _: pytest.MonkeyPatch) -> None:
    """Let slope follow from rain in the west."""
    settle(project, ASKED % ", bandwidth: 20, adaptive: true")
    head, *rows = [line.split(",") for line in (project.folder / "data.csv").read_text(encoding="utf-8").split()]
    for row in rows:
        if int(row[0][1:]) % 8 < 5:
            row[6] = f"{float(row[5]) + float(row[6]) / 1000:.9f}"
    project.write("data.csv", "\n".join(",".join(row) for row in (head, *rows)) + "\n")


def _islands(project: Project, _: pytest.MonkeyPatch) -> None:
    near = "  neighbours: {near: {rule: distance_band, within: 120}}\n"
    settle(project, near + (ASKED % "").replace("[gwr]", "[ols, lag, error]"))
    collection = json.loads((project.folder / "cities.geojson").read_text(encoding="utf-8"))
    ring = collection["features"][-1]["geometry"]["coordinates"][0]
    collection["features"][-1]["geometry"]["coordinates"] = [[[x + 9, y] for x, y in ring]]
    project.write("cities.geojson", json.dumps(collection))


def _lost(project: Project, _: pytest.MonkeyPatch) -> None:
    """Let both neighbours of the last city report nothing in the year."""
    near = "  neighbours: {near: {rule: rook}}\n"
    settle(project, near + (ASKED % ", standardise: false").replace("[gwr]", "[ols, lag]"))
    table = (project.folder / "data.csv").read_text(encoding="utf-8")
    project.write("data.csv", re.sub(r"(C0(?:62|55),2021),[^,]*,[^,]*,", r"\1,,,", table))


CASES = {
    "few units": (_few, FEW),
    "a target made of what explains it": (
        _made_of,
        "warning: regression 'rain': the target is made of gdp, let pass by `force: true`; they go together by construction\n",
    ),
    "many units": (_many, "warning: regression 'rain' has 62 rows, more than is bearable, let pass by `force: true`\n"),
    "a type with few units": (
        _by_type,
        "warning: regression 'rain': only 6 of 6 units of the type 'Industrial' have a value for everything; it was left out\n"
        "warning: weights that vary over space: Industrial has 6 scored units with a boundary, fewer than 10; none were computed\n",
    ),
    "collinear columns": (
        _collinear,
        "warning: regression 'rain' (geographically weighted regression (GWR)): around 34% of the units the variables are collinear (condition number above 30); their local coefficients cannot be read one by one\n",
    ),
    "islands": (
        _islands,
        "warning: regression 'rain': 1 unit(s) without a neighbour under the rule 'near' count as if all around stood at the mean (spatial lag model), have errors without a spatial part (spatial error model)\n"
        "warning: rule of neighbourhood 'near': 1 unit(s) have no neighbour: City 63 (C063)\n",
    ),
    "neighbours without values": (
        _lost,
        "warning: regression 'rain': 1 unit(s) whose neighbours under the rule 'near' all stay out (they lack values or are of another type) count as if all around stood at 0, which shifts the coefficients; take `standardise: true` (spatial lag model): City 63 (C063)\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    project = make(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    change(project, monkeypatch)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 0
    assert capsys.readouterr().err == said
    kept = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))["warnings"]
    assert len(kept) == said.count("\n")


def test_what_takes_too_long_is_refused_with_what_it_would_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(effort.MOST, "gwr", 60)
    project = make(tmp_path / "project")
    settle(project, ASKED % "")
    monkeypatch.chdir(project.folder)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 1
    assert capsys.readouterr().err == (
        "1 fault in assessment.yaml\n"
        "  assessment.yaml:22  spatial.regression: 'rain' has 62 rows, for which 'geographically weighted regression (GWR)' "
        "takes about 0 minutes and 0 MB; above 60 rows it takes `force: true`\n"
    )
    assert not project.out.exists()
