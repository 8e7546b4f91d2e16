"""Boundaries: where the units lie, checked against the roster, in longitude and latitude."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geo.crs import WGS84, crs_name, half_turn, horizontal, parse_crs, reproject, same_crs
from geo.files import Features, listed, read_features
from indicators.codes import normalise_codes
from indicators.errors import Faults, Place, fault

_ROUNDING = 1e-6
"""Coordinates may pass 180° or 90° by this share: files are rounded."""


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Where the units of a roster lie."""

    frame: gpd.GeoDataFrame
    """`unit, geometry` in EPSG:4326, sorted by unit: polygons, multipolygons and points, all valid."""
    off_map: tuple[str, ...]
    """Units of the roster without a place, sorted: not in the file, or nothing drawn for them."""
    repaired: tuple[dict[str, str], ...]
    """`{unit, reason}` of each invalid geometry that was repaired; the reason in the words of GEOS."""
    ignored: int
    """How many codes of the file stand outside the roster."""
    crs: str
    """The coordinate reference system of the file."""


def read_boundaries(
    path: Path,
    unit: str,
    codes: Sequence[str],
    *,
    crs: str | None = None,
    place: Place | None = None,
    shown: str = "",
) -> Boundaries:
    """Read the boundaries of a roster's units from GeoJSON, GeoPackage, Shapefile or GeoParquet.

    Invalid polygons are repaired (rings rebuilt by area, parts without area dropped) and reported. A third
    coordinate is dropped. Features of other units are counted and ignored, whatever is wrong with them.

    Args:
        path: the file.
        unit: the column that holds the codes.
        codes: the roster's codes, by the rule of `indicators.codes.normalise_code`.
        crs: the file's coordinate reference system, where it states none, or to confirm it.
        place: where the assessment names the file.
        shown: the file's name for messages; the path when empty.

    Raises:
        InputError: the file cannot be read or lacks the column; its coordinate reference system is missing,
            unknown or not the one stated; coordinates outside it; a unit drawn twice, or as a line; none of
            the roster's units.
    """
    shown = shown or str(path)
    place = place or Place(file=shown)
    features = read_features(path, unit, place, shown)
    faults = Faults()
    system: CRS | None = None
    with faults.collecting():
        system = _system(features, crs, place, shown)
    found = normalise_codes(features.codes).to_numpy(dtype=object)
    mine = np.isin(found, np.array(list(codes), dtype=object))
    with faults.collecting():
        _check_codes(found, mine, codes, unit, place, shown)
    units, geometry = found[mine], features.geometry[mine]
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused later
        geometry, repaired = _parsed(geometry, units, place, shown, faults)
    repaired |= _reduced(geometry, units, place, shown, faults)
    if system is not None:
        _check_coordinates(geometry, units, system, place, shown, faults)
    faults.raise_if_any()
    assert system is not None  # without one a fault was raised
    flat = gpd.GeoSeries(shapely.force_2d(geometry), crs=system)
    geometry = np.array(reproject(flat, WGS84), dtype=object)
    _check_finite(geometry, units, system, place, shown)
    repaired |= _repair(geometry, units)
    frame = gpd.GeoDataFrame({"unit": pd.Series(units, dtype="str")}, geometry=geometry, crs=WGS84)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].sort_values("unit", ignore_index=True)
    drawn = set(frame["unit"])
    return Boundaries(
        frame=frame,
        off_map=tuple(sorted(set(codes) - drawn)),
        repaired=tuple({"unit": code, "reason": repaired[code]} for code in sorted(set(repaired) & drawn)),
        ignored=len(set(found[~mine]) - {""}),
        crs=crs_name(system),
    )


def _system(features: Features, stated: str | None, place: Place, shown: str) -> CRS:
    told = None if stated is None else parse_crs(stated, place)
    if features.crs is None:
        if told is None:
            raise fault("geo.crs_missing", place, file=shown)
        return told
    own = horizontal(features.crs)
    if own is None:
        raise fault("geo.crs_not_horizontal", place, found=crs_name(features.crs))
    if told is not None and not same_crs(told, own):
        raise fault("geo.crs_differs", place, file=shown, found=crs_name(own), stated=crs_name(told))
    return own


def _check_codes(found: Any, mine: Any, codes: Sequence[str], unit: str, place: Place, shown: str) -> None:
    if not mine.any():
        there = listed(dict.fromkeys(code for code in found if code), 3)
        key = "geo.none_in_roster" if there else "geo.no_codes"
        raise fault(key, place, file=shown, column=unit, found=there, roster=listed(codes, 3))
    names, counts = np.unique(found[mine].astype(str), return_counts=True)
    twice = [f"{name} (×{count})" for name, count in zip(names, counts, strict=True) if count > 1]
    if twice:
        raise fault("geo.duplicate_units", place, file=shown, count=len(twice), units=listed(twice))


def _parsed(geometry: Any, units: Any, place: Place, shown: str, faults: Faults) -> tuple[Any, dict[str, str]]:
    """Return geometry objects from WKB, and why it had to be mended for that, where it had to be."""
    parsed = shapely.from_wkb(geometry, on_invalid="ignore")
    given = np.array([raw is not None for raw in geometry], dtype=bool)
    reasons: dict[str, str] = {}
    lost = []
    for i in np.flatnonzero(given & shapely.is_missing(parsed)):
        try:
            shapely.from_wkb(geometry[i])
        except shapely.errors.GEOSException as error:
            reasons[units[i]] = str(error).strip()
        parsed[i] = shapely.from_wkb(geometry[i], on_invalid="fix")
        if parsed[i] is None:
            lost.append(units[i])
    if lost:
        faults.add("geo.geometry_unreadable", place, file=shown, count=len(lost), units=listed(lost))
    return parsed, reasons


def _reduced(geometry: Any, units: Any, place: Place, shown: str, faults: Faults) -> dict[str, str]:
    """Reduce geometry, in place, to points and polygons; return the units cut to their polygons."""
    reasons: dict[str, str] = {}
    for i, shape in enumerate(geometry):
        if shape is None or shape.is_empty or shape.geom_type in ("Point", "Polygon", "MultiPolygon"):
            continue
        if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
            geometry[i] = shape.geoms[0]
        elif shape.geom_type == "GeometryCollection" and not (area := polygonal(shape)).is_empty:
            geometry[i] = area
            reasons[units[i]] = shape.geom_type
        else:
            faults.add("geo.wrong_kind", place, file=shown, unit=units[i], found=shape.geom_type)
    return reasons


def _check_coordinates(geometry: Any, units: Any, crs: CRS, place: Place, shown: str, faults: Faults) -> None:
    bounds = shapely.bounds(geometry)
    drawn = ~np.isnan(bounds).any(axis=1)
    if not drawn.any():
        return
    half = half_turn(crs) if crs.is_geographic else 180.0
    limits = np.array([half, half / 2, half, half / 2]) * (1 + _ROUNDING)
    beyond = np.abs(bounds) > limits
    if crs.is_geographic:
        wrong = np.flatnonzero(beyond.any(axis=1))
        if wrong.size:
            x, y = _first_beyond(geometry[wrong[0]], limits[:2])
            values = {"file": shown, "crs": crs_name(crs), "unit": units[wrong[0]], "count": len(wrong)}
            faults.add("geo.not_degrees", place, **values, x=f"{x:.10g}", y=f"{y:.10g}")
    elif not beyond[drawn].any():  # metres that all lie within 180 m of the origin are degrees
        x, y = shapely.get_coordinates(geometry[drawn])[0]
        values = {"file": shown, "crs": crs_name(crs), "unit": units[drawn][0]}
        faults.add("geo.looks_like_degrees", place, **values, x=f"{x:.10g}", y=f"{y:.10g}")


def _first_beyond(shape: Any, limits: Any) -> tuple[float, float]:
    coordinates = shapely.get_coordinates(shape)
    x, y = coordinates[(np.abs(coordinates) > limits).any(axis=1)][0]
    return float(x), float(y)


def _check_finite(geometry: Any, units: Any, crs: CRS, place: Place, shown: str) -> None:
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    lost = np.unique(owner[~np.isfinite(coordinates).all(axis=1)])
    if lost.size:
        values = {"file": shown, "crs": crs_name(crs), "count": len(lost)}
        raise fault("geo.outside_crs", place, **values, units=listed(units[lost]))


def _repair(geometry: Any, units: Any) -> dict[str, str]:
    """Make geometry valid, in place, and return the reason for each unit that was not."""
    reasons: dict[str, str] = {}
    for i in np.flatnonzero(~(shapely.is_valid(geometry) | shapely.is_missing(geometry))):
        reasons[units[i]] = str(shapely.is_valid_reason(geometry[i]))
        geometry[i] = polygonal(shapely.make_valid(geometry[i], method="structure", keep_collapsed=False))
    return reasons


def polygonal(shape: Any) -> Any:
    """Return the part of a geometry that has an area, a polygon or multipolygon.

    >>> polygonal(shapely.from_wkt("GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), POINT (5 5))"))
    <POLYGON ((0 0, 1 0, 1 1, 0 0))>
    """
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in getattr(shape, "geoms", ()) if part.geom_type in ("Polygon", "MultiPolygon")]
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)
