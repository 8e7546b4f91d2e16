"""Inequality by groups: Dagum's Gini with its three parts, Theil-T within and between."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.dynamics import Array

STATES = ("defined", "no_values", "all_zero", "negative")
"""Why there is no figure: nothing to compare, a sum of 0, or a value below 0."""


@dataclass(frozen=True)
class Gini:
    """Gini coefficient G = within + net between + transvariation; NaN where `state` says that there is none."""

    total: float
    within: float
    """G_w: inequality inside the groups."""
    net_between: float
    """G_nb: inequality between groups as far as the richer group is ahead."""
    transvariation: float
    """G_t: inequality between groups where members of the poorer group are ahead."""
    groups: tuple[Any, ...]
    inside: Array
    """(g,): the Gini coefficient of each group, NaN for a group without a positive sum."""
    between: Array
    """(g, g), symmetric: G_jh of each pair of groups, NaN on the diagonal and where both sums are 0."""
    ahead: Array
    """(g, g), symmetric: D_jh, the relative economic affluence, 0 … 1; NaN on the diagonal."""
    n: int
    """Units with a value."""
    state: str


@dataclass(frozen=True)
class Theil:
    """Theil-T index T = within + between; NaN where `state` says that there is none."""

    total: float
    within: float
    between: float
    groups: tuple[Any, ...]
    inside: Array
    """(g,): T of each group, NaN for a group without a positive sum."""
    contribution: Array
    """(g,): the part of `within` that each group brings, its share in the sum times its T."""
    n: int
    state: str


def dagum_gini(values: ArrayLike, groups: Sequence[Any] | NDArray[Any]) -> Gini:
    """Return the Gini coefficient and its decomposition by groups.

    G = Σ_ij |x_i − x_j| / (2n²μ); G_jh = ΣΣ|x − y| / (n_j n_h (μ_j + μ_h)); p = n_j/n, s = n_j μ_j/(nμ);
    G_w = Σ G_jj p_j s_j; G_nb = Σ_{j>h} G_jh (p_j s_h + p_h s_j) D_jh; G_t the same with 1 − D_jh;
    D = (d − p)/(d + p), d the mean of x − y where a member of the richer group is ahead, p where one is behind.

    `values`: (n,), at least 0; missing ones (NaN) are left out. `groups`: (n,) codes.

    Source: Dagum 1997, Empirical Economics 22:515–531.

    >>> made = dagum_gini([3, 5, 8, 2, 4, 6, 1, 2], list("EEEMMMWW"))
    >>> [round(part, 9) for part in (made.total, made.within, made.net_between, made.transvariation)]
    [0.318548387, 0.076612903, 0.201612903, 0.040322581]
    """
    codes, split, state = _grouped(values, groups)
    size = len(codes)
    inside, between, ahead = np.full(size, np.nan), np.full((size, size), np.nan), np.full((size, size), np.nan)
    n = sum(len(x) for x in split)
    if state != "defined":
        nothing = float("nan")
        return Gini(nothing, nothing, nothing, nothing, codes, inside, between, ahead, n, state)
    everything = np.sort(np.concatenate(split))
    total = float(everything.sum())
    p = np.array([len(x) / n for x in split])
    s = np.array([x.sum() / total for x in split])
    within = net = over = 0.0
    for j, x in enumerate(split):
        if s[j] > 0:
            inside[j] = _absolute(x, x) / (2 * x.mean())
            within += inside[j] * p[j] * s[j]
    for j, h in combinations(range(size), 2):
        if s[j] + s[h] <= 0:
            continue
        rich, poor = (split[j], split[h]) if split[j].mean() >= split[h].mean() else (split[h], split[j])
        distance = _absolute(rich, poor)
        # d − p is the difference of the means, d + p the mean distance.
        share = (rich.mean() - poor.mean()) / distance if distance > 0 else 0.0
        between[j, h] = between[h, j] = distance / (rich.mean() + poor.mean())
        ahead[j, h] = ahead[h, j] = share
        weight = between[j, h] * (p[j] * s[h] + p[h] * s[j])
        net += weight * share
        over += weight * (1 - share)
    overall = _absolute(everything, everything) / (2 * total / n)
    return Gini(float(overall), float(within), float(net), float(over), codes, inside, between, ahead, n, state)


def theil(values: ArrayLike, groups: Sequence[Any] | NDArray[Any], population: ArrayLike | None = None) -> Theil:
    """Return the Theil-T index and its parts within and between groups.

    T = Σ y_i/Y · ln[(y_i/Y)/(p_i/P)]; between = Σ_g Y_g/Y · ln[(Y_g/Y)/(P_g/P)]; within = Σ_g Y_g/Y · T_g. 0·ln 0 = 0.

    Args:
        values: (n,) y, totals (not per head) where `population` is given, at least 0; missing ones are left out.
        groups: (n,) codes.
        population: (n,) p above 0; every unit counts alike when absent.

    Source: Theil 1967; Shorrocks 1980.

    >>> made = theil([3, 5, 8, 2, 4, 6, 1, 2], list("EEEMMMWW"))
    >>> round(made.total, 9), round(made.within, 9), round(made.between, 9)
    (0.163095684, 0.077784876, 0.085310808)
    """
    y = np.asarray(values, dtype=float)
    people = np.ones(len(y)) if population is None else np.asarray(population, dtype=float)
    if people.shape != y.shape or not (people[np.isfinite(people)] > 0).all():
        raise ValueError("population must be above 0, one number a unit")
    codes, at, state = _places(np.where(np.isfinite(people), y, np.nan), groups)
    inside, contribution = np.full(len(codes), np.nan), np.zeros(len(codes))
    n = sum(len(one) for one in at)
    if state != "defined":
        nothing = float("nan")
        return Theil(nothing, nothing, nothing, codes, inside, contribution * nothing, n, state)
    used = np.concatenate(at)
    sums = np.array([y[one].sum() for one in at])
    for place, one in enumerate(at):
        if sums[place] > 0:
            inside[place] = _theil(y[one], people[one])
            contribution[place] = sums[place] / sums.sum() * inside[place]
    between = _theil(sums, np.array([people[one].sum() for one in at]))
    total = _theil(y[used], people[used])
    return Theil(total, float(contribution.sum()), between, codes, inside, contribution, n, state)


def _places(
    values: ArrayLike, groups: Sequence[Any] | NDArray[Any]
) -> tuple[tuple[Any, ...], list[NDArray[np.intp]], str]:
    """Return the groups in order, where the values of each stand, and the state."""
    y = np.asarray(values, dtype=float)
    named = np.asarray(groups)
    if y.ndim != 1 or named.shape != y.shape:
        raise ValueError("values and groups must be two lists of one length")
    there = np.isfinite(y)
    codes = np.unique(named[there])
    at = [np.flatnonzero(there & (named == code)) for code in codes]
    if not there.any():
        state = "no_values"
    elif (y[there] < 0).any():
        state = "negative"
    else:
        state = "all_zero" if y[there].sum() == 0 else "defined"
    return tuple(codes.tolist()), at, state


def _grouped(values: ArrayLike, groups: Sequence[Any] | NDArray[Any]) -> tuple[tuple[Any, ...], list[Array], str]:
    codes, at, state = _places(values, groups)
    y = np.asarray(values, dtype=float)
    return codes, [np.sort(y[one]) for one in at], state


def _absolute(x: Array, y: Array) -> float:
    """Return the mean of |x_i − y_j| over all pairs of two sorted lists."""
    below = np.searchsorted(y, x, side="right")
    sums = np.concatenate([[0.0], np.cumsum(y)])
    apart = x * below - sums[below] + (sums[-1] - sums[below]) - x * (len(y) - below)
    return max(float(apart.sum()) / (len(x) * len(y)), 0.0)


def _theil(y: Array, people: Array) -> float:
    share, expected = y / y.sum(), people / people.sum()
    ratio = np.where(share > 0, share, expected) / expected
    return float((share * np.log(ratio)).sum())
