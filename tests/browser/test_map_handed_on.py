"""The map handed on: as a picture, on paper, on a phone, by keyboard, with names that try to break out; no network."""

import io
import re
import zlib
from pathlib import Path

import geopandas as gpd
import matplotlib.image
import numpy as np
import pandas as pd
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect
from shapely import box

from geo.maps import Category, MapLayer
from geo.maps.colours import shades
from tests.browser.conftest import Open
from tests.browser.screen import choose
from tests.geo.maps.made_up import HOSTILE, make

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("compared", [False, True])
def test_the_view_is_saved_as_a_picture(opened_rich: Open, tmp_path: Path, compared: bool) -> None:
    page = opened_rich()
    page.get_by_role("radio", name="电力").check()
    page.get_by_role("checkbox", name="流域").check()
    if compared:
        page.get_by_role("button", name="对比").click()
    page.wait_for_timeout(150)
    with page.expect_download() as download:
        page.get_by_role("button", name="保存为图片").click()
    assert download.value.suggested_filename == "评价-综合得分-2019.png"
    path = tmp_path / "view.png"
    download.value.save_as(path)
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    picture = (matplotlib.image.imread(path)[..., :3] * 255).round().astype(int) @ [65536, 256, 1]
    height, width = picture.shape
    assert width > 1200
    assert height > 1200
    # units, links, an outline, the notice
    assert holds(picture, [*shades(5), "#111418", "#08519c", "#7a4b00"])
    assert holds(picture[:90, : width // 2], ["#1c232b"])  # the title is written
    assert holds(picture[-300:], shades(5))  # and the legend below


def holds(picture: "np.ndarray[tuple[int, ...], np.dtype[np.int_]]", colours: list[str]) -> bool:
    return bool(np.isin([int(colour[1:], 16) for colour in colours], picture).all())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_control_is_cut_off(opened_rich: Open, language: str) -> None:
    page = opened_rich(language)
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768 if width > 400 else 844})
        for button in ("#compare", "#picture", "#panel-button", "#year"):
            box = page.locator(button).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1366, "height": 768})


def test_on_a_phone_the_maps_stand_below_each_other(opened_rich: Open) -> None:
    page = opened_rich()
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="对比").click()
    first, second = page.locator("#map_units").bounding_box(), page.locator("#map_second").bounding_box()
    assert first is not None
    assert second is not None
    assert first["width"] == second["width"] == 390
    assert second["y"] > first["y"] + first["height"]
    expect(page.locator("#panel")).to_be_visible()  # below the maps
    page.set_viewport_size({"width": 1366, "height": 768})


def paper(page: Page) -> "np.ndarray[tuple[int, ...], np.dtype[np.int_]]":
    """Return red, green and blue of the picture that stands on paper in the place of the map."""
    page.set_viewport_size({"width": 1047, "height": 718})  # A4 across, without margins
    page.emulate_media(media="print")
    shot = page.locator("#paper").screenshot()
    return (matplotlib.image.imread(io.BytesIO(shot))[..., :3] * 255).round().astype(int)


def like(
    picture: "np.ndarray[tuple[int, ...], np.dtype[np.int_]]", colour: str
) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Return where a picture that was made smaller has about a colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return np.asarray((abs(picture - wanted) < 25).all(axis=-1))


def on_screen(page: Page) -> None:
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_paper_stand_map_ranking_and_profile(opened_rich: Open, language: str) -> None:
    page = opened_rich(language)
    page.locator('input[name="flow"]').nth(1).check()
    page.locator('input[name="overlay"]').first.check()
    choose(page, "甲市")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    picture = paper(page)
    drawn = [colour for i, colour in enumerate(shades(5)) if i != 3]  # no unit is in the fourth class
    for colour in (*drawn, "#111418", "#b2182b"):  # units, links, an outline
        assert like(picture, colour).any(), colour
    inside = np.any([like(picture, colour) for colour in drawn], axis=(0, 1)).nonzero()[0]
    assert abs(int(inside[0]) + int(inside[-1]) - picture.shape[1]) < 0.1 * picture.shape[1]  # in the middle
    for part in ("h1", "#notice", "#paper", "#legend h2", "#ranking tr >> nth=-1", "#profile h2", "#profile .profile"):
        expect(page.locator(part)).to_be_in_viewport()
    for part in (".tools", ".side", "#profile-close", "#ranking-type", "#map_units"):
        expect(page.locator(part)).to_be_hidden()
    assert page.locator("#ranking [data-unit]").count() == 9
    ends = page.locator("#profile .card > :last-child").bounding_box()
    assert ends is not None
    assert ends["x"] + ends["width"] <= 1047
    assert ends["y"] + ends["height"] <= 718
    on_screen(page)


def test_it_prints_on_one_page(opened: Open) -> None:
    page = opened(make())
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_a_headless_browser_prints_the_map(opened_rich: Open) -> None:
    page = opened_rich()
    document = page.pdf(prefer_css_page_size=True)  # from a page on the screen: no media query was asked before
    drawn = b"".join(_unpacked(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL))
    red, green, blue = (int(shades(5)[4][i : i + 2], 16) / 255 for i in (1, 3, 5))
    found = [[float(n) for n in fill.split()[:3]] for fill in re.findall(rb"[\d.]+ [\d.]+ [\d.]+ rg", drawn)]
    assert any(fill == pytest.approx([red, green, blue], abs=1e-3) for fill in found)
    assert drawn.count(b" l\n") > 20  # polygons, not swatches alone


def _unpacked(part: bytes) -> bytes:
    try:
        return zlib.decompress(part)
    except zlib.error:  # a picture, a font
        return b""


def test_a_long_ranking_has_columns_and_says_what_is_missing(opened: Open) -> None:
    units = [f"{i:03}" for i in range(100)]
    many = pd.DataFrame({"unit": units, "name": [f"第{i}市" for i in range(100)], "type": ""})
    layer = MapLayer("composite", "综合得分", "score", {unit: float(i) for i, unit in enumerate(units) if i > 1})
    for count, rows, rest in ((30, 30, None), (60, 60, None), (100, 71, "… 另有 27 个、无数据 2 个")):
        page = opened(make(units=many.head(count), layers=(layer,), type_labels={}, profiles={}))
        paper(page)
        assert page.locator("#ranking [data-unit]").count() == rows
        expect(page.locator("#ranking tr").last).to_be_in_viewport(ratio=1)
        columns = {round(cell["x"]) for row in page.locator("#ranking tr").all() if (cell := row.bounding_box())}
        assert len(columns) == (1 if count == 30 else 2)
        if rest:
            expect(page.locator("#ranking .rest")).to_have_text(rest)
        expect(page.locator("#ranking-note")).to_have_text("全部得分见 scores.csv。" if rest else "")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
        on_screen(page)


def test_every_type_has_its_share_of_a_long_ranking(opened: Open) -> None:
    units = [f"{i:03}" for i in range(200)]
    kinds = ["a"] * 120 + ["b"] * 70 + ["c"] * 10
    many = pd.DataFrame({"unit": units, "name": [f"第{i}市" for i in range(200)], "type": kinds})
    layer = MapLayer("composite", "综合得分", "score", {u: float(i) for i, u in enumerate(units)}, within_type=True)
    labels = {"a": "资源型", "b": "工业型", "c": "综合型"}
    page = opened(make(units=many, layers=(layer,), type_labels=labels, profiles={}))
    paper(page)
    # 72 rows in two columns: three headings, all ten of a small type, and what is left in halves
    titles = [row.inner_text() for row in page.locator("#ranking .of-type").all()]
    assert titles == ["资源型", "工业型", "综合型"]
    assert page.locator("#ranking .rest").all_inner_texts() == ["… 另有 92 个", "… 另有 42 个"]
    assert page.locator("#ranking [data-unit]").count() == 28 + 28 + 10
    for row in page.locator("#ranking tr").all():
        expect(row).to_be_in_viewport(ratio=1)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    on_screen(page)


@pytest.mark.parametrize("compared", [False, True])
def test_a_map_that_nobody_moved_fills_its_frame_on_paper(opened: Open, compared: bool) -> None:
    squares = [box(100 + i % 4, 28 + i // 4, 101 + i % 4, 29 + i // 4) for i in range(12)]
    units = [f"{i:02}" for i in range(12)]
    page = opened(
        make(
            frame=gpd.GeoDataFrame({"unit": units}, geometry=squares, crs="EPSG:4326"),
            units=pd.DataFrame({"unit": units, "name": units, "type": ""}),
            layers=(MapLayer("composite", "综合得分", "score", {u: float(i) for i, u in enumerate(units)}),),
            type_labels={}, profiles={},
        )
    )  # fmt: skip
    upright = {"width": 800, "height": 1100}  # the paper lies across
    page.set_viewport_size(upright)
    if compared:
        page.get_by_role("button", name="对比").click()
    page.wait_for_timeout(150)
    view = "[map_units.getZoom(), map_units.getCenter().lat, map_units.getCenter().lng]"
    seen = page.evaluate(view)
    page.emulate_media(media="print")  # drawn from the screen as it is, as a print is
    picture = paper(page)
    land = np.any([like(picture, colour) for colour in shades(5)], axis=0)
    assert max(land.any(axis=0).mean(), land.any(axis=1).mean()) > 0.8
    on_screen(page)
    page.set_viewport_size(upright)
    page.wait_for_timeout(150)
    assert page.evaluate(view) == pytest.approx(seen, abs=0.05)


@pytest.mark.parametrize("layer", ["within types", "categories"])
def test_a_long_legend_leaves_the_map_its_room(opened: Open, layer: str) -> None:
    units = [f"{i:02}" for i in range(60)]
    label = "类：以煤炭资源开发利用为主导产业且生态环境约束趋紧的转型发展地区"
    kinds = {f"t{i:02}": f"第{i}{label}" for i in range(12)}
    held = {unit: f"c{i % 22:02}" for i, unit in enumerate(units)}
    layers = {
        "within types": MapLayer(
            "composite", "综合得分", "score", {u: 97.0 * i % 100 for i, u in enumerate(units)}, within_type=True
        ),
        "categories": MapLayer(
            "kind", "类型", "nominal", held, "cohort",
            categories=tuple(Category(code, code + label) for code in sorted(set(held.values()))),
        ),
    }  # fmt: skip
    squares = [box(100 + i % 10, 25 + i // 10, 101 + i % 10, 26 + i // 10) for i in range(60)]
    page = opened(
        make(
            frame=gpd.GeoDataFrame({"unit": units}, geometry=squares, crs="EPSG:4326"),
            units=pd.DataFrame({"unit": units, "name": [f"第{u}市" for u in units], "type": sorted(kinds) * 5}),
            layers=(layers[layer],),
            type_labels=kinds,
            profiles={},
        )
    )
    assert page.locator("fieldset.types").evaluate("(box) => box.scrollWidth <= box.clientWidth")
    for chosen in (False, True):
        if chosen:
            page.locator("#panel-button").click()
            choose(page, "第01市")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
        assert len(paper(page)) > 200
        for part in page.locator("#legend :is(li, tbody)").all():
            expect(part).to_be_in_viewport(ratio=1)
        assert page.locator("#legend").evaluate("(box) => box.scrollWidth <= box.clientWidth + 1")
        on_screen(page)
    assert page.evaluate("getComputedStyle(document.querySelector('#legend')).zoom") == "1"


def test_every_control_is_reached_by_keyboard(opened_rich: Open) -> None:
    page = opened_rich()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate("[document.activeElement.id || document.activeElement.name, document.activeElement.tagName]")
        reached.append(at[0])
        if at[0] == "compare":
            page.keyboard.press("Space")
    expect(page.locator("#map_second")).to_be_visible()
    for name in (
        "search",
        "type",
        "layer",
        "flow",
        "overlay",
        "play",
        "year",
        "compare",
        "layer-b",
        "year-b",
        "type-b",
    ):
        assert name in reached


def test_hostile_names_stay_text(opened_rich: Open) -> None:
    page = opened_rich("hostile")
    page.on("dialog", lambda dialog: pytest.fail(f"a name was run: {dialog.message}"))
    page.locator('input[name="flow"]').nth(1).check()
    page.locator('input[name="overlay"]').first.check()
    assert page.locator(".leaflet-tooltip.place").text_content() == HOSTILE[2]
    page.locator("#ranking button").first.click()
    assert page.locator("#profile h2").text_content() == HOSTILE[0]
    assert HOSTILE[1] in str(page.locator("#profile").text_content())
    page.locator("#compare").click()
    with page.expect_download() as download:
        page.locator("#picture").click()
    assert download.value.suggested_filename.endswith("2019.png")
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 4


def test_the_policy_names_no_outside_address(opened_rich: Open) -> None:
    page = opened_rich()
    policy = str(page.locator('meta[http-equiv="Content-Security-Policy"]').get_attribute("content"))
    assert "default-src 'none'" in policy
    assert "http" not in policy.replace("http-equiv", "")
