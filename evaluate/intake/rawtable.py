"""A table as its file holds it: named columns of raw cells, each cell with its place in the file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from evaluate.intake.cell import ABSENT, label, plainly
from evaluate.intake.cells import Cells, Positions, as_cells, blank, which
from indicators.errors import Fault, Faults, Place, fault, nearest

_NAMED = 12
_EARLY = 30
_SEPARATORS = {";": ";", "；": "；", "\t": "Tab", "，": "，", "|": "|"}

At = Callable[[str], Place]
"""Place of a key of the table's entry in the assessment."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """One table of a file: the cells below its header row, nothing read into them yet."""

    file: str
    """Path as the assessment has it."""
    sheet: str
    """Sheet of a workbook, else empty."""
    header_row: int
    """Row of the column names in the file; 0 where the file has none (Parquet)."""
    names: tuple[str, ...]
    """Column names, without surrounding or repeated blanks."""
    rows: Positions
    """Row number in the file of each row of the table, counted from 1."""
    column: Callable[[int], Cells]
    """Gives the cells of a column by its position."""
    overlong: dict[int, int] = field(default_factory=dict)
    """Number of cells of the rows that hold more than the header row, by position."""
    early: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """Row number and texts of the first rows of the file."""
    heading: str = ""
    """The header row as it is, where it is a single cell."""
    doubt: Fault | None = None
    """What may be wrong with the file when a column is not found."""

    def place(self, position: int, column: int) -> Place:
        """Return the place of a cell."""
        row, key = int(self.rows[position]), plainly(self.names[column])
        if self.sheet:
            return Place(self.file, sheet=self.sheet, cell=f"{letters(column)}{row}", key=key)
        return Place(self.file, line=row, key=key)

    def column_place(self, column: int) -> Place:
        """Return the place of a column as a whole."""
        return Place(self.file, sheet=self.sheet, key=plainly(self.names[column]))

    def header_place(self, key: str = "") -> Place:
        """Return the place of the header row."""
        return Place(self.file, line=0 if self.sheet else self.header_row, sheet=self.sheet, key=key)

    def find(self, wanted: str, key: str, faults: Faults) -> int | None:
        """Return the position of a column, or nothing after a fault.

        Args:
            wanted: name of the column.
            key: key of the assessment that names it.
            faults: takes the fault of a column that is missing or that there are two of.
        """
        name = squeezed(wanted)
        hits = [position for position, own in enumerate(self.names) if own == name and own]
        if len(hits) == 1:
            return hits[0]
        if hits:
            numbers = ", ".join(letters(hit) if self.sheet else str(hit + 1) for hit in hits)
            faults.add("intake.two_columns", self.header_place(key), found=plainly(wanted), columns=numbers)
            return None
        if self.doubt:
            faults.extend([self.doubt])
        self._missing(name, wanted, key, faults)
        return None

    def _missing(self, name: str, wanted: str, key: str, faults: Faults) -> None:
        named = [own for own in self.names if own]
        separator = next((sign for sign in _SEPARATORS if sign in self.heading), "")
        there = next((row for row, texts in self.early if name and row != self.header_row and name in texts), 0)
        if separator and not self.sheet and self.header_row:
            faults.add(
                "intake.separator",
                self.header_place(),
                found=plainly(self.heading),
                separator=_SEPARATORS[separator],
            )
        elif there:
            faults.add(
                "intake.header_elsewhere",
                self.header_place(key),
                found=plainly(wanted),
                row=self.header_row,
                there=there,
            )
        else:
            known = ", ".join(plainly(own) for own in named[:_NAMED]) + (" …" if len(named) > _NAMED else "")
            faults.add(
                "intake.no_column" if self.header_row else "intake.no_field",
                self.header_place(key),
                found=plainly(wanted),
                row=self.header_row,
                known=known,
                meant=plainly(nearest(name, named)),
            )


def squeezed(name: str) -> str:
    r"""Return a name without surrounding or repeated blanks; a header may be broken over lines.

    >>> squeezed(" 排放量\n(t) ")
    '排放量 (t)'
    """
    return " ".join(name.split())


def letters(column: int) -> str:
    """Return the letters by which a spreadsheet names a column.

    >>> letters(0), letters(25), letters(26), letters(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def from_records(
    file: str,
    records: Sequence[Sequence[object]],
    starts: Sequence[int],
    end: int,
    header_row: int,
    at: At,
    *,
    sheet: str = "",
    doubt: Fault | None = None,
) -> RawTable:
    """Return the table below the header row.

    Args:
        file: path as the assessment has it.
        records: all rows of the file or sheet.
        starts: the row number, counted from 1, at which each begins (a quoted cell may run over several).
        end: the last row number.
        header_row: row number of the column names.
        at: places of the assessment.
        sheet: name of the sheet.
        doubt: told when a column is not found.

    Errors: an `InputError` when the file has no rows or ends before the header row.
    """
    if not any(label(cell) for record in records for cell in record):
        raise fault("intake.empty_file", Place(file, sheet=sheet))
    if header_row > end:
        raise fault("intake.header_beyond", at("header_row"), file=file, sheet=sheet, row=header_row, end=end)
    head = int(np.searchsorted(starts, header_row, side="right")) - 1
    names = tuple(squeezed(label(cell)) for cell in records[head])
    below = records[head + 1 :]
    width = len(names)
    lengths = np.fromiter(map(len, below), dtype=np.int64, count=len(below))
    short, long = bool((lengths < width).any()), which(lengths > width)
    if short:
        below = [[*record, *[ABSENT] * (width - len(record))] for record in below]
    overlong = {i: len(below[i]) for i in long if not blank(as_cells(list(below[i][width:]))).all()}
    early = tuple(
        (starts[i], tuple(squeezed(label(cell)) for cell in record)) for i, record in enumerate(records[:_EARLY])
    )
    return RawTable(
        file,
        sheet,
        starts[head],
        names,
        np.asarray(starts[head + 1 :], dtype=np.int64),
        cache(lambda column: as_cells([record[column] for record in below])),
        overlong,
        early,
        label(records[head][0]) if sum(map(bool, names)) == 1 else "",
        doubt,
    )
