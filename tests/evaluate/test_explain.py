"""`explain`: from a score back to the cells that it rests on."""

import json
import re
from typing import Any

import pytest

from evaluate import load, run
from evaluate.artifacts import read_run
from evaluate.cli.walk import walk
from evaluate.explain import explain
from evaluate.results import Results
from indicators.errors import InputError
from tests.evaluate.tiny import Project, full


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """A run with a break, an imputed cell, a unit left out and two units of one name, read from its folder."""
    from tests.evaluate.tiny import make

    project = make(tmp_path_factory.mktemp("explain") / "project")
    full(project)
    project.change(
        "framework.yaml", ("range: [0, 5000]}", "range: [0, 5000], breaks: {2021: {zh: 口径调整, en: re-based}}}")
    )
    project.assess(
        ("  normalisation:", "  imputation: {method: linear}\n  normalisation:"),
        ("  weighting:", "  veto: {so2: {above: 1000, cap: 20}}\n  weighting:"),
        ("period:", "coverage: {unit: 0.9}\nperiod:"),
    )
    project.change(
        "data.csv", ("C1,2020,4800,380,106", "C1,2020,,380,106"), ("C6,2021,11300,560,225", "C6,2021,11300,560,")
    )
    project.change("roster.csv", ("C5,Elm", "C5,Birch"))
    run(load(project.path), project.out)
    return read_run(project.out)


def leaves(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [leaf for child in node.get("children", []) for leaf in leaves(child)] if "children" in node else [node]


def indicator(found: dict[str, Any], code: str) -> dict[str, Any]:
    return next(leaf for node in found["tree"] for leaf in leaves(node) if leaf["code"] == code)


def test_a_score_is_walked_back_to_its_cells(results: Results) -> None:
    found = explain(results, "C3")
    assert (found["unit"], found["name"], found["type"], found["year"]) == ("C3", "Calder", "resource", 2021)
    assert [node["code"] for node in found["tree"]] == ["carbon", "other"]
    assert indicator(found, "co2_intensity")["reported"] == [
        {
            "variable": "co2", "label": {"zh": "二氧化碳排放量", "en": "CO2 emissions"}, "year": 2021, "value": 2700.0,
            "unit_of_measure": "t", "file": "data.csv", "sheet": "", "row": 10, "column": "co2_t",
            "reported_value": "2700", "reported_unit_of_measure": "t",
        },
        {
            "variable": "gdp", "label": {"zh": "地区生产总值", "en": "GDP"}, "year": 2021, "value": 93e8,
            "unit_of_measure": "CNY", "file": "data.csv", "sheet": "", "row": 10, "column": "gdp_1e8",
            "reported_value": "93", "reported_unit_of_measure": "1e8 CNY",
        },
    ]  # fmt: skip
    assert indicator(found, "co2_intensity")["value"] == pytest.approx(2700 / 930000, rel=1e-9)


def test_the_scores_add_up_on_the_way(results: Results) -> None:
    for unit in ("C1", "C3", "C4"):
        found = explain(results, unit, 2020)

        def check(node: dict[str, Any], method: str) -> None:
            children = node["children"]
            weights = [child["weight_used"] for child in children]
            assert sum(weights) == pytest.approx(1)
            scores = [child["score"] for child in children]
            if method == "arithmetic":
                mean = sum(w * x for w, x in zip(weights, scores, strict=True))
            else:
                mean = 1.0
                for weight, x in zip(weights, scores, strict=True):
                    mean *= x**weight
            assert node["score"] == pytest.approx(mean, rel=1e-8)

        carbon, other = found["tree"]
        check(carbon, "arithmetic")
        check(other, "geometric")
        for part in other["children"]:
            check(part, "arithmetic")
        if not found["treatment"]:
            check({"score": found["composite"], "children": found["tree"]}, "geometric")


def test_rank_grade_and_interval_are_told(results: Results) -> None:
    found = explain(results, "C3")
    row = results.scores[(results.scores["unit"] == "C3") & (results.scores["year"] == 2021)].iloc[0]
    assert found["rank_in_type"] == row["rank_in_type"]
    assert found["rank"] == row["rank"]
    assert found["grade_label"] == row["grade_label"]
    assert found["units_of_type"] == 3
    assert set(found["interval"]) == {"median", "p05", "p95", "p_first", "tier"}
    assert "interval" not in explain(results, "C3", 2020)


def test_a_unit_is_found_by_code_and_by_name(results: Results) -> None:
    for named in ("C3", " C3 ", "Calder", " Calder "):
        assert explain(results, named)["unit"] == "C3"
    with pytest.raises(InputError, match="several units are called 'Birch': C2, C5; use the code"):
        explain(results, "Birch")


@pytest.mark.parametrize(("named", "meant"), [("Caldr", "Calder"), ("c3", "C3"), ("Ashford City", "Ashford")])
def test_an_unknown_unit_gets_the_nearest_name(named: str, meant: str, results: Results) -> None:
    with pytest.raises(InputError, match=f"'{named}'; did you mean '{meant}'"):
        explain(results, named)


def test_a_year_outside_is_refused(results: Results) -> None:
    with pytest.raises(InputError, match="the year 2019 is outside the scored years 2020–2021"):
        explain(results, "C3", 2019)


def test_a_unit_that_is_not_scored_gets_its_reasons(results: Results) -> None:
    found = explain(results, "C6")
    assert found["scored"] is False
    assert "composite" not in found
    (reason,) = found["reasons"]
    assert reason.startswith("has 1 of 4 indicators, 90% are required; missing:")
    assert explain(results, "C6", 2020)["scored"] is True


def test_an_imputed_value_shows_what_it_was_filled_with(results: Results) -> None:
    cell = indicator(explain(results, "C1", 2020), "co2_intensity")["reported"][0]
    assert (cell["variable"], cell["year"], cell["value"]) == ("co2", 2020, None)
    (change,) = cell["imputed"]
    assert (change["step"], change["before"], change["after"]) == ("imputation", None, 4750.0)  # (5000 + 4500) / 2


def test_a_chained_figure_shows_both_sides_of_the_break(results: Results) -> None:
    leaf = indicator(explain(results, "C3"), "co2_reduction")
    assert [(mark["break"], mark["kind"]) for mark in leaf["marks"]] == [(2021, "chained")]
    assert {(cell["variable"], cell["year"]) for cell in leaf["reported"]} == {
        ("co2", 2019), ("co2", 2021), ("so2", 2019), ("so2", 2020), ("so2", 2021),
    }  # fmt: skip
    assert indicator(explain(results, "C3", 2020), "co2_reduction")["marks"] == []


def test_a_veto_is_told_with_the_composite(results: Results) -> None:
    found = explain(results, "C4")
    assert found["composite"] == 20
    (change,) = found["treatment"]
    assert (change["step"], change["after"]) == ("veto", 20.0)
    assert change["before"] > 20
    assert "1100 t" in change["reason"]


def test_all_of_it_is_plain_data(results: Results) -> None:
    for unit in ("C1", "C4", "C6"):
        for year in (2020, 2021):
            found = explain(results, unit, year)
            assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(found))


def test_a_run_in_memory_is_explained_alike(project: Project) -> None:
    made = run(load(project.path), project.out)
    one, other = explain(made, "C2"), explain(read_run(project.out), "C2")
    assert one["composite"] == pytest.approx(other["composite"])
    assert indicator(one, "wealth")["reported"][0]["row"] == indicator(other, "wealth")["reported"][0]["row"] == 7
    assert one.keys() == other.keys()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_walk_says_it_in_words(language: str, results: Results) -> None:
    lines = list(walk(explain(results, "C1", 2020), results.framework, language))
    text = "\n".join(lines)
    if language == "en":
        assert lines[0] == "Ashford (C1), Resource, 2020"
        assert "  Carbon [carbon]: score " in text
        assert "GDP [gdp] 2020: 10,600,000,000 CNY ← data.csv row 3, column gdp_1e8, reported as 106 1e8 CNY" in text
        assert "CO2 emissions [co2] 2020: 4,750 (interpolated over time)" in text
    else:
        assert lines[0] == "Ashford（C1），资源型，2020 年"
        assert "地区生产总值 [gdp] 2020：10,600,000,000 元 ← data.csv 第 3 行，列 gdp_1e8，填报值 106 亿元" in text
    last = "\n".join(walk(explain(results, "C3"), results.framework, "en"))
    assert "chain-linked over the break of 2021 (re-based)" in last
    chinese = "\n".join(walk(explain(results, "C3"), results.framework, "zh"))
    assert "2021 年“口径调整”，按分段衔接计算" in chinese
    for said, end in ((last, "; formula"), (chinese, "；公式")):  # a number without a unit of measure has none
        assert re.search(rf"[0-9]{end}: |[0-9]{end}：", said) and f" 1{end}" not in said
    unscored = list(walk(explain(results, "C6"), results.framework, "en"))
    assert unscored[1] == "not scored:"
    assert "has 1 of 4 indicators" in unscored[2]


def test_weights_are_those_of_type_and_year(project: Project) -> None:
    project.change("framework.yaml", ("en: Resource}", "en: Resource}, weights: {carbon: 0.8, other: 0.2}"))
    project.assess(
        ("bounds: [1, 100]", "bounds: [1, 100], reference: year"),
        ("indicators: {method: given}, dimensions", "indicators: {method: entropy}, dimensions"),
    )
    results = run(load(project.path))
    for unit, carbon in (("C1", 0.8), ("C4", 0.5)):
        for year in (2020, 2021):
            found = explain(results, unit, year)
            assert [node["weight"] for node in found["tree"]] == pytest.approx([carbon, 1 - carbon])
            assert [leaf["code"] for leaf in leaves(found["tree"][0])] == ["co2_intensity", "co2_reduction"]
    assert indicator(explain(results, "C1", 2020), "co2_intensity")["weight"] != pytest.approx(
        indicator(explain(results, "C1", 2021), "co2_intensity")["weight"], rel=1e-3
    )


def test_weights_as_used_are_rescaled_where_a_sibling_is_missing(project: Project) -> None:
    project.change("data.csv", ("C2,2019,9000,900,120", "C2,2019,,900,120"))
    results = run(load(project.path))
    carbon = explain(results, "C2")["tree"][0]
    there, missing = carbon["children"]
    assert (there["weight"], there["weight_used"]) == (0.6, 1.0)
    assert (missing["weight"], missing["weight_used"], missing["score"], missing["value"]) == (0.4, None, None, None)
    assert carbon["score"] == pytest.approx(there["score"])
    assert [cell["value"] for cell in missing["reported"]] == [None, 9300.0]
    assert "CO2 emissions [co2] 2019: not reported" in "\n".join(walk(explain(results, "C2"), results.framework, "en"))
