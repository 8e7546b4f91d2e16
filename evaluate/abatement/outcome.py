"""What measures bring: the tables of a what-if."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.abatement.objective import co_controls
from evaluate.scoring.scores import Scores
from indicators.framework import Framework
from indicators.structure import TOP

TABLES = ("measures", "effects", "curve", "units", "changes", "quadrants", "targets", "totals")
"""The tables of a what-if, each a file of its folder."""
_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf:
    """A finished run before and after measures of abatement.

    `measures`: one row a measure with cost, reductions, unit cost, state; `effects`: a measure and variable;
    `curve`: the steps of the marginal abatement cost curve; `units`: composite, rank, tier before and after of every
    scored unit; `changes`: variables, indicators, their scores and dimensions that changed; `quadrants`: the
    co-control state of the units touched; `targets`: what is missing to each target; `totals`: emissions together.
    """

    about: dict[str, Any]
    """What was done to which run: options, factors, what it costs and reduces, warnings."""
    framework: Framework
    measures: pd.DataFrame
    effects: pd.DataFrame
    curve: pd.DataFrame
    units: pd.DataFrame
    changes: pd.DataFrame
    quadrants: pd.DataFrame
    targets: pd.DataFrame
    totals: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {**self.about, "tables": {name: _records(getattr(self, name)) for name in TABLES}}

    @property
    def chosen(self) -> list[str]:
        """The codes of the measures that are taken."""
        return list(self.measures.loc[self.measures["chosen"] == "yes", "measure"])

    def __repr__(self) -> str:
        return f"WhatIf({self.about['run']['run_id']}: {len(self.chosen)} of {len(self.measures)} measures)"

    def _repr_html_(self) -> str:
        moved = self.units[self.units["role"] != ""]
        return str(moved.to_html(index=False))


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object).where(table.notna(), None)
    return [{str(k): v.item() if hasattr(v, "item") else v for k, v in row.items()} for row in plain.to_dict("records")]


def unit_table(
    before: Scores, after: Scores, year: int, roles: Mapping[str, str],
    robustness: tuple[pd.DataFrame, pd.DataFrame] | None,
) -> pd.DataFrame:  # fmt: skip
    """Return one row a unit that is scored before or after."""
    columns = [TOP, "rank", "rank_in_type", "grade", "grade_label"]
    both = [_year(scores, year)[["name", "type", *columns]] for scores in (before, after)]
    codes = sorted(set(both[0].index) | set(both[1].index))
    table: dict[str, Any] = {"unit": codes}
    for name in ("name", "type"):
        table[name] = list(both[0][name].reindex(codes).fillna(both[1][name].reindex(codes)))
    table["role"] = [roles.get(code, "") for code in codes]
    for name in columns:
        for when, frame in zip(("before", "after"), both, strict=True):
            column = frame[name].reindex(codes)
            whole = name in ("rank", "rank_in_type", "grade")
            table[f"{name}_{when}"] = column.astype("Int64").array if whole else list(column)
        if name == TOP:
            table["change"] = np.subtract(table[f"{TOP}_after"], table[f"{TOP}_before"])
    out = pd.DataFrame(table)
    for name in ("tier", "p05", "p95") if robustness is not None else ():
        assert robustness is not None
        for when, frame in zip(("before", "after"), robustness, strict=True):
            column = frame[frame["year"] == year].set_index("unit")[name].reindex(codes)
            out[f"{name}_{when}"] = column.astype("Int64").array
    return out


def _year(scores: Scores, year: int) -> pd.DataFrame:
    table = scores.scores
    return table[table["year"] == year].set_index("unit")


def change_table(before: Scores, after: Scores, year: int) -> pd.DataFrame:
    """Return every variable, indicator, score of an indicator and dimension that is another afterwards."""
    panel, framework = before.values.panel, before.framework
    at = panel.years.index(year)
    codes = np.asarray(panel.codes, dtype=object)
    frames = []

    def add(what: str, code: str, unit_of_measure: str, units: NDArray[Any], old: Any, new: Any) -> None:
        with np.errstate(invalid="ignore"):
            apart = np.abs(new - old) > _TOLERANCE * np.maximum(np.abs(old), np.abs(new))
        moved = np.flatnonzero(apart | (np.isnan(old) != np.isnan(new)))
        if len(moved):
            frames.append(pd.DataFrame({
                "unit": units[moved], "what": what, "code": code, "unit_of_measure": unit_of_measure,
                "before": old[moved], "after": new[moved], "change": new[moved] - old[moved],
            }))  # fmt: skip

    for code, variable in framework.variables.items():
        held = [s.values.variables[code][:, at] for s in (before, after)]
        add("variable", code, variable.unit_of_measure, codes, *held)
    for code, indicator in framework.indicators.items():
        held = [s.values.indicators[code][:, at] for s in (before, after)]
        add("indicator", code, indicator.unit_of_measure, codes, *held)
    rows = [np.flatnonzero(s.rows.year == year) for s in (before, after)]
    units = before.rows.codes[rows[0]]
    for code in framework.indicators:
        if code in before.normalised:
            held = [
                np.where(s.rows.scored[r], s.normalised[code][r], np.nan)
                for s, r in zip((before, after), rows, strict=True)
            ]
            add("score", code, "", units, *held)
    for code in framework.dimensions():
        if code in before.columns:
            held = [
                np.where(s.rows.scored[r], s.columns[code][r], np.nan)
                for s, r in zip((before, after), rows, strict=True)
            ]
            add("dimension", code, "", units, *held)
    columns = ["unit", "what", "code", "unit_of_measure", "before", "after", "change"]
    if not frames:
        return pd.DataFrame(columns=columns)
    out = pd.concat(frames, ignore_index=True)
    return out.sort_values("unit", kind="stable", ignore_index=True)


def quadrant_table(before: Scores, after: Scores, year: int, units: Sequence[str]) -> pd.DataFrame:
    """Return the co-control state of some units before and after, for each co-control measure of the framework."""
    panel = before.values.panel
    at = panel.years.index(year)
    place = {code: n for n, code in enumerate(panel.codes)}
    names = dict(zip(panel.units["unit"], panel.units["name"], strict=True))
    rows = []
    for measure in co_controls(before.framework):
        outputs = [s.values.measures[measure.name] for s in (before, after)]
        for unit in units:
            states = [str(o["quadrant"][place[unit], at]) for o in outputs]
            carbon = [float(o["carbon_reduction"][place[unit], at]) for o in outputs]
            pollutant = [float(o["pollutant_reduction"][place[unit], at]) for o in outputs]
            rows.append((unit, names[unit], measure.name, *states, *carbon, *pollutant))
    columns = ["unit", "name", "measure", "quadrant_before", "quadrant_after", "carbon_before", "carbon_after",
               "pollutant_before", "pollutant_after"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def total_table(
    before: Scores, after: Scores, year: int, outside: Mapping[str, float], apart: Set[str] = frozenset()
) -> pd.DataFrame:
    """Return the sum of each changed variable over the assessed units, and what is added outside them.

    `apart`: variables of which the units must not be added up; only what changes is told.
    """
    at = before.values.panel.years.index(year)
    rows = []
    for code, leaking in outside.items():
        sums = [float(np.nansum(s.values.variables[code][:, at])) for s in (before, after)]
        unit = before.framework.variables[code].unit_of_measure
        change = sums[1] - sums[0]
        shown = (np.nan, np.nan) if code in apart else sums
        rows.append((code, unit, *shown, change, leaking, change + leaking))
    columns = ["variable", "unit_of_measure", "before", "after", "change", "outside", "net"]
    return pd.DataFrame(rows, columns=columns)
