"""Rasters: what names one, and what every open one gives."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo.coverage import Grid, Window
from geo.crs.systems import crs_name, horizontal, parse_crs, same_crs
from geo.files import reason_of
from indicators.errors import InputError, Place, fault

_WHOLE = 1e-6
"""A value stands for a whole number of steps of the scale where it misses one by less than this share of a step."""


@dataclass(frozen=True)
class Raster:
    """One raster: a band of a GeoTIFF, or one year of a variable of a NetCDF file or Zarr store."""

    path: Path
    shown: str = ""
    """The name for messages; the path when empty."""
    place: Place = field(default_factory=Place)
    """Where the assessment names it."""
    band: int = 1
    """Band of a GeoTIFF, from 1."""
    field: str | None = None
    """Variable of a NetCDF file or Zarr store; its only one when absent."""
    year: int | None = None
    """The year of a time axis that is meant."""
    crs: str | None = None
    """Coordinate reference system, where the file states none, or to confirm it."""

    @property
    def name(self) -> str:
        """The name for messages."""
        return self.shown or str(self.path)

    @property
    def at(self) -> Place:
        """The place of its faults."""
        return self.place if self.place != Place() else Place(file=self.name)


class Source(ABC):
    """An open raster: cells in windows of floats, north up, NaN where there are no data."""

    grid: Grid
    part: str
    """What of the file it is: `band 1`, or the name of the variable."""
    said: dict[str, str]
    """The same for messages, in every language."""
    cells: "Cells"
    """How the file holds values."""
    _last: tuple[Grid, Window, NDArray[Any]] | None = None

    @abstractmethod
    def read(self, window: Window) -> NDArray[Any]:
        """Return the cells of a window inside the grid, (rows, columns), as floats of 4 or 8 bytes.

        Raises:
            InputError: the file breaks off, or cannot be decoded.
        """

    def empty(self, _window: Window) -> bool:
        """Tell whether a window is known, without reading it, to hold no data."""
        return False

    def over(self, grid: Grid, window: Window) -> NDArray[Any]:
        """Return the cells of a window of another grid whose cells lie on these, NaN beyond them.

        Those returned last are kept: several rasters, one after the other, have the same weights.
        """
        if self._last is None or self._last[:2] != (grid, window):
            self._last = grid, window, self._over(grid, window)
        return self._last[2]

    def _over(self, grid: Grid, window: Window) -> NDArray[Any]:
        offset = self.grid.offset(grid)
        assert offset is not None  # another grid is refused before
        row, column = window.row + offset[0], window.column + offset[1]
        first, last = max(row, 0), min(row + window.rows, self.grid.rows)
        west, east = max(column, 0), min(column + window.columns, self.grid.columns)
        if (first, last, west, east) == (row, row + window.rows, column, column + window.columns):
            return self.read(Window(row, column, window.rows, window.columns))
        cells = np.full((window.rows, window.columns), np.nan)
        if first < last and west < east:
            inside = self.read(Window(first, west, last - first, east - west))
            cells[first - row : last - row, west - column : east - column] = inside
        return cells


@dataclass(frozen=True)
class Cells:
    """How a file holds the values of cells: as numbers of a kind that are multiplied by a scale and moved by an offset.

    >>> tenths, small = Cells(np.dtype("uint8"), np.dtype("float64"), 0.1), Cells(np.dtype("float32"))
    >>> tenths.held(0.3), tenths.held(0.25), tenths.held(30), small.held(0.1)
    (0.30000000000000004, None, None, 0.10000000149011612)
    >>> Cells(np.dtype("uint8"), np.dtype("float64"), 0.1, absent=(255,)).held(25.5)  # stands for no data
    """

    kind: np.dtype[Any]
    """The type of the numbers in the file."""
    decoded: np.dtype[Any] | None = None
    """The type in which scale and offset are applied; that of the file when absent."""
    scale: float = 1.0
    offset: float = 0.0
    absent: tuple[float, ...] = ()
    """Numbers in the file that stand for no data."""

    def __str__(self) -> str:
        """Write the type as a message has it.

        >>> str(Cells(np.dtype("uint8"))), str(Cells(np.dtype("int16"), None, 0.1, 5))
        ('uint8', 'int16 × 0.1 + 5')
        """
        absent = f" (NoData {', '.join(f'{number:.10g}' for number in self.absent)})" if self.absent else ""
        scaled = f" × {self.scale:.10g} + {self.offset:.10g}" if (self.scale, self.offset) != (1, 0) else ""
        return f"{self.kind}{absent}{scaled}"

    def held(self, value: float) -> float | None:
        """Return the number that stands for a value once it is read; None where no cell with data can hold it."""
        raw = (value - self.offset) / self.scale if self.scale else math.nan
        if self.kind.kind in "iub":
            limits = (0, 1) if self.kind.kind == "b" else (np.iinfo(self.kind).min, np.iinfo(self.kind).max)
            if not abs(raw - np.round(raw)) <= _WHOLE or not limits[0] <= np.round(raw) <= limits[1]:
                return None
            raw = np.round(raw)
        with np.errstate(over="ignore", under="ignore"):
            number = np.asarray(raw, dtype=self.kind)
        if not np.isfinite(number) or (raw != 0 and number == 0) or number in self.absent:
            return None
        decoded = np.atleast_1d(number).astype(self.decoded or self.kind)
        if (self.scale, self.offset) != (1, 0):
            decoded *= self.scale
            decoded += self.offset
        return float(decoded[0])


def system_of(raster: Raster, own: CRS | None) -> CRS:
    """Return the coordinate reference system of a raster: its own, else the stated one.

    Raises:
        InputError: neither is there, they differ, or one of them gives no place on the earth's surface.
    """
    told = None if raster.crs is None else parse_crs(raster.crs, raster.at)
    if own is None:
        if told is None:
            raise fault("geo.raster_without_crs", raster.at, file=raster.name)
        return told
    flat = horizontal(own)
    if flat is None:
        raise fault("geo.raster_crs_unusable", raster.at, file=raster.name, found=crs_name(own))
    if told is not None and not same_crs(told, flat):
        names = {"found": crs_name(flat), "stated": crs_name(told)}
        raise fault("geo.crs_differs", raster.at, file=raster.name, **names)
    return flat


def unreadable(raster: Raster, reason: object) -> InputError:
    """Return the fault of a raster that cannot be read."""
    return fault(
        "geo.raster_unreadable", raster.at, file=raster.name, reason=reason_of(reason, raster.path, raster.name)
    )


def no_numbers(raster: Raster, part: Mapping[str, str], found: str) -> InputError:
    """Return the fault of a raster whose cells are no real numbers; `part`: what of the file, in every language."""
    return fault("layers.no_numbers", raster.at, file=raster.name, part=part, found=found)
