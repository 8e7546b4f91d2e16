"""Numbers and years in tables, read strictly: ASCII decimal numbers, and nothing is guessed.

What is refused is explained: a missing mark, an error of a spreadsheet, a number in another spelling.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evaluate.intake.cell import Flaw, label, visible
from evaluate.intake.cells import NUMBER, TEXT, Cells, Mask, blank, kinds, matching, trimmed

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_YEAR = r"[0-9]{4}(?:\.0+)?"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200

Explained = tuple[str, dict[str, str]]
"""A text key and its values."""


def missing_cells(cells: Cells, marks: Iterable[str] = ()) -> Mask:
    """Return which cells are empty or hold one of the texts that stand for a missing value."""
    missing = blank(cells)
    listed = {mark.strip() for mark in marks} - {""}
    if listed:
        text: Mask = kinds(cells) == TEXT
        marked = pc.is_in(trimmed(cells[text]), pa.array(sorted(listed), pa.string()))
        missing[text] |= marked.to_numpy(zero_copy_only=False)
        other = ~text & ~missing
        missing[other] = [label(cell) in listed for cell in cells[other]]
    return missing


def numbers(cells: Cells) -> NDArray[np.float64]:
    """Return the number that each cell holds, NaN where it holds none that is finite.

    >>> from evaluate.intake.cells import as_cells
    >>> numbers(as_cells(["1.5", " 2e3 ", 4.0, "", "12,345", "1e999", True])).tolist()
    [1.5, 2000.0, 4.0, nan, nan, nan, nan]
    """
    return _matching_numbers(cells, _NUMBER)


def _matching_numbers(cells: Cells, pattern: str) -> NDArray[np.float64]:
    values = np.full(len(cells), np.nan)
    held = kinds(cells)
    values[held == NUMBER] = cells[held == NUMBER].astype(np.float64)
    text = np.flatnonzero(held == TEXT)
    texts = trimmed(cells[text])
    good = matching(texts, pattern)
    # float() rounds correctly and knows no locale; the parsers of pandas do not promise the last bit
    values[text[good]] = np.asarray(texts.filter(pa.array(good)).to_pylist(), dtype=object).astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    return values


def read_years(cells: Cells) -> NDArray[np.float64]:
    """Return the year that each cell holds, a whole number from 1900 to 2200, NaN where it holds none.

    >>> from evaluate.intake.cells import as_cells
    >>> read_years(as_cells(["2015", " 2015.0 ", 2015.0, "2015年", "15"])).tolist()
    [2015.0, 2015.0, 2015.0, nan, nan]
    """
    values = _matching_numbers(cells, _YEAR)
    with np.errstate(invalid="ignore"):
        fits = (values >= _FIRST_YEAR) & (values <= _LAST_YEAR) & (values % 1 == 0)
    return np.where(fits, values, np.nan)


_MARKS = {
    "-", "--", "---", "—", "——", "–", "―", "─", "－", "−", "/", "\\", "//", ".", "..", "...", "…", "……", "*",
    "**", "?", "x", "na", "n/a", "n.a.", "n.a", "#n/a", "nan", "null", "none", "nil", "missing", "no data",
    "无", "缺", "缺失", "缺测", "缺省", "空", "空缺", "暂无", "无数据", "暂无数据", "未统计", "未报",
    "未填报", "未公布", "不详",
}  # fmt: skip
_INFINITE = re.compile(r"[+-]?(inf|infinity|∞)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([,' ’_])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]*)?")
_UNDERSCORED = re.compile(r"[+-]?[0-9]+(?:_[0-9]+)+(?:\.[0-9]*)?")
_CONTINENTAL = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_MYRIADS = {"万": 10_000, "亿": 100_000_000}


def number_meant(text: str) -> str:
    """Return the number that a text probably means, an empty text where that cannot be told.

    >>> number_meant("12,345"), number_meant("１２３"), number_meant("(1.5)"), number_meant("1.2万")
    ('12345', '123', '-1.5', '12000')
    >>> number_meant("c. 5")
    ''
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip().lstrip("'¥$€£￥").strip()
    if plain[:1] in ("−", "–", "—"):
        plain = "-" + plain[1:].lstrip()
    if re.fullmatch(_NUMBER, plain, re.ASCII):
        return plain
    if plain.startswith("(") and plain.endswith(")"):
        inner = number_meant(plain[1:-1])
        return "-" + inner if inner and inner[0] not in "+-" else ""
    if grouped := _GROUPED.fullmatch(plain):
        return plain.replace(grouped[1], "")
    if _UNDERSCORED.fullmatch(plain):
        return plain.replace("_", "")
    if _CONTINENTAL.fullmatch(plain):
        return plain.replace(".", "").replace(",", ".")
    if _COMMA.fullmatch(plain):
        return plain.replace(",", ".")
    if plain[-1:] in _MYRIADS and re.fullmatch(_NUMBER, number := plain[:-1].strip(), re.ASCII):
        return f"{(Decimal(number) * _MYRIADS[plain[-1]]).normalize():f}" if len(number) < 20 else ""
    return ""


def explain_number(cell: Any) -> Explained:
    """Say why a cell is no number: the text key and its values."""
    found = visible(cell)
    if isinstance(cell, Flaw):
        return f"intake.cell_{cell.kind}", {"found": cell.written}
    if isinstance(cell, bool):
        return "intake.cell_truth", {"found": found}
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return "intake.cell_date", {"found": found}
    if isinstance(cell, float):
        key = "intake.cell_missing_mark" if math.isnan(cell) else "intake.cell_not_finite"
        return key, {"found": found, "mark": found}
    if not isinstance(cell, str):
        return "intake.cell_no_number", {"found": found}
    text = cell.strip()
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded in _MARKS or text.casefold() in _MARKS:
        return "intake.cell_missing_mark", {"found": found, "mark": text}
    if re.fullmatch(_NUMBER, text, re.ASCII) or _INFINITE.fullmatch(folded):
        return "intake.cell_not_finite", {"found": found}
    if text.startswith("#") and re.fullmatch(r"#[A-Z_/0]+[!?]?", text):
        return "intake.cell_error", {"found": text}
    if folded.endswith("%") and (number := number_meant(text.rstrip()[:-1])):
        return "intake.cell_percent", {"found": found, "number": number}
    meant = number_meant(text)
    if not meant and re.fullmatch(rf"{_NUMBER}\s*[^\s\d.,+-][^\d]*", folded, re.ASCII):
        return "intake.cell_with_unit", {"found": found}
    return "intake.cell_no_number", {"found": found, "meant": meant}


def explain_year(cell: Any) -> Explained:
    """Say why a cell is no year: the text key and its values."""
    if isinstance(cell, Flaw):
        return f"intake.cell_{cell.kind}", {"found": cell.written}
    text = cell.isoformat() if isinstance(cell, dt.date) else unicodedata.normalize("NFKC", label(cell))
    runs = re.findall(r"(?<![0-9])[0-9]{4}(?![0-9])", text)
    fits = [run for run in runs if _FIRST_YEAR <= int(run) <= _LAST_YEAR]
    return "intake.cell_no_year", {
        "found": visible(cell),
        "meant": fits[0] if len(fits) == 1 else "",
        "first": str(_FIRST_YEAR),
        "last": str(_LAST_YEAR),
    }
