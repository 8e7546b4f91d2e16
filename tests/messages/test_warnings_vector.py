# ruff: noqa: E501
"""Warnings of vector layers and overlays: the run is made, and what was met is said in both languages."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.evaluate.tiny import Project, make
from tests.messages.cases_vector import GOOD, PLANTS, layer, overlay, plants
from tests.messages.warned import run_and_read

NAMES = {
    "plants",
    "geojson",
    "coal",
    "gas",
    "oil",
    "peat",
    "layers",
    "overlays",
    "assessment",
    "yaml",
    "kind",
    "so",
    "km",
}
NAMES |= {"Self", "intersection", "basin"}


def _left_out(project: Project) -> None:
    layer(project, GOOD[:-1] + ", where: {kind: [coal, gas, oil, peat]}}")
    more: list[tuple[dict[str, Any], Any]] = [
        ({"kind": "coal", "so2": None}, [100.2, 30.2]),
        ({"kind": "coal", "so2": 5}, None),
    ]
    plants(project, [*PLANTS, *more])


def _a_point(project: Project) -> None:
    layer(project)
    document = json.loads((project.folder / "cities.geojson").read_text(encoding="utf-8"))
    document["features"][5]["geometry"] = {"type": "Point", "coordinates": [105.5, 30.5]}
    project.write("cities.geojson", json.dumps(document))


def _elsewhere(project: Project) -> None:
    overlay(project, "{path: plants.geojson, kind: basin}")
    tie = {"type": "Polygon", "coordinates": [[[90, 30], [91, 31], [91, 30], [90, 31], [90, 30]]]}
    plants(project, [({}, tie)])


CASES: dict[str, tuple[Callable[[Project], object], str]] = {
    "features that are left out": (
        _left_out,
        "warning: no feature of 'plants.geojson' has peat in the column 'kind'; it has: coal, gas, oil\n"
        "warning: 'plants.geojson': 1 feature(s) hold no geometry and are left out\n"
        "warning: 'plants.geojson': 1 feature(s) have no number in the column 'so2' and are left out\n",
    ),
    "a unit that is a point": (
        _a_point,
        "warning: 'plants.geojson' gives no value for 1 unit(s): C6; a unit that is a point has no area\n",
    ),
    "an overlay that crosses itself far away": (
        _elsewhere,
        "warning: 'plants.geojson': 1 feature(s) had an invalid geometry, which was repaired; such as number 1: Self-intersection[90.5 30.5]\n"
        "warning: the overlay 'basin' covers none of the units\n",
    ),
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = make(tmp_path / "project")
    monkeypatch.chdir(made.folder)
    made.assess(
        (
            "robustness: {runs: 20, seed: 1, vary: {weighting.indicators: [{method: given}, {method: equal}]}, weight_noise: 0.2}\n",
            "",
        )
    )
    return made


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    change(project)
    run_and_read(said, NAMES, capsys)
