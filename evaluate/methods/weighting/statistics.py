"""Statistics of children with gaps: what is constant, means, deviations, correlations."""

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array

Mask = NDArray[np.bool_]


def constant_columns(scores: Array, there: Mask) -> Mask:
    """Return which columns of scores (n, k) are constant but for rounding, (k,); one without any score is."""
    highest = np.where(there, scores, -np.inf).max(axis=0, initial=-np.inf)
    lowest = np.where(there, scores, np.inf).min(axis=0, initial=np.inf)
    # scores of a constant differ by rounding only
    return np.asarray(highest - lowest <= 1e-12 * np.maximum(np.abs(highest), 1e-300))


def means(scores: Array, there: Mask) -> Array:
    """Return the mean of each column of scores (n, k), 0 without any score, (k,)."""
    return np.asarray(np.where(there, scores, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1))


def deviations(scores: Array, there: Mask) -> Array:
    """Return the sample standard deviation (ddof 1) of each column of scores (n, k), 0 for a single score, (k,)."""
    n = there.sum(axis=0)
    squares = np.where(there, (scores - means(scores, there)) ** 2, 0.0).sum(axis=0)
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), 0.0)


def correlations(scores: Array) -> Array:
    """Return pairwise complete Pearson correlations (k, k) of scores (n, k); NaN where there is none.

    >>> correlations(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, np.nan]])).round(12)
    array([[1., 1.],
           [1., 1.]])
    """
    there = np.isfinite(scores)
    x = np.where(there, scores - means(scores, there), 0.0)  # centred first, for precision
    m = there.astype(float)
    n = m.T @ m
    sum_x, sum_xx, sum_xy = x.T @ m, (x**2).T @ m, x.T @ x
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = sum_xy - sum_x * sum_x.T / n
        variance = np.maximum(sum_xx - sum_x**2 / n, 0.0)
        # root by root, since the product of two variances may be no number any more
        found = covariance / (np.sqrt(variance) * np.sqrt(variance.T))
    nothing = variance <= 1e-24 * np.maximum(sum_xx, 1e-300)
    nothing |= nothing.T | (n < 2) | constant_columns(scores, there)[:, None] | constant_columns(scores, there)
    return np.where(nothing, np.nan, np.clip(found, -1.0, 1.0))


def whole_correlations(scores: Array) -> tuple[Array, bool]:
    """Return correlations of scores (n, k) that can be those of complete data, (k, k), and whether they are as found.

    Pairwise complete correlations of data with gaps may contradict each other: a pair without any counts as 0,
    negative eigenvalues as 0, and the diagonal is brought back to 1.

    >>> whole_correlations(np.array([[1.0, 2.0, np.nan], [2.0, 1.0, np.nan], [np.nan, 1.0, 5.0], [np.nan, 1.0, 6.0]]))
    (array([[ 1., -1.,  0.],
           [-1.,  1.,  0.],
           [ 0.,  0.,  1.]]), False)
    """
    found = correlations(scores)
    whole = np.where(np.isnan(found), 0.0, found)
    np.fill_diagonal(whole, 1.0)
    values, vectors = np.linalg.eigh(whole)
    if values[0] >= -1e-10 * len(whole):
        return whole, not bool(np.isnan(found).any())
    lifted = (vectors * np.maximum(values, 0.0)) @ vectors.T
    length = np.sqrt(np.diag(lifted))
    return lifted / (length[:, None] * length), False
