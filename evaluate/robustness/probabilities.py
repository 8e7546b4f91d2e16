"""Probabilities of ranks: of each unit, of pairs of units, and of the best tenth under each option."""

import json
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.robustness.draws import Draws
from evaluate.robustness.inputs import Inputs
from evaluate.robustness.replicates import Replicates
from indicators.errors import Fault

ACCEPTABILITY = Form("acceptability", {
    "unit": "text", "year": "whole", "type": "text", "rank": "whole", "probability": "number",
})  # fmt: skip
PAIRWISE = Form("pairwise", {
    "type": "text", "year": "whole", "unit": "text", "other": "text", "p_ahead": "number",
})  # fmt: skip
MOST_PAIRS = 50_000
"""Up to this many rows every pair of units of a type is compared; beyond it, neighbours in rank alone."""


def _years(replicates: Replicates, year: int) -> NDArray[np.int_]:
    return np.full(len(replicates.units), year) if replicates.years is None else replicates.years


def acceptability(replicates: Replicates, year: int) -> pd.DataFrame:
    """Return the rank acceptability indices: the share of the replicates in which a unit has a rank.

    Shares are of the replicates in which it is scored; ranks that never occur have no row. `year`: where one year is
    analysed. Columns `ACCEPTABILITY`. Source: Lahdelma and Salminen 2001 (b_i^r).
    """
    by_unit = np.sort(np.ascontiguousarray(replicates.ranks.T), axis=1, kind="stable")
    first = np.ones(by_unit.shape, dtype=bool)
    first[:, 1:] = by_unit[:, 1:] != by_unit[:, :-1]
    which, at = np.nonzero(first)
    ranks = by_unit[which, at]
    ends = np.append(which[1:] * by_unit.shape[1] + at[1:], by_unit.size)
    lengths = ends - (which * by_unit.shape[1] + at)
    scored = ranks > 0
    there = np.maximum((by_unit > 0).sum(axis=1), 1)
    which, ranks, lengths = which[scored], ranks[scored], lengths[scored]
    table = pd.DataFrame({
        "unit": replicates.units[which],
        "year": _years(replicates, year)[which],
        "type": replicates.types[which],
        "rank": ranks.astype(int),
        "probability": lengths / there[which],
    })  # fmt: skip
    return table.sort_values(["unit", "year", "rank"], ignore_index=True)


def pairwise(
    replicates: Replicates, rank_in_type: NDArray[np.int_], year: int, most: int = MOST_PAIRS
) -> tuple[pd.DataFrame, list[Fault]]:
    """Return how often one unit is strictly ahead of another of its type and year, and a warning if pairs lack.

    Shares are of the replicates in which both are scored, blank where there is none. A tie is neither's, so
    that the shares of (a, b) and (b, a) may add up to less than 1. With more than `most` ordered pairs only units
    next to each other in rank are compared. Columns `PAIRWISE`.
    """
    groups, years = replicates.groups, _years(replicates, year)
    sizes = np.bincount(groups, minlength=1)
    total = int((sizes * (sizes - 1)).sum())
    by_unit = np.ascontiguousarray(replicates.ranks.T)
    parts = []
    for group in range(len(sizes)):
        mine = np.flatnonzero(groups == group)
        order = np.array(sorted(mine, key=lambda i: (rank_in_type[i], replicates.units[i])), dtype=np.intp)
        near = np.arange(len(order) - 1)
        pairs = [(near, near + 1), (near + 1, near)] if total > most else _all_pairs(len(order))
        for one, other in pairs:
            parts.append((order[one], order[other], _ahead(by_unit, order[one], order[other])))
    one, other, share = (np.concatenate([part[n] for part in parts]) for n in range(3)) if parts else _nothing()
    table = pd.DataFrame({
        "type": replicates.types[one],
        "year": years[one],
        "unit": replicates.units[one],
        "other": replicates.units[other],
        "p_ahead": share,
    })  # fmt: skip
    told = [Fault("robustness.pairs_adjacent", {"count": total, "most": most})] if total > most else []
    return table.sort_values(["unit", "year", "other"], ignore_index=True), told


def _nothing() -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)


def _all_pairs(count: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    everybody = np.arange(count)
    return [(np.full(count - 1, n), np.delete(everybody, n)) for n in everybody]


def _ahead(by_unit: NDArray[Any], one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.float64]:
    out = np.full(len(one), np.nan)
    for start in range(0, len(one), 64):
        part = slice(start, start + 64)
        mine, theirs = by_unit[one[part]], by_unit[other[part]]
        both = (mine > 0) & (theirs > 0)
        count = np.count_nonzero(both, axis=1)
        ahead = np.count_nonzero(both & (mine < theirs), axis=1)
        out[part] = np.where(count > 0, ahead / np.maximum(count, 1), np.nan)
    return out


def staying_on_top(replicates: Replicates, inputs: Inputs, draws: Draws, year: int) -> pd.DataFrame:
    """Return the share of the replicates with each option in which a unit is in the best tenth, rank ≤ ⌈n/10⌉.

    Units that are there in some replicate; columns `unit, year, type, input, option, p_top_tenth`, the option written
    as in JSON. A share of 1 in every row means that no choice takes the unit from there.
    """
    groups = replicates.groups
    limit = np.ceil(np.bincount(groups, minlength=1)[groups] / 10)
    on_top = (replicates.ranks > 0) & (replicates.ranks <= limit)
    listed = np.flatnonzero(on_top.any(axis=0))
    drawn = draws.options if replicates.kept is None else draws.options[replicates.kept]
    parts = []
    for column, name in enumerate(inputs.names):
        for number, option in enumerate(inputs.options(name)):
            rows = drawn[:, column] == number
            if rows.any():
                scored = np.count_nonzero(replicates.ranks[rows][:, listed] > 0, axis=0)
                share = np.count_nonzero(on_top[rows][:, listed], axis=0) / np.where(scored > 0, scored, np.nan)
                parts.append(pd.DataFrame({
                    "unit": replicates.units[listed],
                    "year": _years(replicates, year)[listed],
                    "type": replicates.types[listed],
                    "input": name,
                    "option": json.dumps(option, ensure_ascii=False),
                    "p_top_tenth": share,
                }))  # fmt: skip
    columns = ["unit", "year", "type", "input", "option", "p_top_tenth"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
