"""Synergy measures: figures in print and from other programs, each named at its test.

"The shared page on methods" collects printed figures and figures recomputed from print, parts C3-C6.
"""

from itertools import product

import numpy as np
import pytest

from indicators.synergy.co_control import signed_distance
from indicators.synergy.coupling import coordination
from indicators.synergy.decomposition import common_direction, lmdi, lmdi_side_by_side
from indicators.synergy.decoupling import tapio
from indicators.synergy.equivalents import combined_equivalents, equivalents, unit_cost
from indicators.synergy.joint import co_control_angle, cross_elasticity
from indicators.synergy.order_degree import synergy_degree
from indicators.synergy.portfolio import exact_portfolio, greedy_portfolio

# Wang Shujia et al. 2021, table 8: coupling of 2008, original and corrected.
PUBLISHED = {
    "北京": (0.9989, 0.9404), "天津": (0.9935, 0.8660), "石家庄": (0.8868, 0.5440), "唐山": (0.9073, 0.5769),
    "秦皇岛": (0.6821, 0.3006), "邯郸": (0.8328, 0.4780), "邢台": (0.6816, 0.3344), "保定": (0.7789, 0.4171),
    "张家口": (0.6871, 0.3278), "承德": (0.6101, 0.2700), "沧州": (0.8017, 0.4374), "廊坊": (0.7867, 0.4196),
    "衡水": (0.7191, 0.3738),
}  # fmt: skip


@pytest.mark.parametrize(
    ("scores", "model", "coupling", "development", "degree"),
    # the shared page on methods, C3
    [
        ((0.6, 0.3), "traditional", 0.942809, 0.45, 0.651356),
        ((0.6, 0.3), "corrected", 0.591608, 0.45, 0.515969),
        ((0.9, 0.1), "traditional", 0.6, 0.5, None),
        ((0.9, 0.1), "corrected", 0.149071, 0.5, None),
        ((0.6, 0.5, 0.3), "corrected", 0.718608, None, None),
    ],
)
def test_coupling_of_the_toys(
    scores: tuple[float, ...], model: str, coupling: float, development: float | None, degree: float | None
) -> None:
    made = coordination(scores, model=model)  # type: ignore[arg-type]
    assert round(float(made.coupling), 6) == coupling
    if development is not None:
        assert float(made.development) == pytest.approx(development, abs=1e-12)
    if degree is not None:
        assert round(float(made.coordination), 6) == degree


def subsystems(original: float, corrected: float) -> tuple[float, float]:
    """Solve both published couplings for the two subsystems: first their ratio, then the larger one."""
    root = (1 - np.sqrt(1 - original**2)) / original
    ratio = root**2
    larger = (1 - corrected**2 / ratio) / (1 - ratio)
    return ratio * larger, larger


@pytest.mark.parametrize("city", PUBLISHED)
def test_published_pairs_of_couplings(city: str) -> None:
    original, corrected = PUBLISHED[city]
    scores = np.array(subsystems(original, corrected))
    # Only pairs that belong to the same formulas give subsystems between 0 and 1.
    assert ((scores > 0) & (scores < 1)).all()
    assert round(float(coordination(scores, model="traditional").coupling), 4) == original
    assert round(float(coordination(scores, model="corrected").coupling), 4) == corrected
    # The order of the subsystems is of no matter.
    assert float(coordination(scores[::-1], model="corrected").coupling) == pytest.approx(corrected, abs=1e-12)


@pytest.mark.parametrize(("city", "expected"), [("北京", (0.291, 0.320)), ("石家庄", (0.114, 0.309))])
def test_subsystems_behind_the_pairs(city: str, expected: tuple[float, float]) -> None:
    # the shared page on methods, C3
    assert np.round(subsystems(*PUBLISHED[city]), 3).tolist() == list(expected)


@pytest.mark.parametrize(
    ("changes", "degree"),
    # the shared page on methods, C4
    [((0.2, 0.05), 0.1), ((0.2, -0.05), -0.1), ((0.0, 0.5), 0.0), ((-0.2, -0.05), -0.1)],
)
def test_synergy_degree_of_the_toys(changes: tuple[float, float], degree: float) -> None:
    before = np.array([0.3, 0.3])
    assert float(synergy_degree(before, before + changes).value) == pytest.approx(degree, abs=1e-12)


def test_equivalents_of_the_tax_law() -> None:
    # the shared page on methods, C5: 100/0.95 + 80/0.95 + 50/2.18
    assert round(float(equivalents({"so2": 100, "nox": 80, "soot": 50})), 3) == 212.409
    made = combined_equivalents(equivalents({"so2": 95}), 1000.0, carbon_weight=0.01)
    assert (float(made.value), float(made.carbon_part), float(made.carbon_weight)) == (110.0, 10.0, 0.01)


def test_angle_and_distance_are_polar_coordinates() -> None:
    # numpy's complex numbers: pollutant reduction the real part, carbon reduction the imaginary one
    rng = np.random.default_rng(1)
    carbon, pollutant = rng.uniform(-1, 1, (2, 200))
    number = pollutant + 1j * carbon
    np.testing.assert_allclose(co_control_angle(carbon, pollutant).value, np.angle(number, deg=True) % 360, rtol=1e-12)
    both = (carbon > 0) & (pollutant > 0)
    np.testing.assert_allclose(signed_distance(carbon, pollutant)[both], np.abs(number)[both], rtol=1e-12)
    np.testing.assert_allclose(
        cross_elasticity(carbon, pollutant).value[both], np.tan(np.angle(number))[both], rtol=1e-9
    )


def test_lmdi_of_the_toy() -> None:
    # the shared page on methods, C6
    made = lmdi(
        {
            "activity": [100, 130],
            "structure": [[0.6, 0.5], [0.4, 0.5]],
            "intensity": [[2, 1.6], [0.5, 0.45]],
            "factor": [[2.5, 2.4], [1.5, 1.3]],
        }
    )
    np.testing.assert_allclose(made.total, [330, 287.625], rtol=1e-14)
    assert made.effects[:, 0].round(6).tolist() == [80.777256, -42.406875, -64.714460, -16.030921]
    assert made.effects.sum() == pytest.approx(-42.375, rel=1e-12)


# LMDIR (R), tests/testthat/test_lmdi.R, create_simple_LMDI(): two sectors (rows), three factors, 1971-1974.
LMDIR = np.array(
    [
        [[1, 10, 2], [4, 5, 3]],
        [[4, 5, 3], [5, 6, 4]],
        [[8, 2, 4], [5, 7, 5]],
        [[10, 1, 5], [6, 8, 6]],
    ]
)
LMDIR_PARTS = [
    (69.79006598, -9.455125793, 39.66505981),
    (42.96021467, -34.31902656, 50.3588119),
    (54.01064234, -9.021284671, 54.01064234),
]
LMDIR_FACTORS = [
    (1.761117821, 0.926191306, 1.379410116),
    (1.229284572, 0.847970248, 1.273773912),
    (1.208140223, 0.968911503, 1.208140223),
]


def test_lmdi_is_that_of_lmdir() -> None:
    made = lmdi({f"factor {at + 1}": LMDIR[:, :, at].T for at in range(3)})
    np.testing.assert_allclose(made.change, [100, 59, 99], rtol=1e-14)
    np.testing.assert_allclose(made.effects.T, LMDIR_PARTS, rtol=1e-9)
    np.testing.assert_allclose(made.factors.T, LMDIR_FACTORS, rtol=1e-9)
    np.testing.assert_allclose(made.chained.T, np.cumsum(LMDIR_PARTS, axis=0), rtol=1e-9)
    np.testing.assert_allclose(made.chained_factors.T, np.cumprod(LMDIR_FACTORS, axis=0), rtol=1e-9)
    # the changes of the total as LMDIR has them: 100, 159, 258
    np.testing.assert_allclose(made.chained.sum(axis=0), [100, 159, 258], rtol=1e-9)
    np.testing.assert_allclose(made.factors.prod(axis=0), [2.25, 1.327777778, 1.414225941], rtol=1e-9)


def test_two_emissions_with_the_same_drivers() -> None:
    shared = {f"factor {at + 1}": LMDIR[:, :, at].T for at in range(2)}
    made = lmdi_side_by_side(shared, {"co2": {"own": LMDIR[:, :, 2].T}, "so2": {"own": LMDIR[::-1, :, 2].T}})
    np.testing.assert_allclose(made["co2"].effects.T, LMDIR_PARTS, rtol=1e-9)
    direction = common_direction(made["co2"], made["so2"])
    assert direction[2].tolist() == ["pollutant_only"] * 3


@pytest.mark.parametrize(
    ("emission", "activity", "state"),
    # Tapio 2005, figure 1: the eight states with the limits 0.8 and 1.2; one point inside each
    [
        (-0.05, 0.10, "strong_decoupling"),
        (0.05, 0.10, "weak_decoupling"),
        (0.10, 0.10, "expansive_coupling"),
        (0.20, 0.10, "expansive_negative_decoupling"),
        (0.05, -0.10, "strong_negative_decoupling"),
        (-0.05, -0.10, "weak_negative_decoupling"),
        (-0.10, -0.10, "recessive_coupling"),
        (-0.20, -0.10, "recessive_decoupling"),
    ],
)
def test_states_of_decoupling(emission: float, activity: float, state: str) -> None:
    made = tapio((300.0, 300 * (1 + emission)), (70.0, 70 * (1 + activity)))
    assert made.state.tolist() == state
    assert float(made.elasticity) == pytest.approx(emission / activity, rel=1e-9)
    assert made.border.tolist() == ""


@pytest.mark.parametrize("seed", range(12))
def test_the_exact_portfolio_is_the_best_of_all_subsets(seed: int) -> None:
    # every subset of eleven measures, one by one
    rng = np.random.default_rng(seed)
    cost, worth = rng.uniform(-10, 100, 11).round(1), rng.uniform(-5, 60, 11).round(1)
    budget = float(rng.uniform(0, 250))
    best, cheapest = 0.0, 0.0
    for chosen in product([False, True], repeat=11):
        at = np.array(chosen)
        if (worth[at] <= 0).any() or cost[at].sum() > budget:
            continue
        reduced, spent = worth[at].sum(), cost[at].sum()
        if reduced > best + 1e-9 or (abs(reduced - best) <= 1e-9 and spent < cheapest):
            best, cheapest = reduced, spent
    made = exact_portfolio(cost, worth, budget)
    assert made.reduction == pytest.approx(best, abs=1e-6)
    assert made.cost == pytest.approx(cheapest, abs=1e-6)
    greedy = greedy_portfolio(cost, worth, budget)
    assert greedy.reduction <= made.reduction + 1e-9
    assert greedy.cost <= budget + 1e-9


def test_unit_cost_of_a_measure() -> None:
    # 10 million yuan for 95 t SO2: 100 thousand equivalents, 100 yuan each
    assert unit_cost(1e7, equivalents({"so2": 95}) * 1000).value == pytest.approx(100)
