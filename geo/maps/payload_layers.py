"""What the page holds of a layer: its legend, and its values of every year as packed texts."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.maps.colours import Swatch, fifths, sides, swatches
from geo.maps.data import MapLayer
from geo.maps.packing import marks, pack
from indicators.texts import catalogue, text

Key = tuple[str, int]
"""Unit and year."""

_EXTRA = 3
"""Decimals that are kept beyond those shown, so that an order is that of the scores, not of what rounding left."""
_STEPS_OF_NUMBERS = 5
"""The span of a number layer is 10⁵ steps at most."""


@dataclass(frozen=True)
class Frame:
    """What all layers of a map share.

    Args:
        units: Codes of the units in the order of the page.
        types: Type by unit.
        order: Types in the order of the page; none where there is nothing to tell apart.
        own: The map's own year.
        years: Every year that anything is known of.
        decimals: Decimals that scores are shown with.
        language: `zh` or `en`.
    """

    units: Sequence[str]
    types: Mapping[str, str]
    order: Sequence[str]
    own: int
    years: Sequence[int]
    decimals: int
    language: str


def layer_payload(layer: MapLayer, frame: Frame) -> dict[str, Any]:
    """Return a layer as the page's script reads it."""
    labels = [text(f"map.fifth_{i + 1}", frame.language) for i in range(5)]
    entries, index = swatches(layer, labels, catalogue("map")["other_groups"][frame.language])
    slots = slots_of(layer, frame.own)
    found: dict[str, Any] = {
        "code": layer.code,
        "label": layer.label,
        "kind": layer.kind,
        "group": layer.group,
        "depth": layer.depth,
        "missing": layer.missing or text("map.no_value", frame.language),
        "note": layer.note,
        "within": layer.within_type and bool(frame.order),
        "card": layer.on_card,
        "unit": layer.unit_of_measure,
        "legend": [_swatch(entry) for entry in entries],
        "lasting": layer.lasting,
        "years": [frame.years.index(year) for year in slots] if layer.by_year else None,
    }
    if layer.kind in ("score", "number"):
        return found | _numeric(layer, frame, slots)
    return found | _categories(layer, frame, slots, index)


def slots_of(layer: MapLayer, own: int) -> dict[int, Mapping[str, float | str | None]]:
    """Return the values of a layer by year, in the order of the years."""
    held = {**layer.by_year, own: layer.values}
    return {year: held[year] for year in sorted(held)}


def finite(values: Mapping[str, float | str | None]) -> dict[str, float]:
    """Return the finite numbers, to 10 significant digits as the run's tables hold them."""
    return {
        unit: float(f"{value:.10g}")
        for unit, value in values.items()
        if value is not None and not isinstance(value, str) and math.isfinite(value)
    }


def decimals_of(numbers: Sequence[float]) -> int:
    """Return how many decimals tell scores apart: one for 0–100, three for 0–1.

    >>> decimals_of([3.0, 98.0]), decimals_of([0.2, 0.9]), decimals_of([])
    (1, 3, 1)
    """
    span = max(numbers) - min(numbers) if numbers else 100.0
    return 1 if span > 20 else 2 if span > 2 else 3


def _categories(
    layer: MapLayer,
    frame: Frame,
    slots: Mapping[int, Mapping[str, float | str | None]],
    index: Mapping[str, int],
) -> dict[str, Any]:
    # The card names the category itself, also where the legend merges several into one.
    own = {category.code: i for i, category in enumerate(layer.categories)}
    held = [[str(values.get(unit)) for unit in frame.units] for values in slots.values()]
    found: dict[str, Any] = {
        "labels": [category.label for category in layer.categories],
        "values": [marks(index.get(value, -1) for value in values) for values in held],
    }
    if any(own[code] != position for code, position in index.items()):
        found["own"] = [[own.get(value, -1) for value in values] for values in held]
    return found


def _numeric(layer: MapLayer, frame: Frame, slots: Mapping[int, Mapping[str, float | str | None]]) -> dict[str, Any]:
    values: dict[Key, float] = {
        (unit, year): number
        for year, held in slots.items()
        for unit, number in finite(held).items()
        if unit in frame.types
    }
    spread = _span(values.values())
    decimals = frame.decimals + _EXTRA if layer.kind == "score" else _STEPS_OF_NUMBERS - spread
    decimals = min(decimals, 15 - spread)  # what a script's number holds exactly
    steps = {key: _steps(value, decimals) for key, value in values.items()}
    low = min(steps.values(), default=0)
    raw = {key: step - low + 1 for key, step in steps.items()}
    within = layer.within_type and bool(frame.order)
    if layer.kind == "number" and layer.centre is not None:
        classes = sides(steps, _steps(layer.centre, decimals))
    else:
        classes = fifths(steps, {key: frame.types[key[0]] for key in steps} if within else None)
    groups: dict[str, list[Key]] = {code: [] for code in (frame.order if within else [""])}
    for key in raw:
        groups[frame.types[key[0]] if within else ""].append(key)
    count = len(swatches(layer, [""] * 5, "")[0])
    return {
        "decimals": decimals,
        "low": low,
        "values": [pack((raw.get((unit, year), 0) for unit in frame.units), signed=False) for year in slots],
        "ranges": [_ranges(raw, classes, keys, count) for keys in groups.values()],
    }


def _span(numbers: Iterable[float]) -> int:
    """Return the power of ten that numbers reach across; that of their size where all are equal."""
    held = list(numbers)
    span = max(held) - min(held) if held else 0.0
    size = span or max(map(abs, held), default=0.0)
    return math.ceil(math.log10(size)) if size else 0


def _steps(value: float, decimals: int) -> int:
    """Return a number in whole steps of 10^-decimals."""
    factor: int = 10 ** abs(decimals)
    return round(value * factor) if decimals >= 0 else round(value / factor)


def _ranges(
    raw: Mapping[Key, int], classes: Mapping[Key, int], members: Sequence[Key], count: int
) -> list[tuple[int, int] | None]:
    """Return the least and the greatest number of every class, which also tell the class of a number."""
    held: list[list[int]] = [[] for _ in range(count)]
    for key in members:
        held[classes[key]].append(raw[key])
    return [(min(numbers), max(numbers)) if numbers else None for numbers in held]


def _swatch(entry: Swatch) -> dict[str, str]:
    return {"label": entry.label, "colour": entry.colour, "stripe": entry.stripe}
