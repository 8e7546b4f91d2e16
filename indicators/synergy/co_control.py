"""Co-control of carbon and pollutants: the coordinate system and cross elasticity of Mao Xianqiang et al."""

import csv
from functools import cache

import numpy as np
from numpy.typing import NDArray

from indicators.bundled import configs

Array = NDArray[np.float64]

QUADRANTS = ("both_fall", "carbon_only", "pollutant_only", "both_rise")


@cache
def pollutant_equivalents() -> dict[str, float]:
    """Return kilograms per pollutant equivalent, by pollutant, from `configs/factors/pollutant_equivalents.csv`.

    >>> pollutant_equivalents()["so2"]
    0.95
    """
    with (configs() / "factors" / "pollutant_equivalents.csv").open(encoding="utf-8") as stream:
        return {row["pollutant"]: float(row["equivalent_kg"]) for row in csv.DictReader(stream)}


def quadrant(carbon: Array, pollutant: Array) -> NDArray[np.str_]:
    """Return the state of each pair of reductions; empty where either is missing.

    A zero change counts as no fall. `carbon`, `pollutant`: relative reductions, any one shape.

    >>> quadrant(np.array([.1, .1, 0, np.nan]), np.array([.2, -.1, .3, 1])).tolist()
    ['both_fall', 'carbon_only', 'pollutant_only', '']
    """
    falls = np.where(carbon > 0, 0, 2) + np.where(pollutant > 0, 0, 1)
    names = np.array(QUADRANTS)[falls]
    return np.where(np.isfinite(carbon) & np.isfinite(pollutant), names, "")


def signed_distance(carbon: Array, pollutant: Array) -> Array:
    """Return √(c² + p²), positive only where both fall, negative where both rise, 0 otherwise; NaN where missing.

    >>> signed_distance(np.array([.3, .3, -.3]), np.array([.4, -.4, -.4]))
    array([ 0.5,  0. , -0.5])
    """
    state = quadrant(carbon, pollutant)
    sign = np.select([state == "both_fall", state == "both_rise", state == ""], [1.0, -1.0, np.nan], 0.0)
    return np.asarray(sign * np.hypot(carbon, pollutant)) + 0.0


def elasticity(carbon: Array, pollutant: Array) -> Array:
    """Return the cross elasticity (ΔC/C₀)/(ΔP/P₀) where both fall; NaN elsewhere, where its sign would mislead.

    >>> elasticity(np.array([.1, -.1]), np.array([.2, -.2]))
    array([0.5, nan])
    """
    both = quadrant(carbon, pollutant) == "both_fall"
    return np.asarray(np.divide(carbon, pollutant, out=np.full(np.shape(carbon), np.nan), where=both))
