"""Neighbours by economic distance: units alike in a column, wherever they lie."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from geo.neighbours.base import Linked, NeighbourRule, linked, without
from geo.neighbours.distance import Count, Km
from geo.neighbours.ground import Array, Ground, Places
from geo.neighbours.matrix import standardised
from indicators.errors import fault
from indicators.spec import Number

_SAME = 1e-12
"""Values apart by no more than this share of the greatest are equal: rounding makes nobody infinitely alike."""


class _Alike(NeighbourRule):
    """Units alike in a column."""

    column: str
    """What is compared, such as GDP per head: one number a unit, in any unit of measure."""
    least: Annotated[Number, Field(gt=0)] | None = None
    """Smaller differences count as this one, in the column's unit of measure; absent: the smallest above 0."""
    strongest: Count | None = None
    """Only so many links of each unit are kept, the strongest; of equal ones that to the smaller code. Absent: all."""

    @property
    def mutual(self) -> bool:
        """Whether a link of one unit is always a link of the other."""
        return self.strongest is None

    def _likeness(self, ground: Ground) -> tuple[Places, Array, float]:
        """Return the units with a value, 1/|Δx| between them (0 with itself), and the least difference that counts."""
        if self.column not in ground.columns:
            raise ValueError(f"the ground has no column '{self.column}'")
        values = ground.columns[self.column].to_numpy(dtype=float, na_value=np.nan)
        there = np.flatnonzero(np.isfinite(values))
        x = values[there]
        if len(x) < 2:
            raise fault("neighbours.too_few_values", column=self.column, count=len(x))
        steps = np.diff(np.sort(x))
        steps = steps[steps > _SAME * np.abs(x).max()]
        if not len(steps):
            raise fault("neighbours.constant_column", column=self.column, found=f"{x[0]:g}")
        least = float(steps.min()) if self.least is None else self.least
        alike = 1 / np.maximum(np.abs(x[:, None] - x[None, :]), least)
        np.fill_diagonal(alike, 0.0)
        return there, alike, least

    def _kept(self, strength: Array, there: Places, ground: Ground, least: float) -> Linked:
        if self.strongest is not None and self.strongest < len(there) - 1:
            # A stable sort keeps the order of the codes among equals.
            weaker = np.argsort(-strength, axis=1, kind="stable")[:, self.strongest :]
            np.put_along_axis(strength, weaker, 0.0, axis=1)
        rows, columns = np.nonzero(strength)
        made = linked(there[rows], there[columns], strength[rows, columns], len(ground.codes))
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
        there, alike, least = self._likeness(ground)
        return self._kept(alike, there, ground, least)


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
    power: Annotated[Number, Field(gt=0)] = 1.0
    """p of the distance in km."""
    least_km: Km = 1.0
    """Shorter distances in km count as this one."""

    def links(self, ground: Ground) -> Linked:
        """Return links between all units with a value and a place."""
        from geo.crs.systems import great_circle_km

        ground.require_places()
        there, alike, least = self._likeness(ground)
        both = np.isin(there, ground.placed)
        there, alike = there[both], alike[np.ix_(both, both)]
        if len(there) < 2:
            raise fault("neighbours.too_few_values", column=self.column, count=len(there))
        count = len(there)
        one, other = np.triu_indices(count, k=1)
        km = great_circle_km(ground.centres[there[one]], ground.centres[there[other]])
        close = np.zeros((count, count))
        close[one, other] = close[other, one] = np.maximum(km, self.least_km) ** -self.power
        if self.form == "product":
            strength = alike * close
        else:
            strength = self.share * _rows(alike) + (1 - self.share) * _rows(close)
        return self._kept(strength, there, ground, least)


def _rows(strength: Array) -> Array:
    return np.asarray(standardised(strength, "row").toarray())
