"""Normalisations by values that the framework or the methodology states."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from evaluate.methods.base import Array, Learned, no_spread
from evaluate.methods.normalisation.base import Aspect, Bounded, Bounds, constant, line
from indicators.spec import Number, refuse


class Goalposts(Bounded):
    """Goalposts: lo + (hi − lo)·(x − worst)/(best − worst), with the worst and best value of the framework."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.3; UNDP, Human Development Report 2001"
    stated: ClassVar[str] = "goalposts"
    method: Literal["goalposts"]

    @property
    def learns(self) -> bool:
        """It does not."""
        return False

    def needs(self, aspect: Aspect) -> bool:
        """Return whether the indicator has goalposts."""
        return aspect.goalposts is not None

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return the goalposts."""
        return aspect.goalposts

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        assert aspect.goalposts is not None
        return line(values, list(aspect.goalposts), self.bounds, self.out_of_range)


class ThresholdScores(Bounded):
    """Thresholds: piecewise linear through (zero, lo), (pass mark, `pass_score`) and (ideal, hi).

    Between two of these points (a, s) and (b, t): s + (t − s)·(x − a)/(b − a). Where the framework gives no zero, it
    is the value at which the line from the ideal through the pass mark reaches lo.
    """

    source: ClassVar[str] = "HJ 274-2015 and park evaluation practice (reference values); OECD/JRC Handbook 2008, 5.3"
    stated: ClassVar[str] = "thresholds"
    method: Literal["thresholds"]
    pass_score: Number = 60.0
    """Score at the pass mark."""

    @model_validator(mode="after")
    def _inside(self) -> "ThresholdScores":
        if not self.bounds[0] < self.pass_score < self.bounds[1]:
            raise refuse("methods.pass_score_inside", found=self.pass_score, bounds=self.bounds)
        return self

    @property
    def learns(self) -> bool:
        """It does not."""
        return False

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
        return line(values, self._points(aspect), scores, self.out_of_range)


class DistanceToTarget(Bounded):
    """Distance to target: lo + (hi − lo)·(x − worst)/(target − worst), worst of the reference population.

    The target is the `target` of the indicator: the value to be reached where more or less is better, else the best
    one. Where the worst value reaches it already, so do all, and the score is hi.
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5 (distance to a reference); COINr 1.1 n_dist2targ"
    stated: ClassVar[str] = "target"
    method: Literal["distance_to_target"]

    def fit(self, values: Array) -> Learned:
        """Learn the worst value, and whether all are alike."""
        return {"least": float(values.min()), "constant": no_spread(values)}

    def needs(self, aspect: Aspect) -> bool:
        """Return whether the indicator has a target."""
        return aspect.target is not None

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return the worst value and the target."""
        assert aspect.target is not None
        return min(learned["least"], aspect.target), aspect.target

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        assert aspect.target is not None
        if learned["constant"]:
            return constant(values, self.middle(learned))
        return line(values, [learned["least"], aspect.target], self.bounds, self.out_of_range)


class Scaled(Bounded):
    """Scaled: lo + (hi − lo)·(x − a)/(b − a), with the same limits [a, b] for every indicator.

    Where less is better it is lo + (hi − lo)·(b − x)/(b − a); by a target the line goes from the limit that is farther
    from it to the target, or to the nearer limit when the target is not between them.
    """

    source: ClassVar[str] = "COINr 1.1 n_scaled; OECD/JRC Handbook 2008, step 5.3 (fixed limits)"
    spans: ClassVar[bool] = True
    method: Literal["scaled"]
    limits: Bounds
    """Least and greatest value, in the unit of measure of each indicator."""

    @model_validator(mode="after")
    def _rise(self) -> "Scaled":
        if self.limits[0] >= self.limits[1]:
            raise refuse("methods.limits_order", first=self.limits[0], last=self.limits[1])
        return self

    @property
    def learns(self) -> bool:
        """It does not."""
        return False

    @property
    def own_values(self) -> tuple[float, ...]:
        """The limits."""
        return tuple(self.limits)

    def needs(self, aspect: Aspect) -> bool:
        """Return whether the limits are there."""
        return bool(aspect.own)

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return the limits."""
        return aspect.own[0], aspect.own[-1]

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        return line(np.asarray(values), [aspect.own[0], aspect.own[-1]], self.bounds, self.out_of_range)
