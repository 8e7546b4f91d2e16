"""What the report, the workbook and the map tell of the geographical detector."""

import re
from dataclasses import replace

import pytest

from evaluate import load, run
from evaluate.artifacts import read_run
from evaluate.report.geodetector import geodetector
from evaluate.report.geodetector_tables import interactions
from evaluate.report.map_geodetector import geodetector_layers
from evaluate.report.parts import Labels
from evaluate.report.spatial import Told, spatial_tables
from evaluate.results import Results
from tests.evaluate.tiny import ROSTER, Project, make
from tests.messages.cases_detector import asked

KEYS = """\
    targets: [composite, so2]
    years: all
    factors:
      region: {}
      type: {}
      dense: {of: co2 / gdp, label: {zh: "密<i>", en: "Dense <i>&"}}
      wealth: {}
    classes: [2, 3]
    minimum: 2
    permutations: 19
    force: true"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = make(tmp_path_factory.mktemp("detector") / "project")
    made.write("roster.csv", ROSTER.replace("north", "<script>alert(1)</script>"))
    made.draw()
    asked(KEYS, ("robustness:", "# robustness:"), ("map: false, report: []", "report: [html, xlsx]"))(made)
    run(load(made.path), made.out)
    return made


@pytest.fixture(scope="module")
def results(project: Project) -> Results:
    return read_run(project.out)


def told(results: Results, language: str) -> Told:
    made = geodetector(Labels(results, language))
    assert made is not None
    return made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_section_holds_pictures_tables_and_what_must_not_be_overlooked(results: Results, language: str) -> None:
    made = told(results, language)
    assert len(made.warned) == 3 and len(made.pictures) == 4
    assert {table.code for table in made.tables} == {"detector_factors", "detector_risk_summary", "detector_years"}
    (factors,) = (table for table in made.tables if table.code == "detector_factors")
    assert len(factors.rows) == 2 * 4
    marked = {(row["target"], row["factor"].endswith("†")) for row in factors.rows if row["kind"] == "numbers"}
    composite, sulphur = dict.fromkeys(row["target"] for row in factors.rows)
    # the composite is made of all that explains it; sulphur of none of it
    assert marked == {(composite, True), (sulphur, False)}
    assert any("†" in note for note in made.notes)
    assert all(("†" in row["factor"]) == (row["forced"] is not None) for row in factors.rows)
    for table in (*made.tables, *made.details, *made.further):
        for row in table.rows:
            assert all(column.key in row for column in table.columns), table.code


def test_strata_and_pairs_are_called_by_their_names(results: Results) -> None:
    made = told(results, "en")
    (strata,) = (table for table in made.details if table.code == "detector_strata")
    ranges = {row["bounds"] for row in strata.rows}
    assert {"Resource", "Industrial", "south"} <= ranges
    assert all(re.fullmatch(r"[\d.,e−-]+–[\d.,e−-]+ (1e8 CNY|t / CNY)", said) for said in ranges if "–" in said)
    assert len([said for said in ranges if "–" in said]) >= 4
    (pairs,) = (table for table in made.details if table.code == "detector_interactions")
    assert len(pairs.rows) == 2 * 6 and all(row["kind"] for row in pairs.rows)
    (years,) = (table for table in made.tables if table.code == "detector_years")
    assert [column.key for column in years.columns[-2:]] == ["q_2020", "q_2021"]


def test_the_page_lists_the_greatest_pairs_and_the_workbook_all(results: Results) -> None:
    labels = Labels(results, "en")
    short = interactions(labels, 5)
    assert len(short.rows) == 5 and "12" in short.note
    assert [row["q"] for row in short.rows] == sorted((row["q"] for row in interactions(labels).rows), reverse=True)[:5]
    assert len(dict(spatial_tables(labels))["detector_interactions"].rows) == 12


def test_the_page_and_the_workbook_hold_it(project: Project) -> None:
    page = (project.out / "report.html").read_text(encoding="utf-8")
    assert 'id="geodetector"' in page and '<div class="warning" role="note">' in page
    assert "Dense &lt;i&gt;&amp;" in page and "Dense <i>" not in page and "<script>alert" not in page
    import openpyxl

    book = openpyxl.load_workbook(project.out / "report.xlsx", read_only=True)
    assert {"Geodetector factors", "Geodetector cuttings", "Geodetector pairs"} <= set(book.sheetnames)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_map_shows_the_strata_of_the_best_factor(results: Results, language: str) -> None:
    layers = geodetector_layers(Labels(results, language))
    assert [layer.code for layer in layers] == ["detector-0", "detector-1"]
    units = results.spatial["detector_units"].query("year == 2021")
    for layer, target in zip(layers, ("composite", "so2"), strict=True):
        mine = units[units["target"] == target]
        assert dict(layer.values) == dict(zip(mine["unit"], mine["stratum"].astype(str), strict=True))
        assert {one.code for one in layer.categories} == set(layer.values.values())
        assert not layer.worst_first  # no stratum is better than another: they stand in the order of their means
        assert ("†" in layer.label) == (target == "composite") == ("†" in layer.note)


def test_strata_of_another_year_stand_in_that_year(results: Results) -> None:
    last = results.scores["year"].max()
    earlier = {
        name: table[table["year"] != last] if "year" in table else table for name, table in results.spatial.items()
    }
    for layer in geodetector_layers(Labels(replace(results, spatial=earlier), "en")):
        assert not layer.values and list(layer.by_year) == [last - 1]


def test_a_run_without_it_says_nothing(results: Results) -> None:
    manifest = results.manifest | {"assessment": results.manifest["assessment"] | {"spatial": None}}
    labels = Labels(replace(results, manifest=manifest, spatial={}), "en")
    assert geodetector(labels) is None and geodetector_layers(labels) == []
