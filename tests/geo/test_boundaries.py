"""Boundaries: what is read, what is repaired, what is refused."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon, box

from geo.boundaries import Boundaries, read_boundaries
from indicators.codes import normalise_codes
from tests.geo.drawn import NEXT, SQUARE, WHERE, faults_of, two

# --- what is read


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.shp", "x.parquet"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:32648"])
def test_every_format_and_system_gives_longitude_and_latitude(tmp_path: Path, name: str, crs: str) -> None:
    path = tmp_path / name
    frame = two(crs)
    frame.to_parquet(path) if name.endswith("parquet") else pyogrio.write_dataframe(frame, path)
    found = read_boundaries(path, "unit", ["b", "a"])
    assert found.crs == ("OGC:CRS84" if name == "x.geojson" and crs == "EPSG:4326" else crs)  # as GDAL writes it
    assert found.frame.columns.tolist() == ["unit", "geometry"]
    assert found.frame["unit"].tolist() == ["a", "b"]
    assert found.frame.crs == "EPSG:4326"
    assert shapely.equals_exact(found.frame.geometry.to_numpy(), [SQUARE, NEXT], tolerance=1e-7, normalize=True).all()
    assert (found.off_map, found.repaired, found.ignored) == ((), (), 0)


@pytest.mark.parametrize("codes", [[110000, 120000], [110000.0, 120000.0], [" 110000 ", "120000.0"]])
def test_codes_follow_the_rule_of_every_table(write_geojson: Any, codes: list[object]) -> None:
    path = write_geojson(zip(codes, [NEXT, SQUARE], strict=True))
    assert read_boundaries(path, "unit", ["110000", "120000"]).frame["unit"].tolist() == ["110000", "120000"]


def test_codes_may_hold_any_character(write_geojson: Any) -> None:
    codes = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", 'a"b', "{x}", "$1\\2", "两江\n新区"]
    path = write_geojson([(code, Point(100 + i, 30)) for i, code in enumerate(codes)])
    assert read_boundaries(path, "unit", codes).frame["unit"].tolist() == sorted(codes)


@pytest.mark.parametrize("folder", ["a!b", "a;b", "a?b", "a#b", "a%20b", "甲 {乙}", "zip:x"])
def test_paths_may_hold_any_character(tmp_path: Path, write_geojson: Any, folder: str) -> None:
    (tmp_path / folder).mkdir()
    path = write_geojson([("a", SQUARE)]).rename(tmp_path / folder / "x.geojson")
    assert read_boundaries(path, "unit", ["a"]).frame["unit"].tolist() == ["a"]


def test_units_without_a_place_are_off_the_map_and_others_are_ignored(write_geojson: Any) -> None:
    path = write_geojson([("a", SQUARE), ("b", None), ("c", Polygon()), ("y", NEXT), ("z", NEXT), (None, NEXT)])
    found = read_boundaries(path, "unit", ["a", "b", "c", "d"])
    assert found.frame["unit"].tolist() == ["a"]
    assert found.off_map == ("b", "c", "d")
    assert found.ignored == 2  # y and z; the feature without a code is nobody's


def test_points_and_polygons_mix_and_heights_are_dropped(write_geojson: Any) -> None:
    high = shapely.force_3d(SQUARE, 5.0)
    path = write_geojson(
        [("a", high), ("b", Point(100, 30, 7)), ("c", MultiPoint([(101, 31)])), ("d", MultiPolygon([NEXT]))]
    )
    frame = read_boundaries(path, "unit", list("abcd")).frame
    assert frame.geometry.geom_type.tolist() == ["Polygon", "Point", "Point", "MultiPolygon"]
    assert not frame.geometry.has_z.any()


def test_a_geopackage_may_hold_other_layers(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    pyogrio.write_dataframe(two().rename(columns={"unit": "road"}), path, layer="roads")
    pyogrio.write_dataframe(two(), path, layer="cities")
    pyogrio.write_dataframe(pd.DataFrame({"unit": ["a"]}), path, layer="notes")
    assert len(read_boundaries(path, "unit", ["a", "b"]).frame) == 2


def test_a_geojson_file_may_have_any_suffix_and_a_property_called_crs(write_geojson: Any) -> None:
    path = write_geojson([("a", SQUARE)], column="crs", name="x.txt")
    found = read_boundaries(path, "crs", ["a"])
    assert (found.crs, len(found.frame)) == ("EPSG:4326", 1)


# --- the coordinate reference system


@pytest.mark.parametrize("stated", ["EPSG:4326", "OGC:CRS84", "WGS84"])
def test_a_system_may_be_confirmed(write_geojson: Any, stated: str) -> None:
    assert len(read_boundaries(write_geojson([("a", SQUARE)]), "unit", ["a"], crs=stated).frame) == 1


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::32648", "EPSG:32648"])
def test_a_geojson_file_of_the_old_form_names_its_system(write_geojson: Any, name: str) -> None:
    metres = two("EPSG:32648").geometry
    path = write_geojson([("a", metres[0])], crs={"type": "name", "properties": {"name": name}})
    found = read_boundaries(path, "unit", ["a"])
    assert found.crs == "EPSG:32648"
    assert found.frame.total_bounds == pytest.approx(SQUARE.bounds, abs=1e-7)


def test_a_system_is_stated_where_the_file_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.shp"
    pyogrio.write_dataframe(two("EPSG:32648"), path)
    path.with_suffix(".prj").unlink()
    found = read_boundaries(path, "unit", ["a", "b"], crs="EPSG:32648")
    assert found.crs == "EPSG:32648"
    assert found.frame.total_bounds == pytest.approx([100, 30, 102, 31], abs=1e-7)
    said = faults_of(path, "unit", ["a", "b"], place=WHERE, shown="x.shp")
    assert said == (
        "1 fault in assessment.yaml\n  assessment.yaml:12  boundaries: 'x.shp' does not say its "
        "coordinate reference system; state it, such as crs: EPSG:4326"
    )
    assert faults_of(path, "unit", ["a", "b"], place=WHERE, shown="x.shp", language="zh") == (
        "assessment.yaml 中有 1 处错误\n  assessment.yaml:12  boundaries: “x.shp”未说明坐标参照系；"
        "请用 crs 写明，例如 crs: EPSG:4326"
    )


def test_geojson_with_a_null_system_has_none(write_geojson: Any) -> None:
    path = write_geojson([("a", SQUARE)], crs=None)
    assert "does not say its coordinate reference system" in faults_of(path, "unit", ["a"])
    assert read_boundaries(path, "unit", ["a"], crs="EPSG:4490").crs == "EPSG:4490"


@pytest.mark.parametrize(
    "member",
    [
        {"type": "name", "properties": {"name": "nonsense"}},
        {"type": "URL", "properties": {"url": "http://127.0.0.1:9/crs"}},
        {"type": "name", "properties": "EPSG:4326"},
        "EPSG:4326",
    ],
)
def test_a_system_that_gdal_would_guess_or_fetch_is_a_fault(write_geojson: Any, member: object) -> None:
    said = faults_of(write_geojson([("a", SQUARE)], crs=member), "unit", ["a"], shown="x.geojson")
    assert "the coordinate reference system that 'x.geojson' names is unknown" in said


@pytest.mark.parametrize(("name", "crs"), [("x.gpkg", "EPSG:4490"), ("x.geojson", "EPSG:4326")])
def test_a_system_that_contradicts_the_file_is_a_fault(tmp_path: Path, name: str, crs: str) -> None:
    pyogrio.write_dataframe(two(crs), tmp_path / name, **({"RFC7946": "YES"} if name == "x.geojson" else {}))
    said = faults_of(tmp_path / name, "unit", ["a"], crs="EPSG:32648", shown=name)
    assert f"the stated coordinate reference system is EPSG:32648, but '{name}' is in {crs}" in said


def test_an_unknown_system_and_wrong_codes_are_told_together(write_geojson: Any) -> None:
    said = faults_of(write_geojson([("a", SQUARE)]), "unit", ["x"], crs="EPSG4326", place=WHERE)
    assert said.startswith("2 faults in assessment.yaml")
    assert "did you mean 'EPSG:4326'?" in said
    assert "it has a; the roster has x" in said


def test_coordinates_that_cannot_be_degrees_are_a_fault(write_geojson: Any) -> None:
    path = write_geojson([("a", SQUARE), ("b", box(500000, 3300000, 500001, 3300001)), ("c", Point(0, 90.5))])
    assert (
        "'x' is in EPSG:4326, so longitude and then latitude in degrees are expected; "
        "unit b has the coordinate (500001, 3300000); units concerned: 2"
    ) in faults_of(path, "unit", list("abc"), shown="x")
    assert "评价单元 b 有坐标（500001，3300000）；共 2 个评价单元如此" in faults_of(
        path, "unit", list("abc"), shown="x", language="zh"
    )


def test_latitude_before_longitude_is_a_fault(write_geojson: Any) -> None:
    said = faults_of(write_geojson([("a", Point(39.9, 116.4))]), "unit", ["a"])
    assert "unit a has the coordinate (39.9, 116.4)" in said


def test_the_edge_of_the_world_is_no_fault(write_geojson: Any) -> None:
    path = write_geojson([("a", box(-180, -90, 180.00001, 90))])
    assert len(read_boundaries(path, "unit", ["a"]).frame) == 1


def test_degrees_in_a_projected_system_are_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    pyogrio.write_dataframe(two().set_crs("EPSG:3857", allow_override=True), path)
    assert "is in the projected system EPSG:3857, but its coordinates look like degrees: unit a has" in faults_of(
        path, "unit", ["a", "b"]
    )


def test_coordinates_beyond_a_projection_are_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    far = gpd.GeoDataFrame(
        {"unit": ["a", "b"]}, geometry=[box(5e5, 3e6, 6e5, 4e6), box(1e30, 0, 2e30, 1)], crs="EPSG:32648"
    )
    pyogrio.write_dataframe(far, path)
    assert "the coordinates of 1 unit(s) lie outside EPSG:32648: b" in faults_of(path, "unit", ["a", "b"])


# --- the roster's units


def test_a_unit_drawn_twice_is_a_fault(write_geojson: Any) -> None:
    path = write_geojson([("1", SQUARE), (1.0, NEXT), ("2", NEXT), ("9", SQUARE), ("9", NEXT)])
    assert "1 unit(s) stand more than once in 'x': 1 (×2); expected one geometry a unit" in faults_of(
        path, "unit", ["1", "2"], shown="x"
    )


def test_none_of_the_roster_shows_examples_of_both_sides(write_geojson: Any) -> None:
    path = write_geojson([(f"CN{i}", SQUARE) for i in range(5)])
    roster = ["110000", "120000", "130100", "130200"]
    assert (
        "none of the roster's units is in the column 'unit' of 'x': it has CN0, CN1, CN2, …; "
        "the roster has 110000, 120000, 130100, …"
    ) in faults_of(path, "unit", roster, shown="x")
    assert "没有名录上的任何评价单元：该列有 CN0, CN1, CN2, …，名录有 110000, 120000, 130100, …" in faults_of(
        path, "unit", roster, language="zh"
    )


@pytest.mark.parametrize("features", [[], [(None, SQUARE), ("  ", SQUARE)]])
def test_a_file_without_codes_is_a_fault(tmp_path: Path, features: list[Any]) -> None:
    path = tmp_path / "x.gpkg"
    codes = pd.Series([code for code, _ in features], dtype=object)
    pyogrio.write_dataframe(
        gpd.GeoDataFrame({"unit": codes}, geometry=[shape for _, shape in features], crs="EPSG:4326"),
        path,
        geometry_type="Polygon",
    )
    assert "'x' has no code in the column 'unit'" in faults_of(path, "unit", ["a"], shown="x")


def test_a_missing_column_names_the_nearest(write_geojson: Any, tmp_path: Path) -> None:
    path = write_geojson([("a", SQUARE)], column="city_code")
    said = "'x' has no column 'citycode'; it has: city_code; did you mean 'city_code'?"
    assert said in faults_of(path, "citycode", ["a"], shown="x")
    two().rename(columns={"unit": "city_code"}).to_parquet(tmp_path / "x.parquet")
    assert said in faults_of(tmp_path / "x.parquet", "citycode", ["a"], shown="x")


def test_two_layers_with_the_column_are_a_fault(tmp_path: Path) -> None:
    for layer in ("old", "new"):
        pyogrio.write_dataframe(two(), tmp_path / "x.gpkg", layer=layer)
    assert "have the column 'unit': old, new; expected one" in faults_of(tmp_path / "x.gpkg", "unit", ["a"])


# --- real data


def test_china_cities(shared: Path) -> None:
    folder = shared / "data/china-cities"
    codes = normalise_codes(pd.read_csv(folder / "roster.csv")["unit"]).tolist()
    found = read_boundaries(folder / "cities.geojson", "unit", codes)
    assert isinstance(found, Boundaries)
    assert found.frame["unit"].tolist() == sorted(codes)
    assert (found.off_map, found.ignored, found.crs) == ((), 0, "OGC:CRS84")
    assert found.frame.geometry.is_valid.all()
    # The README of the data: one polygon is invalid.
    assert [entry["unit"] for entry in found.repaired] == ["512000"]
    assert found.repaired[0]["reason"].startswith("Too few points in geometry component")
    raw = json.loads((folder / "cities.geojson").read_text(encoding="utf-8"))
    drawn = {str(f["properties"]["unit"]): shapely.geometry.shape(f["geometry"]).area for f in raw["features"]}
    area = pd.Series(shapely.area(found.frame.geometry.to_numpy()), index=found.frame["unit"])
    assert area["512000"] == pytest.approx(drawn["512000"], rel=1e-9)


def test_a_part_of_the_china_cities(shared: Path) -> None:
    found = read_boundaries(shared / "data/china-cities/cities.geojson", "unit", ["110000", "999999"], crs="EPSG:4326")
    assert (found.off_map, found.ignored, len(found.frame)) == (("999999",), 294, 1)
