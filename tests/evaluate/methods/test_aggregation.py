"""Aggregation: means worked out by hand, children that are missing, replicates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluate.methods.aggregation import Arithmetic, GeneralisedMean, Geometric, Harmonic

N = np.nan
MEANS = [Arithmetic(), Geometric(method="geometric"), Harmonic(method="harmonic")]
QUARTERS = np.array([0.25] * 4)


def one(method, scores: list[float], weights: list[float]) -> float:  # type: ignore[no-untyped-def]
    return float(method.aggregate(np.array([scores]), np.array(weights), {})[0])


def test_by_hand() -> None:
    # 0.6·10 + 0.4·40 = 22; 10^0.6·40^0.4 = 10·4^0.4; 1/(0.06 + 0.01) = 100/7
    found = [one(method, [10, 40], [0.6, 0.4]) for method in MEANS]
    assert found == pytest.approx([22, 10 * 4**0.4, 100 / 7], rel=1e-14)


def test_the_handbooks_example() -> None:
    # OECD/JRC Handbook 2008, 6.11: (21, 1, 1, 1) → 2.14, (6, 6, 6, 6) → 6; one low item raised to 2 gives 2.54
    rows = np.array([[21.0, 1, 1, 1], [6, 6, 6, 6], [21, 2, 1, 1]])
    assert MEANS[0].aggregate(rows[:2], QUARTERS, {}).tolist() == [6, 6]
    assert MEANS[1].aggregate(rows, QUARTERS, {}).round(2).tolist() == [2.14, 6.0, 2.55]
    # the Handbook cuts 2.5457 to 2.54
    assert MEANS[1].aggregate(rows, QUARTERS, {})[2] == pytest.approx(42**0.25, rel=1e-14)


@pytest.mark.parametrize("method", MEANS)
def test_a_missing_child_is_dropped_and_the_weights_rescaled(method) -> None:  # type: ignore[no-untyped-def]
    # 0.5 and 0.3 without the 0.2 are 0.625 and 0.375
    assert one(method, [10, N, 40], [0.5, 0.2, 0.3]) == pytest.approx(one(method, [10, 40], [0.625, 0.375]), rel=1e-14)
    assert np.isnan(one(method, [N, N, N], [0.5, 0.2, 0.3]))


@pytest.mark.parametrize("method", MEANS)
def test_what_is_there_and_weighs_nothing_is_no_score(method) -> None:  # type: ignore[no-untyped-def]
    assert np.isnan(one(method, [10, N], [0, 1]))
    assert one(method, [10, 40], [0, 1]) == pytest.approx(40, rel=1e-14)


@pytest.mark.parametrize("method", MEANS)
def test_equal_scores_stay_and_weights_may_be_unnormalised(method) -> None:  # type: ignore[no-untyped-def]
    assert one(method, [7, 7, 7], [0.2, 0.3, 0.5]) == pytest.approx(7, rel=1e-14)
    assert one(method, [10, 40], [6, 4]) == pytest.approx(one(method, [10, 40], [0.6, 0.4]), rel=1e-14)


def power(p: float) -> GeneralisedMean:
    return GeneralisedMean(method="generalised_mean", power=p)


def test_the_power_mean_holds_the_others() -> None:
    scores, weights = np.array([[10.0, 40.0, N], [3.0, 5.0, 90.0]]), np.array([0.5, 0.2, 0.3])
    for p, mean in ((1, MEANS[0]), (-1, MEANS[2])):
        np.testing.assert_allclose(
            power(p).aggregate(scores, weights, {}), mean.aggregate(scores, weights, {}), rtol=1e-12
        )
    for p in (0.001, -0.001):
        np.testing.assert_allclose(
            power(p).aggregate(scores, weights, {}), MEANS[1].aggregate(scores, weights, {}), rtol=2e-3
        )
    # towards the extremes it nears the greatest and the least
    assert one(power(50), [10, 40], [0.5, 0.5]) == pytest.approx(40, rel=0.02)
    assert one(power(-50), [10, 40], [0.5, 0.5]) == pytest.approx(10, rel=0.02)


def test_the_power_mean_by_hand() -> None:
    # √((9 + 16)/2); cube root of (27 - 8)/2, the negative score with its sign; √½ of 0 and 1
    assert one(power(2), [3, 4], [0.5, 0.5]) == pytest.approx(12.5**0.5, rel=1e-14)
    assert one(power(3), [3, -2], [0.5, 0.5]) == pytest.approx(9.5 ** (1 / 3), rel=1e-14)
    assert one(power(2), [0, 1], [0.5, 0.5]) == pytest.approx(0.5**0.5, rel=1e-14)
    assert one(power(0.5), [4, 16], [0.5, 0.5]) == pytest.approx(9, rel=1e-14)


@pytest.mark.parametrize("p", [-50, -3, 0.5, 2, 50])
def test_no_power_leaves_the_numbers(p: float) -> None:
    for size in (1e-140, 1.0, 1e140):
        assert one(power(p), [size, 2 * size], [0.5, 0.5]) == pytest.approx(
            size * one(power(p), [1, 2], [0.5, 0.5]), rel=1e-12
        )


def test_powers_below_1_need_positive_scores() -> None:
    assert [power(p).positive_only for p in (-1, 0.5, 1, 2)] == [True, True, False, False]


def test_positive_scores_only() -> None:
    assert [method.positive_only for method in MEANS] == [False, True, True]
    # rows that are only learned from may hold a 0: the limit, without a warning of NumPy
    assert one(MEANS[1], [0, 40], [0.5, 0.5]) == 0
    assert one(MEANS[2], [0, 40], [0.5, 0.5]) == 0


ROWS = st.lists(st.lists(st.floats(1, 100), min_size=3, max_size=3), min_size=1, max_size=5)
WEIGHTS = st.lists(st.floats(0.01, 1), min_size=3, max_size=3)


@given(ROWS, WEIGHTS)
def test_scipys_means(rows: list[list[float]], weights: list[float]) -> None:
    scores, w = np.array(rows), np.array(weights)
    np.testing.assert_allclose(MEANS[0].aggregate(scores, w, {}), np.average(scores, axis=1, weights=w), rtol=1e-10)
    np.testing.assert_allclose(MEANS[1].aggregate(scores, w, {}), stats.gmean(scores, axis=1, weights=w), rtol=1e-10)
    np.testing.assert_allclose(MEANS[2].aggregate(scores, w, {}), stats.hmean(scores, axis=1, weights=w), rtol=1e-10)


@given(ROWS, st.lists(WEIGHTS, min_size=1, max_size=4), st.booleans())
def test_all_replicates_at_once_are_what_each_is_alone(
    rows: list[list[float]], weights: list[list[float]], gap: bool
) -> None:
    scores, w = np.array(rows), np.array(weights)
    if gap:
        scores[0, 0] = np.nan
    for method in MEANS:
        alone = np.array([method.aggregate(scores, row, {}) for row in w])
        np.testing.assert_allclose(method.aggregate(scores, w, {}), alone, rtol=1e-12)
        stacked = np.stack([scores] * len(w))
        np.testing.assert_allclose(method.aggregate(stacked, w, {}), alone, rtol=1e-12)
