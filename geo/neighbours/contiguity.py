"""Neighbours by common border."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field

from geo.crs import EARTH_RADIUS_KM
from geo.neighbours.base import Linked, NeighbourRule, linked, ones, without
from geo.neighbours.ground import Ground, Places, named
from indicators.errors import fault
from indicators.spec import Number

_METRES_A_DEGREE = np.pi / 180 * EARTH_RADIUS_KM * 1000
_EDGE = 10
"""More border than this many times the snap distance is an edge, and no corner."""

Shapes = NDArray[Any]


class _Contiguity(NeighbourRule):
    """Units that border on each other, w_ij = 1."""

    snap: Annotated[Number, Field(ge=0, le=1000)] = 1.0
    """Borders at most so many metres apart touch: what rounding leaves open between two of them. 0: only equal ones."""

    def links(self, ground: Ground) -> Linked:
        """Return a link both ways for every pair that borders.

        Raises:
            InputError: units drawn as points, which have no border.
        """
        kinds = np.asarray(ground.geometry.geom_type, dtype=object)
        points = [code for code, kind in zip(ground.codes, kinds, strict=True) if kind in ("Point", "MultiPoint")]
        if points:
            raise fault("neighbours.no_border", count=len(points), units=named(points))
        there = ground.require_places()
        shapes = np.asarray(ground.geometry.iloc[there].array, dtype=object)
        one, other = self._bordering(shapes)
        rows, columns = there[np.concatenate([one, other])], there[np.concatenate([other, one])]
        made = linked(rows, columns, ones(len(rows)), len(ground.codes))
        return Linked(made, unplaced=without(ground, there))

    def _bordering(self, shapes: Shapes) -> tuple[Places, Places]:
        raise NotImplementedError


class Queen(_Contiguity):
    """Units whose borders meet, if only in one point: w_ij = 1."""

    source: ClassVar[str] = "Moran 1948; Cliff & Ord 1973, Spatial Autocorrelation"
    rule: Literal["queen"]

    def _bordering(self, shapes: Shapes) -> tuple[Places, Places]:
        one, other, meets = touching(shapes, self.snap)
        apart = np.flatnonzero(~meets)
        if len(apart):
            border, area = _in_metres(shapes, one[apart], other[apart], self.snap)
            meets[apart] = shapely.dwithin(border, area, self.snap)
        return one[meets], other[meets]


class Rook(_Contiguity):
    """Units that share a stretch of border, and not only a corner: w_ij = 1.

    They do where an edge of both is the same from vertex to vertex, or where more border of the one than ten times
    `snap` lies within `snap` of the other or inside it; with `snap: 0`, where they have a line or an area in common.
    """

    source: ClassVar[str] = "Moran 1948; Cliff & Ord 1973, Spatial Autocorrelation"
    rule: Literal["rook"]

    def _bordering(self, shapes: Shapes) -> tuple[Places, Places]:
        one, other, meets = touching(shapes, self.snap)
        along = _same_edge(shapes, one, other)
        if self.snap == 0:
            open_ = np.flatnonzero(meets & ~along)
            if len(open_):
                along[open_] = _meet_along(shapes[one[open_]], shapes[other[open_]])
            return one[along], other[along]
        for here, there in ((one, other), (other, one)):  # a unit inside another one has all the border
            open_ = np.flatnonzero(~along)
            if len(open_):
                border, area = _in_metres(shapes, here[open_], there[open_], self.snap)
                beside = shapely.intersection(border, shapely.buffer(area, self.snap))
                along[open_] = shapely.length(beside) > _EDGE * self.snap
        return one[along], other[along]


def touching(shapes: Shapes, snap: float) -> tuple[Places, Places, NDArray[np.bool_]]:
    """Return every pair of shapes that may lie within `snap` metres, once, in order, and whether they truly meet.

    Whether two borders meet is no matter of distance, so that it is asked of the degrees as they stand. Borders on
    both sides of the 180° meridian do not meet.
    """
    tree = shapely.STRtree(shapes)
    degrees = float(_degrees(snap, shapely.bounds(shapes)).max(initial=0.0))
    one, other = tree.query(shapes, predicate="dwithin", distance=degrees)
    once = one < other
    one, other = one[once].astype(np.intp), other[once].astype(np.intp)
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    return one, other, np.asarray(shapely.intersects(shapes[one], shapes[other]), dtype=bool)


def _degrees(metres: float, bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return more degrees than so many metres are in any direction within bounds, (n, 4)."""
    highest = np.minimum(np.abs(bounds[:, [1, 3]]).max(axis=1, initial=0.0), 89.0)
    return np.asarray(metres / (_METRES_A_DEGREE * np.cos(np.radians(highest))) * 1.01)


def _in_metres(shapes: Shapes, one: Places, other: Places, snap: float) -> tuple[Shapes, Shapes]:
    """Return of each pair the border of the one and the area of the other, in metres; straight borders stay straight.

    They are true to scale where the two are nearest. Of each only what lies around the other is kept, for nothing
    else decides.
    """
    border = _around(shapely.boundary(shapes[one]), shapes[other], snap)
    area = _around(shapes[other], shapes[one], snap)
    middles = shapely.get_coordinates(shapely.get_point(shapely.shortest_line(shapes[one], shapes[other]), 0))
    for place, middle in enumerate(middles):
        scale = np.array([np.cos(np.radians(middle[1])), 1.0]) * _METRES_A_DEGREE
        border[place], area[place] = (
            shapely.transform(part, lambda points, origin=middle, unit=scale: (points - origin) * unit)
            for part in (border[place], area[place])
        )
    return border, area


def _around(parts: Shapes, others: Shapes, snap: float) -> Shapes:
    """Return what of parts lies within the bounds of others and somewhat more than `snap` metres around."""
    bounds = shapely.bounds(others)
    windows = bounds + np.array([-2, -2, 2, 2]) * _degrees(snap, bounds)[:, None]
    return np.array([shapely.clip_by_rect(part, *box) for part, box in zip(parts, windows, strict=True)], dtype=object)


def _same_edge(shapes: Shapes, one: Places, other: Places) -> NDArray[np.bool_]:
    """Tell which pairs have an edge in common, from vertex to vertex: most do, and this is quick to see."""
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    inside = (ring[1:] == ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    ends = np.concatenate([points[:-1][inside], points[1:][inside]], axis=1)
    back = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[back] = ends[back][:, [2, 3, 0, 1]]
    owner = of_part[of_ring[ring[1:][inside]]]
    order = np.lexsort((owner, *ends.T))
    ends, owner = ends[order], owner[order]
    found: set[tuple[int, int]] = set()
    # The same edge stands next to itself, but three units may claim it where some overlap.
    for step in (1, 2, 3):
        same = np.flatnonzero((ends[step:] == ends[:-step]).all(axis=1) & (owner[step:] != owner[:-step]))
        found.update(zip(owner[same].tolist(), owner[same + step].tolist(), strict=True))
    return np.array([pair in found for pair in zip(one.tolist(), other.tolist(), strict=True)], dtype=bool)


def _meet_along(left: Shapes, right: Shapes) -> NDArray[np.bool_]:
    """Tell which pairs meet in more than points: what they have in common is a line or an area."""
    relation = shapely.relate(left, right)
    # Places of the matrix of nine: inner with inner, inner with border, border with inner, border with border.
    return np.array([any(matrix[place] in "12" for place in (0, 1, 3, 4)) for matrix in relation], dtype=bool)
