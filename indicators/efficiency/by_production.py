"""Efficiency by production: goods and emissions as two technologies, the answer to weak disposability's critics."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indicators.efficiency.production import Array, Production
from indicators.efficiency.program import Solution
from indicators.efficiency.radial import radial
from indicators.efficiency.results import ROUNDING, TOLERANCE, State, state_text
from indicators.efficiency.technology import Frame, Technology, same_variables, some_bads
from indicators.errors import Place, fault


@dataclass(frozen=True, eq=False)
class ByProduction:
    """Efficiency in making goods, in avoiding bads, and of both; 1 is best, NaN only where the state says why."""

    units: tuple[str, ...]
    scores: Array
    """Mean of both parts, `(n,)`."""
    goods: Array
    """Share of the good output possible with the inputs that is reached, `(n,)`."""
    bads: Array
    """Mean over the bad outputs of the share that the emission-causing inputs make unavoidable, `(n,)`."""
    each_bad: Array
    """That share by bad output, `(n, b)`; NaN where the unit emits none of it."""
    states: tuple[State, ...]

    def texts(self, language: str) -> tuple[str, ...]:
        """Return the state of each unit in words."""
        return tuple(state_text(state, language) for state in self.states)


def by_production(
    given: Production, causes: Sequence[int], returns: str = "constant", reference: Production | None = None
) -> ByProduction:
    """Return efficiency under the by-production technology, the meeting of two with intensities of their own.

    Goods: Xλ ≤ x, Yλ ≥ y, the share 1/φ of max φ. Bads: the emission-causing inputs Zμ ≥ z and Bμ ≤ γb, the mean of
    min (1/b)Σγ, γ ≤ 1: emissions are what those inputs cause at least, and no good output is lost with them. The score
    is the mean of both; with one good output it is Murty, Russell & Levkoff's index, with several their mean over the
    goods is replaced by the common factor, which is linear.

    `given`: the units; `causes`: positions of the inputs that cause the emissions (fuels, not labour); `returns`;
    `reference`: the units that make both frontiers (`given` when absent).

    Murty, Russell & Levkoff 2012, Journal of Environmental Economics and Management 64, 117–135.

    >>> from indicators.efficiency.production import production
    >>> made = production([[1, 2], [1, 2]], [4, 2], bads=[6, 3], units="AB")
    >>> found = by_production(made, causes=[1])
    >>> found.goods.round(6).tolist(), found.bads.round(6).tolist(), found.scores.round(6).tolist()
    ([1.0, 0.5], [0.5, 1.0], [0.75, 0.75])
    """
    some_bads(given, "by_production")
    count, wrong = given.shape[0], [cause for cause in causes if not 0 <= cause < given.shape[0]]
    if wrong or not causes or len(set(causes)) < len(causes):
        raise fault("efficiency.causes", Place(key="causes"), found=list(causes), expected=count - 1)
    frontier = given if reference is None else reference
    same_variables(given, frontier)
    goods = radial(_without_bads(given), "output", returns, _without_bads(frontier))
    # The fuels stand where outputs do, at least as much of them, and the bads where inputs do.
    turned, technology = _turned(given, causes), Technology.of(_turned(frontier, causes), returns)
    frame = Frame(technology, main=given.shape[2])
    each, states = np.full(given.bads.shape, np.nan), list(goods.states)
    for position, figures in enumerate(frame.scaled(turned)):
        bads = figures[frame.inputs]
        if not bads.any():
            states[position] = "no_bad" if np.isfinite(goods.scores[position]) else states[position]
            continue
        found = _unavoidable(frame, figures)
        if found.state != "optimal":
            states[position] = found.state
            continue
        factors = found.own[: frame.main]
        each[position] = np.where(bads > 0, np.where(np.abs(factors - 1) < ROUNDING, 1.0, factors), np.nan)
    emitted = np.isfinite(each)
    mean = np.divide(
        np.where(emitted, each, 0).sum(axis=1), emitted.sum(axis=1), out=np.full(len(given), np.nan),
        where=emitted.any(axis=1),
    )  # fmt: skip
    scores = (goods.scores + mean) / 2
    for position in np.flatnonzero(np.isfinite(scores)).tolist():
        if scores[position] < 1 - TOLERANCE:
            states[position] = "inefficient"
    return ByProduction(given.units, scores, goods.scores, mean, each, tuple(states))


def _without_bads(given: Production) -> Production:
    return Production(given.units, given.inputs, given.goods, given.bads[:, :0])


def _turned(given: Production, causes: Sequence[int]) -> Production:
    return Production(given.units, given.bads, given.inputs[:, list(causes)], given.bads[:, :0])


def _unavoidable(frame: Frame, figures: Array) -> Solution:
    """Return the solution of the program of the bads: one factor each, those of bads not emitted idle."""
    task = frame.task(figures)
    bads, above = figures[frame.inputs], figures[frame.inputs] > 0
    task.own[range(frame.main), range(frame.main)] = -bads
    task.cost[: frame.main] = above / above.sum()
    # No bad may rise so that another can fall further.
    task.upper[: frame.main] = np.where(above, 1.0, 0.0)
    task.rhs[frame.goods] = figures[frame.goods]
    if frame.technology.convex:
        task.rhs[frame.figures] = 1
    return frame.program.solve(task)
