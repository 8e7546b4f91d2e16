"""Ways of cutting a number into classes: each gives inner breaks, a value on a break belonging to the class below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from geo.detector import Array, Codes
from geo.detector.natural import natural_breaks
from indicators.texts import text

Way = Literal["quantile", "natural", "equal", "geometric", "standard_deviation", "tree"]
WAYS: tuple[Way, ...] = get_args(Way)
CUT_STATES = ("defined", "fewer_classes", "constant", "not_positive")
"""`fewer_classes`: breaks coincide or a class is empty. `not_positive`: a geometric scale needs values above 0."""


@dataclass(frozen=True)
class Cut:
    """One variable cut into classes."""

    way: Way
    asked: int
    """Number of classes asked for."""
    breaks: Array
    """(k − 1,) inner breaks, in the unit of measure of the variable."""
    codes: Codes
    """(n,) class numbers from 0 without gaps."""
    state: str

    @property
    def classes(self) -> int:
        """Number of classes that hold a unit."""
        return int(self.codes.max()) + 1


def way_label(way: Way, language: str) -> str:
    """Return what a way of cutting is called.

    >>> way_label("natural", "zh")
    '自然间断点'
    """
    return text(f"detector.way_{way}", language)


def cuts(values: Array, way: Way, classes: Sequence[int], *, y: Array | None = None, smallest: int = 1) -> list[Cut]:
    """Return one variable cut in one way, once for each number of classes.

    quantile: breaks at the quantiles i/k (linear interpolation). natural: the least sum of squares within classes.
    equal: equal steps from least to greatest. geometric: equal ratios. standard_deviation: x̄ + (i − k/2)·s, s with
    n − 1. tree: a regression tree on y that splits, leaf by leaf, where the sum of squares of y falls most.

    Args:
        values: (n,) without missing ones.
        way: of cutting.
        classes: numbers of classes, each at least 2.
        y: (n,) the explained variable, for `tree` alone. Its cuts are fitted to y: see `choice_p`.
        smallest: units a leaf of a tree must hold.

    Source: Jenks 1977 (natural); Breiman et al. 1984, Classification and Regression Trees (tree); for the choice
    among them Song et al. 2020, GIScience & Remote Sensing 57:593–610.

    >>> cuts(np.array([1.0, 2, 4, 8, 16]), "geometric", [2])[0].breaks.tolist()
    [4.0]
    >>> cuts(np.array([0.0, 2, 4]), "geometric", [2])[0].state
    'not_positive'
    """
    if any(k < 2 for k in classes):
        raise ValueError("a variable is cut into at least 2 classes")
    if way not in WAYS:
        raise ValueError(f"unknown way of cutting {way!r}")
    if np.ptp(values) == 0:
        return [_unmade(values, way, k, "constant") for k in classes]
    if way == "geometric" and values.min() <= 0:
        return [_unmade(values, way, k, "not_positive") for k in classes]
    if way == "natural":
        lists = natural_breaks(values, max(classes))
        return [_made(values, way, k, lists[min(k - 2, len(lists) - 1)]) for k in classes]
    if way == "tree":
        if y is None:
            raise ValueError("a tree needs the explained variable")
        grown = tree_breaks(values, y, max(classes), smallest)
        return [_made(values, way, k, np.sort(grown[: k - 1])) for k in classes]
    return [_made(values, way, k, _met(_by_scale(values, way, k), values)) for k in classes]


def tree_breaks(values: Array, y: Array, most: int, smallest: int = 1) -> Array:
    """Return the breaks of a regression tree of one variable in the order in which it takes them.

    The leaf whose best split lowers Σ(y − ȳ)² most is split next; breaks lie half way between neighbouring values.
    The first k − 1 of them make k classes.

    Args:
        values, y: (n,).
        most: leaves at most.
        smallest: units a leaf must hold.

    Source: Breiman et al. 1984, Classification and Regression Trees, chapter 8.

    >>> tree_breaks(np.array([1.0, 2, 3, 4]), np.array([0.0, 0, 5, 9]), 3).tolist()
    [2.5, 3.5]
    """
    order = np.lexsort((y, values))
    x, centred = values[order], (y - y.mean())[order]
    breaks = []
    for place, _ in tree_splits(np.concatenate([[0.0], np.cumsum(centred)]), steps_between(x), most, smallest):
        # Half way, unless two neighbours are so close that the half is the upper one.
        half = (x[place - 1] + x[place]) / 2
        breaks.append(float(half if half < x[place] else x[place - 1]))
    return np.array(breaks)


def steps_between(ordered: Array) -> Codes:
    """Return the places at which numbers in order can be parted: that of the first of each greater value.

    >>> steps_between(np.array([1.0, 1, 2, 5])).tolist()
    [2, 3]
    """
    made: Codes = (np.flatnonzero(np.diff(ordered) > 0) + 1).astype(np.intp)
    return made


def tree_splits(sums: Array, between: Codes, most: int, smallest: int = 1) -> list[tuple[int, float]]:
    """Return where a regression tree parts units in order, and by how much each split lowers the sum of squares.

    Args:
        sums: (n + 1,) sums of the centred y of the first 0, 1, … n units.
        between: places at which units may be parted.
        most, smallest: as for `tree_breaks`.

    >>> tree_splits(np.array([0.0, -1, -2, -1, 1]), np.array([1, 2, 3]), 2)[0][0]
    2
    """
    rounding = 1e-12 * float(np.abs(sums).max()) ** 2
    reached = sums[between]

    def best(first: int, end: int) -> tuple[float, int, int, int]:
        return _best_split(first, end, sums, between, reached, max(smallest, 1), rounding)

    leaves = [best(0, len(sums) - 1)]
    splits: list[tuple[int, float]] = []
    while len(leaves) < most:
        at = max(range(len(leaves)), key=lambda leaf: (leaves[leaf][0], -leaves[leaf][2]))
        gain, place, first, end = leaves[at]
        if gain <= 0:
            break
        splits.append((place, gain))
        if len(splits) == most - 1:
            break
        leaves[at : at + 1] = [best(first, place), best(place, end)]
    return splits


def _best_split(
    first: int, end: int, sums: Array, between: Codes, reached: Array, smallest: int, rounding: float
) -> tuple[float, int, int, int]:
    """Return by how much the best split of a leaf lowers the sum of squares, its place, and the leaf."""
    low, high = between.searchsorted((first + smallest, end - smallest + 1))
    if low >= high:
        return 0.0, first, first, end
    places = between[low:high]
    left = reached[low:high] - sums[first]
    whole = float(sums[end] - sums[first])
    right = whole - left
    gains = left * left / (places - first) + right * right / (end - places)
    at = int(gains.argmax())
    # What rounding alone makes is no gain.
    gain = float(gains[at]) - (whole * whole + rounding) / (end - first)
    return max(gain, 0.0), int(places[at]), first, end


def _by_scale(values: Array, way: Way, k: int) -> Array:
    steps = np.arange(1, k) / k
    low, high = float(values.min()), float(values.max())
    if way == "quantile":
        return np.asarray(np.quantile(values, steps), dtype=float)
    if way == "equal":
        return np.asarray(low + (high - low) * steps, dtype=float)
    if way == "geometric":
        made: Array = low * (high / low) ** steps
        return made
    return np.asarray(values.mean() + (np.arange(1, k) - k / 2) * values.std(ddof=1), dtype=float)


def _met(breaks: Array, values: Array) -> Array:
    """Put a break that rounding has moved off a value back onto it, so that the value stays in the class below."""
    ordered = np.sort(values)
    at = np.clip(np.searchsorted(ordered, breaks), 1, len(ordered) - 1)
    near = np.where(breaks - ordered[at - 1] < ordered[at] - breaks, ordered[at - 1], ordered[at])
    made: Array = np.where(np.abs(near - breaks) <= 1e-12 * np.abs(ordered[[0, -1]]).max(), near, breaks)
    return made


def _made(values: Array, way: Way, asked: int, breaks: Array) -> Cut:
    """Number the classes; a break that parts nothing is left out."""
    classes = np.searchsorted(np.unique(breaks), values, side="left")
    held, codes = np.unique(classes, return_inverse=True)
    kept = np.unique(breaks)[held[:-1]]
    return Cut(way, asked, kept, codes.astype(np.intp), "defined" if len(held) == asked else "fewer_classes")


def _unmade(values: Array, way: Way, asked: int, state: str) -> Cut:
    return Cut(way, asked, np.empty(0), np.zeros(len(values), dtype=np.intp), state)
