"""GeoTIFF files."""

import warnings
from contextlib import ExitStack
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioError

from geo.coverage import Grid, Window
from geo.zonal.raster import Raster, Source, no_numbers, system_of, unreadable
from indicators.errors import Faults
from indicators.texts import both

_DRIVER = "GTiff"
"""What GDAL may take a raster for: others are descriptions of rasters (VRT, WMS) that may name an address."""


class GeoTiff(Source):
    """One band of an open GeoTIFF.

    The sources that exactextract brings apply the NoData value of the first band to every band, and take a
    raster stored from south to north for one of negative height.
    """

    def __init__(self, raster: Raster, opened: ExitStack) -> None:
        """Open the file, which `opened` closes.

        Raises:
            InputError: see `geo.zonal.zonal`.
        """
        self.raster, self.part = raster, f"band {raster.band}"
        self.said = both("layers.part_band", band=raster.band)
        try:
            with warnings.catch_warnings():  # a raster without a position is refused below
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                self.source = opened.enter_context(rasterio.open(raster.path, driver=_DRIVER))
        except RasterioError as error:
            raise unreadable(raster, error) from error
        source, faults, known = self.source, Faults(), {"file": raster.name}
        with faults.collecting():
            crs = system_of(raster, CRS.from_wkt(source.crs.to_wkt()) if source.crs else None)
        if source.transform == rasterio.Affine.identity():
            faults.add("geo.raster_without_position", raster.at, **known)
        if source.transform.b or source.transform.d:
            faults.add("geo.raster_rotated", raster.at, **known)
        if not 1 <= raster.band <= source.count:
            faults.add("geo.no_band", raster.at, **known, band=raster.band, count=source.count)
        elif source.dtypes[raster.band - 1].startswith("complex"):
            faults.extend(no_numbers(raster, self.said, source.dtypes[raster.band - 1]).faults)
        faults.raise_if_any()
        a, _, left, _, e, top = source.transform[:6]
        self.mirrored, self.upside_down = a < 0, e > 0
        west, north = min(left, left + a * source.width), max(top, top + e * source.height)
        self.grid = Grid(crs.to_wkt(), west, north, abs(a), abs(e), source.height, source.width)
        self.nodata = _comparable(source, raster.band)

    def read(self, window: Window) -> NDArray[Any]:
        """Return the cells of a window; scale and offset of the band are applied."""
        source, band = self.source, self.raster.band
        column = source.width - window.column - window.columns if self.mirrored else window.column
        row = source.height - window.row - window.rows if self.upside_down else window.row
        at = rasterio.windows.Window(column, row, window.columns, window.rows)
        try:
            raw = source.read(band, window=at)
            absent = source.read_masks(band, window=at) == 0 if self.nodata is None else raw == self.nodata
        except RasterioError as error:
            raise unreadable(self.raster, error.__cause__ or error) from error
        scale, offset = source.scales[band - 1], source.offsets[band - 1]
        cells = raw if raw.dtype in (np.float32, np.float64) else raw.astype(float)
        if (scale, offset) != (1, 0):
            cells = cells.astype(float) * scale + offset
        if absent.any():
            cells[absent] = np.nan
        return np.asarray(cells[:: -1 if self.upside_down else 1, :: -1 if self.mirrored else 1])


def _comparable(source: Any, band: int) -> Any:
    """Return the number that cells without data hold, NaN where all hold data; None where a mask must be read.

    Comparing is several times faster than a mask, for which GDAL decodes the cells again.
    """
    flags, kind = source.mask_flag_enums[band - 1], np.dtype(source.dtypes[band - 1])
    if flags == [MaskFlags.all_valid]:
        return np.nan
    nodata = source.nodatavals[band - 1]
    if flags != [MaskFlags.nodata] or nodata is None or kind.kind not in "iuf":
        return None
    if kind.kind == "f":
        with np.errstate(over="ignore"):
            return kind.type(nodata)
    limits = np.iinfo(kind)
    return kind.type(nodata) if nodata == int(nodata) and limits.min <= nodata <= limits.max else None
