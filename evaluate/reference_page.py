"""The generated parts of the reference pages: keys of the forms, methods, help of the command, signatures.

A page holds hand-written text and, between `<!-- generated: KIND NAME -->` and `<!-- end -->`, what is derived from the
declarations. `python -m evaluate.reference_page docs/reference/*.md` brings these parts up to date.
"""

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import evaluate
from evaluate.catalogue import METHODS, word_of
from evaluate.layer_spec import RasterLayer, WeightLayer
from evaluate.overlay_spec import OverlaySpec
from evaluate.sources.spec import Source
from evaluate.spatial import FORMS
from evaluate.spec import AssessmentFile, LongTable, RobustnessSpec, WideTable
from evaluate.vector_spec import VectorLayer
from indicators.definitions import Variable
from indicators.framework import Framework
from indicators.spec import CODE, Spec

HEADINGS: Mapping[str, str] = {
    "AssessmentFile": "The whole file", "RosterSpec": "Roster", "WideTable": "Wide table", "LongTable": "Long table",
    "YearsTable": "Table of years", "Column": "Column", "RasterLayer": "Raster layer", "VectorLayer": "Vector layer",
    "WeightLayer": "Weight layer", "FeatureWeight": "Feature weight", "OverlaySpec": "Overlay",
    "BoundariesSpec": "Boundaries",
    "Period": "Period", "Coverage": "Coverage", "Methodology": "Methodology", "FittedReference": "Fitted reference",
    "WeightingLevels": "Weighting levels", "AggregationLevels": "Aggregation levels", "Override": "Override",
    "Veto": "Veto", "Grades": "Grades", "GradeLabels": "Grade labels", "RobustnessSpec": "Robustness",
    "UniformNoise": "Uniform noise", "DirichletNoise": "Dirichlet noise", "IndicatorError": "Indicator error",
    "Sensitivity": "Sensitivity", "Outputs": "Outputs", "Coordination": "Coordination", "Dynamics": "Dynamics",
    "Judgement": "Judgement", "AccountingSpec": "Accounting", "ActivitySpec": "Activity",
    "ElectricitySpec": "Electricity", "TotalSpec": "Total",
    "DetectorSpec": "Geodetector", "FactorSpec": "Factor",
    "RegressionSpec": "Regression", "VariabilitySpec": "Variability", "PlacesSpec": "Further places",
    "PlaceColumn": "Column of further places", "LocalWeightsSpec": "Local weights",
    "LinksSpec": "Links", "SpatialSpec": "Spatial analyses", "AutocorrelationSpec": "Autocorrelation",
    "Framework": "The whole file", "Variable": "Variable", "Indicator": "Indicator", "Thresholds": "Thresholds",
    "Dimension": "Dimension", "UnitType": "Type",
    "Beside": "Beside", "SubsystemPart": "Subsystem part", "Along": "Along", "LeftEmpty": "Left empty",
    "Source": "The whole file", "SourceYears": "Years of a source",
    "GroupsSpec": "Groups", "GroupRule": "Group rule", "PilotsSpec": "Pilots",
    "SpatialDynamicsSpec": "Spatial dynamics",
    "DecompositionSpec": "Decomposition", "DecomposedEmission": "Decomposed emission", "Driver": "Driver",
}  # fmt: skip
"""Under which heading of its page a model is described."""

_KEYS = {
    (WideTable, "columns"): "column", (LongTable, "variables"): "item", (Variable, "breaks"): "year",
    (RobustnessSpec, "vary"): "path",
    (Source, "layer"): "key", (Source, "table"): "key", (RasterLayer, "band"): "year", (WeightLayer, "band"): "year",
    (VectorLayer, "where"): "column", (OverlaySpec, "where"): "column",
}  # fmt: skip
_BLOCK = re.compile(r"(<!-- generated: ([a-z]+) ?(\S*) -->\n).*?(<!-- end -->)", re.DOTALL)
_HELP_WIDTH = 88


def models() -> dict[str, type[Spec]]:
    """Return every model that a user writes, by name, except the methods.

    >>> "RosterSpec" in models(), "MinMax" in models()
    (True, False)
    """
    found: dict[str, type[Spec]] = {}

    def visit(model: type[Spec]) -> None:
        if model.__name__ not in found:
            found[model.__name__] = model
            for field in model.model_fields.values():
                for inner in _models_in(field.annotation):
                    visit(inner)

    for form in (AssessmentFile, Framework, Source):
        visit(form)
    return {name: model for name, model in found.items() if name in HEADINGS}


def _models_in(annotation: Any) -> Iterator[type[Spec]]:
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def filled(page: str) -> str:
    r"""Return a page with its generated parts up to date.

    >>> print(filled("<!-- generated: keys Column -->\n<!-- end -->").splitlines()[2])
    | key | form | default | meaning |
    """
    makers = {"keys": _keys, "methods": _methods, "help": _help, "signature": _signature, "columns": _columns}

    def made(block: re.Match[str]) -> str:
        return f"{block[1]}\n{makers[block[2]](block[3])}\n\n{block[4]}"

    return _BLOCK.sub(made, page)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _keys(name: str) -> str:
    return _table(("key", "form", "default", "meaning"), _rows(models()[name]))


def _rows(model: type[Spec]) -> Iterator[tuple[str, str, str, str]]:
    schema = model.model_json_schema(by_alias=True)
    schema = schema["$defs"][model.__name__] if "$ref" in schema else schema
    for name, field in model.model_fields.items():
        key = field.alias or name
        node = schema["properties"][key]
        default = "**required**" if field.is_required() else _default(node.get("default"))
        yield f"`{key}`", _form(node, _KEYS.get((model, name), "")), default, _plain(field.description or "")


def _plain(text: str) -> str:
    return " ".join(text.split()) or "–"


def _default(value: Any) -> str:
    if value is None or value in ({}, []):
        return "–"
    if isinstance(value, dict):
        return f"`{{method: {value['method']}}}`" if "method" in value else "its own defaults"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value == "":
        return "empty"
    if isinstance(value, float):
        return f"`{value:g}`"
    if isinstance(value, list):
        return "`[" + ", ".join(f"{v:g}" if isinstance(v, float) else str(v) for v in value) + "]`"
    return f"`{value}`"


def _form(node: Mapping[str, Any], key: str = "") -> str:
    """Return the form of a value in words, from its JSON schema."""
    if "anyOf" in node:
        options = [_form(option, key) for option in node["anyOf"] if option.get("type") != "null"]
        # where null is the default it is the same as leaving the key out
        empty = len(options) < len(node["anyOf"]) and node.get("default", "") is not None
        return " or ".join([*options, "null"] if empty else options)
    if "$ref" in node:
        return _link(node["$ref"].rpartition("/")[2])
    if "discriminator" in node:
        return _union([option["$ref"] for option in node["oneOf"]])
    if "oneOf" in node:
        return " or ".join(_form(option, key) for option in node["oneOf"])
    if node.get("title") == "label" or node.get("propertyNames", {}).get("enum") == ["zh", "en"]:
        return "label"
    if "enum" in node or "const" in node:
        words = node.get("enum", [node.get("const")])
        return " or ".join(f"`{str(word).lower() if isinstance(word, bool) else word}`" for word in words)
    kind = node.get("type")
    if kind == "object":
        below: Any = node.get("additionalProperties") or next(iter(node.get("patternProperties", {}).values()), {})
        if not isinstance(below, Mapping):  # anything may stand there
            below = {}
        return f"{{{key or 'code'}: {_form(below)}}}"
    if kind == "array":
        inner = _form(node["items"])
        return f"[{inner}, {inner}]" if node.get("maxItems") == 2 else f"list of {inner}"
    if kind == "string":
        return "code" if node.get("pattern", "").strip("^$") == CODE.pattern else "text"
    return _number(kind, node)


def _number(kind: str | None, node: Mapping[str, Any]) -> str:
    if kind == "boolean":
        return "`true` or `false`"
    if kind not in ("number", "integer"):
        return "any"
    least, most = node.get("minimum"), node.get("maximum")
    if least == 1900:
        return "year"
    word = "number" if kind == "number" else "whole number"
    above, below = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    bounds = (("≥", least), (">", above), ("≤", most), ("<", below))
    return f"{word} {', '.join(f'{sign} {bound}' for sign, bound in bounds if bound is not None)}".strip()


def _link(model: str) -> str:
    heading = HEADINGS[model]
    return f"[{heading.lower()}](#{heading.lower().replace(' ', '-')})"


def _union(references: Iterable[str]) -> str:
    names = [ref.rpartition("/")[2] for ref in references]
    for family, members in METHODS.items():
        if set(names) <= {member.__name__ for member in members}:
            return "[rule](#neighbours)" if family == "neighbours" else f"[{family} method](#{family})"
    return " or ".join(_link(name) for name in names)


def _columns(_: str) -> str:
    """Return the columns of every table of a spatial analysis in the order of the file, and what they hold."""
    rows = []
    for form in sorted(FORMS, key=lambda form: form.name):
        alike = groupby(form.columns, key=lambda column: form.columns[column])
        told = "; ".join(f"{kind}: {', '.join(f'`{column}`' for column in columns)}" for kind, columns in alike)
        rows.append((f"`{form.name}.csv`", told))
    return _table(("table", "columns, in their order"), rows)


def _methods(family: str) -> str:
    """Return every method of a family, or rule of neighbourhood, with its parameters."""
    rows = []
    for member in METHODS[family]:
        own = [row for row in _rows(member) if row[0] not in ("`method`", "`rule`")]
        for position, row in enumerate(own or [("–", "–", "–", "no parameters")]):
            rows.append((f"`{word_of(member)}`" if position == 0 else "", *row))
    head = "rule" if family == "neighbours" else "method"
    return _table((head, "parameter", "form", "default", "meaning"), rows)


def _help(name: str) -> str:
    """Return the help of one command, or of the program, as it is shown."""
    from evaluate.cli.main import PROGRAM, build

    group = build("en")
    shown = group.commands[name] if name else group
    context = group.context_class(group, info_name=PROGRAM, terminal_width=_HELP_WIDTH)
    if name:
        context = group.context_class(shown, info_name=name, parent=context, terminal_width=_HELP_WIDTH)
    return f"```text\n{shown.get_help(context)}\n```"


def _signature(name: str) -> str:
    """Return how a public name is called, and the first line of its description."""
    holder, _, attribute = name.partition(".")
    found = getattr(evaluate, holder)
    found = getattr(found, attribute) if attribute else found
    written = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(inspect.signature(found)))
    written = re.sub(r"<function [^>]*>", "…", written).replace("'", "")
    summary = (inspect.getdoc(found) or "").splitlines()[0]
    return f"```text\n{_wrapped(name, written)}\n```\n\n{summary}"


def _wrapped(name: str, signature: str) -> str:
    """Break a long signature after its commas, one parameter a line."""
    if len(name) + len(signature) <= _HELP_WIDTH:
        return name + signature
    inside, _, result = signature[1:].rpartition(")")
    parts, depth = [""], 0
    for character in inside:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return f"{name}(\n" + "".join(f"    {part.strip()},\n" for part in parts) + f"){result}"


def main(paths: Iterable[str]) -> int:
    """Bring the pages up to date and name those that changed."""
    for path in map(Path, paths):
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
