"""Layers: rasters and vector files that give a variable to every unit."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from evaluate.vector_spec import VectorLayer
from geo.vector.terms import STATISTICS, SUFFIXES
from indicators.definitions import Year
from indicators.errors import Faults, InputError
from indicators.spec import Code, Locate, Number, Spec, refuse
from indicators.units import factor, measure

Band = Annotated[int, Field(strict=True, ge=1)]

WEIGHTED = ("mean", "sum", "quantile", "share")
"""Statistics in which a cell may count by a weight."""
SHARES = ("share", "coverage")
"""Statistics whose value lies between 0 and 1."""


class WeightLayer(Spec):
    """A raster on the same grid by which cells count, such as the population of each."""

    path: str
    """GeoTIFF, NetCDF or Zarr; `{year}` stands for the year."""
    band: Band | Annotated[dict[Year, Band], Field(min_length=1)] = 1
    """Band of a GeoTIFF, counted from 1, or the band of each year."""
    field: str | None = None
    """Variable of a NetCDF file or Zarr store; its only one when absent."""
    crs: str | None = None
    """Coordinate reference system, where the file states none, or to confirm it."""


class RasterLayer(Spec):
    """A raster that gives a variable by a statistic of its cells over the boundaries."""

    kind: Literal["raster"] = "raster"
    """A raster; may be left out."""
    source: str | None = None
    """Binding that gives every key which this entry does not state: the code of a bundled one (`city-synergy sources`),
    or the path of a file of the form `source/1` that ends in `.yaml`."""
    path: str
    """GeoTIFF, NetCDF or Zarr; `{year}` stands for the year, without it the layer holds for every year or has them
    as bands or times."""
    variable: Code
    """The variable of the framework."""
    unit_of_measure: str
    """The unit of measure of what the statistic gives: that of the cells for most, `1` for `share` and `coverage`."""
    statistic: Literal["mean", "sum", "min", "max", "quantile", "share", "coverage"] = "mean"
    """How the cells of a unit become one value: their mean, sum, least, greatest or a quantile; the share of cells of
    certain classes; the share of the unit's area with data."""
    q: Annotated[Number, Field(ge=0, le=1)] | None = None
    """Which quantile: 0.5 is the median."""
    classes: Annotated[list[Number], Field(min_length=1)] | None = None
    """Values of the cells that `share` counts."""
    band: Band | Annotated[dict[Year, Band], Field(min_length=1)] = 1
    """Band of a GeoTIFF, counted from 1, or the band of each year."""
    field: str | None = None
    """Variable of a NetCDF file or Zarr store; its only one when absent."""
    crs: str | None = None
    """Coordinate reference system, where the file states none, or to confirm it."""
    weight: WeightLayer | None = None
    """Raster by which cells count besides the share of them inside the unit: with population, `mean` is what people
    live with, not what land lies under."""
    area: bool | None = None
    """Count cells by their true area, in km² on the ellipsoid, so that the `sum` of a density per km² is a total;
    when absent cells of one raster count alike and a warning tells where that matters."""

    @model_validator(mode="after")
    def _fits(self) -> "RasterLayer":
        if self.statistic == "quantile" and self.q is None:
            raise refuse("layers.quantile_needs_q")
        if self.statistic != "quantile" and self.q is not None:
            raise refuse("layers.q_without_quantile", statistic=self.statistic)
        if self.statistic == "share" and self.classes is None:
            raise refuse("layers.share_needs_classes")
        if self.statistic != "share" and self.classes is not None:
            raise refuse("layers.classes_without_share", statistic=self.statistic)
        if self.weight is not None and self.statistic not in WEIGHTED:
            raise refuse("layers.weight_without_use", statistic=self.statistic, known=", ".join(WEIGHTED))
        return self


def _with_kind(raw: Any) -> Any:
    if not isinstance(raw, dict) or "kind" in raw:
        return raw
    vector = str(raw.get("path", "")).lower().endswith(SUFFIXES) or raw.get("statistic") in STATISTICS
    return {"kind": "vector" if vector else "raster", **raw}


LayerSpec = Annotated[Annotated[RasterLayer | VectorLayer, Field(discriminator="kind")], BeforeValidator(_with_kind)]
"""A layer: a raster, unless it says otherwise or the name of its file or its statistic does."""


def check_raster_layers(layers: Iterable[object], place: Locate, faults: Faults) -> None:
    """Add a fault for each share that is given in another unit of measure than 1."""
    for position, layer in enumerate(layers):
        if not isinstance(layer, RasterLayer) or layer.statistic not in SHARES or _is_one(layer.unit_of_measure):
            continue
        at = place(("layers", position, "unit_of_measure"))
        faults.add("layers.share_unit", at, statistic=layer.statistic, found=layer.unit_of_measure)


def _is_one(unit_of_measure: str) -> bool:
    """Tell whether a unit of measure is 1; one that is none at all is told elsewhere."""
    with suppress(InputError):
        measure(unit_of_measure)
        with suppress(InputError):
            return factor(unit_of_measure, "1") == 1
        return False
    return True
