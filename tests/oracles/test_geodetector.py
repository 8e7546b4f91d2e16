"""Geodetector against R's geodetector 1.0 and gdverse (figures recorded), mapclassify and scikit-learn."""

from pathlib import Path

import mapclassify
import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeRegressor

from geo.detector.choice import choose
from geo.detector.cutting import cuts, tree_breaks
from geo.detector.factor import factors, interactions
from geo.detector.pairs import ecological, risks
from geo.detector.sample import Sample, sample

FACTORS = ("soiltype", "watershed", "elevation")


@pytest.fixture(scope="module")
def villages(shared: Path) -> pd.DataFrame:
    """185 villages of Heshun, `CollectData` of R's geodetector."""
    return pd.read_csv(shared / "oracles" / "geodetector" / "geodetector_CollectData.csv")


@pytest.fixture(scope="module")
def made(villages: pd.DataFrame) -> Sample:
    return sample(villages["incidence"], {name: villages[name] for name in FACTORS})


def test_factors_are_those_of_r(made: Sample, shared: Path) -> None:
    theirs = pd.read_csv(shared / "oracles" / "geodetector" / "geodetector_factor.csv").set_index("x")
    for ours in factors(made, variance="sample"):
        assert ours.q == pytest.approx(theirs.loc[ours.name, "q.statistic"], abs=1e-9)
        # R's pnf sums its series to about 1e-9.
        assert ours.p == pytest.approx(theirs.loc[ours.name, "p.value"], abs=2e-8)
        assert ours.state == "defined" and ours.n == 185


def test_factors_are_those_of_gdverse(made: Sample) -> None:
    # gdverse's documentation on the same villages, as the shared page on methods lists it (C9)
    printed = {
        "watershed": (0.6377736701, 0.0001288023),
        "elevation": (0.6067087097, 0.0433822430),
        "soiltype": (0.3857168428, 0.3721454859),
    }
    for ours in factors(made, variance="population"):
        q, p = printed[ours.name]
        assert ours.q == pytest.approx(q, abs=1e-9)
        assert ours.p == pytest.approx(p, abs=1e-9)


def test_interactions_are_those_of_r(made: Sample) -> None:
    # geodetector_full_output.txt of R's geodetector
    printed = {
        ("soiltype", "watershed"): 0.735680548139531,
        ("soiltype", "elevation"): 0.663523698335635,
        ("watershed", "elevation"): 0.71359677853471,
    }
    found = interactions(made)
    assert {(one.first, one.second): pytest.approx(one.q, abs=1e-9) for one in found} == printed
    assert {one.kind for one in found} == {"enhance_bivariate"}


def test_risks_are_those_of_r(made: Sample) -> None:
    found = risks(made)
    # significant pairs as gdverse and pyGeoHet print them (methods, C9)
    assert {name: sum(one.significant for one in found if one.factor == name) for name in FACTORS} == {
        "watershed": 29,
        "elevation": 20,
        "soiltype": 8,
    }
    # geodetector_full_output.txt: means of soil types, and which pairs differ
    soil = [one for one in found if one.factor == "soiltype"]
    means = {one.first: one.mean_first for one in soil} | {one.second: one.mean_second for one in soil}
    assert list(means.values()) == pytest.approx(
        [6.34, 6.6875, 6.5832786885245902, 5.843809523809524, 6.347073170731707], abs=1e-12
    )
    apart = {(one.first, one.second) for one in soil if one.significant}
    assert apart == {(1, 2), (1, 3), (1, 4), (2, 4), (2, 5), (3, 4), (3, 5), (4, 5)}


def test_the_ecological_detector_by_both_tails(made: Sample) -> None:
    # R: soil type differs from both others, which do not differ from one another
    two_sided = {(one.first, one.second): one.significant for one in ecological(made, tail="two_sided")}
    assert two_sided == {
        ("soiltype", "watershed"): True,
        ("soiltype", "elevation"): True,
        ("watershed", "elevation"): False,
    }
    # gdverse's vignette, upper tail, factors in its order: three times no
    order = sample(made.y, {name: made.codes[made.at(name)] for name in ("watershed", "elevation", "soiltype")})
    assert not any(one.significant for one in ecological(order, tail="upper"))


def test_f_tests_are_those_of_scipy(made: Sample, villages: pd.DataFrame) -> None:
    from scipy.stats import ttest_ind

    groups = {name: part["incidence"].to_numpy() for name, part in villages.groupby("watershed")}
    for variances, equal in (("unequal", False), ("equal", True)):
        for one in risks(made, variances=variances):  # type: ignore[arg-type]
            if one.factor == "watershed":
                theirs = ttest_ind(groups[one.first], groups[one.second], equal_var=equal)
                assert (one.t, one.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)
                assert one.freedom == pytest.approx(theirs.df, rel=1e-9)


def test_the_toy() -> None:
    # the shared page on methods, C9
    toy = sample([1, 2, 3, 7, 8, 9, 4, 5, 6], {"zone": [1, 1, 1, 2, 2, 2, 3, 3, 3]})
    assert factors(toy)[0].q == pytest.approx(0.9, abs=1e-12)


def columns() -> list[np.ndarray]:
    rng = np.random.default_rng(8)
    return [
        rng.lognormal(0, 1, 400),
        rng.normal(size=257),
        rng.integers(0, 40, 300).astype(float),
        np.round(rng.gamma(2, 3, 180), 1) + 1e6,
    ]


@pytest.mark.parametrize("k", [2, 3, 5, 8])
@pytest.mark.parametrize("at", range(4))
def test_natural_breaks_are_those_of_mapclassify(k: int, at: int) -> None:
    x = columns()[at]
    (ours,) = cuts(x, "natural", [k])
    theirs = mapclassify.FisherJenks(x, k=k)
    spread = [
        sum(((x[codes == c] - x[codes == c].mean()) ** 2).sum() for c in np.unique(codes))
        for codes in (ours.codes, theirs.yb)
    ]
    # Its sums of squares are kept in single steps from 0, so a worse cut is its affair; ours is never worse.
    assert spread[0] <= spread[1] * (1 + 1e-9)
    if at != 3:
        np.testing.assert_allclose(ours.breaks, theirs.bins[:-1], rtol=0, atol=0)


@pytest.mark.parametrize("k", [2, 4, 7])
@pytest.mark.parametrize("at", range(4))
def test_scales_are_those_of_mapclassify(k: int, at: int) -> None:
    x = columns()[at]
    (equal,) = cuts(x, "equal", [k])
    peer = mapclassify.EqualInterval(x, k=k)
    # Ours leaves out what parts nothing: classes without a value.
    np.testing.assert_array_equal(equal.codes, np.unique(peer.yb, return_inverse=True)[1])
    assert all(np.isclose(peer.bins[:-1], b, rtol=1e-12).any() for b in equal.breaks)
    assert equal.state == ("defined" if len(np.unique(peer.yb)) == k else "fewer_classes")
    (ours,) = cuts(x, "quantile", [k])
    theirs = mapclassify.Quantiles(x, k=k)
    np.testing.assert_allclose(ours.breaks, theirs.bins[:-1], rtol=1e-12)
    np.testing.assert_array_equal(ours.codes, theirs.yb)


def test_steps_of_standard_deviations_are_those_of_mapclassify() -> None:
    x = columns()[1]
    theirs = mapclassify.StdMean(x, multiples=[-1.5, -0.5, 0.5, 1.5])
    np.testing.assert_allclose(cuts(x, "standard_deviation", [5])[0].breaks, theirs.bins[:4], rtol=1e-12)
    np.testing.assert_allclose(
        cuts(x, "standard_deviation", [4])[0].breaks,
        mapclassify.StdMean(x, multiples=[-1, 0, 1]).bins[:3],
        rtol=1e-12,
        atol=1e-12,
    )


@pytest.mark.parametrize("leaves", [2, 3, 5, 8])
@pytest.mark.parametrize("smallest", [1, 12])
def test_trees_are_those_of_scikit_learn(leaves: int, smallest: int) -> None:
    rng = np.random.default_rng(5)
    x = rng.integers(-1500, 1500, 300) / 512  # scikit-learn keeps x in single precision
    y = np.where(x > 0.5, 3.0, np.where(x > -1, 1.0, 2.0)) + rng.normal(0, 0.8, 300)
    theirs = DecisionTreeRegressor(max_leaf_nodes=leaves, min_samples_leaf=smallest, random_state=0).fit(x[:, None], y)
    thresholds = np.sort(theirs.tree_.threshold[theirs.tree_.feature >= 0])
    np.testing.assert_allclose(np.sort(tree_breaks(x, y, leaves, smallest)), thresholds, rtol=1e-12)


def test_the_table_holds_q_of_every_cut() -> None:
    # q of a cut is R² of a one-way analysis of variance: statsmodels' between the classes of mapclassify
    import statsmodels.api as sm

    rng = np.random.default_rng(4)
    x = rng.lognormal(0, 1, 250)
    y = np.log(x) + rng.normal(size=250)
    table = choose(y, {"x": x}, ways=["quantile", "natural", "equal"], classes=[3, 4, 6])
    peers = {"quantile": mapclassify.Quantiles, "natural": mapclassify.FisherJenks, "equal": mapclassify.EqualInterval}
    for row in table.rows:
        dummies = pd.get_dummies(peers[row.cut.way](x, k=row.cut.asked).yb, dtype=float)
        fitted = sm.OLS(y, dummies).fit()
        assert row.q == pytest.approx(fitted.rsquared, abs=1e-12)
        if row.cut.state == "defined":
            assert row.adjusted == pytest.approx(fitted.rsquared_adj, abs=1e-12)
