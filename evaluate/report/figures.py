"""Pictures of a run as inline SVG: rank intervals and the time course."""

from typing import Any

from markupsafe import Markup

from evaluate.report import svg
from evaluate.report.parts import Labels, Table

ROWS = 45
"""Units in one panel, so that a panel fits on a printed page."""

_ROW, _LEFT, _WIDTH, _TOP = 16.0, 172.0, 720.0, 30.0


def rank_intervals(labels: Labels, ranking: Table, kind: str) -> list[Markup]:
    """Draw the ranks of one type over the replicates, tier by tier: 5th to 95th percentile, median and rank."""
    rows = [row for row in ranking.of(kind).rows if row["tier"] is not None]
    rows.sort(key=lambda row: (row["tier"], row["rank_in_type"], row["unit"]))
    if not rows:
        return []
    last = max(max(row["p95"], row["rank_in_type"]) for row in rows)
    panels = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
    return [
        _interval_panel(
            labels, panel, last, f"ranks-{labels.types.index(kind)}-{n}", _part(labels, kind, n, len(panels))
        )
        for n, panel in enumerate(panels, start=1)
    ]


def _part(labels: Labels, kind: str, number: int, count: int) -> str:
    title = labels.say("intervals_title", type=labels.kind(kind), year=labels.results.rank_year)
    return labels.sentences([title, labels.say("part", number=number, count=count)]) if count > 1 else title


def _interval_panel(labels: Labels, rows: list[dict[str, Any]], last: int, code: str, title: str) -> Markup:
    room = _WIDTH - _LEFT - 44

    def at(rank: float) -> float:
        return _LEFT + (rank - 1) / max(last - 1, 1) * room

    bottom = _TOP + _ROW * len(rows)
    parts = [_band(labels, rows, bottom)]
    for tick in _rank_ticks(last):
        parts.append(svg.line(at(tick), _TOP, at(tick), bottom, stroke=svg.RULE))
        for y in (_TOP - 10, bottom + 10):
            parts.append(svg.words(at(tick), y, tick, text_anchor="middle", class_="tick"))
    for n, row in enumerate(rows):
        y = _TOP + _ROW * (n + 0.5)
        name = svg.shorten(f"{row['rank_in_type']}  {row['name']}", _LEFT - 14)
        said = labels.say(
            "interval_of_unit", name=row["name"], rank=row["rank_in_type"], low=row["p05"], high=row["p95"]
        )
        marks = [
            svg.tag("title", said),
            svg.words(_LEFT - 10, y, name, text_anchor="end"),
            svg.line(at(row["p05"]), y, at(row["p95"]), y, stroke=svg.SKY, stroke_width=5, stroke_linecap="round"),
            svg.dot(at(row["median"]), y, 3, fill="#fff", stroke=svg.BLUE, stroke_width=1.5),
            svg.diamond(at(row["rank_in_type"]), y, 4, fill=svg.VERMILLION),
        ]
        parts.append(svg.tag("g", svg.join(marks)))
    return svg.picture(code, title, _WIDTH, bottom + 24, svg.join(parts))


def _band(labels: Labels, rows: list[dict[str, Any]], bottom: float) -> Markup:
    """Shade every other tier and number them at the right."""
    parts = [svg.words(_WIDTH - 4, _TOP - 10, labels.say("column_tier"), text_anchor="end", class_="tick")]
    start = 0
    for n in range(1, len(rows) + 1):
        if n < len(rows) and rows[n]["tier"] == rows[start]["tier"]:
            continue
        y, height, tier = _TOP + _ROW * start, _ROW * (n - start), rows[start]["tier"]
        if tier % 2:
            parts.append(svg.bar(0, y, _WIDTH, height, fill="#eef2f5"))
        parts.append(svg.words(_WIDTH - 8, y + height / 2, tier, text_anchor="end", class_="strong"))
        start = n
    return svg.join(parts)


def _rank_ticks(last: int) -> list[int]:
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if last / s <= 12)
    return [1, *range(step, last + 1, step)] if step > 1 else list(range(1, last + 1))


def time_course(labels: Labels, table: Table) -> list[tuple[str, Markup]]:
    """Draw the composite over the years for each type: median, middle half and middle nine tenths of the units."""
    years = sorted({row["year"] for row in table.rows})
    if len(years) < 2:
        return []
    scale = svg.ticks(min(row["p05"] for row in table.rows), max(row["p95"] for row in table.rows))
    return [
        (labels.kind(kind), _course(labels, table.of(kind).rows, kind, years, scale))
        for kind in labels.types
        if table.of(kind).rows
    ]


def _course(labels: Labels, rows: list[dict[str, Any]], kind: str, years: list[int], scale: list[float]) -> Markup:
    left, top, width, height = 34.0, 12.0, 420.0, 200.0
    right, bottom = width - 20, height - 24

    def x(year: int) -> float:
        return left + (year - years[0]) / (years[-1] - years[0]) * (right - left)

    def y(score: float) -> float:
        return bottom - (score - scale[0]) / (scale[-1] - scale[0]) * (bottom - top)

    parts = []
    for tick in scale:
        parts.append(svg.line(left, y(tick), right, y(tick), stroke=svg.RULE))
        parts.append(svg.words(left - 6, y(tick), svg.tick_label(tick), text_anchor="end", class_="tick"))
    step = -(-len(years) // 8)
    for year in years[::step]:
        parts.append(svg.words(x(year), bottom + 13, year, text_anchor="middle", class_="tick"))
    for low, high, colour in (("p05", "p95", "#dcebf5"), ("p25", "p75", svg.SKY)):
        edge = [(x(r["year"]), y(r[high])) for r in rows] + [(x(r["year"]), y(r[low])) for r in reversed(rows)]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in edge)
        parts.append(svg.tag("polygon", points=points, fill=colour))
    middle = [(x(row["year"]), y(row["median"])) for row in rows]
    parts.append(svg.path(middle, fill="none", stroke=svg.BLUE, stroke_width=2))
    for row, (a, b) in zip(rows, middle, strict=True):
        said = labels.say("median_of_year", year=row["year"], median=f"{row['median']:.1f}", count=row["count"])
        parts.append(svg.tag("circle", svg.tag("title", said), cx=a, cy=b, r=2.5, fill=svg.BLUE))
    title = labels.say("time_title", type=labels.kind(kind), first=years[0], last=years[-1])
    return svg.picture(f"time-{labels.types.index(kind)}", title, width, height, svg.join(parts))
