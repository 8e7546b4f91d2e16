"""Portfolios and the cost curve; the best of all subsets stands in tests/oracles/test_synergy.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.synergy.portfolio import abatement_curve, exact_portfolio, greedy_portfolio

NAN = float("nan")


def test_greedy_takes_the_cheapest_first_and_what_still_fits() -> None:
    # unit costs 1, 2, 3, 1.5; budget 100: 40 + 30 (1.5), then 60 (2) does not fit, 30 (3) does
    made = greedy_portfolio([40, 60, 30, 30], [40, 30, 10, 20], 100)
    assert made.chosen.tolist() == [True, False, True, True]
    assert (made.cost, made.reduction, made.method, made.budget) == (100, 70, "greedy", 100)
    assert made.state.tolist() == ["chosen", "left_out", "chosen", "chosen"]


def test_greedy_misses_what_the_exact_one_finds() -> None:
    cost, worth = [60, 50, 50], [66, 50, 50]
    assert greedy_portfolio(cost, worth, 100).reduction == 66
    made = exact_portfolio(cost, worth, 100)
    assert (made.reduction, made.cost, made.chosen.tolist()) == (100, 100, [False, True, True])


@pytest.mark.parametrize("choose", [greedy_portfolio, exact_portfolio])
def test_savings_come_first_and_add_to_the_budget(choose: object) -> None:
    made = choose([-50, 60, 120], [5, 10, 30], 10)  # type: ignore[operator]
    assert made.chosen.tolist() == [True, True, False]
    assert made.cost == 10


@pytest.mark.parametrize("choose", [greedy_portfolio, exact_portfolio])
def test_what_cannot_be_chosen_says_why(choose: object) -> None:
    made = choose([10, 10, 10, NAN, 10, 999, -10], [5, 0, -5, 5, NAN, 5, -1], 50)  # type: ignore[operator]
    assert made.state.tolist() == [
        "chosen", "no_reduction", "adds_emissions", "missing", "missing", "left_out", "adds_emissions",
    ]  # fmt: skip


@pytest.mark.parametrize("choose", [greedy_portfolio, exact_portfolio])
def test_budgets_at_the_ends(choose: object) -> None:
    free = choose([0, 10, 20], [1, 5, 5], 0)  # type: ignore[operator]
    assert free.chosen.tolist() == [True, False, False]
    everything = choose([0, 10, 20], [1, 5, 5], np.inf)  # type: ignore[operator]
    assert everything.chosen.all() and everything.cost == 30
    nothing = choose([], [], 10)  # type: ignore[operator]
    assert nothing.reduction == 0 and len(nothing.chosen) == 0


def test_of_equals_the_cheapest() -> None:
    made = exact_portfolio([70, 60, 80], [10, 10, 10], 100)
    assert made.chosen.tolist() == [False, True, False]


@given(st.integers(0, 10_000), st.sampled_from([1e-6, 1.0, 1e9]))
def test_the_exact_one_is_no_worse_and_within_the_budget_in_any_currency(seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    cost, worth = rng.uniform(1, 100, 12), rng.uniform(1, 50, 12)
    budget = float(rng.uniform(0, 400))
    plain = exact_portfolio(cost, worth, budget)
    made = exact_portfolio(cost * unit, worth, budget * unit)
    assert made.chosen.tolist() == plain.chosen.tolist()
    assert made.cost <= budget * unit * (1 + 1e-9)
    greedy = greedy_portfolio(cost, worth, budget)
    assert greedy.cost <= budget * (1 + 1e-9) and greedy.reduction <= plain.reduction * (1 + 1e-9)


def test_points_of_the_curve_by_hand() -> None:
    # unit costs 10, 3, −2, none, 3 (the larger reduction first)
    made = abatement_curve([100, 30, -10, 5, 60], [10, 10, 5, 0, 20])
    assert made.order.tolist() == [2, 4, 1, 0]
    assert made.width.tolist() == [5, 20, 10, 10]
    assert made.height.tolist() == [-2, 3, 3, 10]
    assert made.reduction.tolist() == [5, 25, 35, 45]
    assert made.cost.tolist() == [-10, 50, 80, 180]
    assert made.state.tolist() == ["defined", "defined", "saves", "no_reduction", "defined"]


@pytest.mark.parametrize(("cost", "worth", "budget"), [([1], [1, 2], 5), ([1], [1], -1), ([1], [1], NAN)])
def test_what_is_refused(cost: list[float], worth: list[float], budget: float) -> None:
    with pytest.raises(ValueError):
        greedy_portfolio(cost, worth, budget)


def test_of_many_with_one_unit_cost_the_proof_ends_and_says_how_far_it_came() -> None:
    # every set that spends the budget is as good as another: only how near the costs come to it differs
    cost = 1000 + 3.1415 * np.arange(30)
    made = exact_portfolio(cost, cost / 1000, cost.sum() / 2)
    assert made.cost <= cost.sum() / 2
    assert made.reduction >= greedy_portfolio(cost, cost / 1000, cost.sum() / 2).reduction
    # no set can reduce more than the budget does at this unit cost
    bound = cost.sum() / 2 / 1000
    assert 0 < made.gap <= bound / made.reduction - 1 + 1e-9
    assert made.gap < 0.001
    assert exact_portfolio([60, 50, 50], [66, 50, 50], 100).gap == 0
