"""Pairs of units that changed places, and how far two rankings agree."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from evaluate.comparison.split import REST
from evaluate.comparison.tables import PARTS
from evaluate.methods.base import Array
from evaluate.scoring.ranking import rounded

MOST = 10_000
"""Reversals that are listed; the summary counts all."""


def reversals(
    composites: pd.DataFrame, of_indicators: dict[str, Array]
) -> tuple[pd.DataFrame, dict[str, dict[str, int]]]:
    """Return the pairs within each type whose order is the other way round, and their number by type and factor.

    The factor is the one with the largest part in the change of the difference between the two; of the data, the
    indicator likewise. Ties are no order. Units whose type changed take no part.

    `of_indicators`: parts by code, in the order of the rows.
    """
    parts = composites[list(PARTS)].to_numpy(dtype=float)
    listed, counted = [], {}
    for kind in sorted(set(composites["type"])):
        at = np.flatnonzero((composites["type"] == kind).to_numpy() & composites["rank_change"].notna().to_numpy())
        fell, rose = _pairs(*(rounded(composites[c].to_numpy(dtype=float)[at]) for c in ("composite_a", "composite_b")))
        fell, rose = at[fell], at[rose]
        # what took the lead from the one and gave it to the other
        change = parts[rose] - parts[fell]
        leading = np.argmax(change, axis=1) if len(change) else np.zeros(0, dtype=int)
        counted[kind] = {name: int((leading == place).sum()) for place, name in enumerate(PARTS)}
        found = pd.DataFrame({
            "type": kind, "fell": fell, "rose": rose,
            "factor": np.array(PARTS, dtype=object)[leading],
            "part": change[np.arange(len(change)), leading] if len(change) else np.zeros(0),
        })  # fmt: skip
        listed.append(found)
    table = pd.concat(listed, ignore_index=True)
    fell, rose = table["fell"].to_numpy(dtype=int), table["rose"].to_numpy(dtype=int)
    for side in ("a", "b"):
        values = composites[f"composite_{side}"].to_numpy(dtype=float)
        table[f"lead_{side}"] = values[fell] - values[rose]
    moved = table["lead_a"] - table["lead_b"]
    order = np.lexsort((rose, fell, -moved.round(10).to_numpy()))[:MOST]
    table = table.iloc[order].reset_index(drop=True)
    table["indicator"] = _indicators(table, of_indicators)
    for name in ("fell", "rose"):
        at = table[name].to_numpy(dtype=int)
        table[f"{name}_name"] = composites["name"].to_numpy(dtype=object)[at]
        table[name] = composites["unit"].to_numpy(dtype=object)[at]
    columns = ["type", "fell", "fell_name", "rose", "rose_name", "lead_a", "lead_b", "factor", "part", "indicator"]
    return table[columns], counted


def _pairs(first: Array, second: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (i, j) with i above j in the first and below it in the second.

    >>> [at.tolist() for at in _pairs(np.array([3.0, 2, 2]), np.array([1.0, 1, 5]))]
    [[0], [2]]
    """
    above, below = [], []
    for i in range(len(first)):
        passed = np.flatnonzero((first[i] > first) & (second[i] < second))
        above.append(np.full(len(passed), i))
        below.append(passed)
    nothing = [np.zeros(0, dtype=int)]
    return np.concatenate(above or nothing), np.concatenate(below or nothing)


def _indicators(table: pd.DataFrame, parts: dict[str, Array]) -> list[str]:
    """Return, where the data did it, the indicator with the largest part."""
    codes = list(parts)
    matrix = np.column_stack([parts[code] for code in codes]) if codes else np.zeros((0, 0))
    by_data = (table["factor"] == "data").to_numpy()
    out = np.full(len(table), REST, dtype=object)
    if codes and by_data.any():
        fell, rose = (table[name].to_numpy(dtype=int)[by_data] for name in ("fell", "rose"))
        out[by_data] = np.array(codes, dtype=object)[np.argmax(matrix[rose] - matrix[fell], axis=1)]
    return list(out)


def agreement(composites: pd.DataFrame, counted: dict[str, dict[str, int]], *, comparable: bool) -> pd.DataFrame:
    """Return, by type, how far the two orders of the units agree: Spearman's rho, Kendall's tau-b, reversals.

    Where scores of different types are comparable in both, a row without a type takes all units together; its
    reversals are those within types.
    """
    kept = composites[composites["rank_change"].notna()]
    groups = [(str(kind), part) for kind, part in kept.groupby("type")]
    if comparable and len(groups) > 1:
        groups.insert(0, ("", kept))
    rows = []
    for kind, part in groups:
        first, second = (rounded(part[f"composite_{side}"].to_numpy(dtype=float)) for side in ("a", "b"))
        told = len(part) > 1 and np.ptp(first) > 0 and np.ptp(second) > 0
        whole = kind == "" and len(groups) > 1 and comparable
        kinds = [k for k, _ in groups[1:]] if whole else [kind]
        sizes = [int((kept["type"] == k).sum()) for k in kinds]
        rows.append({
            "type": kind,
            "units": len(part),
            "spearman": float(stats.spearmanr(first, second).statistic) if told else np.nan,
            "kendall": float(stats.kendalltau(first, second).statistic) if told else np.nan,
            "reversals": sum(sum(counted[k].values()) for k in kinds),
            "pairs": sum(n * (n - 1) // 2 for n in sizes),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=["type", "units", "spearman", "kendall", "reversals", "pairs"])
