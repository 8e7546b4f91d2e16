"""Vector files: what is read and chosen of them, and every way in which they can be wrong."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from shapely import GeometryCollection, LineString, Point, Polygon, box

from geo.vector.layers import Request, read_vector_layer
from geo.vector.shapes import read_shapes
from indicators.errors import InputError, Place

WHERE = Place("assessment.yaml", line=14, key="layers[0]")
LEFT, RIGHT = box(100, 30, 101, 31), box(101, 30, 102, 31)
PLANTS = gpd.GeoDataFrame(
    {"kind": ["coal", "coal", "gas", None], "size": [1, 2, 2, 3], "co2": [10.0, 20.0, np.nan, 5.0], "old": [True] * 4},
    geometry=[Point(100.5, 30.5), Point(101.5, 30.5), Point(101.2, 30.1), Point(100.1, 30.9)],
    crs="EPSG:4326",
)


@pytest.fixture
def plants(tmp_path: Path) -> Path:
    """Four power plants as a GeoPackage."""
    path = tmp_path / "plants.gpkg"
    pyogrio.write_dataframe(PLANTS, path, layer="plants")
    return path


@pytest.fixture
def pair(units: Any) -> gpd.GeoDataFrame:
    """Two squares side by side."""
    return units(a=LEFT, b=RIGHT)


def values(path: Path, pair: gpd.GeoDataFrame, request: Request, years: Any = (2020,)) -> dict[str, float]:
    return read_vector_layer(path, years, pair, request)[0].set_index("unit")["value"].to_dict()


def faults_of(path: Path, pair: Any, request: Request, years: Any = (2020,), language: str = "en") -> str:
    with pytest.raises(InputError) as error:
        read_vector_layer(path, years, pair, request, place=WHERE, shown=path.name)
    return error.value.render(language)


def said(path: Path, pair: Any, request: Request) -> list[str]:
    _, warnings = read_vector_layer(path, [2020], pair, request, place=WHERE, shown=path.name)
    assert all("：" in warning.line("zh") or "中" in warning.line("zh") for warning in warnings)
    return [warning.message("en") for warning in warnings]


# --- what is read


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.shp", "x.parquet"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:32648"])
def test_every_format_and_system(tmp_path: Path, pair: Any, name: str, crs: str) -> None:
    path, frame = tmp_path / name, PLANTS.drop(columns="old").to_crs(crs)
    frame.to_parquet(path) if name.endswith("parquet") else pyogrio.write_dataframe(frame, path)
    assert values(path, pair, Request("count")) == {"a": 2, "b": 2}
    assert values(path, pair, Request("count", weight="size")) == {"a": 4, "b": 4}


def test_shifted_coordinates_are_brought_back(tmp_path: Path) -> None:
    # the point that published converters print: 116.404, 39.915 is 116.41024449916938, 39.91640428150164 in GCJ-02
    path = tmp_path / "x.geojson"
    shifted = gpd.GeoSeries([Point(116.41024449916938, 39.91640428150164)], crs=4326)
    pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=shifted), path)
    found = read_shapes(path, crs="GCJ-02")
    np.testing.assert_allclose(shapely.get_coordinates(found.frame.geometry.to_numpy()), [[116.404, 39.915]], atol=1e-6)
    assert found.crs == "GCJ-02"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"kind": ["coal"]}, {"a": 1, "b": 1}),
        ({"kind": ["coal", "gas"]}, {"a": 1, "b": 2}),
        ({"size": [2]}, {"a": 0, "b": 2}),
        ({"size": ["2.0"]}, {"a": 0, "b": 2}),
        ({"kind": ["coal"], "size": [1]}, {"a": 1, "b": 0}),
        ({"old": [True]}, {"a": 2, "b": 2}),
    ],
)
def test_features_are_chosen_by_their_attributes(plants: Path, pair: Any, where: Any, expected: Any) -> None:
    assert values(plants, pair, Request("count", where=where)) == expected


def test_a_layer_of_a_geopackage_is_named_where_there_are_several(plants: Path, pair: Any) -> None:
    pyogrio.write_dataframe(PLANTS.iloc[:1], plants, layer="mines", append=True)
    assert values(plants, pair, Request("count", layer="mines")) == {"a": 1, "b": 0}
    assert "has several layers: plants, mines; say with `layer`" in faults_of(plants, pair, Request("count"))
    assert "has no layer 'plant'; it has: plants, mines; did you mean 'plants'?" in faults_of(
        plants, pair, Request("count", layer="plant")
    )


def test_a_file_a_year_and_one_for_all_years(tmp_path: Path, pair: Any, plants: Path) -> None:
    for year, count in ((2019, 1), (2020, 4)):
        pyogrio.write_dataframe(PLANTS.iloc[:count], tmp_path / f"{year}.geojson")
    table, warnings = read_vector_layer(tmp_path / "{year}.geojson", [2020, 2019], pair, Request("count"), shown="y")
    assert table[["unit", "year", "value"]].to_numpy().tolist() == [
        ["a", 2019, 1.0], ["a", 2020, 2.0], ["b", 2019, 0.0], ["b", 2020, 2.0],
    ]  # fmt: skip
    assert warnings == []
    table, _ = read_vector_layer(plants, [2019, 2020], pair, Request("count", where={"kind": ["gas"]}))
    assert table["value"].tolist() == [0, 0, 1, 1]
    assert set(table["column"]) == {"count; kind = gas"}


def test_a_class_may_be_absent_in_one_year_but_not_in_all(tmp_path: Path, pair: Any) -> None:
    for year, count in ((2019, 2), (2020, 3)):
        pyogrio.write_dataframe(PLANTS.iloc[:count], tmp_path / f"{year}.geojson")
    gas = Request("count", where={"kind": ["gas"]})
    table, warnings = read_vector_layer(tmp_path / "{year}.geojson", [2019, 2020], pair, gas, shown="{year}.geojson")
    assert table["value"].tolist() == [0, 0, 0, 1]
    assert [w.message() for w in warnings] == [
        "no feature of '2019.geojson' has gas in the column 'kind'; it has: coal"
    ]
    coat = Request("count", where={"kind": ["coat"]})
    told = faults_of(tmp_path / "{year}.geojson", pair, coat, (2019, 2020))
    assert told.count("did you mean 'coal'?") == 2


def test_what_is_left_out_is_told(plants: Path, pair: Any) -> None:
    request = Request("count", where={"kind": ["coal", "gas", "oil"]}, weight="co2")
    assert said(plants, pair, request) == [
        "layers[0]: no feature of 'plants.gpkg' has oil in the column 'kind'; it has: coal, gas",
        "layers[0]: 'plants.gpkg': 1 feature(s) have no number in the column 'co2' and are left out",
    ]
    assert values(plants, pair, request) == {"a": 10, "b": 20}


def test_a_unit_that_is_a_point_has_no_area(plants: Path, units: Any) -> None:
    mixed = units(a=LEFT, p=Point(101.5, 30.5))
    assert said(plants, mixed, Request("density")) == [
        "layers[0]: 'plants.gpkg' gives no value for 1 unit(s): p; a unit that is a point has no area"
    ]
    assert said(plants, mixed, Request("nearest_distance")) == []


def test_crossing_rings_are_repaired_and_empty_shapes_left_out(tmp_path: Path, pair: Any, write_geojson: Any) -> None:
    tie = Polygon([(100, 30), (101, 31), (101, 30), (100, 31)])  # two triangles of a quarter each
    path = write_geojson([("x", tie), ("y", None), ("z", Polygon())])
    found = values(path, pair, Request("area_share"))
    assert found["a"] == pytest.approx(0.5, rel=1e-3)
    assert said(path, pair, Request("area_share")) == [
        "layers[0]: 'places.geojson': 2 feature(s) hold no geometry and are left out",
        "layers[0]: 'places.geojson': 1 feature(s) had an invalid geometry, which was repaired; such as number 1: "
        "Self-intersection[100.5 30.5]",
    ]


def test_the_request_in_one_line() -> None:
    request = Request("nearest_distance", layer="rail", measured_from="boundary", where={"use": ["freight"]})
    assert request.said == "nearest_distance from boundary; rail; use = freight"
    assert Request("count", weight="co2").said == "count; weight co2"


# --- what is wrong


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("length", "the statistic 'length' is one of lines, but 4 feature(s) are none, such as number 1, a Point"),
        ("area_share", "the statistic 'area_share' is one of polygons, but 4 feature(s) are none, such as number 1"),
    ],
)
def test_features_of_another_kind(plants: Path, pair: Any, statistic: Any, expected: str) -> None:
    assert expected in faults_of(plants, pair, Request(statistic))
    assert "只适用于" in faults_of(plants, pair, Request(statistic), language="zh")


def test_a_collection_is_of_no_kind_but_may_be_near(write_geojson: Any, pair: Any) -> None:
    mixed = GeometryCollection([Point(100.5, 30.5), LineString([(100, 30), (101, 31)])])
    path = write_geojson([("x", Point(100.5, 30.5)), ("y", mixed)])
    assert "such as number 2, a GeometryCollection" in faults_of(path, pair, Request("count"))
    assert values(path, pair, Request("nearest_distance"))["a"] == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            Request("count", where={"knd": ["coal"]}),
            "'plants.gpkg' has no column 'knd'; it has: kind, size, co2, old; did you mean 'kind'?",
        ),
        (Request("count", weight="CO2"), "has no column 'CO2'; it has: kind, size, co2, old; did you mean 'co2'?"),
        (
            Request("count", weight="kind"),
            "expected numbers in the column 'kind', but feature number 1 has 'coal'; features concerned: 3",
        ),
        (Request("count", where={"kind": ["gas"], "size": [1]}), "has what is asked of all these columns at once"),
    ],
)
def test_columns_and_filters(plants: Path, pair: Any, request_: Request, expected: str) -> None:
    assert expected in faults_of(plants, pair, request_)


def test_every_file_that_is_wrong_is_named(tmp_path: Path, pair: Any) -> None:
    (tmp_path / "2020.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    (tmp_path / "2021.geojson").write_text("<OGRVRTDataSource/>", encoding="utf-8")
    (tmp_path / "2022.geojson").write_text("{", encoding="utf-8")
    told = faults_of(tmp_path / "{year}.geojson", pair, Request("count"), (2019, 2020, 2021, 2022)).splitlines()
    assert told[1].endswith("layers[0]: there is no file '2019.geojson'")
    assert "2020.geojson" in told[2]
    assert told[3].endswith("expected GeoJSON, GeoPackage, Shapefile or GeoParquet (its content is none of these)")
    assert "cannot read the vector file '2022.geojson'" in told[4]


@pytest.mark.parametrize("name", ["x.gpkg", "x.shp", "x.parquet"])
def test_a_file_without_features(tmp_path: Path, pair: Any, name: str) -> None:
    path, empty = tmp_path / name, PLANTS.iloc[:0][["kind", "geometry"]]
    if name.endswith("parquet"):
        empty.to_parquet(path)
    else:
        pyogrio.write_dataframe(empty, path, geometry_type="Point")
    assert f"'{name}' holds no feature" in faults_of(path, pair, Request("count"))


def test_a_file_without_a_system_and_one_that_contradicts_it(tmp_path: Path, pair: Any) -> None:
    path = tmp_path / "x.shp"
    pyogrio.write_dataframe(PLANTS.to_crs("EPSG:32648")[["geometry"]], path)
    path.with_suffix(".prj").unlink()
    assert "does not say its coordinate reference system" in faults_of(path, pair, Request("count"))
    assert values(path, pair, Request("count", crs="EPSG:32648")) == {"a": 2, "b": 2}
    assert "degrees are expected" in faults_of(path, pair, Request("count", crs="EPSG:4326"))


def test_latitude_first(write_geojson: Any, pair: Any) -> None:
    path = write_geojson([("x", Point(30.5, 100.5))])
    assert "seems to stand first: feature #1 has the coordinate (30.5, 100.5); features concerned: 1." in faults_of(
        path, pair, Request("count")
    )


def test_features_that_all_lie_elsewhere(write_geojson: Any, pair: Any) -> None:
    path = write_geojson([("x", Point(10, 50)), ("y", Point(12, 51))])
    assert faults_of(path, pair, Request("count")) == (
        "1 fault in assessment.yaml\n  assessment.yaml:14  layers[0]: no feature of 'places.geojson' meets any unit: "
        "the features lie at 10° … 12°, 50° … 51°, the boundaries at 100° … 102°, 30° … 31°"
    )
    assert values(path, pair, Request("nearest_distance"))["a"] > 5000


def test_weights_that_sum_to_nothing_are_no_fault(tmp_path: Path, pair: Any) -> None:
    path = tmp_path / "x.geojson"
    pyogrio.write_dataframe(PLANTS.assign(co2=0.0), path)
    assert values(path, pair, Request("count", weight="co2")) == {"a": 0, "b": 0}


def test_a_weight_that_is_infinite(tmp_path: Path, pair: Any) -> None:
    path = tmp_path / "x.parquet"
    PLANTS.assign(co2=[1.0, np.inf, 2, 3]).to_parquet(path)
    assert "feature number 2 has 'inf'" in faults_of(path, pair, Request("count", weight="co2"))


def test_numbers_written_as_texts_are_numbers(write_geojson: Any, pair: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    pyogrio.write_dataframe(PLANTS.assign(co2=["1", " 2 ", "", None]), path)
    assert values(path, pair, Request("count", weight="co2")) == {"a": 1, "b": 2}


def test_nothing_is_fetched(tmp_path: Path, pair: Any) -> None:
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline"}), "utf-8")
    assert "its content is none of these" in faults_of(path, pair, Request("count"))
