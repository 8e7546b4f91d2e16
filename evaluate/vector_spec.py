"""Vector layers of an assessment: points, lines and polygons that give a variable to every unit."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from geo.vector.terms import WEIGHTED, From, Statistic, native
from indicators.errors import Faults
from indicators.spec import Code, Locate, Number, Path, Spec, refuse
from indicators.units import factor, measure


class FeatureWeight(Spec):
    """A column of which the numbers are summed in place of counting each feature as 1, such as emissions."""

    column: str
    """The column; features without a number in it are left out, with a warning."""
    unit_of_measure: str
    """The unit of measure of its numbers."""


class VectorLayer(Spec):
    """A file of points, lines or polygons that gives a variable by what lies in or near each unit."""

    kind: Literal["vector"] = "vector"
    """A vector file; may be left out where the name of the file or the statistic says so."""
    source: str | None = None
    """Binding that gives every key which this entry does not state: the code of a bundled one (`city-synergy sources`),
    or the path of a file of the form `source/1` that ends in `.yaml`."""
    path: str
    """GeoJSON, GeoPackage, Shapefile or GeoParquet; `{year}` stands for the year, without it the layer holds for every
    year."""
    layer: str | None = None
    """Layer of a GeoPackage; its only one with geometry when absent."""
    crs: str | None = None
    """Coordinate reference system, where the file states none, or to confirm it; `GCJ-02` or `BD-09` where the
    coordinates are shifted."""
    variable: Code
    """The variable of the framework."""
    unit_of_measure: str
    """The unit of measure that the statistic is wanted in, such as `km/km^2` of `length_per_area`, `%` of a share."""
    statistic: Statistic
    """What is said of each unit: the `count` of points in it or their `density` (1/km²); the `length` of lines in it
    (km) or `length_per_area` (km/km²); the `area` of it that polygons cover (km²) or `area_share`, as a share, overlaps
    counted once; `share_within`, the share of its area that lies within a distance of features of any kind;
    `nearest_distance` (km) to the nearest feature of any kind."""
    where: dict[str, Annotated[list[str | int | float | bool], Field(min_length=1)]] = Field(default={})
    """Values by column: only features that hold one of them in each of these columns count."""
    weight: FeatureWeight | None = None
    """Of `count`, `density`, `length` and `length_per_area`: a column of which the numbers are summed."""
    distance: Annotated[Number, Field(gt=0, le=2000)] | None = None
    """Of `share_within`: km."""
    measured_from: From | None = None
    """Of `nearest_distance`: from the `centre` of the unit (when absent), or from its `boundary`, 0 where a feature
    lies in the unit."""

    @model_validator(mode="after")
    def _fits(self) -> "VectorLayer":
        if self.statistic == "share_within" and self.distance is None:
            raise refuse("vector.needs_distance")
        if self.statistic != "share_within" and self.distance is not None:
            raise refuse("vector.distance_without_use", statistic=self.statistic)
        if self.statistic != "nearest_distance" and self.measured_from is not None:
            raise refuse("vector.measured_from_without_use", statistic=self.statistic)
        if self.statistic not in WEIGHTED and self.weight is not None:
            raise refuse("vector.weight_without_use", statistic=self.statistic, known=", ".join(WEIGHTED))
        return self

    @property
    def native(self) -> str:
        """The unit of measure that the statistic comes in."""
        return native(self.statistic, self.weight.unit_of_measure if self.weight else None)


def check_vector_layers(layers: Iterable[object], place: Locate, faults: Faults) -> None:
    """Add what is wrong with the units of measure of vector layers: one that does not fit its statistic.

    Args:
        layers: those of the assessment, of every kind.
        place: gives the place of a key of the assessment.
        faults: the collector.
    """
    for position, layer in enumerate(layers):
        if not isinstance(layer, VectorLayer):
            continue
        here: Path = ("layers", position)
        if layer.weight is not None:
            with faults.collecting():
                measure(layer.weight.unit_of_measure, place((*here, "weight", "unit_of_measure")))
        known = Faults()
        with known.collecting():  # what is no unit of measure at all is told elsewhere
            measure(layer.unit_of_measure)
            measure(layer.native)
        if not known:
            with faults.collecting():
                factor(layer.native, layer.unit_of_measure, place((*here, "unit_of_measure")))
