"""Correlations of columns with gaps, with significance: Pearson, Spearman and Kendall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, stdtr

from evaluate.methods.base import Array
from evaluate.methods.weighting import correlations

LEAST = 3
"""Fewest pairs of values that a correlation is given for."""
MANY = 1000
"""Rows from which Kendall's τ is found by sorting each pair; below it, products of matrices are faster."""
EXACT = 33
"""Most rows without ties for which Kendall's p is exact."""
COEFFICIENTS = ("pearson", "spearman", "kendall")


@dataclass(frozen=True)
class Correlated:
    """How k columns go along with each other; every array is (k, k), NaN where there is no correlation.

    p values are two-sided: Pearson and Spearman by t = r·√((n − 2)/(1 − r²)) with n − 2 degrees of freedom, Kendall's
    τ-b exactly where there are few values without ties, else by the normal approximation.
    """

    n: NDArray[np.int_]
    pearson: Array
    p_pearson: Array
    spearman: Array
    p_spearman: Array
    kendall: Array
    p_kendall: Array


def pearson(x: Array, y: Array) -> tuple[float, int]:
    """Return the correlation of pairs that are both present, and their number; NaN below three or for a constant.

    >>> pearson(np.array([1.0, 2, 3, np.nan]), np.array([2.0, 4, 6, 1]))
    (1.0, 3)
    """
    both = np.isfinite(x) & np.isfinite(y)
    n = int(both.sum())
    return (float(_straight(np.column_stack([x[both], y[both]]))[0, 1]) if n >= LEAST else float("nan")), n


def _straight(columns: Array) -> Array:
    """Return Pearson correlations; what differs by rounding from ±1, whose p is 0, or from 0 is that."""
    found = correlations(columns)
    found = np.where(np.abs(found) < 1e-14, 0.0, found)
    return np.where(np.abs(found) > 1 - 1e-14, np.sign(found), found)


def spearman(x: Array, y: Array) -> float:
    """Return the correlation of the ranks of pairs that are both present; ties share the mean rank."""
    both = np.isfinite(x) & np.isfinite(y)
    return pearson(*ranks(np.column_stack([x[both], y[both]])).T)[0]


def ranks(columns: Array) -> Array:
    """Return the rank of each value within its column, 1 for the least; ties share the mean rank."""
    return pd.DataFrame(columns).rank().to_numpy(dtype=float)


def p_value(r: Array, n: NDArray[np.int_]) -> Array:
    """Return the two-sided p of correlations by t = r·√((n − 2)/(1 − r²)), n − 2 degrees of freedom.

    Source: Pearson 1931; the same for ranks, Kendall and Stuart 1973, 31.19.

    >>> p_value(np.array([0.5, 1.0]), np.array([10, 5])).round(6)
    array([0.141113, 0.      ])
    """
    freedom = np.maximum(n - 2, 1)
    with np.errstate(divide="ignore"):
        t = np.abs(r) * np.sqrt(freedom / np.maximum(1 - r**2, 0.0))
    return np.asarray(2 * stdtr(freedom, -t))


def correlated(columns: Array) -> Correlated:
    """Correlate columns (n, k) with each other, over the rows that both have.

    Fewer than three common rows or a constant column give no correlation.

    >>> found = correlated(np.array([[1.0, 9.0], [2.0, 4.0], [3.0, 1.0], [4.0, np.nan]]))
    >>> int(found.n[0, 1]), float(found.spearman[0, 1]), float(found.kendall[0, 1])
    (3, -1.0, -1.0)
    """
    there = np.isfinite(columns)
    n = (there.astype(np.int64).T @ there.astype(np.int64)).astype(np.int_)
    straight = np.where(n < LEAST, np.nan, _straight(columns))
    whole = np.flatnonzero(there.all(axis=0))
    ranked, kendall, p_kendall = (np.full(straight.shape, np.nan) for _ in range(3))
    if len(whole):
        at = np.ix_(whole, whole)
        ranked[at] = _straight(ranks(columns[:, whole]))
        kendall[at], p_kendall[at] = _kendall(columns[:, whole])
    gaps = set(range(columns.shape[1])) - set(whole.tolist())
    for i, j in np.argwhere(np.tri(columns.shape[1], dtype=bool)).tolist():
        if not np.isnan(straight[i, j]) and gaps & {i, j}:
            both = there[:, i] & there[:, j]
            pair = columns[both][:, [i, j]]
            ranked[i, j] = ranked[j, i] = spearman(*pair.T)
            tau, p = _kendall(pair)
            kendall[i, j], p_kendall[i, j] = kendall[j, i], p_kendall[j, i] = tau[0, 1], p[0, 1]
    kendall, p_kendall = (np.where(np.isnan(straight), np.nan, found) for found in (kendall, p_kendall))
    ranked = np.where(np.isnan(straight), np.nan, ranked)
    return Correlated(n, straight, p_value(straight, n), ranked, p_value(ranked, n), kendall, p_kendall)


def _kendall(columns: Array) -> tuple[Array, Array]:
    """Return τ-b = (C − D)/√((N − T_x)(N − T_y)) and its p for all pairs of whole columns (n, k).

    C, D concordant and discordant, T tied of the N pairs of rows; p by the normal approximation with ties (Kendall
    1970), and exactly where there are few rows and no ties, as scipy has it. Up to 1000 rows all pairs of columns
    come from products of matrices of signs, which is faster than sorting each pair.
    """
    n, k = columns.shape
    if n > MANY:
        return _sorted_kendall(columns)
    total = n * (n - 1) / 2
    apart, moves = np.zeros((k, k)), np.zeros(k)
    block = max(1, 2_000_000 // max(n * k, 1))
    for first in range(0, n, block):
        last = min(first + block, n)
        signs = np.sign(columns[first:last, None, :] - columns[None, :, :]).astype(np.float32).reshape(-1, k)
        apart += signs.T @ signs  # whole numbers, exact in single precision as long as a block has below 2²⁴ pairs
        moves += (signs != 0).sum(axis=0)
    apart, tied = apart / 2, total - moves / 2
    ties = [np.unique(column, return_counts=True)[1].astype(float) for column in columns.T]
    x0 = np.array([float((t * (t - 1) * (t - 2)).sum()) for t in ties])
    x1 = np.array([float((t * (t - 1) * (2 * t + 5)).sum()) for t in ties])
    with np.errstate(invalid="ignore", divide="ignore"):
        tau = np.clip(apart / np.sqrt((total - tied)[:, None] * (total - tied)), -1, 1)
        both = 2 * total
        variance = (both * (2 * n + 5) - x1[:, None] - x1) / 18 + 2 * tied[:, None] * tied / both
        variance += x0[:, None] * x0 / (9 * both * (n - 2))
        p = 2 * ndtr(-np.abs(apart) / np.sqrt(variance))
    # of N pairs without ties, (N − |C − D|)/2 go against the direction of the others
    against = (total - np.abs(apart)) / 2
    untied = (tied == 0)[:, None] & (tied == 0)
    if n <= EXACT:
        p = np.where(untied, _exact(n)[against.astype(int)], p)
    few = untied & (against <= 1) & (n > EXACT)
    return tau, np.where(few, 2 * np.exp(np.log(n) * np.minimum(against, 1) - gammaln(n + 1)), p)


def _sorted_kendall(columns: Array) -> tuple[Array, Array]:
    from scipy.stats import kendalltau  # takes long to import, and few runs have so many units

    tau, p = (np.full((columns.shape[1],) * 2, np.nan) for _ in range(2))
    for i, j in np.argwhere(np.tri(columns.shape[1], dtype=bool)).tolist():
        found = kendalltau(columns[:, i], columns[:, j])
        tau[i, j] = tau[j, i] = found.statistic
        p[i, j] = p[j, i] = found.pvalue
    return tau, p


@cache
def _exact(n: int) -> Array:
    """Return the two-sided p of 0, 1, … discordant pairs among n rows without ties (Kendall 1970, chapter 5)."""
    share = np.ones(1)
    for count in range(2, n + 1):
        share = np.convolve(share, np.full(count, 1 / count))
    return np.minimum(2 * np.cumsum(share), 1.0)


def pairs(columns: Mapping[str, Array], chosen: Sequence[tuple[str, str]] | None = None) -> pd.DataFrame:
    """Return the correlations of pairs of columns as a long table.

    `columns`: by code, each (n,), NaN where missing. `chosen`: the pairs; every pair once when absent.
    Columns of the table: code, other, n, pearson, p_pearson, spearman, p_spearman, kendall, p_kendall.
    """
    codes = list(columns)
    if chosen is None:
        chosen = [(a, b) for place, a in enumerate(codes) for b in codes[place + 1 :]]
    wanted = pd.DataFrame(chosen, columns=["code", "other"], dtype=object)
    names = ["n", *(name for c in COEFFICIENTS for name in (c, f"p_{c}"))]
    if not chosen:
        return wanted.assign(**{name: np.array([], dtype=float) for name in names})
    used = list(dict.fromkeys(code for pair in chosen for code in pair))
    if len(chosen) * 4 < len(used) ** 2:
        # few of the many pairs: each for itself
        found = [correlated(np.column_stack([columns[a], columns[b]])) for a, b in chosen]
        return wanted.assign(**{name: [getattr(one, name)[0, 1] for one in found] for name in names})
    place = {code: i for i, code in enumerate(used)}
    one = correlated(np.column_stack([columns[code] for code in used]))
    at = ([place[a] for a, _ in chosen], [place[b] for _, b in chosen])
    return wanted.assign(**{name: getattr(one, name)[at] for name in names})
