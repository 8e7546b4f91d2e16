"""Aggregations that weigh scores by their place in the order: median, ordered weighted average."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from evaluate.methods.aggregation.base import ROUNDING, Aggregator, rescaled
from evaluate.methods.base import Array, Learned
from indicators.spec import Number, refuse


def in_order(scores: Array, weights: Array) -> tuple[Array, Array]:
    """Return the scores of each row from low to high with their rescaled weights; missing ones last, at weight 0."""
    order = np.argsort(scores, axis=-1, kind="stable")  # NaN comes last
    own = rescaled(scores, weights)
    shape = np.broadcast_shapes(scores.shape, own.shape)
    sorted_weights = np.take_along_axis(own, np.broadcast_to(order, shape), axis=-1)
    sorted_scores = np.take_along_axis(scores, order, axis=-1)
    return np.broadcast_to(np.where(np.isfinite(sorted_scores), sorted_scores, 0.0), shape), sorted_weights


class WeightedMedian(Aggregator):
    """Weighted median: the score at which the weights of the children, summed from the lowest score up, pass ½.

    Where they reach ½ exactly (an even split) it is the mean of that score and the next higher one that weighs
    something; with equal weights it is the ordinary median. What lies far out does not count.

    >>> median = WeightedMedian(method="median")
    >>> scores = np.array([[10.0, 90.0, 30.0], [10.0, 90.0, np.nan]])
    >>> median.aggregate(scores, np.array([0.5, 0.25, 0.25]), {}).tolist()
    [20.0, 10.0]
    """

    source: ClassVar[str] = "Edgeworth 1888; Cormen, Leiserson, Rivest and Stein 2009, problem 9-2"
    method: Literal["median"]

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        ordered, own = in_order(scores, weights)
        reached = np.cumsum(own, axis=-1)
        low = np.argmax(reached >= 0.5 - ROUNDING, axis=-1)[..., None]
        high = np.argmax(reached > 0.5 + ROUNDING, axis=-1)[..., None]
        ends = [np.take_along_axis(ordered, at, axis=-1)[..., 0] for at in (low, high)]
        # half of each, since the sum of two large scores may be no number
        return np.asarray(np.where(np.isnan(own[..., 0]), np.nan, ends[0] / 2 + ends[1] / 2))


class OrderedWeightedAverage(Aggregator):
    """Ordered weighted average: Σ (Q(W_i) − Q(W_{i−1})) x_(i), scores x_(1) ≥ x_(2) ≥ … from the best down.

    W_i is the sum of the weights of the i best children: nominal weights are importances. Q(r) = r^((1−o)/o) with
    `orness` o, or the straight lines through the running sums of `order_weights` (Torra's WOWA), which with equal
    nominal weights and no gaps are the weights of the places themselves. A missing child is dropped, the nominal
    weights are rescaled and Q stays as it is.

    >>> owa = OrderedWeightedAverage(method="owa", order_weights=[0.2, 0.3, 0.1, 0.4])
    >>> float(owa.aggregate(np.array([[0.6, 1.0, 0.3, 0.5]]), np.full(4, 0.25), {})[0].round(6))
    0.55
    """

    source: ClassVar[str] = "Yager 1988; Yager 1996 (importances); Torra 1997 (WOWA)"
    method: Literal["owa"]
    orness: Annotated[Number, Field(gt=0, lt=1)] = 0.3
    """How much the high scores lead: near 1 the best alone, 0.5 the weighted mean, near 0 the worst alone."""
    order_weights: Annotated[list[Annotated[Number, Field(ge=0)]], Field(min_length=1)] | None = None
    """Weights of the places from the best score to the worst, rescaled to 1; they take the place of `orness`."""

    @model_validator(mode="after")
    def _some_weight(self) -> "OrderedWeightedAverage":
        if self.order_weights is not None and sum(self.order_weights) <= 0:
            raise refuse("methods.order_weights_zero")
        return self

    def quantifier(self, share: Array) -> Array:
        """Return Q of shares within [0, 1]."""
        if self.order_weights is None:
            return np.asarray(share ** ((1 - self.orness) / self.orness))
        # the sum of very large weights would be infinite
        largest = max(self.order_weights)
        sums = np.cumsum([0.0, *(weight / largest for weight in self.order_weights)])
        return np.asarray(np.interp(share, np.linspace(0, 1, len(sums)), sums / sums[-1]))

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        ordered, own = in_order(scores, weights)
        # from the best down; missing children come first then, at weight 0
        ordered, own = ordered[..., ::-1], own[..., ::-1]
        reached = np.minimum(np.cumsum(own, axis=-1), 1.0)
        place = np.diff(self.quantifier(reached), axis=-1, prepend=0.0)
        # what is lost by rounding of the sum goes back in
        return np.asarray((place * ordered).sum(axis=-1) / place.sum(axis=-1))
