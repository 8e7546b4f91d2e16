"""Formulas evaluated over whole columns: arrays of units × years, with units of measure and breaks."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from indicators.errors import Place, fault
from indicators.formula import Formula, Node, breaks_between, breaks_of
from indicators.units import Measure, fits, measure, ratio, spelled_out

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]

PLAIN = "1"


@dataclass(frozen=True)
class Mark:
    """A year in which a figure touches a break: `chained` over it, or `missing` because of it."""

    year: int
    broken: int
    kind: str


@dataclass(frozen=True)
class Surroundings:
    """What a formula sees: the variables as arrays (units × years) and their units of measure."""

    values: Mapping[str, Matrix]
    measures: Mapping[str, Measure]
    years: tuple[int, ...]
    """Consecutive years, one a column."""
    baseline: int | None = None
    breaks: Mapping[str, Set[int]] = field(default_factory=dict)
    groups: Mapping[str, NDArray[np.intp]] = field(default_factory=dict)
    """Columns of the roster as group numbers, one a unit; −1 where blank."""


@dataclass(frozen=True)
class Outcome:
    """What a formula gives."""

    values: Matrix
    """Units × years, NaN where missing."""
    measure: Measure
    """Unit of measure of `values`."""
    undefined: Mask
    """Where every operand was there and the result was still not finite (a division by zero, say)."""
    marks: frozenset[Mark]
    """Years that touch a break."""


def evaluate(formula: Formula, around: Surroundings, place: Place | None = None) -> Outcome:
    """Evaluate a formula.

    A missing operand gives missing; a result that is not finite gives missing and is marked `undefined`.
    Errors: a located fault where units of measure do not fit.

    >>> import numpy as np
    >>> seen = Surroundings({"x": np.array([[1.0, 4.0]])}, {"x": measure("t")}, (2011, 2012))
    >>> from indicators.formula import parse
    >>> evaluate(parse("growth(x)"), seen).values
    array([[nan,  3.]])
    """
    marks: set[Mark] = set()
    part = _Evaluator(around, place or Place(), marks).run(formula.root)
    shape = (next((len(m) for m in around.values.values()), 0), len(around.years))
    return Outcome(
        np.broadcast_to(part.values, shape).copy(),
        part.measure,
        np.broadcast_to(part.undefined, shape).copy(),
        frozenset(marks),
    )


def convert(values: Matrix, given: Measure, wanted: str, place: Place | None = None) -> Matrix:
    """Convert the values of a formula to the unit of measure that its indicator declares."""
    if not fits(given, measure(wanted)):
        raise fault("formula.result_unit", place or Place(), found=spelled_out(given), wanted=wanted)
    return values * ratio(given, measure(wanted))


@dataclass(frozen=True)
class _Part:
    values: Matrix
    measure: Measure
    undefined: Mask
    zero: bool = False
    """A literal 0, which is the same in every unit of measure."""


_COMPARISONS: Mapping[str, Callable[[Matrix, Matrix], Mask]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip


class _Evaluator:
    def __init__(self, around: Surroundings, place: Place, marks: set[Mark]) -> None:
        self.around, self.place, self.marks = around, place, marks
        self.plain = measure(PLAIN)

    def run(self, node: Node) -> _Part:
        kind = node.kind
        if kind == "number":
            return _Part(np.array([[node.number]]), self.plain, np.array([[False]]), node.number == 0)
        if kind == "variable":
            values = self.around.values[node.name]
            return _Part(values, self.around.measures[node.name], np.zeros(values.shape, dtype=bool))
        if kind in _OVER_TIME:
            return self.over_time(node)
        if kind == "group_mean":
            return self.group_mean(node)
        parts = [self.run(arg) for arg in node.args]
        if kind in ("neg", "abs"):
            value = parts[0].values
            return self.made(-value if kind == "neg" else np.abs(value), parts[0].measure, parts)
        if kind in ("log", "exp", "sqrt"):
            return self.single(kind, parts[0])
        if kind in ("*", "/"):
            one, other = parts[0].measure, parts[1].measure
            with np.errstate(all="ignore"):
                value = (
                    parts[0].values * parts[1].values if kind == "*" else np.divide(parts[0].values, parts[1].values)
                )
            return self.grown(value, lambda: one * other if kind == "*" else one / other, parts)
        if kind == "**":
            return self.power(node, parts)
        if kind == "where":
            return self.where(parts)
        return self.alike(kind, parts)

    def made(self, values: Matrix, unit: Measure, parts: list[_Part]) -> _Part:
        """Turn what is not finite into missing, marked where every operand was there."""
        bad = ~np.isfinite(values)
        before = np.logical_or.reduce(np.broadcast_arrays(*(part.undefined for part in parts)))
        present = np.logical_and.reduce(np.broadcast_arrays(*(np.isfinite(part.values) for part in parts)))
        return _Part(np.where(bad, np.nan, values), unit, before | (bad & present))

    def grown(self, values: Matrix, unit: Callable[[], Measure], parts: list[_Part]) -> _Part:
        """Do as `made` for an operation that makes a new unit of measure, which must stay within the numbers."""
        try:
            found = unit()
            size = float(found.to_base_units().magnitude)
        except OverflowError:
            size = float("inf")
        if not 0 < size < float("inf"):
            raise fault("formula.unit_too_large", self.place)
        return self.made(values, found, parts)

    def in_unit(self, operation: str, part: _Part, unit: Measure) -> Matrix:
        if part.zero:
            return part.values
        if not fits(part.measure, unit):
            raise fault(
                "formula.unit_mismatch", self.place,
                operation=operation, left=spelled_out(unit), right=spelled_out(part.measure),
            )  # fmt: skip
        step = ratio(part.measure, unit)
        with np.errstate(over="ignore"):
            return part.values if step == 1 else part.values * step

    def plainly(self, operation: str, part: _Part) -> Matrix:
        if not fits(part.measure, self.plain):
            raise fault("formula.unit_not_plain", self.place, operation=operation, found=spelled_out(part.measure))
        return self.in_unit(operation, part, self.plain)

    def alike(self, kind: str, parts: list[_Part]) -> _Part:
        """`+ - min max` and comparisons: every operand in the unit of measure of the first."""
        unit = next((part.measure for part in parts if not part.zero), self.plain)
        values = [self.in_unit(kind, part, unit) for part in parts]
        if kind in _COMPARISONS:
            missing = np.isnan(values[0]) | np.isnan(values[1])
            answer = _COMPARISONS[kind](values[0], values[1]).astype(float)
            return self.made(np.where(missing, np.nan, answer), self.plain, parts)
        if kind in ("+", "-"):
            with np.errstate(over="ignore"):
                return self.made(values[0] + values[1] if kind == "+" else values[0] - values[1], unit, parts)
        reduce = np.minimum.reduce if kind == "min" else np.maximum.reduce
        return self.made(reduce(np.broadcast_arrays(*values)), unit, parts)

    def single(self, kind: str, part: _Part) -> _Part:
        with np.errstate(all="ignore"):
            if kind == "sqrt":
                return self.grown(np.sqrt(part.values), lambda: part.measure**0.5, [part])
            function = np.log if kind == "log" else np.exp
            return self.made(function(self.plainly(kind, part)), self.plain, [part])

    def power(self, node: Node, parts: list[_Part]) -> _Part:
        exponent = self.plainly("**", parts[1])
        fixed = all(part.kind in ("number", "neg", "/") for part in node.args[1].walk())
        with np.errstate(all="ignore"):
            if fits(parts[0].measure, self.plain):
                return self.made(_powers(self.plainly("**", parts[0]), exponent), self.plain, parts)
            if not fixed or not np.isfinite(exponent).all():
                raise fault("formula.power_unit", self.place)
            powers, fixed_at = _powers(parts[0].values, exponent), float(exponent[0, 0])
            return self.grown(powers, lambda: parts[0].measure ** fixed_at, parts)

    def where(self, parts: list[_Part]) -> _Part:
        condition = self.plainly("where", parts[0])
        unit = next((part.measure for part in parts[1:] if not part.zero), self.plain)
        first, second = (self.in_unit("where", part, unit) for part in parts[1:])
        missing = np.isnan(condition) | np.isnan(first) | np.isnan(second)
        return self.made(np.where(missing, np.nan, np.where(condition != 0, first, second)), unit, parts)

    def group_mean(self, node: Node) -> _Part:
        part = self.run(node.args[0])
        numbers = self.around.groups.get(node.args[1].name)
        shape = (next((len(m) for m in self.around.values.values()), 0), len(self.around.years))
        values = np.broadcast_to(part.values, shape)
        if numbers is None or not len(values):
            return _Part(np.full(shape, np.nan), part.measure, np.zeros(shape, dtype=bool))
        count = int(numbers.max(initial=-1)) + 1
        there = np.isfinite(values)
        members = np.zeros((count, len(values)))
        members[numbers[numbers >= 0], np.flatnonzero(numbers >= 0)] = 1.0
        with np.errstate(all="ignore"):
            means = (members @ np.where(there, values, 0.0)) / (members @ there)
        result = np.vstack([means, np.full((1, shape[1]), np.nan)])[numbers]
        missing = ~np.isfinite(result)
        undefined = missing & (np.broadcast_to(part.undefined, shape) | np.isinf(result))
        return _Part(np.where(missing, np.nan, result), part.measure, undefined)

    def over_time(self, node: Node) -> _Part:
        part = self.run(node.args[0])
        years, unit = self.around.years, part.measure
        shape = np.broadcast_shapes(part.values.shape, (1, len(years)))
        values = np.broadcast_to(part.values, shape)
        undefined = np.broadcast_to(part.undefined, shape)
        broken = breaks_of(node.args[0], self.around.breaks)
        steps = int(node.args[-1].number) if node.kind in ("lag", "rolling") else 0
        column = {year: values[:, at] for at, year in enumerate(years)}
        flag = {year: undefined[:, at] for at, year in enumerate(years)}
        blank = np.full(shape[0], np.nan)
        out, outside = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        for at, year in enumerate(years):
            sources = self.sources(node.kind, year, steps, broken)
            if sources is None:
                continue
            parts = [column.get(source, blank) for source in sources]
            out[:, at] = self.step(node.kind, parts)
            there = np.logical_and.reduce([np.isfinite(p) for p in parts])
            outside[:, at] = there & ~np.isfinite(out[:, at])
            for source in sources:
                outside[:, at] |= flag.get(source, outside[:, at])
        out[~np.isfinite(out)] = np.nan
        return _Part(out, self.plain if node.kind in ("growth", "change") else unit, outside)

    def sources(self, kind: str, year: int, steps: int, broken: frozenset[int]) -> list[int] | None:
        """Return the years that the value of `year` rests on; None where it is missing for what lies between."""
        base = self.around.baseline
        if kind in ("base", "change"):
            if base is None or (kind == "change" and year < base):
                return None
            crossed = breaks_between(broken, base, year)
            if kind == "base":
                return self.unbroken(year, crossed, [base])
            self.marks.update(Mark(year, b, "chained") for b in crossed)
            # pairs (from, to) of unbroken stretches, laid end to end
            return [base, *(y for b in crossed for y in (b - 1, b)), year]
        first = {"lag": year - steps, "growth": year - 1, "rolling": year - steps + 1}[kind]
        wanted = {"lag": [first], "growth": [first, year], "rolling": list(range(first, year + 1))}[kind]
        return self.unbroken(year, breaks_between(broken, first, year), wanted)

    def unbroken(self, year: int, crossed: list[int], wanted: list[int]) -> list[int] | None:
        self.marks.update(Mark(year, b, "missing") for b in crossed)
        return None if crossed else wanted

    @staticmethod
    def step(kind: str, parts: list[Matrix]) -> Matrix:
        with np.errstate(all="ignore"):
            if kind in ("lag", "base"):
                return parts[0]
            if kind == "rolling":
                return np.asarray(np.mean(parts, axis=0))
            grown = np.ones_like(parts[0])
            for start, end in zip(parts[0::2], parts[1::2], strict=True):
                grown = grown * (end / start)
            return np.asarray(grown - 1)


def _powers(base: Matrix, exponent: Matrix) -> Matrix:
    # NumPy takes anything to the power 0, and 1 to any power, for 1, a missing operand too
    return np.asarray(np.where(np.isnan(base) | np.isnan(exponent), np.nan, base**exponent))


_OVER_TIME = ("lag", "rolling", "base", "growth", "change")
