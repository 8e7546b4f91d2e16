"""Overlays: how much of each unit lies within shapes, and the shapes made simpler for a map."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs.systems import WGS84, areas_km2
from geo.simplify import tolerance_of
from geo.vector.statistics import covered_by

NEGLIGIBLE = 1e-6
"""Share of a unit up to which borders that do not quite match are taken to be the same: 1 m² in 1 km²."""

VERTICES = 30_000
"""Most vertices that all overlays together are drawn with: about half a megabyte of a page."""


def shares_of(units: gpd.GeoDataFrame, shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how much of each unit lies within the polygons of one overlay; points and lines hold nothing.

    Args:
        units: `unit, geometry` in EPSG:4326, as `Boundaries.frame`.
        shapes: `part, geometry` in EPSG:4326, valid; shapes of one name are one part, an empty name belongs to the
            whole alone.

    Returns:
        `unit, part, state, area_km2, share`: for every unit a row of the whole, of which the part is empty, and one
        for each part that it lies in; where shapes overlap counts once. The state is `inside`, `partly` or `outside`;
        a unit that is a point has no area and no share. Empty where there is no polygon. Sorted by unit and part.

    >>> from shapely import Point, box
    >>> units = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=[box(0, 0, 2, 1), Point(5, 5)], crs=4326)
    >>> basins = gpd.GeoDataFrame({"part": ["east", ""]}, geometry=[box(1, 0, 9, 9), box(1, 0, 2, 1)], crs=4326)
    >>> shares_of(units, basins).round(3).to_numpy().tolist()
    [['a', '', 'partly', 12308.464, 0.5], ['a', 'east', 'partly', 12308.464, 0.5], ['b', '', 'inside', nan, nan],
    ['b', 'east', 'inside', nan, nan]]
    """
    held = shapes[shapely.get_dimensions(shapes.geometry.to_numpy()) == 2].reset_index(drop=True)
    columns = ["unit", "part", "state", "area_km2", "share"]
    if held.empty:
        return pd.DataFrame(columns=columns)
    names = sorted(set(held["part"]) - {""})
    codes = np.array([names.index(part) + 1 if part else 0 for part in held["part"]], dtype=np.intp)
    features = held.geometry.to_numpy()
    whole = covered_by(units, features, np.zeros(len(features), dtype=np.intp))
    parts = covered_by(units, features[codes > 0], codes[codes > 0])
    areas = areas_km2(units).to_numpy()
    areal = shapely.get_dimensions(units.geometry.to_numpy()) == 2
    points = _points(units, features, codes)
    rows = []
    for position, unit in enumerate(units["unit"].tolist()):
        for number, name in enumerate(["", *names]):
            if areal[position]:
                area = (whole if number == 0 else parts).get((position, number), 0.0)
                share = min(area / areas[position], 1.0)
                state = "outside" if share <= NEGLIGIBLE else "inside" if share >= 1 - NEGLIGIBLE else "partly"
            else:
                area = share = np.nan
                state = "inside" if (position, number) in points else "outside"
            if number == 0 or state != "outside":
                rows.append((unit, name, state, area, share))
    return pd.DataFrame(rows, columns=columns).sort_values(["unit", "part"], ignore_index=True)


def _points(units: gpd.GeoDataFrame, features: Any, codes: Any) -> set[tuple[int, int]]:
    """Return which units that are points lie in which parts, and in the whole."""
    shapes = units.geometry.to_numpy()
    at = np.flatnonzero(shapely.get_dimensions(shapes) == 0)
    unit, feature = shapely.STRtree(features).query(shapes[at], predicate="intersects")
    return {(int(at[u]), number) for u, f in zip(unit, feature, strict=True) for number in (0, int(codes[f]))}


def in_one_frame(overlays: Mapping[str, gpd.GeoDataFrame], units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return overlays as a map of these units shows them, below each other.

    Args:
        overlays: `part, geometry` in EPSG:4326 by code.
        units: `unit, geometry` in EPSG:4326.

    Returns:
        `overlay, part, geometry`, in the order of the overlays; see `for_display`.
    """
    shown = for_display(overlays, units.total_bounds.tolist(), tolerance_of(units) / 2)
    held = [frame.assign(overlay=code)[["overlay", "part", "geometry"]] for code, frame in shown.items()]
    return gpd.GeoDataFrame(pd.concat(held, ignore_index=True), geometry="geometry", crs=WGS84)


def for_display(
    overlays: Mapping[str, gpd.GeoDataFrame], extent: Sequence[float], tolerance: float
) -> dict[str, gpd.GeoDataFrame]:
    """Return overlays for a map: cut off far from the units, with fewer vertices and rounded coordinates.

    The tolerance is doubled until all of them together have at most `VERTICES` vertices, or it is a hundredth of
    the extent. Each shape is simplified on its own, so that common borders of two parts may drift apart by as much.

    Args:
        overlays: `part, geometry` in EPSG:4326 by code.
        extent: west, south, east, north of the units, degrees; shapes are kept as far again on every side.
        tolerance: least departure from a border that is shown, in degrees.

    >>> from shapely import LineString
    >>> line = gpd.GeoDataFrame({"part": [""]}, geometry=[LineString([(0, 0), (1, 1e-5), (2, 0), (9, 0)])], crs=4326)
    >>> for_display({"river": line}, (0, -1, 2, 1), 0.001)["river"].geometry[0]
    <LINESTRING (0 0, 4 0)>
    """
    west, south, east, north = extent
    side = max(east - west, north - south, tolerance)
    window = shapely.box(west - side, south - side, east + side, north + side)
    cut = {code: shapely.intersection(frame.geometry.to_numpy(), window) for code, frame in overlays.items()}
    most = side / 100
    while True:
        shown = {code: shapely.simplify(shapes, tolerance) for code, shapes in cut.items()}
        if sum(int(shapely.get_num_coordinates(shapes).sum()) for shapes in shown.values()) <= VERTICES:
            break
        if tolerance >= most:
            break
        tolerance = min(2 * tolerance, most)
    decimals = max(4, 1 - int(np.floor(np.log10(tolerance))))
    out = {}
    for code, frame in overlays.items():
        shapes = shapely.transform(shown[code], lambda xy: np.round(xy, decimals))
        drawn = frame[["part"]].assign(geometry=gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
        out[code] = gpd.GeoDataFrame(drawn, geometry="geometry", crs=frame.crs)[~shapely.is_empty(shapes)]
    return out
