"""Spatial Markov chains and spatial convergence of the scores."""

from typing import Annotated

from pydantic import Field

from indicators.spec import Code, Spec


class SpatialDynamicsSpec(Spec):
    """Spatial Markov chains and spatial convergence of the scores."""

    neighbours: Code | None = None
    """Name of the rule of neighbourhood; the first when absent."""
    of: Annotated[list[str], Field(min_length=1)] = Field(default=["composite"])
    """What moves: `composite`, or codes of dimensions, indicators and variables, or formulas."""
    classes: Annotated[int, Field(strict=True, ge=2, le=10)] = 3
    """Number of quantile classes, of the units themselves and of the mean of their neighbours."""

    @property
    def quantities(self) -> list[str]:
        """What is taken, by code or formula."""
        return self.of
