"""Median and ordered weighted average: by hand, against NumPy, and what weights mean to them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evaluate.methods.aggregation import OrderedWeightedAverage, WeightedMedian

N = np.nan
MEDIAN = WeightedMedian(method="median")


def owa(**parameters: Any) -> OrderedWeightedAverage:
    return OrderedWeightedAverage(method="owa", **parameters)


def one(method: Any, scores: list[float], weights: list[float]) -> float:
    return float(method.aggregate(np.array([scores], dtype=float), np.array(weights, dtype=float), {})[0])


@pytest.mark.parametrize(
    ("scores", "weights", "expected"),
    [
        ([1, 2, 9], [1, 1, 1], 2),
        # an even split is the mean of both sides
        ([1, 2, 9, 20], [1, 1, 1, 1], 5.5),
        ([9, 1], [0.5, 0.5], 5),
        ([9, 1], [0.51, 0.49], 9),
        # 0.3 + 0.2 reach one half exactly, whatever floating point makes of the sum
        ([1, 2, 3], [0.3, 0.2, 0.5], 2.5),
        ([1, 2, 3], [0.1, 0.2, 0.7], 3),
        # a child of weight 0 is no neighbour
        ([1, 5, 9], [1, 0, 1], 5),
        ([1, 2, 9], [1, 0, 1], 5),
        ([N, 4, 8], [0.9, 0.05, 0.05], 6),
        ([7], [1], 7),
        ([-3, -3, 5], [1, 1, 1], -3),
    ],
)
def test_median_by_hand(scores: list[float], weights: list[float], expected: float) -> None:
    assert one(MEDIAN, scores, weights) == pytest.approx(expected, rel=1e-14)


COUNTED = st.lists(st.tuples(st.integers(-20, 20), st.integers(0, 4)), min_size=1, max_size=6)


@given(COUNTED)
def test_whole_weights_repeat_a_score_in_the_median(counted: list[tuple[int, int]]) -> None:
    scores, counts = (np.array(part, dtype=float) for part in zip(*counted, strict=True))
    found = MEDIAN.aggregate(scores[None], counts, {})[0]
    repeated = np.repeat(scores, counts.astype(int))
    if len(repeated):
        assert found == pytest.approx(np.median(repeated), abs=1e-12)
    else:
        assert np.isnan(found)


@given(COUNTED, st.floats(0.05, 0.95))
def test_whole_weights_repeat_a_score_in_the_ordered_average(counted: list[tuple[int, int]], orness: float) -> None:
    # Yager 1996: importances are how often an argument counts
    scores, counts = (np.array(part, dtype=float) for part in zip(*counted, strict=True))
    repeated = np.repeat(scores, counts.astype(int))
    if len(repeated):
        found = owa(orness=orness).aggregate(scores[None], counts, {})[0]
        share = np.arange(len(repeated) + 1) / len(repeated)
        places = np.diff(share ** ((1 - orness) / orness))
        assert found == pytest.approx(float(places @ np.sort(repeated)[::-1]), abs=1e-9)


def test_places_with_equal_weights_are_their_weights() -> None:
    # mean of the two best and of the two worst, as Compind's ci_owa with `atleastjp` 2 has them
    scores = np.array([[4.0, 1, 3, 2]])
    best, worst = owa(order_weights=[0.5, 0.5, 0, 0]), owa(order_weights=[0, 0, 1, 1])
    assert best.aggregate(scores, np.ones(4), {})[0] == pytest.approx(3.5, rel=1e-14)
    assert worst.aggregate(scores, np.ones(4), {})[0] == pytest.approx(1.5, rel=1e-14)


def test_equal_places_are_the_weighted_mean() -> None:
    scores, weights = np.array([[10.0, 50, 40], [N, 50, 40]]), np.array([0.5, 0.2, 0.3])
    expected = [27, 44]
    huge = owa(order_weights=[1e308, 1e308])
    for method in (owa(orness=0.5), owa(order_weights=[1, 1, 1]), owa(order_weights=[3]), huge):
        np.testing.assert_allclose(method.aggregate(scores, weights, {}), expected, rtol=1e-12)


def test_orness_leads_from_the_worst_to_the_best() -> None:
    found = [one(owa(orness=o), [10, 50, 40], [1, 1, 1]) for o in (0.001, 0.3, 0.5, 0.7, 0.999)]
    assert found == sorted(found)
    assert found[0] == pytest.approx(10, abs=0.1) and found[-1] == pytest.approx(50, abs=0.1)


@pytest.mark.parametrize("wrong", [{"orness": 0}, {"orness": 1}, {"order_weights": []}, {"order_weights": [0, 0]}])
def test_what_is_no_order_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        owa(**wrong)
