"""Values on a map: brought into the order of the units, without those that have none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from geo.neighbours.matrix import Neighbours

Array = NDArray[np.float64]
Values = Mapping[str, Any] | pd.Series
"""A value for each unit, by code; NaN or no entry where it is missing."""

LEAST = 4
"""Units below which nothing is said: the moments of the statistics divide by n − 3."""

UNIT_STATES = ("defined", "missing", "island", "constant", "too_few", "no_variance")
"""Why a unit has no local statistic: no value; no neighbour with a value; all values equal; fewer than four units; or,
for G, all other values equal or all of them neighbours, so that nothing could have been otherwise."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Values of the units that have one, and their neighbours among themselves."""

    columns: tuple[Array, ...]
    """(n,) each, one a variable, none missing."""
    neighbours: Neighbours
    """Among the units with a value."""
    kept: NDArray[np.bool_]
    """(all,): which of the units given have every value."""
    missing: tuple[str, ...]
    """Units without a value, sorted; they left with their links."""

    @property
    def n(self) -> int:
        """Units with a value."""
        return len(self.neighbours.codes)

    @property
    def matrix(self) -> sparse.csr_array:
        """(n, n): links between units with a value."""
        return self.neighbours.matrix

    @property
    def alone(self) -> tuple[str, ...]:
        """Units with a value and without a neighbour that has one."""
        return tuple(code for code, alone in zip(self.neighbours.codes, self.neighbours.alone, strict=True) if alone)

    def state(self) -> str:
        """Return why nothing can be said, or `defined`."""
        if self.n < LEAST:
            return "too_few"
        if any(no_spread(column) for column in self.columns):
            return "constant"
        return "defined" if self.matrix.nnz else "no_links"

    def spread(self, part: Array, fill: float = np.nan) -> Array:
        """Return figures of the units with a value as figures of all units."""
        out = np.full(len(self.kept), fill)
        out[self.kept] = part
        return out

    def states(self) -> NDArray[np.str_]:
        """(all,): see `UNIT_STATES`."""
        of_all = self.state()
        inside = np.where(self.neighbours.alone, "island", "defined")
        out = np.full(len(self.kept), "missing", dtype="<U12")
        out[self.kept] = inside if of_all in ("defined", "no_links") else of_all
        return out


def sample(neighbours: Neighbours, *values: Values) -> Sample:
    """Return the units that have every value; a unit without one leaves with its links, rows sum to 1 again.

    Args:
        neighbours: the units and who is near whom.
        values: one or more variables by code; what is not finite is missing.

    Raises:
        ValueError: a code twice, or one that is not among the units.
    """
    columns = []
    for given in values:
        series = given if isinstance(given, pd.Series) else pd.Series(dict(given), dtype=float)
        strange = set(series.index) - set(neighbours.codes)
        if strange or not series.index.is_unique:
            raise ValueError(f"values need one row a unit, and no other unit: {sorted(strange)[:3]}")
        numbers = pd.to_numeric(series.reindex(list(neighbours.codes)))
        columns.append(numbers.to_numpy(dtype=float, na_value=np.nan))
    kept = np.isfinite(np.vstack(columns)).all(axis=0)
    codes = np.array(neighbours.codes, dtype=object)
    return Sample(
        columns=tuple(column[kept] for column in columns),
        neighbours=neighbours.only(codes[kept].tolist()),
        kept=kept,
        missing=tuple(codes[~kept]),
    )


def no_spread(values: Array) -> bool:
    """Return whether values differ by no more than rounding.

    >>> no_spread(np.array([0.1 + 0.2, 0.3])), no_spread(np.array([0.3, 0.3001]))
    (True, False)
    """
    if not len(values):
        return True
    least, greatest = float(values.min()), float(values.max())
    return greatest - least <= 1e-12 * max(abs(least), abs(greatest))


def standard(values: Array) -> Array:
    """Return values as standard deviations (of the units at hand, ddof 0) from their mean."""
    centred = values - values.mean()
    # A power of two before squaring: values of 1e200 are values like others, and no digit is lost.
    centred = centred / 2.0 ** np.floor(np.log2(np.abs(centred).max()))
    return np.asarray(centred / np.sqrt((centred**2).mean()))
