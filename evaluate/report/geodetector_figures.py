"""Pictures of the geographical detector: bars of q, and pairs of factors as a shaded triangle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluate.report import svg
from evaluate.report.colours import tint

_WIDTH, _LEFT, _RIGHT, _LINE = 560.0, 170.0, 110.0, 24.0
SIGNS = {
    "enhance_nonlinear": "⇈", "enhance_bivariate": "↑", "independent": "=", "weaken_univariate": "↓",
    "weaken_nonlinear": "⇊",
}  # fmt: skip
"""Stands behind the q of a pair."""


@dataclass(frozen=True)
class Bar:
    """One factor."""

    label: str
    q: float
    chance: float
    """Mean of q by chance."""
    strong: bool
    """Whether chance alone would rarely give as much."""
    told: str
    """What stands behind the bar."""


@dataclass(frozen=True)
class Cell:
    """One pair of factors; `q` is None where there is none."""

    q: float | None
    kind: str
    strong: bool
    told: str


def bars(code: str, title: str, held: Sequence[Bar], words: Mapping[str, str]) -> Markup:
    """Draw q of every factor between 0 and 1, with a mark at what chance gives on average.

    `words`: `strong`, `weak`, `chance` for the legend.
    """
    bottom = 10 + _LINE * len(held)

    def x(q: float) -> float:
        return _LEFT + min(max(q, 0.0), 1.0) * (_WIDTH - _LEFT - _RIGHT)

    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(svg.line(x(tick), 6, x(tick), bottom, stroke=svg.RULE))
        parts.append(svg.words(x(tick), bottom + 9, svg.tick_label(tick), text_anchor="middle", class_="tick"))
    for place, one in enumerate(held):
        y = 10 + _LINE * (place + 0.5)
        parts.append(svg.words(_LEFT - 8, y, svg.shorten(one.label, _LEFT - 14), text_anchor="end"))
        shape = svg.bar(_LEFT, y - 8, x(one.q) - _LEFT, 16, fill=svg.BLUE if one.strong else svg.SKY)
        mark = svg.line(x(one.chance), y - 10, x(one.chance), y + 10, stroke=svg.VERMILLION, stroke_width=2)
        said = svg.words(_WIDTH - _RIGHT + 6, y, one.told)
        parts.append(svg.tag("g", svg.join([svg.tag("title", f"{one.label}: {one.told}"), shape, mark, said])))
    y = bottom + 30
    at = 8.0
    for key, colour in (("strong", svg.BLUE), ("weak", svg.SKY)):
        parts += [svg.bar(at, y - 5, 16, 10, fill=colour), svg.words(at + 22, y, words[key])]
        at += 22 + svg.breadth(words[key]) + 16
    if at + 22 + svg.breadth(words["chance"]) > _WIDTH:
        at, y = 8.0, y + 18
    parts.append(svg.line(at + 8, y - 7, at + 8, y + 7, stroke=svg.VERMILLION, stroke_width=2))
    parts.append(svg.words(at + 22, y, words["chance"]))
    return svg.picture(code, title, _WIDTH, y + 12, svg.join(parts))


def triangle(
    code: str, title: str, names: Sequence[str], cells: Mapping[tuple[int, int], Cell], words: Mapping[str, str]
) -> Markup:
    """Draw q of every pair of factors, darker the greater, its sign behind it; thin what chance may give.

    `cells`: by (row, column), column < row, and (row, row) for a factor alone. `words`: what signs mean, by kind.
    """
    size = len(names)
    room = min(64.0, (_WIDTH - _LEFT - 10) / size)
    top, high = 22.0, 24.0
    parts = []
    for row in range(size):
        y = top + high * (row + 0.5)
        said = svg.shorten(f"{row + 1} {names[row]}", _LEFT - 14)
        parts.append(svg.words(_LEFT - 8, y, said, text_anchor="end"))
        parts.append(svg.words(_LEFT + room * (row + 0.5), top - 9, row + 1, text_anchor="middle", class_="strong"))
        for column in range(row + 1):
            cell = cells.get((row, column))
            if cell is not None:
                parts.append(_drawn(cell, _LEFT + room * column, y, room, high, alone=row == column))
    y, at = top + high * size + 18, 8.0
    for kind in [kind for kind in SIGNS if kind in {cell.kind for cell in cells.values()}]:
        said = f"{SIGNS[kind]} {words[kind]}"
        if at + svg.breadth(said) > _WIDTH and at > 8:
            at, y = 8.0, y + 18
        parts.append(svg.words(at, y, said))
        at += svg.breadth(said) + 18
    return svg.picture(code, title, _WIDTH, y + 12, svg.join(parts))


def _drawn(cell: Cell, x: float, y: float, room: float, high: float, *, alone: bool) -> Markup:
    fill, ink = ("#fff", svg.MUTED) if cell.q is None else tint(cell.q)
    shape = svg.bar(x, y - high / 2, room, high, fill=fill, stroke=svg.RULE)
    number = "–" if cell.q is None else f"{cell.q:.2f}"
    sign = "" if alone else SIGNS.get(cell.kind, "")
    # In a narrow cell the sign says more than the second decimal.
    written = f"{number}{sign}" if room >= 40 else sign or number[1:]
    look = {"font-weight": "bold" if cell.strong else "normal", "fill": ink}
    style = ";".join(f"{key}:{value}" for key, value in look.items())
    said = svg.words(x + room / 2, y, written, text_anchor="middle", style=style)
    return svg.tag("g", svg.join([svg.tag("title", cell.told), shape, said]))
