"""One raw cell: what keeps it from being read, and how it is written as a text."""

import datetime as dt
import math
import re
from dataclasses import dataclass

from indicators.spec import shown


@dataclass(frozen=True)
class Flaw:
    """A cell that holds nothing to be read: an error, a formula without a stored result, a row cut short."""

    kind: str
    """`error`, `uncached` or `absent`."""
    written: str = ""
    """What the cell shows, such as `#DIV/0!`."""


ABSENT = Flaw("absent")
UNCACHED = Flaw("uncached")


_WHOLE_AS_DECIMAL = re.compile(r"([+-]?[0-9]+)\.0+")


def label(cell: object) -> str:
    """Return a cell as a text: without surrounding blanks, whole numbers without `.0`, dates as in ISO 8601.

    >>> label(2013.0), label("2013.0"), label(" 东部 "), label(None), label(True), label(0.5)
    ('2013', '2013', '东部', '', 'TRUE', '0.5')
    """
    if isinstance(cell, str):
        text = cell.strip()
        whole = _WHOLE_AS_DECIMAL.fullmatch(text)
        return whole[1] if whole else text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.datetime):
        return cell.isoformat()
    return cell.written if isinstance(cell, Flaw) else str(cell)


def visible(cell: object) -> str:
    r"""Return a cell as a message quotes it; characters that cannot be seen are written as `\uXXXX`.

    >>> visible("12\u200b"), visible(0.5), visible(True)
    ("'12\\u200b'", '0.5', 'TRUE')
    """
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if not isinstance(cell, str):
        return label(cell)
    text = "".join(c if c.isprintable() or c.isspace() else f"\\u{ord(c):04x}" for c in cell)
    return shown(text)


def plainly(text: str) -> str:
    r"""Return a name as a message holds it: on one line, nothing invisible, short; without quotes.

    >>> plainly("a\nb\x1b")
    'a b\\u001b'
    """
    return visible(text)[1:].removesuffix("'")
