"""How far a local regression can be trusted: local collinearity, and whether coefficients vary more than by chance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.regression import Array
from geo.regression.criteria import Criterion
from geo.regression.design import Design
from geo.regression.engine import Basis, full
from geo.regression.gwr import Fit, find_bandwidth
from geo.regression.kernels import Places, Window, weigh
from geo.regression.mgwr import Backfitted, mgwr
from geo.regression.threads import side_by_side, single_blas

Weighting = Literal["root", "weights"]


@dataclass(frozen=True)
class Collinearity:
    """Of the columns around every unit; NaN where `state` says that there is none."""

    correlations: Array
    """(n, k − 1, k − 1) weighted, without the constant; NaN where a column does not vary."""
    vif: Array
    """(n, k − 1) variance inflation factors; above 10 is commonly held to be too much."""
    condition: Array
    """(n,) condition number of the scaled columns, the constant among them; above 30 is commonly held too much."""
    proportions: Array
    """(n, k) share of each coefficient's variance that lies in the weakest direction."""
    state: NDArray[np.str_]
    """(n,): `defined`, or `constant_around` where a column does not vary around the place (no correlations, no VIF)."""


@single_blas()
def local_collinearity(made: Design, places: Places, window: Window, *, weighting: Weighting = "root") -> Collinearity:
    """Return condition number, variance inflation and variance decomposition around every unit.

    VIF is the diagonal of the inverse of the weighted correlation matrix; the condition number the ratio of the
    greatest singular value of the weighted columns, scaled to length 1, to the least (Belsley, Kuh and Welsch).

    Args:
        made: the rows.
        places: of the design.
        window: of the regression.
        weighting: whether columns are weighted by √w, which is what the regression solves with, or by w (as mgwr).

    Source: Wheeler and Tiefelsdorf 2005, Journal of Geographical Systems 7:161–187; Wheeler 2007, Environment and
    Planning A 39:2464–2481; Belsley, Kuh and Welsch 1980, Regression Diagnostics, chapter 3.
    """
    n, k = made.x.shape
    basis = Basis(made)
    raw = made.x / np.abs(made.x).max(axis=0)
    of_raw = raw[:, basis.upper[0]] * raw[:, basis.upper[1]]
    correlations = np.full((n, k - 1, k - 1), np.nan)
    vif, state = np.full((n, k - 1), np.nan), np.full(n, "defined", dtype="U16")
    condition, proportions = np.empty(n), np.empty((n, k))

    def work(block: slice, weights: Array) -> None:
        cross = basis.cross(weights @ basis.squares)
        total, mean = cross[:, 0, 0], cross[:, 0, 1:] / cross[:, 0, 0, None]
        covariance = cross[:, 1:, 1:] / total[:, None, None] - mean[:, :, None] * mean[:, None, :]
        variance = np.einsum("mjj->mj", covariance)
        varies = (variance > 1e-10 * np.einsum("mjj->mj", cross[:, 1:, 1:]) / total[:, None]).all(axis=1)
        scale = np.where(varies[:, None], np.maximum(variance, 1e-300), 1.0) ** -0.5
        correlation = covariance * scale[:, :, None] * scale[:, None, :]
        at = np.arange(block.start, block.stop)
        state[at[~varies]] = "constant_around"
        correlations[at[varies]] = correlation[varies]
        values, vectors = np.linalg.eigh(correlation[varies])
        vif[at[varies]] = (vectors**2 / np.maximum(values, 1e-300)[:, None, :]).sum(axis=2)
        if weighting == "weights":
            weights = weights * weights
        condition[block], proportions[block] = _belsley(basis.cross(weights @ of_raw))

    places.each(window, work)
    return Collinearity(correlations, vif, condition, proportions, state)


@single_blas()
def term_collinearity(fit: Backfitted, *, weighting: Weighting = "root") -> tuple[Array, Array]:
    """Return condition numbers (n,) and variance proportions (n, k) of a multiscale regression.

    Each column is weighted by the window of its own term; correlations and VIF have no meaning then.

    Args:
        fit: the regression.
        weighting: as for `local_collinearity`.

    Source: as for `local_collinearity`, with a window for each term as mgwr.
    """
    places, x = fit.places, fit.design.x / np.abs(fit.design.x).max(axis=0)
    n, k = x.shape
    windows = [fit.window(term) for term in range(k)]
    widths = [places.widths(window) for window in windows]
    condition, proportions = np.empty(n), np.empty((n, k))

    def work(block: slice) -> None:
        columns = []
        for term in range(k):
            weights = weigh(places.squared(block), windows[term].kernel, widths[term][block])
            columns.append((np.sqrt(weights) if weighting == "root" else weights) * x[:, term])
        squares = np.empty((len(columns[0]), k, k))
        for i in range(k):
            for j in range(i, k):
                squares[:, i, j] = squares[:, j, i] = np.einsum("mn,mn->m", columns[i], columns[j])
        condition[block], proportions[block] = _belsley(squares)

    places.squared(slice(0, 1))
    side_by_side(work, places.blocks())
    return condition, proportions


def _belsley(squares: Array) -> tuple[Array, Array]:
    """Return condition number and variance proportions of the weakest direction from (m, k, k) cross-products."""
    length = np.maximum(np.einsum("mjj->mj", squares), 1e-300) ** -0.5
    values, vectors = np.linalg.eigh(squares * length[:, :, None] * length[:, None, :])
    # A value that rounding leaves at or below 0 stands for a direction without any extent.
    values = np.maximum(values, 1e-16 * values[:, -1:])
    part = vectors**2 / values[:, None, :]
    return np.sqrt(values[:, -1] / values[:, 0]), part[:, :, 0] / part.sum(axis=2)


@dataclass(frozen=True)
class Variability:
    """Whether coefficients vary over space more than by chance."""

    spread: Array
    """(k,) standard deviation of each coefficient over the units (n)."""
    shuffled: Array
    """(shuffles, k) the same with units put at random places; NaN where no bandwidth determined every place."""
    p: Array
    """(k,)"""
    failed: int
    """Shuffles that gave nothing."""


@single_blas()
def spatial_variability(
    fit: Fit | Backfitted,
    *,
    permutations: int = 999,
    seed: int = 1,
    search: bool = True,
    criterion: Criterion = "aicc",
    counted: bool = True,
    arrangements: Sequence[NDArray[np.intp]] | None = None,
) -> Variability:
    """Return the Monte-Carlo test that a coefficient does not vary over space.

    Units are put at each other's places at random, the regression is made again, and the standard deviations of its
    coefficients are compared: p = (1 + number of shuffles with a greater one)/(1 + shuffles).

    Args:
        fit: a regression with one bandwidth or with one for each term.
        permutations, seed: of the shuffles.
        search: look for the bandwidths of every shuffle anew, as mgwr does; else keep those of the regression.
        criterion: of the search.
        counted: count the arrangement observed as one of them; else p = share of greater ones (as mgwr).
        arrangements: for each shuffle which place, by its number, each unit goes to, instead of random ones.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, p. 93.
    """
    made, places = fit.design, fit.places
    rng = np.random.default_rng(seed)
    # Shuffles start from an order of their own, so that the order of the units given does not matter.
    order = np.lexsort((*made.x.T, made.y, *made.coordinates.T))
    spread = np.nanstd(fit.beta, axis=0)
    count = permutations if arrangements is None else len(arrangements)
    shuffled = np.full((count, made.k), np.nan)
    for at in range(count):
        if arrangements is None:
            held = np.empty(made.n, dtype=np.intp)
            held[order] = order[rng.permutation(made.n)]
        else:
            held = np.argsort(arrangements[at])
        moved = replace(made, x=made.x[held], y=made.y[held])
        shuffled[at] = _spread(fit, moved, places, search, criterion)
    known = np.isfinite(shuffled).all(axis=1)
    greater = (shuffled[known] > spread).sum(axis=0)
    total = int(known.sum())
    p = (1 + greater) / (1 + total) if counted else greater / max(total, 1)
    return Variability(spread, shuffled, np.asarray(p, dtype=float), count - total)


def _spread(fit: Fit | Backfitted, moved: Design, places: Places, search: bool, criterion: Criterion) -> Array:
    from indicators.errors import InputError

    try:
        if isinstance(fit, Backfitted):
            again = mgwr(
                moved, kernel=fit.kernel, adaptive=fit.adaptive, criterion=criterion, places=places,
                start=None if search else fit.start, fixed=None if search else fit.bandwidths,
            )  # fmt: skip
            return np.asarray(np.nanstd(again.beta, axis=0))
        window = fit.window
        if search:
            found = find_bandwidth(
                moved, kernel=window.kernel, adaptive=window.adaptive, criterion=criterion, places=places
            )
            window = replace(window, bandwidth=found.bandwidth)
        return np.asarray(full(places, window, Basis(moved)).beta.std(axis=0))
    except InputError:
        return np.full(moved.k, np.nan)
