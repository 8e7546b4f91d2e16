"""Geometry as the page holds it: nothing moves by more than rounding, shared borders stay shared."""

from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely import GeometryCollection, MultiPoint, MultiPolygon, Point, Polygon, box

from geo.maps.shapes import anchor, digits_for, encode, outlines
from tests.geo.maps.reading import unpack


def decode(shape: Any, digits: int) -> Any:
    """What the page's script makes of an encoded shape."""
    size = 10**-digits
    if isinstance(shape[0], int):
        return Point(shape[0] * size, shape[1] * size)
    polygons = []
    for rings in shape:
        read = []
        for ring in rings:
            x = y = 0
            steps = unpack(ring)
            points = []
            for dx, dy in zip(steps[::2], steps[1::2], strict=True):
                x, y = x + dx, y + dy
                points.append((x * size, y * size))
            read.append(points)
        polygons.append(Polygon(read[0], read[1:]))
    return MultiPolygon(polygons)


HOLED = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2)]])


@pytest.mark.parametrize(
    "shape",
    [box(100.12345, 30.2, 101, 31), HOLED, MultiPolygon([HOLED, box(-7, -8, -6, -7)]), Point(116.38, 39.9)],
)
def test_there_and_back(shape: Any) -> None:
    back = decode(encode(shape, 5), 5)
    assert back.equals_exact(back, 0)
    assert shapely.hausdorff_distance(back, shape) < 1e-5
    assert back.symmetric_difference(shape).area < 1e-4


def test_a_shared_border_stays_shared() -> None:
    border = [(1.00004, 0.0), (1.23456, 0.4), (0.98765, 0.9), (1.1, 1.5)]
    left = Polygon([(0, 0), *border, (0, 1.5)])
    right = Polygon([(2, 1.5), *reversed(border), (2, 0)])
    shapes = [decode(encode(one, 3), 3) for one in (left, right)]
    assert shapes[0].intersection(shapes[1]).area == pytest.approx(0, abs=1e-12)
    assert shapes[0].union(shapes[1]).area == pytest.approx(3, abs=1e-9)


def test_parts_that_round_to_nothing_are_left_out() -> None:
    both = MultiPolygon([box(0, 0, 1, 1), box(5, 5, 5.0001, 5.0001)])
    assert len(encode(both, 2)) == 1
    assert encode(box(5, 5, 5.0001, 5.0001), 2) == [500, 500]


def test_collections_are_taken_apart() -> None:
    mixed = GeometryCollection([Point(9, 9), MultiPolygon([box(0, 0, 1, 1)])])
    assert decode(encode(mixed, 2), 2).equals(MultiPolygon([box(0, 0, 1, 1)]))
    assert encode(MultiPoint([(1, 2), (3, 4)]), 1) == [10, 20]


def test_the_card_is_pinned_inside_the_largest_part() -> None:
    ring = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(1, 1), (9, 1), (9, 9), (1, 9)]])
    both = MultiPolygon([box(20, 20, 21, 21), ring])
    x, y = anchor(both, 6)
    assert ring.contains(Point(x / 1e6, y / 1e6))


@pytest.mark.parametrize(("size", "digits"), [(10.0, 4), (0.5, 4), (0.01, 5), (1e-4, 7), (1e-9, 7)])
def test_small_units_get_more_digits(size: float, digits: int) -> None:
    frame = gpd.GeoDataFrame(geometry=[box(0, 0, 20, 20), box(0, 0, size, size)], crs="EPSG:4326")
    assert digits_for(frame) == digits


def test_points_alone() -> None:
    assert digits_for(gpd.GeoDataFrame(geometry=[Point(1, 1)], crs="EPSG:4326")) == 5


def test_lines_and_points_over_the_units() -> None:
    river = shapely.MultiLineString([[(0, 0), (0.1, 0.2), (0.1, 0.2), (0.3, 0.1)], [(5, 5), (5.0001, 5)]])
    found = outlines(GeometryCollection([river, MultiPoint([(1, 2), (3, 4)]), box(0, 0, 1, 1), Polygon()]), 1)
    assert [unpack(line) for line in found["lines"]] == [[0, 0, 1, 2, 2, -1]]  # what rounds to a point is no line
    assert unpack(found["points"]) == [10, 20, 30, 40]
    assert decode(found["polygons"], 1).equals(box(0, 0, 1, 1))
    assert outlines(Polygon(), 3) == {}


def test_a_line_that_comes_back_to_its_start_keeps_its_end() -> None:
    ring = shapely.LineString([(0, 0), (1, 0), (1, 1), (0, 0)])
    assert unpack(outlines(ring, 0)["lines"][0]) == [0, 0, 1, 0, 0, 1, -1, -1]
