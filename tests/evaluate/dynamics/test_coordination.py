"""Coupling coordination beside the composite: figures of the shared page on methods, C3, and what has no figures."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate.dynamics import coordination_of
from evaluate.dynamics.coordination import COORDINATION
from tests.evaluate.dynamics.builder import make, values

THREE = {"d": {"a": 1}, "e": {"b": 1}, "f": {"c": 1}}


def of(*scores: float, **options: Any) -> pd.DataFrame:
    """Return the coordination of one unit, by model."""
    others = [50.0] * len(scores)
    tree = dict(list(THREE.items())[: len(scores)])
    held = {code: np.array([[s], [o]]) for code, s, o in zip("abc", scores, others, strict=False)}
    table = coordination_of(make(held, tree=tree), **options)
    return table[table["unit"] == "U000"].set_index("model")


def test_the_toys() -> None:
    # the shared page on methods, C3; the scores run from 0 to 100
    made = of(60, 30)
    assert made.loc["traditional", ["coupling", "development", "coordination"]].astype(float).round(6).tolist() == [
        0.942809, 0.45, 0.651356,
    ]  # fmt: skip
    assert made.loc["corrected", ["coupling", "coordination"]].astype(float).round(6).tolist() == [0.591608, 0.515969]
    assert made["grade"].tolist() == [7, 6]
    assert made["grade_label"].tolist() == ["primary coordination", "bare coordination"]
    made = of(90, 10)
    assert made["coupling"].astype(float).round(6).tolist() == [0.6, 0.149071]
    assert of(60, 50, 30).loc["corrected", "coupling"].round(6) == 0.718608


def test_both_models_stand_for_every_scored_unit_and_year() -> None:
    held = values(6, 3)
    held["a"][2, 1] = np.nan
    table = coordination_of(make(held), language="zh")
    assert list(table.columns) == list(COORDINATION.columns)
    assert len(table) == 2 * (6 * 3 - 1)
    assert table["model"].tolist() == ["traditional", "corrected"] * 17
    assert set(table["state"]) == {"defined"}
    u = np.stack([held["a"], held["b"]]) / 100
    two = 2 * np.sqrt(u[0] * u[1]) / (u[0] + u[1])  # the formula for two, as it is printed
    flat = np.isfinite(two).ravel()
    np.testing.assert_allclose(
        table[table["model"] == "traditional"]["coupling"].astype(float), two.ravel()[flat], rtol=1e-12
    )
    assert table["grade_label"].str.len().ge(4).all()


def test_weights_enter_development_only() -> None:
    made = of(60, 30, weights={"d": 3, "e": 1})
    assert made["development"].astype(float).round(9).tolist() == [0.525, 0.525]
    assert made.loc["traditional", "coupling"].round(6) == 0.942809


def test_dimensions_may_be_chosen() -> None:
    made = of(60, 30, 5, dimensions=["d", "e"])
    assert made.loc["traditional", "coordination"].round(6) == 0.651356


def test_zero_has_a_state() -> None:
    made = of(60, 0)
    assert set(made["state"]) == {"some_zero"}
    assert made["coordination"].tolist() == [0, 0] and made["grade"].tolist() == [1, 1]
    made = of(0, 0)
    assert set(made["state"]) == {"all_zero"} and made["coupling"].isna().all()


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        ({"normalisation": {"method": "z_score"}}, "not_bounded"),
        ({"normalisation": {"method": "goalposts", "bounds": [70, 130]}}, "starts_high"),
        ({"normalisation": {"method": "goalposts", "bounds": [-1, 1]}}, "starts_high"),
        ({"overrides": {"a": {"normalisation": {"method": "goalposts", "bounds": [0, 10]}}}}, "bounds_differ"),
        ({"aggregation": {"indicators": {"method": "copeland"}}}, "ordinal"),
    ],
)
def test_scores_that_are_no_shares_have_a_reason_and_no_figures(raw: dict[str, Any], state: str) -> None:
    table = coordination_of(make(values(8, 2), **raw))
    assert len(table) == 32 and set(table["state"]) == {state}
    assert table[["coupling", "development", "coordination", "grade"]].isna().all(axis=None)
    assert set(table["grade_label"]) == {""}


def test_scores_from_1_to_100_are_shares_of_100() -> None:
    held = {"a": np.array([[60.0], [50.0]]), "b": np.array([[30.0], [50.0]])}
    table = coordination_of(make(held, normalisation={"method": "goalposts", "bounds": [1, 100]}))
    u = [(1 + 99 * x / 100) / 100 for x in (60, 30)]
    assert table["development"].iloc[0] == pytest.approx(sum(u) / 2, rel=1e-12)


def test_a_score_beyond_the_top_is_outside() -> None:
    held = {"a": np.array([[150.0], [50.0]]), "b": np.array([[30.0], [50.0]])}
    table = coordination_of(make(held, normalisation={"method": "goalposts", "out_of_range": "extend"}))
    assert table["state"].tolist() == ["outside", "outside", "defined", "defined"]
    assert table["coordination"].isna().tolist() == [True, True, False, False]


def test_one_dimension_has_none() -> None:
    assert coordination_of(make({"a": values(6, 2)["a"]}, tree={"d": {"a": 1}})).empty


def test_the_order_of_units_plays_no_part() -> None:
    held = values(9, 3)
    order = [4, 8, 0, 3, 1, 7, 2, 6, 5]
    first, second = coordination_of(make(held)), coordination_of(make(held, order=order))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_the_composite_knows_nothing_of_it() -> None:
    scores = make(values(9, 3))
    before = scores.scores.copy()
    coordination_of(scores)
    pd.testing.assert_frame_equal(scores.scores_in("en"), before)
    assert not any("coordination" in str(column) for column in before.columns)
