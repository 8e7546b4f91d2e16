"""Weightings against print and against other programs: pymcdm, scikit-criteria, statsmodels, scipy.

Printed figures: the OECD/JRC Handbook (2008) on the Technology Achievement Index, Saaty (1980), Keshavarz-Ghorabaee et
al. (2021), as the shared page on methods lists them (part C1); each is named at its test.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pymcdm.weights as pymcdm
import pytest
from numpy.typing import NDArray
from pymcdm.weights.subjective import AHP as PymcdmAhp  # noqa: N811
from scipy.optimize import minimize
from skcriteria.preprocessing import weighters as skcriteria
from statsmodels.multivariate.factor_rotation import rotate_factors
from statsmodels.multivariate.pca import PCA

from evaluate.methods.weighting import (
    Ahp,
    CoefficientOfVariation,
    Critic,
    Entropy,
    EqualCorrelation,
    GameTheory,
    ImprovedCritic,
    Merec,
    Pca,
    Siblings,
    StandardDeviation,
    VerticalHorizontal,
    varimax,
)

Array = NDArray[np.float64]
INDICATORS = [
    "patents", "royalties", "internet", "exports", "telephones", "electricity", "schooling", "university",
]  # fmt: skip


def siblings(scores: Any, year: Any = None, given: Any = None) -> Siblings:
    """Return scores, rows × children, of one year if none is said."""
    rows, count = np.shape(scores)
    given = np.full(count, 1 / count) if given is None else np.asarray(given)
    year = np.zeros(rows, dtype=int) if year is None else np.asarray(year)
    names = tuple(f"c{at}" for at in range(count))
    return Siblings("p", names, np.asarray(scores, dtype=float), given, year, np.arange(rows))


def weights(method: Any, scores: Any, **more: Any) -> Array:
    """Return the weights of a method without parameters, or of a built one."""
    built = method if not isinstance(method, type) else method(method=method.word())
    return np.asarray(built.weigh(siblings(scores, **more)).weights)


@pytest.fixture(scope="module")
def tai(shared: Path) -> Array:
    """Eight indicators of 23 countries."""
    table = pd.read_csv(shared / "oracles" / "handbook-tai" / "tai23.csv")
    return table[INDICATORS].to_numpy(dtype=float)


def tables() -> list[Any]:
    rng = np.random.default_rng(20)
    made = {}
    for rows, count in ((6, 3), (25, 7), (200, 12)):
        mixed = rng.normal(size=(rows, count)) @ rng.normal(size=(count, count))
        low, high = mixed.min(axis=0), mixed.max(axis=0)
        made[f"{rows} × {count}"] = 1 + 99 * (mixed - low) / (high - low)
    return [pytest.param(values, id=name) for name, values in made.items()]


by_table = pytest.mark.parametrize("scores", tables())

# Weights by information, to 1e-8


def plain(matrix: Array) -> Array:
    return np.ones(matrix.shape[1])


PEERS: list[tuple[type[Any], str, Callable[[Array], Array]]] = [
    (Entropy, "pymcdm", pymcdm.entropy_weights),
    (Entropy, "scikit-criteria", skcriteria.entropy_weights),
    (Critic, "pymcdm", pymcdm.critic_weights),
    (Critic, "scikit-criteria", lambda x: skcriteria.critic_weights(x, plain(x))),
    (StandardDeviation, "pymcdm", pymcdm.standard_deviation_weights),
    # with ddof 0: where nothing is missing shares are the same
    (StandardDeviation, "scikit-criteria", skcriteria.std_weights),
    (Merec, "pymcdm", lambda x: pymcdm.merec_weights(x, plain(x))),
    (Merec, "scikit-criteria", lambda x: skcriteria.merec_weights(x, plain(x))),
]


@by_table
@pytest.mark.parametrize(("member", "peer", "function"), PEERS, ids=lambda v: v if isinstance(v, str) else "")
def test_information(member: type[Any], peer: str, function: Callable[[Array], Array], scores: Array) -> None:
    np.testing.assert_allclose(weights(member, scores), function(scores), rtol=1e-8)


@by_table
def test_what_no_program_has_is_the_formula_in_pandas(scores: Array) -> None:
    table = pd.DataFrame(scores)
    variation = table.std(ddof=1) / table.mean()
    np.testing.assert_allclose(weights(CoefficientOfVariation, scores), variation / variation.sum(), rtol=1e-10)
    conflict = variation * (1 - table.corr().abs()).sum()
    np.testing.assert_allclose(weights(ImprovedCritic, scores), conflict / conflict.sum(), rtol=1e-10)


def test_merec_of_its_paper() -> None:
    # Keshavarz-Ghorabaee et al. 2021, Symmetry 13(4):525, section 4.1; inputs from memory, they reproduce the printed
    # weights. Criteria 3 and 4 are costs, which count by 1/x.
    x = np.array([
        [450, 8000, 54, 145], [10, 9100, 2, 160], [100, 8200, 31, 153], [220, 9300, 1, 162], [5, 8400, 23, 158],
    ])  # fmt: skip
    better = np.column_stack([x[:, :2], 1 / x[:, 2:]])
    assert tuple(np.round(weights(Merec, better), 4)) == (0.5752, 0.0141, 0.4016, 0.0091)


# Factor analysis


def test_factor_analysis_of_the_handbook(tai: Array) -> None:
    weighed = Pca(method="pca").weigh(siblings(tai))
    found = weighed.details
    # Handbook, table 16
    assert tuple(np.round(found["eigenvalues"], 4)) == (
        3.3544, 1.7461, 0.9849, 0.8939, 0.4712, 0.2995, 0.1744, 0.0757,
    )  # fmt: skip
    assert tuple(np.round(100 * np.array(found["shares"][:4]), 1)) == (41.9, 21.8, 12.3, 11.2)
    assert round(100 * sum(found["shares"][:4]), 1) == 87.2
    # table 17; its factors stand in the order of the eigenvalues before rotation
    assert sorted(np.round(found["explained"], 2), reverse=True) == [2.63, 1.78, 1.39, 1.18]
    # table 18, column of the principal components, as recomputed in part C1: exports get .0565 where the rotation
    # has come to rest, and .057 where it stops a few steps before
    printed = (0.168, 0.155, 0.111, 0.057, 0.086, 0.119, 0.139, 0.166)
    np.testing.assert_allclose(weighed.weights, printed, rtol=0, atol=0.0006)


def test_the_rule_of_eigenvalues_above_1_keeps_two_factors(tai: Array) -> None:
    found = Pca(method="pca", least_eigenvalue=1).weigh(siblings(tai)).details
    assert len(found["explained"]) == 2  # 3.3544 and 1.7461, together 63.7 %


def test_eigenvalues_are_those_of_statsmodels(tai: Array) -> None:
    found = Pca(method="pca").weigh(siblings(tai)).details["eigenvalues"]
    np.testing.assert_allclose(found, PCA(tai, standardize=True).eigenvals / len(tai), rtol=1e-10)


def kaiser(loadings: Array) -> Array:
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned, _ = rotate_factors(loadings / length, "varimax", tol=1e-9, max_tries=2000)
    return np.asarray(turned * length)


def test_varimax_is_that_of_statsmodels(tai: Array) -> None:
    rng = np.random.default_rng(5)
    for scores in (tai, rng.normal(size=(40, 6)) @ rng.normal(size=(6, 6))):
        values, vectors = np.linalg.eigh(np.corrcoef(scores.T))
        for factors in range(2, 5):
            loadings = (vectors * np.sqrt(np.maximum(values, 0)))[:, -factors:]
            ours, theirs = varimax(loadings) ** 2, kaiser(loadings) ** 2
            # the order of factors and their signs are free
            match = np.abs(ours[:, :, None] - theirs[:, None, :]).sum(axis=0).argmin(axis=1)
            assert sorted(match) == list(range(factors))
            # statsmodels stops where its gradient is small, which leaves the loadings less certain
            np.testing.assert_allclose(ours, theirs[:, match], atol=1e-6)


# Analytic hierarchy process

SAATY_HOUSE = """
1 5 3 7 6 6 1/3 1/4; 1/5 1 1/3 5 3 3 1/5 1/7; 1/3 3 1 6 3 4 6 1/5; 1/7 1/5 1/6 1 1/3 1/4 1/7 1/8;
1/6 1/3 1/3 3 1 1/2 1/5 1/6; 1/6 1/3 1/4 4 2 1 1/5 1/6; 3 5 1/6 7 5 5 1 1/2; 4 7 5 8 6 6 2 1
"""
TABLE_20 = """
1 2 3 2 5 5 1 3; 1/2 1 2 1/2 4 4 1/2 3; 1/3 1/2 1 1/4 2 2 1/5 1/2; 1/2 2 4 1 4 4 1/2 3;
1/5 1/4 1/2 1/4 1 1 1/5 1/2; 1/5 1/4 1/2 1/4 1 1 1/5 1/2; 1 2 5 2 5 5 1 4; 1/3 1/3 2 1/3 2 2 1/4 1
"""


def ahp(printed: str, **settings: Any) -> Ahp:
    matrix = [row.split() for row in printed.replace("\n", " ").split(";")]
    judged = {"children": [f"c{at}" for at in range(len(matrix))], "matrix": matrix}
    return Ahp.model_validate({"method": "ahp", "judgements": {"p": judged}, **settings})


def test_saatys_house() -> None:
    # Saaty 1980, the choice of a house
    found, details, warnings = ahp(SAATY_HOUSE, accept_inconsistent=True).priorities("p")
    assert round(details["lambda_max"], 3) == 9.669
    assert round(details["consistency_index"], 3) == 0.238
    assert round(details["consistency_ratio"], 3) == 0.169
    assert tuple(np.round(found, 3)) == (0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333)
    assert [w.text_key for w in warnings] == ["scoring.inconsistent"]


def test_table_20_of_the_handbook() -> None:
    found, details, warnings = ahp(TABLE_20).priorities("p")
    assert round(details["lambda_max"], 4) == 8.2111
    assert round(details["consistency_index"], 5) == 0.03015
    # random index 1.41
    assert round(details["consistency_ratio"], 4) == 0.0214
    assert tuple(np.round(found, 4)) == (0.2291, 0.1346, 0.0594, 0.1761, 0.0385, 0.0385, 0.2522, 0.0715)
    assert warnings == ()


@pytest.mark.parametrize("printed", [SAATY_HOUSE, TABLE_20], ids=["house", "table 20"])
def test_ahp_is_that_of_pymcdm(printed: str) -> None:
    numbers = [[float(Fraction(entry)) for entry in row.split()] for row in printed.replace("\n", " ").split(";")]
    peer = PymcdmAhp(matrix=np.array(numbers))
    # its table of random indices has more digits
    found, details, _ = ahp(printed, accept_inconsistent=True, random_index=PymcdmAhp.RI_M).priorities("p")
    np.testing.assert_allclose(found, peer(), rtol=1e-8)
    assert details["consistency_ratio"] == pytest.approx(peer.get_cr(), rel=1e-8)


def test_consistent_judgements_give_back_the_weights() -> None:
    # a_ij = w_i/w_j: λmax = n, CR = 0
    true = np.array([0.5, 0.2, 0.2, 0.06, 0.04])
    matrix = "; ".join(" ".join(str(a / b) for b in true) for a in true)
    found, details, _ = ahp(matrix).priorities("p")
    np.testing.assert_allclose(found, true, rtol=1e-10)
    assert details["lambda_max"] == pytest.approx(5, rel=1e-12)
    assert details["consistency_ratio"] == pytest.approx(0, abs=1e-12)


# Equal correlation


def correlation_with_the_mean(scores: Array, found: Array) -> Array:
    return np.array([np.corrcoef(column, scores @ found)[0, 1] for column in scores.T])


def spread_about(scores: Array, given: Array) -> Callable[[Array], float]:
    """Return COINr's objective: squared differences between the shares of correlations and those that are wanted."""
    deviation, correlation = scores.std(axis=0, ddof=1), np.corrcoef(scores.T)

    def objective(found: Array) -> float:
        own = correlation @ (found * deviation)
        return float(1e4 * ((own / own.sum() - given / given.sum()) ** 2).sum())

    return objective


@pytest.mark.parametrize("given", [[1, 1, 1, 1], [1.3, 1.1, 0.9, 0.7]], ids=str)
def test_equal_correlation_solves_what_coinr_minimises(given: list[float]) -> None:
    rng = np.random.default_rng(11)
    scores = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)) * [0.5, 0.6, 0.4, 0.3]
    aim, wanted = ("equal" if len(set(given)) == 1 else "given"), np.array(given) / sum(given)
    built = EqualCorrelation(method="equal_correlation", aim=aim)
    weighed = built.weigh(siblings(scores, given=wanted))
    assert weighed.weights is not None and weighed.details["closed_form"] and not weighed.warnings
    reached = correlation_with_the_mean(scores, weighed.weights)
    np.testing.assert_allclose(reached / reached.sum(), wanted, rtol=1e-10)
    np.testing.assert_allclose(weighed.details["correlations"], reached, rtol=1e-10)
    found = minimize(
        spread_about(scores, wanted), np.full(4, 0.25), method="SLSQP", bounds=[(0, 1)] * 4,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-15, "maxiter": 1000},
    )  # fmt: skip
    np.testing.assert_allclose(weighed.weights, found.x, atol=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_where_a_weight_would_be_negative_the_least_correlation_is_greatest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(50, 6)) @ rng.normal(size=(6, 6))
    weighed = EqualCorrelation(method="equal_correlation").weigh(siblings(scores))
    assert weighed.weights is not None
    reached = correlation_with_the_mean(scores, weighed.weights)
    weighty = weighed.weights > 0
    np.testing.assert_allclose(reached[weighty], reached.min(), rtol=1e-8)
    assert (reached[~weighty] >= reached.min()).all()
    assert bool(weighed.warnings) is not weighty.all()
    # maximise the least correlation: t as a seventh unknown, by scipy
    deviation, correlation = scores.std(axis=0, ddof=1), np.corrcoef(scores.T)
    best = 0.0
    for start in range(4):
        first = np.append(np.random.default_rng(start).uniform(0.1, 0.6, size=6), 0.0)
        found = minimize(
            lambda z: -z[-1], first, method="SLSQP", bounds=[(0, None)] * 6 + [(None, None)],
            constraints=[
                {"type": "ineq", "fun": lambda z: correlation @ z[:-1] - z[-1]},
                {"type": "ineq", "fun": lambda z: 1 - z[:-1] @ correlation @ z[:-1]},
            ],
            options={"ftol": 1e-14, "maxiter": 1000},
        )  # fmt: skip
        if found.success and found.x[-1] > best:
            best, vector = found.x[-1], found.x[:-1] / deviation
    assert best == pytest.approx(reached.min(), abs=1e-6)
    np.testing.assert_allclose(vector / vector.sum(), weighed.weights, atol=1e-4)


# Units drawn apart over the years


def test_units_are_drawn_apart_along_the_leading_vector() -> None:
    # all correlations above 0: the vector has one sign, and the sum of squares is what is made greatest
    rng = np.random.default_rng(3)
    year = np.repeat([2018, 2019, 2020], 30)
    scores = 5 + rng.normal(size=(90, 4)) + 2 * rng.normal(size=(90, 1)) + (year - 2019)[:, None] * [3, 2, 1, 0]
    blocks = []
    for which in (2018, 2019, 2020):
        block = pd.DataFrame(scores[year == which])
        blocks.append(((block - block.mean()) / block.std(ddof=1)).to_numpy())
    x = np.vstack(blocks)
    weighed = VerticalHorizontal(method="vertical_horizontal").weigh(siblings(scores, year))
    assert weighed.weights is not None
    # singular value decomposition of the stacked scores, in place of eigenvalues of H
    _, sizes, vectors = np.linalg.svd(x)
    np.testing.assert_allclose(weighed.weights, vectors[0] / vectors[0].sum(), rtol=1e-8)
    assert weighed.details["value"] == pytest.approx(sizes[0] ** 2, rel=1e-10)
    whole = VerticalHorizontal(method="vertical_horizontal", standardised="all").weigh(siblings(scores, year))
    # over all years H is (n − 1)·R
    leading = np.linalg.eigh(np.corrcoef(scores.T))[1][:, -1]
    np.testing.assert_allclose(whole.weights, leading / leading.sum(), rtol=1e-8)


def test_one_year_gives_the_method_of_a_cross_section(tai: Array) -> None:
    # H = (n − 1)·R
    weighed = VerticalHorizontal(method="vertical_horizontal").weigh(siblings(tai))
    assert weighed.details["value"] / (len(tai) - 1) <= 3.3544 + 5e-5  # the greatest eigenvalue, table 16
    whole = VerticalHorizontal(method="vertical_horizontal", standardised="all").weigh(siblings(tai))
    np.testing.assert_allclose(weighed.weights, whole.weights, rtol=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_no_weights_above_zero_draw_further_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(40, 6)) @ rng.normal(size=(6, 6))
    h = 39 * np.corrcoef(scores.T)
    # every set of children: its leading vector, where that has one sign
    best, vector = 0.0, np.zeros(6)
    for chosen in chain.from_iterable(combinations(range(6), size) for size in range(1, 7)):
        value, own = (part[..., -1] for part in np.linalg.eigh(h[np.ix_(chosen, chosen)]))
        if ((own >= 0).all() or (own <= 0).all()) and value > best:
            best, vector = float(value), np.zeros(6)
            vector[list(chosen)] = np.abs(own)
    weighed = VerticalHorizontal(method="vertical_horizontal").weigh(siblings(scores))
    assert weighed.details["exact"] and weighed.details["value"] == pytest.approx(best, rel=1e-10)
    np.testing.assert_allclose(weighed.weights, vector / vector.sum(), rtol=1e-8, atol=1e-12)
    # nor does any of 20,000 directions
    tried = rng.exponential(size=(20_000, 6)) ** 2
    tried /= np.sqrt((tried**2).sum(axis=1, keepdims=True))
    assert (np.einsum("ij,jk,ik->i", tried, h, tried) <= best * (1 + 1e-12)).all()


# Combinations


def test_the_game_is_solved_exactly() -> None:
    rows = [[Fraction(3, 10), Fraction(2, 10), Fraction(5, 10)], [Fraction(6, 10), Fraction(3, 10), Fraction(1, 10)]]
    dot = [[sum(a * b for a, b in zip(p, q, strict=True)) for q in rows] for p in rows]
    # Cramer's rule in fractions
    bottom = dot[0][0] * dot[1][1] - dot[0][1] ** 2
    shares = [(dot[0][0] - dot[0][1]) * dot[1][1] / bottom, (dot[1][1] - dot[0][1]) * dot[0][0] / bottom]
    expected = [float(sum(s * row[j] for s, row in zip(shares, rows, strict=True)) / sum(shares)) for j in range(3)]
    game = GameTheory.model_validate({"method": "game_theory", "of": [{"method": "equal"}, {"method": "given"}]})
    found, details, _ = game.combined(np.array(rows, dtype=float))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(details["shares"], [float(s / sum(shares)) for s in shares], rtol=1e-12)


def test_agreeing_weightings_give_what_they_agree_on() -> None:
    game = GameTheory.model_validate({"method": "game_theory", "of": [{"method": "equal"}, {"method": "given"}]})
    same = np.array([[0.5, 0.3, 0.2]] * 2)
    np.testing.assert_allclose(game.combined(same)[0], [0.5, 0.3, 0.2], rtol=1e-12)
    # two of three agree: they share alike
    shares = game.combined(np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.1, 0.1, 0.8]]))[1]["shares"]
    assert shares[0] == pytest.approx(shares[1], rel=1e-9)
