"""Efficiency with bad outputs, its gap between groups and its confidence as measures."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from indicators.efficiency.bootstrap import bootstrap
from indicators.efficiency.by_production import by_production
from indicators.efficiency.directional import directional
from indicators.efficiency.frontiers import technology_gap
from indicators.efficiency.production import Production
from indicators.efficiency.radial import radial
from indicators.efficiency.slacks import slacks_based, super_slacks_based
from indicators.measures.base import Array, Expression, Learned, Outputs, Parts, Setting
from indicators.measures.frontier import AgainstOne, Along, Answer, among
from indicators.spec import Number, Whole, refuse

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "directional": ("direction", "disposability"),
    "slacks_based": ("orientation",),
    "super_slacks_based": ("orientation",),
    "radial": ("orientation",),
    "by_production": ("causes",),
}
"""What a model can be told beside its returns to scale and its frontier."""


class Modelled(AgainstOne):
    """A measure that scores units by one of several models."""

    model: Literal["directional", "slacks_based", "super_slacks_based", "radial", "by_production"]
    """How far a unit is from its frontier: all outputs along a direction, slack by slack, one factor for all inputs or
    outputs, or goods and emissions as two technologies."""
    bads: list[Expression] = Field(default=[])
    """Formulas of the bad outputs."""
    orientation: Literal["input", "output", "both"] | None = None
    """Which side may move: `input`, `output` or, with slacks, `both`; by default `both` with slacks and `input` with
    one factor."""
    disposability: Literal["weak", "free"] = "weak"
    """Whether bad outputs fall only together with good ones, or as freely as inputs do; for a direction."""
    direction: Along = Field(default=Along())
    """Shares of their own figures by which units are moved."""
    causes: list[Expression] = Field(default=[])
    """Those of the inputs that cause the emissions; for efficiency by production."""

    @model_validator(mode="after")
    def _fitting(self) -> "Modelled":
        for name in ("orientation", "disposability", "direction", "causes"):
            if name not in SETTINGS[self.model] and getattr(self, name) != type(self).model_fields[name].default:
                raise refuse("efficiency.setting_unused", found=name, model=self.model)
        if self.model == "radial" and self.bads:
            raise refuse("efficiency.bads_unused", model=self.model)
        if self.model == "radial" and self.orientation == "both":
            raise refuse("efficiency.unknown_choice", found="both", expected="input | output", meant=None)
        if self.model == "by_production" and not self.bads:
            raise refuse("efficiency.bads_needed", model=self.model)
        if self.model == "by_production" and not self.causes:
            raise refuse("efficiency.causes_needed")
        for cause in self.causes:
            among(cause, self.inputs, "inputs")
        if self.model == "directional" and not (
            self.direction.inputs or self.direction.goods or (self.bads and self.direction.bads)
        ):
            raise refuse("efficiency.direction_nowhere")
        return self

    def scored(self, given: Production, reference: Production) -> tuple[Array, Array, tuple[str, ...]]:
        """Return shares (1 is best), shortfalls (0 is best) and states of units against a frontier."""
        if self.model == "directional":
            found = directional(given, self.direction.direction(), self.returns, self.disposability, reference)
            return found.shares, found.scores, found.states
        if self.model == "by_production":
            causes = [self.inputs.index(cause) for cause in self.causes]
            apart = by_production(given, causes, self.returns, reference)
            return apart.scores, 1 - apart.scores, apart.states
        if self.model == "radial":
            found = radial(given, self.orientation or "input", self.returns, reference)
        else:
            by_slacks = slacks_based if self.model == "slacks_based" else super_slacks_based
            found = by_slacks(given, self.returns, self.orientation or "both", reference)
        return found.shares, 1 - found.shares, found.states


class Efficiency(Modelled):
    """Efficiency of units that make good outputs y and bad outputs b from inputs x, against the best of them.

    Directional: max β with (x, y(1 + β), b(1 − β)) possible, efficiency 1/(1 + β). Slacks-based: min
    [1 − (1/m)Σ s⁻/x] / [1 + (1/(s₁ + s₂))(Σ s⁺/y + Σ sᵇ/b)], and its super form, in which units on the frontier score
    1 or more. Radial: min θ with (θx, y) possible, without bad outputs. By production: the mean of the share of good
    output and of unavoidable emissions. Efficiency is 1 on the frontier; `inefficiency` is β, or 1 − efficiency, and
    0 on it. Units with a gap have none; `state` names every case without a number.
    """

    source: ClassVar[str] = (
        "Chung, Färe & Grosskopf 1997; Tone 2001, 2002, 2003; Charnes, Cooper & Rhodes 1978; Banker, Charnes & Cooper "
        "1984; Murty, Russell & Levkoff 2012; Kuosmanen 2005 (weak disposability under variable returns)"
    )
    states: ClassVar[tuple[str, ...]] = ("state",)

    method: Literal["efficiency"] = "efficiency"
    output: Literal["efficiency", "inefficiency", "state"]
    """Which output the indicator takes; `state` is listed, not scored."""

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return efficiency, inefficiency and state."""

        def solve(given: Production, scope: Mapping[str, Any], frontier: Production) -> Answer:
            shares, shortfalls, states = self.scored(given, frontier)
            return {"efficiency": shares, "inefficiency": shortfalls}, {"state": states}

        return self.measured(parts, setting, learned, ("efficiency", "inefficiency"), solve)


class TechnologyGap(Modelled):
    """Technology gap ratio of types: efficiency over all types / efficiency within the unit's type, at most 1.

    How near the frontier of the type comes to that of all where the unit stands. The frontier of all is the convex one
    of the pooled units. Units without types are all of one, and their ratio is 1. With super-efficiency the ratio can
    be above 1.
    """

    source: ClassVar[str] = "O'Donnell, Rao & Battese 2008, Empirical Economics 34, 231-255"
    states: ClassVar[tuple[str, ...]] = ("state",)
    labels: ClassVar[Mapping[str, str]] = {"state": "gap"}
    by_type: ClassVar[bool] = True

    method: Literal["technology_gap"] = "technology_gap"
    output: Literal["ratio", "within", "overall", "state"]
    """Which output the indicator takes; `state` is listed, not scored."""

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return the ratio, both efficiencies and the state."""
        kinds = dict(zip(setting.units, setting.types, strict=True))

        def solve(given: Production, scope: Mapping[str, Any], frontier: Production) -> Answer:
            overall, _, _ = self.scored(given, frontier)
            within = np.full(len(given), np.nan)
            own = [kinds[code.rpartition("@")[0] if self.reference == "pooled" else code] for code in given.units]
            alone = np.zeros(len(given), dtype=bool)
            for kind in sorted(set(own)):
                members, (best, _) = np.flatnonzero(np.array(own) == kind), self.frontier(scope, kind)
                if len(best):
                    within[members], _, _ = self.scored(given.take(members), best)
                alone[members] = len(best) == 1
            ratio = technology_gap(overall, within)
            states = [
                "no_score" if np.isnan(value) else "alone" if single else "defined"
                for value, single in zip(ratio, alone, strict=True)
            ]
            return {"ratio": ratio, "within": within, "overall": overall}, {"state": states}

        return self.measured(parts, setting, learned, ("ratio", "within", "overall"), solve)


class EfficiencyInterval(AgainstOne):
    """Confidence interval of radial efficiency θ = 1/φ by the smoothed bootstrap, for groups of few units.

    The frontier of a sample lies inside the true one, so θ is too high; `corrected` = 2θ − mean θ*, and the interval is
    [2θ − q(1 − α/2), 2θ − q(α/2)] of the replicates θ*. Units that are not among those of the frontier, as in a later
    year scored by an earlier run, have none. Costs one linear program a unit and replicate.
    """

    source: ClassVar[str] = "Simar & Wilson 1998, Management Science 44, 49-61; Daraio & Simar 2007"
    states: ClassVar[tuple[str, ...]] = ("state",)
    labels: ClassVar[Mapping[str, str]] = {"state": "sure"}

    method: Literal["efficiency_interval"] = "efficiency_interval"
    output: Literal["efficiency", "corrected", "lower", "upper", "state"]
    """Which output the indicator takes; `state` is listed, not scored."""
    replicates: Annotated[Whole, Field(ge=2, le=10_000)]
    """How many samples are drawn; 1,000 or more for figures that are published."""
    orientation: Literal["input", "output"] = "input"
    """Whether all inputs shrink or all outputs grow by one factor."""
    seed: Annotated[Whole, Field(ge=0)] = 0
    """Seed of the draws, which go by code."""
    level: Annotated[Number, Field(gt=0, lt=1)] = 0.95
    """Confidence level."""

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return efficiency, the corrected one, the ends of the interval and the state."""

        def solve(given: Production, scope: Mapping[str, Any], frontier: Production) -> Answer:
            # always of the whole frontier: what is drawn for a unit depends on no other unit that is looked at
            found = bootstrap(frontier, self.orientation, self.returns, self.replicates, self.seed, self.level)
            rows = {code: at for at, code in enumerate(found.units)}
            known = [
                at if at is not None and (frontier.table[at] == own).all() else None
                for at, own in zip(map(rows.get, given.units), given.table, strict=True)
            ]

            def of(values: Array) -> Array:
                return np.array([np.nan if at is None else values[at] for at in known])

            numbers = {"efficiency": found.scores, "corrected": found.corrected}
            numbers |= {"lower": found.lower, "upper": found.upper}
            states = ["outside" if at is None else found.states[at] for at in known]
            return {name: of(values) for name, values in numbers.items()}, {"state": states}

        return self.measured(parts, setting, learned, ("efficiency", "corrected", "lower", "upper"), solve)
