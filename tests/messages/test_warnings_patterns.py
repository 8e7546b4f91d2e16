# ruff: noqa: E501
"""Warnings of spatial patterns and links: the run is made, and what was met is said in both languages."""

import json
from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.evaluate.tiny import Project
from tests.messages.cases_patterns import TWO_AT_ONE, asking
from tests.messages.warned import run_and_read

NAMES = {"border", "power", "Bonferroni", "Ashford", "Calder", "Dunmore", "Fenwick"}
RULES = "  neighbours:\n    border: {rule: queen}\n    power: {rule: table, table: power}\n"
APART = {**TWO_AT_ONE, "C2": (101.0, 30.0)}

CASES: dict[str, tuple[Callable[[Project], object], str]] = {
    "few units, few rules, islands and rows of links that say nothing": (
        asking(
            RULES + "  autocorrelation: {of: [composite], permutations: 99}\n",
            "  power: {path: trade.csv, from: seller, to: buyer, value: gwh, unit_of_measure: GW h}\n",
            trade="seller,buyer,gwh\nC1,C2,5\nC9,C1,4\nC9,C1,4\nC1,C1,3\nC4,C5,0\nC3,C5,\nC6,C5,1\n",
        ),
        "warning: table of links 'power', rows passed over: 2 name a unit outside the roster, 1 link a unit with itself, 2 have strength 0 or none\n"
        "warning: as few as 6 units have a value (below 30): spatial patterns may rest on single units; take clusters as hints\n"
        "warning: there are 2 rule(s) of neighbourhood; whether clusters agree between rules is told from 3 on\n"
        "warning: rule of neighbourhood 'power': 4 unit(s) have no neighbour: Ashford (C1), Calder (C3), Dunmore (C4), Fenwick (C6)\n",
    ),
    # 2/(99 + 1) is above 0.05/6, and 2 · 6/0.05 − 1 is 239
    "too few permutations for Bonferroni": (
        asking(
            "  autocorrelation: {of: [composite], permutations: 99, control: bonferroni, local: [moran]}\n",
            points=APART,
        ),
        "warning: as few as 6 units have a value (below 30): spatial patterns may rest on single units; take clusters as hints\n"
        "warning: 99 permutations give no p small enough to mark any of 6 units under Bonferroni; at least 239 are needed\n",
    ),
    # each trades with the next by size; 2/(99 + 1) is above 0.05/6
    "a pattern of which no unit can be marked": (
        asking(
            RULES.replace("    border: {rule: queen}\n", "")
            + "  autocorrelation: {of: [gdp], permutations: 99, statistics: [moran], local: [moran]}\n",
            "  power: {path: trade.csv, from: seller, to: buyer, value: gwh, unit_of_measure: GW h}\n",
            trade="seller,buyer,gwh\n" + "".join(f"C{a},C{b},1\nC{b},C{a},1\n" for a, b in pairwise("312564")),
        ),
        "warning: as few as 6 units have a value (below 30): spatial patterns may rest on single units; take clusters as hints\n"
        "warning: there are 1 rule(s) of neighbourhood; whether clusters agree between rules is told from 3 on\n"
        "warning: the overall statistic of 'GDP' in 2021 is significant, yet no rule of neighbourhood marks any unit: 99 permutations give no p small enough for one that stands alone among 6 with the false discovery rate controlled; at least 239 are needed\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_run_is_made_and_a_warning_says_why(
    name: str, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    change, said = CASES[name]
    change(project)
    run_and_read(said, NAMES, capsys)
    assert len(json.loads((project.out / "manifest.json").read_text())["warnings"]) == said.count("\n")
