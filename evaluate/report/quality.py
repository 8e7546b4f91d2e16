"""Where the figures come from: shares reported and imputed, changed cells, what was left out, marked figures."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from evaluate.decomposed import emission_label
from evaluate.report.parts import Column, Labels, Table, missing, plain, years_said
from indicators.texts import catalogue, text
from indicators.units import said_in

Cells = set[tuple[str, int]]


def resting_on_imputed(labels: Labels) -> dict[str, Cells]:
    """Return, by indicator, the unit-years whose value rests on an imputed figure, of whatever year it is."""
    out: dict[str, Cells] = {code: set() for code in labels.indicators}
    for cell in labels.results.manifest["imputed"]:
        out.setdefault(str(cell["code"]), set()).add((str(cell["unit"]), int(cell["year"])))
    return out


def indicators(labels: Labels) -> Table:
    """For each indicator, how many values rest on reported figures, on imputed ones, or are missing."""
    values = labels.results.values
    keys = pd.MultiIndex.from_arrays([values["unit"].astype(str), values["year"].astype(int)])
    resting = resting_on_imputed(labels)
    treated = labels.results.treatment
    outliers = treated.loc[treated["step"] == "outliers", "code"].astype(str).value_counts()
    rows = []
    for code in labels.indicators:
        present = values[code].notna().to_numpy()
        imputed = present & keys.isin(list(resting[code]))
        unit = said_in(labels.results.framework.indicators[code].unit_of_measure, labels.language)
        rows.append({
            "label": labels.code(code), "code": code, "unit_of_measure": unit, "cells": len(values),
            **_shares(int(present.sum() - imputed.sum()), int(imputed.sum()), len(values)),
            "changed": int(outliers.get(code, 0)),
        })  # fmt: skip
    columns = (
        Column("label", labels.say("column_indicator"), "name"),
        Column("code", labels.say("column_code"), "code"),
        Column("unit_of_measure", labels.say("column_unit_of_measure")),
        Column("cells", labels.say("column_cells"), "whole"),
        *_share_columns(labels),
        Column("changed", labels.say("column_changed"), "whole"),
    )
    return Table("indicators", labels.say("indicators_caption"), columns, rows, labels.say("indicators_note"))


def variables(labels: Labels) -> Table:
    """For each variable, how many unit-years of the scored period are reported, imputed or missing."""
    results = labels.results
    years = {int(year) for year in results.values["year"]}
    cells = len(results.values)
    table = results.reported
    held = table[table["year"].isin(years) & table["unit"].isin(labels.units) & table["value"].notna()]
    counts = held.groupby(held["variable"].astype(str)).size()
    treated = results.treatment
    filled = treated[(treated["step"] == "imputation") & treated["year"].isin(years)]["code"].value_counts()
    rows = [
        {
            "label": labels.code(code), "code": code, "cells": cells,
            "unit_of_measure": said_in(variable.unit_of_measure, labels.language),
            **_shares(int(counts.get(code, 0)), int(filled.get(code, 0)), cells),
        }
        for code, variable in results.framework.variables.items()
    ]  # fmt: skip
    columns = (
        Column("label", labels.say("column_variable"), "name"),
        Column("code", labels.say("column_code"), "code"),
        Column("unit_of_measure", labels.say("column_unit_of_measure")),
        Column("cells", labels.say("column_cells"), "whole"),
        *_share_columns(labels),
    )
    return Table("variables", labels.say("variables_caption"), columns, rows)


def changed_counts(labels: Labels) -> Table:
    """How many cells each step changed, by indicator."""
    table = labels.results.treatment
    rows = []
    for (code, step), group in table.groupby(["code", "step"], sort=True):
        rows.append({
            "label": labels.code(str(code)), "step": step_said(labels, str(step)), "count": len(group),
            "years": years_said(int(year) for year in group["year"]),
        })  # fmt: skip
    columns = (
        Column("label", labels.say("column_item"), "name"),
        Column("step", labels.say("column_step")),
        Column("count", labels.say("column_cells_changed"), "whole"),
        Column("years", labels.say("column_years")),
    )
    return Table("changed_counts", labels.say("changed_counts_caption"), columns, rows)


def changed(labels: Labels, *, year: int | None = None) -> Table:
    """Every changed cell, with what it was before and why it was changed."""
    table = labels.results.treatment
    if year is not None:
        table = table[table["year"] == year]
    rows = [
        {
            "name": labels.units.get(str(record["unit"]), record["unit"]), "unit": record["unit"],
            "year": plain(record["year"]), "label": labels.code(str(record["code"])),
            "step": step_said(labels, str(record["step"])), "before": plain(record["before"]),
            "after": plain(record["after"]), "reason": _said(record["reason"]),
        }
        for record in table.astype(object).to_dict("records")
    ]  # fmt: skip
    columns = (
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        Column("year", labels.say("column_year"), "code"),
        Column("label", labels.say("column_item")),
        Column("step", labels.say("column_step")),
        Column("before", labels.say("column_before"), "number"),
        Column("after", labels.say("column_after"), "number"),
        Column("reason", labels.say("column_reason"), width=50),
    )
    caption = labels.say("changed_caption") if year is None else labels.say("changed_year_caption", year=year)
    return Table("changed", caption, columns, rows)


def excluded(labels: Labels) -> Table:
    """Everything that was left out, drawn together by reason; units with their years stand in `where`.

    A single value is written `unit/indicator` in the run.
    """
    table = labels.results.excluded.astype(object)
    found: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for record in table.to_dict("records"):
        what, code = str(record["what"]), _said(record["code"])
        unit = code if what == "unit" else code.rpartition("/")[0] if what in ("value", "veto") else ""
        item = "" if what == "unit" else code.rpartition("/")[2] if unit else code
        years = found.setdefault((what, item, _said(record["reason"])), {}).setdefault(unit, [])
        if not missing(record["year"]):
            years.append(int(record["year"]))
    rows = []
    for (what, item, reason), places in found.items():
        where = []
        for unit, years in places.items():
            named, when = labels.units.get(unit, unit), years_said(years)
            where.append(f"{named} ({when})" if named and when else named or when)
        rows.append({
            "what": _known(labels, "what", what), "label": labels.code(item) if item else "", "reason": reason,
            "where": labels.listed(where),
        })  # fmt: skip
    columns = (
        Column("what", labels.say("column_what")),
        Column("label", labels.say("column_item"), "name"),
        Column("reason", labels.say("column_reason"), width=60),
        Column("where", labels.say("column_where"), width=60),
    )
    return Table("excluded", labels.say("excluded_caption"), columns, rows)


def marks(labels: Labels) -> Table:
    """Figures that touch a break in the statistics."""
    found: dict[tuple[str, int, str, str], list[int]] = {}
    for mark in labels.results.manifest["marks"]:
        key = (str(mark["code"]), int(mark["break"]), str(mark["kind"]), labels.picked(mark["label"]))
        found.setdefault(key, []).append(int(mark["year"]))
    for mark in labels.results.manifest.get("decomposition_marks", []):
        code = f"{mark['decomposition']}/{mark['emission']}"
        key = (code, int(mark["break"]), str(mark["kind"]), labels.picked(mark["label"]))
        found.setdefault(key, []).append(int(mark["to"]))
    rows = [
        {
            "label": _marked(labels, code), "code": code, "break": year, "why": why,
            "kind": _known(labels, "mark", kind), "years": years_said(years),
        }
        for (code, year, kind, why), years in found.items()
    ]  # fmt: skip
    columns = (
        Column("label", labels.say("column_indicator"), "name"),
        Column("code", labels.say("column_code"), "code"),
        Column("break", labels.say("column_break"), "code"),
        Column("why", labels.say("column_break_label")),
        Column("kind", labels.say("column_mark_kind")),
        Column("years", labels.say("column_years")),
    )
    return Table("marks", labels.say("marks_caption"), columns, rows)


def _marked(labels: Labels, code: str) -> str:
    """Return the label of a marked indicator, or of an emission within a decomposition, written `kaya/so2`."""
    decomposition, _, emission = code.partition("/")
    if not emission:
        return labels.code(code)
    framework = labels.results.framework
    said = labels.picked(emission_label(framework, decomposition, emission))
    return f"{labels.picked(framework.decompositions[decomposition].label)}: {said}"


def warnings(labels: Labels) -> list[str]:
    """Return the warnings of the run as sentences, each led by its place."""
    out = []
    for warning in labels.results.manifest["warnings"]:
        said = text(warning["key"], labels.language, **warning.get("values", {}))
        place = warning.get("place") or ""
        out.append(f"{place}: {said}" if place else said)
    return out


def boundaries(labels: Labels) -> tuple[list[str], Table] | None:
    """Return the units off the map, as names with codes, and the boundaries that were repaired."""
    found = labels.results.manifest.get("boundaries")
    if found is None:
        return None
    off = [f"{labels.units.get(str(code), code)} ({code})" for code in found["off_map"]]
    rows = [
        {"name": labels.units.get(str(r["unit"]), r["unit"]), "unit": r["unit"], "reason": _said(r["reason"])}
        for r in found["repaired"]
    ]
    columns = (
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        Column("reason", labels.say("column_reason"), width=60),
    )
    return off, Table("repaired", labels.say("repaired_caption"), columns, rows)


def step_said(labels: Labels, step: str) -> str:
    """Return the name of a step of the work."""
    return _known(labels, "step", step)


def _known(labels: Labels, family: str, word: str) -> str:
    """Return the text of a word of the run's tables; the word itself when the report knows none."""
    return labels.say(f"{family}_{word}") if f"{family}_{word}" in catalogue("report") else word


def _shares(reported: int, imputed: int, cells: int) -> dict[str, Any]:
    counts = {"reported": reported, "imputed": imputed, "missing": cells - reported - imputed}
    return {key: count / cells if cells else None for key, count in counts.items()}


def _share_columns(labels: Labels) -> Iterable[Column]:
    return (Column(key, labels.say(f"column_{key}"), "share") for key in ("reported", "imputed", "missing"))


def _said(value: object) -> str:
    return "" if missing(value) else str(value)
