"""Dynamics and coordination in the run folder and in the report: whole runs of a small assessment."""

import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from evaluate import load, run
from evaluate.artifacts import read_run
from evaluate.manifest import sealed
from evaluate.report import coordination, dynamics_tables
from evaluate.report.html import render_report
from evaluate.report.parts import Labels
from evaluate.results import Results
from tests.evaluate.alike import assert_alike
from tests.evaluate.report.test_html import Reader
from tests.evaluate.tiny import FRAMEWORK, Project
from tests.evaluate.tiny import make as tiny

NEW = ("dynamics", "transitions", "density", "coordination")
YEARS = range(2016, 2022)
HOSTILE = "<b>region"


def project_of(folder: Path, units: int = 24, apart: bool = False) -> Project:
    """Write the tiny assessment with more cities and years; `apart`: types with weights of their own."""
    project = tiny(folder)
    rng = np.random.default_rng(11)
    kinds = ("resource", "industrial")
    roster = [f"C{n:02d},City {n},{kinds[n % 2]},{('north', 'south', '')[n % 3]}" for n in range(units)]
    project.write("roster.csv", "\n".join([f"unit,name,type,{HOSTILE}", *roster]) + "\n")
    rows = ["unit,year,co2_t,so2_t,gdp_1e8"]
    for n in range(units):
        co2, so2, gdp = rng.uniform(3000, 20000), rng.uniform(100, 2000), rng.uniform(80, 300)
        for year in range(2015, 2022):
            rows.append(f"C{n:02d},{year},{co2:.1f},{so2:.1f},{gdp:.2f}")
            co2, so2, gdp = co2 * rng.uniform(0.9, 1.06), so2 * rng.uniform(0.85, 1.04), gdp * rng.uniform(1.0, 1.09)
    project.write("data.csv", "\n".join(rows) + "\n")
    project.assess(
        ("from: 2020, to: 2021, baseline: 2019", "from: 2016, to: 2021, baseline: 2015"),
        ("cohorts: [region]", f"cohorts: ['{HOSTILE}']"),
        ("runs: 20", "runs: 5"),
        ("report: []", "report: [html, xlsx]"),
    )
    if apart:
        own = "resource: {label: {zh: 资源型, en: Resource}"
        project.write("framework.yaml", FRAMEWORK.replace(own, own + ", weights: {carbon: 0.7}"))
    return project


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Results]:
    project = project_of(tmp_path_factory.mktemp("whole") / "project")
    return project, run(load(project.path), project.out)


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Results:
    project = project_of(tmp_path_factory.mktemp("apart") / "project", apart=True)
    return run(load(project.path))


def text_of(results: Results, language: str, section: str) -> str:
    """Return the words of one section of the page, which must be whole."""
    page = render_report(results, language)
    assert not Reader(page).faults
    found = re.search(rf'<section[^>]*><h2 id="{section}">.*?</section>', page, re.S)
    assert found
    return " ".join(" ".join(Reader(found[0]).text).split())


def test_the_folder_is_read_back(whole: tuple[Project, Results]) -> None:
    project, results = whole
    back = read_run(project.out)
    assert_alike(results, back)
    for name in NEW:
        assert len(getattr(back, name)), name
    for language in ("zh", "en"):
        assert render_report(back, language) == render_report(results, language)


def test_the_composite_of_the_tables_is_that_of_the_scores(whole: tuple[Project, Results]) -> None:
    _, results = whole
    assert results.dynamics is not None and results.coordination is not None
    wide = results.scores.pivot(index="unit", columns="year", values="composite")
    table = results.dynamics
    ours = table[(table["statistic"] == "sigma") & (table["item"] == "composite") & (table["type"] == "")]
    np.testing.assert_allclose(ours["value"], wide.std() / wide.mean(), rtol=1e-9)
    assert set(table["item"]) == {"composite", "carbon", "other"}
    held = results.scores.merge(results.coordination[results.coordination["model"] == "traditional"])
    u = held[["carbon", "other"]].to_numpy() / 100
    np.testing.assert_allclose(held["development"].astype(float), u.mean(axis=1), rtol=1e-9)
    np.testing.assert_allclose(
        held["coordination"].astype(float), np.sqrt(np.sqrt(u.prod(axis=1))), rtol=1e-9
    )  # of two, D² = C·T = √(U₁U₂)


def test_the_same_inputs_give_the_same_bytes(whole: tuple[Project, Results]) -> None:
    project, _ = whole
    again = project.out.parent / "again"
    run(load(project.path), again)
    for name in (*(f"{table}.csv" for table in NEW), "report.html", "report.xlsx"):
        digests = {hashlib.sha256((out / name).read_bytes()).hexdigest() for out in (project.out, again)}
        assert len(digests) == 1, name


def test_the_order_of_the_roster_changes_no_byte(whole: tuple[Project, Results], tmp_path: Path) -> None:
    project, _ = whole
    other = tiny(tmp_path / "project")
    for path in project.folder.iterdir():
        shutil.copy(path, other.folder / path.name)
    head, *rows = (project.folder / "roster.csv").read_text("utf-8").splitlines()
    other.write("roster.csv", "\n".join([head, *rows[::-1]]) + "\n")
    run(load(other.path), other.out)
    for name in NEW:
        assert (other.out / f"{name}.csv").read_bytes() == (project.out / f"{name}.csv").read_bytes(), name


SAID = {
    "zh": {
        "dynamics": ["历年变异系数", "超变密度", "核密度", "年际转移概率", "绝对 β 收敛", "各等级的构成"],
        "coordination": ["不计入综合得分", "高于 0.99", "相关系数为", "传统耦合协调模型", "王淑佳等，2021",
                         "各协调等级"],
    },
    "en": {
        "dynamics": ["Coefficient of variation", "transvariation", "Kernel density", "one year later", "β convergence",
                     "ergodic"],
        "coordination": ["no part of it", "above 0.99 for", "the correlation of the traditional D",
                         "traditional coupling coordination model", "Wang Shujia et al. 2021", "Units by grade"],
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_both_sections(whole: tuple[Project, Results], language: str) -> None:
    _, results = whole
    for section, expected in SAID[language].items():
        said = text_of(results, language, section)
        for word in expected:
            assert word in said, word
    page = render_report(results, language)
    assert HOSTILE not in page and "&lt;b&gt;region" in page
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert page.index('<h2 id="time">') < page.index('<h2 id="dynamics">') < page.index('<h2 id="coordination">')
    section = page[page.index('<h2 id="dynamics">') : page.index('<h2 id="coordination">')]
    assert section.count("<svg") == 5  # σ, Gini by type and by region, densities, transitions
    assert "nan" not in section.lower().replace("finance", "")


def test_the_facts_are_measured(whole: tuple[Project, Results]) -> None:
    _, results = whole
    assert results.coordination is not None
    last = results.coordination[(results.coordination["year"] == 2021)]
    held = last[last["model"] == "traditional"].astype({"coupling": float, "development": float, "coordination": float})
    share, r = (held["coupling"] > 0.99).mean(), held["coordination"].corr(held["development"])
    said = text_of(results, "en", "coordination")
    assert f"above 0.99 for {100 * share:.0f}% of them, and the correlation" in said and f"mean T is {r:.3f}." in said
    assert f"All units, 2021, {len(held)} units" in said
    table = coordination.grade_counts(Labels(results, "en"), 2021)
    counts = {(row["kind"], row["model"]): [row[f"grade_{g}"] for g in range(1, 11)] for row in table.rows}
    assert set(counts) == {(kind, model) for kind in ("", "resource", "industrial") for model in
                           ("traditional", "corrected")}  # fmt: skip
    theirs = pd.cut(held["coordination"], np.arange(11) / 10, labels=False, right=False).value_counts()
    assert counts["", "traditional"] == [int(theirs.get(g, 0)) for g in range(10)]
    halves = zip(counts["resource", "corrected"], counts["industrial", "corrected"], strict=True)
    assert [a + b for a, b in halves] == counts["", "corrected"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_holds_a_sheet_of_each(whole: tuple[Project, Results], language: str, tmp_path: Path) -> None:
    project, results = whole
    path = project.out / "report.xlsx"
    if language == "zh":
        from evaluate.report.workbook import write_workbook

        path = tmp_path / "report.xlsx"
        write_workbook(results, "zh", path)
    book = openpyxl.load_workbook(path)
    sheets = {
        "zh": ["收敛", "差异分解", "等级构成与稳态", "等级转移", "协调等级", "各单元耦合协调度"],
        "en": ["Convergence", "Inequality", "Classes", "Movements", "Coordination grades", "Coordination of units"],
    }[language]
    assert set(sheets) <= set(book.sheetnames)
    assert book[sheets[-1]].max_row == 5 + 24  # a heading of groups above that of columns
    moves = book[sheets[3]]
    assert moves.max_row == 4 + 3 * 3 * 16  # all units and two types, three items


def test_types_that_are_not_comparable_stand_by_themselves(apart: Results) -> None:
    assert not apart.comparable
    said = text_of(apart, "en", "dynamics")
    assert "Scores of different types are not comparable" in said and "Resource" in said
    section = render_report(apart, "zh")
    section = section[section.index('<h2 id="dynamics">') : section.index('<h2 id="coordination">')]
    assert section.count("<svg") == 8  # σ, Gini by region, densities, transitions of each type
    assert "以下均按类型分别分析" in section and "不足 20 个" in section
    said = text_of(apart, "en", "coordination")
    assert "units are counted within types" in said and "All units" not in said
    rows = coordination.grade_counts(Labels(apart, "en")).rows
    assert {row["kind"] for row in rows} == {"resource", "industrial"}
    assert {row["type"] for row in dynamics_tables.convergence(Labels(apart, "en")).rows} == {"Resource", "Industrial"}


def test_one_year_and_few_units_say_why(tmp_path: Path) -> None:
    project = project_of(tmp_path / "one")
    project.assess(("from: 2016,", "from: 2021,"), ("report: [html, xlsx]", "report: []"))
    results = run(load(project.path), project.out)
    assert results.dynamics is not None and results.dynamics.empty
    assert "A single year is scored" in text_of(read_run(project.out), "en", "dynamics")
    assert "只有一个评价年份" in text_of(results, "zh", "dynamics")
    assert "Units by grade of coordination, 2021" in text_of(results, "en", "coordination")
    few = run(load(project_of(tmp_path / "few", units=6, apart=True).path))
    assert "needs at least 5 scored units" in text_of(few, "en", "dynamics")
    assert "至少需要 5 个得分单元" in text_of(few, "zh", "dynamics")


def test_folders_without_the_tables_stay_readable(whole: tuple[Project, Results], tmp_path: Path) -> None:
    project, _ = whole
    old = tmp_path / "old"
    shutil.copytree(project.out, old)
    manifest = json.loads((old / "manifest.json").read_text(encoding="utf-8"))
    for name in NEW:
        (old / f"{name}.csv").unlink()
        del manifest["artifacts"][f"{name}.csv"]
    for name in ("dynamics", "coordination"):
        del manifest["outputs"][name]
    (old / "manifest.json").write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    results = read_run(old)
    assert all(getattr(results, name) is None for name in NEW)
    assert "no tables of dynamics" in text_of(results, "en", "dynamics")
    assert "no table of coupling coordination" in text_of(results, "en", "coordination")
    assert "没有动态分析表" in text_of(results, "zh", "dynamics")


def test_the_assessment_chooses(tmp_path: Path) -> None:
    project = project_of(tmp_path / "project")
    project.assess((
        "report: [html, xlsx]",
        "report: [], dynamics: {classes: 3}, "
        "coordination: {dimensions: [air, growth, carbon], weights: {air: 1, growth: 1, carbon: 2}}",
    ))  # fmt: skip
    results = run(load(project.path), project.out)
    assert results.transitions is not None and results.coordination is not None
    assert results.transitions["to_class"].max() == 3
    held = results.scores.merge(results.coordination[results.coordination["model"] == "corrected"])
    expected = (held["air"] + held["growth"] + 2 * held["carbon"]) / 400
    np.testing.assert_allclose(held["development"].astype(float), expected, rtol=1e-9)
    said = text_of(results, "en", "coordination")
    assert "Air, Growth, Carbon" in said and "as the assessment says" in said
    assert (project.out / "coordination.csv").is_file()


def test_it_may_be_left_out(tmp_path: Path) -> None:
    project = project_of(tmp_path / "project")
    project.assess(("report: [html, xlsx]", "report: [], coordination: false"))
    results = run(load(project.path), project.out)
    assert results.coordination is None and not (project.out / "coordination.csv").exists()
    assert "leaves coupling coordination out" in text_of(read_run(project.out), "en", "coordination")


def test_scores_without_bounds_have_a_reason(tmp_path: Path) -> None:
    project = project_of(tmp_path / "project")
    project.assess(
        ("report: [html, xlsx]", "report: []"),
        ("{method: min_max, bounds: [1, 100]}", "{method: z_score, reference: year}"),
    )
    results = run(load(project.path))
    said = text_of(results, "zh", "coordination")
    assert "不可用" in said and "z 分数" in said and "各协调等级" not in said
    assert "relative to each year" in text_of(results, "en", "dynamics")
    assert not coordination.grade_counts(Labels(results, "en")).rows
    assert len(coordination.units(Labels(results, "en")).rows) == 24


def test_a_chain_without_one_ergodic_distribution_says_so(whole: tuple[Project, Results]) -> None:
    _, results = whole
    assert results.dynamics is not None
    table = results.dynamics.copy()
    at = (table["statistic"] == "ergodic") & (table["item"] == "composite")
    table.loc[at, "state"], table.loc[at, "value"] = "several", np.nan
    said = text_of(replace(results, dynamics=table), "en", "dynamics")
    assert "There is no ergodic distribution: several, depending on the start." in said
