"""Overlays and vector layers in whole runs: tables, run folder, report and map of a small assessment."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from shapely import LineString, Point, box

from evaluate import load, run
from evaluate.artifacts import map_html, read_run
from evaluate.report.html import render_report
from evaluate.report.map_data import map_data
from evaluate.results import Results
from tests.evaluate.alike import assert_alike
from tests.evaluate.tiny import Project, make

HOSTILE = "<script>alert(1)</script>"
OVER = """\
overlays:
  - {path: red.geojson, kind: red_line, name: name}
  - {path: rivers.gpkg, code: rivers, label: {zh: 河流, en: Rivers}, layer: rivers}
  - {path: basins.parquet, kind: basin, name: name}
layers:
  - {path: "stacks_{year}.geojson", variable: so2, unit_of_measure: kg, statistic: count, where: {active: [true]}, weight: {column: so2, unit_of_measure: t}}
period:"""  # noqa: E501


def project_of(folder: Path) -> Project:
    """Write the tiny assessment with squares from 100 to 106° E, overlays, and SO2 from points."""
    project = make(folder)
    project.draw()
    red = gpd.GeoDataFrame(
        {"name": [HOSTILE, None]}, geometry=[box(99, 30, 101.5, 31), box(105, 29, 107, 30.5)], crs=4326
    )
    pyogrio.write_dataframe(red, folder / "red.geojson")
    rivers = gpd.GeoDataFrame(geometry=[LineString([(100, 30.2), (106, 30.8)])], crs="EPSG:4490")
    pyogrio.write_dataframe(rivers, folder / "rivers.gpkg", layer="rivers")
    pyogrio.write_dataframe(rivers, folder / "rivers.gpkg", layer="roads", append=True)
    basins = gpd.GeoDataFrame(
        {"name": ["west", "east"]}, geometry=[box(90, 20, 103, 40), box(103, 20, 120, 40)], crs=4326
    )
    basins.to_parquet(folder / "basins.parquet")
    for year in (2019, 2020, 2021):
        places = [Point(100.5 + n, 30.5) for n in range(6)] + [Point(100.2, 30.1)]
        amounts = [float(400 - 30 * (year - 2019) + 100 * n) for n in range(6)] + [9999.0]
        stacks = gpd.GeoDataFrame({"so2": amounts, "active": [True] * 6 + [False]}, geometry=places, crs=4326)
        pyogrio.write_dataframe(stacks, folder / f"stacks_{year}.geojson")
    project.assess(
        ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""),
        ("period:", OVER),
        ("map: false, report: []", "map: true, report: [html, xlsx]"),
        ("runs: 20", "runs: 2"),
    )
    return project


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Results]:
    project = project_of(tmp_path_factory.mktemp("overlays") / "project")
    return project, run(load(project.path), project.out)


def section(results: Results, language: str) -> str:
    """Return the section of the page."""
    found = re.search(r'<section[^>]*><h2 id="overlays">.*?</section>', render_report(results, language), re.S)
    assert found
    return found[0]


def test_the_variable_comes_from_the_points(whole: tuple[Project, Results]) -> None:
    _, results = whole
    held = results.reported[results.reported["variable"] == "so2"].set_index(["unit", "year"])
    assert held.loc[("C1", 2020), "value"] == 370  # t; the stack that is off does not count
    assert held.loc[("C6", 2021), "value"] == 840
    one = held.loc[("C1", 2020)]
    assert (one["reported_value"], one["reported_unit_of_measure"]) == (370_000, "kg")
    assert (one["file"], one["column"]) == ("stacks_2020.geojson", "count; weight so2; active = True")
    roles = [(entry["role"], entry["path"]) for entry in results.manifest["inputs"]]
    assert ("layer", "stacks_2020.geojson") in roles
    assert {path for role, path in roles if role == "overlay"} == {"red.geojson", "rivers.gpkg", "basins.parquet"}


def test_the_share_of_each_unit(whole: tuple[Project, Results]) -> None:
    _, results = whole
    table = results.spatial["overlays"].set_index(["unit", "overlay", "part"])
    assert set(results.spatial["overlays"]["overlay"]) == {"red_line", "basin"}  # rivers hold nothing
    assert table.loc[("C1", "red_line", HOSTILE), "state"] == "inside"
    assert table.loc[("C2", "red_line", ""), "share"] == pytest.approx(0.5, rel=1e-9)
    assert table.loc[("C3", "red_line", ""), "state"] == "outside"
    assert table.loc[("C6", "red_line", ""), "state"] == "partly"
    assert ("C6", "red_line", HOSTILE) not in table.index
    assert [part for unit, overlay, part in table.index if unit == "C4" and overlay == "basin"] == ["", "east"]
    assert table.index.is_monotonic_increasing


def test_the_folder_is_read_back_without_the_inputs(whole: tuple[Project, Results], tmp_path: Path) -> None:
    project, results = whole
    alone = tmp_path / "run"
    shutil.copytree(project.out, alone)
    back = read_run(alone)
    assert_alike(results, back)
    assert back.overlays is not None and results.overlays is not None
    assert back.overlays["part"].tolist() == results.overlays["part"].tolist() == [HOSTILE, "", "", "west", "east"]
    assert back.overlays.geometry.geom_equals(results.overlays.geometry).all()
    assert map_html(back, "zh") == map_html(results, "zh")
    assert section(back, "en") == section(results, "en")


def test_the_map_draws_the_overlays_and_colours_by_their_shares(whole: tuple[Project, Results]) -> None:
    _, results = whole
    data = map_data(results, "zh")
    assert [(overlay.code, overlay.label) for overlay in data.overlays] == [
        ("red_line", "生态保护红线"), ("rivers", "河流"), ("basin", "流域"),
    ]  # fmt: skip
    assert data.overlays[2].shapes["label"].tolist() == ["west", "east"]
    west, _, east, _ = data.overlays[2].shapes.total_bounds
    assert (west, east) == (94, 112)  # cut off as far again on every side
    layers = {layer.code: layer for layer in data.layers}
    assert layers["overlay-red_line"].values["C2"] == pytest.approx(50)
    assert layers["overlay-red_line"].kind == "number"
    assert "overlay-rivers" not in layers
    assert HOSTILE not in map_html(results, "zh")


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "位于其内的面积占比"), ("en", "Units that each overlay covers")]
)
def test_the_report_tells_of_them(whole: tuple[Project, Results], language: str, words: str) -> None:
    _, results = whole
    shown = section(results, language)
    assert words in shown
    assert "50.0 %" in shown
    assert HOSTILE not in shown
    assert "&lt;script&gt;" in shown


def test_the_same_inputs_give_the_same_bytes_whatever_the_order_of_features(
    whole: tuple[Project, Results], tmp_path: Path
) -> None:
    project, _ = whole
    again = project_of(tmp_path / "project")
    document = json.loads((again.folder / "stacks_2020.geojson").read_text(encoding="utf-8"))
    document["features"].reverse()
    again.write("stacks_2020.geojson", json.dumps(document))
    run(load(again.path), again.out)
    for name in ("overlays.csv", "results.gpkg", "map.html", "scores.csv"):
        one, other = (hashlib.sha256((out / name).read_bytes()).hexdigest() for out in (project.out, again.out))
        assert one == other, name
