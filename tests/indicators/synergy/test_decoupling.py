"""Decoupling: borders, no growth and undefined cases by Tapio's definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.synergy.decoupling import BORDERS, STATES, tapio

NAN = float("nan")


@pytest.mark.parametrize(
    ("emission", "activity", "value", "state", "border"),
    [
        # on the borders, growing: 0, 0.8, 1.2
        ((100, 100), (50, 60), 0, "weak_decoupling", "emission_unchanged"),
        ((100, 108), (50, 55), 0.8, "expansive_coupling", "lower_border"),
        ((100, 112), (50, 55), 1.2, "expansive_coupling", "upper_border"),
        # on the borders, shrinking
        ((100, 100), (50, 40), 0, "weak_negative_decoupling", "emission_unchanged"),
        ((100, 92), (50, 45), 0.8, "recessive_coupling", "lower_border"),
        ((100, 88), (50, 45), 1.2, "recessive_coupling", "upper_border"),
        # no growth
        ((100, 90), (50, 50), NAN, "no_growth_emission_falls", ""),
        ((100, 110), (50, 50), NAN, "no_growth_emission_rises", ""),
        ((100, 100), (50, 50), NAN, "no_growth_no_change", ""),
        # nothing to start from
        ((0, 10), (50, 60), NAN, "emission_appears", ""),
        ((0, 0), (50, 60), NAN, "no_emission", ""),
        ((100, 90), (0, 10), NAN, "zero_activity_base", ""),
        ((0, 0), (0, 10), NAN, "zero_activity_base", ""),
        # everything gone
        ((100, 0), (50, 60), -5, "strong_decoupling", ""),
        ((100, 0), (50, 0), 1, "recessive_coupling", ""),
        # data
        ((-5, 10), (50, 60), NAN, "negative", ""),
        ((100, 90), (50, -1), NAN, "negative", ""),
        ((NAN, 90), (50, 60), NAN, "missing", ""),
        ((100, 90), (50, NAN), NAN, "missing", ""),
        ((100, np.inf), (50, 60), NAN, "missing", ""),
    ],
)
def test_rules(
    emission: tuple[float, float], activity: tuple[float, float], value: float, state: str, border: str
) -> None:
    made = tapio(emission, activity)
    assert float(made.elasticity) == pytest.approx(value, abs=1e-12, nan_ok=True)
    assert (str(made.state), str(made.border)) == (state, border)


def test_limits_and_what_counts_as_no_growth_are_parameters() -> None:
    assert str(tapio((100, 105), (50, 55)).state) == "weak_decoupling"
    assert str(tapio((100, 105), (50, 55), limits=(0.4, 1.2)).state) == "expansive_coupling"
    # 0.1 % growth
    assert str(tapio((100, 90), (1000, 1001)).state) == "strong_decoupling"
    assert str(tapio((100, 90), (1000, 1001), still=0.002).state) == "no_growth_emission_falls"


def test_growth_is_given_beside_the_elasticity() -> None:
    made = tapio(([100, 80], [90, 88]), ([50, 50], [60, 55]))
    np.testing.assert_allclose(made.emission_growth, [-0.1, 0.1])
    np.testing.assert_allclose(made.activity_growth, [0.2, 0.1])
    np.testing.assert_allclose(made.elasticity, [-0.5, 1])


AMOUNT = st.one_of(st.just(0.0), st.just(NAN), st.floats(-1, 1e9), st.integers(0, 5).map(float))


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_every_case_has_a_state_and_no_number_is_infinite(c0: float, c1: float, g0: float, g1: float) -> None:
    made = tapio((c0, c1), (g0, g1))
    assert str(made.state) in STATES and str(made.border) in ("", *BORDERS)
    assert np.isfinite(made.elasticity) == (str(made.state) in STATES[:8])


@given(st.floats(1, 100), st.floats(1, 100), st.floats(1, 100), st.floats(1, 100))
def test_the_state_does_not_depend_on_units_of_measure(c0: float, c1: float, g0: float, g1: float) -> None:
    first, second = tapio((c0, c1), (g0, g1)), tapio((c0 * 1024, c1 * 1024), (g0 / 64, g1 / 64))
    assert str(first.state) == str(second.state)
