"""Outliers: the treatment of values so far out that they would decide an indicator alone."""

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy import optimize, special, stats

from evaluate.methods.base import Array, Learned, Method, no_spread
from indicators.errors import Fault
from indicators.spec import Number, refuse

_FOOT = 0.01
"""How far the least value lies above zero before a transformation, as a share of the range."""
_POWERS = (-5.0, 5.0)
"""Between which the power of Box and Cox is looked for."""


class _Outliers(Method):
    def fit(self, values: Array) -> Learned:
        """Learn from the values of the reference population, (n,), all finite."""
        return {}

    def apply(self, values: Array, learned: Learned) -> Array:
        """Return the treated values."""
        if self.transforms(learned):
            return self.move(values, learned)
        return np.clip(values, learned["low"], learned["high"]) if "low" in learned else values

    def transforms(self, learned: Learned) -> bool:
        """Return whether treated values stand on another scale than before."""
        return "range" in learned

    def move(self, values: Array, learned: Learned) -> Array:
        """Bring values to the scale of treated values; limits do not move them."""
        return _transformed(values, learned) if self.transforms(learned) else values

    def reason(self, learned: Learned) -> Fault:
        """Return why a cell was changed, with what is needed to follow it."""
        raise NotImplementedError

    def unmet(self, learned: Learned) -> str:
        """Return the text key of a warning: what the treatment did not reach; empty when all is well."""
        return "scoring.outliers_unmet" if learned.get("unmet") else ""


class NoTreatment(_Outliers):
    """Every value x is kept: x' = x."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 3 (values as reported)"
    method: Literal["none"] = "none"


class _ByRule(_Outliers):
    """Treats an indicator where the rule of skewness and kurtosis calls for it."""

    skewness: Annotated[Number, Field(gt=0)] = 2.0
    """Least |skewness| that calls for treatment, if the kurtosis does too."""
    kurtosis: Annotated[Number, Field(gt=0)] = 3.5
    """Least excess kurtosis that calls for treatment, if the skewness does too."""

    def passes(self, values: Array) -> bool:
        """Return whether the values need no treatment; too few or constant ones need none."""
        return not self.side(values)

    def side(self, values: Array) -> int:
        """Return the longer tail of values that need treatment: 1 above, −1 below; 0 where they need none."""
        if len(values) < 4 or no_spread(values):
            return 0
        return int(self.sides(*(np.array([m]) for m in moments(values)))[0])

    def sides(self, skewness: Array, kurtosis: Array) -> NDArray[np.int_]:
        """Return the same from the moments of several samples."""
        # three of four values alike have G₁ = 2 and G₂ = 4 but for rounding, which no unit of measure may decide
        below = 1 - 1e-9
        treated = (np.abs(skewness) >= self.skewness * below) & (kurtosis >= self.kurtosis * below)
        return np.where(treated, np.where(skewness > 0, 1, -1), 0)

    def reason(self, learned: Learned) -> Fault:
        """Say which transformation was made, or that the value was winsorised."""
        if "power" in learned:
            values = {name: f"{learned[name]:.6g}" for name in ("power", "least", "range")}
            return Fault("scoring.box_cox", values)
        return Fault("scoring.logged_by_rule" if "range" in learned else "scoring.winsorised")


class Winsorise(_ByRule):
    """Winsorisation by the skewness and kurtosis rule.

    While |skewness| ≥ `skewness` and kurtosis ≥ `kurtosis` (sample skewness G₁ and excess kurtosis G₂), the farthest
    value of the longer tail takes the next value. At `limit` the winsorised values are kept, or the original ones
    are replaced by ln(x − min + 0.01·(max − min)), as `otherwise` says, and a warning names the indicator.
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5; COINr 1.1 (rule, counting and log_CT)"
    method: Literal["winsorise"]
    limit: Annotated[Number, Field(ge=0)] = 0.02
    """Below 1 a share of the values (rounded down), else a whole number of points."""
    otherwise: Literal["keep", "log"] = "keep"
    """What is done when the limit is reached before the rule is met."""

    @model_validator(mode="after")
    def _points(self) -> "Winsorise":
        if self.limit >= 1 and self.limit % 1:
            raise refuse("methods.limit_is_whole", found=self.limit)
        return self

    def fit(self, values: Array) -> Learned:
        """Learn the limits `low` and `high`, or what the logarithm needs; `unmet` says that the rule was not."""
        ordered = np.sort(values)
        # 0.29 of 100 is 29, whatever floating point makes of the product
        most = math.floor(self.limit * len(ordered) + 1e-9) if self.limit < 1 else int(self.limit)
        low, high = 0, len(ordered) - 1  # positions of the limits among the ordered values
        side = self.side(ordered)
        if not side:
            return {}
        tails, ahead = _Tails(ordered), 8
        while side:
            steps = tails.steps(low, high, side, ahead)
            below, above = steps[:, 0], steps[:, 1]
            steps = steps[(below + len(ordered) - 1 - above <= most) & (above >= below)]
            if not len(steps):
                return self._at_limit(ordered, low, high)
            found = self.sides(*tails.moments(steps))
            found[tails.alike(steps)] = 0
            turn = np.flatnonzero(found != side)
            at = int(turn[0]) if len(turn) else len(steps) - 1
            # as many steps again as went the same way
            ahead = 8 if len(turn) else 2 * ahead
            (low, high), side = map(int, steps[at]), int(found[at])
        return {"low": float(ordered[low]), "high": float(ordered[high])}

    def _at_limit(self, ordered: Array, low: int, high: int) -> Learned:
        if self.otherwise == "log":
            return {**_span(ordered), "unmet": True}
        return {"low": float(ordered[low]), "high": float(ordered[high]), "unmet": True}

    def reason(self, learned: Learned) -> Fault:
        """Say whether the value was winsorised or the limit led to the logarithm."""
        return Fault("scoring.logged") if self.transforms(learned) else super().reason(learned)


class Log(_ByRule):
    """Logarithm by the rule: ln(x − min + 0.01·(max − min)) where |skewness| and kurtosis both reach their limits.

    Sample skewness G₁ and excess kurtosis G₂ decide, min and max are those of the reference population. Below min the
    tangent goes on, so that every value and reference value has its place. A warning names the indicator that does not
    meet the rule after it.
    """

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 5; COINr 1.1 log_CT"
    method: Literal["log"]

    def fit(self, values: Array) -> Learned:
        """Learn least value and range where the rule calls for it; `unmet` says that it is not met after it."""
        if self.passes(values):
            return {}
        learned = _span(values)
        return learned if self.passes(_transformed(values, learned)) else {**learned, "unmet": True}


class BoxCox(_ByRule):
    """Box–Cox by the rule: (t^λ − 1)/λ, ln t for λ = 0, with t = (x − min)/(max − min) + 0.01.

    λ between −5 and 5 is that of maximum likelihood, to 4 decimals; min and max are those of the reference population.
    Beyond them the tangent goes on. The way back is x = min + (max − min)·((1 + λ·y)^(1/λ) − 0.01). A warning names
    the indicator that does not meet the rule after it.
    """

    source: ClassVar[str] = "Box and Cox 1964; OECD/JRC Handbook 2008, step 5 (transformations)"
    method: Literal["box_cox"]

    def fit(self, values: Array) -> Learned:
        """Learn least value, range and power where the rule calls for it; `unmet` says that it is not met after it."""
        if self.passes(values):
            return {}
        learned = _span(values)
        # values in any order and in any unit of measure have the same power: sums go over the same numbers
        place = _placed(np.sort(values), learned)
        found = optimize.minimize_scalar(
            lambda power: -stats.boxcox_llf(power, place), bounds=_POWERS, method="bounded", options={"xatol": 1e-7}
        )
        learned["power"] = round(float(found.x), 4) + 0.0
        return learned if self.passes(_transformed(values, learned)) else {**learned, "unmet": True}


class Iqr(_Outliers):
    """Interquartile range: a value beyond Q₁ − k·(Q₃ − Q₁) or Q₃ + k·(Q₃ − Q₁) takes that limit.

    The quartiles are those of the reference population (linear between the ordered values, type 7). Where they
    coincide nothing is treated, and a warning names the indicator.
    """

    source: ClassVar[str] = "Tukey 1977 (fences); quartiles of type 7, Hyndman and Fan 1996"
    method: Literal["iqr"]
    factor: Annotated[Number, Field(gt=0)] = 1.5
    """k: how many interquartile ranges a value may lie beyond the quartiles."""

    def fit(self, values: Array) -> Learned:
        """Learn the limits `low` and `high`; too few or constant values need none."""
        if len(values) < 4 or no_spread(values):
            return {}
        first, third = (float(q) for q in np.quantile(values, [0.25, 0.75]))
        if no_spread(np.array([first, third])):
            return {"unmet": True}
        step = self.factor * (third - first)
        return {"low": _snapped(first - step, values), "high": _snapped(third + step, values)}

    def reason(self, learned: Learned) -> Fault:
        """Say that the value took the limit."""
        return Fault("scoring.beyond_quartiles")

    def unmet(self, learned: Learned) -> str:
        """Return the text key of a warning where the quartiles coincide."""
        return "scoring.quartiles_alike" if learned.get("unmet") else ""


def _span(values: Array) -> Learned:
    return {"least": float(values.min()), "range": float(values.max() - values.min())}


def _snapped(limit: float, values: Array) -> float:
    """Return a limit, or the value that differs from it by rounding, so that no rounding changes a cell."""
    near = float(values[np.argmin(np.abs(values - limit))])
    return near if no_spread(np.array([near, limit])) else limit


def _placed(values: Array, learned: Learned) -> Array:
    """Return values as positions in the range of the reference population, 0.01 to 1.01."""
    return np.asarray((values - learned["least"]) / learned["range"] + _FOOT)


def _transformed(values: Array, learned: Learned) -> Array:
    """Return the logarithm or the power of values; beyond the reference values its tangent.

    >>> _transformed(np.array([0.0, 99.0]), {"least": 1.0, "range": 100.0}).round(6)
    array([-1.      ,  4.59512])
    """
    place, power = _placed(values, learned), learned.get("power")
    if power is None:
        # ln(x − min + 0.01·range) = ln t + ln range
        within = np.log(np.maximum(place, _FOOT)) + math.log(learned["range"])
        return np.asarray(within + np.minimum(place - _FOOT, 0) / _FOOT)
    top = 1 + _FOOT
    within = special.boxcox(np.clip(place, _FOOT, top), power)
    below = np.minimum(place - _FOOT, 0) * _FOOT ** (power - 1)
    return np.asarray(within + below + np.maximum(place - top, 0) * top ** (power - 1))


class _Tails:
    """Ordered values of which the outermost are brought in, step by step.

    The moments of each step come from sums that grow outward from the median, so that a value that is cut off leaves
    no trace in them and no step passes over the values again.
    """

    def __init__(self, ordered: Array) -> None:
        self.ordered, self.middle = ordered, len(ordered) // 2
        deviations = ordered - ordered[self.middle]
        self.deviations = deviations / np.abs(deviations).max()
        square = self.deviations**2
        powers = np.stack([self.deviations, square, self.deviations * square, square**2])
        # sums over the values from the median up to each one above it, and down to each one below it
        self.outward = np.zeros_like(powers)
        self.outward[:, self.middle :] = np.cumsum(powers[:, self.middle :], axis=1)
        self.outward[:, : self.middle] = np.cumsum(powers[:, : self.middle][:, ::-1], axis=1)[:, ::-1]
        apart = np.flatnonzero(ordered[1:] > ordered[:-1])
        self.lasts, self.firsts = apart, apart + 1  # of equal values, below and above each step

    def steps(self, low: int, high: int, side: int, count: int) -> NDArray[np.int_]:
        """Return the next positions (low, high) when the tail of one side is brought in, value by value."""
        if side > 0:
            end = np.searchsorted(self.lasts, np.searchsorted(self.ordered, self.ordered[high], side="left"))
            moved = self.lasts[max(0, end - count) : end][::-1]
            return np.column_stack([np.full(len(moved), low), moved])
        start = np.searchsorted(self.firsts, np.searchsorted(self.ordered, self.ordered[low], side="right"))
        moved = self.firsts[start : start + count]
        return np.column_stack([moved, np.full(len(moved), high)])

    def alike(self, steps: NDArray[np.int_]) -> NDArray[np.bool_]:
        """Return which steps leave no spread."""
        least, greatest = self.ordered[steps[:, 0]], self.ordered[steps[:, 1]]
        return np.asarray(greatest - least <= 1e-12 * np.maximum(np.abs(least), np.abs(greatest)))

    def moments(self, steps: NDArray[np.int_]) -> tuple[Array, Array]:
        """Return skewness and kurtosis after each step."""
        low, high = steps[:, 0], steps[:, 1]
        ends = self.deviations[low], self.deviations[high]
        extent = np.maximum(np.abs(ends[0]), np.abs(ends[1]))
        if (low >= self.middle).any() or (high < self.middle).any() or (extent < 1e-60).any():
            # the median itself is brought in, or what is left is too small beside what was cut off
            clipped = [np.clip(self.ordered, self.ordered[a], self.ordered[b]) for a, b in steps]
            found = [(0.0, 0.0) if no_spread(values) else moments(values) for values in clipped]
            return np.array([f[0] for f in found]), np.array([f[1] for f in found])
        count, power = len(self.ordered), np.arange(1, 5)[:, None]
        sums = self.outward[:, low] + self.outward[:, high]
        sums += low * ends[0] ** power + (count - 1 - high) * ends[1] ** power
        s1, s2, s3, s4 = sums / count
        m2 = s2 - s1**2
        m3 = s3 - 3 * s1 * s2 + 2 * s1**3
        m4 = s4 - 4 * s1 * s3 + 6 * s1**2 * s2 - 3 * s1**4
        with np.errstate(divide="ignore", invalid="ignore"):
            return _unbiased(count, m2, m3, m4)


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
    squares = deviations * deviations  # many times faster than powers
    m2, m3, m4 = float(squares.mean()), float((squares * deviations).mean()), float((squares * squares).mean())
    return _unbiased(n, m2, m3, m4)


def _unbiased(n: int, m2: Any, m3: Any, m4: Any) -> tuple[Any, Any]:
    """Return G₁ and G₂ from the moments about the mean."""
    g1, g2 = m3 / m2**1.5, m4 / m2**2 - 3
    return g1 * math.sqrt(n * (n - 1)) / (n - 2), ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))


Outliers = Annotated[NoTreatment | Winsorise | Iqr | Log | BoxCox, Field(discriminator="method")]
