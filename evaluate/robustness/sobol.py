"""Variance-based sensitivity indices from a radial design A, B, A with single inputs from B."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array

_OUTPUTS = 256
"""Outputs that are resampled together."""


@dataclass(frozen=True)
class Indices:
    """First-order and total indices, (inputs, outputs), with their bootstrap intervals; NaN where nothing varies."""

    first: Array
    first_low: Array
    first_high: Array
    total: Array
    total_low: Array
    total_high: Array


def indices(a: Array, b: Array, ab: Array) -> tuple[Array, Array]:
    """Return first-order and total Sobol indices, (k, m).

    `a`, `b`: outputs (n, m) of two independent designs A and B; `ab`: (k, n, m), of A with input i taken from B.
    With y centred on the mean of all runs and V the variance of A and B together:
    S_i = mean(y_B·(y_ABi − y_A))/V (Saltelli et al. 2010, table 2 (b)) and
    T_i = mean((y_A − y_ABi)²)/(2V) (Jansen 1999; Saltelli et al. 2010, table 2 (f)).
    NaN where an output never changes.

    >>> a, b = np.array([[0.0], [1], [0], [1]]), np.array([[0.0], [0], [1], [1]])
    >>> [found.round(3).tolist() for found in indices(a, b, np.stack([b, a]))]
    [[[1.0], [0.0]], [[1.0], [0.0]]]
    """
    a, b, ab = _centred(a, b, ab)
    first, total = _ratios(a, b, ab, np.full((1, len(a)), 1 / len(a)))
    return first[:, 0], total[:, 0]


def with_intervals(a: Array, b: Array, ab: Array, counts: NDArray[np.integer[Any]], confidence: float) -> Indices:
    """Return indices with percentile intervals; `counts`: how often each resample takes each row, (resamples, n)."""
    first, total = indices(a, b, ab)
    shape = first.shape
    bounds = np.full((4, *shape), np.nan)
    shares = [(1 - confidence) / 2, (1 + confidence) / 2]
    weights = counts / counts.sum(axis=1, keepdims=True)
    for start in range(0, shape[1], _OUTPUTS):
        part = slice(start, start + _OUTPUTS)
        resampled = _ratios(*_centred(a[:, part], b[:, part], ab[:, :, part]), weights)
        for row, found in enumerate(resampled):
            bounds[2 * row : 2 * row + 2, :, part] = _quantiles(found, shares)
    return Indices(first, bounds[0], bounds[1], total, bounds[2], bounds[3])


def _centred(a: Array, b: Array, ab: Array) -> tuple[Array, Array, Array]:
    """Subtract the mean of all runs; outputs that differ by rounding alone become NaN."""
    stacked = np.concatenate([a[None], b[None], ab])
    least, greatest = stacked.min(axis=(0, 1)), stacked.max(axis=(0, 1))
    alike = greatest - least <= 1e-12 * np.maximum(np.abs(least), np.abs(greatest))
    centre = np.where(alike, np.nan, stacked.mean(axis=(0, 1)))
    return a - centre, b - centre, ab - centre


def _ratios(a: Array, b: Array, ab: Array, weights: Array) -> tuple[Array, Array]:
    """Return both indices, (k, r, m), under r weightings of the rows, (r, n)."""
    mean = weights @ (a + b) / 2
    variance = weights @ (a**2 + b**2) / 2 - mean**2
    # a resample may hold only rows that are alike
    scale = np.where(variance > 1e-12 * np.nanmax(variance, axis=0, initial=0.0), variance, np.nan)
    first = np.stack([weights @ (b * (own - a)) for own in ab]) / scale
    total = np.stack([weights @ ((a - own) ** 2) for own in ab]) / (2 * scale)
    return first, total


def _quantiles(found: Array, shares: list[float]) -> Array:
    """Return quantiles over the resamples, (2, k, m); resamples without a value are left out."""
    known = ~np.isnan(found).all(axis=(0, 1))
    out = np.full((len(shares), found.shape[0], found.shape[2]), np.nan)
    if known.any():
        kept = found[:, :, known]
        quantile = np.nanquantile if np.isnan(kept).any() else np.quantile
        out[:, :, known] = quantile(kept, shares, axis=1)
    return out
