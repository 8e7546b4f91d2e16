"""Global models beside the local ones, on the same rows, and the table that compares them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np

from geo.regression import Array
from geo.regression.criteria import Criteria, criteria, from_likelihood
from geo.regression.design import Design
from geo.regression.gwr import Fit
from geo.regression.mgwr import Backfitted, Inference
from indicators.errors import fault

Kind = Literal["ols", "lag", "error"]

DENSE = 500
"""Above this number of units the determinant of a spatial model is taken by sparse factors."""


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


def linear(made: Design) -> Global:
    """Return the regression by least squares on the same rows, σ² = RSS/(n − k).

    >>> from geo.regression.design import design
    >>> at = [[1000.0 * i, 500.0 * (i % 7)] for i in range(60)]
    >>> line = linear(design([2 * i + (i % 2) for i in range(60)], {"x": range(60)}, at, metric="planar"))
    >>> float(round(line.beta[1], 2)), bool(line.p[1] < 1e-9)
    (2.0, True)
    """
    from scipy.stats import t as student

    middle = np.concatenate([[0.0], made.x[:, 1:].mean(axis=0)])
    size = np.concatenate([[1.0], made.x[:, 1:].std(axis=0)])
    turn = np.diag(1 / size)
    turn[0, 1:] = -middle[1:] / size[1:]
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


def spatial(made: Design, neighbours: Any, kind: Literal["lag", "error"]) -> Global:
    """Return the spatial lag model y = ρWy + Xβ + ε or error model y = Xβ + u, u = λWu + ε, by maximum likelihood.

    The package spreg does it; rows of the matrix are brought to a sum of 1.

    Args:
        made: the rows.
        neighbours: (n, n) sparse or dense weights in the order of the design's rows, at least one neighbour a unit.
        kind: `lag` or `error`.

    Raises:
        InputError: spreg is not installed; the matrix does not fit or a unit has no neighbour.

    Source: Anselin 1988, Spatial Econometrics, chapter 8.
    """
    from scipy.sparse import csr_array, csr_matrix, diags_array

    matrix = csr_array(neighbours)
    sums = np.asarray(matrix.sum(axis=1)).ravel() if matrix.shape[0] else np.zeros(0)
    if matrix.shape != (made.n, made.n) or (sums <= 0).any():
        shape = f"{matrix.shape[0]} × {matrix.shape[1]}"
        raise fault("regression.weights_do_not_fit", found=shape, n=made.n, islands=int((sums <= 0).sum()))
    try:
        spreg, weights = import_module("spreg"), import_module("libpysal.weights")
    except ImportError as error:
        raise fault("regression.no_spreg") from error
    w = weights.WSP(csr_matrix(diags_array(1 / sums) @ matrix)).to_W(silence_warnings=True)
    model = spreg.ML_Lag if kind == "lag" else spreg.ML_Error
    method = "full" if made.n <= DENSE else "LU"
    # spreg likes y as a column and puts the constant in by itself.
    found = model(made.y[:, None], made.x[:, 1:], w=w, method=method)
    from_spreg = np.array(found.z_stat, dtype=float)
    beta = np.asarray(found.betas, dtype=float).ravel()
    fitted = np.asarray(found.predy, dtype=float).ravel()
    together = float(np.corrcoef(fitted, made.y)[0, 1]) if np.ptp(fitted) > 0 else 0.0
    return Global(
        kind=kind,
        names=(*made.names, "rho" if kind == "lag" else "lambda"),
        beta=beta,
        errors=np.asarray(found.std_err, dtype=float),
        statistic=from_spreg[:, 0],
        p=from_spreg[:, 1],
        fitted=fitted,
        residuals=made.y - fitted,
        r2=together**2,
        sigma2=float(np.ravel(found.sig2)[0]),
        parameters=made.k + 1,
        criteria=from_likelihood(float(found.logll), made.n, made.k + 1),
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
