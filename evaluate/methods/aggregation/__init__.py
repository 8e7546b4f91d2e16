"""Aggregation: the scores of the children of one parent become its score."""

from typing import Annotated

from pydantic import Field

from evaluate.methods.aggregation.balance import AdjustedMazziottaPareto, MazziottaPareto, MeanMin
from evaluate.methods.aggregation.base import Aggregator
from evaluate.methods.aggregation.distance import GreyRelation, Topsis, Vikor
from evaluate.methods.aggregation.frontier import BenefitOfDoubt
from evaluate.methods.aggregation.means import Arithmetic, GeneralisedMean, Geometric, Harmonic, Mean
from evaluate.methods.aggregation.ordered import OrderedWeightedAverage, WeightedMedian
from evaluate.methods.aggregation.pairwise import Copeland

Aggregation = Annotated[
    Arithmetic
    | Geometric
    | Harmonic
    | GeneralisedMean
    | WeightedMedian
    | OrderedWeightedAverage
    | MazziottaPareto
    | AdjustedMazziottaPareto
    | MeanMin
    | Topsis
    | Vikor
    | GreyRelation
    | Copeland
    | BenefitOfDoubt,
    Field(discriminator="method"),
]

__all__ = [
    "AdjustedMazziottaPareto",
    "Aggregation",
    "Aggregator",
    "Arithmetic",
    "BenefitOfDoubt",
    "Copeland",
    "GeneralisedMean",
    "Geometric",
    "GreyRelation",
    "Harmonic",
    "MazziottaPareto",
    "Mean",
    "MeanMin",
    "OrderedWeightedAverage",
    "Topsis",
    "Vikor",
    "WeightedMedian",
]
