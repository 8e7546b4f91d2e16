"""What variables are drawn from: activities of accounts, columns of tables, layers."""

from pathlib import Path
from typing import Any

import pytest

from evaluate.spatial.drawn import Drawn, drawn_from
from evaluate.spatial.explaining import Origins
from evaluate.spec import AssessmentFile
from indicators.accounting import bundled_factors
from indicators.framework import Framework

HEAD: dict[str, Any] = {
    "schema": "assessment/1", "title": "x", "framework": "x", "roster": {"path": "roster.csv"},
    "data": [], "period": {"from": 2020, "to": 2021, "baseline": 2015}, "methodology": {},
}  # fmt: skip
FACTORS = bundled_factors()


def drawn(**keys: Any) -> dict[str, tuple[Drawn, ...]]:
    return drawn_from(AssessmentFile.model_validate(HEAD | keys), FACTORS)


def meet(found: dict[str, tuple[Drawn, ...]], one: str, other: str) -> list[str]:
    """Codes of what two variables have in common."""
    framework = Framework.from_dict({
        "schema": "framework/1", "code": "x", "label": "x", "assesses": "city", "source": "made for the tests",
        "variables": {code: {"unit_of_measure": "1"} for code in {*found, "z"}},
        "indicators": {"i": {"label": "x", "formula": "z", "unit_of_measure": "1", "direction": "positive"}},
        "tree": {"d": {"label": "x", "indicators": {"i": 1}}},
    })  # fmt: skip
    return [each.code for each in Origins(framework, drawn=found).drawn_alike(one, other)]


def accounts() -> dict[str, Any]:
    fuel, power = {"fuel": "raw_coal"}, {"electricity": {"series": "statistics", "place": "全国"}}
    return {
        "activities": {
            "coal": {**fuel, "unit_of_measure": "t", "label": {"zh": "原煤", "en": "Raw coal"}},
            "power": {**power, "unit_of_measure": "MWh"},
            "stack": {"measured": "so2", "scope": 1, "unit_of_measure": "t"},
            "forest": {"measured": "co2", "counts_as": "removal", "unit_of_measure": "t"},
        },
        "totals": {
            "direct": {"substance": "co2", "scopes": [1], "uncertainty": "unsure"},
            "bought": {"substance": "co2", "scopes": [2]},
            "whole": {"substance": "co2", "of": "net"},
            "so2": {"substance": "so2", "scopes": [1]},
        },
    }


def test_totals_that_share_an_activity_are_drawn_from_it() -> None:
    found = drawn(accounting=accounts())
    assert [each.code for each in found["whole"]] == ["coal", "power", "forest"]
    assert found["direct"][0].label == {"zh": "原煤", "en": "Raw coal"} and found["bought"][0].label == "power"
    assert meet(found, "direct", "whole") == ["coal"] and meet(found, "unsure", "direct") == ["coal"]
    assert meet(found, "direct", "bought") == [] and meet(found, "direct", "so2") == []  # coal has no factor of SO2
    assert meet(found, "direct", "direct") == []  # the variable itself says so


def test_without_factors_accounts_are_not_followed() -> None:
    assert drawn_from(AssessmentFile.model_validate(HEAD | {"accounting": accounts()}), None) == {}


def test_one_column_under_two_names() -> None:
    def wide(path: str, **columns: str) -> dict[str, Any]:
        held = {name: {"variable": variable, "unit_of_measure": "t"} for name, variable in columns.items()}
        return {"path": path, "unit": "unit", "year": "year", "columns": held}

    long = {"path": "a.csv", "unit": "unit", "year": "year", "layout": "long", "variable": "item", "value": "x"}
    years = {"path": "a.csv", "unit": "unit", "layout": "years", "prefix": "C", "from": 2019, "to": 2021}
    found = drawn(
        data=[
            wide("a.csv", coal_t="coal", C2020="early"), wide("./sub/../a.csv", coal_t="burnt", ash_t="ash"),
            wide("b.csv", coal_t="other"),
            {**long, "variables": {"coal_t": {"variable": "listed", "unit_of_measure": "t"}}},
            {**years, "variable": "series", "unit_of_measure": "t"},
        ],
        accounting=accounts(),
    )  # fmt: skip
    assert meet(found, "coal", "burnt") == ["a.csv:coal_t"] and meet(found, "early", "series") == ["a.csv:C2020"]
    # the activity `coal` is reported in the column that a variable is read from, too
    assert meet(found, "direct", "burnt") == ["coal"]
    for apart in ("other", "ash", "listed"):
        assert meet(found, "coal", apart) == []


def test_a_sheet_that_is_not_named_may_be_any() -> None:
    def table(variable: str, **sheet: str) -> dict[str, Any]:
        held = {"coal_t": {"variable": variable, "unit_of_measure": "t"}}
        return {"path": "a.xlsx", "unit": "unit", "year": "year", "columns": held, **sheet}

    found = drawn(data=[table("a"), table("b", sheet="一 "), table("c", sheet="二"), table("d", sheet="一")])
    shared = {one + other for one in "abcd" for other in "abcd" if one < other and meet(found, one, other)}
    assert shared == {"ab", "ac", "ad", "bd"}


@pytest.mark.parametrize("kind", ["table", "raster", "vector"])
def test_one_file_under_two_paths(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "x_2020").touch()
    (folder / "link").symlink_to("x_2020")

    def one(variable: str, path: str) -> dict[str, Any]:
        if kind == "table":
            held = {"coal_t": {"variable": variable, "unit_of_measure": "t"}}
            return {"path": path, "unit": "unit", "year": "year", "columns": held}
        return raster(variable, path, **({"kind": "vector", "statistic": "length"} if kind == "vector" else {}))

    ways = {"b": f"{folder}/x_2020", "c": "../project/x_2020", "d": "link", "e": "../x_2020"}
    entries = [one(variable, path) for variable, path in {"a": "x_2020", **ways}.items()]
    form = AssessmentFile.model_validate(HEAD | {"data" if kind == "table" else "layers": entries})
    found = drawn_from(form, FACTORS, folder)
    assert [variable for variable in ways if meet(found, "a", variable)] == ["b", "c", "d"]


def test_a_path_that_leads_nowhere_is_left_to_those_who_read(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for path in ("loop", "a\0.tif"):
        form = AssessmentFile.model_validate(HEAD | {"layers": [raster("a", path), raster("b", path)]})
        assert meet(drawn_from(form, None, tmp_path), "a", "b") == [path]


def raster(variable: str, path: str = "pm_{year}.tif", **more: Any) -> dict[str, Any]:
    return {"path": path, "variable": variable, "unit_of_measure": "1", **more}


@pytest.mark.parametrize(
    ("more", "shared"),
    [
        (raster("b", statistic="max"), ["pm_{year}.tif"]),  # whatever the statistic
        (raster("b", path="pm_2015.tif"), ["pm_{year}.tif"]),  # a year of it
        (raster("b", path="pm_2014.tif"), []),  # a year that nothing rests on
        (raster("b", path="other.tif"), []),
        (raster("b", band=2), []),
        (raster("b", band={2020: 1, 2021: 2}), ["pm_{year}.tif"]),
        (raster("b", path="o3.tif", statistic="sum", weight={"path": "pm_{year}.tif"}), ["pm_{year}.tif"]),
        (raster("b", path="o3.tif", weight={"path": "pm_{year}.tif"}), []),  # says where, not how much
        (raster("b", path="pm_2020.tif", field="no2"), []),
    ],
)
def test_two_statistics_of_one_raster(more: dict[str, Any], shared: list[str]) -> None:
    assert meet(drawn(layers=[raster("a"), more]), "a", "b") == shared


def test_two_statistics_of_one_vector_file() -> None:
    def roads(variable: str, **more: Any) -> dict[str, Any]:
        return raster(variable, path="roads.gpkg", kind="vector", statistic="length", **more)

    found = drawn(layers=[
        roads("a"), roads("b", where={"class": ["motorway"]}), roads("c", where={"class": ["rail", "tram"]}),
        roads("d", where={"class": ["rail"], "state": ["used"]}), roads("e", layer="paths"), roads("f", layer="rails"),
    ])  # fmt: skip
    shared = {(one, other): bool(meet(found, one, other)) for one in "abcdef" for other in "abcdef" if one < other}
    assert {pair for pair, same in shared.items() if same} == {
        ("a", "b"), ("a", "c"), ("a", "d"), ("c", "d"),
        *((one, other) for one in "abcd" for other in "ef"),  # a layer that is not named may be any
    }  # fmt: skip
