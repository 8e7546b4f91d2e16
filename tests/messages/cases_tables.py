# ruff: noqa: E501
"""Bad input: tables, rosters and their cells."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl

from tests.evaluate.tiny import DATA, ROSTER, Project
from tests.messages.cases import Case, edit, replaced

FILE = "data.csv"
ROW = "C1,2020,4800,380,106\n"
CELL = "C1,2020,4800,"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAMED = "  - path: data.csv\n"


def _cell(name: str, written: str, said: str) -> Case:
    """Return a case in which one cell of a CSV table is something else."""
    return edit(FILE, name, (CELL, f"C1,2020,{written},"), said=said)


def _workbook(name: str, change: Callable[[Any], object], said: str, *pairs: tuple[str, str]) -> Case:
    """Return a case in which the table is a workbook, in a sheet with its header in row 2."""

    def write(project: Project) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "数据"
        sheet.append(["reported by the cities"])
        for line in DATA.splitlines():
            sheet.append([int(cell) if cell.isdecimal() else cell for cell in line.split(",")])
        change(sheet)
        book.save(project.folder / "data.xlsx")
        project.assess((NAMED, "  - path: data.xlsx\n    sheet: 数据\n    header_row: 2\n"), *pairs)

    return Case(name, write, said)


def _set(cell: str, value: object) -> Callable[[Any], object]:
    return lambda sheet: sheet.__setitem__(cell, value)


def _another_file(name: str, file: str, content: bytes, said: str) -> Case:
    """Return a case in which the assessment names a file that is not what it seems."""

    def write(project: Project) -> None:
        project.write(file, content)
        project.assess((NAMED, f"  - path: {file}\n"))

    return Case(name, write, said)


def _without(unit: str) -> str:
    return "".join(line for line in DATA.splitlines(keepends=True) if not line.startswith(unit))


def _folder_in_place(project: Project) -> None:
    (project.folder / FILE).unlink()
    (project.folder / FILE).mkdir()


def _chinese_codes(project: Project) -> None:
    project.write(FILE, DATA.replace("C1", "北京").encode("gb18030"))
    project.write("roster.csv", ROSTER.replace("C1", "北京"))


def _one_variable_from_two_tables(project: Project) -> None:
    project.write("more.csv", "unit,year,co2\nC1,2020,1\nC6,2021,1\n")
    project.assess(
        (
            "period:",
            "  - {path: more.csv, unit: unit, year: year, columns: {co2: {variable: co2, unit_of_measure: t}}}\nperiod:",
        )
    )


CASES = [
    edit(
        FILE,
        "missing column",
        ("gdp_1e8", "gdp_in_1e8"),
        said="""\
1 fault in data.csv
  data.csv:1  data[0].columns.gdp_1e8: there is no column 'gdp_1e8' in header row 1; there are: unit, year, co2_t, so2_t, gdp_in_1e8; did you mean 'gdp_in_1e8'?
""",
    ),
    _cell(
        "comma in a number",
        '"4,800"',
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: '4,800' is no number (unit C1, year 2020); did you mean '4800'?
""",
    ),
    _cell(
        "comma in a number without quotes",
        "4,800",
        said="""\
1 fault in data.csv
  data.csv:3  unit: the row has 6 cells, the header row 5; is there a comma inside a number, such as 12,345?
""",
    ),
    _cell(
        "dash",
        "—",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: '—' is no number (unit C1, year 2020); if it stands for a missing value, state missing: ["—"]
""",
    ),
    _cell(
        "error of a spreadsheet",
        "#DIV/0!",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: the cell holds the error #DIV/0! (unit C1, year 2020); mend it or, if it stands for a missing value, state missing: ["#DIV/0!"]
""",
    ),
    _cell(
        "full-width digits",
        "４８００",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: '４８００' is no number (unit C1, year 2020); did you mean '4800'?
""",
    ),
    _cell(
        "text",
        "about 5000",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: 'about 5000' is no number (unit C1, year 2020)
""",
    ),
    _cell(
        "percent",
        "48%",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: '48%' is no number (unit C1, year 2020); write 48 and state the unit of measure as %, or write the share as a decimal
""",
    ),
    _cell(
        "number with its unit",
        "4800 t",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: '4800 t' is more than a number (unit C1, year 2020); the cell holds the number alone, its unit of measure stands in unit_of_measure
""",
    ),
    _cell(
        "infinite",
        "inf",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: 'inf' is no finite number (unit C1, year 2020)
""",
    ),
    _cell(
        "infinite by its size",
        "1e999",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: '1e999' is no finite number (unit C1, year 2020)
""",
    ),
    _cell(
        "not a number",
        "NaN",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: 'NaN' is no number (unit C1, year 2020); if it stands for a missing value, state missing: ["NaN"]
""",
    ),
    _cell(
        "value below the range",
        "-4800",
        said="""\
1 fault in data.csv
  data.csv:3  co2_t: -4800 is below the allowed minimum 0 (unit C1, year 2020)
""",
    ),
    edit(
        FILE,
        "value above the range",
        ("4800,380,", "4800,38000,"),
        said="""\
1 fault in data.csv
  data.csv:3  so2_t: 38000 is above the allowed maximum 5000 (unit C1, year 2020)
""",
    ),
    edit(
        FILE,
        "unit and year twice",
        (ROW, ROW * 2),
        said="""\
1 fault in data.csv
  data.csv:4  unit: unit C1, year 2020 stands twice: in row 3 and row 4
""",
    ),
    edit(
        FILE,
        "year that is none",
        ("C1,2020,", "C1,2020年,"),
        said="""\
1 fault in data.csv
  data.csv:3  year: '2020年' is no year from 1900 to 2200 (unit C1); did you mean '2020'?
""",
    ),
    edit(
        FILE,
        "blank year",
        ("C1,2020,", "C1,,"),
        said="""\
1 fault in data.csv
  data.csv:3  year: the year is blank although the row holds values (unit C1)
""",
    ),
    edit(
        FILE,
        "blank code",
        ("C1,2020,", ",2020,"),
        said="""\
1 fault in data.csv
  data.csv:3  unit: the code of the unit is blank although the row holds something (of merged cells only the first holds the value)
""",
    ),
    replaced(
        FILE,
        "unit without a row",
        _without("C6"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:5  data: unit C6 of the roster has no row in any table
""",
    ),
    replaced(
        FILE,
        "misspelt unit",
        DATA.replace("C6", "C6a"),
        said="""\
1 fault in data.csv
  data.csv:17  unit: 'C6a' is not in the roster, whose unit C6 has no row in any table; did you mean 'C6'?
""",
    ),
    replaced(
        FILE,
        "cell without end",
        DATA + "C7,2021," + "9" * 140_000 + ",1,1\n",
        said="""\
1 fault in data.csv
  data.csv:20  the row that begins here has a cell too long to be read; is it the right file?
""",
    ),
    replaced(
        FILE,
        "no values",
        "".join(",".join([*line.split(",")[:2], "", "", ""]) + "\n" for line in DATA.splitlines()[1:]).join(
            [DATA.splitlines()[0] + "\n", ""]
        ),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:5  data: the tables and layers hold no value at all for the roster in the years that are needed
""",
    ),
    replaced(
        FILE,
        "no unit has a row",
        DATA.replace("C", "D"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:5  data: none of the 6 units of the roster has a row in any table; the roster holds codes such as C1, the tables such as D1, D2, D3; is the right column named?
""",
    ),
    replaced(
        FILE,
        "empty table",
        DATA.splitlines()[0] + "\n",
        said="""\
1 fault in data.csv
  data.csv:1  the table is empty: there is no row below the column names
""",
    ),
    replaced(
        FILE,
        "empty file",
        "",
        said="""\
1 fault in assessment.yaml
  assessment.yaml:6  data[0].path: the file or sheet is empty
""",
    ),
    Case(
        "no such file",
        lambda project: (project.folder / FILE).rename(project.folder / "dta.csv"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:6  data[0].path: there is no file 'data.csv'; did you mean 'dta.csv'?
""",
    ),
    Case(
        "folder for a file",
        _folder_in_place,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:6  data[0].path: 'data.csv' is a folder; expected a file
""",
    ),
    Case(
        "another encoding",
        _chinese_codes,
        said="""\
1 fault in data.csv
  data.csv:2  is no utf-8; it looks like gb18030: state encoding: gb18030
""",
    ),
    Case(
        "one variable from two tables",
        _one_variable_from_two_tables,
        said="""\
2 faults in more.csv
  more.csv:2  co2: variable co2 of unit C1, year 2020 is also given at data.csv:3, column 'co2_t'
  more.csv:3  co2: variable co2 of unit C6, year 2021 is also given at data.csv:19, column 'co2_t'
""",
    ),
    _another_file(
        "workbook that is HTML",
        "data.xlsx",
        b"<html><table><tr><td>unit</td></tr></table></html>",
        said="""\
1 fault in assessment.yaml
  assessment.yaml:6  data[0].path: 'data.xlsx' is named .xlsx but is an HTML page; open it in a spreadsheet program and save it as .xlsx
""",
    ),
    _another_file(
        "workbook with a password",
        "data.xlsx",
        OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:6  data[0].path: 'data.xlsx' is named .xlsx but is a password-protected workbook; remove the password and save it again
""",
    ),
    _another_file(
        "workbook of another time",
        "data.xls",
        OLE + bytes(1200),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:6  data[0].path: 'data.xls': files named '.xls' are not read (this one is an old Excel 97–2003 file (.xls)); expected .csv, .xlsx or .parquet; open it in a spreadsheet program and save it as .xlsx
""",
    ),
    _another_file(
        "damaged workbook",
        "data.xlsx",
        b"PK\x03\x04" + bytes(200),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:6  data[0].path: 'data.xlsx' is named .xlsx but is a damaged or incomplete workbook; fetch it again or save it again
""",
    ),
    _workbook(
        "comma in a cell",
        _set("C4", "12,345"),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: '12,345' is no number (unit C1, year 2020); did you mean '12345'?
""",
    ),
    _workbook(
        "dash in a cell",
        _set("C4", "—"),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: '—' is no number (unit C1, year 2020); if it stands for a missing value, state missing: ["—"]
""",
    ),
    _workbook(
        "error in a cell",
        _set("C4", "#DIV/0!"),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: the cell holds the error #DIV/0! (unit C1, year 2020); mend it or, if it stands for a missing value, state missing: ["#DIV/0!"]
""",
    ),
    _workbook(
        "full-width digits in a cell",
        _set("C4", "４８００"),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: '４８００' is no number (unit C1, year 2020); did you mean '4800'?
""",
    ),
    _workbook(
        "formula without a result",
        _set("C4", "=1+1"),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: the formula has no stored result (unit C1, year 2020); open the workbook in a spreadsheet program and save it
""",
    ),
    _workbook(
        "date in a cell",
        _set("C4", datetime(2020, 1, 1)),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: 2020-01-01 is a date or time; expected a number (unit C1, year 2020); check the format of the cell
""",
    ),
    _workbook(
        "truth value in a cell",
        _set("C4", True),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: TRUE is a truth value; expected a number (unit C1, year 2020)
""",
    ),
    _workbook(
        "value of a cell below the range",
        _set("C4", -1),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!C4  co2_t: -1 is below the allowed minimum 0 (unit C1, year 2020)
""",
    ),
    _workbook(
        "unit and year of a sheet twice",
        _set("B4", 2019),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据!A4  unit: unit C1, year 2019 stands twice: in row 3 and row 4
""",
    ),
    _workbook(
        "missing column of a sheet",
        _set("C2", "co2__t"),
        said="""\
1 fault in data.xlsx
  data.xlsx 数据  data[0].columns.co2_t: there is no column 'co2_t' in header row 2; there are: unit, year, co2__t, so2_t, gdp_1e8; did you mean 'co2__t'?
""",
    ),
    _workbook(
        "no such sheet",
        lambda sheet: None,
        """\
1 fault in assessment.yaml
  assessment.yaml:7  data[0].sheet: data.xlsx has no sheet '数剧'; there are: 数据
""",
        ("sheet: 数据", "sheet: 数剧"),
    ),
    _workbook(
        "header in another row",
        lambda sheet: None,
        """\
5 faults in data.xlsx
  data.xlsx 数据  data[0].unit: the column 'unit' stands in row 2, not in header row 1; state header_row: 2
  data.xlsx 数据  data[0].year: the column 'year' stands in row 2, not in header row 1; state header_row: 2
  data.xlsx 数据  data[0].columns.co2_t: the column 'co2_t' stands in row 2, not in header row 1; state header_row: 2
  data.xlsx 数据  data[0].columns.so2_t: the column 'so2_t' stands in row 2, not in header row 1; state header_row: 2
  data.xlsx 数据  data[0].columns.gdp_1e8: the column 'gdp_1e8' stands in row 2, not in header row 1; state header_row: 2
""",
        ("header_row: 2", "header_row: 1"),
    ),
    _workbook(
        "header row beyond the sheet",
        lambda sheet: None,
        """\
1 fault in assessment.yaml
  assessment.yaml:8  data[0].header_row: data.xlsx 数据 ends at row 20; there is no row 200
""",
        ("header_row: 2", "header_row: 200"),
    ),
    edit(
        "roster.csv",
        "type that the framework lacks",
        ("C1,Ashford,resource", "C1,Ashford,resorce"),
        said="""\
1 fault in roster.csv
  roster.csv:2  type: the framework has no type 'resorce'; expected one of resource, industrial; did you mean 'resource'?
""",
    ),
    edit(
        "roster.csv",
        "blank type",
        ("C1,Ashford,resource", "C1,Ashford,"),
        said="""\
1 fault in roster.csv
  roster.csv:2  type: the type is blank; expected one of resource, industrial
""",
    ),
    edit(
        "roster.csv",
        "unit of the roster twice",
        ("C2,Birch", "C1,Birch"),
        said="""\
1 fault in roster.csv
  roster.csv:3  unit: unit C1 stands twice: in row 2 and row 3
""",
    ),
    edit(
        "roster.csv",
        "missing column of the roster",
        ("unit,name", "code,name"),
        said="""\
1 fault in roster.csv
  roster.csv:1  roster.unit: there is no column 'unit' in header row 1; there are: code, name, type, region
""",
    ),
    edit(
        "roster.csv",
        "missing cohort",
        ("type,region", "type,regions"),
        said="""\
1 fault in roster.csv
  roster.csv:1  roster.cohorts[0]: there is no column 'region' in header row 1; there are: unit, name, type, regions; did you mean 'regions'?
""",
    ),
    edit(
        "assessment.yaml",
        "types without their column",
        ("type: type, ", ""),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:4  roster: the framework has types (resource, industrial); name the column that holds them as roster.type
""",
    ),
    replaced(
        "roster.csv",
        "empty roster",
        ROSTER.splitlines()[0] + "\n",
        said="""\
1 fault in roster.csv
  roster.csv:1  the table is empty: there is no row below the column names
""",
    ),
    Case(
        "no such roster",
        lambda project: (project.folder / "roster.csv").unlink(),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:4  roster.path: there is no file 'roster.csv'
""",
    ),
]
