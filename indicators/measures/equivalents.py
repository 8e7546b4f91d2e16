"""Pollutant equivalents, alone and combined with carbon, as a measure."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from indicators.errors import nearest
from indicators.measures.base import Array, BaseMeasure, Expression, Learned, Outputs, Parts, Setting
from indicators.measures.over_time import Since, after, before, finite, formulas_since, level_of
from indicators.spec import Code, Number, Path, refuse
from indicators.synergy.co_control import pollutant_equivalents
from indicators.synergy.equivalents import combined_equivalents, equivalents


class PollutantEquivalents(BaseMeasure):
    """Pollutant equivalents Σ Eᵢ/ρᵢ in thousands (t over kg an equivalent): reduced, relative, at hand, with carbon.

    reduction = Σ E₀/ρ − Σ E/ρ, positive when emissions fall; relative = reduction / Σ E₀/ρ;
    combined = reduction + η·(C₀ − C), carbon_part = η·(C₀ − C); level = Σ E/ρ, over the activity where one is stated.
    η, thousand equivalents a tonne of carbon dioxide, is fixed by no law: it is always stated, and part of the name.
    """

    source: ClassVar[str] = "PRC Environmental Protection Tax Law 2018, annex II; Mao Xianqiang et al. 2011"
    states: ClassVar[tuple[str, ...]] = ("state", "level_state")

    method: Literal["pollutant_equivalents"] = "pollutant_equivalents"
    pollutants: Annotated[list[Code], Field(min_length=1)]
    """Variables of the pollutant emissions, masses."""
    output: Literal["reduction", "relative", "level", "combined", "carbon_part", "state", "level_state"]
    """Which output the indicator takes; `combined` and `carbon_part` need `carbon`, `level_state` needs `activity`;
    states are listed, not scored."""
    carbon: Code | None = None
    """Variable of the carbon dioxide emission, a mass."""
    carbon_weight: Annotated[Number, Field(ge=0)] | None = None
    """η, thousand equivalents a tonne of carbon dioxide; required with `carbon`."""
    activity: Expression | None = None
    """Formula by which the level is divided, such as gross domestic product."""
    equivalents: dict[Code, Annotated[Number, Field(gt=0)]] = Field(default={})
    """Kilograms per pollutant equivalent by variable; the tax law's table by the variable's code when absent."""
    since: Since = "baseline"
    """What each year is compared with."""

    @model_validator(mode="after")
    def _complete(self) -> "PollutantEquivalents":
        if len(set(self.pollutants)) < len(self.pollutants) or self.carbon in self.pollutants:
            raise refuse("measures.named_twice")
        for stated in self.equivalents:
            if stated not in self.pollutants:
                raise refuse("measures.no_pollutant", found=stated, meant=nearest(stated, self.pollutants))
        table = pollutant_equivalents()
        for pollutant in self.pollutants:
            if pollutant not in self.equivalents and pollutant not in table:
                raise refuse("measures.no_equivalent", found=pollutant, meant=nearest(pollutant, table))
        if (self.carbon is None) != (self.carbon_weight is None):
            raise refuse("measures.carbon_and_weight")
        if self.output not in self.listed:
            raise refuse("measures.output_needs", found=self.output, needed=_NEEDS[self.output])
        return self

    @property
    def listed(self) -> tuple[str, ...]:
        """The outputs for which everything is stated."""
        stated = {"carbon": self.carbon, "activity": self.activity}
        return tuple(output for output in super().listed if stated.get(_NEEDS.get(output, ""), True) is not None)

    def formulas(self) -> dict[str, str]:
        """Return every emission, the activity, and what leads to the earlier sum and the earlier carbon emission."""
        made = {f"pollutant_{at + 1}": f"`{code}`" for at, code in enumerate(self.pollutants)}
        if self.activity is not None:
            made["activity"] = self.activity
        rho = {code: self.equivalents.get(code) or pollutant_equivalents()[code] for code in self.pollutants}
        total = " + ".join(f"`{code}` / {rho[code]!r}" for code in self.pollutants)
        made |= formulas_since({"total": total}, self.since)
        return made | (formulas_since({"carbon": f"`{self.carbon}`"}, self.since) if self.carbon is not None else {})

    def formulas_of(self, output: str) -> dict[str, str]:
        """Return the formulas of the year, without any of which there is no figure, and what the output compares."""
        earlier = {"level": set(), "level_state": set(), "carbon_part": {"carbon"}, "combined": {"total", "carbon"}}
        made, compared = self.formulas(), earlier.get(output, {"total"})
        # without a start of carbon the state says so
        told = {"carbon_before"} if output == "state" else set()
        return {
            name: text for name, text in made.items()
            if name == level_of(name) or level_of(name) in compared or name in told
        }  # fmt: skip

    def in_units(self) -> dict[str, str]:
        """Return tonnes for emissions, and plain numbers for changes; the activity comes as it is."""
        return {
            name: "1" if name.endswith("_growth") else "t" for name in self.formulas() if name != "activity"
        }  # fmt: skip

    def like(self, output: str) -> str:
        """Return a formula whose unit of measure a numeric output has."""
        return f"1 / ({self.activity})" if output == "level" and self.activity is not None else "1"

    def keys(self) -> dict[str, Path]:
        """Return where each formula is stated."""
        stated: dict[str, Path] = {f"pollutant_{at + 1}": ("pollutants", at) for at in range(len(self.pollutants))}
        alone: Path = ("pollutants", 0) if len(self.pollutants) == 1 else ("pollutants",)
        for name in self.formulas():
            head = name.split("_")[0]
            stated.setdefault(name, alone if head == "total" else (head,))
        return stated

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return the reduction in thousand equivalents, its parts and states, and the level."""
        rho = {code: self.equivalents[code] for code in self.pollutants if code in self.equivalents}
        amounts = {code: parts[f"pollutant_{at + 1}"] for at, code in enumerate(self.pollutants)}
        with np.errstate(over="ignore", invalid="ignore"):
            level = finite(equivalents(amounts, rho))
            first = before(parts, "total", level, setting, self.since)
            reduction = finite(first - after(parts, "total", level, first))
            relative = np.where(first > 0, finite(-parts["total_growth"]), np.nan)
        missing = ~np.logical_and.reduce([np.isfinite(amount) for amount in amounts.values()])
        if self.since == "baseline" and setting.baseline is not None:
            missing |= np.asarray(setting.years) < setting.baseline
        made: Outputs = {"level": level}
        if self.carbon is not None:
            carbon, earlier = parts["carbon"], before(parts, "carbon", parts["carbon"], setting, self.since)
            missing |= ~np.isfinite(carbon)
            with np.errstate(over="ignore", invalid="ignore"):
                fallen = finite(earlier - after(parts, "carbon", carbon, earlier))
                combined = combined_equivalents(reduction, fallen, carbon_weight=self.carbon_weight or 0.0)
            made |= {"combined": finite(combined.value), "carbon_part": finite(combined.carbon_part)}
            first = np.where(np.isfinite(earlier), first, np.nan)
        if self.activity is not None:
            missing |= ~np.isfinite(parts["activity"])
            made |= _per_activity(level, parts["activity"], missing)
        made |= {"reduction": reduction, "relative": relative}
        numbers = {name: np.where(missing, np.nan, values) for name, values in made.items() if name != "level_state"}
        states = {"state": np.where(missing, "", _states(first, made)).astype(np.str_)}
        return {**made, **numbers, **states}


_NEEDS = {"combined": "carbon", "carbon_part": "carbon", "level_state": "activity"}
"""What must be stated for an output."""


def _per_activity(level: Array, activity: Array, missing: Array) -> Outputs:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        found = finite(level / activity)
    state = np.select([activity == 0, ~np.isfinite(found)], ["zero_activity", "too_large"], "defined")
    return {"level": found, "level_state": np.where(missing, "", state).astype(np.str_)}


def _states(first: Array, made: Outputs) -> Array:
    """Return what the equivalents did: fell, rose or stayed, or why that cannot be told."""
    reduction = np.asarray(made["reduction"], dtype=float)
    every = [np.isfinite(np.asarray(made[name], dtype=float)) for name in ("reduction", "combined") if name in made]
    return np.select(
        [
            ~np.isfinite(first), ~np.logical_and.reduce(every), first == 0, first < 0, reduction > 0, reduction < 0,
        ],
        ["no_start", "too_large", "zero_base", "negative", "equivalents_fell", "equivalents_rose"],
        "equivalents_unchanged",
    )  # fmt: skip
