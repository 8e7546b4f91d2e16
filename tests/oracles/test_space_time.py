"""Space and time together: giddy and spreg compute the same another way, on the income of 48 states of the USA.

`usjoin.csv` and `states48.gal` ship with libpysal; the figures that are typed here stand in giddy's documentation.
"""

import csv
import warnings
from contextlib import closing
from pathlib import Path

import libpysal
import numpy as np
import pytest
from giddy.markov import Homogeneity_Results, Spatial_Markov
from scipy.sparse import csr_array
from spreg import OLS, ML_Error, ML_Lag

from evaluate.spatial.dynamics.convergence import converging
from evaluate.spatial.dynamics.markov import moving
from evaluate.spatial.dynamics.sample import Sample
from indicators.dynamics.homogeneity import homogeneity
from indicators.dynamics.transitions import conditional_transitions, quantile_classes

YEARS = list(range(1929, 2010))


@pytest.fixture(scope="module")
def income() -> np.ndarray:
    """Income per head of 48 states in 81 years, relative to the mean of the year."""
    with Path(libpysal.examples.get_path("usjoin.csv")).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    held = np.array([[float(row[str(year)]) for year in YEARS] for row in rows])
    return held / held.mean(axis=0)


@pytest.fixture(scope="module")
def near() -> np.ndarray:
    """Neighbours of each state with strength 1, in the order of `income`."""
    with closing(libpysal.io.open(libpysal.examples.get_path("states48.gal"))) as stream:
        full: np.ndarray = stream.read().full()[0]
    return full


@pytest.fixture(scope="module")
def chain(income: np.ndarray, near: np.ndarray) -> Spatial_Markov:
    rows = libpysal.weights.full2W(near)
    rows.transform = "r"
    return Spatial_Markov(income, rows, fixed=True, k=5, m=5, variable_name="income")


@pytest.fixture(scope="module")
def sample(income: np.ndarray, near: np.ndarray) -> Sample:
    """The strengths are 1, not shares: the mean of the neighbours must not depend on that."""
    return Sample("", "income", "queen", income, csr_array(near), YEARS, order=False)


def test_a_spatial_chain_as_an_assessment_makes_it(sample: Sample, chain: Spatial_Markov) -> None:
    figures, moves = moving(sample, 5)
    for lag in range(5):
        counts = [row["count"] for row in moves if row["lag_class"] == lag + 1]
        np.testing.assert_array_equal(np.reshape(counts, (5, 5)), chain.T[lag])
    whole = [row["count"] for row in moves if row["lag_class"] is None]
    np.testing.assert_array_equal(np.reshape(whole, (5, 5)), np.sum(chain.T, axis=0))
    ergodic = [row["value"] for row in figures if row["statistic"] == "ergodic" and row["group"] == "1"]
    np.testing.assert_allclose(ergodic, np.asarray(chain.S[0], dtype=float), rtol=1e-9)
    assert round(float(ergodic[0]), 8) == 0.43509425  # giddy's documentation, methods C8


def test_tests_of_homogeneity(sample: Sample, chain: Spatial_Markov) -> None:
    theirs = Homogeneity_Results(chain.T)
    told = {str(row["statistic"]): row["value"] for row in moving(sample, 5)[0]}
    assert told["q"] == pytest.approx(theirs.Q, rel=1e-9) == pytest.approx(chain.Q, rel=1e-9)
    assert told["likelihood_ratio"] == pytest.approx(theirs.LR, rel=1e-9)
    assert told["freedom"] == theirs.dof
    assert told["q_p"] == pytest.approx(theirs.Q_p_value, abs=1e-12)
    assert told["likelihood_ratio_p"] == pytest.approx(theirs.LR_p_value, abs=1e-12)
    # giddy's documentation of `Spatial_Markov`: LR 170.659 and Q 200.624 with 60 degrees of freedom
    assert (round(float(str(told["q"])), 3), round(float(str(told["likelihood_ratio"])), 3)) == (200.624, 170.659)
    assert told["freedom"] == 60


def test_homogeneity_of_two_regimes_with_empty_rows() -> None:
    classes = [[0, 0, 1, 1, 0], [1, 2, 2, 1, 1], [0, 1, 0, 0, 0]]
    conditions = [[0] * 5, [1] * 5, [1, 0, 1, 0, 1]]
    made = conditional_transitions(classes, conditions, 3, 2)
    # giddy keeps shares in the type of the counts, which must not be whole numbers
    theirs, ours = Homogeneity_Results([one.counts.astype(float) for one in made]), homogeneity(made)
    assert (ours.q, ours.likelihood_ratio) == (pytest.approx(theirs.Q), pytest.approx(theirs.LR))
    assert ours.freedom == theirs.dof == 3
    # giddy counts one degree, (0 − 1)(0 − 1), for a class that nobody was ever in; here it brings nothing
    wider = conditional_transitions(classes, conditions, 4, 2)
    assert Homogeneity_Results([one.counts.astype(float) for one in wider]).dof == 4
    assert homogeneity(wider) == ours


def test_equal_matrices_have_no_distance(income: np.ndarray) -> None:
    classes = quantile_classes(income, 3, pooled=True).of
    made = conditional_transitions(classes, np.zeros(classes.shape, dtype=int), 3, 2)
    assert homogeneity(made).state == "nothing_to_compare"
    twice = homogeneity([made[0], made[0]])
    assert (twice.q, twice.likelihood_ratio, twice.q_p) == (pytest.approx(0, abs=1e-9), pytest.approx(0, abs=1e-9), 1)


def test_spatial_convergence(sample: Sample, near: np.ndarray) -> None:
    rows = libpysal.weights.full2W(near)
    rows.transform = "r"
    start, end = np.log(sample.values[:, :1]), np.log(sample.values[:, -1:])
    with warnings.catch_warnings():  # of spreg, about its own calls of scipy and pandas
        warnings.simplefilter("ignore")
        theirs = {
            "lag": ML_Lag(end - start, start, rows, method="full"),
            "error": ML_Error(end - start, start, rows, method="full"),
        }
        plain = OLS(end - start, start)
    told = {(str(row["model"]), str(row["statistic"])): float(str(row["value"])) for row in converging(sample)}
    assert told["ols", "beta"] == pytest.approx(plain.betas[1, 0], rel=1e-9)
    assert told["ols", "p"] == pytest.approx(plain.t_stat[1][1], rel=1e-9)
    for model, made in theirs.items():  # spreg stops its search at a tolerance of about 1e-5
        assert told[model, "beta"] == pytest.approx(made.betas[1, 0], rel=1e-4)
        assert told[model, "spatial"] == pytest.approx(made.betas[2, 0], rel=1e-4)
        assert told[model, "standard_error"] == pytest.approx(made.std_err[1], rel=1e-3)
    rho, beta = theirs["lag"].betas[2, 0], theirs["lag"].betas[1, 0]
    assert told["lag", "total_effect"] == pytest.approx(beta / (1 - rho), rel=1e-3)
    assert told["lag", "speed"] == pytest.approx(-np.log1p(beta / (1 - rho)) / 80, rel=1e-3)
    assert told["error", "speed"] == pytest.approx(-np.log1p(theirs["error"].betas[1, 0]) / 80, rel=1e-3)
