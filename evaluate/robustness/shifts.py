"""How far a replicate moves the ranking as a whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array


def mean_rank_shift(ranks: NDArray[Any], base: NDArray[np.int_]) -> Array:
    """Return R_S = Σ |rank − base rank| / n of each replicate, over the units that are scored in it; (runs,).

    `ranks`: (runs, n), 0 where not scored; NaN where nobody is. Source: Saisana, Saltelli and Tarantola 2005.

    >>> mean_rank_shift(np.array([[1, 2, 3], [3, 2, 1], [1, 0, 2]]), np.array([1, 2, 3]))
    array([0.        , 1.33333333, 0.5       ])
    """
    out = np.empty(len(ranks))
    for row, own in enumerate(ranks):
        there = own > 0
        moved = np.abs(own.astype(int) - base)[there]
        out[row] = moved.mean() if there.any() else np.nan
    return out
