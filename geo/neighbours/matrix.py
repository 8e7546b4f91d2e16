"""Neighbours: who counts as near whom, and how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from scipy import sparse

    from geo.neighbours.base import NeighbourRule


_ROWS = 1024
"""Rows that are standardised at a time."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Links between units: row i holds how strongly each other unit counts as a neighbour of unit i."""

    codes: tuple[str, ...]
    """Units, sorted by code: rows and columns of `matrix`."""
    matrix: "sparse.csr_array"
    """(n, n) of floats above 0, nothing on the diagonal; rows sum to 1 (or 0 for an island) under `row`."""
    rule: "NeighbourRule"
    """The rule as configured."""
    islands: tuple[str, ...] = ()
    """Units that the rule leaves without a neighbour, sorted, whatever was then done with them."""
    joined: Mapping[str, str] | None = None
    """Islands that were joined, and the unit each was joined to."""
    unplaced: tuple[str, ...] = ()
    """Of the islands those about which the rule knows nothing: no place, or no value in its column."""
    resolved: Mapping[str, float] | None = None
    """Numbers that the rule found itself, such as the least band `least_km`, in km unless named otherwise."""
    ignored: int = 0
    """Rows of a user's table that were passed over: other units, a unit with itself, strength 0."""

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """(n,): neighbours of each unit."""
        return np.asarray(np.diff(self.matrix.indptr), dtype=np.intp)

    @cached_property
    def alone(self) -> NDArray[np.bool_]:
        """(n,): whether a unit is without a neighbour after everything."""
        return np.asarray(self.counts == 0)

    @cached_property
    def symmetric(self) -> bool:
        """Whether a neighbour always counts this unit as a neighbour as well, with whatever strength."""
        pattern = self.matrix.astype(bool)
        return bool((pattern != pattern.T).nnz == 0)

    @cached_property
    def components(self) -> int:
        """How many groups of units there are without a link from one to another; an island is a group."""
        from scipy.sparse import csgraph

        return int(csgraph.connected_components(self.matrix, directed=True, connection="weak")[0])

    def of(self, code: str) -> dict[str, float]:
        """Return the neighbours of one unit with their strength, by code."""
        row = self.codes.index(code)
        part = slice(self.matrix.indptr[row], self.matrix.indptr[row + 1])
        there = zip(self.matrix.indices[part], self.matrix.data[part], strict=True)
        return {self.codes[column]: float(strength) for column, strength in there}

    def lag(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return what the neighbours of each unit add up to, Σ_j w_ij y_j: under `row` their mean, 0 for an island.

        Args:
            values: (n,), or (n, m) for several at once, in the order of `codes`, none missing.
        """
        return np.asarray(self.matrix @ np.asarray(values, dtype=float))

    def only(self, codes: Sequence[str]) -> "Neighbours":
        """Return the neighbours among some of the units: the others leave with their links, rows sum to 1 again.

        Raises:
            ValueError: a code that is not among the units.
        """
        if strange := set(codes) - set(self.codes):
            raise ValueError(f"not among the units: {', '.join(sorted(strange))}")
        wanted = set(codes)
        keep = np.array([code in wanted for code in self.codes], dtype=bool)
        if keep.all():
            return self
        part = standardised(self.matrix[keep][:, keep], self.rule.standardisation, copy=False)
        stay = tuple(code for code in self.codes if code in wanted)
        return replace(
            self,
            codes=stay,
            matrix=part,
            islands=tuple(code for code in self.islands if code in wanted),
            unplaced=tuple(code for code in self.unplaced if code in wanted),
            joined={one: to for one, to in (self.joined or {}).items() if one in wanted and to in wanted},
        )

    def binary(self) -> "Neighbours":
        """Return the same links, each of strength 1."""
        return replace(self, matrix=standardised(self.matrix, "binary"))


def standardised(matrix: Any, how: str, *, copy: bool = True) -> "sparse.csr_array":
    """Return links in the form asked for, without explicit zeros, columns in order; without `copy` in the same memory.

    `row`: w_ij / Σ_j w_ij; `binary`: 1 for each link; `none`: as they are.

    >>> from scipy import sparse
    >>> standardised(sparse.csr_array([[0, 1.0, 3], [0, 0, 0], [2, 0, 0]]), "row").toarray().tolist()
    [[0.0, 0.25, 0.75], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    from scipy import sparse

    out = sparse.csr_array(matrix, dtype=np.float64, copy=copy)
    out.sum_duplicates()
    out.eliminate_zeros()
    if how == "binary":
        out.data[:] = 1.0
    elif how == "row":
        # A product adds up in the order of the columns, so that equal rows stay equal to the last digit.
        sums = out @ np.ones(out.shape[1])
        for start in range(0, out.shape[0], _ROWS):
            ends = out.indptr[start : start + _ROWS + 1]
            out.data[ends[0] : ends[-1]] /= np.repeat(sums[start : start + _ROWS], np.diff(ends))
    return out
