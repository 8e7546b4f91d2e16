"""The workbook, read by another program: texts stay texts, numbers numbers, equal runs equal bytes."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evaluate.report import tables
from evaluate.report.parts import Labels
from evaluate.report.workbook import write_workbook
from indicators.texts import LANGUAGES, catalogue
from tests.evaluate.report.builder import NASTY, make
from tests.evaluate.report.test_html import VARIANTS

NOTICE = "Made-up data, for demonstration <b>"


def opened(path: Path, language: str = "en", **options: Any) -> openpyxl.Workbook:
    write_workbook(make(**options), language, path)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return opened(tmp_path_factory.mktemp("book") / "report.xlsx", units=26)


def cells(book: openpyxl.Workbook) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_no_cell_holds_a_formula_or_a_link(book: openpyxl.Workbook) -> None:
    assert {cell.data_type for cell in cells(book)} <= {"s", "n"}
    assert not [cell.coordinate for cell in cells(book) if cell.hyperlink]


def test_hostile_names_stay_text_and_stay_so_when_edited(book: openpyxl.Workbook) -> None:
    names = {cell.value: cell for cell in cells(book) if isinstance(cell.value, str)}
    for name in NASTY:
        assert name in names
    for name in ("=cmd|' /C calc'!A0", "+1+1", "-2", "@sum", "\tTab"):
        assert names[name].data_type == "s"
        assert names[name].quotePrefix
    assert not names["甲市"].quotePrefix


def test_the_notice_stands_on_every_sheet(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert sheet["A2"].value == NOTICE
        assert NOTICE in sheet.oddHeader.left.text


def test_tables_have_filters_and_frozen_headings(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.auto_filter.ref, sheet.title
        head = int("".join(filter(str.isdigit, sheet.auto_filter.ref.split(":")[0])))
        assert int("".join(filter(str.isdigit, sheet.freeze_panes))) == head + 1, sheet.title
        assert sheet.print_title_rows.endswith(f"${head}")
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_ranking_is_that_of_the_page(book: openpyxl.Workbook) -> None:
    sheet = book["Ranking"]
    head = [cell.value for cell in sheet[4]]
    table = tables.ranking(Labels(make(units=26), "en"))
    assert head == [column.heading for column in table.columns]
    shown = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert len(shown) == len(table.rows) == 24
    place = head.index("Composite")
    assert [row[place] for row in shown] == pytest.approx([row["composite"] for row in table.rows])
    assert sheet.cell(5, place + 1).number_format == "0.00"
    scales = [rule.type for rules in sheet.conditional_formatting for rule in rules.rules]
    assert scales == ["colorScale"] * 5


def test_shares_and_whole_numbers_have_their_formats(book: openpyxl.Workbook) -> None:
    sheet = book["Coverage"]
    assert [cell.number_format for cell in sheet[5]][2:6] == ["#,##0", "#,##0", "#,##0", "0.0%"]
    assert sheet["F5"].value == pytest.approx(24 / 26)


def test_headings_above_several_columns_span_them(book: openpyxl.Workbook) -> None:
    assert {str(area) for area in book["Weights"].merged_cells.ranges} == {"C4:D4", "E4:F4"}
    assert book["Weights"]["C4"].value == "Resource"


def test_every_roster_unit_stands_among_the_values(book: openpyxl.Workbook) -> None:
    sheet = book["Indicator values"]
    head = [cell.value for cell in sheet[5]]
    assert "Carbon intensity (t / (1e4 CNY))" in head and "Carbon intensity" in head
    codes = [row[head.index("Code")].value for row in sheet.iter_rows(min_row=6)]
    assert sorted(codes) == [f"{n:04d}" for n in range(1, 27)]


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_run_can_be_written(name: str, language: str, tmp_path: Path) -> None:
    book = opened(tmp_path / "report.xlsx", language, **VARIANTS[name])
    first = [catalogue("report")[f"sheet_{code}"][language] for code in ("overview", "unscored")]
    assert book.sheetnames[:2] == first


def test_what_there_is_not_gets_no_sheet(tmp_path: Path) -> None:
    book = opened(tmp_path / "report.xlsx", robust=False, cohorts=False)
    assert not {"Tiers", "Rank intervals", "Cohort differences"} & set(book.sheetnames)


def test_everyone_scored_is_said(tmp_path: Path) -> None:
    book = opened(tmp_path / "report.xlsx", unscored=0)
    assert book["Not scored"]["A3"].value == "Every unit of the roster is scored."


def test_names_of_sheets_are_legal() -> None:
    for language in LANGUAGES:
        names = [entry[language] for key, entry in catalogue("report").items() if key.startswith("sheet_")]
        assert len({name.casefold() for name in names}) == len(names)
        assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_a_very_long_list_is_cut_to_what_a_cell_takes(tmp_path: Path) -> None:
    results = make(units=4, unscored=0, nasty=False)
    units = results.units.assign(name=["x" * 40_000, "b", "c", "d"])
    write_workbook(type(results)(**{**results.__dict__, "units": units}), "en", tmp_path / "report.xlsx")
    longest = max(len(str(cell.value)) for cell in cells(openpyxl.load_workbook(tmp_path / "report.xlsx")))
    assert 30_000 < longest <= 32_767


def test_equal_runs_give_equal_bytes_in_two_processes(root: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.evaluate.report.builder import make;"
        "from evaluate.report.workbook import write_workbook; write_workbook(make(), 'zh', Path(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(root), "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "other.xlsx")], check=True, env=environment, cwd=tmp_path
    )
    digests = {hashlib.sha256((tmp_path / "other.xlsx").read_bytes()).hexdigest()}
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(make(), "zh", tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_no_clock_and_no_person_in_the_file(tmp_path: Path) -> None:
    write_workbook(make(), "en", tmp_path / "report.xlsx")
    with zipfile.ZipFile(tmp_path / "report.xlsx") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert "2000-01-01T00:00:00Z" in core
    assert "<dc:creator></dc:creator>" in core
