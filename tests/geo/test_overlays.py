"""Overlays: shares against geopandas in Albers' projection, and what a map draws of them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, box

from geo.overlays import VERTICES, for_display, in_one_frame, shares_of

ALBERS = "+proj=aea +lat_1=30 +lat_2=34 +lat_0=32 +lon_0=111 +ellps=WGS84"


def frame(**shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"unit": pd.Series(list(shapes), dtype="str")}, geometry=list(shapes.values()), crs=4326)


def parts(*shapes: tuple[str, object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"part": [name for name, _ in shapes]}, geometry=[s for _, s in shapes], crs=4326)


def test_shares_are_those_of_geopandas() -> None:
    rng = np.random.default_rng(2)
    units = frame(
        **{f"u{i}{j}": box(110 + i / 2, 31 + j / 2, 110.5 + i / 2, 31.5 + j / 2) for i in range(4) for j in range(3)}
    )
    blobs = shapely.buffer(shapely.points(np.column_stack([rng.uniform(110, 112, 9), rng.uniform(31, 32.5, 9)])), 0.3)
    shapes = parts(*zip(["north", "south", "north", "", "east"] * 2, blobs, strict=False))
    found = shares_of(units, shapes).set_index(["unit", "part"])

    def km2(geometry: gpd.GeoSeries) -> pd.Series:
        return geometry.segmentize(0.005).to_crs(ALBERS).area / 1e6

    for part in ("", "north", "south", "east"):
        own = shapes if part == "" else shapes[shapes["part"] == part]
        whole = gpd.GeoDataFrame(geometry=[own.union_all()], crs=4326)
        pieces = gpd.overlay(units, whole, how="intersection")
        expected = km2(pieces.geometry).groupby(pieces["unit"]).sum()
        held = found.xs(part, level="part")
        np.testing.assert_allclose(
            held["area_km2"][expected.index], expected, rtol=3e-5
        )  # edges up to 0.1° long are straight in ours
        share = expected / km2(units.geometry).set_axis(units["unit"])[expected.index]
        np.testing.assert_allclose(held["share"][expected.index], share, rtol=3e-5)
        outside = set(units["unit"]) - set(expected.index)
        assert (held["state"].reindex(sorted(outside)).dropna() == "outside").all()
        assert set(held.index) == (set(units["unit"]) if part == "" else set(expected.index))


def test_states_and_the_order_of_rows() -> None:
    units = frame(c=Point(0.5, 0.5), b=box(0, 0, 1, 1), a=box(2, 0, 3, 1), d=Point(9, 9))
    found = shares_of(units, parts(("x", box(-1, -1, 1, 1)), ("y", box(0.9, 0, 2.5, 1)), ("z", box(1, 0, 2, 1))))
    assert found[["unit", "part", "state"]].to_numpy().tolist() == [
        ["a", "", "partly"], ["a", "y", "partly"],
        ["b", "", "inside"], ["b", "x", "inside"], ["b", "y", "partly"],
        ["c", "", "inside"], ["c", "x", "inside"],
        ["d", "", "outside"],
    ]  # fmt: skip
    assert found["share"].round(9).tolist()[:2] == [0.5, 0.5]  # z only touches a
    assert found["share"].isna().tolist()[5:] == [True] * 3
    turned = shares_of(units.iloc[::-1], parts(("y", box(0.9, 0, 2.5, 1)), ("x", box(-1, -1, 1, 1))))
    pd.testing.assert_frame_equal(turned, found)


def test_a_border_that_is_redrawn_a_little_leaves_no_sliver() -> None:
    units = frame(a=box(0, 0, 1, 1), b=box(1, 0, 2, 1))
    found = shares_of(units, parts(("", box(1e-8, 0, 1 + 1e-8, 1))))
    assert found["state"].tolist() == ["inside", "outside"]


def test_lines_and_points_hold_nothing() -> None:
    units = frame(a=box(0, 0, 1, 1))
    assert shares_of(units, parts(("river", LineString([(0, 0), (1, 1)])), ("", Point(0, 0)))).empty


def test_what_is_drawn_is_cut_off_far_away_and_kept_small() -> None:
    rng = np.random.default_rng(4)
    coast = LineString(np.column_stack([np.linspace(-100, 100, 200_000), rng.normal(0, 0.05, 200_000)]))
    shown = for_display({"coast": parts(("", coast))}, (0, 0, 1, 1), 0.0001)["coast"]
    assert shapely.get_num_coordinates(shown.geometry.to_numpy()).sum() <= VERTICES
    west, _, east, _ = shown.total_bounds
    assert (west, east) == pytest.approx((-1, 2), abs=0.01)
    far = for_display({"far": parts(("x", box(50, 50, 51, 51)))}, (0, 0, 1, 1), 0.001)["far"]
    assert far.empty


def test_one_frame_holds_all_in_their_order() -> None:
    units = frame(a=box(0, 0, 1, 1))
    over = {"line": parts(("", LineString([(0, 0), (1, 1)]))), "basin": parts(("x", box(0, 0, 0.5, 1)))}
    found = in_one_frame(over, units)
    assert found.columns.tolist() == ["overlay", "part", "geometry"]
    assert found["overlay"].tolist() == ["line", "basin"]
    assert found.crs.to_epsg() == 4326
