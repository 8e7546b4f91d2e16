"""The diagnosis of a run: every table of it."""

from dataclasses import dataclass

import pandas as pd

from evaluate.diagnosis.lift import LIFT, lifts
from evaluate.diagnosis.progress import PROGRESS, progress
from evaluate.diagnosis.rank_bounds import RANK_BOUNDS, rank_bounds
from evaluate.diagnosis.standing import DIAGNOSIS, standings
from evaluate.scoring.scores import Scores

FORMS = (DIAGNOSIS, LIFT, PROGRESS, RANK_BOUNDS)


@dataclass(frozen=True)
class Diagnosis:
    """Tables of the rank year; their columns are told by the functions that make them.

    `standings`: obstacles, strengths and weaknesses. `lifts`: what would lift a unit by one rank. `progress`: against
    peers that started at the same level. `rank_bounds`: of units without a score.
    """

    standings: pd.DataFrame
    lifts: pd.DataFrame
    progress: pd.DataFrame
    rank_bounds: pd.DataFrame


def diagnose(scores: Scores, language: str = "en") -> Diagnosis:
    """Return the diagnosis of the rank year; `language`: of the reasons."""
    return Diagnosis(standings(scores), lifts(scores), progress(scores), rank_bounds(scores, language))
