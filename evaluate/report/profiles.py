"""The profile of every scored unit: its scores and values against the median of its type."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluate.report.parts import Column, Labels, Table, plain, significant
from evaluate.report.quality import resting_on_imputed
from evaluate.report.tables import tree
from evaluate.report.words import unit_said


@dataclass(frozen=True)
class Line:
    """One dimension or indicator of a profile; numbers are written already, an empty text where there is none."""

    label: str
    depth: int
    dimension: bool
    value: str
    middle: str
    score: str
    score_middle: str
    at: float | None
    """The score as a share of the scale, for the bar."""
    at_middle: float | None
    flags: str


@dataclass(frozen=True)
class Profile:
    """One unit of the ranking with its lines."""

    row: dict[str, Any]
    lines: list[Line]


def profiles(labels: Labels, ranking: Table, top: float) -> Iterator[Profile]:
    """Yield the profile of every unit of the rank year in the order of the ranking; `top` ends the scale of scores."""
    results = labels.results
    scores = results.ranking().set_index("unit")
    years = {name: _of_year(labels, getattr(results, name)) for name in ("values", "normalised")}
    kinds = scores["type"].fillna("").astype(str)
    flags = _flags(labels)
    for kind in labels.types:
        members = kinds.index[kinds == kind]
        nodes = tree(labels, [kind])
        sources = [_source(labels, code, scores, years, members) for code, _ in nodes]
        stems = [(labels.code(code), depth, source[2]) for (code, depth), source in zip(nodes, sources, strict=True)]
        middles = [(_middle(values), _middle(score)) for values, score, _ in sources]
        units = [
            unit_said(results.framework.indicators[code].unit_of_measure, labels.language)
            if code in labels.indicators
            else ""
            for code, _ in nodes
        ]
        for row in ranking.of(kind).rows:
            lines = []
            for node, stem, unit, source, middle in zip(nodes, stems, units, sources, middles, strict=True):
                label, depth, dimension = stem
                value, score = (_cell(column, row["unit"]) for column in source[:2])
                if np.isnan(score) and np.isnan(value) and np.isnan(middle[1]):
                    continue
                lines.append(Line(
                    f"{label} ({unit})" if unit else label, depth, dimension,
                    _number(value), _number(middle[0]), _score(score), _score(middle[1]),
                    _place(score, top), _place(middle[1], top), flags.get((row["unit"], node[0]), ""),
                ))  # fmt: skip
            yield Profile(row, lines)


def _of_year(labels: Labels, table: pd.DataFrame) -> pd.DataFrame:
    held = table[table["year"] == labels.results.rank_year]
    return held.set_index(held["unit"].astype(str))


def _source(
    labels: Labels, code: str, scores: pd.DataFrame, years: dict[str, pd.DataFrame], members: "pd.Index[Any]"
) -> tuple[dict[str, float], dict[str, float], bool]:
    """Return values and scores by unit of the type, and whether it is a dimension."""
    if code in scores.columns:
        return {}, _by_unit(scores[code], members), True
    value, score = (
        _by_unit(years[name][code], members) if code in years[name] else {} for name in ("values", "normalised")
    )
    return value, score, False


def _by_unit(column: pd.Series, members: "pd.Index[Any]") -> dict[str, float]:
    return {str(unit): float(value) for unit, value in column.reindex(members).items()}


def _flags(labels: Labels) -> dict[tuple[str, str], str]:
    """Return the marks behind a value of the rank year: break in the statistics, imputed, changed."""
    year = labels.results.rank_year
    out: dict[tuple[str, str], str] = {}

    def add(unit: str, code: str, sign: str) -> None:
        if sign not in out.get((unit, code), ""):
            out[unit, code] = out.get((unit, code), "") + sign

    for mark in labels.results.manifest["marks"]:
        if int(mark["year"]) == year:
            for unit in labels.units:
                add(unit, str(mark["code"]), "†")
    for code, cells in resting_on_imputed(labels).items():
        for unit, when in cells:
            if when == year:
                add(unit, code, "‡")
    treated = labels.results.treatment
    here = treated[(treated["year"] == year) & treated["step"].isin(["outliers"])]
    for unit, code in zip(here["unit"].astype(str), here["code"].astype(str), strict=True):
        add(unit, code, "§")
    return out


def _cell(column: dict[str, float], unit: str) -> float:
    return float(column.get(unit, np.nan))


def _middle(column: dict[str, float]) -> float:
    values = np.array([value for value in column.values() if not np.isnan(value)])
    return float(np.median(values)) if len(values) else float("nan")


def _number(value: float) -> str:
    return "" if np.isnan(value) else significant(value)


def _score(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.1f}".replace("-", "−")


def _place(score: float, top: float) -> float | None:
    return None if np.isnan(score) else round(min(max(100 * score / top, 0), 100), 1)


def values(labels: Labels) -> Table:
    """Values and scores of the indicators of every roster unit in the rank year."""
    results = labels.results
    years = {name: _of_year(labels, getattr(results, name)) for name in ("values", "normalised")}
    ranks = results.ranking().set_index("unit")["rank_in_type"].to_dict()
    records = results.units.astype(object).to_dict("records")
    rows: list[dict[str, Any]] = []
    for record in records:
        unit, kind = str(record["unit"]), str(record["type"] or "")
        row = {"kind": kind, "type": labels.kind(kind), "name": record["name"], "unit": unit, "rank": ranks.get(unit)}
        for name, table in years.items():
            row |= {f"{name}:{c}": plain(table.at[unit, c]) if unit in table.index else None for c in labels.indicators}
        rows.append(row)
    rows.sort(key=lambda row: (labels.types.index(row["kind"]), row["rank"] is None, row["rank"] or 0, row["unit"]))
    columns = [
        *([Column("type", labels.say("column_type"))] if labels.typed else []),
        Column("rank", labels.say("column_rank_in_type" if labels.typed else "column_rank"), "whole"),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
    ]
    for name, kind, group in (("values", "number", "column_value"), ("normalised", "score", "column_score")):
        for code in labels.indicators:
            unit = unit_said(results.framework.indicators[code].unit_of_measure, labels.language)
            unit = unit if name == "values" else ""
            heading = f"{labels.code(code)} ({unit})" if unit else labels.code(code)
            columns.append(Column(f"{name}:{code}", heading, kind, labels.say(group)))  # type: ignore[arg-type]
    return Table("values", labels.say("values_caption", year=results.rank_year), tuple(columns), rows)
