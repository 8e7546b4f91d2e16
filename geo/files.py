"""Vector files: the codes, the raw geometry and the coordinate reference system that a file holds."""

import codecs
import json
import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS

from geo.crs.systems import WGS84, parse_crs
from indicators.errors import Fault, InputError, Place, fault, nearest
from indicators.texts import both, listed

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


@dataclass(frozen=True, eq=False)
class Content:
    """What a vector file holds in the columns asked for."""

    columns: pd.DataFrame
    """The columns as the file has them."""
    geometry: Any
    """WKB of each feature, None where there is none."""
    crs: CRS | None
    """The file's own coordinate reference system, None where it states none."""


@dataclass(frozen=True)
class Words:
    """Keys of the texts that depend on what a file is read for."""

    unreadable: str
    """The file cannot be read."""
    several: str
    """Several layers could be meant."""


_BOUNDARIES = Words("geo.boundaries_unreadable", "geo.several_layers")
_VECTOR = Words("geo.vector_unreadable", "geo.which_layer")


def read_features(path: Path, column: str, place: Place, shown: str) -> Features:
    """Read one column and the geometry of a GeoJSON, GeoPackage, Shapefile or GeoParquet file.

    Args:
        path: the file.
        column: the column to read.
        place: where the assessment names the file.
        shown: the file's name for messages.

    Raises:
        InputError: as `read_content`.
    """
    content = read_content(path, [column], place, shown, words=_BOUNDARIES)
    return Features(content.columns[column], content.geometry, content.crs)


def read_content(
    path: Path,
    columns: Sequence[str],
    place: Place,
    shown: str,
    *,
    layer: str | None = None,
    words: Words = _VECTOR,
) -> Content:
    """Read columns and the geometry of a GeoJSON, GeoPackage, Shapefile or GeoParquet file.

    A GeoJSON file is WGS 84 (RFC 7946, 2016, section 4) unless it has a `crs` member of the older form.

    Args:
        path: the file.
        columns: the columns to read.
        place: where the assessment names the file.
        shown: the file's name for messages.
        layer: the layer of a GeoPackage; the only one with geometry and these columns when None.
        words: what is said of a file that cannot be read, and of several layers.

    Raises:
        InputError: no such file, a file that cannot be read or holds no geometry, no such layer, several that it
            could be, no such column, an unknown coordinate reference system.
    """
    if not path.is_file():
        raise fault("geo.file_missing", place, file=shown)
    # GDAL takes what is not an error but worth a word to Python's warnings; it is logged instead.
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        try:
            asked = _Asked(path, list(columns), layer, place, shown, words)
            content = _parquet(asked) if path.suffix.lower() in _PARQUET else _gdal(asked)
        except (OSError, RuntimeError, ValueError, KeyError, shapely.errors.ShapelyError) as error:
            raise fault(words.unreadable, place, file=shown, reason=reason_of(error, path, shown)) from error
    for remark in remarks:
        _LOG.debug("%s: %s", shown, remark.message)
    return content


@dataclass(frozen=True)
class _Asked:
    """What is to be read, and how it is called."""

    path: Path
    columns: list[str]
    layer: str | None
    place: Place
    shown: str
    words: Words

    def no_column(self, known: Iterable[str]) -> InputError:
        there = list(dict.fromkeys(known))
        known_here = {"file": self.shown, "columns": listed(there, limit=20)}
        return InputError(
            Fault("geo.no_column", {**known_here, "column": name, "meant": nearest(name, there)}, self.place)
            for name in self.columns
            if name not in there
        )

    def no_layer(self, known: Iterable[str]) -> InputError:
        there = list(known)
        values = {"layer": self.layer, "layers": listed(there, limit=20), "meant": nearest(self.layer, there)}
        return fault("geo.no_layer", self.place, file=self.shown, **values)


def reason_of(error: object, path: Path, shown: str) -> str:
    """Return why a library cannot read a file, in its own words: the first sentence, with the name a user gave.

    What follows is advice on functions of that library.

    >>> reason_of("cannot read '/data/a.nc' as np.str_('b'). Try decode_times=False.", Path("/data/a.nc"), "a.nc")
    "cannot read 'a.nc' as 'b'"
    """
    said = " ".join(str(error).split())
    for name in {str(path), str(path.resolve())}:
        said = said.replace(name, "\0")
    said = re.split(r"[.;!?] (?=[A-Z])", said)[0].removesuffix(".")
    return re.sub(r"\bnp\.\w+\(([^()]*)\)", r"\1", said).replace("\0", shown)[:200]


def _gdal(asked: _Asked) -> Content:
    path, place, shown = asked.path, asked.place, asked.shown
    is_json = _is_json(path)
    if not _is_data(path, is_json):
        raise fault(asked.words.unreadable, place, file=shown, reason=both("geo.other_format"))
    crs = _geojson_crs(path, place, shown) if is_json else None
    # In a path, pyogrio takes `!` for the separator of an archive and cuts at `;`.
    source: Any = path.read_bytes() if set("!;") & set(str(path)) else path
    layer = _layer(source, asked)
    meta, _, geometry, columns = pyogrio.raw.read(source, layer=layer, columns=asked.columns)
    if not is_json and meta["crs"]:
        crs = CRS.from_user_input(meta["crs"])
    held = dict(zip(meta["fields"].tolist(), columns, strict=True))
    table = pd.DataFrame({name: held[name] for name in asked.columns}, index=range(len(geometry)))
    return Content(table, geometry, crs)


def _layer(source: Any, asked: _Asked) -> int:
    """Return the number of the layer that is asked for, or the only one that holds the columns."""
    layers = pyogrio.list_layers(source).tolist()
    drawn = [number for number, (_, kind) in enumerate(layers) if kind is not None]
    if not drawn:
        raise fault("geo.no_geometry", asked.place, file=asked.shown)
    if asked.layer is not None:
        drawn = [number for number in drawn if layers[number][0] == asked.layer]
        if not drawn:
            raise asked.no_layer(name for name, kind in layers if kind is not None)
    about = {number: pyogrio.read_info(source, layer=number) for number in drawn}
    fields = {number: info["fields"].tolist() for number, info in about.items()}
    holding = [number for number in drawn if set(asked.columns) <= set(fields[number])]
    if not holding and not any(info["features"] for info in about.values()):  # GeoJSON then has no columns either
        raise fault("geo.no_features", asked.place, file=asked.shown)
    if not holding:
        best = max(fields.values(), key=lambda names: len(set(asked.columns) & set(names)))
        every = [name for names in fields.values() for name in names]
        raise asked.no_column(best if set(asked.columns) <= set(every) else every)
    if len(holding) > 1:
        names = listed(layers[number][0] for number in holding)
        column = asked.columns[0] if asked.columns else ""
        raise fault(asked.words.several, asked.place, file=asked.shown, layers=names, column=column)
    return holding[0]


def _parquet(asked: _Asked) -> Content:
    from pyarrow import parquet

    if b"geo" not in (parquet.read_schema(asked.path).metadata or {}):
        raise fault("geo.no_geometry", asked.place, file=asked.shown)
    frame = gpd.read_parquet(asked.path)
    if asked.layer is not None:
        raise asked.no_layer(())
    known = [str(name) for name in frame.columns if name != frame.geometry.name]
    if not set(asked.columns) <= set(known):
        raise asked.no_column(known)
    geometry = np.asarray(shapely.to_wkb(np.asarray(frame.geometry, dtype=object)), dtype=object)
    return Content(pd.DataFrame(frame[asked.columns]).reset_index(drop=True), geometry, frame.crs)


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
