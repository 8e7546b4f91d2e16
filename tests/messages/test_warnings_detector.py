# ruff: noqa: E501
"""Warnings of the geographical detector: printed, kept in the manifest, and read from it by the report."""

import json
import re

import pytest

from evaluate.cli.main import entry
from indicators.texts import text
from tests.evaluate.tiny import Project
from tests.messages.cases_detector import asked

# (L − 1)/(N − 1) by hand: two regions, two types, four pairs of both in six cities: 1/5 and 3/5
SMALL = "warning: the geodetector of 'Composite' rests on 6 units, fewer than 50: by chance alone the q of a factor would be up to 0.20 on average, and that of a pair up to 0.60; do not cite q by itself, read the permutation p\n"
ALONE = "warning: the geodetector of 'Size of the economy' rests on 6 units, fewer than 50: by chance alone q would be up to 0.20 on average; do not cite q by itself, read the permutation p\n"
FORCED = "warning: 'Composite' is computed from what explains it (Wealth, CO2 per GDP); this was forced, and q there proves nothing\n"

CASES = {
    "few units": ("    factors: [region, type]\n    minimum: 2", SMALL),
    "few units and one factor": ("    factors: [region]\n    targets: wealth\n    minimum: 2\n    permutations: 9", ALONE),
    "a score explained by what it is made of": (
        "    factors:\n      region: {}\n      type: {}\n      rich: {of: gdp, label: {zh: 财富, en: Wealth}}\n      co2_intensity: {}\n"
        "    minimum: 3\n    permutations: 9\n    interactions: false\n    force: true",
        SMALL.replace("the q of a factor", "q").replace(", and that of a pair up to 0.60", "") + FORCED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    keys, said = CASES[name]
    asked(keys, ("robustness:", "# robustness:"))(project)
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", "en"]) == 0
    assert capsys.readouterr().err == said
    kept = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))["warnings"]
    assert [one["place"] for one in kept] == ["assessment.yaml:20"] * said.count("\n")
    for one in kept:
        chinese = text(one["key"], "zh", **one["values"])
        assert re.search(r"[\u4e00-\u9fff]", chinese) and not re.search(r"[A-Za-z]{2,}", chinese)
