"""Coupling coordination: edges and properties; printed figures stand in tests/oracles/test_synergy.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.synergy.coupling import Model, coordination, grades

MODELS: tuple[Model, ...] = ("traditional", "corrected")
SCORES = st.lists(st.floats(0, 1), min_size=2, max_size=6)


@pytest.mark.parametrize("model", MODELS)
def test_undefined_cases_have_names(model: Model) -> None:
    rows = [[0.5, 0.5], [0.5, 0], [0, 0], [0.5, np.nan], [0.5, -0.1], [0.5, 1.1], [0.5, np.inf]]
    made = coordination(rows, model=model)
    assert made.state.tolist() == ["defined", "some_zero", "all_zero", "missing", "outside", "outside", "missing"]
    assert made.model == model
    np.testing.assert_allclose(made.coupling, [1, 0, np.nan, np.nan, np.nan, np.nan, np.nan])
    # √(C·0) is 0 whatever C is
    np.testing.assert_allclose(made.coordination, [0.5**0.5, 0, 0, np.nan, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(made.development, [0.5, 0.25, 0, np.nan, np.nan, np.nan, np.nan])
    assert made.grade.tolist() == [8, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize("model", MODELS)
@given(scores=SCORES)
def test_coupling_lies_between_0_and_1_and_never_is_nan_silently(model: Model, scores: list[float]) -> None:
    made = coordination(scores, model=model)
    state = str(made.state)
    if state in ("defined", "some_zero"):
        assert 0 <= made.coupling <= 1
    else:
        assert state == "all_zero" and np.isnan(made.coupling)
    assert 0 <= made.coordination <= 1 and 1 <= made.grade <= 10


@pytest.mark.parametrize("model", MODELS)
@given(scores=SCORES, seed=st.integers(0, 100))
def test_order_of_the_subsystems_is_of_no_matter(model: Model, scores: list[float], seed: int) -> None:
    mixed = np.random.default_rng(seed).permutation(scores)
    first, second = coordination(scores, model=model), coordination(mixed, model=model)
    np.testing.assert_allclose(first.coordination, second.coordination, rtol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_equal_subsystems_are_fully_coupled_however_small(model: Model) -> None:
    made = coordination([[1e-300] * 5, [0.2] * 5, [1.0] * 5], model=model)
    np.testing.assert_allclose(made.coupling, 1, rtol=1e-12)
    assert made.state.tolist() == ["defined"] * 3


def test_scores_up_to_100() -> None:
    for model in MODELS:
        shares, percent = coordination([0.6, 0.3], model=model), coordination([60, 30], model=model, top=100)
        np.testing.assert_allclose(percent.coordination, shares.coordination, rtol=1e-14)


def test_weights_enter_development_alone() -> None:
    # T = 0.75 · 0.6 + 0.25 · 0.3 = 0.525; C as without weights
    plain, weighted = (coordination([0.6, 0.3], model="corrected", weights=w) for w in (None, [3, 1]))
    assert float(weighted.coupling) == float(plain.coupling)
    assert float(weighted.development) == pytest.approx(0.525)
    assert float(weighted.coordination) == pytest.approx((0.525 * float(plain.coupling)) ** 0.5)


def test_any_shape() -> None:
    scores = np.random.default_rng(0).uniform(size=(4, 3, 2))
    made = coordination(scores, model="traditional")
    assert made.coupling.shape == made.state.shape == made.grade.shape == (4, 3)
    np.testing.assert_allclose(made.coupling, 2 * np.sqrt(scores.prod(axis=-1)) / scores.sum(axis=-1))


def test_grades_on_the_cuts_belong_to_the_higher_grade() -> None:
    # 0.7 − 0.6 is 0.09999999999999998: on the cut 0.1 all the same
    assert grades(np.arange(11) / 10).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]
    assert grades([0.7 - 0.6, 0.05, 0.55, 0.999]).tolist() == [2, 1, 6, 10]


@pytest.mark.parametrize("size", [1e308, 5e-324])
def test_weights_near_the_ends_of_numbers(size: float) -> None:
    even = coordination([0.6, 0.3], model="corrected", weights=[size, size])
    assert float(even.development) == pytest.approx(0.45)


@pytest.mark.parametrize("weights", [[1], [0, 0], [-1, 2], [np.nan, 1]])
def test_weights_that_are_none(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weights"):
        coordination([0.6, 0.3], model="corrected", weights=weights)


def test_one_subsystem_is_too_few() -> None:
    with pytest.raises(ValueError, match="two or more"):
        coordination([[0.6]], model="corrected")
