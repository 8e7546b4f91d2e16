"""Files of boundaries: geometry that is repaired or refused, files that cannot be read."""

import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import MultiPoint, MultiPolygon, Point, Polygon, box

from geo.boundaries import read_boundaries
from tests.geo.drawn import NEXT, SQUARE, WHERE, faults_of, two

BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


# --- geometry


def test_invalid_geometry_is_repaired_and_reported(write_geojson: Any) -> None:
    overlapping = MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)])
    found = read_boundaries(write_geojson([("a", BOW_TIE), ("b", overlapping), ("c", SQUARE)]), "unit", list("abc"))
    # By hand: two triangles of base 2 and height 1; two squares of 4 that share 1.
    assert shapely.area(found.frame.geometry.to_numpy()).tolist() == pytest.approx([2, 7, 1])
    assert found.frame.geometry.is_valid.all()
    assert [entry["unit"] for entry in found.repaired] == ["a", "b"]
    assert found.repaired[0]["reason"].startswith("Self-intersection")


def test_parts_without_area_are_dropped(write_geojson: Any) -> None:
    spike = {
        "type": "MultiPolygon",
        "coordinates": [[list(map(list, SQUARE.exterior.coords))], [[[5, 5], [5, 5], [5, 5], [5, 5]]]],
    }
    collection = {
        "type": "GeometryCollection",
        "geometries": [
            shapely.geometry.mapping(NEXT),
            {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        ],
    }
    found = read_boundaries(write_geojson([("a", spike), ("b", collection)]), "unit", ["a", "b"])
    assert found.frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert shapely.area(found.frame.geometry.to_numpy()).tolist() == pytest.approx([1, 1])
    assert [entry["unit"] for entry in found.repaired] == ["a", "b"]
    assert found.repaired[1]["reason"] == "GeometryCollection"


def test_a_polygon_without_any_area_is_off_the_map(write_geojson: Any) -> None:
    found = read_boundaries(
        write_geojson([("a", Polygon([(0, 0), (1, 1), (2, 2)])), ("b", SQUARE)]), "unit", ["a", "b"]
    )
    assert (found.off_map, found.repaired) == (("a",), ())


def test_a_ring_that_is_not_closed_is_closed_and_reported(write_geojson: Any) -> None:
    open_ring = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}
    found = read_boundaries(write_geojson([("a", open_ring)]), "unit", ["a"])
    assert found.frame.geometry[0].area == pytest.approx(0.5)
    assert "do not form a closed linestring" in found.repaired[0]["reason"]


@pytest.mark.parametrize(
    ("shape", "kind"),
    [(shapely.LineString([(0, 0), (1, 1)]), "LineString"), (MultiPoint([(0, 0), (1, 1)]), "MultiPoint")],
)
def test_what_is_neither_a_point_nor_a_polygon_is_a_fault(write_geojson: Any, shape: Any, kind: str) -> None:
    path = write_geojson([("a", shape), ("b", SQUARE)])
    assert f"'x': unit a is drawn as {kind}; expected one point or a polygon" in faults_of(
        path, "unit", ["a", "b"], shown="x"
    )


def test_what_is_wrong_with_units_outside_the_roster_does_not_matter(write_geojson: Any) -> None:
    path = write_geojson(
        [("a", SQUARE), ("z", Point(999, 999)), ("y", shapely.LineString([(0, 0), (1, 1)])), ("x", BOW_TIE)]
    )
    found = read_boundaries(path, "unit", ["a"])
    assert (len(found.frame), found.ignored, found.repaired) == (1, 3, ())


def test_geometry_that_geos_does_not_know_is_a_fault(tmp_path: Path) -> None:
    # Well-known binary of a triangle, as three-dimensional software writes it.
    triangle = struct.pack("<BIII8d", 1, 17, 1, 4, 0, 0, 1, 0, 1, 1, 0, 0)
    path = tmp_path / "x.gpkg"
    geometry = np.array([triangle, shapely.to_wkb(SQUARE)], dtype=object)
    codes = [np.array(["a", "b"], dtype=object)]
    with pytest.warns(RuntimeWarning, match="TRIANGLE"):
        pyogrio.raw.write(path, geometry, codes, ["unit"], geometry_type="Unknown", crs="EPSG:4326")
    said = faults_of(path, "unit", ["a", "b"], shown="x")
    assert "'x': the geometry of 1 unit(s) cannot be read: a" in said


def test_coordinates_that_are_no_numbers_are_a_fault(tmp_path: Path) -> None:
    with np.errstate(invalid="ignore"):
        broken = Polygon([(0, 0), (1, 0), (1, float("nan")), (0, 0)])
    path = tmp_path / "x.gpkg"
    pyogrio.write_dataframe(gpd.GeoDataFrame({"unit": ["a"]}, geometry=[broken], crs="EPSG:4326"), path)
    assert "the coordinates of 1 unit(s) lie outside EPSG:4326: a" in faults_of(path, "unit", ["a"])


# --- files


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "no.gpkg", "unit", ["a"], place=WHERE, shown="no.gpkg") == (
        "1 fault in assessment.yaml\n  assessment.yaml:12  boundaries: there is no file 'no.gpkg'"
    )
    assert "there is no file" in faults_of(tmp_path, "unit", ["a"])  # a folder


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.shp", "x.parquet", "x"])
@pytest.mark.parametrize("content", [b"", b"no boundaries", b'{"type": "FeatureCollection"', b"\x89PNG\r\n\x1a\n\0\0"])
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    said = faults_of(path, "unit", ["a"], shown=name)
    assert f"cannot read the boundaries '{name}'; expected GeoJSON, GeoPackage, Shapefile or GeoParquet (" in said
    assert f"无法读取边界文件“{name}”" in faults_of(path, "unit", ["a"], shown=name, language="zh")


def test_a_parquet_file_without_geometry_is_a_fault(tmp_path: Path) -> None:
    pd.DataFrame({"unit": ["a"]}).to_parquet(tmp_path / "x.parquet")
    assert "holds no geometry; expected points or polygons" in faults_of(tmp_path / "x.parquet", "unit", ["a"])


def test_a_table_is_no_boundaries(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("unit,value\na,1\n", encoding="utf-8")
    assert "(its content is none of these)" in faults_of(tmp_path / "x.csv", "unit", ["a"])


def test_a_geopackage_of_tables_alone_holds_no_geometry(tmp_path: Path) -> None:
    pyogrio.write_dataframe(pd.DataFrame({"unit": ["a"]}), tmp_path / "x.gpkg", driver="GPKG")
    assert "holds no geometry; expected points or polygons" in faults_of(tmp_path / "x.gpkg", "unit", ["a"])


NOWHERE = "http://127.0.0.1:9/places"


@pytest.mark.parametrize(
    "content",
    [
        f"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/vsicurl/{NOWHERE}</SrcDataSource>"
        "</OGRVRTLayer></OGRVRTDataSource>",
        f"<OGRWFSDataSource><URL>{NOWHERE}</URL></OGRWFSDataSource>",
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /vsicurl/' + NOWHERE + '"}',
    ],
)
def test_a_file_that_only_says_where_the_data_are_is_never_followed(
    tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("GDAL was asked, and would have asked the network")

    for name in ("list_layers", "read_info"):
        monkeypatch.setattr(pyogrio, name, opened)
    (tmp_path / "x.geojson").write_text(content, encoding="utf-8")
    said = faults_of(tmp_path / "x.geojson", "unit", ["a"])
    assert "(its content is none of these)" in said
    assert "文件内容不是其中任何一种" in faults_of(tmp_path / "x.geojson", "unit", ["a"], language="zh")


@pytest.mark.filterwarnings("error")
def test_a_coordinate_that_is_no_number_is_told_without_a_word_of_numpy(tmp_path: Path) -> None:
    ring = "[[[NaN, 30], [101, 30], [101, 31], [100, 31], [NaN, 30]]]"
    (tmp_path / "x.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"unit": "a"}, '
        f'"geometry": {{"type": "Polygon", "coordinates": {ring}}}}}]}}',
        encoding="utf-8",
    )
    assert "1 unit(s)" in faults_of(tmp_path / "x.geojson", "unit", ["a"])


def test_a_shapefile_without_its_companions_is_a_fault(tmp_path: Path) -> None:
    pyogrio.write_dataframe(two(), tmp_path / "x.shp")
    (tmp_path / "x.shx").unlink()
    assert "cannot read the boundaries" in faults_of(tmp_path / "x.shp", "unit", ["a"])
