"""Moments and p against every single order of the values: with seven units there are 5,040, and 720 hold one fast."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from geo.autocorrelation import (
    bivariate_moran,
    geary,
    getis_ord,
    join_counts,
    local_bivariate_moran,
    local_geary,
    local_getis_ord,
    local_moran,
    moran,
)
from geo.neighbours import Neighbours
from tests.geo.autocorrelation.making import by_code, linked

N = 7
Y = np.array([1.0, 4.0, 2.5, 9.0, 7.5, 7.5, 3.0])
X = np.array([2.0, 3.0, 3.0, 8.0, 5.0, 9.0, 1.0])
ORDERS = np.array(list(permutations(range(N))))
DRAWS = 20_000

# One way and both ways, of all strengths.
W = np.random.default_rng(7).integers(0, 4, (N, N)) * 0.7 * (1 - np.eye(N))


@pytest.fixture(scope="module")
def near() -> Neighbours:
    return linked(W, "none")


def centred(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=-1, keepdims=True)


def all_moran(y: np.ndarray, x: np.ndarray = Y) -> np.ndarray:
    z, there = centred(x), centred(y)
    return N / W.sum() * np.einsum("i,ij,pj->p", z, W, there) / np.sqrt((z**2).sum() * (there[0] ** 2).sum())


def statistic(name: str) -> np.ndarray:
    """The figure under every order, the first being the one observed."""
    y = Y[ORDERS]
    if name == "moran":
        z = centred(y)
        return N / W.sum() * np.einsum("pi,ij,pj->p", z, W, z) / (z[0] ** 2).sum()
    if name == "geary":
        apart = (y[:, :, None] - y[:, None, :]) ** 2
        return (N - 1) / (2 * W.sum()) * (W * apart).sum(axis=(1, 2)) / (centred(y)[0] ** 2).sum()
    if name == "getis_ord":
        products = y[:, :, None] * y[:, None, :]
        return ((W > 0) * products).sum(axis=(1, 2)) / (products[0].sum() - (Y**2).sum())
    return all_moran(X[ORDERS])


def shares(figures: np.ndarray, observed: float) -> tuple[float, float]:
    rounding = 1e-12 * np.abs(figures).max()
    return float((figures >= observed - rounding).mean()), float((figures <= observed + rounding).mean())


@pytest.mark.parametrize("name", ["moran", "geary", "getis_ord", "bivariate_moran"])
def test_global(name: str, near: Neighbours) -> None:
    function: Callable[..., object] = {"moran": moran, "geary": geary, "getis_ord": getis_ord}.get(
        name, bivariate_moran
    )
    values = [by_code(Y)] + ([by_code(X)] if name == "bivariate_moran" else [])
    figures = statistic(name)
    upper, lower = shares(figures, figures[0])
    for tail, expected in (("greater", upper), ("lesser", lower), ("two_sided", min(1, 2 * min(upper, lower)))):
        made = function(*values, near, permutations=DRAWS, tail=tail)
        assert made.value == pytest.approx(figures[0], rel=1e-12)
        assert abs(made.simulated.p - expected) < 6 * np.sqrt(0.25 / DRAWS)
    if name != "bivariate_moran":
        assert made.randomised.expected == pytest.approx(figures.mean(), rel=1e-9)
        assert made.randomised.deviation == pytest.approx(figures.std(), rel=1e-9)
    assert made.simulated.expected == pytest.approx(figures.mean(), abs=6 * figures.std() / np.sqrt(DRAWS))
    assert made.simulated.deviation == pytest.approx(figures.std(), rel=0.03)


def conditional(unit: int) -> np.ndarray:
    """Orders that leave the value of a unit where it is."""
    return ORDERS[ORDERS[:, unit] == unit]


def of_unit(name: str, unit: int, orders: np.ndarray) -> np.ndarray:
    y = Y[orders]
    z = centred(y) / Y.std()
    if name == "moran":
        return (N - 1) / N * z[:, unit] * (z @ W[unit])
    if name == "bivariate_moran":
        x = centred(X) / X.std()
        return (N - 1) / N * x[unit] * (z @ W[unit])
    if name == "geary":
        return ((z[:, [unit]] - z) ** 2) @ W[unit]
    return y @ W[unit]


@pytest.mark.parametrize("name", ["moran", "bivariate_moran", "geary", "getis_ord", "getis_ord_star"])
def test_local(name: str, near: Neighbours) -> None:
    options = {"permutations": DRAWS, "tail": "greater"}
    if name == "bivariate_moran":
        made = local_bivariate_moran(by_code(X), by_code(Y), near, **options)
    elif name.startswith("getis"):
        made = local_getis_ord(by_code(Y), near, star=name.endswith("star"), **options)
    else:
        made = {"moran": local_moran, "geary": local_geary}[name](by_code(Y), near, **options)
    for unit in range(N):
        figures = of_unit(name, unit, conditional(unit))
        # The own value of G* moves nothing but the level, the same in all orders.
        observed = of_unit(name, unit, np.arange(N)[None, :])[0]
        upper, _ = shares(figures, observed)
        assert abs(made.p[unit] - upper) < 6 * np.sqrt(0.25 / DRAWS)
        if name == "getis_ord":
            others = of_unit(name, unit, conditional(unit))
            assert made.value[unit] == pytest.approx((observed - others.mean()) / others.std(), rel=1e-9)
        elif name == "getis_ord_star":
            own = W[unit].max()
            everywhere = Y[ORDERS] @ (W[unit] + own * np.eye(N)[unit])
            expected = (everywhere[0] - everywhere.mean()) / everywhere.std()
            assert made.value[unit] == pytest.approx(expected, rel=1e-9)
        else:
            assert made.value[unit] == pytest.approx(observed, rel=1e-9, abs=1e-12)
            assert made.expected[unit] == pytest.approx(figures.mean(), rel=1e-9, abs=1e-12)
            assert np.sqrt(made.variance[unit]) == pytest.approx(figures.std(), rel=1e-9, abs=1e-9)
            mean = pytest.approx(figures.mean(), abs=6 * figures.std() / np.sqrt(DRAWS) + 1e-12)
            assert made.simulated_mean[unit] == mean
            assert made.simulated_deviation[unit] == pytest.approx(figures.std(), rel=0.05, abs=1e-12)


def test_joins(near: Neighbours) -> None:
    of = np.array(list("xyxzzxy"))
    names = "xyz"
    orders = of[ORDERS]
    links = W > 0
    made = join_counts(by_code(of), near, permutations=DRAWS, tail="greater")
    assert made.categories == tuple(names)
    assert made.sizes == (3, 2, 2)
    total = np.zeros(len(ORDERS))
    for r, one in enumerate(names):
        for s, other in enumerate(names):
            first, second = orders == one, orders == other
            joined = first[:, :, None] & second[:, None, :]
            figures = (links * (joined | joined.transpose(0, 2, 1))).sum(axis=(1, 2)) / 2
            assert made.counts[r, s] == figures[0]
            assert made.expected[r, s] == pytest.approx(figures.mean(), rel=1e-12)
            assert abs(made.p[r, s] - (figures >= figures[0]).mean()) < 6 * np.sqrt(0.25 / DRAWS)
            assert made.simulated_deviation[r, s] == pytest.approx(figures.std(), rel=0.05)
            total += figures if r < s else 0
    assert made.unlike == total[0]
    assert made.unlike_expected == pytest.approx(total.mean(), rel=1e-12)
    assert abs(made.unlike_p - (total >= total[0]).mean()) < 6 * np.sqrt(0.25 / DRAWS)
