"""Quantities by name: scores, indicators, variables, outputs of measures, further formulas, columns of the roster."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.scoring.scores import Scores
from indicators.errors import Place, fault, nearest
from indicators.evaluation import evaluate
from indicators.formula import check_names, parse
from indicators.framework import Framework
from indicators.measures import BaseMeasure
from indicators.sizes import FARTHEST
from indicators.spec import CODE
from indicators.structure import TOP
from indicators.texts import both

OUTPUT = re.compile(r"[A-Za-z0-9_-]{1,80}\.[a-z_]+")
"""Meant for an output of a measure: no formula looks like this, for no variable has a dot."""
_NAMES = ("unit", "name", "type")


def output_of(framework: Framework, name: str) -> tuple[BaseMeasure, str] | None:
    """Return the measure and the output that `code.output` names; None where a name is no such thing.

    Args:
        framework: where measures are declared, as indicators or beside the composite.
        name: of a quantity; the output is a number, and no state.
    """
    code, dot, output = name.partition(".")
    measure = framework.computed[code].measure if dot and code in framework.computed else None
    return (measure, output) if measure and output in set(measure.listed) - set(measure.states) else None


def outputs_of(framework: Framework) -> list[str]:
    """Return every output of a measure that is a number, as `code.output`."""
    return [
        f"{code}.{output}"
        for code, declared in framework.computed.items()
        if declared.measure is not None
        for output in declared.measure.listed
        if output not in declared.measure.states
    ]


def made_of(framework: Framework, name: str, correlates: Mapping[str, str] | None = None) -> frozenset[str]:
    """Return the codes of all that a quantity is computed from, itself among them.

    Args:
        framework: where indicators, dimensions and variables are declared.
        name: a code, or a formula over variables.
        correlates: further formulas by code.
    """
    known = correlates or {}
    if name == TOP:
        return frozenset({TOP}).union(*(made_of(framework, code) for code in framework.tree))
    if name in framework.dimensions():
        below = framework.dimensions()[name]
        inside = [*(below.dimensions or {}), *(below.indicators or {})]
        for kind in framework.types.values():  # a type may hold other indicators in a dimension
            inside += list((kind.indicators or {}).get(name, {}))
        return frozenset({name}).union(*(made_of(framework, code) for code in inside))
    if name in framework.computed:
        formulas = framework.computed[name].formulas().values()
        return frozenset({name}).union(*(formula.variables for formula in formulas))
    if name in framework.variables:
        return frozenset({name})
    if output_of(framework, name) is not None:
        return frozenset({name}) | made_of(framework, name.partition(".")[0])
    return frozenset({name}) | parse(known.get(name, name)).variables


class Quantities:
    """Everything of a scored panel that has a name, as arrays of units (by code) and scored years."""

    def __init__(self, scores: Scores, correlates: Mapping[str, str] | None = None) -> None:
        self.scores = scores
        self.correlates = dict(correlates or {})

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The places of the units of the panel, by code."""
        return np.argsort(np.asarray(self.scores.values.panel.codes, dtype=str), kind="stable")

    @cached_property
    def codes(self) -> list[str]:
        """The units, sorted by code."""
        return [str(self.scores.values.panel.codes[place]) for place in self.order]

    @cached_property
    def years(self) -> list[int]:
        """The scored years in order."""
        return sorted(self.scores.values.panel.scored)

    @cached_property
    def columns(self) -> list[str]:
        """The columns of the roster that group units: type and cohorts."""
        found = [str(name) for name in self.scores.units.columns if name not in _NAMES]
        return (["type"] if self.scores.units["type"].astype(bool).any() else []) + found

    @property
    def known(self) -> list[str]:
        """Every code that has a value for units and years."""
        framework = self.scores.framework
        codes = [TOP, *framework.dimensions(), *framework.indicators, *framework.variables, *self.correlates]
        return [*codes, *outputs_of(framework)]

    def values(self, name: str, place: Place | None = None) -> Array:
        """Return a quantity, (units, scored years); NaN where there is none.

        Args:
            name: `composite`, the code of a dimension, indicator, variable or correlate, an output of a measure as
                `code.output`, or a formula over variables.
            place: where the assessment names it.

        Raises:
            InputError: nothing of that name, a formula that cannot be read, or numbers too great or small to compute
                with.
        """
        found = self._values(name, place)
        sizes = np.abs(found[np.isfinite(found)])
        largest = float(sizes.max(initial=0))
        if largest and not 1 / FARTHEST <= largest <= FARTHEST:
            raise fault(
                "spatial.out_of_range", place, found=name, largest=f"{largest:.3g}", least=1 / FARTHEST, most=FARTHEST
            )
        return found

    def _values(self, name: str, place: Place | None) -> Array:
        framework, panel = self.scores.framework, self.scores.values.panel
        at = [panel.years.index(year) for year in self.years]
        if name == TOP or name in framework.dimensions():
            return self._by_row(self.scores.columns.get(name))
        if name in framework.indicators:
            table = self.scores.value_table
            return table.pivot(index="unit", columns="year", values=name).loc[self.codes, self.years].to_numpy(float)
        if name in framework.variables:
            return self.scores.values.variables[name][self.order][:, at].copy()
        output = output_of(framework, name)
        if output is not None:
            figures = self.scores.values.measures[output[0].name][output[1]]
            return np.asarray(figures[self.order][:, at], dtype=np.float64)
        if (CODE.fullmatch(name) or OUTPUT.fullmatch(name)) and name not in self.correlates:
            raise fault("spatial.unknown_quantity", place, found=name, meant=nearest(name, self.known))
        formula = parse(self.correlates.get(name, name), place)
        check_names(formula, framework.variables, place or Place(key=name))
        return evaluate(formula, self.scores.values.surroundings, place).values[self.order][:, at]

    def in_year(self, name: str, year: int, place: Place | None = None) -> Array:
        """Return a quantity in one scored year, (units,)."""
        return self.values(name, place)[:, self.years.index(year)]

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of the roster, (units,), as texts; empty where it is not stated."""
        return self.scores.units[name].fillna("").astype(str).to_numpy(dtype=object)[self.order]

    def indicator_scores(self) -> dict[str, Array]:
        """Return the normalised scores of every indicator, (units, scored years)."""
        return {code: self._by_row(column) for code, column in self.scores.normalised.items()}

    def label(self, name: str) -> dict[str, str]:
        """Return what a quantity is called; a formula and a column of the roster are called by themselves."""
        return both("report.composite") if name == TOP else self.scores.framework.label_of(name)

    def made_of(self, name: str) -> frozenset[str]:
        """Return the codes of all that a quantity is computed from, itself among them."""
        return made_of(self.scores.framework, name, self.correlates)

    def table(self, names: Iterable[str], year: int) -> pd.DataFrame:
        """Return quantities of one year, indexed by unit."""
        return pd.DataFrame({name: self.in_year(name, year) for name in names}, index=self.codes)

    def _by_row(self, column: Array | None) -> Array:
        rows = self.scores.rows
        out = np.full((len(self.codes), len(self.years)), np.nan)
        if column is None:
            return out
        at = np.flatnonzero(rows.scored & np.isin(rows.year, self.years))
        place = np.argsort(self.order)
        out[place[rows.unit[at]], np.searchsorted(self.years, rows.year[at])] = column[at]
        return out
