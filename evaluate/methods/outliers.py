"""Outliers: the treatment of values so far out that they would decide an indicator alone."""

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from evaluate.methods.base import Array, Learned, Method, no_spread
from indicators.spec import Number, refuse


class _Outliers(Method):
    def fit(self, values: Array) -> Learned:
        """Learn from the values of the reference population, (n,), all finite."""
        return {}

    def apply(self, values: Array, learned: Learned) -> Array:
        """Return the treated values."""
        return values


class NoTreatment(_Outliers):
    """Every value x is kept: x' = x."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (values as reported)"
    method: Literal["none"] = "none"


class Winsorise(_Outliers):
    """Winsorisation by the skewness and kurtosis rule.

    While |skewness| ≥ `skewness` and kurtosis ≥ `kurtosis` (sample skewness G₁ and excess kurtosis G₂), the farthest
    value of the longer tail takes the next value. At `limit` the winsorised values are kept, or the original ones
    are replaced by ln(x − min + 0.01·(max − min)), as `otherwise` says, and a warning names the indicator.
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5; COINr 1.1 (rule, counting and log_CT)"
    method: Literal["winsorise"]
    skewness: Annotated[Number, Field(gt=0)] = 2.0
    """Least |skewness| that calls for treatment, if the kurtosis does too."""
    kurtosis: Annotated[Number, Field(gt=0)] = 3.5
    """Least excess kurtosis that calls for treatment, if the skewness does too."""
    limit: Annotated[Number, Field(ge=0)] = 0.02
    """Below 1 a share of the values (rounded down), else a whole number of points."""
    otherwise: Literal["keep", "log"] = "keep"
    """What is done when the limit is reached before the rule is met."""

    @model_validator(mode="after")
    def _points(self) -> "Winsorise":
        if self.limit >= 1 and self.limit % 1:
            raise refuse("methods.limit_is_whole", found=self.limit)
        return self

    def passes(self, values: Array) -> bool:
        """Return whether the values need no treatment; too few or constant ones need none."""
        if len(values) < 4 or no_spread(values):
            return True
        skewness, kurtosis = moments(values)
        # three of four values alike have G₁ = 2 and G₂ = 4 but for rounding, which no unit of measure may decide
        below = 1 - 1e-9
        return abs(skewness) < self.skewness * below or kurtosis < self.kurtosis * below

    def fit(self, values: Array) -> Learned:
        """Learn the limits `low` and `high`, or the shift of the logarithm; `unmet` says that the rule was not."""
        ordered = np.sort(values)
        # 0.29 of 100 is 29, whatever floating point makes of the product
        most = math.floor(self.limit * len(ordered) + 1e-9) if self.limit < 1 else int(self.limit)
        low, high = 0, len(ordered) - 1  # positions of the limits among the ordered values
        treated = ordered
        while not self.passes(treated):
            below, above = low, high
            if moments(treated)[0] > 0:
                above = int(np.searchsorted(ordered, ordered[high], side="left")) - 1
            else:
                below = int(np.searchsorted(ordered, ordered[low], side="right"))
            if below + len(ordered) - 1 - above > most or above < below:
                return self._at_limit(ordered, low, high)
            low, high = below, above
            treated = np.clip(ordered, ordered[low], ordered[high])
        if low == 0 and high == len(ordered) - 1:
            return {}
        return {"low": float(ordered[low]), "high": float(ordered[high])}

    def _at_limit(self, ordered: Array, low: int, high: int) -> Learned:
        if self.otherwise == "log":
            spread = 0.01 * float(ordered[-1] - ordered[0])
            return {"shift": float(ordered[0]) - spread, "unmet": True}
        return {"low": float(ordered[low]), "high": float(ordered[high]), "unmet": True}

    def apply(self, values: Array, learned: Learned) -> Array:
        """Return the values within the limits, or their logarithm."""
        if "shift" in learned:
            # a value below all reference values has no logarithm; it is as low as the lowest that has one
            least = np.nextafter(learned["shift"], np.inf)
            return np.asarray(np.log(np.maximum(values, least) - learned["shift"]))
        return np.clip(values, learned["low"], learned["high"]) if "low" in learned else values


def moments(values: Array) -> tuple[float, float]:
    """Return sample skewness G₁ and excess kurtosis G₂ of at least 4 values that are not constant.

    G₁ = g₁·√(n(n−1))/(n−2) and G₂ = ((n+1)g₂ + 6)(n−1)/((n−2)(n−3)); Joanes and Gill 1998, their type 2.

    >>> [round(m, 6) for m in moments(np.array([1.0, 2, 3, 10]))]
    [1.763633, 3.228]
    """
    n = len(values)
    deviations = values - values.mean()
    # scaled, so that the fourth powers of very large or very small values stay finite
    deviations = deviations / np.abs(deviations).max()
    m2, m3, m4 = (float(np.mean(deviations**power)) for power in (2, 3, 4))
    g1, g2 = m3 / m2**1.5, m4 / m2**2 - 3
    return g1 * math.sqrt(n * (n - 1)) / (n - 2), ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


Outliers = Annotated[NoTreatment | Winsorise, Field(discriminator="method")]
