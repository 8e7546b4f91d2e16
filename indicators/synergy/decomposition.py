"""Decomposition of a change in emissions into its drivers: LMDI-I, additive and multiplicative."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.synergy.co_control import Array, quadrant

STATES = ("defined", "no_change", "zero_total", "negative", "missing")
"""`no_change`: the total stayed the same, so that no share of the change can be given. `zero_total`: the total is 0
before or after, so that there are parts but no factors."""
DIRECTIONS = ("both_fall", "carbon_only", "pollutant_only", "both_rise", "missing")


@dataclass(frozen=True)
class Decomposition:
    """Parts of the change by driver and step; a step leads from one year to the next.

    NaN where `state` says that there is none.
    """

    drivers: tuple[str, ...]
    parts: Array
    """(d, s, steps): the additive part of each driver in each sector; together they sum to the change."""
    total: Array
    """(years,): the emission of every year, the sum over sectors of the product of the drivers."""
    state: NDArray[np.str_]
    """(steps,)"""

    @property
    def effects(self) -> Array:
        """The additive part of each driver, (d, steps)."""
        return cast(Array, self.parts.sum(axis=1))

    @property
    def change(self) -> Array:
        """The change of the total at each step, (steps,)."""
        return np.diff(self.total)

    @property
    def factors(self) -> Array:
        """The multiplicative part of each driver, (d, steps): D = exp(part / L(total)); their product is the ratio."""
        mean = logarithmic_mean(self.total[1:], self.total[:-1])
        made = np.isin(self.state, ("defined", "no_change")) & (mean > 0)
        return cast(Array, np.exp(np.divide(self.effects, mean, out=np.full(self.effects.shape, np.nan), where=made)))

    @property
    def shares(self) -> Array:
        """Each driver's share in the change, (d, steps); NaN where nothing changed."""
        made = np.isin(self.state, ("defined", "zero_total")) & (self.change != 0)
        return cast(Array, np.divide(self.effects, self.change, out=np.full(self.effects.shape, np.nan), where=made))

    @property
    def chained(self) -> Array:
        """The parts added up over the steps, (d, steps); NaN from the first step on that has none."""
        return np.cumsum(self.effects, axis=1)

    @property
    def chained_factors(self) -> Array:
        """The factors multiplied over the steps, (d, steps); NaN from the first step on that has none."""
        return cast(Array, np.cumprod(self.factors, axis=1))


def logarithmic_mean(a: ArrayLike, b: ArrayLike) -> Array:
    """Return L(a, b) = (a − b)/ln(a/b), L(a, a) = a, and 0 where either is 0; NaN where either is below 0 or missing.

    >>> logarithmic_mean([2.0, 3.0, 0.0], [1.0, 3.0, 5.0]).round(6)
    array([1.442695, 3.      , 0.      ])
    """
    x, y = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
    positive = (x > 0) & (y > 0)
    low, high = np.where(positive, np.minimum(x, y), 1.0), np.where(positive, np.maximum(x, y), 1.0)
    logs = _log_ratio(high, low)
    mean = np.divide(high - low, logs, out=low.copy(), where=logs > 0)
    known = np.isfinite(x) & np.isfinite(y) & (x >= 0) & (y >= 0)
    return np.where(known, np.where(positive, mean, 0.0), np.nan)


def lmdi(
    drivers: Mapping[str, ArrayLike], *, zeros: Literal["limit", "small"] = "limit", delta: float = 1e-20
) -> Decomposition:
    """Return the LMDI-I decomposition of E = Σ_s Π_d x over every pair of neighbouring years.

    additive        ΔE_x = Σ_s L(E_s¹, E_s⁰)·ln(x¹/x⁰), the parts summing to ΔE without a residual
    multiplicative  D_x = exp(Σ_s L(E_s¹, E_s⁰)/L(E¹, E⁰)·ln(x¹/x⁰)), the factors multiplying to E¹/E⁰

    Any identity is given by its drivers: activity Q, structure S, intensity I and emission factor F, or those of
    Kaya. Give two years for a comparison of two periods, more for a chain; the chain is in `chained`.

    Where a driver is 0 in a sector and year, `limit` takes the exact limit: the whole change of that sector goes to
    the drivers that are 0, in equal parts if there are several (all come down to 0 alike), none to the others.
    `small` replaces each 0 by `delta`, which comes near the limit only slowly; the change of the total is then that
    of the replaced values. A negative driver has no logarithm: the step is `negative`.

    Args:
        drivers: by name, each (s, years) or broadcast to it: (years,) for what all sectors share.
        zeros, delta: how a 0 is treated.

    Source: Ang 2005, Energy Policy 33:867–871; Ang 2015, Energy Policy 86:233–238; zeros Ang and Liu 2007, Energy
    Policy 35:238–246.

    >>> made = lmdi({"activity": [100, 130], "intensity": [[2, 1.6], [0.5, 0.5]]})
    >>> made.effects.round(4).tolist(), made.change.tolist()
    ([[68.5155], [-45.5155]], [23.0])
    """
    if not drivers:
        raise ValueError("an identity needs a driver")
    given = np.broadcast_arrays(*(np.atleast_2d(np.asarray(x, dtype=float)) for x in drivers.values()))
    x = np.stack([np.asarray(part) for part in given])
    if x.ndim != 3 or x.shape[2] < 2:
        raise ValueError("drivers must be given by sector and year, for two years or more")
    if zeros == "small":
        if not delta ** len(x) > 0:
            raise ValueError("delta is so small that the product of the drivers would vanish")
        x = np.where(x == 0, delta, x)
    emission = x.prod(axis=0)
    total = emission.sum(axis=0)
    parts = _parts(x, emission)
    change = np.diff(total)
    over = np.stack([x[..., :-1], x[..., 1:]])
    missing = ~np.isfinite(over).all(axis=(0, 1, 2))
    negative = ~missing & (over < 0).any(axis=(0, 1, 2))
    # Sums over sectors that only differ in their last digits are the same.
    still = np.abs(change) <= 1e-13 * np.maximum(total[1:], total[:-1])
    state = np.select(
        [missing, negative, (total[:-1] == 0) | (total[1:] == 0), still],
        ["missing", "negative", "zero_total", "no_change"],
        "defined",
    )
    parts[..., missing | negative] = np.nan
    return Decomposition(tuple(drivers), parts, total, state)


def lmdi_side_by_side(
    shared: Mapping[str, ArrayLike],
    own: Mapping[str, Mapping[str, ArrayLike]],
    *,
    zeros: Literal["limit", "small"] = "limit",
    delta: float = 1e-20,
) -> dict[str, Decomposition]:
    """Return the decomposition of several emissions with the same drivers, by emission.

    Args:
        shared: drivers that all emissions share, such as activity and structure.
        own: by emission (`co2`, `so2`, …) the drivers of its own under names common to all, such as its factor.
        zeros, delta: as for `lmdi`.

    >>> made = lmdi_side_by_side({"activity": [1, 2]}, {"co2": {"factor": [2, 1]}, "so2": {"factor": [3, 1]}})
    >>> {name: one.effects.round(3).ravel().tolist() for name, one in made.items()}
    {'co2': [1.386, -1.386], 'so2': [1.71, -2.71]}
    """
    names = {tuple(drivers) for drivers in own.values()}
    if len(names) != 1:
        raise ValueError("every emission must have drivers of the same names")
    return {code: lmdi({**shared, **drivers}, zeros=zeros, delta=delta) for code, drivers in own.items()}


def common_direction(carbon: Decomposition, pollutant: Decomposition) -> NDArray[np.str_]:
    """Return for each driver and step whether it lowers both emissions, one of them or none, (d, steps).

    The states are those of the co-control quadrants; a driver that changes nothing lowers nothing.

    >>> made = lmdi_side_by_side({"activity": [1, 2]}, {"co2": {"factor": [2, 1]}, "so2": {"factor": [3, 1]}})
    >>> common_direction(made["co2"], made["so2"]).ravel().tolist()
    ['both_rise', 'both_fall']
    """
    if carbon.drivers != pollutant.drivers:
        raise ValueError("both decompositions must have the same drivers")
    state = quadrant(-carbon.effects, -pollutant.effects)
    return np.where(state == "", "missing", state)


def _parts(x: Array, emission: Array) -> Array:
    """Return the additive part of each driver in each sector at each step."""
    before, after = x[..., :-1], x[..., 1:]
    both = (before > 0) & (after > 0)
    safe = np.where(both, before, 1.0), np.where(both, after, 1.0)
    logs = _log_ratio(safe[1], safe[0])
    parts = logarithmic_mean(emission[:, 1:], emission[:, :-1]) * logs
    # A sector that comes from 0, or goes to it: the limit gives all of it to the drivers that are 0 there.
    gone = np.where(emission[:, :-1] == 0, before == 0, after == 0)
    one_sided = (emission[:, :-1] == 0) ^ (emission[:, 1:] == 0)
    number = np.maximum(gone.sum(axis=0), 1)
    limit = gone * (np.diff(emission, axis=-1) / number)
    return cast(Array, np.where(one_sided, limit, parts))


def _log_ratio(a: Array, b: Array) -> Array:
    """Return ln(a/b) for a, b > 0; (a − b)/b keeps the digits where the two nearly agree, and would overflow else."""
    near = np.abs(a - b) < 0.5 * b
    change = np.divide(a - b, b, out=np.zeros(a.shape), where=near)
    return cast(Array, np.where(near, np.log1p(change), np.log(a) - np.log(b)))
