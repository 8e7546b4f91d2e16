"""Classes and colours of a layer, told apart by colour-blind readers too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.maps.data import Category, MapLayer

K = TypeVar("K")

CLASSES = 5
SIDE = 3
"""Classes on each side of a centre; the centre itself has one between them."""
STRIPES = ("", "#ffffff", "#1c232b")
OTHER = "#cbced2"

# Okabe & Ito (2008), Color Universal Design, without black, which the outline of the chosen unit has.
NOMINAL = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
# viridis (Smith & van der Walt 2015), from its light end to its dark end: the darker, the better.
SEQUENTIAL = (
    "#fde725", "#addc30", "#5ec962", "#28ae80", "#21918c", "#2c728e", "#3b528b", "#472d7b", "#440154",
)  # fmt: skip
# ColorBrewer (Brewer 2003), both marked as safe for colour-blind readers: YlOrBr for numbers that are neither good nor
# bad, PuOr for numbers on two sides of a centre.
AMOUNT = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
DIVERGING = ("#b35806", "#f1a340", "#fee0b6", "#f7f7f7", "#d8daeb", "#998ec3", "#542788")


@dataclass(frozen=True)
class Swatch:
    """One entry of a legend: its label, its colour and, where colours run out, the colour of its stripes."""

    label: str
    colour: str
    stripe: str = ""


def shades(count: int) -> list[str]:
    """Return `count` colours from light to dark, evenly spaced along viridis.

    >>> shades(1), shades(3)
    (['#21918c'], ['#fde725', '#21918c', '#440154'])
    """
    anchors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in SEQUENTIAL], dtype=float)
    at = np.linspace(0, len(anchors) - 1, count) if count > 1 else np.array([(len(anchors) - 1) / 2])
    channels = [np.interp(at, np.arange(len(anchors)), anchors[:, k]).round().astype(int) for k in range(3)]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in zip(*channels, strict=True)]


def fifths(values: Mapping[K, float], types: Mapping[K, str] | None = None) -> dict[K, int]:
    """Return the fifth that each value falls in, 0 (lowest) to 4, among all values or those of its type.

    class = ⌊5 · (number below + half the number of equals) / n⌋, so equal values share a class, a lone value
    gets the middle class and two values the second and the fourth.

    Args:
        values: A finite number by unit, or by unit and year: classes are then common to all years.
        types: Type by the same; each type is then divided by itself.

    >>> fifths({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    {'a': 0, 'b': 1, 'c': 2, 'd': 3, 'e': 4}
    >>> fifths({"a": 1, "b": 1, "c": 9}, {"a": "x", "b": "x", "c": "y"})
    {'a': 2, 'b': 2, 'c': 2}
    """
    members: dict[str, list[K]] = {}
    for unit in values:
        members.setdefault(types[unit] if types else "", []).append(unit)
    classes: dict[K, int] = {}
    for units in members.values():
        numbers = np.array([values[unit] for unit in units], dtype=float)
        classes.update(zip(units, _parts(numbers, CLASSES).tolist(), strict=True))
    return {unit: classes[unit] for unit in values}


def sides(values: Mapping[K, float], centre: float) -> dict[K, int]:
    """Return on which side of a centre each value lies and how far: 0, 1, 2 below, 3 the centre, 4, 5, 6 above.

    Each side is divided into thirds of its own values, as `fifths` divides all.

    >>> sides({"a": -9, "b": 0, "c": 1, "d": 2, "e": 3}, 0)
    {'a': 1, 'b': 3, 'c': 4, 'd': 5, 'e': 6}
    """
    classes = dict.fromkeys(values, SIDE)
    below = [unit for unit, value in values.items() if value < centre]
    above = [unit for unit, value in values.items() if value > centre]
    for units, first in ((below, 0), (above, SIDE + 1)):
        found = _parts(np.array([values[unit] for unit in units], dtype=float), SIDE)
        classes.update(zip(units, (found + first).tolist(), strict=True))
    return classes


def _parts(numbers: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return which of `count` parts with about as many numbers each number falls in."""
    ordered = np.sort(numbers)
    twice_position = np.searchsorted(ordered, numbers, "left") + np.searchsorted(ordered, numbers, "right")
    parts: NDArray[np.int64] = np.minimum(count * twice_position // max(2 * len(numbers), 1), count - 1)
    return parts


def swatches(layer: MapLayer, fifth_labels: Sequence[str], other_label: str) -> tuple[list[Swatch], dict[str, int]]:
    """Return the legend's entries of a layer and, for categories, the entry of each by code.

    A nominal layer has seven colours, plain, with light and with dark stripes; where it has more categories,
    the smallest share one grey entry. `other_label` is a template with the number `{count}` of those.
    """
    if layer.kind == "score":
        return [Swatch(*pair) for pair in zip(fifth_labels, shades(CLASSES), strict=True)], {}
    if layer.kind == "number":
        return [Swatch("", colour) for colour in (AMOUNT if layer.centre is None else DIVERGING)], {}
    if layer.kind == "ordinal":
        colours = shades(len(layer.categories))
        entries = [Swatch(c.label, c.colour or colours[i], c.stripe) for i, c in enumerate(layer.categories)]
        return entries, {c.code: i for i, c in enumerate(layer.categories)}
    return _nominal(layer, other_label)


def _nominal(layer: MapLayer, other_label: str) -> tuple[list[Swatch], dict[str, int]]:
    held = chain(layer.values.values(), *(values.values() for values in layer.by_year.values()))
    sizes = Counter(value for value in held if value is not None)
    used = [c for c in layer.categories if sizes[c.code]]
    room = len(STRIPES) * len(NOMINAL)
    kept = used
    if len(used) > room:
        largest = sorted(used, key=lambda c: -sizes[c.code])[:room]
        kept = [c for c in used if c in largest]
    entries = [_nominal_swatch(i, category) for i, category in enumerate(kept)]
    index = {category.code: i for i, category in enumerate(kept)}
    rest = [c for c in used if c.code not in index]
    if rest:
        index.update({c.code: len(entries) for c in rest})
        entries.append(Swatch(other_label.format(count=len(rest)), OTHER))
    return entries, index


def _nominal_swatch(position: int, category: Category) -> Swatch:
    if category.colour:
        return Swatch(category.label, category.colour, category.stripe)
    stripe, colour = divmod(position, len(NOMINAL))
    return Swatch(category.label, NOMINAL[colour], STRIPES[stripe])
