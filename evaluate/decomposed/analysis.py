"""`decompose`: the decompositions of a framework as tables."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from evaluate.decomposed.effects import Span, complete_units, group_steps, unit_chains
from evaluate.decomposed.identity import Identity, Mask, identity_of
from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.scoring.values import Values
from indicators.errors import Fault
from indicators.formula import breaks_between, parse
from indicators.framework import Framework
from indicators.synergy.co_control import quadrant

DECOMPOSITION = Form("decomposition", {
    "decomposition": "text", "type": "text", "unit": "text", "emission": "text", "span": "text", "from": "whole",
    "to": "whole", "kind": "text", "driver": "text", "sector": "whole", "effect": "number", "change": "number",
    "start": "number", "unit_of_measure": "text", "units": "whole", "state": "text",
})  # fmt: skip
DIRECTIONS = Form("common_direction", {
    "decomposition": "text", "type": "text", "unit": "text", "carbon": "text", "pollutant": "text", "from": "whole",
    "to": "whole", "driver": "text", "direction": "text",
})  # fmt: skip
FORMS = (DECOMPOSITION, DIRECTIONS)


@dataclass(frozen=True)
class Decomposed:
    """The decompositions of a run."""

    table: pd.DataFrame
    """Effects of the drivers, columns `DECOMPOSITION`: every step and chain of all units together and of each type, and
    the chain from the baseline to the rank year of every unit."""
    directions: pd.DataFrame
    """Which drivers lower both emissions from the baseline to the rank year, columns `DIRECTIONS`."""
    marks: list[dict[str, Any]]
    """Figures that touch a break."""
    warnings: list[Fault]


def decompose(values: Values, twice: Set[str] = frozenset()) -> Decomposed | None:
    """Return the decompositions that the framework of `values` declares; None where it declares none.

    Years are the baseline (the first scored year without one) to the last scored year. A group holds the units that
    have all years of all emissions. Between two emissions only steps count that touch a break in neither. `twice`:
    variables of which a sum over units would count something twice; groups have no figures for what holds them.
    """
    framework = values.framework
    if not framework.decompositions:
        return None
    tables, directions, marks, warnings = [], [], [], []
    for code in framework.decompositions:
        one = _One(values, code, twice)
        tables.append(_table(list(one.rows()), DECOMPOSITION))
        directions.append(_table(list(one.directions()), DIRECTIONS))
        marks += one.marks()
        warnings += one.warnings
    table = pd.concat(tables, ignore_index=True)
    table["sector"] = pd.array([None if n < 1 else int(n) for n in table["sector"]], dtype="Int64")
    return Decomposed(table, pd.concat(directions, ignore_index=True), marks, warnings)


def _table(parts: list[dict[str, Any]], form: Form) -> pd.DataFrame:
    """Return rows as a table, groups first and then unit by unit."""
    columns = list(form.columns)
    held: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) if parts else [] for name in columns}
    return pd.DataFrame(held).sort_values("unit", kind="stable", ignore_index=True)


class _One:
    """One decomposition."""

    def __init__(self, values: Values, code: str, twice: Set[str]) -> None:
        self.values, self.code, self.panel = values, code, values.panel
        self.spec = values.framework.decompositions[code]
        panel = self.panel
        self.base = panel.scored[0] if panel.baseline is None else panel.baseline
        self.years = tuple(range(min(self.base, panel.scored[0]), panel.scored[-1] + 1))
        self.types = panel.units["type"].astype(str).to_numpy(dtype=object)
        self.identities: dict[str, Identity] = {}
        self.warnings: list[Fault] = []
        around = values.surroundings
        for emission in self.spec.emissions:
            made, told = identity_of(values.framework, code, emission, around, panel.codes, self.years)
            self.identities[emission] = made
            self.warnings += told
        self.twice = {
            emission for emission, declared in self.spec.emissions.items()
            if parse(declared.emission).variables & twice
        }  # fmt: skip
        self.complete, self.held = complete_units(list(self.identities.values()), self.years)

    @property
    def _chained(self) -> tuple[int, int] | None:
        """The positions of baseline and rank year, where there is a way from the one to the other."""
        first, last = self.years.index(self.base), self.years.index(self.panel.rank)
        return (first, last) if first < last else None

    def _groups(self) -> Iterator[tuple[str, Mask]]:
        yield "", self.complete
        for kind in sorted(set(self.types) - {""}):
            yield kind, self.complete & (self.types == kind)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the table, many at a time."""
        for kind, units in self._groups():
            for emission, identity in self.identities.items():
                steps = group_steps(identity, self.years, units, self.held)
                for n in range(len(steps.years) - 1):
                    yield from self._told(kind, emission, "step", steps.between(n, n + 1), steps.units)
                if self.base in steps.years:
                    first = steps.years.index(self.base)
                    for n in range(first + 1, len(steps.years)):
                        yield from self._told(kind, emission, "chain", steps.between(first, n), steps.units)
        if self._chained is None:
            return
        for emission, identity in self.identities.items():
            yield from self._of_units(emission, unit_chains(identity, identity.usable, self.years, *self._chained))

    def _told(self, kind: str, emission: str, span: str, made: Span, units: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of one span of a group: additive, multiplicative, and by sector for all units together."""
        identity = self.identities[emission]
        made = made.withheld() if emission in self.twice else made
        drivers = list(identity.drivers)
        head = {"type": kind, "unit": "", "emission": emission, "span": span, "start": made.start[0], "units": units}
        ends = {"from": made.first, "to": made.last}
        shown = {"unit_of_measure": identity.unit_of_measure, "sector": 0}
        yield self._rows(len(drivers), head | ends | shown, {
            "kind": "additive", "driver": drivers, "effect": made.effects[:, 0], "change": made.change[0],
            "state": made.state[0],
        })  # fmt: skip
        yield self._rows(len(drivers), head | ends | shown | {"unit_of_measure": "1"}, {
            "kind": "multiplicative", "driver": drivers, "effect": made.factors[:, 0], "change": made.ratio[0],
            "state": made.factor_state[0],
        })  # fmt: skip
        if made.sectors is None or made.sectors.shape[1] < 2 or kind:
            return
        count = made.sectors.shape[1]
        yield self._rows(len(drivers) * count, head | ends | shown, {
            "kind": "additive", "driver": np.repeat(drivers, count), "effect": made.sectors.reshape(-1),
            "sector": np.tile(np.arange(1, count + 1), len(drivers)), "change": made.change[0],
            "state": made.state[0],
        })  # fmt: skip

    def _of_units(self, emission: str, made: Span) -> Iterator[dict[str, Any]]:
        identity, codes = self.identities[emission], np.asarray(self.panel.codes, dtype=object)
        width, count = len(identity.drivers), len(self.panel.codes)
        head = {
            "type": np.repeat(self.types, width), "unit": np.repeat(codes, width), "emission": emission,
            "span": "chain", "from": made.first, "to": made.last, "driver": np.tile(list(identity.drivers), count),
            "sector": 0, "start": np.repeat(made.start, width), "units": 1,
        }  # fmt: skip
        yield self._rows(width * count, head, {
            "kind": "additive", "effect": made.effects.T.reshape(-1), "change": np.repeat(made.change, width),
            "unit_of_measure": identity.unit_of_measure, "state": np.repeat(made.state, width),
        })  # fmt: skip
        yield self._rows(width * count, head, {
            "kind": "multiplicative", "effect": made.factors.T.reshape(-1), "change": np.repeat(made.ratio, width),
            "unit_of_measure": "1", "state": np.repeat(made.factor_state, width),
        })  # fmt: skip

    def _rows(self, count: int, *parts: dict[str, Any]) -> dict[str, Any]:
        """Return columns of `count` rows; what is one value stands in every row."""
        row: dict[str, Any] = {"decomposition": self.code}
        for part in parts:
            row |= part
        return {name: _column(value, count) for name, value in row.items()}

    def directions(self) -> Iterator[dict[str, Any]]:
        """Yield which shared drivers lower the first emission, another one, both or none."""
        carbon, *others = self.identities
        if self._chained is None:
            return
        first, last = self._chained
        for pollutant in others:
            one, other = (self.identities[name] for name in (carbon, pollutant))
            shared = [name for name in one.drivers if name in other.drivers]
            broken = one.breaks | other.breaks
            pair = [replace(identity, breaks=broken) for identity in (one, other)]
            head = {"unit": "", "carbon": carbon, "pollutant": pollutant}
            ends = {"from": self.years[first], "to": self.years[last]}
            for kind, units in self._groups():
                if {first, last} <= set(self.held):
                    spans = []
                    for name, identity in zip((carbon, pollutant), pair, strict=True):
                        steps = group_steps(identity, self.years, units, self.held)
                        made = steps.between(self.held.index(first), self.held.index(last))
                        spans.append(made.withheld() if name in self.twice else made)
                    found = _directions(shared, pair, spans)
                    yield self._rows(len(shared), head | ends, {"type": kind, "driver": shared, "direction": found})
            usable = one.usable & other.usable
            spans = [unit_chains(identity, usable, self.years, first, last) for identity in pair]
            count, codes = len(self.panel.codes), np.asarray(self.panel.codes, dtype=object)
            yield self._rows(len(shared) * count, head | ends, {
                "type": np.repeat(self.types, len(shared)), "unit": np.repeat(codes, len(shared)),
                "driver": np.tile(np.asarray(shared, dtype=object), count),
                "direction": _directions(shared, pair, spans),
            })  # fmt: skip

    def marks(self) -> list[dict[str, Any]]:
        """Return the steps and chains that touch a break, with its reason."""
        out = []
        for emission, identity in self.identities.items():
            spans = [("step", a, b) for a, b in pairwise(self.years)]
            spans += [("chain", self.base, year) for year in self.years if year > self.base]
            for span, first, last in spans:
                for broken in breaks_between(identity.breaks, first, last):
                    out.append({
                        "decomposition": self.code, "emission": emission, "span": span, "from": first, "to": last,
                        "break": broken, "kind": "missing" if span == "step" else "chained",
                        "label": _reason(self.values.framework, self.code, emission, broken),
                    })  # fmt: skip
        return out


def _column(value: Any, count: int) -> Any:
    if isinstance(value, list | np.ndarray):
        return np.asarray(value, dtype=object) if isinstance(value, list) else value
    return np.full(count, value, dtype=object if isinstance(value, str) else None)


def _directions(shared: list[str], pair: list[Identity], spans: list[Span]) -> Any:
    """Return the state of each unit and shared driver, units outermost; rounding alone moves nothing."""
    effects: list[Array] = []
    for identity, span in zip(pair, spans, strict=True):
        held = span.effects[[identity.drivers.index(name) for name in shared]]
        dust = 1e-12 * np.nan_to_num(np.abs(span.start))
        effects.append(np.where(np.abs(held) <= dust, 0.0, held))
    state = quadrant(-effects[0], -effects[1])
    return np.where(state == "", "missing", state).T.reshape(-1)


def _reason(framework: Framework, code: str, emission: str, year: int) -> dict[str, str]:
    """Return why the statistics broke, as the first variable that says so."""
    spec = framework.decompositions[code]
    texts = [spec.emissions[emission].emission]
    texts += [formula for driver in spec.drivers_of(emission).values() for formula in driver.formula]
    for name in sorted({name for text in texts for name in parse(text).variables}):
        found = framework.variables[name].breaks.get(year)
        if found:
            return {str(language): said for language, said in found.items()}
    return {}
