"""Cohorts side by side: their picture, their tables and a page of their own."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from evaluate.cohorts import CohortComparison
from evaluate.cohorts.comparison import STATISTICS, cohort_label
from evaluate.report import svg
from evaluate.report.page import render
from evaluate.report.parts import Column, Kind, Labels, Table, plain, years_said
from evaluate.results import Results
from indicators.texts import text

_ROW, _HEAD, _LEFT, _MIDDLE, _RIGHT, _WIDTH = 17.0, 24.0, 132.0, 404.0, 452.0, 720.0

_KINDS: dict[str, Kind] = {
    "cohort": "name", "type": "text", "year": "code", "code": "text", "basis": "text", "note": "text",
    "units": "whole", "n": "whole", "n_rest": "whole", "p": "p",
    **dict.fromkeys(("difference", "low", "high"), "signed"),
    **dict.fromkeys(STATISTICS, "score"),
}  # fmt: skip

_WIDE = {"basis": 40, "note": 40}


def render_cohorts(comparison: CohortComparison, results: Results, language: str) -> str:
    """Return an offline page with the picture of the rank year and the tables of every year compared."""
    labels = Labels(results, language)
    year = shown_year(comparison, results.rank_year)
    sections = ("cohorts_picture", "cohorts_differences", "cohorts_distribution")
    return render(
        "cohorts.html.jinja",
        labels,
        labels.say("cohorts_title", by=comparison.by, title=labels.picked(results.manifest["title"])),
        contents=[(name, labels.say(f"section_{name}")) for name in sections],
        figure=cohort_figure(comparison, language, year),
        caption=text("cohorts.picture_title", language, by=comparison.by, year=year),
        differences=difference_table(comparison, labels),
        distribution=distribution_table(comparison, labels),
        comparable=comparison.comparable,
        comparison=comparison,
    )


def shown_year(comparison: CohortComparison, wanted: int) -> int:
    """Return the year wanted, else the last one compared."""
    return wanted if wanted in comparison.years else comparison.years[-1]


def difference_table(comparison: CohortComparison, labels: Labels) -> Table:
    """Return every difference with labels."""
    return _table("differences", comparison.differences, comparison, labels)


def main_table(comparison: CohortComparison, labels: Labels) -> Table:
    """Return the differences that a reader looks at first: the composite within type, and what holds over types."""
    table = comparison.differences
    return _table("main", table[(table["type"] == "") | (table["code"] == "composite")], comparison, labels)


def distribution_table(comparison: CohortComparison, labels: Labels) -> Table:
    """Return the distribution with labels."""
    return _table("distribution", comparison.distribution, comparison, labels)


def _table(code: str, frame: pd.DataFrame, comparison: CohortComparison, labels: Labels) -> Table:
    years = comparison.years
    caption = labels.say(f"cohort_{code}_caption", by=comparison.by, runs=comparison.runs, years=years_said(years))
    shown = comparison.labelled(frame if len(years) > 1 else frame.drop(columns="year"), labels.language)
    rows: list[dict[str, Any]] = [
        {str(key): plain(value) for key, value in row.items()} for row in shown.astype(object).to_dict("records")
    ]
    columns = tuple(
        Column(
            str(name), text(f"cohorts.column_{name}", labels.language), _KINDS[str(name)], width=_WIDE.get(str(name), 0)
        )
        for name in shown.columns
    )
    return Table(code, caption, columns, rows)


def cohort_figure(comparison: CohortComparison, language: str, year: int | None = None) -> Markup:
    """Draw one year (the last when None): how scores spread in each cohort, and its difference to the rest.

    Left: 5th to 95th percentile, middle half, median. Right: difference with its 95 % interval, a ring without one.
    Where types are not comparable the composite is shown within type, then the pooled differences of every score.
    """
    year = comparison.years[-1] if year is None else year
    spread = comparison.distribution[comparison.distribution["year"] == year]
    apart = comparison.differences[comparison.differences["year"] == year]
    blocks = _blocks(comparison, spread, apart, language)
    scale = _Scale.round(float(spread["p05"].min()), float(spread["p95"].max()), _LEFT, _MIDDLE)
    gaps = apart[["difference", "low", "high"]].to_numpy(dtype=float)
    reach = float(np.nanmax(np.abs(gaps))) if np.isfinite(gaps).any() else 0.0
    steps = _Scale.symmetric(reach, _RIGHT, _WIDTH - 14)
    parts = [_axes(scale, steps, language)]
    y = _HEAD * 2
    for heading, rows in blocks:
        parts.append(svg.words(4, y + _HEAD / 2, heading, class_="strong"))
        y += _HEAD
        boxed = any(box for _, box, _ in rows)
        for axis in (scale, steps) if boxed else (steps,):
            for tick in axis.ticks:
                colour = svg.INK if axis is steps and tick == 0 else svg.RULE
                parts.append(svg.line(axis.at(tick), y - 2, axis.at(tick), y + _ROW * len(rows), stroke=colour))
        for cohort, box, gap in rows:
            label = svg.shorten(cohort_label(cohort, language), _LEFT - 16)
            parts.append(svg.words(_LEFT - 8, y + _ROW / 2, label, text_anchor="end"))
            if gap and not boxed:
                said = text("cohorts.sides", language, n=gap["n"], n_rest=gap["n_rest"])
                parts.append(svg.words(_LEFT + 4, y + _ROW / 2, said, class_="tick"))
            parts += _box(box, scale, y + _ROW / 2) + _gap(gap, steps, y + _ROW / 2)
            y += _ROW
        parts.append(svg.line(0, y + 4, _WIDTH, y + 4, stroke=svg.RULE))
        y += 6
    title = text("cohorts.picture_title", language, by=comparison.by, year=year)
    code = f"cohorts-{''.join(c if c.isalnum() and c.isascii() else f'_{ord(c):x}' for c in comparison.by)}-{year}"
    return svg.picture(code, title, _WIDTH, y + 6, svg.join(parts))


@dataclass(frozen=True)
class _Scale:
    """A horizontal axis: its ends, its ticks, where it stands."""

    low: float
    high: float
    ticks: list[float]
    left: float
    right: float

    @classmethod
    def round(cls, low: float, high: float, left: float, right: float) -> "_Scale":
        """Return an axis that ends on ticks."""
        ticks = svg.ticks(low, high)
        return cls(ticks[0], ticks[-1], ticks, left, right)

    @classmethod
    def symmetric(cls, reach: float, left: float, right: float) -> "_Scale":
        """Return an axis with 0 in its middle."""
        reach = 1.04 * reach if reach > 0 else 1.0
        ticks = [tick for tick in svg.ticks(-reach, reach, 4) if abs(tick) <= reach]
        return cls(-reach, reach, ticks, left, right)

    def at(self, value: float) -> float:
        """Return where a value stands."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


Record = dict[Hashable, Any]
Row = tuple[str, "Record | None", "Record | None"]


def _blocks(
    comparison: CohortComparison, spread: pd.DataFrame, apart: pd.DataFrame, language: str
) -> list[tuple[str, list[Row]]]:
    """Return headings with rows: cohort, its distribution, its difference."""
    boxes = {(r["cohort"], r["type"], r["code"]): r for r in spread.to_dict("records")}
    gaps = {(r["cohort"], r["type"], r["code"]): r for r in apart.to_dict("records")}
    kinds = [""] if comparison.comparable else list(dict.fromkeys(spread["type"]))
    blocks: list[tuple[str, list[Row]]] = []

    def add(heading: str, kind: str, code: str) -> None:
        keys = [(cohort, kind, code) for cohort in comparison.cohorts]
        rows = [(key[0], boxes.get(key), gaps.get(key)) for key in keys if key in boxes or key in gaps]
        if rows:
            blocks.append((heading, rows))

    if not comparison.comparable:
        for kind in kinds:
            label = comparison.label(kind, language) if kind else text("cohorts.no_type", language)
            add(f"{comparison.label('composite', language)} · {label}", kind, "composite")
    for code in comparison.measures:
        heading = comparison.label(code, language)
        if not comparison.comparable:
            heading += f" · {text('cohorts.basis_pooled', language)}"
        add(heading, "", code)
    return blocks


def _axes(scale: _Scale, steps: _Scale, language: str) -> Markup:
    parts = [
        svg.words(
            (_LEFT + _MIDDLE) / 2, 8, text("cohorts.axis_scores", language), text_anchor="middle", class_="strong"
        ),
        svg.words(
            (_RIGHT + _WIDTH) / 2, 8, text("cohorts.axis_difference", language), text_anchor="middle", class_="strong"
        ),
    ]
    for axis in (scale, steps):
        for tick in axis.ticks:
            said = svg.tick_label(tick)
            parts.append(svg.words(axis.at(tick), 30, said, text_anchor="middle", class_="tick"))
    return svg.join(parts)


def _box(row: Record | None, scale: _Scale, y: float) -> list[Markup]:
    if row is None or not row["n"]:
        return []
    low, first, median, third, high = (scale.at(row[k]) for k in ("p05", "p25", "median", "p75", "p95"))
    return [
        svg.line(low, y, high, y, stroke=svg.BLUE),
        svg.bar(first, y - 4.5, third - first, 9, fill=svg.SKY, stroke=svg.BLUE, stroke_width=0.8),
        svg.line(median, y - 5, median, y + 5, stroke=svg.INK, stroke_width=2),
    ]


def _gap(row: Record | None, steps: _Scale, y: float) -> list[Markup]:
    if row is None or row["difference"] != row["difference"]:
        return []
    x = steps.at(row["difference"])
    if row["low"] != row["low"]:
        return [svg.dot(x, y, 3.5, fill="#fff", stroke=svg.VERMILLION, stroke_width=1.5)]
    ends = (steps.at(row["low"]), steps.at(row["high"]))
    return [
        svg.line(ends[0], y, ends[1], y, stroke=svg.ORANGE, stroke_width=3, stroke_linecap="round"),
        svg.dot(x, y, 3.5, fill=svg.VERMILLION),
    ]
