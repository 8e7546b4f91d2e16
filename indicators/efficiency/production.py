"""What units use and make: inputs, good outputs and bad outputs, checked at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.errors import Faults, Place

Array = NDArray[np.float64]
Side = Literal["inputs", "goods", "bads"]


@dataclass(frozen=True, eq=False)
class Production:
    """Inputs, good outputs and bad outputs of n units; made by `production`, which checks them."""

    units: tuple[str, ...]
    """Codes of the units, each once."""
    inputs: Array
    """`(n, m)`, each column in its own unit of measure, none below 0."""
    goods: Array
    """`(n, s)`."""
    bads: Array
    """`(n, b)`; b may be 0."""

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self.units)

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many inputs, good and bad outputs there are."""
        return self.inputs.shape[1], self.goods.shape[1], self.bads.shape[1]

    @property
    def table(self) -> Array:
        """All of it side by side, `(n, m + s + b)`."""
        return np.hstack([self.inputs, self.goods, self.bads])

    def take(self, positions: Sequence[int] | NDArray[np.intp]) -> "Production":
        """Return some of the units, in the order asked for.

        >>> production([1, 2, 3], [4, 5, 6], units="abc").take([2, 0]).units
        ('c', 'a')
        """
        chosen = np.asarray(positions, dtype=int)
        units = tuple(self.units[position] for position in chosen)
        return Production(units, self.inputs[chosen], self.goods[chosen], self.bads[chosen])


def _columns(side: Side, given: ArrayLike | None, faults: Faults) -> Array:
    """Return a table of numbers, `(n, columns)`; a single row of figures is one column."""
    if given is None:
        return np.empty((0, 0))
    try:
        made = np.array(given, dtype=float)
    except (TypeError, ValueError):
        faults.add("efficiency.no_numbers", Place(key=side))
        return np.empty((0, 0))
    if made.ndim == 1:
        made = made[:, None]
    if made.ndim != 2:
        faults.add("efficiency.no_table", Place(key=side), found=made.ndim)
        return np.empty((0, 0))
    made.flags.writeable = False
    return made


def production(
    inputs: ArrayLike,
    goods: ArrayLike,
    bads: ArrayLike | None = None,
    units: Sequence[object] | None = None,
) -> Production:
    """Return checked inputs `(n, m)`, good outputs `(n, s)` and bad outputs `(n, b)` of the units.

    `units`: their codes; positions from 0 when absent. Every fault is raised at once, with the unit and the position
    of its figure: a missing or infinite one, one below 0, a column of zeros (it says nothing and has no scale),
    tables of different length, a code given twice.

    >>> made = production([[1, 2], [3, 4]], [5, 6], bads=[7, 8], units=["A", "B"])
    >>> len(made), made.shape
    (2, (2, 1, 1))
    >>> production([1, 2], [3, float("nan")])
    Traceback (most recent call last):
    ...
    indicators.errors.InputError: 1 fault
      goods[1][0]: unit '1' has no value here; efficiency needs every figure
    """
    faults = Faults()
    tables: dict[Side, Array] = {
        "inputs": _columns("inputs", inputs, faults),
        "goods": _columns("goods", goods, faults),
        "bads": _columns("bads", bads, faults),
    }
    faults.raise_if_any()
    count = len(tables["inputs"])
    if bads is None:
        tables["bads"] = np.empty((count, 0))
    codes = [str(code) for code in (range(count) if units is None else units)]
    for side, table in tables.items():
        if len(table) != len(codes):
            faults.add("efficiency.lengths_differ", Place(key=side), found=len(table), expected=len(codes))
    if not codes:
        faults.add("efficiency.no_units")
    for side in ("inputs", "goods"):
        if not tables[side].shape[1]:
            faults.add("efficiency.no_columns", Place(key=side))
    for code in sorted({code for code in codes if codes.count(code) > 1} if len(set(codes)) < len(codes) else ()):
        faults.add("efficiency.code_twice", Place(key="units"), found=code)
    faults.raise_if_any()
    for side, table in tables.items():
        for row, column in np.argwhere(~np.isfinite(table) | (table < 0)).tolist():
            place, value = Place(key=f"{side}[{row}][{column}]"), float(table[row, column])
            if np.isnan(value):
                faults.add("efficiency.missing", place, unit=codes[row])
            elif value < 0:
                faults.add("efficiency.negative", place, unit=codes[row], found=value)
            else:
                faults.add("efficiency.infinite", place, unit=codes[row])
        for column in np.flatnonzero((table == 0).all(axis=0)).tolist():
            faults.add("efficiency.column_of_zeros", Place(key=f"{side}[][{column}]"))
    faults.raise_if_any()
    return Production(tuple(codes), tables["inputs"], tables["goods"], tables["bads"])
