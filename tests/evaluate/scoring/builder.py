"""Small frameworks, panels and methodologies, written so that every number can be followed by hand."""

from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import Any

import pandas as pd
import pytest

from evaluate.methodology import Methodology
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.score import score
from evaluate.scoring.scores import Scores
from indicators.errors import Fault, InputError
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.spec import build

ONE = {"d": {"a": 1, "b": 1}}
"""A tree of one dimension of two indicators."""


def framework(
    tree: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]] | None = None,
    types: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    code: str = "small",
) -> Framework:
    """Return a framework.

    `tree`: by dimension the weights of its indicators, or `{"weight": w, "indicators" | "dimensions": …}`. An indicator
    is a variable of its own code, without a unit of measure and positive, as far as `indicators` says nothing else.
    """
    stated = dict(indicators or {})
    found: list[str] = []

    def node(raw: Mapping[str, Any], name: str) -> dict[str, Any]:
        whole = dict(raw) if {"indicators", "dimensions"} & set(raw) else {"indicators": dict(raw)}
        if "dimensions" in whole:
            whole["dimensions"] = {c: node(below, c) for c, below in whole["dimensions"].items()}
        found.extend(whole.get("indicators", {}))
        return {"label": name.upper(), **whole}

    built = {name: node(raw, name) for name, raw in tree.items()}
    for kind in (types or {}).values():
        found += [c for listed in kind.get("indicators", {}).values() for c in listed]
    whole = {
        name: {"label": name.upper(), "formula": name, "unit_of_measure": "1", "direction": "positive"}
        | dict(stated.get(name, {}))
        for name in dict.fromkeys(found)
    }
    for entry in whole.values():
        if "measure" in entry:
            entry.pop("formula")
    listed = dict(variables or {})
    for name, entry in whole.items():
        if entry.get("formula") == name:
            listed.setdefault(name, {"unit_of_measure": entry["unit_of_measure"]})
    return Framework.from_dict({
        "schema": "framework/1", "code": code, "label": "Small", "assesses": "city", "source": "tests",
        "variables": listed, "indicators": whole, "tree": built,
        "types": {name: {"label": name.capitalize(), **raw} for name, raw in (types or {}).items()},
    })  # fmt: skip


def panel(text: str, year: int | None = 2020, types: Mapping[str, str] | None = None, **options: Any) -> Panel:
    """Return a panel from a table in a text; `-` is a missing value, `types` gives the type of each unit."""
    table = pd.read_csv(StringIO(text), sep=r"\s+", na_values="-", dtype={"unit": str})
    units = None
    if types is not None or "cohorts" in options:
        codes = sorted(table["unit"].unique())
        units = pd.DataFrame({"unit": codes, **options.pop("cohorts", {})})
        if types is not None:
            units["type"] = [types[code] for code in codes]
    return Panel.from_frame(table, units, year=None if "year" in table else year, **options)


def methodology(**raw: Any) -> Methodology:
    """Return a methodology from its plain form."""
    return build(Methodology, raw)


def scored(table: Panel, definition: Framework, fitted: Fitted | None = None, **raw: Any) -> Scores:
    """Score a panel by a methodology in plain form."""
    return score(table, definition, methodology(**raw), fitted)


def column(scores: Scores, name: str, digits: int = 9) -> dict[tuple[str, int], float]:
    """Return one column of the scores by unit and year."""
    table = scores.scores
    return {
        (u, int(y)): round(float(v), digits) for u, y, v in zip(table["unit"], table["year"], table[name], strict=True)
    }


def by_unit(scores: Scores, name: str = "composite", digits: int = 9) -> dict[str, float]:
    """Return one column of the scores of a single year by unit."""
    found = column(scores, name, digits)
    assert len({year for _, year in found}) == 1
    return {unit: value for (unit, _), value in found.items()}


def cells(table: pd.DataFrame, name: str, digits: int = 9) -> list[float | None]:
    """Return one column of a table, None where blank."""
    return [None if pd.isna(v) else round(float(v), digits) for v in table[name]]


def weights_of(scores: Scores, digits: int = 9) -> dict[tuple[str, str], dict[str, float]]:
    """Return the weights within each parent by type and year, as the table of weights has them."""
    out: dict[tuple[str, str], dict[str, float]] = {}
    for row in scores.weights.itertuples():
        key = (str(row.type), "" if pd.isna(row.year) else str(row.year))
        out.setdefault(key, {})[str(row.code)] = round(float(row.weight), digits)  # type: ignore[arg-type]
    return out


def refused(call: Callable[[], object]) -> list[Fault]:
    """Return the faults that a call raises, each of which must have a text in both languages."""
    with pytest.raises(InputError) as raised:
        call()
    for language in ("zh", "en"):
        assert raised.value.render(language)
    return list(raised.value.faults)


def warned(scores: Scores) -> list[tuple[str, object]]:
    """Return key and code of every warning."""
    for warning in scores.warnings:
        warning.message("zh")
    return [(w.text_key.partition(".")[2], w.values.get("code")) for w in scores.warnings]


def reasons(scores: Scores) -> list[tuple[str, str, int | None, str]]:
    """Return what was left out: what, code, year, and the key of the reason."""
    return [(e.what, e.code, e.year, e.reason.text_key.partition(".")[2]) for e in scores.excluded]


def treated(scores: Scores, step: str) -> list[tuple[str, int, str, float | None, float]]:
    """Return the cells that one step changed: unit, year, code, before, after."""
    table = scores.treatment
    rows: Sequence[Any] = list(table[table["step"] == step].itertuples())
    return [
        (r.unit, r.year, r.code, None if pd.isna(r.before) else round(r.before, 9), round(r.after, 9)) for r in rows
    ]
