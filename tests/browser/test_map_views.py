"""The map's further views in a real browser without a network: years, comparison, links, outlines, ranking, picture."""

import io

import matplotlib.image
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from geo.maps import MapLayer, Overlay, payload_over
from geo.maps.colours import DIVERGING, shades
from tests.browser.conftest import Open
from tests.browser.screen import choose, colour_at, legend, painted
from tests.geo.maps.made_up import ROWS, make, rich

pytestmark = pytest.mark.browser

LOWEST, _, MIDDLE, _, HIGHEST = shades(5)


def move_year(page: Page, key: str) -> None:
    page.locator("#year").focus()
    page.keyboard.press(key)


def card(page: Page) -> dict[str, str]:
    """Return score, code line and facts of the profile beside the map."""
    box = page.locator("#profile .card")
    facts = dict(zip(box.locator("dt").all_inner_texts(), box.locator("dd").all_inner_texts(), strict=True))
    return facts | {"score": box.locator(".score > span").first.inner_text(), "code": box.locator(".code").inner_text()}


def rows(page: Page) -> list[list[str]]:
    """Return the rows of the ranking."""
    found = page.locator("#ranking tr").all()
    return [[cell.inner_text().strip() for cell in row.locator("th, td").all()] for row in found]


def test_the_slider_changes_colours_legend_and_card(opened_rich: Open) -> None:
    page = opened_rich()
    expect(page.locator("#year-shown")).to_have_text("2019")
    painted(page, 100.3, 30.7, HIGHEST)
    choose(page, "甲市")
    assert card(page)["score"] == "90.0"
    assert card(page)["资源型内名次"] == "1 / 2"
    move_year(page, "Home")
    painted(page, 100.3, 30.7, LOWEST)
    expect(page.locator("#legend h2")).to_have_text("综合得分 · 2017")
    expect(page.locator("#map_units")).to_have_attribute("data-year", "2017")
    shown = card(page)
    assert shown["score"] == "10.0"
    assert shown["code"] == "01 · 资源型 · 2017"
    assert shown["资源型内名次"] == "5 / 2"
    assert "名次区间（5%–95%）" not in shown  # known of the last year only
    assert page.locator("#profile .grade").inner_text() == "差"
    expect(page.locator("#year")).to_have_attribute("aria-valuetext", "2017")
    move_year(page, "ArrowRight")
    painted(page, 100.3, 30.7, MIDDLE)
    expect(page.locator("#status")).to_have_text("当前年份：2018")
    assert card(page)["score"] == "50.0"


def test_classes_are_those_of_all_years(opened_rich: Open) -> None:
    page = opened_rich()
    page.locator("#legend summary").click()
    limits = page.locator("#legend table").inner_text()
    move_year(page, "Home")
    assert page.locator("#legend table").inner_text() == limits
    expect(page.locator("#legend")).to_contain_text("各年份统一分级")


def test_a_layer_of_one_year_says_so(opened_rich: Open) -> None:
    page = opened_rich()
    expect(page.locator("#year-hint")).to_be_hidden()
    page.get_by_role("radio", name="降碳").check()
    expect(page.locator("#year-hint")).to_have_text("本图层仅有 2019 年结果")
    page.get_by_role("radio", name="批次").check()
    expect(page.locator("#year-hint")).to_have_text("本图层不随年份变化")


def test_the_years_can_be_played(opened_rich: Open) -> None:
    page = opened_rich()
    page.evaluate("() => { const real = window.setInterval; window.setInterval = (work) => real(work, 30); }")
    play = page.get_by_role("button", name="逐年播放")
    play.click()
    expect(page.locator("#year-shown")).to_have_text("2019")
    expect(play).to_have_attribute("aria-pressed", "false")


def test_the_subtitle_follows_the_year_that_is_shown(opened_rich: Open) -> None:
    page = opened_rich()
    subtitle = page.locator(".subtitle")
    expect(subtitle).to_have_text("2019 年 · 2019 年 8/9 个单元有得分")  # the made-up map's own subtitle is a year
    move_year(page, "Home")
    expect(subtitle).to_have_text("2019 年 · 2017 年 8/9 个单元有得分")
    page.get_by_role("radio", name="降碳").check()  # known of 2019 only
    expect(subtitle).to_have_text("2019 年 · 2019 年 8/9 个单元有得分")
    page.get_by_role("radio", name="综合得分").check()
    page.get_by_role("button", name="对比").click()
    page.locator("#year-b").select_option("2018")
    expect(subtitle).to_have_text("2019 年 · 2017 年 8/9 个单元有得分 · 2018 年 8/9 个单元有得分")


def test_names_of_outlines_never_run_into_each_other(opened: Open) -> None:
    import geopandas as gpd
    from shapely import box

    # twenty shapes upon each other, the last the largest
    shapes = [box(101 - i / 20, 29 - i / 20, 101.5 + i / 20, 29.5 + i / 20) for i in range(20)]
    names = gpd.GeoDataFrame({"label": [f"名称很长的区域{i}" for i in range(20)]}, geometry=shapes, crs="EPSG:4326")
    page = opened(rich(overlays=(Overlay("area", "区域", names),)))
    page.get_by_role("checkbox", name="区域").check()
    tips = page.locator(".leaflet-tooltip.place")
    expect(tips).to_have_count(3)  # at the middle, above and below it
    expect(tips.last).to_have_text("名称很长的区域19")
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768})
        page.wait_for_timeout(150)
        boxes = [tip.bounding_box() for tip in tips.all()]
        assert boxes
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert a is not None
                assert b is not None
                beside_each_other = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
                assert beside_each_other or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_the_course_over_the_years(opened_rich: Open) -> None:
    page = opened_rich()
    choose(page, "甲市")
    course = page.locator("#profile svg.course")
    assert course.get_attribute("aria-label") == "2017: 10.0、2018: 50.0、2019: 90.0"
    assert course.locator("circle").count() == 3


def test_two_years_side_by_side(opened_rich: Open) -> None:
    page = opened_rich()
    page.get_by_role("button", name="对比").click()
    second = page.locator("#map_second")
    expect(second).to_be_visible()
    expect(second).to_have_attribute("data-year", "2017")
    expect(page.locator("#map_units")).to_have_attribute("data-year", "2019")
    first_box, second_box = page.locator("#map_units").bounding_box(), second.bounding_box()
    assert first_box is not None
    assert second_box is not None
    assert abs(first_box["width"] - second_box["width"]) <= 1
    assert first_box["width"] > 450
    painted(page, 100.3, 30.7, HIGHEST)
    x, y = (second_box[a] - first_box[a] for a in ("x", "y"))
    assert beside(page, 100.3, 30.7, x, y) == LOWEST
    page.evaluate("map_units.panBy([60, 30], { animate: false })")
    page.wait_for_timeout(150)
    assert beside(page, 100.3, 30.7, x, y) == LOWEST  # the second map went along
    page.get_by_label("图层").last.select_option("等级")
    expect(page.locator("#legend-b h2")).to_have_text("等级 · 2017")
    expect(page.locator("#legend h2")).to_have_text("综合得分 · 2019")
    page.locator("#type-b").select_option("工业型")
    expect(second).to_have_attribute("data-shown", "3")
    expect(page.locator("#map_units")).to_have_attribute("data-shown", "8")
    page.get_by_role("button", name="对比").click()
    expect(second).to_be_hidden()


def test_a_layer_of_one_year_is_compared_in_its_own_year(opened_rich: Open) -> None:
    page = opened_rich()
    year, second = page.locator("#year-b"), page.locator("#map_second")
    page.get_by_role("radio", name="降碳").check()  # known of 2019 only
    move_year(page, "Home")
    page.get_by_role("button", name="对比").click()
    expect(page.locator("#title-a")).to_have_text("降碳 · 2019")
    expect(page.locator("#legend h2")).to_have_text("降碳 · 2019")
    expect(second).to_have_attribute("data-layer", "0")  # another layer, not the same map once more
    layer = page.locator("#layer-b")
    layer.select_option("降碳")
    expect(year).to_be_disabled()
    expect(year).to_have_value("2")
    expect(year).to_have_attribute("title", "本图层仅有 2019 年结果")
    expect(second).to_have_attribute("data-year", "2019")
    layer.select_option("批次")
    expect(year).to_be_hidden()
    layer.select_option("等级")  # of 2017 and 2019
    expect(year).to_be_enabled()
    assert year.locator("option:enabled").all_inner_texts() == ["2017", "2019"]
    assert year.get_attribute("title") is None
    layer.select_option("综合得分")
    year.select_option("2018")
    layer.select_option("等级")
    expect(second).to_have_attribute("data-year", "2019")
    expect(page.locator("#legend-b h2")).to_have_text("等级 · 2019")


def beside(page: Page, longitude: float, latitude: float, x: float, y: float) -> str:
    """Return the colour of a place of the first map as far to the side and below as the second map lies."""
    at = page.evaluate(
        "([x, y]) => { const p = map_units.latLngToContainerPoint([y, x]);"
        " const b = map_units.getContainer().getBoundingClientRect(); return [b.x + p.x, b.y + p.y]; }",
        [longitude, latitude],
    )
    shot = page.screenshot(clip={"x": round(at[0] + x), "y": round(at[1] + y), "width": 1, "height": 1})
    red, green, blue = (matplotlib.image.imread(io.BytesIO(shot))[0, 0, :3] * 255).round().astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_links_are_drawn_filtered_and_named(opened_rich: Open) -> None:
    page = opened_rich()
    container = page.locator("#map_units")
    assert container.get_attribute("data-flows") == "0"
    page.get_by_role("radio", name="电力").check()
    expect(container).to_have_attribute("data-flows", "3")  # the fourth ends at a unit without a place
    expect(page.locator("#flow-legend")).to_contain_text("已画 3 条，共 4 条")
    expect(page.locator("#flow-legend .line").first).to_have_text("10 GWh")
    ink = "document.querySelector('canvas.flows').getContext('2d').getImageData(0, 0, 2000, 2000).data.some((v) => v)"
    assert page.evaluate(ink)
    page.get_by_label("仅显示所选单元的流向").check()
    choose(page, "丁市")
    expect(container).to_have_attribute("data-flows", "0")
    choose(page, "乙市")
    expect(container).to_have_attribute("data-flows", "1")
    page.get_by_label("仅显示所选单元的流向").uncheck()
    move_year(page, "Home")
    expect(container).to_have_attribute("data-flows", "1")
    page.get_by_role("checkbox", name="资源型").uncheck()
    expect(container).to_have_attribute("data-flows", "0")
    page.locator('input[name="flow"][value="-1"]').check()
    assert not page.evaluate(ink)


def test_the_strongest_links_only(opened_rich: Open) -> None:
    page = opened_rich()
    page.get_by_role("radio", name="电力").check()
    page.evaluate("document.querySelector('#flow-most option').value = '1'")
    page.locator("#flow-most").select_option("1")
    expect(page.locator("#map_units")).to_have_attribute("data-flows", "1")
    page.locator("#flow-most").select_option("0")
    expect(page.locator("#map_units")).to_have_attribute("data-flows", "3")


def test_links_that_the_page_does_not_hold_are_told(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload_over, "MOST_LINKS", 1)
    page = opened(rich())
    page.get_by_role("radio", name="电力").check()
    said = "本页仅含该表强度最大的 1 条流向，该表共 4 条。"
    expect(page.locator("#flow-legend")).to_contain_text(said)
    page.locator("#panel-button").click()
    choose(page, "乙市")  # its link is not among them
    expect(page.locator("#profile")).to_contain_text(said)


def test_a_link_names_itself_under_the_pointer(opened_rich: Open) -> None:
    page = opened_rich()
    page.get_by_role("radio", name="电力").check()
    # the middle of the curve: halfway from 01 to 06 on the screen, and a tenth of the way to its right
    at = page.evaluate(
        """() => {
            const [a, b] = [[30.5, 100.5], [29.5, 102.5]].map((place) => map_units.latLngToContainerPoint(place));
            return { x: (a.x + b.x) / 2 - 0.1 * (b.y - a.y), y: (a.y + b.y) / 2 + 0.1 * (b.x - a.x) };
        }"""
    )
    page.locator("#map_units").hover(position=at)
    expect(page.locator(".leaflet-tooltip.of-flow")).to_have_text("甲市 → 己市：10 GWh")
    expect(page.locator(".leaflet-tooltip.of-unit")).to_be_hidden()
    page.locator("#map_units").hover(position={"x": 5, "y": 300})
    expect(page.locator(".leaflet-tooltip.of-flow")).to_have_count(0)


def test_a_profile_lists_its_links(opened_rich: Open) -> None:
    page = opened_rich()
    choose(page, "甲市")
    text = page.locator("#profile").inner_text().split("电力（GWh）")[1]
    assert text.split() == ["流出至", "己市", "10", "壬市", "2", "流入自", "己市", "4"]


def test_outlines_can_be_switched_on(opened_rich: Open) -> None:
    page = opened_rich()
    before = colour_at(page, 100.2, 29.6)
    page.get_by_role("checkbox", name="生态保护红线").check()
    expect(page.locator(".leaflet-tooltip.place")).to_have_text("北岭")
    page.wait_for_timeout(100)
    seen = {colour_at(page, 100.2, 29.5 + step / 40) for step in range(12)}
    assert "#b2182b" in seen
    page.get_by_role("checkbox", name="生态保护红线").uncheck()
    painted(page, 100.2, 29.6, before)
    expect(page.locator(".leaflet-tooltip.place")).to_have_count(0)
    samples = page.locator("[data-overlay] line").all()
    assert len({sample.get_attribute("stroke-dasharray") for sample in samples}) == 2


def test_numbers_on_two_sides_of_zero(opened_rich: Open) -> None:
    page = opened_rich()
    page.get_by_role("radio", name="系数").check()
    painted(page, 100.3, 30.7, DIVERGING[1])
    move_year(page, "Home")
    painted(page, 100.3, 30.7, DIVERGING[6])
    expect(page.locator("#legend")).to_contain_text("单位：t/km²")
    expect(page.locator("#legend")).to_contain_text("−0.3 至 −0.2")


def test_numbers_of_one_legend_have_the_same_decimals(opened: Open) -> None:
    layers = [
        MapLayer(str(numbers), str(numbers), "number", dict(zip(ROWS, numbers, strict=False)), "spatial")
        for numbers in ((44.61, 50.8, 60.25, 70.5, 80.0), (-0.8, -0.7998, 0.1, 0.25), (0.00012, 12.0, 1234.0))
    ]
    page = opened(make(layers=(make().layers[0], *layers)))
    shown = []
    for layer in layers:
        page.get_by_role("radio", name=layer.label).check()
        shown.append([text for text, _ in legend(page)[::-1] if text != "无数据"])
    assert shown[0] == ["44.61", "50.80", "60.25", "70.50", "80.00"]
    assert shown[1] == ["−0.8000", "−0.7998", "0.1000", "0.2500"]
    assert "1,234" in shown[2]  # too far apart: each as it is


def test_the_ranking_follows_layer_and_year(opened_rich: Open) -> None:
    page = opened_rich()
    assert rows(page) == [
        ["资源型"], ["1", "甲市", "90.0"], ["2", "乙市", "70.0"], ["3", "丙市", "50.0"], ["4", "丁市", "30.0"],
        ["5", "戊市", "10.0"], ["工业型"], ["1", "己市", "80.0"], ["2", "壬市", "40.0"], ["3", "庚园区", "20.0"],
        ["–", "辛市", "无得分"],
    ]  # fmt: skip
    heading = page.locator("#ranking-heading")
    expect(heading).to_have_text("排名")
    move_year(page, "Home")
    assert rows(page)[1] == ["1", "戊市", "90.0"]
    page.locator("#ranking-type").select_option("工业型")
    assert [row[1] for row in rows(page)] == ["庚园区", "壬市", "己市", "辛市"]
    page.get_by_role("radio", name="比重").check()
    page.locator("#ranking-type").select_option("-1")
    assert [row[1] for row in rows(page)][:2] == ["壬市", "辛市"]
    assert {row[0] for row in rows(page)} == {"–"}  # neither high nor low is good: no rank
    expect(heading).to_have_text("评价单元一览")
    expect(page.locator("#ranking-value")).to_have_text("%")
    page.locator("#ranking-value").click()
    assert [row[1] for row in rows(page)][:2] == ["甲市", "乙市"]
    expect(page.locator("#ranking-table th[aria-sort='ascending']")).to_have_count(1)


def test_a_row_of_the_ranking_selects_the_unit(opened_rich: Open) -> None:
    page = opened_rich()
    choose(page, "壬市")  # it has no place, but is ranked
    expect(page.locator("#profile h2")).to_have_text("壬市")
    before = page.evaluate("map_units.getZoom()")
    page.locator("#ranking").get_by_role("button", name="甲市").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#profile h2")).to_have_text("甲市")
    expect(page.locator("#ranking tr[aria-current]")).to_contain_text("甲市")
    assert page.evaluate("map_units.getZoom()") == before
    assert page.locator(".leaflet-popup").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator("#profile .card")).to_have_count(0)
    expect(page.locator("#profile-empty")).to_be_visible()


def test_a_click_on_the_map_shows_the_profile_beside_it(opened_rich: Open) -> None:
    page = opened_rich()
    point = page.evaluate("() => map_units.latLngToContainerPoint([30.7, 101.3])")
    page.locator("#map_units").click(position={"x": point["x"], "y": point["y"]})
    expect(page.locator("#profile h2")).to_have_text("乙市")
    page.get_by_role("button", name="关闭").click()
    expect(page.locator("#profile .card")).to_have_count(0)
