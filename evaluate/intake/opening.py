"""Opening a table by its path: CSV, XLSX or Parquet, and a clear word where the content is something else."""

import os
from pathlib import Path, PurePosixPath

from evaluate.intake.csvfile import read_csv
from evaluate.intake.files import content_kind, read_bytes
from evaluate.intake.rawtable import At, RawTable
from indicators.errors import Faults, InputError, fault
from indicators.texts import both

_FORMATS = {".csv": "csv", ".xlsx": "workbook", ".xlsm": "workbook", ".parquet": "parquet"}
_FITTING = {"csv": "text", "workbook": "workbook", "parquet": "parquet"}
_ADVICE = {
    "html": "save_xlsx", "xml": "save_xlsx", "ole": "save_xlsx", "xlsb": "save_xlsx", "ods": "save_xlsx",
    "encrypted": "no_password", "broken": "fetch_again", "workbook": "rename_xlsx",
    "parquet": "rename_parquet", "text": "rename_csv",
}  # fmt: skip


def written(path: str) -> str:
    """Return a path as messages and records show it: as the user wrote it, with `/` on every system."""
    return path.replace(os.sep, "/")


def open_table(
    path: str,
    base: Path,
    at: At,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    header_row: int = 1,
) -> RawTable:
    """Open a table.

    Args:
        path: path as the user wrote it, relative to `base`.
        base: folder of the assessment.
        at: gives the place of a key of the table's entry.
        encoding: text encoding of a CSV.
        sheet: sheet of a workbook.
        header_row: row of the column names, counted from 1.

    Errors: an `InputError` for everything that keeps the table from being opened: no such file, an unknown
    kind of file, content that is not what the name says, a key that does not fit the kind of file.
    """
    shown = written(path)
    data = read_bytes(base / path, shown, at("path"))
    suffix = PurePosixPath(shown).suffix.lower()
    kind = content_kind(data)
    if kind == "zip":
        from evaluate.intake.workbook import zip_kind

        kind = zip_kind(data)
    expected = _FORMATS.get(suffix)
    if expected is None:
        raise _no_table("intake.suffix", kind, shown, at)
    if kind == "empty":
        raise fault("intake.empty_file", at("path"), found=shown)
    if kind != _FITTING[expected]:
        raise _no_table("intake.is_kind", kind, shown, at)
    faults = Faults()
    if sheet is not None and expected != "workbook":
        faults.add("intake.only_workbook", at("sheet"), found=shown)
    if encoding is not None and expected != "csv":
        faults.add("intake.only_csv", at("encoding"), found=shown)
    if header_row != 1 and expected == "parquet":
        faults.add("intake.not_parquet", at("header_row"), found=shown)
    faults.raise_if_any()
    if expected == "csv":
        return read_csv(data, shown, encoding, header_row, at)
    if expected == "workbook":
        from evaluate.intake.workbook import read_workbook

        return read_workbook(data, shown, sheet, header_row, at)
    from evaluate.intake.parquetfile import read_parquet

    return read_parquet(data, shown, at)


def _no_table(text_key: str, kind: str, shown: str, at: At) -> InputError:
    advice = _ADVICE.get(kind, "other_table")
    what, then = both(f"intake.kind_{kind}"), both(f"intake.advice_{advice}")
    return fault(text_key, at("path"), found=shown, suffix=PurePosixPath(shown).suffix, what=what, advice=then)
