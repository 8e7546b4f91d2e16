"""Rank intervals, probabilities and tiers from rank matrices made by hand."""

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.robustness.replicates import Replicates
from evaluate.robustness.summary import nearest_rank, summarise


def summary(ranks: list[list[int]], base: list[int], types: str | None = None, runs: int | None = None) -> pd.DataFrame:
    """Summarise ranks (replicates × units u1, u2, …) of units with the base ranks `base`."""
    matrix = np.array(ranks)
    count = matrix.shape[1]
    units = np.array([f"u{n + 1}" if count < 10 else f"u{n + 1:02}" for n in range(count)], dtype=object)
    kinds = np.array(list(types or "x" * count), dtype=object)
    replicates = Replicates(units, kinds, matrix, runs or len(matrix), Counter())
    return summarise(replicates, np.array(base), 2020).set_index("unit")


def column(ranks: list[int]) -> list[list[int]]:
    return [[rank] for rank in ranks]


# --- nearest-rank quantiles -----------------------------------------------------------------------------------------


def test_the_quantile_of_m_values_is_the_one_at_the_rounded_up_share() -> None:
    # of 10: ⌈0.5⌉ = 1st, ⌈5⌉ = 5th, ⌈9.5⌉ = 10th; sorted 1 1 2 2 3 4 5 6 7 9
    ranks = np.array(column([9, 1, 3, 2, 7, 1, 2, 6, 4, 5]))
    assert [nearest_rank(ranks, share)[0] for share in (0.05, 0.5, 0.95)] == [1, 3, 9]
    # of 20: 1st, 10th, 19th; of 21: ⌈1.05⌉ = 2nd, ⌈10.5⌉ = 11th, ⌈19.95⌉ = 20th
    assert [nearest_rank(np.array(column(list(range(1, 21)))), s)[0] for s in (0.05, 0.5, 0.95)] == [1, 10, 19]
    assert [nearest_rank(np.array(column(list(range(1, 22)))), s)[0] for s in (0.05, 0.5, 0.95)] == [2, 11, 20]
    assert nearest_rank(np.array(column([4])), 0.95)[0] == 4


@given(st.lists(st.integers(1, 9), min_size=1, max_size=120), st.sampled_from([0.05, 0.5, 0.95]))
def test_quantiles_are_numpys_inverted_distribution(ranks: list[int], share: float) -> None:
    expected = np.quantile(ranks, share, method="inverted_cdf")
    assert nearest_rank(np.array(column(ranks)), share)[0] == expected


@pytest.mark.parametrize("runs", [20, 40, 60, 100, 1000, 1020])
def test_a_twentieth_is_exact_whatever_floating_point_makes_of_it(runs: int) -> None:
    ranks = np.array(column(list(range(1, runs + 1))))
    assert nearest_rank(ranks, 0.05)[0] == runs // 20
    assert nearest_rank(ranks, 0.95)[0] == runs * 19 // 20


def test_replicates_in_which_a_unit_was_not_scored_are_left_out() -> None:
    found = summary([[1, 2], [0, 1], [2, 1], [0, 1]], [1, 2])
    assert found.loc["u1", ["median", "p05", "p95"]].tolist() == [1, 1, 2]
    assert found.loc["u1", ["p_first", "p_top_quarter"]].tolist() == [0.5, 0.5]
    assert found.loc["u2", ["median", "p_first"]].tolist() == [1, 0.75]
    never = summary([[0, 1], [0, 1]], [2, 1])
    assert never.loc["u1", ["median", "p05", "p95"]].isna().all()
    assert never.loc["u1", ["p_first", "p_top_quarter"]].tolist() == [0, 0]


# --- probabilities --------------------------------------------------------------------------------------------------


def test_probabilities_are_shares_of_the_replicates() -> None:
    found = summary([[1, 2, 3, 4], [1, 1, 3, 4], [2, 1, 3, 4], [1, 2, 4, 3]], [1, 2, 3, 4])
    # ties share the first place, so the shares may add up to more than 1
    assert found["p_first"].tolist() == [0.75, 0.5, 0, 0]


@pytest.mark.parametrize(("count", "most"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (12, 3), (13, 4)])
def test_the_top_quarter_ends_at_n_over_4_rounded_up(count: int, most: int) -> None:
    assert most == math.ceil(count / 4)
    found = summary([list(range(1, count + 1))], list(range(1, count + 1)))
    assert found["p_top_quarter"].tolist() == [1.0] * most + [0.0] * (count - most)


def test_the_quarter_is_of_the_units_of_the_type() -> None:
    # five units of type x: ⌈5/4⌉ = 2; two of type y: 1
    found = summary([[1, 2, 3, 4, 5, 1, 2]], [1, 2, 3, 4, 5, 1, 2], "xxxxxyy")
    assert found["p_top_quarter"].tolist() == [1, 1, 0, 0, 0, 1, 0]


# --- tiers ----------------------------------------------------------------------------------------------------------


def ahead(pairs: dict[int, list[int]], runs: int = 20, units: int = 4) -> list[list[int]]:
    """Return ranks 1 … n in every replicate but those of `pairs`, which hold the ranks given there."""
    return [pairs.get(run, list(range(1, units + 1))) for run in range(runs)]


def test_without_any_change_every_unit_has_a_tier_of_its_own() -> None:
    assert summary(ahead({}), [1, 2, 3, 4])["tier"].tolist() == [1, 2, 3, 4]


def test_one_of_twenty_replicates_ahead_of_the_leader_is_enough() -> None:
    # 5 % of 20 is 1: u2 before u1 once
    assert summary(ahead({0: [2, 1, 3, 4]}), [1, 2, 3, 4])["tier"].tolist() == [1, 1, 2, 3]
    # 5 % of 21 is 1.05, of 40 is 2
    assert summary(ahead({0: [2, 1, 3, 4]}, 21), [1, 2, 3, 4])["tier"].tolist() == [1, 2, 3, 4]
    assert summary(ahead({0: [2, 1, 3, 4]}, 40), [1, 2, 3, 4])["tier"].tolist() == [1, 2, 3, 4]
    assert summary(ahead({0: [2, 1, 3, 4], 1: [2, 1, 3, 4]}, 40), [1, 2, 3, 4])["tier"].tolist() == [1, 1, 2, 3]


def test_a_tie_is_not_ahead() -> None:
    always_tied = [[1, 1, 3, 4]] * 20
    assert summary(always_tied, [1, 1, 3, 4])["tier"].tolist() == [1, 2, 3, 4]


def test_only_the_leader_counts_not_other_members_of_the_tier() -> None:
    # u2 joins u1; u3 is often ahead of u2, never of u1
    ranks = ahead({0: [2, 1, 3, 4], **{run: [1, 3, 2, 4] for run in range(1, 11)}})
    assert summary(ranks, [1, 2, 3, 4])["tier"].tolist() == [1, 1, 2, 3]


def test_a_unit_far_below_may_join_the_leader_past_others() -> None:
    # u4 is ahead of u1 once, u2 and u3 never; then u2 leads, and u3 is ahead of it once
    ranks = ahead({0: [2, 3, 4, 1], 1: [1, 3, 2, 4]})
    assert summary(ranks, [1, 2, 3, 4])["tier"].tolist() == [1, 2, 2, 1]


def test_the_leader_is_the_best_by_the_base_ranking_not_by_the_replicates() -> None:
    # u2 leads the base ranking though u1 is ahead in every replicate
    assert summary([[1, 2]] * 20, [2, 1])["tier"].tolist() == [1, 1]
    assert summary([[2, 1]] * 20, [2, 1])["tier"].tolist() == [2, 1]


def test_tiers_are_within_types() -> None:
    ranks = [[1, 1, 2, 2]] * 19 + [[1, 2, 2, 1]]
    # x: u1, u3; y: u2, u4, which change places once
    assert summary(ranks, [1, 1, 2, 2], "xyxy")["tier"].tolist() == [1, 1, 2, 1]


def test_not_scored_is_not_ahead() -> None:
    assert summary([[1, 0]] * 20, [1, 2])["tier"].tolist() == [1, 2]


@given(st.lists(st.permutations([1, 2, 3, 4, 5]), min_size=1, max_size=30), st.permutations([1, 2, 3, 4, 5]))
def test_tiers_by_the_letter_of_the_contract(ranks: list[list[int]], base: list[int]) -> None:
    unplaced, tier, expected = sorted(range(5), key=lambda u: base[u]), 0, [0] * 5
    while unplaced:
        tier, leader = tier + 1, unplaced[0]
        for unit in list(unplaced):
            share = sum(row[unit] < row[leader] for row in ranks)
            if unit == leader or 20 * share >= len(ranks):
                expected[unit] = tier
                unplaced.remove(unit)
    assert summary(ranks, base)["tier"].tolist() == expected


def test_the_table_is_sorted_by_unit_with_the_columns_of_the_contract() -> None:
    matrix = np.array([[2, 1]])
    replicates = Replicates(
        np.array(["b", "a"], dtype=object), np.array(["x", "x"], dtype=object), matrix, 1, Counter()
    )
    table = summarise(replicates, np.array([2, 1]), 2020)
    assert list(table.columns) == [
        "unit", "year", "type", "rank_in_type", "median", "p05", "p95", "p_first", "p_top_quarter", "tier",
        "p_top_tenth", "mean_shift",
    ]  # fmt: skip
    assert table["unit"].tolist() == ["a", "b"]
    assert table["rank_in_type"].tolist() == [1, 2]
