"""The bundled frameworks load, say both languages, and admit that they are no official index."""

from typing import Any

import pytest
import yaml

from indicators.accounting import bundled_factors
from indicators.bundled import configs
from indicators.framework import Framework

CODES = sorted(path.stem for path in (configs() / "frameworks").glob("*.yaml"))
FULL = ("city-synergy-index", "isec-shaped", "park-five-layers")


def test_the_frameworks_that_are_bundled() -> None:
    assert {"city-basic", "park-basic", *FULL} == set(CODES)


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
    named = {
        **framework.variables, **framework.computed, **framework.dimensions(), **framework.types,
        **framework.left_empty, **framework.decompositions,
    }  # fmt: skip
    for name, item in named.items():
        assert item.label is not None, name
        assert set(item.label) == {"zh", "en"}, name
        assert item.label["zh"] != item.label["en"], name


@pytest.mark.parametrize("code", CODES)
def test_every_variable_is_used(code: str) -> None:
    framework = Framework.from_dict(plain(code))
    formulas = [f for shown in framework.computed.values() for f in shown.formulas().values()]
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


@pytest.mark.parametrize("code", FULL)
def test_every_indicator_names_its_source(code: str) -> None:
    framework = Framework.from_dict(plain(code))
    assert not [name for name, indicator in framework.indicators.items() if not indicator.source]


def test_the_synergy_index_has_five_dimensions_and_scores_change_in_synergy() -> None:
    framework = Framework.from_dict(plain("city-synergy-index"))
    assert [node.label["zh"] for node in framework.tree.values()] == ["降碳", "减污", "协同", "扩绿", "增长"]
    branches = framework.tree["pollution"].dimensions
    assert branches is not None
    assert [node.label["zh"] for node in branches.values()] == ["大气", "水", "土壤", "固体废物"]
    assert "other_gases" in framework.structure("").indicators
    synergy = framework.tree["synergy"].indicators
    methods = {framework.indicators[code].measure.method for code in synergy}  # type: ignore[union-attr]
    assert methods == {"co_control", "joint_performance"}
    # a static coupling has no place in it
    assert {shown.measure.method for shown in framework.beside.values()} == {"decoupling", "efficiency"}


def test_the_isec_shape_is_the_published_one_and_the_rest_is_left_empty() -> None:
    # CAEP and Zhejiang, ISEC v1.0 (15 June 2022): three aspects, six first-level indicators; nothing below is public
    framework = Framework.from_dict(plain("isec-shaped"))
    aspects = [node.label["zh"] for node in framework.tree.values()]
    cells = [node.label["zh"] for node in framework.dimensions().values() if node.indicators]
    empty = {cell.label["zh"]: cell.below for cell in framework.left_empty.values()}
    assert aspects == ["协同效果", "协同路径"]
    assert cells == ["环境质量", "碳排放水平", "协同耦合度", "结构调整措施协同度", "治理路径协同度"]
    assert empty == {"协同管理": "composite", "生态环境管理协同度": "management"}
    assert all(node.weight == 1 for node in framework.dimensions().values())
    assert all("[stand-in]" in str(indicator.source) for indicator in framework.indicators.values())


def test_the_five_layers_of_parks() -> None:
    # Liu Qing'ao et al. 2024, Journal of Environmental Engineering Technology 14(2):379
    framework = Framework.from_dict(plain("park-five-layers"))
    layers = [node.label["zh"] for node in framework.tree.values()]
    assert layers == ["低碳产业", "能源资源利用", "减污降碳", "低碳基础设施", "长效管理"]
    # 20 reference values for zero-carbon parks (2024): the ideals named [list]
    listed = {
        "energy_intensity": 0.35, "co2_intensity": 0.6, "benchmark_share": 50, "green_plant_share": 50, "audits": 50,
        "green_power_share": 30, "electrification": 50, "green_buildings": 50, "freight": 80, "vehicles": 80,
        "solid_waste_use": 96, "waste_heat_use": 95, "verification": 10, "disclosure": 50, "green_research": 3.5,
    }  # fmt: skip
    ideals = {code: i.thresholds.ideal for code, i in framework.indicators.items() if i.thresholds}
    assert {code: ideals[code] for code in listed} == listed


def test_warming_potentials_in_a_formula_are_those_of_the_table_and_say_so() -> None:
    gases = Framework.from_dict(plain("city-synergy-index")).indicators["other_gases"]
    table = bundled_factors().gwp("ar5")
    assert gases.formula == f"({table['ch4']:g} * ch4 + {table['n2o']:g} * n2o) / gdp"
    assert "AR5" in gases.label["en"] and "第五次评估报告" in gases.label["zh"]
    assert gases.source is not None and "not by the gwp of an assessment" in gases.source
