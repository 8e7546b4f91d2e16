"""Carbon dioxide from fuels: heat value, carbon content, oxidation."""

from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

CARBON_TO_CO2 = 44 / 12
"""Mass of carbon dioxide by mass of the carbon in it."""


def fuel_factor(ncv: ArrayLike, carbon_content: ArrayLike, oxidation: ArrayLike) -> Array:
    """Return the emission factor of a fuel, NCV × CC × OF × 44/12.

    Args:
        ncv: net calorific value, GJ a unit of fuel (t, 10⁴ m³, …); at least 0.
        carbon_content: t C/GJ; at least 0.
        oxidation: share of the carbon that is oxidised, 0 to 1.

    Returns:
        t CO2 a unit of fuel; the arguments are broadcast. Missing (NaN) where one of them is.

    Raises:
        ValueError: a value outside its range.

    Source: guidelines for provincial greenhouse gas inventories; IPCC 2006 Guidelines, volume 2, chapter 2.

    >>> round(float(fuel_factor(20.908, 0.02637, 0.94)), 4)  # raw coal
    1.9003
    >>> float(fuel_factor(20.908, 0.02637, 0))
    0.0
    """
    heat, carbon, share = (np.asarray(part, dtype=float) for part in (ncv, carbon_content, oxidation))
    if any(bool((part < 0).any() or np.isinf(part).any()) for part in (heat, carbon, share)) or (share > 1).any():
        raise ValueError("heat value and carbon content must be finite and at least 0, the oxidised share 0 to 1")
    return cast(Array, heat * carbon * share * CARBON_TO_CO2)


def fuel_emissions(consumption: ArrayLike, ncv: ArrayLike, carbon_content: ArrayLike, oxidation: ArrayLike) -> Array:
    """Return the emissions of fuels, E = FC × NCV × CC × OF × 44/12.

    Args:
        consumption: fuel burnt, in the unit that `ncv` is for; at least 0.
        ncv: GJ a unit of fuel.
        carbon_content: t C/GJ.
        oxidation: share, 0 to 1.

    Returns:
        t CO2; missing (NaN) where the consumption is.

    Raises:
        ValueError: a value outside its range.

    Source: as `fuel_factor`.

    >>> fuel_emissions([100, 0, np.nan], 20.908, 0.02637, 0.94).round(2).tolist()
    [190.03, 0.0, nan]
    """
    burnt = np.asarray(consumption, dtype=float)
    if (burnt < 0).any() or np.isinf(burnt).any():
        raise ValueError("fuel consumption must be finite and at least 0")
    return cast(Array, burnt * fuel_factor(ncv, carbon_content, oxidation))
