"""Random formulas of the whole language against pandas, which computes them step by step from the same expression."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from indicators.errors import InputError
from indicators.evaluation import Surroundings, evaluate
from indicators.formula import parse
from indicators.units import measure

UNITS, YEARS, BASELINE = 4, tuple(range(2010, 2016)), 2012
GROUP = [0, 1, 0, -1]
Table = pd.DataFrame
Expression = tuple[Any, ...]

NUMBERS = st.sampled_from([0, 1, 2, 0.5, 3, -1])
LEAVES = st.sampled_from([("name", name) for name in "abc"]) | NUMBERS.map(lambda n: ("number", n))
YEARS_BACK = st.integers(1, 3)


def grow(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.tuples(st.just("**"), inner, st.sampled_from([("number", 2), ("number", 0), ("number", -1)])),
        # operands of comparisons are leaves: the last bit of a sum would decide
        st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), LEAVES, LEAVES),
        st.tuples(st.sampled_from(["neg", "abs", "log", "exp", "sqrt", "growth", "change", "base"]), inner),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner, inner),
        st.tuples(st.just("where"), st.tuples(st.sampled_from(["<", ">="]), LEAVES, LEAVES), inner, inner),
        st.tuples(st.sampled_from(["lag", "rolling"]), inner, YEARS_BACK),
        st.tuples(st.just("group_mean"), st.sampled_from([("name", name) for name in "abc"])),
    )


EXPRESSIONS = st.recursive(LEAVES, grow, max_leaves=8)
CELLS = st.none() | st.integers(-3, 9)
TABLES = st.lists(st.lists(CELLS, min_size=len(YEARS), max_size=len(YEARS)), min_size=UNITS, max_size=UNITS)


def spelled(expression: Expression) -> str:
    kind, *args = expression
    if kind in ("name", "number"):
        return f"({args[0]})"
    if kind == "neg":
        return f"(-{spelled(args[0])})"
    if kind in ("+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!="):
        return f"({spelled(args[0])} {kind} {spelled(args[1])})"
    if kind in ("lag", "rolling"):
        return f"{kind}({spelled(args[0])}, {args[1]})"
    if kind == "group_mean":
        return f"group_mean({spelled(args[0])}, region)"
    return f"{kind}({', '.join(spelled(arg) for arg in args)})"


ONE: dict[str, Callable[[Table], Table]] = {
    "neg": lambda x: -x, "abs": lambda x: x.abs(), "log": np.log, "exp": np.exp, "sqrt": np.sqrt,
}  # fmt: skip
TWO: dict[str, Callable[[Table, Table], Table]] = {
    "+": Table.add, "-": Table.sub, "*": Table.mul, "/": Table.div, "**": Table.pow,
    "<": Table.lt, "<=": Table.le, ">": Table.gt, ">=": Table.ge, "==": Table.eq, "!=": Table.ne,
}  # fmt: skip


def by_pandas(expression: Expression, tables: dict[str, Table]) -> Table:
    """Compute an expression; after every step what has a missing operand, or is not finite, is missing."""
    kind, *args = expression
    if kind == "name":
        return tables[args[0]]
    like = tables["a"]
    if kind == "number":
        return like.notna() * 0.0 + float(args[0])
    years = args.pop() if kind in ("lag", "rolling") else 0
    parts = [by_pandas(arg, tables) for arg in args]
    with np.errstate(all="ignore"):
        if kind in ONE:
            out = ONE[kind](parts[0])
        elif kind in TWO:
            out = TWO[kind](parts[0], parts[1]).astype(float)
        elif kind in ("min", "max"):
            stacked = pd.concat([part.stack(future_stack=True) for part in parts], axis=1)
            out = stacked.agg(kind, axis=1, skipna=False).unstack()
        elif kind == "where":
            out = parts[1].where(parts[0] != 0, parts[2])
        elif kind == "lag":
            return parts[0].shift(years, axis=1)
        elif kind == "rolling":
            out = sum((parts[0].shift(back, axis=1) for back in reversed(range(years))), start=0.0) / years
        elif kind == "growth":
            out = parts[0] / parts[0].shift(1, axis=1) - 1
        elif kind == "base":
            return like.notna() * 0.0 + np.asarray(parts[0][[BASELINE]])
        elif kind == "change":
            out = (parts[0].div(parts[0][BASELINE], axis=0) - 1).where(like.columns.to_series() >= BASELINE, axis=1)
        else:
            group = pd.Series(GROUP).where(lambda g: g >= 0)
            return parts[0].groupby(group).transform("mean")
    if kind not in ("rolling", "growth", "change"):
        for part in parts:
            out = out.where(part.notna())
    return out.where(np.isfinite(out))


@given(EXPRESSIONS, TABLES, TABLES, TABLES)
def test_a_formula_gives_what_pandas_gives(expression: Expression, a: Any, b: Any, c: Any) -> None:
    tables = {n: Table(rows, columns=list(YEARS), dtype=float) for n, rows in zip("abc", (a, b, c), strict=True)}
    seen = Surroundings(
        {name: table.to_numpy() for name, table in tables.items()},
        dict.fromkeys("abc", measure("1")),
        YEARS,
        BASELINE,
        {},
        {"region": np.array(GROUP)},
    )
    text = spelled(expression)
    outcome = evaluate(parse(text), seen)
    expected = by_pandas(expression, tables).to_numpy(dtype=float)
    np.testing.assert_allclose(outcome.values, expected, rtol=1e-9, atol=1e-300, err_msg=text)
    assert not (outcome.undefined & np.isfinite(outcome.values)).any()


@given(EXPRESSIONS, TABLES, TABLES, TABLES, st.permutations(range(UNITS)))
def test_the_order_of_units_does_not_matter(expression: Expression, a: Any, b: Any, c: Any, order: list[int]) -> None:
    arrays = {n: np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=float)
              for n, rows in zip("abc", (a, b, c), strict=True)}  # fmt: skip

    def values(rows: list[int]) -> np.ndarray:
        seen = Surroundings(
            {name: table[rows] for name, table in arrays.items()},
            dict.fromkeys("abc", measure("1")),
            YEARS,
            BASELINE,
            {"a": {2012, 2014}},
            {"region": np.array(GROUP)[rows]},
        )
        return evaluate(parse(spelled(expression)), seen).values

    np.testing.assert_allclose(values(order), values(list(range(UNITS)))[order], rtol=1e-12)


UNITS_OF_MEASURE = st.sampled_from(["1", "t", "kt", "1e4 CNY", "%", "km^2"])
DIMENSIONED = st.recursive(
    LEAVES,
    lambda inner: (
        grow(inner)
        | st.tuples(st.just("**"), inner, inner)
        | st.tuples(st.just("**"), inner, st.sampled_from([0.5, -3, 99, 1e300]).map(lambda n: ("number", n)))
        | st.tuples(st.just("group_mean"), inner)
    ),
    max_leaves=12,
)


@given(DIMENSIONED, TABLES, UNITS_OF_MEASURE, UNITS_OF_MEASURE, UNITS_OF_MEASURE)
def test_a_formula_gives_numbers_or_missing_ones_or_a_fault(
    expression: Expression, rows: Any, one: str, two: str, three: str
) -> None:
    table = np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=float)
    seen = Surroundings(
        {"a": table, "b": table * 1e200, "c": -table},
        {"a": measure(one), "b": measure(two), "c": measure(three)},
        YEARS,
        BASELINE,
        {"a": {2013}},
        {"region": np.array(GROUP)},
    )
    try:
        outcome = evaluate(parse(spelled(expression)), seen)
    except InputError as error:
        assert error.render("zh")
    else:
        assert outcome.values.shape == table.shape
        assert not np.isinf(outcome.values).any()
        assert not (outcome.undefined & np.isfinite(outcome.values)).any()
        assert 0 < outcome.measure.to_base_units().magnitude < float("inf")
