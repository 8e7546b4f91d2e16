"""Windows of rasters worked through by the workers of a Dask scheduler."""

import pickle
import socket
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasterio import Affine
from shapely import Point, Polygon, box

from geo.coverage import Edition, Grid
from geo.crs.systems import WGS84
from geo.zonal import Raster, Statistic, zonal
from indicators.errors import InputError

FRAME = {
    "a": Polygon([(100.03, 35.9), (103.7, 33.2), (100.4, 31)]),
    "b": box(101.1, 30.2, 102.2, 33),
    "c": Point(102, 34),
}


@pytest.fixture
def rasters(write_raster: Any) -> list[Raster]:
    random, where = np.random.default_rng(3), Affine(0.1, 0, 100, 0, -0.1, 36)
    paths = [write_raster(random.random((60, 40)), where, name=f"{i}.tif") for i in range(3)]
    return [Raster(path, path.name) for path in paths]


def read(rasters: list[Raster], units: Any, name: Any = "mean") -> Any:
    return zonal(rasters[:2], Edition(units(**FRAME), cells=500), Statistic(name, q=0.4), [rasters[2]] * 2)


@pytest.mark.slow
def test_the_result_is_the_same_as_without(
    rasters: list[Raster], units: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    alone = {name: read(rasters, units, name).value for name in ("mean", "quantile")}
    cluster = LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, local_directory=tmp_path
    )
    with cluster:
        monkeypatch.setenv("CITY_SYNERGY_DASK", cluster.scheduler_address)
        for name, expected in alone.items():
            assert read(rasters, units, name).value.equals(expected)
        rasters[1].path.write_bytes(b"broken meanwhile")
        with pytest.raises(InputError) as error:
            read(rasters, units)
        assert "cannot read the raster '1.tif'" in error.value.render("en")


def test_nobody_at_the_address_is_a_fault(rasters: list[Raster], units: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.zonal.remote._SECONDS", 0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    for found in (address, "nonsense://x"):
        monkeypatch.setenv("CITY_SYNERGY_DASK", found)
        with pytest.raises(InputError) as error:
            read(rasters, units)
        assert f"no Dask scheduler answers at {found}, which CITY_SYNERGY_DASK gives (" in error.value.render("en")
        assert f"环境变量 CITY_SYNERGY_DASK 给出的地址 {found} 上没有 Dask 调度器应答" in error.value.render("zh")


def test_without_the_extra_it_is_told_what_to_install(
    rasters: list[Raster], units: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITY_SYNERGY_DASK", "tcp://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError) as error:
        read(rasters, units)
    assert "the Python package distributed is not installed; install the extra dask" in error.value.render("en")


def test_what_goes_over_the_network_survives_it(rasters: list[Raster], units: Any) -> None:
    from geo.zonal import _elsewhere

    coverage = Edition(units(**FRAME)).on(Grid(WGS84.to_wkt(), 100, 36, 0.1, 0.1, 60, 40))
    for raster in (rasters[0], Raster(Path("nowhere.tif"), "nowhere.tif")):
        block = next(coverage.blocks())
        call = (raster, rasters[2], coverage.grid, block, Statistic("quantile", area=True), np.ones(block.window.rows))
        answer = pickle.loads(pickle.dumps(_elsewhere(*pickle.loads(pickle.dumps(call)))))
        if isinstance(answer, InputError):
            assert answer.render("en") == "1 fault in nowhere.tif\n  nowhere.tif  there is no file 'nowhere.tif'"
        else:
            assert answer.units.tolist() == [0, 1, 2]
