"""What no file of the project may hold: the paths of one machine, or the address of a package index."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.~$}/)-])/(?:home|root|Users|opt|srv|mnt|work|tmp|workspace)/"),
    "the address of a package index": re.compile(
        r"https?://\S*/simple\b|https?://\S*(?:registry|pypi|pythonhosted)|\b(?:pypi|pythonhosted)\.(?:org|python)"
    ),
    "the setting of a package index": re.compile(r"(?:index-url|find-links)[ =]+(?:https?|file|/)"),
}


@pytest.fixture(scope="module")
def files(root: Path) -> list[Path]:
    """Every text file that is, or would be, under version control."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, so nobody says which files belong to the project")
    paths = [root / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def findings(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in FORBIDDEN.items():
            if pattern.search(line):
                yield f"{name}:{number}: {what}: {line.strip()[:120]}"


def test_no_file_names_a_machine_or_an_index(root: Path, files: list[Path]) -> None:
    assert root / "pyproject.toml" in files
    found = [
        finding
        for path in files
        for finding in findings(str(path.relative_to(root)), path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "path = '" + "/ho" + "me/someone/data.csv'",
        "--index-url " + "https:" + "//mirror.example/" + "simple",
        "see py" + "pi.org for releases",
    ],
)
def test_the_patterns_find_what_they_are_for(line: str) -> None:
    assert list(findings("file", line))


def test_ordinary_lines_are_left_alone() -> None:
    assert not list(findings("file", "https://example.org/work/page and ./tmp/x and a/home/b and r'/(home|root)'"))
