"""Decoupling of an emission from an activity as a measure."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from indicators.measures.base import Array, BaseMeasure, Expression, Learned, Outputs, Parts, Setting, named
from indicators.measures.over_time import Since, before, formulas_since
from indicators.spec import Number, Path, refuse
from indicators.synergy.decoupling import tapio


class Decoupling(BaseMeasure):
    """Tapio's elasticity e = (ΔC/C₀)/(ΔG/G₀) of an emission C and an activity G, with its state of decoupling.

    ΔG > 0: e < 0 strong decoupling, 0 ≤ e < 0.8 weak decoupling, 0.8 ≤ e ≤ 1.2 expansive coupling, e > 1.2 expansive
    negative decoupling; ΔG < 0: strong negative, weak negative, recessive coupling, recessive decoupling. Without
    growth, or where C₀ or G₀ is 0, the state says so and there is no elasticity. The elasticity is no scale of better
    and worse, since its meaning turns with the sign of the growth; `gap` = ΔG/G₀ − ΔC/C₀ is: how much faster the
    activity grew than the emission.
    """

    source: ClassVar[str] = "Tapio 2005, Transport Policy 12(2):137-151"
    states: ClassVar[tuple[str, ...]] = ("state",)

    method: Literal["decoupling"] = "decoupling"
    emission: Expression
    """Formula of the emission."""
    activity: Expression
    """Formula of the activity, such as gross domestic product at constant prices."""
    output: Literal["gap", "elasticity", "state"]
    """Which output the indicator takes; `state` is listed, not scored."""
    since: Since = "baseline"
    """What each year is compared with."""
    limits: Annotated[list[Annotated[Number, Field(gt=0)]], Field(min_length=2, max_length=2)] = Field(
        default=[0.8, 1.2]
    )
    """Between which elasticities emission and activity count as coupled."""

    @model_validator(mode="after")
    def _in_order(self) -> "Decoupling":
        if self.limits[0] >= self.limits[1]:
            raise refuse("measures.limits_reversed", first=self.limits[0], last=self.limits[1])
        return self

    def formulas(self) -> dict[str, str]:
        """Return levels and change of both; the levels tell a base of 0 from a missing one."""
        return formulas_since({"emission": self.emission, "activity": self.activity}, self.since)

    def in_units(self) -> dict[str, str]:
        """Return the units of measure of the changes; the levels come as they are."""
        return {name: "1" for name in self.formulas() if name.endswith("_growth")}

    def keys(self) -> dict[str, Path]:
        """Return where each formula is stated."""
        return {name: (name.split("_")[0],) for name in self.formulas()}

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return gap, elasticity and state."""
        ends = [
            _over(parts, name, before(parts, name, parts[name], setting, self.since))
            for name in ("emission", "activity")
        ]
        made = tapio(*ends, limits=(self.limits[0], self.limits[1]))
        gap = made.activity_growth - made.emission_growth
        return {"gap": gap, "elasticity": made.elasticity, "state": named(made.state)}


def _over(parts: Parts, name: str, first: Array) -> tuple[Array, Array]:
    """Return before and after: levels as relative to the base, which is how a break is chained over."""
    level = parts[name]
    grown = parts.get(f"{name}_growth")
    if grown is None:
        return first, level
    chained = np.isfinite(grown) & np.isfinite(level)
    with np.errstate(all="ignore"):
        # two plain levels without a change between them lie on either side of a break that nothing leads over
        cut = ~chained & np.isfinite(level / first)
    return np.where(chained, 1.0, np.where(cut, np.nan, first)), np.where(chained, 1.0 + grown, level)
