"""Effects of the drivers from year to year as stacked bars, one picture an emission on a common scale."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from evaluate.report import svg
from evaluate.report.colours import SERIES
from evaluate.report.drivers import MARK, Shown, decompositions
from evaluate.report.parts import Labels, missing, significant, written

_WIDTH, _HEIGHT = 420.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 414.0, 12.0, 222.0


def decomposed(labels: Labels) -> list[tuple[Shown, list[tuple[str, Markup]], list[tuple[Markup, str]]]]:
    """Return every decomposition with its pictures and the key to them."""
    return [(shown, driver_figures(labels, shown), key(labels, shown)) for shown in decompositions(labels)]


def driver_figures(labels: Labels, shown: Shown) -> list[tuple[str, Markup]]:
    """Draw every emission: what each driver added or took away in a year, as a share of the year before."""
    steps = {emission: _shares(shown.steps[shown.steps["emission"] == emission]) for emission in shown.emissions}
    ends = [0.0]
    for held in steps.values():
        for parts in held.values():
            sizes = [share for share, _ in parts.values()]
            ends += [sum(s for s in sizes if s > 0), sum(s for s in sizes if s < 0)]
    if not any(held for held in steps.values()) or min(ends) == max(ends):
        return []
    scale = svg.ticks(min(ends), max(ends), 6)
    return [
        (shown.emissions[emission], _panel(labels, shown, emission, number, scale, held))
        for number, (emission, held) in enumerate(steps.items())
    ]


def key(labels: Labels, shown: Shown) -> list[tuple[Markup, str]]:
    """Return the key of the drivers, of the change as a whole, and of a step over a break."""
    boxes = [(svg.bar(1, 1, 18, 10, fill=_colour(shown, code)), name) for code, name in shown.drivers.items()]
    boxes.append((svg.diamond(10, 6, 4, fill="#fff", stroke=svg.INK), labels.say("whole_change")))
    if shown.note:
        boxes.append((svg.bar(1, 1, 18, 10, fill="#eef2f5", stroke=svg.RULE), labels.say("key_break")))
    return [(svg.tag("svg", mark, width=20, height=12, aria_hidden="true"), said) for mark, said in boxes]


def _colour(shown: Shown, driver: str) -> str:
    return SERIES[list(shown.drivers).index(driver) % len(SERIES)]


def _shares(steps: pd.DataFrame) -> dict[tuple[int, int], dict[str, tuple[float, float]]]:
    """Return by step and driver the effect as a share of the emission before, and the effect itself."""
    out: dict[tuple[int, int], dict[str, tuple[float, float]]] = {}
    for record in steps.astype(object).to_dict("records"):
        parts = out.setdefault((int(record["from"]), int(record["to"])), {})
        if not missing(record["effect"]) and record["start"]:
            parts[str(record["driver"])] = (float(record["effect"] / record["start"]), float(record["effect"]))
    return out


def _panel(
    labels: Labels, shown: Shown, emission: str, number: int, scale: list[float], steps: dict[tuple[int, int], Any]
) -> Markup:
    def y(share: float) -> float:
        return _BOTTOM - (share - scale[0]) / (scale[-1] - scale[0]) * (_BOTTOM - _TOP)

    parts = []
    for tick in scale:
        parts.append(svg.line(_LEFT, y(tick), _RIGHT, y(tick), stroke=svg.MUTED if tick == 0 else svg.RULE))
        said = f"{svg.tick_label(round(100 * tick, 6))}%"
        parts.append(svg.words(_LEFT - 6, y(tick), said, text_anchor="end", class_="tick"))
    room = (_RIGHT - _LEFT) / max(len(steps), 1)
    every = -(-len(steps) // 10)
    mine = shown.steps[(shown.steps["emission"] == emission) & (shown.steps["state"] == "break")]
    broken = {int(year) for year in mine["to"]}
    for n, ((first, last), held) in enumerate(sorted(steps.items())):
        left, middle = _LEFT + room * (n + 0.18), _LEFT + room * (n + 0.5)
        if n % every == 0:
            parts.append(svg.words(middle, _BOTTOM + 13, last, text_anchor="middle", class_="tick"))
        if not held:
            parts.append(_nothing(labels, first, last, (left, middle, room), last in broken))
            continue
        above = below = 0.0
        for driver, (share, effect) in held.items():
            start = above if share > 0 else below
            low, high = sorted((start, start + share))
            said = labels.say(
                "driver_effect", driver=shown.drivers[driver], first=first, last=last, share=_signed(share),
                effect=significant(effect), unit=shown.units[emission],
            )  # fmt: skip
            colour = _colour(shown, driver)
            box = svg.bar(left, y(high), room * 0.64, y(low) - y(high), fill=colour)
            parts.append(svg.tag("g", svg.join([svg.tag("title", said), box])))
            above, below = (start + share, below) if share > 0 else (above, start + share)
        whole = sum(share for share, _ in held.values())
        said = labels.say("whole_effect", first=first, last=last, share=_signed(whole))
        mark = svg.diamond(middle, y(whole), 4.5, fill="#fff", stroke=svg.INK)
        parts.append(svg.tag("g", svg.join([svg.tag("title", said), mark])))
    title = labels.say("drivers_title", emission=shown.emissions[emission])
    return svg.picture(f"drivers-{shown.code}-{number}", title, _WIDTH, _HEIGHT, svg.join(parts))


def _nothing(labels: Labels, first: int, last: int, place: tuple[float, float, float], broken: bool) -> Markup:
    """Shade a step that has no effects, because it leads over a break or for want of data."""
    left, middle, room = place
    said = labels.say("break_effects" if broken else "no_effects", first=first, last=last)
    box = svg.bar(left, _TOP, room * 0.64, _BOTTOM - _TOP, fill="#eef2f5", stroke=svg.RULE)
    mark = svg.words(middle, (_TOP + _BOTTOM) / 2, MARK if broken else "–", text_anchor="middle", class_="strong")
    return svg.tag("g", svg.join([svg.tag("title", said), box, mark]))


def _signed(share: float) -> str:
    said = written(share, "share")
    return f"+{said}" if share > 0 else said
