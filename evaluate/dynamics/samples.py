"""Scores by unit and year, for whom they are looked at together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.scoring.scores import Scores
from indicators.structure import TOP

FEWEST = 5
"""Fewest units that a figure is made of; with fewer its state is `too_few`."""
_NAMES = ("unit", "name", "type")


@dataclass(frozen=True, eq=False)
class Sample:
    """Units that are looked at together over the scored years."""

    kind: str
    """Their type; empty where all types are taken together."""
    items: Mapping[str, Array]
    """The composite and every top-level dimension: (units, years), NaN where a unit is not scored."""
    groups: Mapping[str, NDArray[Any]]
    """The columns by which units are grouped: (units,), texts, empty where not stated."""
    part: bool
    """Whether its units belong to a larger sample, too."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Scores of a run by unit and year; units by code, so that the order of the roster plays no part."""

    scores: Scores

    @cached_property
    def years(self) -> list[int]:
        """The scored years."""
        return sorted(self.scores.values.panel.scored)

    @cached_property
    def items(self) -> list[str]:
        """The composite and the top-level dimensions."""
        return [TOP, *self.scores.framework.tree]

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """The places of the units, by code."""
        return np.argsort(np.asarray(self.scores.values.panel.codes, dtype=str), kind="stable")

    @cached_property
    def kinds(self) -> NDArray[Any]:
        """The type of each unit, (units,), by code of the unit."""
        return self.column("type")

    @cached_property
    def cohorts(self) -> list[str]:
        """The cohort columns."""
        return [str(name) for name in self.scores.units.columns if name not in _NAMES]

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of the roster, (units,), as texts."""
        return self.scores.units[name].fillna("").astype(str).to_numpy(dtype=object)[self.order].astype(str)

    def matrix(self, item: str) -> Array:
        """Return the scores of an item, (units, years); NaN where a unit-year is not scored."""
        rows = self.scores.rows
        out = np.full((len(self.order), len(self.years)), np.nan)
        if item not in self.scores.columns:
            return out
        at = np.flatnonzero(rows.scored & np.isin(rows.year, self.years))
        place = np.argsort(self.order)
        out[place[rows.unit[at]], np.searchsorted(self.years, rows.year[at])] = self.scores.columns[item][at]
        return out

    def samples(self) -> Iterator[Sample]:
        """Return all units together and each type by itself; only the types where they are not comparable."""
        matrices = {item: self.matrix(item) for item in self.items}
        held = sorted(set(self.kinds))
        types = [code for code in self.scores.framework.types if code in held]
        types += [kind for kind in held if kind not in types]
        columns = {name: self.column(name) for name in self.cohorts}
        if self.scores.comparable:
            yield Sample("", matrices, _several({"type": self.kinds} | columns), part=False)
        if len(types) > 1 or not self.scores.comparable:
            for kind in types:
                at = self.kinds == kind
                own = {item: matrix[at] for item, matrix in matrices.items()}
                groups = _several({name: column[at] for name, column in columns.items()})
                yield Sample(kind, own, groups, part=self.scores.comparable)


def _several(columns: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the columns that tell units apart at all."""
    return {name: column for name, column in columns.items() if len(set(column)) > 1}


def ordinal(scores: Scores, item: str) -> bool:
    """Return whether an item gives an order and no distances: so aggregated itself, or somewhere below."""
    chosen = scores.methodology.aggregation
    for structure in scores.rows.structures.values():
        below = [item]
        while below:
            parent = below.pop()
            if parent in structure.children:
                if chosen.of(parent, lowest=structure.lowest(parent)).ordinal:
                    return True
                below += structure.children[parent]
    return False
