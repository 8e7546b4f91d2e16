"""What is asked of every warning: told as it stands, and in Chinese without English words."""

import re
from collections.abc import Collection

import pytest

from evaluate.cli.main import entry


def run_and_read(said: str, names: Collection[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Run the assessment in both languages: what it warns of is `said`, in Chinese with no Latin word but `names`."""
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 0
    assert capsys.readouterr().err == said
    assert entry(["run", "assessment.yaml", "--out", "../results/zh", "--lang", "zh"]) == 0
    for line, english in zip(capsys.readouterr().err.splitlines(), said.splitlines(), strict=True):
        assert line.startswith("警告：")
        left = set(re.findall(r"[A-Za-z]{2,}", line)) - set(names)
        assert not left, (line, english)
