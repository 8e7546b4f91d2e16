"""Coordinate reference systems: read from what a file or a user says, never guessed."""

import math
import re
import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.crs.shifted import shift_named
from indicators.errors import Place, fault

WGS84 = CRS("EPSG:4326")
"""Longitude and latitude in degrees: what every result of `geo` is in."""

EQUAL_AREA = CRS("EPSG:6933")
"""Cylindrical equal-area projection of the ellipsoid WGS 84 (EASE-Grid 2.0), in metres: for areas only."""

LONGEST_EDGE = 0.1
"""Degrees, about 11 km: edges are cut to this length before they are bent into a plane. An edge that is straight in
degrees then departs from one that is straight there by at most 5 m within 60° of the equator."""

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG): distances over its sphere differ from those over the ellipsoid by at most 0.6 %."""

Coordinates = NDArray[np.float64]


def parse_crs(stated: str, place: Place | None = None) -> CRS:
    """Return the horizontal coordinate reference system that a text names.

    Args:
        stated: such as `EPSG:4326`, an OGC URN or WKT; a height axis is dropped.
        place: where the text stands, for the message.

    Raises:
        InputError: nothing known, a system that gives no place on the earth's surface, or one of China's shifted
            systems, which only points and lines can follow (see `geo.crs.of_file`).

    >>> parse_crs("EPSG:32650").name, parse_crs("EPSG:4979").name
    ('WGS 84 / UTM zone 50N', 'WGS 84')
    """
    shift = shift_named(stated)
    if shift is not None:
        raise fault("geo.crs_shifted", place, found=shift)
    found = _known(stated.strip())
    if found is None:
        raise fault("geo.crs_unknown", place, found=stated, meant=_meant(stated))
    flat = horizontal(found)
    if flat is None:
        raise fault("geo.crs_not_horizontal", place, found=crs_name(found))
    return flat


def _known(stated: str) -> CRS | None:
    with warnings.catch_warnings():  # `+init=epsg:4326` is old but clear
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return CRS.from_string(stated)
        except CRSError:
            return None


def _meant(stated: str) -> str:
    digits = re.fullmatch(r"[^0-9]*([0-9]{4,6})[^0-9]*", stated)
    name = f"EPSG:{digits[1]}" if digits else ""
    return name if name and name != stated.strip().upper() and _known(name) is not None else ""


def horizontal(crs: CRS) -> CRS | None:
    """Return a system without its height axis; None where it gives no place on the earth's surface.

    >>> horizontal(CRS("EPSG:5773")) is None  # heights alone
    True
    >>> horizontal(CRS("IAU_2015:30100")) is None  # the moon
    True
    """
    flat = crs.to_2d()
    if not (flat.is_geographic or flat.is_projected):
        return None
    try:
        Transformer.from_crs(flat, WGS84)
    except ProjError:
        return None
    return flat


def same_crs(one: CRS, other: CRS) -> bool:
    """Tell whether two systems give the same coordinates, the order of the axes aside.

    Coordinates are x before y (longitude before latitude) in memory whatever a definition says.

    >>> same_crs(CRS("OGC:CRS84"), WGS84), same_crs(CRS("EPSG:4490"), WGS84)
    (True, False)
    """
    if one.equals(other, ignore_axis_order=True):
        return True
    code = one.to_epsg()
    return code is not None and code == other.to_epsg()


def crs_name(crs: CRS) -> str:
    """Return authority and code where a system has them, else its name.

    >>> crs_name(CRS("EPSG:4490"))
    'EPSG:4490'
    """
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def half_turn(crs: CRS) -> float:
    """Return 180° in the angular unit of a geographic system.

    >>> round(half_turn(WGS84), 9), round(half_turn(CRS("EPSG:4807")), 9)  # degrees, grads
    (180.0, 200.0)
    """
    return math.pi / crs.axis_info[0].unit_conversion_factor


def reproject(geometry: gpd.GeoSeries, target: CRS) -> gpd.GeoSeries:
    """Return geometries in another system; vertices only, so a straight border stays straight there.

    A geometry that the target cannot hold gets coordinates that are not finite.
    """
    return geometry if same_crs(geometry.crs, target) else geometry.to_crs(target)


def areas_km2(frame: gpd.GeoDataFrame) -> pd.Series:
    """Return the area of each geometry in km², measured in `EQUAL_AREA`; 0 for points.

    Edges are straight in degrees, as maps draw them: they are cut to `LONGEST_EDGE` before they are bent.

    Args:
        frame: geometries in any system.

    >>> from shapely import box
    >>> equator = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=WGS84)
    >>> round(areas_km2(equator).iloc[0])  # one degree by one degree at the equator
    12308
    """
    areas: Any = reproject(frame.geometry, WGS84).segmentize(LONGEST_EDGE).to_crs(EQUAL_AREA).area
    return pd.Series(np.asarray(areas) / 1e6, index=frame.index, name="area_km2")


def local_equal_area(geometry: gpd.GeoSeries) -> CRS:
    """Return the azimuthal equal-area projection, in metres, centred on the geometries.

    Args:
        geometry: in longitude and latitude; none of it may be empty.

    >>> from shapely import Point
    >>> made = local_equal_area(gpd.GeoSeries([Point(179, 0), Point(-179, 0)], crs=WGS84))
    >>> [parameter.value for parameter in made.coordinate_operation.params[:2]]  # across the date line
    [0.0, 180.0]
    """
    bounds = geometry.bounds.to_numpy()
    corners = on_sphere(np.concatenate([bounds[:, :2], bounds[:, 2:]]))
    x, y, z = corners.mean(axis=0)
    longitude, latitude = np.degrees([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))]).round(2)
    return CRS(f"+proj=laea +lat_0={latitude + 0.0} +lon_0={abs(longitude) if longitude == -180 else longitude}")


def centres(geometry: gpd.GeoSeries) -> Coordinates:
    """Return longitude and latitude of the centre of each geometry, (n, 2) in degrees.

    The centre of a polygon is its centroid in `local_equal_area`, so that every km² counts the same, which a square
    degree does not; it may lie outside a bent polygon. That of a point is the point.

    Args:
        geometry: valid, none of it empty, in any system.

    >>> from shapely import box
    >>> centres(gpd.GeoSeries([box(0, 60, 2, 80)], crs=WGS84)).round(1).tolist()  # the south is wider
    [[1.0, 68.4]]
    """
    if not len(geometry):
        return np.empty((0, 2))
    degrees = reproject(geometry, WGS84)
    local = local_equal_area(degrees)
    middle = gpd.GeoSeries(degrees.to_crs(local).centroid, crs=local).to_crs(WGS84)
    here = np.column_stack([middle.x, middle.y])
    points = (degrees.geom_type == "Point").to_numpy()
    here[points] = np.column_stack([degrees[points].x, degrees[points].y])
    return here


def on_sphere(degrees: Coordinates) -> Coordinates:
    """Return places as points on the sphere of radius 1, (n, 3): straight distances there order as those over ground.

    Args:
        degrees: (n, 2), longitude and latitude.

    >>> on_sphere(np.array([[90.0, 0.0]])).round(9).tolist()
    [[0.0, 1.0, 0.0]]
    """
    longitude, latitude = np.radians(degrees).T
    flat = np.cos(latitude)
    return np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


def great_circle_km(one: Coordinates, other: Coordinates) -> Coordinates:
    """Return distances over the sphere in km, the same in both directions to the last digit.

    2 R asin √(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2)), R = `EARTH_RADIUS_KM`.

    Args:
        one, other: (n, 2) each, longitude and latitude in degrees.

    Source: Sinnott 1984, Sky and Telescope 68(2):159.

    >>> pole, equator = np.array([[0.0, 90.0]]), np.array([[120.0, 0.0]])
    >>> great_circle_km(pole, equator).round(3).tolist()  # a quarter of the circumference
    [10007.557]
    """
    a, b = np.radians(one), np.radians(other)
    half = np.sin((a - b) / 2) ** 2
    root = np.sqrt(np.minimum(half[:, 1] + np.cos(a[:, 1]) * np.cos(b[:, 1]) * half[:, 0], 1.0))
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(root))


def chord(km: float) -> float:
    """Return the straight distance on the sphere of radius 1 that belongs to a distance over ground.

    >>> round(chord(10007.557), 6), chord(1e9)  # no place is farther than the other side
    (1.414214, 2.0)
    """
    return float(2 * math.sin(min(km / EARTH_RADIUS_KM, math.pi) / 2))
