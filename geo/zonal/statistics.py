"""Statistics: how the cells of a unit become one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from geo.coverage import Block

Values = NDArray[np.float64]
Name = Literal["mean", "sum", "min", "max", "quantile", "share", "coverage"]


@dataclass(frozen=True)
class Statistic:
    r"""How cells become a value.

    With $f_c > 0$ the exact share of cell $c$ inside the unit, $v_c$ its value, $w_c$ its weight (1 without a layer
    of weights) and $a_c$ its area (1, or km² where `area`), over the cells that have data in both layers:

    - `mean`: $\sum f_c a_c w_c v_c / \sum f_c a_c w_c$
    - `sum`: $\sum f_c a_c w_c v_c$
    - `share`: the mean of 1 for cells of the classes and 0 for others
    - `min`, `max`: the least and the greatest $v_c$
    - `quantile`: with the distinct values $x_1 < … < x_n$, $u_i$ the sum of $f_c a_c w_c$ over the cells of value
      $x_i$ and $U_i = u_1 + … + u_i$: linear between the points $(s_i, x_i)$ with
      $s_i = ((i - 1) u_i + (n - 1) U_{i-1}) / ((n - 1) U_n)$
    - `coverage`: the share of the unit's area with data, 0–1

    Source:
        Baston (2024) exactextract, https://github.com/isciences/exactextract, operations `mean`, `sum`, `frac`, `min`,
        `max`, `quantile`, `count` and the weighted ones.
    """

    name: Name = "mean"
    q: float = 0.5
    """Which quantile, 0–1."""
    classes: tuple[float, ...] = ()
    """The values that `share` counts."""
    area: bool = False
    """Count cells by their true area in km²."""

    def __str__(self) -> str:
        """Write the statistic as the column of a table has it.

        >>> str(Statistic("quantile", q=0.9)), str(Statistic("share", classes=(311, 312), area=True))
        ('quantile 0.9', 'share of 311 312, by area')
        """
        said: str = self.name
        if self.name == "quantile":
            said += f" {self.q:.10g}"
        if self.name == "share":
            said += " of " + " ".join(f"{value:.10g}" for value in self.classes)
        return said + (", by area" if self.area else "")


@dataclass(frozen=True, eq=False)
class Partial:
    """What the cells of one window add to the value of the units that touch it; arrays are (units,)."""

    units: NDArray[np.int32]
    count: Values
    """Shares of cells with data, summed."""
    weight: Values
    """Weights of the cells that count, summed: share inside × area × weight."""
    total: Values
    """Sum of weight × value; for `min` and `max` the least or greatest value, NaN without one."""
    within: Values
    """Area of the cells inside the unit, with data or not, in the measure of `weight`."""
    infinite: bool = False
    """Whether a cell of a unit holds an infinite value."""
    pieces: tuple[tuple[Values, Values], ...] = ()
    """For `quantile`: distinct values of each unit, ascending, and the weight of each."""


def partial(
    statistic: Statistic, block: Block, cells: NDArray[Any], weights: NDArray[Any] | None, areas: Values | None
) -> Partial:
    """Return what the cells of a window say.

    Args:
        statistic: how cells become a value.
        block: fractions of the window's cells.
        cells: values of the cells, (rows, columns), NaN without data.
        weights: weights of the cells, at least 0, NaN without one.
        areas: area of a cell in each row, (rows,).
    """
    fractions = block.fractions
    values = np.asarray(cells, dtype=float).ravel()
    valid = np.isfinite(values)
    whole = bool(valid.all())
    infinite = not whole and block.any(np.isinf(values))
    if not whole:
        values = values.copy() if np.shares_memory(values, cells) else values
        values[~valid] = 0.0
    count = block.inside if whole else fractions @ valid.astype(float)
    within = block.inside
    factor: Any = None if whole else valid
    weight = count
    if weights is not None or areas is not None:
        by_area = np.ones(len(values)) if areas is None else np.repeat(areas, cells.shape[1])
        within = block.inside if areas is None else fractions @ by_area
        known = by_area if weights is None else by_area * np.asarray(weights, dtype=float).ravel()
        factor = np.where(valid & ~np.isnan(known), known, 0.0)
        weight = fractions @ factor
    total: Values = np.zeros(len(block.units))
    pieces: tuple[tuple[Values, Values], ...] = ()
    if statistic.name in ("min", "max"):
        total = _extreme(statistic.name, block, values if whole else np.where(valid, values, np.nan))
    elif statistic.name == "quantile":
        pieces = _pieces(block, values, factor)
    elif statistic.name != "coverage":
        if statistic.name == "share":
            values = (np.isin(values, statistic.classes) & valid).astype(float)
        # without weights cells that do not count are 0 already
        total = fractions @ (values if weights is None and areas is None else values * factor)
    return Partial(block.units, count, weight, total, within, infinite, pieces)


def _extreme(name: str, block: Block, values: Values) -> Values:
    if not len(block.units):
        return np.empty(0)
    reduce = np.fmin if name == "min" else np.fmax
    return np.asarray(reduce.reduceat(values[block.fractions.indices], block.fractions.indptr[:-1]), dtype=float)


def _pieces(block: Block, values: Values, factor: Any) -> tuple[tuple[Values, Values], ...]:
    fractions = block.fractions
    weights = fractions.data if factor is None else fractions.data * factor[fractions.indices]
    held, starts = values[fractions.indices], fractions.indptr
    return tuple(_distinct(held[a:b], weights[a:b]) for a, b in pairwise(starts))


def _distinct(values: Values, weights: Values) -> tuple[Values, Values]:
    """Return distinct values, ascending, and the weights that they have together; those without weight are left out."""
    counted = weights > 0
    distinct, position = np.unique(values[counted], return_inverse=True)
    together = np.bincount(position, weights[counted], minlength=len(distinct))
    return distinct, together.astype(float)


def quantile(values: Values, weights: Values, q: float) -> float:
    """Return a quantile of distinct values, ascending, with weights above 0; see `Statistic`.

    >>> quantile(np.array([1.0, 2.0, 4.0]), np.array([1.0, 1.0, 1.0]), 0.75), quantile(np.empty(0), np.empty(0), 0.5)
    (3.0, nan)
    """
    n = len(values)
    if n == 0:
        return float("nan")
    if n == 1 or q == 0:
        return float(values[0])
    if q == 1:
        return float(values[-1])
    before = np.concatenate([[0.0], np.cumsum(weights)[:-1]])
    points = (np.arange(n) * weights + (n - 1) * before) / ((n - 1) * weights.sum())
    return float(np.interp(q, points, values))


@dataclass(frozen=True, eq=False)
class Whole:
    """What all windows together say; arrays are (units,)."""

    value: Values
    """The statistic, NaN where no cell counts."""
    covered: Values
    """Share of the unit's area with data, 0–1."""
    infinite: bool
    """Whether a cell holds an infinite value."""


class Gathering:
    """Takes partial results window by window, in their order, so that sums are the same in every run."""

    def __init__(self, statistic: Statistic, size: Values) -> None:
        """Begin with nothing.

        Args:
            statistic: how cells become a value.
            size: size of each unit in cells, (units,), NaN where a unit has no place on the grid.
        """
        self.statistic, self.size = statistic, size
        n = len(size)
        self.count, self.weight, self.total, self.within = (np.zeros(n) for _ in range(4))
        self.inside = np.zeros(n)
        if statistic.name in ("min", "max"):
            self.total = np.full(n, np.nan)
        self.infinite = False
        self.pieces: dict[int, list[tuple[Values, Values]]] = {}

    def add(self, block: Block, found: Partial) -> None:
        """Take what one window says."""
        at = found.units
        self.infinite = self.infinite or found.infinite
        self.inside[at] += block.inside
        self.count[at] += found.count
        self.weight[at] += found.weight
        self.within[at] += found.within
        if self.statistic.name in ("min", "max"):
            reduce = np.fmin if self.statistic.name == "min" else np.fmax
            self.total[at] = reduce(self.total[at], found.total)
        else:
            self.total[at] += found.total
        for unit, piece in zip(at, found.pieces, strict=bool(found.pieces)):
            self.pieces.setdefault(int(unit), []).append(piece)

    def whole(self) -> Whole:
        """Return the values."""
        with np.errstate(invalid="ignore", divide="ignore"):
            covered = np.minimum(self.count / self.size, 1.0)
            by_area = self.weight / self.within * np.minimum(self.inside / self.size, 1.0)
            mean = self.total / self.weight
        counts = self.weight > 0
        name = self.statistic.name
        if name == "coverage":
            value = np.where(self.inside > 0, by_area if self.statistic.area else covered, 0.0)
        elif name == "quantile":
            value = np.array([self._quantile(unit) for unit in range(len(self.size))], dtype=float)
        elif name in ("min", "max"):
            value = self.total
        else:
            value = np.where(counts, self.total if name == "sum" else mean, np.nan)
        return Whole(value, np.nan_to_num(covered), self.infinite)

    def _quantile(self, unit: int) -> float:
        pieces: Sequence[tuple[Values, Values]] = self.pieces.get(unit, ())
        values, weights = (np.concatenate([np.empty(0), *(piece[i] for piece in pieces)]) for i in (0, 1))
        return quantile(*_distinct(values, weights), self.statistic.q)
