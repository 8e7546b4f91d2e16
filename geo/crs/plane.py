"""Lengths over the ground, and the equal-area plane around a place in which distances are compared."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Proj

from geo.crs.systems import LONGEST_EDGE, Coordinates

GEOD = Geod(ellps="WGS84")
"""The ellipsoid over which lengths and distances are measured."""

ROW_KM = 110.5
"""Least km of a degree of latitude over the ellipsoid, rounded down."""


class Plane:
    """Lambert's azimuthal equal-area projection of the ellipsoid, centred on a place.

    Areas are exact everywhere. Lengths c away from the centre (an angle) are wrong by at most a factor of cos(c/2):
    0.03 % at 300 km, 0.3 % at 1000 km.

    Args:
        centre: longitude and latitude, degrees.

    Source: Snyder 1987, Map Projections – A Working Manual, USGS Professional Paper 1395, pp. 187–190.

    >>> there = Plane((179.9, 0.0)).forward(shapely.points([[-179.9, 0.0]]))  # across the date line
    >>> round(shapely.get_x(there)[0])
    22264
    """

    def __init__(self, centre: tuple[float, float]) -> None:
        longitude, latitude = centre
        self._proj = Proj(f"+proj=laea +lat_0={latitude:.6f} +lon_0={longitude:.6f} +ellps=WGS84")

    def forward(self, shapes: Any) -> Any:
        """Return geometries, given in degrees, in metres from the centre."""
        return shapely.transform(shapes, lambda xy: np.column_stack(self._proj(xy[:, 0], xy[:, 1])))

    def back(self, metres: Coordinates) -> Coordinates:
        """Return places in the plane, (n, 2), as longitude and latitude in degrees."""
        return np.column_stack(self._proj(metres[:, 0], metres[:, 1], inverse=True))


def cut(shapes: Any) -> Any:
    """Return geometries whose edges are at most `LONGEST_EDGE` long.

    >>> int(shapely.get_num_coordinates(cut(shapely.from_wkt("LINESTRING (0 0, 0.25 0)"))))
    4
    """
    return shapely.segmentize(shapes, LONGEST_EDGE)


def lengths_km(shapes: Any) -> NDArray[np.float64]:
    """Return the length of lines over the ellipsoid in km: of each edge the geodesic between its ends.

    Args:
        shapes: array of geometries in longitude and latitude; of collections the lines count, of all else nothing.

    Source: Karney 2013, Journal of Geodesy 87(1), pp. 43–55.

    >>> lengths_km(shapely.from_wkt(["LINESTRING (0 0, 1 0)", "POINT (0 0)"])).round(3).tolist()
    [111.319, 0.0]
    """
    held = np.asarray(shapes, dtype=object)
    owner = np.arange(len(held))
    for _ in range(2):  # a collection may hold lines of several parts
        held, part = shapely.get_parts(held, return_index=True)
        owner = owner[part]
    lines = np.isin(shapely.get_type_id(held), (1, 2))
    places, line = shapely.get_coordinates(held[lines], return_index=True)
    along = line[1:] == line[:-1]
    one, other = places[:-1][along], places[1:][along]
    metres = GEOD.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2] if len(one) else np.empty(0)
    return np.bincount(owner[lines][line[1:][along]], weights=np.asarray(metres), minlength=len(shapes)) / 1000


def distances_km(one: Coordinates, other: Coordinates) -> NDArray[np.float64]:
    """Return distances over the ellipsoid in km.

    Args:
        one, other: (n, 2) each, longitude and latitude in degrees.

    >>> distances_km(np.array([[0.0, 0.0]]), np.array([[0.0, 90.0]])).round(3).tolist()  # a quarter meridian
    [10001.966]
    """
    return np.asarray(GEOD.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2]) / 1000


def reach(bounds: NDArray[np.float64], km: float) -> NDArray[Any]:
    """Return boxes in degrees that hold every place within a distance of a box, whole turns apart.

    Args:
        bounds: west, south, east, north in degrees.
        km: the distance.

    >>> there = reach(np.array([179.5, 0, 180, 0.5]), 110)  # the other side of the date line as well
    >>> shapely.bounds(there).round(1).tolist()
    [[178.5, -1.0, 181.0, 1.5], [-181.5, -1.0, -179.0, 1.5]]
    """
    west, south, east, north = bounds
    up = km / ROW_KM
    least = np.cos(np.radians(min(max(abs(south), abs(north)) + up, 90.0)))
    # the cosine alone is too little near the poles, where the farthest place lies nearer the pole
    turn = up / least if least > 0.02 else 360.0
    here = [west - turn, south - up, east + turn, north + up]
    if here[2] - here[0] >= 360:
        return np.array([shapely.box(-360, here[1], 360, here[3])])
    shifts = [0.0, *([360.0] if here[0] < -180 else []), *([-360.0] if here[2] > 180 else [])]
    return np.array([shapely.box(here[0] + s, here[1], here[2] + s, here[3]) for s in shifts])
