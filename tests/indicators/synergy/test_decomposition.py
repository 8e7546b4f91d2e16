"""LMDI-I: zeros, gaps and parts that add up; printed figures stand in tests/oracles/test_synergy.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.synergy.decomposition import common_direction, lmdi, lmdi_side_by_side, logarithmic_mean

NAN = float("nan")


def drivers(seed: int, years: int = 4, zeros: float = 0.0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    made = {name: rng.lognormal(0, 2, (5, years)) for name in ("structure", "intensity", "factor")}
    for one in made.values():
        one[rng.random(one.shape) < zeros] = 0
    return {"activity": rng.lognormal(0, 1, years), **made}


def test_logarithmic_mean() -> None:
    # (8 − 2)/ln 4; a mean that lies between the two, and near its limits
    assert float(logarithmic_mean(8, 2)) == pytest.approx(6 / np.log(4))
    np.testing.assert_allclose(logarithmic_mean([5, 0, 0, 3, -1, NAN], [5, 0, 3, 0, 2, 1]), [5, 0, 0, 0, NAN, NAN])
    # L(a, a(1 + ε)) ≈ a(1 + ε/2)
    assert float(logarithmic_mean(7.0, 7.0 * (1 + 1e-12))) == pytest.approx(7.0 * (1 + 5e-13), rel=1e-15)
    assert 1e-300 < float(logarithmic_mean(1e-300, 1e300)) < 1e300


@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9))
def test_the_mean_lies_between_the_geometric_and_the_arithmetic(a: float, b: float) -> None:
    mean = float(logarithmic_mean(a, b))
    assert (a * b) ** 0.5 * (1 - 1e-12) <= mean <= (a + b) / 2 * (1 + 1e-12)
    assert mean == float(logarithmic_mean(b, a))


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.3]))
def test_parts_add_up_and_factors_multiply_to_the_change(seed: int, zeros: float) -> None:
    made = lmdi(drivers(seed, zeros=zeros))
    size = np.abs(made.parts).sum(axis=(0, 1))
    np.testing.assert_array_less(np.abs(made.effects.sum(axis=0) - made.change), 1e-9 * size + 1e-300)
    moved = np.abs(made.change) > 1e-6 * size
    np.testing.assert_allclose(made.effects.sum(axis=0)[moved], made.change[moved], rtol=1e-9)
    based = made.state == "defined"
    ratio = made.total[1:][based] / made.total[:-1][based]
    np.testing.assert_allclose(made.factors.prod(axis=0)[based], ratio, rtol=1e-9)
    np.testing.assert_allclose(made.shares.sum(axis=0)[moved], 1, rtol=1e-9)


@given(st.integers(0, 1000))
def test_backwards_the_parts_change_their_sign(seed: int) -> None:
    given_ = drivers(seed, zeros=0.2)
    there, back = lmdi(given_), lmdi({name: x[..., ::-1] for name, x in given_.items()})
    np.testing.assert_allclose(back.effects[:, ::-1], -there.effects, rtol=1e-9, atol=1e-12)


@given(st.integers(0, 1000))
def test_units_of_measure_leave_the_parts_alone(seed: int) -> None:
    given_ = drivers(seed)
    other = {**given_, "activity": given_["activity"] * 1e6, "intensity": given_["intensity"] * 1e-6}
    np.testing.assert_allclose(lmdi(other).effects, lmdi(given_).effects, rtol=1e-8, atol=1e-12)


def test_zeros_in_the_limit_by_hand() -> None:
    # Ang et al. 1998: of a sector that appears the whole emission goes to the driver that was 0; of one that goes,
    # likewise. Sector 1: 0 → 10·0.2·3 = 6, factor 2 was 0. Sector 2: 5·2·1 = 10 → 0, factor 1 is 0.
    made = lmdi({"a": [[5, 10], [5, 0]], "b": [[0, 0.2], [2, 3]], "c": [[4, 3], [1, 1]]})
    np.testing.assert_allclose(made.parts[:, :, 0], [[0, -10], [6, 0], [0, 0]])
    assert made.change.tolist() == [-4]


def test_two_drivers_at_0_share_alike() -> None:
    made = lmdi({"a": [[0, 2]], "b": [[0, 3]], "c": [[5, 7]]})
    np.testing.assert_allclose(made.effects[:, 0], [21, 21, 0])


def test_a_sector_at_0_in_both_years_takes_no_part() -> None:
    made = lmdi({"a": [[0, 2], [1, 1]], "b": [[3, 0], [1, 2]]})
    np.testing.assert_allclose(made.parts[:, 0, 0], [0, 0])
    assert made.effects.sum() == pytest.approx(1)


def test_a_small_value_comes_near_the_limit_slowly() -> None:
    # Ang and Liu 2007; Wood and Lenzen 2006: a tiny δ converges, by the logarithm only
    given_ = {"a": [[5, 10], [5, 0]], "b": [[0, 0.2], [2, 3]], "c": [[4, 3], [1, 1]]}
    limit = lmdi(given_).effects
    gaps = [np.abs(lmdi(given_, zeros="small", delta=d).effects - limit).max() for d in (1e-10, 1e-20, 1e-80)]
    assert gaps[0] > gaps[1] > gaps[2] > 0
    assert gaps[2] < 0.05
    small = lmdi(given_, zeros="small")
    np.testing.assert_allclose(small.effects.sum(axis=0), small.change, rtol=1e-9)
    with pytest.raises(ValueError, match="delta"):
        lmdi(given_, zeros="small", delta=1e-200)


def test_states_of_the_steps() -> None:
    # years: 6, 6 (no change), 0 (gone), 6 (back), missing, 6, negative
    made = lmdi({"a": [2, 3, 0, 2, NAN, 2, -2], "b": [3, 2, 2, 3, 3, 3, 3]})
    assert made.state.tolist() == ["no_change", "zero_total", "zero_total", "missing", "missing", "negative"]
    np.testing.assert_allclose(made.effects.sum(axis=0), [0, -6, 6, NAN, NAN, NAN], atol=1e-12)
    assert np.isnan(made.shares[:, 0]).all() and np.isfinite(made.shares[:, 1:3]).all()
    np.testing.assert_allclose(made.factors[:, 0].prod(), 1)
    assert np.isnan(made.factors[:, 1:]).all()
    assert np.isnan(made.chained[:, 3:]).all() and np.isfinite(made.chained[:, :3]).all()


def test_nothing_at_all() -> None:
    made = lmdi({"a": [0, 0], "b": [1, 2]})
    assert made.state.tolist() == ["zero_total"]
    assert made.effects.tolist() == [[0], [0]]
    assert np.isnan(made.shares).all() and np.isnan(made.factors).all()


def test_chained_is_not_the_direct_comparison_but_has_the_same_sum() -> None:
    given_ = drivers(7)
    chain = lmdi(given_)
    direct = lmdi({name: x[..., [0, -1]] for name, x in given_.items()})
    assert chain.chained[:, -1].sum() == pytest.approx(direct.effects.sum(), rel=1e-9)
    assert not np.allclose(chain.chained[:, -1], direct.effects[:, 0])


def test_directions_of_drivers() -> None:
    made = lmdi_side_by_side(
        {"activity": [1, 2], "structure": [1, 0.5], "weather": [1, 1]},
        {"co2": {"factor": [1, 0.5]}, "so2": {"factor": [1, 2]}},
    )
    found = common_direction(made["co2"], made["so2"])[:, 0].tolist()
    assert found == ["both_rise", "both_fall", "both_rise", "carbon_only"]
    assert made["co2"].drivers == ("activity", "structure", "weather", "factor")


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="a driver"):
        lmdi({})
    with pytest.raises(ValueError, match="two years"):
        lmdi({"a": [1.0]})
    with pytest.raises(ValueError, match="same names"):
        lmdi_side_by_side({"a": [1, 2]}, {"co2": {"f": [1, 2]}, "so2": {"g": [1, 2]}})
