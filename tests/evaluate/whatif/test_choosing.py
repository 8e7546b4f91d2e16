"""Measures chosen under a budget: against every subset, tried one by one."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluate import whatif
from evaluate.abatement.words import how
from tests.evaluate.whatif.two_cities import made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("two"))


def drawn(seed: int) -> pd.DataFrame:
    """Return eight measures at B that together reduce less than it emits; two of them save money."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "measure": [f"m{n}" for n in range(8)], "unit": "B",
        "cost": np.concatenate([rng.integers(-40, 0, 2), rng.integers(5, 60, 6)]).astype(float),
        "co2": -rng.integers(1, 35, 8).astype(float), "so2": -rng.integers(0, 3, 8).astype(float),
        "side:co2": rng.integers(0, 6, 8).astype(float),
    })  # fmt: skip


def best(cost: np.ndarray, reduction: np.ndarray, budget: float) -> float:
    """Return the most that any subset within the budget reduces."""
    sets = (list(s) for size in range(len(cost) + 1) for s in combinations(range(len(cost)), size))
    return max(float(reduction[s].sum()) for s in sets if cost[s].sum() <= budget)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("objective", ["co2", "combined"])
def test_no_subset_reduces_more_than_the_exact_choice(folder: Path, seed: int, objective: str) -> None:
    table = drawn(seed)
    net = -(table["co2"] + table["side:co2"]).to_numpy()
    # the tax law's 0.95 kg an equivalent, and η = 0.05 thousand equivalents a tonne
    wanted = net if objective == "co2" else -table["so2"].to_numpy() / 0.95 + 0.05 * net
    counted = {"carbon_weight": 0.05, "pollutants": ["so2"]} if objective == "combined" else {}
    cost = table["cost"].to_numpy()
    for budget in (0.0, 30.0, 75.0):
        found = whatif(folder, table, budget=budget, objective=objective, **counted)
        taken = (found.measures["chosen"] == "yes").to_numpy()
        considered = np.where(wanted > 0, wanted, -np.inf)
        assert cost[taken].sum() <= budget + 1e-9
        assert found.about["summary"]["reduction"] == pytest.approx(
            best(cost[wanted > 0], considered[wanted > 0], budget), rel=1e-9
        )
        greedy = whatif(folder, table, budget=budget, objective=objective, choose="greedy", **counted)
        assert greedy.about["summary"]["reduction"] <= found.about["summary"]["reduction"] + 1e-9
        assert greedy.about["summary"]["cost"] <= budget + 1e-9


def test_greedy_takes_by_unit_cost_and_skips_what_no_longer_fits(folder: Path) -> None:
    # unit costs 60/66, 50/50, 50/50; after the first 40 are left
    table = pd.DataFrame({"measure": list("abc"), "unit": "B", "cost": [60.0, 50, 50], "co2": [-66.0, -50, -50]})
    assert whatif(folder, table, budget=100, choose="greedy").chosen == ["a"]
    assert whatif(folder, table, budget=100, choose="exact").chosen == ["b", "c"]
    assert whatif(folder, table, budget=100).chosen == ["b", "c"]
    assert whatif(folder, table).chosen == ["a", "b", "c"]
    assert whatif(folder, table, choose="greedy").chosen == ["a", "b", "c"]


def test_the_curve_stands_in_order_of_unit_cost(folder: Path) -> None:
    # by hand: -10/5 = -2, 30/10 = 3, 100/10 = 10; the fourth reduces nothing
    table = pd.DataFrame(
        {"measure": list("abcd"), "unit": "B", "cost": [100.0, 30, -10, 5], "co2": [-10.0, -10, -5, 0]}
    )
    curve = whatif(folder, table).curve
    assert curve["measure"].tolist() == ["c", "b", "a"]
    assert curve["unit_cost"].tolist() == [-2, 3, 10]
    assert curve["cumulative_reduction"].tolist() == [5, 15, 25]
    assert curve["cumulative_cost"].tolist() == [-10, 20, 120]


def test_the_order_of_units_and_of_measures_does_not_matter(folder: Path) -> None:
    table = drawn(3)
    one, other = (whatif(folder, t, budget=40) for t in (table, table.iloc[::-1]))
    assert sorted(one.chosen) == sorted(other.chosen)
    pd.testing.assert_frame_equal(one.units, other.units)
    pd.testing.assert_frame_equal(one.changes, other.changes)


def test_a_proof_that_ended_early_is_told(folder: Path) -> None:
    cost = 1000 + 3.1415 * np.arange(30)
    listed = pd.DataFrame({"measure": [f"M{n}" for n in range(30)], "unit": "B", "cost": cost, "co2": -cost / 1e6})
    found = whatif(folder, listed, budget=float(cost.sum() / 2), objective="co2", tiers=False)
    assert 0 < found.about["summary"]["gap"] < 0.001
    assert sum("before the proof" in line for line in how(found, "en")) == 1
    assert sum("证明最优" in line for line in how(found, "zh")) == 1
    few = whatif(folder, listed.head(3), budget=2500.0, objective="co2", tiers=False)
    assert few.about["summary"]["gap"] == 0
    assert not any("before the proof" in line for line in how(few, "en"))
