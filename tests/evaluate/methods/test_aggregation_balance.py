"""Means with a term for imbalance: by hand, and where they are not monotone."""

from typing import Any

import numpy as np
import pytest

from evaluate.methods.aggregation import AdjustedMazziottaPareto, MazziottaPareto, MeanMin

N = np.nan


def one(method: Any, scores: list[float], weights: list[float]) -> float:
    return float(method.aggregate(np.array([scores], dtype=float), np.array(weights, dtype=float), {})[0])


def mpi(**parameters: Any) -> MazziottaPareto:
    return MazziottaPareto(method="mpi", **parameters)


def test_penalties_by_hand() -> None:
    # M = 100, S² = (100 + 100 + 0)/3 over all, /2 as a sample
    assert one(mpi(), [110, 90, 100], [1, 1, 1]) == pytest.approx(100 - 2 / 3, rel=1e-14)
    assert one(mpi(penalty="positive"), [110, 90, 100], [1, 1, 1]) == pytest.approx(100 + 2 / 3, rel=1e-14)
    assert one(mpi(ddof=1), [110, 90, 100], [1, 1, 1]) == pytest.approx(99, rel=1e-14)
    # weights enter both: M = 105, S² = ¾·25 + ¼·225 = 75
    assert one(mpi(), [110, 90], [0.75, 0.25]) == pytest.approx(105 - 75 / 105, rel=1e-14)
    # 1 - Σw² = 3/8
    assert one(mpi(ddof=1), [110, 90], [0.75, 0.25]) == pytest.approx(105 - 200 / 105, rel=1e-14)


@pytest.mark.parametrize("ddof", [0, 1])
def test_a_single_child_has_no_imbalance(ddof: int) -> None:
    for penalty in ("negative", "positive"):
        method = mpi(ddof=ddof, penalty=penalty)
        assert one(method, [88], [1]) == 88
        assert one(method, [88, N, 3], [0.2, 0.8, 0]) == pytest.approx(88, rel=1e-14)


def test_the_adjusted_index_has_the_same_formula() -> None:
    rows, weights = np.array([[70.0, 130, 100], [101, N, 103]]), np.array([0.2, 0.5, 0.3])
    for penalty in ("negative", "positive"):
        adjusted = AdjustedMazziottaPareto(method="ampi", penalty=penalty)
        np.testing.assert_array_equal(
            adjusted.aggregate(rows, weights, {}), mpi(penalty=penalty).aggregate(rows, weights, {})
        )


def test_precision_far_from_zero() -> None:
    # scores of 10⁸ that differ by 1: S² = ¼
    assert one(mpi(), [1e8, 1e8 + 1], [1, 1]) - (1e8 + 0.5) == pytest.approx(-0.25 / 1e8, abs=1e-7)


def test_a_higher_score_may_lower_it_far_above_the_mean_only() -> None:
    # d/dx of M - S²/M is (1 - 2(x - M)/M + cv²)·w: with ten children at 70 and one at 130 it is below 0
    rows = np.array([[130.0, *[70.0] * 10], [131.0, *[70.0] * 10]])
    found = mpi().aggregate(rows, np.ones(11), {})
    assert found[1] < found[0] and not MazziottaPareto.monotone
    # within 1.5 M it does not happen
    rows = np.array([[105.0, *[70.0] * 10], [106.0, *[70.0] * 10]])
    found = mpi().aggregate(rows, np.ones(11), {})
    assert found[1] > found[0]


def mean_min(alpha: float, beta: float = 0) -> MeanMin:
    return MeanMin(method="mean_min", alpha=alpha, beta=beta)


def test_mean_min_by_hand() -> None:
    # M = 50, m = 20: √(30² + 40²) = 50, so that the penalty is α·(50 - 40)
    assert one(mean_min(0.5, 40), [20, 80], [1, 1]) == pytest.approx(45, rel=1e-14)
    assert one(mean_min(0), [20, 80], [1, 1]) == 50
    assert one(mean_min(1), [20, 80], [1, 1]) == pytest.approx(20, rel=1e-14)
    # α = ½ and β = 0 lie halfway
    assert one(mean_min(0.5), [20, 80, N], [0.25, 0.75, 9]) == pytest.approx((65 + 20) / 2, rel=1e-14)
    # the lowest of those that weigh something
    assert one(mean_min(1), [20, 80, 5], [1, 1, 0]) == pytest.approx(20, rel=1e-14)
    assert one(mean_min(1), [-20, 0], [1, 1]) == pytest.approx(-20, rel=1e-14)


def test_mean_min_is_between_its_ends_and_concave() -> None:
    draws = np.random.default_rng(5).uniform(-50, 100, (2, 500, 4))
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    for method in (mean_min(0.3, 5), mean_min(1, 20), mean_min(0.7)):
        first, second, middle = (method.aggregate(rows, weights, {}) for rows in (*draws, draws.mean(axis=0)))
        assert (first >= draws[0].min(axis=1) - 1e-9).all() and (first <= draws[0] @ weights + 1e-9).all()
        assert (middle >= (first + second) / 2 - 1e-9).all()
