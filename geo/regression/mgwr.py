"""Multiscale geographically weighted regression: a bandwidth of its own for every term, by backfitting."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from geo.regression import Array
from geo.regression.criteria import Criteria, Criterion, Search, criteria, judged, search
from geo.regression.design import Design
from geo.regression.engine import Basis, around, full
from geo.regression.gwr import adjusted_r2, elsewhere, find_bandwidth, places_of
from geo.regression.kernels import Kernel, Places, Window
from geo.regression.smoothers import Smoothers
from geo.regression.threads import single_blas

SAME = 5
"""When no bandwidth has changed for so many rounds, none is searched for any more."""


@dataclass(frozen=True)
class Backfitted:
    """Bandwidths and coefficients of a multiscale regression, without standard errors: see `infer`."""

    design: Design
    places: Places
    kernel: Kernel
    adaptive: bool
    start: float
    """Bandwidth of the regression with one bandwidth that it began from."""
    bandwidths: Array
    """(k,)"""
    searches: tuple[Search, ...]
    """The last search of each term; none where bandwidths were given."""
    history: Array
    """(rounds, k) bandwidths of every round."""
    changes: Array
    """(rounds,) by how much the terms changed, relative to the fit."""
    converged: bool
    beta: Array
    """(n, k); NaN where a column is 0 all through the window."""
    terms: Array
    """(n, k) x_j β_j"""
    fitted: Array
    residuals: Array
    undefined: NDArray[np.bool_]
    """(n, k): where `beta` is NaN."""

    def window(self, term: int) -> Window:
        """Return the window of a term."""
        return Window(self.kernel, self.adaptive, float(self.bandwidths[term]))


@single_blas()
def mgwr(
    made: Design,
    *,
    kernel: Kernel = "bisquare",
    adaptive: bool = True,
    criterion: Criterion = "aicc",
    places: Places | None = None,
    start: float | None = None,
    lows: tuple[float | None, ...] | None = None,
    fixed: Array | None = None,
    tolerance: float = 1e-5,
    rounds: int = 200,
) -> Backfitted:
    """Return y = Σ_j β_j(place) x_j with a bandwidth for each term, found by backfitting.

    Each round smooths for every term the residuals with the term added, over x_j alone, at the bandwidth with the
    least criterion, until √(Σ(Δ terms)²/n / Σ fit²) falls below `tolerance`. Columns should be `standardised`, so
    that bandwidths compare.

    Args:
        made: the rows.
        kernel, adaptive, criterion: as for `find_bandwidth`.
        places: of the design, where made before.
        start: bandwidth of the regression it begins from; searched for where absent.
        lows: (k,) least bandwidth of each term, the constant first; those of `bounds` where absent.
        fixed: (k,) bandwidths that are given, so that none is searched for; `start` must then be given as well.
        tolerance, rounds: when it ends.

    Raises:
        InputError: as for `gwr`.

    Source: Fotheringham, Yang and Kang 2017, Annals of the American Association of Geographers 107:1247–1265.
    """
    at = places or places_of(made)
    if start is None:
        start = find_bandwidth(made, kernel=kernel, adaptive=adaptive, criterion=criterion, places=at).bandwidth
    begun = full(at, Window(kernel, adaptive, start), Basis(made))
    terms, residuals = begun.beta * made.x, made.y - begun.fitted
    smoothers = Smoothers(at, made.x)
    k = made.k
    beta = begun.beta.copy()
    history: list[Array] = []
    changes: list[float] = []
    found: list[Search | None] = [None] * k
    same = 0
    while len(changes) < rounds and not (changes and changes[-1] < tolerance):
        new = np.empty_like(terms)
        widths = np.empty(k)
        for term in range(k):
            target = terms[:, term] + residuals
            if fixed is not None:
                widths[term] = fixed[term]
            elif same >= SAME:
                widths[term] = history[-1][term]
            else:
                one = search(
                    at,
                    partial(_judge, smoothers, term, target, criterion),
                    Window(kernel, adaptive, 0),
                    1,
                    criterion,
                    low=None if lows is None else lows[term],
                )
                found[term], widths[term] = one, one.bandwidth
            beta[:, term] = smoothers.smooth(Window(kernel, adaptive, float(widths[term])), term, target)
            new[:, term] = made.x[:, term] * beta[:, term]
            residuals = target - new[:, term]
        same = same + 1 if history and (history[-1] == widths).all() else 0
        moved = float(((new - terms) ** 2).sum()) / made.n
        changes.append(float(np.sqrt(moved / (new.sum(axis=1) ** 2).sum())))
        history.append(widths)
        terms = new
    windows = [Window(kernel, adaptive, float(width)) for width in history[-1]]
    undefined = np.column_stack([smoothers.weight_sums(windows[term], term) <= 0 for term in range(k)])
    return Backfitted(
        design=made,
        places=at,
        kernel=kernel,
        adaptive=adaptive,
        start=float(start),
        bandwidths=history[-1],
        searches=tuple(one for one in found if one is not None),
        history=np.array(history),
        changes=np.array(changes),
        converged=changes[-1] < tolerance,
        beta=np.where(undefined, np.nan, beta),
        terms=terms,
        fitted=terms.sum(axis=1),
        residuals=residuals,
        undefined=undefined,
    )


@dataclass(frozen=True)
class Inference:
    """Standard errors of a multiscale regression and what it is compared by."""

    errors: Array
    """(n, k)"""
    t: Array
    """(n, k)"""
    parameters: Array
    """(k,) effective number of parameters of each term."""
    trace: float
    sigma2: float
    r2: float
    adjusted_r2: float
    criteria: Criteria
    level: float
    adjusted_levels: Array
    """(k,)"""
    critical_t: Array
    """(k,)"""


def inference(fit: Backfitted, unscaled: Array, parameters: Array, level: float = 0.05) -> Inference:
    """Return the figures that variances over σ² (n, k) and effective parameters (k,) lead to.

    Source: Yu et al. 2020, Geographical Analysis 52:87–106.
    """
    from scipy.stats import t as student

    n = fit.design.n
    trace = float(parameters.sum())
    rss = float(fit.residuals @ fit.residuals)
    tss = float(((fit.design.y - fit.design.y.mean()) ** 2).sum())
    sigma2 = rss / (n - trace)
    errors = np.where(fit.undefined, np.nan, np.sqrt(unscaled * sigma2))
    levels = np.minimum(level / parameters, level)
    return Inference(
        errors=errors,
        t=np.divide(fit.beta, errors, out=np.full(errors.shape, np.nan), where=errors > 0),
        parameters=parameters,
        trace=trace,
        sigma2=sigma2,
        r2=1 - rss / tss,
        adjusted_r2=adjusted_r2(rss / tss, n, trace),
        criteria=criteria(rss, n, trace),
        level=level,
        adjusted_levels=levels,
        critical_t=student.ppf(1 - levels / 2, n - 1),
    )


@single_blas()
def term_local_r2(fit: Backfitted, window: Window | None = None) -> Array:
    """Return (n,) local R² of a multiscale regression: 1 − Σ w e²/Σ w (y − ȳ_w)², NaN where y does not vary.

    A multiscale regression has no window of its own, so one is stated.

    Args:
        fit: the regression.
        window: in which R² is taken; that of the regression with one bandwidth from which it began where absent.
    """
    stated = window or Window(fit.kernel, fit.adaptive, fit.start)
    return around(fit.places, stated, fit.design.y, fit.residuals)


@single_blas()
def predict_terms(fit: Backfitted, columns: Array, points: Array, *, times: Array | None = None) -> tuple[Array, Array]:
    """Return coefficients (m, k) and values (m,) at other places, NaN where something is missing there.

    Each term is smoothed once more over the units, at its own bandwidth, with the other places in the middle.

    Args:
        fit: the regression.
        columns: (m, k − 1) without the constant.
        points: (m, 2) coordinates as those of the design.
        times: (m,) where the regression has them.

    Raises:
        ValueError: shapes or times do not fit.
    """
    x, rows, over = elsewhere(fit.design, fit.places, columns, points, times)
    beta = np.full(x.shape, np.nan)
    for term in range(fit.design.k):
        own = fit.design.x[:, term]
        table = np.column_stack([own**2, own * (fit.terms[:, term] + fit.residuals)])
        for block, weights in over(fit.window(term)):
            below, above = (weights @ table).T
            beta[rows[block], term] = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    return beta, (x * beta).sum(axis=1)


def _judge(smoothers: Smoothers, term: int, target: Array, criterion: Criterion, window: Window) -> float:
    fitted, hat = smoothers.fit(window, term, target)
    return judged(target - fitted, hat, criterion)
