"""In which system the coordinates of a vector file are: what the file says, what the assessment says, and shifts."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo.crs.shifted import Shift, shift_named, unshifted
from geo.crs.systems import WGS84, crs_name, horizontal, parse_crs, reproject, same_crs
from indicators.errors import Place, fault

_UNSHIFTED = ("World Geodetic System 1984", "D_WGS_1984", "WGS", "China 2000", "D_China_2000", "CGCS2000")
"""Names of the datums that a file of shifted coordinates may say it is in: there is no name for the shift."""


@dataclass(frozen=True)
class SystemOfFile:
    """The system of a file's coordinates."""

    crs: CRS
    """The coordinate reference system."""
    shift: Shift | None = None
    """The shift of China that the coordinates have besides."""

    @property
    def name(self) -> str:
        """The system as messages and the run's record name it.

        >>> SystemOfFile(CRS("EPSG:4490")).name, SystemOfFile(WGS84, "GCJ-02").name
        ('EPSG:4490', 'GCJ-02')
        >>> SystemOfFile(CRS("EPSG:3857"), "BD-09").name
        'BD-09 (EPSG:3857)'
        """
        if self.shift is None:
            return crs_name(self.crs)
        return self.shift if self.crs.is_geographic else f"{self.shift} ({crs_name(self.crs)})"

    def to_wgs84(self, geometry: Any) -> Any:
        """Return geometries in longitude and latitude on WGS 84, without a third coordinate.

        Args:
            geometry: shapely geometries or None, (n,), in the system of the file. What the system cannot hold gets
                coordinates that are not finite.

        >>> there = SystemOfFile(WGS84, "GCJ-02").to_wgs84(np.array([shapely.Point(116.41024449916938, 39.91640428)]))
        >>> shapely.get_coordinates(there).round(6).tolist()
        [[116.404, 39.915]]
        """
        flat = gpd.GeoSeries(shapely.force_2d(geometry), crs=self.crs)
        degrees = np.array(reproject(flat, WGS84), dtype=object)
        if self.shift is None:
            return degrees
        shift = self.shift
        return shapely.transform(degrees, lambda coordinates: unshifted(coordinates, shift))


def system_of(own: CRS | None, stated: str | None, place: Place, shown: str) -> SystemOfFile:
    """Return the system of a vector file.

    A shifted system cannot be written into a file, so `GCJ-02` or `BD-09` in an assessment is believed beside a file
    that says WGS 84 or CGCS2000, in degrees or projected. Those two agree within a metre in degrees, and GeoJSON
    has no way to say the latter: of the two, what is stated holds. Everything else must be what the file says.

    Args:
        own: what the file says; None where it says nothing.
        stated: what the assessment says; None where it says nothing.
        place: where the assessment names the file.
        shown: the file's name for messages.

    Raises:
        InputError: neither says anything, both say different things, or what is said is no system.

    >>> system_of(WGS84, "EPSG:4490", Place(), "cities.geojson").name
    'EPSG:4490'
    """
    shift = None if stated is None else shift_named(stated)
    told = None if stated is None or shift is not None else parse_crs(stated, place)
    if own is None:
        if shift is not None:
            return SystemOfFile(WGS84, shift)
        if told is None:
            raise fault("geo.crs_missing", place, file=shown)
        return SystemOfFile(told)
    flat = horizontal(own)
    if flat is None:
        raise fault("geo.crs_not_horizontal", place, found=crs_name(own))
    if shift is not None and not may_be_shifted(flat):
        raise fault("geo.crs_differs", place, file=shown, found=crs_name(flat), stated=shift)
    if told is not None and told.is_geographic and flat.is_geographic and may_be_shifted(told) and may_be_shifted(flat):
        return SystemOfFile(told)
    if told is not None and not same_crs(told, flat):
        raise fault("geo.crs_differs", place, file=shown, found=crs_name(flat), stated=crs_name(told))
    return SystemOfFile(flat, shift)


def may_be_shifted(crs: CRS) -> bool:
    """Tell whether a file of shifted coordinates may say that it is in this system: in WGS 84 or CGCS2000.

    >>> may_be_shifted(CRS("EPSG:4547")), may_be_shifted(CRS("EPSG:4214"))  # CGCS2000, Beijing 1954
    (True, False)
    """
    base = crs.geodetic_crs
    datum = None if base is None else base.datum
    return datum is not None and any(datum.name.startswith(name) for name in _UNSHIFTED)
