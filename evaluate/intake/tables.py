"""The reported tables: read strictly, converted to the variables' own units, each value with its cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from evaluate.intake.capped import Capped
from evaluate.intake.cell import Flaw, plainly, visible
from evaluate.intake.cells import FLAWED, Cells, Mask, blank, kinds, which
from evaluate.intake.layouts import Arranged, Item, arrange
from evaluate.intake.misspelt import misspelt_code
from evaluate.intake.numbers import explain_number, explain_year, numbers, read_years
from evaluate.intake.opening import open_table
from evaluate.intake.rawtable import RawTable
from evaluate.intake.reported import Piece, gathered
from indicators.codes import normalise_codes
from indicators.errors import Fault, Faults, InputError, Place
from indicators.spec import Path
from indicators.texts import both

if TYPE_CHECKING:
    from evaluate.spec import LongTable, WideTable, YearsTable

__all__ = ["TablesResult", "VariableLike", "read_tables"]


class VariableLike(Protocol):
    """What intake needs to know of a variable."""

    @property
    def unit_of_measure(self) -> str:
        """Unit of measure in which its values are kept."""

    @property
    def range(self) -> Sequence[float | None] | None:
        """Least and greatest allowed value, in its unit of measure."""


@dataclass(frozen=True, eq=False)
class TablesResult:
    """What the tables reported."""

    reported: pd.DataFrame
    """One row a value that is there, columns `REPORTED`, sorted by unit, year and variable."""
    ignored_units: dict[str, int]
    """Number of units outside the roster, by file; files without any are left out."""


def read_tables(
    sources: "Sequence[WideTable | LongTable | YearsTable]",
    base: FilePath,
    *,
    variables: Mapping[str, VariableLike],
    needed: Mapping[str, set[int]],
    roster: Sequence[str],
    convert: Callable[[str, str], float],
    place: Callable[[Path], Place],
) -> TablesResult:
    """Read all tables of an assessment.

    Args:
        sources: what the assessment says of each table.
        base: folder that paths are relative to.
        variables: the framework's variables by code; columns of others are skipped.
        needed: the years to be read, by variable; cells of other years are not looked at.
        roster: codes of the units; rows of others are counted and ignored.
        convert: factor from a reported unit of measure to a variable's own; raises when they do not fit.
        place: place of a key of the assessment.

    Errors: an `InputError` with the faults of all tables.
    """
    reader = _Reader(variables, needed, roster, convert)
    for position, source in enumerate(sources):
        reader.read(source, base, _below(place, position))
    if sources:
        reader.units(place(("data",)))
    return reader.result()


def _below(place: Callable[[Path], Place], position: int) -> Callable[[Path], Place]:
    return lambda key: place(("data", position, *key))


class _Reader:
    """Reads table after table; what is wrong is collected."""

    def __init__(
        self,
        variables: Mapping[str, VariableLike],
        needed: Mapping[str, set[int]],
        roster: Sequence[str],
        convert: Callable[[str, str], float],
    ) -> None:
        self._variables = variables
        self._needed = needed
        self._roster = list(roster)
        self._convert = convert
        self._faults = Faults()
        self._cells = Capped(self._faults)
        self._pieces: list[Piece] = []
        self._seen: set[str] = set()
        self._ignored: dict[str, set[str]] = {}
        self._foreign: list[tuple[Arranged, Cells]] = []
        self._unread = False

    def read(
        self, source: "WideTable | LongTable | YearsTable", base: FilePath, entry: Callable[[Path], Place]
    ) -> None:
        """Read one table."""
        read = False
        with self._faults.collecting():
            raw = open_table(
                source.path, base, lambda key: entry((key,)),
                encoding=source.encoding, sheet=source.sheet, header_row=source.header_row,
            )  # fmt: skip
            arranged = arrange(source, raw, entry(()), self._faults)
            if arranged is not None:
                self._table(arranged)
                read = True
        self._unread = self._unread or not read
        self._cells.close()

    def result(self) -> TablesResult:
        """Return what all tables reported, or raise what is wrong with them."""
        reported = gathered(self._pieces, self._cells, self._faults)
        self._cells.close()
        self._faults.raise_if_any()
        return TablesResult(reported, {name: len(units) for name, units in self._ignored.items() if units})

    def _table(self, table: Arranged) -> None:
        raw, filled, cells = table.raw, table.filled, table.raw.column(table.unit)
        codes = normalise_codes(pd.Series(cells, dtype=object)).to_numpy(dtype=object)
        codes = np.where(kinds(cells) == FLAWED, "", codes)
        named: Mask = codes != ""
        if not (named | filled).any():
            self._faults.add("intake.empty_table", raw.header_place())
            self._unread = True
            return
        nameless = filled & ~named
        self._blanks(raw, table.unit, nameless, "intake.no_code")
        self._unread = self._unread or bool(nameless.any())
        known: Mask = named & pd.Series(codes).isin(self._roster).to_numpy()
        self._seen.update(codes[known])
        self._ignored.setdefault(raw.file, set()).update(codes[named & ~known])
        self._foreign.append((table, np.where(named & ~known, codes, "")))
        if table.unnamed is not None and table.name is not None:
            self._blanks(raw, table.name, known & table.unnamed, "intake.no_item_named")
        for i, length in raw.overlong.items():
            if known[i]:
                place, whole = raw.place(i, table.unit), raw.column_place(table.unit)
                self._cells.add("intake.row_long", place, whole, cells=length, columns=len(raw.names))
        years = self._years(table, known, filled, codes)
        usable = known & ~self._twice(table, known, codes, years)
        for item in table.items:
            self._item(raw, item, usable, codes, years)

    def _blanks(self, raw: RawTable, column: int, rows: Mask, text_key: str) -> None:
        """Say of each row that the cell, which names a unit or an item, is blank or cannot be read."""
        cells, whole = raw.column(column), raw.column_place(column)
        for i in which(rows):
            cell, place = cells[i], raw.place(i, column)
            if isinstance(cell, Flaw) and cell.kind != "absent":
                self._cells.add(f"intake.cell_{cell.kind}", place, whole, found=cell.written, where="")
            else:
                self._cells.add(text_key, place, whole)

    def _years(self, table: Arranged, known: Mask, filled: Mask, codes: Cells) -> Any:
        """Return the year of each row, NaN where it states none, nothing where the items state theirs."""
        if table.year is None:
            return None
        raw, cells = table.raw, table.raw.column(table.year)
        years = read_years(cells)
        whole = raw.column_place(table.year)
        unstated = blank(cells)
        for i in which(known & filled & np.isnan(years)):
            where = both("intake.of_unit", unit=plainly(codes[i]))
            text_key, values = ("intake.no_year", {}) if unstated[i] else explain_year(cells[i])
            self._cells.add(text_key, raw.place(i, table.year), whole, **values, where=where)
        return years

    def _twice(self, table: Arranged, known: Mask, codes: Cells, years: Any) -> Mask:
        """Return the rows that repeat the unit, year and item of a row before them; they are faults."""
        rows = known.copy()
        columns: dict[str, Any] = {"code": codes}
        if years is not None:
            rows &= ~np.isnan(years)
            columns["year"] = years
        if table.names is not None:
            rows &= table.filled & (table.names != "")
            columns["item"] = table.names
        positions = np.flatnonzero(rows)
        frame = pd.DataFrame({key: pd.Series(column[positions]) for key, column in columns.items()})
        repeated = frame.duplicated().to_numpy()
        twice = np.zeros(len(rows), dtype=bool)
        if repeated.any():
            frame["position"] = positions
            first = frame.groupby(list(columns), sort=False)["position"].transform("first").to_numpy()
            twice[positions[repeated]] = True
            before = dict(zip(positions[repeated].tolist(), first[repeated].tolist(), strict=True))
            self._twice_faults(table, before, codes, years)
        return twice

    def _twice_faults(self, table: Arranged, before: dict[int, int], codes: Cells, years: Any) -> None:
        raw, whole = table.raw, table.raw.column_place(table.unit)
        text_key = "intake.row_twice" if table.names is None else "intake.row_twice_item"
        if years is not None:
            text_key = "intake.row_year_twice" if table.names is None else "intake.row_year_twice_item"
        for row in self._cells.first(text_key, whole, list(before)):
            values: dict[str, object] = {"first": int(raw.rows[before[row]]), "second": int(raw.rows[row])}
            if years is not None:
                values["year"] = int(years[row])
            if table.names is not None:
                values["item"] = plainly(table.names[row])
            self._faults.add(text_key, raw.place(row, table.unit), unit=plainly(codes[row]), **values)

    def _item(self, raw: RawTable, item: Item, usable: Mask, codes: Cells, years: Any) -> None:
        variable = self._variables.get(item.variable)
        if variable is None:
            return
        try:
            factor = self._convert(item.unit_of_measure, variable.unit_of_measure)
        except InputError as error:
            at = Place(key=f"{item.key}.unit_of_measure")
            for found in error.faults:
                self._faults.extend([found if found.place != Place() else Fault(found.text_key, found.values, at)])
            return
        wanted = sorted(self._needed.get(item.variable, ()))
        if item.year is None:
            rows = usable & item.filled & np.isin(years, wanted)
        else:
            rows = usable & item.filled & (item.year in wanted)
        positions = np.flatnonzero(rows)
        stated = np.full(len(rows), float(item.year)) if item.year is not None else years
        own = stated[positions].astype(np.int64)
        with np.errstate(over="ignore"):
            values = numbers(item.cells[positions]) * factor
        whole = raw.column_place(item.column)
        for i in which(~np.isfinite(values)):
            position = int(positions[i])
            text_key, said = explain_number(item.cells[position])
            where = _where(codes[position], own[i])
            self._cells.add(text_key, raw.place(position, item.column), whole, **said, where=where)
        good = np.isfinite(values)
        kept = positions[good]
        piece = Piece(raw, item, variable.unit_of_measure, kept, codes[kept], own[good], values[good])
        self._ranges(piece, variable)
        self._pieces.append(piece)

    def _ranges(self, piece: Piece, variable: VariableLike) -> None:
        raw, item = piece.raw, piece.item
        least, greatest = variable.range if variable.range is not None else (None, None)
        for bound, text_key, outside in (
            (least, "intake.below", piece.values < (-np.inf if least is None else least)),
            (greatest, "intake.above", piece.values > (np.inf if greatest is None else greatest)),
        ):
            for i in self._cells.first(text_key, raw.column_place(item.column), which(outside)):
                position = int(piece.positions[i])
                cell = item.cells[position]
                found = plainly(cell.strip()) if isinstance(cell, str) else visible(cell)
                if item.unit_of_measure != piece.unit_of_measure:
                    found += f" {item.unit_of_measure} = {piece.values[i]:.10g} {piece.unit_of_measure}"
                self._faults.add(
                    text_key, raw.place(position, item.column), found=found, bound=f"{bound:.10g}",
                    where=_where(piece.units[i], piece.years[i]),
                )  # fmt: skip

    def units(self, at: Place) -> None:
        """Find the units of the roster that no table holds, if all tables could be read."""
        if self._unread:
            return
        absent = [unit for unit in self._roster if unit not in self._seen]
        others = sorted(set().union(*self._ignored.values()))
        if absent and not self._seen and others:
            examples = ", ".join(plainly(unit) for unit in others[:3])
            code = plainly(absent[0])
            self._faults.add("intake.no_unit_fits", at, count=len(absent), code=code, examples=examples)
            return
        for unit in absent:
            near = misspelt_code(unit, others)
            if near:
                self._misspelt(unit, near)
            else:
                self._cells.add("intake.no_row", at, at, unit=plainly(unit))

    def _misspelt(self, unit: str, found: str) -> None:
        """Say at its first cell that a code is none of the roster's, but near one that has no row."""
        table, row = next((t, int(np.argmax(codes == found))) for t, codes in self._foreign if (codes == found).any())
        place, whole = table.raw.place(row, table.unit), table.raw.column_place(table.unit)
        self._cells.add(
            "intake.misspelt_unit", place, whole, found=plainly(found), unit=plainly(unit), meant=plainly(unit)
        )


def _where(unit: str, year: object) -> dict[str, str]:
    return both("intake.of_unit_year", unit=plainly(unit), year=year)
