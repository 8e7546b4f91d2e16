"""Joint performance: worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.synergy.co_control import QUADRANTS
from indicators.synergy.joint import (
    co_control_angle,
    cross_elasticity,
    joint_efficiency,
    joint_reduction,
    relative_progress,
)

NAN = float("nan")


def test_joint_reduction() -> None:
    made = joint_reduction([[0.3, 0.1, 0.2], [0.3, 0.0, 0.2], [0, 0, 0], [-0.1, -0.3, -0.2], [0.1, NAN, 0.1]])
    np.testing.assert_allclose(made.value, [0.1, 0, 0, -0.3, NAN])
    assert made.state.tolist() == ["all_reduced", "some_reduced", "none_reduced", "none_reduced", "missing"]


@pytest.mark.parametrize(
    ("carbon", "pollutant", "angle", "state"),
    [
        (0.1, 0.1, 45, "both_fall"),
        (0.0, 0.1, 0, "pollutant_only"),
        (0.1, 0.0, 90, "carbon_only"),
        (0.1, -0.1, 135, "carbon_only"),
        (0.0, -0.1, 180, "both_rise"),
        (-0.1, -0.1, 225, "both_rise"),
        (-0.1, 0.0, 270, "both_rise"),
        (-0.1, 0.1, 315, "pollutant_only"),
        (-0.0, 0.1, 0, "pollutant_only"),
        (-1e-320, 0.1, 0, "pollutant_only"),
        (0.0, -0.0, NAN, "no_change"),
        (NAN, 0.1, NAN, "missing"),
    ],
)
def test_angle(carbon: float, pollutant: float, angle: float, state: str) -> None:
    made = co_control_angle(carbon, pollutant)
    assert float(made.value) == pytest.approx(angle, nan_ok=True)
    assert str(made.state) == state


@pytest.mark.parametrize(
    ("carbon", "pollutant", "value", "state"),
    [
        (0.3, 0.1, 3, "carbon_faster"),
        (0.1, 0.3, 1 / 3, "pollutant_faster"),
        # 1 − 0.9 is not 0.1 to the last digit
        (1 - 0.9, 0.1, 1, "equal_pace"),
        (0.1, -0.2, -0.5, "carbon_only"),
        (-0.1, 0.2, -0.5, "pollutant_only"),
        # both rise: the quotient would be positive as well
        (-0.1, -0.2, NAN, "both_rise"),
        (0.0, 0.2, 0, "carbon_unchanged"),
        (0.0, -0.2, 0, "carbon_unchanged"),
        (0.1, 0.0, NAN, "pollutant_unchanged"),
        (0.0, 0.0, NAN, "no_change"),
        (0.1, 1e-13, NAN, "pollutant_unchanged"),
        (NAN, 0.1, NAN, "missing"),
        (0.1, NAN, NAN, "missing"),
    ],
)
def test_cross_elasticity(carbon: float, pollutant: float, value: float, state: str) -> None:
    made = cross_elasticity(carbon, pollutant)
    assert float(made.value) == pytest.approx(value, nan_ok=True)
    assert str(made.state) == state


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_only_what_both_cut_has_a_positive_elasticity(carbon: float, pollutant: float) -> None:
    made = cross_elasticity(carbon, pollutant)
    assert not np.isinf(made.value)
    if made.value > 0:
        assert carbon > 0 and pollutant > 0


def test_angles_agree_with_the_quadrants() -> None:
    rng = np.random.default_rng(3)
    made = co_control_angle(*rng.uniform(-1, 1, (2, 300)))
    expected = np.array(["both_fall", "carbon_only", "both_rise", "pollutant_only"])[(made.value // 90).astype(int)]
    assert made.state.tolist() == expected.tolist()
    assert set(made.state) == set(QUADRANTS)


def test_joint_efficiency_by_hand() -> None:
    # output per CO2: 10, 5, 2.5, –; per SO2: 5, 10, 10, 10 → best 10 and 10
    made = joint_efficiency([10, 10, 10, 10, 10, -1], [[1, 2], [2, 1], [4, 1], [0, 1], [NAN, 1], [1, 1]])
    np.testing.assert_allclose(made.value, [0.5, 0.5, 0.25, 1, NAN, NAN])
    assert made.state.tolist() == ["defined", "defined", "defined", "emission_free", "missing", "negative"]


def test_no_output_and_no_emissions() -> None:
    made = joint_efficiency([0, 0, 5], [[0, 0], [1, 2], [1, 1]])
    np.testing.assert_allclose(made.value, [NAN, 0, 1])
    assert made.state.tolist() == ["no_activity", "defined", "defined"]
    alone = joint_efficiency([0, 0], [[1, 2], [1, 1]])
    np.testing.assert_allclose(alone.value, [0, 0])


def test_joint_efficiency_does_not_depend_on_units_of_measure() -> None:
    rng = np.random.default_rng(5)
    output, emissions = rng.uniform(1, 9, 20), rng.uniform(1, 9, (20, 3))
    other = joint_efficiency(output * 1e4, emissions * [1e-3, 1e9, 7])
    np.testing.assert_allclose(other.value, joint_efficiency(output, emissions).value, rtol=1e-12)


def test_progress_beyond_peers_by_hand() -> None:
    # The two nearest of 1 are 2 and 4, of 2: 1 and 4 (as far each by quotient), of 4: 2 and 8, of 8: 4 and 16, …
    start = [1, 2, 4, 8, 16]
    made = relative_progress([0.5, 0.1, 0.3, 0.2, 0.4], start, peers=2, least=2)
    # medians of (0.1, 0.3), (0.5, 0.3), (0.1, 0.2), (0.3, 0.4), (0.2, 0.3)
    np.testing.assert_allclose(made.expected, [0.2, 0.4, 0.15, 0.35, 0.25])
    np.testing.assert_allclose(made.value, [0.3, -0.3, 0.15, -0.15, 0.15])
    assert made.peers.tolist() == [2, 2, 2, 2, 2]


def test_peers_as_near_as_the_last_count_as_well() -> None:
    # 2 lies as far from 1 as from 4: with one peer both count
    made = relative_progress([0.5, 0.1, 0.3], [1, 2, 4], peers=1, least=1)
    assert made.peers.tolist() == [1, 2, 1]
    np.testing.assert_allclose(made.expected, [0.1, 0.4, 0.1])


def test_peers_within_a_factor() -> None:
    made = relative_progress([0.5, 0.1, 0.3, 0.9], [1, 1.25, 1.5, 40], peers=10, least=1, within=1.25)
    assert made.peers.tolist() == [1, 2, 1, 0]
    assert made.state.tolist() == ["defined", "defined", "defined", "too_few_peers"]


def test_more_peers_than_there_are_units_is_everybody() -> None:
    few = relative_progress([0.5, 0.1, 0.3], [1, 2, 4], peers=2, least=1)
    many = relative_progress([0.5, 0.1, 0.3], [1, 2, 4], peers=10**12, least=1)
    assert many.peers.tolist() == [2, 2, 2]
    np.testing.assert_allclose(many.expected, [0.2, 0.4, 0.3])
    np.testing.assert_array_equal(many.value, few.value)


def test_states_of_progress() -> None:
    made = relative_progress([0.1, NAN, 0.2, 0.3, 0.1], [1, 1, 0, NAN, 1], peers=3, least=1)
    assert made.state.tolist() == ["defined", "missing", "zero_base", "missing", "defined"]
    assert relative_progress([0.1], [1.0]).state.tolist() == ["too_few_peers"]
    assert relative_progress([], []).value.tolist() == []


@given(st.integers(0, 1000), st.floats(1e-6, 1e6))
def test_progress_depends_neither_on_order_nor_on_the_unit_of_measure(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    reduction, start = rng.normal(size=25).round(2), rng.choice([1.0, 1.5, 2.0, 3.0, 7.0, 9.0], 25)
    mixed = rng.permutation(25)
    first = relative_progress(reduction, start, peers=5)
    second = relative_progress(reduction[mixed], start[mixed] * factor, peers=5)
    np.testing.assert_allclose(second.value, first.value[mixed], rtol=1e-12, atol=1e-12)
