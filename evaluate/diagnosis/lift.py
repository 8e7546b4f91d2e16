"""What would lift a unit by one rank: the smallest change of one indicator, found by inverting the scoring itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.again import Group, caps, changed, groups, learns, score_of, tree_of
from evaluate.scoring.ranking import rounded
from evaluate.scoring.scores import Scores, effective_weights
from indicators.definitions import Indicator
from indicators.errors import InputError
from indicators.structure import TOP

LIFT = Form("lift", {
    "unit": "text", "type": "text", "year": "whole", "code": "text", "ahead": "text", "composite": "number",
    "target": "number", "value": "number", "needed": "number", "change": "number", "deviations": "number",
    "score": "number", "needed_score": "number", "flat": "whole", "smallest": "whole", "outcome": "text",
})  # fmt: skip
GRID = 8
"""Steps to the best known value in which a first crossing is looked for, so that a score may also fall on the way."""
CLOSE = 1e-12
"""Width of the interval, as a share of the way to the best known value, at which the search ends."""
LARGEST = 5000
"""Most units × indicators of a type that are searched where an aggregation learns, since each probe may then compare
a unit with all others."""
_MOST = 40  # quarters of quarters leave nothing of it

Found = Callable[[NDArray[np.intp], Array], tuple[Array, Array]]


@dataclass(frozen=True)
class _Way:
    """Values of one indicator between what units have and the best known value, on its scale."""

    indicator: Indicator
    now: Array
    best: Array

    def at(self, share: Array, rows: NDArray[np.intp]) -> Array:
        """Return the values at a share of the way, 0 … 1."""
        logged = self.indicator.scale == "log"
        start, end = (np.log(side[rows]) if logged else side[rows] for side in (self.now, self.best))
        found = start + share * (end - start)
        return np.where(share >= 1, self.best[rows], np.exp(found) if logged else found)


def lifts(scores: Scores) -> pd.DataFrame:
    """Return, for every unit of the rank year and indicator of its type, the value that lifts the unit by one rank.

    The unit reaches the composite (`target`) of the next better unit of its type (`ahead`) when this one indicator
    takes the value `needed`, all else as it is, and the value goes through the scoring of the run: outliers,
    normalisation, aggregation and vetoes with what the run learned held fixed. The search runs from the unit's value
    to the best one known (the best among all scored unit-years, the best goalpost, the ideal or the target of the
    framework) and takes the first crossing to 1e-12 of that way. Other indicators stay as they are even where they
    share a variable.

    `change` is needed − value in the unit of measure; `deviations` is its size in standard deviations of the peers'
    values (of their logarithms for `scale: log`), by which the `smallest` change of a unit is marked; one below a
    millionth is not, since it only passes the unit's own old value where scores are steps. `flat`: a small
    change earns nothing at the unit's value, since it is clipped, winsorised or scored in steps. `outcome`:
    `reachable`; `not_enough`, even the best known value is not; `at_best`, no better value is known; `missing`, the
    unit has no value; `no_weight`; `too_many`, an aggregation learns and the type is larger than 5,000 units ×
    indicators; `failed`, the scoring refuses the values on the way; `first`, nobody is ahead (one
    row without an indicator).
    """
    table = LIFT.joined(frame for group in groups(scores) for frame in _group(scores, group))
    sizes = table[(table["outcome"] == "reachable") & (table["deviations"] >= 1e-6)]
    least = sizes.sort_values(["unit", "deviations", "code"], kind="stable").drop_duplicates("unit")
    table["smallest"] = table.index.isin(least.index).astype(int)
    return table.sort_values(["unit", "year", "code"], kind="stable", ignore_index=True)


def _group(scores: Scores, group: Group) -> list[pd.DataFrame]:
    composite = rounded(scores.columns[TOP][group.at])
    units = scores.rows.codes[group.at]
    order = np.argsort(composite, kind="stable")
    place = np.searchsorted(composite[order], composite, side="right")
    behind = np.flatnonzero(place < len(order))
    ahead = order[np.minimum(place, len(order) - 1)]
    leaders = np.flatnonzero(place == len(order))
    shared = {"type": group.kind, "year": group.year}
    out = [pd.DataFrame({
        "unit": units[leaders], **shared, "code": "", "ahead": "", "composite": composite[leaders], "target": np.nan,
        **_blank(len(leaders)), "outcome": "first",
    })]  # fmt: skip
    if not len(behind):
        return out
    weights = tree_of(scores, group.kind, group.year)
    effective = {code: found for code, (_, _, found) in effective_weights(weights).items()}
    searched = len(behind) * len(group.structure.indicators) <= LARGEST or not learns(scores, group.structure)
    for code in group.structure.indicators:
        frame = pd.DataFrame({
            "unit": units[behind], **shared, "code": code, "ahead": units[ahead[behind]],
            "composite": composite[behind], "target": composite[ahead[behind]],
            **_blank(len(behind)), "outcome": "no_weight",
        })  # fmt: skip
        frame["value"] = scores.rows.columns[code][group.at][behind]
        frame["score"] = scores.normalised[code][group.at][behind]
        if effective.get(code, 0.0) > 0 and searched:
            _search(scores, group, code, group.at[behind], frame)
        elif effective.get(code, 0.0) > 0:
            frame["outcome"] = "too_many"
        out.append(frame)
    return out


def _blank(count: int) -> dict[str, object]:
    names = ("value", "needed", "change", "deviations", "score", "needed_score")
    return {**dict.fromkeys(names, np.full(count, np.nan)), "flat": 0, "smallest": 0}


def _search(scores: Scores, group: Group, code: str, at: NDArray[np.intp], frame: pd.DataFrame) -> None:
    """Fill in what one indicator would have to be in given rows of the population."""
    indicator = scores.framework.indicators[code]
    now, target = frame["value"].to_numpy(dtype=float), frame["target"].to_numpy(dtype=float)
    best = _best(scores, group, code, now)
    outcome = np.where(np.isnan(now), "missing", np.where(best == now, "at_best", "not_enough")).astype(object)
    frame["outcome"] = outcome
    some = np.flatnonzero(outcome == "not_enough")
    if not len(some):
        return
    way = _Way(indicator, now, best)

    def found(rows: NDArray[np.intp], share: Array) -> tuple[Array, Array]:
        """Return composite and score at a share of the way."""
        values = way.at(share, rows)
        new = score_of(scores, group, code, at[rows], values)
        made = changed(scores, group, code, at[rows], new)
        return np.minimum(made, caps(scores, at[rows], code, values)), new

    share = np.full(len(now), np.nan)
    try:
        share[some] = first_crossing(found, some, target)
        flat = found(some, np.full(len(some), 1e-6))[1] == frame["score"].to_numpy(dtype=float)[some]
    except InputError:
        frame["outcome"] = np.where(outcome == "not_enough", "failed", outcome)
        return
    done = np.flatnonzero(np.isfinite(share))
    outcome[done] = "reachable"
    frame["outcome"] = outcome
    frame.loc[some, "flat"] = flat.astype(int)
    if not len(done):
        return
    needed = way.at(share[done], done)
    frame.loc[done, "needed"] = needed
    frame.loc[done, "needed_score"] = found(done, share[done])[1]
    frame.loc[done, "change"] = needed - now[done]
    peers = scores.rows.columns[code][group.at]
    sides = [np.log(side) if indicator.scale == "log" else side for side in (peers, needed, now[done])]
    spread = float(np.nanstd(sides[0], ddof=1))
    if spread > 0:
        frame.loc[done, "deviations"] = np.abs(sides[1] - sides[2]) / spread


def first_crossing(found: Found, rows: NDArray[np.intp], target: Array) -> Array:
    """Return the least share of the way, (n,), at which what is found reaches the target; NaN where it does not.

    A grid of steps brackets the first crossing. Probes then narrow it: close around the secant, which meets a
    straight line at once; as far from it as the square of the width, which is its error on a curve; and the quarters,
    which a jump is found by.
    """
    share = np.full(len(rows), np.nan)
    if not len(rows):
        return share
    steps = np.linspace(0, 1, GRID + 1)[1:]
    reached, height = _probe(found, rows, np.broadcast_to(steps, (len(rows), GRID)), target)
    some = np.flatnonzero(reached.any(axis=1))
    if not len(some):
        return share
    first = np.argmax(reached[some], axis=1)
    low, high = first / GRID, steps[first]
    over = height[some, first]
    start = found(rows[some], np.zeros(len(some)))[0] - target[rows[some]]
    under = np.where(first == 0, start, height[some, np.maximum(first - 1, 0)])
    for _ in range(_MOST):
        open_ = np.flatnonzero(high - low > CLOSE)
        if not len(open_):
            break
        a, b, f, g = low[open_], high[open_], under[open_], over[open_]
        with np.errstate(divide="ignore", invalid="ignore"):
            secant = np.where(g > f, a + (b - a) * np.clip(-f / (g - f), 0, 1), (a + b) / 2)
        width = b - a
        around = [secant + side for off in (CLOSE / 4, width**2) for side in (-off, off)]
        quarters = [a + width * part for part in (0.25, 0.5, 0.75)]
        probes = np.sort(np.clip(np.column_stack([*around, *quarters]), a[:, None], b[:, None]))
        hit, height = _probe(found, rows[some[open_]], probes, target)
        edges = np.column_stack([a, probes, b])
        heights = np.column_stack([f, height, g])
        hits = np.column_stack([np.zeros(len(a), bool), hit, np.ones(len(a), bool)])
        upper = np.argmax(hits, axis=1)
        line = np.arange(len(a))
        low[open_], under[open_] = edges[line, upper - 1], heights[line, upper - 1]
        high[open_], over[open_] = edges[line, upper], heights[line, upper]
    share[some] = high
    return share


def _probe(found: Found, rows: NDArray[np.intp], shares: Array, target: Array) -> tuple[NDArray[np.bool_], Array]:
    """Return whether the target is reached at several shares of the way, (n, m), and by how much it is passed."""
    count = shares.shape[1]
    many = np.repeat(rows, count)
    made = found(many, np.ascontiguousarray(shares).reshape(-1))[0]
    wanted = target[many]
    return (made >= wanted).reshape(-1, count), (made - wanted).reshape(-1, count)


def _best(scores: Scores, group: Group, code: str, now: Array) -> Array:
    """Return the best value known for each unit, its own where none is better."""
    framework, indicator = scores.framework, scores.framework.indicators[code]
    if indicator.direction == "target":
        assert indicator.target is not None
        return np.where(np.isnan(now), np.nan, indicator.target)
    column = scores.rows.columns[code][scores.rows.scored]
    known = [column[np.isfinite(column)]]
    posts = framework.goalposts(code, group.kind)
    marks = indicator.thresholds
    stated = [posts[1] if posts else None, marks.ideal if marks else None, indicator.target]
    known.append(np.array([value for value in stated if value is not None], dtype=float))
    everything = np.concatenate(known)
    best = everything.max() if indicator.direction == "positive" else everything.min()
    return np.asarray(np.maximum(now, best) if indicator.direction == "positive" else np.minimum(now, best))
