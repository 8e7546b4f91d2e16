"""Frontiers by group: how far a unit is from the best of its kind, and how far its kind is from the best of all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indicators.efficiency.production import Array, Production
from indicators.efficiency.results import ROUNDING, Efficiency
from indicators.errors import Place, fault
from indicators.texts import text

GapState = Literal["defined", "alone", "no_score"]
"""`alone`: the only unit of its group, which is efficient in it by itself; `no_score`: one of the two programs has
none, and its own state says why."""


@dataclass(frozen=True, eq=False)
class Gap:
    """Efficiency within the group, over all groups, and the ratio of both."""

    units: tuple[str, ...]
    groups: tuple[str, ...]
    """Group of each unit."""
    within: Array
    """Share on the frontier of the group, `(n,)`."""
    overall: Array
    """Share on the metafrontier, `(n,)`."""
    ratio: Array
    """overall / within, at most 1, `(n,)`: how near the group's frontier comes to that of all where the unit stands."""
    states: tuple[GapState, ...]
    by_group: dict[str, Efficiency]
    """The full answer on each group's frontier."""
    of_all: Efficiency
    """The full answer on the metafrontier."""

    def texts(self, language: str) -> tuple[str, ...]:
        """Return the state of each unit in words."""
        return tuple(text(f"efficiency.gap_{state}", language) for state in self.states)


def technology_gap(overall: Array, within: Array) -> Array:
    """Return overall / within, shares on the metafrontier and on that of the group, `(n,)`; NaN where there is none.

    >>> technology_gap(np.array([0.4, 0.5]), np.array([0.8, 0.0])).tolist()
    [0.5, nan]
    """
    ratio = np.divide(overall, within, out=np.full(len(within), np.nan), where=within > 0)
    return np.where(np.abs(ratio - 1) < ROUNDING, 1.0, ratio)


def metafrontier(given: Production, groups: Sequence[object], measure: Callable[[Production], Efficiency]) -> Gap:
    """Return efficiency within groups, over all of them, and the metatechnology ratio.

    ratio = share on the frontier of all units / share on that of the group; a distance β counts as 1/(1 + β). The
    frontier of all is the convex one of the pooled units, which may lie outside what any group reaches. A direction
    relative to the mean differs between groups and is not to be used here.

    `given`: the units; `groups`: the group of each; `measure`: any of the measures, its choices made, such as
    `functools.partial(directional, returns="variable")`.

    O'Donnell, Rao & Battese 2008, Empirical Economics 34, 231–255.

    >>> from indicators.efficiency.production import production
    >>> from indicators.efficiency.radial import radial
    >>> found = metafrontier(production([1, 1, 1, 1], [4, 2, 2, 1]), ["x", "x", "y", "y"], radial)
    >>> found.within.round(6).tolist(), found.ratio.round(6).tolist()
    ([1.0, 0.5, 1.0, 0.5], [1.0, 1.0, 0.5, 0.5])
    """
    named = tuple(str(group) for group in groups)
    if len(named) != len(given):
        raise fault("efficiency.lengths_differ", Place(key="groups"), found=len(named), expected=len(given))
    within, answers = np.full(len(given), np.nan), {}
    alone = np.zeros(len(given), dtype=bool)
    for group in dict.fromkeys(named):
        members = np.flatnonzero(np.array(named) == group)
        answers[group] = measure(given.take(members))
        within[members] = answers[group].shares
        alone[members] = len(members) == 1
    of_all = measure(given)
    ratio = technology_gap(of_all.shares, within)
    states: list[GapState] = [
        "no_score" if np.isnan(value) else "alone" if single else "defined"
        for value, single in zip(ratio, alone, strict=True)
    ]
    return Gap(given.units, named, within, of_all.shares, ratio, tuple(states), answers, of_all)
