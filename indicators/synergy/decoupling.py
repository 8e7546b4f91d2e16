"""Decoupling of an emission from activity: Tapio's eight states, with rules for the borders and for no growth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.synergy.co_control import Array

GROWTH = ("strong_decoupling", "weak_decoupling", "expansive_coupling", "expansive_negative_decoupling")
DECLINE = ("strong_negative_decoupling", "weak_negative_decoupling", "recessive_coupling", "recessive_decoupling")
NO_GROWTH = ("no_growth_emission_falls", "no_growth_emission_rises", "no_growth_no_change")
UNDEFINED = ("emission_appears", "no_emission", "zero_activity_base", "negative", "missing")
STATES = GROWTH + DECLINE + NO_GROWTH + UNDEFINED
_NOTHING = 1e-100
"""A base that is smaller than this share of what comes after counts as 0."""
BORDERS = ("emission_unchanged", "lower_border", "upper_border")


@dataclass(frozen=True)
class Decoupling:
    """Elasticity e = (ΔC/C₀)/(ΔG/G₀) and its state; NaN without growth and where `state` says that there is none."""

    elasticity: Array
    emission_growth: Array
    """ΔC/C₀."""
    activity_growth: Array
    """ΔG/G₀."""
    state: NDArray[np.str_]
    border: NDArray[np.str_]
    """On which border of two states it lies, if on any; empty else."""


def tapio(
    emission: tuple[ArrayLike, ArrayLike],
    activity: tuple[ArrayLike, ArrayLike],
    *,
    limits: tuple[float, float] = (0.8, 1.2),
    still: float = 1e-12,
    tolerance: float = 1e-9,
) -> Decoupling:
    """Return Tapio's elasticity e = (ΔC/C₀)/(ΔG/G₀) and the state of decoupling.

    ΔG > 0: e < 0 strong decoupling, 0 ≤ e < 0.8 weak decoupling, 0.8 ≤ e ≤ 1.2 expansive coupling, e > 1.2 expansive
    negative decoupling. ΔG < 0: e < 0 (emissions rise) strong negative decoupling, 0 ≤ e < 0.8 weak negative
    decoupling, 0.8 ≤ e ≤ 1.2 recessive coupling, e > 1.2 recessive decoupling. On a border the state is the one
    written here and `border` names it: e = 0, 0.8 or 1.2. Without growth (|ΔG/G₀| ≤ `still`) there is no elasticity,
    and the state says what the emission did. C₀ = 0 and G₀ = 0 have states of their own.

    Args:
        emission, activity: two arrays each, before and after, any one shape, at least 0; NaN where missing.
        limits: Tapio's 0.8 and 1.2.
        still: the largest |relative change| that counts as no change, of emission and activity.
        tolerance: how near to a limit counts as on it.

    Source: Tapio 2005, Transport Policy 12(2):137–151.

    >>> made = tapio(([100, 100, 100, 100], [105, 90, 112, 90]), ([50, 50, 50, 50], [60, 60, 55, 50]))
    >>> made.elasticity.round(6).tolist(), made.state.tolist(), made.border.tolist()[2]
    ([0.25, -0.5, 1.2, nan],
     ['weak_decoupling', 'strong_decoupling', 'expansive_coupling', 'no_growth_emission_falls'],
     'upper_border')
    """
    c0, c1, g0, g1 = np.broadcast_arrays(*(np.asarray(x, dtype=float) for x in (*emission, *activity)))
    missing = ~(np.isfinite(c0) & np.isfinite(c1) & np.isfinite(g0) & np.isfinite(g1))
    negative = ~missing & ((c0 < 0) | (c1 < 0) | (g0 < 0) | (g1 < 0))
    usable = ~missing & ~negative
    carbon, growth = _relative(c0, c1, usable & (c0 > 0), still), _relative(g0, g1, usable & (g0 > 0), still)
    based = np.isfinite(carbon) & np.isfinite(growth)
    moves = based & (growth != 0)
    e = np.divide(carbon, growth, out=np.full(c0.shape, np.nan), where=moves) + 0.0
    low, high = limits
    on_low, on_high = np.abs(e - low) <= tolerance, np.abs(e - high) <= tolerance
    step = np.select([e < 0, (e < low) & ~on_low, (e <= high) | on_high], [0, 1, 2], 3)
    names = np.where(growth > 0, np.array(GROWTH)[step], np.array(DECLINE)[step])
    state = np.select(
        [
            missing, negative, usable & np.isnan(growth), usable & (c0 == 0) & (c1 == 0), usable & np.isnan(carbon),
            moves, based & (carbon < 0), based & (carbon > 0),
        ],
        ["missing", "negative", "zero_activity_base", "no_emission", "emission_appears", names, *NO_GROWTH[:2]],
        NO_GROWTH[2],
    )  # fmt: skip
    border = np.select([moves & (carbon == 0), moves & on_low, moves & on_high], BORDERS, "")
    return Decoupling(e, carbon, growth, state, border)


def _relative(before: Array, after: Array, where: NDArray[np.bool_], still: float) -> Array:
    """Return the relative change, exactly 0 where it counts as none; NaN where there is no base to speak of."""
    based = where & (before > after * _NOTHING)
    change = np.divide(after - before, before, out=np.full(before.shape, np.nan), where=based)
    return np.where(np.abs(change) <= still, 0.0, change)
