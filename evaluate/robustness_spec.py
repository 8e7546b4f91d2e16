"""How the ranking is put to the test: what an assessment states under `robustness`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from indicators.spec import Code, Number, Spec, refuse

Half = Annotated[Number, Field(ge=0, lt=1)]
Positive = Annotated[Number, Field(gt=0)]


class UniformNoise(Spec):
    """Every weight is multiplied by an independent uniform draw from [1 − noise, 1 + noise], then rescaled."""

    method: Literal["uniform"]
    """Name of the noise."""
    noise: Half
    """Half the width of the draws."""


class DirichletNoise(Spec):
    """The weights of each parent are a Dirichlet draw whose mean is the nominal weights, α = concentration · w."""

    method: Literal["dirichlet"]
    """Name of the noise."""
    concentration: Positive
    """Sum of α: the greater, the closer to the nominal weights; a weight w has the variance w(1 − w)/(it + 1)."""


def _form(raw: Any) -> str:
    return "mapping" if isinstance(raw, Mapping | Spec) else "number"


_Drawn = Annotated[UniformNoise | DirichletNoise, Field(discriminator="method")]
Noise = Annotated[Annotated[Half, Tag("number")] | Annotated[_Drawn, Tag("mapping")], Discriminator(_form)]
"""A plain number is the `noise` of a uniform draw."""


def _listed(raw: Any) -> str:
    return "list" if isinstance(raw, list | tuple) else "truth"


LeaveOut = Annotated[
    Annotated[bool, Field(strict=True), Tag("truth")] | Annotated[list[Code], Tag("list")], Discriminator(_listed)
]
"""True: of all indicators."""


class IndicatorError(Spec):
    """The error of the values of a variable or indicator: exactly one of `relative`, `absolute`, `from`."""

    distribution: Literal["normal", "uniform", "lognormal"]
    """Its mean is the value; its size is the standard deviation or, if `uniform`, half the width."""
    relative: Positive | None = None
    """Size as a share of the value."""
    absolute: Positive | None = None
    """Size in the unit of measure of the variable or indicator."""
    from_: Code | None = Field(default=None, alias="from")
    """Variable that holds the standard uncertainty by unit and year, in the same kind of unit of measure."""

    @model_validator(mode="after")
    def _one_size(self) -> "IndicatorError":
        if sum(size is not None for size in (self.relative, self.absolute, self.from_)) != 1:
            raise refuse("robustness.one_size")
        return self


MOST_RESAMPLED = 50_000_000
"""The most rows that all resamples may hold together: they are kept in memory."""


class Sensitivity(Spec):
    """Which uncertain inputs move the ranks: variance-based (Sobol) indices with bootstrap intervals."""

    runs: Annotated[int, Field(strict=True, ge=8, le=100_000)] = 512
    """Rows N of the design; N·(inputs + 2) replicates are scored."""
    bootstrap: Annotated[int, Field(strict=True, ge=10, le=100_000)] = 1000
    """Number of resamples of the rows, for the intervals."""
    confidence: Annotated[Number, Field(gt=0, lt=1)] = 0.95
    """Share of the resamples that an interval holds."""
    weights: Literal["together", "by_parent"] = "together"
    """Whether the noise of all weights is one input, or that of each parent."""

    @model_validator(mode="after")
    def _small_enough(self) -> "Sensitivity":
        if self.runs * self.bootstrap > MOST_RESAMPLED:
            raise refuse("robustness.resampled_rows", found=self.runs * self.bootstrap, most=MOST_RESAMPLED)
        return self


class RobustnessSpec(Spec):
    """How the ranking is put to the test."""

    runs: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 1000
    """Number of replicates."""
    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    """Seed of every draw."""
    vary: dict[str, Annotated[list[Any], Field(min_length=1)]] = Field(default={})
    """Choices: a path under `methodology`, and the options that are drawn with equal probability."""
    weight_noise: Noise = 0.0
    """Every weight is multiplied by a uniform draw from [1 − noise, 1 + noise], or a Dirichlet draw takes its place."""
    indicator_error: dict[Code, IndicatorError] = Field(default={})
    """Errors of variables (then formulas are computed anew) and indicators, by code."""
    leave_out: LeaveOut = False
    """Each replicate leaves out none or one of these indicators (true: of all), with equal probability."""
    sources: dict[Code, Annotated[list[Code], Field(min_length=1)]] = Field(default={})
    """Variables of the framework that may stand in for a variable, such as another inventory; equal probability."""
    years: Literal["rank", "all"] = "rank"
    """The years that are analysed: the rank year, or every scored year."""
    sensitivity: Sensitivity | None = None
    """Sobol indices of the uncertain inputs, in the rank year."""
