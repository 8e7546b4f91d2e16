"""The starting point of a new assessment: a commented file, and a roster and a table with headers only."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

import yaml

from evaluate.demo.writing import write_all
from indicators.bundled import configs
from indicators.texts import pick


def write_starter(
    directory: Path, framework: Mapping[str, Any], language: str, *, named: str | None = None
) -> list[Path]:
    """Write assessment.yaml, roster.csv and data.csv for a framework, ready to be filled in.

    Parameters:
        directory: folder to write into, made when absent
        framework: a framework in its plain form
        language: `zh` or `en`; the language of labels and outputs
        named: how the assessment names the framework, a path from `directory`; by its code when absent
    Returns: the three paths, the assessment first.
    Errors: `InputError` naming every file that is in the way or cannot be written.
    """
    contents = {
        "assessment.yaml": _assessment(framework, language, named or framework["code"]).encode(),
        "roster.csv": _header(["unit", "name", *(["type"] if framework.get("types") else [])]),
        "data.csv": _header(["unit", "year", *headers(framework)]),
    }
    return write_all(directory, contents)


def headers(framework: Mapping[str, Any]) -> dict[str, str]:
    """Return the column header of each variable, `code (unit of measure)`, and the variable that it holds.

    >>> headers({"variables": {"co2": {"unit_of_measure": "t"}, "share": {"unit_of_measure": "1"}}})
    {'co2 (t)': 'co2', 'share': 'share'}
    """
    return {
        code if variable["unit_of_measure"] == "1" else f"{code} ({variable['unit_of_measure']})": code
        for code, variable in framework["variables"].items()
    }


def _assessment(framework: Mapping[str, Any], language: str, named: str) -> str:
    variables, indicators, types = (framework.get(key) or {} for key in ("variables", "indicators", "types"))
    first = next(iter(variables))
    columns = [
        f"      {_quoted(header)}: {{variable: {_quoted(code)}, "
        f"unit_of_measure: {_quoted(variables[code]['unit_of_measure'])}}}{_label(variables[code], language)}"
        for header, code in headers(framework).items()
    ]
    template = (configs() / "examples" / "init" / "assessment.yaml").read_text(encoding="utf-8")
    filled = Template(template).substitute(
        framework=_quoted(named),
        title_zh=_quoted(pick(framework["label"], "zh")),
        title_en=_quoted(pick(framework["label"], "en")),
        language=language,
        type_key="type" if types else "# type",
        types=", ".join(f"{code}{_label(kind, language, ' ')}" for code, kind in types.items()),
        columns="\n" + "\n".join(columns),
        item=_quoted(first),
        variable=_quoted(first),
        unit_of_measure=_quoted(variables[first]["unit_of_measure"]),
        indicator=_quoted(next(iter(indicators))),
    )
    return "\n".join(line.rstrip() for line in filled.splitlines()) + "\n"


def _quoted(text: object) -> str:
    """Return a text as YAML reads it back whatever it holds: as it is where that is safe, else in quotes.

    >>> _quoted("co2"), _quoted("no"), _quoted("%")
    ('co2', '"no"', '"%"')
    """
    said = str(text)
    plain = re.fullmatch(r"[A-Za-z_][\w/^ ()-]*", said, re.ASCII) and yaml.safe_load(said) == said
    # JSON is part of YAML
    return said if plain else json.dumps(said, ensure_ascii=False)


def _label(item: Mapping[str, Any], language: str, lead: str = "     # ") -> str:
    """Return a label for a comment, on one line, or nothing."""
    label = pick(item.get("label"), language)
    return lead + " ".join(str(label).split()) if label else ""


def _header(columns: Sequence[str]) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(columns)
    return stream.getvalue().encode("utf-8-sig")
