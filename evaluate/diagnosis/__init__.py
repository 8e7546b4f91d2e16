"""Diagnosis: what keeps a unit back, where it is strong or weak, how it moves, and what would lift it."""

from evaluate.diagnosis.analysis import Diagnosis, diagnose
from evaluate.diagnosis.lift import lifts
from evaluate.diagnosis.progress import progress
from evaluate.diagnosis.rank_bounds import rank_bounds
from evaluate.diagnosis.standing import standings

__all__ = ["Diagnosis", "diagnose", "lifts", "progress", "rank_bounds", "standings"]
