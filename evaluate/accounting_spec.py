"""What an assessment says of emission accounting: activities, their factors, and the totals that become variables."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from indicators.spec import Code, Label, Number, Spec, refuse

Share = Annotated[Number, Field(ge=0, lt=10)]
Scope = Annotated[int, Field(strict=True, ge=1, le=3)]
SOURCES = ("fuel", "electricity", "heat", "process", "pollutant", "removal", "measured")
"""Keys of an activity of which exactly one says what it is."""
_SCOPES = {"fuel": 1, "process": 1, "pollutant": 1, "electricity": 2, "heat": 2}


class ElectricitySpec(Spec):
    """Which factor purchased electricity gets. Another series, place or variant never stands in for the one named."""

    series: Code | None = None
    """`statistics`, `ets` (emissions-trading reporting), or a series of one's own."""
    place: str | None = None
    """Nation, regional grid or province, by code or name, for all units."""
    by: str | None = None
    """Roster column that names the place of each unit, in place of `place`."""
    variant: Code = "average"
    """`average`, `excluding_traded_non_fossil`, `fossil`, or one of one's own."""
    year: Literal["own"] | Annotated[int, Field(strict=True, ge=1900, le=2200)] = "own"
    """`own`: the factor of the data's year; a year: the factor of that year for all."""
    factor: Code | None = None
    """One row by its code, in place of all the keys above."""

    @model_validator(mode="after")
    def _whole(self) -> "ElectricitySpec":
        others = {"series", "place", "by", "variant", "year"} & self.model_fields_set
        if self.factor is not None and others:
            raise refuse("accounting.factor_or_choice", others=", ".join(sorted(others)))
        if self.factor is None and (self.series is None or (self.place is None) == (self.by is None)):
            raise refuse("accounting.series_and_place")
        return self


class ActivitySpec(Spec):
    """An activity whose amounts are reported. Exactly one of `fuel` to `measured` says what it is."""

    label: Label | None = None
    """Name for readers; the code when absent."""
    fuel: Code | None = None
    """Fuel burnt: code of a factor of this kind."""
    electricity: ElectricitySpec | None = None
    """Purchased electricity."""
    heat: Code | None = None
    """Purchased heat: code of a factor of this kind."""
    process: Code | None = None
    """Production process: code of a factor of this kind."""
    pollutant: Code | None = None
    """Activity that emits a pollutant: code of a factor of this kind."""
    removal: Code | None = None
    """Sink: code of a factor of this kind."""
    measured: Code | None = None
    """Substance (co2, ch4, so2, …) of which the amount itself is reported, as a mass; no factor is applied."""
    also: list[Code] = Field(default=[])
    """Codes of further factors, for what the same activity emits besides, such as pollutants of a fuel."""
    unit_of_measure: str
    """Unit of measure in which the amounts are kept; reported ones are converted to it."""
    range: Annotated[list[Number | None], Field(min_length=2, max_length=2)] = Field(default=[0.0, None])
    """Least and greatest allowed amount, in its unit of measure; null where unbounded."""
    scope: Scope | None = None
    """1 direct, 2 purchased energy, 3 other indirect. When absent 1 for fuels, processes and pollutants, 2 for
    electricity and heat; to be stated for what is measured; removals have none."""
    counts_as: Literal["gross", "removal", "sold"] | None = None
    """Of what is measured: emission (`gross`, the default), removal by sinks, or removal that was sold."""
    absent: Literal["zero"] | None = None
    """`zero`: where a unit reports others of a total but not this one, it counts as 0; else the total is missing."""
    extend: Literal["nearest"] | None = None
    """`nearest`: beyond the years of its factor the nearest one is used, with a warning; a fault when absent."""
    uncertainty: Share | None = None
    """Relative standard uncertainty of the amounts, 0.05 for 5 %; not stated when absent, which is not 0."""
    factor_uncertainty: Share | None = None
    """Relative standard uncertainty of the factor, where it is better known than its table states."""

    @model_validator(mode="after")
    def _one_source(self) -> "ActivitySpec":
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            raise refuse("accounting.one_source", known=", ".join(SOURCES), count=len(given))
        if self.counts_as is not None and self.measured is None:
            raise refuse("accounting.counts_as_measured")
        sink = self.kind != "gross"
        if sink and self.scope is not None:
            raise refuse("accounting.scope_of_sink")
        if not sink and self.measured is not None and self.scope is None:
            raise refuse("accounting.scope_needed")
        if self.also and self.measured is not None:
            raise refuse("accounting.also_measured")
        return self

    @property
    def source(self) -> str:
        """Which of the keys says what it is."""
        return next(name for name in SOURCES if getattr(self, name) is not None)

    @property
    def kind(self) -> Literal["gross", "removal", "sold"]:
        """Whether its lines are emissions, removals or sold removals."""
        return "removal" if self.removal is not None else self.counts_as or "gross"

    @property
    def scope_of_lines(self) -> int | None:
        """The scope, stated or by what it is."""
        return None if self.kind != "gross" else self.scope or _SCOPES[self.source]


class TotalSpec(Spec):
    """A sum of lines that becomes a variable of the framework."""

    substance: Code
    """co2, ch4, so2, … or `co2e`: all gases weighted with the global warming potentials of `gwp`."""
    of: Literal["gross", "removals", "sold", "net"] = "gross"
    """Net is gross − (removals − sold): a sold removal leaves the seller's net."""
    scopes: Annotated[list[Scope], Field(min_length=1)] = Field(default=[1, 2])
    """Scopes of the emissions; removals have none."""
    activities: Annotated[list[Code], Field(min_length=1)] | None = None
    """The activities that count; all when absent."""
    uncertainty: Code | None = None
    """Variable of the framework that gets the standard uncertainty, in its unit of measure."""


class AccountingSpec(Spec):
    """Emissions from activity data, line by line."""

    gwp: Code | None = None
    """Set of global warming potentials for `co2e`: `sar`, `ar5`, `ar6`, or one of one's own."""
    factors: list[str] = Field(default=[])
    """Tables of further factors, in the form of the bundled ones; relative to the assessment."""
    activities: Annotated[dict[Code, ActivitySpec], Field(min_length=1)]
    """Activities by code; tables report them as they report variables."""
    totals: Annotated[dict[Code, TotalSpec], Field(min_length=1)]
    """What each variable of the framework is the sum of."""
