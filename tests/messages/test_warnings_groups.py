# ruff: noqa: E501
"""Warnings of groups: which indicators no group has, and units that are passed over."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluate.cli.main import entry
from tests.evaluate.tiny import Project, make
from tests.messages.cases_groups import TABLE, grouped

RULES = "  aggregate: {co2: sum, so2: sum, gdp: sum}\n"
GROWS = "warning: these indicators grow with the size of a group, so that the scale of single units says nothing, and have no value for groups: Size of the economy\n"


def _compared(project: Project) -> None:
    grouped(RULES)(project)
    project.change("framework.yaml", ("formula: so2 / gdp,", "formula: 'so2 / group_mean(so2, region) * so2 / gdp',"))


CASES: dict[str, tuple[Callable[[Project], None], str]] = {
    "units outside the roster": (
        grouped("", TABLE + "X1,South,region,,\nX2,South,region,never,\n"),
        "warning: groups.csv: 2 unit(s) outside the roster are ignored\n",
    ),
    "no rule for a variable": (
        grouped("  aggregate: {co2: sum, gdp: sum}\n"),
        "warning: no rule says how groups get so2; indicators that need them have no value for groups: SO2 per GDP\n" + GROWS,
    ),
    "an indicator that looks at other units": (
        _compared,
        "warning: these indicators look at other units and have no value for groups: SO2 per GDP\n" + GROWS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make(tmp_path / "project")
    monkeypatch.chdir(project.folder)
    change, said = CASES[name]
    change(project)
    project.assess(("robustness:", "# robustness:"))
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 0
    assert capsys.readouterr().err == said
    kept = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))["warnings"]
    assert [one["key"] for one in kept if one["key"].startswith("groups.")] == [
        key for key in ("groups.no_rule", "groups.across_units", "groups.grows_with_size") if key.split(".")[1] in {
            "no_rule" if "no rule" in said else "", "across_units" if "other units" in said else "",
            "grows_with_size" if "grow" in said else ""}
    ]  # fmt: skip
    assert entry(["run", "assessment.yaml", "--out", "../results/zh", "--lang", "zh"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == said.count("\n") and all(line.startswith("警告：") for line in lines)
