"""Frameworks there and back again: through YAML and JSON, the digest, and anything at all in their place."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from indicators.errors import InputError
from indicators.framework import Framework
from tests.indicators.frameworks import PLAIN, changed


def through_yaml(plain: dict[str, Any]) -> Any:
    return yaml.safe_load(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False))


def through_json(plain: dict[str, Any]) -> Any:
    return json.loads(json.dumps(plain))


@pytest.mark.parametrize("way", [lambda plain: plain, through_yaml, through_json])
def test_round_trip(way: Callable[[dict[str, Any]], Any]) -> None:
    framework = Framework.from_dict(PLAIN)
    again = Framework.from_dict(way(framework.to_dict()))
    assert again == framework
    assert again.digest == framework.digest
    assert again.to_dict() == framework.to_dict()
    assert list(again.dimensions()) == list(framework.dimensions())


def test_building_leaves_the_definition_alone() -> None:
    raw = deepcopy(PLAIN)
    Framework.from_dict(raw)
    assert raw == PLAIN


@pytest.mark.parametrize(
    "change",
    [
        ("label", "Another"), ("source", "elsewhere"), ("indicators.wealth.label", "Riches"),
        ("indicators.wealth.source", "a book"), ("variables.co2.label", "CO₂"), ("tree.carbon.label", "C"),
        ("variables.co2.breaks", {2016: "other words"}), ("types.other.label", "Others"),
    ],
)  # fmt: skip
def test_words_do_not_change_the_digest(change: tuple[str, Any]) -> None:
    assert Framework.from_dict(changed(change)).digest == Framework.from_dict(PLAIN).digest


@pytest.mark.parametrize(
    "change",
    [
        ("code", "other"), ("variables.co2.unit_of_measure", "kt"), ("variables.co2.breaks", {2015: "re-based"}),
        ("variables.co2.breaks", None), ("variables.co2.range", [0, 9]), ("indicators.wealth.formula", "2 * gdp"),
        ("indicators.wealth.direction", "negative"), ("indicators.wealth.thresholds.ideal", 51),
        ("indicators.intensity.scale", "linear"), ("tree.carbon.weight", 2), ("tree.carbon.indicators.per_head", 0.3),
        ("types.resource.weights.carbon", 2), ("types.resource.goalposts", {}), ("types.resource.indicators", {}),
        ("indicators.joint.measure.output", "carbon_reduction"),
    ],
)  # fmt: skip
def test_what_is_measured_changes_the_digest(change: tuple[str, Any]) -> None:
    raw = changed(change)
    if change == ("indicators.wealth.direction", "negative"):
        raw["indicators"]["wealth"]["thresholds"] = {"pass_mark": 50, "ideal": 10}
    assert Framework.from_dict(raw).digest != Framework.from_dict(PLAIN).digest


def test_codes_called_label_and_source_are_part_of_the_digest() -> None:
    def named(unit: str, weight: float) -> str:
        raw = changed()
        raw["variables"]["source"] = {"unit_of_measure": unit}
        raw["tree"]["label"] = {**raw["tree"].pop("carbon"), "weight": weight}
        raw["types"] = {}
        return Framework.from_dict(raw).digest

    assert len({named("t", 1), named("kg", 1), named("t", 2)}) == 3


CODES = [f"i{number}" for number in range(6)]
WEIGHTS = st.integers(1, 9) | st.floats(0.01, 5)
# YAML folds line breaks and control characters inside a text that is not quoted
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
LABELS = WORDS | st.fixed_dictionaries({"zh": WORDS, "en": WORDS}) | st.fixed_dictionaries({"en": WORDS})


@st.composite
def frameworks(draw: st.DrawFn) -> dict[str, Any]:
    """Return the plain form of some valid framework."""
    count = draw(st.integers(1, 6))
    names = [f"v-{number}" if number % 2 else f"v{number}" for number in range(draw(st.integers(1, 3)))]
    numbers = iter(range(100))
    variables = {
        name: {"unit_of_measure": draw(st.sampled_from(["t", "1e4 CNY", "%"])), "label": draw(LABELS),
               "breaks": {draw(st.integers(1990, 2030)): draw(LABELS)} if draw(st.booleans()) else {}}
        for name in names
    }  # fmt: skip
    indicators: dict[str, Any] = {}
    for code in CODES[:count]:
        name = draw(st.sampled_from(names))
        entry = {
            "label": draw(LABELS),
            "formula": draw(st.sampled_from(["growth(`{}`)", "`{}` / base(`{}`)"])).format(name, name),
            "unit_of_measure": "%",
            "direction": draw(st.sampled_from(["positive", "negative", "target"])),
        }
        if entry["direction"] == "target":
            entry["target"] = draw(st.floats(-5, 5))
        elif draw(st.booleans()):
            posts = sorted([draw(st.floats(-9, 0)), draw(st.floats(1, 9))], reverse=entry["direction"] == "negative")
            entry["goalposts"] = posts
        indicators[code] = entry
    codes = draw(st.permutations(list(indicators)))

    def node(left: list[str], depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {"label": draw(LABELS), "weight": draw(WEIGHTS)}
        if depth and len(left) > 1 and draw(st.booleans()):
            cut = draw(st.integers(1, len(left) - 1))
            return out | {
                "dimensions": {f"d{next(numbers)}": node(part, depth - 1) for part in (left[:cut], left[cut:])}
            }
        return out | {"indicators": {code: draw(WEIGHTS) for code in left}}

    tree = {f"d{next(numbers)}": node(list(codes), 3)}
    types = {
        code: {"label": draw(LABELS), "weights": {c: draw(WEIGHTS) for c in draw(st.sets(st.sampled_from(codes)))}}
        for code in draw(st.sets(st.sampled_from(["a", "B-2", "3"])))
    }
    return {
        "schema": "framework/1",
        "code": "x",
        "label": draw(LABELS),
        "assesses": draw(st.sampled_from(["city", "park"])),
        "source": draw(WORDS),
        "variables": variables,
        "indicators": indicators,
        "tree": tree,
        "types": types,
    }


@given(frameworks())
def test_any_framework_makes_the_round_trip(raw: dict[str, Any]) -> None:
    framework = Framework.from_dict(raw)
    for way in (through_yaml, through_json):
        again = Framework.from_dict(way(framework.to_dict()))
        assert again == framework
        assert again.digest == framework.digest
    for kind in ["", *framework.types]:
        structure = framework.structure(kind)
        assert sorted(structure.indicators) == sorted(framework.indicators)
        assert all(sum(given) == pytest.approx(1) for given in structure.given.values())


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=3),
    max_leaves=4,
)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """Return the framework above with anything at all somewhere in it."""
    raw = deepcopy(PLAIN)
    here: Any = raw
    while True:
        key = draw(st.sampled_from(list(here) if isinstance(here, dict) else range(len(here))))
        below = here[key]
        if not (isinstance(below, dict | list) and below) or draw(st.booleans()):
            break
        here = below
    if isinstance(here, dict) and draw(st.booleans()):
        here[draw(st.text(max_size=5) | st.integers())] = here.pop(key)
    else:
        here[key] = draw(JUNK)
    return raw


@given(spoilt())
def test_a_spoilt_framework_is_refused_with_faults_and_nothing_else(raw: Any) -> None:
    try:
        Framework.from_dict(raw)
    except InputError as error:
        assert error.render("zh")
        assert error.render("en")
