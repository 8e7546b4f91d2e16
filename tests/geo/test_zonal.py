"""Zonal means: exact coverage, NoData, systems, points, and rasters that cannot be used."""

import math
import socket
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from exactextract import exact_extract
from rasterio import Affine
from shapely import MultiPolygon, Point, Polygon, box

from geo.boundaries import read_boundaries
from geo.coverage import Edition
from geo.zonal import Raster, Zonal, zonal
from indicators.errors import InputError, Place

FOUR = np.array([[1.0, 2.0], [3.0, 4.0]])  # cells of 1° from 100° E, 32° N: 1 2 above 3 4
NOWHERE = Place()
WHERE = Place("assessment.yaml", line=30, key="layers[0]")


def zonal_means(files: dict[Path, str], band: int, frame: Any, place: Place = NOWHERE) -> Zonal:
    return zonal([Raster(path, shown, place, band) for path, shown in files.items()], Edition(frame))


def zonal_mean(path: Path, band: int, frame: Any, place: Place = NOWHERE, shown: str = "") -> Any:
    return zonal_means({path: shown}, band, frame, place).value[0]


def faults_of(path: Path, frame: Any, band: int = 1, language: str = "en", **options: Any) -> str:
    with pytest.raises(InputError) as error:
        zonal_mean(path, band, frame, **options)
    return error.value.render(language)


def north_up(left: float, top: float, size: float) -> Affine:
    return Affine(size, 0, left, 0, -size, top)


# --- by hand


@pytest.mark.parametrize(
    ("shape", "mean"),
    [
        (box(100, 30, 102, 32), 2.5),  # all four cells
        (box(100, 31, 101, 32), 1.0),  # one cell
        (box(100.5, 30, 101.25, 31), (0.5 * 3 + 0.25 * 4) / 0.75),  # parts of two cells
        (box(100.9, 30.9, 101.1, 31.1), 2.5),  # a tenth of each cell's sides
        (box(100.2, 31.2, 100.3, 31.3), 1.0),  # inside one cell
        (Polygon([(100, 30), (101, 30), (100, 31)]), 3.0),  # half a cell
        (Polygon([(100, 30), (102, 30), (100, 32)]), (0.5 * 1 + 1 * 3 + 0.5 * 4) / 2),  # below the diagonal
        (MultiPolygon([box(100, 31, 101, 32), box(101, 30, 102, 31)]), 2.5),  # cells 1 and 4
        (box(99, 31, 101, 33), 1.0),  # reaches beyond the raster: the part inside counts
        (
            Polygon([(100, 30), (102, 30), (102, 32), (100, 32)], [[(100, 30), (101, 30), (101, 31), (100, 31)]]),
            7 / 3,
        ),
    ],
)
def test_cells_weigh_by_the_share_inside(write_raster: Any, units: Any, shape: Any, mean: float) -> None:
    assert zonal_mean(write_raster(FOUR), 1, units(a=shape))["a"] == pytest.approx(mean, rel=1e-12)


def test_the_result_is_indexed_by_unit_in_the_order_given(write_raster: Any, units: Any) -> None:
    frame = units(z=box(100, 31, 101, 32), a=box(101, 30, 102, 31), far=box(0, 0, 1, 1))
    found = zonal_mean(write_raster(FOUR), 1, frame)
    assert found.index.tolist() == ["z", "a", "far"]
    assert found.index.name == "unit"
    assert found.tolist()[:2] == [1.0, 4.0]
    assert math.isnan(found["far"])  # outside the raster


@pytest.mark.parametrize(
    ("point", "value"),
    [
        ((100.5, 31.5), 1.0),
        ((101.99, 30.01), 4.0),
        ((100.0, 32.0), 1.0),
        ((102.5, 31), None),
        ((100.5, 29.99), None),
    ],
)
def test_a_point_takes_the_value_of_its_cell(write_raster: Any, units: Any, point: Any, value: Any) -> None:
    found = zonal_means({write_raster(FOUR): "x"}, 1, units(a=Point(point), b=box(100, 30, 102, 32)))
    mean, covered = found.value.iloc[0, 0], found.covered.iloc[0, 0]
    assert (mean, covered) == (value, 1.0) if value else math.isnan(mean) and covered == 0
    assert found.value.iloc[1, 0] == 2.5


@pytest.mark.parametrize(
    ("cells", "nodata"),
    [
        (np.array([[1.0, np.nan], [3.0, 4.0]]), None),
        (np.array([[1.0, np.nan], [3.0, 4.0]]), np.nan),
        (np.array([[1.0, -9.0], [3.0, 4.0]]), -9),
        (np.array([[1, 255], [3, 4]], dtype="uint8"), 255),
        (np.array([[1, -32768], [3, 4]], dtype="int16"), -32768),
    ],
)
def test_cells_without_data_do_not_count(write_raster: Any, units: Any, cells: Any, nodata: Any) -> None:
    frame = units(a=box(100, 30, 102, 32), b=box(101, 31, 102, 32), c=Point(101.5, 31.5))
    zonal = zonal_means({write_raster(cells, nodata=nodata): "x"}, 1, frame)
    found, covered = zonal.value.iloc[:, 0], zonal.covered.iloc[:, 0]
    assert found["a"] == pytest.approx(8 / 3, rel=1e-12)
    assert math.isnan(found["b"])
    assert math.isnan(found["c"])
    assert covered.tolist() == pytest.approx([0.75, 0, 0])


def test_scale_and_offset_are_applied_and_nodata_is_meant_before_them(write_raster: Any, units: Any) -> None:
    cells = np.array([[10, 20], [30, -1]], dtype="int16")
    path = write_raster(cells, nodata=-1, scale=0.1, offset=5)
    found = zonal_mean(path, 1, units(a=box(100, 30, 102, 32), b=Point(100.5, 31.5)))
    assert found.tolist() == pytest.approx([7.0, 6.0])  # (1 + 2 + 3)/3 + 5; 1 + 5


def test_bands_keep_to_themselves(write_raster: Any, units: Any) -> None:
    path = write_raster(np.array([[[1, 2], [3, -9]], [[-9, 20], [30, 40]]]), nodata=-9)
    frame = units(a=box(100, 30, 102, 32), b=Point(100.5, 31.5))
    first, second = zonal_mean(path, 1, frame), zonal_mean(path, 2, frame)
    assert first.tolist() == [2, 1]
    assert second["a"] == 30
    assert math.isnan(second["b"])


@pytest.mark.parametrize(
    ("cells", "transform"),
    [
        (FOUR[::-1], Affine(1, 0, 100, 0, 1, 30)),  # rows from south to north
        (FOUR[:, ::-1], Affine(-1, 0, 102, 0, -1, 32)),  # columns from east to west
        (FOUR[::-1, ::-1], Affine(-1, 0, 102, 0, 1, 30)),
    ],
)
def test_rows_and_columns_may_run_either_way(write_raster: Any, units: Any, cells: Any, transform: Affine) -> None:
    frame = units(a=box(100, 31, 101, 32), b=box(101, 30, 102, 31), c=Point(101.5, 31.5), d=box(100.5, 30, 101.25, 31))
    found = zonal_mean(write_raster(cells, transform), 1, frame)
    assert found.tolist() == pytest.approx([1, 4, 2, (0.5 * 3 + 0.25 * 4) / 0.75])


def test_boundaries_are_brought_into_the_raster_s_system(write_raster: Any, units: Any) -> None:
    cells = np.arange(100.0).reshape(10, 10)
    path = write_raster(cells, north_up(500000, 3400000, 1000), crs="EPSG:32648")
    there = {"a": box(501000, 3397500, 502500, 3399000), "b": Point(505500, 3391500)}
    frame = units(crs="EPSG:32648", **there).to_crs("EPSG:4326")
    # By hand: column 1 whole and column 2 half, rows 1 whole and 2 half: values 11 12 / 21 22.
    expected = (11 + 12 * 0.5 + 21 * 0.5 + 22 * 0.25) / 2.25
    found = zonal_mean(path, 1, frame)
    assert found["a"] == pytest.approx(expected, rel=1e-5)
    assert found["b"] == 85.0


def test_a_unit_that_the_raster_s_system_cannot_hold_lies_outside(write_raster: Any, units: Any) -> None:
    # Gnomonic projection around 30° N 100° E: the other half of the earth has no place in it.
    crs = "+proj=gnom +lat_0=30 +lon_0=100 +datum=WGS84 +units=m"
    path = write_raster(FOUR, north_up(-1e5, 1e5, 1e5), crs=crs)
    found = zonal_mean(path, 1, units(a=box(99.9, 29.9, 100.1, 30.1), b=box(-80, -31, -79, -30), c=Point(-80, -30)))
    assert found["a"] == pytest.approx(2.5, abs=0.01)
    assert found[["b", "c"]].isna().all()


def test_rasters_on_one_grid_and_on_others_keep_apart(write_raster: Any, units: Any) -> None:
    one = write_raster(FOUR, name="1.tif")
    two = write_raster(FOUR * 10, name="2.tif")
    fine = write_raster(np.kron(FOUR, np.full((2, 2), 100.0)), north_up(100, 32, 0.5), name="3.tif")
    # The same four cells in a system of its own, in grads (π/200) from the meridian of Paris.
    grads = write_raster(FOUR * 1000, Affine(2, 0, 110, 0, -2, 36), crs="EPSG:4807", name="4.tif")
    frame = units(a=box(100, 30, 102, 32), b=box(100.5, 30, 101.25, 31))
    found = zonal_means({one: "1", two: "2", fine: "3"}, 1, frame)
    for position, factor in enumerate((1, 10, 100)):
        assert found.value[position].tolist() == pytest.approx([2.5 * factor, 10 / 3 * factor])
    assert found.covered.to_numpy() == pytest.approx(1)
    # By hand: (101.84 - 2.34)° = 110.6 grads east of Paris, 30.15° = 33.5 grads north.
    found = zonal_means({one: "1", grads: "4"}, 1, units(a=Point(101.84, 30.15)))
    assert found.value.iloc[0].tolist() == [4, 3000]


def test_no_units_no_means(write_raster: Any, units: Any) -> None:
    assert zonal_mean(write_raster(FOUR), 1, units()).empty


# --- against other programs


def test_population_of_municipalities(shared: Path) -> None:
    # Printed by exact_extract(pop_count, concelhos, 'sum') in the population vignette of the R package
    # exactextractr.
    printed = [14539.875, 4149.851, 66866.711, 5293.968, 31920.496, 9093.449]
    folder = shared / "data/sao-miguel"
    names = ["Lagoa", "Nordeste", "Ponta Delgada", "Povoação", "Ribeira Grande", "Vila Franca do Campo"]
    frame = read_boundaries(folder / "concelhos.gpkg", "name", names).frame
    raster = folder / "gpw_v411_2020_count_2020.tif"
    zonal = zonal_means({raster: "count"}, 1, frame)
    with rasterio.open(raster) as source:
        cell = source.res[0] * source.res[1]
    cells = shapely.area(frame.geometry.to_numpy()) / cell * zonal.covered[0]
    assert (zonal.value[0] * cells).tolist() == pytest.approx(printed, rel=1e-6)


@pytest.mark.parametrize("name", ["eu_dem_v11", "gpw_v411_2020_density_2020", "clc2018_v2020_20u1"])
def test_municipalities_equal_exactextract(shared: Path, name: str) -> None:
    raster = shared / f"data/sao-miguel/{name}.tif"
    frame = gpd.read_file(shared / "data/sao-miguel/concelhos.gpkg").rename(columns={"name": "unit"})
    found = zonal_mean(raster, 1, frame)
    expected = exact_extract(str(raster), frame, ["mean"], output="pandas")["mean"]
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-12)


def test_small_polygons_equal_a_count_of_points(shared: Path) -> None:
    # Each polygon is filled with a fine grid of points, and numpy averages the cells that these hit.
    raster = shared / "data/sao-miguel/eu_dem_v11.tif"
    with rasterio.open(raster) as source:
        cells, (width, _, left, _, height, top, *_) = source.read(1).astype(float), source.transform
    shapes = [
        box(-25.503, 37.801, -25.497, 37.806),
        Polygon([(-25.41, 37.80), (-25.40, 37.801), (-25.406, 37.81)]),
        Point(-25.3, 37.78).buffer(0.004),
        box(-25.5001, 37.8001, -25.4999, 37.8002),  # far smaller than a cell
    ]
    frame = gpd.GeoDataFrame({"unit": list("abcd")}, geometry=shapes, crs="EPSG:4326")
    found = zonal_mean(raster, 1, frame)
    for value, shape in zip(found, shapes, strict=True):
        x0, y0, x1, y1 = shape.bounds
        steps = (np.arange(1500) + 0.5) / 1500
        x, y = (grid.ravel() for grid in np.meshgrid(x0 + steps * (x1 - x0), y0 + steps * (y1 - y0)))
        inside = shapely.contains_xy(shape, x, y)
        rows, columns = ((y[inside] - top) / height).astype(int), ((x[inside] - left) / width).astype(int)
        assert value == pytest.approx(cells[rows, columns].mean(), rel=5e-4)


@pytest.mark.slow
def test_many_cities_on_several_rasters_equal_exactextract(shared: Path, write_raster: Any) -> None:
    codes = [str(code) for code in gpd.read_file(shared / "data/china-cities/cities.geojson")["unit"]]
    frame = read_boundaries(shared / "data/china-cities/cities.geojson", "unit", codes).frame
    random = np.random.default_rng(7)
    layers = [random.gamma(2.0, 15.0, (400, 600)).astype("float32") for _ in range(3)]
    where = north_up(80, 55, 0.1)
    files = {write_raster(cells, where, name=f"{i}.tif"): str(i) for i, cells in enumerate(layers)}
    found = zonal_means(files, 1, frame).value
    for position, path in enumerate(files):
        expected = exact_extract(str(path), frame, ["mean"], output="pandas")["mean"]
        assert found[position].tolist() == pytest.approx(expected.tolist(), rel=1e-12)


# --- rasters that cannot be used


def test_a_missing_raster_is_a_fault(tmp_path: Path, units: Any) -> None:
    assert faults_of(tmp_path / "no.tif", units(a=box(0, 0, 1, 1)), place=WHERE, shown="no.tif") == (
        "1 fault in assessment.yaml\n  assessment.yaml:30  layers[0]: there is no file 'no.tif'"
    )


@pytest.mark.parametrize("content", [b"", b"no raster", b"II*\0\x08\0\0\0\xff\xff"])
def test_a_file_that_is_no_raster_is_a_fault(tmp_path: Path, units: Any, content: bytes) -> None:
    path = tmp_path / "x.tif"
    path.write_bytes(content)
    frame = units(a=box(0, 0, 1, 1))
    assert "cannot read the raster 'x.tif'; expected a GeoTIFF, NetCDF or Zarr (" in faults_of(
        path, frame, shown="x.tif"
    )
    assert "无法读取栅格“x.tif”，应为 GeoTIFF、NetCDF 或 Zarr（" in faults_of(path, frame, shown="x.tif", language="zh")


@pytest.mark.parametrize("name", ["x.tif", "x.vrt"])
def test_a_file_that_only_says_where_the_cells_are_is_never_followed(tmp_path: Path, units: Any, name: str) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        (tmp_path / name).write_text(
            '<VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:4326</SRS><GeoTransform>100, 1, 0, 32, 0, -1'
            '</GeoTransform><VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename>/vsicurl/'
            f"{address}/a.tif</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>",
            encoding="utf-8",
        )
        said = faults_of(tmp_path / name, units(a=box(100, 30, 102, 32)), shown=name)
        assert f"cannot read the raster '{name}'" in said
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):  # nobody has come
            listening.accept()


def test_a_raster_that_breaks_off_is_a_fault(write_raster: Any, units: Any) -> None:
    random = np.random.default_rng(1)
    path = write_raster(random.random((300, 300)), north_up(100, 32, 0.01))
    path.write_bytes(path.read_bytes()[:-400_000])
    for shape in (box(100, 29, 103, 32), Point(102.5, 29.1)):
        assert "cannot read the raster 'x.tif'" in faults_of(path, units(a=shape), shown="x.tif")


def test_a_raster_without_a_system_is_a_fault(write_raster: Any, units: Any) -> None:
    path = write_raster(FOUR, crs=None)
    frame = units(a=box(100, 30, 102, 32))
    assert "the raster 'x' does not say its coordinate reference system" in faults_of(path, frame, shown="x")
    assert "栅格“x”未说明坐标参照系" in faults_of(path, frame, shown="x", language="zh")


def test_a_raster_of_another_world_is_a_fault(write_raster: Any, units: Any) -> None:
    frame = units(a=box(100, 30, 102, 32))
    moon = write_raster(FOUR, crs="IAU_2015:30100")
    assert "is no geographic or projected one of the earth" in faults_of(moon, frame)
    model = write_raster(FOUR, crs="+proj=longlat +R=6370000 +no_defs")  # the sphere of weather models is the earth
    assert zonal_mean(model, 1, frame)["a"] == pytest.approx(2.5)


def test_a_raster_without_a_position_is_a_fault(write_raster: Any, units: Any) -> None:
    with rasterio.MemoryFile() as memory:  # rasterio warns when it writes such a file; the warning is not ours
        del memory
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        path = write_raster(FOUR, Affine.identity())
    said = faults_of(path, units(a=box(0, 0, 1, 1)), shown="x")
    assert "the raster 'x' does not say where its cells lie (no geotransform)" in said


def test_a_rotated_raster_and_a_missing_band_are_told_together(write_raster: Any, units: Any) -> None:
    path = write_raster(np.stack([FOUR, FOUR]), Affine(1, 0.1, 100, 0.1, -1, 32))
    said = faults_of(path, units(a=box(100, 30, 102, 32)), band=3, shown="x", place=WHERE)
    assert said.startswith("2 faults in assessment.yaml")
    assert "the raster 'x' is rotated; expected rows and columns along the axes" in said
    assert "the raster 'x' has no band 3; it has 2" in said
    assert "栅格“x”没有第 3 波段，只有 2 个波段" in faults_of(
        path, units(a=box(100, 30, 102, 32)), band=3, shown="x", language="zh"
    )


def test_a_raster_elsewhere_is_a_fault(write_raster: Any, units: Any) -> None:
    frame = units(a=box(0, 0, 1, 1), b=Point(5, 5))
    assert (
        "the raster 'x' meets none of the boundaries: in EPSG:4326 the raster covers x 100 … 102, y 30 … 32, "
        "the boundaries x 0 … 5, y 0 … 5"
    ) in faults_of(write_raster(FOUR), frame, shown="x")


@pytest.mark.parametrize("shape", [box(100, 30, 102, 32), Point(100.5, 30.5)])
def test_a_raster_without_any_data_is_a_fault(write_raster: Any, units: Any, shape: Any) -> None:
    path = write_raster(np.full((2, 2), -9.0), nodata=-9)
    said = faults_of(path, units(a=shape), shown="x")
    assert "band 1 of the raster 'x' holds nothing but NoData in every unit" in said
    assert "栅格“x”的第 1 波段在所有评价单元内都是无数据值" in faults_of(path, units(a=shape), shown="x", language="zh")


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_cells_are_a_fault(write_raster: Any, units: Any, value: float) -> None:
    path = write_raster(np.array([[1.0, value], [3.0, 4.0]]))
    said = faults_of(path, units(a=box(100, 30, 102, 32)), shown="x")
    assert "band 1 of the raster 'x' holds infinite values within the extent of the boundaries" in said


def test_the_faults_of_all_rasters_come_together(write_raster: Any, units: Any, tmp_path: Path) -> None:
    frame = units(a=box(100, 30, 102, 32))
    files = {
        write_raster(FOUR, name="good.tif"): "good",
        tmp_path / "no.tif": "missing",
        write_raster(FOUR, crs=None, name="bare.tif"): "bare",
        write_raster(FOUR, north_up(5, 5, 1), name="far.tif"): "far",
        write_raster(FOUR * np.inf, name="infinite.tif"): "infinite",
    }
    with pytest.raises(InputError) as error:
        zonal_means(files, 1, frame)
    keys = {fault.values["file"]: fault.text_key for fault in error.value.faults}
    assert keys == {
        "missing": "geo.file_missing",
        "bare": "geo.raster_without_crs",
        "far": "geo.no_overlap",
        "infinite": "geo.infinite_cells",
    }
