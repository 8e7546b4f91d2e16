"""Imputation: over time it fills variables, across units it fills indicators."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evaluate.methods.base import Array, Method
from indicators.spec import Whole


class _Imputation(Method):
    across_units: ClassVar[bool] = False
    """Whether indicators are filled from other units."""

    def over_time(self, values: Array, years: tuple[int, ...], breaks: Iterable[int]) -> Array:
        """Return one variable (units × consecutive years) with gaps filled from the same unit."""
        return values

    def groups(self, columns: dict[str, NDArray[np.str_]]) -> NDArray[np.str_]:
        """Return the group of each unit whose values may fill each other, from the columns of the roster."""
        return np.zeros(len(next(iter(columns.values()))), dtype="U1")

    def centre(self, values: Array) -> float:
        """Return what fills a gap, from the values of the group that are there."""
        raise NotImplementedError


class NoImputation(_Imputation):
    """Gaps stay gaps: a missing indicator is dropped for that unit, its siblings' weights become w/Σw over the rest."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (case deletion)"
    method: Literal["none"] = "none"


class Linear(_Imputation):
    """Linear over time: y(t) = y(a) + (y(b) − y(a))·(t − a)/(b − a) between the reported years a < t < b.

    A gap longer than `limit` years stays whole, and so does one that touches a declared break. Nothing is filled
    before the first or after the last reported year.

    >>> Linear(method="linear", limit=1).over_time(np.array([[1.0, np.nan, 3.0, np.nan]]), (1, 2, 3, 4), [])
    array([[ 1.,  2.,  3., nan]])
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (interpolation)"
    method: Literal["linear"]
    limit: Annotated[Whole, Field(ge=1)] | None = None
    """Longest gap that is filled, in years; any length when absent."""

    def over_time(self, values: Array, years: tuple[int, ...], breaks: Iterable[int]) -> Array:
        """Return the values with the gaps between reported years filled."""
        there = np.isfinite(values)
        position = np.arange(len(years))
        before = np.maximum.accumulate(np.where(there, position, -1), axis=1)
        after = np.minimum.accumulate(np.where(there, position, len(years))[:, ::-1], axis=1)[:, ::-1]
        fill = ~there & (before >= 0) & (after < len(years))
        if self.limit is not None:
            fill &= after - before - 1 <= self.limit
        for broken in breaks:
            at = broken - years[0]
            fill &= ~((before < at) & (at <= after))
        rows, columns = np.nonzero(fill)
        out = values.copy()
        if len(rows):
            a, b = before[rows, columns], after[rows, columns]
            start, end = values[rows, a], values[rows, b]
            out[rows, columns] = start + (end - start) * (columns - a) / (b - a)
        return out


class Median(_Imputation):
    """Median of the group in the same year: x_i = median{x_k : k of the group of i, with a value}."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (unconditional median imputation)"
    across_units: ClassVar[bool] = True
    method: Literal["median"]
    by: str | None = "type"
    """Column of the roster that forms the groups; null for all units together."""

    def groups(self, columns: dict[str, NDArray[np.str_]]) -> NDArray[np.str_]:
        """Return the group of each unit."""
        return columns[self.by] if self.by is not None else super().groups(columns)

    def centre(self, values: Array) -> float:
        """Return the median."""
        return float(np.median(values))


Imputation = Annotated[NoImputation | Linear | Median, Field(discriminator="method")]
