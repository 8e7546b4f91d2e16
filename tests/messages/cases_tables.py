# ruff: noqa: E501
"""Bad input: tables and their cells."""

from tests.evaluate.tiny import DATA, ROSTER, Project
from tests.messages.cases import Case, edit, replaced

FILE = "data.csv"
ROW = "C1,2020,4800,380,106\n"
CELL = "C1,2020,4800,"


def _cell(name: str, written: str, said: str) -> Case:
    """Return a case in which one cell of a CSV table is something else."""
    return edit(FILE, name, (CELL, f"C1,2020,{written},"), said=said)


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
]
