"""What points, lines and areas say about each unit: counts, lengths, shares of the area, distances."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs.plane import ROW_KM, Plane, cut, distances_km, lengths_km, reach
from geo.crs.systems import EARTH_RADIUS_KM, LONGEST_EDGE, WGS84, areas_km2, centres, chord, great_circle_km, on_sphere
from geo.vector.terms import From, Statistic

Array = NDArray[np.float64]
_QUARTER = 16
"""Edges of a quarter of the circle around a feature: its area is 0.16 % too small."""

_DIRECTIONS = 200
"""Most vertices of a unit that are asked for their nearest feature, which only bounds the search."""


def statistic_of(
    statistic: Statistic,
    units: gpd.GeoDataFrame,
    shapes: gpd.GeoSeries,
    *,
    weight: Array | None = None,
    distance: float = 0.0,
    measured_from: From = "centre",
) -> pd.Series:
    """Return one statistic of features by unit, in the unit of measure of `geo.vector.terms.NATIVE`.

    Args:
        statistic: which one; see the functions of this module.
        units: `unit, geometry` in EPSG:4326, valid polygons and points, as `Boundaries.frame`.
        shapes: valid features in EPSG:4326, none of them empty; of the kind that `geo.vector.terms.DIMENSION` asks for.
        weight: a number for each feature, finite; 1 each when None.
        distance: of `share_within`, km.
        measured_from: of `nearest_distance`.

    Returns:
        NaN for a unit that has no area, where the statistic is one of an area, and where there is no feature to be
        near to.

    >>> from shapely import Point, box
    >>> units = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=[box(0, 0, 1, 1), Point(5, 5)], crs=WGS84)
    >>> factories = gpd.GeoSeries([Point(0.5, 0.5), Point(1, 1), Point(2, 2)], crs=WGS84)
    >>> statistic_of("count", units, factories).tolist()  # a point has no area to count over
    [2.0, nan]
    """
    held = np.asarray(shapes.to_numpy(), dtype=object)
    given = np.ones(len(held)) if weight is None else weight
    ordered = units.sort_values("unit", kind="stable")
    made = _MADE[statistic](_Ground(ordered), held, given, distance, measured_from)
    return pd.Series(made, index=pd.Index(ordered["unit"], name="unit")).reindex(units["unit"])


@dataclass(frozen=True, eq=False)
class _Ground:
    """The units, sorted by code: no result depends on the order in which they are given."""

    frame: gpd.GeoDataFrame

    @property
    def shapes(self) -> NDArray[Any]:
        return np.asarray(self.frame.geometry.to_numpy(), dtype=object)

    @property
    def areal(self) -> NDArray[np.bool_]:
        return np.asarray(shapely.get_dimensions(self.shapes) == 2)

    def areas(self) -> Array:
        """Areas in km²; NaN for points."""
        return np.where(self.areal, areas_km2(self.frame).to_numpy(), np.nan)

    def pairs(self, features: NDArray[Any], predicate: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Positions of units with an area and of features for which the predicate holds."""
        at = np.flatnonzero(self.areal)
        unit, feature = shapely.STRtree(features).query(self.shapes[at], predicate=predicate)
        return at[unit], feature

    def blank(self, value: Any) -> Array:
        return np.where(self.areal, value, np.nan)


def _count(ground: _Ground, features: NDArray[Any], weight: Array, *_: object) -> Array:
    """Count points. One on a border that units share belongs to the first of them by code, and so counts once."""
    points, owner = shapely.get_parts(features, return_index=True)
    unit, point = ground.pairs(points, "intersects")
    first = np.full(len(points), len(ground.frame))
    np.minimum.at(first, point, unit)
    inside = first < len(ground.frame)
    total = np.bincount(first[inside], weights=weight[owner][inside], minlength=len(ground.frame))
    return ground.blank(total)


def _density(ground: _Ground, features: NDArray[Any], weight: Array, *_: object) -> Array:
    """Points by km² of the unit."""
    return _count(ground, features, weight) / ground.areas()


def _length(ground: _Ground, features: NDArray[Any], weight: Array, *_: object) -> Array:
    """Km of lines inside, each stretch as often as a line runs there; one along a border counts on both sides."""
    lines, owner = _simple(features)
    unit, line, pieces = _pieces(ground, lines)
    km = lengths_km(pieces) * weight[owner[line]]
    return ground.blank(np.bincount(unit, weights=km, minlength=len(ground.frame)))


def _simple(lines: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return lines with those that meet themselves cut into edges, and whose each is.

    What is cut out of a line that runs along itself would hold the stretch once.
    """
    meeting = np.flatnonzero(~shapely.is_simple(lines))
    if not meeting.size:
        return lines, np.arange(len(lines))
    parts, part_of = shapely.get_parts(lines[meeting], return_index=True)
    places, line = shapely.get_coordinates(parts, return_index=True)
    along = line[1:] == line[:-1]
    edges = shapely.linestrings(np.stack([places[:-1][along], places[1:][along]], axis=1))
    kept = np.setdiff1d(np.arange(len(lines)), meeting)
    return np.concatenate([lines[kept], edges]), np.concatenate([kept, meeting[part_of[line[1:][along]]]])


def _length_per_area(ground: _Ground, features: NDArray[Any], weight: Array, *_: object) -> Array:
    """Km of lines by km² of the unit."""
    return _length(ground, features, weight) / ground.areas()


def _area(ground: _Ground, features: NDArray[Any], *_: object) -> Array:
    """Km² of the unit that features cover; where they overlap counts once."""
    return covered_km2(ground.frame, features).to_numpy()


def _area_share(ground: _Ground, features: NDArray[Any], *_: object) -> Array:
    """Share of the unit's area that features cover, 0–1; where they overlap counts once."""
    return np.minimum(_area(ground, features) / ground.areas(), 1.0)


def covered_km2(units: gpd.GeoDataFrame, features: NDArray[Any]) -> pd.Series:
    """Return the area of each unit that features cover, in km²; where they overlap counts once; NaN for points.

    Args:
        units: `unit, geometry` in EPSG:4326, as `Boundaries.frame`.
        features: valid geometries in longitude and latitude; points and lines cover nothing.

    >>> from shapely import box
    >>> units = gpd.GeoDataFrame({"unit": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=WGS84)
    >>> twice = np.array([box(0, 0, 0.5, 2), box(0, 0, 0.5, 2)])
    >>> covered_km2(units, twice).round().tolist()  # half of 12308 km²
    [6154.0]
    """
    found = covered_by(units, features, np.zeros(len(features), dtype=np.intp))
    covered = [found.get((position, 0), 0.0) for position in range(len(units))]
    return pd.Series(_Ground(units).blank(covered), index=pd.Index(units["unit"], name="unit"), name="covered_km2")


def covered_by(units: gpd.GeoDataFrame, features: NDArray[Any], part: NDArray[np.intp]) -> dict[tuple[int, int], float]:
    """Return the area in km² of each unit that each part covers, by positions of unit and part, where they meet.

    Args:
        units: `unit, geometry` in EPSG:4326, as `Boundaries.frame`; points are left out.
        features: valid geometries in longitude and latitude.
        part: the number of the part that each feature belongs to; where features of one part overlap counts once.
    """
    unit, feature, pieces = _pieces(_Ground(units), features)
    pairs = np.column_stack([unit, part[feature]])
    distinct, number = np.unique(pairs, axis=0, return_inverse=True)
    whole = np.full(len(distinct), shapely.Polygon(), dtype=object)
    for position, own in _by(number.reshape(-1), pieces):
        whole[position] = own[0] if len(own) == 1 else shapely.union_all(own)
    areas = areas_km2(gpd.GeoDataFrame(geometry=whole, crs=WGS84)).tolist()
    return {(int(u), int(p)): area for (u, p), area in zip(distinct, areas, strict=True)}


def _pieces(ground: _Ground, features: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[Any]]:
    """Return the part of each feature inside each unit that it meets: positions of unit and feature, and the part."""
    unit, feature = ground.pairs(features, "intersects")
    pieces = features[feature]
    within, contained = ground.pairs(features, "covers")  # most need no cutting
    whole = np.isin(unit * len(features) + feature, within * len(features) + contained)
    pieces[~whole] = shapely.intersection(pieces[~whole], ground.shapes[unit[~whole]])
    return unit, feature, pieces


def _by(key: NDArray[np.intp], values: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    order = np.argsort(key, kind="stable")
    found, starts = np.unique(key[order], return_index=True)
    for position, group in zip(found.tolist(), np.split(values[order], starts)[1:], strict=True):
        yield int(position), group


def _share_within(ground: _Ground, features: NDArray[Any], _: Array, distance: float, *__: object) -> Array:
    """Share of the unit's area within a distance of a feature, 0–1, measured in the plane around the unit."""
    out = np.full(len(ground.frame), np.nan)
    middles, pieces = centres(ground.frame.geometry), cut(features)
    tree = shapely.STRtree(pieces)
    for position in np.flatnonzero(ground.areal):
        plane = Plane(tuple(middles[position]))
        unit = plane.forward(cut(ground.shapes[position]))
        shapely.prepare(unit)
        near = np.unique(tree.query(reach(shapely.bounds(ground.shapes[position]), distance))[1])
        around = plane.forward(pieces[near])
        around = around[shapely.dwithin(unit, around, 1000 * distance)] if len(around) else around
        out[position] = _reached(unit, around, 1000 * distance)
    return out


def _reached(unit: Any, around: NDArray[Any], metres: float) -> float:
    """Return the share of a polygon within a distance of geometries in its plane."""
    if not len(around):
        return 0.0
    west, south, east, north = shapely.bounds(unit)
    frame = (west - metres, south - metres, east + metres, north + metres)
    far = (shapely.bounds(around) * (1, 1, -1, -1) < np.array(frame) * (1, 1, -1, -1)).any(axis=1)
    around[far] = shapely.intersection(around[far], shapely.box(*frame))
    covered = shapely.intersection(unit, shapely.union_all(shapely.buffer(around, metres, quad_segs=_QUARTER)))
    return float(min(shapely.area(covered) / shapely.area(unit), 1.0))


def _nearest(ground: _Ground, features: NDArray[Any], _: Array, __: float, measured_from: From) -> Array:
    """Km over the ellipsoid to the nearest feature, from the unit's centre or from its border; 0 where they meet.

    The nearest feature is found in the plane around the unit, then measured as a geodesic.
    """
    out = np.full(len(ground.frame), np.nan)
    if not len(features):
        return out
    pieces, middles = cut(features), centres(ground.frame.geometry)
    start = shapely.points(middles) if measured_from == "centre" else ground.shapes
    out[np.unique(shapely.STRtree(pieces).query(start, predicate="intersects")[0])] = 0.0
    search = _Search(pieces)
    for position in np.flatnonzero(np.isnan(out)):
        own = cut(start[position])
        around = search.around(middles[position], shapely.get_coordinates(own))
        plane = Plane(tuple(middles[position]))
        here, there = plane.forward(own), plane.forward(pieces[around])
        nearest = shapely.STRtree(there).nearest(here)
        ends = plane.back(shapely.get_coordinates(shapely.shortest_line(here, there[nearest])))
        out[position] = distances_km(ends[:1], ends[1:])[0]
    return out


class _Search:
    """Finds the features among which the nearest must be, by their vertices on the sphere."""

    def __init__(self, features: NDArray[Any]) -> None:
        from scipy.spatial import KDTree

        places, self._owner = shapely.get_coordinates(features, return_index=True)
        self._tree = KDTree(on_sphere(places))

    def around(self, centre: Array, vertices: Array) -> NDArray[np.intp]:
        """Return positions of features that hold the nearest one to a shape with these vertices.

        The distance of any vertex of the shape to a vertex of a feature bounds the least distance; a place on either
        lies within half an edge of a vertex. Sphere and ellipsoid differ by less than a hundredth.
        """
        some = vertices[:: max(1, len(vertices) // _DIRECTIONS)]
        least = self._tree.query(on_sphere(some))[0].min()
        own = great_circle_km(np.broadcast_to(centre, vertices.shape), vertices).max()
        bound = 2 * np.arcsin(min(least / 2, 1.0)) * EARTH_RADIUS_KM + own + LONGEST_EDGE * ROW_KM
        found = self._tree.query_ball_point(on_sphere(centre[None, :])[0], chord(1.01 * bound))
        return np.unique(self._owner[np.asarray(found, dtype=np.intp)])


_MADE: dict[Statistic, Callable[..., Array]] = {
    "count": _count,
    "density": _density,
    "length": _length,
    "length_per_area": _length_per_area,
    "area": _area,
    "area_share": _area_share,
    "share_within": _share_within,
    "nearest_distance": _nearest,
}
