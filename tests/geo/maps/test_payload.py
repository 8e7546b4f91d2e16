"""What the page holds: classes common to all years, numbers on two sides of a centre, links, outlines."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from geo.maps import Category, Flow, Flows, MapLayer, Overlay
from geo.maps.packing import marks, pack
from geo.maps.payload import payload, years_of
from geo.maps.payload_over import MOST_LINKS, lines_of
from tests.geo.maps.made_up import HOSTILE, ROWS, make, rich
from tests.geo.maps.reading import classes, numbers, ranges, unpack


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    return payload(rich())


@given(st.lists(st.integers(-(2**58), 2**58)))
def test_packed_numbers_come_back(given: list[int]) -> None:
    assert unpack(pack(given)) == given
    assert unpack(pack([abs(number) for number in given], signed=False), signed=False) == [abs(n) for n in given]


def test_marks_are_one_character_each() -> None:
    given = [-1, 0, 9, 10, 43, 61, 500]
    assert [ord(mark) - 48 for mark in marks(given)] == given


def test_scores_within_a_type() -> None:
    data = payload(make())
    composite = data["layers"][0]
    # By hand: five of one type, then 80 and 20 of the other (the third is off the map, but ranked: 40).
    assert classes(composite, data["type"]) == [4, 3, 2, 1, 0, 4, 0, -1, 2]
    assert ranges(composite, 0) == [(10, 10), (30, 30), (50, 50), (70, 70), (90, 90)]
    assert ranges(composite, 1) == [(20, 20), None, (40, 40), None, (80, 80)]
    assert data["type"] == [0] * 5 + [1] * 4


def test_scores_of_all_together() -> None:
    data = payload(make(within=False))
    composite = data["layers"][0]
    # By hand: 10 20 30 40 50 70 80 90 in fifths of eight: positions .5/8 … 7.5/8 times five, cut off.
    assert classes(composite, data["type"]) == [4, 3, 2, 1, 0, 4, 0, -1, 2]
    assert ranges(composite) == [(10, 20), (30, 30), (40, 50), (70, 70), (80, 90)]


def test_categories_and_their_gaps() -> None:
    data = payload(make())
    assert classes(data["layers"][2], data["type"]) == [2, 2, 1, 0, -1, -1, -1, -1, -1]
    assert classes(data["layers"][3], data["type"]) == [0, 1, -1, 0, 1, 1, -1, 0, 0]
    assert "own" not in data["layers"][3]


def test_a_merged_category_keeps_its_own_name() -> None:
    codes = [f"g{i:02d}" for i in range(len(ROWS) * 3)]
    held: dict[str, float | str | None] = dict(zip(ROWS, codes[2:], strict=False))
    layer = MapLayer("g", "g", "nominal", held, categories=tuple(Category(code, code.upper()) for code in codes))
    found = payload(make(layers=(layer,)))["layers"][0]
    assert found["own"] == [[2, 3, 4, 5, 6, 7, 8, 9, 10]]
    assert [found["labels"][i] for i in found["own"][0]][:2] == ["G02", "G03"]
    assert found["values"] == ["012345678"]  # the legend holds only those that occur


def test_missing_numbers_are_no_numbers() -> None:
    values: dict[str, float | str | None] = {"01": float("nan"), "02": float("inf"), "03": None, "04": 1.0}
    layer = payload(make(layers=(MapLayer("composite", "c", "score", values),)))["layers"][0]
    assert numbers(layer) == [None, None, None, 1.0, *[None] * 5]


@pytest.mark.parametrize("kind", ["score", "number"])
@pytest.mark.parametrize(
    "held",
    [[0.0, 1e-12], [1e300, -1e300], [1e300, 1e300 * (1 + 1e-9)], [-5.0, -5.0], [0.0], [1e16, 1.0], [3e-9, 7e-9], []],
)
def test_no_number_is_too_large_or_too_small(kind: Any, held: list[float]) -> None:
    values: dict[str, float | str | None] = dict(zip(ROWS, held, strict=False))
    layer = payload(make(layers=(MapLayer("x", "x", kind, values),)))["layers"][0]
    back = [number for number in numbers(layer) if number is not None]
    span = max(held, default=0) - min(held, default=0) or max(map(abs, held), default=0)
    # scores are shown with a fixed number of decimals, numbers with four significant digits of their span
    close = max(span * 1e-4, 1e-5 if kind == "score" else 0)
    assert back == [pytest.approx(number, abs=close, rel=1e-9) for number in held]


def test_every_year_has_the_same_classes(data: dict[str, Any]) -> None:
    assert data["years"] == [2017, 2018, 2019]
    assert data["year"] == 2
    layer = data["layers"][0]
    assert layer["years"] == [0, 1, 2]
    assert numbers(layer, 0) == [10, 30, 50, 70, 90, 20, 80, None, 60]
    assert numbers(layer, 1) == [50, 50, 50, 50, 50, 50, 50, None, 50]
    # By hand, type 0: 10 30 50 70 90 twice and 50 five times, n = 15; 10s: 5·2/30 = 0, 30s: 5·6/30 = 1,
    # 50s: 5·15/30 = 2, 70s: 5·24/30 = 4, 90s: 5·28/30 = 4.
    assert classes(layer, data["type"], 2)[:5] == [4, 4, 2, 1, 0]
    assert classes(layer, data["type"], 0)[:5] == [0, 1, 2, 4, 4]
    assert classes(layer, data["type"], 1)[:5] == [2] * 5
    assert data["layers"][1]["years"] is None
    assert [unpack(text, signed=False) for text in data["ranks"][0]] == [[0] * 9, [5, 4, 0, 0, 0, 0, 0, 3, 2]]
    assert unpack(data["ranks"][2][1], signed=False)[:2] == [1, 2]


def test_a_category_of_one_year_stands_in_the_legend_of_all() -> None:
    categories = (Category("a", "A"), Category("b", "B"), Category("c", "C"))
    layer = MapLayer("s", "S", "nominal", {"01": "c"}, "state", categories=categories, by_year={2018: {"01": "a"}})
    found = payload(make(layers=(layer,)))["layers"][0]
    assert [entry["label"] for entry in found["legend"]] == ["A", "C"]
    assert [text[0] for text in found["values"]] == ["0", "1"]


def test_numbers_on_two_sides_of_a_centre(data: dict[str, Any]) -> None:
    layer = data["layers"][4]
    # By hand: −0.4 −0.3 −0.2 −0.1 in thirds of four: 0 1 1 2 (positions 1/8, 3/8, 5/8, 7/8 of three); 0 alone.
    assert classes(layer, data["type"], 1)[:7] == [1, 1, 2, 3, 4, 5, 5]
    assert classes(layer, data["type"], 0)[:3] == [6, 0, -1]
    assert ranges(layer)[3] == (0, 0)
    assert layer["unit"] == "t/km²"
    assert len({entry["colour"] for entry in layer["legend"]}) == 7


def test_numbers_without_a_centre_are_divided_into_fifths(data: dict[str, Any]) -> None:
    layer = data["layers"][5]
    assert len(layer["legend"]) == 5
    assert numbers(layer) == [10.0 * i for i in range(9)]


def test_links_by_strength(data: dict[str, Any]) -> None:
    trade, wind = data["flows"]
    assert trade["years"] == [0, 2]
    # a link with itself is left out; the strongest stands first
    assert trade["value"] == [[8], [10, 4, 2, 1]]
    assert [unpack(text, signed=False) for text in trade["start"]] == [[4], [0, 5, 0, 1]]
    assert [unpack(text, signed=False) for text in trade["end"]] == [[0], [5, 0, 8, 4]]
    assert trade["count"] == [1, 4]
    assert (trade["unit"], trade["note"]) == ("GWh", "跨区输电")
    assert wind["years"] is None


def test_many_links_are_cut_at_the_weakest_and_counted() -> None:
    codes = list(ROWS)
    pairs = [(a, b) for a in codes for b in codes if a != b]
    links = tuple(Flow(*pairs[i % len(pairs)], float(i + 1)) for i in range(MOST_LINKS + 5))
    found = payload(rich(flows=(Flows("x", "x", links),)))["flows"][0]
    assert len(found["value"][0]) == MOST_LINKS
    assert min(found["value"][0]) == 6
    assert found["count"] == [MOST_LINKS + 5]
    backwards = payload(rich(flows=(Flows("x", "x", links[::-1]),)))["flows"][0]
    assert backwards == found


def test_links_to_who_is_not_assessed_are_left_out() -> None:
    links = (Flow("01", "99", 3.0), Flow("01", "02", 0.0))
    assert payload(rich(flows=(Flows("x", "x", links),)))["flows"][0]["value"] == [[]]


def test_outlines_with_and_without_names(data: dict[str, Any]) -> None:
    line, basin = data["overlays"]
    assert [shape["label"] for shape in line["shapes"]] == ["北岭", ""]
    assert "polygons" in line["shapes"][0]
    assert "points" in line["shapes"][1]
    assert "lines" in basin["shapes"][0]
    gap = gpd.GeoDataFrame({"label": [None, "a"]}, geometry=[Point(), None], crs="EPSG:4326")
    assert payload(rich(overlays=(Overlay("o", "o", gap),)))["overlays"][0]["shapes"] == []


def test_every_overlay_has_a_line_of_its_own() -> None:
    shapes = gpd.GeoDataFrame(geometry=[Point(1, 1)], crs="EPSG:4326")

    def lines(*kinds: str) -> list[int]:
        return lines_of([Overlay(str(i), kind, shapes, kind=kind) for i, kind in enumerate(kinds)])

    assert lines("basin", "red_line", "airshed") == [2, 0, 1]
    assert lines("other", "other", "other") == [3, 4, 2]
    assert lines("basin", "basin", "airshed") == [2, 4, 1]
    assert sorted(lines("basin", "basin", "basin", "other", "red_line")) == [0, 1, 2, 3, 4]
    assert len(lines(*["other"] * 12)) == 12


def test_years_come_from_layers_and_links() -> None:
    bare = rich(layers=make().layers, flows=())
    assert years_of(bare) == [2019]
    linked = replace(bare, flows=(Flows("x", "x", (), {2001: (Flow("01", "02", 1.0),)}),))
    assert years_of(linked) == [2001, 2019]
    assert payload(linked)["flows"][0]["years"] == [0]


def test_hostile_texts_are_data_like_others() -> None:
    data = payload(rich(hostile=True))
    assert data["flows"][0]["label"] == HOSTILE[1]
    assert data["overlays"][0]["shapes"][0]["label"] == HOSTILE[2]
    assert data["layers"][4]["label"] == HOSTILE[0]
