"""Sobol indices: SALib's estimators number by number, Ishigami's function and a categorical toy with exact answers.

Expected: SALib 1.6 (`analyze.sobol`, same designs), and Ishigami and Homma 1990 in closed form: with
V₁ = bπ⁴/5 + b²π⁸/50 + 1/2, V₂ = a²/8, V₁₃ = 8b²π⁸/225, a = 7 and b = 0.1 the first-order indices are
(.313905, .442411, 0) and the total ones (.557589, .442411, .243684).
"""

import numpy as np
import pytest
from SALib.analyze import sobol as theirs
from SALib.sample import sobol as sampling
from SALib.test_functions import Ishigami
from scipy.stats import qmc

from evaluate.robustness.sobol import indices, with_intervals

PROBLEM = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
FIRST, TOTAL = (0.313905, 0.442411, 0.0), (0.557589, 0.442411, 0.243684)


def test_the_printed_indices_are_those_of_the_closed_form() -> None:
    one, two, both = 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 50 + 0.5, 49 / 8, 8 * 0.01 * np.pi**8 / 225
    whole = one + two + both
    np.testing.assert_allclose(FIRST, [one / whole, two / whole, 0], atol=5e-7)
    np.testing.assert_allclose(TOTAL, [(one + both) / whole, two / whole, both / whole], atol=5e-7)


def split(outputs: np.ndarray, inputs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return A, B and A with each input from B from SALib's order: A, AB₁ … AB_k, B in every block."""
    blocks = outputs.reshape(-1, inputs + 2)
    return blocks[:, :1], blocks[:, -1:], blocks[:, 1:-1].T[:, :, None]


@pytest.mark.parametrize("rows", [64, 1024])
def test_the_estimators_are_those_of_salib(rows: int) -> None:
    points = sampling.sample(PROBLEM, rows, calc_second_order=False, seed=5)
    outputs = Ishigami.evaluate(points)
    expected = theirs.analyze(PROBLEM, outputs, calc_second_order=False, num_resamples=10, seed=1)
    first, total = indices(*split(outputs, 3))
    np.testing.assert_allclose(first[:, 0], expected["S1"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(total[:, 0], expected["ST"], rtol=0, atol=1e-12)


def test_intervals_are_as_wide_as_those_of_salib() -> None:
    # SALib: z times the standard deviation over resamples; ours: percentiles of other resamples
    points = sampling.sample(PROBLEM, 1024, calc_second_order=False, seed=5)
    outputs = Ishigami.evaluate(points)
    expected = theirs.analyze(PROBLEM, outputs, calc_second_order=False, num_resamples=4000, conf_level=0.95, seed=1)
    rng = np.random.default_rng(2)
    counts = rng.multinomial(1024, np.full(1024, 1 / 1024), size=4000)
    found = with_intervals(*split(outputs, 3), counts, 0.95)
    for low, high, wide in (
        (found.first_low, found.first_high, expected["S1_conf"]),
        (found.total_low, found.total_high, expected["ST_conf"]),
    ):
        np.testing.assert_allclose((high - low)[:, 0] / 2, wide, rtol=0.1)


def radial(function: object, width: int, rows: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    points = qmc.Sobol(2 * width, scramble=True, rng=np.random.default_rng(seed)).random(rows)
    a, b = points[:, :width], points[:, width:]
    mixed = [np.where(np.arange(width) == i, b, a) for i in range(width)]
    value = np.vectorize(lambda *row: function(*row))  # type: ignore[operator]
    return tuple(np.asarray(v) for v in (  # type: ignore[return-value]
        value(*a.T)[:, None], value(*b.T)[:, None], np.stack([value(*m.T)[:, None] for m in mixed]),
    ))  # fmt: skip


def test_ishigami() -> None:
    def function(u: float, v: float, w: float) -> float:
        x, y, z = (2 * np.pi * t - np.pi for t in (u, v, w))
        return float(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))

    a, b, ab = radial(function, 3, 2**14, 3)
    first, total = indices(a, b, ab)
    np.testing.assert_allclose(first[:, 0], FIRST, atol=0.01)
    np.testing.assert_allclose(total[:, 0], TOTAL, atol=0.01)
    counts = np.random.default_rng(1).multinomial(2**14, np.full(2**14, 2.0**-14), size=300)
    found = with_intervals(a, b, ab, counts, 0.99)
    assert (found.first_low[:, 0] <= FIRST).all()
    assert (found.first_high[:, 0] >= FIRST).all()
    assert (found.total_low[:, 0] <= TOTAL).all()
    assert (found.total_high[:, 0] >= TOTAL).all()


def test_a_categorical_toy_has_its_exact_indices() -> None:
    # f = g(c)·h(d): c one of three options with g = 0, 1, 2, d one of two with h = 1, 3, a third input that does
    # nothing. E g = 1, V g = 2/3, E h = 2, V h = 1: V(f) = 5/3·5 − 4 = 13/3; V_c = 2/3·4 = 8/3; V_d = 1·1 = 1;
    # so S = (8/13, 3/13, 0) and, with the interaction 2/13, T = (10/13, 5/13, 0).
    def function(u: float, v: float, w: float) -> float:
        return (0.0, 1.0, 2.0)[int(3 * u)] * (1.0, 3.0)[int(2 * v)]

    # every combination of options of A and B as often as any other: the estimate is exact
    options = np.array([(i, j, k, m) for i in range(3) for j in range(2) for k in range(3) for m in range(2)])

    def value(c: np.ndarray, d: np.ndarray) -> np.ndarray:
        return (c * np.where(d == 0, 1.0, 3.0))[:, None]

    c, d, e, f = options.T
    first, total = indices(value(c, d), value(e, f), np.stack([value(e, d), value(c, f), value(c, d)]))
    np.testing.assert_allclose(first[:, 0], [8 / 13, 3 / 13, 0], atol=1e-12)
    np.testing.assert_allclose(total[:, 0], [10 / 13, 5 / 13, 0], atol=1e-12)
    drawn, totals = indices(*radial(function, 3, 2**12, 1))
    np.testing.assert_allclose(drawn[:, 0], [8 / 13, 3 / 13, 0], atol=0.02)
    np.testing.assert_allclose(totals[:, 0], [10 / 13, 5 / 13, 0], atol=0.02)


def test_an_output_that_never_changes_has_no_indices() -> None:
    alike = np.full((8, 1), 0.1 + 0.2)
    first, total = indices(alike, alike, np.stack([alike, np.full((8, 1), 0.3)]))
    assert np.isnan(first).all()
    assert np.isnan(total).all()
