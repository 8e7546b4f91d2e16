"""Coupling coordination of subsystems as a measure."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from indicators.measures.base import BaseMeasure, Learned, Outputs, Parts, Setting
from indicators.measures.subsystems import (
    Scaled,
    Subsystems,
    Weights,
    check_weights,
    keys_of,
    limits_learned,
    of_scored,
    short,
    texts_of,
)
from indicators.spec import Path
from indicators.synergy.coupling import Model, coordination


class CouplingCoordination(BaseMeasure):
    """Coupling C, development T and coordination D = √(C·T) of two or more subsystems in one year.

    Each part of a subsystem is scaled between its worst and its best value, u = (x − worst)/(best − worst), held
    between 0 and 1; a subsystem is U = Σ w·u, and T = Σ α·U.
    traditional: C = [ΠU / ((1/k)·ΣU)^k]^(1/k);
    corrected: C = √{[1 − Σ|U_i − U_j| / (k(k−1)/2)] · [Π(U/max U)]^(1/(k−1))}. Weights never enter C.

    It describes a state and not a change. Of the traditional model C lies close to 1 for nearly all units, so that D is
    close to a copy of T: show it beside the composite rather than in it.
    """

    source: ClassVar[str] = (
        "Wang Shujia et al. 2021, Journal of Natural Resources 36(3):793 (both models); Liao Chongbin 1999 (ten grades)"
    )
    states: ClassVar[tuple[str, ...]] = ("grade", "state")

    method: Literal["coupling_coordination"] = "coupling_coordination"
    subsystems: Subsystems
    """Two or more subsystems with their parts."""
    model: Model
    """The model of coupling, always stated: `traditional`, or `corrected` of Wang Shujia et al."""
    output: Literal["coordination", "coupling", "development", "grade", "state"]
    """Which output the indicator takes; `grade` (of ten) and `state` are listed, not scored."""
    weights: Weights = Field(default={})
    """Weights α of the subsystems in the development; equal when absent."""

    @model_validator(mode="after")
    def _complete(self) -> "CouplingCoordination":
        check_weights(self.subsystems, self.weights)
        return self

    @property
    def name(self) -> str:
        """What `measures.csv` calls it: its model and subsystems, and a mark for what was stated of their parts."""
        return f"{self.method}({self.model}; {', '.join(self.subsystems)}; {short(self.stated)})"

    @property
    def listed(self) -> tuple[str, ...]:
        """The choices of `output` and the score of every subsystem."""
        return (*super().listed, *(f"subsystem_{code}" for code in self.subsystems))

    def formulas(self) -> dict[str, str]:
        """Return the formula of every part."""
        return texts_of(self.subsystems)

    def in_units(self) -> dict[str, str]:
        """Return none: parts come in the units of measure of their formulas."""
        return {}

    def keys(self) -> dict[str, Path]:
        """Return where each formula is stated."""
        return keys_of(self.subsystems)

    def learn(self, parts: Parts, setting: Setting) -> Learned:
        """Return the least and greatest value of each part that does not state both limits."""
        return limits_learned(self.subsystems, {name: [of_scored(values, setting)] for name, values in parts.items()})

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return coordination, coupling and development, the grade, and the score of every subsystem."""
        scaled = Scaled(self.subsystems, parts, learned)
        columns = []
        for code, listed in self.subsystems.items():
            within = np.array([part.weight for part in listed])
            columns.append(np.minimum(scaled.shares[code] @ (within / within.sum()), 1.0))
        scores = np.stack(columns, axis=-1)
        weights = [self.weights[code] for code in self.subsystems] if self.weights else None
        made = coordination(scores, model=self.model, weights=weights)
        missing = made.state == "missing"
        scores = np.where(missing[..., None], np.nan, scores)
        state = np.where((made.state == "defined") & scaled.outside, "outside", made.state)
        grade = np.char.add("coordination_", made.grade.astype(str))
        numbers = {
            "coordination": made.coordination,
            "coupling": made.coupling,
            "development": made.development,
            **{f"subsystem_{code}": scores[..., at] for at, code in enumerate(self.subsystems)},
        }
        if scaled.no_range:
            numbers = {name: np.full(missing.shape, np.nan) for name in numbers}
            state = grade = np.full(missing.shape, "no_range")
        return {
            **numbers,
            "grade": np.where(missing, "", grade).astype(np.str_),
            "state": np.where(missing, "", state).astype(np.str_),
        }
