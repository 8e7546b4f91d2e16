"""Pollutant equivalents, alone and combined with carbon by a stated weight, and what one of them costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.errors import fault, nearest
from indicators.synergy.co_control import Array, pollutant_equivalents

COST_STATES = ("defined", "saves", "no_reduction", "adds_emissions", "missing")


@dataclass(frozen=True)
class Combined:
    """Combined equivalents and their two parts, in thousand equivalents, with the weight that was used."""

    value: Array
    pollutant_part: Array
    carbon_part: Array
    carbon_weight: Array
    """η, thousand equivalents per tonne of carbon dioxide: a choice of values, to be recorded with the figures."""


@dataclass(frozen=True)
class UnitCost:
    """Cost of one thousand equivalents reduced; NaN where `state` says that there is none."""

    value: Array
    state: NDArray[np.str_]


def equivalents(amounts: Mapping[str, ArrayLike], values: Mapping[str, float] | None = None) -> Array:
    """Return Σ Eᵢ/ρᵢ in thousand pollutant equivalents (tonnes over kilograms an equivalent).

    Reductions come with a plus sign, what rises with a minus sign. A sum with a missing part is missing (NaN).

    Args:
        amounts: tonnes by pollutant, all of one shape.
        values: ρ, kilograms an equivalent by pollutant; the tax law's table for what is not stated.

    Raises:
        InputError: a pollutant has no equivalent value (volatile organic compounds and total nitrogen have none).

    Source: PRC Environmental Protection Tax Law, annex II; Mao Xianqiang et al. 2011.

    >>> float(equivalents({"so2": 100, "nox": 80, "soot": 50}).round(3))
    212.409
    """
    table = {**pollutant_equivalents(), **(values or {})}
    for pollutant in amounts:
        if not table.get(pollutant, 0) > 0:
            raise fault("measures.no_equivalent", found=pollutant, meant=nearest(pollutant, table))
    parts = [np.asarray(amount, dtype=float) / table[pollutant] for pollutant, amount in amounts.items()]
    return cast(Array, np.sum(np.broadcast_arrays(*parts), axis=0)) if parts else np.zeros(())


def combined_equivalents(pollutants: ArrayLike, carbon: ArrayLike, *, carbon_weight: ArrayLike) -> Combined:
    """Return pollutant equivalents plus η times the carbon dioxide reduced.

    η is fixed by no law (a ratio of prices or of damages): it is always stated, it is carried in the result, and an
    array of several shows how much hangs on it.

    Args:
        pollutants: reductions in thousand equivalents, from `equivalents`.
        carbon: reductions of carbon dioxide in tonnes.
        carbon_weight: η ≥ 0, thousand equivalents per tonne; broadcast against the reductions.

    Source: Mao Xianqiang et al. (combined equivalents, ICER).

    >>> combined_equivalents(10.0, 500.0, carbon_weight=[0, 0.01]).value.tolist()
    [10.0, 15.0]
    """
    weight = np.asarray(carbon_weight, dtype=float)
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("the carbon weight must be a finite number of at least 0")
    air, gas = np.asarray(pollutants, dtype=float), np.asarray(carbon, dtype=float)
    part = gas * weight
    total = air + part
    return Combined(total, np.broadcast_to(air, total.shape), np.broadcast_to(part, total.shape), weight)


def unit_cost(cost: ArrayLike, reduction: ArrayLike) -> UnitCost:
    """Return cost over reduction for every measure.

    A measure that saves money has a negative unit cost, whose size must not be ranked by: the more it reduces, the
    smaller it looks. `saves` says so. Without a reduction there is no unit cost.

    `cost`: in one currency; `reduction`: in any one unit, positive when emissions fall; one shape.

    >>> made = unit_cost([100, -50, 100], [20, 10, 0])
    >>> made.value.tolist(), made.state.tolist()
    ([5.0, -5.0, nan], ['defined', 'saves', 'no_reduction'])
    """
    paid, reduced = np.broadcast_arrays(np.asarray(cost, dtype=float), np.asarray(reduction, dtype=float))
    missing = ~(np.isfinite(paid) & np.isfinite(reduced))
    state = np.select(
        [missing, reduced < 0, reduced == 0, paid < 0],
        ["missing", "adds_emissions", "no_reduction", "saves"],
        "defined",
    )
    counted = np.isin(state, ("defined", "saves"))
    return UnitCost(np.divide(paid, reduced, out=np.full(paid.shape, np.nan), where=counted), state)
