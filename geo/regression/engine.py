"""The kernel of all local regression: sums of weights × outer products as one matrix product, then a batched solve."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.regression import Array
from geo.regression.design import Design, scaling
from geo.regression.kernels import Places, Window
from indicators.errors import fault

SINGULAR = 1e-10
"""Share of a column's local sum of squares that the columns before it leave, at or below which it says nothing new."""


class Basis:
    """Columns centred and scaled for the arithmetic alone, so that years and yuan do no harm; results are turned back.

    With z = (x − m)/s, β = T·β′ (+ the mean of y in the constant).
    """

    def __init__(self, made: Design) -> None:
        self.n, self.k = made.x.shape
        self.middle, self.size, self.turn = scaling(made)
        self.y_middle = float(made.y.mean())
        self.upper = np.triu_indices(self.k)
        self.set(made.x, made.y)

    def set(self, x: Array, y: Array) -> None:
        """Take over columns: those of the design, or the same ones with their rows shuffled."""
        self.z = (x - self.middle) / self.size
        self.y = y - self.y_middle
        self.squares = self.z[:, self.upper[0]] * self.z[:, self.upper[1]]
        self.products = np.column_stack([self.squares, self.z * self.y[:, None]])

    def cross(self, sums: Array) -> Array:
        """Return (m, k, k) matrices from sums of `squares`."""
        made = np.empty((len(sums), self.k, self.k))
        made[:, self.upper[0], self.upper[1]] = sums
        made[:, self.upper[1], self.upper[0]] = sums
        return made

    def coefficients(self, beta: NDArray[np.floating[Any]]) -> Array:
        """Return (m, k) coefficients of the columns as given."""
        made: Array = beta @ self.turn.T
        made[:, 0] += self.y_middle
        return made


@dataclass(frozen=True)
class Lite:
    """What a bandwidth is judged by."""

    residuals: Array
    hat: Array
    """(n,) the diagonal of the hat matrix."""


@dataclass(frozen=True)
class Full:
    """A local regression at every unit."""

    beta: Array
    """(n, k)"""
    unscaled: Array
    """(n, k) the diagonal of C Cᵀ: variances of the coefficients over σ²."""
    fitted: Array
    hat: Array
    trace_sts: float
    """tr(SᵀS)"""


def lite(places: Places, window: Window, basis: Basis) -> Lite | None:
    """Return residuals and leverages of one bandwidth, or nothing where a place leaves it undetermined."""
    residuals, hat = np.full(basis.n, np.nan), np.full(basis.n, np.nan)
    split = len(basis.upper[0])

    def work(block: slice, weights: Array) -> None:
        sums = weights @ basis.products
        own = basis.z[block]
        cross = basis.cross(sums[:, :split])
        if singular(cross).any():
            return
        solved = np.linalg.solve(cross, np.stack([sums[:, split:], own], axis=2))
        residuals[block] = basis.y[block] - (own * solved[:, :, 0]).sum(axis=1)
        hat[block] = (own * solved[:, :, 1]).sum(axis=1)

    places.each(window, work)
    return Lite(residuals, hat) if np.isfinite(residuals).all() and np.isfinite(hat).all() else None


def full(places: Places, window: Window, basis: Basis) -> Full:
    """Return coefficients, leverages and variances of one bandwidth.

    Raises:
        InputError: at some place the columns say the same as each other.
    """
    n, k = basis.n, basis.k
    beta, unscaled, fitted = np.empty((n, k)), np.empty((n, k)), np.empty(n)
    hat, squared_hat, lost = np.empty(n), np.empty(n), np.zeros(n, dtype=bool)
    split = len(basis.upper[0])

    def work(block: slice, weights: Array) -> None:
        sums = weights @ basis.products
        cross = basis.cross(sums[:, :split])
        lost[block] = singular(cross)
        if lost[block].any():
            return
        own = basis.z[block]
        inverse = np.linalg.inv(cross)
        made = np.linalg.solve(cross, sums[:, split:, None])[:, :, 0]
        weights *= weights
        middle = inverse @ basis.cross(weights @ basis.squares) @ inverse
        beta[block] = basis.coefficients(made)
        fitted[block] = (own * made).sum(axis=1) + basis.y_middle
        hat[block] = np.einsum("mi,mij,mj->m", own, inverse, own)
        squared_hat[block] = np.einsum("mi,mij,mj->m", own, middle, own)
        unscaled[block] = np.einsum("ki,mij,kj->mk", basis.turn, middle, basis.turn)

    places.each(window, work)
    if lost.any():
        raise fault("regression.singular", bandwidth=f"{window.bandwidth:g}", found=int(lost.sum()), n=n)
    return Full(beta, np.maximum(unscaled, 0.0), fitted, hat, float(squared_hat.sum()))


def singular(cross: Array) -> NDArray[np.bool_]:
    """Tell for (m, k, k) cross-products whether columns say the same as each other."""
    diagonal = np.einsum("mii->mi", cross)
    try:
        pivots = np.einsum("mii->mi", np.linalg.cholesky(cross)) ** 2
    except np.linalg.LinAlgError:
        return np.array([len(cross) == 1 or bool(singular(one[None])[0]) for one in cross], dtype=bool)
    made: NDArray[np.bool_] = ~(pivots > SINGULAR * diagonal).all(axis=1)
    return made


def around(places: Places, window: Window, y: Array, residuals: Array) -> Array:
    """Return (n,) local R²: 1 − Σ w e²/Σ w (y − ȳ_w)², NaN where y does not vary around a place.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, p. 215.
    """
    centred = y - y.mean()
    table = np.column_stack([np.ones(len(y)), centred, centred**2, residuals**2])
    made = np.full(len(y), np.nan)

    def work(block: slice, weights: Array) -> None:
        total, s, s2, left = (weights @ table).T
        spread = s2 - s**2 / total
        varies = spread > 1e-12 * s2
        made[block] = 1 - np.divide(left, spread, out=np.full(len(total), np.nan), where=varies)

    places.each(window, work)
    return made
