"""Groups that units belong to, many to many, and the table of pilots by cohort."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from indicators.spec import Code, Spec, refuse


class GroupRule(Spec):
    """How the reported amounts of the members of a group become its own; `sum`, `mean` or `{mean: population}`."""

    how: Literal["sum", "mean"]
    """`sum`: amounts that add up, such as emissions; `mean`: levels, such as concentrations and shares."""
    weight: Code | None = None
    """Variable that a mean is weighted by; members count alike when absent."""

    @model_validator(mode="after")
    def _weighted_mean(self) -> "GroupRule":
        if self.how == "sum" and self.weight is not None:
            raise refuse("groups.weighted_sum")
        return self


def _rule(raw: Any) -> Any:
    if isinstance(raw, str):
        return {"how": raw}
    if isinstance(raw, dict) and len(raw) == 1 and "how" not in raw:
        return {"how": next(iter(raw)), "weight": next(iter(raw.values()))}
    return raw


Rule = Annotated[
    GroupRule, BeforeValidator(_rule, json_schema_input_type=Literal["sum", "mean"] | dict[Literal["mean"], Code])
]


_OF_THE_TABLE = ("unit", "group", "set_", "from_", "to", "encoding", "sheet", "header_row")
"""Keys that say how the table of `path` is read."""


class GroupsSpec(Spec):
    """Groups that units belong to, many to many: a row for each unit and group, with the years it holds for."""

    path: str | None = None
    """File: CSV, XLSX or Parquet; relative to the assessment. It may be absent where `bundled` is stated."""
    bundled: list[Code] = Field(default=[])
    """Sets of groups that come with the program, for rosters with division codes of six digits (GB/T 2260):
    `city-synergy groups` lists them."""
    unit: str = "unit"
    """Column that holds the codes of the units."""
    group: str = "group"
    """Column that holds the names of the groups."""
    set_: str | None = Field(default=None, alias="set")
    """Column that says which groups are looked at together, such as regions, airsheds or basins."""
    from_: str | None = Field(default=None, alias="from")
    """Column of the first year of a membership; a column `from`, if there is one, when absent. A blank is open."""
    to: str | None = None
    """Column of the last year of a membership; a column `to`, if there is one, when absent. A blank is open."""
    encoding: str | None = None
    """Text encoding of a CSV; UTF-8 when absent."""
    sheet: str | None = None
    """Sheet of a workbook; the first when absent."""
    header_row: Annotated[int, Field(strict=True, ge=1)] = 1
    """Row of the column names, counted from 1."""
    aggregate: dict[Code, Rule] = Field(default={})
    """By variable, how a group gets its own value: with it each group is scored as a unit of its own. What has no rule
    stays without a value."""
    type_: Code | None = Field(default=None, alias="type")
    """Type of the framework by whose weights and indicators a whole group is scored; where the scores of types are not
    comparable and no type is stated, the members of each type are scored as a group by themselves."""
    weight: Code | None = None
    """Variable that the mean score of the members is weighted by; they count alike when absent."""
    effort: Annotated[list[Code], Field(min_length=1)] | None = None
    """Variables of emissions whose fall since the baseline is each member's effort; those of the co-control measures
    of the framework when absent."""
    benefit: Code | None = None
    """Indicator whose improvement since the baseline is each member's benefit, such as a concentration."""

    @model_validator(mode="after")
    def _some_groups(self) -> "GroupsSpec":
        if self.path is None:
            stated = [name for name in _OF_THE_TABLE if name in self.model_fields_set]
            if stated:
                raise refuse("groups.keys_without_path", keys=", ".join(name.strip("_") for name in stated))
            if not self.bundled:
                raise refuse("groups.none_stated")
        return self

    def variables(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield every variable that is named, with the key that names it."""
        for code, rule in self.aggregate.items():
            yield code, ("aggregate", code)
            if rule.weight is not None:
                yield rule.weight, ("aggregate", code)
        if self.weight is not None:
            yield self.weight, ("weight",)
        for code in self.effort or ():
            yield code, ("effort",)


class PilotsSpec(Spec):
    """Which pilots there are, by region, type or sector; cells without any are shown as such."""

    column: str
    """Column of the roster, one of its cohorts, that says which pilot a unit belongs to; a blank: to none."""
    by: Annotated[list[str], Field(min_length=1, max_length=3)]
    """`type` or cohorts by which they are counted."""
    none: list[str] = Field(default=[])
    """Words of the column that mean no pilot, besides a blank."""
