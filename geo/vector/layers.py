"""Vector layers: files of points, lines or areas, one a year or one for all years, that give every unit a value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.vector.shapes import Shapes, read_shapes
from geo.vector.statistics import statistic_of
from geo.vector.terms import DIMENSION, From, Statistic
from indicators.errors import Fault, Faults, Place, fault
from indicators.sizes import FARTHEST
from indicators.texts import both, listed

_MADE_OF = ("geo.points", "geo.lines", "geo.areas")


@dataclass(frozen=True)
class Request:
    """What is asked of the features of a vector layer."""

    statistic: Statistic
    """What is said of each unit."""
    layer: str | None = None
    """Layer of a GeoPackage; its only one with geometry when None."""
    where: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Values by column; only features that hold one of them in each column count."""
    weight: str | None = None
    """Column of which the numbers are summed; each feature counts 1 when None."""
    distance: float = 0.0
    """Of `share_within`, km."""
    measured_from: From = "centre"
    """Of `nearest_distance`."""
    crs: str | None = None
    """The file's coordinate reference system, where it states none, or to confirm it."""

    @property
    def said(self) -> str:
        """The request in one line, as the column `column` of `reported.csv` has it.

        >>> Request("share_within", where={"class": ["rail", 1]}, distance=5).said
        'share_within 5 km; class = rail, 1'
        """
        first = self.statistic + (f" {self.distance:g} km" if self.statistic == "share_within" else "")
        first += f" from {self.measured_from}" if self.statistic == "nearest_distance" else ""
        parts = [first, *([f"weight {self.weight}"] if self.weight else []), *([self.layer] if self.layer else [])]
        parts += [f"{column} = {', '.join(map(str, values))}" for column, values in self.where.items()]
        return "; ".join(parts)


def read_vector_layer(
    pattern: Path,
    years: Iterable[int],
    frame: gpd.GeoDataFrame,
    request: Request,
    *,
    place: Place | None = None,
    shown: str = "",
) -> tuple[pd.DataFrame, list[Fault]]:
    """Read one value for each unit and year from vector files.

    Args:
        pattern: path of the files; `{year}` stands for the year, without it one file holds for all.
        years: the years asked for.
        frame: `unit, geometry`, as `Boundaries.frame`.
        request: what is asked of the features.
        place: where the assessment names the layer.
        shown: the pattern's name for messages and for the column `file`; the pattern when empty.

    Returns:
        The table `unit, year, value, file, column`, a row for each unit and year, sorted, `value` in the unit of
        measure of `geo.vector.terms.NATIVE` (times that of the weight) and NaN where nothing can be said; and
        warnings, file by file.

    Raises:
        InputError: the faults of all files: those of `geo.vector.shapes.read_shapes`, features of another kind than
            the statistic is made of, weights that are no numbers or too great, no feature near any unit in any file.
    """
    of_year = {year: str(pattern).replace("{year}", str(year)) for year in sorted(set(years))}
    names = {path: (shown or str(pattern)).replace("{year}", str(year)) for year, path in of_year.items()}
    faults, warnings = Faults(), list[Fault]()
    values: dict[str, pd.Series] = {}
    far: list[Fault] = []
    for path, name in names.items():
        with faults.collecting():
            at = place or Place(file=name)
            one = _of_file(Path(path), frame, request, at, name)
            values[path] = one.value
            warnings += one.warnings
            far += one.far
    if far and len(far) == len(names):
        faults.extend(far)
    faults.raise_if_any()
    tables = [
        pd.DataFrame({
            "unit": frame["unit"].to_numpy(), "year": year, "value": values[path].to_numpy(), "file": names[path],
            "column": request.said,
        })
        for year, path in of_year.items()
    ]  # fmt: skip
    return pd.concat(tables).sort_values(["unit", "year"], ignore_index=True), warnings


@dataclass(frozen=True, eq=False)
class _OfFile:
    value: pd.Series
    warnings: list[Fault]
    far: list[Fault]
    """Why the file says nothing, where that is so; a fault when it is so for every file."""


def _of_file(path: Path, frame: gpd.GeoDataFrame, request: Request, place: Place, shown: str) -> _OfFile:
    columns = [request.weight] if request.weight else []
    found = read_shapes(
        path, columns, layer=request.layer, where=request.where, crs=request.crs, place=place, shown=shown
    )
    warnings = [*found.warnings, *([found.nothing] if found.nothing else [])]
    _check_kind(found, request, place, shown)
    features, weight = found.frame.geometry, np.ones(len(found.frame))
    if request.weight:
        weight = _numbers(found, request.weight, place, shown)
        there = ~np.isnan(weight)
        if not there.all():
            said = {"file": shown, "column": request.weight, "count": int((~there).sum())}
            warnings.append(Fault("geo.features_without_weight", said, place))
            features, weight = features[there], weight[there]
    value = statistic_of(
        request.statistic, frame, features, weight=weight, distance=request.distance,
        measured_from=request.measured_from,
    )  # fmt: skip
    without = value.isna()
    if without.any() and len(features):
        said = {"file": shown, "count": int(without.sum()), "units": listed(value.index[without])}
        warnings.append(Fault("geo.vector_without_value", said, place))
    if found.nothing is not None:
        return _OfFile(value, warnings, [found.nothing])
    nowhere = request.statistic != "nearest_distance" and not (value.fillna(0) != 0).any()
    if not nowhere or not len(features) or _meets(frame, features):
        return _OfFile(value, warnings, [])
    said = {"file": shown, "features": _box(found.frame), "boundaries": _box(frame)}
    return _OfFile(value, warnings, [Fault("geo.features_elsewhere", said, place)])


def _check_kind(found: Shapes, request: Request, place: Place, shown: str) -> None:
    wanted = DIMENSION.get(request.statistic)
    kinds = shapely.get_type_id(found.frame.geometry.to_numpy())
    # 0 and 4 are points, 1, 2 and 5 lines, 3 and 6 areas; a collection is none of them
    of_kind = np.isin(kinds, ((0, 4), (1, 2, 5), (3, 6))[wanted]) if wanted is not None else np.ones(len(kinds), bool)
    if not of_kind.all():
        first = int(np.flatnonzero(~of_kind)[0])
        raise fault(
            "geo.wrong_kind_of_feature", place, file=shown, statistic=request.statistic,
            expected=both(_MADE_OF[wanted or 0]), count=int((~of_kind).sum()), number=int(found.number[first]),
            found=found.frame.geometry.iloc[first].geom_type,
        )  # fmt: skip


def _numbers(found: Shapes, name: str, place: Place, shown: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN for an empty cell."""
    column = found.frame[name]
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    blank = column.isna().to_numpy() | (column.astype(str).str.strip() == "").to_numpy()
    faults = Faults()
    for key, bad in (
        ("geo.no_number_of_feature", (np.isnan(numbers) & ~blank) | np.isinf(numbers)),
        ("geo.number_of_feature_too_great", (np.abs(numbers) > FARTHEST) & ~np.isinf(numbers)),
    ):
        wrong = np.flatnonzero(bad)
        if wrong.size:
            cell = f"'{str(column.iloc[wrong[0]])[:40]}'"
            said = {"file": shown, "column": name, "number": int(found.number[wrong[0]]), "count": len(wrong)}
            faults.add(key, place, **said, found=cell, most=f"{FARTHEST:g}")
    faults.raise_if_any()
    return np.asarray(numbers)


def _meets(frame: gpd.GeoDataFrame, features: gpd.GeoSeries) -> bool:
    return bool(len(shapely.STRtree(features.to_numpy()).query(frame.geometry.to_numpy(), "intersects")[0]))


def _box(frame: gpd.GeoDataFrame) -> str:
    west, south, east, north = (f"{value:.4g}°" for value in frame.total_bounds)
    return f"{west} … {east}, {south} … {north}"
