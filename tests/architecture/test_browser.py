"""The browser that other tests ask for sees what a page does wrong."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def written(folder: Path, body: str) -> str:
    path = folder / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>页</title>{body}", encoding="utf-8")
    return path.as_uri()


def test_a_quiet_page_leaves_nothing(page: Any, record: Any, tmp_path: Path) -> None:
    address = written(tmp_path, "<script>document.title += '面'</script>")
    page.goto(address)
    assert page.title() == "页面"
    assert record.requests == [address]


def test_a_request_that_leaves_is_seen_and_fails(page: Any, record: Any, tmp_path: Path) -> None:
    page.goto(written(tmp_path, "<img src=https://example.org/a.png>"))
    assert record.leaving == ["https://example.org/a.png"]
    assert "ERR_INTERNET_DISCONNECTED" in record.console_errors[0]
    record.requests.clear()
    record.console_errors.clear()


def test_errors_are_seen(page: Any, record: Any, tmp_path: Path) -> None:
    page.goto(written(tmp_path, "<script>console.error('said')</script><script>throw Error('thrown')</script>"))
    assert record.console_errors == ["said"]
    assert record.page_errors == ["thrown"]
    record.console_errors.clear()
    record.page_errors.clear()
