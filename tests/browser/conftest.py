"""Maps opened in a real browser without a network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo.maps import MapData, render_map
from tests.conftest import Record
from tests.geo.maps.made_up import rich

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Open = Callable[..., "Page"]


@pytest.fixture
def opened(page: "Page", tmp_path: Path) -> Open:
    """Open a map; the `page` fixture then fails on any error and on any request that leaves the page."""

    def open_map(data: MapData) -> "Page":
        path = tmp_path / "map.html"
        path.write_text(render_map(data), encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector("#map_units[data-ready]", timeout=10_000)
        page.locator("#panel-button").click()  # with ranking and profile beside it, a click opens no card on the map
        return page

    return open_map


@pytest.fixture(scope="package")
def rich_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The made-up map in Chinese, in English, and with names that try to break out."""
    folder = tmp_path_factory.mktemp("maps")
    made = {"zh": rich(), "en": rich(language="en"), "hostile": rich(hostile=True)}
    found = {}
    for name, data in made.items():
        path = folder / f"{name}.html"
        path.write_text(render_map(data), encoding="utf-8")
        found[name] = path.as_uri()
    return found


@pytest.fixture(scope="module")
def one_page(browser: "Browser") -> "Iterator[tuple[Page, Record]]":
    """One page for all tests: opening a browser's window costs more than what is tried in it."""
    context = browser.new_context(offline=True, viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page, record = context.new_page(), Record()
    record.follow(page)
    yield page, record
    context.close()


@pytest.fixture
def opened_rich(one_page: "tuple[Page, Record]", rich_files: dict[str, str]) -> Iterator[Open]:
    """Open a map anew; the test fails on any error and on any request that leaves the page."""
    page, record = one_page
    for kept in (record.requests, record.page_errors, record.console_errors):
        kept.clear()

    def open_map(name: str = "zh") -> "Page":
        page.goto(rich_files[name])
        page.wait_for_selector("#map_units[data-ready]", timeout=10_000)
        return page

    yield open_map
    said = (record.leaving, record.page_errors, record.console_errors)
    assert said == ([], [], [])
