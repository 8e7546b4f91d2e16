"""The form of a binding, `source/1`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from evaluate.layer_spec import RasterLayer
from evaluate.spec import LongTable, WideTable, Year, YearsTable
from evaluate.vector_spec import VectorLayer
from indicators.errors import nearest
from indicators.spec import Code, Label, Spec, refuse

PART_OF = {"data": "table", "layers": "layer"}
"""The part of a binding that an entry of an assessment takes its keys from."""
_FORMS: dict[str, tuple[type[Spec], ...]] = {
    "table": (WideTable, LongTable, YearsTable),
    "layer": (RasterLayer, VectorLayer),
}
_OWN = ("source", "path")
"""Keys of an entry that only an assessment can state."""


class SourceYears(Spec):
    """The years that are published."""

    from_: Year = Field(alias="from")
    """First year."""
    to: Year | None = None
    """Last year; left out where it is not known or moves on."""
    of: str | None = None
    """Which edition the years are of."""


class Source(Spec):
    """A binding: what files that someone publishes hold, and how to name their source."""

    schema_: Literal["source/1"] = Field(alias="schema")
    """Version of this form."""
    code: Code
    """The name that an assessment uses."""
    label: Label
    """Name for readers."""
    publisher: str
    """Who publishes the files."""
    homepage: str
    """Where they are published; shown, never opened."""
    download: Label
    """Which of the files there are meant."""
    files: Annotated[list[str], Field(min_length=1)]
    """Names of the files; `{year}` stands for the year, `*` for what changes."""
    resolution: str | None = None
    """Size of a cell of a raster."""
    crs: str | None = None
    """Coordinate reference system of the files."""
    years: SourceYears | None = None
    """The years; left out where they are not known."""
    layer: dict[str, Any] | None = None
    """Keys of an entry of `layers`."""
    table: dict[str, Any] | None = None
    """Keys of an entry of `data`."""
    note: Label | None = None
    """What a user should know."""
    licence: str | None = None
    """Licence as the publisher states it; left out where it was not found."""
    citation: Annotated[str, Field(min_length=1)]
    """How to name the source; carried into the run's record and its report."""
    basis: Annotated[list[str], Field(min_length=1)]
    """Where each of these facts was read."""

    @model_validator(mode="after")
    def _fits(self) -> "Source":
        parts = {name: keys for name, keys in (("layer", self.layer), ("table", self.table)) if keys is not None}
        if len(parts) != 1:
            raise refuse("sources.one_part")
        (part, keys), = parts.items()  # fmt: skip
        known = keys_of(part)
        for key in keys:
            if key not in known:
                meant = nearest(key, known)
                raise refuse("sources.unknown_key", found=key, part=part, known=", ".join(known), meant=meant)
        return self

    @property
    def keys(self) -> Mapping[str, Any]:
        """The keys that an entry takes."""
        return self.layer if self.layer is not None else self.table or {}

    @property
    def unit_of_measure(self) -> str | None:
        """The unit of measure that the keys state."""
        return self.keys.get("unit_of_measure")

    def years_said(self) -> str:
        """Return the years as `1970–2023`, open at the end as `2000–`, empty where they are not known."""
        return "" if self.years is None else f"{self.years.from_}–{self.years.to or ''}"


def keys_of(part: str) -> list[str]:
    """Return the keys that a part of a binding may hold.

    >>> "statistic" in keys_of("layer"), "path" in keys_of("layer"), "prefix" in keys_of("table")
    (True, False, True)
    """
    found = (info.alias or name for form in _FORMS[part] for name, info in form.model_fields.items())
    return [key for key in dict.fromkeys(found) if key not in _OWN]
