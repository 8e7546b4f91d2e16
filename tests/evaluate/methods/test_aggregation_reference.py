"""Aggregations that compare with a reference population: degenerate ones, gaps, rows outside it, limits."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.optimize import linprog

from evaluate.methods.aggregation import BenefitOfDoubt, Copeland, GreyRelation, Topsis, Vikor
from indicators.errors import InputError

N = np.nan
METHODS: list[Any] = [
    Topsis(method="topsis"),
    Topsis(method="topsis", scaling="none"),
    Vikor(method="vikor"),
    GreyRelation(method="grey_relation"),
    Copeland(method="copeland"),
    BenefitOfDoubt(method="benefit_of_doubt"),
]
by_method = pytest.mark.parametrize("method", METHODS, ids=str)
ALIKE = {"topsis": 50, "vikor": 50, "grey_relation": 100, "copeland": 50, "benefit_of_doubt": 100}
HALVES = np.array([0.5, 0.5])


def scored(method: Any, rows: Any, weights: Any = HALVES, reference: Any = None) -> list[float]:
    """Return the scores of rows, learned from the reference or from the rows themselves."""
    rows = np.array(rows, dtype=float)
    learned = method.learn(rows if reference is None else np.array(reference, dtype=float))
    return [round(float(value), 9) for value in method.aggregate(rows, np.array(weights, dtype=float), learned)]


def refused(call: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        call()
    return [fault.text_key for fault in caught.value.faults]


@by_method
@pytest.mark.parametrize("rows", [[[30, 60]], [[30, 60], [30, 60]], [[0.3, 60], [0.1 + 0.2, 60]]])
def test_rows_that_are_alike(method: Any, rows: Any) -> None:
    assert scored(method, rows) == pytest.approx([ALIKE[method.method]] * len(rows))


@by_method
def test_a_constant_child_decides_nothing(method: Any) -> None:
    weights = [0.3, 0.3, 0.4]
    two = scored(method, [[10, 80], [60, 20], [30, 50]], weights[:2])
    three = scored(method, [[10, 80, 5], [60, 20, 5], [30, 50, 5]], weights)
    assert np.argsort(two).tolist() == np.argsort(three).tolist() or method.method == "benefit_of_doubt"


@by_method
def test_a_row_that_is_best_in_all_and_one_that_is_worst(method: Any) -> None:
    found = scored(method, [[90, 80], [10, 20], [50, 60]])
    assert found[0] == pytest.approx(100) and min(found) == found[1] and np.argsort(found).tolist() == [1, 2, 0]
    if method.method in ("topsis", "vikor", "copeland"):
        assert found[1] == pytest.approx(0)


@by_method
def test_a_row_outside_the_reference_population(method: Any) -> None:
    reference = [[90, 80], [10, 20], [50, 60]]
    above, below, within = scored(method, [[200, 300], [1, 2], [50, 60]], reference=reference)
    assert above >= 100 - 1e-9 and below <= within <= above
    if method.method != "vikor":
        assert below >= 0 and above <= 100 + 1e-9
    # and its score does not depend on who else is scored
    assert scored(method, [[1, 2]], reference=reference) == [below]


@by_method
def test_a_child_that_nobody_had_is_refused(method: Any) -> None:
    if method.method == "benefit_of_doubt":
        # what no reference row has counts as 0 there
        assert scored(method, [[10, 1]], reference=[[10, N], [20, N]]) == [100]
        return
    assert refused(lambda: scored(method, [[10, 1]], reference=[[10, N], [20, N]])) == ["scoring.nothing_to_compare"]
    # but nobody asks for it where it weighs nothing or is missing again
    assert len(scored(method, [[10, 1]], [1, 0], reference=[[10, N], [20, N]])) == 1
    assert len(scored(method, [[10, N]], reference=[[10, N], [20, N]])) == 1


@by_method
def test_an_empty_reference_population(method: Any) -> None:
    learned = method.learn(np.empty((0, 2)))
    assert np.isnan(method.aggregate(np.full((3, 2), N), HALVES, learned)).all()
    assert method.aggregate(np.empty((0, 2)), HALVES, learned).shape == (0,)
    if method.method == "benefit_of_doubt":
        assert scored(method, [[5, 7]], reference=np.empty((0, 2))) == [100]


# --- distances ------------------------------------------------------------------------------------------------------


def test_gaps_leave_the_scale_of_topsis_alone() -> None:
    # the root mean square of the scores that are there: a child that half of the rows have twice is no other child
    rows = [[10, 80], [60, 20], [10, N], [60, N]]
    whole = [[10, 80], [60, 20], [10, 80], [60, 20]]
    assert scored(METHODS[0], rows)[:2] == pytest.approx(scored(METHODS[0], whole)[:2])


def test_vikor_finds_its_ends_anew_for_each_set_of_weights() -> None:
    rows = np.array([[0.0, 100, 50], [100, 40, 0], [70, 70, 100], [20, 90, 90]])
    method, weights = METHODS[2], np.array([[0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [1, 1, 1]])
    found = method.aggregate(rows, weights, method.learn(rows))
    for row, own in zip(found, weights, strict=True):
        lacks = (rows.max(axis=0) - rows) / np.ptp(rows, axis=0) * own / own.sum()
        s, r = lacks.sum(axis=1), lacks.max(axis=1)
        expected = 1 - (s - s.min()) / np.ptp(s) / 2 - (r - r.min()) / np.ptp(r) / 2
        np.testing.assert_allclose(row, 100 * expected, atol=1e-10)


def test_only_rows_that_may_be_extreme_are_learned() -> None:
    rows = np.random.default_rng(2).uniform(0, 100, (400, 3))
    rows[::5, 1] = N
    method, weights = METHODS[2], np.array([0.2, 0.3, 0.5])
    learned = method.learn(rows)
    assert len(learned["lacks"]) < 200
    everything = {**learned, "lacks": method._lacks(rows, learned).tolist()}
    np.testing.assert_allclose(
        method.aggregate(rows, weights, learned), method.aggregate(rows, weights, everything), atol=1e-10
    )


# --- pairs ----------------------------------------------------------------------------------------------------------


def test_a_reference_population_that_is_too_large_for_pairs() -> None:
    copeland = METHODS[4]
    assert refused(lambda: copeland.learn(np.zeros((3001, 2)))) == ["scoring.too_many_rows"]
    assert len(copeland.learn(np.zeros((3000, 2)))["rows"]) == 3000


def test_pairs_count_what_both_have_and_differ_in() -> None:
    # the second beats the first in the one child they share; the third has nothing in common with the first
    assert scored(METHODS[4], [[10, N], [20, 5], [N, 7]]) == [0, 50, 100]
    # a tie by weight is half a win
    assert scored(METHODS[4], [[1, 2], [2, 1]]) == [50, 50]
    # what differs by rounding is alike
    assert scored(METHODS[4], [[0.3, 1], [0.1 + 0.2, 1], [0.2, 1]]) == [100, 100, 0]


def test_parts_of_the_rows_at_a_time_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(3).integers(0, 5, (40, 4)).astype(float)
    weights = np.random.default_rng(4).uniform(0.1, 1, (6, 4))
    method = METHODS[4]
    whole = method.aggregate(rows, weights, method.learn(rows))
    monkeypatch.setattr("evaluate.methods.aggregation.pairwise._ENTRIES", 500)
    np.testing.assert_array_equal(method.aggregate(rows, weights, method.learn(rows)), whole)


# --- benefit of the doubt -------------------------------------------------------------------------------------------


def doubt(**parameters: Any) -> BenefitOfDoubt:
    return BenefitOfDoubt(method="benefit_of_doubt", **parameters)


def by_linprog(rows: Any, share: tuple[Any, Any] = (0.0, 1.0), *, of_weights: bool = False) -> list[float]:
    """Return the scores by scipy's linear programming, each row by itself; limits may differ by child."""
    found = []
    low, high = (np.broadcast_to(limit, rows.shape[1]) for limit in share)
    for row in rows:
        part = np.ones(len(row)) if of_weights else row
        least, most = np.outer(low, part) - np.diag(part), np.diag(part) - np.outer(high, part)
        matrix = np.vstack([rows, least, most])
        bound = np.concatenate([np.ones(len(rows)), np.zeros(2 * len(row))])
        found.append(-100 * linprog(-row, A_ub=matrix, b_ub=bound).fun)
    return found


SHARES: list[Any] = [(0.0, 1.0), (0.1, 0.5), (0.0, 0.3), (0.2, 0.4), (0.25, 0.25)]


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("share_of", ["score", "weights"])
def test_scipys_linear_programming(share: tuple[float, float], share_of: Any) -> None:
    rows = np.random.default_rng(6).uniform(1, 100, (60, 4))
    found = scored(doubt(share=list(share), share_of=share_of), rows, np.ones(4))
    assert found == pytest.approx(by_linprog(rows, share, of_weights=share_of == "weights"), abs=1e-7)


@pytest.mark.parametrize("share_of", ["score", "weights"])
def test_limits_around_the_nominal_weights(share_of: Any) -> None:
    rows, weights = np.random.default_rng(7).uniform(1, 100, (30, 3)), np.array([0.5, 0.3, 0.2])
    method = doubt(share=[0.5, 1.5], share_of=share_of, around_given=True)
    expected = by_linprog(rows, (0.5 * weights, 1.5 * weights), of_weights=share_of == "weights")
    assert scored(method, rows, weights) == pytest.approx(expected, abs=1e-7)
    # all of them at their nominal weight: the row against the best weighted sum
    exactly = doubt(share=[1, 1], share_of="weights", around_given=True)
    assert scored(exactly, rows, weights) == pytest.approx(100 * rows @ weights / (rows @ weights).max(), abs=1e-7)


def test_what_each_child_contributes() -> None:
    rows = np.random.default_rng(8).uniform(1, 100, (40, 4))
    rows[3, 1] = N
    method = doubt(share=[0.1, 0.4])
    learned = method.learn(rows)
    shares = method.shares(rows, np.ones(4), learned)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-9)
    assert shares[3, 1] == 0
    others = np.delete(shares, 3, axis=0)
    assert others.min() >= 0.1 - 1e-9 and others.max() <= 0.4 + 1e-9
    # widened in proportion where one of four is missing
    assert shares[3, [0, 2, 3]].min() >= 0.4 / 3 - 1e-9 and shares[3].max() <= 1.6 / 3 + 1e-9
    values, weights = method.solve(rows, np.ones(4), learned)
    np.testing.assert_allclose(100 * np.nansum(weights * rows, axis=1), values, rtol=1e-9)
    assert (np.nan_to_num(rows) @ weights.T <= 1 + 1e-8).all()


def test_nominal_weights_decide_who_takes_part_only() -> None:
    rows = np.array([[10.0, 80, 3], [60, 20, 9], [30, 50, 1]])
    method = doubt()
    first, second, without = method.aggregate(
        rows, np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [1, 1, 0]]), method.learn(rows)
    )
    assert first.tolist() == second.tolist()
    assert without.tolist() == pytest.approx(by_linprog(rows[:, :2]), abs=1e-7)


def test_a_missing_child_has_no_share_and_counts_as_0_in_others() -> None:
    rows = np.array([[50.0, N], [100, 10], [N, 20]])
    assert scored(doubt(), rows) == pytest.approx([50, 100, 100])
    assert np.isnan(scored(doubt(), [[N, N], [1, 1]])[0])


def test_zeros() -> None:
    assert scored(doubt(), [[0, 0], [10, 0]]) == [0, 100]
    assert scored(doubt(), [[0, 0], [0, 0]]) == [0, 0]
    # a zero cannot have a share of the sum, but a weight
    assert [m.positive_only for m in (doubt(), doubt(share=[0, 0.6]), doubt(share=[0.1, 0.6]))] == [False, False, True]
    assert not doubt(share=[0.1, 0.6], share_of="weights").positive_only
    found = scored(doubt(share=[0.2, 0.8], share_of="weights"), [[0, 50], [10, 0], [20, 20]])
    rows = np.array([[0, 50.0], [10, 0], [20, 20]])
    assert found == pytest.approx(by_linprog(rows, (0.2, 0.8), of_weights=True), abs=1e-7)


def test_negative_scores_are_refused() -> None:
    assert refused(lambda: scored(doubt(), [[1, 2], [-1, 2]])) == ["scoring.no_negative"]
    assert refused(lambda: scored(doubt(), [[-1, 2]], reference=[[1, 2]])) == ["scoring.no_negative"]


def test_limits_that_no_weights_can_meet_are_refused() -> None:
    rows, three = [[1, 2, 3], [3, 2, 1]], [1, 1, 1]
    assert refused(lambda: scored(doubt(share=[0.4, 0.5]), rows, three)) == ["scoring.share_limits"]
    assert refused(lambda: scored(doubt(share=[0, 0.3]), rows, three)) == ["scoring.share_limits"]
    assert len(scored(doubt(share=[0, 0.3]), [[5]], [1])) == 1, "a single child has the whole"
    for wrong in ([0.5, 0.2], [0, 1.5], [0, 0], [0.5], [-0.1, 1]):
        with pytest.raises(ValidationError):
            doubt(share=wrong)
    with pytest.raises(ValidationError):
        doubt(share=[1.2, 2], around_given=True)
