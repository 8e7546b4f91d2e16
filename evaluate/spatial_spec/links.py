"""A table of directed links between units."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from indicators.spec import Label, Spec, refuse


class LinksSpec(Spec):
    """A table of directed links between units, a row a link: source–receptor, upstream–downstream, power trade."""

    path: str
    """File: CSV, XLSX or Parquet; relative to the assessment."""
    from_: str = Field(default="from", alias="from")
    """Column with the code of the unit that acts: source, upstream, seller."""
    to: str = "to"
    """Column with the code of the unit that is acted upon: receptor, downstream, buyer."""
    value: str | None = None
    """Column with the strength, a number of 0 or more; each link counts 1 when absent."""
    unit_of_measure: str | None = None
    """Unit of measure of the strengths; needed where there are some."""
    year: str | None = None
    """Column with the year of each link; a link holds for every year when absent."""
    label: Label | None = None
    """What map and report call the links; their name when absent."""
    draw: bool = True
    """Whether the map draws them as lines."""
    missing: list[str] = Field(default=[])
    """Texts that stand for a missing strength, besides an empty cell."""
    encoding: str | None = None
    """Text encoding of a CSV; UTF-8 when absent."""
    sheet: str | None = None
    """Sheet of a workbook; the first when absent."""
    header_row: Annotated[int, Field(strict=True, ge=1)] = 1
    """Row of the column names, counted from 1."""

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if (self.value is None) != (self.unit_of_measure is None):
            raise refuse("links.value_and_unit")
        return self
