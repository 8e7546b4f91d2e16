"""Coordinates that contradict the system they are said to be in, each kind with what it looks like instead."""

import re
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.database import query_crs_info
from pyproj.enums import PJType

from geo.crs.of_file import SystemOfFile
from geo.crs.systems import WGS84, Coordinates, crs_name, half_turn
from indicators.errors import Faults, Place, fault
from indicators.texts import both, listed

_ROUNDING = 1e-6
"""Coordinates may pass 180° or 90° by this share: files are rounded."""
_BESIDE = 5.0
"""Degrees that the middle of all units may lie beside a system's area of use: zones are used beyond their edges."""
_CHINA_SWAPPED = (18.0, 73.0, 54.0, 136.0)
"""China with latitude first. Where it meets the globe as it is, up to 90°, nobody lives but at weather stations."""
_ZONE = 1_000_000
"""Metres: the zone's number times this stands before a false easting of 500 km."""
_ZONES = {"3-degree Gauss-Kruger": range(25, 46), "Gauss-Kruger": range(13, 24)}
"""Numbers of the zones of 3° and of 6° that cover China; a number tells of which kind it is."""


def check_coordinates(
    geometry: Any, units: Any, system: SystemOfFile, place: Place, shown: str, faults: Faults, noun: str = "geo.unit"
) -> None:
    """Add what shows that coordinates are not in the system that is stated.

    In turn, the first that holds: degrees beyond ±180 and ±90, or latitude before longitude; degrees in a system of
    metres; a false easting that names another zone; units that together lie outside the system's area of use.

    Args:
        geometry: shapely geometries or None, (n,), as the file has them.
        units: the names of the geometries, (n,).
        system: the system that is stated.
        place: where the assessment names the file.
        shown: the file's name for messages.
        faults: the collector.
        noun: key of what the geometries are called.
    """
    bounds = shapely.bounds(geometry)
    drawn = np.isfinite(bounds).all(axis=1)
    if not drawn.any():
        return
    crs = system.crs
    said = {"file": shown, "crs": system.name, "noun": both(noun)}
    if crs.is_geographic:
        found = _not_degrees(geometry, units, bounds, crs)
    elif not (np.abs(bounds[drawn]) > _limits(180.0)).any():  # metres within 180 m of the origin are degrees
        x, y = shapely.get_coordinates(geometry[drawn])[0]
        found = "geo.looks_like_degrees", {"unit": units[drawn][0], "x": f"{x:.10g}", "y": f"{y:.10g}"}
    else:
        found = None
    if found is None:
        found = _beside(_middle(bounds[drawn]), crs)
    if found is not None:
        key, values = found
        faults.add(key, place, **said, **values)


def check_finite(
    geometry: Any, units: Any, system: SystemOfFile, place: Place, shown: str, noun: str = "geo.unit"
) -> None:
    """Refuse geometries that became infinite on their way to longitude and latitude.

    Raises:
        InputError: units whose coordinates the system cannot hold.
    """
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    lost = np.unique(owner[~np.isfinite(coordinates).all(axis=1)])
    if lost.size:
        said = {"file": shown, "crs": system.name, "count": len(lost), "noun": both(noun)}
        raise fault("geo.outside_crs", place, **said, units=listed(units[lost]))


def _limits(half: float) -> NDArray[np.float64]:
    return np.array([half, half / 2, half, half / 2]) * (1 + _ROUNDING)


def _not_degrees(geometry: Any, units: Any, bounds: Any, crs: CRS) -> tuple[str, dict[str, object]] | None:
    limits = _limits(half_turn(crs))
    drawn = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    wrong = np.flatnonzero((np.abs(bounds) > limits).any(axis=1))
    west, south, east, north = _CHINA_SWAPPED
    least, most = bounds[drawn].min(axis=0), bounds[drawn].max(axis=0)
    everywhere = west <= least[0] and south <= least[1] and most[2] <= east and most[3] <= north
    concerned = drawn if everywhere else wrong
    if not concerned.size:
        return None
    if not (np.abs(bounds[concerned][:, [1, 0, 3, 2]]) > limits).any():
        key, (x, y) = "geo.swapped", shapely.get_coordinates(geometry[concerned[0]])[0]
    else:
        coordinates = shapely.get_coordinates(geometry[concerned[0]])
        key, (x, y) = "geo.not_degrees", coordinates[(np.abs(coordinates) > limits[:2]).any(axis=1)][0]
    said = {"unit": units[concerned[0]], "count": len(concerned)}
    return key, {**said, "x": f"{x:.10g}", "y": f"{y:.10g}"}


def _middle(bounds: Coordinates) -> Coordinates:
    """Return the lower median of the middles, so that it is a coordinate of the file however few there are."""
    middles = np.sort((bounds[:, :2] + bounds[:, 2:]) / 2, axis=0)
    return np.asarray(middles[(len(middles) - 1) // 2])


def _beside(middle: Coordinates, crs: CRS) -> tuple[str, dict[str, object]] | None:
    """Tell what is wrong with the middle of all units, (2,) in the system; None where nothing is."""
    area = crs.area_of_use
    said: dict[str, object] = {"x": f"{middle[0]:.10g}", "y": f"{middle[1]:.10g}"}
    if area is None:
        return None
    other = other_zone(crs, float(middle[0]))
    if other is not None:
        return "geo.false_easting", {**said, "meant": crs_name(other), "zone": other.name}
    if _within(middle, crs):
        return None
    if _within(middle[::-1], crs):
        return "geo.swapped_metres", said
    longitude, latitude = _degrees(middle, crs)
    if not np.isfinite(longitude):  # which units the system cannot hold is told by `check_finite`
        return None
    where = f"{longitude:.1f}°, {latitude:.1f}°"
    within = f"{area.west:g}–{area.east:g}°, {area.south:g}–{area.north:g}°"
    return "geo.outside_area", {**said, "where": where, "area": within}


def _degrees(middle: Coordinates, crs: CRS) -> tuple[float, float]:
    x, y = Transformer.from_crs(crs, WGS84, always_xy=True).transform(middle[0], middle[1])
    return float(x), float(y)


def _within(middle: Coordinates, crs: CRS) -> bool:
    """Tell whether a place lies in the area of use of its system, or beside it by `_BESIDE` at most."""
    area = crs.area_of_use
    longitude, latitude = _degrees(middle, crs)
    if area is None:
        return True
    if not (np.isfinite(longitude) and area.south - _BESIDE <= latitude <= area.north + _BESIDE):
        return False
    width = (area.east - area.west) % 360 or 360.0  # an area may cross the date line
    return (longitude - area.west + _BESIDE) % 360 <= width + 2 * _BESIDE or width + 2 * _BESIDE >= 360


def other_zone(crs: CRS, x: float) -> CRS | None:
    """Return the Gauss-Krüger system of the same datum that an x belongs to where the stated one contradicts it.

    An x of 38,412,345 m stands in zone 38; the same place without the number is 412,345 m. Numbers from 13 to 23
    are zones of 6°, from 25 to 45 of 3°.

    Args:
        crs: the system that is stated.
        x: an x in metres.

    Returns:
        None where the x fits, the system is not of this family, or the datum has no such zone.

    >>> other_zone(CRS("EPSG:4547"), 38_412_345.0).to_epsg(), other_zone(CRS("EPSG:4526"), 412_345.0).to_epsg()
    (4526, 4547)
    >>> other_zone(CRS("EPSG:4526"), 39_412_345.0).to_epsg()  # the next zone
    4527
    >>> other_zone(CRS("EPSG:4526"), 38_412_345.0) is None, other_zone(CRS("EPSG:32650"), 38_412_345.0) is None
    (True, True)
    """
    code = crs.to_epsg()
    named = CRS.from_epsg(code).name if code is not None else crs.name
    parts = re.fullmatch(r"(.+) / ((?:3-degree )?Gauss-Kruger) (zone|CM) (\d+)E?", named)
    if parts is None or not np.isfinite(x):
        return None
    datum, kind, way, number = parts[1], parts[2], parts[3], int(parts[4])
    stated, found = (number if way == "zone" else 0), int(x // _ZONE)
    if found == stated:
        return None
    if found == 0:
        middle = number * 3 if kind.startswith("3") else number * 6 - 3
        return _of_name(f"{datum} / {kind} CM {middle}E")
    for each, zones in _ZONES.items():
        if found in zones:
            return _of_name(f"{datum} / {each} zone {found}")
    return None


def _of_name(name: str) -> CRS | None:
    known = query_crs_info(auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS])
    code = next((info.code for info in known if info.name == name), None)
    return None if code is None else CRS.from_epsg(int(code))
