"""Further made-up figures of the imaginary cities and parks, for the frameworks that ask for more.

They rest on what `reported` made, and draw from streams of their own: the numbers of the first frameworks stay.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from evaluate.demo.reported import YEARS, Array, Row

REPORTED_IN = {
    "ch4": "t", "n2o": "t", "coal": "1e4 tce", "vocs": "t", "nh3n": "t", "good_water": "%", "safe_farmland": "%",
    "safe_sites": "%", "sorted_waste": "%", "forest": "%", "sinks": "1e4 t", "high_tech": "%",
    "land": "ha", "benchmark": "%", "green_plants": "%", "green_power": "%", "waste_heat": "%", "electrified": "%",
    "green_building": "%", "clean_freight": "%", "clean_vehicles": "%", "audited": "%", "verified": "%",
    "disclosed": "%", "green_rd": "%",
}  # fmt: skip
"""Unit of measure of each variable as the tables of the demo report it."""

# City types: CH4, N2O, VOCs and ammonia nitrogen in kg per 1e4 CNY in the first year, coal % of energy, good water,
# farmland and sites used safely, municipal waste recycled, forest and high-tech in %, CO2 removed in % of emissions.
_CITY = ("ch4", "n2o", "vocs", "nh3n", "coal", "good_water", "safe_farmland", "safe_sites", "sorted_waste", "forest",
         "high_tech", "sinks")  # fmt: skip
_CITIES = {
    "resource": (9.0, 0.12, 2.2, 0.16, 74, 66, 89, 90, 16, 24, 14, 4.0),
    "industrial": (3.2, 0.10, 3.4, 0.13, 62, 62, 90, 92, 22, 18, 32, 1.5),
    "comprehensive": (1.6, 0.07, 1.9, 0.09, 44, 72, 92, 95, 30, 26, 45, 2.0),
    "ecological": (2.6, 0.16, 1.2, 0.15, 36, 90, 94, 94, 20, 62, 18, 22.0),
}

# Park types: land ha per 1e8 CNY, then shares in %.
_PARK = ("land", "high_tech", "benchmark", "green_plants", "green_power", "waste_heat", "electrified", "green_building",
         "clean_freight", "clean_vehicles", "audited", "verified", "disclosed", "green_rd")  # fmt: skip
_PARKS = {
    "steel": (6.5, 14, 34, 22, 12, 72, 24, 26, 58, 40, 46, 12, 22, 1.6),
    "petrochemical": (5.0, 18, 30, 16, 14, 66, 28, 24, 40, 36, 44, 10, 26, 1.9),
    "equipment": (2.6, 46, 28, 30, 26, 34, 52, 38, 48, 58, 34, 5, 24, 3.1),
    "comprehensive": (3.1, 38, 26, 24, 24, 40, 44, 40, 46, 54, 30, 6, 22, 2.6),
}
_AMOUNTS = ("ch4", "n2o", "vocs", "nh3n")
_GAPS = (("DEMO-C09", "sorted_waste", (2016,)), ("DEMO-C19", "vocs", (2017,)), ("DEMO-P06", "disclosed", (2015, 2016)))


def cities(units: Sequence[Row], seed: int, reported: Mapping[str, Array]) -> dict[str, Array]:
    """Return what the cities report beyond `reported`, in `REPORTED_IN`, shape (units, years)."""
    out = {code: np.empty((len(units), len(YEARS))) for code in _CITY}
    for row, unit in enumerate(units):
        rng = np.random.default_rng([seed, 6, row])
        level = dict(zip(_CITY, _CITIES[unit["type"]], strict=True))
        gdp, energy, co2 = (reported[code][row] for code in ("gdp", "energy", "co2"))
        for code in _AMOUNTS:
            falling = (1 - rng.uniform(0.0, 0.08)) ** np.arange(len(YEARS))
            out[code][row] = np.round(gdp[0] * _about(rng, level[code], 0.2) * falling * 10)
        # a gap in the energy returned is none in the coal returned
        filled = np.interp(YEARS, np.array(YEARS)[np.isfinite(energy)], energy[np.isfinite(energy)])
        share = _share(rng, _about(rng, level["coal"], 0.06), -0.9, least=5.0)
        out["coal"][row] = filled * share / 100
        out["sinks"][row] = co2[0] * _about(rng, level["sinks"], 0.25) / 100 * (1 + 0.01 * np.arange(len(YEARS)))
        for code in ("good_water", "safe_farmland", "safe_sites", "sorted_waste", "forest", "high_tech"):
            yearly = {"good_water": 1.2, "sorted_waste": 2.0, "high_tech": 1.2}.get(code, 0.4)
            out[code][row] = _share(rng, _about(rng, level[code], 0.05), yearly)
    return _finished(out, units)


def parks(units: Sequence[Row], seed: int, reported: Mapping[str, Array]) -> dict[str, Array]:
    """Return what the parks report beyond `reported`, as `cities` does."""
    out = {code: np.empty((len(units), len(YEARS))) for code in _PARK}
    for row, unit in enumerate(units):
        rng = np.random.default_rng([seed, 7, row])
        level = dict(zip(_PARK, _PARKS[unit["type"]], strict=True))
        out["land"][row] = reported["value_added"][row, 0] * _about(rng, level["land"], 0.2)
        for code in _PARK[1:]:
            yearly = 0.05 if code == "green_rd" else 0.6 if code == "verified" else 1.5
            out[code][row] = _share(rng, _about(rng, level[code], 0.15), yearly)
    return _finished(out, units)


def _about(rng: np.random.Generator, level: float, spread: float) -> float:
    return level * float(np.exp(spread * np.clip(rng.normal(), -2, 2)))


def _share(rng: np.random.Generator, start: float, yearly: float, least: float = 0.1) -> Array:
    """Return a share in % that moves by about `yearly` points a year, within `least` and 99."""
    steps = yearly * rng.uniform(0.3, 1.7) * np.arange(len(YEARS)) + rng.normal(0, 0.02 * start**0.5, len(YEARS))
    return np.clip(start + steps, least, 99.0)


def _finished(out: dict[str, Array], units: Sequence[Row]) -> dict[str, Array]:
    rows = {unit["unit"]: row for row, unit in enumerate(units)}
    for code, variable, years in _GAPS:
        if code in rows:
            out[variable][rows[code], [YEARS.index(year) for year in years]] = np.nan
    return {code: np.round(values, 2) for code, values in out.items()}
