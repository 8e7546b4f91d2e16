"""Decompositions from the files of a user to the run folder, the report and the workbook, in both languages."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from evaluate import Framework, Results, load, run
from evaluate.artifacts import read_run
from evaluate.needs import needed_years
from evaluate.report import drivers, drivers_figure, quality
from evaluate.report.html import render_report
from evaluate.report.parts import Labels
from tests.evaluate.tiny import DATA, Project, make
from tests.messages.cases_decomposition import declare, three_million_tonnes

SVG = "{http://www.w3.org/2000/svg}"
BROKEN = ("range: [0, 5000]}", "range: [0, 5000], breaks: {2021: {zh: 口径调整, en: re-based}}}")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make(tmp_path / "project")
    declare(made)
    return made


def emitted(variable: str) -> pd.DataFrame:
    """The tiny data as units × years."""
    rows = [line.split(",") for line in DATA.splitlines()[1:]]
    at = {"co2": 2, "so2": 3, "gdp": 4}[variable]
    table = pd.DataFrame([(r[0], int(r[1]), float(r[at])) for r in rows], columns=["unit", "year", "value"])
    return table.pivot(index="unit", columns="year", values="value")


def test_a_run_folder_holds_both_tables_and_reads_them_back(project: Project) -> None:
    made = run(project.path, project.out)
    back = read_run(project.out)
    for name in ("decomposition", "common_direction"):
        one, other = getattr(made, name), getattr(back, name)
        pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=1e-9)
        assert list(one.columns) == list(other.columns)
    table = back.decomposition
    assert table is not None
    assert table["from"].dtype.kind == "i"
    # the first unit's SO2 went from 400 to 350 t while GDP grew
    own = table[(table["unit"] == "C1") & (table["emission"] == "so2") & (table["kind"] == "additive")]
    assert own["effect"].sum() == pytest.approx(-50)
    assert own["driver"].tolist() == ["size", "intensity"]
    assert own.set_index("driver")["effect"]["size"] > 0
    assert json.loads((project.out / "manifest.json").read_text())["decomposition_marks"] == []


def test_the_framework_round_trips_and_its_digest_stays(project: Project) -> None:
    assessment = load(project.path)
    declared = assessment.framework
    again = Framework.from_dict(declared.to_dict())
    assert again == declared
    plain = Framework.from_dict({k: v for k, v in declared.to_dict().items() if k != "decompositions"})
    assert plain.digest == declared.digest
    assert "decompositions" not in plain.to_dict()


def test_a_fitted_run_takes_a_framework_with_a_decomposition_added(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    before = run(project.path, project.out)
    declare(project)
    project.assess(
        ("{method: min_max, bounds: [1, 100]}",
         "{method: min_max, bounds: [1, 100], reference: {fitted: ../results/run/fitted.json}}"),
    )  # fmt: skip
    after = run(project.path)
    pd.testing.assert_frame_equal(before.scores, after.scores)
    assert after.decomposition is not None
    assert before.decomposition is None


def test_the_years_from_the_baseline_on_are_read(project: Project) -> None:
    project.assess(("{from: 2020, to: 2021, baseline: 2019}", "{from: 2021, to: 2021, baseline: 2019}"))
    assessment = load(project.path)
    needed = needed_years(assessment.file, assessment.methodology, assessment.framework)
    # no indicator looks at SO2 or GDP of 2020
    assert needed["so2"] == needed["gdp"] == {2019, 2020, 2021}


def test_the_warning_has_its_line(project: Project, tmp_path: Path) -> None:
    other = make(tmp_path / "other")
    three_million_tonnes(other)
    results = run(other.path)
    (warning,) = [w for w in results.manifest["warnings"] if w["key"] == "decomposition.no_identity"]
    assert warning["place"] == "framework.yaml:30"
    assert warning["values"]["unit"] == "C2"
    table = results.decomposition
    assert table is not None
    # C2 lacks 2020 and C4 the rank year; both are in no group
    states = table[(table["emission"] == "co2") & (table["unit"] != "")].groupby("unit")["state"].first()
    assert states.to_dict() == {
        "C1": "defined", "C2": "defined", "C3": "defined", "C4": "missing", "C5": "defined", "C6": "defined",
    }  # fmt: skip
    assert set(table[(table["unit"] == "") & (table["type"] == "")]["units"]) == {4}


@pytest.fixture
def broken(project: Project) -> Results:
    project.change("framework.yaml", BROKEN)
    return run(project.path)


def test_a_break_is_marked_in_the_manifest_and_in_the_report(broken: Results) -> None:
    marks = broken.manifest["decomposition_marks"]
    assert {(m["emission"], m["span"], m["from"], m["to"]) for m in marks} == {
        ("so2", "step", 2020, 2021), ("so2", "chain", 2019, 2021),
    }  # fmt: skip
    for language, reason, label in (("en", "re-based", "Kaya identity: SO2 emissions"),
                                    ("zh", "口径调整", "恒等式: 二氧化硫排放量")):  # fmt: skip
        labels = Labels(broken, language)
        listed = [row for row in quality.marks(labels).rows if row["code"] == "kaya/so2"]
        assert {(row["label"], row["why"], row["years"]) for row in listed} == {(label, reason, "2021")}
        (shown,) = drivers.decompositions(labels)
        assert shown.emissions["so2"].endswith(" †")
        assert "†" not in shown.emissions["co2"]
        assert reason in shown.note
        assert shown.note in shown.table.note
        groups = {column.group for column in shown.table.columns if column.group}
        assert {shown.emissions["co2"], shown.emissions["so2"]} <= groups
        page = render_report(broken, language)
        assert shown.note in page


def test_the_table_of_signs(broken: Results) -> None:
    labels = Labels(broken, "en")
    (shown,) = drivers.decompositions(labels)
    rows = {(row["type"], row["driver"]): row for row in shown.table.rows}
    names = ["All units", "Resource", "Industrial"]
    drawn = [(kind, name) for kind in names for name in ("Size", "CO2 per GDP / SO2 per GDP", "Change of the emission")]
    assert list(rows) == drawn
    co2, so2 = emitted("co2"), emitted("so2")
    for kind, units in (("All units", list(co2.index)), ("Resource", ["C1", "C2", "C3"])):
        whole = rows[kind, "Change of the emission"]
        total, linked = co2.loc[units].sum(), so2.loc[units].sum()
        assert whole["effect_co2"] == pytest.approx(total[2021] - total[2019])
        assert whole["factor_co2"] == pytest.approx(total[2021] / total[2019] - 1)
        # without the step into 2021
        assert whole["effect_so2"] == pytest.approx(linked[2020] - linked[2019])
        assert whole["factor_so2"] == pytest.approx(linked[2020] / linked[2019] - 1)
    # the GDP of C5 alone falls: there size lowers both, in the five others neither
    size = rows["All units", "Size"]
    assert [size[f"{which}_so2"] for which in ("both_fall", "one", "both_rise")] == [1, 0, 5]
    assert size["direction_so2"] == "lowers neither"
    # emission per GDP from 2019 to 2020, the step that both have: it rises for C5 in both
    intensity = rows["All units", "CO2 per GDP / SO2 per GDP"]
    gdp = emitted("gdp")
    falls = [(e[2020] / gdp[2020] < e[2019] / gdp[2019]) for e in (co2, so2)]
    both = int((falls[0] & falls[1]).sum())
    assert intensity["both_fall_so2"] == both == 5
    assert intensity["direction_so2"] == "lowers both (synergy)"


def test_the_picture_stacks_what_the_table_says(broken: Results) -> None:
    labels = Labels(broken, "en")
    (shown,) = drivers.decompositions(labels)
    carbon, sulphur = drivers_figure.driver_figures(labels, shown)
    assert carbon[0] == "CO2 emissions"
    root = ET.fromstring(str(carbon[1]))
    bars = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}rect") is not None]
    assert len(bars) == 4  # two drivers in two steps
    # heights are in proportion to the share of the emission before
    table = shown.steps[shown.steps["emission"] == "co2"]
    shares = (table["effect"] / table["start"]).abs().tolist()
    heights = [float(bar.find(f"{SVG}rect").attrib["height"]) for bar in bars]  # type: ignore[union-attr]
    assert [h / heights[0] for h in heights] == pytest.approx([s / shares[0] for s in shares], rel=0.02)
    said = [title.text or "" for title in ET.fromstring(str(sulphur[1])).iter(f"{SVG}title")]
    assert "2020–2021 crosses a break in the statistics and is not decomposed" in said
    assert sum(line.startswith("Size, ") for line in said) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_report_and_workbook_hold_the_sections(project: Project, language: str) -> None:
    project.change("framework.yaml", BROKEN)
    project.assess(("language: en, map: false, report: []", f"language: {language}, map: false, report: [html, xlsx]"))
    run(project.path, project.out)
    page = (project.out / "report.html").read_text(encoding="utf-8")
    heading = {"zh": "排放变化的驱动因素", "en": "What drove the emissions"}[language]
    assert f'<h2 id="drivers">{heading}</h2>' in page
    assert page.index('id="diagnosis"') < page.index('id="co_control"') < page.index('id="drivers"')
    assert page.index('id="drivers"') < page.index('id="quality"')
    book = openpyxl.load_workbook(project.out / "report.xlsx")
    names = {
        "zh": ("驱动因素", "驱动因素逐年", "各单元驱动因素"),
        "en": ("Drivers", "Drivers by year", "Drivers by unit"),
    }
    assert set(names[language]) <= set(book.sheetnames)
    by_unit = book[names[language][2]]
    assert by_unit.max_row == 4 + 6 * 2 * 2  # units, emissions, drivers below the head


def test_without_decompositions_there_is_no_table(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    results = run(project.path, project.out)
    assert results.decomposition is results.common_direction is None
    assert not (project.out / "decomposition.csv").exists()
    labels = Labels(results, "en")
    assert drivers.decompositions(labels) == []
    assert drivers.units(labels).rows == drivers.steps(labels).rows == []
    assert "The framework declares no decomposition" in render_report(results, "en")


def test_hostile_labels_are_escaped(project: Project) -> None:
    project.change("framework.yaml", ("en: Kaya identity}", 'en: "<script>alert(1)</script>"}'))
    page = render_report(run(project.path), "en")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
