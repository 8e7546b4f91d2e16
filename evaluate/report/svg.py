"""Small pieces of inline SVG: real text in the reader's fonts, everything escaped, the same bytes every time."""

import math
import unicodedata

from markupsafe import Markup, escape

INK, MUTED, RULE, BLUE, SKY, ORANGE, VERMILLION = (
    "#1b2733", "#566370", "#d3dae0", "#0072b2", "#9cc9e3", "#e69f00", "#d55e00",
)  # fmt: skip
"""Ink and greys, and colours of Okabe and Ito that colour-blind readers tell apart."""


def tag(name: str, content: object = "", /, **attributes: object) -> Markup:
    """Return one element; `class_` stands for class, `stroke_width` for stroke-width.

    >>> tag("text", "<b>", x=1.5, text_anchor="end")
    Markup('<text x="1.5" text-anchor="end">&lt;b&gt;</text>')
    """
    given = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _spelled(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = escape(content)
    return Markup("<{0}{1}>{2}</{0}>").format(name, given, inner) if inner else Markup("<{}{}/>").format(name, given)


def _spelled(value: object) -> object:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value


def join(parts: list[Markup]) -> Markup:
    """Join elements."""
    return Markup("").join(parts)


def words(x: float, y: float, content: object, **attributes: object) -> Markup:
    """Return a text at a point, its baseline moved so that `y` is its middle."""
    return tag("text", content, x=float(x), y=float(y + 4), **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Markup:
    """Return a straight line."""
    return tag("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), **attributes)


def bar(x: float, y: float, width: float, height: float, **attributes: object) -> Markup:
    """Return a rectangle, given its upper left corner."""
    return tag("rect", x=float(x), y=float(y), width=float(max(width, 0)), height=float(height), **attributes)


def dot(x: float, y: float, radius: float, **attributes: object) -> Markup:
    """Return a circle."""
    return tag("circle", cx=float(x), cy=float(y), r=float(radius), **attributes)


def diamond(x: float, y: float, reach: float, **attributes: object) -> Markup:
    """Return a square that stands on its corner."""
    corners = ((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
    return tag("polygon", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in corners), **attributes)


def path(points: list[tuple[float, float]], **attributes: object) -> Markup:
    """Return a line through points."""
    return tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), **attributes)


def picture(code: str, title: str, width: float, height: float, content: Markup) -> Markup:
    """Return a whole picture with its accessible title; `code` keeps ids apart on one page."""
    return Markup(
        '<svg class="picture" viewBox="0 0 {w} {h}" style="max-width:{w}px" role="img" aria-labelledby="{c}-title"'
        ' xmlns="http://www.w3.org/2000/svg"><title id="{c}-title">{t}</title>{content}</svg>'
    ).format(w=_spelled(float(width)), h=_spelled(float(height)), c=code, t=title, content=content)


def breadth(said: str, size: float = 11.0) -> float:
    """Estimate how wide a text is, wide characters being an em and others 0.56 em."""
    return sum(size * (1.0 if unicodedata.east_asian_width(c) in "WF" else 0.56) for c in said)


def shorten(said: str, room: float, size: float = 11.0) -> str:
    """Cut a text to the room there is.

    >>> shorten("abcdefgh", 40), shorten("ab", 40)
    ('abcde…', 'ab')
    """
    said = " ".join(said.split())
    if breadth(said, size) <= room:
        return said
    # no letter is narrower: what lies beyond cannot stand, however long the text
    said = said[: max(int(room / (0.56 * size)), 0) + 1]
    while said and breadth(said + "…", size) > room:
        said = said[:-1]
    return said + "…"


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round numbers that cover the range from `low` to `high`, about `count` steps.

    >>> ticks(12.0, 87.0)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    >>> ticks(0.0, 3e-14)
    [0.0, 1e-14, 2e-14, 3e-14]
    """
    size = max(abs(low), abs(high))
    if not high - low > max(1e-9 * size, 1e-300):
        # what differs by rounding alone is drawn as one place
        room = max(0.5, 1e-9 * size)
        low, high = low - room, high + room
    rough = high / count - low / count
    exponent = math.floor(math.log10(rough))
    power = 10.0**exponent
    step = next(power * m for m in (1.0, 2.0, 5.0, 10.0) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, max(10, 2 - exponent)) for n in range(first, last + 1)]


def tick_label(value: float) -> str:
    """Write the number of a tick."""
    return f"{value:g}".replace("-", "−")
