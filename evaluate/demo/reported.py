"""The made-up numbers that the imaginary cities and parks report.

Every unit starts from the usual level of its type and follows its pathway: the yearly change of carbon and of
air pollutants. Gaps, outliers, the break in the statistics and the city that returned too little are put in
on purpose.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Row = Mapping[str, str]

YEARS = tuple(range(2014, 2020))
BREAK, STEP = 2016, 0.62
"""From this year on SO2 is counted in another way: the figures are this multiple of what they were."""

REPORTED_IN = {
    "co2": "1e4 t", "energy": "1e4 tce", "clean_energy": "1e4 tce", "so2": "t", "nox": "t", "cod": "t",
    "gdp": "1e8 CNY", "rd": "1e8 CNY", "value_added": "1e8 CNY",
    "population": "1e4 person", "built_up": "km^2", "non_fossil": "%", "green": "%",
    "waste": "1e4 t", "waste_used": "1e4 t", "fresh_water": "1e4 m^3", "reused_water": "1e4 m^3",
}  # fmt: skip
"""Unit of measure of each variable as the tables of the demo report it."""

_CITY_REPORTS = (
    "co2", "energy", "so2", "nox", "cod", "non_fossil", "waste", "waste_used", "green", "gdp", "rd",
    "population", "built_up",
)  # fmt: skip
_PARK_REPORTS = (
    "value_added", "energy", "clean_energy", "co2", "so2", "nox", "cod", "fresh_water", "reused_water",
    "waste", "waste_used",
)  # fmt: skip
_WHOLE = ("so2", "nox", "cod")

# Yearly change of (carbon, air pollutants), least and most.
_PATHWAYS = {
    "both": ((-0.045, -0.015), (-0.13, -0.07)),
    "pollutant_only": ((0.015, 0.035), (-0.12, -0.06)),
    "carbon_only": ((-0.03, -0.015), (0.015, 0.03)),
    "neither": ((0.02, 0.04), (0.012, 0.03)),
}

# City types: population 1e4 person, GDP 1e4 CNY per person, energy tce per 1e4 CNY, CO2 t per tce, SO2, NOx
# and COD kg per 1e4 CNY, non-fossil %, R&D % of GDP, green %, persons per km^2, waste t per 1e4 CNY, its use
# in %, PM2.5 plume ug/m^3.
_CITY = (
    "population", "wealth", "energy", "carbon", "so2", "nox", "cod", "non_fossil", "rd", "green", "density",
    "waste", "use", "plume",
)  # fmt: skip
_CITIES = {
    "resource": (180, 5.2, 1.25, 2.7, 5.5, 4.5, 2.0, 8, 0.9, 36, 6500, 1.6, 52, 16),
    "industrial": (340, 7.4, 0.92, 2.5, 3.0, 3.4, 1.6, 11, 2.0, 39, 11000, 0.7, 74, 24),
    "comprehensive": (560, 9.0, 0.55, 2.3, 0.9, 1.7, 1.1, 15, 3.0, 41, 13500, 0.25, 80, 14),
    "ecological": (150, 5.0, 0.46, 2.0, 1.1, 1.5, 1.8, 28, 1.3, 45, 7600, 0.2, 80, -6),
}

# Park types: value added 1e8 CNY, energy tce per 1e4 CNY, CO2 t per tce, SO2, NOx and COD kg per 1e4 CNY,
# clean energy %, water m^3 per 1e4 CNY and its reuse %, waste t per 1e4 CNY and its use %.
_PARK = ("value", "energy", "carbon", "so2", "nox", "cod", "clean", "water", "reuse", "waste", "use")
_PARKS = {
    "steel": (120, 1.15, 2.45, 1.5, 2.4, 0.25, 8, 420, 93, 1.3, 88),
    "petrochemical": (170, 0.85, 2.2, 0.9, 1.4, 0.6, 14, 260, 86, 0.3, 76),
    "equipment": (210, 0.24, 1.9, 0.15, 0.35, 0.15, 30, 24, 70, 0.08, 90),
    "comprehensive": (260, 0.36, 1.8, 0.3, 0.6, 0.3, 38, 45, 76, 0.12, 84),
}

# What is left blank on purpose: unit, variable, years. The last gap of the cities is longer than `limit: 2`.
_CITY_GAPS = (
    ("DEMO-C02", "rd", (2017,)), ("DEMO-C05", "cod", (2016, 2017)), ("DEMO-C08", "green", (2018,)),
    ("DEMO-C11", "non_fossil", (2015,)), ("DEMO-C13", "waste_used", (2016,)),
    ("DEMO-C16", "energy", (2017, 2018)), ("DEMO-C20", "built_up", (2016,)),
    ("DEMO-C22", "cod", (2015, 2016, 2017)),
)  # fmt: skip
_PARK_GAPS = (
    ("DEMO-P04", "reused_water", (2016,)), ("DEMO-P08", "cod", (2017,)),
    ("DEMO-P11", "waste_used", (2015, 2016, 2017)),
)  # fmt: skip
# What is far off on purpose, such as a slip of the decimal point: unit, variable, year, multiple.
_CITY_OUTLIERS = (
    ("DEMO-C06", "cod", 2017, 9.0),
    ("DEMO-C18", "cod", 2019, 7.0),
    ("DEMO-C15", "rd", 2018, 6.0),
)

SCARCE_CITY, SCARCE_VARIABLES = "DEMO-C24", ("nox", "cod", "waste", "waste_used", "rd", "green", "non_fossil")
"""The city below coverage, and what it never reports."""
VETOED_PARK, VETOED_MULTIPLES = "DEMO-P03", {"energy": 1.6, "so2": 0.4, "nox": 0.5}
"""The park above the veto line, good as it is otherwise: what it has of the usual of its type."""


def cities(units: Sequence[Row], seed: int) -> tuple[dict[str, Array], Array]:
    """Return what the cities report and the height of their PM2.5 plumes.

    Returns: variable to values in `REPORTED_IN`, shape (units, years), NaN where nothing is reported; plumes
    in ug/m^3, shape (years, units).
    """
    out = _empty(units, _CITY_REPORTS)
    plumes = np.empty((len(YEARS), len(units)))
    for row, unit in enumerate(units):
        rng = np.random.default_rng([seed, 4, row])
        level = dict(zip(_CITY, _CITIES[unit["type"]], strict=True))
        about = _about(rng, level)
        carbon, pollutants = _paths(rng, unit["pathway"])
        population = about("population", 0.3) * _path(rng, rng.uniform(-0.006, 0.012), 0.001)
        gdp = population[0] * about("wealth", 0.12) * _path(rng, rng.uniform(0.035, 0.075), 0.008)
        energy = gdp[0] * about("energy", 0.12) * carbon
        out["population"][row], out["gdp"][row], out["energy"][row] = population, gdp, energy
        out["co2"][row] = energy * about("carbon", 0.06) * _path(rng, 0.0, 0.004)
        for code in ("so2", "nox"):
            out[code][row] = gdp[0] * about(code, 0.22) * pollutants * _path(rng, 0.0, 0.006) * 10
        out["cod"][row] = gdp[0] * about("cod", 0.18) * _path(rng, rng.uniform(-0.07, -0.01), 0.02) * 10
        out["rd"][row] = gdp * about("rd", 0.15) * _path(rng, 0.03, 0.02) / 100
        out["built_up"][row] = population * 1e4 / about("density", 0.12) * _path(rng, 0.01, 0.002)
        out["non_fossil"][row] = _share(rng, about("non_fossil", 0.15), 0.8)
        out["green"][row] = _share(rng, about("green", 0.04), 0.25)
        out["waste"][row] = gdp[0] * about("waste", 0.25) * _path(rng, 0.01, 0.03)
        out["waste_used"][row] = out["waste"][row] * _share(rng, about("use", 0.08), 0.9) / 100
        plumes[:, row] = level["plume"] * rng.uniform(0.8, 1.2) * np.sqrt(pollutants)
    out["so2"][:, YEARS.index(BREAK) :] *= STEP
    _leave_out(out, units, (*_CITY_GAPS, *((SCARCE_CITY, code, YEARS) for code in SCARCE_VARIABLES)))
    for code, variable, year, multiple in _CITY_OUTLIERS:
        out[variable][_rows(units)[code], YEARS.index(year)] *= multiple
    return _rounded(out), plumes


def parks(units: Sequence[Row], seed: int) -> dict[str, Array]:
    """Return what the parks report, as `cities` does."""
    out = _empty(units, _PARK_REPORTS)
    for row, unit in enumerate(units):
        rng = np.random.default_rng([seed, 5, row])
        about = _about(rng, dict(zip(_PARK, _PARKS[unit["type"]], strict=True)))
        carbon, pollutants = _paths(rng, unit["pathway"])
        value = about("value", 0.25) * _path(rng, rng.uniform(0.04, 0.07), 0.008)
        special = VETOED_MULTIPLES if unit["unit"] == VETOED_PARK else {}
        energy = value[0] * about("energy", 0.08) * carbon * special.get("energy", 1)
        water = value[0] * about("water", 0.2) * _path(rng, 0.01, 0.01)
        reuse = _share(rng, about("reuse", 0.03), 0.7) / 100
        out["value_added"][row], out["energy"][row] = value, energy
        out["clean_energy"][row] = energy * _share(rng, about("clean", 0.15), 1.2) / 100
        out["co2"][row] = energy * about("carbon", 0.03) * _path(rng, 0.0, 0.004)
        for code in ("so2", "nox"):
            usual = about(code, 0.25) * special.get(code, 1)
            out[code][row] = value[0] * usual * pollutants * _path(rng, 0.0, 0.006) * 10
        out["cod"][row] = value[0] * about("cod", 0.2) * _path(rng, rng.uniform(-0.08, 0.0), 0.02) * 10
        out["fresh_water"][row], out["reused_water"][row] = water * (1 - reuse), water * reuse
        out["waste"][row] = value[0] * about("waste", 0.2) * _path(rng, 0.01, 0.02)
        out["waste_used"][row] = out["waste"][row] * _share(rng, about("use", 0.05), 0.8) / 100
    out["so2"][:, YEARS.index(BREAK) :] *= STEP
    _leave_out(out, units, _PARK_GAPS)
    return _rounded(out)


def _empty(units: Sequence[Row], codes: Sequence[str]) -> dict[str, Array]:
    return {code: np.empty((len(units), len(YEARS))) for code in codes}


def _about(rng: np.random.Generator, level: Mapping[str, float]) -> Callable[[str, float], float]:
    """Return a draw around the level of the type, at most two `spread` away on the log scale."""
    return lambda name, spread: level[name] * float(np.exp(spread * np.clip(rng.normal(), -2, 2)))


def _path(rng: np.random.Generator, yearly: float, noise: float) -> Array:
    """Return growth from 1 at a yearly rate, with a little noise."""
    shaken = np.exp(noise * np.clip(rng.normal(size=len(YEARS)), -2, 2))
    out: Array = (1 + yearly) ** np.arange(len(YEARS), dtype=np.float64) * shaken
    return np.asarray(out / out[0], dtype=np.float64)


def _paths(rng: np.random.Generator, pathway: str) -> tuple[Array, Array]:
    carbon, pollutants = (rng.uniform(*bounds) for bounds in _PATHWAYS[pathway])
    return _path(rng, carbon, 0.003), _path(rng, pollutants, 0.005)


def _share(rng: np.random.Generator, start: float, yearly: float) -> Array:
    """Return a share in % that rises by about `yearly` points a year and stays below 98."""
    out: Array = start + yearly * rng.uniform(0.3, 1.7) * np.arange(len(YEARS)) + rng.normal(0, 0.15, len(YEARS))
    return np.minimum(out, 98.0)


def _rows(units: Sequence[Row]) -> dict[str, int]:
    return {unit["unit"]: row for row, unit in enumerate(units)}


def _leave_out(out: dict[str, Array], units: Sequence[Row], gaps: Sequence[tuple[str, str, Sequence[int]]]) -> None:
    for code, variable, years in gaps:
        out[variable][_rows(units)[code], [YEARS.index(year) for year in years]] = np.nan


def _rounded(out: dict[str, Array]) -> dict[str, Array]:
    return {code: np.round(values, 0 if code in _WHOLE else 2) for code, values in out.items()}
