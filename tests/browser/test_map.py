"""The map in a real browser with its network cut off: what a reader sees and can do."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, expect

from geo.maps import render_map
from geo.maps.colours import NOMINAL, shades
from tests.browser.conftest import Open
from tests.browser.screen import colour_at, legend, painted
from tests.conftest import Record
from tests.geo.maps.made_up import HOSTILE, make

pytestmark = pytest.mark.browser

LIGHT, _, _, _, DARK = shades(5)
LAND = "#e4e8ec"


def choose_layer(page: Page, label: str) -> None:
    page.locator("fieldset.layers").get_by_text(label, exact=True).click()


def search(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="查找单元").fill(text)
    page.keyboard.press("Enter")


def test_the_units_are_drawn_in_the_colours_of_the_legend(opened: Open) -> None:
    page = opened(make())
    expect(page).to_have_title("评价")
    expect(page.locator("#map_units")).to_have_attribute("data-drawn", "8")
    painted(page, 100.5, 30.5, DARK)  # 01, best of its type
    painted(page, 101.5, 29.5, LIGHT)  # 05, last of its type
    painted(page, 102.5, 29.5, DARK)  # 06, best of the other type with a lower score
    painted(page, 100.5, 28.5, LIGHT)  # 07, a point
    expect(page.locator("#legend h2")).to_have_text("综合得分")
    assert legend(page) == [
        ("最高", "2 个"),
        ("较高", "1 个"),
        ("居中", "2 个"),
        ("较低", "1 个"),
        ("最低", "2 个"),
        ("无得分", "1 个"),
    ]


def test_a_unit_without_a_score_is_hatched(opened: Open) -> None:
    page = opened(make())
    page.wait_for_timeout(200)
    seen = {colour_at(page, 101.5 + step / 100, 28.5) for step in range(12)}
    assert len(seen) > 2
    assert not seen & set(shades(5))


def test_the_layer_switch_changes_colours_and_legend(opened: Open) -> None:
    page = opened(make())
    choose_layer(page, "等级")
    painted(page, 100.5, 30.5, shades(3)[2])
    painted(page, 100.5, 29.5, shades(3)[0])
    expect(page.locator("#legend h2")).to_have_text("等级")
    assert legend(page) == [("好", "2 个"), ("中", "1 个"), ("差", "1 个"), ("无数据", "5 个")]
    choose_layer(page, "批次")
    painted(page, 100.5, 30.5, NOMINAL[0])
    painted(page, 101.5, 30.5, NOMINAL[1])
    assert legend(page) == [("2010", "4 个"), ("2013", "3 个"), ("未注明", "2 个")]
    expect(page.locator("#map_units")).to_have_attribute("data-layer", "3")


def test_scores_of_comparable_types_show_their_ranges(opened: Open) -> None:
    page = opened(make(within=False))
    assert [label for label, _ in legend(page)] == [
        "80.0–90.0",
        "70.0–70.0",
        "40.0–50.0",
        "30.0–30.0",
        "10.0–20.0",
        "无得分",
    ]
    assert page.locator("#legend details").count() == 0


def test_the_limits_of_each_type_can_be_unfolded(opened: Open) -> None:
    page = opened(make())
    expect(page.locator("#legend table")).to_be_hidden()
    page.locator("#legend summary").click()
    rows = [
        [cell.inner_text() for cell in row.locator("th, td").all()] for row in page.locator("#legend tbody tr").all()
    ]
    assert rows[2:] == [["工业型"], ["20.0–20.0", "–", "40.0–40.0", "–", "80.0–80.0"]]
    choose_layer(page, "降碳")
    expect(page.locator("#legend table")).to_be_visible()


def test_the_filter_hides_the_units_of_a_type(opened: Open) -> None:
    page = opened(make())
    page.get_by_role("checkbox", name="资源型").uncheck()
    painted(page, 100.5, 30.5, LAND)
    painted(page, 102.5, 29.5, DARK)
    expect(page.locator("#map_units")).to_have_attribute("data-shown", "3")
    assert dict(legend(page))["最高"] == "1 个"
    expect(page.locator("#legend")).to_contain_text("仅显示：工业型")
    clicked(page, 100.5, 30.5)
    assert page.locator(".leaflet-popup").count() == 0
    page.get_by_role("checkbox", name="资源型").check()
    painted(page, 100.5, 30.5, DARK)
    page.get_by_role("checkbox", name="工业型").uncheck()
    painted(page, 100.5, 28.5, "#f2f4f7")  # a point leaves nothing behind


def clicked(page: Page, longitude: float, latitude: float) -> None:
    """Click a place of the map."""
    point = page.evaluate("([x, y]) => map_units.latLngToContainerPoint([y, x])", [longitude, latitude])
    page.locator("#map_units").click(position={"x": point["x"], "y": point["y"]})


def test_a_click_opens_the_card_of_a_unit(opened: Open) -> None:
    page = opened(make())
    clicked(page, 101.5, 30.5)
    card = page.locator(".leaflet-popup .card")
    expect(card.locator("h2")).to_have_text("乙市")
    expect(card.locator(".code").first).to_have_text("02 · 资源型")
    expect(card.locator(".big")).to_have_text("70.0")
    expect(card.locator(".grade")).to_have_text("好")
    facts = dict(zip(card.locator("dt").all_inner_texts(), card.locator("dd").all_inner_texts(), strict=True))
    assert facts == {
        "资源型内名次": "2 / 2",
        "名次区间（5%–95%）": "2–4",
        "梯队": "第 2 梯队",
        "批次": "2013",
    }
    assert card.locator(".profile li").all_inner_texts() == ["降碳\n30.0"]
    bar = card.locator("svg rect").nth(1)
    assert float(str(bar.get_attribute("width"))) == pytest.approx(30)
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_the_tooltip_names_the_unit(opened: Open) -> None:
    page = opened(make())
    point = page.evaluate("() => map_units.latLngToContainerPoint([30.5, 101.5])")
    page.locator("#map_units").hover(position={"x": point["x"], "y": point["y"]})
    expect(page.locator(".leaflet-tooltip")).to_have_text("乙市 70.0")


def test_search_by_name_and_by_code_opens_the_card(opened: Open) -> None:
    page = opened(make())
    field = page.get_by_role("combobox")
    field.fill("市")
    expect(page.get_by_role("option")).to_have_count(8)
    search(page, "庚")
    expect(page.locator(".leaflet-popup h2")).to_have_text("庚园区")
    before = page.evaluate("map_units.getZoom()")
    search(page, "06")
    expect(page.locator(".leaflet-popup h2")).to_have_text("己市")
    assert page.evaluate("map_units.getBounds().contains([29.5, 102.5])")
    assert before >= 9
    field.fill("没有这个")
    expect(page.get_by_role("option")).to_have_text("没有匹配的单元")
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup h2")).to_have_text("己市")


def test_search_shows_a_type_that_was_hidden(opened: Open) -> None:
    page = opened(make())
    page.get_by_role("checkbox", name="资源型").uncheck()
    search(page, "甲市")
    expect(page.locator(".leaflet-popup h2")).to_have_text("甲市")
    expect(page.get_by_role("checkbox", name="资源型")).to_be_checked()


def test_units_off_the_map_have_a_card_too(opened: Open) -> None:
    page = opened(make())
    search(page, "壬市")
    card = page.locator("details[data-unit] .card")
    expect(card.locator("h2")).to_have_text("壬市")
    expect(card.locator(".big")).to_have_text("40.0")
    assert page.locator(".leaflet-popup").count() == 0


def test_why_a_unit_has_no_score(opened: Open) -> None:
    page = opened(make())
    search(page, "辛市")
    card = page.locator(".leaflet-popup .card")
    expect(card.locator(".score")).to_have_text("无得分")
    expect(card.locator(".remark")).to_have_text("无得分：缺数据")
    assert card.locator(".profile").count() == 0


def test_hostile_names_stay_text(opened: Open) -> None:
    page = opened(make(hostile=True))
    for unit, name in zip(("01", "02", "07"), HOSTILE, strict=False):
        search(page, unit)
        heading = page.locator(".leaflet-popup h2")
        expect(heading).to_be_visible()
        assert heading.text_content() == name
    search(page, "09")
    assert page.locator("details[data-unit] h2").text_content() == HOSTILE[3]
    page.keyboard.press("Escape")
    choose = page.locator('input[name="layer"]')
    for position in range(4):
        choose.nth(position).check()
    assert HOSTILE[0] in str(page.locator("#legend").text_content())
    page.locator("#map_units").hover()
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 4


def test_the_policy_stops_what_is_not_ours(opened: Open, record: Record) -> None:
    page = opened(make())
    page.evaluate(
        """() => {
            window.ran = false;
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const image = document.createElement("img");
            image.src = "https://example.org/a.png";
            document.body.append(image);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is False
    assert len(record.console_errors) == 2
    assert all("Content Security Policy" in said for said in record.console_errors)
    record.console_errors.clear()
    # Playwright names a request that the policy stopped; none was sent.
    record.requests[:] = [address for address in record.requests if "example.org" not in address]


def focused(page: Page) -> dict[str, Any]:
    """Return what has the focus, and whether that can be seen."""
    found: dict[str, Any] = json.loads(
        page.evaluate(
            """() => {
                const at = document.activeElement;
                const style = getComputedStyle(at);
                const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
                return JSON.stringify({ tag: at.tagName, id: at.id, name: at.name || "", value: at.value, seen });
            }"""
        )
    )
    return found


def test_everything_works_by_keyboard_alone(opened: Open) -> None:
    page = opened(make())
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        at = focused(page)
        assert at["seen"] or at["tag"] == "BODY", at
        reached.append(at["id"] or at["name"] or at["tag"])
        if at["name"] == "type":
            page.keyboard.press("Space")
            expect(page.locator(f'input[name="type"][value="{at["value"]}"]')).not_to_be_checked()
            page.keyboard.press("Space")
        if at["name"] == "layer":
            page.keyboard.press("ArrowDown")
            expect(page.locator("#legend h2")).to_have_text("降碳")
            page.keyboard.press("ArrowUp")
    for name in ("search", "type", "layer", "SUMMARY", "map_units", "legend"):
        assert name in reached
    page.get_by_role("combobox").focus()
    page.keyboard.press("ArrowDown")  # an empty field lists all
    expect(page.get_by_role("option")).to_have_count(9)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("乙市")
    assert page.get_by_role("combobox").get_attribute("aria-activedescendant") == "found-1"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="乙市")).to_be_visible()
    expect(page.locator(".leaflet-popup h2")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="关闭")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    expect(page.get_by_role("combobox")).to_be_focused()


def test_the_notice_is_always_in_sight(opened: Open) -> None:
    page = opened(make())
    for media in ("screen", "print"):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        expect(page.get_by_text("示例数据")).to_be_in_viewport()


def test_on_paper_the_map_has_its_title_and_legend(opened: Open) -> None:
    page = opened(make())
    page.set_viewport_size({"width": 1047, "height": 718})  # A4 across, without margins
    page.emulate_media(media="print")
    for part in ("h1", "#legend h2", "#legend table", "#paper"):
        expect(page.locator(part)).to_be_in_viewport()
    for part in (".side", ".leaflet-control-zoom"):
        expect(page.locator(part)).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1047
    page.emulate_media(media="screen")
    expect(page.locator("#legend table")).to_be_hidden()


def test_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(render_map(make()), encoding="utf-8")
    context = browser.new_context(
        offline=True, viewport={"width": 360, "height": 740}, has_touch=True, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#map_units[data-ready]")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("fieldset.layers")).to_be_hidden()
    page.get_by_role("button", name="图层与筛选").tap()
    expect(page.locator("fieldset.layers")).to_be_visible()
    page.get_by_text("降碳", exact=True).tap()
    expect(page.locator("#legend h2")).to_have_text("降碳")
    page.get_by_role("button", name="图层与筛选").tap()
    search(page, "甲市")
    box = page.locator(".leaflet-popup-content-wrapper").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    page.locator(".leaflet-popup").get_by_role("button", name="关闭").tap()
    expect(page.locator("#map_units")).to_be_focused()  # not the field, which would call up keys
    context.close()


def test_small_polygons_far_apart_are_dots_until_one_zooms_in(opened: Open) -> None:
    import geopandas as gpd
    from shapely import box

    data = make()
    shapes = [box(x, y, x + 0.02, y + 0.02) for x, y in zip(range(100, 108), range(28, 36), strict=True)]
    frame = gpd.GeoDataFrame({"unit": list(data.frame["unit"])}, geometry=shapes, crs="EPSG:4326")
    page = opened(make(frame=frame))
    pixel = page.evaluate("(map_units.getBounds().getEast() - map_units.getBounds().getWest()) / map_units.getSize().x")
    assert 3 * pixel > 0.02
    painted(page, 100.01 + 5 * pixel, 28.01, DARK)
    zoom = page.evaluate("map_units.getZoom()")
    point = page.evaluate("map_units.latLngToContainerPoint([28.01, 100.01])")
    page.locator("#map_units").hover(position={"x": point["x"], "y": point["y"]})
    expect(page.locator(".leaflet-tooltip")).to_have_text("甲市 90.0")
    page.evaluate("map_units.setZoom(map_units.getZoom() + 5, { animate: false })")
    expect(page.locator(".leaflet-tooltip")).to_have_count(0)  # the dot went from under the pointer
    page.evaluate("(zoom) => map_units.setZoom(zoom, { animate: false })", zoom)
    clicked(page, 100.01, 28.01)
    expect(page.locator(".leaflet-popup h2")).to_have_text("甲市")
    search(page, "甲市")
    assert page.evaluate("map_units.getZoom()") > zoom
    moved = page.locator("#map_units canvas").first.evaluate("(canvas) => canvas.style.transform")
    assert "." not in moved  # by whole pixels: parts of one would blur it
    page.keyboard.press("Escape")
    painted(page, 100.001, 28.001, DARK)  # the corner of the polygon itself
    painted(page, 99.999, 27.999, "#f2f4f7")


def test_tiles_are_asked_for_where_the_policy_allows_them(opened: Open, record: Record) -> None:
    page = opened(make(tiles="https://tile.example.org/{z}/{x}/{y}.png"))
    page.wait_for_timeout(300)
    assert record.leaving
    assert all(address.startswith("https://tile.example.org/") for address in record.leaving)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("底图：tile.example.org")
    expect(page.locator(".leaflet-control-attribution")).not_to_contain_text("OpenStreetMap")
    assert all("ERR_INTERNET_DISCONNECTED" in said for said in record.console_errors)
    record.console_errors.clear()
    record.requests.clear()


def test_the_cities_of_china(opened: Open, shared: Path) -> None:
    import geopandas as gpd
    import pandas as pd

    from geo.maps import MapLayer
    from geo.simplify import simplify_for_display, tolerance_of

    folder = shared / "data" / "china-cities"
    frame = gpd.read_file(folder / "cities.geojson")[["unit", "geometry"]]
    roster = pd.read_csv(folder / "roster.csv", dtype=str)
    scores: list[float] = np.random.default_rng(1).uniform(1, 100, len(roster)).tolist()
    values: dict[str, float | str | None] = dict(zip(roster["unit"], scores, strict=True))
    data = make(
        frame=simplify_for_display(frame, tolerance_of(frame) / 2),
        units=roster[["unit", "name", "type"]],
        layers=(MapLayer("composite", "综合得分", "score", values),),
        type_labels={},
    )
    page = opened(data)
    expect(page.locator("#map_units")).to_have_attribute("data-drawn", "295")
    spent = page.evaluate("performance.getEntriesByType('measure').find((m) => m.name === 'map').duration")
    assert spent < 2000  # stated for two cores; some 200 ms there
    search(page, "唐山市")
    expect(page.locator(".leaflet-popup .code")).to_have_text("130200 · resource")
