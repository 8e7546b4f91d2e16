"""Classes and colours of a layer, told apart by colour-blind readers too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo.maps.data import Category, MapLayer

CLASSES = 5
STRIPES = ("", "#ffffff", "#1c232b")
OTHER = "#b5bac1"

# Okabe & Ito (2008), Color Universal Design, without black, which the outline of the chosen unit has.
NOMINAL = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
# viridis (Smith & van der Walt 2015), from its light end to its dark end: the darker, the better.
SEQUENTIAL = (
    "#fde725", "#addc30", "#5ec962", "#28ae80", "#21918c", "#2c728e", "#3b528b", "#472d7b", "#440154",
)  # fmt: skip


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


def fifths(values: Mapping[str, float], types: Mapping[str, str] | None = None) -> dict[str, int]:
    """Return the fifth that each value falls in, 0 (lowest) to 4, among all values or those of its type.

    class = ⌊5 · (number below + half the number of equals) / n⌋, so equal values share a class, a lone value
    gets the middle class and two values the second and the fourth.

    Args:
        values: A finite number by unit.
        types: Type by unit; each type is then divided by itself.

    >>> fifths({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    {'a': 0, 'b': 1, 'c': 2, 'd': 3, 'e': 4}
    >>> fifths({"a": 1, "b": 1, "c": 9}, {"a": "x", "b": "x", "c": "y"})
    {'a': 2, 'b': 2, 'c': 2}
    """
    members: dict[str, list[str]] = {}
    for unit in values:
        members.setdefault(types[unit] if types else "", []).append(unit)
    classes: dict[str, int] = {}
    for units in members.values():
        numbers = np.array([values[unit] for unit in units], dtype=float)
        ordered = np.sort(numbers)
        twice_position = np.searchsorted(ordered, numbers, "left") + np.searchsorted(ordered, numbers, "right")
        found = np.minimum(CLASSES * twice_position // (2 * len(units)), CLASSES - 1)
        classes.update(zip(units, found.tolist(), strict=True))
    return {unit: classes[unit] for unit in values}


def swatches(layer: MapLayer, fifth_labels: Sequence[str], other_label: str) -> tuple[list[Swatch], dict[str, int]]:
    """Return the legend's entries of a layer and, for categories, the entry of each by code.

    A nominal layer has seven colours, plain, with light and with dark stripes; where it has more categories,
    the smallest share one grey entry. `other_label` is a template with the number `{count}` of those.
    """
    if layer.kind == "score":
        return [Swatch(*pair) for pair in zip(fifth_labels, shades(CLASSES), strict=True)], {}
    if layer.kind == "ordinal":
        colours = shades(len(layer.categories))
        entries = [Swatch(c.label, c.colour or colours[i]) for i, c in enumerate(layer.categories)]
        return entries, {c.code: i for i, c in enumerate(layer.categories)}
    return _nominal(layer, other_label)


def _nominal(layer: MapLayer, other_label: str) -> tuple[list[Swatch], dict[str, int]]:
    sizes = Counter(value for value in layer.values.values() if value is not None)
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
        return Swatch(category.label, category.colour)
    stripe, colour = divmod(position, len(NOMINAL))
    return Swatch(category.label, NOMINAL[colour], STRIPES[stripe])
