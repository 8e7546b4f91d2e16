"""Two cities whose every number can be worked out by hand, run into a folder."""

from pathlib import Path

from evaluate import run

FRAMEWORK = """\
schema: framework/1
code: two
label: {zh: 两城, en: Two cities}
assesses: city
source: Made for the tests
variables:
  co2: {unit_of_measure: t, label: {zh: 二氧化碳, en: CO2}, range: [0, null]}
  so2: {unit_of_measure: t, label: {zh: 二氧化硫, en: SO2}}
  vocs: {unit_of_measure: t, label: {zh: 挥发性有机物, en: VOCs}}
  gdp: {unit_of_measure: CNY, label: {zh: 地区生产总值, en: GDP}}
indicators:
  intensity: {label: {zh: 碳强度, en: CO2 per GDP}, formula: co2 / gdp, unit_of_measure: t / CNY, direction: negative, target: 3}
  sulphur: {label: {zh: 硫排放, en: SO2}, formula: so2, unit_of_measure: t, direction: negative}
  solvents: {label: {zh: 溶剂, en: VOCs}, formula: vocs, unit_of_measure: t, direction: negative}
  together: {label: {zh: 协同, en: Co-control}, measure: {method: co_control, carbon: co2, pollutants: [so2], output: signed_distance}, unit_of_measure: "1", direction: positive}
tree:
  carbon: {label: {zh: 降碳, en: Carbon}, weight: 0.5, indicators: {intensity: 1}}
  air: {label: {zh: 减污, en: Air}, weight: 0.5, indicators: {sulphur: 1, solvents: 0}}
  joint: {label: {zh: 协同, en: Joint}, weight: 0, indicators: {together: 1}}
"""  # noqa: E501

ASSESSMENT = """\
schema: assessment/1
title: {zh: 两城评价, en: Two cities assessed}
framework: framework.yaml
roster: {path: roster.csv, unit: unit, name: name}
data:
  - {path: data.csv, unit: unit, year: year, columns: {co2: {variable: co2, unit_of_measure: t}, so2: {variable: so2, unit_of_measure: t}, vocs: {variable: vocs, unit_of_measure: t}, gdp: {variable: gdp, unit_of_measure: CNY}}}
period: {from: 2020, to: 2020, baseline: 2019}
methodology:
  normalisation: {method: min_max, bounds: [0, 100]}
  grades: {cuts: [50], labels: {zh: [低, 高], en: [low, high]}}
outputs: {language: en, map: false, report: []}
"""  # noqa: E501

DATA = """\
unit,year,co2,so2,vocs,gdp
A,2019,120,11,4,50
A,2020,100,10,4,50
B,2019,250,28,6,50
B,2020,300,30,6,50
"""


ROSTER = "unit,name\nA,Arden\nB,Brook\n"


def made(
    folder: Path, data: str = DATA, framework: str = FRAMEWORK, roster: str = ROSTER, assessment: str = ASSESSMENT
) -> Path:
    """Write and run the assessment; return the run folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("framework.yaml", framework), ("assessment.yaml", assessment), ("data.csv", data),
        ("roster.csv", roster),
    ):  # fmt: skip
        (folder / name).write_text(content, encoding="utf-8")
    run(folder / "assessment.yaml", folder / "run")
    return folder / "run"


def listed(folder: Path, content: str, name: str = "measures.csv", encoding: str = "utf-8") -> Path:
    """Write a list of measures."""
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path
