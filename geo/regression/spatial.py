"""Spatial lag and spatial error models by maximum likelihood, with sparse factors alone."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from geo.regression import Array
from geo.regression.criteria import from_likelihood
from geo.regression.design import Design, scaling
from geo.regression.models import Global

EDGE = 1e-7
"""How near to −1 and 1 a spatial coefficient may come: there a matrix of neighbours has no inverse."""

BLOCK = 64
"""Columns of the inverse that are solved for at a time."""


def spatial(made: Design, neighbours: Any, kind: Literal["lag", "error"]) -> Global:
    """Return the spatial lag model y = ρWy + Xβ + ε or error model y = Xβ + u, u = λWu + ε, by maximum likelihood.

    The likelihood is concentrated on the spatial coefficient, found between −1 and 1; standard errors are those of the
    information matrix. Rows of the matrix are brought to a sum of 1; one of a unit without a neighbour stays 0, so
    that Wy is 0 there in the lag model (which is neutral where y has mean 0) and u = ε in the error model. Where
    everybody is a neighbour of everybody the likelihood may have no greatest value in between; `at_edge` then says that
    the figures are no estimate.

    Args:
        made: the rows.
        neighbours: (n, n) sparse or dense weights of 0 or more in the order of the design's rows, some above 0.
        kind: `lag` or `error`.

    Raises:
        ValueError: the matrix does not fit, a weight is below 0, or nobody has a neighbour.

    Source: Anselin 1988, Spatial Econometrics, chapters 6 and 12; Ord 1975, Journal of the American Statistical
    Association 70:120–126.

    >>> from geo.regression.design import design
    >>> rng = np.random.default_rng(1)
    >>> at, x = [[1000.0 * i, 0.0] for i in range(60)], rng.normal(size=60)
    >>> rows = design(2 * x + rng.normal(size=60), {"x": x}, at, metric="planar")
    >>> line = spatial(rows, np.eye(60, k=1) + np.eye(60, k=-1), "lag")
    >>> line.names, int(round(line.beta[1])), bool(line.p[2] > 0.05)  # nothing spatial in it
    (('constant', 'x', 'rho'), 2, True)
    >>> line.at_edge, spatial(rows, np.ones((60, 60)) - np.eye(60), "lag").at_edge
    (False, True)
    """
    from scipy.sparse import csc_array, csr_array, diags_array
    from scipy.stats import norm

    matrix = csr_array(neighbours)
    sums = np.asarray(matrix.sum(axis=1)).ravel() if matrix.shape[0] else np.zeros(0)
    if matrix.shape != (made.n, made.n) or matrix.data.min(initial=0) < 0 or not sums.any():
        shape = f"{matrix.shape[0]} × {matrix.shape[1]}"
        raise ValueError(f"the matrix of neighbours is {shape}; weights of 0 or more among {made.n} units are needed")
    w = csc_array(diags_array(np.divide(1, sums, out=np.zeros(made.n), where=sums > 0)) @ matrix)
    middle, size, turn = scaling(made)
    z = (made.x - middle) / size
    fit = _lag if kind == "lag" else _error
    coefficient, beta, residuals, variance = fit(z, made.y, w)
    n, sigma2 = made.n, float(residuals @ residuals) / made.n
    # Anselin's likelihood at its greatest: ln L = −n/2 (ln 2πσ² + 1) + ln |I − ρW|
    log = -n / 2 * (float(np.log(2 * np.pi * sigma2)) + 1) + _log_determinant(w, coefficient)
    fitted = made.y - residuals if kind == "lag" else z @ beta
    together = float(np.corrcoef(fitted, made.y)[0, 1]) if np.ptp(fitted) > 0 else 0.0
    whole = np.eye(made.k + 1)
    whole[:-1, :-1] = turn
    values = whole @ np.append(beta, coefficient)
    errors = np.sqrt(np.diag(whole @ variance @ whole.T))
    return Global(
        kind=kind,
        names=(*made.names, "rho" if kind == "lag" else "lambda"),
        beta=values,
        errors=errors,
        statistic=values / errors,
        p=2 * norm.sf(np.abs(values / errors)),
        fitted=fitted,
        residuals=made.y - fitted,
        r2=together**2,
        sigma2=sigma2,
        parameters=made.k + 1,
        criteria=from_likelihood(log, n, made.k + 1),
        n=n,
        at_edge=abs(coefficient) > 1 - 10 * EDGE,
    )


def _lag(z: Array, y: Array, w: Any) -> tuple[float, Array, Array, Array]:
    """Return ρ, β, ε and the variances of (β, ρ)."""
    inverse = np.linalg.inv(z.T @ z)
    slopes = inverse @ (z.T @ np.column_stack([y, w @ y]))
    own, near = (np.column_stack([y, w @ y]) - z @ slopes).T

    def likelihood(rho: float) -> float:
        left = own - rho * near
        return -len(y) / 2 * float(np.log(left @ left)) + _log_determinant(w, rho)

    rho = _best(likelihood)
    beta = slopes[:, 0] - rho * slopes[:, 1]
    left = own - rho * near
    sigma2 = float(left @ left) / len(y)
    first, second, third = _traces(w, rho)
    drawn = w @ _solver(w, rho)(z @ beta)
    k = z.shape[1]
    information = np.zeros((k + 2, k + 2))
    information[:k, :k] = z.T @ z / sigma2
    information[:k, k] = information[k, :k] = z.T @ drawn / sigma2
    information[k, k] = second + third + float(drawn @ drawn) / sigma2
    information[k, k + 1] = information[k + 1, k] = first / sigma2
    information[k + 1, k + 1] = len(y) / (2 * sigma2**2)
    return rho, beta, left, np.linalg.inv(information)[:-1, :-1]


def _error(z: Array, y: Array, w: Any) -> tuple[float, Array, Array, Array]:
    """Return λ, β, ε and the variances of (β, λ), which are not correlated."""
    near = w @ np.column_stack([z, y])

    def parted(coefficient: float) -> tuple[Array, Array, Array]:
        moved = np.column_stack([z, y]) - coefficient * near
        inverse = np.linalg.inv(moved[:, :-1].T @ moved[:, :-1])
        beta = inverse @ (moved[:, :-1].T @ moved[:, -1])
        return beta, moved[:, -1] - moved[:, :-1] @ beta, inverse

    def likelihood(coefficient: float) -> float:
        left = parted(coefficient)[1]
        return -len(y) / 2 * float(np.log(left @ left)) + _log_determinant(w, coefficient)

    best = _best(likelihood)
    beta, left, inverse = parted(best)
    sigma2 = float(left @ left) / len(y)
    first, second, third = _traces(w, best)
    k = z.shape[1]
    variance = np.zeros((k + 1, k + 1))
    variance[:k, :k] = inverse * sigma2
    own = np.array([[second + third, first / sigma2], [first / sigma2, len(y) / (2 * sigma2**2)]])
    variance[k, k] = np.linalg.inv(own)[0, 0]
    return best, beta, left, variance


def _best(likelihood: Callable[[float], float]) -> float:
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda coefficient: -likelihood(float(coefficient)), bounds=(EDGE - 1, 1 - EDGE), method="bounded",
        options={"xatol": 1e-10, "maxiter": 500},
    )  # fmt: skip
    return float(found.x)


def _factors(w: Any, coefficient: float) -> Any:
    from scipy.sparse import csc_array, eye_array
    from scipy.sparse.linalg import splu

    return splu(csc_array(eye_array(w.shape[0]) - coefficient * w))


def _log_determinant(w: Any, coefficient: float) -> float:
    """Return ln |I − ρW|; within −1 and 1 the determinant is above 0."""
    return float(np.log(np.abs(_factors(w, coefficient).U.diagonal())).sum())


def _solver(w: Any, coefficient: float) -> Callable[[Array], Array]:
    solve: Callable[[Array], Array] = _factors(w, coefficient).solve
    return solve


def _traces(w: Any, coefficient: float) -> tuple[float, float, float]:
    """Return tr G, tr GG and tr GᵀG of G = W(I − ρW)⁻¹, some columns at a time: n² numbers are never kept."""
    solve, n = _solver(w, coefficient), w.shape[0]
    first = second = third = 0.0
    for start in range(0, n, BLOCK):
        at = np.arange(start, min(start + BLOCK, n))
        columns = np.zeros((n, len(at)))
        columns[at, at - start] = 1.0
        once = w @ solve(columns)
        twice = w @ solve(once)
        first += float(once[at, at - start].sum())
        second += float(twice[at, at - start].sum())
        third += float((once**2).sum())
    return first, second, third
