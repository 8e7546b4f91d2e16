"""Sixty-four made-up cities on a board, with a pattern in space, and one run of them that all tests here read."""

from pathlib import Path

import numpy as np
import pytest
from shapely import box, to_geojson

from evaluate import run
from evaluate.results import Results
from tests.evaluate.tiny import ASSESSMENT, FRAMEWORK, Project

SIDE = 8
CODES = [f"r{row}c{column}" for row in range(SIDE) for column in range(SIDE)]
SPATIAL = """\
links:
  river: {path: river.csv, from: up, to: down, value: water, unit_of_measure: 1e8 m^3, year: year}
spatial:
  neighbours:
    border: {rule: queen}
    near: {rule: k_nearest, k: 4, label: {zh: 最近四市, en: nearest four}}
    river: {rule: table, table: river, standardisation: none}
  autocorrelation:
    statistics: [moran, geary, getis_ord]
    local: [moran, geary, getis_ord, getis_ord_star]
    joins: [type, co_control]
    years: all
    seed: 7
"""


def board(folder: Path, *, spatial: str = SPATIAL, typed: str = "") -> Project:
    """Write the assessment: clean in the south-west, dirty in the north-east, the city r0c0 an outlier.

    `typed`: weights of the type `industrial`, which make types incomparable.
    """
    folder.mkdir(parents=True)
    project = Project(folder)
    framework = FRAMEWORK.replace(
        "tree:",
        "  co_control: {label: {zh: 协同控制, en: Co-control}, measure: {method: co_control, carbon: co2, "
        'pollutants: [so2], output: signed_distance}, unit_of_measure: "1", direction: positive}\ntree:',
    ).replace("co2_reduction: 0.4", "co2_reduction: 0.3, co_control: 0.1")
    project.write("framework.yaml", framework.replace("en: Industrial}", f"en: Industrial}}{typed}"))
    project.write(
        "assessment.yaml",
        ASSESSMENT.replace("period:", f"boundaries: {{path: board.geojson, unit: unit}}\n{spatial}period:")
        .replace("robustness: {runs: 20, ", "robustness: {runs: 2, ")
        .replace("map: false, report: []", "map: true, report: [html]"),
    )
    random = np.random.default_rng(5)
    roster, data = ["unit,name,type,region"], ["unit,year,co2_t,so2_t,gdp_1e8"]
    features, river = [], ["up,down,year,water"]
    for row in range(SIDE):
        for column in range(SIDE):
            code = f"r{row}c{column}"
            kind = "industrial" if (row + column) % 3 else "resource"
            roster.append(f"{code},City {row}-{column},{kind},{'north' if row > 3 else 'south'}")
            half = SIDE // 2
            place = (row >= half) + (column >= half)  # 0 in the south-west, 2 in the north-east
            dirt = 1 + 2 * place + random.uniform(0, 0.5) + 6 * (code == "r0c0")
            gdp = 130 - 20 * place + random.uniform(-4, 4)
            for year in (2019, 2020, 2021):
                fall = (0.04 - 0.02 * place) * (year - 2019) + random.uniform(-0.003, 0.003)
                carbon, sulphur = 50 * gdp * dirt * (1 - fall), 4 * gdp * dirt * (1 - 1.5 * fall)
                data.append(f"{code},{year},{carbon:.3f},{sulphur:.3f},{gdp:.3f}")
                if column + 1 < SIDE and year > 2019:
                    river.append(f"{code},r{row}c{column + 1},{year},{1 + row + (year - 2020)}")
            shape = to_geojson(box(100 + column, 30 + row, 101 + column, 31 + row))
            features.append(f'{{"type": "Feature", "properties": {{"unit": "{code}"}}, "geometry": {shape}}}')
    project.write("board.geojson", f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}')
    for name, lines in (("roster.csv", roster), ("data.csv", data), ("river.csv", river)):
        project.write(name, "\n".join(lines) + "\n")
    return project


@pytest.fixture(scope="package")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return board(tmp_path_factory.mktemp("patterns") / "board")


@pytest.fixture(scope="package")
def results(project: Project) -> Results:
    return run(project.path, project.out)
