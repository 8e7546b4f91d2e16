"""Sixty-four cities on a grid of a degree and two variables that no score is made of; one slope varies eastwards."""

import json
from pathlib import Path

import numpy as np

from tests.evaluate.tiny import Project, make

SIDE = 8
CODES = [f"C{n:03d}" for n in range(SIDE**2)]
KINDS = ("resource", "industrial")
YEARS = (2019, 2020, 2021)
LOST = ("C010", "C044")
"""Cities that report no emissions in 2021: without a score then, with rain and slope."""

PLACES = """\
site,lon,lat,rain_cm,slope
A,103.5,28.5,0.1,0.5
B,106.5,30.5,-0.05,-1
C,140,60,,0.2
"""


def square(n: int) -> list[list[float]]:
    """Return the border of a city."""
    x, y = 100.0 + n % SIDE, 25.0 + n // SIDE
    return [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]


def land(folder: Path, spatial: str, *, kinds: tuple[str, ...] = KINDS, units: int = SIDE**2) -> Project:
    """Write the assessment.

    Args:
        folder: which is made.
        spatial: what stands below `spatial:`, four spaces in.
        kinds: types that units have in turn.
        units: how many there are.
    """
    project = make(folder)
    settle(project, spatial, kinds=kinds, units=units)
    return project


def settle(project: Project, spatial: str, *, kinds: tuple[str, ...] = KINDS, units: int = SIDE**2) -> None:
    """Turn the tiny assessment into this one."""
    rng = np.random.default_rng(5)
    roster, rows = ["unit,name,type,region"], ["unit,year,co2_t,so2_t,gdp_1e8,rain,slope"]
    features = []
    for n, code in enumerate(CODES[:units]):
        roster.append(f"{code},City {n},{kinds[n % len(kinds)]},north")
        border = {"type": "Polygon", "coordinates": [square(n)]}
        features.append({"type": "Feature", "properties": {"unit": code}, "geometry": border})
        for year in YEARS:
            rain, slope = rng.normal(size=2)
            co2 = np.exp(8 + (n % SIDE - 3.5) / 4 * rain + 0.3 * rng.normal())
            so2 = min(np.exp(6 + 0.5 * slope + 0.3 * rng.normal()), 4900)
            gdp = 100 * np.exp(0.2 * rng.normal())
            emitted = "," if code in LOST and year == 2021 else f"{co2:.4f},{so2:.4f}"
            rows.append(f"{code},{year},{emitted},{gdp:.4f},{rain:.6f},{slope:.6f}")
    project.write("roster.csv", "\n".join(roster) + "\n")
    project.write("data.csv", "\n".join(rows) + "\n")
    project.write("cities.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    project.write("places.csv", PLACES)
    project.change("framework.yaml", (
        "variables:\n",
        "variables:\n  rain: {unit_of_measure: mm, label: {zh: 降水量, en: Rain}}\n"
        "  slope: {unit_of_measure: '1', label: {zh: 坡度, en: Slope}}\n",
    ))  # fmt: skip
    project.assess(
        ("      gdp_1e8:", "      rain: {variable: rain, unit_of_measure: mm}\n"
         "      slope: {variable: slope, unit_of_measure: '1'}\n      gdp_1e8:"),
        ("period:", "boundaries: {path: cities.geojson, unit: unit}\nperiod:"),
        ("robustness: {runs: 20", f"spatial:\n{spatial}\n# {{runs: 20"),
    )  # fmt: skip


EVERYTHING = """\
    neighbours: {near: {rule: k_nearest, k: 4}, queen: {rule: queen}}
    regression:
      - target: composite
        explained_by: [rain, slope]
        models: [ols, lag, error, gwr, mgwr, gtwr]
        neighbours: queen
        variability: {permutations: 9, multiscale: true}
        places:
          path: places.csv
          unit: site
          longitude: lon
          latitude: lat
          columns: {rain: {column: rain_cm, unit_of_measure: cm}, slope: {column: slope, unit_of_measure: '1'}}
      - name: plain
        target: co2_intensity
        explained_by: [rain, "slope ** 2"]
        standardise: false
        variability: {permutations: 0}
    local_weights: {}
"""
