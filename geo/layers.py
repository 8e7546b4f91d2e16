"""Layers: rasters, one a year or one for all years, that give a variable to every unit."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pandas as pd

from geo.files import listed
from geo.zonal import zonal_means
from indicators.errors import Fault, Place

HALF = 0.5
"""A unit with data over less than this share of its area is named in a warning."""


def read_layer(
    pattern: Path,
    years: Iterable[int],
    frame: gpd.GeoDataFrame,
    *,
    band: int = 1,
    statistic: Literal["mean"] = "mean",
    place: Place | None = None,
    shown: str = "",
) -> tuple[pd.DataFrame, list[Fault]]:
    """Read one value for each unit and year from rasters.

    Args:
        pattern: path of the rasters; `{year}` stands for the year, without it one raster holds for all.
        years: the years asked for.
        frame: `unit, geometry`, as `Boundaries.frame`.
        band: number of the band, from 1.
        statistic: how the cells of a unit become one value: the mean, see `geo.zonal.zonal_mean`.
        place: where the assessment names the layer.
        shown: the pattern's name for messages and for the column `file`; the pattern when empty.

    Returns:
        The table `unit, year, value, file, column`, a row for each unit and year, sorted, `value` in the unit
        of measure of the cells and NaN where the raster says nothing; and warnings that name, raster by
        raster, the units without a value and those with data over less than half of their area.

    Raises:
        InputError: the faults of all rasters, see `geo.zonal.zonal_means`.
    """
    of_year = {year: _of_year(str(pattern), year) for year in sorted(set(years))}
    files = {Path(path): _of_year(shown or str(pattern), year) for year, path in of_year.items()}
    zonal = zonal_means(files, band, frame, place=place)
    tables = [
        pd.DataFrame(
            {
                "unit": frame["unit"].to_numpy(),
                "year": year,
                "value": zonal.mean[Path(path)].to_numpy(),
                "file": files[Path(path)],
                "column": f"band {band}, {statistic}",
            }
        )
        for year, path in of_year.items()
    ]
    warnings = []
    for path, name in files.items():
        value, covered = zonal.mean[path], zonal.covered[path]
        without = value.isna()
        partly = ~without & (covered < HALF)
        for key, which in (("geo.layer_without_value", without), ("geo.layer_partly_covered", partly)):
            if which.any():
                said = {"file": name, "count": int(which.sum()), "units": listed(value.index[which])}
                warnings.append(Fault(key, said, place or Place(file=name)))
    return pd.concat(tables).sort_values(["unit", "year"], ignore_index=True), warnings


def _of_year(pattern: str, year: int) -> str:
    return pattern.replace("{year}", str(year))
