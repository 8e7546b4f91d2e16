"""Slacks-based efficiency (SBM), with and without bad outputs, and its super-efficiency."""

from collections.abc import Sequence

import numpy as np

from indicators.efficiency.production import Array, Production
from indicators.efficiency.program import Solution
from indicators.efficiency.results import TOLERANCE, Efficiency, Sheet, State
from indicators.efficiency.technology import Frame, Technology, choose, same_variables


class _Measure:
    """The linearised program of the slacks-based measure on one technology.

    Multiplied by t > 0 with the denominator set to 1 (Charnes & Cooper 1962), the fraction is a linear program in
    t, S = ts and Λ = tλ. The super measure adds S instead of taking it, and lets the reference stay below.
    """

    def __init__(self, reference: Production, returns: str, orientation: str, beyond: bool) -> None:
        self.technology = Technology.of(reference, returns)
        self.beyond, self.orientation = beyond, orientation
        count = sum(reference.shape)
        # t, and in the super measure how far the reference stays below the moved unit
        self.frame = Frame(self.technology, 1 + (count if beyond else 0), (-1, 1, -1) if beyond else (1, -1, 1), True)

    def terms(self, figures: Array) -> Array:
        """Return what each relative slack counts for: the mean over the figures above 0 of its side."""
        frame, above = self.frame, figures > 0
        share = np.divide(1.0, figures, out=np.zeros(len(figures)), where=above)
        share[frame.inputs] /= max(above[frame.inputs].sum(), 1)
        outputs = slice(frame.goods.start, None)
        share[outputs] /= max(above[outputs].sum(), 1)
        if self.orientation != "both":
            share[outputs if self.orientation == "input" else frame.inputs] = 0
        return share

    def solve(self, figures: Array, without: Sequence[int] = ()) -> tuple[Solution, Array]:
        """Return the solution for one unit, and its slacks in scaled units."""
        frame, sign = self.frame, 1 if self.beyond else -1
        task = frame.task(figures, without)
        terms, slack = self.terms(figures), slice(frame.main, None)
        task.own[: frame.figures, 0] = -figures
        task.cost[0], task.cost[slack][frame.inputs] = 1, sign * terms[frame.inputs]
        norm = frame.rows - 1
        task.own[norm, 0] = task.rhs[norm] = 1
        outputs = slice(frame.goods.start, None)
        task.own[norm, slack][outputs] = -sign * terms[outputs]
        if self.technology.convex:
            task.own[frame.figures, 0] = -1
        if self.beyond:
            below = range(1, 1 + frame.figures)
            task.own[range(frame.figures), below] = -frame.slack_signs
            # Of what a unit does not use or emit, no share can be added; and in an orientation only its side moves.
            task.upper[slack] = np.where(terms > 0, np.inf, 0.0)
        found = frame.program.solve(task)
        return found, found.own[slack] / found.own[0] if found.own[0] > 0 else np.full(frame.figures, np.nan)


def _lacking(figures: Array, frame: Frame, orientation: str) -> State | None:
    if orientation != "output" and not figures[frame.inputs].any():
        return "no_input"
    return "no_good" if orientation != "input" and not figures[frame.goods].any() else None


def slacks_based(
    given: Production,
    returns: str = "constant",
    orientation: str = "both",
    reference: Production | None = None,
) -> Efficiency:
    """Return the slacks-based measure; 1 is best and means that no slack is left.

    min [1 − (1/m)Σ s⁻/x] / [1 + (1/(s₁ + s₂))(Σ s⁺/y + Σ sᵇ/b)] with Xλ + s⁻ = x, Yλ − s⁺ = y, Bλ + sᵇ = b, Σλ = 1
    under variable returns. Without bad outputs this is Tone's measure of 2001. `orientation`: `both`; `input` leaves
    the denominator, `output` the numerator out. A figure of 0 has no relative slack: its term is left out and the
    mean is taken over the others.

    `given`: the units; `returns`: `constant` or `variable`; `reference`: the units that make the frontier (`given`
    when absent).

    Tone 2001, European Journal of Operational Research 130, 498–509; Tone 2003, GRIPS Research Report I-2003-0005.

    >>> from indicators.efficiency.production import production
    >>> inputs, goods = [[4, 3], [6, 3], [8, 1], [8, 1], [2, 4]], [[2, 3], [2, 3], [6, 2], [6, 1], [1, 4]]
    >>> slacks_based(production(inputs, goods)).scores.round(4).tolist()
    [0.798, 0.5682, 1.0, 0.6667, 1.0]
    """
    choose("orientation", orientation, ("both", "input", "output"))
    frontier = given if reference is None else reference
    same_variables(given, frontier)
    measure, sheet = _Measure(frontier, returns, orientation, beyond=False), Sheet(given, frontier)
    for position, figures in enumerate(measure.frame.scaled(given)):
        lacking = _lacking(figures, measure.frame, orientation)
        if lacking:
            sheet.without(position, lacking)
            continue
        _put(sheet, position, measure, *measure.solve(figures))
    return sheet.efficiency()


def super_slacks_based(
    given: Production,
    returns: str = "constant",
    orientation: str = "both",
    reference: Production | None = None,
) -> Efficiency:
    """Return the slacks-based measure in which the efficient units, too, are told apart: they score 1 or more.

    For a unit that `slacks_based` finds efficient, against the others:
    min [1 + (1/m)Σ s⁻/x] / [1 − (1/(s₁ + s₂))(Σ s⁺/y + Σ sᵇ/b)] with Xλ ≤ x + s⁻, Yλ ≥ y − s⁺, Bλ ≤ b + sᵇ: how much
    worse it could become before the others reach it. `infeasible` where they never do, as with an output that no
    other unit has; `no_peer` where only making nothing at all is left to compare with (constant returns). The slacks
    of such a unit are what it is ahead by, with a minus.

    `reference`: the units that make the frontier (`given` when absent); one of them with the code of the evaluated unit
    is left out for it.

    Tone 2002, European Journal of Operational Research 143, 32–41; with bad outputs in the denominator, as in the
    measure of 2003.

    >>> from indicators.efficiency.production import production
    >>> super_slacks_based(production([1, 2, 4], [1, 1, 3])).scores.round(4).tolist()
    [1.3333, 0.5, 0.75]
    """
    frontier = given if reference is None else reference
    base = slacks_based(given, returns, orientation, frontier)
    measure, sheet = _Measure(frontier, returns, orientation, beyond=True), Sheet(given, frontier)
    positions = {code: position for position, code in enumerate(frontier.units)}
    for position, figures in enumerate(measure.frame.scaled(given)):
        score, own = base.scores[position], positions.get(given.units[position])
        ahead = score >= 1 - TOLERANCE or (own is None and base.states[position] == "infeasible")
        if not ahead:
            sides = [base.slacks.inputs, base.slacks.goods, base.slacks.bads]
            peers = {positions[code]: weight for code, weight in base.peers[position].items()}
            if np.isnan(score):
                sheet.without(position, base.states[position])
            else:
                sheet.put(position, score, np.concatenate([side[position] for side in sides]), peers)
            continue
        found, slacks = measure.solve(figures, () if own is None else measure.technology.of_unit(own).tolist())
        _put(sheet, position, measure, found, -slacks)
    return sheet.efficiency()


def _put(sheet: Sheet, position: int, measure: _Measure, found: Solution, slacks: Array) -> None:
    """Note a solution of the linearised program, turned back by its t."""
    if found.state != "optimal":
        sheet.without(position, found.state)
    elif measure.beyond and not found.weights:
        sheet.without(position, "no_peer")
    elif not found.own[0] > 0:  # the denominator has no end
        sheet.without(position, "unbounded")
    else:
        weights = {unit: weight / found.own[0] for unit, weight in measure.frame.weights(found.weights).items()}
        sheet.put(position, found.value, slacks * measure.technology.scale, weights)
