# ruff: noqa: E501
"""Warnings of emission accounting: the run is made, and what was met is said in both languages."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluate.cli.main import entry
from tests.evaluate.accounting.accounted import amounts, with_accounts
from tests.evaluate.tiny import Project, make

NAMES = {"co", "coal", "power", "grid", "CN", "absent", "zero", "extend", "nearest"}


def _extended(project: Project) -> None:
    project.assess(("place: 全国}", "place: 全国, year: 2022}, extend: nearest"))


def _incomplete(project: Project) -> None:
    coal = f"{amounts()['C3', 2021][0]:.10g},"
    project.change("data.csv", (f"C3,2021,{coal}", "C3,2021,,"))


def _sold(project: Project) -> None:
    text = (project.folder / "data.csv").read_text(encoding="utf-8")
    project.write("data.csv", text.replace(",100,50,", ",100,300,"))
    project.assess(("co2: {substance: co2, scopes: [1, 2]}", "co2: {substance: co2, of: net}"))


CASES: dict[str, tuple[Callable[[Project], object], str]] = {
    "factor beyond its years": (
        _extended,
        "warning: activity 'power': the factor 'grid-2022-CN' (valid for 2022) is used for 2021, 2023, as `extend: nearest` allows\n",
    ),
    "activity that is not reported": (
        _incomplete,
        "warning: the accounted variable 'co2' has no value in 1 unit-years of which only a part of the activities is reported, such as C3 in 2021 without coal; state `absent: zero` where unreported means none\n",
    ),
    # 100 ha at 2.5 t/ha are 250 t a year, of which 300 t cannot be sold
    "more sold than removed": (
        _sold,
        "warning: in 3 unit-years more removals are sold than there are, such as C1 in 2021; net emissions then exceed gross ones\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    project = with_accounts(make(tmp_path / "project"))
    monkeypatch.chdir(project.folder)
    change(project)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 0
    assert capsys.readouterr().err == said
    assert entry(["check", "assessment.yaml", "--lang", "zh"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("警告：")
    assert not set(re.findall(r"[A-Za-z]{2,}", line)) - NAMES
