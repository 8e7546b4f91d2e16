# ruff: noqa: E501
"""Bad input: workbooks, their sheets and cells."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl

from tests.evaluate.tiny import DATA, Project
from tests.messages.cases import Case

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NAMED = "  - path: data.csv\n"


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


CASES = [
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
]
