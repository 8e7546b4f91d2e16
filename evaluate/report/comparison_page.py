"""Two runs side by side: one offline page on what moved and what it comes from."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from evaluate.comparison import PARTS, Comparison
from evaluate.comparison.words import how, in_words
from evaluate.report import svg
from evaluate.report.page import render
from evaluate.report.parts import Column, Kind, Labels, Table, plain, written
from evaluate.results import Results
from indicators.texts import text

COLOURS = dict(zip(PARTS, ("#7a8691", svg.BLUE, svg.ORANGE, "#009e73", svg.VERMILLION, "#cc79a7"), strict=True))
"""Of the factors; colours of Okabe and Ito."""

_ROW, _LEFT, _WIDTH, _TOP = 18.0, 216.0, 720.0, 30.0
_UNITS, _PAIRS = 30, 200
_NOTED = ("summary", "agreement", "composites", "indicators", "reversals", "weights")

_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("unit", "code"), "code"), **dict.fromkeys(("name", "factor", "label"), "name"),
    **dict.fromkeys(("mean", "difference", "relearned", "lead_a", "lead_b", "part", *PARTS), "signed"),
    **dict.fromkeys(("mean_absolute", "composite_a", "composite_b"), "score"),
    **dict.fromkeys(("share", "share_of_order"), "share"), **dict.fromkeys(("spearman", "kendall"), "weight"),
    **dict.fromkeys(("reversals", "units", "pairs", "rank_a", "rank_b"), "whole"), "rank_change": "rise",
    **dict.fromkeys(("weight_a", "weight_b", "effective_a", "effective_b"), "weight"),
}  # fmt: skip


def render_comparison(comparison: Comparison, first: Results, second: Results, language: str) -> str:
    """Return the page of a comparison."""
    page = _Page(comparison, first, second, language)
    sections = {
        "words": True, "sources": True, "agreement": True, "units": True, "indicators": page.data_moved,
        "reversals": bool(len(comparison.reversals)), "weights": True, "framework": bool(len(comparison.framework)),
        "listed": bool(len(comparison.units)), "how": True,
    }  # fmt: skip
    return render(
        "comparison.html.jinja",
        page.labels,
        page.say("page_title"),
        contents=[(name, page.say(f"section_{name}")) for name, there in sections.items() if there],
        word=page.say,
        words=in_words(comparison, language),
        how=how(comparison, language),
        data_moved=page.data_moved,
        key=[(COLOURS[name], page.factor(name)) for name in page.shown],
        sources=page.sources(),
        units_figure=page.units_figure(),
        tables=page.tables(),
    )


class _Page:
    """Tables and pictures of a comparison in one language."""

    def __init__(self, comparison: Comparison, first: Results, second: Results, language: str) -> None:
        self.comparison, self.language = comparison, language
        self.labels, self.before = Labels(second, language), Labels(first, language)
        moved = comparison.summary["mean_absolute"].to_numpy(dtype=float) > 0
        self.shown = [str(name) for name in comparison.summary.loc[moved, "factor"]]
        """Factors that moved something."""
        held = comparison.indicators["part"].fillna(0).abs().gt(0).any() or comparison.composites["relearned"].any()
        self.data_moved = bool(held)
        """Whether anything is shared out among the indicators."""

    def say(self, name: str, /, **values: object) -> str:
        """Return a text of the page."""
        return text(f"comparison.{name}", self.language, **values)

    def factor(self, name: str) -> str:
        """Return a factor as a heading has it."""
        said = self.say(f"factor_{name}")
        return said[:1].upper() + said[1:]

    def code(self, code: str) -> str:
        """Return the label of an indicator or dimension of either run."""
        if not code:
            return self.say("learned_anew")
        framework = self.labels.results.framework
        known = code == "composite" or code in framework.indicators or code in framework.dimensions()
        return (self.labels if known else self.before).code(code)

    def tables(self) -> dict[str, Table]:
        """Return every table of the page by name."""
        c = self.comparison
        first, second = c.first["year"], c.second["year"]
        summary = c.summary[c.summary["factor"].isin(self.shown)].assign(factor=lambda t: t["factor"].map(self.factor))
        composites = c.composites.assign(type=c.composites["type"].map(self.labels.kind))
        unused = [name for name in PARTS if name not in self.shown]
        if not (c.composites["relearned"].abs() > 1e-9).any():
            unused.append("relearned")
        composites = composites.drop(columns=["year_a", "year_b", *unused, *([] if self.labels.typed else ["type"])])
        weights = self._by_type(c.weights)
        weights = weights.assign(
            type=weights["type"].map(lambda kind: self.labels.kind(kind) if kind else ""),
            label=weights["code"].map(self.code), parent=weights["parent"].map(self.code),
        )  # fmt: skip
        columns = ["type", "label", "parent", "weight_a", "weight_b", "effective_a", "effective_b"]
        return {
            "summary": self._table("summary", summary),
            "agreement": self._table(
                "agreement", self._by_type(c.agreement).assign(type=lambda t: t["type"].map(self.labels.kind))
            ),
            "composites": self._table("composites", composites, first=first, second=second),
            "indicators": self._table("indicators", self._by_indicator()),
            "reversals": self._reversals(),
            "weights": self._table("weights", weights[columns if weights["type"].any() else columns[1:]]),
            "framework": self._table("framework", self._framework()),
            "listed": self._table(
                "listed", c.units.assign(what=c.units["what"].map(lambda what: self.say(f"unit_{what}")))
            ),
        }

    def _by_type(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table with the types in the framework's order."""
        place = {kind: n for n, kind in enumerate(self.labels.types)}
        return table.loc[table["type"].map(place).fillna(len(place)).sort_values(kind="stable").index]

    def _by_indicator(self) -> pd.DataFrame:
        """Return the mean parts of the indicators, those that moved most first."""
        table = self.comparison.indicators
        parts = table.groupby("code", sort=False)["part"]
        found = pd.DataFrame({"mean": parts.mean(), "mean_absolute": parts.apply(lambda part: part.abs().mean())})
        rest = self.comparison.composites["relearned"]
        if (rest.abs() > 1e-9).any():
            found.loc[""] = [rest.mean(), rest.abs().mean()]
        found = found.sort_values("mean_absolute", ascending=False, kind="stable").reset_index()
        found.insert(0, "label", found["code"].map(self.code))
        return found

    def _reversals(self) -> Table:
        c = self.comparison
        table = c.reversals.head(_PAIRS)
        found = pd.DataFrame({
            "type": table["type"].map(self.labels.kind),
            "fell": table["fell_name"], "rose": table["rose_name"],
            "lead_a": table["lead_a"], "lead_b": table["lead_b"],
            "factor": table["factor"].map(self.factor), "part": table["part"],
            "indicator": [
                self.code(code) if factor == "data" else ""
                for code, factor in zip(table["indicator"], table["factor"], strict=True)
            ],
        })  # fmt: skip
        if not self.labels.typed:
            found = found.drop(columns="type")
        return self._table("reversals", found, shown=len(table), count=c.reversed_pairs)

    def _framework(self) -> pd.DataFrame:
        table = self.comparison.framework
        states = {"scored", "dropped", "absent"}

        def told(value: str) -> str:
            return self.say(f"state_{value}") if value in states else value

        return pd.DataFrame({
            "label": table["code"].map(self.code), "code": table["code"],
            "what": table["what"].map(lambda what: self.say(f"indicator_{what}")),
            "first": table["first"].map(told), "second": table["second"].map(told),
        })  # fmt: skip

    def _table(self, name: str, frame: pd.DataFrame, **values: object) -> Table:
        rows: list[dict[str, Any]] = [
            {str(key): plain(value) for key, value in row.items()} for row in frame.astype(object).to_dict("records")
        ]
        columns = tuple(
            Column(
                str(key),
                self.factor(str(key)) if key in PARTS else self.say(f"column_{key}"),
                _KINDS.get(str(key), "text"),
                width=40 if key == "reason" else 0,
            )
            for key in frame.columns
        )
        note = self.say(f"note_of_{name}") if name in _NOTED else ""
        return Table(name, self.say(f"caption_{name}", **values), columns, rows, note)

    def sources(self) -> Markup:
        """Draw the shares of the factors."""
        table = self.comparison.summary.set_index("factor")
        rows = self.shown
        shares = {column: table[column].to_dict() for column in ("share_of_order", "share")}
        values = [float(of[name]) for of in shares.values() for name in rows]
        scale = _Scale(min([0.0, *values]), max([0.0, *values, 0.01]))
        parts = [*scale.lines(2 * _ROW * len(rows), lambda tick: svg.tick_label(100 * tick) + "%")]
        for n, name in enumerate(rows):
            y = _TOP + 2 * _ROW * n
            parts.append(svg.words(_LEFT - 10, y + _ROW, svg.shorten(self.factor(name), _LEFT - 14), text_anchor="end"))
            for line, (column, key) in enumerate((("share_of_order", "bar_order"), ("share", "bar_change"))):
                share = float(shares[column][name])
                said = self.say(key, factor=self.factor(name), share=written(share, "share"))
                parts.append(scale.bar(0, share, y + 3 + line * 15, said, COLOURS[name], 1.0 if not line else 0.5))
        title = self.say("figure_sources")
        return svg.picture("sources", title, _WIDTH, _TOP + 2 * _ROW * len(rows) + 8, svg.join(parts))

    def units_figure(self) -> Markup:
        """Draw what the change of the units is made of whose ranks moved most."""
        table = self.comparison.composites
        moved = table["rank_change"].fillna(0).astype(float).abs().to_numpy()
        order = np.lexsort((table["unit"], -table["difference"].abs().to_numpy().round(10), -moved))[:_UNITS]
        rows = table.iloc[order]
        parts_of = rows[self.shown].to_numpy(dtype=float)
        low, high = np.minimum(parts_of, 0).sum(axis=1), np.maximum(parts_of, 0).sum(axis=1)
        scale = _Scale(float(min([0.0, *low])), float(max([0.0, *high, 0.01])))
        parts = [*scale.lines(_ROW * len(rows), svg.tick_label)]
        for n, row in enumerate(rows.to_dict("records")):
            y = _TOP + _ROW * n
            rise = row["rank_change"]
            name = row["name"] if pd.isna(rise) else f"{row['name']}  {written(rise, 'rise')}"
            parts.append(svg.words(_LEFT - 10, y + _ROW / 2, svg.shorten(name, _LEFT - 14), text_anchor="end"))
            ends = {True: 0.0, False: 0.0}
            for factor in self.shown:
                part = float(row[factor])
                said = self.say("bar_unit", name=row["name"], factor=self.factor(factor), part=written(part, "signed"))
                start = ends[part > 0]
                ends[part > 0] = start + part
                parts.append(scale.bar(start, start + part, y + 3, said, COLOURS[factor], 1.0))
            at = scale.at(float(row["difference"]))
            parts.append(svg.line(at, y + 1, at, y + _ROW - 1, stroke=svg.INK, stroke_width=2))
        return svg.picture("units", self.say("figure_units"), _WIDTH, _TOP + _ROW * len(rows) + 8, svg.join(parts))


class _Scale:
    """A horizontal axis through zero."""

    def __init__(self, low: float, high: float) -> None:
        self.ticks = svg.ticks(low, high)
        self.low, self.high = self.ticks[0], self.ticks[-1]

    def at(self, value: float) -> float:
        """Return where a value stands."""
        return _LEFT + (value - self.low) / (self.high - self.low) * (_WIDTH - _LEFT - 24)

    def lines(self, height: float, label: Any) -> list[Markup]:
        """Return the axis."""
        out = []
        for tick in self.ticks:
            colour = svg.INK if tick == 0 else svg.RULE
            out.append(svg.line(self.at(tick), _TOP - 4, self.at(tick), _TOP + height, stroke=colour))
            out.append(svg.words(self.at(tick), _TOP - 14, label(tick), text_anchor="middle", class_="tick"))
        return out

    def bar(self, start: float, end: float, y: float, said: str, colour: str, opacity: float) -> Markup:
        """Return a bar from one value to another, with what it says."""
        left, right = sorted((self.at(start), self.at(end)))
        shape = svg.bar(left, y, right - left, _ROW - 6, fill=colour, fill_opacity=opacity)
        return svg.tag("g", svg.join([svg.tag("title", said), shape]))
