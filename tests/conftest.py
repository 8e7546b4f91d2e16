"""What every test may ask for: the shared data, and a real browser whose network is cut off."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

os.environ.setdefault("MPLBACKEND", "Agg")
# Tests neither use nor fill the cache of whoever runs them; those of the cache name a folder of their own.
os.environ["CITY_SYNERGY_CACHE"] = "off"

# The same examples in every run: a failure on one machine is a failure on all. `search` looks further.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Chromium calls home by itself unless told not to.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL = ("file:", "data:", "blob:", "about:")


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data and oracles beside the checkout, or where CITY_SYNERGY_SHARED says."""
    folder = Path(os.environ.get("CITY_SYNERGY_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip(f"no shared data in {folder}; CITY_SYNERGY_SHARED may name another folder")
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's program: CITY_SYNERGY_CHROMIUM, else the first one installed."""
    named = os.environ.get("CITY_SYNERGY_CHROMIUM")
    for name in (named,) if named else BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    reason = f"no browser: none of {named or ', '.join(BROWSERS)} is installed"
    if os.environ.get("CITY_SYNERGY_REQUIRE_BROWSER", "") not in ("", "0"):
        pytest.fail(f"{reason}, and CITY_SYNERGY_REQUIRE_BROWSER asks for one", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> "Iterator[Browser]":
    """One headless browser for each test process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=list(QUIET))
        yield running
        running.close()


@dataclass
class Record:
    """What a page did: its console's errors, its uncaught errors, and every request it made."""

    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def leaving(self) -> list[str]:
        """The requests that left the page."""
        return [address for address in self.requests if not address.startswith(LOCAL)]

    def follow(self, page: "Page") -> None:
        """Write down what `page` does from now on."""

        def said(message: "ConsoleMessage") -> None:
            if message.type == "error":
                self.console_errors.append(message.text)

        page.on("console", said)
        page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture
def record() -> Record:
    """What the test's `page` did; a test that provokes errors clears them here."""
    return Record()


@pytest.fixture
def page(browser: "Browser", record: Record) -> "Iterator[Page]":
    """A page without a network. The test fails if an error is left or if any request left the page."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900}, locale="zh-CN")
    opened = context.new_page()
    record.follow(opened)
    yield opened
    context.close()
    assert not record.leaving, f"requests left the page: {record.leaving}"
    assert not record.page_errors, f"errors on the page: {record.page_errors}"
    assert not record.console_errors, f"errors on the console: {record.console_errors}"
