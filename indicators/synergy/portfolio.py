"""Which measures to take under a budget, and the marginal abatement cost curve of a list of measures."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from indicators.synergy.co_control import Array
from indicators.synergy.equivalents import unit_cost

STATES = ("chosen", "left_out", "no_reduction", "adds_emissions", "missing")
_EXACT = 1e-9
_NODES = 2000
"""Most nodes of the search tree that are looked at: of many measures with one unit cost, 30 and more, the proof that no
other set is better by a hair would never end. A number of nodes, unlike a time, gives the same answer everywhere."""


@dataclass(frozen=True)
class Portfolio:
    """The measures chosen, what they cost together and what they reduce."""

    method: Literal["greedy", "exact"]
    chosen: NDArray[np.bool_]
    cost: float
    reduction: float
    budget: float
    state: NDArray[np.str_]
    """Of each measure: `chosen`, `left_out` (it did not fit or was not worth it), or why it was never considered."""
    gap: float = 0.0
    """By which share another set could at most reduce more; 0 where it is proven that none does. Of `exact` alone."""


@dataclass(frozen=True)
class Curve:
    """The steps of the marginal abatement cost curve, cheapest first."""

    order: NDArray[np.intp]
    """Positions of the measures that stand on the curve."""
    width: Array
    """The reduction of each step."""
    height: Array
    """The unit cost of each step."""
    reduction: Array
    """Cumulative reduction at the end of each step."""
    cost: Array
    """Cumulative cost at the end of each step."""
    state: NDArray[np.str_]
    """Of each measure given, in the given order: see `indicators.synergy.equivalents.COST_STATES`."""


def greedy_portfolio(cost: ArrayLike, reduction: ArrayLike, budget: float) -> Portfolio:
    """Return the measures taken one after the other by unit cost, each where the budget still bears it.

    What a measure with a negative cost saves adds to the budget; such measures come first, all of them. Of equal
    unit costs the larger reduction comes first. Quick and easy to explain, but not always the best: see
    `exact_portfolio`.

    `cost`, `reduction`: (m,), the reduction positive when emissions fall; `budget` ≥ 0, in the currency of `cost`.

    >>> made = greedy_portfolio([60, 50, 50], [66, 50, 50], 100)
    >>> made.chosen.tolist(), made.reduction
    ([True, False, False], 66.0)
    """
    paid, reduced, states = _considered(cost, reduction, budget)
    chosen = np.zeros(len(paid), dtype=bool)
    left = float(budget)
    for at in _by_unit_cost(paid, reduced, states):
        if paid[at] <= left * (1 + 1e-12):
            chosen[at] = True
            left = max(left - paid[at], 0.0)
    return _portfolio("greedy", chosen, paid, reduced, budget, states)


def exact_portfolio(cost: ArrayLike, reduction: ArrayLike, budget: float) -> Portfolio:
    """Return the measures that reduce most under a budget: max Σ rx with Σ cx ≤ B, x 0 or 1.

    Of several sets that reduce as much the cheapest is taken. What a measure with a negative cost saves adds to the
    budget. Parameters as for `greedy_portfolio`. Solved by HiGHS; where the proof ends before it is complete, `gap`
    says how much better another set could be at most.

    >>> made = exact_portfolio([60, 50, 50], [66, 50, 50], 100)
    >>> made.chosen.tolist(), made.reduction
    ([False, True, True], 100.0)
    """
    paid, reduced, states = _considered(cost, reduction, budget)
    chosen = np.isin(states, ("saves",)) | ((states == "defined") & (paid <= 0))
    left = float(budget) - float(paid[chosen].sum())
    open_ = np.flatnonzero((states == "defined") & ~chosen & (paid <= left))
    fixed, best = float(reduced[chosen].sum()), 0.0
    if paid[open_].sum() <= left:
        chosen[open_] = True
    else:
        greatest = float(reduced[open_].max())
        chosen[open_], best = _knapsack(paid[open_] / left, reduced[open_] / greatest)
        best = fixed + best * greatest
        first = greedy_portfolio(paid, reduced, budget)
        if first.reduction > float(reduced[chosen].sum()) * (1 + _EXACT):
            chosen = first.chosen
    found = _portfolio("exact", chosen, paid, reduced, budget, states)
    ahead = best / found.reduction - 1 if found.reduction > 0 else 0.0
    return replace(found, gap=ahead if ahead > _EXACT else 0.0)


def abatement_curve(cost: ArrayLike, reduction: ArrayLike) -> Curve:
    """Return the steps of the marginal abatement cost curve: reductions put in a row, by rising unit cost.

    Measures that save money stand first; their order among themselves has no meaning. Measures without a reduction
    do not stand on the curve; `state` says why. `cost`, `reduction`: (m,).

    >>> made = abatement_curve([100, 30, -10, 5], [10, 10, 5, 0])
    >>> made.order.tolist(), made.height.tolist(), made.reduction.tolist(), made.cost.tolist()
    ([2, 1, 0], [-2.0, 3.0, 10.0], [5.0, 15.0, 25.0], [-10.0, 20.0, 120.0])
    """
    paid, reduced, states = _considered(cost, reduction, np.inf)
    order = _by_unit_cost(paid, reduced, states)
    height = unit_cost(paid[order], reduced[order]).value
    return Curve(order, reduced[order], height, np.cumsum(reduced[order]), np.cumsum(paid[order]), states)


def _considered(cost: ArrayLike, reduction: ArrayLike, budget: float) -> tuple[Array, Array, NDArray[np.str_]]:
    paid, reduced = np.asarray(cost, dtype=float), np.asarray(reduction, dtype=float)
    if paid.ndim != 1 or paid.shape != reduced.shape:
        raise ValueError("cost and reduction must be two lists of one length")
    if not budget >= 0:
        raise ValueError("the budget must be a number of at least 0")
    return paid, reduced, unit_cost(paid, reduced).state


def _by_unit_cost(paid: Array, reduced: Array, states: NDArray[np.str_]) -> NDArray[np.intp]:
    at = np.flatnonzero(np.isin(states, ("defined", "saves")))
    return at[np.lexsort((at, -reduced[at], paid[at] / reduced[at]))]


def _knapsack(cost: Array, worth: Array) -> tuple[NDArray[np.bool_], float]:
    """Return the best set within a budget of 1, the cheapest of equals, and what no set exceeds.

    `cost` 0 … 1, `worth` 0 … 1.
    """
    best, least = _solved(-worth, [LinearConstraint(cost[None, :], ub=1.0)])
    # The solver bears a sum a little over the budget, a user's ledger does not.
    room = 1.0
    while (spent := float(cost[best].sum())) > 1 + 1e-12:
        room -= 2 * (spent - 1)
        best, _ = _solved(-worth, [LinearConstraint(cost[None, :], ub=room)])
    reached = float(worth[best].sum())
    cheapest, _ = _solved(
        cost,
        [LinearConstraint(cost[None, :], ub=room), LinearConstraint(worth[None, :], lb=reached * (1 - _EXACT))],
    )
    same = worth[cheapest].sum() >= reached * (1 - _EXACT)
    return cheapest if same and cost[cheapest].sum() < spent else best, -least


def _solved(objective: Array, constraints: list[LinearConstraint]) -> tuple[NDArray[np.bool_], float]:
    """Return the best set that was found and the bound below which the objective cannot come."""
    size = len(objective)
    found = milp(
        objective,
        integrality=np.ones(size),
        bounds=Bounds(0, 1),
        constraints=constraints,
        options={"mip_rel_gap": 0.0, "node_limit": _NODES},
    )
    if found.x is None:
        # nothing is always a set, and all of them a bound
        return np.zeros(size, dtype=bool), float(np.minimum(objective, 0).sum())
    return np.asarray(found.x > 0.5), float(found.mip_dual_bound)


def _portfolio(
    method: Literal["greedy", "exact"],
    chosen: NDArray[np.bool_],
    paid: Array,
    reduced: Array,
    budget: float,
    states: NDArray[np.str_],
) -> Portfolio:
    considered = np.isin(states, ("defined", "saves"))
    state = np.where(chosen, "chosen", np.where(considered, "left_out", states))
    return Portfolio(
        method, chosen, float(paid[chosen].sum()), float(reduced[chosen].sum()), float(budget), state.astype(np.str_)
    )
