"""Normalisations by what lies between the least and the greatest value of the reference population."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evaluate.methods.base import Array, Learned, no_spread
from evaluate.methods.normalisation.base import Aspect, Bounded, Normaliser, constant, line
from indicators.spec import Number


class _Span(Bounded):
    """A line from the least to the greatest value of the reference population."""

    def fit(self, values: Array) -> Learned:
        """Learn least and greatest value."""
        return {"least": float(values.min()), "greatest": float(values.max())}

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return least and greatest value."""
        return learned["least"], learned["greatest"]

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        least, greatest = learned["least"], learned["greatest"]
        if no_spread(np.array([least, greatest])):
            return constant(values, self.middle(learned))
        return line(values, [least, greatest], self.bounds, self.out_of_range)


class MinMax(_Span):
    """Min–max: lo + (hi − lo)·(x − min)/(max − min), min and max of the reference population."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.3"
    method: Literal["min_max"] = "min_max"


class DistanceToBest(_Span):
    """Distance to the best: hi − (hi − lo)·(best − x)/(best − worst), both of the reference population.

    The best value is the greatest where more is better, the least where less is better, the nearest to a target.
    The scores are those of min–max; the distance that is left to the best is what they tell.
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5 (distance to the leader); COINr 1.1 n_dist2max"
    method: Literal["distance_to_best"]


class LogMinMax(_Span):
    """Logarithmic min–max: lo + (hi − lo)·(ln x − ln min)/(ln max − ln min), equal ratios earning equal points.

    Where less is better, from ln max down to ln min; by a target, by |ln x − ln target|. Outliers are treated on the
    logarithm too. A value ≤ 0 is a fault.
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5 (transformation before normalisation); min–max of step 5.3"
    logarithmic: ClassVar[bool] = True
    method: Literal["log"]


class ZScore(Normaliser):
    """z-score: mean + sd·(x − x̄)/s, with the sample standard deviation s (ddof 1)."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.2"
    method: Literal["z_score"]
    mean: Number = 50.0
    """Score of the mean."""
    sd: Annotated[Number, Field(gt=0)] = 10.0
    """Points for one standard deviation."""

    @property
    def beyond(self) -> None:
        """There is no range that a value could be beyond."""
        return

    def middle(self, learned: Learned) -> float:
        """Return the score of the mean."""
        return self.mean

    def fit(self, values: Array) -> Learned:
        """Learn mean and sample standard deviation."""
        same = len(values) < 2 or no_spread(values)
        # a power of two changes no digit, and keeps the squares of very small or large values within the numbers
        exponent = int(np.frexp(np.abs(values).max())[1])
        deviation = 0.0 if same else float(np.ldexp(np.ldexp(values, -exponent).std(ddof=1), exponent))
        return {"mean": float(values.mean()), "sd": deviation}

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        if learned["sd"] == 0:
            return constant(values, self.middle(learned))
        with np.errstate(over="ignore"):
            return np.asarray(self.mean + self.sd * ((values - learned["mean"]) / learned["sd"]))


class ShareOfBest(Bounded):
    """Share of the best: lo + (hi − lo)·x/max where more is better, lo + (hi − lo)·min/x where less is.

    Amounts below zero turn the quotient over: max/x where more is better, x/min where less is. By a target it is the
    least distance over the distance. All values of the indicator must have one sign, with no zero where the quotient
    is turned over (less is better, values above zero), else there is a fault; so there is for a logarithmic scale,
    which has no zero to take a share from.
    """

    source: ClassVar[str] = (
        "OECD/JRC Handbook 2008, step 5 (distance to the leader); COINr 1.1 n_fracmax; the quotient turned over for "
        "costs as in Hwang and Yoon 1981"
    )
    amounts: ClassVar[bool] = True
    method: Literal["share_of_best"]

    def fit(self, values: Array) -> Learned:
        """Learn least and greatest value."""
        return {"least": float(values.min()), "greatest": float(values.max())}

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return zero and the best value; there is no least value where the quotient is turned over."""
        return (0.0 if learned["greatest"] > 0 else -np.inf), learned["greatest"]

    def unfit(self, values: Array, learned: Learned) -> NDArray[np.bool_]:
        """Return which values have another sign than the best one, or are a zero to be divided by."""
        best = learned["greatest"]
        if no_spread(np.array([learned["least"], best])):
            return super().unfit(values, learned)
        return np.asarray(values < 0 if best > 0 else values >= 0)

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        least, best = learned["least"], learned["greatest"]
        if no_spread(np.array([least, best])):
            return constant(values, self.middle(learned))
        if best > 0:
            return line(values, [0.0, best], self.bounds, self.out_of_range)
        low, high = self.bounds
        with np.errstate(divide="ignore", over="ignore"):
            share = np.where(values < 0, best / values, 1.0)
        share = np.minimum(share, 1.0) if self.out_of_range == "clip" else share
        return np.where(np.isnan(values), np.nan, low + (high - low) * share)
