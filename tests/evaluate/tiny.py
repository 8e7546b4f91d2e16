"""A tiny valid assessment: six cities, three years, four indicators; tests write it, change it and run it."""

import json
from dataclasses import dataclass
from pathlib import Path

FRAMEWORK = """\
schema: framework/1
code: tiny
label: {zh: 小型指标体系, en: Tiny framework}
assesses: city
source: Made for the tests
variables:
  co2: {unit_of_measure: t, label: {zh: 二氧化碳排放量, en: CO2 emissions}, range: [0, null]}
  so2: {unit_of_measure: t, label: {zh: 二氧化硫排放量, en: SO2 emissions}, range: [0, 5000]}
  gdp: {unit_of_measure: CNY, label: {zh: 地区生产总值, en: GDP}}
indicators:
  co2_intensity: {label: {zh: 碳强度, en: CO2 per GDP}, formula: co2 / gdp, unit_of_measure: t / (1e4 CNY), direction: negative, scale: log}
  co2_reduction: {label: {zh: 碳减排, en: CO2 reduction}, formula: -change(co2), unit_of_measure: "%", direction: positive}
  so2_intensity: {label: {zh: 硫强度, en: SO2 per GDP}, formula: so2 / gdp, unit_of_measure: kg / (1e4 CNY), direction: negative}
  wealth: {label: {zh: 经济规模, en: Size of the economy}, formula: gdp, unit_of_measure: 1e8 CNY, direction: positive}
tree:
  carbon: {label: {zh: 降碳, en: Carbon}, weight: 0.5, indicators: {co2_intensity: 0.6, co2_reduction: 0.4}}
  other:
    label: {zh: 其他, en: Other}
    weight: 0.5
    dimensions:
      air: {label: {zh: 减污, en: Air}, weight: 0.7, indicators: {so2_intensity: 1}}
      growth: {label: {zh: 增长, en: Growth}, weight: 0.3, indicators: {wealth: 1}}
types:
  resource: {label: {zh: 资源型, en: Resource}}
  industrial: {label: {zh: 工业型, en: Industrial}}
"""  # noqa: E501

ASSESSMENT = """\
schema: assessment/1
title: {zh: 小型评价, en: Tiny assessment}
framework: framework.yaml
roster: {path: roster.csv, unit: unit, name: name, type: type, cohorts: [region]}
data:
  - path: data.csv
    unit: unit
    year: year
    columns:
      co2_t: {variable: co2, unit_of_measure: t}
      so2_t: {variable: so2, unit_of_measure: t}
      gdp_1e8: {variable: gdp, unit_of_measure: 1e8 CNY}
period: {from: 2020, to: 2021, baseline: 2019}
methodology:
  normalisation: {method: min_max, bounds: [1, 100]}
  weighting: {indicators: {method: given}, dimensions: {method: given}}
  aggregation: {indicators: {method: arithmetic}, dimensions: {method: geometric}}
robustness: {runs: 20, seed: 1, vary: {weighting.indicators: [{method: given}, {method: equal}]}, weight_noise: 0.2}
outputs: {language: en, map: false, report: []}
"""

ROSTER = """\
unit,name,type,region
C1,Ashford,resource,north
C2,Birch,resource,south
C3,Calder,resource,north
C4,Dunmore,industrial,south
C5,Elm,industrial,north
C6,Fenwick,industrial,south
"""

DATA = """\
unit,year,co2_t,so2_t,gdp_1e8
C1,2019,5000,400,100
C1,2020,4800,380,106
C1,2021,4500,350,113
C2,2019,9000,900,120
C2,2020,9100,850,125
C2,2021,9300,820,131
C3,2019,3000,100,80
C3,2020,2900,95,86
C3,2021,2700,90,93
C4,2019,20000,1500,310
C4,2020,19000,1300,325
C4,2021,18500,1100,340
C5,2019,7000,300,140
C5,2020,7200,310,139
C5,2021,7500,330,138
C6,2019,12000,600,200
C6,2020,11500,590,212
C6,2021,11300,560,225
"""


@dataclass
class Project:
    """The files of an assessment in a folder of their own; the run folder lies beside that folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """The assessment file."""
        return self.folder / "assessment.yaml"

    @property
    def out(self) -> Path:
        """Where a run is written."""
        return self.folder.parent / "results" / "run"

    def write(self, name: str, content: str | bytes) -> Path:
        """Write one file."""
        path = self.folder / name
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def change(self, name: str, *pairs: tuple[str, str]) -> None:
        """Replace texts in a file, each of which stands there once."""
        text = (self.folder / name).read_text(encoding="utf-8")
        for old, new in pairs:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)
        self.write(name, text)

    def assess(self, *pairs: tuple[str, str]) -> None:
        """Replace texts in the assessment."""
        self.change("assessment.yaml", *pairs)

    def draw(self, codes: tuple[str, ...] = ("C1", "C2", "C3", "C4", "C5", "C6"), crs: object = "WGS84") -> None:
        """Write boundaries, a square a unit in a row, and name them in the assessment."""
        self.write("cities.geojson", squares(codes, crs))
        self.assess(("period:", "boundaries: {path: cities.geojson, unit: unit}\nperiod:"))


def squares(codes: tuple[str, ...], crs: object = "WGS84") -> str:
    """Return squares of one degree in a row, as GeoJSON; `crs` is its older member, left out when "WGS84"."""
    features = [
        {
            "type": "Feature",
            "properties": {"unit": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[100 + i, 30], [101 + i, 30], [101 + i, 31], [100 + i, 31], [100 + i, 30]]],
            },
        }
        for i, code in enumerate(codes)
    ]
    head: dict[str, object] = {"type": "FeatureCollection"}
    if crs != "WGS84":
        head["crs"] = crs
    return json.dumps(head | {"features": features})


def make(folder: Path) -> Project:
    """Write the assessment into a folder, which is made."""
    folder.mkdir(parents=True)
    project = Project(folder)
    project.write("framework.yaml", FRAMEWORK)
    project.write("assessment.yaml", ASSESSMENT)
    project.write("roster.csv", ROSTER)
    project.write("data.csv", DATA)
    return project


def full(project: Project, language: str = "en") -> None:
    """Ask for everything that a run can give: boundaries, map, reports, correlates, a measure, grades."""
    project.draw()
    project.change(
        "framework.yaml",
        (
            'formula: -change(co2), unit_of_measure: "%"',
            "measure: {method: co_control, carbon: co2, pollutants: [so2], output: signed_distance}, "
            'unit_of_measure: "1"',
        ),
    )
    project.assess(
        (
            "language: en, map: false, report: []",
            f"language: {language}, report: [html, xlsx], correlates: {{wealthy: gdp}}",
        ),
        (
            "  weighting:",
            "  grades: {cuts: [30, 60], labels: {zh: [差, 中, 优], en: [poor, fair, good]}}\n  weighting:",
        ),
    )
