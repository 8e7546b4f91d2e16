"""Spatial autocorrelation and neighbours: esda and libpysal compute the same another way; figures in print.

Homicides around St Louis, infant deaths in North Carolina (SIDS), the states of the USA and the counties of Georgia
ship with libpysal, as do the links between them.
"""

import warnings
from contextlib import closing

import geopandas as gpd
import libpysal
import numpy as np
import pytest
from esda import Geary, Geary_Local, Join_Counts, Moran, Moran_BV, Moran_Local, Moran_Local_BV, fdr
from esda.getisord import G, G_Local
from libpysal import cg, weights
from libpysal.graph import Graph
from pydantic import TypeAdapter

from geo.autocorrelation import (
    adjusted,
    bivariate_moran,
    cut,
    geary,
    getis_ord,
    join_counts,
    local_bivariate_moran,
    local_geary,
    local_getis_ord,
    local_moran,
    moran,
)
from geo.crs.systems import EARTH_RADIUS_KM
from geo.neighbours import Ground, NeighbourRule, Neighbours, Rule, find_neighbours
from tests.geo.autocorrelation.making import by_code, linked

EXACT = 1e-9
DIRECTED = {"tail": "directed", "permutations": 99}


def example(name: str) -> str:
    return str(libpysal.examples.get_path(name))


def gal(name: str) -> weights.W:
    with closing(libpysal.io.open(example(name))) as stream:
        return stream.read()


def column(name: str, of: str) -> np.ndarray:
    with closing(libpysal.io.open(example(name))) as stream:
        return np.array(stream.by_col(of), dtype=float)


def ours(w: weights.W, standardisation: str = "row") -> Neighbours:
    w.transform = "o"
    return linked(w.sparse.toarray(), standardisation)


def in_order(w: weights.W) -> Graph:
    """The same links between whole numbers: esda sorts Geary's figures by the names of the units, as texts."""
    w.transform = "o"
    return Graph.from_sparse(w.sparse)


@pytest.fixture(scope="module")
def st_louis() -> tuple[weights.W, np.ndarray]:
    return gal("stl.gal"), column("stl_hom.csv", "HR8893")


@pytest.fixture(scope="module")
def sids() -> tuple[weights.W, np.ndarray, np.ndarray]:
    return gal("sids2.gal"), column("sids2.dbf", "SIDR74"), column("sids2.dbf", "SIDR79")


# Figures in print


def test_homicides_around_st_louis(st_louis: tuple[weights.W, np.ndarray]) -> None:
    # esda/tests/test_moran.py, as the shared page on methods lists it (C9)
    w, rate = st_louis
    made = moran(by_code(rate), ours(w))
    assert made.n == 78
    assert made.value == pytest.approx(0.24365582621771659, abs=1e-12)
    assert made.normal.expected == pytest.approx(-0.012987, abs=1e-6)
    assert made.normal.p == pytest.approx(0.000271479, abs=1e-9)
    assert moran(by_code(rate), ours(w), tail="greater").normal.p == pytest.approx(0.000135739, abs=1e-9)


def test_infant_deaths_in_north_carolina(sids: tuple[weights.W, np.ndarray, np.ndarray]) -> None:
    # esda/tests/test_moran.py; the p is of one tail
    w, rate, _ = sids
    made = moran(by_code(rate), ours(w), tail="greater")
    assert made.value == pytest.approx(0.24772519320480135, abs=1e-12)
    assert made.normal.p == pytest.approx(5.7916539074498452e-05, rel=1e-9)


@pytest.fixture
def six_points() -> weights.W:
    points = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
    return weights.DistanceBand(points, threshold=15)


def test_six_points_of_getis_and_ord(six_points: weights.W) -> None:
    # esda/tests/test_getisord.py, as the shared page on methods lists it (C9)
    y = np.array([2, 3, 3.2, 5, 8, 7])
    near = ours(six_points, "binary")
    made = getis_ord(by_code(y), near, tail="greater")
    assert made.value == pytest.approx(0.5570977918, abs=1e-9)
    assert made.randomised.p == pytest.approx(0.172936, abs=1e-6)
    assert local_getis_ord(by_code(y), near).value[0] == pytest.approx(-1.0136729, abs=1e-7)
    assert local_getis_ord(by_code(y), near, star=True).value[0] == pytest.approx(-1.39727626, abs=1e-8)


# Global statistics against esda


@pytest.mark.parametrize("transform", ["r", "b"])
def test_moran_and_geary(st_louis: tuple[weights.W, np.ndarray], transform: str) -> None:
    w, rate = st_louis
    near = ours(w, {"r": "row", "b": "binary"}[transform])
    theirs = Moran(rate, w, transformation=transform, permutations=0)
    made = moran(by_code(rate), near)
    pairs = [(made.value, theirs.I)]
    for mine, name in ((made.normal, "norm"), (made.randomised, "rand")):
        pairs += [(mine.expected, theirs.EI), (mine.deviation, getattr(theirs, f"seI_{name}"))]
        pairs += [(mine.z, getattr(theirs, f"z_{name}")), (mine.p, getattr(theirs, f"p_{name}"))]
    by_geary = Geary(rate, w, transformation=transform, permutations=0)
    made = geary(by_code(rate), near, tail="directed")
    pairs += [(made.value, by_geary.C)]
    for mine, name in ((made.normal, "norm"), (made.randomised, "rand")):
        pairs += [(mine.expected, 1.0), (mine.deviation, getattr(by_geary, f"seC_{name}"))]
        pairs += [(mine.z, getattr(by_geary, f"z_{name}")), (mine.p, getattr(by_geary, f"p_{name}"))]
    np.testing.assert_allclose(*zip(*pairs, strict=True), rtol=EXACT, atol=1e-12)


def test_general_g(sids: tuple[weights.W, np.ndarray, np.ndarray]) -> None:
    w, rate, _ = sids
    theirs = G(rate, w, permutations=0)
    made = getis_ord(by_code(rate), ours(w), tail="directed")
    test = made.randomised
    np.testing.assert_allclose(
        [made.value, test.expected, test.deviation**2, test.z, test.p],
        [theirs.G, theirs.EG, theirs.VG, theirs.z_norm, theirs.p_norm],
        rtol=EXACT,
    )


def test_bivariate_moran(sids: tuple[weights.W, np.ndarray, np.ndarray]) -> None:
    w, before, after = sids
    near = ours(w)
    assert bivariate_moran(by_code(before), by_code(after), near).value == pytest.approx(
        Moran_BV(before, after, w, permutations=0).I, rel=EXACT
    )
    alone = bivariate_moran(by_code(before), by_code(before), near).value
    assert alone == pytest.approx(moran(by_code(before), near).value, rel=1e-12)


@pytest.mark.parametrize("seed", [1, 2])
def test_permuted_p_and_moments(sids: tuple[weights.W, np.ndarray, np.ndarray], seed: int) -> None:
    w, before, after = sids
    random = np.random.default_rng(seed)
    rate = np.where(random.random(len(before)) < 0.6, random.permutation(before), before)  # a weaker pattern
    near, draws = ours(w), 1999
    np.random.seed(seed)  # noqa: NPY002  esda draws from numpy's old generator
    theirs = [Moran(rate, w, permutations=draws), Geary(rate, w, permutations=draws), G(rate, w, permutations=draws)]
    theirs += [Moran_BV(rate, after, w, permutations=draws)]
    options = {"tail": "directed", "permutations": draws, "seed": seed}
    mine = [made(by_code(rate), near, **options).simulated for made in (moran, geary, getis_ord)]
    mine += [bivariate_moran(by_code(rate), by_code(after), near, **options).simulated]
    for one, other, (mean, spread) in zip(
        mine, theirs, [("EI_sim", "seI_sim"), ("EC_sim", "seC_sim"), ("EG_sim", "seG_sim"), ("EI_sim", "seI_sim")],
        strict=True,
    ):  # fmt: skip
        # 5 standard errors of the difference of two simulations
        error = np.sqrt(2 * max(other.p_sim, 0.01) / draws)
        assert abs(one.p - other.p_sim) < 5 * error
        deviation = getattr(other, spread)
        assert abs(one.expected - getattr(other, mean)) < 5 * deviation * np.sqrt(2 / draws)
        assert one.deviation == pytest.approx(deviation, rel=0.1)


# Local statistics against esda


@pytest.mark.parametrize("transform", ["r", "b"])
def test_local_moran(st_louis: tuple[weights.W, np.ndarray], transform: str) -> None:
    w, rate = st_louis
    theirs = Moran_Local(rate, w, transformation=transform, permutations=0)
    made = local_moran(by_code(rate), ours(w, {"r": "row", "b": "binary"}[transform]), permutations=9)
    np.testing.assert_allclose(made.value, theirs.Is, rtol=EXACT, atol=1e-12)
    assert made.kinds.tolist() == [["HH", "LH", "LL", "HL"][quad - 1] for quad in theirs.q]
    # esda gives the moments of z_i Σ w z / m₂, which is n/(n − 1) times the statistic it reports
    ratio = (len(rate) - 1) / len(rate)
    np.testing.assert_allclose(made.expected, theirs.EIc * ratio, rtol=EXACT, atol=1e-12)
    np.testing.assert_allclose(made.variance, theirs.VIc * ratio**2, rtol=EXACT, atol=1e-12)


def test_local_bivariate_moran(sids: tuple[weights.W, np.ndarray, np.ndarray]) -> None:
    w, before, after = sids
    theirs = Moran_Local_BV(before, after, w, permutations=0)
    made = local_bivariate_moran(by_code(before), by_code(after), ours(w), permutations=9)
    np.testing.assert_allclose(made.value, theirs.Is, rtol=EXACT, atol=1e-12)
    assert made.kinds.tolist() == [["HH", "LH", "LL", "HL"][quad - 1] for quad in theirs.q]


def test_local_geary(st_louis: tuple[weights.W, np.ndarray]) -> None:
    w, rate = st_louis
    theirs = Geary_Local(connectivity=in_order(w), permutations=0).fit(rate)
    made = local_geary(by_code(rate), ours(w), permutations=9)
    np.testing.assert_allclose(made.value, theirs.localG, rtol=EXACT, atol=1e-12)


@pytest.mark.parametrize("star", [False, True])
def test_local_g(st_louis: tuple[weights.W, np.ndarray], star: bool) -> None:
    w, rate = st_louis
    w.transform = "o"
    theirs = G_Local(rate, w, transform="B", star=star, permutations=0)
    made = local_getis_ord(by_code(rate), ours(w, "binary"), star=star, permutations=9, tail="directed")
    np.testing.assert_allclose(made.value, theirs.Zs, rtol=EXACT, atol=1e-12)
    np.testing.assert_allclose(made.p_normal, theirs.p_norm, rtol=1e-8)
    assert made.share is not None
    np.testing.assert_allclose(made.share, theirs.Gs, rtol=EXACT)
    w.transform = "o"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that the strongest neighbour's weight is taken for its own
        by_row = G_Local(rate, w, transform="R", star=star, permutations=0)
    row = local_getis_ord(by_code(rate), ours(w), star=star, permutations=9)
    np.testing.assert_allclose(row.share, by_row.Gs, rtol=EXACT)
    # What is standardised does not change with a factor a row.
    np.testing.assert_allclose(row.value, made.value, rtol=EXACT, atol=1e-12)


@pytest.mark.slow
def test_local_p(st_louis: tuple[weights.W, np.ndarray], sids: tuple[weights.W, np.ndarray, np.ndarray]) -> None:
    # Slow: numba compiles esda's loops anew in each process.
    draws = 4999
    w, rate = st_louis
    v, before, after = sids
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = [
            Moran_Local(rate, w, permutations=draws, seed=3).p_sim,
            Moran_Local_BV(before, after, v, permutations=draws, seed=3).p_sim,
            G_Local(rate, w, transform="R", permutations=draws, seed=3, n_jobs=1).p_sim,
            Geary_Local(connectivity=in_order(w), permutations=draws, seed=3).fit(rate).p_sim,
        ]
    options = {"permutations": draws, "seed": 3, "tail": "directed"}
    found = [
        local_moran(by_code(rate), ours(w), **options).p,
        local_bivariate_moran(by_code(before), by_code(after), ours(v), **options).p,
        local_getis_ord(by_code(rate), ours(w), **options).p,
        local_geary(by_code(rate), ours(w), **options).p,
    ]
    for mine, theirs in zip(found, expected, strict=True):
        error = np.sqrt(2 * np.maximum(theirs * (1 - theirs), 0.5 / draws) / draws)
        assert (np.abs(mine - theirs) < 5 * error).all()


def test_join_counts(sids: tuple[weights.W, np.ndarray, np.ndarray]) -> None:
    w, rate, _ = sids
    high = (rate > np.median(rate)).astype(int)
    np.random.seed(1)  # noqa: NPY002  as above
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas finds that esda is written in an old way
        theirs = Join_Counts(high, w, permutations=999)
    made = join_counts(by_code(high), ours(w), tail="greater", permutations=999)
    assert made.categories == ("0", "1")
    assert made.counts.tolist() == [[theirs.ww, theirs.bw], [theirs.bw, theirs.bb]]
    assert made.joins == theirs.J
    assert made.simulated_mean[1, 1] == pytest.approx(theirs.mean_bb, rel=0.02)
    assert made.simulated_mean[0, 1] == pytest.approx(theirs.mean_bw, rel=0.02)
    assert abs(made.p[1, 1] - theirs.p_sim_bb) < 0.05
    assert abs(made.p[0, 1] - theirs.p_sim_bw) < 0.05
    assert made.expected[1, 1] == pytest.approx(theirs.mean_bb, rel=0.02)


def test_false_discovery_cut() -> None:
    random = np.random.default_rng(4)
    for share in (0.0, 0.1, 0.5, 1.0):
        p = np.where(random.random(200) < share, random.random(200) / 500, random.random(200))
        assert cut(p, 0.05) == pytest.approx(fdr(p, 0.05), rel=1e-12)


def test_adjusted_p() -> None:
    from scipy.stats import false_discovery_control

    p = np.random.default_rng(5).random(300) ** 3
    np.testing.assert_allclose(adjusted(p), false_discovery_control(p), rtol=1e-12)


# Neighbours against libpysal


@pytest.fixture(scope="module")
def states() -> gpd.GeoDataFrame:
    frame = gpd.read_file(example("us48.shp"))
    return frame.assign(unit=frame["STATE_NAME"])[["unit", "geometry"]].set_crs(4326, allow_override=True)


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    frame = gpd.read_file(example("G_utm.shp"))
    return frame.assign(unit=frame["AreaKey"].astype(str))[["unit", "geometry"]].set_crs(32616, allow_override=True)


def rule(**raw: object) -> NeighbourRule:
    made: NeighbourRule = TypeAdapter(Rule).validate_python(raw)
    return made


def matrix_of(frame: gpd.GeoDataFrame, **raw: object) -> np.ndarray:
    ground = Ground.of(frame["unit"].tolist(), frame)
    full: np.ndarray = find_neighbours(rule(**{"standardisation": "none", **raw}), ground).matrix.toarray()
    return full


@pytest.mark.parametrize("word", ["queen", "rook"])
@pytest.mark.parametrize("snap", [0, 1, 100])
@pytest.mark.parametrize("name", ["states", "counties"])
def test_contiguity(word: str, snap: float, name: str, request: pytest.FixtureRequest) -> None:
    frame = request.getfixturevalue(name)
    theirs = Graph.build_contiguity(frame.set_index("unit"), rook=word == "rook", strict=True)
    order = sorted(frame["unit"])
    expected = theirs.adjacency.unstack(fill_value=0).reindex(index=order, columns=order, fill_value=0)
    found = matrix_of(frame, rule=word, snap=snap)
    np.testing.assert_array_equal(found, expected.to_numpy())
    assert (
        found.sum() == {"statesqueen": 214, "statesrook": 210, "countiesqueen": 862, "countiesrook": 832}[name + word]
    )


def full(w: weights.W) -> np.ndarray:
    matrix, order = w.full()
    out = np.zeros_like(matrix)
    out[np.ix_(order, order)] = matrix
    np.fill_diagonal(out, 0)  # kernels there hold the unit itself
    return out


@pytest.mark.parametrize("name", ["states", "counties"])
def test_by_distance(name: str, request: pytest.FixtureRequest) -> None:
    frame = request.getfixturevalue(name)
    centres = Ground.of(frame["unit"].tolist(), frame).centres
    tree = cg.KDTree([tuple(place) for place in centres], distance_metric="Arc", radius=EARTH_RADIUS_KM)
    far = {"states": 600.0, "counties": 60.0}[name]
    band = weights.DistanceBand(tree, far, binary=True, silence_warnings=True)
    with np.errstate(divide="ignore"):  # of each unit to itself
        inverse = weights.DistanceBand(tree, far, binary=False, alpha=-1.5, silence_warnings=True)
    np.testing.assert_array_equal(matrix_of(frame, rule="k_nearest", k=4), full(weights.KNN(tree, k=4)))
    np.testing.assert_array_equal(matrix_of(frame, rule="distance_band", within=far), full(band))
    found = matrix_of(frame, rule="inverse_distance", power=1.5, cut_off=far)
    np.testing.assert_allclose(found, full(inverse), rtol=1e-9)
    for mine, theirs in zip(
        ("triangular", "epanechnikov", "bisquare", "gaussian"),
        ("triangular", "quadratic", "quartic", "gaussian"),
        strict=True,
    ):
        reach = {"reach": 1} if mine == "gaussian" else {}
        fixed = weights.Kernel(tree, bandwidth=far, fixed=True, function=theirs, k=len(centres) - 1)
        found = matrix_of(frame, rule="kernel", function=mine, bandwidth=far, **reach)
        np.testing.assert_allclose(found, full(fixed), atol=1e-9)
        # libpysal widens each bandwidth by 1e-7, so that the k-th neighbour keeps a trace
        adaptive = weights.Kernel(tree, fixed=False, function=theirs, k=6)
        found = matrix_of(frame, rule="kernel", function=mine, k=6, **reach)
        np.testing.assert_allclose(found, full(adaptive), atol=2e-7)


def test_centres_of_counties(counties: gpd.GeoDataFrame) -> None:
    # In their own zone of UTM the centroids are the same to some metres: two projections of one small area.
    ground = Ground.of(counties["unit"].tolist(), counties)
    theirs = counties.set_index("unit").centroid.to_crs(4326).loc[list(ground.codes)]
    np.testing.assert_allclose(ground.centres, np.column_stack([theirs.x, theirs.y]), atol=1e-4)


def test_distances_against_the_ellipsoid(states: gpd.GeoDataFrame) -> None:
    from pyproj import Geod

    from geo.crs.systems import great_circle_km

    centres = Ground.of(states["unit"].tolist(), states).centres
    one, other = np.triu_indices(len(centres), k=1)
    metres = Geod(ellps="WGS84").inv(*centres[one].T, *centres[other].T)[2]
    np.testing.assert_allclose(great_circle_km(centres[one], centres[other]), metres / 1000, rtol=0.006)
