"""Weights of indicators that vary over space: a second, exploratory composite, which never feeds a rank.

Each gives a table of weights by unit. Mapped beside the composite they show where the same indicators would count
otherwise; they depend on the bandwidth, which is the analyst's, and are no judgement of a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.regression import Array
from geo.regression.kernels import Places, Window
from indicators.errors import Faults

Side = Literal["weakest", "strongest"]


@dataclass(frozen=True)
class LocalWeights:
    """A composite with weights of its own for every unit."""

    weights: Array
    """(n, k); 0 for a missing score, NaN for a unit without a composite."""
    composite: Array
    """(n,); NaN where `state` says that there is none."""
    state: NDArray[np.str_]
    """(n,): `defined`, `no_information` (equal weights) or `missing` (no score)."""


def local_entropy(scores: Array, places: Places, window: Window, names: Sequence[object] | None = None) -> LocalWeights:
    """Return weights by how much each indicator varies around each unit, and the weighted mean they make.

    With v the kernel weights, π = v/Σv and p = v·x/Σ(v·x), the divergence D = Σ p ln(p/π) takes the place of
    1 − e in the entropy method: weights are D over their sum. Where all units count alike D is ln n·(1 − e) and the
    weights are those of the entropy method; D is Theil's T of the surroundings. 0·ln 0 = 0. An indicator of zeros
    all around has D = 0.

    Args:
        scores: (n, k) at least 0, higher is better; NaN where missing: left out of D, weights rescaled.
        places: where the units stand.
        window: its bandwidth is given, not searched for: there is nothing that it could fit.
        names: (k,) of indicators, for the message.

    Raises:
        InputError: a score below 0.

    Source: Shannon 1948; entropy weights as Zeleny 1982, Multiple Criteria Decision Making; Theil 1967.

    >>> at = Places(np.column_stack([np.arange(3) * 1000.0, np.zeros(3)]), "planar")
    >>> made = local_entropy(np.array([[1.0, 5], [2, 5], [3, 5]]), at, Window("gaussian", False, np.inf))
    >>> made.weights.tolist()[0], made.state.tolist()[0]
    ([1.0, 0.0], 'defined')
    """
    faults = Faults()
    for column in range(scores.shape[1]):
        below = int((scores[:, column] < 0).sum())
        if below:
            named = names[column] if names else str(column + 1)
            faults.add("regression.negative_score", column=named, found=below)
    faults.raise_if_any()
    n, k = scores.shape
    there = np.isfinite(scores)
    size = np.where(there, scores, 0.0).max(axis=0)
    x = np.where(there, scores, 0.0) / np.where(size > 0, size, 1.0)
    logs = x * np.log(np.where(x > 0, x, 1.0))
    table = np.column_stack([there.astype(float), x, logs])
    divergence = np.empty((n, k))

    def work(block: slice, weights: Array) -> None:
        sums = weights @ table
        total, of_x, of_logs = sums[:, :k], sums[:, k : 2 * k], sums[:, 2 * k :]
        some = of_x > 0
        mean = np.divide(of_x, total, out=np.ones_like(of_x), where=some)
        made = np.divide(of_logs, of_x, out=np.zeros_like(of_x), where=some) - np.log(mean)
        # What rounding alone leaves is no divergence.
        divergence[block] = np.where(some & (made > 1e-13), made, 0.0)

    places.each(window, work)
    return _composed(scores, np.where(there, divergence, 0.0))


def ordered_average(
    scores: Array, places: Places, window: Window, *, of: int, side: Side = "weakest", scaled: bool = False
) -> LocalWeights:
    """Return the ordered geographically weighted average (OGWA) of each unit, and the weight of each indicator in it.

    The `of` weakest (or strongest) scores of a unit weigh 1/`of` each (an ordered weighted average, non-compensatory
    for the weakest), and the whole is multiplied by the mean kernel weight v̄ that the unit has at all n places:
    OGWA_i = v̄_i · Σ_r w_r x_i(r). Since one kernel weight multiplies all scores of a unit, v̄ measures how densely
    the unit is surrounded; `scaled` leaves it out. Equal scores share their weights.

    Args:
        scores: (n, k) higher is better; a unit with a missing score has no composite, since its order is not known.
        places: where the units stand.
        window: its bandwidth is given.
        of: how many scores count, 1 … k.
        side: `weakest` (OGWA−, "more than j") or `strongest` (OGWA+, "at least j").
        scaled: without v̄: the ordered weighted average alone.

    Source: Fusco et al. 2024, Geographical Analysis 56:530–553, as their R function ci_ogwa; Yager 1988, IEEE
    Transactions on Systems, Man, and Cybernetics 18:183–190.

    >>> at = Places(np.array([[0.0, 0.0], [1000.0, 0.0]]), "planar")
    >>> made = ordered_average(np.array([[1.0, 3, 5], [2, 2, 2]]), at, Window("gaussian", False, np.inf), of=2)
    >>> made.weights.round(3).tolist(), made.composite.tolist()
    ([[0.5, 0.5, 0.0], [0.333, 0.333, 0.333]], [2.0, 2.0])
    """
    n, k = scores.shape
    if not 1 <= of <= k:
        raise ValueError("between 1 and all scores count")
    complete: NDArray[np.bool_] = np.asarray(np.isfinite(scores).all(axis=1))
    turned = scores if side == "weakest" else -scores
    # A score's share: that part of its run of equal scores which lies among the first `of`, spread over the run.
    before = (turned[:, None, :] < turned[:, :, None]).sum(axis=2)
    equal = (turned[:, None, :] == turned[:, :, None]).sum(axis=2)
    weights = np.clip(of - before, 0, equal) / np.maximum(equal, 1) / of
    seen = np.ones(n)
    if not scaled:
        # How much unit i counts at place j, summed over the places: columns of the weights.
        totals = [np.zeros(n)]
        parts: dict[int, Array] = {}

        def work(block: slice, kernel: Array) -> None:
            parts[block.start] = kernel.sum(axis=0)

        places.each(window, work)
        for first in sorted(parts):
            totals[0] = totals[0] + parts[first]
        seen = totals[0] / n
    weights = np.where(complete[:, None], weights * seen[:, None], np.nan)
    composite = np.where(complete, (weights * np.where(complete[:, None], scores, 0.0)).sum(axis=1), np.nan)
    return LocalWeights(weights, composite, np.where(complete, "defined", "missing"))


def _composed(scores: Array, strength: Array) -> LocalWeights:
    """Bring strengths to a sum of 1 by unit, over the scores that are there, and average."""
    there = np.isfinite(scores)
    total = strength.sum(axis=1, keepdims=True)
    known = there.sum(axis=1, keepdims=True)
    equal = there / np.maximum(known, 1)
    weights = np.where(total > 0, np.divide(strength, total, out=np.zeros_like(strength), where=total > 0), equal)
    composite = (weights * np.where(there, scores, 0.0)).sum(axis=1)
    some = known[:, 0] > 0
    state = np.select([~some, total[:, 0] <= 0], ["missing", "no_information"], "defined")
    return LocalWeights(np.where(some[:, None], weights, np.nan), np.where(some, composite, np.nan), state)
