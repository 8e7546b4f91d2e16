"""XLSX workbooks: one sheet as rows of cells, errors and formulas without a result kept visible."""

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from evaluate.intake.rawtable import At, RawTable, from_records
from evaluate.intake.sheetxml import extent, flaws, recalculated
from indicators.errors import Place, fault, nearest

MAX_UNPACKED = 512 * 1024 * 1024
"""Most bytes that a workbook may unpack to."""
MAX_CELLS = 30_000_000
"""Most cells between A1 and the last cell of a sheet; a stray cell far off makes a sheet as large."""

_CHUNK = 1 << 20
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
_DAMAGED = (*_BROKEN_ZIP, ValueError, KeyError, ElementTree.ParseError)
_OTHERS = {"xl/workbook.bin": "xlsb", "word/document.xml": "word"}


@dataclass(frozen=True)
class _Sheet:
    name: str
    part: str
    """Name of its XML inside the workbook."""
    visible: bool
    tabular: bool
    """A sheet of cells, and not a chart."""


def zip_kind(data: bytes) -> str:
    """Return what a zip file is: `workbook`, `xlsb`, `ods`, `word`, `zip` or `broken`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = {_tidy(name) for name in packed.namelist()}
            ods = "mimetype" in names and b"opendocument.spreadsheet" in packed.read("mimetype")[:100]
    except _DAMAGED:
        return "broken"
    if "xl/workbook.xml" in names:
        return "workbook"
    if ods:
        return "ods"
    return next((kind for part, kind in _OTHERS.items() if part in names), "zip")


def read_workbook(data: bytes, file: str, sheet: str | None, header_row: int, at: At) -> RawTable:
    """Read one sheet of a workbook.

    Args:
        data: the bytes of the workbook.
        file: path as the assessment has it.
        sheet: name of the sheet; the first that can be seen when absent.
        header_row: row of the column names, counted from 1.
        at: places of the assessment.

    Errors: an `InputError` when the workbook is damaged or would unpack to too much, when it has no such
    sheet, when the sheet is empty or ends before the header row.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _bounded(packed, file, at)
            parts = {_tidy(info.filename): info for info in packed.infolist()}
            book = packed.read(parts["xl/workbook.xml"])
            links = packed.read(parts["xl/_rels/workbook.xml.rels"])
            chosen = _chosen(_sheets(book, links), sheet, file, at)
            xml = packed.read(parts[_tidy(chosen.part)])
        found = flaws(xml, distrust_zero=recalculated(book))
        height, width = extent(xml)
    except _DAMAGED as error:
        raise fault("intake.damaged", at("path"), found=file, reason=str(error)) from None
    if height * width > MAX_CELLS:
        raise fault("intake.too_wide", Place(file, sheet=chosen.name), rows=height, columns=width)
    rows = _cells(data, chosen.name, file, at)
    for (row, column), flaw in found.items():
        while len(rows) <= row:
            rows.append([])
        rows[row].extend([""] * (column + 1 - len(rows[row])))
        rows[row][column] = flaw
    widest = max(map(len, rows), default=0)
    for cells in rows:
        cells.extend([""] * (widest - len(cells)))
    return from_records(file, rows, range(1, len(rows) + 1), len(rows), header_row, at, sheet=chosen.name)


def _tidy(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _bounded(packed: zipfile.ZipFile, file: str, at: At) -> None:
    """Refuse a workbook that unpacks to too much, whatever sizes it declares."""
    size = sum(info.file_size for info in packed.infolist())
    if size <= MAX_UNPACKED:
        size = 0
        for info in packed.infolist():
            # else reading ends at the declared size, and a false one goes unseen
            info.file_size = MAX_UNPACKED + 1
            with packed.open(info) as stream:
                while size <= MAX_UNPACKED and (chunk := stream.read(_CHUNK)):
                    size += len(chunk)
    if size > MAX_UNPACKED:
        raise fault("intake.unpacks", at("path"), found=file, limit=f"{MAX_UNPACKED / 2**20:.0f} MB")


def _sheets(book: bytes, links: bytes) -> list[_Sheet]:
    """Return the sheets in the order of the workbook."""
    if b"<!DOCTYPE" in book or b"<!DOCTYPE" in links:
        raise ValueError("DOCTYPE")
    targets = {link.get("Id"): link for link in ElementTree.fromstring(links)}
    sheets = []
    for element in ElementTree.fromstring(book).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        number = next((text for key, text in element.attrib.items() if key.endswith("relationships}id")), None)
        link = targets[number]
        part = posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))
        sheets.append(
            _Sheet(
                element.get("name", ""),
                part,
                element.get("state", "visible") == "visible",
                link.get("Type", "").endswith("/worksheet"),
            )
        )
    return sheets


def _chosen(sheets: list[_Sheet], wanted: str | None, file: str, at: At) -> _Sheet:
    tables = [sheet for sheet in sheets if sheet.tabular]
    if wanted is None:
        if not tables:
            raise fault("intake.no_sheets", at("path"), found=file)
        return next((sheet for sheet in tables if sheet.visible), tables[0])
    for sheet in tables:
        if sheet.name.strip() == wanted.strip():
            return sheet
    names = [sheet.name for sheet in tables]
    raise fault(
        "intake.no_sheet",
        at("sheet"),
        found=wanted,
        file=file,
        known=", ".join(names),
        meant=nearest(wanted, names),
    )


def _cells(data: bytes, sheet: str, file: str, at: At) -> list[list[Any]]:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except Exception as error:
        raise fault("intake.damaged", at("path"), found=file, reason=str(error)) from None
    except BaseException as error:
        # the reader is written in Rust and panics on what its makers never met
        if type(error).__name__ != "PanicException":
            raise
        raise fault("intake.damaged", at("path"), found=file, reason=str(error)) from None
