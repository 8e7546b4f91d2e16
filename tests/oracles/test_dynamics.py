"""Dynamics of a panel: giddy, inequality, statsmodels and scipy compute the same another way; figures in print.

The income of 48 states of the USA 1929-2009 ships with libpysal (`usjoin.csv`, `states48.gal`), as do the figures
from giddy's own tests that are typed here.
"""

import csv
from contextlib import closing
from pathlib import Path

import libpysal
import numpy as np
import pytest
import statsmodels.api as sm
from giddy.ergodic import mfpt, steady_state
from giddy.markov import Markov, Spatial_Markov, sojourn_time
from inequality.gini import Gini
from inequality.theil import TheilD
from scipy.stats import gaussian_kde, variation
from statsmodels.nonparametric.bandwidths import bw_silverman

from indicators.dynamics.convergence import beta, sigma
from indicators.dynamics.density import bandwidth, densities
from indicators.dynamics.inequality import dagum_gini, theil
from indicators.dynamics.transitions import conditional_transitions, followed, quantile_classes, transitions

YEARS = range(1929, 2010)
THREE = [3, 5, 8, 2, 4, 6, 1, 2]
GROUPS = list("EEEMMMWW")


@pytest.fixture(scope="module")
def income() -> np.ndarray:
    """Income per head of 48 states in 81 years."""
    with Path(libpysal.examples.get_path("usjoin.csv")).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return np.array([[float(row[str(year)]) for year in YEARS] for row in rows])


@pytest.fixture(scope="module")
def neighbours() -> np.ndarray:
    """Weights of the neighbours of each state, rows summing to 1, in the order of `income`."""
    with closing(libpysal.io.open(libpysal.examples.get_path("states48.gal"))) as stream:
        weights = stream.read()
    weights.transform = "r"
    full: np.ndarray = weights.full()[0]
    return full


def mexico() -> tuple[np.ndarray, np.ndarray]:
    with Path(libpysal.examples.get_path("mexico.csv")).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = [f"pcgdp{year}" for year in range(1940, 2010, 10)]
    return np.array([[float(row[n]) for n in names] for row in rows]), np.array([row["hanson98"] for row in rows])


def test_transitions_of_income_quintiles(income: np.ndarray) -> None:
    # giddy/tests/test_markov.py, as the shared page on methods lists it (C8)
    made = transitions(quantile_classes(income, 5).of, 5)
    assert made.counts[0].tolist() == [729, 71, 1, 0, 0]
    assert round(float(made.probabilities[0, 0]), 8) == 0.91011236
    assert made.ergodic.round(8).tolist() == [0.20774716, 0.18725774, 0.20740537, 0.18821787, 0.20937187]
    assert made.sojourn.round(3).tolist() == [11.125, 4.658, 4.734, 4.952, 13.776]
    assert round(float(made.first_passage[0, 4]), 3) == 103.598
    assert made.ergodic_state == "unique"


def test_all_of_giddys_figures(income: np.ndarray) -> None:
    of = quantile_classes(income, 5).of
    ours, theirs = transitions(of, 5), Markov(of, summary=False)
    np.testing.assert_array_equal(ours.counts, theirs.transitions)
    np.testing.assert_allclose(ours.probabilities, theirs.p, rtol=1e-12)
    np.testing.assert_allclose(ours.ergodic, theirs.steady_state, rtol=1e-9)
    np.testing.assert_allclose(ours.sojourn, theirs.sojourn_time, rtol=1e-9)
    np.testing.assert_allclose(ours.first_passage, mfpt(theirs.p), rtol=1e-9)


def test_spatial_markov(income: np.ndarray, neighbours: np.ndarray) -> None:
    relative = income / income.mean(axis=0)
    theirs = Spatial_Markov(relative, libpysal.weights.full2W(neighbours), fixed=True, k=5, m=5)
    own = quantile_classes(relative, 5, pooled=True)
    around = quantile_classes(neighbours @ relative, 5, pooled=True)
    ours = conditional_transitions(own.of, around.of, 5, 5)
    np.testing.assert_array_equal([one.counts for one in ours], theirs.T)
    np.testing.assert_allclose([one.probabilities for one in ours], theirs.P, rtol=1e-12)
    # giddy/tests/test_markov.py, as the shared page on methods lists it (C8)
    assert round(float(ours[0].ergodic[0]), 8) == 0.43509425
    for one, steady in zip(ours, theirs.S, strict=True):
        np.testing.assert_allclose(one.ergodic, np.asarray(steady, dtype=float), rtol=1e-9, atol=1e-12)


# giddy's documentation of `mfpt`: a chain of weather, and one of two parts that are never left
WEATHER = [[0.5, 0.25, 0.25], [0.5, 0, 0.5], [0.25, 0.25, 0.5]]
PARTED = [[0.5, 0.5, 0], [0.2, 0.8, 0], [0, 0, 1]]


def test_passage_times_of_the_weather() -> None:
    printed = [[2.5, 4, 3.33333333], [2.66666667, 5, 2.66666667], [3.33333333, 4, 2.5]]
    np.testing.assert_allclose(followed(WEATHER).first_passage, printed, rtol=1e-8)


def test_a_chain_of_two_parts_has_states_where_giddy_has_infinity() -> None:
    ours = followed(PARTED)
    with np.errstate(invalid="ignore"):
        theirs = mfpt(np.array(PARTED))
    finite = np.isfinite(theirs)
    np.testing.assert_allclose(ours.first_passage[finite], theirs[finite], rtol=1e-9)
    assert (ours.passage_states == np.where(finite, "defined", "not_certain")).all()
    assert np.isnan(ours.first_passage[~finite]).all()
    assert ours.ergodic_state == "several" and len(steady_state(np.array(PARTED))) == 2
    stays = sojourn_time(np.array(PARTED), summary=False)
    np.testing.assert_allclose(ours.sojourn[:2], stays[:2], rtol=1e-12)
    assert ours.rows.tolist() == ["defined", "defined", "absorbing"] and np.isnan(ours.sojourn[2])


def test_dagums_toy() -> None:
    # the shared page on methods, C8
    made = dagum_gini(THREE, GROUPS)
    found = [made.total, made.within, made.net_between, made.transvariation]
    assert [round(one, 9) for one in found] == [0.318548387, 0.076612903, 0.201612903, 0.040322581]
    pairs = [(made.between[j, h], made.ahead[j, h]) for j, h in [(0, 1), (0, 2), (1, 2)]]
    assert [round(float(g), 6) for g, _ in pairs] == [0.261905, 0.560976, 0.454545]
    assert [round(float(d), 6) for _, d in pairs] == [0.545455, 1, 1]


def test_theils_toy() -> None:
    # the shared page on methods, C8
    made = theil(THREE, GROUPS)
    found = [round(one, 9) for one in (made.total, made.within, made.between)]
    assert found == [0.163095684, 0.077784876, 0.085310808]


def test_theil_of_mexico() -> None:
    gdp, regions = mexico()
    theirs = TheilD(gdp, regions)
    for year in range(gdp.shape[1]):
        ours = theil(gdp[:, year], regions)
        found = [ours.total, ours.between, ours.within]
        np.testing.assert_allclose(found, [theirs.T[year], theirs.bg[year], theirs.wg[year]], rtol=1e-8)
    # printed in inequality's documentation of TheilD
    assert round(theil(gdp[:, 0], regions).between, 7) == 0.0345889


def test_gini_of_mexico() -> None:
    gdp, regions = mexico()
    for year in range(gdp.shape[1]):
        ours = dagum_gini(gdp[:, year], regions)
        assert ours.total == pytest.approx(Gini(gdp[:, year]).g, rel=1e-9)
        assert ours.within + ours.net_between + ours.transvariation == pytest.approx(ours.total, rel=1e-12)
        for place, code in enumerate(ours.groups):
            assert ours.inside[place] == pytest.approx(Gini(gdp[regions == code, year]).g, rel=1e-9)


def test_theil_with_population_is_theil_of_persons() -> None:
    # 2 persons with 6 in all, 3 with 3, 1 with 8: each person alone
    persons = [3, 3, 1, 1, 1, 8]
    ours = theil([6, 3, 8], list("aab"), population=[2, 3, 1])
    theirs = TheilD(np.array(persons, dtype=float), np.array(list("aaaaab")))
    np.testing.assert_allclose(ours.total, theirs.T, rtol=1e-8)
    np.testing.assert_allclose(ours.between, theirs.bg[0], rtol=1e-8)


@pytest.mark.parametrize("ddof", [0, 1])
def test_sigma_is_scipys_variation(income: np.ndarray, ddof: int) -> None:
    np.testing.assert_allclose(sigma(income, ddof=ddof).value, variation(income, axis=0, ddof=ddof), rtol=1e-12)


@pytest.mark.parametrize(("errors", "name"), [("classical", "nonrobust"), ("robust", "HC1")])
@pytest.mark.parametrize("with_controls", [False, True])
def test_beta_is_that_of_statsmodels(income: np.ndarray, errors: str, name: str, with_controls: bool) -> None:
    start, end = income[:, 0], income[:, -1]
    controls = np.random.default_rng(2).normal(size=(48, 2)) if with_controls else None
    columns = np.column_stack([np.log(start)] + ([controls] if controls is not None else []))
    fitted = sm.OLS(np.log(end / start), sm.add_constant(columns)).fit(cov_type=name, use_t=True)
    made = beta(start, end, 80, controls=controls, errors=errors)  # type: ignore[arg-type]
    theirs = [fitted.params[1], fitted.params[0], fitted.bse[1], fitted.tvalues[1], fitted.pvalues[1], fitted.rsquared]
    ours = [made.beta, made.intercept, made.standard_error, made.t, made.p, made.r_squared]
    np.testing.assert_allclose(ours, theirs, rtol=1e-8)
    assert made.state == "converging"
    # half-life: the years in which e^(-speed t) comes down to a half
    assert np.exp(-made.speed * made.half_life) == pytest.approx(0.5)
    assert np.exp(-made.speed * 80) == pytest.approx(1 + fitted.params[1])


def test_half_of_the_two_sided_p_is_the_lower_tail(income: np.ndarray) -> None:
    start, end = income[:, 0], income[:, -1]
    fitted = sm.OLS(np.log(end / start), sm.add_constant(np.log(start))).fit()
    assert beta(start, end, 80, tail="lower").p == pytest.approx(fitted.pvalues[1] / 2, rel=1e-8)


def test_bandwidth_is_that_of_statsmodels_where_sd_is_the_smaller() -> None:
    # statsmodels divides the interquartile range by 1.349, this rule by 1.34
    flat = np.random.default_rng(4).uniform(size=60)
    assert bandwidth(flat) == pytest.approx(float(bw_silverman(flat)), rel=1e-12)


def test_densities_are_those_of_scipy(income: np.ndarray) -> None:
    made = densities(income[:, ::20], points=80)
    for place, year in enumerate(range(0, 81, 20)):
        seen = income[:, year]
        theirs = gaussian_kde(seen, bw_method=made.bandwidth[place] / seen.std(ddof=1))
        np.testing.assert_allclose(made.density[place], theirs(made.grid), rtol=1e-9, atol=1e-14)
