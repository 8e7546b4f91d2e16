"""Zonal statistics: what the cells of a raster say about each unit."""

import math
import warnings
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from exactextract import Operation, exact_extract
from exactextract.raster import RasterSource
from pyproj import CRS
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from geo.crs import crs_name, horizontal, reproject
from indicators.errors import Faults, Place, fault

_POINT = 0
_DRIVER = "GTiff"
"""What GDAL may take a raster for: others are descriptions of rasters (VRT, WMS) that may name an address."""


@dataclass(frozen=True, eq=False)
class Zonal:
    """Means of one or more rasters over the units: a row for each unit and a column for each raster."""

    mean: pd.DataFrame
    """The mean of the cells, NaN where a unit holds no cell with data."""
    covered: pd.DataFrame
    """Share of the unit's area that cells with data cover, 0–1; for a point 1 or 0."""


def zonal_mean(
    path: Path, band: int, frame: gpd.GeoDataFrame, *, place: Place | None = None, shown: str = ""
) -> pd.Series:
    r"""Return the mean of a raster's cells in each unit.

    The mean is $\sum_c f_c v_c / \sum_c f_c$, where $f_c$ is the exact share of cell $c$ inside the polygon
    and $v_c$ its value times the band's scale plus its offset; cells without data (the declared NoData value,
    a mask, NaN) do not count. Within a unit all cells are taken to be of one area: in degrees a cell's area
    shrinks with the cosine of latitude, which matters only for a unit that spans many degrees of latitude. A
    point takes the value of its cell. Boundaries are brought into the raster's coordinate reference system;
    the raster is never resampled.

    Args:
        path: a raster that GDAL reads, with rows and columns along the axes.
        band: number of the band, from 1.
        frame: `unit, geometry`, polygons and points, as `Boundaries.frame`.
        place: where the assessment names the raster.
        shown: the raster's name for messages; the path when empty.

    Returns:
        The mean of each unit, indexed by unit, in the band's unit of measure; NaN outside the raster or where
        there is only NoData.

    Raises:
        InputError: see `zonal_means`.

    Source:
        Coverage fractions by exactextract (Baston 2024, https://github.com/isciences/exactextract).
    """
    return zonal_means({path: shown or str(path)}, band, frame, place=place).mean[path].rename("mean")


def zonal_means(files: Mapping[Path, str], band: int, frame: gpd.GeoDataFrame, *, place: Place | None = None) -> Zonal:
    """Return the means of several rasters; rasters on the same grid share their coverage fractions.

    Args:
        files: each raster and its name for messages.
        band: number of the band, from 1, the same in each.
        frame: `unit, geometry`, polygons and points, as `Boundaries.frame`.
        place: where the assessment names the rasters.

    Raises:
        InputError: for every raster that is missing, cannot be read, has no coordinate reference system or no
            position, is rotated, lacks the band, meets none of the boundaries, or holds only NoData or
            infinite values there.
    """
    units = pd.Index(frame["unit"], name="unit")
    mean = pd.DataFrame(np.nan, index=units, columns=pd.Index(list(files), dtype=object))
    covered = pd.DataFrame(0.0, index=units, columns=mean.columns)
    faults = Faults()
    with ExitStack() as opened:
        grids: dict[Any, list[_Band]] = {}
        for path, shown in files.items():
            with faults.collecting():
                one = _open(path, band, place or Place(file=shown), shown, opened)
                grids.setdefault(one.grid, []).append(one)
        for bands in grids.values():
            geometry = _reach(frame, bands[0].crs)
            values, shares = _over_grid(bands, geometry)
            for one, value, share in zip(bands, values, shares, strict=True):
                mean[one.path], covered[one.path] = value, share
                with faults.collecting():
                    one.check(geometry, value)
    faults.raise_if_any()
    return Zonal(mean, covered)


class _Band(RasterSource):  # type: ignore[misc]
    """One band of an open raster, given to exactextract in windows of floats, north up, NaN for no data.

    The sources that exactextract brings apply the NoData value of the first band to every band, and take a
    raster stored from south to north for one of negative height.
    """

    def __init__(self, source: Any, band: int, crs: CRS, path: Path, place: Place, shown: str) -> None:
        super().__init__()
        self.set_name(str(path))  # exactextract takes rasters of the same name for one and the same
        self.source, self.band, self.crs = source, band, crs
        self.path, self.place, self.shown = path, place, shown
        self.infinite = False
        self.broken = ""
        a, _, left, _, e, top = source.transform[:6]
        self.mirrored, self.upside_down = a < 0, e > 0
        xs, ys = sorted((left, left + a * source.width)), sorted((top, top + e * source.height))
        self.bounds = (xs[0], ys[0], xs[1], ys[1])

    @property
    def grid(self) -> tuple[object, ...]:
        """What rasters share that lie cell on cell."""
        return self.source.crs.to_wkt(), self.bounds, self.source.shape

    def res(self) -> tuple[float, float]:
        """Return width and height of a cell."""
        return abs(self.source.transform.a), abs(self.source.transform.e)

    def extent(self) -> tuple[float, float, float, float]:
        """Return the least and greatest x and y as (x, y, x, y)."""
        return self.bounds

    def srs_wkt(self) -> None:
        """Return nothing: the boundaries are already in the raster's system."""

    def nodata_value(self) -> None:
        """Return nothing: cells without data are NaN."""

    def read_window(self, x0: int, y0: int, nx: int, ny: int) -> Any:
        """Return the cells of a window that is counted from the north-western corner."""
        if nx == 0 or ny == 0:
            return np.empty((ny, nx))
        column = self.source.width - x0 - nx if self.mirrored else x0
        row = self.source.height - y0 - ny if self.upside_down else y0
        try:
            cells = self.source.read(self.band, window=Window(column, row, nx, ny), masked=True)
        except RasterioError as error:
            self.broken = " ".join(str(error.__cause__ or error).split())[:200]
            return np.full((ny, nx), np.nan)
        values = cells.astype(float).filled(np.nan)
        values = values * self.source.scales[self.band - 1] + self.source.offsets[self.band - 1]
        self.infinite = self.infinite or bool(np.isinf(values).any())
        return values[:: -1 if self.upside_down else 1, :: -1 if self.mirrored else 1]

    def check(self, geometry: gpd.GeoSeries, value: Any) -> None:
        """Raise a fault where the band could not be read over the boundaries or says nothing of any unit."""
        known = {"file": self.shown, "band": self.band}
        if self.broken:
            raise fault("geo.raster_unreadable", self.place, file=self.shown, reason=self.broken)
        if self.infinite:
            raise fault("geo.infinite_cells", self.place, **known)
        if not len(value) or np.isfinite(value).any():
            return
        x0, y0, x1, y1 = shapely.total_bounds(geometry.to_numpy())
        left, bottom, right, top = self.bounds
        if x0 < right and x1 > left and y0 < top and y1 > bottom:
            raise fault("geo.no_data", self.place, **known)
        extents = {"raster": _box(self.bounds), "boundaries": _box((x0, y0, x1, y1))}
        raise fault("geo.no_overlap", self.place, file=self.shown, crs=crs_name(self.crs), **extents)


def _box(bounds: tuple[float, float, float, float]) -> str:
    x0, y0, x1, y1 = (f"{value:.7g}" for value in bounds)
    return f"x {x0} … {x1}, y {y0} … {y1}"


def _open(path: Path, band: int, place: Place, shown: str, opened: ExitStack) -> _Band:
    if not path.is_file():
        raise fault("geo.file_missing", place, file=shown)
    try:
        with warnings.catch_warnings():  # a raster without a position is refused below
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            source = opened.enter_context(rasterio.open(path, driver=_DRIVER))
    except RasterioError as error:
        raise fault("geo.raster_unreadable", place, file=shown, reason=str(error)[:200]) from error
    faults = Faults()
    system = CRS.from_wkt(source.crs.to_wkt()) if source.crs else None
    flat = horizontal(system) if system else None
    if system is None:
        faults.add("geo.raster_without_crs", place, file=shown)
    elif flat is None:
        faults.add("geo.raster_crs_unusable", place, file=shown, found=crs_name(system))
    if source.transform == rasterio.Affine.identity():
        faults.add("geo.raster_without_position", place, file=shown)
    if source.transform.b or source.transform.d:
        faults.add("geo.raster_rotated", place, file=shown)
    if not 1 <= band <= source.count:
        faults.add("geo.no_band", place, file=shown, band=band, count=source.count)
    faults.raise_if_any()
    assert flat is not None  # without one a fault was raised
    return _Band(source, band, flat, path, place, shown)


def _reach(frame: gpd.GeoDataFrame, crs: CRS) -> gpd.GeoSeries:
    """Return the boundaries in the raster's system; what that system cannot hold lies outside the raster."""
    geometry = reproject(frame.geometry, crs)
    reached = np.isfinite(shapely.bounds(geometry.to_numpy())).all(axis=1)
    return geometry.where(reached, None)


def _over_grid(bands: Sequence[_Band], geometry: gpd.GeoSeries) -> tuple[Any, Any]:
    """Return the means and the shares covered, both as (raster, unit), for rasters on one grid."""
    shapes = geometry.to_numpy()
    means = np.full((len(bands), len(shapes)), np.nan)
    shares = np.zeros_like(means)
    areal = shapely.get_dimensions(shapes) == 2
    if areal.any():
        operations = [Operation("mean", f"mean{i}", one) for i, one in enumerate(bands)]
        operations += [Operation("count", f"count{i}", one) for i, one in enumerate(bands)]
        polygons = gpd.GeoDataFrame(geometry=shapes[areal], crs=geometry.crs)
        found = exact_extract(list(bands), polygons, operations, output="pandas")
        cells = shapely.area(shapes[areal]) / math.prod(bands[0].res())
        for i in range(len(bands)):
            means[i, areal] = found[f"mean{i}"].astype(float)
            shares[i, areal] = np.minimum(found[f"count{i}"].astype(float) / cells, 1)
    for j in np.flatnonzero(shapely.get_type_id(shapes) == _POINT):
        for i, one in enumerate(bands):
            means[i, j] = _at(one, shapes[j].x, shapes[j].y)
            shares[i, j] = not math.isnan(means[i, j])
    return means, shares


def _at(one: _Band, x: float, y: float) -> float:
    """Return the value of the cell that holds a point; NaN outside the raster."""
    (width, height), (left, _, _, top) = one.res(), one.bounds
    column, row = math.floor((x - left) / width), math.floor((top - y) / height)
    rows, columns = one.source.shape
    inside = 0 <= row < rows and 0 <= column < columns
    return float(one.read_window(column, row, 1, 1)[0, 0]) if inside else math.nan
