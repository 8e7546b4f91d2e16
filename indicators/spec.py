"""The form of every definition: frozen models that refuse unknown keys, and their faults in a user's words."""

import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from indicators.errors import Fault, Faults, Place, nearest
from indicators.texts import both, joined

Path = tuple[str | int, ...]
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
        _collect(model, raw, error, locate, prefix, faults)
        faults.raise_if_any()
        raise  # a validation error without details would be a defect


def _collect(
    model: type[Spec], raw: object, error: ValidationError, locate: Locate, prefix: Path, faults: Faults, depth: int = 0
) -> None:
    """Add every fault, also those that lie behind a misspelt method: they are looked for under the word meant."""
    meant = raw
    for details in _decided(raw, error.errors(include_url=False)):
        found = _translate(model, raw, details, locate, prefix)
        faults.extend([found])
        named = details["type"] == "union_tag_invalid" and _deciding(details["ctx"]) in ("method", "rule")
        if named and found.values.get("meant"):
            at = (*_path_in(raw, details["loc"], details["type"]), _deciding(details["ctx"]))
            meant = _replaced(meant, at, found.values["meant"])
    if meant is not raw and depth < 5:
        try:
            model.model_validate(meant)
        except ValidationError as behind:
            _collect(model, meant, behind, locate, prefix, faults, depth + 1)


def _deciding(context: Mapping[str, Any]) -> str:
    """Return the key that tells the members of a union apart; pydantic writes a function of ours as `_layout()`."""
    return str(context.get("discriminator", "")).strip("'").removesuffix("()").lstrip("_")


def _replaced(raw: Any, path: Path, value: object) -> Any:
    """Return plain data with one entry replaced; the data handed in stay as they are."""
    if not path:
        return value
    if isinstance(raw, Mapping):
        return {**raw, path[0]: _replaced(raw.get(path[0]), path[1:], value)}
    return [_replaced(entry, path[1:], value) if at == path[0] else entry for at, entry in enumerate(raw)]


_KINDS = {
    "float": "number", "int": "whole", "string": "text", "bool": "truth", "dict": "mapping", "model": "mapping",
    "list": "list", "tuple": "list", "mapping": "mapping",
}  # fmt: skip
_BOUNDS = {
    "greater_than": ("above", "gt"), "greater_than_equal": ("at_least", "ge"),
    "less_than": ("below", "lt"), "less_than_equal": ("at_most", "le"),
    "too_short": ("entries_at_least", "min_length"), "too_long": ("entries_at_most", "max_length"),
}  # fmt: skip


def _translate(model: type[Spec], raw: object, details: ErrorDetails, locate: Locate, prefix: Path) -> Fault:
    kind, context, found = details["type"], details.get("ctx", {}), shown(details["input"])
    path = _path_in(raw, details["loc"], kind)
    place = locate(prefix + path)
    if "." in kind:
        return Fault(kind, context, place)
    if kind == "extra_forbidden":
        owner = _model_at(model, details["loc"][:-1])
        known = [f.alias or n for n, f in owner.model_fields.items()] if owner else []
        return Fault("faults.unknown_key", {"meant": nearest(path[-1], known), "known": ", ".join(known)}, place)
    if kind == "missing":
        return Fault("faults.missing_key", {}, place)
    if kind in ("union_tag_invalid", "literal_error", "enum"):
        expected = str(context.get("expected_tags") or context.get("expected"))
        names = re.findall(r"'([^']*)'", expected)
        tag = context.get("tag", details["input"])
        if kind == "union_tag_invalid":
            place = locate((*prefix, *path, _deciding(context)))
        expected = ", ".join(f"'{name}'" for name in names)
        return Fault("faults.one_of", {"expected": expected, "found": shown(tag), "meant": nearest(tag, names)}, place)
    if kind == "union_tag_not_found":
        key = _deciding(context)
        if isinstance(details["input"], Mapping):
            return Fault("faults.missing_key", {}, locate((*prefix, *path, key)))
        return Fault("faults.expected_mapping", {"found": found}, place)
    if kind in _BOUNDS:
        name, bound = _BOUNDS[kind]
        return Fault(f"faults.{name}", {"bound": context[bound], "found": found}, place)
    if kind == "string_pattern_mismatch":
        return Fault("faults.bad_code", {"found": found}, place)
    if kind == "finite_number":
        return Fault("faults.expected_number", {"found": found}, place)
    expected = _KINDS.get(kind.split("_")[0], "other")
    return Fault(f"faults.expected_{expected}", {"found": found}, place)


def shown(value: object, length: int = 60) -> str:
    """Return a value as a message shows it: quoted text, short."""
    out = f"'{value}'" if isinstance(value, str) else ("null" if value is None else str(value))
    out = " ".join(out.split())
    return out if len(out) <= length else out[: length - 1] + "…"


def _path_in(raw: object, loc: Sequence[str | int], kind: str) -> Path:
    """Keep of pydantic's location what are keys of the data; it also names union tags and validators."""
    return tuple(part for part, is_key, _ in _walked(raw, loc, kind) if is_key)


def _walked(raw: object, loc: Sequence[str | int], kind: str) -> Iterator[tuple[str | int, bool, Any]]:
    """Yield each part of pydantic's location, whether it is a key of the data, and the value that it stands below."""
    here: Any = raw
    for position, part in enumerate(loc):
        inside = isinstance(here, Mapping) and part in here
        listed = isinstance(here, list | tuple) and isinstance(part, int) and part < len(here)
        absent = position == len(loc) - 1 and kind in ("missing", "extra_forbidden")
        yield part, inside or listed or absent, here
        if inside or listed:
            here = here[part]


def _decided(raw: object, found: list[ErrorDetails]) -> list[ErrorDetails]:
    """Return the errors of a validation, those of one value in a union as what its user got wrong.

    Pydantic tells what every member of a union has against a value. Where the value is of the kind of one member,
    that member's errors count; where it is of none, all together are one error that names every kind.
    """
    unions: dict[Path, tuple[object, dict[str, list[int]]]] = {}
    for number, details in enumerate(found):
        for at, (part, is_key, value) in enumerate(_walked(raw, details["loc"], details["type"])):
            if not is_key and isinstance(part, str) and part != "[key]":
                members = unions.setdefault(details["loc"][:at], (value, {}))[1]
                members.setdefault(part, []).append(number)
    left: dict[int, ErrorDetails] = dict(enumerate(found))
    for union, (value, known) in sorted(unions.items(), key=lambda entry: len(entry[0])):
        members = {part: told for part, numbers in known.items() if (told := [n for n in numbers if n in left])}
        roots = [n for told in members.values() for n in told if len(found[n]["loc"]) == len(union) + 1]
        # keys that a short form stands for are no members: their values differ from the one that was written
        if len(members) < 2 or not any(found[n]["input"] is value for n in roots):
            continue
        other = {n for n in roots if _kind_of(found[n])}
        of_kind = [told for told in members.values() if other.isdisjoint(told)]
        kept = min(of_kind, key=len) if of_kind else []
        for number in {n for told in members.values() for n in told} - set(kept):
            del left[number]
        if not of_kind:
            left[roots[0]] = _either(union, value, [found[n] for n in roots])
    return [left[number] for number in sorted(left)]


def _kind_of(details: ErrorDetails) -> str:
    """Return what kind of value was expected where one of another kind was found, else an empty text."""
    kind, _, problem = details["type"].partition("_")
    if details["type"] == "literal_error":
        return "literal"
    return _KINDS.get(kind, "") if problem in ("type", "parsing") else ""


def _either(union: Path, value: object, roots: list[ErrorDetails]) -> ErrorDetails:
    """Return one error for a value that is of no kind that a union holds."""
    kinds = list(dict.fromkeys(map(_kind_of, roots)))
    if "number" in kinds and "whole" in kinds:
        kinds.remove("whole")
    words = [w for d in roots if _kind_of(d) == "literal" for w in re.findall(r"'([^']*)'", d["ctx"]["expected"])]
    options: list[object] = []
    for kind in kinds:
        options += [f"'{word}'" for word in words] if kind == "literal" else [both(f"faults.kind_{kind}")]
    first, last = joined(options[:-1]), options[-1]
    told = {"expected": both("faults.either_of", first=first, last=last), "found": shown(value)}
    context = {**told, "meant": nearest(value, words)}
    return ErrorDetails(type="faults.either", loc=union, msg="", input=value, ctx=context)


def _model_at(model: type[Spec], loc: Sequence[str | int]) -> type[Spec] | None:
    """Walk the annotations along pydantic's location to the model that refused a key."""
    here: Any = model
    for part in loc:
        here = _step(here, part)
        if here is None:
            return None
    return next((m for m in _members(here)), None)


def _members(annotation: Any) -> list[type[Spec]]:
    """Return the models that an annotation may stand for."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return [annotation]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [member for arg in get_args(annotation) for member in _members(arg)]
    return []


def _step(annotation: Any, part: str | int) -> Any:
    """Return the annotation one step down: a field, an entry of a mapping or list, or the tagged member."""
    if get_origin(annotation) is Annotated:
        return _step(get_args(annotation)[0], part)
    members = _members(annotation)
    if len(members) > 1:
        tagged = [m for m in members if part in _tags(m)]
        return tagged[0] if tagged else next((s for m in members if (s := _step(m, part)) is not None), None)
    if members:
        fields = members[0].model_fields
        named = next((f for n, f in fields.items() if part in (n, f.alias)), None)
        return named.annotation if named else (members[0] if part in _tags(members[0]) else None)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return next((s for arg in args if (s := _step(arg, part)) is not None), None)
    if origin is dict:
        return args[1]
    return args[0] if origin in (list, tuple) and args else None


def _tags(model: type[Spec]) -> tuple[Any, ...]:
    """Return the words by which a tagged union may name this member."""
    words: list[Any] = [model.__name__]
    for name in ("method", "layout", "kind", "rule"):
        if name in model.model_fields and get_origin(model.model_fields[name].annotation) is Literal:
            words += get_args(model.model_fields[name].annotation)
    return tuple(words)
