"""Decompositions of emissions that come from accounts: no sum over units counts purchased energy twice."""

from pathlib import Path

import pytest

from evaluate import run
from tests.evaluate.accounting.accounted import accounted

DRIVERS = """\
decompositions:
  output:
    label: {zh: 产出与强度, en: Output and intensity}
    drivers: {output: {label: {zh: 产出, en: Output}, formula: gdp}}
    emissions:
      co2: {emission: co2, drivers: {co2_rate: {label: {zh: 碳强度, en: CO2 per output}, formula: co2 / gdp}}}
      so2: {emission: so2, drivers: {so2_rate: {label: {zh: 硫强度, en: SO2 per output}, formula: so2 / gdp}}}
tree:
"""


@pytest.mark.parametrize(("language", "told"), [("en", "would count them twice"), ("zh", "重复计算")])
def test_scopes_one_and_two_are_decomposed_by_unit_only(tmp_path: Path, language: str, told: str) -> None:
    project = accounted(tmp_path / "project")
    project.change("framework.yaml", ("tree:\n", DRIVERS))
    project.assess(("report: []", "report: [html, xlsx]"))
    made = run(project.folder / "assessment.yaml", project.out, language=language).decomposition
    assert made is not None
    states = made.groupby(["emission", made["unit"] == ""])["state"].agg(lambda s: set(s))
    assert states["co2", True] == {"counted_twice"}
    assert "counted_twice" not in states["co2", False] | states["so2", True] | states["so2", False]
    assert made[(made["emission"] == "co2") & (made["unit"] == "")]["effect"].isna().all()
    page = (project.out / "report.html").read_text(encoding="utf-8")
    assert page.count(told) == 1
    assert ">nan<" not in page.lower()
