"""A finished run scored again from its folder alone, so that changed variables can be scored by its own yardstick."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.artifacts import read_run
from evaluate.assessment import read_json
from evaluate.comparison import Edition
from evaluate.inputs import digest_of
from evaluate.methodology import Methodology
from evaluate.methods.base import Array
from evaluate.methods.imputation import NoImputation
from evaluate.results import Results
from evaluate.robustness_spec import RobustnessSpec
from evaluate.scoring.codes import check_codes
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.score import finish
from evaluate.scoring.scores import Scores
from evaluate.scoring.values import Values, indicator_values
from indicators.errors import Place, fault
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.spec import build

Mask = NDArray[np.bool_]

SAME = 1e-6
"""How far a score may be from its record: tables hold 10 digits of what was scored in full precision."""


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A run with its panel, scored by what it learned; its scores are those of its record."""

    results: Results
    fitted: Fitted
    methodology: Methodology
    panel: Panel
    """As reported, in the units of measure of the framework."""
    scores: Scores
    deviation: float
    """The greatest difference of a composite from its record."""

    @property
    def framework(self) -> Framework:
        """The framework as it was."""
        return self.results.framework

    @cached_property
    def robustness(self) -> RobustnessSpec | None:
        """How the run put its ranking to the test, if it did."""
        stated = self.results.manifest["robustness"]
        return None if stated is None else build(RobustnessSpec, stated)

    def rescored(self, changes: Mapping[str, Array], year: int) -> Scores:
        """Score the run with changed variables, by what it learned.

        `changes`: by variable what is added in `year`, one number a unit. Gaps filled over time stay filled as they
        were: what happens in a year is no news of the years before it.
        """
        at = self.panel.years.index(year)
        variables = dict(self.scores.values.variables)
        own = self.panel.matrices(self.framework)
        for code, change in changes.items():
            moved = np.flatnonzero(change)
            variables[code] = variables[code].copy()
            variables[code][moved, at] += change[moved]
            kept = self._steady(code, variables[code])[moved, None]
            own[code] = own[code].copy()
            own[code][moved] = np.where(kept, variables[code][moved], own[code][moved])
            own[code][moved, at] = variables[code][moved, at]
        panel = replace(self.panel, values=_flat(own, self.panel), units_of_measure={})
        values = _values(panel, variables, self.scores.values.filled, self.framework, self.fitted)
        return finish(values, self.methodology, self.fitted)

    def _steady(self, code: str, variable: Array) -> Mask:
        """Return which series may stand in for what was reported: filled once more they stay as they are, (units,)."""
        breaks = self.framework.breaks().get(code, frozenset())
        again = self.methodology.imputation.over_time(variable, self.panel.years, breaks)
        return np.asarray(((again == variable) | (np.isnan(again) & np.isnan(variable))).all(axis=1))


def rebuild(folder: Path) -> Rebuilt:
    """Rebuild a run from its folder.

    Errors: no run folder or one that was edited; a run whose tables do not give the scores that it records.
    """
    results = read_run(folder)
    fitted = _fitted(folder, results)
    edition = Edition(results, fitted, results.rank_year)
    methodology = edition.methodology
    panel = _panel(results)
    check_codes(results.framework, methodology)
    fitted.check(results.framework, methodology)
    values = indicator_values(panel, results.framework, methodology.imputation, fitted)
    variables, filled = _as_filled(values, results, fixed=edition.fixed)
    values = _values(panel, variables, filled, results.framework, fitted)
    scores = finish(values, methodology, fitted)
    return Rebuilt(results, fitted, methodology, panel, scores, _as_recorded(scores, results))


def _fitted(folder: Path, results: Results) -> Fitted:
    path = folder / "fitted.json"
    if not path.is_file():
        raise fault("artifacts.table_missing", Place(str(folder)), found=path.name)
    if digest_of(path) != results.manifest["artifacts"].get(path.name):
        raise fault("artifacts.file_changed", Place(str(path)))
    return Fitted.from_dict(read_json(path, str(path), Place(str(path))))


def _panel(results: Results) -> Panel:
    """Return everything reported as a panel, as it was when the run was made."""
    reported, framework = results.reported, results.framework
    wide = reported.pivot(index=["unit", "year"], columns="variable", values="value")
    wide = wide.reindex(columns=list(framework.variables)).astype(float)
    years = sorted(reported["year"].unique())
    index = pd.MultiIndex.from_product([results.units["unit"], years], names=["unit", "year"])
    period = results.manifest["period"]
    return Panel.from_frame(
        wide.reindex(index), results.units, period=(period["from"], period["to"]), rank=period["rank"],
        baseline=period["baseline"] if period["baseline"] in years else None,
        units_of_measure={code: v.unit_of_measure for code, v in framework.variables.items()},
    )  # fmt: skip


def _as_filled(values: Values, results: Results, *, fixed: bool) -> tuple[dict[str, Array], dict[str, Mask]]:
    """Return the variables filled as the record says.

    A run by an earlier yardstick fills up to that run's last year from the years up to it; that year is no longer
    known here, but every filled cell that a score rests on is recorded.
    """
    panel = values.panel
    variables = {code: matrix.copy() for code, matrix in values.variables.items()}
    filled = {code: mask.copy() for code, mask in values.filled.items()}
    told = {code: np.zeros_like(mask) for code, mask in filled.items()}
    place = {unit: n for n, unit in enumerate(panel.codes)}
    changes = results.treatment[results.treatment["step"] == "imputation"]
    changes = changes[changes["code"].isin(list(variables))]
    columns = (changes[name].tolist() for name in ("unit", "year", "code", "after"))
    for unit, year, code, after in zip(*columns, strict=True):
        at = place[unit], panel.years.index(int(year))
        if not abs(variables[code][at] - after) <= 1e-8 * abs(after):
            variables[code][at] = after
        told[code][at] = True
    filled = {code: mask | told[code] for code, mask in filled.items()}
    if fixed:
        used = {v for i in results.framework.indicators.values() for f in i.formulas().values() for v in f.variables}
        for code in used & set(variables):
            variables[code][filled[code] & ~told[code]] = np.nan
            filled[code] = told[code]
    return variables, filled


def _values(
    panel: Panel, variables: Mapping[str, Array],
    filled: Mapping[str, Mask], framework: Framework, fitted: Fitted,
) -> Values:  # fmt: skip
    """Return the values of indicators from variables whose gaps are filled already."""
    whole = replace(panel, values=_flat(variables, panel), units_of_measure={})
    found = indicator_values(whole, framework, NoImputation(), fitted)
    return replace(found, panel=panel, filled=filled)


def _flat(variables: Mapping[str, Array], panel: Panel) -> pd.DataFrame:
    return pd.DataFrame({code: matrix.reshape(-1) for code, matrix in variables.items()}, index=panel.values.index)


def _as_recorded(scores: Scores, results: Results) -> float:
    """Return the greatest deviation of a composite from its record; refuse what is more than missing digits."""
    keys = ["unit", "year"]
    found = scores.scores.set_index(keys)["composite"]
    recorded = results.scores.set_index(keys)["composite"]
    both = pd.DataFrame({"found": found, "recorded": recorded}).sort_index()
    gap = (both["found"] - both["recorded"]).abs()
    apart = ~(gap <= SAME * np.maximum(1.0, both["recorded"].abs()))
    if apart.any():
        first = both[apart].reset_index().iloc[0]
        raise fault(
            "whatif.not_as_recorded", run_id=results.manifest["run_id"], unit=first["unit"], year=int(first["year"]),
            recorded=_said(first["recorded"]), found=_said(first["found"]),
        )  # fmt: skip
    return float(gap.max()) if len(gap) else 0.0


def _said(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.10g}"
