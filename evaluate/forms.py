"""Tables of the run folder: columns declared once, where a table is made; written as CSV and read back by them."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from indicators.errors import Faults, Place

Kind = Literal["text", "whole", "number"]

_DIGITS = 10
_WHOLE = 2**63
"""Below which a whole number is held exactly."""
EACH = "each "
"""Begins the name of what stands for several columns, one a dimension, an indicator or the like under its own name."""
_SPECIAL = ("=", "+", "-", "@", "\t")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Form:
    """Name and columns of a table; what each column holds decides how it is read back."""

    name: str
    """Name of the file without `.csv`."""
    columns: Mapping[str, Kind]
    """In the order of the file; `each dimension` and its like stand for several columns."""

    def frame(self, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
        """Return rows as a table of this form, in the order given; what a row does not state is missing.

        >>> Form("n", {"unit": "text", "year": "whole", "value": "number"}).frame([{"unit": "a", "value": 1}])
          unit  year  value
        0    a  <NA>    1.0
        """
        held = list(rows)
        table = pd.DataFrame(index=range(len(held)))
        for name, kind in self.columns.items():
            cells: Any = [row.get(name) for row in held]
            if kind == "text":
                cells = ["" if cell is None else str(cell) for cell in cells]
            table[name] = pd.Series(cells, dtype=object)
        return self.typed(table)

    def typed(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table with texts as objects, numbers as floats, whole numbers as integers, nullable if one is blank.

        >>> form = Form("n", {"year": "whole", "rank": "whole", "each indicator": "number"})
        >>> form.typed(pd.DataFrame({"year": [2020.0], "rank": [None], "co2": [1]})).dtypes.astype(str).to_list()
        ['int64', 'Int64', 'float64']
        """
        return table.astype({column: self._dtype(table[column]) for column in table.columns})

    def _dtype(self, column: "pd.Series[Any]") -> str:
        kind = self.kind(str(column.name))
        if kind == "whole":
            return "Int64" if column.isna().any() else "int64"
        return {"text": "object", "number": "float64"}[kind]

    def joined(self, tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
        """Return tables below each other, in the columns of this form; an empty one of it where no table has a row.

        >>> form = Form("n", {"unit": "text", "value": "number"})
        >>> form.joined([pd.DataFrame({"value": [1.0], "unit": ["a"], "else": [0]})])
          unit  value
        0    a    1.0
        >>> form.joined([]).dtypes.astype(str).to_list()
        ['object', 'float64']
        """
        held = [table for table in tables if len(table)]
        return self.typed(pd.concat(held, ignore_index=True)[list(self.columns)]) if held else self.frame([])

    def kind(self, column: str) -> Kind:
        """Return what a column holds; one that the form does not know, as of another version, holds texts.

        >>> form = Form("n", {"unit": "text", "each indicator": "number"})
        >>> form.kind("unit"), form.kind("co2"), Form("n", {"year": "whole"}).kind("co2")
        ('text', 'number', 'text')
        """
        if column in self.columns:
            return self.columns[column]
        return next((kind for name, kind in self.columns.items() if name.startswith(EACH)), "text")

    def named(self, **several: Iterable[str]) -> list[str]:
        """Return the columns of a file; `several`: the names that, for example, `each dimension` stands for.

        >>> Form("n", {"unit": "text", "each indicator": "number", "rank": "whole"}).named(indicator=["co2", "so2"])
        ['unit', 'co2', 'so2', 'rank']
        """
        return [
            own for name in self.columns
            for own in (several[name.removeprefix(EACH)] if name.startswith(EACH) else [name])
        ]  # fmt: skip

    def read(self, path: Path) -> pd.DataFrame:
        """Return a table that `as_csv` wrote.

        Errors: a column of the form that is missing, one that stands twice, a text where a number should be, as in a
        table of another version.
        """
        # the header is a row like any other, since pandas renames a column that stands twice
        raw = pd.read_csv(path, header=None, dtype=str, keep_default_na=False, encoding="utf-8-sig").astype(object)
        # plain texts: what pandas makes of strings otherwise is slow to go through one by one
        columns = [unguarded(column) for column in raw.iloc[0].tolist()]
        faults, place = Faults(), Place(str(path))
        for column in self.columns:
            if column not in columns and not column.startswith(EACH):
                faults.add("artifacts.column_missing", place, found=column)
        for column in columns:
            if columns.count(column) > 1:
                faults.add("artifacts.column_twice", place, found=column)
        faults.raise_if_any()
        raw = raw.iloc[1:].reset_index(drop=True).set_axis(columns, axis=1)
        out: dict[str, Any] = {}
        for column in columns:
            kind = self.kind(column)
            if kind == "text":
                out[column] = [unguarded(value) for value in raw[column].tolist()]
                continue
            stated = raw[column] != ""
            out[column] = pd.to_numeric(raw[column].where(stated, None), errors="coerce")
            wrong = stated & out[column].isna()
            if kind == "whole":
                wrong |= stated & ((out[column] % 1 != 0) | (out[column].abs() >= _WHOLE))
            if wrong.any():
                found = raw.loc[wrong, column].iloc[0]
                faults.add(f"artifacts.no_{kind}", Place(str(path), key=column), found=found)
        faults.raise_if_any()
        return self.typed(pd.DataFrame(out, columns=columns))


def as_csv(table: pd.DataFrame) -> bytes:
    r"""Return a table as UTF-8 CSV with a BOM, 10 significant digits; texts cannot become formulas.

    >>> as_csv(pd.DataFrame({"name": ["=1+1"], "x": [1 / 3]})).decode("utf-8-sig")
    "name,x\n'=1+1,0.3333333333\n"
    """
    out = table.copy()
    for column in out.columns:
        if out[column].dtype == object or isinstance(out[column].dtype, pd.StringDtype):
            out[column] = pd.Series([_cell(value) for value in out[column]], index=out.index, dtype=object)
    out.columns = pd.Index([guarded(str(c)) for c in out.columns])
    # a lone carriage return ends a line for most readers, but is not quoted for its own sake
    returns = any("\r" in text for text in _texts(out))
    quoting: Literal[0, 1] = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    written = out.to_csv(index=False, float_format=f"%.{_DIGITS}g", lineterminator="\n", quoting=quoting)
    return b"\xef\xbb\xbf" + written.encode("utf-8", errors="replace")


def _texts(table: pd.DataFrame) -> Iterator[str]:
    yield from map(str, table.columns)
    for _, column in table.select_dtypes("object").items():
        yield from (cell for cell in column if isinstance(cell, str))


def _cell(value: object) -> object:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, float):
        return "" if value != value else f"{value:.{_DIGITS}g}"
    return "" if value is None or value is pd.NA else value


def guarded(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays as it is.

    >>> guarded("@x"), guarded("-4.2"), guarded("北京市"), guarded("'=x")
    ("'@x", '-4.2', '北京市', "''=x")
    """
    bare = value.lstrip("'")
    if bare.startswith(_SPECIAL) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def unguarded(value: str) -> str:
    """Take back what `guarded` added.

    >>> unguarded("'@x"), unguarded("it's"), unguarded("''=x")
    ('@x', "it's", "'=x")
    """
    return value[1:] if value.startswith("'") and value.lstrip("'").startswith(_SPECIAL) else value
