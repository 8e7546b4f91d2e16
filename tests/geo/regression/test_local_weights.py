"""Composites whose weights vary over space: by hand, at the edges, and never a silent gap."""

import numpy as np
import pytest

from geo.local_weights import local_entropy, ordered_average
from geo.regression.kernels import Places, Window, weigh

WIDE = Window("gaussian", False, np.inf)


def made(n: int = 30, k: int = 4, seed: int = 1) -> tuple[np.ndarray, Places]:
    rng = np.random.default_rng(seed)
    return rng.uniform(0, 100, (n, k)), Places(rng.uniform(0, 1e5, (n, 2)), "planar")


def test_entropy_by_hand() -> None:
    scores, places = made()
    window = Window("gaussian", False, 2e4)
    found = local_entropy(scores, places, window)
    kernel = weigh(places.squared(slice(0, 30)), "gaussian", np.full(30, 4e8))
    for i in (0, 11):
        v = kernel[i] / kernel[i].sum()
        p = v[:, None] * scores / (v[:, None] * scores).sum(axis=0)
        divergence = (p * np.log(p / v[:, None])).sum(axis=0)
        np.testing.assert_allclose(found.weights[i], divergence / divergence.sum(), rtol=1e-9)
    np.testing.assert_allclose(found.weights.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(found.composite, (found.weights * scores).sum(axis=1))
    assert (found.state == "defined").all()


def test_an_indicator_that_is_the_same_all_around_has_no_weight() -> None:
    scores, places = made()
    scores[:, 0] = 7.0
    found = local_entropy(scores, places, Window("bisquare", True, 12))
    assert found.weights[:, 0].max() == 0
    flat = local_entropy(np.full((30, 3), 0.3), places, Window("bisquare", True, 12))
    assert (flat.state == "no_information").all() and np.allclose(flat.weights, 1 / 3)
    assert flat.composite == pytest.approx(np.full(30, 0.3))


def test_zeros_and_gaps() -> None:
    scores, places = made()
    scores[:, 1] = 0.0
    scores[3, 2] = np.nan
    scores[5] = np.nan
    found = local_entropy(scores, places, WIDE)
    assert found.weights[:5, 1].max() == 0 and found.weights[3, 2] == 0
    assert found.weights[3].sum() == pytest.approx(1)
    assert found.state[5] == "missing" and np.isnan(found.composite[5]) and np.isnan(found.weights[5]).all()
    assert (np.isnan(found.composite) == (found.state == "missing")).all()


def test_a_change_of_scale_leaves_the_weights() -> None:
    scores, places = made()
    window = Window("bisquare", True, 15)
    one, other = local_entropy(scores, places, window), local_entropy(scores * [1e-6, 1, 10, 1e9], places, window)
    np.testing.assert_allclose(one.weights, other.weights, rtol=1e-9)


def test_ordered_averages_as_ci_ogwa_defines_them() -> None:
    # Compind's ci_ogwa in words: for every place, scores times the kernel weight, sorted, averaged over the least
    # (OGWA−) or the greatest (OGWA+) `of`; then the mean over the places.
    scores, places = made(n=12, k=5)
    window = Window("bisquare", False, 6e4)
    kernel = weigh(places.squared(slice(0, 12)), "bisquare", np.full(12, 36e8))
    for side, part in (("weakest", slice(0, 2)), ("strongest", slice(3, 5))):
        told = np.empty((12, 12))
        for place in range(12):
            for unit in range(12):
                told[unit, place] = np.sort(scores[unit] * kernel[place, unit])[part].mean()
        found = ordered_average(scores, places, window, of=2, side=side)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.composite, told.mean(axis=1), rtol=1e-10)
    plain = ordered_average(scores, places, window, of=2, scaled=True)
    np.testing.assert_allclose(plain.composite, np.sort(scores, axis=1)[:, :2].mean(axis=1))
    np.testing.assert_allclose(plain.weights.sum(axis=1), 1)


def test_all_scores_make_the_mean_and_equal_ones_share() -> None:
    scores, places = made()
    np.testing.assert_allclose(ordered_average(scores, places, WIDE, of=4).composite, scores.mean(axis=1))
    tied = ordered_average(np.tile([1.0, 1.0, 2.0, 3.0], (30, 1)), places, WIDE, of=1)
    assert tied.weights[0].tolist() == [0.5, 0.5, 0, 0] and tied.composite[0] == 1


def test_a_missing_score_leaves_no_order() -> None:
    scores, places = made()
    scores[4, 1] = np.nan
    found = ordered_average(scores, places, WIDE, of=2)
    assert found.state[4] == "missing" and np.isnan(found.composite[4])
    assert np.isfinite(found.composite[np.arange(30) != 4]).all()
    with pytest.raises(ValueError, match="between 1"):
        ordered_average(scores, places, WIDE, of=5)
