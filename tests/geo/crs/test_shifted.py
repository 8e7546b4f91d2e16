"""GCJ-02 and BD-09: the circulating formulas against the values that their programs publish, and the way back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.crs.shifted import RECTANGLE, Shift, in_rectangle, shift_named, shifted, unshifted

SYSTEMS: tuple[Shift, ...] = ("GCJ-02", "BD-09")


def distance(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Metres on the ellipsoid, by GeographicLib."""
    return np.asarray(Geod(ellps="WGS84").inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    # googollee/eviltransform, go/transform_test.go: Shanghai, Shenzhen, Beijing (there latitude stands first);
    # wandergis/coordtransform, test/app.js, `wgs84togcj02`.
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_gcj02_of_published_points(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert shifted(np.array([wgs84]), "GCJ-02")[0] == pytest.approx(gcj02, abs=1e-12)
    assert unshifted(np.array([gcj02]), "GCJ-02")[0] == pytest.approx(wgs84, abs=1e-11)


def test_bd09_of_a_published_point() -> None:
    # wandergis/coordtransform, test/app.js, `gcj02tobd09`: from GCJ-02, so the point is first brought to WGS 84.
    gcj02, bd09 = np.array([[116.404, 39.915]]), (116.41036949371029, 39.92133699351021)
    assert shifted(unshifted(gcj02, "GCJ-02"), "BD-09")[0] == pytest.approx(bd09, abs=1e-11)


def test_a_single_step_back_as_others_take_it_comes_near() -> None:
    # wandergis/coordtransform, test/app.js, `gcj02towgs84`, which subtracts the shift once.
    gcj02 = np.array([[116.404, 39.915]])
    apart = distance(unshifted(gcj02, "GCJ-02"), np.array([[116.39775550083061, 39.91359571849836]]))
    assert 0.01 < apart[0] < 0.5


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_way_there_and_back_over_china(system: Shift) -> None:
    rng = np.random.default_rng(11)
    here = np.column_stack([rng.uniform(73.5, 135.1, 20_000), rng.uniform(18.1, 53.6, 20_000)])
    assert distance(unshifted(shifted(here, system), system), here).max() < 1e-4
    assert np.abs(shifted(unshifted(here, system), system) - here).max() < 1e-9


@given(
    st.floats(73.5, 135.1), st.floats(18.1, 53.6), st.sampled_from(SYSTEMS),
)  # fmt: skip
def test_the_way_there_and_back_of_any_place(longitude: float, latitude: float, system: Shift) -> None:
    here = np.array([[longitude, latitude]])
    assert distance(unshifted(shifted(here, system), system), here)[0] < 0.01


def test_cities_are_moved_by_hundreds_of_metres() -> None:
    # Provincial capitals, to a hundredth of a degree.
    places = np.array([
        [116.41, 39.90], [121.47, 31.23], [113.26, 23.13], [104.07, 30.57], [87.62, 43.82], [91.11, 29.65],
        [126.53, 45.80], [110.20, 20.04], [102.71, 25.05], [108.94, 34.34],
    ])  # fmt: skip
    moved = distance(places, shifted(places, "GCJ-02"))
    assert (moved > 100).all()
    assert (moved < 700).all()


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_moves_outside_the_rectangle(system: Shift) -> None:
    west, south, east, north = RECTANGLE
    middle = np.array([(west + east) / 2, (south + north) / 2])
    outside = np.array([
        [2.35, 48.86], [-74.0, 40.7], [west - 0.001, middle[1]], [east + 0.001, middle[1]],
        [middle[0], south - 0.001], [middle[0], north + 0.001],
    ])  # fmt: skip
    assert not in_rectangle(outside).any()
    assert np.array_equal(shifted(outside, system), outside)
    assert np.array_equal(unshifted(outside, system), outside)


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_not_finite_stays_and_moves_nothing_else(system: Shift) -> None:
    odd = np.array([[np.nan, 30.0], [100.0, np.inf], [116.404, 39.915]])
    alone = unshifted(odd[2:], system)
    out = unshifted(odd, system)
    assert np.array_equal(out[:2], odd[:2], equal_nan=True)
    assert np.array_equal(out[2:], alone)


def test_arguments_are_left_alone() -> None:
    given_ = np.array([[116.404, 39.915]])
    shifted(given_, "BD-09")
    unshifted(given_, "BD-09")
    assert given_.tolist() == [[116.404, 39.915]]


@pytest.mark.parametrize(
    ("stated", "named"),
    [("GCJ-02", "GCJ-02"), ("gcj_02", "GCJ-02"), ("GCJ 02", "GCJ-02"), ("bd-09", "BD-09"), ("BD09LL", "BD-09"),
     ("EPSG:4490", None), ("", None), ("BD-09MC", None)],
)  # fmt: skip
def test_names_of_the_shifted_systems(stated: str, named: Shift | None) -> None:
    assert shift_named(stated) == named
