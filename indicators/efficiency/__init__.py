"""Efficiency with bad outputs: who makes how much of what is wanted, from how little, with how little harm.

Pure functions of a `Production` (inputs, good and bad outputs of units); every answer is a frozen dataclass that names
a state for each unit, so that a case without a number is never a silent gap.
"""

from indicators.efficiency.bootstrap import Confidence, bootstrap
from indicators.efficiency.by_production import ByProduction, by_production
from indicators.efficiency.directional import Direction, directional
from indicators.efficiency.frontiers import Gap, metafrontier
from indicators.efficiency.prices import ShadowPrices, shadow_prices
from indicators.efficiency.production import Production, production
from indicators.efficiency.productivity import Change, global_malmquist_luenberger, malmquist_luenberger
from indicators.efficiency.radial import radial
from indicators.efficiency.results import Efficiency, Slacks, state_text
from indicators.efficiency.slacks import slacks_based, super_slacks_based

__all__ = [
    "ByProduction",
    "Change",
    "Confidence",
    "Direction",
    "Efficiency",
    "Gap",
    "Production",
    "ShadowPrices",
    "Slacks",
    "bootstrap",
    "by_production",
    "directional",
    "global_malmquist_luenberger",
    "malmquist_luenberger",
    "metafrontier",
    "production",
    "radial",
    "shadow_prices",
    "slacks_based",
    "state_text",
    "super_slacks_based",
]
