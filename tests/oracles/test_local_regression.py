"""Local regression against mgwr and GWR4 (printed), spreg and statsmodels; local weights against scikit-criteria."""

import warnings
from typing import Any

import libpysal
import numpy as np
import pandas as pd
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import spreg
    import statsmodels.api as sm
    from mgwr.gwr import GWR, MGWR
    from mgwr.sel_bw import Sel_BW
    from skcriteria.preprocessing.weighters import entropy_weights

from geo.local_weights import local_entropy
from geo.regression.criteria import interval
from geo.regression.design import Design, design, standardised
from geo.regression.diagnosis import local_collinearity, spatial_variability, term_collinearity
from geo.regression.gwr import Fit, find_bandwidth, gwr, places_of, predict
from geo.regression.hat import infer
from geo.regression.kernels import Places, Window
from geo.regression.mgwr import Backfitted, mgwr
from geo.regression.models import linear
from geo.regression.spatial import spatial

pytestmark = pytest.mark.filterwarnings("ignore")  # of the peers

COLUMNS = ("PctRural", "PctPov", "PctBlack")
MULTI = ("PctFB", "PctBlack", "PctRural")


@pytest.fixture(scope="module")
def georgia() -> pd.DataFrame:
    """159 counties, shipped with libpysal."""
    return pd.read_csv(libpysal.examples.get_path("GData_utm.csv"))


@pytest.fixture(scope="module")
def made(georgia: pd.DataFrame) -> Design:
    return design(georgia["PctBach"], {c: georgia[c] for c in COLUMNS}, georgia[["X", "Y"]], metric="planar")


@pytest.fixture(scope="module")
def places(made: Design) -> Places:
    return places_of(made)


def peer(georgia: pd.DataFrame, columns: tuple[str, ...] = COLUMNS) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return georgia[["X", "Y"]].to_numpy(), georgia[["PctBach"]].to_numpy(float), georgia[list(columns)].to_numpy(float)


# GWR4 on Georgia, as mgwr's tests and the shared page on methods (C9) print it
GWR4 = [
    ("bisquare", False, 209267.689, (894, 890, 944, 18.25)),
    ("bisquare", True, 90, (896, 892, 941, 19.19)),
    ("gaussian", False, 87308.298, (895, 890, 943, 18.21)),
    ("gaussian", True, 49, (896, 894, 922, 17.91)),
]


@pytest.mark.parametrize(("kernel", "adaptive", "bandwidth", "printed"), GWR4)
def test_gwr4(made: Design, kernel: Any, adaptive: bool, bandwidth: float, printed: tuple[float, ...]) -> None:
    fit = gwr(made, bandwidth=bandwidth, kernel=kernel, adaptive=adaptive, freedom="both_traces")
    found = (np.floor(fit.criteria.aicc), np.floor(fit.criteria.aic), np.floor(fit.criteria.bic), round(fit.cv, 2))
    assert found == printed
    if (kernel, adaptive) == ("bisquare", True):
        assert round(fit.r2, 4) == 0.5924
        assert fit.adjusted_level == pytest.approx(0.01017489, rel=1e-6)
        assert fit.critical_t == pytest.approx(2.6011011542649394, abs=1e-6)


@pytest.mark.parametrize(
    ("file", "kernel", "adaptive", "bandwidth"),
    [
        ("georgia_BS_F_listwise.csv", "bisquare", False, 209267.689),
        ("georgia_BS_NN_listwise.csv", "bisquare", True, 90),
        ("georgia_GS_F_listwise.csv", "gaussian", False, 87308.298),
        ("georgia_GS_NN_listwise.csv", "gaussian", True, 49),
    ],
)
def test_gwr4_unit_by_unit(made: Design, file: str, kernel: Any, adaptive: bool, bandwidth: float) -> None:
    # libpysal ships what GWR4 wrote for every county
    theirs = pd.read_csv(libpysal.examples.get_path(file), skipinitialspace=True)
    fit = gwr(made, bandwidth=bandwidth, kernel=kernel, adaptive=adaptive, freedom="both_traces")
    for at, name in enumerate(("Intercept", *COLUMNS)):
        np.testing.assert_allclose(fit.beta[:, at], theirs[f"est_{name}"], rtol=2e-2, atol=2e-5)
        np.testing.assert_allclose(fit.errors[:, at], theirs[f"se_{name}"], rtol=2e-2, atol=2e-5)
    np.testing.assert_allclose(fit.fitted, theirs["yhat"], rtol=1e-5)
    np.testing.assert_allclose(fit.local_r2, theirs["localR2"], rtol=1e-4)
    np.testing.assert_allclose(fit.hat, theirs["influence"], rtol=1e-4)


@pytest.mark.parametrize(
    ("kernel", "adaptive", "bandwidth"),
    [
        ("bisquare", True, 93),
        ("gaussian", True, 50),
        ("exponential", True, 40),
        ("bisquare", False, 211020.83),
        ("gaussian", False, 88637.61),
        ("exponential", False, 60000.0),
    ],
)
@pytest.mark.parametrize("freedom", ["trace", "both_traces"])
def test_every_figure_is_that_of_mgwr(
    georgia: pd.DataFrame, made: Design, kernel: Any, adaptive: bool, bandwidth: float, freedom: Any
) -> None:
    first = freedom == "trace"
    at, y, x = peer(georgia)
    theirs = GWR(at, y, x, bandwidth, kernel=kernel, fixed=not adaptive, sigma2_v1=first, n_jobs=1).fit()
    ours = gwr(made, bandwidth=bandwidth, kernel=kernel, adaptive=adaptive, freedom=freedom)
    pairs = [
        (ours.beta, theirs.params),
        (ours.errors, theirs.bse),
        (ours.t, theirs.tvalues),
        (ours.fitted, theirs.mu),
        (ours.local_r2, theirs.localR2.ravel()),
        (ours.hat, theirs.influ.ravel()),
        (ours.standardised_residuals, theirs.std_res.ravel()),
        (ours.cook, theirs.cooksD.ravel()),
    ]
    for one, other in pairs:
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-9)
    found = (ours.trace, ours.trace_sts, ours.parameters, ours.sigma2, ours.r2, ours.adjusted_r2)
    told = (theirs.tr_S, theirs.tr_STS, theirs.ENP, theirs.sigma2, theirs.R2, theirs.adj_R2)
    assert found == pytest.approx(told, rel=1e-9)
    assert (ours.criteria.aic, ours.criteria.aicc, ours.criteria.bic) == pytest.approx(
        (theirs.aic, theirs.aicc, theirs.bic), rel=1e-9
    )
    assert ours.adjusted_level == pytest.approx(theirs.adj_alpha[1], rel=1e-9)
    assert ours.critical_t == pytest.approx(theirs.critical_tval(), rel=1e-9)


@pytest.mark.parametrize("adaptive", [True, False])
@pytest.mark.parametrize(
    ("kernel", "criterion"),
    [
        *(("bisquare", criterion) for criterion in ("aicc", "aic", "bic", "cv")),
        ("gaussian", "aicc"),
        ("gaussian", "cv"),
        ("exponential", "aicc"),
    ],
)
def test_bandwidths_are_those_of_mgwr(
    georgia: pd.DataFrame, made: Design, places: Places, criterion: Any, adaptive: bool, kernel: Any
) -> None:
    at, y, x = peer(georgia)
    selector = Sel_BW(at, y, x, kernel=kernel, fixed=not adaptive, n_jobs=1)
    told = {"aicc": "AICc", "aic": "AIC", "bic": "BIC", "cv": "CV"}[criterion]
    theirs = selector.search(criterion=told)
    ours = find_bandwidth(made, kernel=kernel, adaptive=adaptive, criterion=criterion, places=places)
    assert round(ours.bandwidth, 2) == theirs
    assert ours.score == pytest.approx(float(np.ravel(selector.bw[1])[0]), rel=1e-9)


def test_great_circles_are_those_of_mgwr(georgia: pd.DataFrame) -> None:
    where = georgia[["Longitud", "Latitude"]]
    rows = design(georgia["PctBach"], {c: georgia[c] for c in COLUMNS}, where, metric="great_circle")
    _, y, x = peer(georgia)
    theirs = GWR(where.to_numpy(), y, x, 150.0, fixed=True, spherical=True, n_jobs=1).fit()  # kilometres
    ours = gwr(rows, bandwidth=150_000.0, adaptive=False)
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-6)
    np.testing.assert_allclose(ours.errors, theirs.bse, rtol=1e-6)
    assert find_bandwidth(rows).bandwidth == Sel_BW(where.to_numpy(), y, x, spherical=True, n_jobs=1).search()


def test_collinearity_is_that_of_mgwr(georgia: pd.DataFrame, made: Design, places: Places) -> None:
    at, y, x = peer(georgia)
    correlations, vif, condition, proportions = GWR(at, y, x, 90, n_jobs=1).fit().local_collinearity()
    ours = local_collinearity(made, places, Window("bisquare", True, 90), weighting="weights")
    np.testing.assert_allclose(ours.correlations[:, [0, 0, 1], [1, 2, 2]], correlations, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(ours.vif, vif, rtol=1e-6)
    np.testing.assert_allclose(ours.condition, condition.ravel(), rtol=1e-6)
    np.testing.assert_allclose(ours.proportions, proportions, rtol=1e-5, atol=1e-9)
    assert (ours.state == "defined").all()


def test_prediction_is_that_of_mgwr(georgia: pd.DataFrame) -> None:
    kept, left = georgia.iloc[:-20], georgia.iloc[-20:]
    rows = design(kept["PctBach"], {c: kept[c] for c in COLUMNS}, kept[["X", "Y"]], metric="planar")
    at, y, x = peer(kept)
    for bandwidth, adaptive in ((94, True), (250000.0, False)):
        model = GWR(at, y, x, bandwidth, fixed=not adaptive, n_jobs=1)
        theirs = model.predict(*(peer(left)[i] for i in (0, 2)))
        fit = gwr(rows, bandwidth=bandwidth, adaptive=adaptive)
        ours = predict(fit, peer(left)[2], peer(left)[0])
        np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-6)
        np.testing.assert_allclose(ours.value, theirs.predictions.ravel(), rtol=1e-6)
        # standard errors of coefficients at other places, σ² that of the units
        np.testing.assert_allclose(ours.errors, theirs.bse, rtol=1e-6)
        assert set(ours.state) == {"defined"}


def test_bandwidth_intervals_are_those_of_mgwr(georgia: pd.DataFrame, made: Design) -> None:
    at, y, x = peer(georgia)
    selector = Sel_BW(at, y, x, n_jobs=1)
    selector.search()
    theirs = GWR(at, y, x, selector.bw[0], n_jobs=1).fit().get_bws_intervals(selector)
    steps = np.array(find_bandwidth(made).steps)
    ours = interval(steps[:, 0], steps[:, 1])
    assert (ours.low, ours.high) == theirs


def test_variability_is_that_of_mgwr(georgia: pd.DataFrame, made: Design) -> None:
    at, y, x = peer(georgia)
    selector = Sel_BW(at, y, x, n_jobs=1)
    fit = GWR(at, y, x, selector.search(), n_jobs=1).fit()
    theirs = fit.spatial_variability(selector, n_iters=5, seed=11)
    state = np.random.RandomState(11)
    arrangements = [state.permutation(159) for _ in range(5)]
    # mgwr sets unit i down where unit permutation[i] stands
    ours = spatial_variability(gwr(made), arrangements=arrangements, counted=False)
    np.testing.assert_allclose(ours.p, theirs, atol=1e-12)
    np.testing.assert_allclose(ours.spread, fit.params.std(axis=0), rtol=1e-9)
    assert ours.failed == 0


# Multiscale


@pytest.fixture(scope="module")
def multi(georgia: pd.DataFrame) -> tuple[Design, Backfitted, Any, Any]:
    rows = standardised(
        design(georgia["PctBach"], {c: georgia[c] for c in MULTI}, georgia[["X", "Y"]], metric="planar")
    )
    selector = Sel_BW(georgia[["X", "Y"]].to_numpy(), rows.y[:, None], rows.x[:, 1:], multi=True, n_jobs=1)
    selector.search(multi_bw_min=[2])
    peer = MGWR(georgia[["X", "Y"]].to_numpy(), rows.y[:, None], rows.x[:, 1:], selector, n_jobs=1)
    return rows, mgwr(rows, lows=(2, 2, 2, 2)), selector, peer


def test_multiscale_bandwidths_are_those_of_mgwr(multi: tuple[Design, Backfitted, Any, Any]) -> None:
    _, ours, selector, _ = multi
    # printed in mgwr's documentation of MGWR
    assert ours.bandwidths.tolist() == [92.0, 101.0, 136.0, 158.0]
    np.testing.assert_array_equal(ours.history, selector.bw[1])
    np.testing.assert_allclose(ours.changes, selector.bw[2], rtol=1e-6)
    assert ours.start == selector.bw_init and ours.converged


def test_multiscale_figures_are_those_of_mgwr(multi: tuple[Design, Backfitted, Any, Any]) -> None:
    _, ours, _, model = multi
    theirs, made = model.fit(), infer(ours)
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(made.errors, theirs.bse, rtol=1e-6)
    np.testing.assert_allclose(made.t, theirs.tvalues, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(made.parameters, theirs.ENP_j, rtol=1e-9)
    found = (made.trace, made.sigma2, made.criteria.aicc, made.criteria.aic, made.criteria.bic)
    assert found == pytest.approx((theirs.tr_S, theirs.sigma2, theirs.aicc, theirs.aic, theirs.bic), rel=1e-9)
    assert (made.r2, made.adjusted_r2) == pytest.approx((theirs.R2, theirs.adj_R2), rel=1e-9)
    np.testing.assert_allclose(made.adjusted_levels, theirs.adj_alpha_j[:, 1], rtol=1e-9)
    np.testing.assert_allclose(made.critical_t, theirs.critical_tval(), rtol=1e-9)
    # in runs of columns the same
    np.testing.assert_allclose(infer(ours, memory=500_000).errors, made.errors, rtol=1e-10)


def test_the_exact_hat_matrices_are_those_of_mgwr(multi: tuple[Design, Backfitted, Any, Any]) -> None:
    _, ours, _, model = multi
    theirs, made = model.exact_fit(), infer(ours, way="exact")
    np.testing.assert_allclose(made.parameters, theirs.ENP_j, rtol=1e-8)
    # σ² differs, because mgwr's is of exact coefficients: variances over σ² are compared
    np.testing.assert_allclose(made.errors**2 / made.sigma2, theirs.CCT / theirs.sigma2, rtol=1e-7)
    # and what backfitting tends to lies close to where it stopped
    np.testing.assert_allclose(made.errors, infer(ours).errors, rtol=2e-3)


def test_multiscale_collinearity_is_that_of_mgwr(multi: tuple[Design, Backfitted, Any, Any]) -> None:
    _, ours, _, model = multi
    results = model.fit()
    # mgwr asks for the weights of each term under a name that it gives them nowhere
    results._cache["W"] = [
        np.array([model._build_wi(i, bandwidth) for i in range(159)]) for bandwidth in ours.bandwidths
    ]
    condition, proportions = results.local_collinearity()
    found = term_collinearity(ours, weighting="weights")
    np.testing.assert_allclose(found[0], condition.ravel(), rtol=1e-6)
    np.testing.assert_allclose(found[1], proportions, rtol=1e-5, atol=1e-9)


def test_multiscale_intervals_are_those_of_mgwr(multi: tuple[Design, Backfitted, Any, Any]) -> None:
    _, ours, selector, model = multi
    theirs = model.fit().get_bws_intervals(selector)
    for one, other in zip(ours.searches, theirs, strict=True):
        steps = np.array(one.steps)
        found = interval(steps[:, 0], steps[:, 1])
        assert (found.low, found.high) == other


# Global models


def test_the_linear_model_is_that_of_statsmodels(georgia: pd.DataFrame, made: Design) -> None:
    _, y, x = peer(georgia)
    theirs, ours = sm.OLS(y, sm.add_constant(x)).fit(), linear(made)
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-9)
    np.testing.assert_allclose(ours.errors, theirs.bse, rtol=1e-9)
    np.testing.assert_allclose(ours.p, theirs.pvalues, rtol=1e-7)
    assert (ours.r2, ours.criteria.log_likelihood) == pytest.approx((theirs.rsquared, theirs.llf), rel=1e-10)
    # statsmodels does not count σ²
    assert ours.criteria.aic == pytest.approx(theirs.aic + 2, rel=1e-10)
    # a window without an end is the linear model
    wide = gwr(made, bandwidth=np.inf)
    np.testing.assert_allclose(wide.beta, np.tile(theirs.params, (159, 1)), rtol=1e-9)
    np.testing.assert_allclose(wide.errors, np.tile(theirs.bse, (159, 1)), rtol=1e-9)
    assert wide.criteria.aicc == pytest.approx(ours.criteria.aicc, rel=1e-12)


@pytest.mark.parametrize("islands", [[], [3, 77, 158]])
def test_spatial_models_are_those_of_spreg(georgia: pd.DataFrame, made: Design, islands: list[int]) -> None:
    at, y, x = peer(georgia)
    # spreg keeps the row of a unit without a neighbour at 0; the second of them still is a neighbour of others
    links = libpysal.weights.KNN.from_array(at, k=6).sparse.tolil()
    links[islands, :] = 0
    links[:, islands[::2]] = 0
    w = libpysal.weights.WSP(links.tocsr()).to_W(silence_warnings=True)
    w.transform = "r"
    assert w.islands == islands
    for kind, model in (("lag", spreg.ML_Lag), ("error", spreg.ML_Error)):
        theirs = model(y, x, w=w, epsilon=1e-12)
        ours = spatial(made, w.sparse, kind)  # type: ignore[arg-type]
        np.testing.assert_allclose(ours.beta, np.ravel(theirs.betas), rtol=1e-6)
        np.testing.assert_allclose(ours.errors, theirs.std_err, rtol=1e-6)
        np.testing.assert_allclose(np.column_stack([ours.statistic, ours.p]), theirs.z_stat, rtol=1e-5, atol=1e-12)
        np.testing.assert_allclose(ours.fitted, np.ravel(theirs.predy), rtol=1e-6)
        assert ours.criteria.log_likelihood == pytest.approx(float(theirs.logll), rel=1e-9)
        assert (ours.r2, ours.sigma2) == pytest.approx((theirs.pr2, float(np.ravel(theirs.sig2)[0])), rel=1e-6)
        # neighbours counted, not yet brought to a sum of 1, are the same
        again = spatial(made, (w.sparse > 0).astype(float) * 3, kind)  # type: ignore[arg-type]
        np.testing.assert_allclose(again.beta, ours.beta, rtol=1e-6)


# Space and time


def panel(georgia: pd.DataFrame, time: bool = True) -> Design:
    """Georgia three times, a year apart, with noise of a seed."""
    rng = np.random.default_rng(6)
    whole = pd.concat([georgia] * 3, ignore_index=True)
    y = whole["PctBach"] + rng.normal(0, 1, len(whole))
    years = np.repeat([2000.0, 2001.0, 2002.0], len(georgia))
    return design(
        y, {c: whole[c] + rng.normal(0, 1, len(whole)) for c in COLUMNS}, whole[["X", "Y"]],
        metric="planar", times=years if time else None,
    )  # fmt: skip


@pytest.mark.parametrize(("adaptive", "bandwidth"), [(True, 150), (False, 250000.0)])
def test_without_weight_of_time_it_is_mgwrs_gwr(georgia: pd.DataFrame, adaptive: bool, bandwidth: float) -> None:
    rows = panel(georgia)
    theirs = GWR(rows.coordinates, rows.y[:, None], rows.x[:, 1:], bandwidth, fixed=not adaptive, n_jobs=1).fit()
    ours = gwr(rows, bandwidth=bandwidth, adaptive=adaptive, places=places_of(rows, time=0.0))
    np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-6)
    np.testing.assert_allclose(ours.errors, theirs.bse, rtol=1e-6)


def test_with_weight_of_time_it_is_mgwrs_gwr_in_three_dimensions(georgia: pd.DataFrame) -> None:
    # d² = d_S² + μ·d_T² is a straight distance with √μ·t as a third coordinate, which mgwr measures as well
    rows = panel(georgia)
    factor = 60000.0**2
    third = np.column_stack([rows.coordinates, 60000.0 * (rows.times - 2000)])  # type: ignore[operator]
    for bandwidth, adaptive in ((150, True), (250000.0, False)):
        theirs = GWR(third, rows.y[:, None], rows.x[:, 1:], bandwidth, fixed=not adaptive, n_jobs=1).fit()
        ours: Fit = gwr(rows, bandwidth=bandwidth, adaptive=adaptive, places=places_of(rows, time=factor))
        np.testing.assert_allclose(ours.beta, theirs.params, rtol=1e-6)
        np.testing.assert_allclose(ours.local_r2, theirs.localR2.ravel(), rtol=1e-6)
        assert ours.criteria.aicc == pytest.approx(theirs.aicc, rel=1e-9)


# Local weights


def test_without_an_end_local_entropy_is_the_entropy_method(made: Design, places: Places) -> None:
    scores = np.abs(made.x[:, 1:]) + 1
    ours = local_entropy(scores, places, Window("gaussian", False, np.inf))
    np.testing.assert_allclose(ours.weights, np.tile(entropy_weights(scores), (159, 1)), rtol=1e-9)


def test_local_entropy_is_theils_t_of_the_surroundings(made: Design, places: Places) -> None:
    from inequality.theil import Theil

    # A window in which everybody counts alike or not at all, so that another program can be asked: two far camps
    scores = made.x[:, 1:] + 1
    camp = np.arange(159) < 80
    apart = Places(np.where(camp[:, None], 0.0, 1e9) + np.zeros((159, 2)), "planar")
    ours = local_entropy(scores, apart, Window("gaussian", False, 1000.0))
    for inside in (camp, ~camp):
        t = np.array([Theil(scores[inside, j]).T for j in range(3)])
        np.testing.assert_allclose(ours.weights[inside], np.tile(t / t.sum(), (inside.sum(), 1)), rtol=1e-8)
