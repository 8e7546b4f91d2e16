"""Coupling coordination in words and tables: beside the composite, never a part of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from evaluate.coherence import pearson
from evaluate.dynamics.coordination import MODELS, UNAVAILABLE
from evaluate.report.parts import Column, Labels, Table, missing, plain
from indicators.measures import CouplingCoordination
from indicators.synergy.labels import coordination_label, model_label, state_label
from indicators.texts import pick, text

HIGH = 0.99
"""Coupling above which nothing is told apart any more."""
_GRADES = range(1, 11)


@dataclass(frozen=True)
class Section:
    """What the page shows."""

    said: list[str]
    facts: list[str] = field(default_factory=list)
    table: Table | None = None
    details: list[Table] = field(default_factory=list)


def _say(labels: Labels, name: str, /, **values: object) -> str:
    return text(f"coordination.{name}", labels.language, **values)


def coordination(labels: Labels) -> Section:
    """Return the section of the page."""
    results = labels.results
    table, chosen = results.coordination, results.manifest["outputs"].get("coordination", {})
    if table is None:
        return Section([_say(labels, "switched_off" if chosen is None else "none")])
    beside = labels.sentences([_say(labels, "beside"), *_scored_too(labels)])
    if table.empty:
        return Section([_say(labels, "one_dimension" if len(_dimensions(labels)) < 2 else "nobody")])
    intro = labels.sentences([_say(labels, "intro", dimensions=labels.listed(map(labels.code, _dimensions(labels)))),
                              _say(labels, "weighed" if (chosen or {}).get("weights") else "equal")])  # fmt: skip
    kept = table[~table["state"].isin(UNAVAILABLE)]
    facts = list(_unavailable(labels, table))
    if kept.empty:
        return Section([intro, beside], facts)
    facts += _facts(labels, kept)
    if not results.comparable:
        facts.append(_say(labels, "by_type"))
    facts.append(_say(labels, "meaning", limit=f"{HIGH:g}"))
    years = sorted({int(year) for year in kept["year"]})
    last = results.rank_year if results.rank_year in years else years[-1]
    counts = grade_counts(labels, last)
    return Section([intro, beside], facts, counts, [grade_counts(labels)] if len(years) > 1 else [])


def _scored_too(labels: Labels) -> Iterator[str]:
    """Yield what keeps this section from being taken for an indicator that is a coupling coordination itself."""
    for code, indicator in labels.results.framework.indicators.items():
        if isinstance(indicator.measure, CouplingCoordination):
            yield _say(labels, "scored_too", label=labels.code(code))


def _dimensions(labels: Labels) -> list[str]:
    chosen = labels.results.manifest["outputs"].get("coordination") or {}
    return list(chosen.get("dimensions") or labels.results.framework.tree)


def _unavailable(labels: Labels, table: pd.DataFrame) -> Iterator[str]:
    for state in UNAVAILABLE:
        held = table[table["state"] == state]
        if len(held):
            kinds = [kind for kind in labels.types if kind in set(held["type"])]
            where = _scope(labels, "") if len(held) == len(table) else labels.listed(map(labels.kind, kinds))
            yield _say(labels, "unavailable", scope=where, reason=_say(labels, f"unavailable_{state}"))


def _scopes(labels: Labels) -> list[str]:
    """Return all units together and each type; the types alone where they are not comparable."""
    kinds = labels.types if labels.typed else []
    return ["", *kinds] if labels.results.comparable else list(labels.types)


def _scope(labels: Labels, kind: str) -> str:
    return labels.kind(kind) if kind else labels.say("all_units")


def _of(labels: Labels, table: pd.DataFrame, kind: str) -> pd.DataFrame:
    whole = kind == "" and labels.results.comparable
    return table if whole else table[table["type"].fillna("").astype(str) == kind]


def _facts(labels: Labels, table: pd.DataFrame) -> list[str]:
    """Tell how far the traditional model tells units apart, in the year ranked."""
    year = labels.results.rank_year
    held = table[(table["year"] == year) & (table["model"] == "traditional") & table["coupling"].notna()]
    out = []
    for kind in _scopes(labels)[:1] if labels.results.comparable else _scopes(labels):
        part = _of(labels, held, kind)
        if part.empty:
            continue
        share = float((part["coupling"] > HIGH).mean())
        numbers = [part[name].to_numpy(dtype=float) for name in ("coordination", "development")]
        r, n = pearson(*numbers)
        values = {
            "scope": _scope(labels, kind), "year": year, "count": len(part), "limit": f"{HIGH:g}",
            "share": f"{100 * share:.0f}%",
        }  # fmt: skip
        same = np.isnan(r) or n < 3
        out.append(_say(labels, "fact_share" if same else "fact", **values, **({} if same else {"r": f"{r:.3f}"})))
    return out


def grade_counts(labels: Labels, year: int | None = None) -> Table:
    """Units by grade, model, type and year; of one year where it is named."""
    table, rows = labels.results.coordination, []
    held = pd.DataFrame(columns=["year"]) if table is None else table[~table["state"].isin(UNAVAILABLE)]
    if year is not None:
        held = held[held["year"] == year]
    present = set() if held.empty else {int(grade) for grade in held["grade"].dropna()}
    for kind in _scopes(labels) if len(held) else []:
        own = _of(labels, held, kind)
        for model in MODELS:
            for when, part in own[own["model"] == model].groupby("year"):
                counts = part["grade"].value_counts()
                row: dict[str, Any] = {
                    "type": _scope(labels, kind), "model": _model(labels, model), "year": str(when),
                    "n": int(part["grade"].notna().sum()), "kind": kind,
                }  # fmt: skip
                row |= {name: plain(part[name].median()) for name in ("coupling", "development", "coordination")}
                rows.append(row | {f"grade_{g}": int(counts.get(g, 0)) for g in _GRADES})
    lowest, highest = min(present, default=1), max(present, default=10)
    columns = [Column("type", labels.say("column_type"))] if labels.typed else []
    columns.append(Column("model", _say(labels, "column_model")))
    if year is None:
        columns.append(Column("year", labels.say("column_year")))
    columns.append(Column("n", labels.say("column_count"), "whole"))
    group = _say(labels, "group_median")
    columns += [
        Column(name, _say(labels, f"column_{name}"), "weight", group)
        for name in ("coupling", "development", "coordination")
    ]
    group = _say(labels, "group_grades")
    shown = range(lowest, highest + 1)
    columns += [Column(f"grade_{g}", str(g), "whole", group) for g in shown]
    names = labels.listed(_grade(labels, g) for g in shown)
    caption = _say(labels, "grades_caption") if year is None else _say(labels, "grades_of_year", year=year)
    note = _say(labels, "grades_note", names=names, traditional=_full(labels, "traditional"),
                corrected=_full(labels, "corrected"))  # fmt: skip
    return Table("coordination", caption, tuple(columns), rows, note)


def units(labels: Labels) -> Table:
    """Coupling, development, coordination and grade of every unit in the year ranked, by both models."""
    results, rows = labels.results, []
    table = results.coordination
    held = pd.DataFrame() if table is None else table[table["year"] == results.rank_year]
    names = ("coupling", "coordination")
    by_unit: dict[str, list[dict[str, Any]]] = {}
    for record in held.astype(object).to_dict("records"):
        by_unit.setdefault(str(record["unit"]), []).append({str(key): value for key, value in record.items()})
    for unit, records in by_unit.items():
        kind = "" if missing(records[0]["type"]) else str(records[0]["type"])
        row: dict[str, Any] = {
            "name": labels.units[unit], "unit": unit, "type": labels.kind(kind),
            "development": plain(records[0]["development"]),
        }  # fmt: skip
        states = []
        for cells in records:
            model = str(cells["model"])
            row |= {f"{model}:{name}": plain(cells[name]) for name in names}
            grade = plain(cells["grade"])
            row[f"{model}:grade"] = "" if grade is None else _grade(labels, int(grade))
            if cells["state"] != "defined":
                states.append(_state(labels, str(cells["state"])))
        rows.append(row | {"state": labels.listed(dict.fromkeys(states))})
    columns = [Column("name", labels.say("column_name"), "name"), Column("unit", labels.say("column_unit"), "code")]
    columns += [Column("type", labels.say("column_type"))] if labels.typed else []
    columns.append(Column("development", _say(labels, "column_development"), "weight"))
    for model in MODELS:
        columns += [
            Column(f"{model}:{name}", _say(labels, f"column_{name}"), "weight", _full(labels, model)) for name in names
        ]
        columns.append(Column(f"{model}:grade", labels.say("column_grade"), "text", _full(labels, model)))
    if any(row["state"] for row in rows):
        columns.append(Column("state", _say(labels, "column_state"), width=24))
    caption = _say(labels, "units_caption", year=results.rank_year)
    return Table("coordination_units", caption, tuple(columns), rows)


def _grade(labels: Labels, grade: int) -> str:
    return f"{grade} {pick(coordination_label(grade), labels.language)}"


def _model(labels: Labels, model: str) -> str:
    return _say(labels, f"short_{model}")


def _full(labels: Labels, model: str) -> str:
    return str(pick(model_label(model), labels.language))


def _state(labels: Labels, state: str) -> str:
    if state in UNAVAILABLE:
        return _say(labels, f"unavailable_{state}")
    return str(pick(state_label(state), labels.language))
