"""Neighbours: who counts as near whom, by border, distance, likeness or a table of the user's own."""

from typing import Annotated, get_args

from pydantic import Field

from geo.neighbours.base import NeighbourRule
from geo.neighbours.building import find_neighbours
from geo.neighbours.contiguity import Queen, Rook
from geo.neighbours.distance import DistanceBand, InverseDistance, Kernel, KNearest, least_band_km
from geo.neighbours.economic import Economic, EconomicGeographic
from geo.neighbours.effort import bearable
from geo.neighbours.ground import Ground
from geo.neighbours.matrix import Neighbours
from geo.neighbours.table import Table

Rule = Annotated[
    Queen | Rook | KNearest | DistanceBand | InverseDistance | Kernel | Economic | EconomicGeographic | Table,
    Field(discriminator="rule"),
]

RULES: tuple[type[NeighbourRule], ...] = get_args(get_args(Rule)[0])
"""Every rule, in the order of the union."""

__all__ = [
    "RULES",
    "DistanceBand",
    "Economic",
    "EconomicGeographic",
    "Ground",
    "InverseDistance",
    "KNearest",
    "Kernel",
    "NeighbourRule",
    "Neighbours",
    "Queen",
    "Rook",
    "Rule",
    "Table",
    "bearable",
    "find_neighbours",
    "least_band_km",
]
