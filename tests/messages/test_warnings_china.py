# ruff: noqa: E501
"""Warnings of boundaries held against the roster: the run is made, and what was met is said in both languages."""

import json
import re
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import get_coordinates, transform

from evaluate.cli.main import entry
from geo.crs.shifted import Coordinates, shifted, unshifted
from geo.crs.systems import centres
from tests.evaluate.tiny import Project


def _placed(project: Project, move: Callable[[Coordinates], Coordinates] | None = None, crs: str = "") -> None:
    """Draw the squares, give the roster their middles as reference points, and move the squares."""
    project.draw()
    frame = gpd.read_file(project.folder / "cities.geojson")
    middles = centres(frame.geometry).round(6)
    lines = (project.folder / "roster.csv").read_text(encoding="utf-8").splitlines()
    lines = [lines[0] + ",lon,lat", *(f"{line},{x},{y}" for line, (x, y) in zip(lines[1:], middles, strict=True))]
    project.write("roster.csv", "\n".join(lines) + "\n")
    project.assess(("cohorts: [region]}", "cohorts: [region], longitude: lon, latitude: lat}"))
    if move is not None:
        frame.geometry = [transform(shape, move) for shape in frame.geometry]
        project.write("cities.geojson", frame.to_json(drop_id=True))
    if crs:
        project.assess(("cities.geojson, unit: unit", f"cities.geojson, unit: unit, crs: {crs}"))


def _one_far(project: Project) -> None:
    _placed(project)
    text = (project.folder / "roster.csv").read_text(encoding="utf-8")
    project.write("roster.csv", re.sub(r"(C6,.*),[0-9.]+,([0-9.]+)\n", r"\1,110.0,\2\n", text))


CASES: dict[str, tuple[Callable[[Project], object], str]] = {
    # by eviltransform's formulas in BD-09 and GCJ-02, about 30.5°N and 100.5° to 105.5°E
    "shifted like GCJ-02": (
        lambda project: _placed(project, lambda c: shifted(c, "GCJ-02")),
        "warning: assessment.yaml:13  boundaries.path: 'cities.geojson' says that it is in EPSG:4326, but beside the roster's reference points the coordinates of 6 units are shifted as GCJ-02 shifts them (median {} m, {} m without the shift); if they are in GCJ-02, state crs: GCJ-02\n",
    ),
    "shifted like BD-09": (
        lambda project: _placed(project, lambda c: shifted(c, "BD-09")),
        "warning: assessment.yaml:13  boundaries.path: 'cities.geojson' says that it is in EPSG:4326, but beside the roster's reference points the coordinates of 6 units are shifted as BD-09 shifts them (median {} m, {} m without the shift); if they are in BD-09, state crs: BD-09\n",
    ),
    "shift stated where there is none": (
        lambda project: _placed(project, crs="GCJ-02"),
        "warning: assessment.yaml:13  boundaries.path: 'cities.geojson' is read as GCJ-02, but beside the roster's reference points the coordinates of 6 units look as if they had not been shifted (median {} m, {} m when left as they are); if so, take away crs: GCJ-02\n",
    ),
    "a reference point far off": (
        _one_far,
        "warning: assessment.yaml:13  boundaries.path: the reference points of 1 unit(s) lie more than {} km from the middle of their boundaries: C6; check the points, the codes and crs\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_check_says_what_lies_beside_the_reference_points(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    change(project)
    assert entry(["check", "assessment.yaml", "--lang", "en"]) == 0
    pattern = re.escape(said).replace(re.escape("{}"), r"(\d+)")
    found = re.fullmatch(pattern, capsys.readouterr().err)
    assert found, said
    if len(found.groups()) == 2:
        before, after = map(int, found.groups())
        assert 100 < before < 1500
        assert after < 60  # the middle of a moved square is not quite the moved middle
    assert entry(["check", "assessment.yaml", "--lang", "zh"]) == 0
    line = capsys.readouterr().err
    assert line.startswith("警告：")
    words = set(re.findall(r"[A-Za-z]{2,}", line))
    assert words <= {"assessment", "yaml", "boundaries", "path", "cities", "geojson", "EPSG", "GCJ", "BD", "crs"}


@pytest.mark.parametrize(
    "change",
    [_placed, lambda project: _placed(project, lambda c: shifted(c, "GCJ-02"), "GCJ-02"),
     lambda project: _placed(project, lambda c: shifted(c, "BD-09"), "bd09")],
    ids=["in WGS 84", "GCJ-02 and said so", "BD-09 and said so"],
)  # fmt: skip
def test_nothing_is_said_where_places_and_points_agree(
    change: Callable[[Project], object], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project)
    assert entry(["check", "assessment.yaml"]) == 0
    assert capsys.readouterr().err == ""


def test_a_code_that_the_gazetteer_names_otherwise(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from geo import china_boundaries
    from geo.files import read_features
    from indicators.errors import Place

    # The tiny project's squares stand for the boundaries of the package.
    project.draw()
    names = pd.Series({"C1": "甲县", "C2": "乙区", "C3": "丙县", "C4": "丁县", "C5": "戊县", "C6": "己县"})
    features = read_features(project.folder / "cities.geojson", "unit", Place(), "x")
    moved = china_boundaries.Features(features.codes, features.geometry, None)
    monkeypatch.setattr(china_boundaries, "read_cnmaps", lambda path, codes, place: (moved, names))
    monkeypatch.setattr(china_boundaries, "digest_of_cnmaps", lambda: "0" * 64)
    roster = (project.folder / "roster.csv").read_text(encoding="utf-8")
    for code, name in {**names, "C2": "乙县"}.items():
        roster = re.sub(rf"^{code},\w+", f"{code},{name}", roster, flags=re.M)
    project.write("roster.csv", roster)
    project.assess(("path: cities.geojson, unit: unit", "path: cnmaps:county"))
    assert entry(["check", "assessment.yaml", "--lang", "en"]) == 0
    assert capsys.readouterr().err == (
        "warning: the boundaries call the code of 1 unit(s) otherwise (roster/boundaries): C2 乙县/乙区; a new name does "
        "no harm, but a code that went on after a merger now stands for another area\n"
    )
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--quiet"]) == 0
    manifest = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))
    assert {"role": "boundaries", "path": "cnmaps:county", "sha256": "0" * 64} in manifest["inputs"]
    assert manifest["boundaries"]["crs"] == "GCJ-02"
    drawn = gpd.read_file(project.out / "results.gpkg", layer="scores")
    first = unshifted(np.array([[100.0, 30.0]]), "GCJ-02")
    assert get_coordinates(drawn.geometry).min(axis=0) == pytest.approx(first[0], abs=1e-2)
    assert entry(["verify", str(project.out)]) == 0
    monkeypatch.setattr(china_boundaries, "digest_of_cnmaps", lambda: "1" * 64)
    assert entry(["verify", str(project.out)]) == 1
