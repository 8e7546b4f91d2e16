"""XLSX and Parquet: sheets, header rows, cells that hold no plain number, and how long a real workbook takes."""

import datetime as dt
import io
import re
import time
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from evaluate.intake import workbook
from evaluate.intake.sheetxml import extent, flaws

CO2 = {"variable": "co2", "unit_of_measure": "t"}
HEADER = ["unit", "year", "co2_t"]


def test_title_rows_merged_cells_and_a_named_sheet(intake):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    page = book.create_sheet("数据")
    page["B1"] = "2014 年各市排放"
    page.merge_cells("B1:D1")
    for column, name in enumerate(HEADER, start=2):
        page.cell(3, column, name)
    page["B4"], page["C4"], page["D4"] = 110000, 2014, 12.5
    page["B7"], page["C7"], page["D7"] = "120000", "2014", "3"
    book.save(intake.folder / "a.xlsx")
    reported = intake.tables(intake.wide("a.xlsx", sheet="数据", header_row=3)).reported
    assert reported[["unit", "year", "value", "sheet", "row", "column", "reported_value"]].values.tolist() == [
        ["110000", 2014, 12.5, "数据", 4, "co2_t", 12.5],
        ["120000", 2014, 3.0, "数据", 7, "co2_t", "3"],
    ]


def test_the_first_sheet_that_can_be_seen_is_the_default(intake):
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.create_chartsheet("chart")
    first = book.create_sheet("first")
    for row in (HEADER, [110000, 2014, 1], [120000, 2014, 1]):
        first.append(row)
    book.create_sheet("second")
    book.save(intake.folder / "a.xlsx")
    assert set(intake.tables(intake.wide("a.xlsx")).reported["sheet"]) == {"first"}


def test_an_unknown_sheet(intake):
    path = intake.xlsx(HEADER, [110000, 2014, 1], sheet="Data 2014")
    assert intake.faults(intake.wide(path, sheet="Data2014")) == [
        "assessment.yaml:9  data[0].sheet: panel.xlsx has no sheet 'Data2014'; there are: Data 2014; "
        "did you mean 'Data 2014'?"
    ]
    assert intake.faults(intake.wide(path, sheet="数据"), language="zh") == [
        "assessment.yaml:9  data[0].sheet: panel.xlsx 没有工作表“数据”；现有：Data 2014"
    ]


def test_header_rows_of_a_sheet(intake):
    path = intake.xlsx(["全省"], HEADER, [110000, 2014, 1], [120000, 2014, 1])
    assert intake.faults(intake.wide(path, header_row=5)) == [
        "assessment.yaml:9  data[0].header_row: panel.xlsx 数据 ends at row 4; there is no row 5"
    ]
    assert intake.faults(intake.wide(path))[2] == (
        "panel.xlsx 数据  data[0].columns.co2_t: the column 'co2_t' stands in row 2, not in header row 1; "
        "state header_row: 2"
    )
    path = intake.xlsx([*HEADER, "co2_t"], [110000, 2014, 1, 2], [120000, 2014, 1, 2])
    assert intake.faults(intake.wide(path)) == [
        "panel.xlsx 数据  data[0].columns.co2_t: several columns are named 'co2_t' (columns C, D); rename them"
    ]


def test_an_empty_sheet_and_a_sheet_without_rows(intake):
    assert intake.faults(intake.wide(intake.xlsx())) == ["panel.xlsx 数据  the file or sheet is empty"]
    assert intake.faults(intake.wide(intake.xlsx(HEADER, [None, None, None]))) == [
        "panel.xlsx 数据  the table is empty: there is no row below the column names"
    ]


def test_cells_that_hold_no_number(intake):
    path = intake.xlsx(
        HEADER, [110000, 2014, "12,345"], [110000, 2015, dt.datetime(2015, 3, 1)], [120000, 2014, True],
        [120000, 2015, "#DIV/0!"], [110000, dt.date(2015, 1, 1), 5], [None, 2014, 1],
    )  # fmt: skip
    assert intake.faults(intake.wide(path)) == [
        "panel.xlsx 数据!A7  unit: the code of the unit is blank although the row holds something "
        "(of merged cells only the first holds the value)",
        "panel.xlsx 数据!B6  year: 2015-01-01 is no year from 1900 to 2200 (unit 110000); did you mean '2015'?",
        "panel.xlsx 数据!C2  co2_t: '12,345' is no number (unit 110000, year 2014); did you mean '12345'?",
        "panel.xlsx 数据!C3  co2_t: 2015-03-01 is a date or time; expected a number (unit 110000, year 2015); "
        "check the format of the cell",
        "panel.xlsx 数据!C4  co2_t: TRUE is a truth value; expected a number (unit 120000, year 2014)",
        "panel.xlsx 数据!C5  co2_t: the cell holds the error #DIV/0! (unit 120000, year 2015); mend it or, if it "
        'stands for a missing value, state missing: ["#DIV/0!"]',
    ]


def test_an_error_cell_is_never_silently_missing(intake):
    book = openpyxl.Workbook()
    for row in (HEADER, [110000, 2014, 1], [120000, 2014, None]):
        book.active.append(row)
    book.active["C3"] = "#N/A"
    assert book.active["C3"].data_type == "e"
    book.save(intake.folder / "a.xlsx")
    assert intake.faults(intake.wide("a.xlsx"), language="zh") == [
        "a.xlsx Sheet!C3  co2_t: 单元格为错误值 #N/A（评价单元 120000，2014 年）；请更正，若表示缺失，"
        '请写 missing: ["#N/A"]'
    ]
    assert len(intake.tables(intake.wide("a.xlsx", missing=["#N/A"])).reported) == 1


def test_a_formula_without_a_stored_result_is_never_silently_missing(intake):
    # openpyxl stores the formula alone, as programs do that do not calculate
    path = intake.xlsx(HEADER, [110000, 2014, 1], [120000, 2014, "=C2*2"], [130000, 2014, "=C2*3"])
    assert intake.faults(intake.wide(path)) == [
        "panel.xlsx 数据!C3  co2_t: the formula has no stored result (unit 120000, year 2014); open the workbook in a "
        "spreadsheet program and save it"
    ]
    path = intake.xlsx(HEADER, ["=A3", 2014, 1], [120000, "=B2", 1])
    assert intake.faults(intake.wide(path)) == [
        "panel.xlsx 数据!A2  unit: the formula has no stored result; open the workbook in a spreadsheet program and "
        "save it",
        "panel.xlsx 数据!B3  year: the formula has no stored result (unit 120000); open the workbook in a spreadsheet "
        "program and save it",
    ]


def written_by_xlsxwriter(intake, **values) -> str:
    with xlsxwriter.Workbook(intake.folder / "a.xlsx") as book:
        page = book.add_worksheet("数据")
        for row, cells in enumerate((HEADER, [110000, 2014, 1], [120000, 2014])):
            page.write_row(row, 0, cells)
        page.write_formula("C3", "=C2*2", **values)
    return "a.xlsx"


def test_a_result_of_zero_that_was_never_calculated_is_not_believed(intake):
    # XlsxWriter stores 0 for every formula and asks the spreadsheet program to calculate when it opens the file
    assert intake.faults(intake.wide(written_by_xlsxwriter(intake))) == [
        "a.xlsx 数据!C3  co2_t: the formula's stored result 0 was never calculated (unit 120000, year 2014); "
        "open the workbook in a spreadsheet program and save it"
    ]
    assert intake.tables(intake.wide(written_by_xlsxwriter(intake, value=2))).reported["value"].tolist() == [1, 2]


def as_saved_by_excel(intake, name: str, change) -> None:
    """Rewrite the sheet of a workbook."""
    with zipfile.ZipFile(intake.folder / name) as packed:
        parts = {part: packed.read(part) for part in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = change(parts[sheet].decode()).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, data in parts.items():
            packed.writestr(part, data)
    intake.bytes(stream.getvalue(), name)


def test_a_formula_with_a_stored_result_is_a_number_and_an_empty_text_is_missing(intake):
    path = intake.xlsx(HEADER, [110000, 2014, "=1+1"], [120000, 2014, '=""'])
    as_saved_by_excel(
        intake,
        path,
        lambda xml: re.sub(r'<c r="C3"><f>.*?</f><v ?/></c>', '<c r="C3" t="str"><f>""</f><v></v></c>', xml).replace(
            "<f>1+1</f><v />", "<f>1+1</f><v>2</v>"
        ),
    )
    assert intake.tables(intake.wide(path)).reported[["unit", "value"]].values.tolist() == [["110000", 2.0]]


def test_text_parts_of_other_writers(intake):
    # a namespace prefix, as the Open XML SDK writes it, and cells without references
    xml = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row>'
        b'<x:c><x:v>1</x:v></x:c><x:c><x:f>A1</x:f></x:c></x:row><x:row r="5"><x:c t="e"><x:f>1/0</x:f>'
        b'<x:v>#DIV/0!</x:v></x:c><x:c r="D5"><x:f t="shared" si="0"/></x:c></x:row></x:sheetData></x:worksheet>'
    )
    found = flaws(xml)
    assert {place: flaw.kind for place, flaw in found.items()} == {
        (0, 1): "uncached",
        (4, 0): "error",
        (4, 3): "uncached",
    }
    assert flaws(xml.replace(b"<x:f>A1</x:f>", b"<x:f>A1</x:f><x:v>3</x:v>")).keys() == found.keys() - {(0, 1)}
    assert flaws(b"<a><c r='A1'><f>B1</f> <v>5</v></c></a>") == {}


def test_a_sheet_with_a_stray_cell_far_off(intake, monkeypatch):
    path = intake.xlsx(HEADER, [110000, 2014, 1], [120000, 2014, 1])
    as_saved_by_excel(
        intake,
        path,
        lambda xml: xml.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    )
    assert intake.faults(intake.wide(path)) == [
        "panel.xlsx 数据  the sheet reaches to 1048576 rows × 16384 columns; delete the stray cells far off"
    ]
    path = intake.xlsx(HEADER, [110000, 2014, 1], [120000, 2014, 1])
    as_saved_by_excel(
        intake,
        path,
        lambda xml: xml.replace("</sheetData>", '<row r="20000"><c r="C20000"><v>7</v></c></row></sheetData>'),
    )
    assert intake.faults(intake.wide(path)) == [
        "panel.xlsx 数据!A20000  unit: the code of the unit is blank although the row holds something "
        "(of merged cells only the first holds the value)"
    ]
    assert extent(b'<row r="10000"><c r="A10000"/></row>') == (10000, 1)
    assert workbook.MAX_CELLS >= 9_999 * 702


@pytest.mark.parametrize("reference", ["ZZZZZZ99999999", "A4294967295", "AAAAA1"])
def test_a_cell_that_no_sheet_can_hold_is_a_fault(intake, reference):
    # the reader of cells would make room for it, and the program would be ended
    path = intake.xlsx(HEADER, [110000, 2014, 1], [120000, 2014, 1])
    as_saved_by_excel(intake, path, lambda xml: xml.replace('r="A2"', f'r="{reference}"'))
    assert intake.faults(intake.wide(path)) == [
        f"assessment.yaml:9  data[0].path: 'panel.xlsx' is damaged and cannot be opened (r=\"{reference}\"); "
        "fetch it again or save it again"
    ]


def test_parquet(intake):
    frame = pd.DataFrame(
        {
            "unit": [110000, 110000, 120000], "year": [2014, 2015, 2014], "co2_t": [1.5, None, 3.0],
            "note": [["a"], ["b"], ["c"]],
        }
    )  # fmt: skip
    frame.to_parquet(intake.folder / "a.parquet")
    reported = intake.tables(intake.wide("a.parquet")).reported
    assert reported[["unit", "year", "value", "sheet", "row", "reported_value"]].values.tolist() == [
        ["110000", 2014, 1.5, "", 1, 1.5],
        ["120000", 2014, 3.0, "", 3, 3.0],
    ]
    assert intake.faults(intake.wide("a.parquet", columns={"co2": CO2})) == [
        "a.parquet  data[0].columns.co2: there is no column 'co2'; there are: unit, year, co2_t, note; "
        "did you mean 'co2_t'?"
    ]
    assert intake.faults(intake.wide("a.parquet", columns={"note": CO2}))[0].startswith(
        "a.parquet  note: the column holds list<"
    )


def test_lists_for_codes_are_one_fault(intake):
    pd.DataFrame({"unit": [["a"]], "year": [2014], "co2_t": [1.0]}).to_parquet(intake.folder / "a.parquet")
    said = intake.faults(intake.wide("a.parquet"))
    assert len(said) == 1
    assert said[0].startswith("a.parquet  unit: the column holds list<")


def test_cells_of_parquet_are_read_as_strictly(intake):
    import decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "unit": pa.array(["110000", "110000", "120000", "120000"]).dictionary_encode(),
        "year": pa.array([2014.0, 2015.0, 2014.0, 2015.0]),
        "co2_t": pa.array([1.0, float("inf"), float("nan"), 4.0]),
        "text": pa.array(["1", " 2 ", "3,000", None]),
        "exact": pa.array([decimal.Decimal("1.25"), None, None, decimal.Decimal("-3.50")]),
    }
    pq.write_table(pa.table(columns), intake.folder / "a.parquet")
    assert intake.faults(intake.wide("a.parquet")) == [
        "a.parquet:2  co2_t: inf is no finite number (unit 110000, year 2015)",
        "a.parquet:3  co2_t: nan is no number (unit 120000, year 2014); if it stands for a missing value, "
        'state missing: ["nan"]',
    ]
    assert intake.faults(intake.wide("a.parquet", columns={"text": CO2})) == [
        "a.parquet:3  text: '3,000' is no number (unit 120000, year 2014); did you mean '3000'?"
    ]
    assert intake.tables(intake.wide("a.parquet", columns={"exact": CO2})).reported["value"].tolist() == [1.25, -3.5]


def test_an_empty_and_a_damaged_parquet_file(intake):
    pd.DataFrame({"unit": [], "year": [], "co2_t": []}).to_parquet(intake.folder / "a.parquet")
    assert intake.faults(intake.wide("a.parquet")) == [
        "a.parquet  the table is empty: there is no row below the column names"
    ]
    intake.bytes((intake.folder / "a.parquet").read_bytes()[:-20], "b.parquet")
    said = intake.faults(intake.wide("b.parquet"))
    assert len(said) == 1
    assert said[0].startswith("assessment.yaml:9  data[0].path: 'b.parquet' is damaged and cannot be opened")


def test_the_workbook_of_counties(intake, shared):
    path = shared / "data" / "counties-co2" / "co2.xlsx"
    if not path.is_file():
        pytest.skip(f"no {path.name} among the shared data")
    book = openpyxl.load_workbook(path, read_only=True)
    frame = pd.DataFrame(book.active.values)
    book.close()
    frame.columns = frame.iloc[0]
    frame = frame.iloc[1:]
    code = frame.columns[0]
    frame = frame[frame["C1997"].notna()]  # below the counties stand a blank row and a note
    source = {
        "path": str(path), "layout": "years", "unit": code, "prefix": "C", "from": 1997, "to": 2017,
        "variable": "co2", "unit_of_measure": "Mt",
    }  # fmt: skip
    roster = [str(value) for value in frame[code]]
    begun = time.perf_counter()
    result = intake.tables(source, roster=roster, years=range(1997, 2018))
    # far above what it takes: it tells a loop over cells, not a slow machine
    assert time.perf_counter() - begun < 10
    reported = result.reported
    assert reported["unit"].nunique() == len(frame) == 2735
    assert list(result.ignored_units.values()) == [1]
    # against openpyxl and pandas
    wide = reported.pivot(index="unit", columns="year", values="value").loc[roster]
    other = frame[[f"C{year}" for year in range(1997, 2018)]].to_numpy(dtype=float) * 1e6
    assert np.allclose(wide.to_numpy(), other, rtol=1e-15, atol=0, equal_nan=True)
