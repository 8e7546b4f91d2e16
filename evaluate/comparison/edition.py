"""A finished run as the stages of the scoring take it: rebuilt from its folder, without the inputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from evaluate.methodology import Methodology
from evaluate.methods.base import Array
from evaluate.methods.normalisation import FittedReference
from evaluate.results import Results
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.normalised import Normalised
from evaluate.scoring.population import Mask, Population, kind_of
from evaluate.scoring.values import Values
from indicators.errors import InputError
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.structure import Structure
from indicators.units import factor


@dataclass(frozen=True, eq=False)
class Edition:
    """A run with the year of it that is compared.

    Values are those after imputation and coverage, to the 10 significant digits of the tables.
    """

    results: Results
    fitted: Fitted
    year: int
    _structures: dict[str, Structure] = field(default_factory=dict)
    _tables: dict[str, "pd.DataFrame"] = field(default_factory=dict)

    @cached_property
    def methodology(self) -> Methodology:
        """The methodology as the run record holds it."""
        manifest = self.results.manifest
        return Methodology.model_validate({**manifest["methodology"], "coverage": manifest["coverage"]})

    @cached_property
    def framework(self) -> Framework:
        """The framework as it was."""
        return self.results.framework

    @property
    def fixed(self) -> bool:
        """Whether an earlier run decided what is usually learned."""
        return isinstance(self.methodology.normalisation.reference, FittedReference)

    @property
    def reference(self) -> str:
        """The kind of population that was learned from."""
        return kind_of(list(self.fitted.weights))

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The types of the units."""
        return tuple(sorted(self.results.units["type"].unique()))

    def structure(self, kind: str) -> Structure:
        """Return the tree of a type without the indicators that were dropped."""
        if kind not in self._structures:
            self._structures[kind] = self.framework.structure(kind).without(set(self.fitted.dropped))
        return self._structures[kind]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The scored years."""
        period = self.results.manifest["period"]
        return tuple(range(int(period["from"]), int(period["to"]) + 1))

    @cached_property
    def rows(self) -> pd.MultiIndex:
        """Unit and year of each row of the population."""
        return pd.MultiIndex.from_product([list(self.results.units["unit"]), list(self.years)], names=["unit", "year"])

    @cached_property
    def scored(self) -> Mask:
        """Rows that got a score."""
        there = pd.MultiIndex.from_frame(self.results.scores[["unit", "year"]])
        return np.asarray(self.rows.isin(there))

    @cached_property
    def composite(self) -> "pd.Series[float]":
        """The recorded composite of the compared year by unit."""
        table = self.results.scores[self.results.scores["year"] == self.year]
        return table.set_index("unit")["composite"]

    def column(self, table: str, code: str) -> Array:
        """Return a column of `values` or `normalised` by row of the population."""
        if table not in self._tables:
            self._tables[table] = getattr(self.results, table).set_index(["unit", "year"]).reindex(self.rows)
        return np.asarray(self._tables[table][code], dtype=float)

    def step(self, code: str, other: Framework) -> float | None:
        """Return the factor from the unit of measure here to that of another framework; None if they do not fit."""
        theirs = other.indicators.get(code) or other.variables.get(code)
        ours = self.framework.indicators.get(code) or self.framework.variables.get(code)
        if ours is None or theirs is None or ours.unit_of_measure == theirs.unit_of_measure:
            return 1.0
        try:
            return float(factor(ours.unit_of_measure, theirs.unit_of_measure))
        except InputError:
            return None

    def population(self, framework: Framework, structures: Mapping[str, Structure]) -> Population:
        """Return the units and values of this run, in the units of measure of a framework; by type, its indicators.

        There is no baseline year to learn from: the tables hold the scored years.
        """
        units, years = self.results.units, self.years
        index = pd.MultiIndex.from_product([list(units["unit"]), list(years)], names=["unit", "year"])
        panel = Panel(units, pd.DataFrame(index=index), years, self.year, None)
        type_ = np.repeat(units["type"].to_numpy(dtype=object), len(years))
        rows = Population(
            values=Values(panel, framework, {}, {}, {}, {}, {}, {}),
            unit=np.repeat(np.arange(len(units)), len(years)),
            year=np.tile(np.array(years), len(units)),
            type=type_,
            scored=self.scored,
            fit_baseline=np.zeros(len(type_), dtype=bool),
            columns={},
            structures={kind: structures[kind] for kind in self.kinds},
        )
        for code in self._asked(structures):
            rows.columns[code] = self._masked("values", code, rows) * (self.step(code, framework) or 1.0)
        return rows

    def recorded(self, rows: Population) -> Normalised:
        """Return the scores of the indicators as the run has them."""
        return Normalised({code: self._masked("normalised", code, rows) for code in rows.columns}, [], [])

    def _asked(self, structures: Mapping[str, Structure]) -> list[str]:
        asked = {code for kind in self.kinds for code in structures[kind].indicators}
        return [code for code in self.framework.indicators if code in asked]

    def _masked(self, table: str, code: str, rows: Population) -> Array:
        asked = np.isin(rows.type, [kind for kind, s in rows.structures.items() if code in s.indicators])
        return np.where(asked, self.column(table, code), np.nan)

    def untreated(self, rows: Population, codes: tuple[str, ...]) -> Population:
        """Return a population with what vetoes look at: indicators before imputation across units, variables."""
        shape = (len(self.results.units), len(self.years))
        framework = rows.values.framework
        indicators, variables = {}, {}
        for code in codes:
            step = self.step(code, framework) or 1.0
            if code in framework.indicators:
                there = code in self.results.values.columns
                found = self.column("values", code).copy() if there else np.full(len(self.rows), np.nan)
                found[self._filled(code)] = np.nan
                indicators[code] = found.reshape(shape) * step
            else:
                variables[code] = self._variable(code).reshape(shape) * step
        return replace(rows, values=replace(rows.values, indicators=indicators, variables=variables))

    def _filled(self, code: str) -> Mask:
        changes = self.results.treatment
        mine = changes[(changes["step"] == "imputation") & (changes["code"] == code)]
        return np.asarray(self.rows.isin(pd.MultiIndex.from_frame(mine[["unit", "year"]])))

    def _variable(self, code: str) -> Array:
        reported, changes = self.results.reported, self.results.treatment
        told = reported[reported["variable"] == code].set_index(["unit", "year"])["value"]
        mine = changes[(changes["step"] == "imputation") & (changes["code"] == code)]
        filled = mine.set_index(["unit", "year"])["after"]
        return np.asarray(filled.combine_first(told).reindex(self.rows), dtype=float)

    def weights(self, structures: Mapping[str, Structure]) -> Fitted:
        """Return what was learned, its weights those of the children that a tree has left, rescaled."""
        kept: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
        for scope, kinds in self.fitted.weights.items():
            kept[scope] = {
                kind: {
                    parent: _rescaled(own[parent], children) for parent, children in structures[kind].children.items()
                }
                for kind, own in kinds.items()
                if kind in structures
            }
        return replace(self.fitted, weights=kept)


def _rescaled(weights: Mapping[str, float], children: tuple[str, ...]) -> dict[str, float]:
    total = sum(weights[child] for child in children)
    if len(children) == len(weights):
        return dict(weights)
    return {child: weights[child] / total if total > 0 else 1 / len(children) for child in children}
