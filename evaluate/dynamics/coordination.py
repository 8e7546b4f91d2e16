"""Coupling coordination of dimensions, shown beside the composite and never a part of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from evaluate.dynamics.samples import ordinal
from evaluate.forms import Form
from evaluate.scoring.scores import Scores
from indicators.structure import Structure
from indicators.synergy.coupling import Model, coordination
from indicators.synergy.labels import coordination_label
from indicators.texts import pick

COORDINATION = Form("coordination", {
    "unit": "text", "type": "text", "year": "whole", "model": "text", "coupling": "number", "development": "number",
    "coordination": "number", "grade": "whole", "grade_label": "text", "state": "text",
})  # fmt: skip
MODELS: tuple[Model, ...] = ("traditional", "corrected")
UNAVAILABLE = ("ordinal", "not_bounded", "bounds_differ", "starts_high")
"""Why scores are no shares of a top score: they are an order without distances; some indicator's have no bounds;
bounds differ among indicators; they begin above 1 % of the top, or below 0."""
_LEAST = 0.01


def coordination_of(
    scores: Scores,
    dimensions: Sequence[str] = (),
    weights: Mapping[str, float] | None = None,
    language: str = "en",
) -> pd.DataFrame:
    """Return coupling C, development T and coordination D = √(C·T) of every scored unit-year by both models.

    U = score/top, where the scores of all indicators below the dimensions are bounded by 0 (or at most 1 % of the top)
    and one top; where they are not, `state` says why there are no figures (see UNAVAILABLE). T weighs the dimensions
    equally unless `weights` are given; weights never enter C.

    Args:
        scores: a scored panel.
        dimensions: codes, at least two; all top-level dimensions when empty. The table is empty where a framework
            has one only.
        weights: of the dimensions in T, at least 0, rescaled to sum to 1.
        language: of `grade_label`.

    Source: Wang Shujia et al. 2021, Journal of Natural Resources 36(3):793; grades Liao Chongbin 1999.
    """
    chosen = list(dimensions) or list(scores.framework.tree)
    rows, frames = scores.rows, []
    names = np.array([pick(coordination_label(grade), language) for grade in range(11)], dtype=object)
    alpha = None if not weights else [weights.get(code, 0.0) for code in chosen]
    for kind, structure in rows.structures.items():
        at = np.flatnonzero(rows.scored & (rows.type == kind))
        if len(chosen) < 2 or not len(at):
            continue
        top, reason = top_of(scores, structure, chosen)
        given = np.column_stack([scores.columns[c][at] if c in scores.columns else np.full(len(at), np.nan)
                                 for c in chosen])  # fmt: skip
        for model in MODELS:
            found: dict[str, Any]
            if reason:
                blank = np.full(len(at), np.nan)
                found = {"coupling": blank, "development": blank, "coordination": blank,
                         "grade": np.zeros(len(at), dtype=int), "state": reason}  # fmt: skip
            else:
                found = vars(coordination(given, model=model, weights=alpha, top=top))
            frame = {"unit": rows.codes[at], "type": kind, "year": rows.year[at], "model": model} | found
            frames.append(pd.DataFrame(frame | {"grade_label": names[found["grade"]]}))
    table = COORDINATION.joined(frames)
    table["grade"] = table["grade"].astype("Int64").mask(table["grade"] == 0)
    place = table["model"].map({model: n for n, model in enumerate(MODELS)})
    table = table.assign(place=place).sort_values(["unit", "year", "place"], kind="stable", ignore_index=True)
    return table.drop(columns="place")


def top_of(scores: Scores, structure: Structure, dimensions: Sequence[str]) -> tuple[float, str]:
    """Return the best possible score of dimensions, or why there is none (see UNAVAILABLE)."""
    if any(ordinal(scores, code) for code in dimensions):
        return np.nan, "ordinal"
    ends = set()
    for code in _below(structure, dimensions):
        method = scores.methodology.normalisation_of(code)
        bounds = getattr(method, "bounds", None) or getattr(method, "scores", None)
        if bounds is None:
            return np.nan, "not_bounded"
        ends.add((float(bounds[0]), float(bounds[-1])))
    if len(ends) != 1:
        return np.nan, "bounds_differ"
    low, top = next(iter(ends))
    return (top, "") if 0 <= low <= _LEAST * top else (np.nan, "starts_high")


def _below(structure: Structure, codes: Sequence[str]) -> list[str]:
    """Return the indicators below dimensions."""
    out, left = [], list(codes)
    while left:
        code = left.pop()
        if code in structure.children:
            left += structure.children[code]
        else:
            out.append(code)
    return out
