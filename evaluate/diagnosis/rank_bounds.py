"""Bounds of the rank that a unit without a score could have, whatever it did not report."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.diagnosis.standing import ends
from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.again import Group, aggregations, caps, composite_of, score_of
from evaluate.scoring.normalised import LARGEST_VALUE
from evaluate.scoring.ranking import rounded
from evaluate.scoring.scores import Scores
from indicators.errors import Fault, InputError
from indicators.structure import TOP

RANK_BOUNDS = Form("rank_bounds", {
    "unit": "text", "type": "text", "year": "whole", "indicators": "whole", "missing": "whole", "lowest": "number",
    "highest": "number", "best_rank": "whole", "worst_rank": "whole", "ranked": "whole", "reason": "text",
})  # fmt: skip


def rank_bounds(scores: Scores, language: str = "en") -> pd.DataFrame:
    """Return between which ranks of its type each unit without a score in the rank year would stand.

    Missing indicators take the worst, then the best possible score: the bounds of the normalisation, or the least and
    greatest score in the run where it has none. What the unit did report is scored by what the run learned, with its
    weights and vetoes. A rank counts the scored units of the type that are ahead, so that it lies between 1 and
    `ranked` + 1; other units without a score are left aside. A value that cannot be scored, such as one without a
    logarithm, counts as missing. There are no bounds where a higher score may lower a composite (`mpi`, `ampi`).

    Columns: unit, type, year, indicators (of the type), missing, lowest and highest (composites), best_rank,
    worst_rank, ranked (scored units of the type), reason (why there are no bounds, in `language`).
    """
    rows, year = scores.rows, scores.values.panel.rank
    table: list[dict[str, Any]] = []
    for kind, structure in rows.structures.items():
        here = (rows.type == kind) & (rows.year == year)
        at = np.flatnonzero(here & ~rows.scored)
        ranked = rounded(scores.columns[TOP][here & rows.scored])
        if len(at):
            table += _group(scores, Group(kind, year, at, structure), ranked, language)
    return RANK_BOUNDS.frame(table).sort_values("unit", kind="stable", ignore_index=True)


def _group(scores: Scores, group: Group, ranked: Array, language: str) -> list[dict[str, Any]]:
    codes = group.structure.indicators
    reason, low, high = "", np.full(len(group.at), np.nan), np.full(len(group.at), np.nan)
    missing = np.zeros(len(group.at), dtype=int)
    falling = sorted({way.method for way in aggregations(scores, group.structure) if not way.monotone})
    try:
        held = {code: _reported(scores, group, code) for code in codes}
        missing = np.sum([np.isnan(column) for column in held.values()], axis=0)
        if falling:
            reason = Fault("scoring.no_rank_bounds", {"method": ", ".join(falling)}).message(language)
        else:
            low, high = (_filled(scores, group, held, end) for end in (0, 1))
    except InputError as error:
        reason = error.faults[0].message(language)
    out = []
    for place, row in enumerate(group.at):
        found: dict[str, Any] = {
            "unit": scores.rows.codes[row], "type": group.kind, "year": group.year, "indicators": len(codes),
            "missing": int(missing[place]), "ranked": len(ranked), "reason": reason,
        }  # fmt: skip
        least, most = sorted((float(low[place]), float(high[place])))
        if not reason:
            found |= {"lowest": least, "highest": most, "best_rank": 1 + int((ranked > most).sum()),
                      "worst_rank": 1 + int((ranked > least).sum())}  # fmt: skip
        out.append(found)
    return out


def _reported(scores: Scores, group: Group, code: str) -> Array:
    """Return the scores of what the units did report, NaN where there is nothing that can be scored."""
    values = scores.rows.columns[code][group.at]
    with np.errstate(invalid="ignore"):
        wrong = np.abs(values) > LARGEST_VALUE
        if scores.framework.indicators[code].scale == "log":
            wrong |= values <= 0
    values = np.where(wrong, np.nan, values)
    there: NDArray[np.bool_] = np.isfinite(values)
    out = np.full(len(values), np.nan)
    if there.any():
        out[there] = score_of(scores, group, code, group.at[there], values[there])
    return out


def _filled(scores: Scores, group: Group, held: dict[str, Array], end: int) -> Array:
    columns = {c: np.where(np.isnan(own), ends(scores, c)[end], own) for c, own in held.items()}
    made = composite_of(scores, group, group.at, columns, group.structure)
    return rounded(np.minimum(made, caps(scores, group.at)))
