"""Columns of raw cells: what each holds, and which are blank."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evaluate.intake.cell import Flaw, label

Cells = NDArray[np.object_]
"""One column of raw cells: texts, numbers, dates, `None` or flaws."""
Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]


def as_cells(values: Any) -> Cells:
    """Return values as one column of cells.

    >>> as_cells(["a", 1.0, None]).shape
    (3,)
    """
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


TEXT, NUMBER, NOTHING, FLAWED, OTHER = range(5)


class _Kinds(dict[type, int]):
    """Kind of a cell by its exact type: a truth value is a whole number to Python, but none here."""

    def __missing__(self, held: type) -> int:
        return OTHER


_KINDS = _Kinds({str: TEXT, float: NUMBER, int: NUMBER, type(None): NOTHING, Flaw: FLAWED})


def kinds(cells: Cells) -> NDArray[np.int8]:
    """Return of each cell whether it is `TEXT`, `NUMBER`, `NOTHING`, `FLAWED` or `OTHER`."""
    return np.fromiter(map(_KINDS.__getitem__, map(type, cells)), dtype=np.int8, count=len(cells))


def which(mask: Mask) -> list[int]:
    """Return the positions at which a mask is true."""
    found: list[int] = np.flatnonzero(mask).tolist()
    return found


def trimmed(texts: Cells) -> Any:
    """Return texts without surrounding blanks, as an Arrow array of strings."""
    return pc.utf8_trim_whitespace(pa.array(texts, pa.string()))


def matching(texts: Any, pattern: str) -> Mask:
    """Return which texts of an Arrow array match a pattern as a whole."""
    found = pc.match_substring_regex(texts, rf"\A(?:{pattern})\z")
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def blank(cells: Cells) -> Mask:
    """Return which cells hold nothing: empty, only blanks, or cut off.

    >>> from evaluate.intake.cell import ABSENT
    >>> blank(as_cells(["", " ", None, ABSENT, 0.0, "x"])).tolist()
    [True, True, True, True, False, False]
    """
    held = kinds(cells)
    empty: Mask = held == NOTHING
    empty[held == TEXT] = pc.equal(trimmed(cells[held == TEXT]), "").to_numpy(zero_copy_only=False)
    empty[held == FLAWED] = [flaw.kind == "absent" for flaw in cells[held == FLAWED]]
    return empty


def labels(cells: Cells) -> Cells:
    """Return each cell as a text; see `label`."""
    return as_cells([label(cell) for cell in cells])
