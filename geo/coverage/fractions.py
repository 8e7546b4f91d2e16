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

CELLS = 2**21
"""Most cells of a block: what is read and held of a raster at a time, 16 MB as numbers of 8 bytes. Larger arrays cost
the time of fresh memory for each; smaller blocks cut more units in two, each part of which is worked out by itself."""

_POINT = 0
_TOUCHING = 1e-9
"""A cell of which a unit holds less than this share (of the cell, or of itself where it is smaller) only touches it:
where a border runs along the edge of cells, rounding alone would decide whether their values count."""


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

    @property
    def bytes(self) -> int:
        """Memory of the fractions."""
        parts = (self.fractions.data, self.fractions.indices, self.fractions.indptr)
        return sum(int(part.nbytes) for part in parts)


def windows_of(grid: Grid, shapes: NDArray[Any], cells: int = CELLS) -> list[Window]:
    """Return the windows in which a grid is worked through: blocks of rows, as far as any unit reaches.

    Args:
        grid: the grid.
        shapes: geometries in the grid's system, None where a unit has no place in it.
        cells: most cells of a window; a window holds at least one row.

    >>> grid = Grid("", 0, 100, 1, 1, 100, 1000)
    >>> windows_of(grid, np.array([shapely.box(10.5, 50.5, 19.5, 99.5)]), cells=300)
    [Window(row=0, column=10, rows=30, columns=10), Window(row=30, column=10, rows=20, columns=10)]
    >>> windows_of(grid, np.array([shapely.box(-9, -9, -1, -1)]))
    []
    """
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return []
    (x0, y0), (x1, y1) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    first = max(int(np.floor((grid.top - y1) / grid.height)), 0)
    last = min(int(np.floor((grid.top - y0) / grid.height)) + 1, grid.rows)
    west = max(int(np.floor((x0 - grid.left) / grid.width)), 0)
    east = min(int(np.floor((x1 - grid.left) / grid.width)) + 1, grid.columns)
    if first >= last or west >= east:
        return []
    step = max(cells // (east - west), 1)
    return [Window(row, west, min(step, last - row), east - west) for row in range(first, last, step)]


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
    bounds = shapely.bounds(shapes)
    x0, y0, x1, y1 = part.bounds
    with np.errstate(invalid="ignore"):
        near = (bounds[:, 0] <= x1) & (bounds[:, 2] >= x0) & (bounds[:, 1] <= y1) & (bounds[:, 3] >= y0)
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


def _of_polygons(part: Grid, shapes: NDArray[Any], areal: NDArray[np.intp]) -> Iterator[tuple[int, tuple[Any, Any]]]:
    if not len(areal):
        return
    polygons = gpd.GeoDataFrame(geometry=shapes[areal], crs=part.crs)
    least = _TOUCHING * np.minimum(shapely.area(shapes) / (part.width * part.height), 1)
    table = exact_extract(_Cells(part), polygons, ["cell_id", "coverage"], output="pandas")
    for position, cells, shares in zip(areal, table["cell_id"], table["coverage"], strict=True):
        part_of_cell = np.asarray(shares, dtype=float)
        inside = part_of_cell > least[position]
        if inside.any():
            yield int(position), (np.asarray(cells)[inside], part_of_cell[inside])
