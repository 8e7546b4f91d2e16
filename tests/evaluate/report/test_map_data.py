"""What the map is given of a run: every layer, every unit, nothing that a reader must not compare."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from evaluate.report.map_data import drawable, map_data
from evaluate.results import Results
from geo.maps import Flow, MapData, MapLayer, render_map
from indicators.errors import InputError
from tests.evaluate.report.builder import NASTY, make

RANK_YEAR = 2020


def placed(results: Results, points: bool = False) -> Results:
    """Add places for all units but the second, and states of one co-control measure."""
    units = list(results.units["unit"])
    shapes: list[Any] = [box(100 + i % 6, 30 + i // 6, 101 + i % 6, 31 + i // 6) for i in range(len(units))]
    if points:
        shapes = [shape.centroid for shape in shapes]
    frame = gpd.GeoDataFrame({"unit": units}, geometry=shapes, crs="EPSG:4326").drop(index=1)
    states = ["both_fall", "carbon_only", "pollutant_only", "both_rise"]
    rows = [
        (unit, year, "co_control(co2; so2)", output, value)
        for i, unit in enumerate(units[:8])
        for year in (RANK_YEAR - 1, RANK_YEAR)
        for output, value in (("quadrant", states[(i + RANK_YEAR - year) % 4]), ("signed_distance", 0.1))
    ]
    measures = pd.DataFrame(rows, columns=["unit", "year", "measure", "output", "value"])
    return replace(results, geometry=frame, measures=measures)


def linked(results: Results) -> Results:
    """Add a table of links of two years and one that holds for every year, and one that the map does not draw."""
    rows = [
        ("trade", "0001", "0003", RANK_YEAR, 5.0), ("trade", "0003", "0001", RANK_YEAR, 1.0),
        ("trade", "0001", "0003", RANK_YEAR - 1, 2.0), ("wind", "0004", "0002", None, None),
        ("hidden", "0001", "0003", None, 1.0), ("trade", "0001", "0003", 1999, 9.0), ("old", "0001", "0003", 1999, 9.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["name", "from", "to", "year", "value"]).astype({"year": "Int64"})
    links = {
        "trade": {"path": "t.csv", "value": "v", "unit_of_measure": "1e4 t", "label": {"zh": "贸易", "en": "Trade"}},
        "wind": {"path": "w.csv"},
        "hidden": {"path": "h.csv", "draw": False},
        "old": {"path": "o.csv"},
    }
    manifest = {**results.manifest, "assessment": {**results.manifest["assessment"], "links": links}}
    return replace(results, manifest=manifest, spatial={"links": table})


def layer(data: MapData, code: str) -> MapLayer:
    return next(found for found in data.layers if found.code == code)


@pytest.fixture(scope="module")
def results() -> Results:
    return placed(make())


@pytest.fixture(scope="module")
def data(results: Results) -> MapData:
    return map_data(results, "zh")


def test_every_layer_in_order(data: MapData) -> None:
    assert [(found.code, found.group, found.kind, found.depth) for found in data.layers] == [
        ("composite", "score", "score", 0),
        ("carbon", "score", "score", 1),
        ("other", "score", "score", 1),
        ("air", "score", "score", 2),
        ("growth", "score", "score", 2),
        ("grade", "class", "ordinal", 0),
        ("tier", "class", "ordinal", 0),
        ("co_control(co2; so2)", "state", "nominal", 0),
        ("type", "cohort", "nominal", 0),
        ("batch", "cohort", "nominal", 0),
        ("<b>region", "cohort", "nominal", 0),
    ]
    assert [found.label for found in data.layers[:5]] == ["综合得分", "降碳", "其他", "减污", "增长"]


def test_scores_are_those_of_the_rank_year(data: MapData, results: Results) -> None:
    table = results.scores[results.scores["year"] == RANK_YEAR].set_index("unit")
    for code in ("composite", "air"):
        assert layer(data, code).values == table[code].to_dict()
        assert "0024" not in layer(data, code).values


def test_words(data: MapData, results: Results) -> None:
    assert data.title == "城市减污降碳协同增效评价 <i>"
    assert data.notice == "示范数据，纯属虚构 <b>"
    assert data.subtitle == "手工指标体系"
    english = map_data(results, "en")
    assert english.subtitle == "Handmade framework"
    assert dict(english.type_labels) == {"mine": "Resource", "mill": "Industrial"}
    assert map_data(placed(make(notice=False)), "en").notice is None


def test_types_that_may_not_be_compared_are_coloured_by_themselves(data: MapData) -> None:
    assert all(found.within_type for found in data.layers if found.kind == "score")
    assert "不可直接比较" in data.layers[0].note
    assert layer(data, "grade").note
    assert data.profiles["0001"].rank is None
    assert data.profiles["0001"].rank_in_type is not None


def test_types_that_may_be_compared() -> None:
    results = placed(make(comparable=True))
    data = map_data(results, "en")
    assert not any(found.within_type for found in data.layers)
    assert not layer(data, "grade").note
    ranks = results.ranking().set_index("unit")["rank"]
    assert {unit: data.profiles[unit].rank for unit in ranks.index} == ranks.to_dict()


def test_grades_that_no_unit_has_keep_their_colour(data: MapData, results: Results) -> None:
    assert [c.label for c in layer(data, "grade").categories] == ["差", "中", "好"]
    ranking = results.ranking().set_index("unit")
    assert layer(data, "grade").values == {unit: str(grade) for unit, grade in ranking["grade"].items()}


def test_many_tiers_end_in_one() -> None:
    results = placed(make(units=60, typed=False))
    assert results.robustness is not None
    robust = results.robustness.assign(tier=results.robustness["rank_in_type"])
    tiers = layer(map_data(replace(results, robustness=robust), "en"), "tier")
    assert [c.label for c in tiers.categories][::6] == ["Tier 7 and below", "Tier 1"]
    by_rank = robust.set_index("rank_in_type")["unit"]
    assert [tiers.values[by_rank[rank]] for rank in (1, 6, 7, 8, 58)] == ["1", "6", "7", "7", "7"]


def test_states_of_the_rank_year(data: MapData) -> None:
    found = layer(data, "co_control(co2; so2)")
    assert found.label == "减污降碳协同状态"
    assert [found.values.get(f"000{i}") for i in range(1, 6)] == [
        "both_fall", "carbon_only", "pollutant_only", "both_rise", "both_fall",
    ]  # fmt: skip
    assert "0009" not in found.values
    assert len({c.colour for c in found.categories}) == 4
    assert "与基准年 2016 年相比" in found.note


def test_cohorts_with_gaps(data: MapData) -> None:
    batch = layer(data, "batch")
    assert [c.code for c in batch.categories] == ["2010", "2013"]
    assert "0003" not in batch.values
    assert batch.missing == "未注明"


def test_years_as_numbers_are_years() -> None:
    results = placed(make())
    units = results.units.assign(batch=[float("nan"), 2013.0, 2010.0] * 8)
    batch = layer(map_data(replace(results, units=units), "en"), "batch")
    assert [c.code for c in batch.categories] == ["2010", "2013"]
    assert batch.values["0002"] == "2013"


def test_profiles(data: MapData, results: Results) -> None:
    assert set(data.profiles) == set(results.units["unit"])
    assert results.robustness is not None
    row = results.robustness.set_index("unit").loc["0005"]
    profile = data.profiles["0005"]
    assert profile.rank_in_type == row["rank_in_type"]
    assert profile.interval == (row["p05"], row["p95"])
    assert profile.tier == row["tier"]
    assert profile.grade in ("差", "中", "好")
    assert map_data(results, "en").profiles["0005"].grade in ("poor", "fair", "good")
    assert profile.notes == ()


def test_why_a_unit_has_no_score_and_which_are_capped(data: MapData) -> None:
    assert data.profiles["0024"].rank_in_type is None
    assert data.profiles["0024"].notes == ("无得分：has 1 of 3 indicators, 80% are required",)
    assert data.profiles["0003"].notes == ("veto: <b>above</b> 5; capped at 60",)


def test_without_boundaries_there_is_no_map() -> None:
    with pytest.raises(InputError) as caught:
        map_data(make(), "zh")
    assert "边界" in caught.value.render("zh")
    assert "boundaries" in caught.value.render("en")


def test_a_bare_run() -> None:
    bare = placed(make(typed=False, robust=False, cohorts=False, nasty=False), points=True)
    manifest = {**bare.manifest, "methodology": {}}
    scores = bare.scores.assign(grade=pd.NA, grade_label=pd.NA)
    empty = bare.measures.iloc[:0]
    data = map_data(replace(bare, manifest=manifest, scores=scores, measures=empty), "en")
    assert [found.code for found in data.layers] == ["composite", "carbon", "other", "air", "growth"]
    assert dict(data.type_labels) == {}
    assert not any(found.within_type for found in data.layers)
    assert data.profiles["0001"].grade == ""
    assert data.profiles["0001"].interval is None
    assert set(data.frame.geom_type) == {"Point"}
    assert "<!DOCTYPE html>" in render_map(data)


def test_places_are_simplified_and_in_degrees(results: Results) -> None:
    assert results.geometry is not None
    elsewhere = replace(results, geometry=results.geometry.to_crs("EPSG:3857"))
    frame = map_data(elsewhere, "en").frame
    assert frame.crs == "EPSG:4326"
    assert frame.total_bounds == pytest.approx([100, 30, 106, 34])
    circle = Point(103, 32).buffer(3, quad_segs=2000)
    round_one = replace(results, geometry=gpd.GeoDataFrame({"unit": ["0001"]}, geometry=[circle], crs="EPSG:4326"))
    assert len(map_data(round_one, "en").frame.geometry.iloc[0].exterior.coords) < 1000


def test_many_points_are_thinned_further(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = Point(103, 32).buffer(20, quad_segs=5000)
    frame = gpd.GeoDataFrame({"unit": ["0001"]}, geometry=[circle], crs="EPSG:4326")
    fine = drawable(frame).geometry.count_coordinates().sum()
    monkeypatch.setattr("evaluate.report.map_data._POINTS", fine - 1)
    assert drawable(frame).geometry.count_coordinates().sum() < 0.8 * fine


def test_tiles_come_from_the_assessment() -> None:
    results = placed(make())
    address = "https://tile.example.org/{z}/{x}/{y}.png"
    manifest = {**results.manifest, "outputs": {**results.manifest["outputs"], "tiles": address}}
    assert map_data(results, "en").tiles is None
    assert map_data(replace(results, manifest=manifest), "en").tiles == address


def test_the_page_keeps_every_name(data: MapData) -> None:
    page = render_map(data)
    assert page.count("<script") == 4
    assert "<img" not in page
    assert sum(name in set(data.units["name"]) for name in NASTY) == len(NASTY)


def test_scores_grades_and_states_of_every_year(data: MapData, results: Results) -> None:
    years = set(results.scores["year"]) - {RANK_YEAR}
    assert years
    for code in ("composite", "air"):
        found = layer(data, code)
        assert set(found.by_year) == years
        for year in years:
            table = results.scores[results.scores["year"] == year].set_index("unit")
            assert found.by_year[year] == table[code].to_dict()
    assert set(layer(data, "grade").by_year) == years
    states = layer(data, "co_control(co2; so2)")
    assert [states.by_year[RANK_YEAR - 1].get(f"000{i}") for i in range(1, 4)] == [
        "carbon_only", "pollutant_only", "both_rise",
    ]  # fmt: skip
    for alone in ("tier", "type", "batch"):
        assert not layer(data, alone).by_year


def test_ranks_of_further_years(data: MapData, results: Results) -> None:
    year = RANK_YEAR - 1
    table = results.scores[results.scores["year"] == year].set_index("unit")
    held = {unit: profile.ranks[year] for unit, profile in data.profiles.items() if year in profile.ranks}
    assert held == {unit: (None, int(rank)) for unit, rank in table["rank_in_type"].items()}
    assert all(RANK_YEAR not in profile.ranks for profile in data.profiles.values())


def test_links_that_the_map_draws(results: Results) -> None:
    trade, wind = map_data(linked(results), "zh").flows
    assert (trade.label, trade.unit_of_measure) == ("贸易", "万吨")
    assert trade.links == (Flow("0001", "0003", 5.0), Flow("0003", "0001", 1.0))
    assert trade.by_year == {RANK_YEAR - 1: (Flow("0001", "0003", 2.0),)}
    assert (wind.label, wind.links, wind.by_year) == ("wind", (Flow("0004", "0002", 1.0),), {})
    assert "按 1 计" in wind.note
    assert map_data(results, "zh").flows == ()


def test_scores_that_hold_within_a_year_say_so(results: Results, data: MapData) -> None:
    assert "各年份为参照" not in data.layers[0].note
    methodology = results.manifest["methodology"]
    yearly = {**methodology, "normalisation": {**methodology["normalisation"], "reference": "year"}}
    changed = map_data(replace(results, manifest={**results.manifest, "methodology": yearly}), "zh")
    assert "标准化以各年份为参照" in changed.layers[0].note
