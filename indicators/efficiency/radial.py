"""Radial efficiency: by which one factor all inputs could shrink, or all outputs grow."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from indicators.efficiency.production import Array, Production
from indicators.efficiency.program import Solution, Task
from indicators.efficiency.results import Efficiency, Sheet, State
from indicators.efficiency.technology import Frame, Technology, choose, no_bads, same_variables


def with_slacks(frame: Frame, task: Task, found: Solution) -> Solution:
    """Return the solution with the largest slacks that the optimum of the main variables leaves (second stage)."""
    bounds = slice(0, frame.main)
    lower, upper, cost = task.lower.copy(), task.upper.copy(), np.zeros(frame.variables)
    lower[bounds] = upper[bounds] = found.own[bounds]
    cost[frame.main :] = -1
    frame.second.include(found.weights)
    second = frame.second.solve(replace(task, lower=lower, upper=upper, cost=cost))
    return second if second.state == "optimal" else found


class Factor:
    """The program of the one factor, on one technology."""

    def __init__(self, reference: Production, orientation: str, returns: str) -> None:
        choose("orientation", orientation, ("input", "output"))
        self.technology = Technology.of(reference, returns)
        self.frame = Frame(self.technology, main=1)
        self.inward = orientation == "input"
        self.moved = self.frame.inputs if self.inward else self.frame.goods

    def task(self, figures: Array, without: Sequence[int] = ()) -> Task:
        """Return the task of one unit from its scaled figures."""
        task = self.frame.task(figures, without)
        task.rhs[: self.frame.figures] = figures
        task.rhs[self.moved] = 0
        task.own[self.moved, 0] = -figures[self.moved]
        task.cost[0] = 1 if self.inward else -1
        if self.technology.convex:
            task.rhs[self.frame.figures] = 1
        return task

    def scores(self, given: Production) -> Array:
        """Return the scores alone, `(n,)`, of units that have one."""
        factors = [self.frame.program.solve(self.task(figures)).own[0] for figures in self.frame.scaled(given)]
        return np.array(factors) if self.inward else 1 / np.array(factors)


def radial(
    given: Production,
    orientation: str = "input",
    returns: str = "constant",
    reference: Production | None = None,
    leave_out: bool = False,
) -> Efficiency:
    """Return radial efficiency: CCR under constant returns, BCC under variable returns; 1 is best.

    Input: min θ with Xλ + s⁻ = θx, Yλ − s⁺ = y. Output: the score is 1/φ, max φ with Xλ + s⁻ = x, Yλ − s⁺ = φy.
    Σλ = 1 under variable returns. Slacks are the largest (in scaled units) that the optimum leaves.

    `given`: the units, without bad outputs; `orientation`: `input` or `output`; `returns`: `constant` or `variable`;
    `reference`: the units that make the frontier (`given` when absent); `leave_out`: leave each unit out of its own
    reference (super-efficiency, Andersen & Petersen 1993; `infeasible` where no other unit reaches it).

    Charnes, Cooper & Rhodes 1978, European Journal of Operational Research 2, 429–444; Banker, Charnes & Cooper 1984,
    Management Science 30, 1078–1092.

    >>> from indicators.efficiency.production import production
    >>> found = radial(production([2, 4, 5, 0], [2, 2, 5, 0], units="ABCD"))
    >>> found.scores.round(6).tolist(), found.states[3]
    ([1.0, 0.5, 1.0, nan], 'no_input')
    """
    no_bads(given, "radial")
    frontier = given if reference is None else reference
    same_variables(given, frontier)
    factor, sheet = Factor(frontier, orientation, returns), Sheet(given, frontier)
    frame = factor.frame
    for position, figures in enumerate(frame.scaled(given)):
        if not figures[factor.moved].any():
            sheet.without(position, "no_input" if factor.inward else "no_good")
            continue
        own = factor.technology.of_unit(position).tolist() if leave_out and reference is None else ()
        task = factor.task(figures, own)
        found = frame.program.solve(task)
        if found.state != "optimal":
            sheet.without(position, found.state)
            continue
        if found.own[0] <= 0:  # output is to be had for nothing, or nothing of it can be made
            inward: State = "unbounded" if figures[frame.goods].any() else "no_good"
            sheet.without(position, inward if factor.inward else "infeasible")
            continue
        second = with_slacks(frame, task, found)
        score = found.own[0] if factor.inward else 1 / found.own[0]
        sheet.put(position, score, frame.slacks(second.own), frame.weights(second.weights))
    return sheet.efficiency()
