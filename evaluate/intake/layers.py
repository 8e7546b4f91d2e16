"""Reported values from layers: what rasters and vector files say about each unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from evaluate.inputs import Input
from evaluate.intake.capped import Capped
from evaluate.layer_spec import LayerSpec, RasterLayer, WeightLayer
from evaluate.stages import progress
from evaluate.vector_spec import VectorLayer
from indicators.definitions import Variable
from indicators.errors import Fault, Faults, InputError, Place
from indicators.texts import both
from indicators.units import factor

if TYPE_CHECKING:
    from geo.boundaries import Boundaries
    from geo.coverage import Edition

Where = Callable[..., Place]

LARGE = 20_000_000
"""From so many cells on it is told how far the reading of a raster is: the first of a grid takes seconds."""


@dataclass(frozen=True, eq=False)
class Found:
    """What the files of a layer say."""

    table: pd.DataFrame
    """`unit, year, value, file, column`: the value in the layer's unit of measure, NaN where the files say nothing."""
    files: tuple[str, ...]
    """Every file that was read, as seen from the assessment."""
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """What a layer gives to an assessment."""

    reported: pd.DataFrame
    """Columns of `reported.csv`, in the unit of measure of the variable."""
    inputs: tuple[Input, ...]
    warnings: tuple[Fault, ...]


class LayerReader:
    """Reads the layers of an assessment; rasters on one grid share the fractions of their cells."""

    def __init__(self, boundaries: "Boundaries", base: Path) -> None:
        """Take what all layers share.

        Args:
            boundaries: where the units lie.
            base: the folder of the assessment.
        """
        self.boundaries, self.base = boundaries, base

    @cached_property
    def edition(self) -> "Edition":
        """The boundaries as the fractions of cells know them."""
        from geo.coverage import Edition
        from geo.coverage.store import cache_folder

        return Edition(self.boundaries.frame, cache=cache_folder())

    def read(self, layer: LayerSpec, years: Sequence[int], variable: Variable, place: Where) -> Layer:
        """Read a layer for the years asked for and bring its values into the unit of measure of the variable.

        Args:
            layer: what the assessment says of it.
            years: the years that are needed, at least one.
            variable: the variable of the framework that the layer gives.
            place: gives the place of a key below the layer, without one of the layer itself.

        Raises:
            InputError: the faults of all files of the layer; values beyond the range of the variable.
        """
        progress("layer", file=layer.path)
        if isinstance(layer, RasterLayer):
            found = _raster(layer, years, self.edition, self.base, place)
        else:
            found = _vector(layer, years, self.boundaries, self.base, place)
        reported = _reported(found.table, layer, variable)
        _check_range(reported, variable)
        inputs = tuple(
            entry for shown in found.files for entry in Input.with_sidecars("layer", shown, self.base / shown)
        )
        return Layer(reported, inputs, found.warnings)


def _raster(layer: RasterLayer, years: Sequence[int], edition: "Edition", base: Path, place: Where) -> Found:
    from geo.layers import Rasters, read_layer
    from geo.zonal import Statistic

    def rasters(spec: RasterLayer | WeightLayer, at: Place) -> Rasters:
        return Rasters(base / spec.path, spec.path, at, spec.band, spec.field, spec.crs)

    statistic = Statistic(layer.statistic, layer.q or 0.0, tuple(layer.classes or ()), bool(layer.area))
    weights = None if layer.weight is None else rasters(layer.weight, place("weight"))
    found = read_layer(
        rasters(layer, place()), years, edition, statistic, weights=weights, area_stated=layer.area is not None,
        tell=_Told(layer.path),
    )  # fmt: skip
    return Found(found.table, found.files, found.warnings)


class _Told:
    """Tells how far the reading of a large raster is, in steps of five percent."""

    def __init__(self, file: str) -> None:
        self.file, self.last = file, -1

    def __call__(self, done: int, of: int) -> None:
        percent = 20 * done // of * 5
        if of >= LARGE and percent != self.last:
            self.last = percent
            progress("cells", file=self.file, count=f"{of:,}", percent=percent)


def _vector(layer: VectorLayer, years: Sequence[int], boundaries: "Boundaries", base: Path, place: Where) -> Found:
    from geo.vector.layers import Request, read_vector_layer

    request = Request(
        layer.statistic, layer.layer, layer.where, layer.weight.column if layer.weight else None,
        layer.distance or 0.0, layer.measured_from or "centre", layer.crs,
    )  # fmt: skip
    table, warnings = read_vector_layer(
        base / layer.path, years, boundaries.frame, request, place=place(), shown=layer.path
    )
    table["value"] *= _step(layer.native, layer.unit_of_measure)
    return Found(table, tuple(sorted(table["file"].unique())), tuple(warnings))


def _step(given: str, wanted: str) -> float:
    """Return the factor between units of measure; why there is none was said when the assessment was checked."""
    try:
        return factor(given, wanted)
    except InputError:
        raise InputError([]) from None


def _reported(table: pd.DataFrame, layer: LayerSpec, variable: Variable) -> pd.DataFrame:
    """Return the values that there are in the form of `reported.csv`."""
    step = _step(layer.unit_of_measure, variable.unit_of_measure)
    table = table[table["value"].notna()].reset_index(drop=True)
    return pd.DataFrame({
        "unit": table["unit"].astype(str), "year": table["year"].astype(int), "variable": layer.variable,
        "value": table["value"] * step, "unit_of_measure": variable.unit_of_measure, "file": table["file"],
        "sheet": "", "row": pd.array([None] * len(table), dtype="Int64"), "column": table["column"],
        "reported_value": table["value"].astype(object), "reported_unit_of_measure": layer.unit_of_measure,
    })  # fmt: skip


def _check_range(table: pd.DataFrame, variable: Variable) -> None:
    """Refuse values of a layer that the framework does not allow."""
    least, most = variable.range or (None, None)
    faults = Faults()
    cells = Capped(faults)
    for bound, key, outside in (
        (least, "intake.below", table["value"] < (-float("inf") if least is None else least)),
        (most, "intake.above", table["value"] > (float("inf") if most is None else most)),
    ):
        for row in table[outside].itertuples():
            place = Place(str(row.file), key=str(row.variable))
            where = both("intake.of_unit_year", unit=row.unit, year=row.year)
            found = f"{row.value:.10g} {row.unit_of_measure}"
            cells.add(key, place, place, found=found, bound=f"{bound:.10g}", where=where)
    cells.close()
    faults.raise_if_any()
