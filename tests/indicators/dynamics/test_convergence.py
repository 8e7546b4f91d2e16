"""Convergence: edges; statsmodels and scipy stand beside it in tests/oracles/test_dynamics.py."""

import numpy as np
import pytest

from indicators.dynamics.convergence import beta, sigma

NAN = float("nan")


def test_sigma_with_gaps() -> None:
    values = [[1.0, 2.0], [3.0, 6.0], [NAN, 100.0]]
    # sd of (1, 3) is √2, of (2, 6) √8
    np.testing.assert_allclose(sigma(values).value, [2**0.5 / 2, 8**0.5 / 4])
    assert sigma(values).count.tolist() == [2, 2]
    assert sigma(values, balanced=False).count.tolist() == [2, 3]


def test_states_of_sigma() -> None:
    made = sigma([[1.0, -1.0], [NAN, 1.0]], balanced=False)
    assert made.state.tolist() == ["too_few", "zero_mean"] and np.isnan(made.value).all()
    assert sigma([[NAN, 1.0]]).state.tolist() == ["too_few", "too_few"]


def catching_up(slope: float, noise: float = 0.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    start = rng.lognormal(0, 1, 60)
    return start, start * np.exp(0.3 + slope * np.log(start) + noise * rng.normal(size=60))


def test_an_exact_line_gives_back_its_slope_and_speed() -> None:
    # e^(−0.02 · 10) − 1: 2 % a year over 10 years, half-life ln 2 / 0.02
    made = beta(*catching_up(np.exp(-0.2) - 1), 10)
    assert made.beta == pytest.approx(np.exp(-0.2) - 1)
    assert made.speed == pytest.approx(0.02)
    assert made.half_life == pytest.approx(34.657359, abs=1e-5)
    assert made.state == "exact_fit" and np.isnan(made.p)


@pytest.mark.parametrize(
    ("slope", "noise", "state"),
    [(-0.3, 0.1, "converging"), (0.3, 0.1, "diverging"), (-1.4, 0.1, "overshooting"), (0.0, 2.0, "not_rejected")],
)
def test_states_of_beta(slope: float, noise: float, state: str) -> None:
    made = beta(*catching_up(slope, noise), 5)
    assert made.state == state and made.hypothesis == "no_convergence"
    assert np.isfinite(made.half_life) == (-1 < made.beta < 0)
    assert np.isfinite(made.speed) == (made.beta > -1)
    assert made.speed < 0 if made.beta > 0 else True


def test_units_that_cannot_be_used_are_counted() -> None:
    start, end = catching_up(-0.3, 0.1)
    gaps = start.copy()
    gaps[:3] = [NAN, 0, -1]
    made, without = beta(gaps, end, 5), beta(start[3:], end[3:], 5)
    assert (made.n, made.dropped) == (57, 3)
    assert made.beta == without.beta


def test_nothing_to_estimate() -> None:
    assert beta([1, 2], [2, 3], 5).state == "too_few"
    assert beta([2, 2, 2, 2], [2, 3, 4, 5], 5).state == "constant_start"
    start, end = catching_up(-0.3, 0.1)
    assert beta(start, end, 5, controls=np.log(start)[:, None] * 3).state == "collinear"
    assert beta(start, end, 5, controls=np.ones((60, 1))).state == "collinear"
    assert np.isnan(beta([1, 2], [2, 3], 5).half_life)


def test_the_unit_of_measure_leaves_beta_alone() -> None:
    start, end = catching_up(-0.3, 0.1)
    first, second = beta(start, end, 5), beta(start * 1e9, end * 1e9, 5)
    found = (second.beta, second.standard_error, second.speed)
    assert found == pytest.approx((first.beta, first.standard_error, first.speed), rel=1e-9)


def test_years_must_pass() -> None:
    with pytest.raises(ValueError, match="years"):
        beta([1, 2, 3], [1, 2, 4], 0)
