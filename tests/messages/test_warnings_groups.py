# ruff: noqa: E501
"""Warnings of groups: which indicators no group has, and units that are passed over."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluate.cli.main import entry
from tests.evaluate.tiny import Project, make
from tests.messages.cases_groups import TABLE, coded, grouped

RULES = "  aggregate: {co2: sum, so2: sum, gdp: sum}\n"
GROWS = "warning: these indicators grow with the size of a group, so that the scale of single units says nothing, and have no value for groups: Size of the economy\n"
EMPTY = "warning: groups have no score as one unit: no indicator of the dimension '{}' has a value for groups ({})\n"


def _compared(project: Project) -> None:
    grouped(RULES)(project)
    project.change("framework.yaml", ("formula: so2 / gdp,", "formula: 'so2 / group_mean(so2, region) * so2 / gdp',"))


def _bundled(project: Project) -> None:
    coded(project)
    project.assess(("period:", "groups: {bundled: [clean_air_2018]}\nperiod:"))


def _belt(project: Project) -> None:
    for name in ("roster.csv", "data.csv"):
        text = (project.folder / name).read_text(encoding="utf-8")
        project.write(name, text.replace("\nC1,", "\n310000,").replace("\nC2,", "\n340100,"))
    project.assess(("period:", "groups: {bundled: [yangtze_belt_2014]}\nperiod:"))


def _nested(project: Project) -> None:
    """Give the cities codes of 唐山 and of 迁安, which lies in it."""
    for name in ("roster.csv", "data.csv"):
        text = (project.folder / name).read_text(encoding="utf-8")
        project.write(name, text.replace("\nC1,", "\n130200,").replace("\nC2,", "\n130281,"))
    project.assess(("period:", "groups: {bundled: [jing_jin_ji_2015]}\nperiod:"))


CASES: dict[str, tuple[Callable[[Project], None], str]] = {
    "units outside the roster": (
        grouped("", TABLE + "X1,South,region,,\nX2,South,region,never,\n"),
        "warning: groups.csv: 2 unit(s) outside the roster are ignored\n",
    ),
    "a bundled set that the roster covers in part": (
        _bundled,
        "warning: 'Beijing–Tianjin–Hebei and around (2018)': 0 of its 29 members have units in the roster; results are of these alone, without 北京市, 天津市, 石家庄市, 唐山市, 邯郸市, 邢台市, 保定市, 沧州市 and others\n"
        "warning: 'Yangtze River Delta (2018)': 0 of its 4 members have units in the roster; results are of these alone, without 上海市, 江苏省, 浙江省, 安徽省\n"
        "warning: 'Fen-Wei plain (2018)': 1 of its 11 members have units in the roster; results are of these alone, without 晋中市, 运城市, 临汾市, 吕梁市, 洛阳市, 三门峡市, 铜川市, 宝鸡市 and others\n",
    ),
    "provinces of a bundled set": (
        _belt,
        "warning: 'Yangtze River economic belt (2014)': 2 of its 11 members have units in the roster; results are of these alone, without 江苏省, 浙江省, 江西省, 湖北省, 湖南省, 重庆市, 四川省, 贵州省 and others\n"
        "warning: 'Yangtze River economic belt (2014)': 1 of its members are provinces (安徽省) that count through the units of the roster alone; what the roster does not hold is in no sum\n",
    ),
    "a prefecture and its county": (
        _nested,
        "warning: 'Beijing–Tianjin–Hebei (2015)': 1 of its 3 members have units in the roster; results are of these alone, without 北京市, 天津市\n"
        "warning: 'Beijing–Tianjin–Hebei (2015)': 1 of its members are provinces (河北省) that count through the units of the roster alone; what the roster does not hold is in no sum\n"
        "warning: 'Beijing–Tianjin–Hebei (2015)' has 1 unit(s) that lie in another of its units (130281 in 130200), so that sums count them twice; keep one level in the roster\n",
    ),
    "no rule for a variable": (
        grouped("  aggregate: {co2: sum, gdp: sum}\n"),
        "warning: no rule says how groups get so2; indicators that need them have no value for groups: SO2 per GDP\n"
        + GROWS + EMPTY.format("Air", "no rule to bring members together") + EMPTY.format("Growth", "grows with size"),
    ),
    "an indicator that looks at other units": (
        _compared,
        "warning: these indicators look at other units and have no value for groups: SO2 per GDP\n"
        + GROWS + EMPTY.format("Air", "looks at other units") + EMPTY.format("Growth", "grows with size"),
    ),
}  # fmt: skip

KEYS = {
    "partly_there": "have units in the roster", "by_units": "are provinces", "nested": "lie in another", "no_rule": "no rule says", "across_units": "look at other units",
    "grows_with_size": "grow with the size", "dimension_empty": "no score as one unit",
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
        f"groups.{key}" for line in said.splitlines() for key, words in KEYS.items() if words in line
    ]
    assert entry(["run", "assessment.yaml", "--out", "../results/zh", "--lang", "zh"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == said.count("\n") and all(line.startswith("警告：") for line in lines)
