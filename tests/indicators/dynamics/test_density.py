"""Kernel densities: edges; scipy and statsmodels stand beside it in tests/oracles/test_dynamics.py."""

import numpy as np
import pytest

from indicators.dynamics.density import bandwidth, densities

NAN = float("nan")


def test_bandwidth_by_hand() -> None:
    # 1 … 5: s = √2.5 = 1.5811, IQR/1.34 = 2/1.34 = 1.4925 is the smaller; 0.9 · 1.4925 · 5^(−0.2)
    assert bandwidth([5, 1, NAN, 3, 2, 4]) == pytest.approx(0.9 * 2 / 1.34 * 5**-0.2)
    # 0, 0, 0, 0, 5: the middle half is constant, s = √5
    assert bandwidth([0, 0, 0, 0, 5]) == pytest.approx(0.9 * 5**0.5 * 5**-0.2)
    assert np.isnan(bandwidth([])) and np.isnan(bandwidth([1])) and np.isnan(bandwidth([1, 1]))


def test_every_year_integrates_to_1() -> None:
    values = np.random.default_rng(0).lognormal(size=(60, 3))
    made = densities(values, points=4001)
    areas = np.trapezoid(made.density, made.grid, axis=1)
    # three bandwidths on each side hold all but 0.3 % of the outermost units
    np.testing.assert_allclose(areas, 1, atol=1e-3)
    assert made.rule == "0.9 min(s, IQR/1.34) n^(-1/5)" and made.state.tolist() == ["defined"] * 3


def test_states_by_year() -> None:
    made = densities([[1.0, 2.0, NAN, 1.0], [2.0, 2.0, NAN, NAN], [4.0, 2.0, NAN, NAN]])
    assert made.state.tolist() == ["defined", "constant", "too_few", "too_few"]
    assert np.isfinite(made.density[0]).all() and np.isnan(made.density[1:]).all()
    assert np.isfinite(made.bandwidth).tolist() == [True, False, False, False]
    assert np.isnan(densities([[1.0], [1.0]]).grid).all()


def test_a_given_bandwidth() -> None:
    made = densities([[0.0, 1.0], [1.0, 5.0]], width=0.5)
    assert made.bandwidth.tolist() == [0.5, 0.5] and made.rule == "given"
    assert (made.grid[0], made.grid[-1]) == (-1.5, 6.5)


def test_gaps_are_left_out() -> None:
    gaps, without = densities([[0.0], [NAN], [1.0], [3.0]]), densities([[0.0], [1.0], [3.0]])
    np.testing.assert_array_equal(gaps.density, without.density)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        densities([[1.0], [2.0]], width=0)
    with pytest.raises(ValueError, match="unit and year"):
        densities([1.0, 2.0])
