"""Second stage: which unit-years and indicators take part; imputation across units, coverage, references."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methodology import Methodology
from evaluate.methods.base import Array
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.values import Values
from indicators.errors import Fault, Faults, Place, fault
from indicators.structure import Structure
from indicators.texts import both, joined

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Exclusion:
    """Something that was left out: a unit, an indicator, a value, a check; when, and why."""

    what: str
    code: str
    year: int | None
    reason: Fault


@dataclass(frozen=True)
class Change:
    """One cell that was changed."""

    unit: str
    year: int
    code: str
    step: str
    before: float
    after: float
    reason: Fault


@dataclass(frozen=True)
class Scope:
    """A part of the population that is learned from (`fit`) and what is then scored by it (`apply`)."""

    key: str
    fit: Mask
    apply: Mask


@dataclass
class Population:
    """Rows are unit-years (units × working years); columns are the indicators that are scored."""

    values: Values
    unit: NDArray[np.intp]
    """Position of the unit of each row."""
    year: NDArray[np.int_]
    type: NDArray[np.str_]
    scored: Mask
    """Rows that get a score."""
    fit_baseline: Mask
    """Rows of the baseline year that may be learned from."""
    columns: dict[str, Array]
    """Indicator values by row, after imputation; NaN where missing or not asked of the type."""
    structures: dict[str, Structure]
    """By type, without the indicators that were dropped."""
    changes: list[Change] = field(default_factory=list)
    excluded: list[Exclusion] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    @cached_property
    def codes(self) -> NDArray[np.str_]:
        """The code of the unit of each row."""
        return np.asarray(self.values.panel.codes, dtype=object)[self.unit]

    @cached_property
    def of_type(self) -> dict[str, Mask]:
        """The rows of each type."""
        return {kind: np.asarray(self.type == kind) for kind in self.structures}

    def asked(self, code: str) -> Mask:
        """Return the rows whose type is asked for an indicator."""
        kinds = [kind for kind, structure in self.structures.items() if code in structure.indicators]
        if len(kinds) == len(self.structures):
            return np.ones(len(self.unit), dtype=bool)
        out = np.zeros(len(self.unit), dtype=bool)
        for kind in kinds:
            out |= self.of_type[kind]
        return out

    def said(self, scope: str) -> dict[str, str]:
        """Return a scope as a reader sees it."""
        kind, _, which = scope.partition(":")
        return both(f"scoring.scope_{kind}", which=self.values.framework.label_of(which))

    def scopes(self, reference: Any, fitted: Fitted | None, learned: Mapping[str, Any]) -> Iterator[Scope]:
        """Yield the scopes of a reference population; with `fitted` those that were learned."""
        if fitted is not None:
            reference = kind_of(list(learned))
        everything = np.ones(len(self.unit), dtype=bool)
        if reference == "pooled":
            yield Scope("pooled", self.scored, everything)
        elif reference == "baseline":
            if not self.fit_baseline.any() and fitted is None:
                raise fault("scoring.no_baseline_population")
            yield Scope("baseline", self.fit_baseline, everything)
        elif reference == "year":
            for year in map(int, np.unique(self.year[self.scored])):
                at = self.year == year
                yield Scope(f"year:{year}", self.scored & at, at)
        else:
            for kind in sorted(self.structures):
                at = self.of_type[kind]
                if (self.scored & at).any():
                    yield Scope(f"type:{kind}", self.scored & at, at)


def kind_of(keys: list[str]) -> str:
    """Return the kind of reference that scopes belong to.

    >>> kind_of(["year:2018", "year:2019"])
    'year'
    """
    return keys[0].partition(":")[0] if keys else "pooled"


def population(values: Values, methodology: Methodology, fitted: Fitted | None, learned: Fitted) -> Population:
    """Decide who and what is scored.

    Order: imputation across units, share of indicators of each unit-year, share of unit-years of each indicator
    kept, dimensions without any value. Errors: a dimension that is left without indicators; nobody to score.
    """
    panel, framework = values.panel, values.framework
    years = set(panel.scored)
    if panel.baseline is not None and "baseline" in methodology.references:
        years.add(panel.baseline)
    working = sorted(years)
    positions = [panel.years.index(year) for year in working]
    count = len(panel.codes)
    types = panel.units["type"].to_numpy(dtype=object)
    structures = {kind: framework.structure(kind) for kind in panel.types}
    rows = Population(
        values=values,
        unit=np.repeat(np.arange(count), len(working)),
        year=np.tile(np.array(working), count),
        type=np.repeat(types, len(working)),
        scored=np.zeros(count * len(working), dtype=bool),
        fit_baseline=np.zeros(count * len(working), dtype=bool),
        columns={},
        structures=structures,
    )
    for code in framework.indicators:
        asked = rows.asked(code)
        column = values.indicators[code][:, positions].reshape(-1)
        rows.columns[code] = np.where(asked, column, np.nan)
        _list_undefined(rows, code, values.undefined[code][:, positions].reshape(-1) & asked)
    _list_filled(rows, methodology.imputation.reason)
    if methodology.imputation.across_units:
        _fill_across(rows, methodology.imputation, fitted, learned)
    _cover(rows, methodology, fitted, learned)
    return rows


def _list_undefined(rows: Population, code: str, undefined: Mask) -> None:
    if not undefined.any():
        return
    for row in np.flatnonzero(undefined & np.isin(rows.year, rows.values.panel.scored)):
        reason = Fault("scoring.undefined")
        rows.excluded.append(Exclusion("value", f"{rows.codes[row]}/{code}", int(rows.year[row]), reason))


def _list_filled(rows: Population, text_key: str) -> None:
    """List the imputed cells that some figure of the scored years rests on."""
    if not any(filled.any() for filled in rows.values.filled.values()):
        return
    panel, framework, reason = rows.values.panel, rows.values.framework, Fault(text_key)
    used: dict[str, set[int]] = {}
    for indicator in framework.indicators.values():
        for formula in indicator.formulas().values():
            needed = formula.years_needed(set(map(int, np.unique(rows.year))), panel.baseline, framework.breaks())
            for variable, years in needed.items():
                used.setdefault(variable, set()).update(years)
    for code, filled in rows.values.filled.items():
        wanted = filled & np.isin(panel.years, list(used.get(code, ())))
        after = rows.values.variables[code]
        for unit, year in zip(*np.nonzero(wanted), strict=True):
            rows.changes.append(
                Change(
                    panel.codes[unit], panel.years[year], code, "imputation", np.nan, float(after[unit, year]), reason
                )
            )


def _fill_across(rows: Population, method: Any, fitted: Fitted | None, learned: Fitted) -> None:
    """Fill the gaps of each year from the units of that year; what an earlier run filled stays as it was."""
    units, codes, columns = rows.values.panel.units, list(rows.columns), rows.columns
    known = {c: units[c].to_numpy(dtype=object) for c in units.columns if c != "name"}
    if method.column is not None and method.column not in known:
        raise fault("formula.unknown_column", Place(key="methodology.imputation.by"), found=method.column)
    table = np.column_stack([columns[code] for code in codes])
    gaps = np.isnan(table) & np.column_stack([rows.asked(code) for code in codes])
    names = np.asarray(method.groups(known), dtype=object)[rows.unit]
    keys = np.array([f"{name}|{year}" for name, year in zip(names, rows.year, strict=True)], dtype=object)
    filled, unsteady = np.full(table.shape, np.nan), []
    for at, code in enumerate(codes):
        given = fitted.imputation.get(code, {}) if fitted else {}
        if given:
            rows_at = np.flatnonzero(gaps[:, at])
            filled[rows_at, at] = [given.get(key, np.nan) for key in keys[rows_at]]
    for year in map(int, np.unique(rows.year)):
        now = np.flatnonzero(rows.year == year)
        open_gaps = gaps[now] & np.isnan(filled[now])
        if open_gaps.any():
            found, steady = method.estimates(table[now], names[now])
            filled[now] = np.where(open_gaps, found, filled[now])
            unsteady += [] if steady else [year]
    if unsteady:
        rows.warnings.append(Fault("scoring.filled_unsteadily", {"years": joined(unsteady)}))
    reasons = {name: Fault(method.reason, {"group": str(name)}) for name in set(names)}
    for at, code in enumerate(codes):
        rows_at = np.flatnonzero(gaps[:, at] & np.isfinite(filled[:, at]))
        values = filled[rows_at, at].tolist()
        learned.imputation.setdefault(code, {}).update(zip(keys[rows_at], values, strict=True))
        columns[code] = columns[code].copy()
        columns[code][rows_at] = values
        rows.changes += [
            Change(rows.codes[row], int(rows.year[row]), code, "imputation", np.nan, value, reasons[names[row]])
            for row, value in zip(rows_at, values, strict=True)
        ]


def _cover(rows: Population, methodology: Methodology, fitted: Fitted | None, learned: Fitted) -> None:
    asked, there = _counts(rows)
    share = methodology.coverage.unit
    # 0.8 of 10 indicators is 8, whatever floating point makes of it
    kept = there >= share * asked - 1e-9
    period = np.isin(rows.year, rows.values.panel.scored)
    for row in map(int, np.flatnonzero(period & ~kept)):
        reason = Fault("scoring.unit_coverage", {
            "there": int(there[row]), "asked": int(asked[row]), "percent": f"{share:.0%}",
            "missing": _missing(rows, row),
        })  # fmt: skip
        rows.excluded.append(Exclusion("unit", str(rows.codes[row]), int(rows.year[row]), reason))
    if not (kept & period).any():
        raise fault("scoring.nobody")
    dropped = set(fitted.dropped) if fitted else _too_rare(rows, methodology.coverage.indicator, kept & period)
    for code in sorted(dropped):
        held = int(np.isfinite(rows.columns[code][kept & period]).sum())
        of = int(rows.asked(code)[kept & period].sum())
        reason = Fault("scoring.indicator_coverage" if fitted is None else "scoring.dropped_as_fitted", {
            "there": held, "asked": of, "percent": f"{methodology.coverage.indicator:.0%}",
        })  # fmt: skip
        rows.excluded.append(Exclusion("indicator", code, None, reason))
    learned.dropped = sorted(dropped)
    learned.indicators = [code for code in rows.values.framework.indicators if code not in dropped]
    rows.columns = {code: column for code, column in rows.columns.items() if code not in dropped}
    rows.structures = {kind: s.without(dropped) for kind, s in rows.structures.items()}
    _no_empty_dimension(rows)
    whole = _whole_dimensions(rows, kept & period)
    rows.scored = kept & period & whole
    baseline = rows.values.panel.baseline
    rows.fit_baseline = kept & whole & (rows.year == (baseline if baseline is not None else -1))
    if not rows.scored.any():
        raise fault("scoring.nobody")


def _counts(rows: Population) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return, by row, the number of indicators of its type and of those that are there."""
    asked = np.zeros(len(rows.unit), dtype=int)
    for kind, structure in rows.structures.items():
        asked[rows.of_type[kind]] = len(structure.indicators)
    there = np.sum([np.isfinite(column) for column in rows.columns.values()], axis=0)
    return asked, np.asarray(there)


def _missing(rows: Population, row: int) -> dict[str, str]:
    listed = rows.structures[str(rows.type[row])].indicators
    return joined(rows.values.framework.label_of(code) for code in listed if np.isnan(rows.columns[code][row]))


def _too_rare(rows: Population, share: float, kept: Mask) -> set[str]:
    dropped = set()
    for code, column in rows.columns.items():
        asked = rows.asked(code) & kept
        there = int(np.isfinite(column[asked]).sum())
        if there == 0 or there < share * int(asked.sum()) - 1e-9:
            dropped.add(code)
    return dropped


def _no_empty_dimension(rows: Population) -> None:
    faults = Faults()
    for structure in rows.structures.values():
        for parent, children in structure.children.items():
            if not children:
                label = rows.values.framework.label_of(parent)
                faults.add("scoring.empty_dimension", Place(key="coverage.indicator"), code=parent, label=label)
    faults.raise_if_any()


def _whole_dimensions(rows: Population, listed: Mask) -> Mask:
    """Return the rows that have some value in every dimension, and list the reason for the others."""
    whole = np.ones(len(rows.unit), dtype=bool)
    lost: dict[int, list[str]] = {}
    for kind, structure in rows.structures.items():
        at = rows.of_type[kind]
        for parent, children in structure.children.items():
            if structure.level[parent] == 2:
                empty = at & ~np.any([np.isfinite(rows.columns[c]) for c in children], axis=0)
                whole &= ~empty
                for position in np.flatnonzero(empty & listed):
                    lost.setdefault(int(position), []).append(parent)
    for row, parents in sorted(lost.items()):
        both = joined(rows.values.framework.label_of(parent) for parent in parents)
        reason = Fault("scoring.dimension_missing", {"dimensions": both})
        rows.excluded.append(Exclusion("unit", str(rows.codes[row]), int(rows.year[row]), reason))
    return whole
