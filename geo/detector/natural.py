"""Natural breaks: the classes with the least sum of squares, found exactly."""

import numpy as np

from geo.detector import Array, Codes


def natural_breaks(values: Array, most: int) -> list[Array]:
    """Return for 2 … `most` classes the inner breaks with the least Σ_h Σ (x − x̄_h)².

    Dynamic programming over the sorted distinct values. Where the best start of the last class lies never falls as
    more values join, so that each class more costs O(m log m) for m distinct values, not O(m²). A break is the
    greatest value of the class below it; of equal solutions that with the lower breaks is taken.

    Args:
        values: (n,) without missing ones.
        most: number of classes; fewer lists come back where there are fewer distinct values.

    Source: Fisher 1958, Journal of the American Statistical Association 53:789–798; Jenks 1977.

    >>> [breaks.tolist() for breaks in natural_breaks(np.array([1.0, 2, 9, 10, 20]), 3)]
    [[10.0], [2.0, 10.0]]
    """
    distinct, counts = np.unique(values, return_counts=True)
    most = min(most, len(distinct))
    centred = distinct - values.mean()
    sums = [np.concatenate([[0.0], np.cumsum(counts * centred**power)]) for power in (0, 1, 2)]
    cost = _cost(0, np.arange(1, len(distinct) + 1), sums)
    starts: list[Codes] = []
    found = []
    for classes in range(2, most + 1):
        cost, start = _next_layer(cost, classes, sums)
        starts.append(start)
        end, breaks = len(distinct), []
        for layer in range(classes - 2, -1, -1):
            end = int(starts[layer][end - 1])
            breaks.append(distinct[end - 1])
        found.append(np.array(breaks[::-1]))
    return found


def _cost(first: int | Codes, end: Codes, sums: list[Array]) -> Array:
    """Return the sum of squares of the class of distinct values `first` … `end` − 1 around its mean."""
    n, s, s2 = (one[end] - one[first] for one in sums)
    made: Array = np.maximum(s2 - s**2 / n, 0.0)
    return made


def _next_layer(before: Array, classes: int, sums: list[Array]) -> tuple[Array, Codes]:
    """Add one class: for each end the least cost, and where the last class starts.

    The ends are halved again and again; within a level all candidates are compared in one go.
    """
    m = len(before)
    cost = np.full(m, np.inf)
    start = np.zeros(m, dtype=np.intp)
    # Ends below `classes` distinct values have no solution; positions are those of the last value.
    segments = [(classes - 1, m - 1, classes - 1, m - 1)]
    while segments:
        low, high, first, last = (np.array(side, dtype=np.intp) for side in zip(*segments, strict=True))
        middle = (low + high) // 2
        until = np.minimum(last, middle)
        lengths = until - first + 1
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        tried = np.arange(lengths.sum()) - np.repeat(offsets - first, lengths)
        whole = before[tried - 1] + _cost(tried, np.repeat(middle, lengths) + 1, sums)
        least = np.minimum.reduceat(whole, offsets)
        at = np.flatnonzero(whole == np.repeat(least, lengths))
        best = tried[at[np.searchsorted(at, offsets)]]
        cost[middle], start[middle] = least, best
        segments = [
            part
            for lo, hi, mid, a, b, c in zip(low, high, middle, first, best, last, strict=True)
            for part in ((lo, mid - 1, a, b), (mid + 1, hi, b, c))
            if part[0] <= part[1]
        ]
    return cost, start
