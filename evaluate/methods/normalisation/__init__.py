"""Normalisation: values in their unit of measure become scores, higher is better.

Every member works on values that were turned already, so that higher is better (`Aspect`).
"""

from typing import Annotated

from pydantic import Field

from evaluate.methods.normalisation.base import Aspect, FittedReference
from evaluate.methods.normalisation.order import Borda, Categorical, PercentileRank, Rank
from evaluate.methods.normalisation.spread import DistanceToBest, LogMinMax, MinMax, ShareOfBest, ZScore
from evaluate.methods.normalisation.stated import DistanceToTarget, Goalposts, Scaled, ThresholdScores

Normalisation = Annotated[
    MinMax
    | ZScore
    | PercentileRank
    | Goalposts
    | ThresholdScores
    | DistanceToTarget
    | DistanceToBest
    | ShareOfBest
    | LogMinMax
    | Scaled
    | Rank
    | Borda
    | Categorical,
    Field(discriminator="method"),
]

__all__ = [
    "Aspect",
    "Borda",
    "Categorical",
    "DistanceToBest",
    "DistanceToTarget",
    "FittedReference",
    "Goalposts",
    "LogMinMax",
    "MinMax",
    "Normalisation",
    "PercentileRank",
    "Rank",
    "Scaled",
    "ShareOfBest",
    "ThresholdScores",
    "ZScore",
]
