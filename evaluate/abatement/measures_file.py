"""The list of measures as its file holds it: one row a measure, every cell read strictly, all faults at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluate.abatement.factors import electricity_factor, electricity_factors
from evaluate.forms import unguarded
from evaluate.intake.capped import Capped
from evaluate.intake.cell import Flaw, label, plainly, visible
from evaluate.intake.cells import Cells, Mask, blank, which
from evaluate.intake.csvfile import read_csv
from evaluate.intake.files import read_bytes
from evaluate.intake.misspelt import misspelt_code
from evaluate.intake.numbers import explain_number, numbers
from evaluate.intake.opening import open_table
from evaluate.intake.rawtable import RawTable, from_records
from evaluate.methods.base import Array
from indicators.codes import normalise_code
from indicators.errors import Faults, Place, fault, nearest
from indicators.framework import Framework
from indicators.units import factor

COST_UNIT = "1e4 CNY"
"""The currency of costs and budget where nothing is said: ten thousand yuan (万元)."""
RESERVED = (
    "measure", "name", "unit", "sector", "cost", "electricity", "electricity_factor", "relocated_to",
    "relocated_share",
)  # fmt: skip
"""Columns that are no variables."""
_REQUIRED = ("measure", "unit", "cost")
_PREFIXES = ("change:", "side:")
_HEADER = re.compile(r"(?P<name>.*?)\s*(?:\[(?P<unit>[^\[\]]*)\])?")


@dataclass(frozen=True, eq=False)
class MeasureList:
    """Measures, m of them, in the order of the file; effects are signed changes, so that less emission is negative."""

    file: str
    code: tuple[str, ...]
    name: tuple[str, ...]
    unit: tuple[str, ...]
    sector: tuple[str, ...]
    cost: Array
    """In `cost_unit`; negative where a measure saves money, (m,)."""
    cost_unit: str
    direct: dict[str, Array]
    """What a measure is taken for, by variable in its unit of measure, (m,)."""
    side: dict[str, Array]
    """Side effects, by variable in its unit of measure, (m,)."""
    electricity: Array
    """Extra power, MWh, (m,)."""
    electricity_factor: Array
    """t CO2 per MWh; NaN where no power is used, (m,)."""
    electricity_source: tuple[str, ...]
    """The factor as the file names it."""
    relocated_to: tuple[str, ...]
    """Code of the unit where capacity lands; empty where none moves."""
    relocated_share: Array
    """Share of what falls here that lands there, (m,)."""
    places: tuple[Place, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.code)

    @property
    def variables(self) -> list[str]:
        """Variables that some measure changes, power aside."""
        return list(dict.fromkeys([*self.direct, *self.side]))


def read_measures(
    source: str | Path | pd.DataFrame, framework: Framework, units: Sequence[str], *,
    cost_unit: str | None = None, encoding: str | None = None,
) -> MeasureList:  # fmt: skip
    """Read a list of measures from a CSV, XLSX or Parquet file, or from a table in memory.

    Columns: `measure`, `unit`, `cost`; if wanted `name`, `sector`, `electricity` (MWh), `electricity_factor` (t CO2
    per MWh or a code of the bundled table), `relocated_to`, `relocated_share`; one column a variable of the framework
    that a measure changes (or `change:VARIABLE`), and `side:VARIABLE` for side effects. A number's unit of measure
    may stand in brackets behind its name: `co2 [1e4 t]`, `cost [CNY]`; without it, it is the variable's own.

    `units`: codes of the assessed units. `cost_unit`: in which costs are given out; that of the file when absent.
    Errors: an `InputError` with every fault of the list.
    """
    raw = _opened(source, encoding)
    reader = _Reader(raw, framework, units)
    return reader.read(cost_unit)


def _opened(source: str | Path | pd.DataFrame, encoding: str | None) -> RawTable:
    if isinstance(source, pd.DataFrame):
        records: list[list[Any]] = [[str(c) for c in source.columns]]
        records += [[None if pd.isna(v) else v for v in row] for row in source.astype(object).to_numpy().tolist()]
        where = Place("measures")
        return from_records("measures", records, range(1, len(records) + 1), len(records), 1, lambda _: where)
    path = Path(source)
    shown = path.as_posix()
    if path.suffix.lower() == ".csv":
        # an empty file, too, is one of no rows
        data = read_bytes(path, shown, Place(shown))
        if not data.strip():
            raise fault("whatif.empty_file", Place(shown))
        if encoding is not None:
            return read_csv(data, shown, encoding, 1, lambda key: Place(shown, key=key))
    return open_table(shown, Path(), lambda _: Place(shown), encoding=encoding)


@dataclass(frozen=True)
class _Column:
    """A column of numbers."""

    at: int
    step: float
    """Factor to the unit of measure that is wanted."""


class _Reader:
    """Reads the columns; what is wrong is collected."""

    def __init__(self, raw: RawTable, framework: Framework, units: Sequence[str]) -> None:
        self.raw, self.framework, self.known = raw, framework, list(units)
        self.faults = Faults()
        self.cells = Capped(self.faults)
        filled: Mask = np.zeros(len(raw.rows), dtype=bool)
        for at in range(len(raw.names)):
            filled |= ~blank(raw.column(at))
        self.rows = np.flatnonzero(filled)

    def read(self, cost_unit: str | None) -> MeasureList:
        """Return the list, or raise everything that is wrong with it."""
        heads = self._heads()
        columns, unit = self._columns(heads, cost_unit)
        if not len(self.rows):
            self.faults.add("intake.empty_table", self.raw.header_place())
        for name in _REQUIRED:
            if name not in heads:
                self.raw.find(name, "", self.faults)
        if not any(key not in RESERVED for key in columns) and "electricity" not in columns:
            known = ", ".join(self.framework.variables)
            self.faults.add("whatif.no_effect_column", self.raw.header_place(), known=known)
        for position, length in self.raw.overlong.items():
            place = Place(self.raw.file, line=int(self.raw.rows[position]))
            self.faults.add("intake.row_long", place, cells=length, columns=len(self.raw.names))
        made = self._list(heads, columns, unit)
        self.cells.close()
        self.faults.raise_if_any()
        assert made is not None
        return made

    def _heads(self) -> dict[str, tuple[int, str | None]]:
        """Return position and stated unit of measure of each named column."""
        heads: dict[str, tuple[int, str | None]] = {}
        for at, header in enumerate(self.raw.names):
            if not header:
                if not blank(self.raw.column(at)).all():
                    self.faults.add("whatif.nameless_column", self.raw.header_place(), column=at + 1)
                continue
            found = _HEADER.fullmatch(unguarded(header))
            assert found is not None
            name = found["name"].removeprefix("change:") if self._plain_change(found["name"]) else found["name"]
            if name in heads:
                numbers_ = ", ".join(str(n + 1) for n in (heads[name][0], at))
                self.faults.add("intake.two_columns", self.raw.header_place(), found=plainly(name), columns=numbers_)
                continue
            heads[name] = at, found["unit"]
        return heads

    def _plain_change(self, name: str) -> bool:
        return name.startswith("change:") and name.removeprefix("change:") not in RESERVED

    def _columns(
        self, heads: dict[str, tuple[int, str | None]], cost_unit: str | None
    ) -> tuple[dict[str, _Column], str]:
        """Return the columns of numbers with their factors, and the unit of costs."""
        variables, wanted_cost = self.framework.variables, cost_unit
        columns: dict[str, _Column] = {}
        for name, (at, stated) in heads.items():
            place = self.raw.header_place(key=plainly(name))
            bare = next((name.removeprefix(p) for p in _PREFIXES if name.startswith(p)), name)
            if name == "cost":
                wanted_cost = cost_unit or stated or COST_UNIT
                wanted = wanted_cost
                with self.faults.collecting():
                    factor(wanted, "CNY", place)
            elif name == "electricity":
                wanted = "MWh"
            elif name == "relocated_share":
                wanted = "1"
            elif name in RESERVED:
                if stated is not None:
                    self.faults.add("whatif.unit_of_text", place, found=stated)
                continue
            elif bare in variables:
                wanted = variables[bare].unit_of_measure
            else:
                self._unknown_column(name, bare)
                continue
            with self.faults.collecting():
                columns[name] = _Column(at, 1.0 if stated is None else factor(stated, wanted, place))
        return columns, wanted_cost or COST_UNIT

    def _unknown_column(self, name: str, bare: str) -> None:
        names = [*RESERVED, *self.framework.variables]
        meant = nearest(bare, names)
        if meant and name != bare:
            meant = "side:" + meant if name.startswith("side:") else meant
        known = ", ".join(self.framework.variables)
        self.faults.add(
            "whatif.unknown_column", self.raw.header_place(), found=plainly(name), known=known, meant=meant
        )  # fmt: skip

    def _list(
        self, heads: dict[str, tuple[int, str | None]], columns: dict[str, _Column], cost_unit: str
    ) -> MeasureList | None:
        codes, units = self._codes(heads), self._units(heads)
        effects = {name: self._numbers(columns[name]) for name in columns if name not in RESERVED}
        cost = self._numbers(columns["cost"], required="whatif.no_cost") if "cost" in columns else None
        power = self._numbers(columns["electricity"]) if "electricity" in columns else np.zeros(len(self.rows))
        factors, sources = self._factors(heads, power)
        share = self._shares(columns)
        to = self._landings(heads, columns, share, units)
        if cost is None:
            return None
        return MeasureList(
            file=self.raw.file, code=codes, name=self._texts(heads, "name"), unit=units,
            sector=self._texts(heads, "sector"), cost=cost, cost_unit=cost_unit,
            direct={n.removeprefix("change:"): v for n, v in effects.items() if not n.startswith("side:")},
            side={n.removeprefix("side:"): v for n, v in effects.items() if n.startswith("side:")},
            electricity=power, electricity_factor=factors, electricity_source=sources,
            relocated_to=to, relocated_share=share,
            places=tuple(Place(self.raw.file, line=int(self.raw.rows[row])) for row in self.rows),
        )  # fmt: skip

    def _column(self, heads: dict[str, tuple[int, str | None]], name: str) -> tuple[int, Cells] | None:
        if name not in heads:
            return None
        at = heads[name][0]
        return at, self.raw.column(at)[self.rows]

    def _texts(self, heads: dict[str, tuple[int, str | None]], name: str) -> tuple[str, ...]:
        found = self._column(heads, name)
        if found is None:
            return ("",) * len(self.rows)
        texts = []
        for row, cell in enumerate(found[1]):
            if isinstance(cell, Flaw) and cell.kind != "absent":
                self._add(f"intake.cell_{cell.kind}", row, found[0], found=cell.written, where="")
            texts.append("" if isinstance(cell, Flaw) else unguarded(label(cell)))
        return tuple(texts)

    def _add(self, text_key: str, row: int, column: int, **values: object) -> None:
        self.cells.add(text_key, self.raw.place(int(self.rows[row]), column), self.raw.column_place(column), **values)

    def _codes(self, heads: dict[str, tuple[int, str | None]]) -> tuple[str, ...]:
        codes = self._texts(heads, "measure")
        if "measure" not in heads:
            return codes
        first: dict[str, int] = {}
        for row, code in enumerate(codes):
            if not code:
                self._add("whatif.no_measure", row, heads["measure"][0])
            elif first.setdefault(code, row) != row:
                line = int(self.raw.rows[self.rows[first[code]]])
                self._add("whatif.measure_twice", row, heads["measure"][0], found=plainly(code), first=line)
        return codes

    def _units(self, heads: dict[str, tuple[int, str | None]]) -> tuple[str, ...]:
        codes = tuple(normalise_code(text) for text in self._texts(heads, "unit"))
        if "unit" in heads:
            for row, code in enumerate(codes):
                if code not in self.known:
                    key = "whatif.unknown_unit" if code else "whatif.no_unit"
                    self._add(key, row, heads["unit"][0], found=plainly(code), meant=misspelt_code(code, self.known))
        return codes

    def _numbers(self, column: _Column, required: str = "") -> Array:
        """Return the numbers of a column; a blank cell is 0 unless it is `required`."""
        cells = self.raw.column(column.at)[self.rows]
        empty = blank(cells)
        with np.errstate(over="ignore"):
            found = np.where(empty, 0.0, numbers(cells) * column.step)
        for row in which(empty) if required else []:
            self._add(required, row, column.at)
        for row in which(~np.isfinite(found)):
            cell = cells[row]
            if isinstance(cell, Flaw):
                self._add(f"intake.cell_{cell.kind}", row, column.at, found=cell.written, where="")
            else:
                said = explain_number(cell)[1]
                meant = said.get("meant") or said.get("number", "")
                key = "whatif.bare_number" if required else "whatif.no_number"
                self._add(key, row, column.at, found=visible(cell), meant=meant)
        return found

    def _factors(self, heads: dict[str, tuple[int, str | None]], power: Array) -> tuple[Array, tuple[str, ...]]:
        texts = self._texts(heads, "electricity_factor")
        out = np.full(len(texts), np.nan)
        at = heads.get("electricity_factor", heads.get("electricity", (0, None)))[0]
        for row, said in enumerate(texts):
            if said:
                found = electricity_factor(said)
                if found is None:
                    meant = nearest(said, electricity_factors())
                    self._add("whatif.no_factor", row, at, found=visible(said), meant=meant)
                else:
                    out[row] = found
            elif power[row] != 0:
                self._add("whatif.needs_factor", row, at, found=f"{power[row]:g}")
        return out, texts

    def _shares(self, columns: dict[str, _Column]) -> Array:
        if "relocated_share" not in columns:
            return np.zeros(len(self.rows))
        share = self._numbers(columns["relocated_share"])
        for row in which(np.isfinite(share) & ((share < 0) | (share > 1))):
            self._add("whatif.share_outside", row, columns["relocated_share"].at, found=f"{share[row]:g}")
        return share

    def _landings(
        self,
        heads: dict[str, tuple[int, str | None]],
        columns: dict[str, _Column],
        share: Array,
        units: tuple[str, ...],
    ) -> tuple[str, ...]:
        to = tuple(normalise_code(text) for text in self._texts(heads, "relocated_to"))
        stated = columns.get("relocated_share")
        bare = blank(self.raw.column(stated.at)[self.rows]) if stated else np.ones(len(to), dtype=bool)
        for row, target in enumerate(to):
            if target and bare[row]:
                self._add("whatif.to_without_share", row, heads["relocated_to"][0], found=plainly(target))
            elif target and target == units[row]:
                self._add("whatif.moves_nowhere", row, heads["relocated_to"][0], found=plainly(target))
            elif not target and stated and share[row] > 0:
                self._add("whatif.share_without_to", row, stated.at, found=f"{share[row]:g}")
        return to
