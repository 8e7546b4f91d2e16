"""Vector files: the codes, the raw geometry and the coordinate reference system that a file holds."""

import codecs
import json
import logging
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from geo.crs import WGS84, parse_crs
from indicators.errors import InputError, Place, fault, nearest
from indicators.texts import both

_LOG = logging.getLogger(__name__)

_PARQUET = (".parquet", ".geoparquet", ".pq")
_GEOPACKAGE, _SHAPEFILE = b"SQLite format 3\0", b"\0\0\x27\x0a"


@dataclass(frozen=True, eq=False)
class Features:
    """What a vector file holds of its units."""

    codes: pd.Series
    """The column of codes as the file has it."""
    geometry: Any
    """WKB of each feature, None where there is none."""
    crs: CRS | None
    """The file's own coordinate reference system, None where it states none."""


def read_features(path: Path, column: str, place: Place, shown: str) -> Features:
    """Read one column and the geometry of a GeoJSON, GeoPackage, Shapefile or GeoParquet file.

    A GeoJSON file is WGS 84 (RFC 7946, 2016, section 4) unless it has a `crs` member of the older form.

    Args:
        path: the file.
        column: the column to read.
        place: where the assessment names the file.
        shown: the file's name for messages.

    Raises:
        InputError: no such file, a file that cannot be read or holds no geometry, no such column, an unknown
            coordinate reference system.
    """
    if not path.is_file():
        raise fault("geo.file_missing", place, file=shown)
    # GDAL takes what is not an error but worth a word to Python's warnings; it is logged instead.
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        try:
            read = _parquet if path.suffix.lower() in _PARQUET else _gdal
            features = read(path, column, place, shown)
        except (OSError, RuntimeError, ValueError, KeyError, shapely.errors.ShapelyError) as error:
            raise fault("geo.boundaries_unreadable", place, file=shown, reason=_reason(error)) from error
    for remark in remarks:
        _LOG.debug("%s: %s", shown, remark.message)
    return features


def listed(items: Iterable[object], limit: int = 5) -> str:
    """Return the first names of a list for a message.

    >>> listed(["a", "b"]), listed(range(9), limit=3)
    ('a, b', '0, 1, 2, …')
    """
    names = [str(item) for item in items]
    return ", ".join(names[:limit]) + (", …" if len(names) > limit else "")


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _gdal(path: Path, column: str, place: Place, shown: str) -> Features:
    is_json = _is_json(path)
    if not _is_data(path, is_json):
        raise fault("geo.boundaries_unreadable", place, file=shown, reason=both("geo.other_format"))
    crs = _geojson_crs(path, place, shown) if is_json else None
    # In a path, pyogrio takes `!` for the separator of an archive and cuts at `;`.
    source: Any = path.read_bytes() if set("!;") & set(str(path)) else path
    layers = pyogrio.list_layers(source).tolist()
    drawn = [number for number, (_, kind) in enumerate(layers) if kind is not None]
    if not drawn:
        raise fault("geo.no_geometry", place, file=shown)
    fields = {number: pyogrio.read_info(source, layer=number)["fields"].tolist() for number in drawn}
    holding = [number for number in drawn if column in fields[number]]
    if not holding:
        raise _no_column(column, [name for names in fields.values() for name in names], place, shown)
    if len(holding) > 1:
        names = listed(layers[number][0] for number in holding)
        raise fault("geo.several_layers", place, file=shown, column=column, layers=names)
    meta, _, geometry, (codes,) = pyogrio.raw.read(source, layer=holding[0], columns=[column])
    if not is_json and meta["crs"]:
        crs = CRS.from_user_input(meta["crs"])
    return Features(pd.Series(codes), geometry, crs)


def _no_column(column: str, known: list[str], place: Place, shown: str) -> Exception:
    there = listed(dict.fromkeys(known), limit=20)
    meant = nearest(column, known)
    return fault("geo.no_column", place, file=shown, column=column, columns=there, meant=meant)


def _parquet(path: Path, column: str, place: Place, shown: str) -> Features:
    frame = gpd.read_parquet(path)
    if column not in frame.columns or column == frame.geometry.name:
        known = [str(name) for name in frame.columns if name != frame.geometry.name]
        raise _no_column(column, known, place, shown)
    geometry = np.asarray(shapely.to_wkb(np.asarray(frame.geometry, dtype=object)), dtype=object)
    return Features(frame[column].reset_index(drop=True), geometry, frame.crs)


def _is_json(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(64).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")


def _is_data(path: Path, is_json: bool) -> bool:
    """Tell a file that holds its features from one that sends GDAL elsewhere, whatever its suffix.

    GDAL also reads descriptions of data: a VRT, a web service, a pipeline (GDALG, which is JSON). They would fetch
    an address, or open any file, by what they hold.
    """
    if is_json:
        return b"gdal_streamed_alg" not in path.read_bytes()
    with path.open("rb") as stream:
        return stream.read(len(_GEOPACKAGE)).startswith((_GEOPACKAGE, _SHAPEFILE))


def _geojson_crs(path: Path, place: Place, shown: str) -> CRS | None:
    """Return the system of a GeoJSON file, None where its `crs` member says that there is none.

    GDAL is not asked: it takes WGS 84 for a member that it does not understand, and fetches one that is given
    by address.
    """
    content = path.read_bytes()
    if b'"crs"' not in content:
        return WGS84
    document = json.loads(content)
    if "crs" not in document:  # the word stood elsewhere, such as in a property
        return WGS84
    member = document["crs"]
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        found = json.dumps(member, ensure_ascii=False)
        raise fault("geo.crs_of_file_unknown", place, file=shown, found=found[:200])
    try:
        return parse_crs(name)
    except InputError as error:
        raise fault("geo.crs_of_file_unknown", place, file=shown, found=name) from error
