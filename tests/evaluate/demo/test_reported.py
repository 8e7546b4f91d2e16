"""The made-up numbers hold what the demo promises; expected figures by arithmetic on the reported numbers."""

from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from scipy.stats import kurtosis, skew

from evaluate.demo import reported, supplement
from evaluate.demo.project import SEED, _units
from indicators.bundled import configs
from indicators.units import factor

Array = NDArray[np.float64]
CITIES, PARKS = _units("cities"), _units("parks")
CITY_VALUES, PARK_VALUES = reported.cities(CITIES, SEED)[0], reported.parks(PARKS, SEED)


def fell(values: Array) -> Array:
    """Whether the last year lies below the baseline, the step into the break year taken out."""
    at = reported.YEARS.index(reported.BREAK)
    kept: Array = values[:, at - 1] / values[:, 0] * values[:, -1] / values[:, at] < 1
    return kept


@pytest.mark.parametrize(("units", "count"), [(CITIES, 24), (PARKS, 12)])
def test_units_are_as_many_as_promised(units: list[dict[str, str]], count: int) -> None:
    assert len({unit["unit"] for unit in units}) == len(units) == count
    assert len({unit["name"] for unit in units}) == count
    assert len({unit["type"] for unit in units}) == 4
    assert len(reported.YEARS) == 6


@pytest.mark.parametrize("kind", ["cities", "parks"])
def test_every_number_lies_in_the_range_of_its_variable(kind: str) -> None:
    framework = configs() / "frameworks" / {"cities": "city-basic.yaml", "parks": "park-basic.yaml"}[kind]
    variables: dict[str, Any] = yaml.safe_load(framework.read_text(encoding="utf-8"))["variables"]
    for code, values in (CITY_VALUES if kind == "cities" else PARK_VALUES).items():
        least, most = variables[code]["range"]
        own = values * factor(reported.REPORTED_IN[code], variables[code]["unit_of_measure"])
        assert np.nanmin(own) > least, code
        assert most is None or np.nanmax(own) <= most, code


@pytest.mark.parametrize(("units", "values"), [(CITIES, CITY_VALUES), (PARKS, PARK_VALUES)])
def test_pathways_show_in_the_emissions(units: list[dict[str, str]], values: dict[str, Array]) -> None:
    carbon = values["co2"][:, -1] < values["co2"][:, 0]
    so2 = fell(values["so2"])
    nox = values["nox"][:, -1] < values["nox"][:, 0]
    expected = {"both": (1, 1), "pollutant_only": (0, 1), "carbon_only": (1, 0), "neither": (0, 0)}
    seen = {unit["pathway"] for unit in units}
    assert seen == set(expected)
    for row, unit in enumerate(units):
        assert (carbon[row], so2[row]) == expected[unit["pathway"]], unit["unit"]
        assert unit["unit"] == reported.SCARCE_CITY or nox[row] == so2[row], unit["unit"]


def test_the_break_steps_so2_down_and_nothing_else() -> None:
    at = reported.YEARS.index(reported.BREAK)
    step = CITY_VALUES["so2"][:, at] / CITY_VALUES["so2"][:, at - 1]
    assert step.max() < 0.75
    assert (CITY_VALUES["co2"][:, at] / CITY_VALUES["co2"][:, at - 1]).min() > 0.9


def test_types_differ_as_their_names_say() -> None:
    types = np.array([unit["type"] for unit in CITIES])

    def median(values: Array, kind: str) -> float:
        return float(np.nanmedian(values[types == kind]))

    intensity = CITY_VALUES["co2"] / CITY_VALUES["gdp"]
    wealth = CITY_VALUES["gdp"] / CITY_VALUES["population"]
    order = [median(intensity, kind) for kind in ("resource", "industrial", "comprehensive", "ecological")]
    assert order == sorted(order, reverse=True)
    assert median(wealth, "comprehensive") > 1.3 * median(wealth, "ecological")
    assert median(CITY_VALUES["green"], "ecological") > median(CITY_VALUES["green"], "resource") + 5
    assert median(CITY_VALUES["population"], "comprehensive") > 2 * median(CITY_VALUES["population"], "resource")


def test_gaps_are_short_but_for_one_and_one_city_reports_too_little() -> None:
    scarce = [unit["unit"] for unit in CITIES].index(reported.SCARCE_CITY)
    runs = []
    for code, values in CITY_VALUES.items():
        gaps = np.isnan(values)
        assert gaps[scarce].all() == (code in reported.SCARCE_VARIABLES)
        runs += [int(n) for n in np.delete(gaps, scarce, axis=0).sum(axis=1) if n]
        # the baseline is always reported by the others, so that every change has its start
        assert not np.delete(gaps, scarce, axis=0)[:, 0].any(), code
    assert sorted(runs) == [1, 1, 1, 1, 1, 2, 2, 3]


def test_outliers_trip_the_skewness_and_kurtosis_rule_until_they_are_drawn_in() -> None:
    scarce = [unit["unit"] for unit in CITIES].index(reported.SCARCE_CITY)
    scored = np.delete(CITY_VALUES["cod"] / CITY_VALUES["gdp"], scarce, axis=0)[:, 1:].ravel()
    scored = np.sort(scored[~np.isnan(scored)])
    assert skew(scored, bias=False) > 2 and kurtosis(scored, bias=False) > 3.5
    # two points are within the limit of 2 %, and are enough
    assert int(0.02 * len(scored)) == 2
    scored[-2:] = scored[-3]
    assert skew(scored, bias=False) < 2 and kurtosis(scored, bias=False) < 3.5


def test_one_park_is_above_the_veto_line_in_the_rank_year() -> None:
    intensity = PARK_VALUES["co2"] / PARK_VALUES["value_added"]
    assessment = (configs() / "examples/demo/parks/assessment.yaml").read_text(encoding="utf-8")
    line = yaml.safe_load(assessment)["methodology"]["veto"]["co2_intensity"]["above"]
    above = [unit["unit"] for unit, value in zip(PARKS, intensity[:, -1], strict=True) if value > line]
    assert above == [reported.VETOED_PARK]


@pytest.mark.parametrize(("kind", "name"), [("cities", "city-synergy-index"), ("parks", "park-five-layers")])
def test_further_numbers_lie_in_their_ranges_and_the_first_ones_stay(kind: str, name: str) -> None:
    units, first = (CITIES, CITY_VALUES) if kind == "cities" else (PARKS, PARK_VALUES)
    made = (supplement.cities if kind == "cities" else supplement.parks)(units, SEED, first)
    assert not set(made) & set(first)
    raw = yaml.safe_load((configs() / "frameworks" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert set(raw["variables"]) <= {*made, *first, "pm25"}
    for code, values in made.items():
        least, most = raw["variables"][code]["range"]
        own = values * factor(supplement.REPORTED_IN[code], raw["variables"][code]["unit_of_measure"])
        assert np.nanmin(own) > least, code
        assert most is None or np.nanmax(own) <= most, code
    if kind == "cities":
        # what is burnt of coal is part of all energy
        there = np.isfinite(first["energy"])
        assert (made["coal"][there] < first["energy"][there]).all()
