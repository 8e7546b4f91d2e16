"""The synergy degree of a composite system as a measure."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from indicators.measures.base import Array, BaseMeasure, Learned, Outputs, Parts, Setting
from indicators.measures.over_time import Since, after, before, formulas_since, level_of
from indicators.measures.subsystems import (
    Scaled,
    Subsystems,
    Weights,
    check_weights,
    keys_of,
    limits_learned,
    names_of,
    of_scored,
    short,
    texts_of,
)
from indicators.spec import Path, refuse
from indicators.synergy.order_degree import Combine, order_degree, synergy_degree


class SynergyDegree(BaseMeasure):
    """Synergy degree DS = θ·[Π|Δu|]^(1/k), or θ·Σλ|Δu|, from what the order degrees u of the subsystems did.

    Each part of a subsystem is scaled between its worst and its best value and held between 0 and 1; together they are
    the subsystem's order degree, u = [Πu_i]^(1/p), or Σλ·u_i. θ is 1 if the order of every subsystem rose, else −1:
    all falling gives a negative degree. One subsystem that did not change makes the geometric form 0.

    It describes a change, −1 … 1, and is no coupling coordination. The degree hangs on the limits: state them.
    """

    source: ClassVar[str] = "Meng Qingsong and Han Wenxiu 1998, 2000"
    states: ClassVar[tuple[str, ...]] = ("state", "limits")

    method: Literal["synergy_degree"] = "synergy_degree"
    subsystems: Subsystems
    """Two or more subsystems with their parts, the order parameters."""
    output: Literal["degree", "state", "limits"]
    """Which output the indicator takes; `state` (what rose) and `limits` (whether values lay beyond theirs) are
    listed, not scored."""
    combine: Combine = "geometric"
    """How parts become an order degree and changes a synergy degree; weights belong to `weighted`."""
    since: Since = "baseline"
    """What each year is compared with."""
    weights: Weights = Field(default={})
    """Weights λ of the subsystems; equal when absent."""

    @model_validator(mode="after")
    def _complete(self) -> "SynergyDegree":
        check_weights(self.subsystems, self.weights)
        stated = any(part.weight != 1 for listed in self.subsystems.values() for part in listed)
        if self.combine == "geometric" and (self.weights or stated):
            raise refuse("measures.weights_of_geometric")
        return self

    @property
    def name(self) -> str:
        """What `measures.csv` calls it: its subsystems, and a mark for what was stated of their parts."""
        return f"{self.method}({', '.join(self.subsystems)}; {short(self.stated)})"

    @property
    def listed(self) -> tuple[str, ...]:
        """The choices of `output`, and the order degree of every subsystem with its change."""
        return (*super().listed, *(f"{what}_{code}" for code in self.subsystems for what in ("order", "change")))

    def formulas(self) -> dict[str, str]:
        """Return the formula of every part, and what leads to its earlier value."""
        return formulas_since(texts_of(self.subsystems), self.since)

    def formulas_of(self, output: str) -> dict[str, str]:
        """Return all formulas; for one subsystem's order and change, of the others only those of the year.

        Without any of these there is no figure.
        """
        made, alone = self.formulas(), output.partition("_")[2]
        own = {name for name, (code, _) in names_of(self.subsystems).items() if code == alone}
        return {name: text for name, text in made.items() if not own or name == level_of(name) or level_of(name) in own}

    def in_units(self) -> dict[str, str]:
        """Return the units of measure of the changes; parts come in those of their formulas."""
        return {name: "1" for name in self.formulas() if name.endswith("_growth")}

    def keys(self) -> dict[str, Path]:
        """Return where each formula is stated."""
        stated = keys_of(self.subsystems)
        return {name: stated[level_of(name)] for name in self.formulas()}

    def _ends(self, parts: Parts, setting: Setting) -> dict[str, tuple[Array, Array]]:
        found = {}
        for name in names_of(self.subsystems):
            first = before(parts, name, parts[name], setting, self.since)
            found[name] = (first, after(parts, name, parts[name], first))
        return found

    def learn(self, parts: Parts, setting: Setting) -> Learned:
        """Return the least and greatest value of each part that does not state both limits, at either end."""
        ends = self._ends(parts, setting)
        return limits_learned(
            self.subsystems, {name: [of_scored(end, setting) for end in pair] for name, pair in ends.items()}
        )

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return the degree, what the subsystems did, and their order degrees."""
        ends = self._ends(parts, setting)
        weighted = self.combine == "weighted"
        orders, outside = [], np.zeros(next(iter(parts.values())).shape, dtype=bool)
        for end in (0, 1):
            scaled = Scaled(self.subsystems, {name: pair[end] for name, pair in ends.items()}, learned)
            outside |= scaled.outside
            columns = []
            for code, listed in self.subsystems.items():
                weights = [part.weight for part in listed] if weighted else None
                count = len(listed)
                shares = scaled.shares[code]
                made = order_degree(
                    shares, np.zeros(count), np.ones(count), [True] * count, combine=self.combine, weights=weights
                )
                columns.append(made.value)
            orders.append(np.stack(columns, axis=-1))
        weights = [self.weights[code] for code in self.subsystems] if self.weights else None
        degree = synergy_degree(orders[0], orders[1], combine=self.combine, weights=weights)
        missing = ~np.isfinite(orders[1]).all(axis=-1)
        earlier = np.isfinite(orders[0]).all(axis=-1)
        if self.since == "baseline" and setting.baseline is not None:
            missing |= np.asarray(setting.years) < setting.baseline
        undefined = missing | scaled.no_range
        numbers = {"degree": degree.value}
        for at, code in enumerate(self.subsystems):
            numbers |= {f"order_{code}": orders[1][..., at], f"change_{code}": degree.changes[..., at]}
        state, limits = np.where(earlier, degree.state, "no_start"), np.where(outside, "outside", "defined")
        if scaled.no_range:
            state = limits = np.full(missing.shape, "no_range")
        return {
            **{name: np.where(undefined, np.nan, values) for name, values in numbers.items()},
            "state": np.where(missing, "", state).astype(np.str_),
            "limits": np.where(missing, "", limits).astype(np.str_),
        }
