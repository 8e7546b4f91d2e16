"""Where exactextract has a share of a cell wrong, or ends the process, and that neither happens here."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.coverage import Grid, Window
from geo.coverage.fractions import _asked, fractions_in
from geo.crs.systems import WGS84


@pytest.mark.parametrize("seed", range(6))
def test_units_of_whole_cells_in_many_parts_hold_these_cells_alone(seed: int) -> None:
    # classes of land use drawn from a raster: exactextract 0.3.0 ends the process on such units when they are cut
    random = np.random.default_rng(seed)
    grid = Grid(WGS84.to_wkt(), 100, 40, 0.1, 0.1, 12, 38)
    classes = random.integers(0, 5, (grid.rows, grid.columns))
    rows, columns = (each.ravel() for each in np.indices(classes.shape))
    x0, y1 = 100 + columns * 0.1, 40 - rows * 0.1
    cells = shapely.box(x0, y1 - 0.1, x0 + 0.1, y1)
    units = np.array([shapely.union_all(cells[classes.ravel() == one]) for one in range(5)])
    window = Window(1, 2, 9, 31)
    block = fractions_in(grid, window, units)
    inside = classes[1:10, 2:33].ravel()
    np.testing.assert_allclose(block.fractions.toarray(), [inside == one for one in range(5)], atol=1e-6)


def test_a_vertex_within_rounding_of_the_edge_of_the_grid() -> None:
    # shapely.clip_by_rect makes a ring of three points of it and raises
    grid = Grid(WGS84.to_wkt(), 78, 54 - 1048 * 0.03, 0.03, 0.03, 100, 100)
    triangle = shapely.Polygon([(79.98, 22.59), (79.97, 22.56), (79.92, 22.59)])
    with pytest.raises(shapely.errors.GEOSException):
        shapely.clip_by_rect(triangle, *grid.bounds)
    block = fractions_in(grid, Window(0, 0, 100, 100), np.array([triangle, shapely.box(79, 21, 79.03, 21.03)]))
    assert block.units.tolist() == [1]


@pytest.mark.slow
def test_two_parts_in_a_thousand_are_wrong_as_exactextract_has_them_and_none_here(shared: Path) -> None:
    # Where a new exactextract has none wrong, mending can be deleted. Told in docs/decisions/0011-layers.md.
    cities = gpd.read_file(shared / "data/china-cities/cities.geojson").geometry.to_numpy()
    random, parts, wrong, ours = np.random.default_rng(1), 0, 0, 0
    for _ in range(24):
        cell = random.choice([0.04, 0.05, 0.1, 0.125, 0.25])
        left, top = np.array([73, 55]) + random.choice([0, 0.25, 0.5], 2) * cell
        grid = Grid(WGS84.to_wkt(), left, top, cell, cell, int(38 / cell), int(63 / cell))
        row, column = random.integers(0, grid.rows // 4), random.integers(0, grid.columns // 4)
        rows, columns = (
            grid.rows - row - random.integers(0, row + 1),
            grid.columns - column - random.integers(0, column + 1),
        )
        window = Window(int(row), int(column), int(rows), int(columns))
        part = grid.part(window)
        expected = shapely.area(shapely.intersection(cities, shapely.box(*part.bounds))) / cell**2
        there = expected > 0
        parts += there.sum()
        asked = np.array([shares.sum() for _, shares in _asked(part, cities)])
        wrong += (np.abs(asked - expected)[there] > 0.25).sum()  # a cell, or half of one
        block = fractions_in(grid, window, cities)
        found = np.zeros(len(cities))
        found[block.units] = block.inside
        ours += (np.abs(found - expected)[there] > 0.01).sum()
    assert ours == 0
    assert parts / 2000 < wrong < parts / 200, f"{wrong} of {parts}"
