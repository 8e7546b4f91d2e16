"""The three layouts of a table (wide, long, years) in one form: items that each report one variable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluate.intake.cell import plainly
from evaluate.intake.cells import FLAWED, Cells, Mask, blank, kinds, labels
from evaluate.intake.numbers import missing_cells
from evaluate.intake.rawtable import RawTable, squeezed
from indicators.errors import Faults, Place, nearest

if TYPE_CHECKING:
    from evaluate.spec import LongTable, WideTable, YearsTable


@dataclass(frozen=True, eq=False)
class Item:
    """What one column, or one item of a long table, reports."""

    column: int
    """Column of the numbers."""
    cells: Cells
    filled: Mask
    """Rows that hold a value of it."""
    variable: str
    unit_of_measure: str
    key: str
    """Key of the assessment that says so."""
    year: int | None = None
    """The year of all its values; absent where every row states its own."""


@dataclass(frozen=True, eq=False)
class Arranged:
    """A table in one form."""

    raw: RawTable
    unit: int
    """Column of the codes."""
    year: int | None
    """Column of the years; absent where the items state theirs."""
    items: list[Item]
    name: int | None = None
    """Column that names the items, in a long table."""
    names: Cells | None = None
    """What it holds, as texts."""
    unnamed: Mask | None = None
    """Rows that hold a value but name no item."""

    @property
    def filled(self) -> Mask:
        """Rows that hold at least one value."""
        rows = np.zeros(len(self.raw.rows), dtype=bool) if self.unnamed is None else self.unnamed.copy()
        for item in self.items:
            rows |= item.filled
        return rows


def arrange(
    source: "WideTable | LongTable | YearsTable", raw: RawTable, entry: Place, faults: Faults
) -> Arranged | None:
    """Find the columns of a table; nothing when it cannot be read, the reasons being in `faults`.

    Args:
        source: what the assessment says of the table.
        raw: the table.
        entry: place of the table's entry in the assessment.
        faults: takes the faults.
    """
    if source.layout == "years":
        return _years(source, raw, entry.key, faults)
    if source.layout == "long":
        return _long(source, raw, entry.key, faults)
    return _wide(source, raw, entry.key, faults)


def _filled(cells: Cells, marks: Sequence[str]) -> Mask:
    return ~missing_cells(cells, marks)


def _years(source: "YearsTable", raw: RawTable, key: str, faults: Faults) -> Arranged | None:
    unit = raw.find(source.unit, f"{key}.unit", faults)
    items = []
    for year in range(source.from_, source.to + 1):
        column = raw.find(f"{source.prefix}{year}", key, faults)
        if column is not None:
            cells = raw.column(column)
            filled = _filled(cells, source.missing)
            items.append(Item(column, cells, filled, source.variable, source.unit_of_measure, key, year))
    return None if unit is None else Arranged(raw, unit, None, items)


def _unit_and_year(
    source: "WideTable | LongTable", raw: RawTable, key: str, faults: Faults
) -> tuple[int | None, int | None, bool]:
    """Return the columns of codes and years, and whether the table can be read as far as they go."""
    unit = raw.find(source.unit, f"{key}.unit", faults)
    if isinstance(source.year, int):
        return unit, None, unit is not None
    year = raw.find(source.year, f"{key}.year", faults)
    return unit, year, unit is not None and year is not None


def _wide(source: "WideTable", raw: RawTable, key: str, faults: Faults) -> Arranged | None:
    unit, year, readable = _unit_and_year(source, raw, key, faults)
    constant = source.year if isinstance(source.year, int) else None
    items = []
    for name, said in source.columns.items():
        own = f"{key}.columns.{plainly(name)}"
        column = raw.find(name, own, faults)
        if column is not None:
            cells = raw.column(column)
            filled = _filled(cells, source.missing)
            items.append(Item(column, cells, filled, said.variable, said.unit_of_measure, own, constant))
    return Arranged(raw, unit, year, items) if unit is not None and readable else None


def _long(source: "LongTable", raw: RawTable, key: str, faults: Faults) -> Arranged | None:
    unit, year, readable = _unit_and_year(source, raw, key, faults)
    name = raw.find(source.variable, f"{key}.variable", faults)
    value = raw.find(source.value, f"{key}.value", faults)
    if unit is None or name is None or value is None or not readable:
        return None
    constant = source.year if isinstance(source.year, int) else None
    cells, naming = raw.column(value), raw.column(name)
    names = labels(naming)
    names[:] = [squeezed(text) for text in names]
    filled = _filled(cells, source.missing)
    present = dict.fromkeys(names)
    items = []
    for item, said in source.variables.items():
        wanted, own = squeezed(item), f"{key}.variables.{plainly(item)}"
        if wanted not in present:
            near = plainly(nearest(wanted, [text for text in present if text]))
            faults.add("intake.no_item", raw.column_place(name), found=plainly(item), key=own, meant=near)
            continue
        rows: Mask = (names == wanted) & filled
        items.append(Item(value, cells, rows, said.variable, said.unit_of_measure, own, constant))
    unnamed = filled & (blank(naming) | (kinds(naming) == FLAWED))
    return Arranged(raw, unit, year, items, name, names, unnamed)
