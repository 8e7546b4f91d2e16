"""Productivity over time with bad outputs: the Malmquist–Luenberger index and its global form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indicators.efficiency.directional import OUTWARD, Direction, Distance
from indicators.efficiency.production import Array, Production
from indicators.efficiency.results import ROUNDING
from indicators.efficiency.technology import same_variables, some_bads
from indicators.errors import Place, fault
from indicators.texts import text

Course = Literal["defined", "infeasible", "unbounded", "unsolved", "absent", "no_direction", "no_number"]
"""`absent`: the unit is in one of the two periods only; `no_number`: a distance of −1 or below, whose ratio has no
meaning; `infeasible`, `unbounded` and `unsolved` name the programs concerned in `failed`."""


@dataclass(frozen=True, eq=False)
class Change:
    """Change from one period to the next: above 1 is progress; NaN only where the state says why."""

    first: str
    second: str
    units: tuple[str, ...]
    """Every unit of either period, in the order of the first and then of the second."""
    index: Array
    """Productivity, `(n,)`: efficiency times technology."""
    efficiency: Array
    """Catching up with the frontier of one's own period, `(n,)`; known even where a cross-period program fails."""
    technology: Array
    """Shift of the frontier where the unit stands, `(n,)`."""
    distances: dict[str, Array]
    """Each distance β used, `(n,)`, by name: `first_on_second` is the first period's unit on the second's frontier."""
    states: tuple[Course, ...]
    failed: tuple[tuple[str, ...], ...]
    """Per unit the names of the programs that have no solution."""

    def texts(self, language: str) -> tuple[str, ...]:
        """Return the state of each unit in words."""
        return tuple(text(f"efficiency.course_{state}", language) for state in self.states)


def _distances(distance: Distance, given: Production) -> tuple[Array, list[str]]:
    """Return distances `(n,)` and the state of each."""
    values, states = np.full(len(given), np.nan), []
    for position, task in enumerate(distance.tasks(given)):
        if task is None:
            states.append("no_direction")
            continue
        found = distance.solve(task)
        states.append(found.state)
        beta = found.own[0]
        values[position] = 0.0 if abs(beta) < ROUNDING else beta
    return values, states


def _checked(
    periods: Sequence[Production], labels: Sequence[object] | None, frontiers: Sequence[Production]
) -> list[str]:
    if len(periods) < 2:
        raise fault("efficiency.two_periods", Place(key="periods"), found=len(periods))
    for period in (*periods, *frontiers):
        same_variables(period, periods[0])
        some_bads(period, "malmquist_luenberger")
    named = [str(label) for label in (range(len(periods)) if labels is None else labels)]
    if len(named) != len(periods):
        raise fault("efficiency.lengths_differ", Place(key="labels"), found=len(named), expected=len(periods))
    if len(frontiers) != len(periods):
        raise fault("efficiency.lengths_differ", Place(key="references"), found=len(frontiers), expected=len(periods))
    return named


class _Table:
    """Distances of the units of two periods, side by side."""

    def __init__(self, first: Production, second: Production) -> None:
        self.units = tuple(dict.fromkeys(first.units + second.units))
        at = {code: row for row, code in enumerate(self.units)}
        self.rows = {"first": [at[code] for code in first.units], "second": [at[code] for code in second.units]}
        self.given = {"first": first, "second": second}
        self.distances: dict[str, Array] = {}
        self.states: dict[str, list[str]] = {}

    def add(self, name: str, values: Array, states: Sequence[str]) -> None:
        """Add the distances of one period's units on one frontier; the period is the first word of the name."""
        rows = self.rows[name.partition("_on_")[0]]
        column, told = np.full(len(self.units), np.nan), ["absent"] * len(self.units)
        column[rows] = values
        for row, state in zip(rows, states, strict=True):
            told[row] = state
        self.distances[name], self.states[name] = column, told

    def one_plus(self, name: str) -> Array:
        """Return 1 + β where it is above 0, else NaN."""
        column = 1 + self.distances[name]
        return np.where(column > 0, column, np.nan)

    def change(self, labels: Sequence[str], index: Array, efficiency: Array) -> "Change":
        """Return the change between the periods of these two labels; technology is what efficiency leaves over."""
        first, second = labels
        states, failed = self.outcome()
        return Change(
            first, second, self.units, index, efficiency, index / efficiency, self.distances, states, failed
        )  # fmt: skip

    def outcome(self) -> tuple[tuple[Course, ...], tuple[tuple[str, ...], ...]]:
        """Return the state of each unit and its programs without a solution."""
        order: tuple[Course, ...] = ("absent", "no_direction", "unsolved", "unbounded", "infeasible")
        courses: list[Course] = []
        failed = []
        for row in range(len(self.units)):
            told = {name: states[row] for name, states in self.states.items()}
            worst = next((state for state in order if state in told.values()), None)
            if worst is None:
                low = any(column[row] <= -1 for column in self.distances.values())
                worst = "no_number" if low else "defined"
            courses.append(worst)
            failed.append(tuple(name for name, state in told.items() if state in order[2:]))
        return tuple(courses), tuple(failed)


def malmquist_luenberger(
    periods: Sequence[Production],
    labels: Sequence[object] | None = None,
    direction: Direction = OUTWARD,
    returns: str = "constant",
    bads: str = "weak",
    references: Sequence[Production] | None = None,
) -> tuple[Change, ...]:
    """Return the Malmquist–Luenberger index from each period to the next.

    ML = √{[1+D¹(1)]/[1+D¹(2)] · [1+D²(1)]/[1+D²(2)]} = EC · TC, with EC = [1+D¹(1)]/[1+D²(2)] and
    TC = √{[1+D²(1)]/[1+D¹(1)] · [1+D²(2)]/[1+D¹(2)]}; Dᵗ(u): the directional distance of the unit of period u on the
    frontier of period t. A cross-period program may have no solution: the unit is then kept, with the state
    `infeasible`, the programs' names and its efficiency change; the global index has no such gap.

    `periods`: two or more, their units told apart by code; `labels`: their names; `references`: the units that make
    the frontier of each period (`periods` when absent); the rest as in `directional`.

    Chung, Färe & Grosskopf 1997, Journal of Environmental Management 51, 229–240.

    >>> from indicators.efficiency.production import production
    >>> before = production([1, 1], [4, 2], bads=[2, 2], units="AB")
    >>> after = production([1, 1], [4, 3], bads=[2, 2], units="AB")
    >>> (change,) = malmquist_luenberger([before, after], [2015, 2016])
    >>> change.index.round(6).tolist(), change.technology.round(6).tolist()
    ([1.0, 1.166667], [1.0, 1.0])
    """
    made = periods if references is None else references
    named = _checked(periods, labels, made)
    frontiers = [Distance(reference, direction, returns, bads) for reference in made]
    own = [_distances(frontier, period) for frontier, period in zip(frontiers, periods, strict=True)]
    changes = []
    for at in range(len(periods) - 1):
        first, second = periods[at], periods[at + 1]
        table = _Table(first, second)
        table.add("first_on_first", *own[at])
        table.add("second_on_second", *own[at + 1])
        table.add("first_on_second", *_distances(frontiers[at + 1], first))
        table.add("second_on_first", *_distances(frontiers[at], second))
        efficiency = table.one_plus("first_on_first") / table.one_plus("second_on_second")
        earlier = table.one_plus("first_on_first") / table.one_plus("second_on_first")
        later = table.one_plus("first_on_second") / table.one_plus("second_on_second")
        index = np.sqrt(earlier * later)
        changes.append(table.change(named[at : at + 2], index, efficiency))
    return tuple(changes)


def _pooled(periods: Sequence[Production], labels: Sequence[str]) -> Production:
    """Return the units of all periods as units of one."""
    return Production(
        tuple(f"{code}@{label}" for period, label in zip(periods, labels, strict=True) for code in period.units),
        np.vstack([period.inputs for period in periods]),
        np.vstack([period.goods for period in periods]),
        np.vstack([period.bads for period in periods]),
    )


def global_malmquist_luenberger(
    periods: Sequence[Production],
    labels: Sequence[object] | None = None,
    direction: Direction = OUTWARD,
    returns: str = "constant",
    bads: str = "weak",
    references: Sequence[Production] | None = None,
    pool: Production | None = None,
) -> tuple[Change, ...]:
    """Return the global Malmquist–Luenberger index from each period to the next, against the units of all periods.

    GML = [1+Dᴳ(1)]/[1+Dᴳ(2)] = EC · BPC: efficiency change and the change of the gap between the frontier of the
    period and that of all periods. Every program has a solution, and indices chain: 1→2 times 2→3 is 1→3. A further
    period changes the earlier figures.

    `pool`: the units that make the frontier of all periods (those of the periods when absent); the rest as in
    `malmquist_luenberger`.

    Oh 2010, Journal of Productivity Analysis 34, 183–197.

    >>> from indicators.efficiency.production import production
    >>> before = production([1, 1], [4, 2], bads=[2, 2], units="AB")
    >>> after = production([1, 1], [5, 3], bads=[2, 2], units="AB")
    >>> (change,) = global_malmquist_luenberger([before, after])
    >>> change.index.round(6).tolist()
    [1.111111, 1.142857]
    """
    made = periods if references is None else references
    named = _checked(periods, labels, made)
    whole = Distance(_pooled(periods, named) if pool is None else pool, direction, returns, bads)
    over = [_distances(whole, period) for period in periods]
    own = [_distances(Distance(one, direction, returns, bads), two) for one, two in zip(made, periods, strict=True)]
    changes = []
    for at in range(len(periods) - 1):
        table = _Table(periods[at], periods[at + 1])
        table.add("first_on_first", *own[at])
        table.add("second_on_second", *own[at + 1])
        table.add("first_on_all", *over[at])
        table.add("second_on_all", *over[at + 1])
        index = table.one_plus("first_on_all") / table.one_plus("second_on_all")
        efficiency = table.one_plus("first_on_first") / table.one_plus("second_on_second")
        changes.append(table.change(named[at : at + 2], index, efficiency))
    return tuple(changes)
