"""Panels whose scores are their values, so that other programs can compute from the values what we do from scores."""

from typing import Any

import numpy as np
import pandas as pd

from evaluate.scoring.scores import Scores
from indicators.panel import Panel
from tests.evaluate.scoring.builder import framework, scored

TREE = {"d": {"a": 1}, "e": {"b": 1}}
POSTS = {code: {"goalposts": [0, 100]} for code in "abc"}
IDENTITY: dict[str, Any] = {"normalisation": {"method": "goalposts"}}


def values(units: int = 40, years: int = 7, seed: int = 3) -> dict[str, np.ndarray]:
    """Return values of two indicators between 0 and 100, (units, years), with drift and persistence."""
    rng = np.random.default_rng(seed)
    out = {}
    for code in "ab":
        start = rng.uniform(15, 85, (units, 1))
        steps = rng.normal(0.4, 5.0, (units, years - 1)).cumsum(axis=1)
        out[code] = np.clip(np.hstack([start, start + steps]), 1, 99)
    return out


def codes(count: int) -> list[str]:
    """Return codes of units, in order."""
    return [f"U{n:03d}" for n in range(count)]


def table_of(matrices: dict[str, np.ndarray], first: int = 2010) -> pd.DataFrame:
    """Return matrices (units, years) as the frame of a panel."""
    units, years = next(iter(matrices.values())).shape
    index = pd.MultiIndex.from_product([codes(units), range(first, first + years)], names=["unit", "year"])
    return pd.DataFrame({code: matrix.ravel() for code, matrix in matrices.items()}, index=index)


def make(
    matrices: dict[str, np.ndarray],
    roster: dict[str, list[str]] | None = None,
    tree: dict[str, Any] | None = None,
    types: dict[str, Any] | None = None,
    order: list[int] | None = None,
    **raw: Any,
) -> Scores:
    """Score values as they are; `roster`: type and cohorts by unit, `order`: in which units are handed in."""
    frame = table_of(matrices)
    count = len(next(iter(matrices.values())))
    units = pd.DataFrame({"unit": codes(count), **(roster or {})})
    if order is not None:
        units = units.iloc[order].reset_index(drop=True)
        frame = frame.reindex(pd.MultiIndex.from_product([units["unit"], sorted(frame.index.levels[1])]))
        frame.index.names = ["unit", "year"]
    last = int(frame.index.get_level_values("year").max())
    panel = Panel.from_frame(frame, units, period=(2010, last))
    return scored(panel, framework(tree or TREE, POSTS, types), **(IDENTITY | raw))


def rows(table: pd.DataFrame, **keys: object) -> pd.DataFrame:
    """Return the rows that have given entries."""
    for name, value in keys.items():
        table = table[table[name.rstrip("_")] == value]
    return table


def one(table: pd.DataFrame, **keys: object) -> float:
    """Return the one value that there is."""
    found = rows(table, **keys)
    assert len(found) == 1, found
    return float(found["value"].iloc[0])
