"""The reference technology: which combinations of its units count as possible, as columns of a linear program."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators.efficiency.production import Array, Production
from indicators.efficiency.program import Program, Task
from indicators.errors import Place, fault, nearest

Returns = Literal["constant", "variable"]
Bads = Literal["weak", "free"]


def choose(name: str, found: str, known: Sequence[str]) -> None:
    """Refuse a word that is none of those known."""
    if found not in known:
        raise fault(
            "efficiency.unknown_choice", Place(key=name), found=found, expected=" | ".join(known),
            meant=nearest(found, known),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Technology:
    """Columns of the reference units, rows inputs, goods, bads (scaled) and, under variable returns, Σλ.

    Each variable is divided by the geometric mean of its values above 0, so that units of measure do not matter.
    Weak disposability under variable returns has two columns a unit, active λ and idle μ part: inputs and Σ take
    λ + μ, outputs λ alone (abatement factors that differ between units; one common factor is no convex technology).
    Kuosmanen 2005, American Journal of Agricultural Economics 87(4), 1077–1082.
    """

    reference: Production
    columns: Array
    """`(rows, N)`."""
    members: NDArray[np.intp]
    """Position of the unit that each column belongs to, `(N,)`."""
    scale: Array
    """What each variable was divided by, `(m + s + b,)`."""
    convex: bool
    """Whether the last row holds Σλ."""
    weak: bool
    """Whether bad outputs fall only together with good ones; otherwise they are freely disposable, as inputs are."""

    @classmethod
    def of(cls, reference: Production, returns: str = "constant", bads: str = "free") -> "Technology":
        """Return the technology of some units."""
        choose("returns", returns, ("constant", "variable"))
        choose("bads", bads, ("weak", "free"))
        table, convex = reference.table, returns == "variable"
        # A group or a period may lack what others have, so a column of zeros can appear here; its scale is 1.
        above = table > 0
        logs = np.log(table, out=np.zeros(table.shape), where=above)
        scale = np.exp(logs.sum(axis=0) / np.maximum(above.sum(axis=0), 1))
        made = (table / scale).T
        members = np.arange(len(reference))
        if convex and bads == "weak" and reference.shape[2]:
            idle = made.copy()
            idle[reference.shape[0] :] = 0
            made, members = np.hstack([made, idle]), np.tile(members, 2)
        if convex:
            made = np.vstack([made, np.ones(made.shape[1])])
        return cls(reference, made, members, scale, convex, bads == "weak")

    def of_unit(self, position: int) -> NDArray[np.intp]:
        """Return the columns of one unit of the reference."""
        return np.flatnonzero(self.members == position)


class Frame:
    """The part of a program that belongs to the evaluated unit, to be filled in: main variables, then slacks.

    Rows are those of the technology and, with `normed`, one more for a linearised fraction. `signs`: of the slack in
    the rows of inputs, goods and bads.
    """

    def __init__(
        self, technology: Technology, main: int, signs: Sequence[float] = (1, -1, 1), normed: bool = False
    ) -> None:
        self.technology, self.main = technology, main
        inputs, goods, _ = shape = technology.reference.shape
        self.figures = sum(shape)
        self.inputs = slice(0, inputs)
        self.goods = slice(inputs, inputs + goods)
        self.bads = slice(inputs + goods, self.figures)
        columns = technology.columns
        if normed:
            columns = np.vstack([columns, np.zeros(columns.shape[1])])
        self.rows, self.variables = len(columns), main + self.figures
        self.program = Program(columns, self.variables)
        self._columns = columns
        self.slack_signs = np.repeat(np.array(signs, dtype=float), shape)
        self._own = np.zeros((self.rows, self.variables))
        self._own[range(self.figures), range(main, self.variables)] = self.slack_signs

    @cached_property
    def second(self) -> Program:
        """The same program once more, for a second goal: each then starts from its own last basis."""
        return Program(self._columns, self.variables)

    def scaled(self, evaluated: Production) -> Array:
        """Return the figures of the evaluated units in the technology's scale."""
        return np.asarray(evaluated.table / self.technology.scale)

    def task(self, figures: Array, without: Sequence[int] | NDArray[np.intp] = ()) -> Task:
        """Return a task without a goal: slacks ≥ 0, those of weakly disposable bads 0, the main variables ≥ 0."""
        upper = np.full(self.variables, np.inf)
        if self.technology.weak:
            upper[self.main :][self.bads] = 0
        size = np.ones(self.rows)
        size[: self.figures] = np.where(figures > 0, figures, 1.0)
        return Task(
            self._own.copy(), np.zeros(self.variables), np.zeros(self.rows), np.zeros(self.variables), upper, size,
            [int(column) for column in without],
        )  # fmt: skip

    def slacks(self, own: Array) -> Array:
        """Return slacks in units of measure from the own variables of a solution."""
        return np.asarray(own[self.main :] * self.technology.scale)

    def weights(self, weights: dict[int, float]) -> dict[int, float]:
        """Return intensities by unit of the reference from those by column."""
        summed: dict[int, float] = {}
        for column, weight in weights.items():
            unit = int(self.technology.members[column])
            summed[unit] = summed.get(unit, 0.0) + weight
        return summed


def same_variables(evaluated: Production, reference: Production) -> None:
    """Refuse to compare units with a reference that has other variables."""
    if evaluated.shape != reference.shape:
        raise fault(
            "efficiency.other_variables", Place(key="reference"), found=list(reference.shape),
            expected=list(evaluated.shape),
        )  # fmt: skip


def no_bads(given: Production, model: str) -> None:
    """Refuse bad outputs where a model has no place for them, instead of leaving them out unsaid."""
    if given.shape[2]:
        raise fault("efficiency.bads_unused", Place(key="bads"), model=model)


def some_bads(given: Production, model: str) -> None:
    """Refuse production without bad outputs where a model is about them."""
    if not given.shape[2]:
        raise fault("efficiency.bads_needed", Place(key="bads"), model=model)
