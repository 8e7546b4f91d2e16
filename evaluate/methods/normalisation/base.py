"""What every normalisation has: turned values of one indicator in, scores out."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evaluate.methods.base import Array, Learned, Method
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
    target: float | None = None
    """The value to be reached; 0 where nearness to it is what counts."""
    own: tuple[float, ...] = ()
    """What the method itself states in the unit of measure, worst first."""


class FittedReference(Spec):
    """The reference is what an earlier run learned."""

    fitted: str
    """Path of its `fitted.json`, relative to the assessment."""


class Normaliser(Method):
    """One member of the family."""

    logarithmic: ClassVar[bool] = False
    """Whether it works on the logarithm, whatever the scale of the indicator."""
    amounts: ClassVar[bool] = False
    """Whether it needs a true zero, which no logarithm has."""
    stated: ClassVar[str] = ""
    """The key of an indicator that it needs the framework to state."""
    spans: ClassVar[bool] = False
    """Whether `own_values` are the ends of a range."""

    reference: Literal["pooled", "year", "baseline", "type"] | FittedReference = "pooled"
    """Whose values are learned from: all scored unit-years, each year, the baseline year, each type, an earlier run."""
    out_of_range: Literal["clip", "extend"] = "clip"
    """What a value beyond the learned or given range gets: the score at its end, or one beyond it."""

    @property
    def learns(self) -> bool:
        """Whether it looks at the reference population."""
        return True

    @property
    def beyond(self) -> Literal["clip", "extend"] | None:
        """What the method does with a value beyond the range; None when it has no range."""
        return self.out_of_range

    @property
    def own_values(self) -> tuple[float, ...]:
        """What the method states in the unit of measure of its indicators."""
        return ()

    def middle(self, learned: Learned) -> float:
        """Return the score of an indicator that is constant in the reference population."""
        raise NotImplementedError

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

    def unfit(self, values: Array, learned: Learned) -> NDArray[np.bool_]:
        """Return which turned values have no place in what was learned."""
        return np.zeros(len(values), dtype=bool)


class Bounded(Normaliser):
    """Scores between two bounds."""

    bounds: Bounds = Field(default=[0.0, 100.0])
    """Scores of the worst and the best value."""

    @model_validator(mode="after")
    def _rising(self) -> "Bounded":
        if self.bounds[0] >= self.bounds[1]:
            raise refuse("methods.bounds_order", first=self.bounds[0], last=self.bounds[1])
        return self

    def middle(self, learned: Learned) -> float:
        """Return the midpoint of the bounds."""
        return (self.bounds[0] + self.bounds[1]) / 2


def constant(values: Array, score: float) -> Array:
    """Return one score for all values; NaN stays NaN."""
    return np.where(np.isnan(values), np.nan, score)


def line(values: Array, points: list[float], scores: list[float], beyond: str) -> Array:
    """Return the piecewise linear scores; beyond the ends the last score, or the last line continued.

    >>> line(np.array([-1.0, 5, 30]), [0.0, 10, 20], [0.0, 60, 100], "clip")
    array([  0.,  30., 100.])
    """
    out = np.where(values >= points[-1], scores[-1], scores[0])
    for (start, end), (low, high) in zip(pairwise(points), pairwise(scores), strict=True):
        if end <= start:
            continue  # reference values that fell together leave a step and no line
        # the quotient of differences, since the slope itself may be too steep for a number; who asks refuses what
        # lies beyond all numbers
        with np.errstate(over="ignore"):
            sloping = low + (high - low) * ((values - start) / (end - start))
        inside = (values >= start) & (values < end)
        out = np.where(inside, np.clip(sloping, low, high), out)
        if beyond == "extend":
            first, last = start == points[0], end == points[-1]
            out = np.where((first & (values < start)) | (last & (values > end)), sloping, out)
    return np.where(np.isnan(values), np.nan, out)
