"""Frameworks: their forms, the tree as it holds for a type, everything that is refused."""

from typing import Any

import pytest

from indicators.errors import Fault, Place
from indicators.framework import Framework
from indicators.spec import dotted
from indicators.structure import TOP, Structure
from tests.indicators.faulty import faults_of
from tests.indicators.frameworks import PLAIN, changed


def refused(*changes: tuple[str, Any]) -> list[tuple[str, str]]:
    """Return what is wrong with the framework so changed: place and key."""
    return [(f.place.key, f.text_key) for f in faults_of(lambda: Framework.from_dict(changed(*changes)))]


# --- the tree as it holds for a type --------------------------------------------------------------------------------


def test_siblings_are_rescaled_at_every_level() -> None:
    found = Framework.from_dict(PLAIN).structure("other")
    # 3/4, 1/4; 0.6/0.8, 0.2/0.8; 0.5/2, 1.5/2; 7/8, 1/8
    assert dict(found.given) == {
        "carbon": pytest.approx((0.75, 0.25)),
        "space": (1.0,),
        "synergy": (0.875, 0.125),
        "rest": (0.25, 0.75),
        TOP: (0.75, 0.25),
    }
    assert dict(found.children) == {
        "carbon": ("intensity", "per_head"),
        "space": ("density",),
        "synergy": ("joint", "wealth"),
        "rest": ("space", "synergy"),
        TOP: ("carbon", "rest"),
    }
    assert found.indicators == ("intensity", "per_head", "density", "joint", "wealth")


def test_a_parent_stands_after_its_children_and_one_level_above_the_highest() -> None:
    found = Framework.from_dict(PLAIN).structure("")
    seen: set[str] = set()
    for parent, children in found.children.items():
        for child in children:
            assert found.level[child] == 1 or child in seen
        assert found.level[parent] == 1 + max(found.level[child] for child in children)
        seen.add(parent)
    assert list(found.children)[-1] == TOP
    assert [found.level[c] for c in ("intensity", "carbon", "space", "rest", TOP)] == [1, 2, 2, 3, 4]


def test_weights_of_a_type_merge_by_code_at_any_level_and_siblings_are_rescaled() -> None:
    found = Framework.from_dict(PLAIN).structure("resource")
    # carbon 3 → 1 beside rest 1: halves. per_head 0.2 → 0.6 beside intensity 0.6: halves.
    # space 0.5 → 4.5 beside synergy 1.5: 4.5/6, 1.5/6
    assert found.given[TOP] == (0.5, 0.5)
    assert found.given["carbon"] == (0.5, 0.5)
    assert found.given["rest"] == (0.75, 0.25)


def test_the_indicators_of_a_type_replace_those_of_a_dimension() -> None:
    framework = Framework.from_dict(PLAIN)
    assert framework.structure("resource").children["synergy"] == ("joint",)
    assert framework.structure("resource").given["synergy"] == (1.0,)
    assert framework.structure("other").children["synergy"] == ("joint", "wealth")
    assert "wealth" not in framework.structure("resource").indicators


def test_weights_of_a_type_reach_the_indicators_that_it_brings() -> None:
    raw = changed(("types.resource.indicators", {"synergy": {"joint": 2, "wealth": 2}}))
    raw["types"]["resource"]["weights"]["wealth"] = 6
    assert Framework.from_dict(raw).structure("resource").given["synergy"] == (0.25, 0.75)


def test_goalposts_of_a_type_replace_those_of_the_indicator() -> None:
    framework = Framework.from_dict(PLAIN)
    assert framework.goalposts("intensity", "resource") == [20, 0.5]
    assert framework.goalposts("intensity", "other") == [8, 0.2]
    assert framework.goalposts("density", "resource") == [500, 2000]
    assert framework.goalposts("per_head", "resource") is None


def test_without_some_indicators_the_weights_of_their_siblings_are_rescaled() -> None:
    found: Structure = Framework.from_dict(PLAIN).structure("other").without({"per_head", "density"})
    assert found.children["carbon"] == ("intensity",)
    assert found.given["carbon"] == (1.0,)
    assert found.children["space"] == ()


def test_labels_are_found_by_code() -> None:
    framework = Framework.from_dict(PLAIN)
    assert framework.label_of("carbon") == {"zh": "Carbon", "en": "Carbon"}
    assert framework.label_of("people") == {"zh": "People", "en": "People"}
    assert framework.label_of("resource")["en"] == "Resource"
    assert framework.label_of("co2") == {"zh": "co2", "en": "co2"}
    assert framework.label_of("nothing") == {"zh": "nothing", "en": "nothing"}
    assert list(framework.dimensions()) == ["carbon", "rest", "space", "synergy"]
    assert framework.breaks() == {"co2": {2016}}


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "place", "key"),
    [
        (("schema", "framework/2"), "schema", "faults.one_of"),
        (("code", "my index"), "code", "faults.bad_code"),
        (("assesses", "town"), "assesses", "faults.one_of"),
        (("variables", {}), "variables", "faults.entries_at_least"),
        (("tree", None), "tree", "faults.missing_key"),
        (("label", {}), "label", "faults.empty_label"),
        (("label", {"fr": "a"}), "label.fr", "faults.one_of"),
        (("variables.co2.unit", "t"), "variables.co2.unit", "faults.unknown_key"),
        (("variables.co2.unit_of_measure", "tonnes CO2"), "variables.co2.unit_of_measure", "faults.no_unit_of_measure"),
        (("variables.co2.range", [5, 5]), "variables.co2.range", "framework.range_reversed"),
        (("variables.co2.range", [0]), "variables.co2.range", "faults.entries_at_least"),
        (("variables.co2.breaks", {16: "x"}), "variables.co2.breaks[16]", "faults.at_least"),
        (("indicators.wealth.direction", "up"), "indicators.wealth.direction", "faults.one_of"),
        (("indicators.wealth.unit_of_measure", "t"), "indicators.wealth.formula", "formula.result_unit"),
        (
            ("indicators.wealth.unit_of_measure", "Yuan"),
            "indicators.wealth.unit_of_measure",
            "faults.no_unit_of_measure",
        ),
        (("indicators.wealth.formula", "gpd"), "indicators.wealth.formula", "formula.unknown_name"),
        (("indicators.wealth.formula", "gdp + co2"), "indicators.wealth.formula", "formula.unit_mismatch"),
        (("indicators.wealth.formula", "log(gdp)"), "indicators.wealth.formula", "formula.unit_not_plain"),
        (("indicators.wealth.formula", "so2 ** 1e300"), "indicators.wealth.formula", "formula.unit_too_large"),
        (("indicators.wealth.formula", "sum(gdp)"), "indicators.wealth.formula", "formula.unknown_function"),
        (("indicators.wealth.formula", None), "indicators.wealth", "framework.formula_or_measure"),
        (("indicators.joint.formula", "co2"), "indicators.joint", "framework.formula_or_measure"),
        (("indicators.density.target", None), "indicators.density", "framework.target_and_direction"),
        (("indicators.wealth.scale", "ln"), "indicators.wealth.scale", "faults.one_of"),
        (("indicators.wealth.goalposts", [1, 2, 3]), "indicators.wealth.goalposts", "faults.entries_at_most"),
        (("indicators.wealth.goalposts", [2, 1]), "indicators.wealth.goalposts", "framework.goalposts_order"),
        (("indicators.wealth.goalposts", [2, 2]), "indicators.wealth.goalposts", "framework.goalposts_order"),
        (("indicators.intensity.goalposts", [0.2, 8]), "indicators.intensity.goalposts", "framework.goalposts_order"),
        (("indicators.intensity.goalposts", [8, 0]), "indicators.intensity.goalposts", "framework.log_needs_positive"),
        (("indicators.density.goalposts", [500, 1900]), "indicators.density.goalposts", "framework.goalpost_is_target"),
        (("indicators.wealth.thresholds.zero", 12), "indicators.wealth.thresholds", "framework.thresholds_order"),
        (("indicators.wealth.thresholds.ideal", 10), "indicators.wealth.thresholds", "framework.thresholds_order"),
        (("indicators.joint.measure.method", "co-control"), "indicators.joint.measure.method", "faults.one_of"),
        (("indicators.joint.measure.carbon", "co"), "indicators.joint.measure", "formula.unknown_name"),
        (("indicators.joint.measure.output", "quadrant"), "indicators.joint.measure", "measures.state_is_no_number"),
        (("indicators.joint.measure.pollutants", []), "indicators.joint.measure.pollutants", "faults.entries_at_least"),
        (("indicators.joint.measure.pollutants", ["so2", "co2"]), "indicators.joint.measure", "measures.named_twice"),
        (
            ("indicators.joint.measure.pollutants", ["so2", "area"]),
            "indicators.joint.measure",
            "measures.no_equivalent",
        ),
        (("indicators.joint.unit_of_measure", "t"), "indicators.joint.unit_of_measure", "formula.result_unit"),
        (("tree.carbon.indicators.nothing", 1), "tree.carbon.indicators.nothing", "framework.unknown_indicator"),
        (
            ("tree.carbon.indicators.joint", 1),
            "tree.rest.dimensions.synergy.indicators.joint",
            "framework.indicator_twice",
        ),
        (("tree.carbon.indicators", {"intensity": 0, "per_head": 0}), "tree.carbon.indicators", "framework.no_weight"),
        (("tree.carbon.indicators.intensity", -1), "tree.carbon.indicators.intensity", "faults.at_least"),
        (("tree.carbon.weight", "a lot"), "tree.carbon.weight", "faults.expected_number"),
        (("tree.carbon.weight", float("nan")), "tree.carbon.weight", "faults.expected_number"),
        (("tree.carbon.weight", True), "tree.carbon.weight", "faults.expected_number"),
        (("tree.rest.indicators", {"wealth": 1}), "tree.rest", "framework.indicators_or_dimensions"),
        (
            ("tree.rest.dimensions.space.indicators", None),
            "tree.rest.dimensions.space",
            "framework.indicators_or_dimensions",
        ),
        (("types.resource.weights.crabon", 1), "types.resource.weights.crabon", "framework.unknown_code"),
        (
            ("types.resource.goalposts.nothing", [1, 2]),
            "types.resource.goalposts.nothing",
            "framework.unknown_indicator",
        ),
        (
            ("types.resource.goalposts.intensity", [1, 2]),
            "types.resource.goalposts.intensity",
            "framework.goalposts_order",
        ),
        (
            ("types.resource.goalposts.intensity", [8, 0]),
            "types.resource.goalposts.intensity",
            "framework.log_needs_positive",
        ),
        (
            ("types.resource.indicators", {"rest": {"joint": 1}}),
            "types.resource.indicators.rest",
            "framework.no_lowest_dimension",
        ),
        (
            ("types.resource.indicators", {"synergy": {}}),
            "types.resource.indicators.synergy",
            "framework.indicators_or_dimensions",
        ),
        (
            ("types.resource.indicators", {"space": {"joint": 1}}),
            "types.resource.indicators",
            "framework.indicator_twice",
        ),
        (("types.resource.weights", {"carbon": 0, "rest": 0}), "types.resource.weights", "framework.no_weight_below"),
    ],
)
def test_one_fault_is_found_where_it_stands(change: tuple[str, Any], place: str, key: str) -> None:
    assert refused(change) == [(place, key)]


def test_weights_that_a_type_leaves_at_zero_are_refused() -> None:
    # the tree gives all to `intensity`, the type takes it away
    base = ("tree.carbon.indicators", {"intensity": 1, "per_head": 0})
    assert refused(base, ("types.resource.weights", {"intensity": 0})) == [
        ("types.resource.weights", "framework.no_weight_below")
    ]
    assert refused(("types.resource.indicators", {"synergy": {"joint": 0}})) == [
        ("types.resource.indicators.synergy", "framework.no_weight_below")
    ]


@pytest.mark.parametrize(
    "code", ["composite", "unit", "name", "type", "year", "rank", "rank_in_type", "grade", "grade_label"]
)
def test_columns_of_the_tables_are_no_codes(code: str) -> None:
    raw = changed()
    raw["tree"][code] = raw["tree"].pop("carbon")
    raw["types"]["resource"]["weights"] = {}
    found = faults_of(lambda: Framework.from_dict(raw))
    assert [(f.text_key, f.place.key) for f in found] == [("framework.reserved", f"tree.{code}")]


def test_a_tree_may_not_run_in_a_circle_and_a_dimension_stands_once() -> None:
    raw = changed()
    raw["tree"]["rest"]["dimensions"]["rest"] = {"label": "x", "indicators": {"intensity": 1}}
    raw["tree"]["rest"]["dimensions"]["carbon"] = {"label": "x", "indicators": {"per_head": 1}}
    found = faults_of(lambda: Framework.from_dict(raw))
    where = [(f.text_key.partition(".")[2], f.values["found"]) for f in found]
    assert ("cycle", "rest → rest") in where
    assert ("dimension_twice", "carbon") in where
    assert ("indicator_twice", "intensity") in where


def test_an_indicator_without_a_dimension_is_an_orphan_and_a_dimension_is_no_indicator() -> None:
    raw = changed(("tree.rest.dimensions.synergy.indicators", {"joint": 1}))
    raw["types"]["resource"]["indicators"] = {}
    assert [(f.text_key, f.values["found"]) for f in faults_of(lambda: Framework.from_dict(raw))] == [
        ("framework.orphan", "wealth")
    ]
    raw = changed()
    raw["tree"]["wealth"] = raw["tree"].pop("carbon")
    raw["types"]["resource"]["weights"] = {}
    assert ("framework.dimension_is_indicator", "wealth") in [
        (f.text_key, f.values["found"]) for f in faults_of(lambda: Framework.from_dict(raw))
    ]


def test_an_indicator_that_only_a_type_uses_is_no_orphan() -> None:
    raw = changed(("tree.rest.dimensions.synergy.indicators", {"joint": 1}))
    raw["types"]["resource"]["indicators"] = {"synergy": {"wealth": 1}}
    assert Framework.from_dict(raw).structure("resource").children["synergy"] == ("wealth",)


def test_every_fault_is_found_at_once_with_place_and_nearest_name() -> None:
    raw = changed(
        ("variables.co2.unit_of_measure", "tonnes CO2"),
        ("indicators.per_head.formula", "co2 / poeple"),
        ("indicators.wealth.goalposts", [9, 1]),
        ("tree.carbon.indicators.joitn", 1),
        ("types.other.weights", {"spcae": 1}),
    )

    def locate(path: tuple[str | int, ...]) -> Place:
        return Place("framework.yaml", len(path), key=dotted(path))

    found: list[Fault] = faults_of(lambda: Framework.from_dict(raw, locate))
    assert [(str(f.place), f.place.key, f.values.get("meant")) for f in found] == [
        ("framework.yaml:3", "variables.co2.unit_of_measure", "t"),
        ("framework.yaml:3", "indicators.per_head.formula", "people"),
        ("framework.yaml:3", "indicators.wealth.goalposts", None),
        ("framework.yaml:4", "tree.carbon.indicators.joitn", "joint"),
        ("framework.yaml:4", "types.other.weights.spcae", "space"),
    ]


def test_an_unknown_key_is_answered_with_the_nearest_right_one() -> None:
    (found,) = faults_of(lambda: Framework.from_dict(changed(("indicators.wealth.unit_of_meassure", "t"))))
    assert found.message("en").endswith("did you mean 'unit_of_measure'?")


@pytest.mark.parametrize("raw", [None, [], "x", 3, {}, {1: 2}, {"schema": ["framework/1"]}])
def test_what_is_no_framework_at_all_is_a_fault(raw: object) -> None:
    faults_of(lambda: Framework.from_dict(raw))  # type: ignore[arg-type]
