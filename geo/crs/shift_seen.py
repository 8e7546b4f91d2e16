"""Whether places lie beside reference points as a shifted system of China draws them."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from geo.crs.shifted import Coordinates, Shift, in_rectangle, shifted
from geo.crs.systems import EARTH_RADIUS_KM

LEAST = 5
"""Fewest places in the rectangle of the shifted systems that anything is said of."""
_APART = 3.0
"""Standard errors between the share of the shift that is found and one half."""
_OFF = 0.25
"""How far the shares along and across the shift may lie from one and from nought."""
_MEDIAN = np.sqrt(np.pi / 2)
"""Standard error of the median of normal values by that of their mean."""
_SIGMA = 1.4826
"""Standard deviation of normal values by their median absolute deviation."""


@dataclass(frozen=True)
class Displacement:
    """A displacement that a shifted system explains."""

    shift: Shift
    """The system."""
    shifted: bool
    """Whether the places are shifted against the reference points; False where they are as if shifted back twice."""
    count: int
    """Number of places compared."""
    share: float
    """Share of the shift that is found: near 1, or near -1 where shifted back twice."""
    error: float
    """Its standard error."""
    median_m: float
    """Median distance of the places from the reference points, in metres."""
    rest_m: float
    """The same with the shift taken away."""


def displacement(places: Coordinates, references: Coordinates) -> Displacement | None:
    """Return the shift that explains how places lie beside reference points, None where none does.

    d is the way from reference to place in metres east and north, g that by which the system shifts the reference.
    The share is the median of d·g/|g|², across it stands d×g/|g|², and their standard error is
    √(π/2) 1.4826 MAD/√n. A system is named where the share is at least three standard errors nearer to ±1 than to 0,
    both shares are within 0.25 of what the system gives, and the median distance is shorter without the shift. Medians
    hold where some reference points are wrong. Points of another meaning, such as the seat of a city's government
    beside the centre of its area, scatter by tens of kilometres; the error then hides a shift of 500 m, and
    nothing is said.

    Args:
        places: (n, 2), longitude and latitude as read; a row with NaN is left out.
        references: (n, 2), longitude and latitude in WGS 84 of the same places.

    >>> rng = np.random.default_rng(1)
    >>> here = np.column_stack([rng.uniform(105, 120, 30), rng.uniform(25, 40, 30)])
    >>> found = displacement(shifted(here, "GCJ-02"), here)
    >>> found.shift, found.count, round(found.share, 6), round(found.rest_m, 6)
    ('GCJ-02', 30, 1.0, 0.0)
    >>> displacement(here, here) is None, displacement(shifted(here, "GCJ-02")[:4], here[:4]) is None
    (True, True)
    """
    usable = np.isfinite(places).all(axis=1) & in_rectangle(references)
    places, references = places[usable], references[usable]
    if len(places) < LEAST:
        return None
    way = metres(references, places)
    candidates = [_fit(way, metres(references, shifted(references, system)), system) for system in get_args(Shift)]
    good = [found for found in candidates if found is not None]
    return min(good, key=lambda found: found.rest_m, default=None)


def metres(start: Coordinates, end: Coordinates) -> Coordinates:
    """Return the way from places to places near them in metres east and north, (n, 2).

    >>> metres(np.array([[100.0, 60.0]]), np.array([[100.001, 60.001]])).round(1).tolist()
    [[55.6, 111.2]]
    """
    degree = np.radians(1) * EARTH_RADIUS_KM * 1000
    way = (end - start) * degree
    way[:, 0] *= np.cos(np.radians((start[:, 1] + end[:, 1]) / 2))
    return np.asarray(way)


def _fit(way: Coordinates, shift: Coordinates, system: Shift) -> Displacement | None:
    size = (shift**2).sum(axis=1)
    along, along_error = _median((way * shift).sum(axis=1) / size)
    across, across_error = _median((way[:, 0] * shift[:, 1] - way[:, 1] * shift[:, 0]) / size)
    sign = 1.0 if along > 0 else -1.0
    error = max(along_error, across_error)
    near = abs(along - sign) <= _OFF and abs(across) <= _OFF
    if not near or abs(along) - 0.5 < _APART * error:
        return None
    before, after = (float(np.median(np.hypot(*d.T))) for d in (way, way - sign * shift))
    if after >= before:
        return None
    return Displacement(system, sign > 0, len(way), along, error, before, after)


def _median(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the median and its standard error, of normal values with outliers among them."""
    middle = float(np.median(values))
    spread = _SIGMA * float(np.median(np.abs(values - middle)))
    return middle, float(_MEDIAN * spread / np.sqrt(len(values)))
