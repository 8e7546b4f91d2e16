"""Shifts found against reference points: points and polygons, noise, wrong points, and no false alarm."""

import geopandas as gpd
import numpy as np
import pytest

from geo.crs.shift_seen import LEAST, displacement, metres
from geo.crs.shifted import Shift, shifted, unshifted
from geo.crs.systems import centres

SYSTEMS: tuple[Shift, ...] = ("GCJ-02", "BD-09")
DEGREE = 111_195.0
"""Metres of a degree of latitude on the sphere."""


@pytest.fixture(scope="module")
def cities(shared) -> np.ndarray:
    frame = gpd.read_file(shared / "data/china-cities/cities.geojson")
    return centres(frame.geometry.make_valid())


def parks(count: int = 24, seed: int = 3) -> np.ndarray:
    """Parks of one province, scattered over 3°."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(118.5, 121.5, count), rng.uniform(31.0, 34.0, count)])


def noisy(places: np.ndarray, metres_: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, metres_ / DEGREE, places.shape)
    noise[:, 0] /= np.cos(np.radians(places[:, 1]))
    return places + noise


@pytest.mark.parametrize("system", SYSTEMS)
def test_parks_as_points(system: Shift) -> None:
    # A gate against the middle of a park: about 100 m.
    found = displacement(shifted(parks(), system), noisy(parks(), 100, 1))
    assert found is not None
    assert (found.shift, found.shifted, found.count) == (system, True, 24)
    assert found.share == pytest.approx(1, abs=0.15)
    assert found.rest_m < 250 < found.median_m


def test_parks_that_are_not_shifted_say_nothing() -> None:
    for seed in range(50):
        assert displacement(parks(seed=seed), noisy(parks(seed=seed), 100, seed)) is None


@pytest.mark.parametrize("system", SYSTEMS)
def test_wrong_reference_points_among_right_ones(system: Shift) -> None:
    references = noisy(parks(), 100, 1)
    references[:5] += 0.5  # 50 km off
    found = displacement(shifted(parks(), system), references)
    assert found is not None
    assert found.shift == system


@pytest.mark.parametrize("system", SYSTEMS)
def test_cities_as_polygons_with_published_middles(cities: np.ndarray, system: Shift) -> None:
    # Middles of the same areas by another generalisation: half a kilometre.
    found = displacement(shifted(cities, system), noisy(cities, 500, 2))
    assert found is not None
    assert (found.shift, found.shifted) == (system, True)
    assert found.share == pytest.approx(1, abs=4 * found.error)
    assert displacement(cities, noisy(cities, 500, 2)) is None


def test_seats_of_government_hide_the_shift_and_raise_no_alarm(cities: np.ndarray) -> None:
    for seed in range(20):
        seats = noisy(cities, 20_000, seed)
        assert displacement(shifted(cities, "GCJ-02"), seats) is None
        assert displacement(cities, seats) is None


def test_a_constant_offset_of_another_datum_is_no_shift(cities: np.ndarray) -> None:
    # Beijing 1954 against WGS 84 lies about 50 to 100 m off, the same way everywhere nearby.
    assert displacement(cities + np.array([80.0, -40.0]) / DEGREE, noisy(cities, 20, 5)) is None


@pytest.mark.parametrize("system", SYSTEMS)
def test_coordinates_brought_back_though_they_were_not_shifted(system: Shift) -> None:
    found = displacement(unshifted(parks(), system), noisy(parks(), 50, 4))
    assert found is not None
    assert (found.shift, found.shifted) == (system, False)
    assert found.share == pytest.approx(-1, abs=0.1)


def test_few_places_or_places_abroad_say_nothing() -> None:
    few = parks(LEAST - 1)
    assert displacement(shifted(few, "GCJ-02"), few) is None
    abroad = parks() - np.array([115.0, -10.0])
    assert displacement(abroad + 0.005, abroad) is None
    assert displacement(np.empty((0, 2)), np.empty((0, 2))) is None


def test_missing_reference_points_are_left_out() -> None:
    references = parks()
    references[::2] = np.nan
    found = displacement(shifted(parks(), "GCJ-02"), references)
    assert found is not None
    assert found.count == 12


def test_the_order_of_places_does_not_matter() -> None:
    places, references = shifted(parks(), "GCJ-02"), noisy(parks(), 100, 1)
    order = np.random.default_rng(0).permutation(len(places))
    assert displacement(places[order], references[order]) == displacement(places, references)


def test_metres_east_and_north() -> None:
    # A degree of latitude on the sphere of radius 6371.0088 km is 111.195 km; of longitude at 60° half of it.
    way = metres(np.array([[10.0, 60.0]]), np.array([[11.0, 60.0]]))
    assert way[0] == pytest.approx([55_597.5, 0], abs=0.5)
