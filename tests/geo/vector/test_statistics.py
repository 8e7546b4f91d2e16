"""Features over units: against geopandas and shapely in another projection, and pyproj's geodesics.

Nothing is expected from our own output: overlays come from `geopandas.overlay`, areas from Albers' projection,
lengths and distances from `pyproj.Geod` vertex by vertex, buffers from UTM.
"""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geo.vector.statistics import covered_km2, statistic_of
from geo.vector.terms import NATIVE, STATISTICS, native

GEOD = Geod(ellps="WGS84")
ALBERS = "+proj=aea +lat_1=30 +lat_2=36 +lat_0=33 +lon_0=112 +ellps=WGS84"
UTM = "EPSG:32649"


def frame(**shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"unit": pd.Series(list(shapes), dtype="str")}, geometry=list(shapes.values()), crs=4326)


def features(*shapes: Any) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes), crs=4326)


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    """Twelve bent polygons around 112° E, 33° N that share their borders."""
    rng = np.random.default_rng(3)
    places = shapely.MultiPoint(np.column_stack([rng.uniform(111, 113, 12), rng.uniform(32, 34, 12)]))
    ground = box(111, 32, 113, 34)
    cells = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(places, extend_to=ground)), ground)

    def bend(xy: Any) -> Any:
        return np.column_stack([xy[:, 0] + 0.03 * np.sin(9 * xy[:, 1]), xy[:, 1] + 0.02 * np.sin(11 * xy[:, 0])])

    bent = shapely.transform(shapely.segmentize(cells, 0.02), bend)
    return gpd.GeoDataFrame({"unit": [f"u{n:02}" for n in range(12)]}, geometry=bent, crs=4326)


@pytest.fixture(scope="module")
def drawn() -> dict[str, gpd.GeoSeries]:
    """Points, lines and overlapping areas over the units and around them."""
    rng = np.random.default_rng(5)
    places = np.column_stack([rng.uniform(110.5, 113.5, 150), rng.uniform(31.5, 34.5, 150)])
    walks = places[:60, None, :] + rng.normal(0, 0.12, (60, 9, 2)).cumsum(axis=1)
    areas = shapely.buffer(shapely.points(places[:50]), rng.uniform(0.02, 0.2, 50))
    return {
        "points": gpd.GeoSeries(shapely.points(places), crs=4326),
        "lines": gpd.GeoSeries(shapely.linestrings(walks), crs=4326),
        "areas": gpd.GeoSeries(areas, crs=4326),
    }


def albers_km2(shapes: gpd.GeoSeries) -> Any:
    """Areas in Albers' projection, edges cut so that they stay straight in degrees."""
    return (shapes.segmentize(0.002).to_crs(ALBERS).area / 1e6).to_numpy()


# --- against other programs


def test_counts_are_those_of_geopandas(units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries]) -> None:
    held = gpd.sjoin(gpd.GeoDataFrame(geometry=drawn["points"]), units, predicate="within")
    expected = held["unit"].value_counts().reindex(units["unit"], fill_value=0)
    found = statistic_of("count", units, drawn["points"])
    assert found.tolist() == expected.tolist()
    assert found.sum() < len(drawn["points"])  # some lie outside
    density = statistic_of("density", units, drawn["points"])
    np.testing.assert_allclose(density, expected / albers_km2(units.geometry), rtol=1e-6)


def test_weights_are_summed(units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries]) -> None:
    weight = np.random.default_rng(1).uniform(-2, 5, len(drawn["points"]))
    held = gpd.sjoin(gpd.GeoDataFrame({"w": weight}, geometry=drawn["points"]), units, predicate="within")
    expected = held.groupby("unit")["w"].sum().reindex(units["unit"], fill_value=0)
    np.testing.assert_allclose(statistic_of("count", units, drawn["points"], weight=weight), expected, rtol=1e-12)


def test_lengths_are_geodesics_of_the_overlay(units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries]) -> None:
    lines = gpd.GeoDataFrame({"w": np.arange(60.0)}, geometry=drawn["lines"])
    pieces = gpd.overlay(lines, units, how="intersection", keep_geom_type=True)
    km = [GEOD.geometry_length(piece) / 1000 for piece in pieces.geometry]
    expected = pd.Series(km).groupby(pieces["unit"]).sum().reindex(units["unit"], fill_value=0)
    # where a line crosses itself the overlay has a vertex more, which is not quite on the geodesic
    np.testing.assert_allclose(statistic_of("length", units, drawn["lines"]), expected, rtol=1e-7)
    weighed = (pd.Series(km) * pieces["w"]).groupby(pieces["unit"]).sum().reindex(units["unit"], fill_value=0)
    found = statistic_of("length", units, drawn["lines"], weight=np.arange(60.0))
    np.testing.assert_allclose(found, weighed, rtol=1e-7)
    per_area = statistic_of("length_per_area", units, drawn["lines"])
    np.testing.assert_allclose(per_area, expected / albers_km2(units.geometry), rtol=1e-6)


def test_areas_are_those_of_the_dissolved_overlay(units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries]) -> None:
    whole = gpd.GeoDataFrame(geometry=[drawn["areas"].union_all()], crs=4326)
    pieces = gpd.overlay(units, whole, how="intersection")
    expected = pd.Series(albers_km2(pieces.geometry), index=pieces["unit"]).groupby(level=0).sum()
    expected = expected.reindex(units["unit"], fill_value=0)
    # edges that are straight in degrees are not so in either projection
    np.testing.assert_allclose(statistic_of("area", units, drawn["areas"]), expected, rtol=1e-5)
    share = statistic_of("area_share", units, drawn["areas"])
    np.testing.assert_allclose(share, expected / albers_km2(units.geometry), rtol=1e-5)
    assert share.between(0, 1).all()


@pytest.mark.parametrize("kind", ["points", "lines", "areas"])
def test_shares_within_a_distance_are_those_of_buffers_in_utm(
    units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries], kind: str
) -> None:
    chosen = drawn[kind][:40]
    metres, ground = chosen.segmentize(0.02).to_crs(UTM), units.geometry.segmentize(0.02).to_crs(UTM)
    near = metres.buffer(6000, quad_segs=64).union_all()
    expected = ground.intersection(near).area / ground.area
    found = statistic_of("share_within", units, chosen, distance=6.0)
    # our circles have 64 edges and lie at most 0.2 % within theirs; the scale of UTM is off by up to 0.1 %
    np.testing.assert_allclose(found, expected, atol=1e-4, rtol=4e-3)
    assert (found > 0).any()


@pytest.mark.parametrize("kind", ["points", "lines", "areas"])
def test_distances_from_the_centre_are_geodesics(
    units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries], kind: str
) -> None:
    chosen = drawn[kind][::5]
    places = shapely.get_coordinates(shapely.segmentize(chosen.to_numpy(), 0.0005))
    local = units.to_crs(ALBERS).centroid.to_crs(4326)
    km = [GEOD.inv(*np.broadcast_arrays(p.x, p.y, *places.T))[2].min() / 1000 for p in local]
    inside = [kind == "areas" and bool(chosen.contains(place).any()) for place in local]
    expected = np.where(inside, 0.0, km)
    # to the nearest of vertices 50 m apart, and the centre of another projection
    np.testing.assert_allclose(statistic_of("nearest_distance", units, chosen), expected, atol=0.03)


@pytest.mark.parametrize("kind", ["points", "lines", "areas"])
def test_distances_from_the_border_are_those_in_utm(
    units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries], kind: str
) -> None:
    chosen = drawn[kind][:7]
    metres, ground = chosen.segmentize(0.02).to_crs(UTM), units.geometry.segmentize(0.02).to_crs(UTM)
    expected = [metres.distance(shape).min() / 1000 for shape in ground]
    found = statistic_of("nearest_distance", units, chosen, measured_from="boundary")
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)  # the scale of UTM is off by up to 0.1 %
    assert (found == 0).any()
    assert (found > 0).any()


# --- by hand


def test_one_degree_of_the_equator() -> None:
    # a degree of longitude on the equator is 2π · 6378.137 / 360 km; half the square is covered twice
    unit = frame(a=box(0, -0.5, 1, 0.5))
    line = features(LineString([(-3, 0), (4, 0)]))
    assert statistic_of("length", unit, line)["a"] == pytest.approx(2 * np.pi * 6378.137 / 360, rel=1e-9)
    halves = features(box(0, -1, 0.5, 1), box(0, -1, 0.5, 1), box(5, 5, 6, 6))
    assert statistic_of("area_share", unit, halves)["a"] == pytest.approx(0.5, rel=1e-12)


def test_a_point_on_a_shared_border_counts_once_whatever_the_order() -> None:
    units = frame(b=box(1, 0, 2, 1), a=box(0, 0, 1, 1), c=box(2, 0, 3, 1))
    points = features(Point(1, 0.5), Point(2, 0.5), Point(2, 1), Point(9, 9))
    assert statistic_of("count", units, points).to_dict() == {"b": 2.0, "a": 1.0, "c": 0.0}
    turned = units.iloc[::-1].reset_index(drop=True)
    assert statistic_of("count", turned, points).to_dict() == {"c": 0.0, "a": 1.0, "b": 2.0}


def test_a_line_along_a_border_counts_on_both_sides() -> None:
    units = frame(a=box(0, 0, 1, 1), b=box(1, 0, 2, 1))
    found = statistic_of("length", units, features(LineString([(1, 0), (1, 1)])))
    assert found["a"] == found["b"] == pytest.approx(GEOD.line_length([1, 1], [0, 1]) / 1000)


def test_a_line_that_runs_back_over_itself_counts_twice() -> None:
    units = frame(a=box(0, 0, 1, 1), b=box(1, 0, 2, 1))
    there_and_back = LineString([(0.5, 0.5), (1.5, 0.5), (0.5, 0.5)])
    twice = MultiLineString([[(0.5, 0.5), (1.5, 0.5)], [(0.5, 0.5), (1.5, 0.5)]])
    km = GEOD.inv(0.5, 0.5, 1, 0.5)[2] / 1000
    for line in (there_and_back, twice):
        found = statistic_of("length", units, features(line, LineString([(0.1, 0.5), (0.2, 0.5)])))
        assert found["b"] == pytest.approx(2 * km, rel=1e-9)
        assert found["a"] == pytest.approx(2 * km + GEOD.inv(0.1, 0.5, 0.2, 0.5)[2] / 1000, rel=1e-9)


def test_features_of_several_parts_and_holes() -> None:
    hole = Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    units = frame(a=MultiPolygon([hole, box(5, 0, 6, 1)]))
    points = features(MultiPoint([(0.5, 0.5), (1.5, 1.5), (5.5, 0.5)]), Point(0.2, 0.2))
    assert statistic_of("count", units, points, weight=np.array([2.0, 10.0]))["a"] == 14.0  # one lies in the hole
    lines = features(MultiLineString([[(0, 1.5), (3, 1.5)], [(5, 0.5), (9, 0.5)]]))
    kept = [((0, 1.5), (1, 1.5)), ((2, 1.5), (3, 1.5)), ((5, 0.5), (6, 0.5))]
    expected = sum(GEOD.inv(*a, *b)[2] for a, b in kept) / 1000
    assert statistic_of("length", units, lines)["a"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_points_have_no_area_and_no_feature_is_nowhere_near(statistic: Any) -> None:
    units = frame(a=box(0, 0, 1, 1), p=Point(5, 5))
    nothing = statistic_of(statistic, units, features(), distance=1.0)
    assert np.isnan(nothing["p"])
    assert np.isnan(nothing["a"]) if statistic == "nearest_distance" else nothing["a"] == 0
    if statistic == "nearest_distance":
        near = statistic_of(statistic, units, features(Point(5, 6)))
        assert near["p"] == pytest.approx(GEOD.inv(5, 5, 5, 6)[2] / 1000, rel=1e-7)


def test_the_nearest_may_lie_across_the_date_line_or_beyond_the_pole() -> None:
    units = frame(a=box(179, 0, 179.9, 1), n=box(0, 89, 10, 89.5))
    points = features(Point(-179.9, 0.5), Point(175, 0.5), Point(-175, 89.2))
    found = statistic_of("nearest_distance", units, points, measured_from="boundary")
    assert found["a"] == pytest.approx(GEOD.inv(179.9, 0.5, -179.9, 0.5)[2] / 1000, rel=1e-4)
    near = min(GEOD.inv(lon, 89.5, -175, 89.2)[2] for lon in (0.0, 5.0, 10.0)) / 1000
    assert found["n"] == pytest.approx(near, rel=1e-3)
    share = statistic_of("share_within", units, points, distance=60.0)
    assert 0 < share["a"] < 1
    assert share["n"] == 0.0


def test_far_north_a_degree_is_short() -> None:
    # at 70° N a degree of longitude is 38 km: 20 km to either side of the middle is all of a unit 38 km wide
    units = frame(a=box(20, 70, 21, 70.2))
    river = features(LineString([(20.5, 69), (20.5, 71)]))
    assert statistic_of("share_within", units, river, distance=20.0)["a"] == pytest.approx(1.0, abs=1e-3)
    width = GEOD.inv(20, 70.1, 21, 70.1)[2] / 1000
    assert statistic_of("share_within", units, river, distance=5.0)["a"] == pytest.approx(10 / width, rel=3e-3)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_order_of_units_and_features_does_not_matter(
    units: gpd.GeoDataFrame, drawn: dict[str, gpd.GeoSeries], statistic: Any
) -> None:
    kind = {"count": "points", "density": "points", "length": "lines", "length_per_area": "lines"}.get(statistic)
    chosen = drawn[kind or "areas"][:30]
    one = statistic_of(statistic, units, chosen, distance=4.0)
    other = statistic_of(statistic, units.iloc[::-1], chosen[::-1], distance=4.0)
    assert one.index.tolist() == units["unit"].tolist()
    np.testing.assert_allclose(other[one.index], one, rtol=1e-9)


def test_covered_area_of_no_polygon_is_nothing() -> None:
    units = frame(a=box(0, 0, 1, 1), p=Point(5, 5))
    found = covered_km2(units, np.array([LineString([(0, 0), (1, 1)]), Point(0.5, 0.5)]))
    assert found["a"] == 0
    assert np.isnan(found["p"])


def test_every_statistic_has_its_unit_of_measure() -> None:
    assert set(NATIVE) == set(STATISTICS)
    assert native("length", "person") == "(person) * (km)"


@pytest.mark.slow
def test_many_features_take_seconds() -> None:
    # 2,850 units and 100,000 features: counts and lengths within seconds on one core
    from time import process_time

    rng = np.random.default_rng(1)
    ground = box(75, 20, 130, 50)
    places = np.column_stack([rng.uniform(75, 130, 2850), rng.uniform(20, 50, 2850)])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=ground))
    shapes = shapely.segmentize(shapely.intersection(cells, ground), 0.01)
    units = gpd.GeoDataFrame({"unit": [f"{n:04}" for n in range(len(shapes))]}, geometry=shapes, crs=4326)
    many = np.column_stack([rng.uniform(75, 130, 100_000), rng.uniform(20, 50, 100_000)])
    walks = many[:, None, :] + rng.normal(0, 0.02, (len(many), 8, 2)).cumsum(axis=1)
    points, lines = gpd.GeoSeries(shapely.points(many), crs=4326), gpd.GeoSeries(shapely.linestrings(walks), crs=4326)
    timed: list[tuple[Callable[[], Any], float]] = [
        (lambda: statistic_of("count", units, points), 3),
        (lambda: statistic_of("length", units, lines), 10),
        (lambda: statistic_of("nearest_distance", units, lines), 10),
    ]
    for work, limit in timed:
        began = process_time()
        work()
        assert process_time() - began < limit
