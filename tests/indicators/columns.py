"""Formulas over small columns, written as rows of numbers; None is a missing value."""

from collections.abc import Mapping, Sequence, Set

import numpy as np

from indicators.errors import Place
from indicators.evaluation import Outcome, Surroundings, evaluate
from indicators.formula import parse
from indicators.units import measure

Row = Sequence[float | None]


def matrix(rows: Sequence[Row]) -> np.ndarray:
    """Return rows of numbers as units × years."""
    return np.array([[np.nan if cell is None else float(cell) for cell in row] for row in rows])


def around(
    values: Mapping[str, Sequence[Row]],
    units: Mapping[str, str] | None = None,
    first: int = 2010,
    baseline: int | None = None,
    breaks: Mapping[str, Set[int]] | None = None,
    groups: Mapping[str, Sequence[int]] | None = None,
) -> Surroundings:
    """Return what a formula sees; variables are plain numbers unless `units` says otherwise."""
    arrays = {name: matrix(rows) for name, rows in values.items()}
    length = next(iter(arrays.values())).shape[1]
    return Surroundings(
        arrays,
        {name: measure((units or {}).get(name, "1")) for name in values},
        tuple(range(first, first + length)),
        baseline,
        breaks or {},
        {name: np.array(numbers, dtype=np.intp) for name, numbers in (groups or {}).items()},
    )


def run(formula: str, seen: Surroundings) -> Outcome:
    """Evaluate a formula."""
    return evaluate(parse(formula), seen, Place(key="here"))


def rows_of(outcome: Outcome) -> list[list[float | None]]:
    """Return the values as rows, rounded to 12 digits; None where missing."""
    assert not np.isinf(outcome.values).any()
    assert not (outcome.undefined & np.isfinite(outcome.values)).any()
    return [[None if np.isnan(v) else round(float(v), 12) for v in row] for row in outcome.values]
