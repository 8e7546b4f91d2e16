"""Editions that differ in more than numbers: fitted references, frameworks, types, units, vetoes, years."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate.comparison.reversals import agreement, reversals
from evaluate.comparison.tables import PARTS
from evaluate.methodology import FAMILIES
from indicators.errors import InputError
from tests.evaluate.comparison.builder import TREE, assert_adds_up, compared, edition, framework, parts, table

RNG = np.random.default_rng(11)
FIRST, SECOND = RNG.uniform(1, 9, (8, 5)), RNG.uniform(1, 11, (8, 5))
MIN_MAX = {"normalisation": {"method": "min_max", "bounds": [1, 100]}}
ENTROPY = MIN_MAX | {"weighting": {"indicators": {"method": "entropy"}}}


def fitted_to(path: str) -> dict[str, Any]:
    return {"normalisation": {"method": "min_max", "bounds": [1, 100], "reference": {"fitted": path}},
            "weighting": {"indicators": {"method": "entropy"}}}  # fmt: skip


def test_an_edition_by_last_years_yardstick_differs_in_the_data_alone() -> None:
    a = edition(table(FIRST), framework(), ENTROPY)
    b = edition(table(SECOND), framework(), fitted_to("run/fitted.json"), fitted=a.fitted)
    found = compared(a, b)
    assert found.players == ("data",)
    # the yardstick is the same, so that nothing is learned anew
    assert np.abs(found.composites["relearned"]).max() == 0
    weights = found.weights
    assert weights["weight_a"].tolist() == weights["weight_b"].tolist()


def test_what_is_learned_anew_from_other_data_counts_as_data_and_is_told() -> None:
    a, b = edition(table(FIRST), framework(), ENTROPY), edition(table(SECOND), framework(), ENTROPY)
    found = compared(a, b)
    assert found.players == ("data",)
    assert np.abs(found.composites["relearned"]).max() > 0.01
    assert (found.weights["weight_a"] != found.weights["weight_b"]).any()


def test_a_yardstick_against_one_that_was_learned_anew_is_a_matter_of_method() -> None:
    before = edition(table(FIRST), framework(), ENTROPY)
    fixed = edition(table(SECOND), framework(), fitted_to("run/fitted.json"), fitted=before.fitted)
    anew = edition(table(SECOND), framework(), ENTROPY)
    found = compared(fixed, anew)
    assert found.players == ("weights", "normalisation")
    assert set(parts(found)) == {"weights", "normalisation"}
    # against the run that it was fixed by, all four states of the two can be computed, too
    other = compared(before, anew)
    assert other.players == ("data",)


def test_two_years_of_one_run() -> None:
    both = pd.concat([table(FIRST, year=2019), table(SECOND, year=2020)])
    for reference in ("pooled", "year"):
        methods = {"normalisation": {"method": "min_max", "bounds": [1, 100], "reference": reference},
                   "weighting": {"indicators": {"method": "entropy"}}}  # fmt: skip
        a = edition(both, framework(), methods, year=2019)
        b = type(a)(a.results, a.fitted, 2020)
        found = compared(a, b)
        assert found.players == ("data",)
        assert (found.composites["year_a"].iloc[0], found.composites["year_b"].iloc[0]) == (2019, 2020)
        # weights of each year are learned anew, pooled ones hold for both
        assert bool(np.abs(found.composites["relearned"]).max() > 0.01) == (reference == "year")


GEOMETRIC = {"normalisation": {"method": "z_score"}, "aggregation": {"dimensions": {"method": "geometric"}}}


def test_factors_that_cannot_be_mixed_are_taken_together() -> None:
    """Min–max scores begin at 0, of which there is no geometric mean: the two go together, weights stay apart."""
    a = edition(table(FIRST), framework({"one": ["a"], "two": ["b"], "three": ["c", "d", "e"]}))
    b = edition(
        table(FIRST), framework({"one": {"a": 1, "weight": 2}, "two": ["b"], "three": ["c", "d", "e"]}), GEOMETRIC
    )
    found = compared(a, b)
    assert found.joint == (("normalisation", "aggregation"),)
    assert set(parts(found)) == {"weights", "joint"}


def test_data_that_cannot_be_told_from_a_method_has_no_indicators() -> None:
    """The scores of the second data are 0 under the first goalposts, so that they have no geometric mean."""
    posts = framework(
        {"one": ["a"], "two": ["b"]}, goalposts=True, a={"goalposts": [-100, 100]}, b={"goalposts": [-100, 100]}
    )
    mean = {"normalisation": {"method": "goalposts"}, "aggregation": {"dimensions": {"method": "geometric"}}}
    a = edition(table([[10, 20], [30, 40]]), framework({"one": ["a"], "two": ["b"]}, goalposts=True), mean)
    b = edition(table([[-10, 20], [30, -40]]), posts, mean)
    found = compared(a, b)
    assert found.joint == (("data", "normalisation"),)
    assert found.schemes == ()
    assert found.indicators["part"].isna().all()
    assert found.composites["relearned"].isna().all()


def test_indicators_that_came_or_went_are_a_factor_of_their_own() -> None:
    a = edition(table(FIRST[:, :4], "abcd"), framework({"one": ["a", "b"], "two": ["c", "d"]}), MIN_MAX)
    b = edition(table(FIRST[:, [0, 1, 2, 4]], "abce"), framework({"one": ["a", "b"], "two": ["c", "e"]}), MIN_MAX)
    found = compared(a, b)
    assert found.players == ()
    assert set(parts(found)) == {"framework"}
    assert found.framework.values.tolist() == [["d", "only_a", "scored", "absent"], ["e", "only_b", "absent", "scored"]]
    assert "note_framework" in found.notes
    # d gave way to e at the same weight: half of a dimension that weighs a half
    scores = (FIRST - FIRST.min(axis=0)) / (FIRST.max(axis=0) - FIRST.min(axis=0)) * 99 + 1
    np.testing.assert_allclose(found.composites["framework"], (scores[:, 4] - scores[:, 3]) / 4, atol=1e-8)


def test_a_dimension_that_came() -> None:
    a = edition(table(FIRST[:, :2], "ab"), framework({"one": ["a", "b"]}), MIN_MAX)
    b = edition(table(SECOND), framework(), MIN_MAX)
    found = compared(a, b)
    assert found.players == ("data",)
    assert set(parts(found)) == {"framework", "data"}
    assert set(found.indicators["code"]) == {"a", "b"}
    assert set(compared(b, a).framework["what"]) == {"only_a"}


def test_an_indicator_that_moved_in_the_tree() -> None:
    a = edition(table(FIRST), framework(), MIN_MAX)
    b = edition(table(SECOND), framework({"one": ["a", "b", "c"], "two": ["d", "e"]}), MIN_MAX)
    found = compared(a, b)
    assert found.joint == (("weights", "aggregation"),)
    assert "note_tree" in found.notes


def test_an_indicator_in_another_unit_of_measure_is_converted() -> None:
    kilo = framework(a={"unit_of_measure": "kg"}, b={"formula": "2 * x_b"})
    a, b = edition(table(FIRST), framework(), MIN_MAX), edition(table(FIRST), kilo, MIN_MAX)
    found = compared(a, b)
    # min–max knows no unit of measure and no factor
    assert np.abs(found.composites[list(PARTS)]).to_numpy().max() < 1e-8
    assert found.framework.values.tolist() == [
        ["a", "unit_of_measure", "t", "kg"], ["b", "formula", "x_b", "2 * x_b"],
    ]  # fmt: skip


def test_an_indicator_whose_units_of_measure_do_not_fit_is_another_indicator() -> None:
    square = framework(a={"unit_of_measure": "t^2", "formula": "x_a * x_a"})
    found = compared(edition(table(FIRST), framework(), MIN_MAX), edition(table(FIRST), square, MIN_MAX))
    assert set(parts(found, "u01")) == {"framework"}
    assert set(found.indicators["code"]) == set("bcde")


KINDS = {"north": {"label": "North", "weights": {"a": 3}}, "south": {"label": "South"}}
SIDES = {f"u{n:02d}": ("south", "north")[n % 2] for n in range(8)}


def test_units_that_are_not_in_both_are_listed_with_the_reason() -> None:
    values = table(SECOND).iloc[1:].copy()
    values.loc[values["unit"] == "u03", ["c", "d", "e"]] = np.nan
    types = SIDES | {"u05": "south"}
    a = edition(table(FIRST[:7]), framework(types=KINDS), MIN_MAX, types=SIDES)
    b = edition(values, framework(types=KINDS), MIN_MAX, types=types)
    found = compared(a, b)
    listed = found.units.set_index("unit")
    assert listed["what"].to_dict() == {
        "u00": "only_a", "u03": "not_scored_b", "u05": "type_changed", "u07": "only_b",
    }  # fmt: skip
    assert "two" in listed.loc["u03", "reason"]
    assert listed.loc["u05", "reason"] == "north → south"
    assert found.composites["unit"].tolist() == ["u01", "u02", "u04", "u05", "u06"]
    assert found.composites.set_index("unit")["rank_change"].isna().to_dict() == {
        "u01": False, "u02": False, "u04": False, "u05": True, "u06": False,
    }  # fmt: skip
    assert "u05" not in set(found.reversals["fell"]) | set(found.reversals["rose"])


def test_a_unit_that_changed_to_a_type_with_another_tree() -> None:
    kinds = {"north": {"label": "North", "indicators": {"one": {"a": 1}}}, "south": {"label": "South"}}
    a = edition(table(FIRST), framework(types=kinds), MIN_MAX, types=SIDES)
    b = edition(table(SECOND), framework(types=kinds), MIN_MAX, types=SIDES | {"u01": "south"})
    found = compared(a, b)
    moved = found.composites.set_index("unit").loc["u01"]
    assert moved["relearned"] == pytest.approx(moved["data"])
    others = found.composites[found.composites["unit"] != "u01"]
    assert np.abs(others["relearned"]).max() < 1e-9


def test_a_veto_that_came_is_a_matter_of_aggregation() -> None:
    veto = MIN_MAX | {"veto": {"a": {"above": 5, "cap": 20}}}
    a, b = edition(table(FIRST), framework(), MIN_MAX), edition(table(FIRST), framework(), veto)
    found = compared(a, b)
    assert found.players == ("aggregation",)
    capped = (FIRST[:, 0] > 5) & (found.composites["composite_a"] > 20)
    assert 0 < capped.sum() < 8
    assert ((found.composites["aggregation"] != 0) == capped).all()
    assert (found.composites.loc[capped, "composite_b"] == 20).all()


def test_a_veto_that_no_longer_holds_is_told_apart_from_the_scores() -> None:
    veto = MIN_MAX | {"veto": {"a": {"above": 5, "cap": 20}}}
    found = compared(edition(table(FIRST), framework(), veto), edition(table(SECOND), framework(), veto))
    assert found.players == ("data",)
    assert "exact" in found.schemes
    assert np.abs(found.composites["relearned"]).max() > 1


def test_a_mixture_without_a_dimension_is_not_told_apart() -> None:
    """u00 has only a in the first and only b in the second: with neither the dimension has no score."""
    first, second = FIRST.copy(), SECOND.copy()
    first[0, 1], second[0, 0] = np.nan, np.nan
    found = compared(edition(table(first), framework(), MIN_MAX), edition(table(second), framework(), MIN_MAX))
    row = found.composites.set_index("unit").loc["u00"]
    assert row["relearned"] == pytest.approx(row["data"])
    assert found.indicators.query("unit == 'u00'")["part"].eq(0).all()
    assert found.indicators.query("unit == 'u01'")["part"].ne(0).any()


def test_other_imputation_is_noted() -> None:
    gap = FIRST.copy()
    gap[0, 0] = np.nan
    median = MIN_MAX | {"imputation": {"method": "median"}}
    found = compared(edition(table(gap), framework(), MIN_MAX), edition(table(gap), framework(), median))
    assert found.players == ("data",)
    assert "note_filled" in found.notes


def test_scores_of_another_normalisation_are_learned_from_the_same_reference() -> None:
    """A reference of each type against the pooled one: weights are learned in the scopes of the normalisation."""
    methods = [{"normalisation": {"method": "min_max", "bounds": [1, 100], "reference": reference},
                "weighting": {"indicators": {"method": weights}}}
               for reference, weights in (("pooled", "given"), ("type", "entropy"))]  # fmt: skip
    a, b = (
        edition(table(d), framework(types=KINDS), m, types=SIDES) for d, m in zip((FIRST, SECOND), methods, strict=True)
    )
    assert compared(a, b).players == ("data", "weights", "normalisation")


@pytest.mark.parametrize(("key", "change"), [
    ("comparison.other_kind", {"assesses": "park"}),
    ("comparison.no_common_indicator", {"tree": {"one": ["f", "g"]}}),
    ("comparison.no_common_unit", {"prefix": "x"}),
    ("comparison.none_scored", {"year": 2019}),
])  # fmt: skip
def test_runs_that_have_nothing_in_common(key: str, change: dict[str, Any]) -> None:
    a = edition(table(FIRST), framework(), MIN_MAX)
    tree = change.get("tree", TREE)
    values = table(SECOND[:, : sum(map(len, tree.values()))], "".join("".join(c) for c in tree.values()))
    values["unit"] = change.get("prefix", "") + values["unit"]
    made = framework(tree).model_copy(update={"assesses": change.get("assesses", "city")})
    b = edition(values, made, MIN_MAX)
    if "year" in change:
        b = type(b)(b.results, b.fitted, change["year"])
    with pytest.raises(InputError) as raised:
        compared(a, b)
    assert [fault.text_key for fault in raised.value.faults] == [key]


def test_tables_that_do_not_give_the_recorded_scores() -> None:
    a, b = edition(table(FIRST), framework(), MIN_MAX), edition(table(SECOND), framework(), MIN_MAX)
    b.results.normalised.loc[2, "c"] += 1
    with pytest.raises(InputError) as raised:
        compared(a, b)
    assert raised.value.faults[0].text_key == "comparison.not_as_recorded"
    assert raised.value.faults[0].values["unit"] == "u02"


# Orders


def ordered(first: list[float], second: list[float], **moved: list[float]) -> pd.DataFrame:
    count = len(first)
    frame = pd.DataFrame({
        "unit": [f"u{n}" for n in range(count)], "name": [f"U{n}" for n in range(count)], "type": "",
        "composite_a": first, "composite_b": second, "rank_change": pd.array([0] * count, dtype="Int64"),
    })  # fmt: skip
    for name in PARTS:
        frame[name] = moved.get(name, [0.0] * count)
    return frame


def test_two_neighbours_that_changed_places_twice() -> None:
    """Ranks 1 2 3 4 5 against 2 1 4 3 5: Σd² = 4, ρ = 1 − 6·4/(5·24) = 0.8; 2 of 10 pairs turned, τ = 0.6."""
    frame = ordered(
        [5, 4, 3, 2, 1], [4, 5, 2, 3, 1], data=[-1, 1, 0, 0, 0], weights=[0, 0, -1, 0.5, 0], joint=[0, 0, 0, 0.5, 0]
    )
    found, counted = reversals(frame, {"a": np.array([-0.7, 0.2, 0, 0, 0]), "b": np.array([-0.3, 0.8, 0, 0, 0])})
    assert found[["fell", "rose", "lead_a", "lead_b", "factor", "part", "indicator"]].values.tolist() == [
        ["u0", "u1", 1.0, -1.0, "data", 2.0, "b"],
        ["u2", "u3", 1.0, -1.0, "weights", 1.5, ""],
    ]
    told = agreement(frame, counted, comparable=True)
    assert told.iloc[0].to_dict() == pytest.approx(
        {"type": "", "units": 5, "spearman": 0.8, "kendall": 0.6, "reversals": 2, "pairs": 10}
    )


def test_ties_are_no_order_and_one_unit_has_none() -> None:
    frame = ordered([5, 5, 3], [4, 5, 3], data=[-1, 0, 0])
    found, counted = reversals(frame, {})
    assert len(found) == 0
    assert counted == {"": dict.fromkeys(PARTS, 0)}
    single = ordered([5], [4], data=[-1])
    found, counted = reversals(single, {})
    assert len(found) == 0
    assert agreement(single, counted, comparable=True)["spearman"].isna().all()


def test_types_are_taken_apart_and_together_where_they_are_comparable() -> None:
    frame = ordered([4, 3, 2, 1], [3, 4, 1, 2], data=[-1, 1, -1, 1]).assign(type=["n", "n", "s", "s"])
    _, counted = reversals(frame, {"a": np.array([-1.0, 1, -1, 1])})
    told = agreement(frame, counted, comparable=True)
    assert told[["type", "units", "reversals", "pairs"]].values.tolist() == [
        ["", 4, 2, 2],
        ["n", 2, 1, 1],
        ["s", 2, 1, 1],
    ]
    assert agreement(frame, counted, comparable=False)["type"].tolist() == ["n", "s"]


def test_the_checks_of_these_tests_can_fail() -> None:
    found = compared(edition(table(FIRST), framework(), MIN_MAX), edition(table(SECOND), framework(), MIN_MAX))
    found.composites.loc[0, "data"] += 1e-6
    with pytest.raises(AssertionError):
        assert_adds_up(found)


def _methods(family: str) -> list[dict[str, Any]]:
    """Every member of a family that needs nothing stated, under its word."""
    words = [member.word() for member in FAMILIES[family]]
    needy = {"generalised_mean": {"power": 0.5}}
    stated = {"ahp", "budget_allocation", "game_theory", "multiplicative"}
    return [{"method": word} | needy.get(word, {}) for word in words if word not in stated]


@pytest.mark.parametrize("method", _methods("aggregation"), ids=lambda method: method["method"])
@pytest.mark.parametrize("level", ["indicators", "dimensions"])
def test_every_aggregation_adds_up(method: dict[str, Any], level: str) -> None:
    methods = MIN_MAX | {"weighting": {"indicators": {"method": "critic"}}, "aggregation": {level: method}}
    a, b = (edition(table(values), framework(), methods) for values in (FIRST, SECOND))
    assert compared(a, b).players == ("data",)
    plain = {"normalisation": {"method": "percentile_rank", "bounds": [1, 100]}}
    assert compared(a, edition(table(SECOND), framework(), plain)).joint == ()
    less = edition(table(SECOND[:, :4], "abcd"), framework({"one": ["a", "b"], "two": ["c", "d"]}), methods)
    assert "note_framework" in compared(a, less).notes


@pytest.mark.parametrize("method", _methods("weighting"), ids=lambda method: method["method"])
def test_every_weighting_adds_up(method: dict[str, Any]) -> None:
    methods = MIN_MAX | {"weighting": {"indicators": method}}
    a, b = (edition(table(values), framework(), methods) for values in (FIRST, SECOND))
    assert compared(a, b).players == ("data",)
    mean = {
        "normalisation": {"method": "percentile_rank", "bounds": [1, 100]},
        "aggregation": {"dimensions": {"method": "geometric"}},
    }
    assert_adds_up(compared(a, edition(table(SECOND), framework(), mean)))
