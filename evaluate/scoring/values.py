"""First stage: gaps of variables filled over time, indicators computed from formulas and measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.scoring.fitted import Fitted, as_written
from indicators.definitions import Beside, Indicator
from indicators.errors import Faults, Place, nearest
from indicators.evaluation import Mark, Outcome, Surroundings, convert, evaluate
from indicators.formula import breaks_of, parse
from indicators.framework import Framework
from indicators.measures import BaseMeasure, Learned, Setting
from indicators.panel import Panel

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
    """Years of each indicator, and of each measure beside the composite, that touch a break."""
    measures: Mapping[str, Mapping[str, NDArray[np.float64] | NDArray[np.str_]]]
    """Every output of every measure, by the measure's name."""
    variables: Mapping[str, Array]
    """Variables after imputation over time, in the units of measure of the framework."""
    filled: Mapping[str, Mask]
    """Where a variable was imputed over time."""
    learned: Mapping[str, Learned] = field(default_factory=dict)
    """What measures learned from the other units, by the measure's name."""

    @property
    def surroundings(self) -> Surroundings:
        """What a further formula, such as a correlate, sees."""
        return self.panel.surroundings(self.framework, self.variables)


def indicator_values(panel: Panel, framework: Framework, imputation: object, fitted: Fitted | None = None) -> Values:
    """Compute every indicator of a framework.

    `imputation`: a member of the family; only its part over time is used here. `fitted`: of an earlier run; what is
    imputed up to its last year rests on the years up to then, so that a later report changes no published year, and
    what its measures learned from other units holds.
    Errors: an `InputError` for types or variables that do not fit the framework, and for a missing baseline.
    """
    _check_panel(panel, framework)
    reported = panel.matrices(framework)
    breaks = framework.breaks()
    published = sum(year <= fitted.through for year in panel.years) if fitted is not None else 0
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
    setting = Setting(
        panel.codes, tuple(panel.units["type"].astype(str)), panel.years, panel.scored, panel.baseline
    )  # fmt: skip

    def seen(node: Indicator | Beside) -> Setting:
        crossed = {name: breaks_of(formula.root, breaks) for name, formula in node.formulas().items()}
        return replace(setting, breaks={name: years for name, years in crossed.items() if years})

    learned: dict[str, Learned] = {}
    for code, shown in framework.beside.items():
        place = Place(key=f"beside.{code}")
        outcomes = {name: evaluate(formula, around, place) for name, formula in shown.formulas().items()}
        marks[code] = frozenset().union(*(outcome.marks for outcome in outcomes.values()))
        if shown.measure.name not in measures:
            _measure(shown.measure, outcomes, seen(shown), fitted, place, measures, learned)
    for code, indicator in framework.indicators.items():
        place = Place(key=f"indicators.{code}")
        outcomes = {name: evaluate(formula, around, place) for name, formula in indicator.formulas().items()}
        marks[code] = frozenset().union(*(outcomes[name].marks for name in indicator.rests_on()))
        undefined[code] = np.logical_or.reduce([outcome.undefined for outcome in outcomes.values()])
        if indicator.measure is None:
            found = outcomes[""]
            indicators[code] = convert(found.values, found.measure, indicator.unit_of_measure, place)
        else:
            if indicator.measure.name not in measures:
                _measure(indicator.measure, outcomes, seen(indicator), fitted, place, measures, learned)
            plain = np.asarray(measures[indicator.measure.name][indicator.measure.output], dtype=float)
            like = evaluate(parse(indicator.measure.like(indicator.measure.output)), around, place)
            indicators[code] = convert(plain, like.measure, indicator.unit_of_measure, place)
        undefined[code] &= ~np.isfinite(indicators[code])
    return Values(panel, framework, indicators, undefined, marks, measures, variables, filled, learned)


def _measure(
    chosen: BaseMeasure, outcomes: Mapping[str, Outcome], setting: Setting, fitted: Fitted | None, place: Place,
    measures: dict[str, Mapping[str, NDArray[np.float64] | NDArray[np.str_]]], learned: dict[str, Learned],
) -> None:  # fmt: skip
    """Add every output of a measure, and what it learned; scopes that an earlier run learned stay as they were."""
    wanted = chosen.in_units()
    parts = {
        name: convert(o.values, o.measure, wanted[name], place) if name in wanted else o.values
        for name, o in outcomes.items()
    }
    held = fitted.measures.get(chosen.name, {}) if fitted is not None else {}
    learned[chosen.name] = {**chosen.learn(parts, setting), **held}
    with as_written(fitted, "measures", chosen.name):
        measures[chosen.name] = chosen.outputs(parts, setting, learned[chosen.name])


def needs_baseline(indicator: Indicator | Beside) -> bool:
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
    for code, indicator in framework.computed.items():
        at = ".".join(framework.path_of(code))
        if panel.baseline is None and needs_baseline(indicator):
            faults.add("formula.needs_baseline", Place(key=at))
        for formula in indicator.formulas().values():
            for column in sorted(formula.columns - {"type", *panel.cohorts}):
                place = Place(key=f"{at}.formula" if at.startswith("indicators") else at)
                known = ["type", *panel.cohorts]
                faults.add("formula.unknown_column", place, found=column, meant=nearest(column, known))
    faults.raise_if_any()
