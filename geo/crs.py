"""Coordinate reference systems: read from what a file or a user says, never guessed."""

import math
import re
import warnings
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from indicators.errors import Place, fault

WGS84 = CRS("EPSG:4326")
"""Longitude and latitude in degrees: what every result of `geo` is in."""

EQUAL_AREA = CRS("EPSG:6933")
"""Cylindrical equal-area projection of the ellipsoid WGS 84 (EASE-Grid 2.0), in metres: for areas only."""


def parse_crs(stated: str, place: Place | None = None) -> CRS:
    """Return the horizontal coordinate reference system that a text names.

    Args:
        stated: such as `EPSG:4326`, an OGC URN or WKT; a height axis is dropped.
        place: where the text stands, for the message.

    Raises:
        InputError: nothing known, or a system that gives no place on the earth's surface.

    >>> parse_crs("EPSG:32650").name, parse_crs("EPSG:4979").name
    ('WGS 84 / UTM zone 50N', 'WGS 84')
    """
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

    Args:
        frame: geometries in any system.

    >>> from shapely import box
    >>> equator = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=WGS84)
    >>> round(areas_km2(equator).iloc[0])  # one degree by one degree at the equator
    12308
    """
    areas: Any = frame.geometry.to_crs(EQUAL_AREA).area
    return pd.Series(np.asarray(areas) / 1e6, index=frame.index, name="area_km2")
