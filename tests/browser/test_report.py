"""The report in a real browser with its network cut off: what a reader sees and can do."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, expect

from evaluate.cohorts import compare_cohorts
from evaluate.report.cohorts_page import render_cohorts
from evaluate.report.html import render_report
from tests.conftest import Record
from tests.evaluate.report.builder import NASTY, make

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def opened(page: Page, tmp_path: Path) -> Open:
    """Open a report; the `page` fixture then fails on any error and on any request that leaves the page."""

    def open_report(language: str = "en", **options: Any) -> Page:
        path = tmp_path / "report.html"
        path.write_text(render_report(make(**options), language), encoding="utf-8")
        page.goto(path.as_uri())
        return page

    return open_report


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_opens_without_a_network(opened: Open, record: Record, language: str) -> None:
    page = opened(language, units=26)
    assert len(record.requests) == 1  # the file itself
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en-GB"}[language]
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.locator("svg.picture:visible").count() >= 5


def test_hostile_names_are_read_as_they_are(opened: Open) -> None:
    page = opened(units=26, unscored=0)
    page.on("dialog", lambda dialog: pytest.fail(f"a name was run: {dialog.message}"))
    texts = page.locator("table.ranking th.name").all_inner_texts()
    shown = {" ".join(name.split()).removesuffix(" *") for name in texts}  # the star marks a capped unit
    assert {" ".join(name.split()) for name in NASTY} <= shown


def test_the_policy_stops_whatever_would_be_put_in(opened: Open, record: Record) -> None:
    page = opened(units=4)
    stopped_by = []
    page.on("requestfailed", lambda request: stopped_by.append((request.url, request.failure)))
    page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            const button = document.createElement('button');
            button.setAttribute('onclick', 'window.ran = true');
            document.body.append(button);
            button.click();
            const picture = document.createElement('img');
            picture.src = 'https://example.org/a.png';
            document.body.append(picture);
        }"""
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran === undefined")
    stopped = " ".join(record.console_errors)
    assert "script-src" in stopped and "img-src" in stopped
    # the browser tells of the request and of the policy that kept it from being sent
    assert stopped_by == [("https://example.org/a.png", "csp")]
    assert record.leaving == ["https://example.org/a.png"]
    record.requests.clear()
    record.console_errors.clear()


def test_the_keyboard_reaches_the_contents_and_follows_them(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('nav') !== null")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = page.locator("nav a").evaluate_all("links => links.findIndex(link => link.hash === '#ranking')")
    assert before > 0
    for _ in range(before):
        page.keyboard.press("Tab")
    expect(page.locator("nav a[href='#ranking']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#ranking$"))
    expect(page.locator("#ranking")).to_be_in_viewport()


def test_the_keyboard_skips_to_the_content(opened: Open) -> None:
    page = opened()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_profile_opens_by_keyboard(opened: Open) -> None:
    page = opened()
    first = page.locator("details.profile").first
    expect(first.locator("table")).to_be_hidden()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(first.locator("table")).to_be_visible()


def test_a_ranking_is_sorted_by_keyboard_and_by_mouse(opened: Open) -> None:
    page = opened(nasty=False)
    table = page.locator("table.ranking").first
    head = table.locator("thead th", has_text="Carbon")
    head.locator("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")

    def column() -> list[float]:
        place = head.evaluate("th => th.cellIndex")
        return [float(text) for text in table.locator(f"tbody tr td:nth-child({place + 1})").all_inner_texts()]

    assert column() == sorted(column())
    head.click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert column() == sorted(column(), reverse=True)


def test_names_are_found(opened: Open) -> None:
    page = opened(nasty=False)
    page.get_by_label("Find a name or code").first.fill("city 1")
    rows = page.locator("table.ranking tbody tr:visible")
    # City 1 and City 10 to City 19 are scored
    assert rows.count() == 11
    expect(page.locator("output").first).to_have_text("11 found")
    page.get_by_label("Find a name or code").first.fill("0005")
    assert rows.count() == 1


def test_all_profiles_open_and_close(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Open all").click()
    assert page.locator("details.profile:not([open])").count() == 0
    page.get_by_role("button", name="Close all").click()
    assert page.locator("details.profile[open]").count() == 0


def test_nothing_folded_or_filtered_is_lost_on_paper(opened: Open) -> None:
    page = opened(nasty=False)
    page.get_by_label("Find a name or code").first.fill("city 1")
    page.locator("details.profile").nth(1).locator("summary").click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("table.ranking tbody tr:visible").count() == 22
    assert page.locator(".tools:visible").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("details.profile[open]").count() == 1
    assert page.locator("table.ranking tbody tr:visible").count() == 11


def test_it_prints_as_pages(opened: Open) -> None:
    assert opened().pdf(prefer_css_page_size=True).startswith(b"%PDF")


@pytest.mark.parametrize("width", [1280, 800, 390])
def test_the_page_fits_its_window(opened: Open, width: int) -> None:
    page = opened("zh", units=26)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    facts = page.locator(".facts dd").evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")
    assert max(facts) <= 0
    # a table that goes on beyond its box has a shadow at that side
    boxes = page.locator(".scroll:visible").evaluate_all(
        "all => all.map(one => [one.scrollWidth > one.clientWidth, getComputedStyle(one).backgroundAttachment])"
    )
    assert any(beyond for beyond, _ in boxes) or width > 390
    assert {drawn for _, drawn in boxes} == {"local, local, scroll, scroll"}


def test_without_a_script_everything_can_still_be_read(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_report(make(nasty=False), "en"), encoding="utf-8")
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.locator(".tools").first).to_be_hidden()
    profile = page.locator("details.profile").first
    profile.locator("summary").click()
    expect(profile.locator("table")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("details.profile").nth(3).locator("table")).to_be_visible()
    context.close()


def test_the_page_of_cohorts_opens_too(page: Page, tmp_path: Path) -> None:
    results = make()
    path = tmp_path / "cohorts.html"
    path.write_text(render_cohorts(compare_cohorts(results, "batch", runs=50), results, "zh"), encoding="utf-8")
    page.goto(path.as_uri())
    expect(page.locator("svg.picture")).to_be_visible()
    head = page.locator("table.sortable thead th").first
    head.locator("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
