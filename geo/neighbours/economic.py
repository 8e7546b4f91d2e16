"""Neighbours by economic distance: units alike in a column, wherever they lie."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from geo.neighbours.base import Linked, NeighbourRule, without
from geo.neighbours.distance import Count, LeastKm, Power
from geo.neighbours.ground import Array, Ground, Places
from geo.neighbours.pairs import Strengths, all_pairs, km_between
from indicators.errors import fault
from indicators.spec import Number

_SAME = 1e-12
"""Values apart by no more than this share of the greatest are equal: rounding makes nobody infinitely alike."""


class _Alike(NeighbourRule):
    """Units alike in a column."""

    column: str
    """What is compared, such as GDP per head: one number a unit, in any unit of measure."""
    least: Annotated[Number, Field(gt=0)] | None = None
    """Smaller differences count as this one, in the column's unit of measure, but never as less than 1e-12 of the
    greatest value, where rounding begins; absent: the smallest above 0."""
    strongest: Count | None = None
    """Only so many links of each unit are kept, the strongest; of equal ones that to the smaller code. Absent: all."""

    @property
    def mutual(self) -> bool:
        """Whether a link of one unit is always a link of the other."""
        return self.strongest is None

    def expected(self, ground: Ground) -> int:
        """Return the links of everybody with everybody, or with so many each."""
        others = len(ground.codes) - 1
        return len(ground.codes) * min(others, self.strongest or others)

    def _values(self, ground: Ground) -> tuple[Places, Array]:
        """Return the units with a value in the column, and their values."""
        if self.column not in ground.columns:
            raise ValueError(f"the ground has no column '{self.column}'")
        values = ground.columns[self.column].to_numpy(dtype=float, na_value=np.nan)
        there = np.flatnonzero(np.isfinite(values))
        return there, values[there]

    def _least(self, x: Array) -> float:
        """Return the least difference of values that counts, in their unit of measure.

        Raises:
            InputError: fewer than two values, or all of them equal.
        """
        if len(x) < 2:
            raise fault("neighbours.too_few_values", column=self.column, count=len(x))
        steps = np.diff(np.sort(x))
        steps = steps[steps > _SAME * np.abs(x).max()]
        if not len(steps):
            raise fault("neighbours.constant_column", column=self.column, found=f"{x[0]:g}")
        return float(steps.min()) if self.least is None else max(self.least, _SAME * float(np.abs(x).max()))

    def _kept(self, strengths: Strengths, there: Places, ground: Ground, least: float) -> Linked:
        made = all_pairs(ground, there, strengths, self.strongest)
        return Linked(made, {"least_difference": least}, without(ground, there))


class Economic(_Alike):
    """The more alike the stronger: w_ij = 1/|x_i − x_j|.

    Differences below `least` count as `least`: units with equal values would be infinitely alike.
    """

    source: ClassVar[str] = "Case, Rosen & Hines 1993, Journal of Public Economics 52:285"
    placed: ClassVar[bool] = False
    rule: Literal["economic"]

    def links(self, ground: Ground) -> Linked:
        """Return links between all units with a value, stronger where they are more alike."""
        there, x = self._values(ground)
        least = self._least(x)
        return self._kept(lambda rows: _likeness(x, rows, least), there, ground, least)


class EconomicGeographic(_Alike):
    """Alike and near: `product` w_ij = d_ij^−p / |x_i − x_j|; `sum` w_ij = s·a_ij + (1 − s)·g_ij.

    In the sum a and g are the two parts, 1/|x_i − x_j| and d_ij^−p, each with rows that sum to 1, and s is `share`.
    """

    source: ClassVar[str] = "Case, Rosen & Hines 1993; Parent & LeSage 2008, Journal of Applied Econometrics 23:235"
    rule: Literal["economic_geographic"]
    form: Literal["product", "sum"] = "product"
    """How the two parts are combined."""
    share: Annotated[Number, Field(ge=0, le=1)] = 0.5
    """Of the economic part in the sum."""
    power: Power = 1.0
    """p of the distance in km."""
    least_km: LeastKm = 1.0
    """Shorter distances in km count as this one."""

    def links(self, ground: Ground) -> Linked:
        """Return links between all units with a value and a place."""
        ground.require_places()
        valued, values = self._values(ground)
        least = self._least(values)
        placed = np.isin(valued, ground.placed)
        there, x = valued[placed], values[placed]
        if len(there) < 2:
            raise fault("neighbours.too_few_values", column=self.column, count=len(there))

        def strengths(rows: Places) -> Array:
            alike = _likeness(x, rows, least)
            close = np.maximum(km_between(ground, there[rows], there), self.least_km) ** -self.power
            if self.form == "product":
                return np.asarray(alike * close)
            own = np.arange(len(rows)), rows
            alike[own] = close[own] = 0.0
            return np.asarray(self.share * _shares(alike) + (1 - self.share) * _shares(close))

        return self._kept(strengths, there, ground, least)


def _likeness(x: Array, rows: Places, least: float) -> Array:
    """Return 1/|Δx| of (m,) rows among n values, differences of `least` or more, (m, n).

    >>> _likeness(np.array([1.0, 1.0, 3.0]), np.array([0]), 0.5).tolist()
    [[2.0, 2.0, 0.5]]
    """
    return np.asarray(1 / np.maximum(np.abs(x[rows, None] - x), least))


def _shares(strength: Array) -> Array:
    """Return rows that sum to 1."""
    return np.asarray(strength / strength.sum(axis=1, keepdims=True))
