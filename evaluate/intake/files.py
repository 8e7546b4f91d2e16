"""Reading a file as bytes, and telling what a file is by its first bytes, whatever its name says."""

import os
import re
import stat
from pathlib import Path, PurePosixPath

from indicators.errors import Place, fault, nearest

_LISTED = 2000


def read_bytes(path: Path, shown: str, place: Place, limit: int | None = None) -> bytes:
    """Return the bytes of a file.

    Args:
        path: where the file lies.
        shown: its name as the user wrote it.
        place: where the user wrote it.
        limit: most bytes that are read; more is a fault.

    Errors: an `InputError` when there is no such file (with the nearest name in its folder), when it is a
    folder or a device, is too large, or cannot be read.
    """
    try:
        kind = path.stat()
        if stat.S_ISDIR(kind.st_mode):
            raise fault("intake.is_folder", place, found=shown)
        if not stat.S_ISREG(kind.st_mode):
            raise fault("intake.no_regular_file", place, found=shown)
        if limit is not None and kind.st_size > limit:
            raise fault("intake.too_large", place, found=shown, size=_megabytes(kind.st_size), limit=_megabytes(limit))
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise fault("intake.no_file", place, found=shown, meant=_near(path, shown)) from None
    except PermissionError:
        raise fault("intake.no_permission", place, found=shown) from None
    except (OSError, ValueError) as error:  # ValueError: a name that holds a NUL character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise fault("intake.unreadable", place, found=shown, reason=reason) from None


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"


def _near(path: Path, shown: str) -> str:
    """Return the path that was probably meant, written as the user wrote it; empty when there is none."""
    if "\\" in shown:
        slashed = shown.replace("\\", "/")
        root = Path(str(path)[: -len(shown)]) if str(path).endswith(shown) else Path()
        if (root / slashed).is_file():
            return slashed
    try:
        with os.scandir(path.parent) as entries:
            names = [entry.name for _, entry in zip(range(_LISTED), entries, strict=False)]
    except (OSError, ValueError):
        return ""
    meant = nearest(path.name, sorted(names))
    return str(PurePosixPath(shown).with_name(meant)) if meant and PurePosixPath(shown).name else ""


_HTML = re.compile(
    rb"(<\?xml[^>]*>)?\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|meta|body|table|style|div)\b",
    re.I | re.S,
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def content_kind(data: bytes) -> str:
    """Return what the content of a file is, judged by its bytes alone.

    One of `empty`, `zip`, `encrypted` (a workbook with a password), `ole` (Office before 2007), `parquet`,
    `pdf`, `html`, `xml`, `text` and `binary`.

    >>> content_kind(b"unit,year"), content_kind(b"<HTML><table>"), content_kind(b"PAR1"), content_kind(b"")
    ('text', 'html', 'parquet', 'empty')
    """
    if not data.strip():
        return "empty"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "encrypted" if _ENCRYPTED in data else "ole"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(b"%PDF-"):
        return "pdf"
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(head):
        return "html"
    if head.startswith(b"<?xml"):
        return "xml"
    return "binary" if b"\0" in head and not _looks_like_utf16(head) else "text"


def _looks_like_utf16(head: bytes) -> bool:
    """Tell UTF-16 without a byte order mark: of commas, digits and line ends every second byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) > 4 * min(even, odd) and max(even, odd) > len(head) // 10
