"""CSV files: comma, stated encoding, row numbers as in the file."""

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Sequence

from evaluate.intake.rawtable import At, RawTable, from_records
from indicators.errors import Fault, InputError, Place, fault, nearest

_USUAL = ("utf-8", "gb18030", "gbk", "gb2312", "big5", "utf-16", "cp1252", "latin-1")
_UTF8 = {"utf-8", "utf-8-sig", "ascii"}


def read_csv(data: bytes, file: str, encoding: str | None, header_row: int, at: At) -> RawTable:
    """Read a CSV file.

    Args:
        data: its bytes.
        file: path as the assessment has it.
        encoding: text encoding; UTF-8, with or without byte order mark, when absent.
        header_row: row of the column names, counted from 1.
        at: places of the assessment.

    Errors: an `InputError` when the encoding is unknown or wrong (with the likely one), when quotes do not
    match, when the file is empty or ends before the header row.
    """
    text, doubt = _decoded(data, file, encoding, at)
    records, starts, end = _records(text, file)
    return from_records(file, records, starts, end, header_row, at, doubt=doubt)


def _records(text: str, file: str) -> tuple[list[list[str]], Sequence[int], int]:
    """Return all rows, the line at which each begins, and the last line."""
    # newline="" keeps the ends of lines inside quotes; the reader counts lines as an editor does
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    with contextlib.suppress(csv.Error):
        records = list(reader)
        if len(records) == reader.line_num:
            return records, range(1, len(records) + 1), len(records)
    # cells run over lines, or quotes do not match: once more, row by row
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, starts, end = [], [], 0
    try:
        for record in reader:
            records.append(record)
            starts.append(end + 1)
            end = reader.line_num
    except csv.Error as error:
        # an unmatched quote, too, may run on until a cell is too long
        long = "field larger" in str(error) and '"' not in text.split("\n", end)[-1][: 2 * csv.field_size_limit()]
        raise fault("intake.csv_long" if long else "intake.csv_quotes", Place(file, line=end + 1)) from None
    return records, starts, end


def _decoded(data: bytes, file: str, encoding: str | None, at: At) -> tuple[str, Fault | None]:
    name = _codec(encoding, at) if encoding is not None else "utf-8"
    try:
        text = data.decode("utf-8-sig" if name in _UTF8 else name)
        text.encode("utf-8")  # some codecs let half characters through, which no text may hold
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise _wrong(data, file, name, start) from None
    if "\0" in text:  # UTF-16 reads as UTF-8, with a NUL beside every Latin character
        raise _wrong(data, file, name, max(data.find(b"\0"), 0))
    doubt = None
    if name not in _UTF8 and not data.isascii() and _decodes(data, "utf-8"):
        doubt = Fault("intake.encoding_doubtful", {"encoding": name}, Place(file))
    return text.removeprefix("\ufeff"), doubt


def _codec(encoding: str, at: At) -> str:
    try:
        found = codecs.lookup(encoding.strip())
        b"a".decode(found.name)  # names such as base64 are codecs, but none of text
    except UnicodeError:
        return found.name
    except (LookupError, ValueError):
        raise fault("intake.no_encoding", at("encoding"), found=encoding, meant=nearest(encoding, _USUAL)) from None
    return found.name


def _wrong(data: bytes, file: str, encoding: str, start: int) -> InputError:
    place = Place(file, line=data.count(b"\n", 0, start) + 1)
    likely = likely_encoding(data, encoding)
    if not likely:
        return fault("intake.wrong_encoding_only", place, encoding=encoding)
    return fault("intake.wrong_encoding", place, encoding=encoding, likely=likely)


def likely_encoding(data: bytes, refused: str) -> str:
    """Return the encoding that a text is probably in, an empty text when none fits.

    >>> likely_encoding("城市,排放".encode("gb18030"), "utf-8")
    'gb18030'
    >>> likely_encoding("São Miguel,1".encode("latin-1"), "utf-8")
    'cp1252'
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in data:
        return "utf-16-le" if data[1::2].count(0) > data[0::2].count(0) else "utf-16-be"
    # Chinese stands in runs of high bytes, the accents of Latin script stand alone
    alone = max((len(run) for run in re.findall(rb"[\x80-\xff]+", data)), default=0) == 1
    order = ("utf-8", "cp1252", "gb18030") if alone else ("utf-8", "gb18030", "big5", "cp1252")
    return next((name for name in order if name != refused and _decodes(data, name)), "")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True
