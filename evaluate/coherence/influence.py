"""What indicators and dimensions do to their parent, beside the weights that they were meant to have."""

import numpy as np
import pandas as pd

from evaluate.coherence.correlation import pearson
from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.scores import WEIGHTS, Scores
from indicators.structure import TOP

INFLUENCE = Form(WEIGHTS.name, {
    **WEIGHTS.columns, "correlation_with_parent": "number", "correlation_with_composite": "number",
    "influence": "number",
})  # fmt: skip


def with_influence(scores: Scores) -> pd.DataFrame:
    """Return the weights of a run with what came of them, in the year of the row, else in the rank year.

    `correlation_with_parent` and `correlation_with_composite` are Pearson correlations r over the scored units, of
    one type where the weights are its own. Where scores of different types are not comparable and the weights are
    shared, the correlation is the one within types: of the differences to the mean of the type.

    `influence` is r²(parent)/Σ r²(parent) over the siblings: the share of linear first-order importance, to be held
    against the weight within the parent. It says nothing where siblings go along with each other by coincidence.

    Source: Paruolo, Saisana and Saltelli 2013, "Ratings and rankings: voodoo or science?", J. R. Stat. Soc. A 176(3),
    where r² is the linear estimate of the main effect.
    """
    table = scores.weights.copy()
    rows, rank = scores.rows, scores.values.panel.rank
    within = not scores.comparable
    found = []
    for kind, year, code, parent in zip(table["type"], table["year"], table["code"], table["parent"], strict=True):
        at = rows.scored & (rows.year == (rank if pd.isna(year) else int(year)))
        if kind:
            at &= rows.type == kind
        kinds = rows.type[at] if within and not kind else np.zeros(int(at.sum()), dtype=int)
        x, up, top = (scores.columns[c][at] for c in (code, parent, TOP))
        found.append((_within(x, up, kinds), _within(x, top, kinds)))
    table["correlation_with_parent"] = [first for first, _ in found]
    table["correlation_with_composite"] = [second for _, second in found]
    squares = table["correlation_with_parent"] ** 2
    total = squares.groupby([table["type"], table["year"].fillna(0), table["parent"]]).transform("sum")
    table["influence"] = (squares / total.where(total > 0)).astype(float)
    return table


def _within(x: Array, y: Array, kinds: np.ndarray) -> float:
    """Return the correlation of the differences to the mean of the type, over pairs that are both present."""
    both = np.isfinite(x) & np.isfinite(y)
    x, y, kinds = x[both], y[both], kinds[both]
    if len(x) and len(set(kinds)) > 1:
        names = pd.factorize(kinds)[0]
        count = np.bincount(names)
        x, y = (side - (np.bincount(names, weights=side) / count)[names] for side in (x, y))
    return pearson(x, y)[0]
