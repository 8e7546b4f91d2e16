"""Aggregation: the scores of the children of one parent become its score.

Children without a score are dropped and the weights of the others rescaled. Arrays may carry leading axes: one
call aggregates all replicates of a robustness analysis.
"""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evaluate.methods.base import Array, Method


class _Aggregation(Method):
    positive_only: ClassVar[bool] = False
    """Whether a score ≤ 0 has no place in it."""

    def aggregate(self, scores: Array, weights: Array) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        there = np.isfinite(scores)
        safe = np.where(there, scores, 1.0)
        # children that are missing carry no weight
        total = _product(there.astype(float), weights)
        # who asks refuses scores ≤ 0 where they have no place; rows that are only learned from may hold some
        with np.errstate(invalid="ignore", divide="ignore"):
            value = _product(np.where(there, self.inward(safe), 0.0), weights)
            out = self.outward(value / total)
        return np.asarray(np.where(total > 0, out, np.nan))

    def inward(self, scores: Array) -> Array:
        """Return f(x) of the quasi-arithmetic mean f⁻¹(Σ w f(x))."""
        raise NotImplementedError

    def outward(self, values: Array) -> Array:
        """Return f⁻¹."""
        raise NotImplementedError


def _product(values: Array, weights: Array) -> Array:
    """Return Σ_k values (…, n, k) · weights (…, k); one matrix product where the values hold for all weights."""
    if values.ndim == 2 and weights.ndim == 2:
        return np.asarray(weights @ values.T)
    return np.asarray(np.matmul(values, weights[..., :, None])[..., 0])


class Arithmetic(_Aggregation):
    """Weighted arithmetic mean: Σ w x. A low score is made up for by a high one in full."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6.10"
    method: Literal["arithmetic"] = "arithmetic"

    def inward(self, scores: Array) -> Array:
        """Return the scores."""
        return scores

    def outward(self, values: Array) -> Array:
        """Return the values."""
        return values


class Geometric(_Aggregation):
    """Weighted geometric mean: Π x^w, for scores above 0. A low score is made up for in part."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6.11"
    positive_only: ClassVar[bool] = True
    method: Literal["geometric"]

    def inward(self, scores: Array) -> Array:
        """Return ln x."""
        return np.log(scores)

    def outward(self, values: Array) -> Array:
        """Return exp."""
        return np.exp(values)


class Harmonic(_Aggregation):
    """Weighted harmonic mean: 1/Σ(w/x), for scores above 0. A low score is made up for least."""

    source: ClassVar[str] = "COINr a_hmean; Hardy, Littlewood and Pólya 1934"
    positive_only: ClassVar[bool] = True
    method: Literal["harmonic"]

    def inward(self, scores: Array) -> Array:
        """Return 1/x."""
        return 1 / scores

    def outward(self, values: Array) -> Array:
        """Return 1/x."""
        return 1 / values


Aggregation = Annotated[Arithmetic | Geometric | Harmonic, Field(discriminator="method")]
