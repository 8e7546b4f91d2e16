"""Editions of boundaries and the fractions of grids under them, from memory, from the cache or computed."""

import hashlib
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage import store
from geo.coverage.fractions import CELLS, Block, fractions_in, windows_of
from geo.coverage.grid import Grid
from geo.crs.systems import reproject

HELD = 400 * 2**20
"""Most memory, in bytes, that the fractions of one grid may keep while further rasters are read."""


class Edition:
    """Boundaries of one edition, for which rasters on any number of grids are read."""

    def __init__(self, frame: gpd.GeoDataFrame, *, cache: Path | None = None, cells: int = CELLS) -> None:
        """Take the boundaries.

        Args:
            frame: `unit, geometry`, polygons and points, as `Boundaries.frame`.
            cache: the folder in which fractions are kept, see `store.cache_folder`; none when absent.
            cells: most cells of a raster that are read and held at a time.
        """
        self.frame, self.cache, self.cells = frame, cache, cells
        self._last: Coverage | None = None

    def on(self, grid: Grid) -> "Coverage":
        """Return the fractions of a grid; those of the grid before are let go."""
        if self._last is None or self._last.grid != grid:
            self._last = Coverage(grid, self._shapes(grid), self.cache, self.cells)
        return self._last

    def _shapes(self, grid: Grid) -> NDArray[Any]:
        """Return the boundaries in the grid's system; what that system cannot hold lies outside the raster."""
        geometry = reproject(self.frame.geometry, grid.crs)
        reached = np.isfinite(shapely.bounds(geometry.to_numpy())).all(axis=1)
        return np.asarray(geometry.where(reached, None).to_numpy(), dtype=object)


class Coverage:
    """The fractions of one grid under one edition of boundaries."""

    def __init__(self, grid: Grid, shapes: NDArray[Any], cache: Path | None, cells: int) -> None:
        self.grid, self.shapes, self.cache = grid, shapes, cache
        self.windows = windows_of(grid, shapes, cells)
        self._held: dict[int, Block] = {}

    @property
    def key(self) -> str:
        """SHA-256 of everything that the fractions depend on."""
        digest = hashlib.sha256(f"{store.VERSION} {version('exactextract')} {self.windows!r}".encode())
        digest.update(self.grid.digest())
        for wkb in shapely.to_wkb(self.shapes):
            digest.update(b"-" if wkb is None else hashlib.sha256(wkb).digest())
        return digest.hexdigest()

    @property
    def size(self) -> NDArray[np.float64]:
        """Size of each unit in cells, within the grid or not; 1 for a point, NaN where it has no place."""
        area = shapely.area(self.shapes) / (self.grid.width * self.grid.height)
        return np.asarray(np.where(shapely.get_dimensions(self.shapes) == 0, 1.0, area), dtype=float)

    def blocks(self, wanted: Sequence[int] | None = None) -> Iterator[Block]:
        """Yield the fractions window by window; what fits into `HELD` bytes is kept for the next time.

        Args:
            wanted: positions of the windows, ascending; all when absent.
        """
        asked = range(len(self.windows)) if wanted is None else wanted
        size = sum(block.bytes for block in self._held.values())
        for position, block in self._found(asked):
            if position not in self._held and size + block.bytes <= HELD:
                self._held[position] = block
                size += block.bytes
            yield block

    def _found(self, asked: Sequence[int]) -> Iterator[tuple[int, Block]]:
        if self._held.keys() >= set(asked):
            yield from ((position, self._held[position]) for position in asked)
            return
        if self.cache is None:
            for position in asked:
                yield position, self._held.get(position) or fractions_in(self.grid, self.windows[position], self.shapes)
            return
        key, wanted = self.key, set(asked)
        reader = store.read(self.cache, key, self.windows, len(self.shapes))
        there = reader.positions if reader else frozenset()
        # an entry that lacks windows, as nobody wanted them then, is written anew with them
        writer = None if there >= wanted else store.Writer(self.cache, key, self.windows, len(self.shapes), self.grid)
        try:
            for position in sorted(wanted | there if writer else wanted):
                block = reader.block(position) if reader and position in there else None
                if reader and position in there and block is None:  # broken: computed, and written next time
                    reader.discard()
                    reader = None
                if block is None and position in wanted:
                    block = self._held.get(position) or fractions_in(self.grid, self.windows[position], self.shapes)
                if block and writer:
                    writer.add(position, block)
                if block and position in wanted:
                    yield position, block
        except BaseException:
            if writer:
                writer.give_up("interrupted")
            raise
        if writer:
            writer.finish()
