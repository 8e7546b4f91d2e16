"""Which shapes border on each other: in a point, or along a line."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs.systems import EARTH_RADIUS_KM
from geo.neighbours.ground import Places

_METRES_A_DEGREE = np.pi / 180 * EARTH_RADIUS_KM * 1000
_EDGE = 10
"""More border than this many times the snap distance is an edge, and no corner."""

Shapes = NDArray[Any]


def meeting(shapes: Shapes, snap: float) -> tuple[Places, Places]:
    """Return every pair of shapes that come within `snap` metres of each other, once, in order.

    Args:
        shapes: (n,), polygons in longitude and latitude.
        snap: metres.
    """
    one, other, meets = touching(shapes, snap)
    apart = np.flatnonzero(~meets)
    if len(apart):
        border, area = _in_metres(shapes, one[apart], other[apart], snap)
        meets[apart] = shapely.dwithin(border, area, snap)
    return one[meets], other[meets]


def sharing(shapes: Shapes, snap: float) -> tuple[Places, Places]:
    """Return every pair of shapes that share a stretch of border, once, in order; see `Rook`.

    Args:
        shapes: (n,), polygons in longitude and latitude.
        snap: metres.
    """
    one, other, meets = touching(shapes, snap)
    along = _same_edge(shapes, one, other)
    if snap == 0:
        open_ = np.flatnonzero(meets & ~along)
        if len(open_):
            along[open_] = _meet_along(shapes[one[open_]], shapes[other[open_]])
        return one[along], other[along]
    for here, there in ((one, other), (other, one)):  # a unit inside another one has all the border
        open_ = np.flatnonzero(~along)
        if len(open_):
            border, area = _in_metres(shapes, here[open_], there[open_], snap)
            beside = shapely.intersection(border, shapely.buffer(area, snap))
            along[open_] = shapely.length(beside) > _EDGE * snap
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
