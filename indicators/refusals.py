"""What pydantic refuses of a definition, in a user's words: the key, the text and its values."""

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from indicators.errors import nearest
from indicators.texts import both, joined

Path = tuple[str | int, ...]
Refusal = tuple[Path, str, Mapping[str, Any]]
"""Keys down to what is refused, the key of the text and its values."""


def refusals(model: type[BaseModel], raw: object, error: ValidationError, depth: int = 0) -> Iterator[Refusal]:
    """Yield all that is refused, also what lies behind a misspelt method: it is looked for under the word meant.

    Args:
        model: the form.
        raw: plain data that it does not take.
        error: what it has against them.
        depth: misspelt methods on the way.

    >>> class Grid(BaseModel):
    ...     width: int
    >>> try:
    ...     Grid.model_validate({"width": [1]})
    ... except ValidationError as error:
    ...     list(refusals(Grid, {"width": [1]}, error))
    [(('width',), 'faults.expected_whole', {'found': '[1]'})]
    """
    meant = raw
    for details in _decided(raw, error.errors(include_url=False)):
        path, text_key, values = _translated(model, raw, details)
        yield path, text_key, values
        named = details["type"] == "union_tag_invalid" and path[-1] in ("method", "rule")
        if named and values.get("meant"):
            meant = _replaced(meant, path, values["meant"])
    if meant is not raw and depth < 5:
        try:
            model.model_validate(meant)
        except ValidationError as behind:
            yield from refusals(model, meant, behind, depth + 1)


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


def _translated(model: type[BaseModel], raw: object, details: ErrorDetails) -> Refusal:
    kind, context, found = details["type"], details.get("ctx", {}), shown(details["input"])
    path = _path_in(raw, details["loc"], kind)
    if "." in kind:
        return path, kind, context
    if kind == "extra_forbidden":
        owner = _model_at(model, details["loc"][:-1])
        known = [f.alias or n for n, f in owner.model_fields.items()] if owner else []
        return path, "faults.unknown_key", {"meant": nearest(path[-1], known), "known": ", ".join(known)}
    if kind == "missing":
        return path, "faults.missing_key", {}
    if kind in ("union_tag_invalid", "literal_error", "enum"):
        expected = str(context.get("expected_tags") or context.get("expected"))
        names = re.findall(r"'([^']*)'", expected)
        tag = context.get("tag", details["input"])
        if kind == "union_tag_invalid":
            path = (*path, _deciding(context))
        expected = ", ".join(f"'{name}'" for name in names)
        return path, "faults.one_of", {"expected": expected, "found": shown(tag), "meant": nearest(tag, names)}
    if kind == "union_tag_not_found":
        if isinstance(details["input"], Mapping):
            return (*path, _deciding(context)), "faults.missing_key", {}
        return path, "faults.expected_mapping", {"found": found}
    if kind in _BOUNDS:
        name, bound = _BOUNDS[kind]
        return path, f"faults.{name}", {"bound": f"{context[bound]:.15g}", "found": found}
    if kind == "string_pattern_mismatch":
        return path, "faults.bad_code", {"found": found}
    if kind == "finite_number":
        return path, "faults.expected_number", {"found": found}
    expected = _KINDS.get(kind.split("_")[0], "other")
    return path, f"faults.expected_{expected}", {"found": found}


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


def _model_at(model: type[BaseModel], loc: Sequence[str | int]) -> type[BaseModel] | None:
    """Walk the annotations along pydantic's location to the model that refused a key."""
    here: Any = model
    for part in loc:
        here = _step(here, part)
        if here is None:
            return None
    return next((m for m in _members(here)), None)


def _members(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that an annotation may stand for."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
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


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    """Return the words by which a tagged union may name this member."""
    words: list[Any] = [model.__name__]
    for name in ("method", "layout", "kind", "rule"):
        if name in model.model_fields and get_origin(model.model_fields[name].annotation) is Literal:
            words += get_args(model.model_fields[name].annotation)
    return tuple(words)
