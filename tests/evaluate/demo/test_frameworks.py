"""The bundled frameworks load, say both languages, and admit that they are no official index."""

from typing import Any

import pytest
import yaml

from indicators.bundled import configs
from indicators.framework import Framework

CODES = ("city-basic", "park-basic")


def plain(code: str) -> dict[str, Any]:
    raw = yaml.safe_load((configs() / "frameworks" / f"{code}.yaml").read_text(encoding="utf-8"))
    assert isinstance(raw, dict)
    return raw


@pytest.mark.parametrize("code", CODES)
def test_a_framework_loads_and_bears_the_name_of_its_file(code: str) -> None:
    framework = Framework.from_dict(plain(code))
    assert framework.code == code
    assert Framework.from_dict(framework.to_dict()).digest == framework.digest


@pytest.mark.parametrize("code", CODES)
def test_the_source_says_that_it_is_not_official(code: str) -> None:
    source = plain(code)["source"]
    assert "not an official index" in source
    assert "并非官方" in source


@pytest.mark.parametrize("code", CODES)
def test_every_label_is_there_in_both_languages(code: str) -> None:
    framework = Framework.from_dict(plain(code))
    named = {**framework.variables, **framework.indicators, **framework.dimensions(), **framework.types}
    for name, item in named.items():
        assert item.label is not None, name
        assert set(item.label) == {"zh", "en"}, name
        assert item.label["zh"] != item.label["en"], name


@pytest.mark.parametrize("code", CODES)
def test_every_variable_is_used(code: str) -> None:
    framework = Framework.from_dict(plain(code))
    formulas = [f for indicator in framework.indicators.values() for f in indicator.formulas().values()]
    used = {name for formula in formulas for name in formula.variables}
    assert used == set(framework.variables)


def test_the_city_framework_shows_every_form_of_an_indicator() -> None:
    framework = Framework.from_dict(plain("city-basic"))
    indicators = framework.indicators.values()
    assert framework.assesses == "city"
    assert list(framework.tree) == ["carbon", "pollution", "synergy", "greening", "growth"]
    assert list(framework.types) == ["resource", "industrial", "comprehensive", "ecological"]
    assert {i.direction for i in indicators} == {"positive", "negative", "target"}
    assert {i.scale for i in indicators} == {"linear", "log"}
    assert [i.measure.output for i in indicators if i.measure] == ["signed_distance"]
    assert any("change(" in (i.formula or "") for i in indicators)
    assert framework.breaks() == {"so2": frozenset({2016})}
    assert framework.tree["pollution"].dimensions
    weights = [tuple(sorted(kind.weights.items())) for kind in framework.types.values()]
    assert len(set(weights)) == 4


def test_the_thresholds_of_parks_run_from_zero_over_the_pass_mark_to_the_ideal() -> None:
    framework = Framework.from_dict(plain("park-basic"))
    assert framework.assesses == "park"
    assert list(framework.types) == ["steel", "petrochemical", "equipment", "comprehensive"]
    for code, indicator in framework.indicators.items():
        marks = indicator.thresholds
        if marks is None:
            continue
        assert marks.zero is not None
        rises = marks.zero < marks.pass_mark < marks.ideal
        falls = marks.zero > marks.pass_mark > marks.ideal
        assert rises if indicator.direction == "positive" else falls, code


def test_published_reference_values_are_kept() -> None:
    # 20 reference values for zero-carbon parks (2024): energy <= 0.35 tce and CO2 <= 0.6 t per 10,000 yuan,
    # solid waste >= 96 %; indicators of national zero-carbon parks (2025): 0.30 tCO2/tce at 1 Mtce and above,
    # clean energy >= 90 %, water reuse >= 80 %, solid waste >= 80 %.
    marks = {code: i.thresholds for code, i in Framework.from_dict(plain("park-basic")).indicators.items()}
    ideal = {code: mark.ideal for code, mark in marks.items() if mark}
    passing = {code: mark.pass_mark for code, mark in marks.items() if mark}
    assert (ideal["energy_intensity"], ideal["co2_intensity"], ideal["solid_waste_use"]) == (0.35, 0.6, 96)
    assert (ideal["carbon_per_energy"], ideal["clean_energy_share"]) == (0.3, 90)
    assert (passing["water_reuse"], passing["solid_waste_use"]) == (80, 80)
