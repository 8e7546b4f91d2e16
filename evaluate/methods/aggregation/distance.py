"""Aggregations by the distance to the best and the worst of the reference population."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evaluate.methods.aggregation.base import (
    ROUNDING,
    Aggregator,
    known,
    numbers,
    plain,
    present,
    product,
    undominated,
)
from evaluate.methods.base import Array, Learned
from indicators.spec import Number

_ENTRIES = 4_000_000
"""How many entries of an array of reference rows and weights are held at a time."""


def ends(scores: Array) -> tuple[Array, Array]:
    """Return the best and the worst score of each child of scores (m, k), NaN where it has none; (k,) each."""
    there = np.isfinite(scores)
    best = np.where(there, scores, -np.inf).max(axis=0, initial=-np.inf)
    worst = np.where(there, scores, np.inf).min(axis=0, initial=np.inf)
    none = ~there.any(axis=0)
    return np.where(none, np.nan, best), np.where(none, np.nan, worst)


def gaps(high: Array, low: Array, size: Array) -> Array:
    """Return by how much `high` is above `low`, 0 where it is not, or by rounding only; `size` is that of scores."""
    with np.errstate(invalid="ignore"):
        apart = high - low
        return np.asarray(np.where(apart > ROUNDING * size, apart, 0.0))


class _ToEnds(Aggregator):
    learns: ClassVar[bool] = True

    def learn(self, scores: Array) -> Learned:
        """Learn `best` and `worst` of each child."""
        best, worst = ends(scores)
        return {"best": plain(best), "worst": plain(worst)}


def _learned_ends(learned: Learned, columns: int) -> tuple[Array, Array, Array]:
    """Return best, worst and the size of the scores, (k,) each."""
    best, worst = (numbers(learned[name], columns) for name in ("best", "worst"))
    return best, worst, np.maximum(np.abs(best), np.abs(worst))


class Topsis(_ToEnds):
    """TOPSIS: 100·d⁻/(d⁺ + d⁻), with d± = √Σ(w (x − x±)/s)² the distances to the best x⁺ and the worst x⁻.

    Best, worst and the scale s of each child come from the reference population: s is the root mean square of its
    scores (as good as the root of the sum where there are no gaps), or 1. What lies beyond the best or the worst
    counts as they do. A row at no distance from either, as where all rows are alike, scores 50. Which row leads
    may change when other rows join.

    >>> topsis = Topsis(method="topsis", scaling="none")
    >>> rows = np.array([[0.0, 100.0], [100.0, 0.0], [75.0, 75.0]])
    >>> topsis.aggregate(rows, np.array([0.5, 0.5]), topsis.learn(rows)).round(6).tolist()
    [50.0, 50.0, 75.0]
    """

    source: ClassVar[str] = "Hwang and Yoon 1981"
    method: Literal["topsis"]
    scaling: Literal["vector", "none"] = "vector"
    """`vector`: each child is divided by the length of its column, as in the source; `none`: scores as they are."""

    def learn(self, scores: Array) -> Learned:
        """Learn `best`, `worst` and `scale` of each child."""
        there = np.isfinite(scores)
        size = np.where(there, np.abs(scores), 0.0).max(axis=0, initial=0.0)
        unit = np.where(size > 0, size, 1.0)
        square = (np.where(there, scores / unit, 0.0) ** 2).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
        scale = np.sqrt(square) * unit if self.scaling == "vector" else np.ones_like(unit)
        return {**super().learn(scores), "scale": plain(np.where(scale > 0, scale, 1.0))}

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        best, worst, size = _learned_ends(learned, scores.shape[-1])
        known(self.method, scores, weights, np.isfinite(best))
        scale = numbers(learned["scale"], len(best))
        there = np.isfinite(scores)
        # rescaled weights would multiply both distances alike; the largest is set to 1, so that no square vanishes
        strongest = weights.max(axis=-1, keepdims=True, initial=0.0)
        squared = (weights / np.where(strongest > 0, strongest, 1.0)) ** 2
        short = np.sqrt(product(np.where(there, gaps(best, scores, size) / scale, 0.0) ** 2, squared))
        ahead = np.sqrt(product(np.where(there, gaps(scores, worst, size) / scale, 0.0) ** 2, squared))
        both = short + ahead
        out = np.divide(100 * ahead, both, out=np.full_like(both, 50.0), where=both > 0)
        return np.asarray(np.where(present(scores, weights).any(axis=-1), out, np.nan))


class Vikor(_ToEnds):
    """VIKOR: 100·(1 − Q), Q = v(S − S⁺)/(S⁻ − S⁺) + (1 − v)(R − R⁺)/(R⁻ − R⁺); an order, no distances.

    S = Σ w d and R = max w d of the shares d = (x⁺ − x)/(x⁺ − x⁻) that a row lacks to the best x⁺ of the reference
    population; S⁺, R⁺ are the least and S⁻, R⁻ the greatest there, found anew for each set of weights. A constant
    child lacks nothing; a part of Q without spread in the reference population is ½. A row outside the reference
    population may score below 0 or above 100.

    >>> vikor = Vikor(method="vikor")
    >>> rows = np.array([[0.0, 100.0], [100.0, 40.0], [70.0, 70.0], [50.0, 100.0]])
    >>> vikor.aggregate(rows, np.array([0.5, 0.5]), vikor.learn(rows)).round(6).tolist()
    [0.0, 0.0, 70.0, 100.0]
    """

    source: ClassVar[str] = "Opricovic 1998; Opricovic and Tzeng 2004"
    ordinal: ClassVar[bool] = True
    method: Literal["vikor"]
    v: Annotated[Number, Field(ge=0, le=1)] = 0.5
    """Weight of the sum of what is lacking against the worst single lack."""

    def learn(self, scores: Array) -> Learned:
        """Learn `best`, `worst` and `lacks`: the rows that may be the least or the greatest under some weights."""
        learned = super().learn(scores)
        lacks = self._lacks(scores, learned)
        kept = []
        there = np.isfinite(lacks)
        for pattern in np.unique(there, axis=0):
            if pattern.any():
                rows = lacks[(there == pattern).all(axis=1)][:, pattern]
                for some in (undominated(rows), -undominated(-rows)):
                    whole = np.full((len(some), len(pattern)), np.nan)
                    whole[:, pattern] = some
                    kept.append(whole)
        return {**learned, "lacks": plain(np.concatenate(kept)) if kept else []}

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        known(self.method, scores, weights, np.isfinite(_learned_ends(learned, scores.shape[-1])[0]))
        parts = self._measures(self._lacks(scores, learned), weights)
        compared = self._extremes(numbers(learned["lacks"], scores.shape[-1]), weights)
        out = np.zeros(parts[0].shape)
        for share, own, (least, greatest) in zip((self.v, 1 - self.v), parts, compared, strict=True):
            wide = greatest - least > ROUNDING
            spread = np.where(wide, greatest - least, 1.0)
            # a part that does not count stays out, whatever its spread
            out += share * np.where(wide, (own - least) / spread, 0.5) if share else 0.0
        return np.asarray(np.where(present(scores, weights).any(axis=-1), 100 * (1 - out), np.nan))

    def _extremes(self, lacks: Array, weights: Array) -> list[tuple[Array, Array]]:
        """Return the least and the greatest S and R of reference rows, (…, 1) each; some sets of weights at a time."""
        step = max(1, _ENTRIES // max(1, lacks.size))
        blocks = np.array_split(weights, max(1, -(-len(weights) // step))) if weights.ndim == 2 else [weights]
        found = [self._measures(lacks, block) for block in blocks]
        return [
            (
                np.concatenate([np.fmin.reduce(m[at], axis=-1, initial=np.inf)[..., None] for m in found]),
                np.concatenate([np.fmax.reduce(m[at], axis=-1, initial=-np.inf)[..., None] for m in found]),
            )
            for at in (0, 1)
        ]

    def _lacks(self, scores: Array, learned: Learned) -> Array:
        best, worst, size = _learned_ends(learned, scores.shape[-1])
        spread = gaps(best, worst, size)
        with np.errstate(invalid="ignore"):
            lack = np.where(spread > 0, (best - scores) / np.where(spread > 0, spread, 1.0), 0.0)
        return np.where(np.isfinite(scores), lack, np.nan)

    def _measures(self, lacks: Array, weights: Array) -> tuple[Array, Array]:
        """Return S and R of rows, (…, n) each, NaN where nothing weighs."""
        there = np.isfinite(lacks)
        total = product(there.astype(float), weights)
        filled = np.where(there, lacks, 0.0)
        # a lack beyond the best is below 0, so that a missing child must not count as 0 in the greatest
        single = np.where(present(lacks, weights), filled * weights[..., None, :], -np.inf).max(
            axis=-1, initial=-np.inf
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            measures = product(filled, weights) / total, single / total
        return measures[0], np.where(total > 0, measures[1], np.nan)


class GreyRelation(Aggregator):
    """Grey relational grade: 100·Σ w γ, γ = (Δmin + ρΔmax)/(Δ + ρΔmax), Δ = x⁺ − x the distance to the best.

    The best x⁺ of each child, the least distance Δmin and the greatest Δmax of any child come from the reference
    population, children of weight 0 included. Distances are taken between scores as they are, so children need one
    scale. What is above the best is at no distance. Where all rows are alike everyone is at the best and scores
    100. Equal grades do not mean equal scores: γ falls fast near the best and slowly far from it.

    >>> grey = GreyRelation(method="grey_relation")
    >>> rows = np.array([[100.0, 0.0], [100.0, 100.0], [50.0, 50.0]])
    >>> grey.aggregate(rows, np.array([0.5, 0.5]), grey.learn(rows)).round(4).tolist()
    [66.6667, 100.0, 50.0]
    """

    source: ClassVar[str] = "Deng 1982, 1989"
    learns: ClassVar[bool] = True
    method: Literal["grey_relation"]
    rho: Annotated[Number, Field(gt=0, le=1)] = 0.5
    """Distinguishing coefficient ρ: the smaller, the more a small distance tells."""

    def learn(self, scores: Array) -> Learned:
        """Learn `best` of each child and the `least` and `greatest` distance."""
        best, worst = ends(scores)
        distance = gaps(best, scores, np.maximum(np.abs(best), np.abs(worst)))[np.isfinite(scores)]
        least, greatest = float(distance.min(initial=np.inf)), float(distance.max(initial=0.0))
        return {"best": plain(best), "least": least if np.isfinite(least) else 0.0, "greatest": greatest}

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        best = numbers(learned["best"], scores.shape[-1])
        known(self.method, scores, weights, np.isfinite(best))
        there = np.isfinite(scores)
        added = self.rho * learned["greatest"]
        distance = np.where(there, gaps(best, scores, np.abs(best)), 0.0)
        near = (learned["least"] + added) / (distance + added) if added > 0 else (distance <= 0).astype(float)
        total = product(there.astype(float), weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            out = 100 * product(np.where(there, near, 0.0), weights) / total
        return np.asarray(np.where(total > 0, out, np.nan))
