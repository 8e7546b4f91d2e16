"""Weights: entropy and CRITIC by hand and by pandas, gaps, constants, caps."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.methods.weighting import (
    CoefficientOfVariation,
    Critic,
    Entropy,
    Equal,
    Given,
    ImprovedCritic,
    Merec,
    StandardDeviation,
    capped,
    correlations,
)
from evaluate.methods.weighting.statistics import whole_correlations
from indicators.errors import InputError
from indicators.spec import build
from tests.evaluate.methods.siblings import siblings, weigh

N = np.nan
LN2, LN3 = np.log(2), np.log(3)


def entropy(scores: list[list[float]], **settings: object) -> np.ndarray | None:
    return weigh(build(Entropy, {"method": "entropy", **settings}), scores)


def critic(scores: list[list[float]], **settings: object) -> np.ndarray | None:
    return weigh(build(Critic, {"method": "critic", **settings}), scores)


def test_given_and_equal() -> None:
    given_weights = np.array([0.7, 0.2, 0.1])
    row = siblings([[1.0, 2, 3]], given=given_weights)
    np.testing.assert_array_equal(Given().weigh(row).weights, given_weights)
    np.testing.assert_array_equal(Equal(method="equal").weigh(row).weights, [1 / 3] * 3)
    assert Given().reads_given and not Equal(method="equal").reads_given


# --- entropy --------------------------------------------------------------------------------------------------------


def test_entropy_weights_by_hand_with_a_zero() -> None:
    # column 1: p = 0, ½, ½: Σ p ln p = −ln 2, 0·ln 0 = 0: e = ln 2/ln 3
    # column 2: p = ¼, ¼, ½: Σ p ln p = −1.5 ln 2:          e = 1.5 ln 2/ln 3
    told = np.array([1 - LN2 / LN3, 1 - 1.5 * LN2 / LN3])
    np.testing.assert_allclose(entropy([[0, 1], [1, 1], [1, 2]]), told / told.sum(), rtol=1e-14)


def test_entropy_takes_the_values_that_are_there_and_their_number() -> None:
    # column 1 has n = 2: p = ¼, ¾: e = −(¼ ln ¼ + ¾ ln ¾)/ln 2; column 2 as above with n = 3
    one = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / LN2
    told = np.array([1 - one, 1 - 1.5 * LN2 / LN3])
    np.testing.assert_allclose(entropy([[1, 1], [N, 1], [3, 2]]), told / told.sum(), rtol=1e-14)


def test_a_constant_column_weighs_nothing_under_entropy() -> None:
    np.testing.assert_array_equal(entropy([[5, 1], [5, 2], [5, 4]]), [0, 1])
    # one value, none at all, and zeros only tell nothing either
    np.testing.assert_array_equal(entropy([[5, N, 0, 1], [N, N, 0, 3]]), [0, 0, 0, 1])


def test_no_information_at_all_gives_none() -> None:
    assert entropy([[5, 7], [5, 7]]) is None
    assert entropy([[5, 7]]) is None
    assert entropy([[0, 0], [0, 0]]) is None
    assert entropy([[N, N]]) is None
    assert critic([[5, 7], [5, 7]]) is None
    assert critic([[5, 7]]) is None


def test_a_single_child_gets_1_whatever_it_holds() -> None:
    for rows in ([[5], [5]], [[1], [2]], [[N], [N]]):
        np.testing.assert_array_equal(entropy(rows), [1])
        np.testing.assert_array_equal(critic(rows, cap=1), [1])


# --- CRITIC ---------------------------------------------------------------------------------------------------------


def test_critic_weights_by_hand() -> None:
    # columns (0, 1, 2), (2, 1, 0), (0, 0, 3): s = 1, 1, √3; r12 = −1; r13 = Σ(−1·−1 + 0·−1 + 1·2)/2/√3 = 1.5/√3 = √3/2
    # and r23 = −√3/2. C1 = 2 + (1 − √3/2); C2 = 2 + (1 + √3/2); C3 = √3·2
    half = 3**0.5 / 2
    told = np.array([3 - half, 3 + half, 2 * 3**0.5])
    np.testing.assert_allclose(critic([[0, 2, 0], [1, 1, 0], [2, 0, 3]]), told / told.sum(), rtol=1e-14)


def test_a_constant_column_weighs_nothing_under_critic_and_leaves_the_others() -> None:
    plain = critic([[0, 2, 0], [1, 1, 0], [2, 0, 3]])
    assert plain is not None
    with_constant = critic([[0, 2, 7, 0], [1, 1, 7, 0], [2, 0, 7, 3]])
    np.testing.assert_allclose(with_constant, np.insert(plain, 2, 0), rtol=1e-14)


def test_columns_that_go_exactly_together_hold_no_information_whatever_their_last_bits() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        x = rng.random(7)
        assert critic(np.column_stack([x, rng.random() * x + rng.random()]).tolist()) is None


@given(st.lists(st.lists(st.none() | st.integers(0, 20), min_size=3, max_size=3), min_size=3, max_size=9))
def test_critic_with_gaps_is_what_pandas_gives(rows: list[list[float | None]]) -> None:
    table = pd.DataFrame(rows, dtype=float)
    correlation = table.corr(min_periods=2)
    # a pair of which one is constant where both are there has no correlation, and counts nothing
    for a in range(3):
        for b in range(3):
            both = table[[a, b]].dropna() if a != b else table[[a]].dropna()
            if (both.nunique() < 2).any():
                correlation.iloc[a, b] = np.nan
    np.testing.assert_allclose(correlations(table.to_numpy()), correlation, rtol=1e-9, atol=1e-9)
    apart = (1 - correlation).mask(lambda d: d < 1e-9, 0)
    told = (table.std(ddof=1) * apart.sum(skipna=True)).fillna(0)
    found = critic(table.to_numpy().tolist())
    varying = (table.nunique() > 1).astype(float)
    if told.sum() < 1e-9 and varying.sum() in (0, 3):
        assert found is None
    elif told.sum() < 1e-9:
        # what varies shares the weight; a constant weighs nothing
        np.testing.assert_allclose(found, varying / varying.sum(), rtol=1e-12)
    else:
        np.testing.assert_allclose(found, told / told.sum(), rtol=1e-7, atol=1e-9)


@given(st.lists(st.lists(st.none() | st.integers(0, 20), min_size=3, max_size=3), min_size=2, max_size=9))
def test_entropy_with_gaps_is_what_pandas_gives(rows: list[list[float | None]]) -> None:
    table = pd.DataFrame(rows, dtype=float)
    told = pd.Series(0.0, index=table.columns)
    for name, column in table.items():
        there = column.dropna()
        if len(there) > 1 and there.nunique() > 1:
            p = (there / there.sum())[lambda q: q > 0]
            told[name] = 1 + (p * np.log(p)).sum() / np.log(len(there))
    found = entropy(table.to_numpy().tolist())
    if told.sum() == 0:
        assert found is None
    else:
        np.testing.assert_allclose(found, told / told.sum(), rtol=1e-9, atol=1e-12)


# --- spread and the effect of removal --------------------------------------------------------------------------------


def test_spread_by_hand() -> None:
    # s = 1 and 4; means 2 and 4
    rows = [[1, 0], [2, 4], [3, 8]]
    np.testing.assert_allclose(weigh(StandardDeviation(method="standard_deviation"), rows), [0.2, 0.8])
    np.testing.assert_allclose(weigh(CoefficientOfVariation(method="coefficient_of_variation"), rows), [1 / 3, 2 / 3])


def test_gaps_count_for_their_own_column_only() -> None:
    rows = [[1, 0], [2, 4], [3, 8], [N, 4]]
    # s of the second is √(32/3)
    told = np.array([1, (32 / 3) ** 0.5])
    np.testing.assert_allclose(weigh(StandardDeviation(method="standard_deviation"), rows), told / told.sum())


def test_merec_by_hand() -> None:
    # columns (1, e²) and (1, e⁴): row 2 has |ln| 2 and 4: S = ln(1 + 3) = ln 4; without the first ln(1 + 2) = ln 3,
    # without the second ln(1 + 1) = ln 2; row 1 has no effect
    told = np.log(4) - np.log([3, 2])
    rows = [[1, 1], [np.e**2, np.e**4]]
    np.testing.assert_allclose(weigh(Merec(method="merec"), rows), told / told.sum(), rtol=1e-14)
    # a row that lacks the second: S = ln(1 + 2/1), without the first 0; means over 3 and over 2 rows
    effects = np.array([(np.log(4 / 3) + np.log(3)) / 3, np.log(2) / 2])
    rows = [[1, 1], [np.e**2, np.e**4], [np.e**2, N]]
    np.testing.assert_allclose(weigh(Merec(method="merec"), rows), effects / effects.sum(), rtol=1e-14)


def test_children_that_oppose_each_other_repeat_each_other_under_improved_critic() -> None:
    rows = [[1, 5, 1], [2, 4, 3], [3, 3, 2]]
    found = weigh(ImprovedCritic(method="improved_critic"), rows)
    # r12 = −1, r13 = ½, r23 = −½; s/x̄ = ½, ¼, ½: C = ¼, ⅛, ½
    np.testing.assert_allclose(found, np.array([2, 1, 4]) / 7, rtol=1e-12)


def test_what_each_reads_of_the_scores() -> None:
    floors = {m.word(): m(method=m.word()).floor for m in (Entropy, Critic, ImprovedCritic, StandardDeviation, Merec)}
    assert floors == {
        "entropy": "zero", "critic": None, "improved_critic": "zero", "standard_deviation": None, "merec": "positive",
    }  # fmt: skip
    assert CoefficientOfVariation(method="coefficient_of_variation").floor == "zero"


def test_correlations_that_contradict_each_other_are_adjusted() -> None:
    # pairwise complete: r12 = 1, r13 = 1 and r23 = −1, which no complete data have
    rows = np.array([[1, 1, N], [2, 2, N], [1, N, 1], [2, N, 2], [N, 1, 2], [N, 2, 1.0]])
    assert np.sign(correlations(rows)[[0, 0, 1], [1, 2, 2]]).tolist() == [1, 1, -1]
    found, as_found = whole_correlations(rows)
    assert not as_found
    np.testing.assert_allclose(np.diag(found), 1, rtol=1e-12)
    assert np.linalg.eigvalsh(found)[0] >= -1e-12
    assert (np.sign(found) == np.sign(correlations(rows))).all()


# --- caps -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "most", "expected"),
    [
        # 0.7 to 0.5, the 0.2 goes to the others 2 : 1
        ([0.7, 0.2, 0.1], 0.5, [0.5, 1 / 3, 1 / 6]),
        # 0.6 to 0.4; 0.38·0.6/0.4 = 0.57 is then above, too: 0.4, 0.4, 0.2
        ([0.6, 0.38, 0.02], 0.4, [0.4, 0.4, 0.2]),
        ([0.25, 0.25, 0.25, 0.25], 0.25, [0.25] * 4),
        ([0.5, 0.3, 0.2], 0.9, [0.5, 0.3, 0.2]),
        # the others are all 0: what is cut off goes to them equally
        ([1, 0, 0], 0.5, [0.5, 0.25, 0.25]),
        ([0.9, 0.1, 0], 1 / 3, [1 / 3] * 3),
    ],
)
def test_what_a_cap_cuts_off_goes_to_the_others_in_proportion(
    weights: list[float], most: float, expected: list[float]
) -> None:
    np.testing.assert_allclose(capped(np.array(weights, dtype=float), most), expected, rtol=1e-14)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=7), st.floats(1, 8))
def test_a_cap_holds_and_keeps_the_order(told: list[int], cap: float) -> None:
    if not sum(told):
        return
    weights = np.array(told) / sum(told)
    found = capped(weights, cap / len(weights))
    assert found.sum() == pytest.approx(1, rel=1e-12)
    assert found.max() <= cap / len(weights) * (1 + 1e-9)
    order = np.argsort(weights)
    assert (np.diff(found[order]) >= -1e-12).all()


def test_a_cap_is_so_many_times_equal() -> None:
    # alone the second column holds information, weight 1; twice equal of 3 is 2/3, the rest 1/6 each
    rows = [[5, 1, 9], [5, 2, 9], [5, 4, 9]]
    np.testing.assert_allclose(entropy(rows, cap=2), [1 / 6, 2 / 3, 1 / 6], rtol=1e-14)
    np.testing.assert_allclose(critic([[1, 9], [2, 3], [3, 3]], cap=1), [0.5, 0.5], rtol=1e-14)
    with pytest.raises(InputError) as raised:
        entropy(rows, cap=0.5)
    assert raised.value.faults[0].text_key == "faults.at_least"


def test_inputs_are_left_alone() -> None:
    scores = np.array([[0.0, 2, N], [1, 1, 0], [2, 0, 3]])
    before = scores.copy()
    for method in (Entropy(method="entropy"), Critic(method="critic")):
        method.weigh(siblings(scores))
    np.testing.assert_array_equal(scores, before)
