"""Inequality by groups: Dagum's Gini with its three parts, Theil-T within and between."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    p = np.array([len(x) / n for x in split])
    sums = np.array([x.sum() for x in split])
    s, mean = sums / sums.sum(), sums / (p * n)
    distance = _distances(split)
    inside = np.divide(np.diag(distance), 2 * mean, out=inside, where=s > 0)
    within = float((np.nan_to_num(inside) * p * s).sum())
    j, h = np.triu_indices(size, k=1)
    some = s[j] + s[h] > 0
    j, h = j[some], h[some]
    # d − p is the difference of the means, d + p the mean distance.
    share = np.divide(np.abs(mean[j] - mean[h]), distance[j, h], out=np.zeros(len(j)), where=distance[j, h] > 0)
    share = np.minimum(share, 1.0)
    between[j, h] = between[h, j] = distance[j, h] / (mean[j] + mean[h])
    ahead[j, h] = ahead[h, j] = share
    weight = between[j, h] * (p[j] * s[h] + p[h] * s[j])
    net, over = float((weight * share).sum()), float((weight * (1 - share)).sum())
    overall = float((np.outer(p, p) * distance).sum() / (2 * sums.sum() / n))
    return Gini(overall, within, net, over, codes, inside, between, ahead, n, state)


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


def _distances(split: list[Array]) -> Array:
    """Return the mean of |x − y| over all pairs of one member of each of two groups, (g, g).

    It is the integral of F_j (1 − F_h) + F_h (1 − F_j), F the shares of the groups up to a value.
    """
    of = np.repeat(np.arange(len(split)), [len(x) for x in split])
    values = np.concatenate(split)
    order = np.argsort(values, kind="stable")
    upto = np.zeros((len(values), len(split)))
    upto[np.arange(len(values)), of[order]] = 1.0
    upto = (upto.cumsum(axis=0) / np.array([len(x) for x in split]))[:-1]
    # a small product, which threads of a matrix library would only slow down
    half = np.einsum("ng,nh->gh", upto, np.diff(values[order])[:, None] * (1 - upto))
    return np.asarray(half + half.T)


def _theil(y: Array, people: Array) -> float:
    share, expected = y / y.sum(), people / people.sum()
    ratio = np.where(share > 0, share, expected) / expected
    return float((share * np.log(ratio)).sum())
