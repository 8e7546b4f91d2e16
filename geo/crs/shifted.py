"""Shifted coordinates of China: GCJ-02 and BD-09 to and from WGS 84, as arrays of degrees.

Maps published in China draw every place some hundred metres beside where it lies: GCJ-02 (the surveying authority's,
used by Amap and Tencent) and BD-09 (Baidu's, made of GCJ-02). Neither is a coordinate reference system that a
projection library knows: the shift differs from place to place and turns back on itself only by iteration. The
formulas were never published by their makers; those here are the ones that circulate, with the constants of
https://github.com/googollee/eviltransform and https://github.com/wandergis/coordtransform.
"""

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]
Shift = Literal["GCJ-02", "BD-09"]

RECTANGLE = (72.004, 0.8293, 137.8347, 55.8271)
"""Longitude and latitude, least and most, in degrees, within which coordinates are shifted; nothing is outside.

The formulas come with this rectangle. It is wider than China, so it shifts places in neighbouring countries, too,
where maps of Chinese make do not shift them all; nothing says how the makers draw the line."""

_SEMI_MAJOR, _ECCENTRICITY_2 = 6378245.0, 0.00669342162296594323
"""Of the ellipsoid of Krassowsky, in metres."""
_BAIDU = np.pi * 3000.0 / 180.0
_STEPS = 6
"""Steps back; always as many, so that a place does not depend on those it is converted with."""
_AT_ONCE = 16384
"""Places converted at once: what the processor keeps at hand."""


def shift_named(stated: str) -> Shift | None:
    """Return the shifted system that a text names, None where it names none.

    >>> shift_named("GCJ-02"), shift_named(" gcj02 "), shift_named("BD09"), shift_named("EPSG:4326")
    ('GCJ-02', 'GCJ-02', 'BD-09', None)
    """
    plain = re.sub(r"[\s_-]", "", stated).upper()
    if plain == "GCJ02":
        return "GCJ-02"
    return "BD-09" if plain in ("BD09", "BD09LL") else None


def in_rectangle(degrees: Coordinates) -> NDArray[np.bool_]:
    """Tell which places lie in `RECTANGLE`.

    Args:
        degrees: (n, 2), longitude and latitude.

    >>> in_rectangle(np.array([[116.4, 39.9], [2.3, 48.9], [np.nan, 30.0]])).tolist()
    [True, False, False]
    """
    west, south, east, north = RECTANGLE
    x, y = degrees[:, 0], degrees[:, 1]
    return np.asarray((x >= west) & (x <= east) & (y >= south) & (y <= north))


def shifted(degrees: Coordinates, to: Shift) -> Coordinates:
    """Return places in WGS 84 as a shifted system draws them.

    Args:
        degrees: (n, 2), longitude and latitude in WGS 84; outside `RECTANGLE` nothing moves.
        to: the system.

    Source: eviltransform, go/transform.go (2015); for BD-09 coordtransform, index.js (2015).

    >>> shifted(np.array([[116.404, 39.915], [2.3, 48.9]]), "GCJ-02").round(8).tolist()
    [[116.4102445, 39.91640428], [2.3, 48.9]]
    """
    given = np.asarray(degrees, dtype=float)
    out = given.copy()
    inside = in_rectangle(given)
    moved = _to_gcj02(given[inside])
    out[inside] = moved if to == "GCJ-02" else _to_bd09(moved)
    return out


def unshifted(degrees: Coordinates, of: Shift) -> Coordinates:
    """Return places of a shifted system in WGS 84, by fixed-point iteration to 1e-12 degrees.

    w ← w − (shifted(w) − g), six times from w = g. The shift changes by about a hundredth of the way one goes, so each
    step gains two digits. Coordinates that are not finite stay as they are.

    Args:
        degrees: (n, 2), longitude and latitude in the shifted system; outside `RECTANGLE` nothing moves, and within
            1 km of its edge, far from China, there is no way back that holds for both sides.
        of: the system.

    Source: the iteration as in eviltransform's `gcj2wgs_exact`, with steps by the difference instead of halves.

    >>> there = shifted(np.array([[121.4737, 31.2304]]), "BD-09")
    >>> unshifted(there, "BD-09").round(9).tolist()
    [[121.4737, 31.2304]]
    >>> unshifted(np.empty((0, 2)), "GCJ-02").shape
    (0, 2)
    """
    given = np.asarray(degrees, dtype=float)
    out = given.copy()
    inside = in_rectangle(given)
    wanted = given[inside]
    if of == "BD-09":
        wanted = _back(wanted, _to_bd09)
    out[inside] = _back(wanted, _to_gcj02)
    return out


def _back(wanted: Coordinates, forward: Callable[[Coordinates], Coordinates]) -> Coordinates:
    found = wanted.copy()
    for start in range(0, len(wanted), _AT_ONCE):
        here = slice(start, start + _AT_ONCE)
        for _ in range(_STEPS):
            found[here] -= forward(found[here]) - wanted[here]
    return found


def _to_gcj02(degrees: Coordinates) -> Coordinates:
    x, y = (degrees - np.array([105.0, 35.0])).T
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (ripple + _waves(x, 20.0, 40.0, 150.0, 300.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (ripple + _waves(y, 20.0, 40.0, 160.0, 320.0))
    latitude = np.radians(degrees[:, 1])
    curved = 1.0 - _ECCENTRICITY_2 * np.sin(latitude) ** 2
    meridian = _SEMI_MAJOR * (1.0 - _ECCENTRICITY_2) / (curved * np.sqrt(curved))
    parallel = _SEMI_MAJOR / np.sqrt(curved) * np.cos(latitude)
    return np.asarray(degrees + np.degrees(np.column_stack([east / parallel, north / meridian])))


def _waves(z: Coordinates, a: float, b: float, c: float, d: float) -> Coordinates:
    """Return the sum of four sines of periods 2, 6, 24 and 60 degrees."""
    turn = np.pi * z
    return np.asarray(a * np.sin(turn) + b * np.sin(turn / 3.0) + c * np.sin(turn / 12.0) + d * np.sin(turn / 30.0))


def _to_bd09(degrees: Coordinates) -> Coordinates:
    x, y = degrees.T
    radius = np.hypot(x, y) + 0.00002 * np.sin(_BAIDU * y)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(_BAIDU * x)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])
