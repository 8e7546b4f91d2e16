"""What rules of neighbourhood draw upon: where the units lie, what is known of them, and tables of links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.errors import fault

if TYPE_CHECKING:
    import geopandas as gpd

Array = NDArray[np.float64]
Places = NDArray[np.intp]

MENTIONED = 5
"""Units, rows or pairs that a message names."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Units in the order of their codes, and all that a rule may ask about them."""

    codes: tuple[str, ...]
    """Sorted; each once."""
    geometry: "gpd.GeoSeries"
    """Of each unit, in longitude and latitude; None where a unit has no place."""
    columns: pd.DataFrame
    """Indexed by code, in the order of `codes`: what is known of the units."""
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Tables of links, by the name that a rule gives."""

    @classmethod
    def of(
        cls,
        codes: Sequence[str],
        frame: "gpd.GeoDataFrame | None" = None,
        columns: pd.DataFrame | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
    ) -> "Ground":
        """Bring everything into the order of the codes; what belongs to other units is left out.

        Args:
            codes: the units, each once, in any order.
            frame: `unit, geometry` in a stated coordinate reference system, as `Boundaries.frame`.
            columns: indexed by code.
            tables: of any form, by name.

        Raises:
            ValueError: a code twice, or a frame without a coordinate reference system.

        >>> Ground.of(["b", "a"]).codes
        ('a', 'b')
        """
        import geopandas as gpd

        from geo.crs.systems import WGS84, reproject

        ordered = tuple(sorted(codes))
        if len(set(ordered)) < len(ordered):
            raise ValueError("each unit must stand once")
        shapes = gpd.GeoSeries([None] * len(ordered), index=list(ordered), crs=WGS84)
        if frame is not None:
            if frame.crs is None or not frame["unit"].is_unique:
                raise ValueError("the frame needs one row a unit and a coordinate reference system")
            given = gpd.GeoSeries(frame.geometry.to_numpy(), index=frame["unit"].to_numpy(), crs=frame.crs)
            shapes = reproject(given, WGS84).reindex(list(ordered))
        known = pd.DataFrame(index=list(ordered)) if columns is None else columns.reindex(list(ordered))
        return cls(ordered, shapes, known, dict(tables or {}))

    @cached_property
    def centres(self) -> Array:
        """Longitude and latitude of each centre, (n, 2) in degrees; NaN where a unit has no place."""
        from geo.crs.systems import centres

        out = np.full((len(self.codes), 2), np.nan)
        there = np.flatnonzero(~(self.geometry.isna() | self.geometry.is_empty).to_numpy())
        out[there] = centres(self.geometry.iloc[there])
        out[~np.isfinite(out).all(axis=1)] = np.nan
        return out

    @cached_property
    def placed(self) -> Places:
        """Which units have a place: their positions among the codes."""
        return np.flatnonzero(np.isfinite(self.centres).all(axis=1))

    def require_places(self) -> Places:
        """Return the positions of the units that have a place.

        Raises:
            InputError: fewer than two have one, so that nobody can be near anybody.
        """
        if len(self.placed) < 2:
            raise fault("neighbours.no_places", count=len(self.placed))
        return self.placed


def named(units: Sequence[Any]) -> str:
    """Return the first few of a list as a message shows them.

    >>> named(["a", "b"]), named(list("abcdefg"))
    ('a, b', 'a, b, c, d, e, …')
    """
    shown = [str(unit) for unit in units[:MENTIONED]]
    return ", ".join([*shown, "…"] if len(units) > MENTIONED else shown)
