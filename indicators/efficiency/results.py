"""What a measure of efficiency answers, unit by unit, with a named state for every case that has no number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from indicators.efficiency.production import Array, Production
from indicators.texts import text

State = Literal[
    "efficient",
    "weakly_efficient",
    "inefficient",
    "beyond",
    "infeasible",
    "unbounded",
    "unsolved",
    "no_input",
    "no_good",
    "no_bad",
    "no_direction",
    "no_peer",
]
"""`efficient`: on the frontier without slack; `weakly_efficient`: on it with slack left; `beyond`: outside the
reference technology (super-efficiency, another period); the rest have no score."""

TOLERANCE = 1e-6
"""How near the frontier counts as on it, and what share of a unit's figure counts as no slack."""

ROUNDING = 1e-9
"""What is nearer to the frontier than this is written as on it, so that equal units tie."""


def state_text(state: str, language: str) -> str:
    """Return a state in words.

    >>> state_text("infeasible", "en")
    'the program has no solution: no unit of the reference reaches what this one does'
    """
    return text(f"efficiency.state_{state}", language)


@dataclass(frozen=True, eq=False)
class Slacks:
    """What could still be saved or added on top of the score, in the units of measure given."""

    inputs: Array
    """Excess of inputs, `(n, m)`."""
    goods: Array
    """Shortfall of good outputs, `(n, s)`."""
    bads: Array
    """Excess of bad outputs, `(n, b)`."""


@dataclass(frozen=True, eq=False)
class Efficiency:
    """Scores, states, slacks and peers of n units; NaN only where the state says why."""

    units: tuple[str, ...]
    scores: Array
    """The measure of the model named, `(n,)`."""
    states: tuple[State, ...]
    slacks: Slacks
    peers: tuple[Mapping[str, float], ...]
    """Per unit the reference units that it is compared with and their intensity λ."""
    directional: bool = False
    """Whether the scores are distances (0 is best) and no shares (1 is best)."""

    @property
    def shares(self) -> Array:
        """The scores as shares with 1 the best: a distance β becomes 1/(1 + β)."""
        if not self.directional:
            return self.scores
        above = self.scores > -1
        return np.asarray(np.divide(1.0, 1 + self.scores, out=np.full(len(self.scores), np.nan), where=above))

    def texts(self, language: str) -> tuple[str, ...]:
        """Return the state of each unit in words."""
        return tuple(state_text(state, language) for state in self.states)


class Sheet:
    """Results as they are found, unit by unit."""

    def __init__(self, evaluated: Production, reference: Production, directional: bool = False) -> None:
        count, self._shape = len(evaluated), evaluated.shape
        self._units, self._reference, self._directional = evaluated.units, reference.units, directional
        self._size = np.where(evaluated.table > 0, evaluated.table, np.inf)
        self._scores = np.full(count, np.nan)
        self._states: list[State] = ["unsolved"] * count
        self._slacks = np.full(evaluated.table.shape, np.nan)
        self._peers: list[dict[str, float]] = [{} for _ in range(count)]

    def without(self, position: int, state: State) -> None:
        """Note that a unit has no score, and why."""
        self._states[position] = state

    def put(self, position: int, score: float, slacks: Array, weights: Mapping[int, float]) -> None:
        """Note a score, slacks `(m + s + b,)` in units of measure and intensities by position in the reference."""
        best = 0.0 if self._directional else 1.0
        score = best if abs(score - best) < ROUNDING else score
        size = self._size[position]
        slacks = np.where(np.abs(slacks) < ROUNDING * np.where(np.isfinite(size), size, 1.0), 0.0, slacks)
        self._scores[position] = score
        self._slacks[position] = slacks
        for peer, weight in weights.items():
            code = self._reference[peer]
            self._peers[position][code] = self._peers[position].get(code, 0.0) + weight
        gap = -score if self._directional else score - 1
        if gap > TOLERANCE:
            self._states[position] = "beyond"
        elif gap < -TOLERANCE:
            self._states[position] = "inefficient"
        else:
            loose = (slacks > TOLERANCE * size).any()
            self._states[position] = "weakly_efficient" if loose else "efficient"

    def efficiency(self) -> Efficiency:
        """Return what was found."""
        inputs, goods, _ = self._shape
        sides = np.split(self._slacks, [inputs, inputs + goods], axis=1)
        return Efficiency(
            self._units, self._scores, tuple(self._states), Slacks(*sides), tuple(self._peers), self._directional
        )
