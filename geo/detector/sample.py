"""The rows that every detector works on: one explained variable and factors whose strata are numbered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geo.detector import Array, Codes
from geo.detector.guard import refuse_made_of
from indicators.errors import Place, fault

FEW = 50
"""Below this number of units a warning says that the sample is small."""

SMALLEST = 5
"""Below this number of units a stratum is called small."""


@dataclass(frozen=True)
class Sample:
    """Complete rows: the explained variable and the strata of every factor."""

    y: Array
    """(n,)"""
    names: tuple[str, ...]
    codes: tuple[Codes, ...]
    """For each factor (n,): numbers from 0 without gaps."""
    labels: tuple[tuple[Any, ...], ...]
    """For each factor what its strata are called, in the order of their numbers."""
    rows: NDArray[np.intp]
    """(n,): which of the rows given are used."""
    dropped: int
    """Rows left out: the explained variable or a factor is missing."""
    made_of: tuple[str, ...]
    """Factors that the explained variable is made of, let pass by force."""
    constant: bool
    """Whether the explained variable has no spread."""

    @property
    def n(self) -> int:
        """Number of rows used."""
        return len(self.y)

    def at(self, name: str) -> int:
        """Return the position of a factor."""
        return self.names.index(name)


def sample(
    y: ArrayLike,
    factors: Mapping[str, Sequence[Any] | NDArray[Any]],
    *,
    explained: str = "y",
    made_of: Collection[str] = (),
    forced: bool = False,
    names: Mapping[str, object] | None = None,
    place: Place | None = None,
) -> Sample:
    """Return the rows in which nothing is missing, categories numbered in the order of their values.

    The same rows serve every factor and pair, so that their q can be compared.

    Args:
        y: (n,) the explained variable; NaN where missing.
        factors: by code (n,) categories or class numbers; None, NaN and an empty text are missing.
        explained: code of the explained variable.
        made_of: codes that the explained variable is computed from, none of which may explain it.
        forced: let them, nevertheless.
        names: labels by code, for messages.
        place: where the factors are listed, for messages.

    Raises:
        ValueError: lengths differ.
        InputError: no row is complete, or the explained variable is made of a factor.

    >>> made = sample([1, 2, None, 4], {"soil": ["clay", "sand", "sand", None]})
    >>> made.n, made.dropped, made.labels
    (2, 2, (('clay', 'sand'),))
    """
    inside = refuse_made_of(explained, factors, made_of, forced=forced, names=names, place=place)
    values = np.array(y, dtype=float)
    columns = {name: _plain(column) for name, column in factors.items()}
    if any(column.shape != values.shape for column in columns.values()):
        raise ValueError("the explained variable and every factor need one value a unit")
    known = np.isfinite(values)
    for column in columns.values():
        known &= ~(pd.isna(column) | (column == ""))
    rows = np.flatnonzero(known)
    if not len(rows):
        raise fault("detector.no_rows", place, found=len(values))
    codes, labels = [], []
    for column in columns.values():
        found, inverse = _numbered(column[rows])
        codes.append(inverse)
        labels.append(found)
    used = values[rows]
    spread = float(np.abs(used - used.mean()).max())
    return Sample(
        y=used,
        names=tuple(columns),
        codes=tuple(codes),
        labels=tuple(labels),
        rows=rows,
        dropped=len(values) - len(rows),
        made_of=inside,
        constant=spread <= 1e-12 * max(float(np.abs(used).max()), np.finfo(float).tiny),
    )


def _plain(column: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """Return a column as objects of Python, whatever it was kept in."""
    listed = column.tolist() if hasattr(column, "tolist") else list(column)
    made = np.empty(len(listed), dtype=object)
    made[:] = listed
    return made


def _numbered(column: NDArray[Any]) -> tuple[tuple[Any, ...], Codes]:
    """Number categories in the order of their values, texts after numbers."""
    distinct = sorted(set(column.tolist()), key=lambda v: (isinstance(v, str), 0 if isinstance(v, str) else v, str(v)))
    place = {value: position for position, value in enumerate(distinct)}
    return tuple(distinct), np.array([place[value] for value in column.tolist()], dtype=np.intp)


def crossed(first: Codes, second: Codes) -> Codes:
    """Return the strata that two factors make together, numbered without gaps.

    >>> crossed(np.array([0, 0, 1]), np.array([2, 0, 2])).tolist()
    [1, 0, 2]
    """
    together = first * (int(second.max()) + 1) + second
    made: Codes = np.unique(together, return_inverse=True)[1].astype(np.intp)
    return made


def warned(n: int, counts: Codes, *, few: int = FEW, smallest: int = SMALLEST) -> tuple[str, ...]:
    """Return what weakens a figure: a small sample, small strata, strata of one unit.

    >>> warned(21, np.array([1, 4, 16]))
    ('small_sample', 'small_stratum', 'stratum_of_one')
    """
    met = []
    if n < few:
        met.append("small_sample")
    if counts.min() < smallest:
        met.append("small_stratum")
    if counts.min() == 1:
        met.append("stratum_of_one")
    return tuple(met)
