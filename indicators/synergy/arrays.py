"""What the computations of this package share: weights that sum to 1."""

from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from indicators.synergy.co_control import Array


def shares(weights: ArrayLike | None, count: int) -> Array:
    """Return `count` weights rescaled to sum to 1; equal ones where none are given.

    >>> shares([3, 1], 2).tolist(), shares(None, 4).tolist()
    ([0.75, 0.25], [0.25, 0.25, 0.25, 0.25])
    >>> shares([1e308, 1e308], 2).tolist()
    [0.5, 0.5]
    """
    given = np.ones(count) if weights is None else np.asarray(weights, dtype=float)
    if given.shape != (count,) or not np.isfinite(given).all() or (given < 0).any() or not given.any():
        raise ValueError(f"weights must be {count} numbers of at least 0, not all 0")
    with np.errstate(over="ignore"):
        whole = given.sum()
    if not np.isfinite(whole):
        given = given / given.max()
        whole = given.sum()
    return cast(Array, given / whole)
