"""Lists that are derived from the declarations: methods with their parameters, and the JSON schemas."""

import inspect
from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticUndefined

from evaluate.methodology import FAMILIES
from evaluate.spec import AssessmentFile
from geo.neighbours import RULES
from indicators.framework import Framework
from indicators.measures import MEASURES
from indicators.spec import Spec

METHODS: Mapping[str, tuple[Any, ...]] = {**FAMILIES, "measure": MEASURES, "neighbours": RULES}
"""Everything that a configuration chooses by name, by family: methods, measures, rules of neighbourhood."""
_CHOSEN_BY = ("method", "rule")


def methods() -> list[dict[str, Any]]:
    """Return every method: family, method, parameters (name, default, required, description), source.

    >>> [m["method"] for m in methods() if m["family"] == "aggregation"][:3]
    ['arithmetic', 'geometric', 'harmonic']
    """
    return [
        {
            "family": family,
            "method": word_of(member),
            "parameters": _parameters(member),
            "source": member.source,
            "description": said(inspect.getdoc(member) or ""),
        }
        for family, members in METHODS.items()
        for member in members
    ]


def said(docstring: str) -> str:
    r"""Return a docstring without its examples.

    >>> said("Adds.\n\n>>> 1 + 1")
    'Adds.'
    """
    return docstring.partition("\n>>> ")[0].strip()


def word_of(member: Any) -> str:
    """Return the name by which a configuration chooses a method.

    >>> [word_of(rule) for rule in METHODS["neighbours"]][:3]
    ['queen', 'rook', 'k_nearest']
    """
    key = next(key for key in _CHOSEN_BY if key in member.model_fields)
    return str(member.model_fields[key].annotation.__args__[0])


def _parameters(member: type[Spec]) -> list[dict[str, Any]]:
    schema = member.model_json_schema(by_alias=True)
    out = []
    for name, field in member.model_fields.items():
        if name not in _CHOSEN_BY:
            known = field.default is not PydanticUndefined
            out.append({
                "name": field.alias or name,
                "required": field.is_required(),
                "default": schema["properties"][field.alias or name].get("default") if known else None,
                "description": field.description or "",
            })  # fmt: skip
    return out


def schema(form: str) -> dict[str, Any]:
    """Return the JSON schema of a form, `framework` or `assessment`, for editors."""
    model: type[Spec] = Framework if form == "framework" else AssessmentFile
    made: Any = model.model_json_schema(by_alias=True)
    if form == "assessment":
        # in a file it stands beside the methodology
        made["$defs"]["Methodology"]["properties"].pop("coverage")
        for entry in made["$defs"].values():
            if "source" in entry.get("properties", {}):  # a binding may give every key but the path
                entry["anyOf"] = [{"required": entry.pop("required")}, {"required": ["source", "path"]}]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_without_examples(made)}


def _without_examples(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: said(value) if key == "description" and isinstance(value, str) else _without_examples(value)
            for key, value in node.items()
        }
    return [_without_examples(entry) for entry in node] if isinstance(node, list) else node
