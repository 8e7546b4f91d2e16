"""Layers: rasters, one a year or one for all years, that give a variable to every unit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from geo.coverage import Edition
from geo.zonal import Raster, Statistic, Tell, Zonal, zonal
from geo.zonal.multidimensional import engine_of
from indicators.errors import Fault, Faults, Place, fault
from indicators.texts import listed

HALF = 0.5
"""A unit with data over less than this share of its area is named in a warning."""
VARYING = 0.1
"""A unit whose cells differ in area by more than this share is named in a warning where nothing is said of areas."""


@dataclass(frozen=True)
class Rasters:
    """The rasters of a layer: a file or band for each year, or one for all years."""

    path: Path
    """`{year}` stands for the year."""
    shown: str = ""
    """The path's name for messages and tables; the path when empty."""
    place: Place = field(default_factory=Place)
    """Where the assessment names them."""
    band: int | Mapping[int, int] = 1
    """Band of a GeoTIFF, from 1, or the band of each year."""
    field: str | None = None
    """Variable of a NetCDF file or Zarr store; its only one when absent."""
    crs: str | None = None
    """Coordinate reference system, where the files state none, or to confirm it."""

    def of(self, year: int) -> Raster:
        """Return the raster of a year.

        Raises:
            InputError: bands are given by year and none for this one.
        """
        path = Path(str(self.path).replace("{year}", str(year)))
        shown = (self.shown or str(self.path)).replace("{year}", str(year))
        place = self.place if self.place != Place() else Place(file=shown)
        if isinstance(self.band, int):
            band = self.band
        elif year in self.band:
            band = self.band[year]
        else:
            raise fault("layers.no_band_for_year", place, file=shown, year=year, known=listed(sorted(self.band), 12))
        # the year tells the steps of a time apart, which a GeoTIFF has not: one that holds for all is read once
        step = year if engine_of(path) else None
        return Raster(path, shown, place, band, self.field, step, self.crs)


@dataclass(frozen=True, eq=False)
class RasterLayer:
    """What the rasters of a layer say."""

    table: pd.DataFrame
    """`unit, year, value, file, column`, a row for each unit and year, sorted; NaN where the raster says nothing."""
    files: tuple[str, ...]
    """The names of all files that were read."""
    warnings: tuple[Fault, ...]
    """Raster by raster the units without a value and those with data over less than half of their area; those whose
    cells differ much in area."""


def read_layer(
    rasters: Rasters, years: Iterable[int], edition: Edition, statistic: Statistic | None = None, *,
    weights: Rasters | None = None, area_stated: bool = True, tell: Tell | None = None,
) -> RasterLayer:  # fmt: skip
    """Read one value for each unit and year from rasters.

    Args:
        rasters: the rasters.
        years: the years asked for.
        edition: boundaries of the units.
        statistic: how the cells of a unit become one value; the mean when absent.
        weights: rasters by which cells count.
        area_stated: whether the user has said how areas count; if not, units for which that matters are named.
        tell: is told how far the work is, see `geo.zonal.zonal`.

    Raises:
        InputError: the faults of all rasters, see `geo.zonal.zonal`.
    """
    how = statistic or Statistic()
    faults = Faults()
    pairs: dict[int, tuple[Raster, Raster | None]] = {}
    for year in sorted(set(years)):
        with faults.collecting():
            pairs[year] = rasters.of(year), None if weights is None else weights.of(year)
    distinct = list(dict.fromkeys(pairs.values()))
    found: Zonal | None = None
    with faults.collecting():
        found = zonal(
            [raster for raster, _ in distinct], edition, how,
            [weight for _, weight in distinct if weight is not None] or None, tell,
        )  # fmt: skip
    faults.raise_if_any()
    assert found is not None  # without one a fault was raised
    position = {pair: at for at, pair in enumerate(distinct)}
    tables = []
    for year, (raster, weight) in pairs.items():
        at = position[raster, weight]
        column = f"{found.parts[at]}, {how}" + (
            "" if weight is None else f", weighted by {weight.name} {found.weights[at]}"
        )
        tables.append(
            pd.DataFrame({
                "unit": edition.frame["unit"].to_numpy(), "year": year, "value": found.value[at].to_numpy(),
                "file": raster.name, "column": column,
            })
        )  # fmt: skip
    table = pd.concat(tables).sort_values(["unit", "year"], ignore_index=True)
    files = sorted({raster.name for pair in distinct for raster in pair if raster is not None})
    warnings = [
        warning for at, (raster, _) in enumerate(distinct)
        for warning in _gaps(raster, how, found.value[at], found.covered[at])
    ]  # fmt: skip
    if not area_stated and weights is None and how.name in ("mean", "quantile", "share"):
        warnings += _areas(distinct[0][0], rasters, found.varying)
    return RasterLayer(table, tuple(files), tuple(warnings))


def _gaps(raster: Raster, statistic: Statistic, value: pd.Series, covered: pd.Series) -> Iterator[Fault]:
    without = value.isna()
    partly = ~without & (covered < HALF) & (statistic.name != "coverage")
    for key, which in (("geo.layer_without_value", without), ("geo.layer_partly_covered", partly)):
        if which.any():
            said = {"file": raster.name, "count": int(which.sum()), "units": listed(value.index[which])}
            yield Fault(key, said, raster.at)


def _areas(first: Raster, rasters: Rasters, varying: pd.Series) -> Iterator[Fault]:
    which = varying > VARYING
    if which.any():
        said = {"file": rasters.shown or first.name, "count": int(which.sum()), "units": listed(varying.index[which])}
        yield Fault("layers.area_varies", {**said, "percent": f"{100 * np.max(varying):.2g}"}, first.at)
