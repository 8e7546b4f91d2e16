"""The form of a binding, `source/1`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import Field, model_validator

from evaluate.layer_spec import LayerSpec
from evaluate.spec import DataTable, Year
from indicators.errors import Fault, Faults, InputError, nearest
from indicators.spec import Code, Label, Locate, Spec, build, dotted, refuse

PART_OF = {"data": "table", "layers": "layer"}
"""The part of a binding that an entry of an assessment takes its keys from."""


class _Table(Spec):
    table: DataTable


class _Layer(Spec):
    layer: LayerSpec


class _Part(NamedTuple):
    model: type[Spec]
    """What it becomes."""
    tag: str
    """The key that tells its forms apart."""
    forms: tuple[type[Spec], ...]

    @classmethod
    def of(cls, model: type[Spec], union: Any) -> "_Part":
        """Return a part with the forms of the union that it holds."""
        members, tagged, *_ = get_args(union)
        return cls(model, tagged.discriminator, get_args(members))


_PARTS = {"table": _Part.of(_Table, DataTable), "layer": _Part.of(_Layer, LayerSpec)}
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
        if (self.layer is None) == (self.table is None):
            raise refuse("sources.one_part")
        return self

    @property
    def part(self) -> str:
        """The part that it has: `table` or `layer`."""
        return "table" if self.layer is None else "layer"

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
    found = (info.alias or name for form in _PARTS[part].forms for name, info in form.model_fields.items())
    return [key for key in dict.fromkeys(found) if key not in _OWN]


def check_keys(source: Source, place: Locate) -> None:
    """Check the keys that entries take, as far as what an entry states besides cannot mend them.

    A key that is missing, and keys that do not go together, are left to the entry; where the key that tells the forms
    apart is left to it as well, the form is meant that knows most of the keys and has the fewest faults.

    Args:
        source: the binding.
        place: gives the place of a key of the binding.

    Raises:
        InputError: every key that no entry knows, and every value that none can have.
    """
    faults, known = Faults(), keys_of(source.part)
    for key in source.keys:
        if key not in known:
            told = {"known": ", ".join(known), "meant": nearest(key, known)}
            faults.add("faults.unknown_key", place((source.part, key)), **told)
    keys = {key: value for key, value in source.keys.items() if key in known}
    part = _PARTS[source.part]
    tried: list[tuple[int, list[Fault]]] = []
    for form in part.forms:
        kind = keys.get(part.tag, get_args(form.model_fields[part.tag].annotation)[0])
        surplus = keys.keys() - {info.alias or name for name, info in form.model_fields.items()}
        tried.append((len(surplus), _final(source.part, {**keys, part.tag: kind}, place)))
    faults.extend(min(tried, key=lambda one: (one[0], len(one[1])))[1])
    faults.raise_if_any()


def _final(part: str, keys: Mapping[str, Any], place: Locate) -> list[Fault]:
    """Return the faults of keys taken for one of the forms, without those that an entry can mend."""
    try:
        build(_PARTS[part].model, {part: keys}, place)
    except InputError as error:
        missing = {dotted((part, key)) for key in keys_of(part) + list(_OWN)}
        return [
            found for found in error.faults
            if found.place.key != part and not (found.text_key == "faults.missing_key" and found.place.key in missing)
        ]  # fmt: skip
    return []
