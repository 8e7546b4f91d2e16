"""Grids: where the cells of a raster lie, whichever way its rows and columns run."""

import hashlib
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Proj

from geo.crs.systems import crs_name, half_turn, same_crs
from indicators.errors import Place, fault

_ALIGNED = 1e-3
"""Cells lie on each other where they are off by less than this share of a cell, as exactextract has it."""
_TRUE_TO_AREA = 0.01
"""Cells of a projected grid whose true areas differ by less than this share are taken to be of one area."""


@dataclass(frozen=True)
class Grid:
    """Cells in rows from north to south and columns from west to east."""

    wkt: str
    """The coordinate reference system."""
    left: float
    """Least x."""
    top: float
    """Greatest y."""
    width: float
    """Width of a cell, above 0, in the unit of the system."""
    height: float
    """Height of a cell, above 0."""
    rows: int
    columns: int

    @cached_property
    def crs(self) -> CRS:
        """The coordinate reference system."""
        return CRS.from_wkt(self.wkt)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        return self.left, self.top - self.rows * self.height, self.left + self.columns * self.width, self.top

    def part(self, window: "Window") -> "Grid":
        """Return the grid of a window alone."""
        left, top = self.left + window.column * self.width, self.top - window.row * self.height
        return Grid(self.wkt, left, top, self.width, self.height, window.rows, window.columns)

    def offset(self, other: "Grid") -> tuple[int, int] | None:
        """Return by how many rows and columns another grid begins later, None where its cells lie differently.

        >>> fine, coarse = Grid("", 0, 10, 0.5, 0.5, 20, 20), Grid("", 0, 10, 1, 1, 10, 10)
        >>> fine.offset(Grid("", 2, 9, 0.5, 0.5, 4, 4)), fine.offset(coarse)
        ((2, 4), None)
        """
        if self.wkt != other.wkt and not same_crs(self.crs, other.crs):
            return None
        down, right = (self.top - other.top) / self.height, (other.left - self.left) / self.width
        row, column = round(down), round(right)
        off = [
            abs(down - row), abs(right - column),
            abs(down + other.rows * other.height / self.height - row - other.rows),
            abs(right + other.columns * other.width / self.width - column - other.columns),
        ]  # fmt: skip
        return (row, column) if max(off) < _ALIGNED else None

    def __str__(self) -> str:
        """Write the grid for a message."""
        x0, y0, x1, y1 = (f"{value:.7g}" for value in self.bounds)
        cell = f"{self.width:.7g} × {self.height:.7g}"
        return f"{crs_name(self.crs)}, {self.rows} × {self.columns}, {cell}, x {x0} … {x1}, y {y0} … {y1}"

    def digest(self) -> bytes:
        """Return the SHA-256 of everything that fixes the cells."""
        numbers = (self.left, self.top, self.width, self.height, self.rows, self.columns)
        return hashlib.sha256(repr((self.wkt, *numbers)).encode()).digest()


@dataclass(frozen=True)
class Window:
    """Some rows and columns of a grid, counted from 0 at its north-western corner."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.rows * self.columns


def cell_areas_km2(grid: Grid, window: Window, place: Place | None = None, shown: str = "") -> NDArray[np.float64]:
    r"""Return the area of a cell in each row of a window, km² on the ellipsoid of the grid's system.

    Between two parallels and two meridians Δλ apart lie
    $\frac{b^2 \Delta\lambda}{2}\left[\frac{\sin\varphi}{1 - e^2\sin^2\varphi} + \frac{1}{2e}\ln\frac{1 +
    e\sin\varphi}{1 - e\sin\varphi}\right]_{\varphi_1}^{\varphi_2}$. On a projected grid the area in the plane is
    divided by the areal scale, which must not differ by more than one part in a hundred over the window.

    Args:
        grid: the grid.
        window: rows and columns of it.
        place: where the assessment names the raster.
        shown: the raster's name for messages.

    Returns:
        (rows,), all above 0 except beyond a pole.

    Raises:
        InputError: the cells of a projected grid differ in true area along a row.

    Source:
        Snyder (1987) Map projections: a working manual, USGS Professional Paper 1395, equation 3-12.

    >>> grid = Grid(CRS("EPSG:4326").to_wkt(), 100, 61, 1, 1, 61, 1)
    >>> cell_areas_km2(grid, Window(0, 0, 61, 1))[[0, 60]].round().tolist()  # a degree at 60° N and at the equator
    [6123.0, 12308.0]
    """
    crs = grid.crs
    if not crs.is_geographic:
        return _projected(grid, window, place, shown)
    axes = crs.ellipsoid
    assert axes is not None  # every geographic system has one
    a, b = axes.semi_major_metre, axes.semi_minor_metre
    turn = half_turn(crs)
    edges = np.radians((grid.top - (window.row + np.arange(window.rows + 1)) * grid.height) * 180 / turn)
    sine = np.sin(np.clip(edges, -math.pi / 2, math.pi / 2))
    e = max(math.sqrt(1 - (b / a) ** 2), 1e-9)  # of a sphere the formula has the limit alone
    zone = sine / (1 - (e * sine) ** 2) + np.arctanh(e * sine) / e
    across = grid.width * math.pi / turn
    return np.asarray(b**2 * across / 2 * -np.diff(zone) / 1e6, dtype=float)


def _projected(grid: Grid, window: Window, place: Place | None, shown: str) -> NDArray[np.float64]:
    plane = Proj(grid.crs)
    x0, y0, x1, y1 = grid.part(window).bounds
    x, y = (values.ravel() for values in np.meshgrid(np.linspace(x0, x1, 9), np.linspace(y0, y1, 9)))
    longitude, latitude = plane(x, y, inverse=True)
    scale = np.asarray(plane.get_factors(longitude, latitude).areal_scale)
    if not np.isfinite(scale).all() or scale.max() - scale.min() > _TRUE_TO_AREA * scale.min():
        raise fault("layers.area_varies_in_plane", place, file=shown, crs=crs_name(grid.crs))
    metre = grid.crs.axis_info[0].unit_conversion_factor
    return np.full(window.rows, grid.width * grid.height * metre**2 / scale.mean() / 1e6)
