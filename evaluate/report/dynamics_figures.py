"""Pictures of the dynamics as inline SVG: lines of σ, stacked parts of an index, densities, a shaded matrix."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from evaluate.report import svg
from evaluate.report.colours import SERIES, tint

_WIDTH, _HEIGHT, _LEFT, _TOP, _LINE = 420.0, 200.0, 38.0, 12.0, 16.0
_PARTS = (svg.BLUE, svg.SKY, svg.ORANGE)
_BETWEEN = "#b9c3cb"

At = Callable[[float], float]
Key = tuple[str, str, str]
"""Of a legend: label, colour, `line`, `dashed` or `area`."""


def lines(code: str, title: str, years: Sequence[int], series: Sequence[tuple[str, Mapping[int, float]]]) -> Markup:
    """Draw one line a series over the years, the first one in ink; a year without a value is a gap."""
    scale = svg.ticks(0.0, max((v for _, held in series for v in held.values()), default=1.0) or 1.0, 4)
    x, y = _over_years(years), _upright(scale)
    parts = [_grid(scale, y), _years(years, x)]
    legend = []
    for place, (name, held) in enumerate(series):
        colour = svg.INK if place == 0 else SERIES[(place - 1) % len(SERIES)]
        for run in _runs(years, held):
            points = [(x(year), y(held[year])) for year in run]
            parts.append(svg.path(points, fill="none", stroke=colour, stroke_width=2.5 if place == 0 else 1.5))
        for year, value in held.items():
            said = svg.tag("title", f"{name}, {year}: {value:.3f}")
            parts.append(svg.tag("circle", said, cx=x(year), cy=y(value), r=2.2, fill=colour))
        legend.append((name, colour, "line"))
    return _picture(code, title, parts, legend)


def stacked(
    code: str, title: str, years: Sequence[int], parts_of: Sequence[tuple[str, Mapping[int, float]]]
) -> Markup:  # fmt: skip
    """Draw one bar a year, made of parts that add up."""
    height = max((sum(held.get(year, 0.0) for _, held in parts_of) for year in years), default=1.0)
    scale = svg.ticks(0.0, height or 1.0, 4)
    room = (_WIDTH - 12 - _LEFT) / len(years)
    y = _upright(scale)

    def x(year: float) -> float:
        return _LEFT + room * (years.index(int(year)) + 0.5)

    parts, wide = [_grid(scale, y), _years(years, x)], min(room * 0.7, 34.0)
    for year in years:
        base = 0.0
        for (name, held), colour in zip(parts_of, _PARTS, strict=False):
            if year not in held:
                continue
            upper, lower = y(base + held[year]), y(base)
            base += held[year]
            said = svg.tag("title", f"{name}, {year}: {held[year]:.3f}")
            corner = {"x": x(year) - wide / 2, "y": upper, "width": wide, "height": max(lower - upper, 0.0)}
            parts.append(svg.tag("rect", said, **corner, fill=colour))
    legend = [(name, colour, "area") for (name, _), colour in zip(parts_of, _PARTS, strict=False)]
    return _picture(code, title, parts, legend)


def curves(code: str, title: str, held: Mapping[int, Sequence[tuple[float, float]]], other: str) -> Markup:
    """Draw the density of every year over one axis; the first year dashed, the last one thick, others pale."""
    years = sorted(held)
    across = [at for points in held.values() for at, _ in points]
    scale, high = svg.ticks(min(across), max(across)), max(d for points in held.values() for _, d in points)
    low, top = min(across), max(across)
    bottom = _HEIGHT - 24

    def x(at: float) -> float:
        return _LEFT - 24 + (at - low) / (top - low) * (_WIDTH - 12 - _LEFT + 24)

    def y(density: float) -> float:
        return bottom - density / high * (bottom - _TOP)

    parts = [svg.line(x(low), bottom, x(top), bottom, stroke=svg.MUTED)]
    for tick in scale:
        if low <= tick <= top:
            parts.append(svg.line(x(tick), bottom, x(tick), bottom + 4, stroke=svg.MUTED))
            parts.append(svg.words(x(tick), bottom + 13, svg.tick_label(tick), text_anchor="middle", class_="tick"))
    looks: dict[int, dict[str, Any]] = {year: {"stroke": _BETWEEN, "stroke_width": 1} for year in years}
    looks[years[0]] = {"stroke": svg.VERMILLION, "stroke_width": 2, "stroke_dasharray": "5 3"}
    looks[years[-1]] = {"stroke": svg.BLUE, "stroke_width": 2.5}
    for year in [*years[1:-1], years[0], years[-1]] if len(years) > 1 else years:
        points = [(x(at), y(density)) for at, density in held[year]]
        shape = svg.path(points, fill="none", **looks[year])
        parts.append(svg.tag("g", svg.join([svg.tag("title", year), shape])))
    legend: list[Key] = [(str(years[0]), svg.VERMILLION, "dashed")] if len(years) > 1 else []
    legend += [(other, _BETWEEN, "line")] if len(years) > 2 else []
    return _picture(code, title, parts, [*legend, (str(years[-1]), svg.BLUE, "line")])


def matrix(
    code: str, title: str, cells: Sequence[Sequence[tuple[float | None, str]]], side: Sequence[tuple[str, str]],
    words: Mapping[str, str],
) -> Markup:  # fmt: skip
    """Draw a transition matrix as a shaded table.

    `cells`: probability (None where it has none) and what is said of it, row by row. `side`: of each row, moves and
    share in the ergodic distribution. `words`: `from`, `to`, `moves`, `ergodic`.
    """
    size = len(cells)
    room = min(52.0, 250.0 / size)
    left, top = 34.0, 40.0
    right = left + room * size
    width, height = right + 130.0, top + 26.0 * size + 8
    parts = [
        svg.words(left, 8, f"{words['from']} ↓ · {words['to']} →", class_="tick"),
        svg.words(right + 52, top - 10, words["moves"], text_anchor="end", class_="tick"),
        svg.words(right + 116, top - 10, words["ergodic"], text_anchor="end", class_="tick"),
    ]
    for one, row in enumerate(cells):
        y = top + 26 * (one + 0.5)
        parts.append(svg.words(left + room * (one + 0.5), top - 10, one + 1, text_anchor="middle", class_="strong"))
        parts.append(svg.words(left - 10, y, one + 1, text_anchor="end", class_="strong"))
        for two, (share, said) in enumerate(row):
            fill, ink = ("#fff", svg.MUTED) if share is None else tint(share)
            corner = {"x": left + room * two, "y": top + 26.0 * one, "width": room, "height": 26.0}
            number = "–" if share is None else f"{share:.2f}"
            shape = svg.tag("rect", **corner, fill=fill, stroke=svg.RULE)
            at = svg.words(left + room * (two + 0.5), y, number, text_anchor="middle", style=f"fill:{ink}")
            parts.append(svg.tag("g", svg.join([svg.tag("title", said), shape, at])))
        for place, word in zip((52, 116), side[one], strict=True):
            parts.append(svg.words(right + place, y, word, text_anchor="end"))
    return svg.picture(code, title, width, height, svg.join(parts))


def _over_years(years: Sequence[int]) -> At:
    span = max(years[-1] - years[0], 1)
    return lambda year: _LEFT + 6 + (year - years[0]) / span * (_WIDTH - 20 - _LEFT - 6)


def _upright(scale: Sequence[float]) -> At:
    bottom = _HEIGHT - 24
    return lambda value: bottom - (value - scale[0]) / (scale[-1] - scale[0]) * (bottom - _TOP)


def _grid(scale: Sequence[float], y: At) -> Markup:
    parts = []
    for tick in scale:
        parts.append(svg.line(_LEFT, y(tick), _WIDTH - 12, y(tick), stroke=svg.RULE))
        parts.append(svg.words(_LEFT - 6, y(tick), svg.tick_label(tick), text_anchor="end", class_="tick"))
    return svg.join(parts)


def _years(years: Sequence[int], x: At) -> Markup:
    step = -(-len(years) // 8)
    return svg.join([
        svg.words(x(year), _HEIGHT - 11, year, text_anchor="middle", class_="tick") for year in years[::step]
    ])  # fmt: skip


def _runs(years: Sequence[int], held: Mapping[int, float]) -> list[list[int]]:
    """Return the years with a value, parted where one has none."""
    runs: list[list[int]] = [[]]
    for year in years:
        if year in held:
            runs[-1].append(year)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _picture(code: str, title: str, parts: list[Markup], legend: Sequence[Key]) -> Markup:
    """Put a legend below, in as many lines as it needs."""
    x, y = 8.0, _HEIGHT + 10
    for said, colour, look in legend:
        said = svg.shorten(said, _WIDTH - 60)
        long = 30 + svg.breadth(said) + 14
        if x + long > _WIDTH and x > 8:
            x, y = 8.0, y + _LINE
        if look == "area":
            parts.append(svg.bar(x, y - 5, 18, 10, fill=colour))
        else:
            dash = "5 3" if look == "dashed" else None
            parts.append(svg.line(x, y, x + 20, y, stroke=colour, stroke_width=2.5, stroke_dasharray=dash))
        parts.append(svg.words(x + 26, y, said))
        x += long
    return svg.picture(code, title, _WIDTH, y + 14, svg.join(parts))
