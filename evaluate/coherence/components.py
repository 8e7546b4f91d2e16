"""Principal components of the scores of indicators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluate.coherence.correlation import LEAST
from evaluate.methods.base import Array
from evaluate.methods.weighting.statistics import constant_columns, whole_correlations


@dataclass(frozen=True)
class Components:
    """Principal components of k indicators, the strongest first; empty where there are none."""

    eigenvalues: Array
    """(m,), falling."""
    loadings: Array
    """(k, m): correlation of each indicator with each component; NaN for a constant indicator."""
    n: int
    """Fewest rows that any two of the indicators share."""
    constant: NDArray[np.bool_]
    """(k,): the indicators that take no part since they are constant."""
    patched: bool
    """Whether correlations with gaps contradicted each other and were brought in line."""

    @property
    def shares(self) -> Array:
        """The share of the variance that each component explains, (m,)."""
        total = self.eigenvalues.sum()
        return np.asarray(self.eigenvalues / total) if total > 0 else self.eigenvalues


def components(scores: Array) -> Components:
    """Return the principal components of scores (n, k): eigenvalues λ of their correlations, loadings u·√λ.

    Correlations are pairwise complete. The sign of a component is free; the sum of its loadings is not negative.

    Source: OECD/JRC Handbook 2008, step 4.1.

    >>> components(np.array([[1.0, 2], [2, 4], [3, 6], [4, 8]])).eigenvalues.round(12)
    array([2., 0.])
    """
    there = np.isfinite(scores)
    count = scores.shape[1]
    constant = constant_columns(scores, there)
    used = scores[:, ~constant]
    shared = np.isfinite(used).astype(int)
    n = int((shared.T @ shared).min()) if used.shape[1] else 0
    if used.shape[1] < 2 or n < LEAST:
        return Components(np.zeros(0), np.full((count, 0), np.nan), n, constant, False)
    correlation, as_found = whole_correlations(used)
    values, vectors = np.linalg.eigh(correlation)
    values, vectors = values[::-1], vectors[:, ::-1]
    # what is left of nothing is rounding, and no component
    values = np.where(values > 1e-12 * len(values), values, 0.0)
    loaded = vectors * np.sqrt(values)
    loadings = np.full((count, len(values)), np.nan)
    loadings[~constant] = loaded * np.where(loaded.sum(axis=0) < 0, -1.0, 1.0)
    return Components(values, loadings, n, constant, not as_found)
