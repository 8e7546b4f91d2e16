"""The cells of a table's columns with blank rows left out, and the faults that any of them may have."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from evaluate.intake.capped import Capped
from evaluate.intake.cells import FLAWED, Cells, Mask, Positions, blank, kinds, labels, which
from evaluate.intake.numbers import explain_number, explain_year, missing_cells, numbers, read_years
from evaluate.intake.rawtable import RawTable
from evaluate.methods.base import Array
from indicators.codes import normalise_codes
from indicators.errors import Faults, Place


class Held:
    """Columns of a table by name, (rows,) each; faults are collected, few of each kind."""

    def __init__(self, raw: RawTable, columns: Mapping[str, int], faults: Faults) -> None:
        """Take a table, the position of each column by the name that it has here, and a collector."""
        self._raw, self._columns = raw, dict(columns)
        self._faults = Capped(faults)
        cells = {name: raw.column(position) for name, position in columns.items()}
        filled = np.zeros(len(raw.rows), dtype=bool)
        for column in cells.values():
            filled |= ~blank(column)
        self.rows: Positions = np.flatnonzero(filled)
        """Positions in the table of the rows that hold anything."""
        self.cells: dict[str, Cells] = {name: column[self.rows] for name, column in cells.items()}
        if not len(self.rows):
            faults.add("intake.empty_table", raw.header_place())

    def __contains__(self, name: str) -> bool:
        return name in self.cells

    def add(self, text_key: str, name: str, row: int, /, **values: object) -> None:
        """Add a fault of one cell."""
        self._faults.add(text_key, *self._place(name, row), **values)

    def line(self, row: int) -> int:
        """Return the number of a row in the file, counted from 1."""
        return int(self._raw.rows[self.rows[row]])

    def codes(self, name: str) -> Cells:
        """Return the codes of a column; a blank one is a fault and an empty text."""
        cells = self.cells[name]
        codes: Cells = normalise_codes(pd.Series(cells, dtype=object)).to_numpy(dtype=object)
        return self._texts(name, codes, "intake.no_code")

    def texts(self, name: str, when_blank: str) -> Cells:
        """Return the texts of a column; a blank one is a fault, `when_blank`, and an empty text."""
        return self._texts(name, labels(self.cells[name]), when_blank)

    def numbers(self, name: str, among: Mask, marks: tuple[str, ...] = ()) -> Array:
        """Return the numbers of a column, NaN where one is missing; what is no number in the rows `among` is a fault.

        `marks`: texts that stand for a missing value, besides an empty cell.
        """
        cells = self.cells[name]
        gone = missing_cells(cells, marks)
        found = np.where(gone, np.nan, numbers(cells))
        for row in which(among & np.isnan(found) & ~gone):
            text_key, values = explain_number(cells[row])
            self.add(text_key, name, row, **values, where="")
        return found

    def years(self, name: str, among: Mask, blanks: float | None = None) -> Array:
        """Return the years of a column; what is none in the rows `among` is a fault and NaN.

        `blanks`: what a blank stands for, such as an open end; it is a fault as well when absent.
        """
        cells = self.cells[name]
        found, gone = read_years(cells), blank(cells)
        if blanks is not None:
            found = np.where(gone, blanks, found)
        for row in which(among & np.isnan(found)):
            text_key, values = ("intake.no_year", {}) if gone[row] else explain_year(cells[row])
            self.add(text_key, name, row, **values, where="")
        return found

    def close(self, name: str, among: Mask) -> None:
        """Refuse rows with more cells than the header row, at a column; count the faults that were not shown."""
        for row in which(among):
            length = self._raw.overlong.get(int(self.rows[row]))
            if length is not None:
                self.add("intake.row_long", name, row, cells=length, columns=len(self._raw.names))
        self._faults.close()

    def _texts(self, name: str, texts: Cells, when_blank: str) -> Cells:
        cells = self.cells[name]
        flawed = kinds(cells) == FLAWED
        for row in which(flawed & ~blank(cells)):
            self.add(f"intake.cell_{cells[row].kind}", name, row, found=cells[row].written, where="")
        texts = np.where(flawed, "", texts)
        for row in which((texts == "") & ~(flawed & ~blank(cells))):
            self.add(when_blank, name, row)
        return texts

    def _place(self, name: str, row: int) -> tuple[Place, Place]:
        column = self._columns[name]
        return self._raw.place(int(self.rows[row]), column), self._raw.column_place(column)
