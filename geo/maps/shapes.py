"""Geometry as the page holds it: whole numbers, each point as its step from the one before."""

import math
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.maps.packing import pack

Ring = str
Shape = list[int] | list[list[Ring]]


def digits_for(frame: gpd.GeoDataFrame) -> int:
    """Return the decimal places of a degree that show the smallest polygon well: 4 (11 m) to 7 (1 cm)."""
    boxes = frame.geometry.bounds.to_numpy()
    sizes = np.hypot(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    sizes = sizes[sizes > 0]
    needed = math.ceil(-math.log10(sizes.min() / 200)) if len(sizes) else 5
    return min(max(needed, 4), 7)


def is_sparse(frame: gpd.GeoDataFrame) -> bool:
    """Return whether polygons fill less than a twentieth of the map, as parks in a province do.

    >>> is_sparse(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.box(9, 9, 10, 10)]))
    True
    """
    if frame.geometry.isna().all():
        return False
    west, south, east, north = frame.total_bounds
    return bool(shapely.area(frame.geometry.to_numpy()).sum() < (east - west) * (north - south) / 20)


def encode(geometry: Any, digits: int) -> Shape:
    """Return a polygon as lists of rings and a point as `[x, y]`, in units of 10^-digits of a degree.

    A ring is `x0, y0, dx1, dy1, …` without its closing point, packed as text. Points are rounded before steps are
    taken, so a border that two units share stays shared. What rounds to nothing becomes a point.

    Args:
        geometry: Point, MultiPoint, Polygon, MultiPolygon or a collection of them; degrees.
        digits: Decimal places kept.

    >>> encode(shapely.box(0, 0, 1, 2), 1)
    [['UAAoBTAAnB']]
    >>> encode(shapely.Point(1.26, -2), 1)
    [13, -20]
    """
    parts = shapely.get_parts(geometry)
    while any(part.geom_type.startswith(("Multi", "Geometry")) for part in parts):
        parts = shapely.get_parts(parts)
    polygons = [_polygon(part, digits) for part in parts if part.geom_type == "Polygon"]
    shown = [polygon for polygon in polygons if polygon]
    if shown:
        return shown
    return anchor(geometry, digits)


def anchor(geometry: Any, digits: int) -> list[int]:
    """Return a point inside, where the card of a unit is pinned: in the largest of its parts."""
    parts = shapely.get_parts(geometry)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    middle = largest.representative_point()
    return [round(middle.x * 10**digits), round(middle.y * 10**digits)]


def outlines(geometry: Any, digits: int) -> dict[str, Any]:
    """Return the parts of a geometry that is drawn over the units: `polygons`, `lines`, `points`, those there are.

    Polygons are as in `encode`; a line is packed like a ring; points are packed `x, y, x, y, …`.

    >>> outlines(shapely.LineString([(0, 0), (1, 1)]), 0)
    {'lines': ['AACC']}
    """
    parts = shapely.get_parts(geometry)
    while any(part.geom_type.startswith(("Multi", "Geometry")) for part in parts):
        parts = shapely.get_parts(parts)
    parts = [part for part in parts if not part.is_empty]
    polygons = [packed for part in parts if part.geom_type == "Polygon" and (packed := _polygon(part, digits))]
    lines = [steps for part in parts if "Line" in part.geom_type and (steps := _steps(part, digits, closed=False))]
    dots = [part for part in parts if part.geom_type == "Point"]
    points = np.rint(shapely.get_coordinates(dots) * 10.0**digits).astype(np.int64)
    found = {"polygons": polygons, "lines": lines, "points": pack(points.ravel())}
    return {name: value for name, value in found.items() if value}


def _polygon(polygon: Any, digits: int) -> list[Ring]:
    rings = [_steps(ring, digits, closed=True) for ring in (polygon.exterior, *polygon.interiors)]
    return [ring for ring in rings if ring] if rings[0] else []


def _steps(line: Any, digits: int, closed: bool) -> Ring:
    """Return a ring without its closing point or a line; nothing where it rounds to nothing."""
    points = np.rint(shapely.get_coordinates(line)[: -1 if closed else None] * 10.0**digits).astype(np.int64)
    moved = (points != np.roll(points, 1, axis=0)).any(axis=1)
    if not closed:
        moved[:1] = True
    points = points[moved]
    if len(points) < (3 if closed else 2):
        return ""
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return pack(steps.ravel())
