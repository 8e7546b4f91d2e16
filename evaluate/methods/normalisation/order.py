"""Normalisations that keep the order of the values and leave their distances aside."""

from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evaluate.methods.base import Array, Learned, no_spread
from evaluate.methods.normalisation.base import Aspect, Bounded, Normaliser, constant
from indicators.spec import Number, refuse

Share = Annotated[Number, Field(gt=0, lt=1)]


class _Ordered(Normaliser):
    """Learns the ordered values of the reference population."""

    @property
    def beyond(self) -> Literal["clip", "extend"] | None:
        """Clip: a value beyond all others is as good as the best or as bad as the worst of them."""
        return "clip"

    def fit(self, values: Array) -> Learned:
        """Learn the ordered reference values."""
        return {"ordered": np.sort(values).tolist()}

    def range(self, learned: Learned, aspect: Aspect) -> tuple[float, float] | None:
        """Return least and greatest reference value."""
        return learned["ordered"][0], learned["ordered"][-1]


class PercentileRank(_Ordered, Bounded):
    """Percentile rank: lo + (hi − lo)·min(1, #{reference values below x}/(n − 1))."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.1; COINr n_prank"
    method: Literal["percentile_rank"]

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        ordered = np.asarray(learned["ordered"])
        if no_spread(ordered):
            return constant(values, self.middle(learned))
        share = np.minimum(_below(values, ordered) / (len(ordered) - 1), 1.0)
        scores = self.bounds[0] + (self.bounds[1] - self.bounds[0]) * share
        return np.where(np.isnan(values), np.nan, scores)


class _Position(_Ordered):
    """The number of reference values below, counted from `first`."""

    first: ClassVar[int]

    def middle(self, learned: Learned) -> float:
        """Return the midpoint between the first and the last number."""
        return self.first + (len(learned["ordered"]) - 1) / 2

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        ordered = np.asarray(learned["ordered"])
        if no_spread(ordered):
            return constant(values, self.middle(learned))
        scores = self.first + np.minimum(_below(values, ordered), len(ordered) - 1)
        return np.where(np.isnan(values), np.nan, scores)


class Rank(_Position):
    """Rank: x' = 1 + #{reference values below x}, so that the best of n values gets n and equal values the lesser rank.

    The scale is as long as there are reference values, so that an indicator with gaps weighs a little less.
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5.1; COINr 1.1 n_rank"
    first: ClassVar[int] = 1
    method: Literal["rank"]


class Borda(_Position):
    """Borda points: x' = #{reference values below x}, from 0 to n − 1; equal values get the lesser number."""

    source: ClassVar[str] = "Borda 1784; COINr 1.1 n_borda (rank − 1)"
    first: ClassVar[int] = 0
    method: Literal["borda"]


class Categorical(Normaliser):
    """Categorical scale: the score s_k of the class k = #{cuts c : x ≥ c}, the classes numbered from 0, worst first.

    The cuts are quantiles of the reference population (`shares`) or values in the unit of measure of the indicator
    (`cuts`). A value on a cut belongs to the better class; where less is better, or nearness to a target, it reaches
    a cut when it is no worse than it. Without `cuts` and `shares` the classes are fifths of the reference population.
    """

    source: ClassVar[str] = (
        "OECD/JRC Handbook 2008, step 5 (categorical scales); quantiles of type 7: Hyndman, Fan 1996"
    )
    method: Literal["categorical"]
    shares: Annotated[list[Share], Field(min_length=1)] | None = None
    """Shares of the reference population below each cut, rising, between 0 and 1; 0.2, 0.4, 0.6 and 0.8 when neither
    these nor `cuts` are stated."""
    cuts: Annotated[list[Number], Field(min_length=1)] | None = None
    """Values that part the classes, rising, in the unit of measure of the indicator; in the place of `shares`."""
    scores: Annotated[list[Number], Field(min_length=2)] = Field(default=[0.0, 25.0, 50.0, 75.0, 100.0])
    """Scores of the classes, worst first, rising; one more than there are cuts."""

    @model_validator(mode="after")
    def _complete(self) -> "Categorical":
        if self.shares is not None and self.cuts is not None:
            raise refuse("methods.shares_or_cuts")
        for name, listed in (("shares", self.parts), ("cuts", self.cuts or []), ("scores", self.scores)):
            if any(b <= a for a, b in pairwise(listed)):
                raise refuse("methods.classes_rise", name=name, found=listed)
        expected = len(self.cuts if self.cuts is not None else self.parts) + 1
        if len(self.scores) != expected:
            raise refuse("methods.class_scores", expected=expected, found=len(self.scores))
        return self

    @property
    def parts(self) -> list[float]:
        """The shares, fifths by default."""
        return self.shares if self.shares is not None else [0.2, 0.4, 0.6, 0.8]

    @property
    def learns(self) -> bool:
        """Whether the cuts are quantiles."""
        return self.cuts is None

    @property
    def beyond(self) -> None:
        """The first and the last class are open."""
        return

    @property
    def own_values(self) -> tuple[float, ...]:
        """The cuts."""
        return tuple(self.cuts or ())

    def middle(self, learned: Learned) -> float:
        """Return the midpoint between the first and the last score."""
        return (self.scores[0] + self.scores[-1]) / 2

    def needs(self, aspect: Aspect) -> bool:
        """Return whether the cuts are there."""
        return self.learns or bool(aspect.own)

    def fit(self, values: Array) -> Learned:
        """Learn the quantiles; none where all values are alike."""
        if not self.learns:
            return {}
        return {"cuts": [] if no_spread(values) else np.quantile(values, self.parts).tolist()}

    def apply(self, values: Array, learned: Learned, aspect: Aspect) -> Array:
        """Return the scores."""
        cuts = np.asarray(learned["cuts"] if self.learns else aspect.own)
        if not len(cuts):
            return constant(values, self.middle(learned))
        # a value that differs from a cut by rounding is on it
        reached = np.searchsorted(cuts, values + 1e-12 * np.abs(values), side="right")
        return np.where(np.isnan(values), np.nan, np.asarray(self.scores)[np.minimum(reached, len(cuts))])


def _below(values: Array, ordered: Array) -> NDArray[np.intp]:
    """Return the number of ordered values below each value, one that differs from it by rounding aside."""
    return np.searchsorted(ordered, values - 1e-12 * np.abs(values), side="left")
