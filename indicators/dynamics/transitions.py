"""Transitions between classes over time: Markov matrices, their ergodic distribution, sojourn and passage times."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

from indicators.dynamics import Array

MISSING = -1
"""The class of a missing value."""

ROW_STATES = ("defined", "absorbing", "never_observed")
ERGODIC_STATES = ("unique", "periodic", "several", "never_observed")
"""`periodic`: the distribution stays once reached, but is not approached. `several`: more than one group of classes is
never left, so that the distribution depends on the start. `never_observed`: no unit was ever seen leaving a class."""
PASSAGE_STATES = ("defined", "not_certain", "never_observed")
"""`not_certain`: a unit may never get there, so that the mean time is not finite."""


@dataclass(frozen=True)
class Classes:
    """Classes of the values, 0 … k − 1 from low to high; `MISSING` where the value is."""

    of: NDArray[np.intp]
    cuts: Array
    """(k − 1,) or (k − 1, years): the inner cuts."""
    count: int
    """k"""
    on_cut: Literal["lower", "higher"]


@dataclass(frozen=True)
class Transitions:
    """A Markov matrix of first order and what follows from it; NaN where the states say that there is none."""

    counts: NDArray[np.intp]
    """(k, k): moves from the row's class to the column's."""
    probabilities: Array
    """(k, k): rows sum to 1; NaN in the row of a class that was never observed."""
    rows: NDArray[np.str_]
    """(k,): see `ROW_STATES`."""
    ergodic: Array
    """(k,): the distribution that stays; NaN where it is not unique."""
    ergodic_state: str
    sojourn: Array
    """(k,): mean periods in a class before it is left, 1/(1 − p_ii); NaN for an absorbing one."""
    first_passage: Array
    """(k, k): mean periods from the row's class until the column's is first reached; on the diagonal, until return."""
    passage_states: NDArray[np.str_]
    """(k, k): see `PASSAGE_STATES`."""


def quantile_classes(
    values: ArrayLike, count: int, *, pooled: bool = False, on_cut: Literal["lower", "higher"] = "lower"
) -> Classes:
    """Return classes by quantiles, cut at the shares 1/k … (k−1)/k with linear interpolation.

    With many ties quantiles coincide and classes stay empty; nothing is moved to fill them.

    Args:
        values: (units, years); NaN where missing.
        count: k ≥ 2.
        pooled: cut all years together (a rise of all units then shows) instead of each year by itself.
        on_cut: whether a value on a cut belongs to the lower class or to the higher.

    Source: Quah 1993; quantiles as in mapclassify and giddy.

    >>> made = quantile_classes([[1, 5], [2, 6], [3, np.nan], [4, 8]], 2)
    >>> made.of.tolist(), made.cuts.tolist()
    ([[0, 0], [0, 0], [1, -1], [1, 1]], [[2.5, 6.0]])
    """
    x = np.asarray(values, dtype=float)
    if count < 2 or x.ndim != 2:
        raise ValueError("classes need values by unit and year, and there must be two or more")
    shares = np.arange(1, count) / count
    if pooled:
        seen = x[np.isfinite(x)]
        cuts = np.quantile(seen, shares) if len(seen) else np.full(count - 1, np.nan)
        return given_classes(x, cuts.tolist(), on_cut=on_cut)
    of = np.full(x.shape, MISSING, dtype=np.intp)
    by_year = np.full((count - 1, x.shape[1]), np.nan)
    for year in range(x.shape[1]):
        seen = x[np.isfinite(x[:, year]), year]
        if len(seen):
            by_year[:, year] = np.quantile(seen, shares)
            of[:, year] = given_classes(x[:, year], by_year[:, year].tolist(), on_cut=on_cut).of
    return Classes(of, by_year, count, on_cut)


def given_classes(
    values: ArrayLike, cuts: Sequence[float], *, on_cut: Literal["lower", "higher"] = "higher"
) -> Classes:
    """Return classes between given cuts, rising, in the unit of the values.

    `values`: of any shape; NaN where missing. A value on a cut belongs to the higher class unless `on_cut` says else.

    >>> given_classes([39.9, 40, 70, np.nan], [40, 60]).of.tolist()
    [0, 1, 2, -1]
    """
    x, inner = np.asarray(values, dtype=float), np.asarray(cuts, dtype=float)
    if (np.diff(inner) < 0).any():
        raise ValueError("cuts must rise")
    of = np.searchsorted(inner, x, side="left" if on_cut == "lower" else "right")
    return Classes(np.where(np.isfinite(x), of, MISSING), inner, len(inner) + 1, on_cut)


def transitions(classes: ArrayLike, count: int, step: int = 1) -> Transitions:
    """Return the transition matrix P, p_ij = n_ij/n_i, with what follows from it.

    Ergodic distribution: πP = π. Sojourn time: 1/(1 − p_ii). First mean passage: m_ij = 1 + Σ_{k≠j} p_ik m_kj.
    A pair of years in which a class is missing is left out.

    Args:
        classes: (units, years), 0 … `count` − 1, `MISSING` where unknown.
        count: k.
        step: years between the two classes of a move.

    Source: Kemeny and Snell 1976; Rey 2001, Geographical Analysis 33:195–214.

    >>> made = transitions([[0, 0, 1, 1], [1, 0, 0, 1]], 2)
    >>> made.counts.tolist(), made.ergodic.round(6).tolist(), made.sojourn.round(6).tolist()
    ([[2, 2], [1, 1]], [0.5, 0.5], [2.0, 2.0])
    """
    return _followed(_counted(*_moves(classes, count, step), count))


def conditional_transitions(
    classes: ArrayLike, conditions: ArrayLike, count: int, conditions_count: int, step: int = 1
) -> tuple[Transitions, ...]:
    """Return one transition matrix for each condition in which units start.

    With the class of the neighbours' mean as condition this is the spatial Markov chain.

    Args:
        classes, count, step: as for `transitions`.
        conditions: (units, years), 0 … `conditions_count` − 1 at the start of a move, `MISSING` where unknown.
        conditions_count: number of conditions.

    Source: Rey 2001, Geographical Analysis 33:195–214.

    >>> made = conditional_transitions([[0, 0, 1], [1, 0, 0]], [[0, 1, 1], [1, 1, 1]], 2, 2)
    >>> [one.counts.tolist() for one in made]
    [[[1, 0], [0, 0]], [[1, 1], [1, 0]]]
    """
    start, end = _moves(classes, count, step)
    given = _checked(conditions, conditions_count)[:, : start.shape[1]]
    return tuple(
        _followed(_counted(np.where(given == one, start, MISSING), end, count)) for one in range(conditions_count)
    )


def followed(probabilities: ArrayLike) -> Transitions:
    """Return what follows from a given transition matrix (k, k), whose counts are unknown and stand as 0.

    >>> followed([[0.5, 0.5], [0, 1]]).rows.tolist()
    ['defined', 'absorbing']
    """
    p = np.asarray(probabilities, dtype=float)
    whole = (p >= 0).all() and np.abs(p.sum(axis=1) - 1).max() < 1e-9
    if p.ndim != 2 or p.shape[0] != p.shape[1] or not whole:
        raise ValueError("a transition matrix is square, not negative, and its rows sum to 1")
    return _derived(np.zeros(p.shape, dtype=np.intp), p)


def _checked(classes: ArrayLike, count: int) -> NDArray[np.intp]:
    seen = np.asarray(classes, dtype=np.intp)
    if seen.ndim != 2 or (seen < MISSING).any() or (seen >= count).any():
        raise ValueError(f"classes must be given by unit and year, from 0 to {count - 1}, {MISSING} where missing")
    return seen


def _moves(classes: ArrayLike, count: int, step: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    seen = _checked(classes, count)
    if not 1 <= step < seen.shape[1]:
        raise ValueError("a step must be at least 1 and shorter than the years")
    return seen[:, :-step], seen[:, step:]


def _counted(start: NDArray[np.intp], end: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    both = (start != MISSING) & (end != MISSING)
    return np.bincount(start[both] * count + end[both], minlength=count * count).reshape(count, count)


def _followed(counts: NDArray[np.intp]) -> Transitions:
    left = counts.sum(axis=1, keepdims=True)
    return _derived(counts, np.divide(counts, left, out=np.full(counts.shape, np.nan), where=left > 0))


def _derived(counts: NDArray[np.intp], p: Array) -> Transitions:
    stays = np.diag(p)
    seen = np.isfinite(stays)
    rows = np.select([~seen, stays >= 1], ["never_observed", "absorbing"], "defined")
    sojourn = np.divide(1.0, 1 - stays, out=np.full(len(p), np.nan), where=rows == "defined")
    ergodic, ergodic_state = _ergodic(p)
    passage, passage_states = _first_passage(p)
    return Transitions(counts, p, rows, ergodic, ergodic_state, sojourn, passage, passage_states)


def _ergodic(p: Array) -> tuple[Array, str]:
    nothing = np.full(len(p), np.nan)
    # A class that nobody entered or left plays no part; one that was entered and never left is open.
    known = np.asarray(np.isfinite(p).all(axis=1))
    entered = np.nan_to_num(p).sum(axis=0) > 0
    if (~known & entered).any() or not known.any():
        return nothing, "never_observed"
    at = np.flatnonzero(known)
    own = p[np.ix_(at, at)]
    number, group = connected_components(own > 0, directed=True, connection="strong")
    leaves = {int(group[i]) for i, j in np.argwhere(own > 0) if group[i] != group[j]}
    closed = sorted(set(range(number)) - leaves)
    if len(closed) > 1:
        return nothing, "several"
    lasting = np.flatnonzero(group == closed[0])
    inner = own[np.ix_(lasting, lasting)]
    size = len(lasting)
    system = np.vstack([inner.T - np.eye(size), np.ones(size)])
    found = np.linalg.lstsq(system, np.r_[np.zeros(size), 1.0], rcond=None)[0]
    distribution = np.zeros(len(p))
    distribution[at[lasting]] = np.maximum(found, 0.0) / np.maximum(found, 0.0).sum()
    on_circle = np.abs(np.abs(np.linalg.eigvals(inner)) - 1) < 1e-9
    return distribution, "periodic" if on_circle.sum() > 1 else "unique"


def _reach(leads: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which classes can be reached from which, in none or more moves."""
    reached = leads | np.eye(len(leads), dtype=bool)
    for _ in range(len(leads).bit_length()):
        reached = (reached.astype(int) @ reached.astype(int)) > 0
    return reached


def _first_passage(p: Array) -> tuple[Array, NDArray[np.str_]]:
    size = len(p)
    known = np.asarray(np.isfinite(p).all(axis=1))
    clean = np.where(known[:, None], p, 0.0)
    times = np.full((size, size), np.nan)
    states = np.full((size, size), "not_certain", dtype="<U14")
    for to in range(size):
        others = np.arange(size) != to
        # On the way to a class, paths end in it: beyond it nothing counts.
        leads = (clean > 0) & others[:, None]
        reached = _reach(leads)
        arrives = reached[:, to]
        certain = np.asarray(~(reached & ~arrives[None, :]).any(axis=1) & arrives)
        open_ = np.asarray((reached & ~known[None, :] & others[None, :]).any(axis=1))
        way = np.flatnonzero(certain & others)
        if len(way):
            times[way, to] = np.linalg.solve(np.eye(len(way)) - clean[np.ix_(way, way)], np.ones(len(way)))
            states[way, to] = "defined"
        states[open_ & others, to] = "never_observed"
        next_ = np.flatnonzero((clean[to] > 0) & others)
        if not known[to]:
            states[to, to] = "never_observed"
        elif certain[next_].all():
            times[to, to] = 1 + (clean[to, next_] * times[next_, to]).sum()
            states[to, to] = "defined"
        elif open_[next_].any():
            states[to, to] = "never_observed"
    return times, states
