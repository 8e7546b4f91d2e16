"""Every kind of bad input: the whole message in English, no English left in Chinese, and nothing written."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from evaluate.assessment import bundled_frameworks
from evaluate.catalogue import methods, schema
from evaluate.cli.main import entry
from evaluate.intake.group_sets import bundled_group_sets
from evaluate.sources.reading import bundled_sources
from indicators.accounting import bundled_factors
from indicators.accounting.tables import COLUMNS, TABLES
from indicators.formula import FUNCTIONS
from tests.evaluate.tiny import Project
from tests.messages import (
    cases_accounting,
    cases_aggregation,
    cases_assessment,
    cases_china,
    cases_decomposition,
    cases_detector,
    cases_efficiency,
    cases_factors,
    cases_framework,
    cases_groups,
    cases_layers,
    cases_measures,
    cases_methods,
    cases_patterns,
    cases_places,
    cases_regression,
    cases_robustness,
    cases_rosters,
    cases_sources,
    cases_space,
    cases_tables,
    cases_together,
    cases_vector,
    cases_weighting,
    cases_workbooks,
    cases_yaml,
)
from tests.messages.cases import Case

GROUPS = (
    cases_accounting, cases_aggregation, cases_assessment, cases_china, cases_decomposition, cases_detector,
    cases_efficiency, cases_framework, cases_groups, cases_layers, cases_tables, cases_methods, cases_patterns,
    cases_places, cases_regression, cases_robustness, cases_sources, cases_space, cases_weighting, cases_together,
    cases_measures, cases_vector, cases_factors, cases_rosters, cases_workbooks, cases_yaml,
)  # fmt: skip
CASES = [case for group in GROUPS for case in group.CASES]
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
FORMATS = {
    "CSV",
    "XLSX",
    "Excel",
    "HTML",
    "UTF",
    "EPSG",
    "WGS",
    "GeoJSON",
    "GeoPackage",
    "Shapefile",
    "GeoParquet",
    "GeoTIFF",
    "NetCDF",
    "Zarr",
    "GB",
    "T",
}
PATHS = {"csv", "xlsx", "parquet", "https", "x", "y", "z", "png", "overwrite", "measures", "km", "MB"}
WRITTEN = {"true", "false", "utf", "gb18030", "TRUE", "DIV", "e"}  # e: 1e+100


def run(language: str) -> int:
    return entry(["run", "assessment.yaml", "--out", "../results/run", "--lang", language])


def everything(folder: Path) -> dict[str, bytes | None]:
    """Every file and folder below a folder, with what the files hold."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def without_quotes(case: Case, said: str) -> str:
    """Leave out the words of the system and of libraries, which change with their versions."""
    return re.sub(r"([(（]).*([)）])$", r"\1…\2", said, flags=re.M) if case.quoting else said


def test_names_tell_cases_apart() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 100


def test_the_assessment_is_good_without_the_changes(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("en") == 0
    assert capsys.readouterr().err == ""
    assert (project.out / "manifest.json").is_file()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_message_in_english(case: Case, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    case.change(project)
    before = everything(project.folder.parent)
    assert run("en") == 1
    told = capsys.readouterr()
    assert without_quotes(case, told.err) == case.said
    assert told.out == ""
    assert everything(project.folder.parent) == before
    assert entry(["check", "assessment.yaml", "--lang", "en"]) == (0 if case.computing else 1)
    told = capsys.readouterr()
    assert without_quotes(case, told.err) == ("" if case.computing else case.said)


@cache
def words_of_the_program() -> frozenset[str]:
    """Every word of forms, methods, frameworks, sources and factors."""
    known = FORMATS | PATHS | WRITTEN | set(FUNCTIONS)
    forms = json.dumps([schema("assessment"), schema("framework"), [m["method"] for m in methods()]])
    for text in re.findall(r'"([A-Za-z0-9_-]+)"', forms):
        known |= set(WORD.findall(text))
    known |= {word for m in methods() for p in m["parameters"] for word in WORD.findall(p["name"])}
    bundled = (*bundled_frameworks(), *bundled_sources(), *bundled_group_sets())
    known |= {word for code in bundled for word in WORD.findall(code)}
    # columns, codes, series and places of the tables of factors
    for row in bundled_factors().rows.values():
        known |= set(WORD.findall(f"{row.code} {row.substance} {row.place} {row.series} {row.variant}"))
    return frozenset(known | {*COLUMNS, *TABLES, "bundled"})


def vocabulary(case: Case, project: Project) -> set[str]:
    """Every word that a user reads or writes whatever the language: names, words of the files and of the forms."""
    known = {word for name in re.findall(r"'([^']*)'", case.said) for word in WORD.findall(name)}
    known |= words_of_the_program()
    for path in project.folder.rglob("*"):
        known |= set(WORD.findall(path.name))
        if path.is_file() and path.suffix in (".yaml", ".csv", ".geojson"):
            known |= set(WORD.findall(path.read_bytes().decode("utf-8", errors="ignore")))
    return known


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_message_in_chinese(case: Case, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    case.change(project)
    assert run("zh") == 1
    told = capsys.readouterr()
    assert told.out == ""
    said, english = without_quotes(case, told.err).splitlines(), case.said.splitlines()
    assert len(said) == len(english)
    for line, other in zip(said[1:], english[1:], strict=True):
        place, _, message = line.strip().partition("  ")
        assert place == other.strip().partition("  ")[0]
        assert HAN.search(message)
        assert not set(WORD.findall(message)) - vocabulary(case, project)
    assert HAN.search(said[0])


@pytest.mark.parametrize("name", ["duplicate key", "dash in a cell", "geometric mean of zero", "output folder exists"])
def test_the_command_itself_says_the_same(name: str, project: Project) -> None:
    case = next(case for case in CASES if case.name == name)
    case.change(project)
    before = everything(project.folder.parent)
    code = "from indicators.launcher import entry; raise SystemExit(entry())"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code, "run", "assessment.yaml", "--out", "../results/run", "--lang", "en"],
        capture_output=True, check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode() == case.said
    assert everything(project.folder.parent) == before


def test_a_file_without_permission(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may read everything, so the system's refusal is made up.
    own = Path.read_bytes

    def refused(path: Path) -> bytes:
        if path.name == "data.csv":
            raise PermissionError(13, "Permission denied")
        return own(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert run("en") == 1
    assert capsys.readouterr().err == (
        "1 fault in assessment.yaml\n  assessment.yaml:6  data[0].path: no permission to read 'data.csv'\n"
    )
    assert not project.out.parent.exists()
