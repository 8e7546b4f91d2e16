"""One linear program a technology: the reference units are its columns, and only the evaluated unit's part changes.

A technology of thousands of units is held by a few of them. The model therefore starts empty and takes in a column
only when its reduced cost shows that the optimum of some unit needs it (column generation): the answer is that of
the whole program, and the next unit starts from the basis of the one before.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Answer = Literal["optimal", "infeasible", "unbounded", "unsolved"]

FEASIBLE = 1e-9
"""How far a basis may miss a bound, and a reduced cost zero, in scaled units."""
LOOSE = 1e-7
"""The same where rounding makes the solver miss its aim: HiGHS's own choice."""
WANTED = 1e-9
"""The share of its own terms below which a reduced cost is rounding."""
SOUND = 1e-8
"""How far an equation may be missed, as a share of the evaluated unit's own figure."""
TAKEN = 4
"""How many columns join the model at a time."""


@dataclass(frozen=True, eq=False)
class Task:
    """What belongs to the evaluated unit: min cost·z subject to columns·λ + own·z = rhs, λ ≥ 0, lower ≤ z ≤ upper."""

    own: Array
    """Coefficients of the unit's own variables, `(rows, variables)`."""
    cost: Array
    """Their costs, `(variables,)`; the reference units cost nothing."""
    rhs: Array
    """Right-hand side, `(rows,)`."""
    lower: Array
    """Lower bounds of the own variables, `(variables,)`."""
    upper: Array
    """Upper bounds of the own variables, `(variables,)`."""
    size: Array
    """Magnitude of the unit's own figure in each row, `(rows,)`, above 0: what an error is measured against."""
    without: Collection[int] = ()
    """Columns that may not be used, as in super-efficiency."""


@dataclass(frozen=True, eq=False)
class Solution:
    """What the program answers."""

    state: Answer
    value: float
    """The optimum; NaN unless the state is `optimal`."""
    own: Array
    """The unit's own variables, `(variables,)`."""
    weights: dict[int, float]
    """The intensity λ of each column used, by its position."""
    prices: Array
    """Dual value of each row, `(rows,)`: what the optimum changes by per unit of the right-hand side."""


class Program:
    """The technology as one model of HiGHS that is asked for unit after unit.

    `columns`: the reference technology, `(rows, N)`; `own`: how many variables belong to the evaluated unit. Figures
    should be near 1; a unit far below the others is solved once more in its own scale if its equations ask for it.
    """

    def __init__(self, columns: Array, own: int) -> None:
        self._columns = columns
        self._rows, self._count = columns.shape
        length = np.abs(columns).max(axis=0, initial=0.0)
        self._length = np.where(length > 0, length, 1.0)
        self._priced = np.ascontiguousarray((columns / self._length).T)
        self._sizes = np.abs(self._priced)
        self._own = own
        self._first = own + 2 * self._rows
        """Position of the first reference unit: before it stand the own variables and two artificial ones a row."""
        self._taken: list[int] = []
        self._member = np.zeros(self._count, dtype=bool)
        self._shut: tuple[int, ...] = ()
        self._held: Task | None = None
        self._tolerance = FEASIBLE

    @cached_property
    def _model(self) -> Any:
        from highspy import Highs  # slow to load, and only efficiency needs it

        made: Callable[[], Any] = Highs
        model = made()
        for option, value in {
            "output_flag": False, "threads": 1, "presolve": "off", "solver": "simplex",
            "primal_feasibility_tolerance": FEASIBLE, "dual_feasibility_tolerance": FEASIBLE,
            "small_matrix_value": 1e-12,
        }.items():  # fmt: skip
            model.setOptionValue(option, value)
        zeros = np.zeros(self._rows)
        nothing = np.empty(0, dtype=np.int32)
        model.addRows(self._rows, zeros, zeros, 0, np.zeros(self._rows, np.int32), nothing, np.empty(0))
        fixed = np.zeros(self._first)
        model.addCols(self._first, fixed, fixed, fixed, 0, np.zeros(self._first, np.int32), nothing, np.empty(0))
        for row in range(self._rows):
            model.changeCoeff(row, self._own + 2 * row, 1.0)
            model.changeCoeff(row, self._own + 2 * row + 1, -1.0)
        return model

    @cached_property
    def _answers(self) -> dict[Any, Answer]:
        from highspy import HighsModelStatus as Status

        return {Status.kOptimal: "optimal", Status.kInfeasible: "infeasible", Status.kUnbounded: "unbounded"}

    def solve(self, task: Task) -> Solution:
        """Answer for one unit."""
        answer, sound = self._attempt(task)
        if sound:
            return answer
        # Tolerances are absolute, so a unit that is tiny beside the scale is solved in a model in its own scale.
        unit = 1 / np.where(task.own.any(axis=0), np.abs(task.own / task.size[:, None]).max(axis=0), 1.0)
        own_scale = Program(self._columns / task.size[:, None], self._own)
        again, _ = own_scale._attempt(
            replace(
                task,
                own=task.own / task.size[:, None] * unit,
                cost=task.cost * unit,
                rhs=task.rhs / task.size,
                lower=task.lower / unit,
                upper=task.upper / unit,
                size=np.ones(self._rows),
            )
        )
        return replace(again, own=again.own * unit, prices=again.prices / task.size)

    def include(self, columns: Collection[int]) -> None:
        """Take columns in beforehand, such as those of a solution that is known to be feasible."""
        new = [column for column in columns if not self._member[column]]
        if new:
            self._add(np.array(new))

    def _attempt(self, task: Task) -> tuple[Solution, bool]:
        self._set(task)
        state = self._optimise(task.without)
        if state == "infeasible":
            state = "optimal" if self._make_feasible(task) else "infeasible"
            if state == "optimal":
                state = self._optimise(task.without)
        if state != "optimal":
            missing = np.full(self._own, np.nan)
            return Solution(state, np.nan, missing, {}, np.full(self._rows, np.nan)), state != "unsolved"
        found = self._model.getSolution()
        values = np.array(found.col_value)
        own = np.clip(values[: self._own], task.lower, task.upper)
        used = np.flatnonzero(values[self._first :] > 0)
        columns = np.array(self._taken, dtype=int)[used]
        intensities = values[self._first :][used] / self._length[columns]
        missed = self._columns[:, columns] @ intensities + task.own @ own - task.rhs
        answer = Solution(
            "optimal",
            float(task.cost @ own),
            own,
            dict(zip(columns.tolist(), intensities.tolist(), strict=True)),
            np.array(found.row_dual),
        )
        return answer, bool((np.abs(missed) <= SOUND * task.size).all())

    def _set(self, task: Task) -> None:
        """Change what differs from the unit before."""
        model, held = self._model, self._held
        changed = task.own != (held.own if held else 0.0)
        for row, column in np.argwhere(changed).tolist():
            model.changeCoeff(row, column, task.own[row, column])
        positions = np.arange(self._own, dtype=np.int32)
        if held is None or (held.cost != task.cost).any():
            model.changeColsCost(self._own, positions, task.cost)
        if held is None or (held.lower != task.lower).any() or (held.upper != task.upper).any():
            model.changeColsBounds(self._own, positions, task.lower, task.upper)
        if held is None or (held.rhs != task.rhs).any():
            model.changeRowsBounds(self._rows, np.arange(self._rows, dtype=np.int32), task.rhs, task.rhs)
        for column in self._shut:
            model.changeColBounds(self._first + self._taken.index(column), 0.0, np.inf)
        self._shut = tuple(column for column in task.without if self._member[column])
        for column in self._shut:
            model.changeColBounds(self._first + self._taken.index(column), 0.0, 0.0)
        self._held = task

    def _optimise(self, without: Collection[int]) -> Answer:
        """Solve, and take columns in until none is wanted any more."""
        model = self._model
        while True:
            status = self._run()
            for tolerance in (FEASIBLE, LOOSE):  # the old basis led nowhere: begin afresh, and then less strictly
                if status != "unsolved":
                    break
                model.clearSolver()
                self._tolerate(tolerance)
                status = self._run()
            self._tolerate(FEASIBLE)
            if status != "optimal":
                return status
            if not self._take(np.array(model.getSolution().row_dual), without):
                return "optimal"

    def _run(self) -> Answer:
        """Let the solver work, and translate its answer."""
        self._model.run()
        return self._answers.get(self._model.getModelStatus(), "unsolved")

    def _tolerate(self, tolerance: float) -> None:
        if self._tolerance != tolerance:
            self._tolerance = tolerance
            self._model.setOptionValue("primal_feasibility_tolerance", tolerance)
            self._model.setOptionValue("dual_feasibility_tolerance", tolerance)

    def _take(self, prices: Array, without: Collection[int]) -> bool:
        """Take the columns in that lower the cost most; tell whether there were any."""
        lowered = self._priced @ prices
        wanted = (lowered > WANTED * (self._sizes @ np.abs(prices))) & ~self._member
        wanted[list(without)] = False
        found = np.flatnonzero(wanted)
        if not len(found):
            return False
        if len(found) > TAKEN:
            found = found[np.argpartition(-lowered[found], TAKEN)[:TAKEN]]
        self._add(found)
        return True

    def _add(self, positions: NDArray[np.intp]) -> None:
        """Add columns to the model."""
        made = self._priced[positions]
        rows, cells = len(positions), np.nonzero(made)
        starts = np.searchsorted(cells[0], np.arange(rows)).astype(np.int32)
        self._model.addCols(
            rows, np.zeros(rows), np.zeros(rows), np.full(rows, np.inf),
            len(cells[0]), starts, cells[1].astype(np.int32), made[cells],
        )  # fmt: skip
        self._taken += positions.tolist()
        self._member[positions] = True

    def _make_feasible(self, task: Task) -> bool:
        """Drive the artificial variables out; tell whether the whole program, not its present columns, is feasible."""
        model, artificial = self._model, np.arange(self._own, self._first, dtype=np.int32)
        own, count = np.arange(self._own, dtype=np.int32), len(artificial)
        zeros = np.zeros(count)
        model.changeColsCost(self._own, own, np.zeros(self._own))
        model.changeColsCost(count, artificial, np.repeat(1 / task.size, 2))
        model.changeColsBounds(count, artificial, zeros, np.full(count, np.inf))
        self._optimise(task.without)
        missed = model.getInfo().objective_function_value
        model.changeColsCost(self._own, own, task.cost)
        model.changeColsCost(count, artificial, zeros)
        model.changeColsBounds(count, artificial, zeros, zeros)
        return bool(missed <= SOUND)
