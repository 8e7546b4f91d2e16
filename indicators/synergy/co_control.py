"""Co-control of carbon and pollutants: the coordinate system and cross elasticity of Mao Xianqiang et al."""

import csv
from collections.abc import Mapping
from functools import cache
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.bundled import configs
from indicators.errors import nearest
from indicators.spec import Code, Number, Spec, refuse

Array = NDArray[np.float64]

QUADRANTS = ("both_fall", "carbon_only", "pollutant_only", "both_rise")


@cache
def pollutant_equivalents() -> dict[str, float]:
    """Return kilograms per pollutant equivalent, by pollutant, from `configs/factors/pollutant_equivalents.csv`.

    >>> pollutant_equivalents()["so2"]
    0.95
    """
    with (configs() / "factors" / "pollutant_equivalents.csv").open(encoding="utf-8") as stream:
        return {row["pollutant"]: float(row["equivalent_kg"]) for row in csv.DictReader(stream)}


def quadrant(carbon: Array, pollutant: Array) -> NDArray[np.str_]:
    """Return the state of each pair of reductions; empty where either is missing.

    A zero change counts as no fall. `carbon`, `pollutant`: relative reductions, any one shape.

    >>> quadrant(np.array([.1, .1, 0, np.nan]), np.array([.2, -.1, .3, 1])).tolist()
    ['both_fall', 'carbon_only', 'pollutant_only', '']
    """
    falls = np.where(carbon > 0, 0, 2) + np.where(pollutant > 0, 0, 1)
    names = np.array(QUADRANTS)[falls]
    return np.where(np.isfinite(carbon) & np.isfinite(pollutant), names, "")


def signed_distance(carbon: Array, pollutant: Array) -> Array:
    """Return √(c² + p²), positive only where both fall, negative where both rise, 0 otherwise; NaN where missing.

    >>> signed_distance(np.array([.3, .3, -.3]), np.array([.4, -.4, -.4]))
    array([ 0.5,  0. , -0.5])
    """
    state = quadrant(carbon, pollutant)
    sign = np.select([state == "both_fall", state == "both_rise", state == ""], [1.0, -1.0, np.nan], 0.0)
    return np.asarray(sign * np.hypot(carbon, pollutant)) + 0.0


def elasticity(carbon: Array, pollutant: Array) -> Array:
    """Return the cross elasticity (ΔC/C₀)/(ΔP/P₀) where both fall; NaN elsewhere, where its sign would mislead.

    >>> elasticity(np.array([.1, -.1]), np.array([.2, -.2]))
    array([0.5, nan])
    """
    both = quadrant(carbon, pollutant) == "both_fall"
    return np.asarray(np.divide(carbon, pollutant, out=np.full(np.shape(carbon), np.nan), where=both))


class CoControl(Spec):
    """Co-control state against the baseline year.

    Relative reductions c = −change(carbon) and p = −change(pollutants), several pollutants as the sum of their
    equivalents Σ Eᵢ/ρᵢ. From them the quadrant (both fall, carbon only, pollutant only, both rise; no change is no
    fall), the signed distance ±√(c² + p²), positive only where both fall, negative where both rise and 0 otherwise,
    and the cross elasticity c/p where both fall.
    """

    family: ClassVar[str] = "measure"
    source: ClassVar[str] = "Mao Xianqiang et al. 2011; PRC Environmental Protection Tax Law, annex II (equivalents)"

    method: Literal["co_control"] = "co_control"
    carbon: Code
    """Variable of the carbon emission."""
    pollutants: Annotated[list[Code], Field(min_length=1)]
    """Variables of the pollutant emissions."""
    output: Literal["carbon_reduction", "pollutant_reduction", "quadrant", "signed_distance", "elasticity"]
    """Which output the indicator takes; `quadrant` is a state and is listed, not scored."""
    equivalents: dict[Code, Annotated[Number, Field(gt=0)]] = Field(default={})
    """Kilograms per pollutant equivalent by variable; the tax law's table by the variable's code when absent."""

    @model_validator(mode="after")
    def _complete(self) -> "CoControl":
        if self.output == "quadrant":
            raise refuse("measures.state_is_no_number", found=self.output)
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
        return f"co_control({self.carbon}; {', '.join(self.pollutants)})"

    def formulas(self) -> dict[str, str]:
        """Return the formulas that it rests on, by name."""
        if len(self.pollutants) == 1:
            pollutant = f"`{self.pollutants[0]}`"
        else:
            rho = {p: self.equivalents.get(p) or pollutant_equivalents()[p] for p in self.pollutants}
            pollutant = " + ".join(f"`{p}` / {rho[p]!r}" for p in self.pollutants)
        return {
            "carbon_reduction": f"-change(`{self.carbon}`)",
            "pollutant_reduction": f"-change({pollutant})",
        }

    def outputs(self, parts: Mapping[str, Array]) -> dict[str, NDArray[np.float64] | NDArray[np.str_]]:
        """Return every output from the values of `formulas`; each of their shape."""
        carbon, pollutant = parts["carbon_reduction"], parts["pollutant_reduction"]
        return {
            "carbon_reduction": carbon,
            "pollutant_reduction": pollutant,
            "quadrant": quadrant(carbon, pollutant),
            "signed_distance": signed_distance(carbon, pollutant),
            "elasticity": elasticity(carbon, pollutant),
        }
