"""Co-control against the baseline year as a measure."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from indicators.errors import nearest
from indicators.measures.base import Array, BaseMeasure, Learned, Outputs, Parts, Setting, States, named
from indicators.measures.over_time import before
from indicators.spec import Code, Number, refuse
from indicators.synergy.co_control import elasticity, pollutant_equivalents, quadrant, signed_distance
from indicators.synergy.joint import co_control_angle, cross_elasticity


class CoControl(BaseMeasure):
    """Co-control state against the baseline year.

    Relative reductions c = −change(carbon) and p = −change(pollutants), several pollutants as the sum of their
    equivalents Σ Eᵢ/ρᵢ. From them the quadrant (both fall, carbon only, pollutant only, both rise; no change is no
    fall), the signed distance ±√(c² + p²), positive only where both fall, negative where both rise and 0 otherwise,
    the angle in degrees (pollutants on the x axis, carbon on the y axis; 45 where both fall at one pace), and the cross
    elasticity c/p where both fall. The state says which of the two falls faster, or why there is no elasticity: of an
    emission that was not above 0 in the baseline year there is neither a reduction nor a quadrant.
    """

    source: ClassVar[str] = "Mao Xianqiang et al. 2011; PRC Environmental Protection Tax Law, annex II (equivalents)"
    states: ClassVar[tuple[str, ...]] = ("quadrant", "state")

    method: Literal["co_control"] = "co_control"
    carbon: Code
    """Variable of the carbon emission."""
    pollutants: Annotated[list[Code], Field(min_length=1)]
    """Variables of the pollutant emissions."""
    output: Literal[
        "carbon_reduction", "pollutant_reduction", "quadrant", "signed_distance", "angle", "elasticity", "state"
    ]
    """Which output the indicator takes; `quadrant` and `state` are listed, not scored."""
    equivalents: dict[Code, Annotated[Number, Field(gt=0)]] = Field(default={})
    """Kilograms per pollutant equivalent by variable; the tax law's table by the variable's code when absent."""

    @model_validator(mode="after")
    def _complete(self) -> "CoControl":
        if len(set(self.pollutants)) < len(self.pollutants) or self.carbon in self.pollutants:
            raise refuse("measures.named_twice")
        for stated in self.equivalents:
            if stated not in self.pollutants:
                raise refuse("measures.no_pollutant", found=stated, meant=nearest(stated, self.pollutants))
        table = pollutant_equivalents()
        for pollutant in self.pollutants if len(self.pollutants) > 1 else []:
            if pollutant not in self.equivalents and pollutant not in table:
                raise refuse("measures.no_equivalent", found=pollutant, meant=nearest(pollutant, table))
        return self

    @property
    def name(self) -> str:
        """What `measures.csv` calls it: two indicators that take other outputs of it share the name."""
        stated = "".join(f"; {code}={value:g}" for code, value in sorted(self.equivalents.items()))
        return f"co_control({self.carbon}; {', '.join(self.pollutants)}{stated})"

    def formulas(self) -> dict[str, str]:
        """Return the formulas that it rests on, by name; the levels tell a start of 0 from a missing one."""
        carbon = f"`{self.carbon}`"
        if len(self.pollutants) == 1:
            pollutant = f"`{self.pollutants[0]}`"
        else:
            rho = {p: self.equivalents.get(p) or pollutant_equivalents()[p] for p in self.pollutants}
            pollutant = " + ".join(f"`{p}` / {rho[p]!r}" for p in self.pollutants)
        return {
            "carbon_reduction": f"-change({carbon})", "pollutant_reduction": f"-change({pollutant})",
            "carbon": carbon, "pollutant": pollutant,
        }  # fmt: skip

    def formulas_of(self, output: str) -> dict[str, str]:
        """Return the formulas of one emission for its reduction, else all of them."""
        alone = output.removesuffix("_reduction")
        return {name: text for name, text in self.formulas().items() if alone == output or name in (alone, output)}

    def in_units(self) -> dict[str, str]:
        """Return the units of measure of the changes; the levels come as they are."""
        return {name: "1" for name in self.formulas() if name.endswith("_reduction")}

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return every output from the two relative reductions, which need an emission above 0 to begin with."""
        starts = [before(parts, name, parts[name], setting, "baseline") for name in ("carbon", "pollutant")]
        carbon, pollutant = (
            np.where(start > 0, parts[f"{name}_reduction"] + 0.0, np.nan)
            for name, start in zip(("carbon", "pollutant"), starts, strict=True)
        )
        return {
            "carbon_reduction": carbon,
            "pollutant_reduction": pollutant,
            "quadrant": quadrant(carbon, pollutant),
            "signed_distance": signed_distance(carbon, pollutant),
            "angle": co_control_angle(carbon, pollutant).value,
            "elasticity": elasticity(carbon, pollutant),
            "state": _state(parts, starts, carbon, pollutant, setting),
        }


def _state(parts: Parts, starts: list[Array], carbon: Array, pollutant: Array, setting: Setting) -> States:
    """Return what the cross elasticity has to say, or why there is none; empty where a figure is missing."""
    levels = [parts[name] for name in ("carbon", "pollutant")]
    said = cross_elasticity(carbon, pollutant).state
    missing = ~np.logical_and.reduce([np.isfinite(level) for level in levels])
    if setting.baseline is not None:
        missing |= np.asarray(setting.years)[: missing.shape[1]] < setting.baseline
    with np.errstate(all="ignore"):
        large = [
            np.isinf(level / np.where(first > 0, first, np.nan)) for level, first in zip(levels, starts, strict=True)
        ]
    state = np.select(
        [
            missing, ~np.logical_and.reduce([np.isfinite(first) for first in starts]),
            starts[0] < 0, starts[1] < 0, (starts[0] == 0) | (starts[1] == 0), np.logical_or.reduce(large),
        ],
        ["", "no_start", "negative", "negative", "zero_base", "too_large"],
        said,
    )  # fmt: skip
    return named(state)
