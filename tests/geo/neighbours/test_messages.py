"""Every message about neighbours, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from shapely import box

from indicators.errors import InputError
from indicators.spec import Spec, build
from indicators.texts import catalogue
from tests.geo.neighbours.places import Rule, frame, near, squares

FAR = frame(a=(100, 30), b=(101, 30), c=(104, 30))
MANY = [f"u{at:04d}" for at in range(6001)]
GDP = {"gdp": {"a": 1.0, "b": 2.0, "c": 3.0}}


class Holder(Spec):
    """A configuration that holds a rule."""

    neighbours: Rule


def configured(**raw: Any) -> Callable[[], object]:
    return lambda: build(Holder, {"neighbours": raw})


def on(places: Any, columns: Any = None, **raw: Any) -> Callable[[], object]:
    return lambda: near(places, columns, **raw)


CASES: dict[str, tuple[Callable[[], object], str, str]] = {
    "kernel_width": (
        configured(rule="kernel", k=3, bandwidth=100),
        "neighbours: a kernel needs either bandwidth (fixed, in km) or k (adaptive), and only one of them",
        "neighbours: 核函数须写明 bandwidth（固定带宽，km）或 k（自适应带宽）之一，且只写一个",
    ),
    "kernel_reach": (
        configured(rule="kernel", k=3, function="bisquare", reach=2),
        "neighbours: reach belongs to gaussian alone; the kernel bisquare ends at its bandwidth",
        "neighbours: reach 只用于 gaussian；bisquare 核在带宽处即为 0",
    ),
    "kernel_empty": (
        on(FAR, rule="kernel", k=1),
        "with k = 1 the kernel gives no neighbour any strength",
        "k 为 1 时核函数不给任何邻近单元权重",
    ),
    "no_places": (
        on(squares(1), rule="queen"),
        "units with a place: 1; at least two are needed",
        "有位置的评价单元只有 1 个；至少需要两个",
    ),
    "too_few_units": (
        on(FAR, rule="k_nearest", k=3),
        "3 neighbours are asked for, but there are only 2 other units with a place",
        "每个评价单元要有 3 个邻近单元，但有位置的其他单元只有 2 个",
    ),
    "nobody_near": (
        on(FAR, rule="distance_band", within=50),
        "no unit has a neighbour within 50 km; for every unit to have one, at least 288.9 km are needed",
        "50 km 以内没有任何评价单元有邻近单元；要使每个单元都有邻近单元，至少需要 288.9 km",
    ),
    "no_width": (
        on(frame(a=(1, 1), b=(1, 1), c=(2, 2)), rule="kernel", k=1),
        "the adaptive bandwidth of a is 0: as many as 1 other unit(s) lie at the same place; units concerned: 2",
        "评价单元 a 的第 1 个最近单元与其在同一位置，自适应带宽为 0；共 2 个评价单元如此",
    ),
    "no_least": (
        on(frame(a=(1, 1), b=(1, 1), c=(2, 2), d=(2, 2)), rule="kernel", bandwidth="least"),
        "every unit has another one at its place, so that `least` is 0 km; state `bandwidth` in km",
        "每个评价单元都有另一个在同一位置，least 为 0 km；请写明 bandwidth 的千米数",
    ),
    "no_border": (
        on(frame(park=(100, 30), a=box(100, 30, 101, 31), b=box(101, 30, 102, 31)), rule="rook"),
        "units drawn as points have no border: 1 (park); use k_nearest or distance_band",
        "有 1 个评价单元以点表示，没有边界可以相邻：park；请改用 k_nearest 或 distance_band",
    ),
    "too_many_links": (
        lambda: near(None, {"gdp": dict.fromkeys(MANY, 1.0)}, codes=MANY, rule="economic", column="gdp"),
        "6001 units have about 36,006,000 links, for which it takes about 2160 MB; above 36,000,000",
        "6001 个评价单元约有 36,006,000 条邻近联系，约需 2160 MB 内存；超过 36,000,000 条时须写明 force: true",
    ),
    "too_few_values": (
        on(FAR, {"gdp": {"a": 1.0}}, rule="economic_geographic", column="gdp"),
        "units with a value in the column 'gdp': 1; at least two are needed",
        "列“gdp”中有值的评价单元只有 1 个，至少需要两个",
    ),
    "constant_column": (
        on(FAR, {"gdp": dict.fromkeys("abc", 0.1)}, rule="economic", column="gdp"),
        "all values of the column 'gdp' are 0.1, so that nobody is nearer than anybody else",
        "列“gdp”的值都是 0.1，无法据此区分远近",
    ),
}


def test_every_message_has_its_case() -> None:
    assert set(CASES) == set(catalogue("neighbours"))


@pytest.mark.parametrize("key", CASES)
def test_the_message(key: str) -> None:
    provoke, english, chinese = CASES[key]
    with pytest.raises(InputError) as caught:
        provoke()
    assert f"neighbours.{key}" in [fault.text_key for fault in caught.value.faults]
    assert english in caught.value.render("en")
    assert chinese in caught.value.render("zh")


def test_the_distance_that_a_message_offers_is_long_enough() -> None:
    board = squares(3)
    with pytest.raises(InputError) as caught:
        near(board, rule="distance_band", within=1)
    offered = float(str(caught.value.faults[0].values["least"]))
    assert near(board, rule="distance_band", within=offered).islands == ()
