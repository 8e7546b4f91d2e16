"""Weighting: the weights of the children of one parent."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evaluate.methods.base import Array, Method
from indicators.spec import Number


class _Weighting(Method):
    data_driven: ClassVar[bool] = False
    """Whether the weights follow from the scores of the reference population."""

    def weights(self, scores: Array, given: Array) -> Array | None:
        """Return weights that sum to 1, (k,), from scores (n, k) and the given weights (k,).

        None says that the scores hold no information at all.
        """
        raise NotImplementedError


class Given(_Weighting):
    """The weights of the framework, rescaled within the parent: w/Σw."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6 (weights by agreement)"
    method: Literal["given"] = "given"

    def weights(self, scores: Array, given: Array) -> Array | None:
        """Return the given weights."""
        return given


class Equal(_Weighting):
    """Equal weights within the parent: 1/k."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6.2"
    method: Literal["equal"]

    def weights(self, scores: Array, given: Array) -> Array | None:
        """Return 1/k for every child."""
        return np.full(len(given), 1 / len(given))


class _DataDriven(_Weighting):
    data_driven: ClassVar[bool] = True
    cap: Annotated[Number, Field(ge=1)] | None = None
    """Most that a child may weigh, as a multiple of equal weight; no cap when absent."""

    def information(self, scores: Array) -> Array:
        """Return what each child tells, ≥ 0, (k,)."""
        raise NotImplementedError

    def weights(self, scores: Array, given: Array) -> Array | None:
        """Return weights in proportion to the information, capped."""
        if len(given) == 1:
            return np.ones(1)
        told = self.information(scores)
        if told.sum() <= 0:
            # what varies shares the weight equally, so that a constant child weighs 0 here, too
            told = np.where(_constant_columns(scores, np.isfinite(scores)), 0.0, 1.0)
            if told.sum() in (0, len(told)):
                return None
        weights = told / told.sum()
        return weights if self.cap is None else capped(weights, self.cap / len(weights))


class Entropy(_DataDriven):
    """Entropy weights: p = x/Σx, e = −Σ p ln p / ln n (0·ln 0 = 0), w = (1 − e)/Σ(1 − e); scores must not be negative.

    n is the number of values that are there; a constant child weighs 0.
    """

    source: ClassVar[str] = "Shannon 1948; Hwang and Yoon 1981"
    method: Literal["entropy"]

    def information(self, scores: Array) -> Array:
        """Return 1 − e."""
        there = np.isfinite(scores)
        n = there.sum(axis=0)
        x = np.where(there, scores, 0.0)
        total = x.sum(axis=0)
        p = np.divide(x, total, out=np.zeros_like(x), where=total > 0)
        logarithm = np.log(p, out=np.zeros_like(p), where=p > 0)
        entropy = np.divide(-(p * logarithm).sum(axis=0), np.log(np.maximum(n, 2)))
        silent = _constant_columns(scores, there) | (total <= 0) | (n < 2)
        return np.asarray(np.where(silent, 0.0, np.maximum(1 - entropy, 0.0)))


class Critic(_DataDriven):
    """CRITIC weights: C_j = s_j·Σ_k(1 − r_jk), w = C/ΣC, with sample standard deviation (ddof 1).

    Correlations are pairwise complete; a pair without a correlation counts nothing, so that a constant child weighs
    0 and leaves the others as they are.
    """

    source: ClassVar[str] = "Diakoulaki, Mavrotas and Papayannakis 1995"
    method: Literal["critic"]

    def information(self, scores: Array) -> Array:
        """Return C."""
        there = np.isfinite(scores)
        silent = _constant_columns(scores, there)
        deviation = np.where(silent, 0.0, _deviations(scores, there))
        apart = 1 - correlations(scores)
        # children that go exactly together are apart by rounding only
        return np.asarray(deviation * np.nansum(np.where(apart < 1e-12, 0.0, apart), axis=1))


def _constant_columns(scores: Array, there: Array) -> Array:
    highest = np.where(there, scores, -np.inf).max(axis=0, initial=-np.inf)
    lowest = np.where(there, scores, np.inf).min(axis=0, initial=np.inf)
    # scores of a constant differ by rounding only
    return np.asarray(highest - lowest <= 1e-12 * np.maximum(np.abs(highest), 1e-300))


def _deviations(scores: Array, there: Array) -> Array:
    n = there.sum(axis=0)
    mean = np.divide(np.where(there, scores, 0.0).sum(axis=0), np.maximum(n, 1))
    squares = np.where(there, (scores - mean) ** 2, 0.0).sum(axis=0)
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), 0.0)


def correlations(scores: Array) -> Array:
    """Return pairwise complete Pearson correlations (k, k) of scores (n, k); NaN where there is none.

    >>> correlations(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, np.nan]])).round(12)
    array([[1., 1.],
           [1., 1.]])
    """
    there = np.isfinite(scores)
    centre = np.divide(np.where(there, scores, 0.0).sum(axis=0), np.maximum(there.sum(axis=0), 1))
    x = np.where(there, scores - centre, 0.0)  # centred first, for precision
    m = there.astype(float)
    n = m.T @ m
    sum_x, sum_xx, sum_xy = x.T @ m, (x**2).T @ m, x.T @ x
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = sum_xy - sum_x * sum_x.T / n
        variance = np.maximum(sum_xx - sum_x**2 / n, 0.0)
        # root by root, since the product of two variances may be no number any more
        found = covariance / (np.sqrt(variance) * np.sqrt(variance.T))
    nothing = variance <= 1e-24 * np.maximum(sum_xx, 1e-300)
    nothing |= nothing.T | (n < 2) | _constant_columns(scores, there)[:, None] | _constant_columns(scores, there)
    return np.where(nothing, np.nan, np.clip(found, -1.0, 1.0))


def capped(weights: Array, most: float) -> Array:
    """Return weights of which none is above `most`; what is cut off goes to the others in proportion.

    Where the others are all 0 it goes to them equally.

    >>> capped(np.array([0.7, 0.2, 0.1]), 0.5).round(4)
    array([0.5   , 0.3333, 0.1667])
    """
    fixed = np.zeros(len(weights), dtype=bool)
    out = weights.copy()
    while (out > most * (1 + 1e-12)).any():
        fixed |= out > most
        rest, room = weights[~fixed], 1 - most * fixed.sum()
        out[fixed] = most
        if not len(rest):
            break
        out[~fixed] = room * rest / rest.sum() if rest.sum() > 0 else room / len(rest)
    return np.asarray(out / out.sum())


Weighting = Annotated[Given | Equal | Entropy | Critic, Field(discriminator="method")]
