"""Boundaries for display."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from geo.boundaries import read_boundaries
from geo.simplify import simplify_for_display, tolerance_of
from indicators.codes import normalise_codes


def frame_of(*shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"unit": [str(i) for i in range(len(shapes))]}, geometry=list(shapes), crs="EPSG:4326")


def ragged(x: float) -> list[tuple[float, float]]:
    """A border from south to north that strays from the meridian `x` by up to 0.05°."""
    stray = np.random.default_rng(3).uniform(0, 0.05, 400)
    return [(x + float(by), float(y)) for by, y in zip(stray, np.linspace(0, 2, 400), strict=True)]


def test_shared_borders_stay_shared() -> None:
    border = ragged(1.0)
    west = Polygon([*border, (0, 2), (0, 0)])
    east = Polygon([*border[151:], (2, 2), (2, 0), *border[:151]])  # its ring begins within the common border
    found = simplify_for_display(frame_of(west, east), 0.02).geometry.to_numpy()
    assert (shapely.get_num_coordinates(found) < 200).all()  # of 403
    assert shapely.area(shapely.intersection(*found)) == 0
    assert shapely.area(shapely.union(*found)) == pytest.approx(4, rel=1e-12)  # 2° × 2°, no gap between them
    assert shapely.length(shapely.intersection(*found)) >= 2  # the common border, vertex by vertex


def test_a_given_tolerance_decides_how_much_is_kept() -> None:
    shape = Point(0, 0).buffer(1, quad_segs=500)
    counts = [
        shapely.get_num_coordinates(simplify_for_display(frame_of(shape), tolerance).geometry[0])
        for tolerance in (0, 0.001, 0.02, 0.1)
    ]
    assert counts[0] == 2001
    assert counts == sorted(counts, reverse=True)
    assert len(set(counts)) == 4


def test_the_tolerance_follows_from_the_extent() -> None:
    assert tolerance_of(frame_of(box(73, 18, 135, 54))) == 0.02  # a country: 62°/2500 is more
    assert tolerance_of(frame_of(box(100, 30, 102.5, 31))) == pytest.approx(0.001)
    assert tolerance_of(frame_of(Point(1, 1))) == 0
    assert tolerance_of(frame_of()) == 0.02


def test_units_smaller_than_the_tolerance_keep_their_shape() -> None:
    tiny = Polygon([(10, 10), (10.001, 10), (10.0012, 10.001), (10.0005, 10.002), (10, 10.001)])
    island = box(20, 20, 20.00001, 20.00001)  # a metre: rounding to 4 decimals would leave nothing
    found = simplify_for_display(frame_of(box(0, 0, 5, 5), tiny, island), 0.02).geometry.to_numpy()
    assert shapely.area(found) == pytest.approx(shapely.area([box(0, 0, 5, 5), tiny, island]), rel=0.1)
    assert found[2].equals(island)
    assert not shapely.is_empty(found).any()


def test_points_are_left_alone_and_polygons_are_rounded() -> None:
    point = Point(100.123456789, 30.987654321)
    shape = box(100.123456, 30.123456, 105.987654, 35.987654)
    found = simplify_for_display(frame_of(point, shape)).geometry
    assert found[0].equals(point)
    assert found[1].bounds == (100.1235, 30.1235, 105.9877, 35.9877)
    assert simplify_for_display(frame_of(point, shape), decimals=1).geometry[1].bounds == (
        100.1,
        30.1,
        106,
        36,
    )


def test_a_map_of_a_park_keeps_the_metres() -> None:
    parks = [box(120 + i / 1000, 30, 120 + (i + 0.7) / 1000, 30.0005) for i in range(3)]
    found = simplify_for_display(frame_of(*parks)).geometry.to_numpy()
    assert shapely.area(found) == pytest.approx(shapely.area(parks), rel=0.01)


@pytest.mark.parametrize(
    "shapes",
    [
        [box(0, 0, 2, 2), box(1, 1, 3, 3)],  # overlapping
        [box(0, 0, 4, 4), Point(2, 2).buffer(1)],  # one inside the other
        [box(0, 0, 2, 2), box(2.001, 0, 4, 2)],  # a gap
        [box(0, 0, 1, 1), box(0, 0, 1, 1)],  # twice the same
        [Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), box(0, 0, 1, 1)],  # crossing itself
        [
            MultiPolygon([Polygon([(5, 5), (6, 5), (6, 5), (5, 5)]), box(0, 0, 1, 1)]),
            box(2, 2, 3, 3),
        ],  # GEOS refuses
    ],
)
def test_no_unit_is_lost_where_polygons_do_not_fit_together(shapes: list[Any]) -> None:
    found = simplify_for_display(frame_of(*shapes), 0.02).geometry.to_numpy()
    assert shapely.area(found) == pytest.approx(shapely.area(shapes), rel=0.1)


def test_empty_and_missing_geometry_stays() -> None:
    found = simplify_for_display(frame_of(None, Polygon(), box(0, 0, 1, 1))).geometry
    assert found[0] is None
    assert found[1].is_empty
    assert found[2].area == 1
    assert simplify_for_display(frame_of()).empty


def test_the_frame_given_is_left_alone_and_its_form_is_kept() -> None:
    frame = frame_of(Point(0, 0).buffer(1), box(3, 3, 4, 4)).set_index(pd.Index([7, 3])).rename_geometry("shape")
    before = frame.copy()
    found = simplify_for_display(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert found.columns.tolist() == ["unit", "shape"]
    assert found.index.tolist() == [7, 3]
    assert found.crs == "EPSG:4326"


def test_china_cities(shared: Path) -> None:
    folder = shared / "data/china-cities"
    codes = normalise_codes(pd.read_csv(folder / "roster.csv")["unit"]).tolist()
    frame = read_boundaries(folder / "cities.geojson", "unit", codes).frame
    shown = simplify_for_display(frame)
    own, simpler = frame.geometry.to_numpy(), shown.geometry.to_numpy()
    assert shown["unit"].tolist() == frame["unit"].tolist()
    ratio = shapely.area(simpler) / shapely.area(own)
    assert (np.abs(ratio - 1) <= 0.1).all()
    assert shapely.get_num_coordinates(simpler).sum() < 0.6 * shapely.get_num_coordinates(own).sum()
    coordinates = shapely.get_coordinates(simpler)
    assert np.array_equal(coordinates, np.round(coordinates, 4))
    # Half a pixel on a map of the country: no border moves by more than a few tolerances.
    assert shapely.hausdorff_distance(own, simpler).max() < 0.2
