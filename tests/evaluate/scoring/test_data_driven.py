"""Data-driven weights through `score`: what they are learned from, by type and year, what is said of them."""

import math
from typing import Any

from tests.evaluate.scoring.builder import (
    ONE,
    by_unit,
    framework,
    panel,
    refused,
    scored,
    warned,
    weights_of,
)

ENTROPY = {"indicators": {"method": "entropy"}}


def test_entropy_weights_come_from_normalised_scores_with_a_floor_of_zero() -> None:
    # a: 0, 50, 100 → p = 0, ⅓, ⅔; b: 0, 0, 100 → p = 0, 0, 1: e = 0
    one = -(math.log(1 / 3) / 3 + 2 / 3 * math.log(2 / 3)) / math.log(3)
    found = scored(panel("unit a b\nu1 5 7\nu2 6 7\nu3 7 9"), framework(ONE), weighting=ENTROPY)
    weight = (1 - one) / (1 - one + 1)
    assert weights_of(found)["", ""] == {"d": 1, "a": round(weight, 9), "b": round(1 - weight, 9)}
    assert by_unit(found)["u2"] == round(50 * weight, 9)


def test_a_constant_indicator_weighs_nothing_and_is_named() -> None:
    found = scored(panel("unit a b\nu1 5 7\nu2 6 7\nu3 7 7"), framework(ONE), weighting=ENTROPY)
    assert weights_of(found)["", ""] == {"d": 1, "a": 1, "b": 0}
    assert warned(found) == [("constant", "b")]
    critic = scored(panel("unit a b c\nu1 5 7 1\nu2 6 7 0\nu3 7 7 5"), framework({"d": {"a": 1, "b": 1, "c": 1}}),
                    weighting={"indicators": {"method": "critic"}})  # fmt: skip
    assert weights_of(critic)["", ""]["b"] == 0


def test_no_information_gives_equal_weights_and_a_warning() -> None:
    found = scored(panel("unit a b\nu1 5 7\nu2 5 7"), framework(ONE), weighting=ENTROPY)
    assert weights_of(found)["", ""] == {"d": 1, "a": 0.5, "b": 0.5}
    assert ("no_information", "d") in warned(found)
    found = scored(
        panel("unit a b\nu1 1 10\nu2 2 20\nu3 4 40"), framework(ONE), weighting={"indicators": {"method": "critic"}}
    )
    assert weights_of(found)["", ""] == {"d": 1, "a": 0.5, "b": 0.5}
    assert ("no_information", "d") in warned(found)


def test_a_single_child_gets_1() -> None:
    for method in ("entropy", "critic"):
        found = scored(
            panel("unit a b\nu1 5 1\nu2 5 2"), framework({"d": {"a": 1}, "e": {"b": 1}}),
            weighting={"indicators": {"method": method}},
        )  # fmt: skip
        assert weights_of(found)["", ""] == {"d": 0.5, "a": 1, "e": 0.5, "b": 1}
        assert warned(found) == [("constant", "a")]


def test_data_driven_weights_of_dimensions_come_from_their_scores() -> None:
    # d: 0, 50, 100; e: 0, 0, 100, as the indicators above
    one = -(math.log(1 / 3) / 3 + 2 / 3 * math.log(2 / 3)) / math.log(3)
    found = scored(
        panel("unit a b\nu1 5 7\nu2 6 7\nu3 7 9"),
        framework({"d": {"weight": 9, "indicators": {"a": 1}}, "e": {"b": 1}}),
        weighting={"dimensions": {"method": "entropy"}},
    )
    weight = (1 - one) / (1 - one + 1)
    assert weights_of(found)["", ""] == {"d": round(weight, 9), "a": 1, "e": round(1 - weight, 9), "b": 1}


def test_a_cap_is_at_most_so_many_times_equal() -> None:
    table = panel("unit a b c\nu1 5 7 1\nu2 5 7 3\nu3 5 7 9")
    definition = framework({"d": {"a": 1, "b": 1, "c": 1}})
    found = scored(table, definition, weighting={"indicators": {"method": "entropy", "cap": 2}})
    # c alone tells something: 2/3 instead of 1, the rest to the others
    assert weights_of(found)["", ""] == {"d": 1, "a": round(1 / 6, 9), "b": round(1 / 6, 9), "c": round(2 / 3, 9)}


def test_a_negative_score_under_entropy_is_a_fault() -> None:
    (found,) = refused(
        lambda: scored(
            panel("unit a b\nu1 5 7\nu2 6 7\nu3 7 9"),
            framework(ONE),
            weighting=ENTROPY,
            normalisation={"method": "z_score", "mean": 0, "sd": 1},
            overrides={"a": {"normalisation": {"method": "min_max"}}},
        )
    )
    # b: 7, 7, 9: mean 23/3, s = 2/√3: −(2/3)/s = −√3/3
    assert found.text_key == "scoring.weights_need_zero"
    assert found.values["label"] == {"zh": "B", "en": "B"}
    assert found.values["found"] == f"{-(3**0.5) / 3:.6g}"


def test_a_negative_score_is_named_where_another_indicator_has_no_value_that_year() -> None:
    table = panel("unit year a b\nu1 2019 5 -\nu2 2019 6 -\nu1 2020 5 1\nu2 2020 6 2")
    (found,) = refused(
        lambda: scored(
            table,
            framework(ONE),
            weighting=ENTROPY,
            normalisation={"method": "z_score", "mean": 0, "sd": 1, "reference": "year"},
        )
    )
    assert found.values["label"] == {"zh": "A", "en": "A"}


def test_weights_are_learned_from_who_is_scored_and_the_values_that_are_there() -> None:
    # u4 lacks e; without it a: 0, 50, 100 and b: 0, -, 100 with n = 2: p = 0, 1: e = 0
    definition = framework({"d": {"a": 1, "b": 1}, "e": {"c": 1}})
    found = scored(panel("unit a b c\nu1 5 7 1\nu2 6 - 1\nu3 7 9 1\nu4 99 0 -"), definition, weighting=ENTROPY)
    one = -(math.log(1 / 3) / 3 + 2 / 3 * math.log(2 / 3)) / math.log(3)
    weight = (1 - one) / (1 - one + 1)
    assert weights_of(found)["", ""]["a"] == round(weight, 9)


BY_YEAR = """
    unit year a b
    u1   2019 0 0
    u2   2019 1 0
    u3   2019 2 2
    u1   2020 0 0
    u2   2020 0 1
    u3   2020 2 2
"""


def test_weights_year_by_year_where_the_reference_is_the_year() -> None:
    one = -(math.log(1 / 3) / 3 + 2 / 3 * math.log(2 / 3)) / math.log(3)
    weight = round((1 - one) / (1 - one + 1), 9)
    found = scored(
        panel(BY_YEAR), framework(ONE), weighting=ENTROPY, normalisation={"method": "min_max", "reference": "year"}
    )
    assert weights_of(found) == {
        ("", "2019"): {"d": 1, "a": weight, "b": round(1 - weight, 9)},
        ("", "2020"): {"d": 1, "a": round(1 - weight, 9), "b": weight},
    }
    # pooled: p = 0, 1/6, 2/6 twice over six unit-years for both
    assert weights_of(scored(panel(BY_YEAR), framework(ONE), weighting=ENTROPY)) == {
        ("", ""): {"d": 1, "a": 0.5, "b": 0.5}
    }


def test_type_and_year_are_blank_in_the_weights_where_they_are_shared() -> None:
    year = {"method": "min_max", "reference": "year"}
    types = {"u1": "x", "u2": "x", "u3": "y"}
    # types share the children, so they share data-driven weights: by year only
    found = scored(
        panel(BY_YEAR, types=types), framework(ONE, types={"x": {}, "y": {}}), weighting=ENTROPY, normalisation=year
    )
    assert sorted(weights_of(found)) == [("", "2019"), ("", "2020")]
    # given weights are those of every year: by type only
    typed = framework(ONE, types={"x": {"weights": {"a": 3}}, "y": {}})
    found = scored(panel(BY_YEAR, types=types), typed, normalisation=year)
    assert weights_of(found) == {("x", ""): {"d": 1, "a": 0.75, "b": 0.25}, ("y", ""): {"d": 1, "a": 0.5, "b": 0.5}}
    # nothing differs
    found = scored(panel(BY_YEAR, types=types), framework(ONE, types={"x": {}, "y": {}}), normalisation=year)
    assert weights_of(found) == {("", ""): {"d": 1, "a": 0.5, "b": 0.5}}


def test_types_that_differ_in_indicators_learn_their_own_weights() -> None:
    types: dict[str, Any] = {"x": {}, "y": {"indicators": {"d": {"b": 1, "c": 1}}}}
    definition = framework({"d": {"a": 1, "b": 1}}, types=types)
    table = panel(
        "unit a b c\nu1 0 0 -\nu2 1 0 -\nu3 2 2 -\nu4 - 0 0\nu5 - 2 1\nu6 - 0 2",
        types={"u1": "x", "u2": "x", "u3": "x", "u4": "y", "u5": "y", "u6": "y"},
    )
    one = -(math.log(1 / 3) / 3 + 2 / 3 * math.log(2 / 3)) / math.log(3)
    weight = round((1 - one) / (1 - one + 1), 9)
    assert weights_of(scored(table, definition, weighting=ENTROPY)) == {
        ("x", ""): {"d": 1, "a": weight, "b": round(1 - weight, 9)},
        ("y", ""): {"d": 1, "b": round(1 - weight, 9), "c": weight},
    }


def test_weights_that_a_type_gives_and_nobody_uses_are_named() -> None:
    typed = framework(ONE, types={"x": {"weights": {"a": 3}}, "y": {}})
    table = panel("unit a b\nu1 0 0\nu2 1 0\nu3 2 2", types={"u1": "x", "u2": "x", "u3": "y"})
    found = [
        w.values for w in scored(table, typed, weighting=ENTROPY).warnings if w.text_key == "scoring.weights_unused"
    ]
    assert found == [{"types": {"zh": "X", "en": "X"}, "codes": "a"}]
    assert warned(scored(table, typed)) == []
