"""What every spatial analysis draws upon: scores, places, links, groups, and quantities by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from evaluate.scoring.scores import Scores
from evaluate.spatial.drawn import Drawn
from evaluate.spatial.places import ground_of, neighbours_of, rules_of
from evaluate.spatial.quantities import Quantities
from evaluate.spatial_spec import GroupsSpec, PilotsSpec, SpatialSpec
from geo.neighbours import NeighbourRule
from indicators.errors import Fault
from indicators.spec import Locate, plain_place
from indicators.texts import both, joined

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.neighbours import Ground, Neighbours

_NAMED = 10
"""Units that a message names."""


@dataclass(frozen=True, eq=False)
class Found:
    """What one analysis gives: tables by name and warnings."""

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, eq=False)
class Setting:
    """A scored panel and what is known of its places."""

    spec: SpatialSpec
    scores: Scores
    frame: "gpd.GeoDataFrame | None" = None
    """`unit, geometry` in WGS 84, as `Boundaries.frame`."""
    links: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Tables of directed links by name: `from, to` and further columns."""
    groups: pd.DataFrame | None = None
    """`set, group, unit, from, to`: who belongs to which group, and from when to when."""
    correlates: Mapping[str, str] = field(default_factory=dict)
    """Further formulas by code, as in `outputs.correlates`."""
    language: str = "en"
    place: Locate = plain_place
    """Gives the place of a key of the assessment."""
    grouped: GroupsSpec | None = None
    """What the assessment says of its groups."""
    pilots: PilotsSpec | None = None
    """Which pilots are counted, and by what."""
    overlays: "Mapping[str, gpd.GeoDataFrame]" = field(default_factory=dict)
    """`part, geometry` in WGS 84 of each overlay by code."""
    places: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Further places by name of the regression that predicts for them: `unit, longitude, latitude`, variables."""
    drawn: Mapping[str, Sequence[Drawn]] = field(default_factory=dict)
    """What each variable is drawn from."""

    @cached_property
    def quantities(self) -> Quantities:
        """Scores, indicators, variables and columns of the roster by name."""
        return Quantities(self.scores, self.correlates)

    def named(self, units: Sequence[str]) -> dict[str, str]:
        """Return the first units of a list by name and code, as a message lists them."""
        frame = self.scores.units
        names = dict(zip(frame["unit"].astype(str), frame["name"].astype(str), strict=True))
        told = [both("patterns.unit_named", name=names[unit], unit=unit) for unit in units[:_NAMED]]
        return joined([*told, "…"] if len(units) > _NAMED else told)

    @property
    def codes(self) -> list[str]:
        """The units, sorted by code; the order of every array of an analysis."""
        return self.quantities.codes

    @property
    def years(self) -> list[int]:
        """The scored years in order."""
        return self.quantities.years

    @cached_property
    def rules(self) -> Mapping[str, NeighbourRule]:
        """The rules of neighbourhood by name: those of the assessment, or default ones that fit its places."""
        return rules_of(self.spec.neighbours, self.frame)

    @cached_property
    def ground(self) -> "Ground":
        """What rules of neighbourhood draw upon; columns are the quantities of the rank year that rules name."""
        return ground_of(self.quantities, self.rules, self.frame, self.links, self.place)

    @cached_property
    def neighbours(self) -> "Mapping[str, Neighbours]":
        """The neighbours of every unit by each rule of the assessment, in its order.

        A unit without a place, or that no table of links names, is an island; one without a score is there, and
        leaves with its links when an analysis takes the units that have a value (`Neighbours.only`).
        """
        return neighbours_of(self.rules, self.ground, self.place)
