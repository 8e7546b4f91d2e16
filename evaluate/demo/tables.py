"""Write made-up numbers in exactly the form in which an assessment says that it reads them."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import xlsxwriter
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cells = list[list[str | int | float | None]]


@dataclass(frozen=True)
class Numbers:
    """What is reported."""

    units: Sequence[str]
    """Codes of the units."""
    years: Sequence[int]
    """Years."""
    values: Mapping[str, Array]
    """Variable to numbers, shape (units, years), NaN where nothing is reported."""
    reported_in: Mapping[str, str]
    """Unit of measure of the numbers of each variable."""

    def of(self, column: Mapping[str, str]) -> Array:
        """Return the numbers of a column; it must state the unit of measure that they have."""
        variable, stated = column["variable"], column["unit_of_measure"]
        if self.reported_in[variable] != stated:
            raise ValueError(f"the demo's {variable} is made in {self.reported_in[variable]}, not in {stated}")
        return self.values[variable]

    def rows(self) -> Iterator[tuple[int, int, str, int]]:
        """Yield every unit and year with their positions."""
        for i, unit in enumerate(self.units):
            for j, year in enumerate(self.years):
                yield i, j, unit, year


def table(entry: Mapping[str, Any], numbers: Numbers, title: str) -> bytes:
    """Return the file that one entry of an assessment's `data` describes.

    Parameters:
        entry: the entry: path (.csv or .xlsx), layout, names of columns, encoding, sheet and header row
        numbers: what is written
        title: first row of a sheet that has room above its header row
    Errors: `ValueError` where the entry states another unit of measure than the numbers have.
    """
    forms = {"wide": _wide, "long": _long, "years": _by_years}
    head, rows = forms[entry.get("layout", "wide")](entry, numbers)
    if str(entry["path"]).endswith(".xlsx"):
        return _workbook(head, rows, entry.get("sheet", "Sheet1"), entry.get("header_row", 1), title)
    # a spreadsheet program recognises UTF-8 by the mark at the beginning
    return _text(head, rows).encode(entry.get("encoding", "utf-8-sig"))


def _wide(entry: Mapping[str, Any], numbers: Numbers) -> tuple[list[str], Cells]:
    columns = [numbers.of(column) for column in entry["columns"].values()]
    rows: Cells = [
        [unit, year, *(_cell(column[i, j], entry) for column in columns)] for i, j, unit, year in numbers.rows()
    ]
    return [entry["unit"], entry["year"], *entry["columns"]], rows


def _long(entry: Mapping[str, Any], numbers: Numbers) -> tuple[list[str], Cells]:
    items = {name: numbers.of(column) for name, column in entry["variables"].items()}
    rows: Cells = [
        [unit, year, name, float(column[i, j])]
        for i, j, unit, year in numbers.rows()
        for name, column in items.items()
        if not np.isnan(column[i, j])
    ]
    return [entry["unit"], entry["year"], entry["variable"], entry["value"]], rows


def _by_years(entry: Mapping[str, Any], numbers: Numbers) -> tuple[list[str], Cells]:
    column = numbers.of(entry)
    head = [entry["unit"], *(f"{entry['prefix']}{year}" for year in numbers.years)]
    return head, [[unit, *(_cell(value, entry) for value in column[i])] for i, unit in enumerate(numbers.units)]


def _cell(value: float, entry: Mapping[str, Any]) -> str | float | None:
    if not np.isnan(value):
        return float(value)
    return entry["missing"][-1] if entry.get("missing") else None


def _text(head: list[str], rows: Cells) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([f"{c:.10g}" if isinstance(c, float) else c for c in row] for row in rows)
    return stream.getvalue()


def _workbook(head: list[str], rows: Cells, sheet: str, header_row: int, title: str) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": datetime(2020, 1, 1)})
        bold = book.add_format({"bold": True})
        page = book.add_worksheet(sheet)
        if header_row > 1:
            page.write_string(0, 0, title, bold)
        page.write_row(header_row - 1, 0, head, bold)
        page.freeze_panes(header_row, 0)
        page.set_column(0, len(head) - 1, 14)
        for number, row in enumerate(rows):
            page.write_row(header_row + number, 0, row)
    return stream.getvalue()
