"""Every code block of the documentation is executed, and what it prints compared with what is shown."""

from pathlib import Path

import pytest

from tests.docs.pages import Reader, blocks

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOW_TO = sorted((DOCS / "how-to").glob("*.md"))
REFERENCE = sorted((DOCS / "reference").glob("*.md"))


@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    assert Reader().follow(page) == len(list(blocks(page)))


@pytest.mark.slow
@pytest.mark.parametrize("path", HOW_TO, ids=lambda path: path.stem)
def test_a_how_to_does_what_it_says(path: Path, demo: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert Reader().follow(page) == len(list(blocks(page))) > 0


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: path.stem)
def test_a_reference_page_does_what_it_says(path: Path, demo: Path) -> None:
    # blocks of text are generated; another test compares them
    Reader(shown_only=("text",)).follow(path.read_text(encoding="utf-8"))
