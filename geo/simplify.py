"""Boundaries for display: fewer vertices, shared borders kept, coordinates rounded."""

import math
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

FINEST_OF_COUNTRY = 0.02
"""Greatest tolerance, in degrees: about 2 km, invisible on the map of a country."""

PARTS_OF_EXTENT = 2500
"""The extent is this many tolerances wide: half a pixel of a map that is 1,250 pixels wide."""

_LOST = 0.1
"""Share of its area by which a unit may change before it keeps its own shape."""


def tolerance_of(frame: gpd.GeoDataFrame) -> float:
    """Return the tolerance for a map of these units, in degrees.

    It is min(0.02, s / 2500), where s is the longer side of the extent in degrees: half a pixel when the map
    is drawn 1,250 pixels wide.

    >>> from shapely import box
    >>> tolerance_of(gpd.GeoDataFrame(geometry=[box(100, 30, 102.5, 31)], crs="EPSG:4326"))
    0.001
    """
    if frame.empty:
        return FINEST_OF_COUNTRY
    x0, y0, x1, y1 = frame.total_bounds
    return min(FINEST_OF_COUNTRY, float(max(x1 - x0, y1 - y0)) / PARTS_OF_EXTENT)


def simplify_for_display(
    frame: gpd.GeoDataFrame, tolerance_degrees: float | None = None, decimals: int | None = None
) -> gpd.GeoDataFrame:
    """Return units with simpler polygons for a map: never for a computation.

    Borders that two polygons share vertex by vertex stay shared; other borders are simplified on their own.
    A polygon that would be lost or change its area by more than a tenth keeps its own shape, so every unit
    stays drawn. Rounding may make some polygons invalid, which a map does not mind. Points are left as they
    are.

    Args:
        frame: `geometry` in EPSG:4326 and any other columns, which are kept.
        tolerance_degrees: square root of the area of the triangles that are removed, in degrees;
            `tolerance_of` the frame when None; 0 only rounds.
        decimals: decimal places of the coordinates; when None one more than the tolerance has, and at least
            4, which is 11 m.

    Returns:
        A new frame with the same rows, index and columns.

    Source:
        Coverage simplification of GEOS 3.12 (2023), after Visvalingam and Whyatt 1993, The Cartographic
        Journal 30(1), pp. 46–51.
    """
    tolerance = tolerance_of(frame) if tolerance_degrees is None else tolerance_degrees
    if decimals is None:
        decimals = max(4, 1 - math.floor(math.log10(tolerance))) if tolerance > 0 else 4
    shapes = frame.geometry.to_numpy().copy()
    areal = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)
    own = shapes[areal]
    simpler = _unless_lost(own, _simpler(own, tolerance)) if tolerance > 0 else own
    shapes[areal] = _unless_lost(simpler, shapely.transform(simpler, lambda xy: np.round(xy, decimals)))
    shown = frame.copy()
    shown[frame.geometry.name] = gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    return shown


def _simpler(own: Any, tolerance: float) -> Any:
    try:
        return shapely.coverage_simplify(own, tolerance)
    except shapely.errors.GEOSException:  # a geometry that GEOS does not take in a coverage
        return shapely.simplify(own, tolerance)


def _unless_lost(own: Any, changed: Any) -> Any:
    """Return the changed polygons, the own ones where too much of the area would be lost or gained."""
    area = shapely.area(own)
    return np.where(np.abs(shapely.area(changed) - area) <= _LOST * area, changed, own)
