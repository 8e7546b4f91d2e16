"""Ranks, comparability of types, grades, vetoes."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.scoring.ranking import grades_of, ranks_within, rounded
from evaluate.scoring.scores import Scores
from tests.evaluate.scoring.builder import by_unit, framework, panel, reasons, refused, scored, treated

GOALPOSTS = {"method": "goalposts"}
POSTS = {code: {"goalposts": [0, 100]} for code in "ab"}
ONE = {"d": {"a": 1, "b": 1}}


def table_of(scores: Scores, *columns: str) -> list[tuple[Any, ...]]:
    found = scores.scores[list(columns)].astype(object)
    return [tuple(None if pd.isna(v) else v for v in row) for row in found.itertuples(index=False)]


# --- ranks ----------------------------------------------------------------------------------------------------------


def test_ranks_share_the_smaller_and_leave_a_gap() -> None:
    found = ranks_within(np.array([70.0, 90, 70, 10, 90, 80]), np.array(["x"] * 6))
    assert found.tolist() == [4, 1, 4, 6, 1, 3]


def test_ranks_look_at_10_significant_digits() -> None:
    # 1e-9 apart at 70 is the 11th digit, 1e-8 the 10th
    assert ranks_within(np.array([70.0, 70 + 1e-9]), np.array(["x", "x"])).tolist() == [1, 1]
    assert ranks_within(np.array([70.0, 70 + 1e-8]), np.array(["x", "x"])).tolist() == [2, 1]
    # digits, not places: the same at 0.07 and 7000
    assert ranks_within(np.array([0.07, 0.07 + 1e-12]), np.array(["x", "x"])).tolist() == [1, 1]
    assert ranks_within(np.array([0.07, 0.07 + 1e-11]), np.array(["x", "x"])).tolist() == [2, 1]
    assert ranks_within(np.array([7000.0, 7000 + 1e-7]), np.array(["x", "x"])).tolist() == [1, 1]
    assert ranks_within(np.array([7000.0, 7000 + 1e-6]), np.array(["x", "x"])).tolist() == [2, 1]
    assert ranks_within(np.array([0.1 + 0.2, 0.3]), np.array(["x", "x"])).tolist() == [1, 1]


def test_ranks_within_groups_and_replicates() -> None:
    composite = np.array([[1.0, 5, 3, np.nan], [4, 2, np.nan, 6]])
    group = np.array(["x", "y", "x", "y"])
    assert ranks_within(composite, group).tolist() == [[2, 1, 1, 0], [1, 2, 0, 1]]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_keeps_10_significant_digits(value: float) -> None:
    found = float(rounded(np.array([value]))[0])
    expected = float(f"{value:.9e}")
    if abs(value) < 1e-290:
        assert abs(found) <= abs(value) * 2
    elif np.isfinite(expected) and abs(value) < 1e290:
        # the two may part where the 11th digit is a 5 and the rest is rounding
        assert found == pytest.approx(expected, rel=1.01e-9)
        assert float(rounded(np.array([found]))[0]) == found


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_ranks_are_pandas_ranks(values: list[int]) -> None:
    expected = pd.Series(values).rank(method="min", ascending=False)
    assert ranks_within(np.array(values, dtype=float), np.array(["x"] * len(values))).tolist() == expected.tolist()


def test_ranks_are_by_year_and_by_type() -> None:
    definition = framework(ONE, POSTS, types={"x": {}, "y": {}})
    found = scored(
        panel("""
            unit year a b
            u1   2019 10 10
            u1   2020 50 50
            u2   2019 20 20
            u2   2020 40 40
            u3   2019 20 20
            u3   2020 30 30
        """, types={"u1": "x", "u2": "y", "u3": "y"}),
        definition, normalisation=GOALPOSTS,
    )  # fmt: skip
    assert table_of(found, "unit", "year", "rank", "rank_in_type") == [
        ("u1", 2019, 3, 1),
        ("u1", 2020, 1, 1),
        ("u2", 2019, 1, 1),
        ("u2", 2020, 2, 1),
        ("u3", 2019, 1, 1),
        ("u3", 2020, 3, 2),
    ]


# --- which types may be compared ------------------------------------------------------------------------------------

PLAIN = {"method": "min_max"}


@pytest.mark.parametrize(
    ("types", "raw", "comparable"),
    [
        ({"x": {}, "y": {}}, {}, True),
        ({"x": {"weights": {"a": 2}}, "y": {}}, {}, False),
        ({"x": {"weights": {"d": 2}}, "y": {}}, {}, False),
        # other words for the same weights
        ({"x": {"weights": {"a": 1}}, "y": {"weights": {"b": 1}}}, {}, True),
        ({"x": {"weights": {"a": 2, "b": 2}}, "y": {}}, {}, True),
        # weights that nobody uses
        ({"x": {"weights": {"a": 2}}, "y": {}}, {"weighting": {"indicators": {"method": "equal"}}}, True),
        ({"x": {"goalposts": {"a": [0, 50]}}, "y": {}}, {}, False),
        ({"x": {"goalposts": {"a": [0, 100]}}, "y": {}}, {}, True),
        ({"x": {"indicators": {"d": {"a": 1}}}, "y": {}}, {}, False),
        ({"x": {"indicators": {"d": {"a": 1, "b": 1}}}, "y": {}}, {}, True),
        ({"x": {}, "y": {}}, {"normalisation": {"method": "min_max", "reference": "type"}}, False),
        ({"x": {}, "y": {}}, {"overrides": {"a": {"normalisation": {"reference": "type"}}}}, False),
        ({"x": {}, "y": {}}, {"normalisation": {"method": "min_max", "reference": "year"}}, True),
        # a type that differs and that nobody has
        ({"x": {}, "y": {}, "z": {"weights": {"a": 2}}}, {}, True),
    ],
)
def test_scores_of_types_that_differ_are_not_compared(
    types: dict[str, Any], raw: dict[str, Any], comparable: bool
) -> None:
    definition = framework({**ONE, "e": {"c": 1}}, POSTS, types=types)
    table = panel(
        "unit a b c\nu1 1 5 3\nu2 2 4 2\nu3 3 6 1\nu4 5 5 5", types={"u1": "x", "u2": "x", "u3": "y", "u4": "y"}
    )
    found = scored(table, definition, **raw)
    assert found.comparable is comparable
    assert found.scores["rank"].notna().all() == comparable
    assert found.scores["rank"].isna().all() == (not comparable)
    within = found.scores.groupby("type")["composite"].rank(method="min", ascending=False)
    assert found.scores["rank_in_type"].tolist() == within.tolist()


def test_one_type_alone_is_always_comparable() -> None:
    definition = framework(ONE, types={"x": {"weights": {"a": 2}}, "y": {}})
    found = scored(panel("unit a b\nu1 1 5\nu2 2 6", types={"u1": "x", "u2": "x"}), definition,
                   normalisation={"method": "min_max", "reference": "type"})  # fmt: skip
    assert table_of(found, "rank", "rank_in_type") == [(2, 2), (1, 1)]


# --- grades ---------------------------------------------------------------------------------------------------------


def test_a_score_on_a_cut_belongs_to_the_higher_grade() -> None:
    cuts = [40.0, 55, 70, 85]
    composite = np.array([0, 39.99, 40, 54.9999999, 55, 70, 84, 85, 100])
    assert grades_of(composite, cuts).tolist() == [1, 1, 2, 2, 3, 4, 4, 5, 5]
    # on the cut but for the last bit of a sum
    assert grades_of(np.array([40 - 1e-11, 40 - 1e-7]), cuts).tolist() == [2, 1]


def test_grades_have_their_label_beside_them() -> None:
    table = panel("unit a b\nu1 40 40\nu2 39 39\nu3 80 80")
    grades = {"cuts": [40, 70], "labels": {"zh": ["差", "中", "好"], "en": ["poor", "fair", "good"]}}
    found = scored(table, framework(ONE, POSTS), normalisation=GOALPOSTS, grades=grades)
    assert table_of(found, "unit", "grade", "grade_label") == [("u1", 2, "fair"), ("u2", 1, "poor"), ("u3", 3, "good")]
    assert found.scores_in("zh")["grade_label"].tolist() == ["中", "差", "好"]
    none = scored(table, framework(ONE, POSTS), normalisation=GOALPOSTS)
    assert table_of(none, "grade", "grade_label") == [(None, "")] * 3


# --- vetoes ---------------------------------------------------------------------------------------------------------

VETOED = "unit a b pm\nu1 90 90 35\nu2 90 90 36\nu3 50 50 99\nu4 70 70 -"


def with_pm(**raw: Any) -> Scores:
    definition = framework(ONE, POSTS, variables={"pm": {"unit_of_measure": "ug/m^3"}})
    return scored(panel(VETOED), definition, normalisation=GOALPOSTS, **raw)


def test_a_veto_caps_the_composite_and_says_so() -> None:
    found = with_pm(veto={"pm": {"above": 35, "cap": 60}})
    # at the limit it does not hold; u3 lies below the cap anyway
    assert by_unit(found) == {"u1": 90, "u2": 60, "u3": 50, "u4": 70}
    assert treated(found, "veto") == [("u2", 2020, "composite", 90, 60)]
    (row,) = found.treatment.to_dict("records")
    assert row["reason"] == "veto: 'pm' is 36 ug/m^3, beyond the limit 35; the composite is capped at 60"
    # what cannot be checked is listed
    assert reasons(found) == [("veto", "u4/pm", 2020, "veto_unchecked")]
    # dimensions keep their scores, ranks follow the cap
    assert by_unit(found, "d")["u2"] == 90
    assert by_unit(found, "rank") == {"u1": 1, "u2": 3, "u3": 4, "u4": 2}


def test_a_veto_may_hold_below_a_limit_or_on_both_sides() -> None:
    assert by_unit(with_pm(veto={"pm": {"below": 36, "cap": 60}})) == {"u1": 60, "u2": 90, "u3": 50, "u4": 70}
    assert by_unit(with_pm(veto={"pm": {"below": 36, "above": 90, "cap": 40}})) == {
        "u1": 40,
        "u2": 90,
        "u3": 40,
        "u4": 70,
    }


def test_the_lowest_of_several_caps_holds() -> None:
    found = with_pm(veto={"pm": {"above": 35, "cap": 60}, "a": {"above": 80, "cap": 55}, "b": {"above": 80, "cap": 70}})
    assert by_unit(found) == {"u1": 55, "u2": 55, "u3": 50, "u4": 70}
    assert treated(found, "veto") == [
        ("u1", 2020, "composite", 90, 55), ("u2", 2020, "composite", 90, 60), ("u2", 2020, "composite", 60, 55),
    ]  # fmt: skip


def test_a_veto_on_an_indicator_looks_at_its_untreated_value() -> None:
    rows = "\n".join(f"u{n} {v}" for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]))
    found = scored(
        panel(f"unit a\n{rows}"), framework({"d": {"a": 1}}), outliers={"method": "winsorise", "limit": 1},
        veto={"a": {"above": 50, "cap": 10}},
    )  # fmt: skip
    assert by_unit(found)["u9"] == 10


def test_a_capped_composite_is_graded_by_the_cap() -> None:
    found = with_pm(veto={"pm": {"above": 35, "cap": 60}}, grades={"cuts": [60, 80]})
    assert table_of(found, "unit", "grade") == [("u1", 3), ("u2", 2), ("u3", 1), ("u4", 2)]


def test_a_veto_on_nothing_is_a_fault_with_the_nearest_name() -> None:
    definition = framework({"d": {"density": 1}})
    (found,) = refused(
        lambda: scored(panel("unit density\nu1 1\nu2 2"), definition, veto={"densty": {"above": 1, "cap": 2}})
    )
    assert (found.text_key, found.place.key, found.values["meant"]) == (
        "scoring.unknown_veto", "methodology.veto.densty", "density",
    )  # fmt: skip
