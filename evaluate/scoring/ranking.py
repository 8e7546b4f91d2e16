"""Fifth stage: vetoes, ranks and grades."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from evaluate.methods.base import Array

DIGITS = 10


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
    values = -rounded(composite)
    out = np.zeros(values.shape, dtype=int)
    for name in pd.unique(group):
        at = group == name
        part = values[..., at]
        there = np.isfinite(part)
        # missing ones go to the end, so that they push nobody down
        ranked = rankdata(np.where(there, part, np.inf), method="min", axis=-1) if part.size else part
        out[..., at] = np.where(there, ranked, 0)
    return out


def grades_of(composite: Array, cuts: list[float]) -> NDArray[np.int_]:
    """Return grade 1 … k; a score on a cut belongs to the higher grade.

    >>> grades_of(np.array([39.9, 40.0, 90.0]), [40, 70])
    array([1, 2, 3])
    """
    return np.asarray(np.searchsorted(np.asarray(cuts, dtype=float), rounded(composite), side="right") + 1)
