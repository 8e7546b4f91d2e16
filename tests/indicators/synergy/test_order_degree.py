"""Order degrees and the synergy degree: edges; printed figures stand in tests/oracles/test_synergy.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.synergy.order_degree import order_degree, synergy_degree


def test_order_degree_by_hand() -> None:
    # (6 − 2)/(10 − 2) = 0.5; cost: (40 − 22)/(40 − 4) = 0.5; together 0.5, or 0.5 · 0.25 + 0.75 · 0.5
    made = order_degree([[6, 22], [4, 22]], [2, 4], [10, 40], [True, False])
    np.testing.assert_allclose(made.value, [0.5, 0.125**0.5])
    weighted = order_degree([[4, 22]], [2, 4], [10, 40], [True, False], combine="weighted", weights=[1, 3])
    np.testing.assert_allclose(weighted.value, [0.25 * 0.25 + 0.75 * 0.5])


def test_values_beyond_the_limits() -> None:
    values = [[12.0, 5.0], [-2.0, 5.0]]
    clipped = order_degree(values, [0, 0], [10, 10], [True, True])
    assert clipped.state.tolist() == ["outside", "outside"]
    np.testing.assert_allclose(clipped.value, [0.5**0.5, 0])
    extended = order_degree(values, [0, 0], [10, 10], [True, True], beyond="extend")
    assert extended.state.tolist() == ["outside", "outside"]
    np.testing.assert_allclose(extended.value, [0.6**0.5, np.nan])
    mean = order_degree(values, [0, 0], [10, 10], [True, True], beyond="extend", combine="weighted")
    np.testing.assert_allclose(mean.value, [0.85, 0.15])


def test_limits_that_do_not_lie_apart_and_missing_values() -> None:
    assert order_degree([[1.0, 1.0]], [0, 1], [1, 1], [True, True]).state.tolist() == ["no_range"]
    made = order_degree([[1.0, np.nan]], [0, 0], [1, 1], [True, True])
    assert made.state.tolist() == ["missing"] and np.isnan(made.value).all()


@pytest.mark.parametrize(
    ("changes", "state", "geometric", "weighted"),
    [
        ((0.2, 0.05), "all_rise", 0.1, 0.125),
        ((-0.2, -0.05), "all_fall", -0.1, -0.125),
        ((0.2, -0.05), "mixed", -0.1, -0.125),
        # in the geometric form one that did not change hides what the other did
        ((0.0, 0.5), "one_unchanged", 0.0, -0.25),
        ((0.0, 0.0), "none_changed", 0.0, 0.0),
    ],
)
def test_states(changes: tuple[float, float], state: str, geometric: float, weighted: float) -> None:
    before = np.array([0.4, 0.3])
    first = synergy_degree(before, before + changes)
    second = synergy_degree(before, before + changes, combine="weighted")
    assert str(first.state) == str(second.state) == state
    assert float(first.value) == pytest.approx(geometric, abs=1e-12)
    assert float(second.value) == pytest.approx(weighted, abs=1e-12)
    assert not np.signbit(first.value) or geometric < 0


def test_a_difference_in_the_last_digits_is_none() -> None:
    assert str(synergy_degree([0.3, 0.1], [0.1 + 0.2, 0.5]).state) == "one_unchanged"


def test_a_missing_subsystem() -> None:
    made = synergy_degree([[0.1, np.nan]], [[0.2, 0.2]])
    assert made.state.tolist() == ["missing"] and np.isnan(made.value).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=5))
def test_the_degree_lies_between_minus_1_and_1(pairs: list[tuple[float, float]]) -> None:
    before, after = np.array(pairs).T
    made = synergy_degree(before, after)
    assert -1 <= made.value <= 1
    assert (made.value > 0) <= (str(made.state) == "all_rise")


def test_weights_belong_to_the_weighted_form() -> None:
    with pytest.raises(ValueError, match="weighted"):
        synergy_degree([0.1, 0.2], [0.2, 0.3], weights=[1, 2])
