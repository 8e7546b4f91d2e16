"""Coherence: whether indicators, dimensions and composite hang together as the framework means them to."""

from evaluate.coherence.analysis import Coherence, coherence_of
from evaluate.coherence.correlates import correlates_of
from evaluate.coherence.correlation import pearson, spearman
from evaluate.coherence.influence import with_influence
from evaluate.coherence.repeated import warnings_of

__all__ = [
    "Coherence",
    "coherence_of",
    "correlates_of",
    "pearson",
    "spearman",
    "warnings_of",
    "with_influence",
]
