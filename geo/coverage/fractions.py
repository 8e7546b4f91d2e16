"""Coverage fractions: which share of each cell of a grid lies inside each unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from exactextract import exact_extract
from exactextract.raster import RasterSource
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.coverage.grid import Grid, Window

Shares = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Cells of a grid, row by row from 0, and the share of each that a unit holds."""

CELLS = 2**21
"""Most cells of a block: what is read and held of a raster at a time, 16 MB as numbers of 8 bytes. Larger arrays cost
the time of fresh memory for each; smaller blocks cut more units in two, each part of which is worked out by itself."""

Span = tuple[int, int, int, int]
"""First row, row after the last, first column, column after the last."""

_POINT = 0
_WORTH = 0.5
"""A further window is worth leaving out so many cells that no unit touches, as a share of the most that a window may
hold: the work that there is for every window, whatever its size, takes as long as these."""
_TOUCHING = 1e-9
"""A cell of which a unit holds less than this share (of the cell, or of itself where it is smaller) only touches it:
where a border runs along the edge of cells, rounding alone would decide whether their values count."""
_EXACT = 1e-6
"""By how much, in cells and for each root of their number, shares of 4 bytes may miss the area of a polygon."""


@dataclass(frozen=True, eq=False)
class Block:
    """The fractions of the cells of a window."""

    window: Window
    units: NDArray[np.int32]
    """Positions of the units that touch the window, ascending."""
    fractions: csr_array
    """(units that touch, cells of the window row by row): above 0, at most 1."""

    @cached_property
    def inside(self) -> NDArray[np.float64]:
        """Sum of the fractions of each unit that touches the window, in cells."""
        return np.asarray(self.fractions.sum(axis=1), dtype=float).ravel()

    def any(self, cells: NDArray[np.bool_]) -> bool:
        """Tell whether something holds of a cell that a unit touches.

        Args:
            cells: (rows × columns of the window,) row by row: of which cells it holds.

        >>> touched = csr_array(([0.5], ([0], [1])), shape=(1, 2))
        >>> block = Block(Window(0, 0, 1, 2), np.array([0], dtype=np.int32), touched)
        >>> block.any(np.array([False, True])), block.any(np.array([True, False])), block.any(np.array([False, False]))
        (True, False, False)
        """
        return bool(cells.any() and cells[self.fractions.indices].any())

    @property
    def bytes(self) -> int:
        """Memory of the fractions."""
        parts = (self.fractions.data, self.fractions.indices, self.fractions.indptr)
        return sum(int(part.nbytes) for part in parts)


def windows_of(grid: Grid, shapes: NDArray[Any], cells: int = CELLS) -> list[Window]:
    """Return the windows in which a grid is worked through: blocks of rows, as far as any unit reaches.

    Where so many cells lie between units that leaving them out costs less than a further window, they are in none.

    Args:
        grid: the grid.
        shapes: geometries in the grid's system, None where a unit has no place in it.
        cells: most cells of a window; a window holds at least one row.

    >>> grid = Grid("", 0, 100, 1, 1, 100, 1000)
    >>> windows_of(grid, np.array([shapely.box(10.5, 50.5, 19.5, 99.5)]), cells=300)
    [Window(row=0, column=10, rows=30, columns=10), Window(row=30, column=10, rows=20, columns=10)]
    >>> far = shapely.box(900, 0, 910, 9.5)
    >>> windows_of(grid, np.array([shapely.box(10.5, 90.5, 19.5, 99.5), far]), cells=300)
    [Window(row=0, column=10, rows=10, columns=10), Window(row=90, column=900, rows=10, columns=11)]
    >>> windows_of(grid, np.array([shapely.box(-9, -9, -1, -1)]))
    []
    """
    bounds = shapely.bounds(shapes)
    x0, y0, x1, y1 = bounds[np.isfinite(bounds).all(axis=1)].T
    spans = np.column_stack([
        np.floor((grid.top - y1) / grid.height), np.floor((grid.top - y0) / grid.height) + 1,
        np.floor((x0 - grid.left) / grid.width), np.floor((x1 - grid.left) / grid.width) + 1,
    ])  # fmt: skip
    found, left = [], [(spans, (0, grid.rows, 0, grid.columns))]
    while left:
        spans, part = left.pop()
        spans = _clipped(spans, part)
        if not len(spans):
            continue
        first, west = spans[:, ::2].min(axis=0).astype(int).tolist()
        last, east = spans[:, 1::2].max(axis=0).astype(int).tolist()
        parts = _apart(spans, (first, last, west, east), cells * _WORTH)
        step = max(cells // (east - west), 1)
        if len(parts) == 1 and last - first > step:
            middle = first + step * (-(-(last - first) // step) // 2)
            parts = [(first, middle, west, east), (middle, last, west, east)]
        if len(parts) > 1:
            left += [(spans, part) for part in reversed(parts)]
        else:
            found.append(Window(first, west, last - first, east - west))
    return found


def _clipped(spans: NDArray[np.float64], part: Span) -> NDArray[np.float64]:
    """Return the spans that reach into a part of a grid, cut to it; all are rows and columns, (n, 4)."""
    first, last, west, east = part
    cut = np.clip(spans, (first, first, west, west), (last, last, east, east))
    return np.asarray(cut[(cut[:, 0] < cut[:, 1]) & (cut[:, 2] < cut[:, 3])])


def _apart(spans: NDArray[np.float64], part: Span, worth: float) -> list[Span]:
    """Return the parts of a part of a grid between which at least so many cells lie that no span reaches."""
    first, last, west, east = part
    for start, end, across in ((0, 1, east - west), (2, 3, last - first)):
        ordered = spans[np.argsort(spans[:, start], kind="stable")]
        reached = np.maximum.accumulate(ordered[:, end])
        gaps = np.flatnonzero((ordered[1:, start] - reached[:-1]) * across >= worth)
        if not len(gaps):
            continue
        starts = [int(spans[:, start].min()), *ordered[gaps + 1, start].astype(int).tolist()]
        ends = [*reached[gaps].astype(int).tolist(), int(spans[:, end].max())]
        if start == 0:
            return [(low, high, west, east) for low, high in zip(starts, ends, strict=True)]
        return [(first, last, low, high) for low, high in zip(starts, ends, strict=True)]
    return [part]


def fractions_in(grid: Grid, window: Window, shapes: NDArray[Any]) -> Block:
    """Return the fractions of the cells of a window.

    A point holds the whole of its cell, the one to the east and south where it lies on an edge.

    Args:
        grid: the grid.
        window: a window of it.
        shapes: polygons and points in the grid's system, None where a unit has no place in it.

    Source:
        Exact fractions by exactextract (Baston 2024, https://github.com/isciences/exactextract).

    >>> from geo.crs.systems import WGS84
    >>> grid, shapes = Grid(WGS84.to_wkt(), 0, 2, 1, 1, 2, 2), np.array([shapely.box(0.5, 0, 1.25, 1)])
    >>> fractions_in(grid, Window(0, 0, 2, 2), shapes).fractions.toarray().tolist()
    [[0.0, 0.0, 0.5, 0.25]]
    """
    part = grid.part(window)
    near = _near(part, shapes)
    areal = np.flatnonzero(near & (shapely.get_dimensions(shapes) == 2))
    found = dict(_of_polygons(part, shapes, areal))
    for position in np.flatnonzero(near & (shapely.get_type_id(shapes) == _POINT)).tolist():
        # counted on the whole grid: where a point lies on an edge, no window may take it for another cell's
        column = int(np.floor((shapes[position].x - grid.left) / grid.width)) - window.column
        row = int(np.floor((grid.top - shapes[position].y) / grid.height)) - window.row
        if 0 <= row < part.rows and 0 <= column < part.columns:
            found[position] = np.array([row * part.columns + column]), np.ones(1)
    units = np.array(sorted(found), dtype=np.int32)
    lengths = [len(found[unit][0]) for unit in units]
    pointers = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int32)
    indices = np.concatenate([np.empty(0, np.int32), *(found[unit][0] for unit in units)]).astype(np.int32)
    shares = np.concatenate([np.empty(0), *(found[unit][1] for unit in units)])
    matrix = csr_array((shares, indices, pointers), shape=(len(units), part.rows * part.columns))
    return Block(window, units, matrix)


class _Cells(RasterSource):  # type: ignore[misc]
    """A raster without values: exactextract needs one to be asked for cells and fractions alone."""

    def __init__(self, grid: Grid) -> None:
        super().__init__()
        self.grid = grid
        self.set_name("cells")

    def res(self) -> tuple[float, float]:
        """Return width and height of a cell."""
        return self.grid.width, self.grid.height

    def extent(self) -> tuple[float, float, float, float]:
        """Return the least and greatest x and y as (x, y, x, y)."""
        return self.grid.bounds

    def srs_wkt(self) -> None:
        """Return nothing: the shapes are already in the grid's system."""

    def nodata_value(self) -> None:
        """Return nothing: no cell is without a value."""

    def read_window(self, _x: int, _y: int, columns: int, rows: int) -> NDArray[np.int8]:
        """Return cells, of which only the number counts."""
        return np.zeros((rows, columns), dtype=np.int8)


def _near(part: Grid, shapes: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each shape whether its box reaches that of a grid."""
    bounds = shapely.bounds(shapes)
    x0, y0, x1, y1 = part.bounds
    with np.errstate(invalid="ignore"):
        return np.asarray((bounds[:, 0] <= x1) & (bounds[:, 2] >= x0) & (bounds[:, 1] <= y1) & (bounds[:, 3] >= y0))


def _of_polygons(part: Grid, shapes: NDArray[Any], areal: NDArray[np.intp]) -> Iterator[tuple[int, Shares]]:
    """Yield the position of each polygon that holds something of a grid, and its shares.

    Of several parts each is asked for by itself: with edges along those of cells, exactextract ends the whole process
    where a window cuts them.
    """
    pieces, of = shapely.get_parts(shapes[areal], return_index=True)
    kept = _near(part, pieces) & (shapely.get_dimensions(pieces) == 2)
    pieces, of = pieces[kept], areal[of[kept]]
    if not len(pieces):
        return
    held: dict[int, list[Shares]] = {}
    for position, piece, area, asked in zip(of, pieces, _areas(part, pieces), _asked(part, pieces), strict=True):
        # cutting by a rectangle is fast and not always right
        fits = _fits(part, asked, area) or _fits(part, asked, _inside(part, piece))
        held.setdefault(int(position), []).append(asked if fits else _mended(part, piece))
    least = _TOUCHING * np.minimum(shapely.area(shapes) / (part.width * part.height), 1)
    for position, found in held.items():
        cells, shares = _together(found)
        more = shares > least[position]
        if more.any():
            yield position, (cells[more], shares[more])


def _together(found: list[Shares]) -> Shares:
    """Return the shares of several parts as those of one unit, in the order of the cells.

    They are added up in 4 bytes, as exactextract does, and as the cache keeps them: what is read back is the same.
    """
    cells, shares = (np.concatenate(each) for each in zip(*found, strict=True))
    added = shares.astype(np.float32)
    if len(found) > 1:
        cells, of = np.unique(cells, return_inverse=True)
        added = np.zeros(len(cells), dtype=np.float32)
        np.add.at(added, of, shares.astype(np.float32))
    return cells, np.minimum(added, 1).astype(float)


def _areas(part: Grid, pieces: NDArray[Any]) -> NDArray[np.float64]:
    """Return the area of each polygon inside a grid."""
    try:
        return np.asarray(shapely.area(shapely.clip_by_rect(pieces, *part.bounds)))
    except shapely.errors.GEOSException:  # a vertex within rounding of the rectangle
        return np.array([_inside(part, piece) for piece in pieces])


def _asked(part: Grid, polygons: NDArray[Any]) -> Iterator[Shares]:
    """Yield the cells of a grid that each polygon holds, and the share of each, as exactextract has them."""
    frame = gpd.GeoDataFrame(geometry=polygons, crs=part.crs)
    table = exact_extract(_Cells(part), frame, ["cell_id", "coverage"], output="pandas")
    for cells, shares in zip(table["cell_id"], table["coverage"], strict=True):
        yield np.asarray(cells, dtype=np.int64), np.asarray(shares, dtype=float)


def _fits(part: Grid, asked: Shares, area: float) -> bool:
    """Tell whether shares add up to the area of a polygon inside a grid.

    Where a vertex lies on the corner of cells, exactextract may lose one wholly inside, or have half too much.
    """
    size = area / (part.width * part.height)
    return bool(abs(asked[1].sum() - size) <= _EXACT * max(size, 1) ** 0.5)


def _inside(part: Grid, polygon: Any) -> float:
    return float(shapely.area(shapely.intersection(polygon, shapely.box(*part.bounds))))


def _mended(part: Grid, polygon: Any) -> Shares:
    """Return the shares of a polygon that exactextract has wrong on a grid: by halves, down to a cell where need be."""
    if part.rows * part.columns == 1:
        return np.zeros(1, dtype=np.int64), np.array([_inside(part, polygon) / (part.width * part.height)])
    if part.rows >= part.columns:
        at = part.rows // 2
        halves = [Window(0, 0, at, part.columns), Window(at, 0, part.rows - at, part.columns)]
    else:
        at = part.columns // 2
        halves = [Window(0, 0, part.rows, at), Window(0, at, part.rows, part.columns - at)]
    found = []
    for window in halves:
        half = part.part(window)
        (asked,) = _asked(half, np.array([polygon]))
        cells, shares = asked if _fits(half, asked, _inside(half, polygon)) else _mended(half, polygon)
        rows, columns = np.divmod(cells, window.columns)
        found.append(((rows + window.row) * part.columns + columns + window.column, shares))
    cells, shares = (np.concatenate(pieces) for pieces in zip(*found, strict=True))
    order = np.argsort(cells)
    return cells[order], shares[order]
