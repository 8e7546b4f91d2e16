"""What weightings and aggregations are asked."""

from typing import Any

import numpy as np
import pytest

from evaluate.methods.weighting import DataDriven, Siblings
from indicators.errors import InputError
from tests.families.cases import Case
from tests.families.populations import ORDINARY
from tests.families.protocols import NAN, Array, cases, locked, plain

# Weighting


def tables() -> list[Any]:
    """Scores, units × children."""
    ordinary = np.column_stack([ORDINARY[:, 0], ORDINARY[:, 1], ORDINARY[::-1, 0] ** 2])
    gaps = ordinary.copy()
    gaps[::4, 1] = NAN
    constant = ordinary.copy()
    constant[:, 2] = 50.0
    zero = ordinary.copy()
    zero[:, 0] = 0.0
    named = {
        "ordinary": ordinary,
        "gaps": gaps,
        "one constant": constant,
        "one zero": zero,
        "all constant": np.full((12, 3), 50.0),
        "all zero": np.zeros((12, 3)),
        "tied": np.floor(ordinary / 3),
        "alike": np.repeat(ordinary[:, :1], 3, axis=1),
        "opposed": np.column_stack([ordinary[:, 0], 10 - ordinary[:, 0]]),
        "one missing": np.column_stack([ordinary[:, 0], np.full(12, NAN)]),
        "one child": ordinary[:, :1],
        "one unit": ordinary[:1],
        "two units": ordinary[:2],
        "tiny": ordinary * 1e-40,
        "huge": ordinary * 1e40,
    }
    return [pytest.param(values, id=name) for name, values in named.items()]


CHILDREN = ("so2_positive", "so2_target", "nox_negative")


def siblings(scores: Any, given: Any = None, order: int = 1) -> Siblings:
    """Return scores as those of the children of `sulphur` in three years, `order` −1: handed in backwards."""
    rows, count = np.shape(scores)
    given = np.arange(1, count + 1) / np.arange(1, count + 1).sum() if given is None else given
    position, year = np.arange(rows) // 3, 2018 + np.arange(rows) % 3
    scores = locked(scores)[::order, ::order]
    return Siblings("sulphur", CHILDREN[:count][::order], scores, given[::order], year[::order], position[::order])


@cases("weighting")
@pytest.mark.parametrize("scores", tables())
def test_weighting(case: Case, scores: Array) -> None:
    method, count = case.build(), scores.shape[1]
    if method.floor == "positive" and (scores <= 0).any():
        return  # refused with a named fault before any method sees it
    found = method.weigh(siblings(scores))
    assert plain(found.details) == found.details
    weights = found.weights
    if weights is None:
        assert method.data_driven
        return
    assert weights.shape == (count,) and (weights >= 0).all()
    assert weights.sum() == pytest.approx(1, rel=1e-12)
    turned = method.weigh(siblings(scores, order=-1)).weights
    np.testing.assert_allclose(turned[::-1], weights, rtol=1e-9, atol=1e-12)
    for times in (1e-100, 1e100):
        again = method.weigh(siblings(scores * times)).weights
        np.testing.assert_allclose(again, weights, rtol=1e-9, atol=1e-12)
    cap = getattr(method, "cap", None)
    if cap is not None and count > 1:
        assert weights.max() <= cap / count * (1 + 1e-12)
    if not method.data_driven:
        other = method.weigh(siblings(np.full(scores.shape, 7.0))).weights
        np.testing.assert_array_equal(other, weights)


@cases("weighting")
def test_what_is_constant_or_missing_tells_nothing(case: Case) -> None:
    method = case.build()
    if not isinstance(method, DataDriven) or method.cap is not None:
        return
    ordinary = np.column_stack([1 + ORDINARY[:, 0], 1 + ORDINARY[:, 1]])
    given = np.array([0.4, 0.6])
    plain_weights = method.weigh(siblings(ordinary, given)).weights
    for silent in (np.full(12, 50.0), np.zeros(12), np.full(12, 0.1 + 0.2), np.full(12, NAN)):
        found = method.weigh(siblings(np.column_stack([ordinary, silent]), np.array([0.2, 0.3, 0.5]))).weights
        assert found[2] == 0
        np.testing.assert_allclose(found[:2], plain_weights, rtol=1e-9)


@cases("weighting")
def test_nothing_to_learn_from_gives_none_or_what_was_stated(case: Case) -> None:
    method = case.build()
    found = method.weigh(siblings(np.full((12, 3), 50.0))).weights
    if isinstance(method, DataDriven):
        assert found is None
    else:
        assert found is None or np.isfinite(found).all()


# Aggregation


@cases("aggregation")
def test_aggregation(case: Case) -> None:
    method = case.build()
    scores = locked(1 + np.column_stack([ORDINARY[:, 0], ORDINARY[:, 1], ORDINARY[::-1, 2]]))
    weights = locked([0.5, 0.2, 0.3])
    learned = method.learn(scores)
    found = method.aggregate(scores, weights, learned)
    assert found.shape == (12,) and np.isfinite(found).all()
    assert method.aggregate(scores, weights, plain(learned)).tobytes() == found.tobytes()
    turned = method.aggregate(scores[:, ::-1], weights[::-1], method.learn(scores[:, ::-1]))
    np.testing.assert_allclose(turned, found, rtol=1e-12)
    np.testing.assert_allclose(method.aggregate(scores, weights * 7, learned), found, rtol=1e-12)
    alone = [method.aggregate(scores[at : at + 1], weights, learned)[0] for at in range(12)]
    np.testing.assert_allclose(alone, found, rtol=1e-12)
    better = method.aggregate(locked(scores + np.array([0, 0.5, 0])), weights, learned)
    assert (better >= found - 1e-9).all() or not method.monotone
    if method.learns:
        return
    # an average: of equal scores it is that score, and what multiplies all of them multiplies it
    np.testing.assert_allclose(method.aggregate(locked(np.full((3, 3), 40.0)), weights, {}), 40, rtol=1e-12)
    if not getattr(method, "beta", 0):
        np.testing.assert_allclose(method.aggregate(scores * 1000, weights, {}), found * 1000, rtol=1e-12)
    if method.monotone:
        assert (found >= scores.min(axis=1) - 1e-12).all() and (found <= scores.max(axis=1) + 1e-12).all()


@cases("aggregation")
@pytest.mark.parametrize("scores", tables())
def test_aggregation_of_odd_tables(case: Case, scores: Array) -> None:
    method, weights = case.build(), locked(np.arange(1, scores.shape[1] + 1.0))
    if method.positive_only and (scores <= 0).any():
        return
    learned = method.learn(locked(scores))
    found = method.aggregate(locked(scores), weights, plain(learned))
    assert (np.isfinite(found) == np.isfinite(scores).any(axis=1)).all()
    if method.learns and scores.max(initial=0) < 1e9:
        assert (found >= -1e-9).all() and (found <= 100 + 1e-9).all()
    # rows that are alike but for rounding score alike
    again = method.aggregate(locked(np.where(scores > 1, scores * (1 + 2e-16), scores)), weights, learned)
    np.testing.assert_allclose(again, found, rtol=1e-9, atol=1e-9 * np.abs(found).max(initial=0))


@cases("aggregation")
def test_missing_children_are_dropped(case: Case) -> None:
    method, weights = case.build(), locked([0.5, 0.2, 0.3])
    scores = locked([[10, NAN, 30], [NAN, 20, NAN], [NAN, NAN, NAN]])
    learned = method.learn(locked([[10, 40, 30], [20, 20, 50], [5, 60, 70]]))
    found = method.aggregate(scores, weights, learned)
    assert np.isfinite(found).tolist() == [True, True, False]
    if not method.learns:
        # the weights of the others rescaled, by hand
        two = method.aggregate(locked([[10, 30]]), locked([0.625, 0.375]), {})[0]
        np.testing.assert_allclose(found[:2], [two, 20], rtol=1e-12)
    # nothing left that weighs anything
    assert np.isnan(method.aggregate(locked([[NAN, NAN, 5.0]]), locked([0.5, 0.5, 0.0]), learned)).all()


@cases("aggregation")
def test_replicates_are_aggregated_as_one_by_one(case: Case) -> None:
    method = case.build()
    scores = 1 + np.stack([ORDINARY, ORDINARY[::-1], np.where(ORDINARY > 8, NAN, ORDINARY)])
    weights = np.array([[0.5, 0.2, 0.3], [1, 0, 0], [0.1, 0.1, 0.8]])
    learned = method.learn(locked(scores[0]))
    together = method.aggregate(locked(scores), locked(weights), learned)
    each = [method.aggregate(locked(s), locked(w), learned) for s, w in zip(scores, weights, strict=True)]
    np.testing.assert_allclose(together, np.stack(each), rtol=1e-12, atol=1e-12)
    shared = method.aggregate(locked(scores[0]), locked(weights), learned)
    each = [method.aggregate(locked(scores[0]), locked(w), learned) for w in weights]
    np.testing.assert_allclose(shared, np.stack(each), rtol=1e-12, atol=1e-12)


@cases("aggregation")
def test_scores_that_need_to_be_positive(case: Case) -> None:
    method = case.build()
    low, weights = locked([[0.0, 50.0], [-5.0, 50.0]]), locked([0.5, 0.5])
    # one that does not ask for positive scores can do with others, or refuses them; the rest are refused by `score`
    if not method.positive_only:
        try:
            assert np.isfinite(method.aggregate(low, weights, method.learn(low))).all()
        except InputError as refused:
            assert [fault.text_key for fault in refused.faults] == ["scoring.no_negative"]
