"""What holds the documentation to its word apart from the program: the runner of its blocks fails when it should."""

from pathlib import Path

import pytest

from tests.docs.pages import DocumentationError, Reader, blocks, changes, fits, validate


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "b\n", False),
        ("a\n", "a\nb\n", False),
        ("a\nb\n", "a\n", False),
        ("", "a\n", False),
        ("a\n…\n", "a\n1\n2\n", True),
        ("a\n…\nb\n", "a\nb\n", True),
        ("a\n…\nb\n", "a\nx\n", False),
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a b d\n", False),
        ("…\n", "anything\nat all\n", True),
    ],
)
def test_an_output_is_as_shown_or_not(shown: str, said: str, same: bool) -> None:
    assert fits(shown, said) is same


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("```console\n$ city-synergy rnu\n```\n", "departs from"),
        ("```console\n$ city-synergy rnu\n…\n```\n", "ended with 2"),
        ("```console\n$ city-synergy rnu\n…\n$ echo $?\n1\n```\n", "departs from\n1"),
        ("```console\n$ ls\n```\n", "not our command"),
        ("```python\nassert 1 == 2\n```\n", "line 2"),
        ("```python\n>>> 1 + 1\n3\n```\n", "Got:\n    2"),
        ("```yaml\nperiod: {from: 2015, too: 2019}\n```\n", "too"),
        ("```yaml\nindicators: {a: {formula: x}}\n```\n", "direction"),
        ("```sh\nmake demo\n```\n", "cannot be executed"),
        ('```diff title="a.txt"\n-x\n+y\n```\n', "a.txt"),
    ],
)
def test_a_page_that_does_not_hold_is_caught(
    page: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    with pytest.raises(DocumentationError) as caught:
        Reader().follow(page)
    assert reason in str(caught.value)


def test_a_page_that_holds_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    page = (
        '```yaml title="a/b.yaml"\nx: 1\n```\n```diff title="a/b.yaml"\n-x: 1\n+x: 2\n```\n'
        "```python\nfrom pathlib import Path\n```\n```python\n>>> Path('a/b.yaml').read_text()\n'x: 2\\n'\n```\n"
        "```console\n$ city-synergy rnu\n…\nthere is no command 'rnu'; did you mean 'run'?\n$ echo $?\n2\n```\n"
    )
    assert Reader().follow(page) == 5


def test_a_fence_that_is_not_understood_is_refused() -> None:
    with pytest.raises(AssertionError, match="not understood"):
        list(blocks("```python hl_lines=2\nx\n```\n"))


def test_lines_are_replaced_in_order() -> None:
    assert list(changes(" a\n-b\n-c\n+d\n e\n-f\n")) == [("b\nc\n", "d\n"), ("f\n", "")]


def test_parts_of_both_forms_are_known() -> None:
    validate({"robustness": {"runs": 10}})
    validate({"types": {"steel": {"label": "Steel", "weights": {"carbon": 1}}}})
    with pytest.raises(ValueError, match="run"):
        validate({"robustness": {"run": 10}})
