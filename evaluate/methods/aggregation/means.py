"""Weighted means: Σ w x and its kin, f⁻¹(Σ w f(x))."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from evaluate.methods.aggregation.base import Aggregator, product
from evaluate.methods.base import Array, Learned
from indicators.spec import Number, refuse


class Mean(Aggregator):
    """A quasi-arithmetic mean."""

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        there = np.isfinite(scores)
        safe = np.where(there, scores, 1.0)
        # children that are missing carry no weight
        total = product(there.astype(float), weights)
        # who asks refuses scores ≤ 0 where they have no place; rows that are only learned from may hold some
        with np.errstate(invalid="ignore", divide="ignore"):
            value = product(np.where(there, self.inward(safe), 0.0), weights)
            out = self.outward(value / total)
        return np.asarray(np.where(total > 0, out, np.nan))

    def inward(self, scores: Array) -> Array:
        """Return f(x) of the quasi-arithmetic mean f⁻¹(Σ w f(x))."""
        raise NotImplementedError

    def outward(self, values: Array) -> Array:
        """Return f⁻¹."""
        raise NotImplementedError


class Arithmetic(Mean):
    """Weighted arithmetic mean: Σ w x. A low score is made up for by a high one in full."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6.10"
    method: Literal["arithmetic"] = "arithmetic"

    def inward(self, scores: Array) -> Array:
        """Return the scores."""
        return scores

    def outward(self, values: Array) -> Array:
        """Return the values."""
        return values


class Geometric(Mean):
    """Weighted geometric mean: Π x^w, for scores above 0. A low score is made up for in part."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6.11"
    method: Literal["geometric"]

    @property
    def positive_only(self) -> bool:
        """Scores ≤ 0 have no logarithm."""
        return True

    def inward(self, scores: Array) -> Array:
        """Return ln x."""
        return np.log(scores)

    def outward(self, values: Array) -> Array:
        """Return exp."""
        return np.exp(values)


class Harmonic(Mean):
    """Weighted harmonic mean: 1/Σ(w/x), for scores above 0. A low score is made up for least."""

    source: ClassVar[str] = "COINr a_hmean; Hardy, Littlewood and Pólya 1934"
    method: Literal["harmonic"]

    @property
    def positive_only(self) -> bool:
        """Scores ≤ 0 have no harmonic mean."""
        return True

    def inward(self, scores: Array) -> Array:
        """Return 1/x."""
        return 1 / scores

    def outward(self, values: Array) -> Array:
        """Return 1/x."""
        return 1 / values


class GeneralisedMean(Mean):
    """Weighted power mean: (Σ w x^p)^(1/p). The lower p, the less a low score is made up for.

    p = 1 is the arithmetic, p = −1 the harmonic mean; p near 0 is the geometric mean and is refused in its favour.
    Below 1 it needs scores above 0; from 1 on a negative score counts as −|x|^p, so that the order is kept.

    >>> mean = GeneralisedMean(method="generalised_mean", power=2)
    >>> mean.aggregate(np.array([[3.0, 4.0], [5.0, np.nan]]), np.array([0.5, 0.5]), {}).round(6).tolist()
    [3.535534, 5.0]
    """

    source: ClassVar[str] = "COINr a_genmean; Hardy, Littlewood and Pólya 1934"
    method: Literal["generalised_mean"]
    power: Annotated[Number, Field(ge=-50, le=50)]
    """The power p, not 0: below 1 imbalance costs, above 1 it pays."""

    @model_validator(mode="after")
    def _not_zero(self) -> "GeneralisedMean":
        # nearer to 0 than this the power and its root lose digits
        if abs(self.power) < 0.001:
            raise refuse("methods.power_zero", found=self.power)
        return self

    @property
    def positive_only(self) -> bool:
        """Scores ≤ 0 have no place below p = 1."""
        return self.power < 1

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        # each row is measured by its own largest score (its smallest for p < 0), so that no power leaves the numbers
        size = np.abs(np.where(np.isfinite(scores), scores, np.nan))
        with np.errstate(invalid="ignore"):
            fold = np.fmax if self.power > 0 else np.fmin
            unit = fold.reduce(size, axis=-1)
        unit = np.where(unit > 0, unit, 1.0)
        return np.asarray(super().aggregate(scores / unit[..., None], weights, learned) * unit)

    def inward(self, scores: Array) -> Array:
        """Return x^p with the sign of x."""
        return np.asarray(np.sign(scores) * np.abs(scores) ** self.power)

    def outward(self, values: Array) -> Array:
        """Return the p-th root with its sign."""
        return np.asarray(np.sign(values) * np.abs(values) ** (1 / self.power))
