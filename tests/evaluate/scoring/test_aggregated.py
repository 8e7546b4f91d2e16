"""Aggregation through `score`: levels, types, means that need positive scores, methods at single parents."""

import math
from typing import Any

import pytest

from tests.evaluate.scoring.builder import (
    ONE,
    by_unit,
    column,
    framework,
    panel,
    reasons,
    refused,
    scored,
    weights_of,
)

GOALPOSTS = {"method": "goalposts"}


def plain(tree: dict[str, Any], codes: str, types: dict[str, Any] | None = None) -> Any:
    """Return a framework whose values are their scores: goalposts 0 and 100."""
    return framework(tree, {code: {"goalposts": [0, 100]} for code in codes}, types=types)


# --- the tree -------------------------------------------------------------------------------------------------------

DEEP = {
    "left": {"weight": 3, "indicators": {"a": 1, "b": 3}},
    "right": {
        "weight": 1,
        "dimensions": {"up": {"weight": 2, "indicators": {"c": 5}}, "low": {"weight": 3, "indicators": {"d": 1}}},
    },
}


def test_scores_go_up_the_tree_by_hand() -> None:
    found = scored(panel("unit a b c d\nu1 20 40 60 80\nu2 100 0 0 100"), plain(DEEP, "abcd"), normalisation=GOALPOSTS)
    # left 0.25·20 + 0.75·40 = 35; right 0.4·60 + 0.6·80 = 72; composite 0.75·35 + 0.25·72 = 44.25
    table = found.scores.set_index("unit")
    assert table.loc["u1", ["left", "right", "up", "low", "composite"]].tolist() == [35, 72, 60, 80, 44.25]
    # 25, 60; 0.75·25 + 0.25·60 = 33.75
    assert table.loc["u2", ["left", "right", "composite"]].tolist() == [25, 60, 33.75]


def test_weights_are_listed_with_level_parent_and_effective_weight() -> None:
    found = scored(panel("unit a b c d\nu1 20 40 60 80"), plain(DEEP, "abcd"), normalisation=GOALPOSTS)
    table = found.weights
    assert table["type"].eq("").all()
    assert table["year"].isna().all()
    rows = {r.code: (r.level, r.parent, r.weight, r.effective_weight) for r in table.itertuples()}
    assert rows == {
        "left": (2, "composite", 0.75, 0.75),
        "a": (1, "left", 0.25, 0.1875),
        "b": (1, "left", 0.75, 0.5625),
        "right": (3, "composite", 0.25, 0.25),
        "up": (2, "right", 0.4, 0.1),
        "c": (1, "up", 1, 0.1),
        "low": (2, "right", 0.6, pytest.approx(0.15)),
        "d": (1, "low", 1, pytest.approx(0.15)),
    }
    assert table.groupby("parent")["weight"].sum().tolist() == pytest.approx([1] * 5)
    assert table.loc[table["level"] == 1, "effective_weight"].sum() == pytest.approx(1)


def test_indicators_and_dimensions_have_methods_of_their_own() -> None:
    table = panel("unit a b c d\nu1 20 45 60 80")
    found = scored(
        table, plain({"left": {"a": 1, "b": 1}, "right": {"c": 1, "d": 1}}, "abcd"), normalisation=GOALPOSTS,
        aggregation={"indicators": {"method": "geometric"}, "dimensions": {"method": "harmonic"}},
    )  # fmt: skip
    # √900 = 30; √4800 = 40√3; 2/(1/30 + 1/(40√3))
    left, right = 30, 40 * math.sqrt(3)
    assert by_unit(found, "left") == {"u1": 30}
    assert by_unit(found, "right") == {"u1": round(right, 9)}
    assert by_unit(found) == {"u1": round(2 / (1 / left + 1 / right), 9)}


def test_equal_weights_by_level() -> None:
    found = scored(
        panel("unit a b c d\nu1 20 40 60 80"), plain(DEEP, "abcd"), normalisation=GOALPOSTS,
        weighting={"dimensions": {"method": "equal"}},
    )  # fmt: skip
    # left as given 35; right 70; composite (35 + 70)/2
    assert by_unit(found) == {"u1": 52.5}
    found = scored(
        panel("unit a b c d\nu1 20 40 60 80"), plain(DEEP, "abcd"), normalisation=GOALPOSTS,
        weighting={"indicators": {"method": "equal"}},
    )  # fmt: skip
    # left 30, right 72: 0.75·30 + 0.25·72
    assert by_unit(found) == {"u1": 40.5}


# --- types ----------------------------------------------------------------------------------------------------------

TYPES = {"x": {"weights": {"a": 3, "e": 4}}, "y": {}}
TWO = {"d": {"weight": 1, "indicators": {"a": 1, "b": 1}}, "e": {"weight": 1, "indicators": {"c": 1}}}


def test_weights_of_a_type_hold_for_its_units() -> None:
    table = panel("unit a b c\nu1 80 40 10\nu2 80 40 10", types={"u1": "x", "u2": "y"})
    found = scored(table, plain(TWO, "abc", TYPES), normalisation=GOALPOSTS)
    # x: d = (3·80 + 40)/4 = 70, (70 + 4·10)/5 = 22; y: 60, (60 + 10)/2 = 35
    assert by_unit(found) == {"u1": 22, "u2": 35}
    assert weights_of(found) == {
        ("x", ""): {"d": 0.2, "a": 0.75, "b": 0.25, "e": 0.8, "c": 1},
        ("y", ""): {"d": 0.5, "a": 0.5, "b": 0.5, "e": 0.5, "c": 1},
    }


def test_indicators_of_a_type_hold_for_its_units() -> None:
    types: dict[str, Any] = {"x": {"indicators": {"d": {"b": 1}}}, "y": {}}
    table = panel("unit a b c\nu1 80 40 10\nu2 80 40 10", types={"u1": "x", "u2": "y"})
    found = scored(table, plain(TWO, "abc", types), normalisation=GOALPOSTS)
    assert by_unit(found, "d") == {"u1": 40, "u2": 60}
    # what a type is not asked for is blank in its tables
    assert found.value_table.set_index("unit")["a"].isna().tolist() == [True, False]
    assert found.normalised_table.set_index("unit")["a"].isna().tolist() == [True, False]


def test_a_type_that_the_framework_lacks_is_a_fault() -> None:
    table = panel("unit a b c\nu1 80 40 10\nu2 80 40 10", types={"u1": "resorce", "u2": ""})
    definition = plain(TWO, "abc", {"resource": {}, "other": {}})
    found = refused(lambda: scored(table, definition, normalisation=GOALPOSTS))
    assert [(f.text_key, f.values["unit"], f.values["meant"]) for f in found] == [
        ("scoring.unknown_type", "u1", "resource"), ("scoring.unknown_type", "u2", ""),
    ]  # fmt: skip


def test_scores_that_are_an_order_only_are_told_in_one_warning() -> None:
    choice = {"aggregation": {"indicators": {"method": "copeland"}, "dimensions": {"method": "copeland"}}}
    found = [w for w in scored(panel("unit a b\nu1 0 0\nu2 1 0\nu3 2 2"), framework(ONE), **choice).warnings]
    (told,) = [w for w in found if w.text_key == "scoring.order_only"]
    assert set(told.values) == {"labels", "method"} and ", " in told.values["labels"]["en"]  # type: ignore[index]


# --- means that need positive scores --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_a_score_of_zero_or_less_is_a_located_fault(method: str) -> None:
    choice = {"aggregation": {"indicators": {"method": method}}, "normalisation": GOALPOSTS}
    table = panel("unit a b\nu1 20 40\nu2 0 40\nu3 30 0")
    (found,) = refused(lambda: scored(table, plain(ONE, "ab"), **choice))
    values = found.values
    assert (found.text_key, values["unit"], values["year"], values["found"], values["count"]) == (
        "scoring.needs_positive", "u2", 2020, "0", 2,
    )  # fmt: skip
    assert (values["label"], values["parent"]) == ({"zh": "A", "en": "A"}, {"zh": "D", "en": "D"})
    (found,) = refused(
        lambda: scored(
            table,
            framework(ONE),
            normalisation={"method": "z_score", "mean": 0},
            aggregation={"indicators": {"method": method}},
        )
    )
    assert found.text_key == "scoring.needs_positive"
    # above 0 all is well
    above = scored(table, plain(ONE, "ab"), **(choice | {"normalisation": GOALPOSTS | {"bounds": [1, 100]}}))
    assert len(by_unit(above)) == 3


def test_the_fault_names_the_composite_where_dimensions_meet() -> None:
    table = panel("unit a b\nu1 20 40\nu2 0 40")
    (found,) = refused(lambda: scored(
        table, plain({"d": {"a": 1}, "e": {"b": 1}}, "ab"), normalisation=GOALPOSTS,
        aggregation={"dimensions": {"method": "geometric"}},
    ))  # fmt: skip
    assert (found.values["label"], found.values["parent"]) == (
        {"zh": "D", "en": "D"},
        {"zh": "综合得分", "en": "composite"},
    )


def test_a_score_of_zero_of_who_is_not_scored_is_no_fault() -> None:
    definition = plain({"d": {"a": 1, "b": 1}, "e": {"c": 1}}, "abc")
    found = scored(
        panel("unit a b c\nu1 20 40 1\nu2 0 40 -"), definition, normalisation=GOALPOSTS,
        aggregation={"indicators": {"method": "geometric"}},
    )  # fmt: skip
    assert list(by_unit(found)) == ["u1"]
    # the baseline year is only learned from; its least value has the score 0 and no logarithm
    table = panel(
        "unit year a b\nu1 2019 1 1\nu2 2019 9 9\nu1 2020 4 8\nu2 2020 8 4", baseline=2019, period=(2020, 2020)
    )
    found = scored(
        table, framework(ONE), normalisation={"method": "min_max", "reference": "baseline"},
        aggregation={"indicators": {"method": "geometric"}}, weighting={"dimensions": {"method": "entropy"}},
    )  # fmt: skip
    # 37.5 and 87.5
    assert column(found, "composite") == {(u, 2020): round(math.sqrt(37.5 * 87.5), 9) for u in ("u1", "u2")}


def test_missing_children_are_dropped_by_every_mean() -> None:
    definition = plain({"d": {"a": 5, "b": 2, "c": 3}}, "abc")
    table = panel("unit a b c\nu1 10 - 40\nu2 10 20 40")
    for method, expected in (
        ("arithmetic", 0.625 * 10 + 0.375 * 40),
        ("geometric", 10 * 4**0.375),
        ("harmonic", 1 / (0.0625 + 0.009375)),
    ):
        found = scored(table, definition, normalisation=GOALPOSTS, aggregation={"indicators": {"method": method}})
        assert by_unit(found)["u1"] == round(expected, 9)
        assert reasons(found) == []


# --- methods at single parents --------------------------------------------------------------------------------------


def test_any_parent_may_have_methods_of_its_own() -> None:
    found = scored(
        panel("unit a b c d\nu1 20 80 60 80\nu2 100 25 1 100"), plain(DEEP, "abcd"), normalisation=GOALPOSTS,
        aggregation={"parents": {"left": {"method": "geometric"}, "composite": {"method": "harmonic"}}},
        weighting={"parents": {"left": {"method": "equal"}, "right": {"method": "equal"}}},
    )  # fmt: skip
    table = found.scores.set_index("unit")
    # left √(20·80) = 40, √(100·25) = 50; right (60 + 80)/2, (1 + 100)/2; composite 1/(0.75/left + 0.25/right)
    assert table["left"].tolist() == pytest.approx([40, 50], rel=1e-12)
    assert table["right"].tolist() == pytest.approx([70, 50.5], rel=1e-12)
    expected = [1 / (0.75 / 40 + 0.25 / 70), 1 / (0.75 / 50 + 0.25 / 50.5)]
    assert table["composite"].tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("family", ["weighting", "aggregation"])
def test_methods_of_a_parent_that_is_not_there_are_refused(family: str) -> None:
    method = {"weighting": "equal", "aggregation": "geometric"}[family]
    (found,) = refused(
        lambda: scored(
            panel("unit a b c d\nu1 20 40 60 80"),
            plain(DEEP, "abcd"),
            normalisation=GOALPOSTS,
            **{family: {"parents": {"lefft": {"method": method}}}},
        )
    )
    assert found.text_key == "scoring.unknown_parent"
    assert (found.place.key, found.values["meant"]) == (f"methodology.{family}.parents.lefft", "left")
