"""What a megawatt-hour of extra power emits: a number, or a row of the bundled table by its code."""

import csv
import math
from functools import cache

from indicators.bundled import configs
from indicators.units import factor


@cache
def electricity_factors() -> dict[str, float]:
    """Return tonnes of CO2 per megawatt-hour by code, from `configs/factors/electricity.csv`.

    >>> round(electricity_factors()["grid-2021-CN"], 4)
    0.5568
    """
    with (configs() / "factors" / "electricity.csv").open(encoding="utf-8-sig") as stream:
        return {
            row["code"]: float(row["value"]) * factor(row["unit_of_measure"], "t/MWh")
            for row in csv.DictReader(stream)
            if row["substance"] == "co2" and row["value"]
        }


def electricity_factor(said: str) -> float | None:
    """Return tonnes of CO2 per megawatt-hour of what a cell says; None where it is neither a number nor a code.

    >>> electricity_factor("0.6"), electricity_factor("-1"), electricity_factor("grid-none")
    (0.6, None, None)
    """
    try:
        number = float(said)
    except ValueError:
        return electricity_factors().get(said)
    return number if math.isfinite(number) and number >= 0 else None
