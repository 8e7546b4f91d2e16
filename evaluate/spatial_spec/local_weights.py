"""Weights of the indicators that vary over space, for an exploratory composite."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from evaluate.spatial_spec.regression import Bandwidth
from geo.regression.kernels import Kernel
from indicators.spec import Number, Spec

Method = Literal["local_entropy", "ogwa"]
METHODS: tuple[Method, ...] = get_args(Method)


class LocalWeightsSpec(Spec):
    """Weights of the indicators that vary over space, for an exploratory composite that never feeds a rank."""

    methods: Annotated[list[Method], Field(min_length=1)] = Field(default=list(METHODS))
    """`local_entropy`: by how much an indicator varies around a unit; `ogwa`: ordered, geographically weighted."""
    kernel: Kernel = "bisquare"
    """How the weight of a unit falls with distance."""
    adaptive: bool = True
    """Windows of as many nearest units everywhere; `false`: windows of one distance."""
    bandwidth: Bandwidth | None = None
    """Number of nearest units, or km where not adaptive. Stated, never searched for: there is nothing that it could
    fit. When absent, a third of the units, which only an adaptive window can have."""
    of: Annotated[Number, Field(gt=0, le=1)] = 0.5
    """`ogwa`: the share of a unit's indicators that count, at least one of them."""
    side: Literal["weakest", "strongest"] = "weakest"
    """`ogwa`: whether the weakest scores of a unit count or the strongest."""
    density: bool = True
    """`ogwa`: multiply by how densely a unit is surrounded, as its authors do, over the mean of all units, so that
    the scale stays that of the scores; `false`: every unit's weights sum to 1, and nothing is geographical."""
