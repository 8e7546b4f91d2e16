"""Common borders: corners, gaps, holes."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from geo.neighbours import Ground, Queen, find_neighbours
from tests.geo.neighbours.places import frame, links, near, pairs, scattered, squares

METRE = 1 / 111_195  # of latitude, in degrees


def test_a_board_of_squares_has_the_moves_of_queen_and_rook() -> None:
    board = squares(3)
    assert near(board, rule="queen").counts.tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert near(board, rule="rook").counts.tolist() == [2, 3, 2, 3, 4, 3, 2, 3, 2]


@pytest.mark.parametrize("word", ["queen", "rook"])
def test_a_gap_is_closed_up_to_the_snap_distance(word: str) -> None:
    south = box(110, 30, 111, 31)
    for gap, closed in ((0.8, True), (1.3, False)):
        map_ = frame(a=south, b=box(110, 31 + gap * METRE, 111, 32))
        assert bool(links(near(map_, rule=word))) == closed
        assert not links(near(map_, rule=word, snap=0))
        assert links(near(map_, rule=word, snap=2)) == pairs("ab")


@pytest.mark.parametrize("latitude", [0.0, 45.0, 70.0])
def test_the_snap_distance_is_in_metres_in_every_direction(latitude: float) -> None:
    degree = METRE / np.cos(np.radians(latitude + 0.5))  # of longitude, halfway up the border
    for gap, closed in ((9.5, True), (10.5, False)):
        map_ = frame(
            a=box(110, latitude + 0.49, 111, latitude + 0.51),
            b=box(111 + gap * degree, latitude + 0.49, 112, latitude + 0.51),
        )
        assert bool(links(near(map_, rule="queen", snap=10))) == closed


def test_a_vertex_on_a_straight_border_needs_no_vertex_opposite() -> None:
    long, upper, lower = box(110, 30, 111, 32), box(111, 31, 112, 32), box(111, 30, 112, 31)
    map_ = frame(a=long, b=upper, c=lower)
    assert links(near(map_, rule="rook", snap=0)) == pairs("ab ac bc")


def test_a_corner_with_a_gap_is_a_corner() -> None:
    map_ = frame(a=box(110, 30, 111, 31), b=box(111, 31 + 0.5 * METRE, 112, 32))
    assert links(near(map_, rule="queen")) == pairs("ab")
    assert not links(near(map_, rule="rook"))


def test_overlap_is_a_common_border() -> None:
    map_ = frame(a=box(110, 30, 111, 31), b=box(110.999, 30, 112, 31))
    for snap in (0, 1):
        assert links(near(map_, rule="queen", snap=snap)) == links(near(map_, rule="rook", snap=snap)) == pairs("ab")


def test_a_corner_that_overlaps_by_less_than_the_snap_distance_is_a_corner() -> None:
    map_ = frame(a=box(110, 30, 111, 31), b=box(111 - 0.5 * METRE, 31 - 0.5 * METRE, 112, 32))
    assert links(near(map_, rule="queen")) == pairs("ab")
    assert not links(near(map_, rule="rook"))
    assert links(near(map_, rule="rook", snap=0)) == pairs("ab")


def test_a_unit_drawn_on_top_of_another_shares_all_its_border() -> None:
    map_ = frame(a=box(110, 30, 111, 31), b=box(110.4, 30.4, 110.6, 30.6))
    for snap in (0, 1):
        assert links(near(map_, rule="rook", snap=snap)) == links(near(map_, rule="queen", snap=snap)) == pairs("ab")


def test_a_unit_in_the_hole_of_another_borders_on_it_alone() -> None:
    hole = box(110.4, 30.4, 110.6, 30.6)
    map_ = frame(a=box(110, 30, 111, 31) - hole, b=hole, c=box(111, 30, 112, 31))
    for word in ("queen", "rook"):
        assert links(near(map_, rule=word)) == pairs("ab ac")


def test_parts_apart_are_one_unit() -> None:
    parts = shapely.union_all([box(110, 30, 111, 31), box(113, 30, 114, 31)])
    map_ = frame(a=parts, b=box(111, 30, 112, 31), c=box(114, 30, 115, 31), d=box(120, 30, 121, 31))
    found = near(map_, rule="rook")
    assert links(found) == pairs("ab ac")
    assert found.islands == ("d",)
    assert found.components == 2


def test_borders_are_found_as_by_asking_every_pair() -> None:
    map_ = scattered(150).sort_values("unit", ignore_index=True)
    shapes = map_.geometry.to_numpy()
    asked = shapely.touches(shapes[:, None], shapes[None, :]) | shapely.overlaps(shapes[:, None], shapes[None, :])
    same = shapely.equals(shapes[:, None], shapes[None, :]) & ~np.eye(150, dtype=bool)
    queen = asked | same
    np.testing.assert_array_equal(near(map_, rule="queen", standardisation="none").matrix.toarray(), queen)
    length = shapely.length(shapely.intersection(shapes[:, None], shapes[None, :])) > 0
    rook = (queen & length) | same
    np.testing.assert_array_equal(near(map_, rule="rook", standardisation="none").matrix.toarray(), rook)


def test_a_unit_without_a_place_is_told() -> None:
    ground = Ground.of(["r0c0", "r0c1", "lost"], squares(2))
    found = find_neighbours(Queen(rule="queen"), ground)
    assert found.codes == ("lost", "r0c0", "r0c1")
    assert found.islands == found.unplaced == ("lost",)


def test_cities_of_china_whose_borders_overlap(shared: Path) -> None:
    # Borders overlap by centimetres here and there, so that few units merely touch; by the words of the standard
    # ("touches") 11 pairs of the 726 would be neighbours.
    map_ = gpd.read_file(shared / "data" / "china-cities" / "cities.geojson")
    map_ = map_.assign(unit=map_["unit"].astype(str)).sort_values("unit", ignore_index=True)
    shapes = map_.geometry.to_numpy()
    met = shapely.intersects(shapes[:, None], shapes[None, :]) & ~np.eye(len(shapes), dtype=bool)
    found = near(map_, rule="queen", standardisation="none")
    np.testing.assert_array_equal(found.matrix.toarray(), met)
    assert met.sum() == 2 * 726
    # The two cities of Hainan and two in Xinjiang border on no other city in the file.
    assert found.islands == ("460100", "460200", "650100", "650200")
    # Some 10 m of border within some metre of the other, by a plain buffer in degrees.
    i, j = np.nonzero(met)
    length = shapely.length(shapely.intersection(shapely.boundary(shapes[i]), shapely.buffer(shapes[j], 1e-5)))
    expected = {(found.codes[a], found.codes[b]) for a, b in zip(i[length > 1e-4], j[length > 1e-4], strict=True)}
    assert links(near(map_, rule="rook", standardisation="none")) == expected | {(b, a) for a, b in expected}
