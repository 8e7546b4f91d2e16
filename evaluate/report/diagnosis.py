"""What keeps each unit back, where it is strong or weak, how it moves against its like, and what would lift it."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluate.report.parts import Column, Kind, Labels, Table, missing, plain, significant
from evaluate.report.words import unit_said

MOST = 3
"""Most obstacles, strengths and weaknesses that are named of a unit."""


@dataclass(frozen=True)
class Told:
    """What is said of one unit; an empty text where there is nothing to say."""

    obstacles: str
    strengths: str
    weaknesses: str
    lift: str
    progress: str

    def lines(self, labels: Labels) -> list[tuple[str, str]]:
        """Return headings with what is said below them."""
        return [(labels.say(f"column_{name}"), said) for name, said in vars(self).items() if said]


def told(labels: Labels) -> dict[str, Told]:
    """Return what is said of every unit of the ranking, by code; nothing where a run has no diagnosis."""
    results = labels.results
    if results.diagnosis is None or results.lift is None or results.progress is None:
        return {}
    lifts = _by_unit(results.lift)
    progress = _by_unit(results.progress)
    out = {}
    indicators = results.diagnosis[results.diagnosis["level"] == 1]
    for unit, rows in _by_unit(indicators).items():
        out[unit] = Told(
            _obstacles(labels, rows), _standing(labels, rows, "strength"), _standing(labels, rows, "weakness"),
            _lift(labels, lifts.get(unit, [])), _progress(labels, progress.get(unit, [])),
        )  # fmt: skip
    return out


def units(labels: Labels) -> Table:
    """One row a unit: its main obstacles, strengths, weaknesses and the smallest change that lifts it."""
    said = told(labels)
    rows = []
    for record in labels.results.ranking().astype(object).to_dict("records"):
        unit, kind = str(record["unit"]), "" if missing(record["type"]) else str(record["type"])
        if unit in said:
            rows.append({
                "kind": kind, "type": labels.kind(kind), "rank_in_type": plain(record["rank_in_type"]),
                "name": record["name"], "unit": unit, **vars(said[unit]),
            })  # fmt: skip
    names = ("obstacles", "strengths", "weaknesses", "lift", "progress")
    columns = (
        *_type(labels),
        Column("rank_in_type", labels.say("column_rank_in_type" if labels.typed else "column_rank"), "whole"),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        *(Column(name, labels.say(f"column_{name}"), width=45) for name in names),
    )
    caption = labels.say("diagnosis_caption", year=labels.results.rank_year)
    return Table("diagnosis", caption, columns, rows)


def obstacles(labels: Labels) -> Table:
    """The mean obstacle degree of every indicator, by type."""
    table = labels.results.diagnosis
    rows: list[dict[str, Any]] = []
    if table is not None:
        held = table[(table["level"] == 1) & table["obstacle"].notna()]
        kinds = held["type"].fillna("").astype(str)
        first = held["unit"].astype(str).map(_leading(held)) == held["code"].astype(str)
        found = held.assign(kind=kinds, first=first).groupby(["kind", "code"])
        for record in found.agg(mean=("obstacle", "mean"), first=("first", "sum")).reset_index().to_dict("records"):
            kind, code = str(record["kind"]), str(record["code"])
            rows.append({
                "kind": kind, "type": labels.kind(kind), "code": code, "item": labels.code(code),
                "mean": float(record["mean"]), "first": int(record["first"]),
            })  # fmt: skip
    rows.sort(key=lambda row: (labels.types.index(row["kind"]), -row["mean"], row["code"]))
    columns = (
        *_type(labels),
        Column("item", labels.say("column_indicator"), "name"),
        Column("mean", labels.say("column_of_obstacle"), "share"),
        Column("first", labels.say("column_of_first"), "whole"),
    )
    caption = labels.say("obstacles_caption", year=labels.results.rank_year)
    return Table("obstacles", caption, columns, rows, labels.say("obstacles_note"))


def progress(labels: Labels) -> Table:
    """The change of every unit since the first year against peers that started at the same level."""
    kinds: dict[str, Kind] = {
        "start": "score", "composite": "score", "change": "signed", "peers": "whole", "from": "score", "to": "score",
        "expected": "signed", "ahead": "signed",
    }  # fmt: skip
    table = labels.results.progress
    records = [] if table is None else table.astype(object).to_dict("records")
    rows = []
    for record in records:
        kind = "" if missing(record["type"]) else str(record["type"])
        row = {"kind": kind, "type": labels.kind(kind), "unit": record["unit"]}
        row["name"] = labels.units.get(str(record["unit"]), str(record["unit"]))
        rows.append(row | {key: plain(record[key]) for key in kinds})
    rows.sort(key=lambda row: (labels.types.index(row["kind"]), -(row["ahead"] or 0), row["unit"]))
    columns = (
        *_type(labels),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        *(Column(key, labels.say(f"column_of_{key}"), kind) for key, kind in kinds.items()),
    )
    first = int(records[0]["start_year"]) if records else labels.results.rank_year
    caption = labels.say("progress_caption", first=first, last=labels.results.rank_year)
    return Table("progress", caption, columns, rows, labels.say("progress_note"))


def rank_bounds(labels: Labels) -> Table:
    """Between which ranks the units without a score would stand."""
    kinds: dict[str, Kind] = {"missing": "whole", "lowest": "score", "highest": "score"}
    table = labels.results.rank_bounds
    rows = []
    for record in [] if table is None else table.astype(object).to_dict("records"):
        kind = "" if missing(record["type"]) else str(record["type"])
        best, worst = plain(record["best_rank"]), plain(record["worst_rank"])
        ranks = "" if best is None else labels.say("rank_between", best=int(best), worst=int(worst))
        rows.append({
            "kind": kind, "type": labels.kind(kind), "unit": record["unit"], "ranks": ranks,
            "name": labels.units.get(str(record["unit"]), str(record["unit"])),
            "reason": "" if missing(record["reason"]) else str(record["reason"]),
            **{key: plain(record[key]) for key in kinds},
        })  # fmt: skip
    columns = [
        *_type(labels),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        *(Column(key, labels.say(f"column_of_{key}"), kind) for key, kind in kinds.items()),
        Column("ranks", labels.say("column_of_ranks")),
    ]
    if any(row["reason"] for row in rows):
        columns.append(Column("reason", labels.say("column_reason"), width=40))
    caption = labels.say("bounds_caption", year=labels.results.rank_year)
    return Table("rank_bounds", caption, tuple(columns), rows, labels.say("bounds_note"))


def _type(labels: Labels) -> list[Column]:
    return [Column("type", labels.say("column_type"))] if labels.typed else []


def _by_unit(table: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for record in table.astype(object).to_dict("records"):
        out.setdefault(str(record["unit"]), []).append({str(k): v for k, v in record.items()})
    return out


def _leading(held: pd.DataFrame) -> dict[str, str]:
    """Return the greatest obstacle of each unit."""
    first = held.sort_values(["obstacle", "code"], ascending=[False, True], kind="stable").drop_duplicates("unit")
    return dict(zip(first["unit"].astype(str), first["code"].astype(str), strict=True))


def _obstacles(labels: Labels, rows: list[dict[str, Any]]) -> str:
    held = sorted((r for r in rows if not missing(r["obstacle"]) and r["obstacle"] > 0), key=lambda r: -r["obstacle"])
    if not held:
        return labels.say("obstacles_nothing")
    named = [labels.say("obstacle", label=labels.code(r["code"]), share=_percent(r["obstacle"])) for r in held[:MOST]]
    return labels.listed(named)


def _standing(labels: Labels, rows: list[dict[str, Any]], which: str) -> str:
    sign = -1 if which == "strength" else 1
    held = sorted(
        (r for r in rows if r["standing"] == which), key=lambda r: (sign * r["percentile"], sign * r["distance"])
    )
    named = [labels.say(which, label=labels.code(r["code"]), share=_percent(r["percentile"])) for r in held[:MOST]]
    return labels.listed(named)


def _lift(labels: Labels, rows: list[dict[str, Any]]) -> str:
    if any(row["outcome"] == "first" for row in rows):
        return labels.say("lift_first")
    if any(row["outcome"] == "too_many" for row in rows):
        return labels.say("lift_too_many")
    chosen = [row for row in rows if plain(row["smallest"]) == 1]
    if not chosen:
        return labels.say("lift_nothing") if rows else ""
    row, framework = chosen[0], labels.results.framework
    unit = unit_said(framework.indicators[row["code"]].unit_of_measure, labels.language)
    said = labels.say(
        "lift", label=labels.code(row["code"]), value=significant(row["value"]), needed=significant(row["needed"]),
        unit_of_measure=f" {unit}" if unit else "", target=f"{row['target']:.2f}",
        ahead=labels.units.get(str(row["ahead"]), str(row["ahead"])),
    )  # fmt: skip
    return labels.sentences([said, labels.say("lift_flat") if plain(row["flat"]) == 1 else ""])


def _progress(labels: Labels, rows: list[dict[str, Any]]) -> str:
    if not rows or missing(rows[0]["expected"]):
        return ""
    row = rows[0]
    return labels.say(
        "progress_of", first=row["start_year"], change=_signed(row["change"]), expected=_signed(row["expected"]),
        count=row["peers"], low=f"{row['from']:.1f}", high=f"{row['to']:.1f}",
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")
