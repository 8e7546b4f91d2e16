"""Weights by the information in the scores: spread, contrast, conflict, the effect of removal."""

from typing import ClassVar, Literal

import numpy as np

from evaluate.methods.base import Array
from evaluate.methods.weighting.base import Informed
from evaluate.methods.weighting.statistics import constant_columns, correlations, deviations, means


class Entropy(Informed):
    """Entropy weights: p = x/Σx, e = −Σ p ln p / ln n (0·ln 0 = 0), w = (1 − e)/Σ(1 − e); scores must not be negative.

    n is the number of values that are there; a constant child weighs 0.
    """

    source: ClassVar[str] = "Shannon 1948; Hwang and Yoon 1981"
    method: Literal["entropy"]

    @property
    def floor(self) -> Literal["zero", "positive"] | None:
        """Scores must not be negative."""
        return "zero"

    def information(self, scores: Array) -> Array:
        """Return 1 − e."""
        there = np.isfinite(scores)
        n = there.sum(axis=0)
        x = np.where(there, scores, 0.0)
        total = x.sum(axis=0)
        p = np.divide(x, total, out=np.zeros_like(x), where=total > 0)
        logarithm = np.log(p, out=np.zeros_like(p), where=p > 0)
        entropy = np.divide(-(p * logarithm).sum(axis=0), np.log(np.maximum(n, 2)))
        silent = constant_columns(scores, there) | (total <= 0) | (n < 2)
        return np.asarray(np.where(silent, 0.0, np.maximum(1 - entropy, 0.0)))


class Critic(Informed):
    """CRITIC weights: C_j = s_j·Σ_k(1 − r_jk), w = C/ΣC, with sample standard deviation (ddof 1).

    Correlations are pairwise complete; a pair without a correlation counts nothing, so that a constant child weighs
    0 and leaves the others as they are.
    """

    source: ClassVar[str] = "Diakoulaki, Mavrotas and Papayannakis 1995"
    method: Literal["critic"]

    def information(self, scores: Array) -> Array:
        """Return C."""
        return _conflict(_spread(scores), correlations(scores))


class ImprovedCritic(Informed):
    """Improved CRITIC weights: C_j = (s_j/x̄_j)·Σ_k(1 − |r_jk|), w = C/ΣC; scores must not be negative.

    The coefficient of variation stands for the standard deviation, so that the level of the scores does not weigh,
    and children that go strictly against each other repeat each other as those that go together do.

    >>> both = np.array([[1.0, 9.0, 2.0], [2.0, 8.0, 9.0], [3.0, 7.0, 4.0]])
    >>> ImprovedCritic(method="improved_critic").information(both).round(4)
    array([0.3613, 0.0903, 1.0422])
    """

    source: ClassVar[str] = "Chinese literature after Diakoulaki, Mavrotas and Papayannakis 1995"
    method: Literal["improved_critic"]

    @property
    def floor(self) -> Literal["zero", "positive"] | None:
        """Scores must not be negative, so that every mean is above 0."""
        return "zero"

    def information(self, scores: Array) -> Array:
        """Return C."""
        return _conflict(_relative_spread(scores), np.abs(correlations(scores)))


class StandardDeviation(Informed):
    """Standard-deviation weights: w_j = s_j/Σs, with sample standard deviation (ddof 1).

    They depend on the scale of the scores; after a z-score all children weigh the same.

    >>> StandardDeviation(method="standard_deviation").information(np.array([[1.0, 0.0], [2.0, 4.0], [3.0, 8.0]]))
    array([1., 4.])
    """

    source: ClassVar[str] = "Diakoulaki, Mavrotas and Papayannakis 1995"
    method: Literal["standard_deviation"]

    def information(self, scores: Array) -> Array:
        """Return s."""
        return _spread(scores)


class CoefficientOfVariation(Informed):
    """Weights by the coefficient of variation: v_j = s_j/x̄_j, w = v/Σv; scores must not be negative.

    s is the sample standard deviation (ddof 1). A mean of 0 or below would make no sense, hence the condition.

    >>> told = CoefficientOfVariation(method="coefficient_of_variation")
    >>> told.information(np.array([[1.0, 0.0], [2.0, 4.0], [3.0, 8.0]]))
    array([0.5, 1. ])
    """

    source: ClassVar[str] = "Pearson 1896 (coefficient of variation)"
    method: Literal["coefficient_of_variation"]

    @property
    def floor(self) -> Literal["zero", "positive"] | None:
        """Scores must not be negative, so that every mean is above 0."""
        return "zero"

    def information(self, scores: Array) -> Array:
        """Return s/x̄."""
        return _relative_spread(scores)


class Merec(Informed):
    """MEREC weights, by the effect of removing a child: w = E/ΣE; scores must be above 0.

    a_ij = |ln(min_i x_ij / x_ij)|, S_i = ln(1 + Σ_j a_ij/k), S'_ij = ln(1 + Σ_{l≠j} a_il/k), E_j the mean of
    |S'_ij − S_i| over the rows that have j. In a row with gaps, k is the number of children that are there.

    >>> Merec(method="merec").information(np.array([[1.0, 1.0], [np.e**2, np.e**4]])).round(4)
    array([0.1438, 0.3466])
    """

    source: ClassVar[str] = "Keshavarz-Ghorabaee, Amiri, Zavadskas, Turskis and Antucheviciene 2021"
    method: Literal["merec"]

    @property
    def floor(self) -> Literal["zero", "positive"] | None:
        """Scores must be above 0."""
        return "positive"

    def information(self, scores: Array) -> Array:
        """Return E."""
        there = np.isfinite(scores) & (scores > 0)
        least = np.where(there, scores, np.inf).min(axis=0, initial=np.inf)
        # a difference of logarithms, since a quotient may be no number any more
        apart = np.where(there, np.log(np.where(there, scores, 1.0)) - np.log(np.where(np.isinf(least), 1, least)), 0.0)
        apart = np.where(constant_columns(scores, there), 0.0, apart)
        k, total = np.maximum(there.sum(axis=1, keepdims=True), 1), apart.sum(axis=1, keepdims=True)
        effect = np.log1p(total / k) - np.log1p(np.maximum(total - apart, 0.0) / k)
        return np.asarray(np.where(there, effect, 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1))


def _spread(scores: Array) -> Array:
    there = np.isfinite(scores)
    return np.asarray(np.where(constant_columns(scores, there), 0.0, deviations(scores, there)))


def _relative_spread(scores: Array) -> Array:
    spread, mean = _spread(scores), means(scores, np.isfinite(scores))
    return np.divide(spread, mean, out=np.zeros_like(spread), where=mean > 0)


def _conflict(spread: Array, correlation: Array) -> Array:
    apart = 1 - correlation
    # children that go exactly together are apart by rounding only
    return np.asarray(spread * np.nansum(np.where(apart < 1e-12, 0.0, apart), axis=1))
