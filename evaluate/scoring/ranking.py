"""Fifth stage: vetoes, ranks and grades."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.methods.base import Array

DIGITS = 10
_CLOSE = 1.01 * 10.0 ** (1 - DIGITS)
"""Values farther apart than this, relatively, never round to the same number."""


def rounded(values: Array, digits: int = DIGITS) -> Array:
    """Round to significant digits, so that ranks do not hang on the last bit of a sum.

    >>> rounded(np.array([0.1 + 0.2, 30000000000.4, 0.0, np.nan]))
    array([3.e-01, 3.e+10, 0.e+00,    nan])
    """
    out = np.asarray(values, dtype=float).copy()
    there = np.isfinite(out) & (out != 0)
    places = digits - 1 - np.floor(np.log10(np.abs(out[there])))
    step = 10.0 ** np.minimum(np.abs(places), 300)
    up = places >= 0
    with np.errstate(over="ignore"):  # in the branch that is not taken
        scaled = np.where(up, np.round(out[there] * step) / step, np.round(out[there] / step) * step)
    out[there] = scaled
    return out


def ranks_within(composite: Array, group: NDArray[np.generic]) -> NDArray[np.int_]:
    """Rank within each group along the last axis, 1 for the highest, ties sharing the smaller rank.

    `composite`: (…, n); NaN gets rank 0. `group`: (n,).

    >>> ranks_within(np.array([70.0, 80, 80, np.nan]), np.array(["a", "a", "a", "a"]))
    array([3, 1, 1, 0])
    """
    values = np.asarray(composite, dtype=float)
    out = np.zeros(values.shape, dtype=int)
    flat, ranks = values.reshape(-1, values.shape[-1]), out.reshape(-1, values.shape[-1])
    belongs, names = pd.factorize(group)
    order = np.argsort(belongs, kind="stable")
    for at in np.split(order, np.cumsum(np.bincount(belongs, minlength=len(names)))[:-1]):
        ranks[:, at] = row_ranks(flat[:, at])
    return out


def row_ranks(values: Array, dtype: Any = np.int64) -> NDArray[Any]:
    """Rank each row, 1 for the highest, ties sharing the smaller rank; NaN gets rank 0.

    `values`: (m, n), compared as `rounded` has them; rounding is done only where neighbours are close, since all
    others stay apart.

    >>> row_ranks(np.array([[70.0, 0.3, 0.1 + 0.2, np.nan], [1, 2, 3, 4]]))
    array([[1, 2, 2, 0],
           [4, 3, 2, 1]])
    """
    count, width = values.shape
    out = np.zeros((count, width), dtype=dtype)
    if not width:
        return out
    turned = -values
    order = np.argsort(turned, axis=1)
    ordered = np.take_along_axis(turned, order, axis=1)
    places = np.arange(1, width + 1, dtype=dtype)
    # what is missing stands at the end and pushes nobody down
    missing = np.isnan(ordered[:, -1]).any()
    close = ordered[:, 1:] - ordered[:, :-1] <= _CLOSE * np.abs(ordered[:, 1:])
    touched = np.flatnonzero(close.any(axis=1))
    ranked = np.broadcast_to(places, (count, width))
    if len(touched) or missing:
        ranked = ranked.copy()
        ranked[touched] = _with_ties(ordered[touched], close[touched], places)
        ranked[np.isnan(ordered)] = 0
    for row, at, own in zip(out, order, ranked, strict=True):
        row[at] = own
    return out


def _with_ties(ordered: Array, close: NDArray[np.bool_], places: NDArray[Any]) -> NDArray[Any]:
    """Return the ranks of ordered rows in which some neighbours are close."""
    either = np.zeros(ordered.shape, dtype=bool)
    either[:, 1:] = close
    either[:, :-1] |= close
    compared = ordered.copy()
    compared[either] = rounded(ordered[either])
    first = np.ones(ordered.shape, dtype=bool)
    first[:, 1:] = ~(close & (compared[:, 1:] == compared[:, :-1]))
    return np.asarray(np.maximum.accumulate(np.where(first, places, 0), axis=1))


def grades_of(composite: Array, cuts: list[float]) -> NDArray[np.int_]:
    """Return grade 1 … k; a score on a cut belongs to the higher grade.

    >>> grades_of(np.array([39.9, 40.0, 90.0]), [40, 70])
    array([1, 2, 3])
    """
    return np.asarray(np.searchsorted(np.asarray(cuts, dtype=float), rounded(composite), side="right") + 1)
