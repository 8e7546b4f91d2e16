"""Measures: what an indicator may take its values from instead of a formula.

A measure is one frozen class. It says which formulas it needs (`formulas`), so that units of measure, breaks and
the years that are read work exactly as for any formula, what it takes from the other units (`learn`), and computes its
outputs (`outputs`) by the pure functions of `indicators.synergy` and `indicators.efficiency`.
"""

from typing import Annotated, get_args

from pydantic import Field

from indicators.measures.base import BaseMeasure, Learned, Setting
from indicators.measures.co_control import CoControl
from indicators.measures.coupling import CouplingCoordination
from indicators.measures.decoupling import Decoupling
from indicators.measures.efficiency import Efficiency, EfficiencyInterval, TechnologyGap
from indicators.measures.equivalents import PollutantEquivalents
from indicators.measures.joint import JointPerformance
from indicators.measures.order_degree import SynergyDegree
from indicators.measures.prices import ShadowPrice
from indicators.measures.productivity import Productivity

Measure = Annotated[
    CoControl
    | CouplingCoordination
    | Decoupling
    | JointPerformance
    | PollutantEquivalents
    | SynergyDegree
    | Efficiency
    | EfficiencyInterval
    | TechnologyGap
    | Productivity
    | ShadowPrice,
    Field(discriminator="method"),
]
"""The family of measures, told apart by `method`."""

MEASURES: tuple[type[BaseMeasure], ...] = get_args(get_args(Measure)[0])

__all__ = [
    "MEASURES",
    "BaseMeasure",
    "CoControl",
    "CouplingCoordination",
    "Decoupling",
    "Efficiency",
    "EfficiencyInterval",
    "JointPerformance",
    "Learned",
    "Measure",
    "PollutantEquivalents",
    "Productivity",
    "Setting",
    "ShadowPrice",
    "SynergyDegree",
    "TechnologyGap",
]
