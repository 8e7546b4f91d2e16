"""The roster: which units are assessed, their names, types and cohorts."""

from collections.abc import Callable, Collection
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluate.forms import Form
from evaluate.intake.capped import Capped
from evaluate.intake.cell import plainly
from evaluate.intake.cells import FLAWED, Cells, Mask, as_cells, blank, kinds, labels, which
from evaluate.intake.opening import open_table
from evaluate.intake.rawtable import RawTable, squeezed
from indicators.codes import normalise_codes
from indicators.errors import Faults, Place, nearest
from indicators.panel import UNIT_COLUMNS
from indicators.spec import Path

if TYPE_CHECKING:
    from evaluate.spec import RosterSpec

UNITS = Form("units", {"unit": "text", "name": "text", "type": "text", "each cohort": "text"})
"""The roster; codes, and whatever else looks like a number, stay texts."""


def read_roster(
    spec: "RosterSpec", base: FilePath, types: Collection[str], place: Callable[[Path], Place]
) -> pd.DataFrame:
    """Read the roster.

    Args:
        spec: what the assessment says of it.
        base: folder that its path is relative to.
        types: codes of the framework's types; empty when it declares none, then any type is kept as it is.
        place: place of a key of the assessment.

    Returns:
        `unit, name, type` and the cohort columns, all texts, sorted by unit; a blank name is the code, every
        other blank an empty text. A cohort that is `unit`, `name` or `type` itself gets no second column.

    Errors: an `InputError` with every fault: a file that cannot be read, missing columns, an empty roster,
    units without a code or standing twice, types that are blank or that the framework lacks.
    """
    faults = Faults()
    raw = open_table(
        spec.path, base, lambda key: place(("roster", key)),
        encoding=spec.encoding, sheet=spec.sheet, header_row=spec.header_row,
    )  # fmt: skip
    columns = _columns(spec, raw, place, faults)
    if types and spec.type is None:
        faults.add("intake.no_type_column", place(("roster",)), known=", ".join(types))
    faults.raise_if_any()
    reading = _Reading(raw, columns, faults)
    roster = reading.frame(spec, types)
    faults.raise_if_any()
    return roster.sort_values("unit", ignore_index=True)


def _columns(spec: "RosterSpec", raw: RawTable, place: Callable[[Path], Place], faults: Faults) -> dict[str, int]:
    """Return the position of each column of the result that the file holds."""
    stated = {"unit": spec.unit, "name": spec.name, "type": spec.type}
    wanted: list[tuple[str, str, Path]] = [
        (column, source, ("roster", column)) for column, source in stated.items() if source is not None
    ]
    for number, cohort in enumerate(spec.cohorts):
        key: Path = ("roster", "cohorts", number)
        if cohort in spec.cohorts[:number]:
            faults.add("intake.cohort_twice", place(key), found=plainly(cohort))
        elif cohort not in UNIT_COLUMNS:
            wanted.append((cohort, cohort, key))
        elif squeezed(stated[cohort] or "") != cohort:
            faults.add("intake.reserved_column", place(key), found=cohort)
    found = {column: raw.find(source, place(key).key, faults) for column, source, key in wanted}
    return {column: position for column, position in found.items() if position is not None}


class _Reading:
    """The cells of the roster's columns, blank rows left out."""

    def __init__(self, raw: RawTable, columns: dict[str, int], faults: Faults) -> None:
        self._raw = raw
        self._columns = columns
        self._faults = faults
        self._cells = Capped(faults)
        cells = {name: raw.column(position) for name, position in columns.items()}
        filled = np.zeros(len(raw.rows), dtype=bool)
        for column in cells.values():
            filled |= ~blank(column)
        self._rows = np.flatnonzero(filled)
        self._held = {name: column[self._rows] for name, column in cells.items()}

    def frame(self, spec: "RosterSpec", types: Collection[str]) -> pd.DataFrame:
        """Return the roster in the order of the file; its faults are collected."""
        if not len(self._rows):
            self._faults.add("intake.empty_table", self._raw.header_place())
        units = self._units()
        texts = {"unit": units, "name": units, "type": as_cells([""] * len(units))}
        for name, cells in self._held.items():
            if name != "unit":
                self._flawed(name, cells)
                texts[name] = labels(cells)
        texts["name"] = np.where(texts["name"] == "", units, texts["name"])
        if types:
            self._types(texts["type"], types)
        self._overlong()
        self._cells.close()
        wanted = UNITS.named(cohort=[cohort for cohort in spec.cohorts if cohort not in UNIT_COLUMNS])
        return pd.DataFrame({name: pd.Series(texts[name], dtype=object).astype("str") for name in wanted})

    def _place(self, name: str, row: int) -> tuple[Place, Place]:
        """Return the place of a cell and of its column."""
        column = self._columns[name]
        return self._raw.place(int(self._rows[row]), column), self._raw.column_place(column)

    def _flawed(self, name: str, cells: Cells) -> Mask:
        flawed: Mask = kinds(cells) == FLAWED
        for i in which(flawed):
            flaw = cells[i]
            self._cells.add(f"intake.cell_{flaw.kind}", *self._place(name, i), found=flaw.written, where="")
        return flawed

    def _units(self) -> Cells:
        cells = self._held["unit"]
        flawed = self._flawed("unit", cells)
        codes: Cells = np.where(flawed, "", normalise_codes(pd.Series(cells, dtype=object)).to_numpy(dtype=object))
        for i in which((codes == "") & ~flawed):
            self._cells.add("intake.no_code", *self._place("unit", i))
        first: dict[str, int] = {}
        for i in which(codes != ""):
            before = first.setdefault(codes[i], i)
            if before != i:
                rows = self._raw.rows[self._rows[np.array([before, i])]]
                self._cells.add(
                    "intake.row_twice", *self._place("unit", i),
                    unit=plainly(codes[i]), first=int(rows[0]), second=int(rows[1]),
                )  # fmt: skip
        return codes

    def _types(self, found: Cells, types: Collection[str]) -> None:
        known = ", ".join(types)
        flawed: Mask = kinds(self._held["type"]) == FLAWED
        for i in which(~flawed):
            if found[i] == "":
                self._cells.add("intake.no_type", *self._place("type", i), known=known)
            elif found[i] not in types:
                self._cells.add(
                    "intake.unknown_type", *self._place("type", i),
                    found=plainly(found[i]), known=known, meant=nearest(found[i], types),
                )  # fmt: skip

    def _overlong(self) -> None:
        for i, position in enumerate(self._rows):
            length = self._raw.overlong.get(int(position))
            if length is not None:
                self._cells.add("intake.row_long", *self._place("unit", i), cells=length, columns=len(self._raw.names))
