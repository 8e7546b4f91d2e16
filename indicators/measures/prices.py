"""Shadow prices of bad outputs as a measure."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from indicators.efficiency.prices import shadow_prices
from indicators.efficiency.production import Production
from indicators.measures.base import Expression, Learned, Outputs, Parts, Setting
from indicators.measures.frontier import AgainstOne, Along, Answer, among
from indicators.spec import refuse


class ShadowPrice(AgainstOne):
    """Shadow price of a bad output b in units of a good output y: price = (∂D/∂b) / (−∂D/∂y), D the distance function.

    How much of the good output the frontier gives up, where the unit is projected to, for one unit of measure of the
    bad output less: the marginal cost of abatement. A frontier of facets has corners, at which every price from `lower`
    to `upper` holds; `price` is then their middle, and the one end where there is no other. It is below 0 where weak
    disposability lets more of the bad output cost something.
    """

    source: ClassVar[str] = (
        "Färe, Grosskopf, Lovell & Yaisawarng 1993, Review of Economics and Statistics 75, 374-380; Chung, Färe & "
        "Grosskopf 1997"
    )
    states: ClassVar[tuple[str, ...]] = ("state",)
    labels: ClassVar[Mapping[str, str]] = {"state": "price"}

    method: Literal["shadow_price"] = "shadow_price"
    output: Literal["price", "lower", "upper", "state"]
    """Which output the indicator takes; `state` is listed, not scored."""
    bads: Annotated[list[Expression], Field(min_length=1)]
    """Formulas of the bad outputs."""
    of: Expression
    """Which of the bad outputs the price is of."""
    good: Expression
    """Which of the good outputs it is in."""
    disposability: Literal["weak", "free"] = "weak"
    """Whether bad outputs fall only together with good ones, or as freely as inputs do."""
    direction: Along = Field(default=Along())
    """Shares of their own figures by which units are moved to the frontier."""

    @model_validator(mode="after")
    def _fitting(self) -> "ShadowPrice":
        among(self.of, self.bads, "bads")
        among(self.good, self.goods, "goods")
        if not (self.direction.inputs or self.direction.goods or self.direction.bads):
            raise refuse("efficiency.direction_nowhere")
        return self

    def like(self, output: str) -> str:
        """Return good output per bad output."""
        return f"({self.good}) / ({self.of})"

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return price, both ends and state."""
        good, bad = self.goods.index(self.good), self.bads.index(self.of)

        def solve(given: Production, scope: Mapping[str, Any], frontier: Production) -> Answer:
            along = self.direction.direction()
            found = shadow_prices(given, good, along, self.returns, self.disposability, frontier)
            lower, upper = found.lower[:, bad], found.upper[:, bad]
            states = [told[bad] for told in found.states]
            middle = np.where(np.isnan(lower), upper, np.where(np.isnan(upper), lower, lower / 2 + upper / 2))
            priced = np.array([state in ("single", "range", "open_above", "open_below") for state in states])
            numbers = {"price": middle, "lower": lower, "upper": upper}
            return {k: np.where(priced, v, np.nan) for k, v in numbers.items()}, {"state": states}

        return self.measured(parts, setting, learned, ("price", "lower", "upper"), solve)
