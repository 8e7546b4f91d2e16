"""The page of a comparison in a real browser with its network cut off."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Page, expect

from tests.conftest import Record
from tests.evaluate.report.builder import NASTY
from tests.evaluate.report.test_comparison_page import page as content

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def opened(page: Page, tmp_path: Path) -> Open:
    """Open the page; the `page` fixture then fails on any error and on any request that leaves the page."""

    def open_page(language: str = "en") -> Page:
        path = tmp_path / "comparison.html"
        path.write_text(content(language), encoding="utf-8")
        page.goto(path.as_uri())
        return page

    return open_page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_opens_without_a_network(opened: Open, record: Record, language: str) -> None:
    page = opened(language)
    assert len(record.requests) == 1  # the file itself
    expect(page.locator("html")).to_have_attribute("lang", {"zh": "zh-CN", "en": "en-GB"}[language])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("svg.picture:visible")).to_have_count(2)


def test_hostile_names_are_read_as_they_are(opened: Open) -> None:
    page = opened()
    page.on("dialog", lambda dialog: pytest.fail(f"a name was run: {dialog.message}"))
    expect(page.locator("#units ~ .scroll th.name", has_text=NASTY[0]).first).to_be_visible()


def test_the_contents_lead_to_the_sections(opened: Open) -> None:
    page = opened()
    page.locator("nav.contents a[href='#reversals']").click()
    expect(page.get_by_role("heading", name="Units that changed places")).to_be_in_viewport()


def test_a_table_is_sorted_by_a_column(opened: Open) -> None:
    page = opened()
    table = page.locator("#units ~ .scroll table.sortable").first
    heading = table.get_by_role("columnheader", name="Difference")
    for order in ("ascending", "descending"):
        heading.click()
        expect(heading).to_have_attribute("aria-sort", order)


def test_nothing_is_wider_than_a_small_screen(opened: Open) -> None:
    page = opened("zh")
    page.set_viewport_size({"width": 400, "height": 800})
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
