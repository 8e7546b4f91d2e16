"""Local regression on surfaces that are known, in other units of measure and orders, and beside one another."""

from dataclasses import replace

import numpy as np
import pytest

from geo.regression.criteria import golden_section, interval
from geo.regression.design import Design, design, standardised
from geo.regression.diagnosis import local_collinearity, spatial_variability, term_collinearity
from geo.regression.gtwr import find_time_factor, time_factors
from geo.regression.gwr import find_bandwidth, gwr, places_of, predict
from geo.regression.hat import infer
from geo.regression.kernels import Places, Window, weigh
from geo.regression.mgwr import mgwr, predict_terms, term_local_r2
from geo.regression.models import compare, linear


def surface(n: int = 250, seed: int = 3, noise: float = 0.3) -> tuple[Design, np.ndarray]:
    """y = 1 + east·a + 2·b, east running from −1 to 1."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, 1e5, (n, 2))
    a, b = rng.normal(size=(2, n))
    slope = at[:, 0] / 5e4 - 1
    y = 1 + slope * a + 2 * b + rng.normal(0, noise, n)
    return design(y, {"a": a, "b": b}, at, metric="planar"), slope


def test_a_known_surface_is_found() -> None:
    rows, slope = surface()
    fit = gwr(rows)
    assert np.corrcoef(fit.beta[:, 1], slope)[0, 1] > 0.98
    assert np.abs(fit.beta[:, 2] - 2).max() < 0.5
    inside = np.abs(fit.beta[:, 1] - slope) < 2 * fit.errors[:, 1]
    # errors do not count the bias of smoothing
    assert 0.6 < inside.mean() <= 1
    table = compare([linear(rows), fit])
    assert [one.model for one in table] == ["gwr", "ols"] and table[0].weight > 0.999
    assert table[0].difference == 0 < table[1].difference
    assert fit.sigma2 == pytest.approx(0.09, rel=0.25)


def test_terms_find_their_own_scales() -> None:
    rows, slope = surface(n=300)
    fit = mgwr(standardised(rows))
    assert fit.converged and fit.bandwidths[1] < 200 < fit.bandwidths[2]
    made = infer(fit, way="exact")
    one = gwr(standardised(rows))
    assert compare([one, (fit, made), linear(standardised(rows))])[0].model == "mgwr"
    assert made.trace < one.trace
    assert np.corrcoef(fit.beta[:, 1], slope)[0, 1] > 0.98


def test_origin_and_unit_of_measure_do_no_harm() -> None:
    rows, _ = surface(n=120)
    moved = design(
        1e-3 * rows.y + 5,
        {"a": 1e6 * rows.x[:, 1] + 1e9, "b": rows.x[:, 2] / 1e3 + 2000},
        rows.coordinates + 4e5,
        metric="planar",
    )
    one, other = gwr(rows, bandwidth=60), gwr(moved, bandwidth=60)
    np.testing.assert_allclose(other.beta[:, 1:] * [1e9, 1], one.beta[:, 1:], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(other.t[:, 1:], one.t[:, 1:], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(other.fitted, 1e-3 * one.fitted + 5, rtol=1e-9)
    assert other.local_r2 == pytest.approx(one.local_r2, rel=1e-6)


def test_the_order_of_units_does_not_matter() -> None:
    rows, _ = surface(n=90)
    turned = np.random.default_rng(1).permutation(90)
    other = design(
        rows.y[turned], {"a": rows.x[turned, 1], "b": rows.x[turned, 2]}, rows.coordinates[turned], metric="planar"
    )
    one, two = gwr(rows), gwr(other)
    assert one.window == two.window
    np.testing.assert_allclose(two.beta, one.beta[turned], rtol=1e-9)
    first = spatial_variability(one, permutations=9, search=False)
    second = spatial_variability(two, permutations=9, search=False)
    np.testing.assert_allclose(first.shuffled, second.shuffled, rtol=1e-8)


def test_few_bytes_give_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, _ = surface(n=130)
    import geo.regression.kernels as kernels

    kept = {adaptive: gwr(rows, adaptive=adaptive) for adaptive in (True, False)}
    monkeypatch.setattr(kernels, "BLOCK", 8 * 130 * 7)
    for adaptive, one in kept.items():
        other = gwr(rows, adaptive=adaptive, places=places_of(rows, held=0))
        assert other.window == one.window
        np.testing.assert_allclose(other.beta, one.beta, rtol=1e-10)
        np.testing.assert_allclose(other.local_r2, one.local_r2, rtol=1e-10)


def test_prediction_at_the_units_is_the_fit() -> None:
    rows, _ = surface(n=120)
    fit = gwr(rows, bandwidth=70)
    told = predict(fit, rows.x[:, 1:], rows.coordinates)
    np.testing.assert_allclose(told.value, fit.fitted, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(told.errors, fit.errors, rtol=1e-9)
    # the error of the mean at unit i is σ·√(Σ_l s_il²), and those sum to tr(SᵀS)
    assert (told.mean_error**2).sum() == pytest.approx(fit.sigma2 * fit.trace_sts, rel=1e-9)
    assert (told.value_error > told.mean_error).all()


def test_prediction_where_something_is_missing_or_undetermined() -> None:
    rows, _ = surface(n=120)
    fit = gwr(rows, bandwidth=30000.0, adaptive=False)
    told = predict(fit, [[1.0, np.nan], [1.0, 1.0], [0.0, 0.0]], [[5e4, 5e4], [9e6, 9e6], [5e4, 5e4]])  # type: ignore[arg-type]
    assert told.state == ("missing", "singular", "defined")
    assert np.isnan(told.value[:2]).all() and np.isfinite(told.value[2])
    with pytest.raises(ValueError, match="columns"):
        predict(fit, np.ones((2, 1)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="times"):
        predict(fit, np.ones((2, 2)), np.ones((2, 2)), times=np.ones(2))


def test_terms_at_other_places() -> None:
    rows, _ = surface(n=300)
    kept, left = np.arange(250), np.arange(250, 300)
    part = design(rows.y[kept], {"a": rows.x[kept, 1], "b": rows.x[kept, 2]}, rows.coordinates[kept], metric="planar")
    fit = mgwr(part)
    beta, value = predict_terms(fit, rows.x[left, 1:], rows.coordinates[left])
    # as good as noise allows on units that it has not seen, and better than one coefficient for all
    assert np.std(rows.y[left] - value) < 0.45
    everywhere = rows.x[left] @ linear(part).beta
    assert np.std(rows.y[left] - value) < 0.7 * np.std(rows.y[left] - everywhere)
    # a plain sum for one place and term
    window = fit.window(1)
    d2 = ((part.coordinates - rows.coordinates[left[0]]) ** 2).sum(axis=1)
    reach = np.sort(d2)[int(window.bandwidth) - 1] * 1.0000001**2
    w = np.where(d2 < reach, (1 - d2 / reach) ** 2, 0)
    target = fit.terms[:, 1] + fit.residuals
    assert beta[0, 1] == pytest.approx((w * part.x[:, 1] * target).sum() / (w * part.x[:, 1] ** 2).sum(), rel=1e-9)
    again, _ = predict_terms(fit, part.x[:, 1:], part.coordinates)
    np.testing.assert_allclose(again, fit.beta, atol=2e-3)
    gap, none = predict_terms(fit, [[np.nan, 1.0]], [[0.0, 0.0]])  # type: ignore[arg-type]
    assert np.isnan(gap).all() and np.isnan(none).all()


def test_a_column_of_zeros_around_a_place_has_no_coefficient_there() -> None:
    rng = np.random.default_rng(4)
    n = 160
    at = rng.uniform(0, 1e5, (n, 2))
    corner = np.where(at[:, 0] < 2e4, rng.normal(size=n), 0.0)
    y = 1 + corner + rng.normal(0, 0.2, n)
    fit = mgwr(design(y, {"corner": corner}, at, metric="planar"), kernel="bisquare", adaptive=False, start=1e6)
    far = at[:, 0] > 2e4 + fit.bandwidths[1]
    assert (fit.undefined[:, 1] >= far).all()
    assert np.isnan(fit.beta[fit.undefined]).all() and np.isfinite(fit.fitted).all()
    made = infer(fit)
    assert (np.isnan(made.errors) == fit.undefined).all()


def test_noise_does_not_vary_over_space_and_a_surface_does() -> None:
    rows, _ = surface(n=120)
    fit = gwr(rows, bandwidth=50)
    found = spatial_variability(fit, permutations=39, search=False)
    assert found.p[1] == 1 / 40 and found.p[2] > 0.1
    assert found.shuffled.shape == (39, 3) and found.failed == 0
    assert spatial_variability(fit, permutations=39, search=False).p.tolist() == found.p.tolist()
    searched = spatial_variability(gwr(rows), permutations=5)
    assert searched.p[1] == 1 / 6
    terms = spatial_variability(mgwr(standardised(rows)), permutations=3)
    assert terms.shuffled.shape == (3, 3) and terms.p[1] == 0.25


def test_collinear_columns_stand_out() -> None:
    rng = np.random.default_rng(2)
    n = 150
    at = rng.uniform(0, 1e5, (n, 2))
    a = rng.normal(size=n)
    b = np.where(at[:, 0] < 5e4, a + rng.normal(0, 0.02, n), rng.normal(size=n))
    rows = design(rng.normal(size=n), {"a": a, "b": b}, at, metric="planar")
    found = local_collinearity(rows, places_of(rows), Window("bisquare", False, 2.5e4))
    west, east = at[:, 0] < 2.5e4, at[:, 0] > 7.5e4
    assert found.vif[west].min() > 100 > 10 > np.median(found.vif[east])
    assert found.condition[west].min() > 30 > np.median(found.condition[east])
    assert found.proportions[west][:, 1:].min() > 0.9
    assert np.abs(found.correlations[west][:, 0, 1]).min() > 0.99


def test_terms_with_the_same_window_have_the_figures_of_one() -> None:
    rows, _ = surface(n=120)
    fit = replace(mgwr(rows), bandwidths=np.full(3, 60.0), start=60.0)
    condition, proportions = term_collinearity(fit)
    one = local_collinearity(rows, fit.places, fit.window(0))
    np.testing.assert_allclose(condition, one.condition, rtol=1e-9)
    np.testing.assert_allclose(proportions, one.proportions, rtol=1e-7)
    single = gwr(rows, bandwidth=60)
    alike = replace(fit, residuals=single.residuals)
    np.testing.assert_allclose(term_local_r2(alike), single.local_r2, rtol=1e-12)
    assert term_local_r2(alike, Window("bisquare", True, np.inf)) == pytest.approx(single.r2)


def test_a_column_constant_around_a_place_has_a_state() -> None:
    rng = np.random.default_rng(2)
    at = rng.uniform(0, 1e5, (150, 2))
    corner = np.where(at[:, 0] < 3e4, rng.normal(size=150), 2.0)
    rows = design(rng.normal(size=150), {"a": corner}, at, metric="planar")
    found = local_collinearity(rows, places_of(rows), Window("bisquare", False, 2e4))
    around = found.state == "constant_around"
    assert around.any() and not around.all()
    assert (np.isnan(found.vif[:, 0]) == around).all()
    assert np.isfinite(found.condition).all()
    assert found.condition[around].min() > 1e5


def times(n: int = 240) -> Design:
    """A slope that moves with the years and not with place."""
    rng = np.random.default_rng(7)
    when = np.repeat([2015.0, 2016, 2017, 2018], n // 4)
    at = np.tile(rng.uniform(0, 1e5, (n // 4, 2)), (4, 1))
    x = rng.normal(size=n)
    y = 1 + (when - 2016.5) * x + rng.normal(0, 0.3, n)
    return design(y, {"x": x}, at, metric="planar", times=when)


def test_time_counts_where_the_slope_moves_with_it() -> None:
    rows = times()
    found = find_time_factor(rows)
    assert found.factor > 0 and len(found.tried) == 6
    fit = gwr(rows, bandwidth=found.best.bandwidth, places=places_of(rows, time=found.factor))
    alone = gwr(rows)
    assert rows.times is not None
    assert np.corrcoef(fit.beta[:, 1], rows.times)[0, 1] > 0.95
    assert [one.model for one in compare([alone, fit])] == ["gtwr", "gwr"]
    told = predict(fit, [[1.0], [1.0]], [[5e4, 5e4], [5e4, 5e4]], times=[2015, 2018])  # type: ignore[arg-type]
    assert told.beta[1, 1] - told.beta[0, 1] > 2
    with pytest.raises(ValueError, match="times"):
        predict(fit, np.ones((1, 1)), np.ones((1, 2)))
    with pytest.raises(ValueError, match="several times"):
        time_factors(surface()[0])


def test_distance_of_space_and_time() -> None:
    at, when = np.array([[0.0, 0.0], [3000.0, 4000.0]]), np.array([2000.0, 2002.0])
    places = Places(at, "planar", times=when, space=2.0, time=1e6)
    assert places.squared(slice(0, 2))[0].tolist() == [0.0, 2 * 25e6 + 4e6]
    assert Places(at, "planar", times=when, space=0.0, time=1.0).squared(slice(0, 1))[0].tolist() == [0.0, 4.0]
    # a quarter of the earth's round
    pole = Places(np.array([[0.0, 0.0], [0.0, 90.0], [180.0, 0.0]]), "great_circle")
    assert np.sqrt(pole.squared(slice(0, 1))[0]) == pytest.approx([0, np.pi / 2 * 6.371e6, np.pi * 6.371e6])


def test_kernels_at_known_distances() -> None:
    d2, h2 = np.array([[0.0, 1.0, 4.0, 9.0]]), np.array([4.0])
    assert weigh(d2, "gaussian", h2)[0] == pytest.approx(np.exp([0, -1 / 8, -0.5, -9 / 8]))
    assert weigh(d2, "exponential", h2)[0] == pytest.approx(np.exp([0, -0.5, -1, -1.5]))
    assert weigh(d2, "bisquare", h2)[0].tolist() == [1.0, 0.5625, 0.0, 0.0]
    for kernel in ("gaussian", "bisquare", "exponential"):
        assert (weigh(d2, kernel, np.array([np.inf])) == 1).all()  # type: ignore[arg-type]


def test_the_search_finds_the_least_of_a_bowl() -> None:
    found = golden_section(lambda b: (b - 3.3) ** 2, 0.0, 10.0, whole=False, criterion="cv", tolerance=1e-12)
    assert found.bandwidth == pytest.approx(3.3, abs=1e-3)
    # narrow windows leave places undetermined: it goes on to wider ones
    wide = golden_section(
        lambda b: float("inf") if b < 130 else b, 40, 160, whole=True, criterion="aicc"
    )  # fmt: skip
    assert wide.bandwidth >= 130 and np.isfinite(wide.score)
    assert wide.tried[0][1] == float("inf")


def test_intervals_hold_their_share() -> None:
    widths = np.arange(50.0, 151)
    scores = 0.02 * (widths - 100) ** 2
    narrow, wide = interval(widths, scores, level=0.5), interval(widths, scores)
    assert wide.low < narrow.low <= 100 <= narrow.high < wide.high
    weights = np.exp(-0.5 * scores)
    inside = weights[(widths >= wide.low) & (widths <= wide.high)].sum() / weights.sum()
    assert 0.95 <= inside < 0.97
    assert interval(np.array([5.0, 6.0]), np.array([1.0, np.inf])).high == 5.0


def test_models_of_other_rows_are_not_compared() -> None:
    with pytest.raises(ValueError, match="different rows"):
        compare([linear(surface(n=100)[0]), linear(surface(n=101)[0])])


def test_bandwidths_of_few_units_have_room() -> None:
    rng = np.random.default_rng(1)
    rows = design(
        rng.normal(size=30), {"x": rng.normal(size=30)}, rng.uniform(0, 1e5, (30, 2)),
        metric="planar", force={"few_units"},
    )  # fmt: skip
    assert 10 <= find_bandwidth(rows).bandwidth <= 30


def test_a_design_with_other_columns_leaves_the_first_alone() -> None:
    rows, _ = surface(n=80)
    before = rows.x.copy()
    standardised(rows)
    gwr(rows, bandwidth=50)
    assert (rows.x == before).all() and replace(rows) == rows
