"""Features from vector files, ready to be measured: chosen, in longitude and latitude, valid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundaries import polygonal
from geo.crs.coordinates import check_coordinates, check_finite
from geo.crs.of_file import system_of
from geo.crs.systems import WGS84
from geo.files import Content, read_content
from indicators.codes import normalise_code, normalise_codes
from indicators.errors import Fault, Faults, Place, fault, nearest
from indicators.texts import listed


@dataclass(frozen=True, eq=False)
class Shapes:
    """What a vector file holds, as far as it is asked for."""

    frame: gpd.GeoDataFrame
    """The columns asked for, then `geometry` in EPSG:4326: valid, none of it empty, in the order of the file."""
    number: NDArray[np.intp]
    """The number of each feature in the file, from 1."""
    crs: str
    """The coordinate reference system of the file."""
    warnings: tuple[Fault, ...]
    """Features that were repaired or hold no geometry; values of the filter that no feature has."""
    nothing: Fault | None = None
    """Why the filter leaves no feature, where that is so."""


def read_shapes(
    path: Path,
    columns: Sequence[str] = (),
    *,
    layer: str | None = None,
    where: Mapping[str, Sequence[object]] | None = None,
    crs: str | None = None,
    place: Place | None = None,
    shown: str = "",
) -> Shapes:
    """Read features from GeoJSON, GeoPackage, Shapefile or GeoParquet.

    Invalid polygons are repaired (rings rebuilt by area, parts without area dropped) and counted. A third coordinate
    is dropped.

    Args:
        path: the file.
        columns: columns to keep.
        layer: the layer of a GeoPackage; its only one with geometry when None.
        where: values by column; a feature counts where each of these columns holds one of its values. Numbers are
            compared as numbers are written, so that `1`, `1.0` and `"1"` are one.
        crs: the file's coordinate reference system, as `geo.crs.of_file.system_of`.
        place: where the assessment names the file.
        shown: the file's name for messages; the path when empty.

    Raises:
        InputError: the file cannot be read, lacks a column or a layer or holds no feature; its coordinate reference
            system is missing, unknown, not the one stated, or contradicted by the coordinates.
    """
    shown = shown or str(path)
    place = place or Place(file=shown)
    wanted = list(dict.fromkeys([*columns, *(where or {})]))
    content = read_content(path, wanted, place, shown, layer=layer)
    system = system_of(content.crs, crs, place, shown)
    if not len(content.geometry):
        raise fault("geo.no_features", place, file=shown)
    kept, warnings, nothing = _chosen(content, where or {}, place, shown)
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are refused below
        shapes = shapely.from_wkb(content.geometry[kept], on_invalid="fix")
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not drawn.all():
        warnings.append(Fault("geo.features_empty", {"file": shown, "count": int((~drawn).sum())}, place))
    number, shapes = np.flatnonzero(kept)[drawn] + 1, shapes[drawn]
    names = np.array([f"#{one}" for one in number], dtype=object)
    faults = Faults()
    check_coordinates(shapes, names, system, place, shown, faults, "geo.feature")
    faults.raise_if_any()
    shapes = system.to_wgs84(shapes)
    check_finite(shapes, names, system, place, shown, "geo.feature")
    repaired = np.flatnonzero(~shapely.is_valid(shapes))
    if repaired.size:
        said = {"number": int(number[repaired[0]]), "reason": str(shapely.is_valid_reason(shapes[repaired[0]]))}
        warnings.append(Fault("geo.features_repaired", {"file": shown, "count": len(repaired), **said}, place))
        shapes[repaired] = [_repaired(shape) for shape in shapes[repaired]]
    there = ~shapely.is_empty(shapes)
    table = content.columns.loc[number[there] - 1, list(columns)].reset_index(drop=True)
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes[there], crs=WGS84))
    return Shapes(frame, number[there], system.name, tuple(warnings), nothing)


def _chosen(
    content: Content, where: Mapping[str, Sequence[object]], place: Place, shown: str
) -> tuple[NDArray[np.bool_], list[Fault], Fault | None]:
    """Return which features the filter keeps, what no feature has of it, and why nothing is left where that is so."""
    kept = np.ones(len(content.geometry), dtype=bool)
    warnings = []
    nothing: Fault | None = None
    for column, values in where.items():
        held = content.columns[column]
        held = held.astype(int) if held.dtype == bool else held  # as `normalise_code` has it
        found = normalise_codes(held).to_numpy(dtype=object)
        known = sorted(set(found) - {""})
        asked = [normalise_code(value) for value in values]
        absent = [value for value in asked if value not in known]
        if absent:
            said = {"file": shown, "column": column, "values": listed(absent, 10), "known": listed(known, 10)}
            told = Fault("geo.no_such_value", said | {"meant": nearest(absent[0], known)}, place)
            if len(absent) < len(asked):
                warnings.append(told)
            else:
                nothing = nothing or told
        kept &= np.isin(found, asked)
    if not kept.any() and nothing is None:
        nothing = Fault("geo.nothing_left", {"file": shown, "columns": listed(where)}, place)
    return kept, warnings, nothing


def _repaired(shape: Any) -> Any:
    areal = shapely.get_dimensions(shape) == 2
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=not areal)
    return polygonal(mended) if areal else mended
