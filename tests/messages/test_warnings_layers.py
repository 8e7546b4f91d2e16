# ruff: noqa: E501
"""Warnings of raster layers: what was met is said in both languages, and nothing is refused."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from rasterio import Affine

from evaluate.cli.main import entry
from tests.evaluate.tiny import Project, make
from tests.messages.cases_layers import raster


def _gaps(project: Project) -> None:
    cells = np.arange(1.0, 25.0) * np.ones((4, 1))
    cells[:, 4:11] = -9  # C2 has nothing, C3 only its last quarter
    raster(project, cells=cells, where=Affine(0.25, 0, 100, 0, -0.25, 31), nodata=-9.0)


def _tall(project: Project) -> None:
    raster(project, cells=np.ones((30, 6)))
    document = json.loads((project.folder / "cities.geojson").read_text(encoding="utf-8"))
    document["features"][0]["geometry"]["coordinates"] = [[[100, 2], [101, 2], [101, 30], [100, 30], [100, 2]]]
    project.write("cities.geojson", json.dumps(document))


CASES: dict[str, tuple[Callable[[Project], object], str]] = {
    "units without data or with little of it": (
        _gaps,
        "warning: assessment.yaml:14  layers[0]: the raster 'air.tif' holds no data for 1 unit(s): C2\n"
        "warning: assessment.yaml:14  layers[0]: the raster 'air.tif' holds data for less than half of the area of 1 unit(s): C3; their values stand for that part alone\n",
    ),
    "cells that shrink with latitude": (
        _tall,
        # 1 - cos 30°/cos 2° = 0.1334
        "warning: assessment.yaml:14  layers[0]: the cells of 'air.tif' shrink with latitude, by up to 13 % within 1 unit(s): C1; state area: true to count them by their true area, or area: false to count them alike\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_warning_says_what_was_met(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    project = make(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    project.draw()
    change(project)
    project.assess(
        ("period:", "layers:\n  - {variable: so2, path: air.tif, unit_of_measure: t}\nperiod:"),
        ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""),
    )
    assert entry(["check", "assessment.yaml", "--lang", "en"]) == 0
    assert capsys.readouterr().err == said
    assert entry(["check", "assessment.yaml", "--lang", "zh"]) == 0
    for line in capsys.readouterr().err.splitlines():
        assert line.startswith("警告：")
        assert not set(re.findall(r"[A-Za-z]{2,}", line)) - {
            "assessment",
            "yaml",
            "layers",
            "air",
            "tif",
            "area",
            "true",
            "false",
        }
