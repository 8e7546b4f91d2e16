"""Convergence of a panel: σ, the spread by year, and β, whether those behind catch up."""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from indicators.dynamics import Array

SIGMA_STATES = ("defined", "too_few", "zero_mean")
BETA_STATES = (
    "converging", "diverging", "not_rejected", "overshooting", "too_few", "constant_start", "collinear", "exact_fit",
)  # fmt: skip
"""`not_rejected`: the hypothesis of no convergence stands. `overshooting`: β ≤ −1, which has no speed.
`collinear`: the controls say the same as each other or as the start. `exact_fit`: no residual is left to test with."""

Tail = Literal["two_sided", "lower"]


@dataclass(frozen=True)
class Sigma:
    """The coefficient of variation by year; NaN where `state` says that there is none."""

    value: Array
    count: NDArray[np.intp]
    """Units that the figure of each year rests on."""
    state: NDArray[np.str_]


@dataclass(frozen=True)
class Beta:
    """A growth regression; NaN where `state` says that there is none.

    The hypothesis that is tested is β = 0: no convergence.
    """

    beta: float
    intercept: float
    standard_error: float
    t: float
    p: float
    tail: Tail
    """Of which alternative p speaks: β ≠ 0 (`two_sided`) or β < 0 (`lower`)."""
    speed: float
    """−ln(1 + β)/T a year; negative where the units diverge, NaN where β ≤ −1."""
    half_life: float
    """ln 2/speed, in years; NaN unless β lies between −1 and 0."""
    r_squared: float
    n: int
    dropped: int
    """Units left out: a value missing, or not above 0."""
    hypothesis: str
    state: str


def sigma(values: ArrayLike, *, ddof: int = 1, balanced: bool = True) -> Sigma:
    """Return σ = sd/mean of every year; a fall over the years is σ convergence.

    Args:
        values: (units, years); NaN where missing.
        ddof: 1 the standard deviation of a sample, 0 that of the whole population.
        balanced: use only units with a value in every year, so that who is measured does not change.

    Source: Barro and Sala-i-Martin 1992.

    >>> made = sigma([[1.0, 2.0, 0], [3.0, 2.0, 0]])
    >>> made.value.round(6).tolist(), made.state.tolist()
    ([0.707107, 0.0, nan], ['defined', 'defined', 'zero_mean'])
    """
    x = np.asarray(values, dtype=float)
    there = np.isfinite(x)
    if balanced:
        there = there & there.all(axis=1, keepdims=True)
    count = there.sum(axis=0)
    enough = count > ddof
    known = np.where(there, x, 0.0)
    mean = known.sum(axis=0) / np.maximum(count, 1)
    squares = (np.where(there, x - mean, 0.0) ** 2).sum(axis=0)
    spread = np.sqrt(squares / np.where(enough, count - ddof, 1))
    made = enough & (mean != 0)
    state = np.select([~enough, mean == 0], ["too_few", "zero_mean"], "defined")
    return Sigma(np.divide(spread, np.abs(mean), out=np.full(count.shape, np.nan), where=made), count, state)


def beta(
    start: ArrayLike,
    end: ArrayLike,
    years: float,
    *,
    controls: ArrayLike | None = None,
    errors: Literal["classical", "robust"] = "classical",
    tail: Tail = "two_sided",
    level: float = 0.05,
) -> Beta:
    """Return the regression ln(y_T/y_0) = α + β ln y_0 (+ controls) by least squares.

    Speed −ln(1 + β)/T, half-life ln 2/speed, T = `years`. The hypothesis tested is no convergence, β = 0; where it
    is not rejected at `level` the state says so, whatever the sign of β. Measurement error in y_0 alone pulls β
    below 0 (Galton's fallacy): read it beside `sigma`.

    Args:
        start, end: (n,) values above 0, in one unit of measure; units with a missing one or one ≤ 0 are left out.
            For yearly steps stack all pairs of neighbouring years and give `years=1`; use `robust` errors then.
        years: T, years between the two.
        controls: (n, m) further columns, for conditional convergence.
        errors: `classical`, or `robust` against unequal variance (White, HC1).
        tail: of p; see `Beta.tail`.

    Source: Barro and Sala-i-Martin 1992, Journal of Political Economy 100:223–251.

    >>> made = beta([1.0, 2.0, 4.0, 8.0], [2.0, 3.2, 4.6, 8.0], 10)
    >>> round(made.beta, 3), made.state, made.half_life > 0
    (-0.348, 'converging', True)
    """
    if not years > 0:
        raise ValueError("years must be above 0")
    first, last = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    extra = np.zeros((len(first), 0)) if controls is None else np.asarray(controls, dtype=float)
    used = np.isfinite(first) & np.isfinite(last) & (first > 0) & (last > 0) & np.isfinite(extra).all(axis=1)
    dropped = int(len(first) - used.sum())
    x0 = np.log(first[used])
    growth = np.log(last[used]) - x0
    columns = np.column_stack([np.ones(len(x0)), x0, extra[used]])
    n, k = columns.shape
    if n <= k:
        return _no_beta("too_few", n, dropped, tail)
    if np.ptp(x0) <= 1e-12 * max(np.abs(x0).max(), 1.0):
        return _no_beta("constant_start", n, dropped, tail)
    # The rank of the table as it is would depend on units of measure.
    around_mean = columns[:, 1:] - columns[:, 1:].mean(axis=0)
    size = np.sqrt((around_mean**2).sum(axis=0))
    if np.linalg.matrix_rank(around_mean / np.where(size > 0, size, 1.0), tol=1e-9) < k - 1:
        return _no_beta("collinear", n, dropped, tail)
    inverse = np.linalg.inv(columns.T @ columns)
    coefficients = np.linalg.lstsq(columns, growth, rcond=None)[0]
    residuals = growth - columns @ coefficients
    left = float((residuals**2).sum())
    around = float(((growth - growth.mean()) ** 2).sum())
    slope = float(coefficients[1])
    error = float(np.sqrt(_covariance(columns, residuals, inverse, errors)[1, 1]))
    exact = left <= 1e-24 * max(float((growth**2).sum()), 1.0)
    t = np.nan if exact else slope / error
    p = np.nan if exact else _p(t, n - k, tail)
    speed = -np.log1p(slope) / years if slope > -1 else np.nan
    if slope <= -1:
        state = "overshooting"
    elif exact:
        state = "exact_fit"
    elif p >= level:
        state = "not_rejected"
    else:
        state = "converging" if slope < 0 else "diverging"
    return Beta(
        beta=slope,
        intercept=float(coefficients[0]),
        standard_error=error,
        t=float(t),
        p=float(p),
        tail=tail,
        speed=float(speed),
        half_life=float(np.log(2) / speed) if speed > 0 else float("nan"),
        r_squared=1 - left / around if around > 0 else float("nan"),
        n=n,
        dropped=dropped,
        hypothesis="no_convergence",
        state=state,
    )


def _covariance(columns: Array, residuals: Array, inverse: Array, errors: str) -> Array:
    n, k = columns.shape
    if errors == "classical":
        return cast(Array, inverse * (residuals @ residuals) / (n - k))
    meat = columns.T @ (columns * (residuals**2)[:, None])
    return cast(Array, inverse @ meat @ inverse * n / (n - k))


def _p(t: float, freedom: int, tail: Tail) -> float:
    return float(stats.t.cdf(t, freedom) if tail == "lower" else 2 * stats.t.sf(abs(t), freedom))


def _no_beta(state: str, n: int, dropped: int, tail: Tail) -> Beta:
    none = float("nan")
    return Beta(none, none, none, none, none, tail, none, none, none, n, dropped, "no_convergence", state)
