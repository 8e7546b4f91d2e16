"""Links of everybody with everybody: made some rows at a time, so that little more is held than what is kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from geo.neighbours.ground import Array, Ground, Places

if TYPE_CHECKING:
    from scipy import sparse

_CELLS = 2**20
"""Strengths that are worked out at a time."""

Strengths = Callable[[Places], Array]
"""Of (m,) positions among n units the strengths to all of them, (m, n)."""


def all_pairs(
    ground: Ground, there: Places, strengths: Strengths, strongest: int | None = None
) -> "sparse.csr_array":  # fmt: skip
    """Return the links of every unit with every other: 12 bytes for each that is kept.

    Args:
        ground: the units.
        there: (n,) positions of those that have links, sorted.
        strengths: of positions among `there`, 0 or more; what it says of a unit with itself does not matter.
        strongest: how many links of each unit are kept, of equal ones those to the smaller codes; absent: all.

    >>> all_pairs(Ground.of(["a", "b", "c"]), np.array([0, 2]), lambda rows: np.full((len(rows), 2), 4.0)).toarray()
    array([[0., 0., 4.],
           [0., 0., 0.],
           [4., 0., 0.]])
    """
    from scipy import sparse

    n = len(there)
    each = n - 1 if strongest is None else min(strongest, n - 1)
    data, columns = np.empty(n * each), np.empty(n * each, dtype=np.int32)
    counts = np.zeros(len(ground.codes) + 1, dtype=np.int64)
    filled, step = 0, max(_CELLS // n, 1)
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        strength = strengths(rows)
        strength[rows - start, rows] = 0.0
        kept = strength > 0
        if each < n - 1:
            kept &= _strongest(strength, each)
        found = np.count_nonzero(kept, axis=1)
        end = filled + int(found.sum())
        data[filled:end] = strength[kept]
        columns[filled:end] = there[np.nonzero(kept)[1]]
        counts[there[rows] + 1] = found
        filled = end
    at = np.cumsum(counts)
    indptr = at.astype(np.int32) if filled <= np.iinfo(np.int32).max else at
    return sparse.csr_array((data[:filled], columns[:filled], indptr), shape=(len(ground.codes), len(ground.codes)))


def _strongest(strength: Array, count: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Return which are the strongest of each row, of equal ones the first.

    >>> _strongest(np.array([[1.0, 3.0, 1.0, 2.0, 1.0]]), 3).tolist()
    [[True, True, False, True, False]]
    """
    weakest = np.partition(strength, -count, axis=1)[:, [-count]]
    above, tied = strength > weakest, strength == weakest
    room = count - np.count_nonzero(above, axis=1)
    return np.asarray(above | (tied & (np.cumsum(tied, axis=1) <= room[:, None])))


def km_between(ground: Ground, one: Places, other: Places) -> Array:
    """Return the distances over the sphere of some units to others, from centre to centre.

    Args:
        ground: the units.
        one: (m,) positions among the codes.
        other: (n,) positions among the codes.

    Returns:
        (m, n) in km, NaN where a unit has no place.

    >>> import geopandas as gpd
    >>> at = gpd.points_from_xy([100, 101, 110], [0, 0, 0])
    >>> ground = Ground.of("abcd", gpd.GeoDataFrame({"unit": list("abc")}, geometry=at, crs="EPSG:4326"))
    >>> km_between(ground, np.array([0]), np.array([0, 1, 3])).round(1).tolist()  # a degree of the equator
    [[0.0, 111.2, nan]]
    """
    from geo.crs.systems import great_circle_km

    here, there = np.repeat(one, len(other)), np.tile(other, len(one))
    return great_circle_km(ground.centres[here], ground.centres[there]).reshape(len(one), len(other))
