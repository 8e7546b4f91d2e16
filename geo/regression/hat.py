"""The hat matrices of the terms of a multiscale regression: what standard errors and effective parameters need."""

from typing import Literal

import numpy as np

from geo.regression import Array
from geo.regression.engine import Basis
from geo.regression.kernels import Window
from geo.regression.mgwr import Backfitted, Inference, inference
from geo.regression.smoothers import Smoothers
from geo.regression.threads import single_blas
from indicators.errors import fault

Way = Literal["iterated", "exact"]

HATS = 600_000_000
"""Bytes that a run of columns of all hat matrices may take."""


@single_blas()
def infer(fit: Backfitted, *, way: Way = "iterated", level: float = 0.05, memory: int = HATS) -> Inference:
    """Return standard errors, t, effective parameters and critical t of a multiscale regression.

    With R_j the matrix that makes term j out of y: parameters of term j tr R_j, variance of β_j(i) σ² Σ_l (R_j/x_j)²,
    σ² = RSS/(n − Σ tr R_j), level of single tests of term j level/tr R_j.

    Args:
        fit: the regression.
        way: `iterated` repeats every round of the backfitting on the identity matrix (as mgwr), O(rounds · k · n³);
            `exact` solves for the matrices to which backfitting tends, O(k · n³), with 8·(k + 6)·n² bytes.
        level: of the tests of all places together.
        memory: bytes that a run of columns of all R_j may take (`iterated`).

    Raises:
        InputError: terms cannot be told apart (`exact`).

    Source: Yu et al. 2020, Geographical Analysis 52:87–106; Li and Fotheringham 2020, International Journal of
    Geographical Information Science 34:1378–1397.
    """
    smoothers = Smoothers(fit.places, fit.design.x)
    unscaled, parameters = _iterated(fit, smoothers, memory) if way == "iterated" else _exact(fit, smoothers)
    return inference(fit, unscaled, parameters, level)


def _iterated(fit: Backfitted, smoothers: Smoothers, memory: int) -> tuple[Array, Array]:
    n, k = fit.design.x.shape
    unscaled, parameters = np.zeros((n, k)), np.zeros(k)
    step = int(np.clip(memory // (8 * n * (k + 3)), 1, n))
    for first in range(0, n, step):
        columns = slice(first, min(first + step, n))
        width = columns.stop - first
        terms = _begun(fit, columns)
        left = -terms.sum(axis=2)
        left[columns] += np.eye(width)
        slopes = np.empty((n, width))
        for at, widths in enumerate(fit.history):
            for term in range(k):
                target = terms[:, :, term] + left
                window = Window(fit.kernel, fit.adaptive, float(widths[term]))
                slopes = smoothers.smooth(window, term, target)
                terms[:, :, term] = fit.design.x[:, term, None] * slopes
                left = target - terms[:, :, term]
                if at == len(fit.history) - 1:
                    unscaled[:, term] += (slopes**2).sum(axis=1)
        parameters += np.einsum("iij->j", terms[columns])
    return unscaled, parameters


def _begun(fit: Backfitted, columns: slice) -> Array:
    """Return (n, width, k): what each term of the regression with one bandwidth takes from units `columns`."""
    n, k = fit.design.x.shape
    made = np.empty((n, columns.stop - columns.start, k))
    basis = Basis(fit.design)
    split = len(basis.upper[0])

    def work(block: slice, weights: Array) -> None:
        cross = basis.cross((weights @ basis.products)[:, :split])
        right = basis.z[columns].T * weights[:, None, columns]
        taken = np.einsum("kj,mjl->mlk", basis.turn, np.linalg.solve(cross, right))
        made[block] = taken * fit.design.x[block][:, None, :]

    fit.places.each(Window(fit.kernel, fit.adaptive, fit.start), work)
    return made


def _exact(fit: Backfitted, smoothers: Smoothers) -> tuple[Array, Array]:
    """Solve R_j = A_j (R_j + E), E = I − Σ R_j, where A_j smooths over term j alone.

    I − A_j is singular along x_j, so it is inverted with x_j x_jᵀ/|x_j|² added: G_j. Then R_j = G_j A_j E + x_j c_jᵀ
    where u_jᵀ E = 0, u_j = G_jᵀ x_j, and E and c follow from one bordered system.
    """
    x = fit.design.x
    n, k = x.shape
    eye = np.eye(n)
    added = np.empty((k, n, n))
    system = np.zeros((n + k, n + k))
    system[:n, :n] = eye
    try:
        for term in range(k):
            column = x[:, term]
            smoother = column[:, None] * smoothers.smooth(fit.window(term), term, eye)
            along = np.outer(column, column) / (column @ column)
            inverse = np.linalg.inv(eye - smoother + along)
            added[term] = inverse - eye + along
            system[:n, :n] += added[term]
            system[:n, n + term] = column
            border = inverse.T @ column
            system[n + term, :n] = border / np.abs(border).max()
        solved = np.linalg.solve(system, np.vstack([eye, np.zeros((k, n))]))
    except np.linalg.LinAlgError as error:
        raise fault("regression.concurvity") from error
    left = solved[:n]
    unscaled, parameters = np.empty((n, k)), np.empty(k)
    for term in range(k):
        made = added[term] @ left + np.outer(x[:, term], solved[n + term])
        parameters[term] = np.trace(made)
        slopes = smoothers.smooth(fit.window(term), term, made + left)
        unscaled[:, term] = (slopes**2).sum(axis=1)
    if not (np.isfinite(parameters).all() and abs(np.trace(left) + parameters.sum() - n) <= 1e-6 * n):
        raise fault("regression.concurvity")
    return unscaled, parameters
