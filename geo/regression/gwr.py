"""Geographically weighted regression, over space or over space and time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.regression import Array
from geo.regression.criteria import Criteria, Criterion, Search, criteria, judged, search
from geo.regression.design import Design
from geo.regression.engine import Basis, around, full, lite, singular
from geo.regression.kernels import HELD, Kernel, Places, Window
from geo.regression.threads import single_blas

Freedom = Literal["trace", "both_traces"]


@dataclass(frozen=True)
class Fit:
    """A local regression with one bandwidth for all terms."""

    design: Design
    places: Places
    window: Window
    searched: Search | None
    """How the bandwidth was found; none where it was given."""
    beta: Array
    """(n, k) in units of the explained variable over those of the column."""
    errors: Array
    """(n, k) standard errors."""
    t: Array
    """(n, k)"""
    fitted: Array
    residuals: Array
    standardised_residuals: Array
    """(n,); NaN where a unit determines its own fit (leverage 1)."""
    hat: Array
    """(n,) leverages."""
    cook: Array
    """(n,) Cook's distance; NaN where a unit determines its own fit."""
    local_r2: Array
    """(n,); NaN where y does not vary around a place."""
    trace: float
    """tr(S)"""
    trace_sts: float
    """tr(SᵀS)"""
    parameters: float
    """Effective number of parameters."""
    sigma2: float
    r2: float
    adjusted_r2: float
    """NaN where the parameters leave no freedom."""
    criteria: Criteria
    cv: float
    """Σ (e/(1 − s))²/n; infinite where a unit determines its own fit."""
    level: float
    adjusted_level: float
    """Level of a single test so that all places together keep `level`."""
    critical_t: float


def places_of(made: Design, *, space: float = 1.0, time: float = 0.0, held: int = HELD) -> Places:
    """Return where the units of a design stand.

    Args:
        made: the rows.
        space, time: factors λ and μ of d² = λ·d_S² + μ·d_T².
        held: bytes that kept distances may take.
    """
    return Places(made.coordinates, made.metric, times=made.times, space=space, time=time, held=held)


@single_blas()
def find_bandwidth(
    made: Design,
    *,
    kernel: Kernel = "bisquare",
    adaptive: bool = True,
    criterion: Criterion = "aicc",
    places: Places | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Search:
    """Return the bandwidth with the least criterion, by golden section.

    Args:
        made: the rows.
        kernel: gaussian, bisquare or exponential.
        adaptive: a number of nearest units rather than a distance in metres.
        criterion: aicc, aic, bic or cv.
        places: of the design, where made before.
        low, high: bounds, else those of `bounds`.

    Raises:
        InputError: every bandwidth tried leaves some place undetermined.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, pp. 59–62 and 212.
    """
    at = places or places_of(made)
    basis = Basis(made)
    return search(
        at,
        lambda w: _judge(at, w, basis, criterion),
        Window(kernel, adaptive, 0),
        made.k,
        criterion,
        low=low,
        high=high,
    )


@single_blas()
def gwr(
    made: Design,
    *,
    bandwidth: float | None = None,
    kernel: Kernel = "bisquare",
    adaptive: bool = True,
    criterion: Criterion = "aicc",
    places: Places | None = None,
    freedom: Freedom = "trace",
    level: float = 0.05,
) -> Fit:
    """Return β_i = (Xᵀ W_i X)⁻¹ Xᵀ W_i y at every unit, and what it rests on.

    σ² = RSS/(n − tr S) (`trace`) or RSS/(n − 2 tr S + tr SᵀS) (`both_traces`, as GWR4); the effective number of
    parameters is tr S or 2 tr S − tr SᵀS alike. The level of single tests is level · k/parameters.

    Args:
        made: the rows.
        bandwidth: number of nearest units, or metres; searched for where absent.
        kernel, adaptive, criterion: as for `find_bandwidth`.
        places: of the design, where made before; with a factor of time this is GTWR.
        freedom: which degrees of freedom σ² has.
        level: of the tests of all places together.

    Raises:
        InputError: no bandwidth determines every place, or the one given does not.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, chapters 2 and 9; da Silva
    and Fotheringham 2016, Geographical Analysis 48:233–247 (level); Huang, Wu and Barry 2010 (GTWR).

    >>> from geo.regression.design import design
    >>> rng = np.random.default_rng(1)
    >>> at, x = rng.uniform(0, 1e5, (80, 2)), rng.normal(size=80)
    >>> fit = gwr(design(2 + 3 * x + rng.normal(0, 0.1, 80), {"x": x}, at, metric="planar"), bandwidth=np.inf)
    >>> round(fit.trace, 9), fit.beta[:, 1].round(1).min(), bool(np.ptp(fit.beta[:, 1]) < 1e-9)
    (2.0, np.float64(3.0), True)
    """
    from scipy.stats import t as student

    at = places or places_of(made)
    searched = None
    if bandwidth is None:
        searched = find_bandwidth(made, kernel=kernel, adaptive=adaptive, criterion=criterion, places=at)
        bandwidth = searched.bandwidth
    window = Window(kernel, adaptive, float(bandwidth))
    local = full(at, window, Basis(made))
    n, k = made.x.shape
    residuals = made.y - local.fitted
    rss, tss = float(residuals @ residuals), float(((made.y - made.y.mean()) ** 2).sum())
    trace = float(local.hat.sum())
    parameters = trace if freedom == "trace" else 2 * trace - local.trace_sts
    sigma2 = rss / (n - parameters)
    errors = np.sqrt(local.unscaled * sigma2)
    free = np.where(1 - local.hat > 1e-9, 1 - local.hat, np.nan)
    standardised = residuals / np.sqrt(sigma2 * free)
    adjusted = level * k / parameters
    return Fit(
        design=made,
        places=at,
        window=window,
        searched=searched,
        beta=local.beta,
        errors=errors,
        t=_t(local.beta, errors),
        fitted=local.fitted,
        residuals=residuals,
        standardised_residuals=standardised,
        hat=local.hat,
        cook=standardised**2 * local.hat / (trace * free),
        local_r2=around(at, window, made.y, residuals),
        trace=trace,
        trace_sts=local.trace_sts,
        parameters=parameters,
        sigma2=sigma2,
        r2=1 - rss / tss,
        adjusted_r2=adjusted_r2(rss / tss, n, parameters),
        criteria=criteria(rss, n, trace),
        cv=judged(residuals, local.hat, "cv"),
        level=level,
        adjusted_level=min(adjusted, level),
        critical_t=float(student.ppf(1 - min(adjusted, level) / 2, n - 1)),
    )


@dataclass(frozen=True)
class Prediction:
    """What a local regression says of other places; NaN where `state` says that there is nothing."""

    beta: Array
    """(m, k)"""
    errors: Array
    """(m, k)"""
    value: Array
    """(m,) in the unit of measure of the explained variable."""
    mean_error: Array
    """(m,) standard error of the mean at the place."""
    value_error: Array
    """(m,) standard error of a single value: √(σ² + error of the mean²)."""
    state: tuple[str, ...]
    """`defined`, `missing` (a column or coordinate) or `singular` (the columns say the same around the place)."""


@single_blas()
def predict(fit: Fit, columns: Array, points: Array, *, times: Array | None = None) -> Prediction:
    """Return coefficients and values at other places: the same window laid around each of them.

    Args:
        fit: the regression.
        columns: (m, k − 1) in the order of the design, without the constant.
        points: (m, 2) coordinates as those of the design.
        times: (m,) where the regression has them.

    Raises:
        ValueError: shapes or times do not fit.

    Source: Harris, Fotheringham, Crespo and Charlton 2010, Mathematical Geosciences 42:657–680.
    """
    x, rows, sweep = elsewhere(fit.design, fit.places, columns, points, times)
    basis = Basis(fit.design)
    beta, unscaled = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    spread = np.full(len(x), np.nan)
    state = np.full(len(x), "missing", dtype=object)
    split = len(basis.upper[0])
    for block, weights in sweep(fit.window):
        sums = weights @ basis.products
        cross = basis.cross(sums[:, :split])
        bad = singular(cross)
        at, good = rows[block], ~bad
        state[at[bad]], state[at[good]] = "singular", "defined"
        inverse = np.linalg.inv(cross[good])
        made = np.linalg.solve(cross[good], sums[good, split:, None])[:, :, 0]
        middle = inverse @ basis.cross((weights[good] ** 2) @ basis.squares) @ inverse
        covariance = basis.turn @ middle @ basis.turn.T
        beta[at[good]] = basis.coefficients(made)
        unscaled[at[good]] = np.einsum("mkk->mk", covariance)
        spread[at[good]] = np.einsum("mi,mij,mj->m", x[at[good]], covariance, x[at[good]])
    mean_error = np.sqrt(np.maximum(spread, 0) * fit.sigma2)
    return Prediction(
        beta=beta,
        errors=np.sqrt(np.maximum(unscaled, 0) * fit.sigma2),
        value=(x * beta).sum(axis=1),
        mean_error=mean_error,
        value_error=np.sqrt(fit.sigma2 + mean_error**2),
        state=tuple(state),
    )


def elsewhere(
    made: Design, places: Places, columns: Array, points: Array, times: Array | None
) -> tuple[Array, NDArray[np.intp], Callable[[Window], Iterator[tuple[slice, Array]]]]:
    """Return the columns (m, k) at other places, which of them are known, and the sweep of a window over those.

    Args:
        made, places: of the regression.
        columns: (m, k − 1) without the constant.
        points: (m, 2) coordinates as those of the design.
        times: (m,) where the regression has them.

    Raises:
        ValueError: shapes or times do not fit.
    """
    x = np.column_stack([np.ones(len(points)), np.asarray(columns, dtype=float)])
    where = np.asarray(points, dtype=float)
    if x.shape[1] != made.k or where.shape != (len(x), 2):
        raise ValueError("columns and coordinates must be those of the regression")
    if (times is None) == bool(places.time):
        raise ValueError("times are given where the regression has them, and only there")
    when = None if times is None else np.asarray(times, dtype=float)
    known = np.isfinite(x).all(axis=1) & np.isfinite(where).all(axis=1)
    if when is not None:
        known &= np.isfinite(when)
    rows = np.flatnonzero(known)
    return x, rows, lambda window: places.sweep_from(window, where[rows], None if when is None else when[rows])


def adjusted_r2(left: float, n: int, parameters: float) -> float:
    """Return 1 − left·(n − 1)/(n − p − 1), `left` the share that is not accounted for; NaN without freedom.

    >>> adjusted_r2(0.5, 11, 4.0), adjusted_r2(0.5, 5, 4.0)
    (0.16666666666666663, nan)
    """
    room = n - parameters - 1
    return 1 - left * (n - 1) / room if room > 0 else float("nan")


def _judge(places: Places, window: Window, basis: Basis, criterion: Criterion) -> float:
    made = lite(places, window, basis)
    return float("inf") if made is None else judged(made.residuals, made.hat, criterion)


def _t(beta: Array, errors: Array) -> Array:
    made: Array = np.divide(beta, errors, out=np.full(beta.shape, np.nan), where=errors > 0)
    return made
