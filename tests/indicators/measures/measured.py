"""A measure over small columns: its formulas evaluated, what it learns, and every output as rows."""

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np

from indicators.evaluation import convert
from indicators.measures import BaseMeasure, Learned, Setting
from tests.indicators.columns import Row, around, run


def measured(
    chosen: BaseMeasure,
    values: Mapping[str, Sequence[Row]],
    *,
    units: Mapping[str, str] | None = None,
    baseline: int | None = 2010,
    breaks: Mapping[str, Set[int]] | None = None,
    held: Learned | None = None,
    codes: Sequence[str] | None = None,
) -> tuple[dict[str, list[list[Any]]], Learned]:
    """Return every output, units × the years from 2010 on, and what was learned; `held` takes the place of the latter.

    Numbers are rounded to 9 digits, None where there is none; what was learned went through JSON and back.
    """
    seen = around(values, units, baseline=baseline, breaks=breaks)
    count = len(next(iter(values.values())))
    names = tuple(codes or (f"u{at}" for at in range(count)))
    setting = Setting(names, ("",) * count, seen.years, seen.years, baseline)
    wanted = chosen.in_units()
    parts = {}
    for name, text in chosen.formulas().items():
        outcome = run(text, seen)
        parts[name] = convert(outcome.values, outcome.measure, wanted[name]) if name in wanted else outcome.values
        parts[name].flags.writeable = False
    learned = {**chosen.learn(parts, setting), **(held or {})}
    learned = json.loads(json.dumps(learned, allow_nan=False))
    return {name: _rows(matrix) for name, matrix in chosen.outputs(parts, setting, learned).items()}, learned


def _rows(matrix: Any) -> list[list[Any]]:
    if matrix.dtype.kind == "U":
        return [[str(cell) for cell in row] for row in matrix]
    assert not np.isinf(matrix).any()
    return [[None if np.isnan(cell) else round(float(cell), 9) for cell in row] for row in matrix]


def last(found: tuple[dict[str, list[list[Any]]], Learned], output: str) -> list[Any]:
    """Return one output of the last year, one entry a unit."""
    return [row[-1] for row in found[0][output]]
