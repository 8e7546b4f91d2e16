"""Transitions: edges; giddy stands beside it in tests/oracles/test_dynamics.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.dynamics.transitions import (
    MISSING,
    conditional_transitions,
    followed,
    given_classes,
    quantile_classes,
    transitions,
)

NAN = float("nan")


def test_quantiles_by_year_and_pooled() -> None:
    values = [[1, 11], [2, 12], [3, 13], [4, 14]]
    assert quantile_classes(values, 2).of.tolist() == [[0, 0], [0, 0], [1, 1], [1, 1]]
    # together every unit rises into the upper half
    assert quantile_classes(values, 2, pooled=True).of.tolist() == [[0, 1]] * 4
    assert quantile_classes([[NAN], [NAN]], 2).of.tolist() == [[MISSING], [MISSING]]
    assert quantile_classes([[NAN], [NAN]], 2, pooled=True).of.tolist() == [[MISSING], [MISSING]]


def test_a_value_on_a_cut() -> None:
    values = [[1], [2], [3]]
    assert quantile_classes(values, 2).of.ravel().tolist() == [0, 0, 1]
    assert quantile_classes(values, 2, on_cut="higher").of.ravel().tolist() == [0, 1, 1]
    assert given_classes([40], [40]).of.tolist() == [1]
    assert given_classes([40], [40], on_cut="lower").of.tolist() == [0]


def test_ties_leave_classes_empty() -> None:
    made = quantile_classes([[5], [5], [5], [9]], 4)
    assert made.count == 4 and set(made.of.ravel().tolist()) == {0, 3}


def test_missing_classes_leave_pairs_out() -> None:
    made = transitions([[0, MISSING, 1, 1], [0, 1, MISSING, MISSING]], 2)
    assert made.counts.tolist() == [[0, 1], [0, 1]]


def test_steps_of_two_years() -> None:
    assert transitions([[0, 1, 1, 0]], 2, step=2).counts.tolist() == [[0, 1], [1, 0]]


def test_a_class_that_is_never_left_again() -> None:
    # gambler's ruin on 0 … 3: from 1 and 2 each way with a half
    made = followed([[1, 0, 0, 0], [0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0, 0, 0, 1]])
    assert made.rows.tolist() == ["absorbing", "defined", "defined", "absorbing"]
    assert made.ergodic_state == "several" and np.isnan(made.ergodic).all()
    assert made.passage_states[1].tolist() == ["not_certain"] * 4
    assert made.passage_states[0].tolist() == ["defined", "not_certain", "not_certain", "not_certain"]
    one = followed([[1, 0, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]])
    # all end in 0; from 1: m₁ = 1 + m₂/2, m₂ = 1 + m₁/2 + m₂/2 → m₁ = 4, m₂ = 6
    assert one.ergodic_state == "unique" and one.ergodic.tolist() == [1, 0, 0]
    np.testing.assert_allclose(one.first_passage[:, 0], [1, 4, 6])


def test_a_cycle_is_periodic() -> None:
    made = followed([[0, 1], [1, 0]])
    assert made.ergodic_state == "periodic"
    np.testing.assert_allclose(made.ergodic, [0.5, 0.5])
    np.testing.assert_allclose(made.first_passage, [[2, 1], [1, 2]])


def test_classes_that_nobody_was_seen_leaving() -> None:
    # class 2 is entered in the last year and never left: what follows is not known
    made = transitions([[0, 1, 2], [1, 0, 1]], 3)
    assert made.rows.tolist() == ["defined", "defined", "never_observed"]
    assert made.ergodic_state == "never_observed" and np.isnan(made.ergodic).all()
    assert np.isnan(made.probabilities[2]).all() and np.isnan(made.sojourn[2])
    assert made.passage_states[2, 2] == "never_observed"
    # class 2 is never seen at all: it plays no part
    empty = transitions([[0, 1, 0], [1, 0, 0]], 3)
    assert empty.ergodic_state == "unique" and empty.ergodic[2] == 0
    assert empty.passage_states[0].tolist() == ["defined", "defined", "not_certain"]


@given(st.lists(st.lists(st.integers(-1, 3), min_size=3, max_size=6), min_size=1, max_size=8))
def test_nothing_is_nan_without_a_state(rows: list[list[int]]) -> None:
    years = min(len(row) for row in rows)
    made = transitions([row[:years] for row in rows], 4)
    assert ((made.rows == "never_observed") == np.isnan(made.probabilities).all(axis=1)).all()
    assert (np.isfinite(made.sojourn) == (made.rows == "defined")).all()
    assert (np.isfinite(made.first_passage) == (made.passage_states == "defined")).all()
    assert np.isfinite(made.ergodic).all() == (made.ergodic_state in ("unique", "periodic"))
    if made.ergodic_state in ("unique", "periodic"):
        known = np.nan_to_num(made.probabilities)
        np.testing.assert_allclose(made.ergodic @ known, made.ergodic, atol=1e-9)
        lasting = made.ergodic > 1e-12
        # Kac: the mean time of return is 1/π
        np.testing.assert_allclose(np.diag(made.first_passage)[lasting], 1 / made.ergodic[lasting], rtol=1e-6)


def test_conditions_split_the_moves() -> None:
    rng = np.random.default_rng(0)
    classes, around = rng.integers(0, 3, (30, 9)), rng.integers(0, 2, (30, 9))
    parts = conditional_transitions(classes, around, 3, 2)
    assert (sum(one.counts for one in parts) == transitions(classes, 3).counts).all()
    unknown = conditional_transitions(classes, np.full((30, 9), MISSING), 3, 2)
    assert all(one.counts.sum() == 0 and one.ergodic_state == "never_observed" for one in unknown)


@pytest.mark.parametrize("classes", [[[0, 3]], [[0, -2]], [0, 1], [[0]]])
def test_classes_that_are_refused(classes: object) -> None:
    with pytest.raises(ValueError):
        transitions(classes, 3)  # type: ignore[arg-type]


def test_what_else_is_refused() -> None:
    with pytest.raises(ValueError, match="rise"):
        given_classes([1.0], [3, 2])
    with pytest.raises(ValueError, match="two or more"):
        quantile_classes([[1.0]], 1)
    with pytest.raises(ValueError, match="rows sum to 1"):
        followed([[0.5, 0.4], [0, 1]])
