"""What tables are made of: columns, labels in the reader's language, and how numbers are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

import pandas as pd

from evaluate.results import Results
from indicators.texts import catalogue, pick, text

Kind = Literal[
    "text", "name", "code", "whole", "score", "number", "share", "signed", "p", "weight", "correlation", "rise"
]

LIMIT = 0.8
"""Correlation beyond which the report warns, in absolute value."""


@dataclass(frozen=True)
class Column:
    """One column of a table: `score` has a bar on the page and a colour scale in the workbook."""

    key: str
    heading: str
    kind: Kind = "text"
    group: str = ""
    """Heading above several columns."""
    width: int = 0
    """Width in characters in the workbook; chosen by kind when 0."""


@dataclass(frozen=True)
class Table:
    """A table for the page and the workbook."""

    code: str
    caption: str
    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    note: str = ""

    @property
    def heads(self) -> list[tuple[str, int, Column]]:
        """Return the upper row of headings in the order of the cells: group, width, and the first column below it.

        A column without a group stands alone and reaches over both rows.
        """
        runs = groupby(self.columns, key=lambda column: (column.group, "" if column.group else column.key))
        held = ((group, list(run)) for (group, _), run in runs)
        return [(group, len(run), run[0]) for group, run in held]

    def of(self, kind: str, *left: str) -> "Table":
        """Return the rows of one type of units, without the column that names it and those of the keys `left` out."""
        rows = [row for row in self.rows if row["kind"] == kind]
        columns = tuple(column for column in self.columns if column.key not in ("type", *left))
        return Table(self.code, self.caption, columns, rows, self.note)


@dataclass(frozen=True)
class Labels:
    """Labels of a run in one language."""

    results: Results
    language: str

    def say(self, name: str, /, **values: object) -> str:
        """Return a text of the report; of a run without types the one that speaks of none, where there is one."""
        other = f"{name}_untyped"
        chosen = other if not self.typed and other in catalogue("report") else name
        return text(f"report.{chosen}", self.language, **values)

    @cached_property
    def types(self) -> list[str]:
        """The types that the roster holds, in the framework's order; a single empty one when there are none."""
        held = set(self.results.units["type"].fillna("").astype(str))
        order = [code for code in self.results.framework.types if code in held]
        return order + sorted(held - set(order))

    @property
    def typed(self) -> bool:
        """Whether units are of types at all."""
        return self.types not in ([], [""])

    @cached_property
    def cohorts(self) -> list[str]:
        """The cohort columns."""
        return [str(name) for name in self.results.units.columns if name not in ("unit", "name", "type")]

    @cached_property
    def dimensions(self) -> list[str]:
        """The dimensions that the scores hold, top-down."""
        names = list(self.results.scores.columns)
        return [str(name) for name in names[names.index("composite") + 1 : names.index("rank")]]

    @cached_property
    def indicators(self) -> list[str]:
        """The indicators of the run, in the framework's order."""
        held = set(self.results.values.columns)
        return [code for code in self.results.framework.indicators if code in held]

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of the composite, every dimension and every indicator as the framework lists them."""
        return {code: place for place, code in enumerate(["composite", *self.dimensions, *self.indicators])}

    @cached_property
    def units(self) -> dict[str, str]:
        """The names of the units by code."""
        frame = self.results.units
        return dict(zip(frame["unit"].astype(str), frame["name"].astype(str), strict=True))

    def code(self, code: str) -> str:
        """Return the label of the composite, a dimension, an indicator or a variable."""
        if code == "composite":
            return self.say("composite")
        return self.picked(self.results.framework.label_of(code))

    def kind(self, code: str) -> str:
        """Return the label of a type."""
        if not code:
            return self.say("no_type") if self.typed else self.say("all_units")
        return self.picked(self.results.framework.label_of(code))

    def picked(self, label: object) -> str:
        """Return a label of the user's in the language."""
        return str(pick(label, self.language)) if label else ""

    def listed(self, words: Iterable[str]) -> str:
        """Join words as a sentence lists them."""
        return ("、" if self.language == "zh" else ", ").join(words)

    def sentences(self, parts: Iterable[str]) -> str:
        """Join sentences."""
        return ("" if self.language == "zh" else " ").join(part for part in parts if part)


def missing(value: object) -> bool:
    """Return whether a cell is empty."""
    return value is None or value is pd.NA or value == "" or (isinstance(value, float) and value != value)


def plain(value: object) -> Any:
    """Return a number of numpy or pandas as Python's own, an empty cell as None."""
    if missing(value):
        return None
    return value.item() if hasattr(value, "item") else value


def significant(value: float, digits: int = 4) -> str:
    """Write a number with so many significant digits, groups of thousands, no exponent within reason.

    >>> significant(1234567.8), significant(0.0123456), significant(12.0), significant(-3.5e-9)
    ('1,234,568', '0.01235', '12', '−3.5e-9')
    """
    value = _stored(value)
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e15 or size < 1e-5:
        said = f"{value:.{digits - 1}e}"
        body, exponent = said.split("e")
        return f"{_trim(body)}e{int(exponent)}".replace("-", "−", 1 if value < 0 else 0)
    whole = len(str(int(size))) if size >= 1 else 0
    leading = len(f"{size:.15f}".split(".")[1]) - len(f"{size:.15f}".split(".")[1].lstrip("0")) if size < 1 else 0
    decimals = max(digits - whole, 0) if size >= 1 else digits + leading
    return _trim(f"{value:,.{decimals}f}").replace("-", "−")


def _stored(value: float) -> float:
    """Return a number as the tables of a run hold it, so that a run read back reads the same."""
    return float(f"{value:.10g}")


def _trim(said: str) -> str:
    return said.rstrip("0").rstrip(".") if "." in said else said


def written(value: object, kind: Kind) -> str:
    """Write a cell for the page.

    >>> written(63.456, "score"), written(0.1234, "share"), written(0.0005, "p"), written(None, "score")
    ('63.46', '12.3%', '<0.001', '–')
    """
    if missing(value):
        return "–" if kind not in ("text", "name", "code") else ""
    if kind in ("text", "name", "code") or not isinstance(value, int | float):
        return str(value)
    value = _stored(value)
    if kind == "whole":
        return f"{value:,.0f}"
    if kind == "rise":
        return f"{value:+,.0f}".replace("-", "−") if value else "0"
    if kind == "share":
        return f"{100 * value:.1f}%".replace("-", "−")
    if kind == "p":
        return "<0.001" if value < 0.001 else f"{value:.3f}"
    if kind == "number":
        return significant(value)
    if kind == "correlation":
        kind = "signed"
    digits = 3 if kind == "weight" else 2
    return f"{value:+.2f}".replace("-", "−") if kind == "signed" else f"{value:.{digits}f}".replace("-", "−")


def years_said(years: Iterable[int]) -> str:
    """Write years with runs drawn together.

    >>> years_said([2012, 2014, 2013, 2016])
    '2012–2014, 2016'
    """
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
