"""What is read of a raster: no more than units touch, and nothing that a sparse file leaves out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine
from shapely import box

from geo.coverage import Edition, Window
from geo.zonal import Raster, Statistic, zonal
from geo.zonal.geotiff import GeoTiff


def readings(monkeypatch: pytest.MonkeyPatch) -> list[Window]:
    """Return a list that grows by each window that is read."""
    read: list[Window] = []
    original = GeoTiff.read

    def counted(self: GeoTiff, window: Window) -> Any:
        read.append(window)
        return original(self, window)

    monkeypatch.setattr(GeoTiff, "read", counted)
    return read


def test_no_more_of_a_raster_is_read_than_units_touch(
    write_raster: Any, units: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = readings(monkeypatch)
    path = write_raster(np.ones((1000, 1000), dtype="float32"), Affine(0.01, 0, 100, 0, -0.01, 40))
    zonal([Raster(path)], Edition(units(a=box(102, 31, 104, 33)), cells=10_000))
    assert max(window.rows * window.columns for window in read) <= 10_000
    assert sum(window.rows * window.columns for window in read) <= 202 * 202


def sparse(path: Path, cells: Any, **how: Any) -> Path:
    """Write a raster of 1024 × 1024 of which only the block in the north-west is there."""
    profile = {
        "driver": "GTiff", "count": 1, "height": 1024, "width": 1024, "dtype": "float32", "crs": "EPSG:4326",
        "transform": Affine(0.01, 0, 100, 0, -0.01, 40), "tiled": True, "blockxsize": 64, "blockysize": 64,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile, SPARSE_OK="TRUE", **how) as raster:
        raster.write(np.asarray(cells, dtype="float32"), 1, window=rasterio.windows.Window(0, 0, 64, 64))
    return path


@pytest.mark.parametrize("name", ["mean", "sum", "min", "quantile", "share", "coverage"])
@pytest.mark.parametrize("area", [False, True])
def test_blocks_that_a_sparse_file_leaves_out_are_not_read(
    tmp_path: Path, units: Any, monkeypatch: pytest.MonkeyPatch, name: Any, area: bool
) -> None:
    read = readings(monkeypatch)
    cells = np.random.default_rng(5).integers(0, 9, (64, 64))
    path = sparse(tmp_path / "sparse.tif", cells, nodata=-9)
    # the same in full: every block holds its NoData
    whole = tmp_path / "whole.tif"
    with rasterio.open(path) as old, rasterio.open(whole, "w", **{**old.profile, "sparse_ok": "FALSE"}) as new:
        new.write(old.read())
    frame = units(a=box(100, 35, 105, 40), b=box(100.2, 39.5, 100.9, 39.9), c=box(105, 31, 109, 39))
    how = Statistic(name, classes=(1, 2, 3), area=area)
    found = zonal([Raster(path)], Edition(frame, cells=100_000), how)
    few, full = len(read), zonal([Raster(whole)], Edition(frame, cells=100_000), how)
    assert found.value.equals(full.value)
    assert found.covered.equals(full.covered)
    windows = len(read) - few
    assert windows > 5
    assert few == (windows if (name, area) == ("coverage", True) else 1)


def test_blocks_left_out_hold_zeros_where_no_data_is_not_declared(tmp_path: Path, units: Any) -> None:
    path = sparse(tmp_path / "zeros.tif", np.full((64, 64), 9))
    found = zonal([Raster(path)], Edition(units(a=box(100, 38.72, 101.28, 40)), cells=2000)).value[0]
    assert found["a"] == pytest.approx(9 / 4)  # 64 × 64 of 128 × 128 cells


def test_what_lies_between_the_units_does_not_matter(write_raster: Any, units: Any) -> None:
    cells = np.ones((40, 40))
    cells[5, 20], cells[30, 20] = np.inf, np.nan
    path = write_raster(cells)
    frame = units(a=box(100, 60, 110, 70), b=box(130, 30, 140, 40))
    for size in (10, 2**21):
        assert zonal([Raster(path)], Edition(frame, cells=size)).value[0].tolist() == [1, 1]
    people = write_raster(np.where(np.isfinite(cells), 1.0, -1), name="people.tif")
    assert zonal([Raster(people)], Edition(frame), None, [Raster(people)]).value[0].tolist() == [1, 1]


def test_it_is_told_how_many_cells_are_done(write_raster: Any, units: Any) -> None:
    told: list[tuple[int, int]] = []
    paths = [write_raster(np.ones((40, 40)), name=f"{i}.tif") for i in range(2)]
    zonal(
        [Raster(path) for path in paths], Edition(units(a=box(100, 30, 140, 70)), cells=400),
        tell=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert told == [(400 * i, 1600) for i in range(4)]
