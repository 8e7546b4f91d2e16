"""Distances over ground: never in degrees, ties by code, islands."""

import math

import numpy as np
import pytest
from shapely import box

from geo.crs.systems import EARTH_RADIUS_KM, centres, great_circle_km
from geo.neighbours import Ground, least_band_km
from tests.geo.neighbours.places import frame, links, near, pairs

DEGREE = math.pi / 180 * EARTH_RADIUS_KM


def test_a_degree_of_longitude_is_shorter_in_the_north() -> None:
    # At 60° north one degree eastwards is half as far as one degree northwards.
    map_ = frame(a=(110, 60), b=(111.5, 60), c=(110, 61))
    assert links(near(map_, rule="k_nearest", k=1)) == {("a", "b"), ("b", "a"), ("c", "a")}


def test_distances_across_the_date_line_are_short() -> None:
    map_ = frame(a=(179.5, 0), b=(-179.5, 0), c=(175, 0))
    assert links(near(map_, rule="distance_band", within=1.01 * DEGREE)) == pairs("ab")


def test_the_centre_of_two_parts_on_both_sides_of_the_date_line_lies_between_them() -> None:
    both = box(178, -1, 180, 1) | box(-180, -1, -178, 1)
    longitude, latitude = centres(frame(a=both).geometry)[0]
    assert abs(longitude) == pytest.approx(180, abs=1e-6)
    assert latitude == pytest.approx(0, abs=1e-6)


def test_equal_distances_are_taken_by_code() -> None:
    map_ = frame(m=(110, 0), d=(111, 0), c=(109, 0), b=(110, 1), a=(110, -1))
    assert links(near(map_, rule="k_nearest", k=2)) >= {("m", "a"), ("m", "b")}
    assert not links(near(map_, rule="k_nearest", k=2)) & {("m", "c"), ("m", "d")}


def test_units_at_one_place_are_near_each_other() -> None:
    map_ = frame(a=(110, 30), b=(110, 30), c=(110, 30), d=(111, 30))
    assert links(near(map_, rule="k_nearest", k=2)) == pairs("ab ac bc") | {("d", "a"), ("d", "b")}
    found = near(map_, rule="inverse_distance", standardisation="none", least=2)
    assert found.of("a")["b"] == 0.5  # 2 km
    assert found.of("a")["d"] == pytest.approx(1 / (DEGREE * math.cos(math.radians(30))), rel=1e-4)


def test_the_least_band_leaves_nobody_alone_and_a_shorter_one_does() -> None:
    map_ = frame(a=(100, 30), b=(101, 30), c=(104, 30), d=(110, 30))
    ground = Ground.of(list("abcd"), map_)
    least = least_band_km(ground)
    assert least == pytest.approx(great_circle_km(np.array([[104.0, 30]]), np.array([[110.0, 30]]))[0])
    found = near(map_, rule="distance_band")
    assert found.islands == ()
    assert found.resolved == {"least_km": least, "within_km": least}
    shorter = near(map_, rule="distance_band", within=least - 0.001)
    assert shorter.islands == ("d",)
    assert shorter.resolved["least_km"] == least
    for word, more in (("inverse_distance", {"cut_off": "least"}), ("kernel", {"bandwidth": "least"})):
        assert near(map_, rule=word, **more).islands == ()


def test_inverse_distance_without_a_cut_off_links_everybody() -> None:
    map_ = frame(a=(0, 0), b=(90, 0), c=(180, 0))
    found = near(map_, rule="inverse_distance", power=2, standardisation="none")
    quarter = math.pi / 2 * EARTH_RADIUS_KM
    assert found.of("a") == pytest.approx({"b": quarter**-2, "c": (2 * quarter) ** -2})


def test_kernels_fall_from_the_centre_to_the_bandwidth() -> None:
    # Along the equator, so that half the bandwidth is half of it.
    map_ = frame(a=(0, 0), b=(1, 0), c=(2, 0), d=(2.5, 0))
    width = {"rule": "kernel", "bandwidth": 2 * DEGREE, "standardisation": "none"}
    expected = {"triangular": 0.5, "epanechnikov": 0.75 * 0.75, "bisquare": 15 / 16 * 0.5625}
    for function, half in expected.items():
        assert near(map_, function=function, **width).of("a") == pytest.approx({"b": half})  # 0 at the bandwidth
    wide = near(map_, function="gaussian", **width).of("a")
    top = 1 / math.sqrt(2 * math.pi)
    assert wide == pytest.approx(
        {"b": top * math.exp(-1 / 8), "c": top * math.exp(-1 / 2), "d": top * math.exp(-25 / 32)}
    )
    assert set(near(map_, function="gaussian", reach=0.6, **width).of("a")) == {"b"}


def test_an_adaptive_kernel_is_as_wide_as_the_place_is_empty() -> None:
    map_ = frame(a=(0, 0), b=(1, 0), c=(2, 0), d=(8, 0))
    found = near(map_, rule="kernel", k=2, standardisation="none")
    assert found.of("a") == pytest.approx({"b": 0.5})
    assert found.of("d") == pytest.approx({"c": 1 / 7})  # 6 of 7 degrees
    assert not found.symmetric


def test_an_island_is_left_or_joined_to_the_nearest() -> None:
    map_ = frame(a=(100, 30), b=(101, 30), c=(102, 30), d=(110, 30))
    band = {"rule": "distance_band", "within": 120}
    left = near(map_, **band)
    assert left.islands == ("d",)
    assert left.joined == {}
    assert left.alone.tolist() == [False, False, False, True]
    joined = near(map_, islands="nearest", **band)
    assert links(joined) == pairs("ab bc cd")
    assert joined.islands == ("d",)
    assert joined.joined == {"d": "c"}
    assert joined.of("c") == {"b": 0.5, "d": 0.5}


def test_an_island_is_joined_by_the_weakest_link_there_is() -> None:
    map_ = frame(a=(100, 0), b=(101, 0), c=(103, 0), d=(140, 0))
    found = near(map_, rule="inverse_distance", cut_off=3.1 * DEGREE, islands="nearest", standardisation="none")
    assert found.of("d") == pytest.approx({"c": 1 / (3 * DEGREE)})
    assert found.of("c")["d"] == found.of("d")["c"]


def test_two_islands_are_joined_to_each_other() -> None:
    map_ = frame(a=(100, 0), b=(100.5, 0), c=(120, 0), d=(122, 0))
    found = near(map_, rule="distance_band", within=100, islands="nearest")
    assert links(found) == pairs("ab cd")
    assert found.joined == {"c": "d", "d": "c"}


def test_a_one_way_rule_is_joined_one_way() -> None:
    # Both neighbours of d are the farthest of the two that decide its bandwidth, where the kernel is 0.
    map_ = frame(a=(0, 0), b=(-1, 0), c=(-2.5, 0), d=(3, 0), e=(6, 0), f=(7, 0), g=(8.5, 0))
    found = near(map_, rule="kernel", k=2, islands="nearest")
    assert found.islands == ("d",)
    assert found.joined == {"d": "a"}
    assert ("d", "a") in links(found)
    assert ("a", "d") not in links(found)
