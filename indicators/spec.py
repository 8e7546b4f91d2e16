"""The form of every definition: frozen models that refuse unknown keys, and the types of their fields."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from indicators.errors import Faults, Place
from indicators.refusals import Path as Path
from indicators.refusals import refusals
from indicators.refusals import shown as shown

Locate = Callable[[Path], Place]
AnySpec = TypeVar("AnySpec", bound="Spec")


class Spec(BaseModel):
    """A definition: frozen, refuses unknown keys, refuses infinite numbers."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False, populate_by_name=True
    )


def _label(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _not_empty(value: object) -> object:
    if isinstance(value, Mapping) and not value:
        raise refuse("faults.empty_label")
    return value


Label = Annotated[
    dict[Literal["zh", "en"], str],
    BeforeValidator(_label),
    BeforeValidator(_not_empty),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}),
]
"""A text in Chinese and English; a plain text stands for both."""

CODE = re.compile(r"[A-Za-z0-9_-]{1,80}")
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")]
"""A code: letters, digits, `-` and `_`."""

Number = Annotated[float, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]


def refuse(text_key: str, **values: object) -> PydanticCustomError:
    """Return an error to raise inside a validator: the text key of the fault and its values."""
    return PydanticCustomError(text_key, "refused", values)


def plain_place(path: Path) -> Place:
    """Locate a fault by its key alone, for a definition that comes from no file."""
    return Place(key=dotted(path))


def dotted(path: Path) -> str:
    """Write a path of keys as the user reads it.

    >>> dotted(("data", 0, "columns", "co2"))
    'data[0].columns.co2'
    """
    out = ""
    for part in path:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else str(part))
    return out


def build(model: type[AnySpec], raw: object, locate: Locate = plain_place, prefix: Path = ()) -> AnySpec:
    """Build `model` from plain data; all faults are raised together as an `InputError`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = Faults()
        for path, text_key, values in refusals(model, raw, error):
            faults.add(text_key, locate((*prefix, *path)), **values)
        faults.raise_if_any()
        raise  # a validation error without details would be a defect
