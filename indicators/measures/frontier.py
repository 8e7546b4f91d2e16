"""What the measures of efficiency share: whose figures make a frontier, and who is measured against it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.efficiency.directional import Direction
from indicators.efficiency.production import Production
from indicators.errors import nearest
from indicators.measures.base import Array, BaseMeasure, Expression, Learned, Outputs, Parts, Setting
from indicators.spec import Number, Path, Spec, refuse
from indicators.texts import both

FAR = 1e8
"""How many times above or below the median of the frontier a figure may be: beyond it, no solver's answer is one."""
DIGITS = 9
"""Significant digits that are kept: the solver works to 1e-9, and what comes after depends on its path."""
UNMEASURED = ("negative", "no_input", "out_of_scale", "no_frontier")
"""States of complete rows that no program is made for."""
OWN = (
    *("negative", "out_of_scale", "no_frontier", "outside"),
    *("infeasible_first_on_second", "infeasible_second_on_first", "infeasible_both"),
)
"""States that measures tell beside those of the programs."""

Share = Annotated[Number, Field(ge=0)]
Answer = tuple[Mapping[str, Array], Mapping[str, Sequence[str]]]
"""Numbers and states by output, one a unit."""


class Along(Spec):
    """Where a unit is moved: the share of its own figures by which each side changes for β = 1."""

    inputs: Share = 0.0
    """Inputs, down."""
    goods: Share = 1.0
    """Good outputs, up."""
    bads: Share = 1.0
    """Bad outputs, down."""

    def direction(self) -> Direction:
        """Return the direction as the programs take it."""
        return Direction(self.inputs, self.goods, self.bads)


class Frontier(BaseMeasure):
    """A measure that compares units with the best of them; those with bad outputs have a field `bads`."""

    labels: ClassVar[Mapping[str, str]] = {"state": "state"}
    """Prefix of the words of each state in the texts."""
    by_type: ClassVar[bool] = False
    """Whether types of units have frontiers of their own."""

    inputs: Annotated[list[Expression], Field(min_length=1)]
    """Formulas of the inputs, each above 0 somewhere."""
    goods: Annotated[list[Expression], Field(min_length=1)]
    """Formulas of the good outputs."""
    returns: Literal["constant", "variable"] = "constant"
    """Returns to scale of the technology."""

    @model_validator(mode="after")
    def _told_apart(self) -> "Frontier":
        listed = list(self.sides().values())
        if len(set(listed)) < len(listed):
            raise refuse("measures.named_twice")
        return self

    @classmethod
    def label_of_state(cls, output: str, state: str) -> dict[str, str]:
        """Return what a state is called."""
        prefix = "measure" if state in OWN else "state" if state in UNMEASURED else cls.labels[output]
        return both(f"efficiency.{prefix}_{state}")

    def sides(self) -> dict[str, str]:
        """Return the formulas of all sides by name, in the order of the columns of a production."""
        listed = {"inputs": self.inputs, "goods": self.goods, "bads": getattr(self, "bads", [])}
        return {f"{side}_{at}": text for side, texts in listed.items() for at, text in enumerate(texts)}

    def formulas(self) -> dict[str, str]:
        """Return the formulas of inputs, good and bad outputs."""
        return self.sides()

    def in_units(self) -> dict[str, str]:
        """Return none: no answer depends on the units of measure, so figures come as they are."""
        return {}

    def keys(self) -> dict[str, Path]:
        """Return where each formula is stated."""
        found: dict[str, Path] = {}
        for name in self.sides():
            side, at = name.split("_")
            found[name] = (side, int(at))
        return found

    def production(self, units: Sequence[str], table: Array) -> Production:
        """Return figures `(n, m + s + b)` as a production."""
        inputs, goods = len(self.inputs), len(self.goods)
        return Production(tuple(units), *np.split(table, [inputs, inputs + goods], axis=1))

    def frontier(self, scope: Mapping[str, Any], kind: str | None = None) -> tuple[Production, Array]:
        """Return the units of a scope (of one type) that make its frontier, and the figures that scale is told from.

        A unit without any input would make output from nothing, and one that is `FAR` off would drown the others.
        """
        listed, types = dict(scope["units"]), scope.get("types", {})
        chosen = [code for code in sorted(listed) if kind is None or types[code] == kind]
        width = len(self.sides())
        table = np.array([listed[code] for code in sorted(listed)], dtype=float).reshape(len(listed), width)
        own = np.array([listed[code] for code in chosen], dtype=float).reshape(len(chosen), width)
        if not (np.isfinite(table) & (table >= 0)).all():
            raise ValueError(chosen)
        middle = medians(table)
        fit = own[:, : len(self.inputs)].any(axis=1) & ~far(own, middle)
        return self.production([code for code, kept in zip(chosen, fit, strict=True) if kept], own[fit]), middle

    def figures(self, parts: Parts) -> Array:
        """Return the figures of all sides, `(n, years, m + s + b)`."""
        return np.stack([parts[name] for name in self.sides()], axis=-1)

    def unmeasured(self, table: Array, middle: Array, frontier: Production) -> NDArray[np.str_]:
        """Return why no program is made for a complete row of figures; the empty text where one is."""
        reasons = np.select(
            [(table < 0).any(axis=1), ~table[:, : len(self.inputs)].any(axis=1), far(table, middle)],
            UNMEASURED[:3],
            "" if len(frontier) else UNMEASURED[3],
        )
        return np.asarray(reasons, dtype=np.str_)


class AgainstOne(Frontier):
    """A measure that compares each unit and year with one frontier."""

    reference: Literal["year", "pooled"] = "year"
    """Whose figures make the frontier: those of the same year, or of all scored years, which are told apart at every
    break of a variable concerned, because figures before and after it cannot be compared."""

    def scopes(self, setting: Setting) -> dict[str, list[int]]:
        """Return the columns that are measured against each frontier: scored years, and the baseline year."""
        found: dict[str, list[int]] = {}
        for at in looked_at(setting):
            scope = f"year:{setting.years[at]}" if self.reference == "year" else pool(setting, at)
            found.setdefault(scope, []).append(at)
        return found

    def learn(self, parts: Parts, setting: Setting) -> Learned:
        """Return the figures of the units that make each frontier; later runs are measured against the same."""
        found = {}
        for scope, columns in self.scopes(setting).items():
            own = [at for at in columns if self.reference == "year" or setting.years[at] in setting.scored]
            found[scope] = listed(self, parts, setting, own, pooled=self.reference == "pooled")
        return found

    def measured(
        self, parts: Parts, setting: Setting, learned: Learned, numbers: Sequence[str],
        solve: Callable[[Production, Mapping[str, Any], Production], Answer],
    ) -> Outputs:  # fmt: skip
        """Return outputs by scope: `solve` is given who is measured, the scope and its frontier."""
        sheet = Sheet.empty(setting, numbers, self.states)
        table = self.figures(parts)
        for scope, columns in self.scopes(setting).items():
            frontier, middle = self.frontier(learned[scope])
            rows = complete(table, setting, columns)
            if not rows:
                continue
            own = np.array([table[row, at] for row, at in rows])
            reasons = self.unmeasured(own, middle, frontier)
            sheet.tell([row for row, reason in zip(rows, reasons, strict=True) if reason], [r for r in reasons if r])
            kept = np.flatnonzero(reasons == "")
            if not len(kept):
                continue
            chosen = [rows[at] for at in kept]
            codes = [named(setting, row, at, self.reference == "pooled") for row, at in chosen]
            sheet.put(chosen, *solve(self.production(codes, own[kept]), learned[scope], frontier))
        return sheet.outputs()


@dataclass(frozen=True)
class Sheet:
    """Outputs as they are found, units × years."""

    numbers: dict[str, Array]
    states: dict[str, NDArray[np.object_]]

    @classmethod
    def empty(cls, setting: Setting, numbers: Sequence[str], states: Sequence[str]) -> "Sheet":
        """Return outputs in which everything is missing."""
        shape = (len(setting.units), len(setting.years))
        blank = {state: np.full(shape, "", dtype=object) for state in states}
        return cls({number: np.full(shape, np.nan) for number in numbers}, blank)

    def tell(self, cells: Sequence[tuple[int, int]], reasons: Sequence[str]) -> None:
        """Note why cells have no number."""
        for cell, reason in zip(cells, reasons, strict=True):
            for column in self.states.values():
                column[cell] = str(reason)

    def put(
        self, cells: Sequence[tuple[int, int]], numbers: Mapping[str, Array], states: Mapping[str, Sequence[str]]
    ) -> None:
        """Note numbers and states of cells."""
        at = tuple(np.array(cells).T)
        for name, values in numbers.items():
            self.numbers[name][at] = significant(values)
        for name, words in states.items():
            self.states[name][at] = np.array(words, dtype=object)

    def outputs(self) -> Outputs:
        """Return what was found."""
        return {**self.numbers, **{name: words.astype(np.str_) for name, words in self.states.items()}}


def looked_at(setting: Setting) -> list[int]:
    """Return the columns that are measured: the scored years, and the baseline year, which may be learned from."""
    return [at for at, year in enumerate(setting.years) if year in setting.scored or year == setting.baseline]


def pool(setting: Setting, at: int) -> str:
    """Return the scope of the years that no break parts from that of a column; it is called by the break before."""
    before = [year for years in setting.breaks.values() for year in years if year <= setting.years[at]]
    return f"pooled:{max(before)}" if before else "pooled"


def significant(values: Array) -> Array:
    """Return numbers rounded to `DIGITS` significant digits, so that equal units tie whatever the path of the solver.

    >>> significant(np.array([1 / 3, 0.0, np.nan])).tolist()
    [0.333333333, 0.0, nan]
    """
    written = [float(f"{value:.{DIGITS}g}") for value in np.asarray(values, dtype=float).tolist()]
    # what overflows is no number: the state beside it says what was found
    return np.where(np.isfinite(written), written, np.nan) + 0.0


def medians(table: Array) -> Array:
    """Return the lower median of the logarithms above 0 of each column, `(k,)`; NaN for a column without any."""
    logs = [np.sort(np.log(column[column > 0])) for column in table.T]
    return np.array([log[(len(log) - 1) // 2] if len(log) else np.nan for log in logs])


def far(table: Array, middle: Array) -> NDArray[np.bool_]:
    """Return which rows hold a figure that is `FAR` above or below the middle."""
    logs = np.log(table, out=np.full(table.shape, np.nan), where=table > 0)
    apart = np.asarray(np.abs(logs - middle) > np.log(FAR))
    return np.asarray(apart.any(axis=1))


def complete(table: Array, setting: Setting, columns: Sequence[int]) -> list[tuple[int, int]]:
    """Return the cells of these columns with every figure, by year and code: the order of units changes nothing."""
    there = np.asarray(np.isfinite(table).all(axis=2))
    return [(row, at) for at in columns for row in by_code(setting) if there[row, at]]


def by_code(setting: Setting) -> Iterator[int]:
    """Yield the rows in the order of their codes."""
    yield from sorted(range(len(setting.units)), key=lambda row: setting.units[row])


def named(setting: Setting, row: int, at: int, pooled: bool) -> str:
    """Return what a row of a frontier is called: over several years, each year of a unit is one."""
    return f"{setting.units[row]}@{setting.years[at]}" if pooled else setting.units[row]


def listed(
    measure: Frontier, parts: Parts, setting: Setting, columns: Sequence[int], pooled: bool
) -> dict[str, dict[str, Any]]:
    """Return the figures of the complete rows of these columns, none below 0, and the types where they matter."""
    table = measure.figures(parts)
    cells = [(row, at) for row, at in complete(table, setting, columns) if (table[row, at] >= 0).all()]
    found: dict[str, dict[str, Any]] = {
        "units": {named(setting, row, at, pooled): table[row, at].tolist() for row, at in cells}
    }
    if measure.by_type:
        found["types"] = {named(setting, row, at, pooled): setting.types[row] for row, at in cells}
    return found


def among(found: str, side: Sequence[str], name: str) -> int:
    """Return the position of a formula among those of a side, or refuse it."""
    if found not in side:
        raise refuse("efficiency.not_among", found=found, side=name, meant=nearest(found, side))
    return side.index(found)
