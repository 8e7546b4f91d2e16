"""GeoTIFF files."""

import warnings
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterBlockError, RasterioError

from geo.coverage import Grid, Window
from geo.zonal.raster import Cells, Raster, Source, no_numbers, system_of, unreadable
from indicators.errors import Faults
from indicators.texts import both

_DRIVER = "GTiff"
"""What GDAL may take a raster for: others are descriptions of rasters (VRT, WMS) that may name an address."""

_UNKNOWN, _THERE, _ABSENT = 0, 1, 2


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
        kind = np.dtype(source.dtypes[raster.band - 1])
        scale, offset = source.scales[raster.band - 1], source.offsets[raster.band - 1]
        plain = (scale, offset) == (1, 0) and kind in (np.float32, np.float64)
        absent = () if self.nodata is None or np.isnan(self.nodata) else (self.nodata.item(),)
        self.cells = Cells(kind, kind if plain else np.dtype(float), scale, offset, absent)

    def read(self, window: Window) -> NDArray[Any]:
        """Return the cells of a window; scale and offset of the band are applied."""
        source, band = self.source, self.raster.band
        row, column = self._corner(window)
        at = rasterio.windows.Window(column, row, window.columns, window.rows)
        try:
            raw = source.read(band, window=at)
            absent = source.read_masks(band, window=at) == 0 if self.nodata is None else raw == self.nodata
        except RasterioError as error:
            raise unreadable(self.raster, error.__cause__ or error) from error
        cells = raw.astype(self.cells.decoded, copy=False)
        if (self.cells.scale, self.cells.offset) != (1, 0):
            cells = cells * self.cells.scale + self.cells.offset
        if absent.any():
            cells[absent] = np.nan
        return np.asarray(cells[:: -1 if self.upside_down else 1, :: -1 if self.mirrored else 1])

    def empty(self, window: Window) -> bool:
        """Tell whether the file holds no block of a window: a sparse file leaves out those of NoData alone."""
        filled = MaskFlags.nodata in self.source.mask_flag_enums[self.raster.band - 1]
        if self.nodata is None or not filled:
            return False  # what is left out counts as 0, or nothing is known of it
        row, column = self._corner(window)
        high, wide = self.source.block_shapes[self.raster.band - 1]
        top, left = row // high, column // wide
        bottom, right = (row + window.rows - 1) // high, (column + window.columns - 1) // wide
        blocks = self.blocks[top : bottom + 1, left : right + 1]
        if (blocks == _THERE).any():
            return False
        for down, across in np.argwhere(blocks == _UNKNOWN).tolist():
            blocks[down, across] = self._block(top + down, left + across)
            if blocks[down, across] == _THERE:
                return False
        return True

    @cached_property
    def blocks(self) -> NDArray[np.int8]:
        """What is known of the blocks of the file, row by row."""
        high, wide = self.source.block_shapes[self.raster.band - 1]
        return np.zeros((-(-self.source.height // high), -(-self.source.width // wide)), dtype=np.int8)

    def _block(self, row: int, column: int) -> int:
        try:
            self.source.block_size(self.raster.band, row, column)
        except RasterBlockError:
            return _ABSENT
        return _THERE

    def _corner(self, window: Window) -> tuple[int, int]:
        """Return the first row and column of a window as the file has them."""
        source = self.source
        row = source.height - window.row - window.rows if self.upside_down else window.row
        return row, source.width - window.column - window.columns if self.mirrored else window.column


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
