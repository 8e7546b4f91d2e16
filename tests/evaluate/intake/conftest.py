"""Real files in a folder of their own, and the tables read from them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from pydantic import TypeAdapter

from evaluate.intake.roster import read_roster
from evaluate.intake.tables import TablesResult, read_tables
from evaluate.spec import DataTable, RosterSpec
from indicators.errors import InputError, Place
from indicators.spec import dotted
from indicators.units import factor

TABLE: TypeAdapter[Any] = TypeAdapter(DataTable)
CO2 = {"variable": "co2", "unit_of_measure": "t"}


def place(path: tuple[str | int, ...]) -> Place:
    return Place("assessment.yaml", line=9, key=dotted(path))


@dataclass
class Intake:
    """A folder of tables."""

    folder: Path

    def csv(self, text: str, name: str = "panel.csv", encoding: str = "utf-8") -> str:
        (self.folder / name).write_bytes(text.encode(encoding))
        return name

    def xlsx(self, *rows: Sequence[Any], name: str = "panel.xlsx", sheet: str = "数据") -> str:
        book = openpyxl.Workbook()
        page = book.active
        page.title = sheet
        for row in rows:
            page.append(list(row))
        book.save(self.folder / name)
        return name

    def bytes(self, data: bytes, name: str) -> str:
        (self.folder / name).write_bytes(data)
        return name

    def tables(
        self,
        *sources: Mapping[str, Any],
        roster: Sequence[str] = ("110000", "120000"),
        years: Sequence[int] = (2014, 2015),
        ranges: Mapping[str, Sequence[float | None]] | None = None,
    ) -> TablesResult:
        """Read tables into the variables co2 and so2, both in tonnes."""
        bounds = ranges or {}
        variables = {code: SimpleNamespace(unit_of_measure="t", range=bounds.get(code)) for code in ("co2", "so2")}
        return read_tables(
            [TABLE.validate_python(dict(source)) for source in sources],
            self.folder,
            variables=variables,
            needed={code: set(years) for code in variables},
            roster=roster,
            convert=factor,
            place=place,
        )

    def wide(self, path: str, **said: Any) -> dict[str, Any]:
        return {"path": path, "unit": "unit", "year": "year", "columns": {"co2_t": CO2}, **said}

    def faults(self, *sources: Mapping[str, Any], language: str = "en", **said: Any) -> list[str]:
        """Return the messages that reading raises, one a fault, blanks between place and message made one."""
        return messages(lambda: self.tables(*sources, **said), language)

    def roster(self, path: str, types: Sequence[str] = (), **said: Any) -> pd.DataFrame:
        return read_roster(RosterSpec.model_validate({"path": path, **said}), self.folder, types, place)

    def roster_faults(self, path: str, types: Sequence[str] = (), language: str = "en", **said: Any) -> list[str]:
        return messages(lambda: self.roster(path, types, **said), language)


def messages(read: Callable[[], object], language: str = "en") -> list[str]:
    with pytest.raises(InputError) as caught:
        read()
    return [fault.line(language) for fault in caught.value.faults]


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


@pytest.fixture
def said() -> Callable[..., list[str]]:
    """Run something and return the messages of the `InputError` that it raises."""
    return messages
