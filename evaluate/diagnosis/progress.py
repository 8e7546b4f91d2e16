"""Progress against peers that started at the same level, so that early movers are not held against late ones."""

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.scores import Scores
from indicators.structure import TOP

PROGRESS = Form("progress", {
    "unit": "text", "type": "text", "year": "whole", "start_year": "whole", "start": "number", "composite": "number",
    "change": "number", "rule": "text", "peers": "whole", "from": "number", "to": "number", "expected": "number",
    "ahead": "number", "standing": "number",
})  # fmt: skip
NEAREST = 5
"""Most units of the type with the nearest composite in the first year that are peers."""

Rule = Literal["matched", "regression"]


def progress(
    scores: Scores, *, start: int | None = None, rule: Rule = "matched", nearest: int = NEAREST
) -> pd.DataFrame:
    """Return how far each unit came from a start year, the first when absent, to the rank year, against its peers.

    `matched`: peers are the `nearest` other units of the type whose composites in the start year are nearest (equal
    distances by code), at most half of them, so that who started at the top is compared with others who did;
    `expected` is the median of their changes. `regression`: `expected` is the least squares line of the change on
    the composite at the start, over the type; at least four units and different starts are asked. `ahead` is
    change − expected.

    Columns: `from` and `to` are the least and greatest start among the peers, `standing` the share of the peers (or,
    for the regression, of the other units' residuals) that are surpassed, equal ones counted half. Only units scored
    in both years appear; without peers the figures are blank. The table is empty where start and rank year are one.
    """
    rows = scores.rows
    first = scores.values.panel.scored[0] if start is None else start
    last = scores.values.panel.rank
    frames = []
    for kind in sorted(rows.structures):
        now, then = ({int(rows.unit[i]): i for i in np.flatnonzero(_at(scores, kind, y))} for y in (last, first))
        shared = sorted(set(now) & set(then))
        if first == last or not shared:
            continue
        begun, ended = (scores.columns[TOP][[side[u] for u in shared]] for side in (then, now))
        found = _matched(begun, ended - begun, nearest) if rule == "matched" else _regression(begun, ended - begun)
        frames.append(pd.DataFrame({
            "unit": rows.codes[[now[u] for u in shared]], "type": kind, "year": last, "start_year": first,
            "start": begun, "composite": ended, "change": ended - begun, "rule": rule, **found,
            "ahead": ended - begun - found["expected"],
        }))  # fmt: skip
    return PROGRESS.joined(frames).sort_values("unit", kind="stable", ignore_index=True)


def _at(scores: Scores, kind: str, year: int) -> NDArray[np.bool_]:
    rows = scores.rows
    return np.asarray(rows.scored & (rows.type == kind) & (rows.year == year))


def neighbours(start: Array, nearest: int) -> NDArray[np.intp]:
    """Return the positions of the units nearest to each by start, (n, k); equals in given order.

    k is `nearest`, at most half of the other units and at least one.

    >>> neighbours(np.array([10.0, 90, 12, 88]), 1).tolist()
    [[2], [3], [0], [1]]
    """
    count = len(start)
    wanted = min(nearest, max(1, (count - 1) // 2))
    order = np.argsort(start, kind="stable")
    values = start[order]
    # of the sorted starts, the nearest lie among as many to either side, and all that equal the outermost of them
    low = np.searchsorted(values, values[np.maximum(np.arange(count) - wanted, 0)], side="left")
    high = np.searchsorted(values, values[np.minimum(np.arange(count) + wanted, count - 1)], side="right")
    out = np.zeros((count, wanted), dtype=np.intp)
    for place in range(count):
        near = order[low[place] : high[place]]
        near = np.sort(near[near != order[place]])
        gap = np.abs(start[near] - values[place])
        out[order[place]] = near[np.argsort(gap, kind="stable")[:wanted]]
    return out


def _matched(start: Array, change: Array, nearest: int) -> dict[str, Any]:
    count = len(start)
    if count < 2:
        return {"peers": 0, **dict.fromkeys(("from", "to", "expected", "standing"), np.full(count, np.nan))}
    near = neighbours(start, nearest)
    theirs, own = change[near], change[:, None]
    surpassed = (theirs < own).sum(axis=1) + (theirs == own).sum(axis=1) / 2
    return {
        "peers": near.shape[1], "from": start[near].min(axis=1), "to": start[near].max(axis=1),
        "expected": np.median(theirs, axis=1), "standing": surpassed / near.shape[1],
    }  # fmt: skip


def _regression(start: Array, change: Array) -> dict[str, Any]:
    count = len(start)
    if count < 4 or np.ptp(start) == 0:
        return {"peers": 0, **dict.fromkeys(("from", "to", "expected", "standing"), np.full(count, np.nan))}
    centred = start - start.mean()
    expected = change.mean() + centred * float(centred @ change / (centred @ centred))
    left = np.round(change - expected, 9)
    ordered = np.sort(left)
    below, upto = np.searchsorted(ordered, left, side="left"), np.searchsorted(ordered, left, side="right")
    return {
        "peers": count - 1, "from": start.min(), "to": start.max(), "expected": expected,
        "standing": (below + (upto - below - 1) / 2) / (count - 1),
    }  # fmt: skip
