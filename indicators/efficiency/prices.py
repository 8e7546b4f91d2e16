"""Shadow prices of bad outputs: how much good output the frontier gives up for one unit of a bad output less."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from indicators.efficiency.directional import OUTWARD, Direction, Distance
from indicators.efficiency.production import Array, Production
from indicators.efficiency.program import Solution
from indicators.efficiency.results import ROUNDING, TOLERANCE
from indicators.efficiency.technology import Frame, same_variables, some_bads
from indicators.errors import Place, fault
from indicators.texts import text

PriceState = Literal[
    "single", "range", "open_above", "open_below", "open", "no_good_price", "no_distance", "no_direction"
]
"""`single`: the price is the only one; `range`: a corner of the frontier, any price from `lower` to `upper` will do;
`open_above`: no finite upper end, because no less of the bad output is possible; `open_below`: no lower end;
`no_good_price`: more of the good output costs nothing here, so that nothing is relative to it."""


@dataclass(frozen=True, eq=False)
class ShadowPrices:
    """Prices of each bad output, in units of measure of the good output per unit of measure of the bad one."""

    units: tuple[str, ...]
    distances: Array
    """Directional distance of each unit, `(n,)`; prices hold where it leads to."""
    prices: Array
    """Price from the dual of the distance program, `(n, b)`; below 0 where weak disposability lets more of the bad
    output cost something. In a `range` it is one of many."""
    lower: Array
    """Least price that the frontier allows there, `(n, b)`; NaN where it has none."""
    upper: Array
    """Largest price, `(n, b)`; NaN where it has none."""
    states: tuple[tuple[PriceState, ...], ...]
    """One a unit and bad output."""

    def texts(self, language: str) -> tuple[tuple[str, ...], ...]:
        """Return the states in words."""
        return tuple(tuple(text(f"efficiency.price_{state}", language) for state in row) for row in self.states)


class _Slopes:
    """How much more good output the frontier allows at a point when one bad output changes a little.

    max η with Xλ + s = πx, Yλ − s = πy (+ η for the good output of reference), Bλ = πb ± e, Σλ = π: the derivative of
    the frontier at (x, y, b), because the technology seen from the point is the cone of its units and the point.
    """

    def __init__(self, distance: Distance, good: int) -> None:
        self.frame = Frame(distance.technology, main=2)
        self.row = self.frame.goods.start + good

    def slope(self, point: Array, bad: int, step: float) -> Solution:
        """Return the solution for one more (step 1) or one less (−1) of a bad output; `point` is scaled."""
        frame = self.frame
        task = frame.task(point)
        task.own[: frame.figures, 0], task.own[self.row, 1] = -point, -1.0
        task.lower[:2], task.cost[1] = -np.inf, -1.0
        task.upper[frame.main + self.row] = 0
        if frame.technology.convex:
            task.own[frame.figures, 0] = -1.0
        task.rhs[frame.bads.start + bad] = step
        return frame.program.solve(task)


def shadow_prices(
    given: Production,
    good: int = 0,
    direction: Direction = OUTWARD,
    returns: str = "constant",
    bads: str = "weak",
    reference: Production | None = None,
) -> ShadowPrices:
    """Return the price of each bad output relative to a good output: the marginal cost of abatement.

    price = (∂D/∂b) / (−∂D/∂y) from the dual of the directional distance program, where the unit is projected to. A
    frontier of facets has corners, where every price between the slopes on both sides is right: both ends are found,
    and the state says which it is. Times the price of the good output it is money.

    `given`: the units; `good`: position of the good output that prices are relative to; the rest as in `directional`.

    Färe, Grosskopf, Lovell & Yaisawarng 1993, Review of Economics and Statistics 75, 374–380; Chung, Färe &
    Grosskopf 1997.

    >>> from indicators.efficiency.production import production
    >>> found = shadow_prices(production([1, 1, 1], [4, 2, 1.5], bads=[4, 1, 2.5], units="ABC"))
    >>> found.prices[2].round(6).tolist(), found.states[2]
    ([0.666667], ('single',))
    >>> found.lower[1].round(6).tolist(), found.upper[1].round(6).tolist(), found.states[1]
    ([0.666667], [2.0], ('range',))
    """
    some_bads(given, "shadow_prices")
    if not 0 <= good < given.shape[1]:
        raise fault("efficiency.no_such_good", Place(key="good"), found=good, expected=given.shape[1] - 1)
    frontier = given if reference is None else reference
    same_variables(given, frontier)
    distance = Distance(frontier, direction, returns, bads)
    frame, count = distance.frame, given.shape[2]
    slopes = _Slopes(distance, good)
    row = frame.goods.start + good
    relative = distance.technology.scale[row] / distance.technology.scale[frame.bads]
    betas, table = np.full(len(given), np.nan), np.full((3, len(given), count), np.nan)
    states: list[tuple[PriceState, ...]] = []
    for position, task in enumerate(distance.tasks(given)):
        found = None if task is None else distance.solve(task)
        if task is None or found is None or found.state != "optimal":
            states.append(("no_direction" if task is None else "no_distance",) * count)
            continue
        betas[position] = 0.0 if abs(found.own[0]) < ROUNDING else found.own[0]
        own, of_bads = found.prices[row], -found.prices[frame.bads]
        priced = own > TOLERANCE * np.abs(found.prices[: frame.figures]).max()
        if priced:
            table[0, position] = of_bads / own * relative
        told: list[PriceState] = []
        point = task.rhs[: frame.figures] - found.own[0] * task.own[: frame.figures, 0]
        for bad in range(count):
            state, low, high = _ends(slopes.slope(point, bad, 1.0), slopes.slope(point, bad, -1.0))
            table[1:, position, bad] = np.array([low, high]) * relative[bad]
            if state == "no_good_price" or not priced:
                state, table[0, position, bad] = "no_good_price", np.nan
            told.append(state)
        states.append(tuple(told))
    return ShadowPrices(given.units, betas, table[0], table[1], table[2], tuple(states))


def _ends(more: Solution, less: Solution) -> tuple[PriceState, float, float]:
    """Return the state and both ends of the price, in scaled units, from the slopes to either side."""
    if "unbounded" in (more.state, less.state):
        return "no_good_price", np.nan, np.nan
    low = more.own[1] if more.state == "optimal" else np.nan
    high = -less.own[1] if less.state == "optimal" else np.nan
    if np.isnan(low) and np.isnan(high):
        return "open", low, high
    if np.isnan(high):
        return "open_above", low, high
    if np.isnan(low):
        return "open_below", low, high
    return ("single" if high - low <= TOLERANCE * max(abs(high), abs(low), 1.0) else "range"), low, high
