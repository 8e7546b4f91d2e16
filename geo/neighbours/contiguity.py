"""Neighbours by common border."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from geo.neighbours.base import Linked, NeighbourRule, linked, ones, without
from geo.neighbours.ground import Ground, Places, named
from indicators.errors import fault
from indicators.spec import Number

Shapes = NDArray[Any]


class _Contiguity(NeighbourRule):
    """Units that border on each other, w_ij = 1."""

    snap: Annotated[Number, Field(ge=0, le=1000)] = 1.0
    """Borders at most so many metres apart touch: what rounding leaves open between two of them. 0: only equal ones."""

    def check(self, ground: Ground) -> None:
        """Raise what can be found wrong from the places alone.

        Raises:
            InputError: units drawn as points, which have no border; fewer than two with a place.
        """
        kinds = np.asarray(ground.geometry.geom_type, dtype=object)
        points = [code for code, kind in zip(ground.codes, kinds, strict=True) if kind in ("Point", "MultiPoint")]
        if points:
            raise fault("neighbours.no_border", count=len(points), units=named(points))
        super().check(ground)

    def links(self, ground: Ground) -> Linked:
        """Return a link both ways for every pair that borders.

        Raises:
            InputError: as `check`.
        """
        self.check(ground)
        there = ground.placed
        shapes = np.asarray(ground.geometry.iloc[there].array, dtype=object)
        one, other = self._bordering(shapes)
        rows, columns = there[np.concatenate([one, other])], there[np.concatenate([other, one])]
        made = linked(rows, columns, ones(len(rows)), len(ground.codes))
        return Linked(made, unplaced=without(ground, there))

    def _bordering(self, shapes: Shapes) -> tuple[Places, Places]:
        raise NotImplementedError


class Queen(_Contiguity):
    """Units whose borders meet, if only in one point: w_ij = 1."""

    source: ClassVar[str] = "Moran 1948; Cliff & Ord 1973, Spatial Autocorrelation"
    rule: Literal["queen"]

    def _bordering(self, shapes: Shapes) -> tuple[Places, Places]:
        from geo.neighbours.borders import meeting

        return meeting(shapes, self.snap)


class Rook(_Contiguity):
    """Units that share a stretch of border, and not only a corner: w_ij = 1.

    They do where an edge of both is the same from vertex to vertex, or where more border of the one than ten times
    `snap` lies within `snap` of the other or inside it; with `snap: 0`, where they have a line or an area in common.
    """

    source: ClassVar[str] = "Moran 1948; Cliff & Ord 1973, Spatial Autocorrelation"
    rule: Literal["rook"]

    def _bordering(self, shapes: Shapes) -> tuple[Places, Places]:
        from geo.neighbours.borders import sharing

        return sharing(shapes, self.snap)
