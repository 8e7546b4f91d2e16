"""The directional distance function: how far good output can grow while bad output falls."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from indicators.efficiency.production import Array, Production
from indicators.efficiency.program import Solution, Task
from indicators.efficiency.radial import with_slacks
from indicators.efficiency.results import Efficiency, Sheet
from indicators.efficiency.technology import Frame, Technology, choose, same_variables
from indicators.errors import Faults, Place


@dataclass(frozen=True)
class Direction:
    """Where a unit is moved: inputs and bads down, goods up.

    Each side is a share for all its variables or one a variable, in relation to the unit's `own` figures (the default,
    so that β is a rate), to the `mean` of the reference, or, with `absolute`, in the units of measure themselves.
    """

    inputs: float | tuple[float, ...] = 0.0
    goods: float | tuple[float, ...] = 1.0
    bads: float | tuple[float, ...] = 1.0
    relative_to: Literal["own", "mean", "absolute"] = "own"

    def vectors(self, given: Production, reference: Production) -> Array:
        """Return the direction of each unit in units of measure, `(n, m + s + b)`."""
        choose("direction.relative_to", self.relative_to, ("own", "mean", "absolute"))
        faults, sides = Faults(), []
        stated: dict[str, ArrayLike] = {"inputs": self.inputs, "goods": self.goods, "bads": self.bads}
        for (side, value), count in zip(stated.items(), given.shape, strict=True):
            shares = np.asarray(value, dtype=float)
            if shares.ndim and shares.shape != (count,):
                faults.add("efficiency.direction_length", Place(key=f"direction.{side}"), expected=count)
            elif not np.isfinite(shares).all() or (shares < 0).any():
                faults.add("efficiency.direction_negative", Place(key=f"direction.{side}"))
            else:
                sides.append(np.broadcast_to(shares, count))
        faults.raise_if_any()
        along = np.concatenate(sides)
        if not along.any():
            faults.add("efficiency.direction_nowhere", Place(key="direction"))
        faults.raise_if_any()
        if self.relative_to == "own":
            return np.asarray(along * given.table)
        step = reference.table.mean(axis=0) if self.relative_to == "mean" else np.ones(len(along))
        return np.tile(along * step, (len(given), 1))


OUTWARD = Direction()
"""Goods up and bads down at the same rate, inputs as they are: (y, −b), Chung, Färe & Grosskopf 1997."""


class Distance:
    """The program of the directional distance function on one technology."""

    def __init__(self, reference: Production, direction: Direction, returns: str, bads: str) -> None:
        self.direction, self.reference = direction, reference
        self.technology = Technology.of(reference, returns, bads)
        self.frame = Frame(self.technology, main=1)

    def tasks(self, given: Production, leave_out: bool = False) -> list[Task | None]:
        """Return the task of each unit; None where the direction of a unit leads nowhere."""
        frame, made = self.frame, list[Task | None]()
        steps = self.direction.vectors(given, self.reference) / self.technology.scale
        for position, (figures, step) in enumerate(zip(frame.scaled(given), steps, strict=True)):
            if not step.any():
                made.append(None)
                continue
            task = frame.task(figures, self.technology.of_unit(position) if leave_out else ())
            task.rhs[: frame.figures] = figures
            task.own[: frame.figures, 0] = step * frame.slack_signs
            task.cost[0], task.lower[0] = -1, -np.inf
            if self.technology.convex:
                task.rhs[frame.figures] = 1
            made.append(task)
        return made

    def solve(self, task: Task) -> Solution:
        """Return the solution for one unit, its slacks aside."""
        return self.frame.program.solve(task)


def directional(
    given: Production,
    direction: Direction = OUTWARD,
    returns: str = "constant",
    bads: str = "weak",
    reference: Production | None = None,
    leave_out: bool = False,
) -> Efficiency:
    """Return directional distances β: 0 on the frontier, the larger the less efficient, below 0 outside it.

    max β with Xλ + s⁻ = x − βgˣ, Yλ − s⁺ = y + βgʸ, Bλ = b − βgᵇ (weak disposability; with `bads: free` Bλ + sᵇ = …).
    Under variable returns weak disposability takes Kuosmanen's abatement factors (see `Technology`), because
    Σλ = 1 beside Bλ = b − βgᵇ lets no unit scale its outputs down.

    `given`: the units; `direction`: see `Direction`; `returns`: `constant` or `variable`; `bads`: `weak` or `free`;
    `reference`: the units that make the frontier (`given` when absent); `leave_out`: super-efficiency.

    Chung, Färe & Grosskopf 1997, Journal of Environmental Management 51, 229–240; Kuosmanen 2005.

    >>> from indicators.efficiency.production import production
    >>> made = production([1, 1, 1], [4, 2, 0], bads=[2, 2, 0], units="ABC")
    >>> found = directional(made)
    >>> found.scores.round(6).tolist(), found.states
    ([0.0, 0.333333, nan], ('efficient', 'inefficient', 'no_direction'))
    """
    frontier = given if reference is None else reference
    same_variables(given, frontier)
    distance, sheet = Distance(frontier, direction, returns, bads), Sheet(given, frontier, directional=True)
    frame = distance.frame
    for position, task in enumerate(distance.tasks(given, leave_out and reference is None)):
        if task is None:
            sheet.without(position, "no_direction")
            continue
        found = distance.solve(task)
        if found.state != "optimal":
            sheet.without(position, found.state)
            continue
        second = with_slacks(frame, task, found)
        sheet.put(position, float(found.own[0]), frame.slacks(second.own), frame.weights(second.weights))
    return sheet.efficiency()
