"""The page on methods: made from the declarations, whole, up to date, and readable as Markdown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from evaluate.catalogue import methods
from evaluate.methods_page import escaped, methods_page
from indicators.texts import LANGUAGES, text

COMMAND = "python -m evaluate.methods_page > docs/methods.md"


def test_the_page_in_docs_is_up_to_date(root: Path) -> None:
    written = (root / "docs" / "methods.md").read_text(encoding="utf-8")
    assert written == methods_page("en"), f"the declarations changed; run: {COMMAND}"


def test_the_command_writes_the_page(root: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "evaluate.methods_page"], cwd=root, capture_output=True, check=True)
    assert done.stdout == methods_page("en").encode("utf-8") and not done.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_is_there_with_its_parameters_and_its_source(language: str) -> None:
    sections = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", methods_page(language), re.M | re.S))
    assert list(sections) == [f"{m['family']}: `{m['method']}`" for m in methods()]
    for method, section in zip(methods(), sections.values(), strict=True):
        assert escaped(" ".join(method["description"].split("\n\n")[0].split())) in section
        assert text("methods_page.source", language, source=escaped(method["source"])) in section
        rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", section, re.M)
        assert [name for name, _, _ in rows] == [p["name"] for p in method["parameters"]]
        for (_, default, meaning), parameter in zip(rows, method["parameters"], strict=True):
            assert meaning.strip() == escaped(" ".join(parameter["description"].split()))
            assert (default == text("methods_page.required", language)) == parameter["required"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_markdown(language: str) -> None:
    page = methods_page(language)
    assert ">>>" not in page and page.endswith("\n") and not page.endswith("\n\n")
    for line in page.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 4, line
        outside = re.sub(r"`[^`]*`|\]\([^)]*\)", "", line)
        assert not re.search(r"<|(?<!\\)\*|(?<!\\)_", outside), line
    assert len(set(re.findall(r"^#+ .*$", page, re.M))) == page.count("\n#") + 1, "no heading twice"


def test_links_of_the_page_lead_somewhere(root: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", methods_page("en")):
        assert (root / "docs" / target).is_file(), target


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("Σ_k |r_jk|", r"Σ\_k \|r\_jk\|"),
        ("`a_b < c` * [x]", r"`a_b < c` \* \[x\]"),
        (r"a\b", r"a\\b"),
    ],
)
def test_what_markdown_would_read_is_escaped(words: str, expected: str) -> None:
    assert escaped(words) == expected
