"""The dynamics of a run: convergence, inequality, distributions and transitions of its scores over the scored years."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluate.dynamics.samples import FEWEST, Panel, Sample, ordinal
from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.scores import Scores
from indicators.dynamics.convergence import beta, sigma
from indicators.dynamics.density import densities
from indicators.dynamics.inequality import Gini, Theil, dagum_gini, theil
from indicators.dynamics.transitions import MISSING, quantile_classes, transitions

DYNAMICS = Form("dynamics", {
    "analysis": "text", "type": "text", "by": "text", "group": "text", "other": "text", "item": "text",
    "from": "whole", "year": "whole", "statistic": "text", "value": "number", "state": "text", "n": "whole",
})  # fmt: skip
TRANSITIONS = Form("transitions", {
    "type": "text", "item": "text", "from_class": "whole", "to_class": "whole", "count": "whole",
    "probability": "number", "row_state": "text", "first_passage": "number", "passage_state": "text",
})  # fmt: skip
DENSITY = Form("density", {"type": "text", "item": "text", "year": "whole", "at": "number", "density": "number"})
FORMS = (DYNAMICS, TRANSITIONS, DENSITY)
CLASSES = 4
"""Quantile classes between which moves are counted, unless the assessment says else."""
POINTS = 81
"""At which a density is told."""
MOST_GROUPS = 60
"""Most groups of a column by which inequality is taken apart."""
MOST_PAIRED = 10
"""Most groups for which the inequality between each pair of them is told."""


@dataclass(frozen=True)
class Dynamics:
    """Tables over the scored years, empty where fewer than two years are scored.

    `table`: one figure a row; columns DYNAMICS. `analysis` is `sigma`, `beta`, `gini`, `theil`, `density` or
    `transitions`; `type` is empty where all types are taken together; `by`, `group`, `other` name the column of the
    roster by which units are grouped, the group and, for pairs, the other one (for `transitions` `group` is the class,
    from 1, the lowest). `year` alone is the year of a figure, `from` and `year` are the years it spans. `state` says
    what a figure is, or why there is none, and `n` how many units it rests on (for `transitions` moves).
    `transitions`: counts and probabilities from class to class; columns TRANSITIONS. `density`: columns DENSITY.
    """

    table: pd.DataFrame
    transitions: pd.DataFrame
    density: pd.DataFrame


Rows = list[dict[str, Any]]
Say = Callable[..., None]


def dynamics_of(scores: Scores, *, classes: int = CLASSES) -> Dynamics:
    """Return how composite and top-level dimensions move over the scored years.

    σ = sd/mean by year; β of ln(y_T/y_0) = α + β ln y_0 from the first to the last scored year; Dagum's Gini
    coefficient and Theil-T with their parts by type and by each cohort column; Gaussian kernel densities by year;
    transitions from year to year between quantile classes of all years pooled. Scores of different types that are not
    comparable are looked at by type only. Where fewer than 5 units have what a figure needs, and where the scores are
    an order without distances, the figure is blank and its state says so.

    Args:
        scores: a scored panel.
        classes: k ≥ 2, number of quantile classes.

    Source: Barro and Sala-i-Martin 1992; Dagum 1997; Theil 1967; Silverman 1986; Quah 1993; Rey 2001.
    """
    panel = Panel(scores)
    rows: Rows = []
    moves: Rows = []
    curves = []
    if len(panel.years) > 1:
        for sample in panel.samples():
            for item, matrix in sample.items.items():
                say = _sayer(rows, sample.kind, item)
                order = ordinal(scores, item)
                if order:
                    for name in ("sigma", "beta", "gini", "theil", "density"):
                        if name in ("sigma", "beta") or not sample.part:
                            say(name, name, state="ordinal", n=_seen(matrix))
                else:
                    _convergence(say, matrix, panel.years)
                    if not sample.part:
                        _inequality(say, sample, matrix, panel.years)
                        curves.append(_density(say, sample.kind, item, matrix, panel.years))
                _transitions(say, moves, sample.kind, item, matrix, panel.years, classes)
    return Dynamics(DYNAMICS.frame(rows), TRANSITIONS.frame(moves), DENSITY.joined(curves))


def _seen(matrix: Array) -> int:
    return int(np.isfinite(matrix).any(axis=1).sum())


def _sayer(rows: Rows, kind: str, item: str) -> Say:
    def say(analysis: str, statistic: str, value: float = np.nan, **more: Any) -> None:
        cells = {"by": "", "group": "", "other": "", "from": None, "year": None, "state": "defined"} | more
        said = {"analysis": analysis, "type": kind, "item": item, "statistic": statistic, "value": float(value)}
        rows.append(said | cells)

    return say


def _convergence(say: Say, matrix: Array, years: list[int]) -> None:
    for name, balanced in (("sigma", True), ("sigma_all_units", False)):
        made = sigma(matrix, balanced=balanced)
        for place, year in enumerate(years):
            few = made.count[place] < FEWEST
            value, state = (np.nan, "too_few") if few else (made.value[place], str(made.state[place]))
            say("sigma", name, value, year=year, state=state, n=int(made.count[place]))
    span = {"from": years[0], "year": years[-1]}
    found = beta(matrix[:, 0], matrix[:, -1], years[-1] - years[0])
    if found.n < FEWEST:
        say("beta", "beta", state="too_few", n=found.n, **span)
        return
    figures = ("beta", "standard_error", "t", "p", "speed", "half_life", "r_squared", "intercept")
    for name in figures:
        say("beta", name, getattr(found, name), state=found.state, n=found.n, **span)
    left_out = int((np.isfinite(matrix[:, 0]) & np.isfinite(matrix[:, -1])).sum()) - found.n
    say("beta", "left_out", left_out, state=found.state, n=found.n, **span)


def _inequality(say: Say, sample: Sample, matrix: Array, years: list[int]) -> None:
    everybody = np.full(len(matrix), "", dtype=str)
    for place, year in enumerate(years):
        values = matrix[:, place]
        n = int(np.isfinite(values).sum())
        for by, groups in (sample.groups or {"": everybody}).items():
            where = {"by": by, "year": year, "n": n}
            if n < FEWEST:
                for name in ("gini", "theil"):
                    say(name, "total", state="too_few", **where)
            elif len(set(groups)) > MOST_GROUPS:
                _gini(say, values, everybody, where)
                _theil(say, values, everybody, where)
            else:
                _gini(say, values, groups, where)
                _theil(say, values, groups, where)


_PARTS = {"gini": ("within", "net_between", "transvariation"), "theil": ("within", "between")}


def _gini(say: Say, values: Array, groups: Any, where: dict[str, Any]) -> None:
    made = dagum_gini(values, groups)
    if not _told(say, "gini", made, groups, where):
        return
    for place, group in enumerate(made.groups):
        _of_group(say, "gini", "inside", made.inside[place], where | {"group": group})
    if len(made.groups) > MOST_PAIRED:
        return
    for one, group in enumerate(made.groups):
        for two in range(one + 1, len(made.groups)):
            pair = where | {"group": group, "other": made.groups[two]}
            _of_group(say, "gini", "between", made.between[one, two], pair)
            _of_group(say, "gini", "ahead", made.ahead[one, two], pair)


def _theil(say: Say, values: Array, groups: Any, where: dict[str, Any]) -> None:
    made = theil(values, groups)
    if _told(say, "theil", made, groups, where):
        for place, group in enumerate(made.groups):
            _of_group(say, "theil", "inside", made.inside[place], where | {"group": group})


def _told(say: Say, analysis: str, made: Gini | Theil, groups: Any, where: dict[str, Any]) -> bool:
    """Tell the total and, where units are grouped, its parts; return whether those of the groups are to follow."""
    say(analysis, "total", made.total, state=made.state, **where)
    if not where["by"]:
        return False
    apart = len(set(groups)) > 1
    for name in _PARTS[analysis]:
        value, state = (getattr(made, name), made.state) if apart else (np.nan, "too_many_groups")
        say(analysis, name, value, state=state, **where)
    return apart and made.state == "defined"


def _of_group(say: Say, analysis: str, name: str, value: float, where: dict[str, Any]) -> None:
    """A group has no figure where its scores sum to 0."""
    say(analysis, name, value, state="defined" if np.isfinite(value) else "all_zero", **where)


def _density(say: Say, kind: str, item: str, matrix: Array, years: list[int]) -> pd.DataFrame:
    there = np.isfinite(matrix)
    few = there.sum(axis=0) < FEWEST
    made = densities(np.where(few, np.nan, matrix), points=POINTS)
    for place, year in enumerate(years):
        state = "too_few" if few[place] else str(made.state[place])
        say("density", "bandwidth", made.bandwidth[place], year=year, state=state, n=int(there[:, place].sum()))
    told = np.flatnonzero(made.state == "defined")
    return pd.DataFrame({
        "type": kind, "item": item, "year": np.repeat(np.asarray(years)[told], POINTS),
        "at": np.tile(made.grid, len(told)), "density": made.density[told].reshape(-1),
    })  # fmt: skip


def _transitions(
    say: Say, moves: Rows, kind: str, item: str, matrix: Array, years: list[int], count: int
) -> None:  # fmt: skip
    span = {"from": years[0], "year": years[-1]}
    classes = quantile_classes(matrix, count, pooled=True)
    known = classes.of != MISSING
    units = int((known[:, :-1] & known[:, 1:]).any(axis=1).sum())
    if units < FEWEST:
        say("transitions", "ergodic", state="too_few", n=units, **span)
        return
    made = transitions(classes.of, count)
    n = int(made.counts.sum())
    for one in range(count):
        at = {"group": str(one + 1), "n": n} | span
        if one < count - 1:
            say("transitions", "upper_cut", classes.cuts[one], **at)
        for name, year in (("share_first", 0), ("share_last", -1)):
            seen = known[:, year]
            share = float((classes.of[seen, year] == one).mean()) if seen.any() else np.nan
            own = {"from": None, "year": years[year], "n": int(seen.sum())}
            say("transitions", name, share, state="defined" if seen.any() else "no_values", **(at | own))
        say("transitions", "ergodic", made.ergodic[one], state=made.ergodic_state, **at)
        say("transitions", "sojourn", made.sojourn[one], state=str(made.rows[one]), **at)
        for two in range(count):
            moves.append({
                "type": kind, "item": item, "from_class": one + 1, "to_class": two + 1,
                "count": int(made.counts[one, two]), "probability": float(made.probabilities[one, two]),
                "row_state": str(made.rows[one]), "first_passage": float(made.first_passage[one, two]),
                "passage_state": str(made.passage_states[one, two]),
            })  # fmt: skip
