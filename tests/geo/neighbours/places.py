"""Small maps for the tests of neighbours."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import TypeAdapter
from shapely import Point, box

from geo.neighbours import Ground, NeighbourRule, Neighbours, Rule, find_neighbours


def rule(**raw: Any) -> NeighbourRule:
    made: NeighbourRule = TypeAdapter(Rule).validate_python(raw)
    return made


def frame(**shapes: Any) -> gpd.GeoDataFrame:
    """Units by name: a shape, or a pair of longitude and latitude."""
    geometry = [Point(shape) if isinstance(shape, tuple) else shape for shape in shapes.values()]
    return gpd.GeoDataFrame({"unit": list(shapes)}, geometry=geometry, crs=4326)


def squares(side: int, size: float = 0.5) -> gpd.GeoDataFrame:
    """A board of squares at 30° north: `r0c0`, `r0c1`, …"""
    steps = [(row, column) for row in range(side) for column in range(side)]
    west, south = [110 + column * size for _, column in steps], [30 + row * size for row, _ in steps]
    return frame(
        **{
            f"r{row}c{column}": box(x, y, x + size, y + size)
            for (row, column), x, y in zip(steps, west, south, strict=True)
        }
    )


def near(
    places: gpd.GeoDataFrame | None = None, columns: Any = None, tables: Any = None, codes: Any = None, **raw: Any
) -> Neighbours:
    """The neighbours by a rule."""
    names = codes if codes is not None else places["unit"].tolist()
    known = None if columns is None else pd.DataFrame(columns)
    return find_neighbours(rule(**raw), Ground.of(names, places, known, tables))


def links(found: Neighbours) -> set[tuple[str, str]]:
    """Pairs of a unit and its neighbour."""
    rows, columns = found.matrix.nonzero()
    return {(found.codes[i], found.codes[j]) for i, j in zip(rows, columns, strict=True)}


def pairs(text: str) -> set[tuple[str, str]]:
    """`ab ac` as links in both directions."""
    found = {(one[0], one[1]) for one in text.split()}
    return found | {(other, one) for one, other in found}


def scattered(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    """Squares here and there in China, some of them touching."""
    random = np.random.default_rng(seed)
    west, south = random.integers(100, 120, count), random.integers(22, 45, count)
    return frame(**{f"u{at:03d}": box(x, y, x + 1, y + 1) for at, (x, y) in enumerate(zip(west, south, strict=True))})
