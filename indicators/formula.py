"""Formulas: a small language over whole columns, parsed into a tree; nothing else is ever evaluated.

Operators `+ - * / **`, comparisons, and the functions of `FUNCTIONS`. A name is a variable; a code that holds a
hyphen or begins with a digit is written between backticks.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache

from indicators.errors import Faults, InputError, Place, fault, nearest

_LONGEST = 2000
_DEEPEST = 60
_SHOWN = 80
_QUOTED = re.compile(r"`([^`]*)`")


@dataclass(frozen=True)
class Node:
    """One operation: `kind` is number, variable, column, or the name of an operator or function."""

    kind: str
    args: tuple["Node", ...] = ()
    name: str = ""
    number: float = 0.0

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()


@dataclass(frozen=True)
class Function:
    """What a function of the language takes: numbers of arguments, and what stands last."""

    least: int
    most: int
    last: str = "value"
    """`value`, `years` (a whole number ≥ 1) or `column` (of the roster)."""


FUNCTIONS: Mapping[str, Function] = {
    "log": Function(1, 1), "sqrt": Function(1, 1), "exp": Function(1, 1), "abs": Function(1, 1),
    "min": Function(2, 20), "max": Function(2, 20), "where": Function(3, 3),
    "lag": Function(2, 2, "years"), "rolling": Function(2, 2, "years"),
    "base": Function(1, 1), "growth": Function(1, 1), "change": Function(1, 1),
    "group_mean": Function(2, 2, "column"),
}  # fmt: skip

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


@dataclass(frozen=True)
class Formula:
    """A parsed formula."""

    text: str
    root: Node

    @property
    def variables(self) -> frozenset[str]:
        """The variables that it names."""
        return frozenset(node.name for node in self.root.walk() if node.kind == "variable")

    @property
    def columns(self) -> frozenset[str]:
        """The columns of the roster that it groups by."""
        return frozenset(node.name for node in self.root.walk() if node.kind == "column")

    @property
    def needs_baseline(self) -> bool:
        """Whether it looks at the baseline year."""
        return any(node.kind in ("base", "change") for node in self.root.walk())

    def years_needed(
        self, years: Iterable[int], baseline: int | None, breaks: Mapping[str, Set[int]]
    ) -> dict[str, set[int]]:
        """Return the years of each variable that the values in `years` rest on.

        >>> sorted(parse("growth(co2)").years_needed([2012, 2013], None, {})["co2"])
        [2011, 2012, 2013]
        """
        found: dict[str, set[int]] = {}
        _need(self.root, set(years), baseline, breaks, found)
        return found


@cache
def parse(text: str, place: Place | None = None) -> Formula:
    """Parse a formula.

    Errors: located faults for what is no formula, an unknown function or a wrong number of arguments.

    >>> parse("co2 / max(gdp, 1)").variables == {"co2", "gdp"}
    True
    """
    place = place or Place()
    if len(text) > _LONGEST:
        raise fault("formula.too_long", place, most=_LONGEST)
    quoted: dict[str, str] = {}
    free = "quoted_"
    while free in text:
        free = f"_{free}"

    def stand_in(match: re.Match[str]) -> str:
        quoted[name := f"{free}{len(quoted)}_"] = match[1]
        return name

    # a long formula may stand on several lines
    readable = _QUOTED.sub(stand_in, text.strip()).translate({10: " ", 13: " "})
    if "#" in readable:  # to Python what follows is a comment, and would be passed over
        raise fault("formula.not_allowed", place, found="#")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of is no formula either
            tree = ast.parse(readable, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, SyntaxError) and "nested" in str(error.msg):
            raise fault("formula.too_deep", place, most=_DEEPEST) from None
        at = getattr(error, "offset", None)
        raise fault("formula.no_formula", place, found=_short(text), position=at or 1) from None
    faults = Faults()
    root = _Reader(quoted, faults, place).read(tree.body, 0)
    faults.raise_if_any()
    return Formula(text, root)


def _short(text: str) -> str:
    written = " ".join(text.split())
    return written if len(written) <= _SHOWN else written[: _SHOWN - 1] + "…"


class _Reader:
    """Turns Python's syntax tree into ours and refuses everything that is not in the language."""

    def __init__(self, quoted: Mapping[str, str], faults: Faults, place: Place) -> None:
        self.quoted, self.faults, self.place = quoted, faults, place

    def refused(self, text_key: str, **values: object) -> Node:
        self.faults.add(text_key, self.place, **values)
        return Node("number", number=1.0)

    def spelled(self, tree: ast.expr) -> str:
        """Write a part of the formula as the user wrote it."""
        out = ast.unparse(tree)
        for name, meant in self.quoted.items():
            out = out.replace(name, f"`{meant}`")
        return out[:60]

    def read(self, tree: ast.expr, depth: int) -> Node:
        if depth > _DEEPEST:
            raise fault("formula.too_deep", self.place, most=_DEEPEST)
        down = depth + 1
        match tree:
            case ast.Constant(value=bool()) | ast.Constant(value=str()):
                return self.refused("formula.not_allowed", found=self.spelled(tree))
            case ast.Constant(value=int() | float() as number):
                return self.number(number)
            case ast.Name(id=name):
                return Node("variable", name=self.quoted.get(name, name))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Node("neg", (self.read(operand, down),))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, down)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _BINARY:
                return Node(_BINARY[type(operator)], (self.read(left, down), self.read(right, down)))
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _COMPARE:
                return Node(_COMPARE[type(operator)], (self.read(left, down), self.read(right, down)))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.call(name, args, down)
        return self.refused("formula.not_allowed", found=self.spelled(tree))

    def number(self, number: int | float) -> Node:
        try:
            value = float(number)
        except OverflowError:
            value = float("inf")
        if value == float("inf"):
            return self.refused("formula.number_too_large", found=str(number)[:20])
        return Node("number", number=value)

    def call(self, name: str, args: list[ast.expr], depth: int) -> Node:
        function = FUNCTIONS.get(name)
        if function is None:
            return self.refused(
                "formula.unknown_function",
                found=self.quoted.get(name, name),
                known=", ".join(FUNCTIONS),
                meant=nearest(name, FUNCTIONS),
            )
        if not function.least <= len(args) <= function.most:
            least, most = function.least, function.most
            wanted = str(least) if least == most else f"{least}–{most}"
            return self.refused("formula.arguments", name=name, expected=wanted, found=len(args))
        last = args[-1]
        if function.last == "value":
            return Node(name, tuple(self.read(arg, depth) for arg in args))
        inner = self.read(args[0], depth)
        if function.last == "column":
            named = last.id if isinstance(last, ast.Name) else (last.value if isinstance(last, ast.Constant) else None)
            if not isinstance(named, str):
                return self.refused("formula.column_name", name=name, found=self.spelled(last))
            return Node(name, (inner, Node("column", name=self.quoted.get(named, named))))
        years = last.value if isinstance(last, ast.Constant) else None
        if not isinstance(years, int) or isinstance(years, bool) or not 1 <= years <= 100:
            return self.refused("formula.whole_years", name=name, found=self.spelled(last))
        return Node(name, (inner, Node("number", number=float(years))))


def breaks_between(breaks: Iterable[int], first: int, last: int) -> list[int]:
    """Return the breaks that lie on the way from year `first` to year `last`, in order.

    A break in year b is the step from b − 1 to b, so it is crossed when first < b ≤ last.

    >>> breaks_between({2013, 2016}, 2013, 2016)
    [2016]
    """
    return sorted(b for b in breaks if min(first, last) < b <= max(first, last))


def breaks_of(node: Node, breaks: Mapping[str, Set[int]]) -> frozenset[int]:
    """Return the breaks that an expression inherits from its variables."""
    return frozenset(b for part in node.walk() if part.kind == "variable" for b in breaks.get(part.name, ()))


def _need(
    node: Node,
    years: set[int],
    baseline: int | None,
    breaks: Mapping[str, Set[int]],
    found: dict[str, set[int]],
) -> None:
    if node.kind == "variable":
        found.setdefault(node.name, set()).update(years)
    if not node.args:
        return
    inner = set(years)
    steps = int(node.args[-1].number)
    if node.kind == "lag":
        inner = {y - steps for y in years}
    elif node.kind == "rolling":
        inner = {y - back for y in years for back in range(steps)}
    elif node.kind == "growth":
        inner |= {y - 1 for y in years}
    elif node.kind in ("base", "change") and baseline is not None:
        inner = {baseline} if node.kind == "base" else years | {baseline}
        if node.kind == "change":
            crossed = {b for y in years for b in breaks_between(breaks_of(node, breaks), baseline, y) if y >= baseline}
            inner |= crossed | {b - 1 for b in crossed}
    for arg in node.args:
        _need(arg, inner, baseline, breaks, found)


def check_names(formula: Formula, known: Iterable[str], place: Place) -> None:
    """Refuse a formula that names an unknown variable."""
    known = list(known)
    faults = Faults()
    for name in sorted(formula.variables - set(known)):
        faults.add("formula.unknown_name", place, found=name, meant=nearest(name, known))
    if faults:
        raise InputError(faults)
