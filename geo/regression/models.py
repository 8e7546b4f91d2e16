"""Global models beside the local ones, on the same rows, and the table that compares them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.regression import Array
from geo.regression.criteria import Criteria, criteria
from geo.regression.design import Design, scaling
from geo.regression.gwr import Fit
from geo.regression.mgwr import Backfitted, Inference

Kind = Literal["ols", "lag", "error"]


@dataclass(frozen=True)
class Global:
    """A regression with one coefficient a column for all places."""

    kind: Kind
    names: tuple[str, ...]
    """Columns, the constant first; a spatial coefficient `rho` or `lambda` last."""
    beta: Array
    errors: Array
    statistic: Array
    """t (ols) or z (spatial) of each coefficient."""
    p: Array
    """Two-sided."""
    fitted: Array
    residuals: Array
    """y less fitted; of the error model with the autocorrelation of errors left in."""
    r2: float
    """1 − RSS/TSS; of spatial models the squared correlation of y with the fit."""
    sigma2: float
    parameters: int
    criteria: Criteria
    n: int
    at_edge: bool = False
    """Of a spatial model: whether its likelihood only grows towards −1 or 1, so that there is no estimate."""


def linear(made: Design) -> Global:
    """Return the regression by least squares on the same rows, σ² = RSS/(n − k).

    >>> from geo.regression.design import design
    >>> at = [[1000.0 * i, 500.0 * (i % 7)] for i in range(60)]
    >>> line = linear(design([2 * i + (i % 2) for i in range(60)], {"x": range(60)}, at, metric="planar"))
    >>> float(round(line.beta[1], 2)), bool(line.p[1] < 1e-9)
    (2.0, True)
    """
    from scipy.stats import t as student

    middle, size, turn = scaling(made)
    z = (made.x - middle) / size
    inverse = np.linalg.inv(z.T @ z)
    beta = turn @ (inverse @ (z.T @ made.y))
    fitted = z @ (inverse @ (z.T @ made.y))
    residuals = made.y - fitted
    rss = float(residuals @ residuals)
    sigma2 = rss / (made.n - made.k)
    errors = np.sqrt(np.diag(turn @ inverse @ turn.T) * sigma2)
    t = beta / errors
    return Global(
        kind="ols",
        names=made.names,
        beta=beta,
        errors=errors,
        statistic=t,
        p=2 * student.sf(np.abs(t), made.n - made.k),
        fitted=fitted,
        residuals=residuals,
        r2=1 - rss / float(((made.y - made.y.mean()) ** 2).sum()),
        sigma2=sigma2,
        parameters=made.k,
        criteria=criteria(rss, made.n, made.k),
        n=made.n,
    )


@dataclass(frozen=True)
class Compared:
    """One model in the table."""

    model: str
    """`ols`, `lag`, `error`, `gwr`, `gtwr` or `mgwr`."""
    n: int
    parameters: float
    """Effective number, σ² not counted."""
    r2: float
    criteria: Criteria
    difference: float
    """AICc less that of the best."""
    weight: float
    """Akaike weight: how much the data speak for this model among those compared."""


def compare(models: Sequence[Global | Fit | tuple[Backfitted, Inference]]) -> tuple[Compared, ...]:
    """Return the models of the same explained variable and rows, that with the least AICc first.

    All figures count alike: AICc of `criteria` from each model's likelihood, with σ² one parameter more.

    Args:
        models: at least one; a multiscale regression together with its inference.

    Raises:
        ValueError: the models rest on different numbers of units.

    Source: Burnham and Anderson 2002, Model Selection and Multimodel Inference, chapter 2.
    """
    rows = [_row(model) for model in models]
    if len({row[1] for row in rows}) != 1:
        raise ValueError("models of different rows cannot be compared")
    scores = np.array([row[4].aicc for row in rows])
    apart = scores - scores.min() if np.isfinite(scores).any() else np.zeros(len(scores))
    weights = np.exp(-0.5 * apart)
    weights /= weights.sum()
    made = [Compared(*row, float(d), float(w)) for row, d, w in zip(rows, apart, weights, strict=True)]
    return tuple(sorted(made, key=lambda one: (one.criteria.aicc, one.model)))


def _row(model: Global | Fit | tuple[Backfitted, Inference]) -> tuple[str, int, float, float, Criteria]:
    if isinstance(model, Global):
        return model.kind, model.n, float(model.parameters), model.r2, model.criteria
    if isinstance(model, Fit):
        name = "gtwr" if model.places.time else "gwr"
        return name, model.design.n, model.trace, model.r2, model.criteria
    fit, made = model
    return "mgwr", fit.design.n, made.trace, made.r2, made.criteria
