"""Groups, pilots, space and time in a run folder, a report and a map: texts escaped, states named, read back alike."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from evaluate import load, run
from evaluate.artifacts import read_run
from evaluate.report.groups import pilots, state_said
from evaluate.report.html import render_report
from evaluate.report.map_groups import group_layers
from evaluate.report.parts import Labels
from evaluate.results import Results
from evaluate.spatial.dynamics import FORMS as DYNAMICS
from evaluate.spatial.groups import FORMS, SCORE_STATES
from evaluate.spatial.groups.effort import STATES as EFFORT_STATES
from evaluate.spatial.groups.pilots import STATES as PILOT_STATES
from evaluate.spatial.groups.units import STATES as UNIT_STATES
from indicators.texts import catalogue
from tests.evaluate.tiny import Project, make

EVIL = "<script>alert(1)</script>"
TABLE = f"""\
unit,group,set,from,to
C1,{EVIL},cluster,,
C2,{EVIL},cluster,,
C3,=1+1,cluster,,2020
C3,{EVIL},cluster,2021,
C1,Basin,basin,,
C2,Basin,basin,,
C2,Lower,basin,,
"""
ASKED = """\
spatial: {dynamics: {of: [composite, so2_intensity], classes: 2}}
groups:
  path: groups.csv
  set: set
  aggregate: {co2: sum, so2: sum, gdp: sum}
  effort: [co2, so2]
  benefit: so2_intensity
period:"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Results]:
    """A run with everything; not to be changed."""
    project = make(tmp_path_factory.mktemp("groups") / "project")
    project.draw()
    project.write("groups.csv", TABLE)
    project.change("framework.yaml", ("formula: gdp,", "formula: gdp / co2,"), ("1e8 CNY, dir", "1e8 CNY / t, dir"))
    project.assess(
        ("period:", ASKED),
        ("robustness:", "# robustness:"),
        ("map: false, report: []", "map: true, report: [html, xlsx], pilots: {column: region, by: [type]}"),
    )
    return project, run(load(project.path), project.out)


def test_tables_are_read_back_as_they_were(made: tuple[Project, Results]) -> None:
    project, results = made
    again = read_run(project.out)
    names = {form.name for form in (*FORMS, *DYNAMICS)}
    assert names <= set(again.spatial)
    for name in names:
        pd.testing.assert_frame_equal(again.spatial[name], results.spatial[name], rtol=1e-9, check_dtype=False)
    assert "=1+1" in set(again.spatial["groups"]["group"])
    pages = [render_report(one, "zh") for one in (again, results)]
    one, two = (page[page.index('<h2 id="space_time">') : page.index('<h2 id="cohorts">')] for page in pages)
    assert one == two


def test_the_input_is_recorded(made: tuple[Project, Results]) -> None:
    manifest = json.loads((made[0].out / "manifest.json").read_text(encoding="utf-8"))
    assert [entry["path"] for entry in manifest["inputs"] if entry["role"] == "groups"] == ["groups.csv"]


def test_no_value_is_missing_without_a_state(made: tuple[Project, Results]) -> None:
    tables = made[1].spatial
    for name, column in (("group_scores", "score"), ("group_values", "value"), ("group_coordination", "value")):
        held = tables[name]
        assert ((held["state"] == "defined") <= held[column].notna()).all()
        assert (held[column].isna() <= (held["state"] != "defined")).all()
    held = tables["group_members"]
    held = held[held["state"] == "defined"]
    assert set(held["kind"]) == {"effort", "benefit"}
    assert held[["start", "improvement", "relative", "ratio"]].notna().all(axis=None)
    assert (tables["group_scores"]["basis"] == "unit").any()
    assert (tables["group_scores"]["state"] == "defined").any()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_tells_of_groups_and_escapes_their_names(made: tuple[Project, Results], language: str) -> None:
    page = render_report(made[1], language)
    for name in ("space_time", "groups"):
        assert f'<h2 id="{name}">' in page and f'href="#{name}"' in page
    assert EVIL not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    part = page[page.index('<h2 id="groups">') :]
    part = re.sub(r"<[^>]+>", " ", part[: part.index("<h2", 10)])
    assert not re.findall(r"\b(nan|None|NaN)\b", part)
    assert ("kg / (1e4 CNY)" in part, "千克/万元" in part) == (language == "en", language == "zh")


def test_a_run_without_groups_has_no_section(complete: Project) -> None:
    page = (complete.out / "report.html").read_text(encoding="utf-8")
    assert 'id="groups"' not in page and 'id="space_time"' not in page


def test_layers_of_the_map(made: tuple[Project, Results]) -> None:
    basin, cluster, score = group_layers(Labels(made[1], "en"))
    assert {category.code: category.label for category in basin.categories} == {"0": "Basin", "1": "Basin, Lower"}
    assert basin.values == {"C1": "0", "C2": "1"} and not basin.by_year
    labels = {category.code: category.label for category in cluster.categories}
    assert {unit: labels[str(code)] for unit, code in cluster.values.items()} == dict.fromkeys(("C1", "C2", "C3"), EVIL)
    assert {unit: labels[str(code)] for unit, code in cluster.by_year[2020].items()}["C3"] == "=1+1"
    # a unit of two basins would have two scores, so that only the clusters are filled
    assert len({score.values[unit] for unit in ("C1", "C2", "C3")}) == 1
    assert score.by_year[2020]["C3"] != score.by_year[2020]["C1"]
    assert EVIL not in (made[0].out / "map.html").read_text(encoding="utf-8")


def test_every_state_has_its_name(made: tuple[Project, Results]) -> None:
    labels = Labels(made[1], "en")
    states = {*SCORE_STATES, *UNIT_STATES, *EFFORT_STATES, *PILOT_STATES, "overlap", "one_group", "too_few"}
    assert all(state_said(labels, state) for state in states - {"defined"})
    for name in ("group_scores", "group_values", "group_coordination", "group_members", "pilot_coverage"):
        assert all(
            f"state_{state}" in catalogue("groups") for state in set(made[1].spatial[name]["state"]) - {"defined"}
        )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_headings_of_pilots_stand_above_their_columns(made: tuple[Project, Results], language: str) -> None:
    """Lay out the rows of headings as a browser does: a heading of two rows keeps its place in the second."""
    table = pilots(Labels(made[1], language))
    assert [column.group for column in table.columns if column.group] == ["region"] * 2
    page = render_report(made[1], language)
    part = page[page.index(f"<caption>{table.caption}</caption>") :]
    upper, lower = re.findall(r"<tr>(.*?)</tr>", part[: part.index("</thead>")])
    below = iter(re.findall(r"<th[^>]*>(.*?)</th>", lower))
    laid: list[str] = []
    for attributes, heading in re.findall(r"<th([^>]*)>(.*?)</th>", upper):
        span = re.search(r'colspan="(\d+)"', attributes)
        assert (span is None) == ('rowspan="2"' in attributes)
        laid += [f"{heading}: {next(below)}" for _ in range(int(span[1]))] if span else [heading]
    assert laid == [f"{c.group}: {c.heading}" if c.group else c.heading for c in table.columns]
    assert not list(below)
    row = re.search(r"<tbody>\s*<tr>(.*?)</tr>", part, re.S)
    assert row and len(re.findall(r"<t[hd]", row[1])) == len(laid)


def test_the_columns_are_described(root: Path) -> None:
    page = (root / "docs" / "how-to" / "groups.md").read_text(encoding="utf-8")
    for form in (*FORMS, *DYNAMICS):
        row = re.search(rf"^\| `{form.name}` \| ([^;|]*)", page, re.M)
        assert row and re.findall(r"`(\w+)`", row[1]) == list(form.columns)
