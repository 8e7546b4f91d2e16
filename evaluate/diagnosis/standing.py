"""Where each unit stands: obstacles to a full score, strengths and weaknesses against its peers."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.again import Group, ancestors, groups, used_weights
from evaluate.scoring.ranking import rounded
from evaluate.scoring.scores import Scores
from indicators.structure import TOP

DIAGNOSIS = Form("diagnosis", {
    "unit": "text", "type": "text", "year": "whole", "code": "text", "level": "whole", "score": "number",
    "obstacle": "number", "percentile": "number", "distance": "number", "standing": "text", "reason": "text",
})  # fmt: skip
QUARTER = 0.25
"""Share of the peers at either end that is spoken of as strong or weak."""
FEWEST = 5
"""Fewest units of one type with a score that are a peer group."""


def standings(scores: Scores) -> pd.DataFrame:
    """Return obstacles, strengths and weaknesses of every unit of the rank year, for its indicators and dimensions.

    *Obstacle degree*: O_j = w_j(1 − x_j)/Σ w(1 − x), w the effective weights of the unit and x its scores brought
    to 0 … 1: by the bounds of the normalisation, where it has none by the least and greatest score in the run, and
    never beyond 0 or 1. A dimension has the sum of what lies below it. Where all x are 1 there is no obstacle and
    `reason` is `all_at_the_top`.

    *Peers* are the scored units of the type in the year. `percentile` is the share (0 … 1) of the other peers with
    a lower score, equal ones counted half; `distance` is (score − median)/s with the sample standard deviation s.
    Both are blank for fewer than 5 peers, `distance` for equal ones too. `standing` is `strength` in the highest
    quarter above the median, `weakness` in the lowest quarter below it.

    Source: the obstacle degree model (障碍度模型) as it is in wide use in Chinese evaluations.
    """
    table = DIAGNOSIS.joined(part for group in groups(scores) for part in _group(scores, group))
    return table.sort_values(["unit", "year", "level", "code"], kind="stable", ignore_index=True)


def _group(scores: Scores, group: Group) -> Iterator[pd.DataFrame]:
    units = scores.rows.codes[group.at]
    degrees, reason = obstacles(scores, group)
    for code, level in group.structure.level.items():
        column = scores.columns[code][group.at] if code in scores.columns else None
        if code == TOP or column is None:
            continue
        percentile, distance, standing = against_peers(column)
        yield pd.DataFrame({
            "unit": units, "type": group.kind, "year": group.year, "code": code, "level": level, "score": column,
            "obstacle": degrees[code], "percentile": percentile, "distance": distance, "standing": standing,
            "reason": reason,
        })  # fmt: skip


def obstacles(scores: Scores, group: Group) -> tuple[Mapping[str, Array], Array]:
    """Return the obstacle degree of every indicator and dimension, (n,), and why a row has none."""
    weights = used_weights(scores, group)
    below = {
        code: np.nan_to_num(weights[code] * (1 - unit_interval(scores, code, scores.columns[code][group.at])))
        for code in group.structure.indicators
    }
    total = np.sum(list(below.values()), axis=0)
    some = total > 1e-12
    out: dict[str, Array] = {}
    for code, lost in below.items():
        share = np.divide(lost, total, out=np.full(len(total), np.nan), where=some)
        out[code] = np.where(np.isfinite(scores.columns[code][group.at]), share, np.nan)
        for parent in ancestors(group.structure, code):
            out[parent] = out.get(parent, np.where(some, 0.0, np.nan)) + np.nan_to_num(out[code])
    return out, np.where(some, "", "all_at_the_top").astype(object)


def unit_interval(scores: Scores, code: str, column: Array) -> Array:
    """Return scores of an indicator brought to 0 … 1, see `ends`; a constant one without bounds is at the top."""
    low, high = ends(scores, code)
    if high <= low:
        return np.where(np.isfinite(column), 1.0, np.nan)
    return np.clip((column - low) / (high - low), 0.0, 1.0)


def ends(scores: Scores, code: str) -> tuple[float, float]:
    """Return the worst and best possible score: the bounds of the normalisation, else the extremes of the run."""
    bounds = getattr(scores.methodology.normalisation_of(code), "bounds", None)
    if bounds is not None:
        return float(bounds[0]), float(bounds[1])
    held = scores.normalised[code][scores.rows.scored]
    held = held[np.isfinite(held)]
    return (float(held.min()), float(held.max())) if len(held) else (0.0, 0.0)


def against_peers(column: Array) -> tuple[Array, Array, np.ndarray]:
    """Return percentile, distance and standing of scores among each other, (n,); missing ones get none.

    >>> against_peers(np.array([10.0, 20, 30, 40, 50]))[0].tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    there = np.isfinite(column)
    percentile, distance = np.full(len(column), np.nan), np.full(len(column), np.nan)
    standing = np.full(len(column), "", dtype=object)
    count = int(there.sum())
    if count < FEWEST:
        return percentile, distance, standing
    values = rounded(column[there])
    ordered = np.sort(values)
    below, upto = np.searchsorted(ordered, values, side="left"), np.searchsorted(ordered, values, side="right")
    # of the equal ones, the unit itself is no peer
    percentile[there] = (below + (upto - below - 1) / 2) / (count - 1)
    spread = float(values.std(ddof=1))
    if ordered[-1] > ordered[0]:
        distance[there] = (values - np.median(values)) / spread
        standing[(percentile >= 1 - QUARTER) & (distance > 0)] = "strength"
        standing[(percentile <= QUARTER) & (distance < 0)] = "weakness"
    return percentile, distance, standing
