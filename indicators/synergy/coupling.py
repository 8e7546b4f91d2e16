"""Coupling coordination of two or more subsystems: the traditional model and the corrected one.

It describes a state at one time, not a change (for that see `order_degree` and `joint`).
"""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.synergy.arrays import shares
from indicators.synergy.co_control import Array

Model = Literal["traditional", "corrected"]

STATES = ("defined", "some_zero", "all_zero", "outside", "missing")
"""`some_zero`: coupling is 0 however good the others are. `all_zero`: coupling is undefined, coordination is 0.
`outside`: a score lies below 0 or above `top`."""


@dataclass(frozen=True)
class Coordination:
    """Coupling C, development T and coordination D = √(C·T) by unit; NaN where `state` says that there is none."""

    model: Model
    coupling: Array
    development: Array
    coordination: Array
    grade: NDArray[np.intp]
    """1 … 10, see `indicators.synergy.labels.coordination_label`; 0 where there is none."""
    state: NDArray[np.str_]


def coordination(
    scores: ArrayLike, *, model: Model, weights: ArrayLike | None = None, top: float = 1.0
) -> Coordination:
    """Return coupling, development and coordination of k subsystems, with U = scores/`top` in [0, 1].

    traditional:  C = [ΠU / ((1/k)·ΣU)^k]^(1/k), for two subsystems 2·√(U₁U₂)/(U₁+U₂)
    corrected:    C = √{[1 − Σ_{i>j}|U_i−U_j| / (k(k−1)/2)] · [Π(U_i/max U)]^(1/(k−1))},
                  for two subsystems √{[1−(U₂−U₁)]·U₁/U₂}, U₂ the larger
    T = Σ αU, D = √(C·T). Weights never enter C.

    Of the traditional C values bunch near 1, so that its D is close to a copy of T.

    Args:
        scores: (…, k), k ≥ 2, from 0 to `top`; higher is better. NaN where missing.
        model: always stated, and carried in the result.
        weights: (k,) α, at least 0, rescaled to sum to 1; equal when absent.
        top: the best possible score: 1, or 100 for scores from 0 to 100.

    Source: Wang Shujia et al. 2021, Journal of Natural Resources 36(3):793 (both models and the four misuses);
    grades Liao Chongbin 1999.

    >>> made = coordination([[0.6, 0.3], [0, 0]], model="corrected")
    >>> made.coupling.round(6), made.coordination.round(6), made.state.tolist()
    (array([0.591608,      nan]), array([0.515969, 0.      ]), ['defined', 'all_zero'])
    """
    given = np.asarray(scores, dtype=float) / top
    count = given.shape[-1]
    if count < 2:
        raise ValueError("coupling needs two or more subsystems")
    missing = np.asarray(~np.isfinite(given).all(axis=-1))
    outside = np.asarray(~missing & ((given < 0) | (given > 1)).any(axis=-1))
    usable = np.asarray(~missing & ~outside)
    u = np.where(usable[..., None], given, 0.0)
    largest = np.asarray(u.max(axis=-1))
    some = np.asarray(largest > 0)
    # Divided by the largest and rooted before they are multiplied: a product of tiny scores would vanish.
    relative = u / np.where(some, largest, 1.0)[..., None]
    if model == "traditional":
        coupled = (relative ** (1 / count)).prod(axis=-1) / np.where(some, relative.mean(axis=-1), 1.0)
    else:
        coupled = np.sqrt(_closeness(u) * (relative ** (1 / (count - 1))).prod(axis=-1))
    development = u @ shares(weights, count)
    coupling = np.minimum(coupled, 1.0)
    degree = np.where(some, np.sqrt(coupling * development), 0.0)
    state = np.select(
        [missing, outside, ~some, (u == 0).any(axis=-1)],
        ["missing", "outside", "all_zero", "some_zero"],
        "defined",
    )
    return Coordination(
        model,
        np.where(usable & some, coupling, np.nan),
        np.where(usable, development, np.nan),
        np.where(usable, degree, np.nan),
        np.where(usable, grades(degree), 0),
        state,
    )


def grades(degree: ArrayLike) -> NDArray[np.intp]:
    """Return the grade of each degree: ten steps of 0.1, 1 the worst; a degree on a cut belongs to the higher grade.

    A degree is compared after rounding to 10 decimals; 0 where it is missing.

    >>> grades([0, 0.0999, 0.1, 0.3, 1, np.nan]).tolist()
    [1, 1, 2, 4, 10, 0]
    """
    seen = np.asarray(degree, dtype=float)
    steps = np.floor(np.round(np.nan_to_num(seen) * 10, 9)).astype(np.intp) + 1
    return np.where(np.isfinite(seen), np.clip(steps, 1, 10), 0)


def _closeness(u: Array) -> Array:
    """Return 1 less the mean absolute difference of every pair of subsystems."""
    first, second = np.triu_indices(u.shape[-1], k=1)
    return cast(Array, 1 - np.abs(u[..., first] - u[..., second]).mean(axis=-1))
