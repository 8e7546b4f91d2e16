"""Inequality by groups: edges and identities; printed figures stand in tests/oracles/test_dynamics.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.dynamics.inequality import dagum_gini, theil

NAN = float("nan")
VALUES = st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from("abc")), min_size=1, max_size=30)


def plain_gini(x: np.ndarray) -> float:
    """Σ|x_i − x_j| / (2n²μ), pair by pair."""
    return float(np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean()))


@given(VALUES)
def test_three_parts_add_up_to_the_gini_of_all_pairs(rows: list[tuple[float, str]]) -> None:
    x = np.array([value for value, _ in rows])
    made = dagum_gini(x, [group for _, group in rows])
    if made.state != "defined":
        assert made.state == "all_zero" and x.sum() == 0 and np.isnan(made.total)
        return
    assert made.within + made.net_between + made.transvariation == pytest.approx(made.total, rel=1e-9, abs=1e-9)
    assert made.total == pytest.approx(plain_gini(x), rel=1e-9, abs=1e-9)
    assert min(made.within, made.net_between, made.transvariation) >= -1e-12


@given(VALUES)
def test_theil_adds_up(rows: list[tuple[float, str]]) -> None:
    made = theil([value for value, _ in rows], [group for _, group in rows])
    if made.state == "defined":
        assert made.within + made.between == pytest.approx(made.total, rel=1e-9, abs=1e-9)
        assert made.contribution.sum() == pytest.approx(made.within)


@pytest.mark.parametrize("measure", [dagum_gini, theil])
def test_states(measure: object) -> None:
    for values, state in [([NAN, NAN], "no_values"), ([0, 0], "all_zero"), ([1, -1], "negative"), ([], "no_values")]:
        made = measure(values, ["a", "b"][: len(values)])  # type: ignore[operator]
        assert made.state == state and np.isnan(made.total)


@pytest.mark.parametrize("measure", [dagum_gini, theil])
def test_missing_values_are_left_out(measure: object) -> None:
    gaps = measure([3, NAN, 5, 8], ["a", "a", "b", "b"])  # type: ignore[operator]
    without = measure([3, 5, 8], ["a", "b", "b"])  # type: ignore[operator]
    assert gaps.total == without.total and gaps.n == without.n == 3


def test_a_group_of_zeros_and_one_group_alone() -> None:
    # two at 0, two at 5: G = 0.5, all of it between
    made = dagum_gini([0, 0, 5, 5], list("aabb"))
    assert (made.total, made.within, made.net_between, made.transvariation) == pytest.approx((0.5, 0, 0.5, 0))
    assert np.isnan(made.inside[0]) and made.inside[1] == 0
    # ln 2: half the units have everything
    assert theil([0, 0, 5, 5], list("aabb")).between == pytest.approx(np.log(2))
    alone = dagum_gini([1, 2, 3], list("aaa"))
    assert alone.total == pytest.approx(alone.within) and alone.net_between == alone.transvariation == 0


def test_equal_means_lie_not_ahead_of_each_other() -> None:
    made = dagum_gini([1, 3, 2, 2], list("aabb"))
    assert made.ahead[0, 1] == 0 and made.net_between == 0 and made.transvariation > 0
    same = dagum_gini([2, 2, 2], list("aab"))
    assert (same.total, same.within, same.net_between, same.transvariation) == (0, 0, 0, 0)


@pytest.mark.parametrize("measure", [dagum_gini, theil])
def test_neither_order_nor_unit_of_measure_matters(measure: object) -> None:
    rng = np.random.default_rng(1)
    x, groups = rng.lognormal(size=40), rng.choice(list("abc"), 40)
    mixed = rng.permutation(40)
    first, second = measure(x, groups), measure(x[mixed] * 1e-9, groups[mixed])  # type: ignore[operator]
    assert second.total == pytest.approx(first.total, rel=1e-9)
    assert second.within == pytest.approx(first.within, rel=1e-9)


def test_lists_of_one_length() -> None:
    with pytest.raises(ValueError, match="one length"):
        dagum_gini([1, 2], ["a"])
    with pytest.raises(ValueError, match="population"):
        theil([1, 2], ["a", "b"], population=[1, 0])


def test_no_part_falls_below_zero_where_groups_lie_apart() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        low, high = rng.lognormal(size=4), 100 + rng.lognormal(size=3)
        made = dagum_gini([*low, *high], list("aaaabbb"))
        assert made.transvariation >= 0 and made.ahead[0, 1] <= 1
        assert made.within + made.net_between + made.transvariation == pytest.approx(made.total, rel=1e-12)
