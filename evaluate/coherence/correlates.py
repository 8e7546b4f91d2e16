"""Correlates: what the composite is held against, and no score is made of."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evaluate.forms import Form
from evaluate.scoring.scores import Scores
from indicators.evaluation import evaluate
from indicators.formula import parse

CORRELATES = Form("correlates", {"unit": "text", "year": "whole", "each correlate": "number"})


def correlates_of(scores: Scores, formulas: Mapping[str, str]) -> pd.DataFrame | None:
    """Evaluate formulas for every unit and scored year.

    Args:
        scores: with the panel whose variables the formulas are over.
        formulas: by code of the correlate.

    Returns:
        Columns `CORRELATES`, a row for each unit and scored year in the order of the panel, NaN where a formula has no
        value; None without formulas.
    """
    if not formulas:
        return None
    panel = scores.values.panel
    positions = [panel.years.index(year) for year in panel.scored]
    table: dict[str, Any] = {
        "unit": np.repeat(np.asarray(panel.codes, dtype=object), len(positions)),
        "year": np.tile(np.asarray(panel.scored), len(panel.codes)),
    }
    for code, text in formulas.items():
        table[code] = evaluate(parse(text), scores.values.surroundings).values[:, positions].reshape(-1)
    return pd.DataFrame(table)
