"""Weighting: the weights of the children of one parent."""

from typing import Annotated

from pydantic import Field

from evaluate.methods.weighting.base import DataDriven, Informed, Siblings, Weighed, Weighter, capped
from evaluate.methods.weighting.combined import GameTheory, Multiplicative, Single
from evaluate.methods.weighting.factors import Pca, varimax
from evaluate.methods.weighting.information import (
    CoefficientOfVariation,
    Critic,
    Entropy,
    ImprovedCritic,
    Merec,
    StandardDeviation,
)
from evaluate.methods.weighting.judged import Ahp, BudgetAllocation
from evaluate.methods.weighting.optimal import EqualCorrelation, VerticalHorizontal
from evaluate.methods.weighting.stated import Equal, Given
from evaluate.methods.weighting.statistics import correlations

Weighting = Annotated[Single | GameTheory | Multiplicative, Field(discriminator="method")]

__all__ = [
    "Ahp",
    "BudgetAllocation",
    "CoefficientOfVariation",
    "Critic",
    "DataDriven",
    "Entropy",
    "Equal",
    "EqualCorrelation",
    "GameTheory",
    "Given",
    "ImprovedCritic",
    "Informed",
    "Merec",
    "Multiplicative",
    "Pca",
    "Siblings",
    "StandardDeviation",
    "VerticalHorizontal",
    "Weighed",
    "Weighter",
    "Weighting",
    "capped",
    "correlations",
    "varimax",
]
