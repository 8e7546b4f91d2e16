"""The co-control coordinate system as inline SVG: pollutants to the right, carbon upwards, both in per cent."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from evaluate.report import svg
from evaluate.report.co_control import Point, Shown, measures, state_said
from evaluate.report.colours import QUADRANTS
from evaluate.report.parts import Labels, written

Box = tuple[float, float, float, float]

_WIDTH, _HEIGHT = 720.0, 512.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 66.0, 700.0, 14.0, 462.0
_EDGE = 9.0
"""Room between the outermost point and the frame, which the arrows of what lies outside take."""
_NAMED = 3
"""Most units of a quadrant that are named on the picture."""
_BEYOND = 2.0
"""A point lies outside the frame when it is more than so many times as far out as 95 % of the points."""


class _Frame:
    """From reductions to places on the picture."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.x = _scale([point.pollutant for point in points])
        self.y = _scale([point.carbon for point in points])

    def at(self, pollutant: float, carbon: float) -> tuple[float, float]:
        x = _LEFT + _EDGE + (pollutant - self.x[0]) / (self.x[-1] - self.x[0]) * (_RIGHT - _LEFT - 2 * _EDGE)
        y = _BOTTOM - _EDGE - (carbon - self.y[0]) / (self.y[-1] - self.y[0]) * (_BOTTOM - _TOP - 2 * _EDGE)
        return x, y

    def outside(self, point: Point) -> bool:
        return not (self.x[0] <= point.pollutant <= self.x[-1] and self.y[0] <= point.carbon <= self.y[-1])

    def placed(self, point: Point) -> tuple[float, float]:
        """Return the place of a point, at the edge where it lies outside."""
        x, y = self.at(point.pollutant, point.carbon)
        return min(max(x, _LEFT + _EDGE), _RIGHT - _EDGE), min(max(y, _TOP + _EDGE), _BOTTOM - _EDGE)


def _scale(values: Sequence[float]) -> list[float]:
    """Return ticks over zero and the values, but for those that lie far beyond nearly all."""
    sizes = sorted(abs(value) for value in values)
    most = _BEYOND * sizes[math.ceil(0.95 * len(sizes)) - 1]
    held = [value for value in values if abs(value) <= most]
    reach = max(*map(abs, held), 1e-3)
    return svg.ticks(min(*held, -0.12 * reach), max(*held, 0.12 * reach), 6)


def co_controls(labels: Labels) -> list[tuple[Shown, Markup, list[tuple[Markup, str]]]]:
    """Return every co-control measure with its picture and the key to it."""
    return [
        (shown, co_control_figure(labels, shown), key(labels, shown)) if shown.points else (shown, Markup(), [])
        for shown in measures(labels)
    ]


def co_control_figure(labels: Labels, shown: Shown) -> Markup:
    """Draw the units of one measure: quadrants shaded, a shape a type, the diagonal of equal pace."""
    frame = _Frame(shown.points)
    parts = [_quadrants(frame), _axes(frame), _diagonal(labels, frame)]
    taken = [_room(*frame.placed(point)) for point in shown.points]
    parts += [_point(labels, frame, point) for point in _drawn_first(shown.points)]
    parts.append(_names(frame, shown.points, taken))
    middle = (_TOP + _BOTTOM) / 2
    parts.append(svg.words((_LEFT + _RIGHT) / 2, _BOTTOM + 36, shown.pollutant, text_anchor="middle"))
    turned = f"rotate(-90 14 {middle:.0f})"
    parts.append(svg.words(14, middle, shown.carbon, text_anchor="middle", transform=turned))
    return svg.picture(shown.code, shown.title, _WIDTH, _HEIGHT, svg.join(parts))


def key(labels: Labels, shown: Shown) -> list[tuple[Markup, str]]:
    """Return the key: colours of the quadrants, shapes of the types, the diagonal, what lies outside."""
    entries = [
        (_small(svg.bar(1, 1, 18, 10, fill=colour, fill_opacity="0.35", stroke=colour)), state_said(labels, state))
        for state, colour in QUADRANTS.items()
    ]
    kinds = [kind for kind in labels.types if any(point.kind == kind for point in shown.points)]
    if labels.typed and len(kinds) > 1:
        entries += [(_small(_shape(labels, kind, 10, 6, svg.MUTED)), labels.kind(kind)) for kind in kinds]
    line = svg.line(1, 11, 19, 1, stroke=svg.MUTED, stroke_dasharray="4 3")
    entries.append((_small(line), labels.say("key_equal_pace")))
    outside = sum(_Frame(shown.points).outside(point) for point in shown.points)
    if outside:
        entries.append((_small(_arrow(12, 6, 1, 0, svg.MUTED)), labels.say("key_outside", count=outside)))
    return entries


def _small(content: Markup) -> Markup:
    return svg.tag("svg", content, width=20, height=12, aria_hidden="true")


def _quadrants(frame: _Frame) -> Markup:
    x, y = frame.at(0, 0)
    areas = {
        "both_fall": (x, _TOP, _RIGHT - x, y - _TOP),
        "carbon_only": (_LEFT, _TOP, x - _LEFT, y - _TOP),
        "pollutant_only": (x, y, _RIGHT - x, _BOTTOM - y),
        "both_rise": (_LEFT, y, x - _LEFT, _BOTTOM - y),
    }
    return svg.join([
        svg.bar(*area, fill=QUADRANTS[state], fill_opacity="0.13") for state, area in areas.items()
    ])  # fmt: skip


def _axes(frame: _Frame) -> Markup:
    parts = []
    for tick in frame.x:
        x, _ = frame.at(tick, 0)
        parts.append(svg.line(x, _TOP, x, _BOTTOM, stroke=svg.INK if tick == 0 else "#fff"))
        parts.append(svg.words(x, _BOTTOM + 14, _percent(tick), text_anchor="middle", class_="tick"))
    for tick in frame.y:
        _, y = frame.at(0, tick)
        parts.append(svg.line(_LEFT, y, _RIGHT, y, stroke=svg.INK if tick == 0 else "#fff"))
        parts.append(svg.words(_LEFT - 6, y, _percent(tick), text_anchor="end", class_="tick"))
    return svg.join(parts)


def _percent(share: float) -> str:
    return f"{svg.tick_label(round(100 * share, 6))}%"


def _diagonal(labels: Labels, frame: _Frame) -> Markup:
    """Draw where carbon and pollutants change at one pace."""
    first, last = max(frame.x[0], frame.y[0]), min(frame.x[-1], frame.y[-1])
    ends = [*frame.at(first, first), *frame.at(last, last)]
    line = svg.line(*ends, stroke=svg.MUTED, stroke_dasharray="5 4")
    return svg.tag("g", svg.join([svg.tag("title", labels.say("key_equal_pace")), line]))


def _drawn_first(points: Sequence[Point]) -> list[Point]:
    """Return the points with those farthest out last, on top of the others."""
    return sorted(points, key=lambda p: (math.hypot(p.pollutant, p.carbon), p.unit))


def _point(labels: Labels, frame: _Frame, point: Point) -> Markup:
    x, y = frame.placed(point)
    said = labels.say(
        "co_control_unit", name=point.name, type=labels.kind(point.kind) if labels.typed else point.unit,
        carbon=written(point.carbon, "share"), pollutant=written(point.pollutant, "share"),
        state=state_said(labels, point.state),
    )  # fmt: skip
    colour = QUADRANTS[point.state]
    marks = [svg.tag("title", said), _shape(labels, point.kind, x, y, colour)]
    if frame.outside(point):
        right = (point.pollutant > frame.x[-1]) - (point.pollutant < frame.x[0])
        up = (point.carbon > frame.y[-1]) - (point.carbon < frame.y[0])
        marks.append(_arrow(x + 4 * right, y - 4 * up, right, -up, svg.INK))
    return svg.tag("g", svg.join(marks))


def _shape(labels: Labels, kind: str, x: float, y: float, colour: str) -> Markup:
    """Draw the mark of a type: disc, square, diamond, triangle, triangle on its head, and from the start again."""
    look = {"fill": colour, "stroke": svg.INK, "stroke_width": 0.6, "fill_opacity": "0.85"}
    number = labels.types.index(kind) % 5 if kind in labels.types else 0
    if number == 0:
        return svg.dot(x, y, 3.6, **look)
    if number == 1:
        return svg.bar(x - 3.2, y - 3.2, 6.4, 6.4, **look)
    if number == 2:
        return svg.diamond(x, y, 4.6, **look)
    turn = 1 if number == 3 else -1
    corners = ((x, y - 4.4 * turn), (x + 4.2, y + 3.2 * turn), (x - 4.2, y + 3.2 * turn))
    return svg.tag("polygon", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in corners), **look)


def _arrow(x: float, y: float, right: int, down: int, colour: str) -> Markup:
    """Draw a small arrowhead beyond a point, towards where it would lie."""
    size = math.hypot(right, down)
    a, b = right / size, down / size
    corners = ((x + 5 * a, y + 5 * b), (x - 2.5 * b, y + 2.5 * a), (x + 2.5 * b, y - 2.5 * a))
    return svg.tag("polygon", points=" ".join(f"{p:.1f},{q:.1f}" for p, q in corners), fill=colour)


def _names(frame: _Frame, points: Sequence[Point], taken: list[Box]) -> Markup:
    """Name the units that lie farthest out in each quadrant, where a name covers nothing."""
    parts = []
    for state in QUADRANTS:
        held = [point for point in reversed(_drawn_first(points)) if point.state == state]
        for point in held[:_NAMED]:
            x, y = frame.placed(point)
            said = svg.shorten(point.name, 110, 10.5)
            wide = svg.breadth(said, 10.5)
            for anchor, a, b in (("start", x + 7, y), ("end", x - 7, y), ("middle", x, y - 11), ("middle", x, y + 11)):
                left = a - {"start": 0.0, "end": wide, "middle": wide / 2}[anchor]
                box = (left, b - 6, left + wide, b + 6)
                inside = box[0] > _LEFT and box[2] < _RIGHT and box[1] > _TOP and box[3] < _BOTTOM
                if inside and not any(_meet(box, other) for other in taken):
                    parts.append(svg.words(a, b, said, text_anchor=anchor, class_="tick name"))
                    taken.append(box)
                    break
    return svg.join(parts)


def _room(x: float, y: float) -> Box:
    return x - 4, y - 4, x + 4, y + 4


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
