"""The marginal abatement cost curve, and moves in the co-control coordinates, as inline SVG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from evaluate.report import svg

TAKEN, LEFT_OUT, SAVING = svg.BLUE, "#c3ccd4", "#009e73"
"""Of steps that are taken, that are left out, and that are taken and save money (Okabe and Ito, and a grey)."""

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720.0, 360.0, 64.0, 16.0, 26.0, 44.0
_BEYOND = 4.0
_TALL = 400.0
_NAMED = 16.0
"""How wide a bar must be to bear a name."""


@dataclass(frozen=True)
class Step:
    """One step of the curve."""

    label: str
    width: float
    """Reduction, above 0."""
    height: float
    """Unit cost."""
    taken: bool
    said: str
    """What the step says when pointed at."""


@dataclass(frozen=True)
class Move:
    """A unit that moves in the co-control coordinates; shares of the baseline, positive where emissions fall."""

    name: str
    before: tuple[float, float]
    """Reduction of pollutants, of carbon."""
    after: tuple[float, float]
    said: str


def reach(steps: Sequence[Step]) -> tuple[float, float]:
    """Return the unit costs between which the curve is drawn.

    A few steps of next to no reduction may cost many times as much as all others; the axis then ends at four times
    what bounds 95 % of the reduction, and they are cut.

    >>> dear = Step("c", 0.1, 900, True, "")
    >>> reach([Step("a", 10, -2, True, ""), Step("b", 10, 3, True, "")]), reach([Step("b", 10, 3, True, ""), dear])
    ((-2.0, 3.0), (0.0, 12.0))
    """
    out = []
    for sign in (-1, 1):
        heights = np.array([max(sign * step.height, 0.0) for step in steps])
        widths = np.array([step.width for step in steps])
        order = np.argsort(heights, kind="stable")
        share = np.cumsum(widths[order]) / widths.sum()
        usual = heights[order][int(np.searchsorted(share, 0.95))]
        most = float(heights.max())
        out.append(_BEYOND * float(usual) if 0 < 1.5 * _BEYOND * usual < most else most)
    return -out[0] + 0.0, out[1]


def abatement_figure(code: str, title: str, steps: Sequence[Step], reduction: str, cost: str) -> Markup:
    """Draw the marginal abatement cost curve, steps from left to right as they are given.

    The width of a step is its reduction, its height the unit cost; what saves money hangs below the axis.

    `code` keeps ids apart on one page; `reduction`, `cost`: names of the axes. Without steps nothing is drawn.
    """
    if not steps:
        return Markup("")
    low, high = reach(steps)
    scale = svg.ticks(min(low, 0.0), max(high, 0.0))
    total = sum(step.width for step in steps)
    room, floor = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _BOTTOM

    def x(value: float) -> float:
        return _LEFT + value / total * room

    def y(value: float) -> float:
        return floor - (value - scale[0]) / (scale[-1] - scale[0]) * (floor - _TOP)

    parts = [svg.words(_LEFT - 56, _TOP - 14, cost, class_="tick")]
    for tick in scale:
        parts.append(svg.line(_LEFT, y(tick), _WIDTH - _RIGHT, y(tick), stroke=svg.RULE))
        parts.append(svg.words(_LEFT - 6, y(tick), svg.tick_label(tick), text_anchor="end", class_="tick"))
    for tick in svg.ticks(0.0, total):
        if tick <= total * 1.001:
            parts.append(svg.line(x(tick), floor, x(tick), floor + 4, stroke=svg.MUTED))
            parts.append(svg.words(x(tick), floor + 13, _short(tick), text_anchor="middle", class_="tick"))
    parts.append(svg.words(_LEFT + room / 2, _HEIGHT - 8, reduction, text_anchor="middle", class_="tick"))
    start = 0.0
    for step in steps:
        parts.append(_bar(step, x(start), x(start + step.width), y, scale))
        start += step.width
    parts.append(svg.line(_LEFT, y(0), _WIDTH - _RIGHT, y(0), stroke=svg.INK))
    return svg.picture(code, title, _WIDTH, _HEIGHT, svg.join(parts))


def _bar(step: Step, left: float, right: float, y: Callable[[float], float], scale: Sequence[float]) -> Markup:
    held = min(max(step.height, scale[0]), scale[-1])
    top, bottom = sorted((y(held), y(0)))
    colour = (SAVING if step.height < 0 else TAKEN) if step.taken else LEFT_OUT
    width = max(right - left, 0.3)
    edge: dict[str, object] = {"stroke": "#fff", "stroke_width": 0.6} if width > 3 else {}
    shape = [
        svg.tag("title", step.said),
        svg.bar(left, top, width, max(bottom - top, 1.0), fill=colour, **edge),
    ]
    if width >= _NAMED:
        # a bar that is cut is as long as the picture, so that its name stands within it
        cut, upwards = held != step.height, step.height >= 0
        at = (top + 9 if cut else top - 8) if upwards else (bottom - 9 if cut else bottom + 9)
        mark = "" if not cut else "↑" if upwards else "↓"
        said = f"{mark} {step.label}".strip()
        said = mark if mark and svg.breadth(said, 10) > width else said
        white = "fill:#fff" if cut and step.taken else None
        shape.append(
            svg.words((left + right) / 2, at, svg.shorten(said, width + 4, 10), text_anchor="middle", class_="tick",
                      style=white)
        )  # fmt: skip
    return svg.tag("g", svg.join(shape))


def _short(value: float) -> str:
    """Write a number of an axis with groups of thousands, large ones with an exponent.

    >>> _short(1500.0), _short(0.25), _short(2.5e9)
    ('1,500', '0.25', '2.5e9')
    """
    if abs(value) >= 1e7:
        return f"{value:.3e}".replace("e+0", "e").replace("e+", "e").replace(".000", "").replace("00e", "e")
    return f"{value:,.10g}".replace("-", "−")


def co_control_figure(
    code: str, title: str, moves: Sequence[Move], axes: tuple[str, str], quadrants: tuple[str, str, str, str]
) -> Markup:
    """Draw moves in the co-control coordinates: pollutants to the right, carbon upwards, both as shares that fall.

    `axes`: names of pollutants and carbon; `quadrants`: of both fall, carbon alone, pollutants alone, both rise.
    Source: coordinates of Mao Xianqiang et al. 2011.
    """
    if not moves:
        return Markup("")
    points = np.array([point for move in moves for point in (move.before, move.after)])
    across, upwards = _around(points[:, 0]), _around(points[:, 1])

    def x(value: float) -> float:
        return 52 + (value - across[0]) / (across[-1] - across[0]) * (_WIDTH - 80)

    def y(value: float) -> float:
        return _TALL - 58 - (value - upwards[0]) / (upwards[-1] - upwards[0]) * (_TALL - 70)

    left, right, bottom, top = x(across[0]), x(across[-1]), y(upwards[0]), y(upwards[-1])
    parts = [svg.bar(x(0), top, right - x(0), y(0) - top, fill="#e8f4ee")]
    for tick in across:
        parts.append(svg.line(x(tick), bottom, x(tick), top, stroke=svg.INK if tick == 0 else svg.RULE))
        parts.append(svg.words(x(tick), bottom + 12, _percent(tick), text_anchor="middle", class_="tick"))
    for tick in upwards:
        parts.append(svg.line(left, y(tick), right, y(tick), stroke=svg.INK if tick == 0 else svg.RULE))
        parts.append(svg.words(left - 5, y(tick), _percent(tick), text_anchor="end", class_="tick"))
    for name, (rightwards, above) in zip(quadrants, ((1, 1), (0, 1), (1, 0), (0, 0)), strict=True):
        edges = (x(0), right) if rightwards else (left, x(0)), (top, y(0)) if above else (y(0), bottom)
        if edges[0][1] - edges[0][0] > svg.breadth(name) + 12 and edges[1][1] - edges[1][0] > 20:
            at = (right - 6 if rightwards else left + 6), (top + 12 if above else bottom - 12)
            anchor = "end" if rightwards else "start"
            parts.append(svg.words(*at, name, text_anchor=anchor, class_="strong"))
    parts.append(svg.words((left + right) / 2, _TALL - 20, axes[0], text_anchor="middle", class_="tick"))
    parts.append(
        svg.tag("text", axes[1], x=12.0, y=(top + bottom) / 2, text_anchor="middle", class_="tick",
                transform=f"rotate(-90 12 {(top + bottom) / 2:.1f})")
    )  # fmt: skip
    named = len(moves) <= 12
    for move in moves:
        parts.append(_arrow(move, (x(move.before[0]), y(move.before[1])), (x(move.after[0]), y(move.after[1])), named))
    return svg.picture(code, title, _WIDTH, _TALL - 6, svg.join(parts))


def _around(values: NDArray[np.float64]) -> list[float]:
    """Return ticks that hold zero and all values, with some room."""
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    room = 0.06 * max(high - low, 1e-6)
    return svg.ticks(low - room if low < 0 else 0.0, high + room)


def _percent(share: float) -> str:
    return svg.tick_label(round(100 * share, 6)) + "%"


def _arrow(move: Move, start: tuple[float, float], end: tuple[float, float], named: bool) -> Markup:
    across, down = end[0] - start[0], end[1] - start[1]
    length = float(np.hypot(across, down))
    parts = [svg.tag("title", move.said), svg.dot(*start, 3, fill="#fff", stroke=svg.ORANGE, stroke_width=1.5)]
    if length > 1:
        a, b = across / length, down / length
        tip = [(end[0], end[1]), (end[0] - 7 * a + 3 * b, end[1] - 7 * b - 3 * a),
               (end[0] - 7 * a - 3 * b, end[1] - 7 * b + 3 * a)]  # fmt: skip
        parts.append(svg.line(*start, *end, stroke=svg.VERMILLION, stroke_width=1.4))
        parts.append(svg.tag("polygon", points=" ".join(f"{p:.1f},{q:.1f}" for p, q in tip), fill=svg.VERMILLION))
    if named:
        said = svg.shorten(move.name, 120, 10)
        right = end[0] + 10 + svg.breadth(said, 10) < _WIDTH - 28
        at, anchor = (end[0] + 7, "start") if right else (end[0] - 7, "end")
        parts.append(svg.words(at, end[1] - (0 if right else 9), said, text_anchor=anchor, class_="tick"))
    return svg.tag("g", svg.join(parts))
