"""First stage: gaps of variables filled over time, indicators computed from formulas and measures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from indicators.definitions import Indicator
from indicators.errors import Faults, Place, nearest
from indicators.evaluation import Mark, Surroundings, convert, evaluate
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.units import measure

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Values:
    """Indicator values, units × years of the panel, in their units of measure; NaN where missing."""

    panel: Panel
    framework: Framework
    indicators: Mapping[str, Array]
    undefined: Mapping[str, Mask]
    """Where all operands were there and the formula still has no finite result."""
    marks: Mapping[str, frozenset[Mark]]
    """Years of each indicator that touch a break."""
    measures: Mapping[str, Mapping[str, NDArray[np.float64] | NDArray[np.str_]]]
    """Every output of every measure, by the measure's name."""
    variables: Mapping[str, Array]
    """Variables after imputation over time, in the units of measure of the framework."""
    filled: Mapping[str, Mask]
    """Where a variable was imputed over time."""

    @property
    def surroundings(self) -> Surroundings:
        """What a further formula, such as a correlate, sees."""
        return self.panel.surroundings(self.framework, self.variables)


def indicator_values(panel: Panel, framework: Framework, imputation: object, through: int | None = None) -> Values:
    """Compute every indicator of a framework.

    `imputation`: a member of the family; only its part over time is used here. `through`: the last year of a fitted
    run; what is imputed up to then rests on the years up to then, so that a later report changes no published year.
    Errors: an `InputError` for types or variables that do not fit the framework, and for a missing baseline.
    """
    _check_panel(panel, framework)
    reported = panel.matrices(framework)
    breaks = framework.breaks()
    published = sum(year <= through for year in panel.years) if through is not None else 0
    variables = {}
    for code, matrix in reported.items():
        spans = [
            imputation.over_time(matrix[:, :end], panel.years[:end], breaks.get(code, frozenset()))  # type: ignore[attr-defined]
            for end in (published, len(panel.years))
            if end
        ]
        variables[code] = np.hstack([spans[0][:, :published], spans[-1][:, published:]])
    filled = {code: np.isfinite(variables[code]) & ~np.isfinite(reported[code]) for code in variables}
    around = panel.surroundings(framework, variables)
    indicators, undefined, marks = {}, {}, {}
    measures: dict[str, Mapping[str, NDArray[np.float64] | NDArray[np.str_]]] = {}
    for code, indicator in framework.indicators.items():
        place = Place(key=f"indicators.{code}")
        outcomes = {name: evaluate(formula, around, place) for name, formula in indicator.formulas().items()}
        marks[code] = frozenset().union(*(outcome.marks for outcome in outcomes.values()))
        undefined[code] = np.logical_or.reduce([outcome.undefined for outcome in outcomes.values()])
        if indicator.measure is None:
            found = outcomes[""]
            indicators[code] = convert(found.values, found.measure, indicator.unit_of_measure, place)
        else:
            parts = {name: convert(o.values, o.measure, "1", place) for name, o in outcomes.items()}
            outputs = indicator.measure.outputs(parts)
            measures[indicator.measure.name] = outputs
            plain = np.asarray(outputs[indicator.measure.output], dtype=float)
            indicators[code] = convert(plain, measure("1"), indicator.unit_of_measure, place)
        undefined[code] &= ~np.isfinite(indicators[code])
    return Values(panel, framework, indicators, undefined, marks, measures, variables, filled)


def needs_baseline(indicator: Indicator) -> bool:
    """Return whether an indicator looks at the baseline year."""
    return any(formula.needs_baseline for formula in indicator.formulas().values())


def _check_panel(panel: Panel, framework: Framework) -> None:
    faults = Faults()
    if framework.types:
        for code, kind in zip(panel.units["unit"], panel.units["type"], strict=True):
            if kind not in framework.types:
                faults.add(
                    "scoring.unknown_type", unit=code, found=kind,
                    known=", ".join(framework.types), meant=nearest(kind, framework.types),
                )  # fmt: skip
    missing = [code for code in framework.variables if code not in panel.values]
    for code in missing:
        known = list(panel.values.columns)
        faults.add("scoring.no_variable", found=code, meant=nearest(code, known))
    for code, indicator in framework.indicators.items():
        if panel.baseline is None and needs_baseline(indicator):
            faults.add("formula.needs_baseline", Place(key=f"indicators.{code}"))
        for formula in indicator.formulas().values():
            for column in sorted(formula.columns - {"type", *panel.cohorts}):
                place = Place(key=f"indicators.{code}.formula")
                known = ["type", *panel.cohorts]
                faults.add("formula.unknown_column", place, found=column, meant=nearest(column, known))
    faults.raise_if_any()
