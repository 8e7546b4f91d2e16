"""Aggregations against other programs and print; where numbers are typed in, their source stands above them.

What COINr and Compind computed is compared in `test_asem.py` and `test_compind.py`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skcriteria
from pymcdm import methods as pymcdm
from pymcdm import normalizations
from scipy.optimize import linprog
from skcriteria.agg.topsis import TOPSIS
from skcriteria.agg.vikor import VIKOR

from evaluate.methods.aggregation import (
    BenefitOfDoubt,
    Copeland,
    GreyRelation,
    OrderedWeightedAverage,
    Topsis,
    Vikor,
)
from evaluate.methods.base import Array

# Hwang and Yoon 1981, the fighter aircraft: speed, range, payload, price (the less the better), reliability,
# manoeuvrability; matrix, weights and results as the shared page on methods has them (part C2).
FIGHTERS = np.array(
    [
        [2, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5, 5, 5],
    ]
)
SIGNS = np.array([1, 1, 1, -1, 1, 1])
WEIGHTS = np.array([0.2, 0.1, 0.1, 0.1, 0.2, 0.3])


def ours(method: Any, rows: Array, weights: Array) -> Array:
    """Return our scores of rows that are their own reference population."""
    return np.asarray(method.aggregate(rows, weights, method.learn(rows)))


def test_the_fighter_aircraft() -> None:
    found = ours(Topsis(method="topsis"), FIGHTERS * SIGNS, WEIGHTS)
    # the third is .61354, as in pymcdm below: the book rounds on the way
    np.testing.assert_allclose(found / 100, [0.643, 0.268, 0.613, 0.312], rtol=0, atol=6e-4)


def draws() -> list[Any]:
    """Matrices above 0, weights and signs: -1 where less is better."""
    random = np.random.default_rng(11)
    made = [pytest.param(FIGHTERS, WEIGHTS, SIGNS, id="fighters")]
    for rows, columns in ((3, 2), (20, 5), (51, 8), (200, 3)):
        weights, signs = random.uniform(0.1, 1, columns), random.choice([-1, 1], columns)
        made.append(pytest.param(random.uniform(1, 50, (rows, columns)), weights / weights.sum(), signs, id=f"{rows}"))
    return made


by_draw = pytest.mark.parametrize(("rows", "weights", "signs"), draws())


def decision(rows: Array, weights: Array, signs: Array) -> Any:
    return skcriteria.mkdm(rows, np.where(signs > 0, max, min).tolist(), weights=weights)


@by_draw
def test_topsis_of_pymcdm(rows: Array, weights: Array, signs: Array) -> None:
    theirs = pymcdm.TOPSIS(normalization_function=normalizations.vector_normalization)(rows, weights, signs)
    # pymcdm turns a column where less is better into 1 minus its share of the length, which moves no distance
    np.testing.assert_allclose(ours(Topsis(method="topsis"), rows * signs, weights), 100 * theirs, atol=1e-8)


@by_draw
def test_topsis_of_scikit_criteria(rows: Array, weights: Array, signs: Array) -> None:
    # it weighs as it is told and does not scale
    theirs = TOPSIS().evaluate(decision(rows, weights, np.ones(len(weights)))).e_.similarity
    np.testing.assert_allclose(ours(Topsis(method="topsis", scaling="none"), rows, weights), 100 * theirs, atol=1e-8)


@by_draw
@pytest.mark.parametrize("v", [0.5, 0.2, 1.0])
def test_vikor_of_pymcdm(rows: Array, weights: Array, signs: Array, v: float) -> None:
    theirs = pymcdm.VIKOR(v=v)(rows, weights, signs)
    np.testing.assert_allclose(ours(Vikor(method="vikor", v=v), rows * signs, weights), 100 * (1 - theirs), atol=1e-8)


@by_draw
def test_vikor_of_scikit_criteria(rows: Array, weights: Array, signs: Array) -> None:
    theirs = VIKOR(v=0.5).evaluate(decision(rows, weights, np.ones(len(weights)))).e_.q_k
    np.testing.assert_allclose(ours(Vikor(method="vikor"), rows, weights), 100 * (1 - theirs), atol=1e-8)


# gra_method of pyDecision 5.1.8 on the fighter aircraft, epsilon 0.5 and 0.3; it divides its grades by the number of
# rows, which is undone here
GREY = {0.5: (0.62568627, 0.53333333, 0.66282051, 0.47435897), 0.3: (0.54210027, 0.46153846, 0.59261611, 0.35706901)}


@pytest.mark.parametrize("rho", GREY)
def test_grey_relation_of_pydecision(rho: float) -> None:
    turned = FIGHTERS * SIGNS
    # it scales every column from 0 to 1
    scaled = 100 * (turned - turned.min(axis=0)) / np.ptp(turned, axis=0)
    found = ours(GreyRelation(method="grey_relation", rho=rho), scaled, WEIGHTS)
    np.testing.assert_allclose(found / 100, GREY[rho], atol=1e-8)


def test_the_least_distance_enters_the_grey_relation() -> None:
    # Deng's coefficient by itself: nobody is at the best of both, so that the least distance of a row that is away
    # from the reference population is taken from it; distances 0, 20, 40 and ρ = ½: γ = 1, ½, ⅓
    method = GreyRelation(method="grey_relation")
    learned = {"best": [100.0, 100.0], "least": 10.0, "greatest": 40.0}
    found = method.aggregate(np.array([[90.0, 60.0]]), np.array([0.5, 0.5]), learned)
    # (10 + 20)/(10 + 20) = 1 and (10 + 20)/(40 + 20) = ½
    assert found[0] == pytest.approx(75, rel=1e-14)


def test_ordered_weights_in_print() -> None:
    # Yager 1988: W = (.2, .3, .1, .4), f(.6, 1, .3, .5) = .55; Fullér 1996: W = (.4, .3, .2, .1), (.7, 1, .2, .6) → .75
    printed: list[Any] = [
        ([0.2, 0.3, 0.1, 0.4], [0.6, 1, 0.3, 0.5], 0.55),
        ([0.4, 0.3, 0.2, 0.1], [0.7, 1, 0.2, 0.6], 0.75),
    ]
    for places, scores, expected in printed:
        method = OrderedWeightedAverage(method="owa", order_weights=places)
        assert method.aggregate(np.array([scores]), np.full(4, 0.25), {})[0] == pytest.approx(expected, rel=1e-12)


# OECD/JRC Handbook 2008, tables 25 and 26 (Moulin 1988): 21 criteria order four options in four ways. The orders give
# the printed Borda scores 24, 44, 38, 20 and the Condorcet winner c.
ORDERS = {"abcd": 3, "acbd": 5, "bdca": 7, "cbda": 6}


def test_the_condorcet_winner_of_the_handbook() -> None:
    counts = np.array(list(ORDERS.values()), dtype=float)
    points = np.array([[3.0 - order.index(option) for order in ORDERS] for option in "abcd"])
    assert (points @ counts).tolist() == [24, 44, 38, 20], "the printed Borda scores"
    found = ours(Copeland(method="copeland"), points, counts / counts.sum())
    # c beats everyone, b all but c, d only a (by 13 of 21), a nobody
    np.testing.assert_allclose(found, [0, 200 / 3, 100, 100 / 3], rtol=1e-12)


def coinr_copeland(rows: Array, weights: Array) -> Array:
    """Return what COINr's `outrankMatrix` and `a_copeland` are documented to do, pair by pair."""
    scores = np.zeros(len(rows))
    for one, first in enumerate(rows):
        for other, second in enumerate(rows):
            if one != other:
                outranks = sum(w * (a > b) + w * (a == b) / 2 for w, a, b in zip(weights, first, second, strict=True))
                scores[one] += np.sign(round(outranks / weights.sum() - 0.5, 12))
    return scores


def test_copeland_as_coinr_has_it() -> None:
    random = np.random.default_rng(12)
    for rows in (random.uniform(size=(30, 5)), random.integers(0, 4, (25, 4)).astype(float)):
        rows = np.unique(rows, axis=0)  # COINr counts rows that are alike as pairs, too
        weights = random.uniform(0.5, 1.5, rows.shape[1])
        expected = 50 * (1 + coinr_copeland(rows, weights) / (len(rows) - 1))
        np.testing.assert_allclose(ours(Copeland(method="copeland"), rows, weights), expected, atol=1e-10)


# --- benefit of the doubt on the Technology Achievement Index -------------------------------------------------------


@pytest.fixture(scope="module")
def tai(shared: Path) -> pd.DataFrame:
    """The eight indicators of 23 countries, min-max from 0 to 100."""
    table = pd.read_csv(shared / "oracles" / "handbook-tai" / "tai23.csv").set_index("country").iloc[:, :8]
    return 100 * (table - table.min()) / (table.max() - table.min())


EIGHTH = np.full(8, 0.125)


def doubt(tai: pd.DataFrame, **parameters: Any) -> "pd.Series[float]":
    method = BenefitOfDoubt(method="benefit_of_doubt", **parameters)
    return pd.Series(ours(method, tai.to_numpy(), EIGHTH) / 100, index=tai.index)


def test_without_limits_many_are_at_the_top(tai: pd.DataFrame) -> None:
    found = doubt(tai)
    rows = tai.to_numpy()
    expected = [-linprog(-row, A_ub=rows, b_ub=np.ones(len(rows))).fun for row in rows]
    np.testing.assert_allclose(found, expected, atol=1e-8)
    top = set(found[found > 1 - 1e-9].index)
    # the seven that part C1 of the shared page on methods names; by linear programming Singapore is an eighth
    assert top == {
        *("Finland", "United States", "Sweden", "Japan", "Korea", "Norway", "Australia"),
        "Singapore",
    }


# Handbook, table 19, as part C1 of the shared page on methods gives it.
TABLE_19 = {"Finland": 1, "United States": 1, "Sweden": 1, "Japan": 0.87, "Korea": 0.80}


def test_table_19_of_the_handbook(tai: pd.DataFrame) -> None:
    # the limits are not printed with it: each weight within a fifth of an equal one, from .1 to .15 of their sum,
    # gives its figures, Japan at .864 for .87
    found = doubt(tai, share=[0.1, 0.15], share_of="weights")
    assert {country: found[country] for country in TABLE_19} == pytest.approx(TABLE_19, abs=0.0065)
    assert (found > 1 - 1e-9).sum() == 3
    same = doubt(tai, share=[0.8, 1.2], share_of="weights", around_given=True)
    np.testing.assert_allclose(same, found, atol=1e-10)


def test_limits_by_linear_programming(tai: pd.DataFrame) -> None:
    rows = tai.to_numpy() + 1
    for low, high in ((0.05, 0.2), (0.0, 0.3), (0.1, 0.15)):
        expected = []
        for row in rows:
            limits = np.vstack([low * row - np.diag(row), np.diag(row) - high * row])
            bound = np.concatenate([np.ones(len(rows)), np.zeros(16)])
            expected.append(-linprog(-row, A_ub=np.vstack([rows, limits]), b_ub=bound).fun)
        method = BenefitOfDoubt(method="benefit_of_doubt", share=[low, high])
        np.testing.assert_allclose(ours(method, rows, EIGHTH) / 100, expected, atol=1e-8)
