"""Normalisation: values in their unit of measure become scores, higher is better.

Every member works on values that were turned already, so that higher is better (`Aspect`).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from evaluate.methods.base import Array, Learned, Method, no_spread
from indicators.spec import Number, Spec, refuse

Bounds = Annotated[list[Number], Field(min_length=2, max_length=2)]


@dataclass(frozen=True)
class Aspect:
    """Reference values of one indicator for one type of units, turned so that higher is better; None if not given."""

    goalposts: tuple[float, float] | None = None
    """(worst, best)."""
    pass_mark: float | None = None
    ideal: float | None = None
    zero: float | None = None


class FittedReference(Spec):
    """The reference is what an earlier run learned."""

    fitted: str
    """Path of its `fitted.json`, relative to the assessment."""


class _Normalisation(Method):
    learns: ClassVar[bool] = True
    """Whether it looks at the reference population."""
    reference: Literal["pooled", "year", "baseline", "type"] | FittedReference = "pooled"
    """Whose values are learned from: all scored unit-years, each year, the baseline year, each type, an earlier run."""
    out_of_range: Literal["clip", "extend"] = "clip"
    """What a value beyond the learned or given range gets: the score at its end, or one beyond it."""

    @property
    def middle(self) -> float:
        """The score of an indicator that is constant in the reference population."""
        raise NotImplementedError

    @property
    def beyond(self) -> Literal["clip", "extend"]:
        """What the method does with a value beyond the range."""
        return self.out_of_range

    def fit(self, values: Array) -> Learned:
        """Learn from turned values, (n,), n ≥ 1, all finite."""
        return {}

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return the least and greatest value within the range; None when there is no such range."""
        return None

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores of turned values; NaN stays NaN."""
        raise NotImplementedError

    def needs(self, aspect: Aspect) -> bool:
        """Return whether the reference values that the method needs are there."""
        return True


class _Bounded(_Normalisation):
    bounds: Bounds = Field(default=[0.0, 100.0])
    """Scores of the worst and the best value."""

    @model_validator(mode="after")
    def _rising(self) -> "_Bounded":
        if self.bounds[0] >= self.bounds[1]:
            raise refuse("methods.bounds_order", first=self.bounds[0], last=self.bounds[1])
        return self

    @property
    def middle(self) -> float:
        """The midpoint of the bounds."""
        return (self.bounds[0] + self.bounds[1]) / 2


class MinMax(_Bounded):
    """Min–max: lo + (hi − lo)·(x − min)/(max − min), min and max of the reference population."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.3"
    method: Literal["min_max"] = "min_max"

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
            return _constant(values, self.middle)
        return _line(values, [least, greatest], self.bounds, self.out_of_range)


class ZScore(_Normalisation):
    """z-score: mean + sd·(x − x̄)/s, with the sample standard deviation s (ddof 1)."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.2"
    method: Literal["z_score"]
    mean: Number = 50.0
    """Score of the mean."""
    sd: Annotated[Number, Field(gt=0)] = 10.0
    """Points for one standard deviation."""

    @property
    def middle(self) -> float:
        """The score of the mean."""
        return self.mean

    def fit(self, values: Array) -> Learned:
        """Learn mean and sample standard deviation."""
        constant = len(values) < 2 or no_spread(values)
        # a power of two changes no digit, and keeps the squares of very small or large values within the numbers
        exponent = int(np.frexp(np.abs(values).max())[1])
        deviation = 0.0 if constant else float(np.ldexp(np.ldexp(values, -exponent).std(ddof=1), exponent))
        return {"mean": float(values.mean()), "sd": deviation}

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        if learned["sd"] == 0:
            return _constant(values, self.middle)
        with np.errstate(over="ignore"):
            return np.asarray(self.mean + self.sd * ((values - learned["mean"]) / learned["sd"]))


class PercentileRank(_Bounded):
    """Percentile rank: lo + (hi − lo)·min(1, #{reference values below x}/(n − 1))."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.1; COINr n_prank"
    method: Literal["percentile_rank"]

    @property
    def beyond(self) -> Literal["clip", "extend"]:
        """Clip: a share is at least 0 and at most 1."""
        return "clip"

    def fit(self, values: Array) -> Learned:
        """Learn the ordered reference values."""
        return {"ordered": np.sort(values).tolist()}

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return least and greatest reference value."""
        return learned["ordered"][0], learned["ordered"][-1]

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        ordered = np.asarray(learned["ordered"])
        if no_spread(ordered):
            return _constant(values, self.middle)
        # a value is not below another that differs from it by rounding
        least = values - 1e-12 * np.abs(values)
        share = np.minimum(np.searchsorted(ordered, least, side="left") / (len(ordered) - 1), 1.0)
        scores = self.bounds[0] + (self.bounds[1] - self.bounds[0]) * share
        return np.where(np.isnan(values), np.nan, scores)


class Goalposts(_Bounded):
    """Goalposts: lo + (hi − lo)·(x − worst)/(best − worst), with the worst and best value of the framework."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.3; UNDP, Human Development Report 2001"
    learns: ClassVar[bool] = False
    method: Literal["goalposts"]

    def needs(self, aspect: Aspect) -> bool:
        """Return whether the indicator has goalposts."""
        return aspect.goalposts is not None

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return the goalposts."""
        return aspect.goalposts

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        assert aspect.goalposts is not None
        return _line(values, list(aspect.goalposts), self.bounds, self.out_of_range)


class ThresholdScores(_Bounded):
    """Thresholds: piecewise linear through (zero, lo), (pass mark, `pass_score`) and (ideal, hi).

    Between two of these points (a, s) and (b, t): s + (t − s)·(x − a)/(b − a). Where the framework gives no zero, it
    is the value at which the line from the ideal through the pass mark reaches lo.
    """

    source: ClassVar[str] = "HJ 274-2015 and park evaluation practice (reference values); OECD/JRC Handbook 2008, 5.3"
    learns: ClassVar[bool] = False
    method: Literal["thresholds"]
    pass_score: Number = 60.0
    """Score at the pass mark."""

    @model_validator(mode="after")
    def _inside(self) -> "ThresholdScores":
        if not self.bounds[0] < self.pass_score < self.bounds[1]:
            raise refuse("methods.pass_score_inside", found=self.pass_score, bounds=self.bounds)
        return self

    def needs(self, aspect: Aspect) -> bool:
        """Return whether the indicator has thresholds."""
        return aspect.pass_mark is not None and aspect.ideal is not None

    def _points(self, aspect: Aspect) -> list[float]:
        assert aspect.pass_mark is not None and aspect.ideal is not None
        low, high = self.bounds
        step = (aspect.ideal - aspect.pass_mark) * (self.pass_score - low) / (high - self.pass_score)
        return [
            aspect.zero if aspect.zero is not None else aspect.pass_mark - step,
            aspect.pass_mark,
            aspect.ideal,
        ]

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        scores = [self.bounds[0], self.pass_score, self.bounds[1]]
        return _line(values, self._points(aspect), scores, self.out_of_range)


def _constant(values: Array, score: float) -> Array:
    return np.where(np.isnan(values), np.nan, score)


def _line(values: Array, points: list[float], scores: list[float], beyond: str) -> Array:
    """Return the piecewise linear scores; beyond the ends the last score, or the last line continued."""
    out = np.where(values >= points[-1], scores[-1], scores[0])
    for (start, end), (low, high) in zip(pairwise(points), pairwise(scores), strict=True):
        if end <= start:
            continue  # reference values that fell together leave a step and no line
        # the quotient of differences, since the slope itself may be too steep for a number; who asks refuses what
        # lies beyond all numbers
        with np.errstate(over="ignore"):
            line = low + (high - low) * ((values - start) / (end - start))
        inside = (values >= start) & (values < end)
        out = np.where(inside, np.clip(line, low, high), out)
        if beyond == "extend":
            first, last = start == points[0], end == points[-1]
            out = np.where((first & (values < start)) | (last & (values > end)), line, out)
    return np.where(np.isnan(values), np.nan, out)


Normalisation = Annotated[MinMax | ZScore | PercentileRank | Goalposts | ThresholdScores, Field(discriminator="method")]
