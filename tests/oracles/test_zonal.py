"""Statistics of rasters over the municipalities of São Miguel, beside exactextract in the same test."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from exactextract import exact_extract

from geo.coverage import Edition
from geo.zonal import Raster, Statistic, zonal

CLASSES = (18, 23, 31)  # three of the classes of CORINE land cover, by their numbers in the file


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data/sao-miguel"


@pytest.fixture(scope="module")
def frame(folder: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(folder / "concelhos.gpkg").rename(columns={"name": "unit"})


@pytest.fixture(scope="module")
def edition(frame: gpd.GeoDataFrame) -> Edition:
    return Edition(frame)


def theirs(path: Path, frame: Any, operation: str, weights: Path | None = None) -> Any:
    found = exact_extract(
        str(path), frame, [f"{operation}"], weights=None if weights is None else str(weights), output="pandas"
    )
    return found.iloc[:, 0]


@pytest.mark.parametrize("name", ["eu_dem_v11", "gpw_v411_2020_density_2020", "clc2018_v2020_20u1"])
@pytest.mark.parametrize("statistic", ["mean", "sum", "min", "max"])
def test_plain_statistics(folder: Path, frame: Any, edition: Edition, name: str, statistic: Any) -> None:
    path = folder / f"{name}.tif"
    found = zonal([Raster(path)], edition, Statistic(statistic)).value[0]
    assert found.tolist() == pytest.approx(theirs(path, frame, statistic).tolist(), rel=1e-9)


@pytest.mark.parametrize("q", [0, 0.1, 0.5, 0.987, 1])
def test_quantiles(folder: Path, frame: Any, edition: Edition, q: float) -> None:
    path = folder / "eu_dem_v11.tif"
    found = zonal([Raster(path)], edition, Statistic("quantile", q=q)).value[0]
    # exactextract gives a number of 4 bytes
    assert found.tolist() == pytest.approx(theirs(path, frame, f"quantile(q={q})").tolist(), rel=1e-6)


@pytest.mark.parametrize("statistic", ["mean", "sum"])
def test_weighted_by_population(folder: Path, frame: Any, edition: Edition, statistic: Any) -> None:
    path, people = folder / "gpw_v411_2020_density_2020.tif", folder / "gpw_v411_2020_count_2020.tif"
    found = zonal([Raster(path)], edition, Statistic(statistic), [Raster(people)]).value[0]
    # exactextract makes NaN of a weight without data unless it is told that nobody is there
    expected = theirs(path, frame, f"weighted_{statistic}(default_weight=0)", people)
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-9)


def test_shares_of_classes_and_weighted_shares(folder: Path, frame: Any, edition: Edition) -> None:
    path = folder / "clc2018_v2020_20u1.tif"
    table = exact_extract(str(path), frame, ["frac", "unique"], output="pandas")
    expected = [
        sum(share for share, value in zip(shares, values, strict=True) if value in CLASSES)
        for shares, values in zip(table["frac"], table["unique"], strict=True)
    ]
    found = zonal([Raster(path)], edition, Statistic("share", classes=CLASSES)).value[0]
    assert found.tolist() == pytest.approx(expected, rel=1e-9)
    assert 0.2 < found.mean() < 0.9  # the test says something
    # the grid of the heights weighs itself: which share of the metres lies above none, 292 m and so on
    heights = folder / "eu_dem_v11.tif"
    table = exact_extract(
        str(heights), frame, ["weighted_frac(default_weight=0)", "unique"], weights=str(heights), output="pandas"
    )
    wanted = float(table["unique"][0][7])
    expected = [
        sum(share for share, value in zip(shares, values, strict=True) if value == wanted)
        for shares, values in zip(table["weighted_frac"], table["unique"], strict=True)
    ]
    how = Statistic("share", classes=(wanted,))
    assert zonal([Raster(heights)], edition, how, [Raster(heights)]).value[0].tolist() == pytest.approx(expected)


def test_coverage(folder: Path, frame: Any, edition: Edition) -> None:
    path = folder / "gpw_v411_2020_density_2020.tif"  # without data over the sea
    whole = exact_extract(str(folder / "clc2018_v2020_20u1.tif"), frame, ["count"], output="pandas")["count"] / 40**2
    expected = theirs(path, frame, "count") / whole
    found = zonal([Raster(path)], edition, Statistic("coverage")).value[0]
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-6)
    assert found.min() < 1


def test_counted_by_area(folder: Path, frame: Any, edition: Edition, tmp_path: Path) -> None:
    path = folder / "eu_dem_v11.tif"
    operations = ["m=mean(coverage_weight=area_spherical_km2)", "s=sum(coverage_weight=area_spherical_km2)"]
    expected = exact_extract(str(path), frame, operations, output="pandas")
    plain = zonal([Raster(path)], edition).value[0]
    # On the ellipsoid cells are of another size, and their ratios differ a little.
    for statistic, column, close in (("mean", "m", 3e-6), ("sum", "s", 5e-3)):
        found = zonal([Raster(path)], edition, Statistic(statistic, area=True)).value[0]  # type: ignore[arg-type]
        assert found.tolist() == pytest.approx(expected[column].tolist(), rel=close)
    assert not np.allclose(expected["m"], plain, rtol=3e-6)
    # On the sphere that exactextract takes the earth for, all is the same.
    sphere = "+proj=longlat +R=6378137 +no_defs"
    with rasterio.open(path) as source:
        profile, cells = source.profile, source.read()
    with rasterio.open(tmp_path / "sphere.tif", "w", **{**profile, "crs": sphere}) as copy:
        copy.write(cells)
    there = Edition(frame.set_crs(sphere, allow_override=True))
    for statistic, column in (("mean", "m"), ("sum", "s")):
        how = Statistic(statistic, area=True)  # type: ignore[arg-type]
        found = zonal([Raster(tmp_path / "sphere.tif")], there, how).value[0]
        assert found.tolist() == pytest.approx(expected[column].tolist(), rel=1e-7)
