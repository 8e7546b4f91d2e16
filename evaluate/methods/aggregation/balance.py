"""A mean from which imbalance among the children is taken off."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evaluate.methods.aggregation.base import Aggregator, present, product
from evaluate.methods.base import Array, Learned
from indicators.spec import Number


class _MazziottaPareto(Aggregator):
    monotone: ClassVar[bool] = False

    penalty: Literal["negative", "positive"] = "negative"
    """`negative` takes imbalance off, as befits scores of which higher is better; `positive` adds it."""
    ddof: Literal[0, 1] = 0
    """0: S² is the weighted mean of the squares, as in the source; 1: divided by 1 − Σw² (sample; Compind's MPI)."""

    @property
    def positive_only(self) -> bool:
        """The mean must be above 0."""
        return True

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        there = np.isfinite(scores)
        total = product(there.astype(float), weights)
        count = np.maximum(there.sum(axis=-1, keepdims=True), 1)
        # squares are taken about a point among the scores, for precision
        centre = np.where(there, scores, 0.0).sum(axis=-1, keepdims=True) / count
        off = np.where(there, scores - centre, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            shift = product(off, weights) / total
            mean = centre[..., 0] + shift
            variance = np.maximum(product(off**2, weights) / total - shift**2, 0.0)
            if self.ddof:
                freedom = 1 - product(there.astype(float), weights**2) / total**2
                variance = np.where(freedom > 1e-12, variance / np.maximum(freedom, 1e-12), 0.0)
            taken = variance / mean
        out = mean - taken if self.penalty == "negative" else mean + taken
        return np.asarray(np.where(total > 0, out, np.nan))


class MazziottaPareto(_MazziottaPareto):
    """Mazziotta–Pareto index (MPI): M − S·cv with cv = S/M, or M + S·cv.

    M is the weighted mean of the children, S² the weighted mean of (x − M)². The source weighs all children
    equally; given weights enter both. It is meant for scores of mean 100 and standard deviation 10: normalisation
    `z_score` with `mean: 100, sd: 10`; on other scales imbalance costs more or less. Scores must be above 0. A
    higher score may lower the result: above about 1.5 M under the negative penalty, below about ½ M under the
    positive one; with mean 100 and standard deviation 10 that takes a score five deviations away.

    >>> mpi = MazziottaPareto(method="mpi")
    >>> mpi.aggregate(np.array([[100.0, 100.0], [110.0, 90.0]]), np.array([0.5, 0.5]), {}).tolist()
    [100.0, 99.0]
    """

    source: ClassVar[str] = "Mazziotta and Pareto 2016; Compind 3.4 ci_mpi"
    method: Literal["mpi"]


class AdjustedMazziottaPareto(_MazziottaPareto):
    """Adjusted Mazziotta–Pareto index (AMPI): M − S·cv with cv = S/M, or M + S·cv, on scores from 70 to 130.

    The formula is that of `mpi`; what differs is the scale. Scores come from goalposts that are the same for all
    years, 100 being the reference: normalisation `goalposts` with `bounds: [70, 130]`, goalposts at the reference
    value plus and minus half the range over all years, or `min_max` with `bounds: [70, 130]`. The source weighs
    all children equally; given weights enter M and S. Scores must be above 0. A higher score may lower the result
    above about 1.5 M under the negative penalty, below about ½ M under the positive one.

    >>> ampi = AdjustedMazziottaPareto(method="ampi", penalty="positive")
    >>> ampi.aggregate(np.array([[110.0, 90.0], [130.0, np.nan]]), np.array([0.5, 0.5]), {}).tolist()
    [101.0, 130.0]
    """

    source: ClassVar[str] = "Mazziotta and Pareto 2016, 2018; Compind 3.4 ci_ampi"
    method: Literal["ampi"]


class MeanMin(Aggregator):
    """Mean–min function: M − α(√((M − m)² + β²) − β), M the weighted mean and m the lowest of the children.

    A concave average with a penalty for imbalance: α = 0 is the arithmetic mean, α = 1 with β = 0 the lowest score.
    β, in points of the scores, is how far apart M and m may lie before the penalty is felt. The lowest score is
    sought among children with a weight, however small.

    >>> mean_min = MeanMin(method="mean_min", alpha=0.5, beta=0)
    >>> mean_min.aggregate(np.array([[40.0, 80.0], [60.0, 60.0]]), np.array([0.5, 0.5]), {}).tolist()
    [50.0, 60.0]
    """

    source: ClassVar[str] = "Casadio Tarabusi and Guarini 2013; Compind 3.4 ci_mean_min"
    method: Literal["mean_min"]
    alpha: Annotated[Number, Field(ge=0, le=1)] = 0.5
    """How much imbalance costs, from 0 (nothing) to 1."""
    beta: Annotated[Number, Field(ge=0)] = 0.0
    """Points of the scores by which the lowest may lie below the mean before the penalty is felt."""

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        there = np.isfinite(scores)
        total = product(there.astype(float), weights)
        lowest = np.where(present(scores, weights), scores, np.inf).min(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = product(np.where(there, scores, 0.0), weights) / total
            out = mean - self.alpha * (np.hypot(mean - lowest, self.beta) - self.beta)
        return np.asarray(np.where(total > 0, out, np.nan))
