"""The Moran scatterplot as inline SVG: what a unit has to the right, what its neighbours have upwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evaluate.report import svg
from evaluate.report.colours import CLUSTERS

_WIDTH, _HEIGHT = 432.0, 406.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 420.0, 12.0, 296.0
_LINE = 14.0
"""From one line of the title of an axis to the next."""
_COLUMN = 178.0
"""Room of an entry of the key."""
_MOST = 1_000
"""Units above which those that no rule marks are drawn without a title, to keep the page small."""


@dataclass(frozen=True)
class Dot:
    """One unit: standard deviations here and around, what it is called, and what a reader hears of it."""

    here: float
    around: float
    cluster: str
    said: str


def scatterplot(
    code: str, title: str, dots: Sequence[Dot], slope: float | None, axes: tuple[Sequence[str], Sequence[str]],
    key: Mapping[str, str],
) -> Markup:  # fmt: skip
    """Draw units by their own value and that of their neighbours, marked ones in the colours of the cluster map.

    Args:
        code: keeps the picture apart from others on the page.
        title: what the picture is called.
        dots: one a unit.
        slope: of a line through the origin, Moran's I; none where it is no slope.
        axes: what lies to the right and upwards, line by line.
        key: what clusters are called, in the order of the key; under an empty text those that no rule marks.
    """
    x, y = (svg.ticks(min(0.0, *side), max(0.0, *side)) for side in _sides(dots))

    def at(here: float, around: float) -> tuple[float, float]:
        right = _LEFT + (here - x[0]) / (x[-1] - x[0]) * (_RIGHT - _LEFT)
        return right, _BOTTOM - (around - y[0]) / (y[-1] - y[0]) * (_BOTTOM - _TOP)

    parts = [svg.bar(_LEFT, _TOP, _RIGHT - _LEFT, _BOTTOM - _TOP, fill="#f6f8fa")]
    for tick in x:
        right, _ = at(tick, y[0])
        parts.append(svg.line(right, _TOP, right, _BOTTOM, stroke=svg.INK if tick == 0 else "#fff"))
        parts.append(svg.words(right, _BOTTOM + 12, svg.tick_label(tick), text_anchor="middle", class_="tick"))
    for tick in y:
        _, up = at(x[0], tick)
        parts.append(svg.line(_LEFT, up, _RIGHT, up, stroke=svg.INK if tick == 0 else "#fff"))
        parts.append(svg.words(_LEFT - 5, up, svg.tick_label(tick), text_anchor="end", class_="tick"))
    if slope is not None:
        parts.append(_sloping(slope, (x[0], x[-1]), (y[0], y[-1]), at))
    for dot in sorted(dots, key=lambda one: one.cluster in CLUSTERS):  # marked ones on top
        parts.append(_drawn(dot, *at(dot.here, dot.around), many=len(dots) > _MOST))
    for place, said in enumerate(axes[0]):
        down = _BOTTOM + 28 + place * _LINE
        said = svg.shorten(said, _RIGHT - _LEFT)
        parts.append(svg.words((_LEFT + _RIGHT) / 2, down, said, text_anchor="middle"))
    middle = (_TOP + _BOTTOM) / 2
    for place, said in enumerate(axes[1]):
        along = 10 + place * _LINE
        turned = f"rotate(-90 {along:.0f} {middle:.0f})"
        said = svg.shorten(said, _BOTTOM - _TOP)
        parts.append(svg.words(along, middle, said, text_anchor="middle", transform=turned))
    for place, (cluster, said) in enumerate(key.items()):
        left, up = _LEFT + 6 + place % 2 * _COLUMN, _BOTTOM + 64 + place // 2 * 17
        parts.append(_mark(cluster, left, up))
        parts.append(svg.words(left + 9, up, svg.shorten(said, _COLUMN - 14), class_="tick"))
    return svg.picture(code, title, _WIDTH, _HEIGHT, svg.join(parts))


def _sides(dots: Sequence[Dot]) -> tuple[list[float], list[float]]:
    return [dot.here for dot in dots], [dot.around for dot in dots]


def _drawn(dot: Dot, right: float, up: float, *, many: bool) -> Markup:
    marked = dot.cluster in CLUSTERS
    if not marked:
        mark = _mark("", right, up)
        return mark if many else svg.tag("g", svg.join([svg.tag("title", dot.said), mark]))
    return svg.tag("g", svg.join([svg.tag("title", dot.said), _mark(dot.cluster, right, up)]))


def _mark(cluster: str, right: float, up: float) -> Markup:
    """Draw the mark of a cluster; outliers stand on a corner, so that the shape tells what the colour does.

    What no rule marks is hollow.
    """
    if cluster not in CLUSTERS:
        return svg.dot(right, up, 2.6, fill="none", stroke=svg.MUTED, stroke_width="0.9")
    look = {"fill": CLUSTERS[cluster], "stroke": svg.INK, "stroke_width": "0.6"}
    return svg.diamond(right, up, 4.6, **look) if cluster in ("LH", "HL") else svg.dot(right, up, 3.8, **look)


def _sloping(
    slope: float,
    across: tuple[float, float],
    along: tuple[float, float],
    at: Callable[[float, float], tuple[float, float]],
) -> Markup:
    """Draw the line through the origin as far as it lies within the frame."""
    reach = [side for side in across]
    if slope:
        reach = [
            min(max(side, min(along[0] / slope, along[1] / slope)), max(along[0] / slope, along[1] / slope))
            for side in across
        ]
    ends = [*at(reach[0], slope * reach[0]), *at(reach[1], slope * reach[1])]
    return svg.line(*ends, stroke=svg.BLUE, stroke_width=1.5)
