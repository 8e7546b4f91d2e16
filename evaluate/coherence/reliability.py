"""Cronbach's alpha: how far indicators measure one thing."""

from dataclasses import dataclass

import numpy as np

from evaluate.coherence.correlation import LEAST
from evaluate.methods.base import Array
from evaluate.methods.weighting.statistics import constant_columns, means, whole_correlations


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of k indicators; NaN where it is not defined."""

    k: int
    n: int
    """Fewest rows that any two of the indicators share."""
    alpha: float
    """Of the scores as they are."""
    standardised: float
    """Of the scores brought to equal variance; constant indicators are left out."""


def covariances(scores: Array) -> Array:
    """Return pairwise complete sample covariances (k, k) of scores (n, k), each with the means of its own pairs.

    Source: R `cov(use = "pairwise.complete.obs")`, which COINr's `get_cronbach` rests on.

    >>> covariances(np.array([[1.0, 2.0], [3.0, 6.0], [5.0, np.nan]]))
    array([[4., 4.],
           [4., 8.]])
    """
    there = np.isfinite(scores)
    x, m = np.where(there, scores - means(scores, there), 0.0), there.astype(float)
    n, total = m.T @ m, x.T @ m
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(n > 1, (x.T @ x - total * total.T / n) / (n - 1), np.nan))


def cronbach(scores: Array) -> Alpha:
    """Return Cronbach's alpha of the columns of scores (n, k): k/(k − 1)·(1 − Σ_i s_ii / Σ_ij s_ij).

    `s` are the pairwise complete covariances, and the correlations for the standardised alpha. Fewer than two
    indicators, fewer than three common rows or no variance at all leave it undefined.

    Source: Cronbach 1951; OECD/JRC Handbook 2008, step 4 (standardised); COINr `get_cronbach` (as they are).

    >>> found = cronbach(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
    >>> found.k, found.n, found.alpha, round(found.standardised, 9)
    (2, 3, 1.0, 1.0)
    """
    there = np.isfinite(scores)
    k = scores.shape[1]
    n = int((there.astype(int).T @ there.astype(int)).min()) if k else 0
    if k < 2 or n < LEAST:
        return Alpha(k, n, float("nan"), float("nan"))
    varying = scores[:, ~constant_columns(scores, there)]
    equal = _alpha(whole_correlations(varying)[0]) if varying.shape[1] > 1 else float("nan")
    return Alpha(k, n, _alpha(covariances(scores)), equal)


def _alpha(matrix: Array) -> float:
    k, total = len(matrix), float(matrix.sum())
    # variances that cancel each other leave a rounding error and no total
    if not total > 1e-12 * float(np.abs(matrix).sum()):
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(matrix) / total))
