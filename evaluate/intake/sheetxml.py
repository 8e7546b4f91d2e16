"""What the XML of a sheet tells and the reader of cells does not: errors, formulas without a result, extent.

A formula that was never calculated has no stored value; read plainly it looks like an empty cell, and so does
an error such as #DIV/0!. Office Open XML, ISO/IEC 29500-1:2016, 18.3.1.4 (c), 18.3.1.40 (f), 18.3.1.96 (v).
"""

import re
from xml.parsers import expat

from evaluate.intake.cell import UNCACHED, Flaw

_P = rb"(?:\w+:)?"
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
# a formula whose end is not followed by a value: a quick look, the parser below decides
_BARE = re.compile(rb"(?:</" + _P + rb"f\s*>|<" + _P + rb"f\b[^>]*/>)\s*(?!<" + _P + rb"v(?:\s[^>]*)?>[^<])")
_FORMULA = re.compile(rb"<" + _P + rb"f[\s/>]")
_RECALCULATED = re.compile(rb"""fullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_FAR = re.compile(rb"""\br\s*=\s*["'](?:[A-Za-z]{3}[0-9]+|[A-Za-z]+[0-9]{5,})["']""")
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,9})["']""")
_BEYOND = re.compile(rb"""\br\s*=\s*["'](?:[A-Za-z]{4,}[0-9]+|[A-Za-z]*[0-9]{8,})["']""")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,9})")


def recalculated(book: bytes) -> bool:
    """Tell whether a workbook asks to be calculated when opened: a program wrote it, without true results."""
    return _RECALCULATED.search(book) is not None


def extent(xml: bytes) -> tuple[int, int]:
    """Return the number of rows and columns up to the last cell; an upper bound where cells lie near.

    Errors: a `ValueError` for a cell that no sheet can hold; the reader of cells would make room for it.

    >>> extent(b'<row r="1"><c r="A1"/></row><row r="200000"><c r="XFD200000"/></row>')
    (200000, 16384)
    """
    if beyond := _BEYOND.search(xml):
        raise ValueError(beyond[0].decode("ascii", errors="replace")[:40])
    if not _FAR.search(xml):
        return 9_999, 702
    pairs = set(_CELL.findall(xml))
    columns = max((_number(name.decode()) for name in {column for column, _ in pairs}), default=0)
    return max((int(row) for _, row in pairs), default=0), columns


def flaws(xml: bytes, distrust_zero: bool = False) -> dict[tuple[int, int], Flaw]:
    """Return the cells that hold an error or a formula without a stored result, by row and column from 0.

    Args:
        xml: the sheet.
        distrust_zero: whether a stored result of 0 is one that was never calculated.

    Errors: a `ValueError` when the XML is broken.

    >>> flaws(b'<s><row r="2"><c r="B2"><f>A1</f><v/></c><c r="C2" t="e"><v>#N/A</v></c></row></s>')
    {(1, 1): Flaw(kind='uncached', written=''), (1, 2): Flaw(kind='error', written='#N/A')}
    """
    distrust = distrust_zero and _FORMULA.search(xml) is not None
    if not (distrust or _ERROR.search(xml) or _BARE.search(xml)):
        return {}
    walk = _Walk(distrust)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return walk.found


def _refuse(*_: object) -> None:
    raise ValueError("DOCTYPE")


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _Walk:
    """Follows the cells of a sheet; a cell without a reference stands right of the one before it."""

    def __init__(self, distrust: bool) -> None:
        self.found: dict[tuple[int, int], Flaw] = {}
        self._distrust = distrust
        self._row, self._column = -1, -1
        self._kind = ""
        self._formula = self._value = self._inside = False
        self._written: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if local == "c":
            reference = _REFERENCE.fullmatch(attributes.get("r", ""))
            if reference:
                self._row, self._column = int(reference[2]) - 1, _number(reference[1]) - 1
            else:
                self._column += 1
            self._kind = attributes.get("t", "")
            self._formula = self._value = False
            self._written = []
        elif local == "row":
            number = attributes.get("r", "")
            self._row, self._column = (int(number) - 1 if number.isdecimal() else self._row + 1), -1
        elif local == "f":
            self._formula = True
        elif local == "v":
            self._value = self._inside = True

    def text(self, written: str) -> None:
        if self._inside:
            self._written.append(written)

    def end(self, name: str) -> None:
        local = name.rpartition(" ")[2]
        if local == "v":
            self._inside = False
        elif local == "c":
            written = "".join(self._written).strip()
            # a formula may well give an empty text: then the value is there, and empty
            empty_text = self._kind == "str" and self._value
            if self._kind == "e":
                self.found[self._row, self._column] = Flaw("error", written)
            elif self._formula and not written and not empty_text:
                self.found[self._row, self._column] = UNCACHED
            elif self._formula and self._distrust and written in ("0", "0.0"):
                self.found[self._row, self._column] = Flaw("stale")
