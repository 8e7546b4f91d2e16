"""Statistics of cells: by hand, by brute force with shapely, with weights, areas, bands and windows."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from exactextract import exact_extract
from rasterio import Affine
from shapely import Point, Polygon, box

from geo.boundaries import read_boundaries
from geo.coverage import Edition
from geo.zonal import Raster, Statistic, zonal
from indicators.errors import InputError, Place

FOUR = np.array([[1.0, 2.0], [3.0, 4.0]])  # cells of 1° from 100° E, 32° N: 1 2 above 3 4
AT = Place("assessment.yaml", line=31, key="layers[0].weight")


def value(path: Path, frame: Any, weight: Path | None = None, **how: Any) -> Any:
    weights = None if weight is None else [Raster(weight, weight.name, AT)]
    return zonal([Raster(path, path.name)], Edition(frame), Statistic(**how), weights).value[0]


def faults_of(path: Path, frame: Any, weight: Path | None = None, language: str = "en", **how: Any) -> str:
    with pytest.raises(InputError) as error:
        value(path, frame, weight, **how)
    return error.value.render(language)


# --- by hand


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"name": "sum"}, 0.5 * 3 + 0.25 * 4),
        ({"name": "min"}, 3),
        ({"name": "max"}, 4),
        ({"name": "share", "classes": (4, 9)}, 0.25 / 0.75),
        ({"name": "share", "classes": (9,)}, 0),
        # two values: the points (0, 3) and (1, 4) whatever their weights
        ({"name": "quantile", "q": 0.25}, 3.25),
        ({"name": "coverage"}, 1),
    ],
)
def test_one_unit_over_two_cells(write_raster: Any, units: Any, how: Any, expected: float) -> None:
    frame = units(a=box(100.5, 30, 101.25, 31), b=Point(100.5, 30.5), c=box(0, 0, 1, 1))
    found = value(write_raster(FOUR), frame, **how)
    assert found["a"] == pytest.approx(expected, rel=1e-12)
    of_point = {"share": 0, "coverage": 1}.get(how["name"], 3)
    assert found["b"] == of_point
    assert found["c"] == 0 if how["name"] == "coverage" else np.isnan(found["c"])  # elsewhere


def test_weights_say_whose_mean_it_is(write_raster: Any, units: Any) -> None:
    people = write_raster(np.array([[0.0, 30], [10, np.nan]]), name="people.tif")
    path, frame = write_raster(FOUR), units(a=box(100, 30, 102, 32), b=box(100, 31, 101, 32), c=box(101, 30, 102, 31))
    # by hand: 30 people at 2 and 10 at 3; nobody at 1; nobody knows at 4
    expected = {"mean": 90 / 40, "sum": 90, "share": 10 / 40, "quantile": 2.5}
    for name, wanted in expected.items():
        found = value(path, frame, people, name=name, classes=(3, 4))
        assert found["a"] == pytest.approx(wanted), name
        assert found[["b", "c"]].isna().all()


def test_weights_may_reach_less_far_or_farther(write_raster: Any, units: Any) -> None:
    path, frame = write_raster(FOUR), units(a=box(100, 30, 102, 32))
    larger = np.full((5, 6), 7.0)
    larger[2:4, 3:5] = [[1, 1], [1, 5]]  # its own north-western corner lies at 97° E, 34° N
    far = write_raster(larger, Affine(1, 0, 97, 0, -1, 34), name="far.tif")
    assert value(path, frame, far)["a"] == pytest.approx((1 + 2 + 3 + 20) / 8)
    near = write_raster(np.array([[3.0], [1.0]]), Affine(1, 0, 101, 0, -1, 32), name="near.tif")
    assert value(path, frame, near)["a"] == pytest.approx((3 * 2 + 4) / 4)
    beside = write_raster(FOUR, Affine(1, 0, 105, 0, -1, 32), name="beside.tif")
    said = faults_of(path, frame, beside)
    assert "the weights 'beside.tif' are 0 or hold nothing in every unit" in said
    assert said.startswith("1 fault in assessment.yaml\n  assessment.yaml:31  layers[0].weight: where 'layer.tif'")


@pytest.mark.parametrize(
    ("where", "crs"),
    [
        (Affine(0.5, 0, 100, 0, -0.5, 32), "EPSG:4326"),  # finer
        (Affine(1, 0, 100.3, 0, -1, 32), "EPSG:4326"),  # shifted
        (Affine(1, 0, 100, 0, -1, 32), "EPSG:4490"),  # of another system
    ],
)
def test_weights_on_another_grid_are_a_fault(write_raster: Any, units: Any, where: Affine, crs: str) -> None:
    other = write_raster(FOUR, where, crs=crs, name="other.tif")
    frame = units(a=box(100, 30, 102, 32))
    said = faults_of(write_raster(FOUR), frame, other)
    assert said.startswith(
        "1 fault in assessment.yaml\n  assessment.yaml:31  layers[0].weight: the weights 'other.tif' are not on the "
        "grid of 'layer.tif', which is EPSG:4326, 2 × 2, 1 × 1, x 100 … 102, y 30 … 32; theirs is "
    )
    assert "权重栅格“other.tif”与“layer.tif”不在同一格网上" in faults_of(write_raster(FOUR), frame, other, "zh")


def test_weights_below_0_are_a_fault(write_raster: Any, units: Any) -> None:
    minus = write_raster(FOUR - 2, name="minus.tif")
    said = faults_of(write_raster(FOUR), units(a=box(100, 30, 102, 32)), minus)
    assert "the weights 'minus.tif' hold values below 0" in said
    endless = write_raster(FOUR * np.inf, name="endless.tif")
    said = faults_of(write_raster(FOUR), units(a=box(100, 30, 102, 32)), endless)
    assert "layers[0].weight: band 1 of the raster 'endless.tif' holds infinite values" in said


def test_cells_without_data_in_every_statistic(write_raster: Any, units: Any) -> None:
    cells = np.array([[1, -9], [3, -9]], dtype="int16")
    path = write_raster(cells, nodata=-9)
    frame = units(a=box(100, 30, 102, 32), b=box(101, 30, 102, 32))
    expected = {"mean": 2, "sum": 4, "min": 1, "max": 3, "share": 0.5, "quantile": 2, "coverage": 0.5}
    for name, wanted in expected.items():
        found = value(path, frame, name=name, classes=(1, 0))
        assert found["a"] == pytest.approx(wanted), name
        assert found["b"] == 0 if name == "coverage" else np.isnan(found["b"])


@pytest.mark.parametrize(
    ("kind", "nodata", "masked"),
    [("uint8", None, True), ("uint8", 0, False), ("float32", -3.4028234663852886e38, False), ("int32", 5, True)],
)
def test_masks_and_numbers_without_data(
    tmp_path: Path, units: Any, kind: str, nodata: float | None, masked: bool
) -> None:
    cells = np.array([[1, 2], [3, 4]], dtype=kind)
    if nodata is not None and not masked:
        cells[1, 1] = nodata
    profile = {"driver": "GTiff", "count": 1, "height": 2, "width": 2, "dtype": kind, "crs": "EPSG:4326"}
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(
            tmp_path / "x.tif", "w", **profile, transform=Affine(1, 0, 100, 0, -1, 32), nodata=nodata
        ) as raster,
    ):
        raster.write(cells, 1)
        if masked:
            raster.write_mask(np.array([[1, 1], [1, 0]], dtype=bool))
    assert value(tmp_path / "x.tif", units(a=box(100, 30, 102, 32)), name="sum")["a"] == 6


# --- by brute force


SMALL = {
    "inside": box(100.61, 30.32, 100.62, 30.33),  # within one cell
    "corner": box(100.995, 30.99, 101.004, 31.02),  # across the corner of four
    "sliver": Polygon([(100.2, 31.999), (101.9, 31.9995), (101.9, 31.9985)]),
    "edge": box(100.4, 31, 100.6, 31.0001),  # along a border between cells
    "outside": box(101.99, 30.5, 103, 30.6),  # a corner of it on the raster
}


@pytest.mark.parametrize("name", ["mean", "sum", "min", "max"])
@pytest.mark.parametrize("along", [(1, -1), (1, 1), (-1, -1), (-1, 1)])
def test_polygons_smaller_than_a_cell_equal_brute_force(
    write_raster: Any, units: Any, name: str, along: tuple[int, int]
) -> None:
    cells = FOUR[:: -along[1], :: along[0]]
    where = Affine(along[0], 0, 100 if along[0] > 0 else 102, 0, along[1], 32 if along[1] < 0 else 30)
    found = value(write_raster(cells, where), units(**SMALL), name=name)
    # rasterio's own corners of each cell, cut by shapely
    with rasterio.open(write_raster(FOUR, name="north-up.tif")) as source:
        left, top, (wide, high) = source.bounds.left, source.bounds.top, source.res
        squares = [
            box(left + c * wide, top - (r + 1) * high, left + (c + 1) * wide, top - r * high)
            for r in (0, 1) for c in (0, 1)
        ]  # fmt: skip
        values = source.read(1).ravel()
    for unit, shape in SMALL.items():
        part = np.array([shapely.intersection(square, shape).area for square in squares])
        expected = {
            "mean": (part * values).sum() / part.sum(), "sum": (part * values).sum(),
            "min": values[part > 0].min(), "max": values[part > 0].max(),
        }  # fmt: skip
        assert found[unit] == pytest.approx(expected[name], rel=1e-6), unit


def test_high_latitudes(write_raster: Any, units: Any) -> None:
    # From 60° to 80° N: by hand with the spherical areas sin φ2 - sin φ1 of two rows of cells, at 80–70° and 70–60°.
    sphere = "+proj=longlat +R=6371000 +no_defs"
    path = write_raster(np.array([[10.0], [20.0]]), Affine(10, 0, 100, 0, -10, 80), crs=sphere)
    frame = units(crs=sphere, a=box(100, 60, 110, 80), b=box(100, 75, 110, 90))
    s60, s70, s80 = np.sin(np.radians([60, 70, 80]))
    upper, lower = s80 - s70, s70 - s60
    assert value(path, frame)["a"] == pytest.approx(15)
    assert value(path, frame, area=True)["a"] == pytest.approx((10 * upper + 20 * lower) / (upper + lower))
    total = value(path, frame, name="sum", area=True)["a"]
    assert total == pytest.approx(6371**2 * np.radians(10) * (10 * upper + 20 * lower))
    share = value(path, frame, name="share", classes=(20,), area=True)["a"]
    assert share == pytest.approx(lower / (upper + lower))
    covered = value(path, frame, name="coverage", area=True)
    assert covered.tolist() == pytest.approx([1, 1 / 3])  # of 15 degrees 5 are there
    gap = write_raster(np.array([[10.0], [np.nan]]), Affine(10, 0, 100, 0, -10, 80), crs=sphere, name="gap.tif")
    assert value(gap, frame, name="coverage", area=True)["a"] == pytest.approx(upper / (upper + lower))


def test_it_is_told_how_much_the_cells_of_a_unit_differ(write_raster: Any, units: Any) -> None:
    path = write_raster(np.ones((40, 2)), Affine(1, 0, 100, 0, -1, 20))
    frame = units(a=box(100, 0, 102, 15), b=box(100, -10, 102, 15), c=box(100, 10, 102, 90), d=Point(101, 3))
    found = zonal([Raster(path)], Edition(frame)).varying
    cos = np.cos(np.radians([15, 20, 10]))
    assert found.tolist() == pytest.approx([1 - cos[0], 1 - cos[0], 1 - cos[1] / cos[2], 0])
    plane = write_raster(np.ones((4, 2)), Affine(1000, 0, 500_000, 0, -1000, 4_000_000), crs="EPSG:32650", name="p.tif")
    frame = units(crs="EPSG:32650", a=box(500_000, 3_996_000, 502_000, 4_000_000)).to_crs("EPSG:4326")
    assert zonal([Raster(plane)], Edition(frame)).varying.tolist() == [0]


# --- windows


@pytest.mark.parametrize("name", ["mean", "sum", "min", "max", "quantile", "share", "coverage"])
def test_windows_of_any_size_give_the_same(write_raster: Any, units: Any, name: Any) -> None:
    random = np.random.default_rng(3)
    cells = random.integers(0, 30, (24, 40)).astype("float32")
    cells[random.random((24, 40)) < 0.2] = np.nan
    path = write_raster(cells, Affine(0.1, 0, 100, 0, -0.1, 36))
    people = write_raster(random.random((24, 40)), Affine(0.1, 0, 100, 0, -0.1, 36), name="people.tif")
    shape = Polygon([(100.03, 35.9), (103.7, 35.2), (102.2, 33.8), (100.4, 34)])
    frame = units(a=shape, b=box(101.1, 34.2, 102.2, 35), c=Point(102, 35), d=box(100.11, 34.11, 100.14, 34.12))
    how = Statistic(name, q=0.3, classes=(1, 2, 3, 4, 5), area=True)
    weights = [Raster(people)] if name in ("mean", "sum", "quantile", "share") else None
    whole = zonal([Raster(path)], Edition(frame), how, weights)
    for held in (1, 400):
        parts = zonal([Raster(path)], Edition(frame, cells=held), how, weights)
        assert parts.value[0].tolist() == pytest.approx(whole.value[0].tolist(), rel=1e-6, nan_ok=True)
        assert parts.covered[0].tolist() == pytest.approx(whole.covered[0].tolist(), rel=1e-6)


def test_a_raster_that_breaks_off_does_not_spoil_the_others(write_raster: Any, units: Any) -> None:
    random = np.random.default_rng(1)
    where = Affine(0.01, 0, 100, 0, -0.01, 32)
    good = write_raster(random.random((300, 300)), where, name="good.tif")
    short = write_raster(random.random((300, 300)), where, name="short.tif")
    short.write_bytes(short.read_bytes()[:-400_000])
    with pytest.raises(InputError) as error:
        zonal([Raster(p, p.name) for p in (short, good)], Edition(units(a=box(100, 29, 103, 32)), cells=3000))
    assert [fault.values["file"] for fault in error.value.faults] == ["short.tif"]


# --- the stated system


def test_a_stated_system_counts_where_the_raster_has_none(write_raster: Any, units: Any) -> None:
    frame = units(a=box(100, 31, 101, 32))
    bare, own = write_raster(FOUR, crs=None, name="bare.tif"), write_raster(FOUR)

    def read(path: Path, crs: str) -> float:
        return float(zonal([Raster(path, path.name, crs=crs)], Edition(frame)).value.iloc[0, 0])

    assert read(bare, "EPSG:4326") == read(own, "EPSG:4326") == 1
    for path, crs, said in (
        (own, "EPSG:4490", "the stated coordinate reference system is EPSG:4490, but 'layer.tif' is in EPSG:4326"),
        (bare, "EPSG:99", "'EPSG:99' is no coordinate reference system"),
    ):
        with pytest.raises(InputError) as error:
            read(path, crs)
        assert said in error.value.render("en")


def test_a_weight_and_its_raster_are_both_told_to_be_wrong(write_raster: Any, units: Any, tmp_path: Path) -> None:
    said = faults_of(write_raster(FOUR, crs=None), units(a=box(100, 30, 102, 32)), tmp_path / "no.tif")
    assert "the raster 'layer.tif' does not say its coordinate reference system" in said
    assert "there is no file 'no.tif'" in said


@pytest.mark.slow
def test_many_cities_equal_exactextract_in_every_statistic(shared: Path, write_raster: Any) -> None:
    path = shared / "data/china-cities/cities.geojson"
    codes = [str(code) for code in gpd.read_file(path)["unit"]]
    frame = read_boundaries(path, "unit", codes).frame
    random = np.random.default_rng(7)
    cells = random.gamma(2.0, 15.0, (800, 1200)).astype("float32")
    cells[random.random(cells.shape) < 0.1] = -1
    raster = write_raster(cells, Affine(0.05, 0, 80, 0, -0.05, 55), nodata=-1)
    people = write_raster(random.random(cells.shape), Affine(0.05, 0, 80, 0, -0.05, 55), name="people.tif")
    edition = Edition(frame, cells=100_000)
    # exactextract's quantile also counts cells that a border only touches, and it has 4 bytes
    for operation, how, close in (
        ("mean", Statistic("mean"), 1e-9),
        ("sum", Statistic("sum"), 1e-9),
        ("min", Statistic("min"), 0),
        ("max", Statistic("max"), 0),
        ("quantile(q=0.9)", Statistic("quantile", q=0.9), 1e-4),
    ):
        expected = exact_extract(str(raster), frame, [operation], output="pandas").iloc[:, 0].astype(float)
        assert zonal([Raster(raster)], edition, how).value[0].tolist() == pytest.approx(expected.tolist(), rel=close)
    weighted = exact_extract(str(raster), frame, ["weighted_mean"], weights=str(people), output="pandas")
    found = zonal([Raster(raster)], edition, None, [Raster(people)]).value[0]
    assert found.tolist() == pytest.approx(weighted["weighted_mean"].tolist(), rel=1e-9)
