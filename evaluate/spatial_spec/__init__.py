"""What an assessment says of place: who is whose neighbour, and which spatial analyses are made of its scores."""

from typing import Annotated, Any

from pydantic import Field

from evaluate.spatial_spec.autocorrelation import AutocorrelationSpec
from evaluate.spatial_spec.detector import DetectorSpec
from evaluate.spatial_spec.dynamics import SpatialDynamicsSpec
from evaluate.spatial_spec.links import LinksSpec
from evaluate.spatial_spec.local_weights import LocalWeightsSpec
from evaluate.spatial_spec.regression import RegressionSpec
from indicators.spec import Code, Spec

__all__ = [
    "AutocorrelationSpec",
    "DetectorSpec",
    "LinksSpec",
    "LocalWeightsSpec",
    "RegressionSpec",
    "SpatialDynamicsSpec",
    "SpatialSpec",
]


class SpatialSpec(Spec):
    """Spatial analyses; none of them is ever a part of a score or a rank."""

    neighbours: Annotated[dict[Code, dict[str, Any]], Field(min_length=1)] = Field(
        default={"queen": {"rule": "queen"}, "nearest_4": {"rule": "k_nearest", "k": 4}}
    )
    """Rules of neighbourhood by a name of one's own; the first is the one that single-rule analyses use."""
    autocorrelation: AutocorrelationSpec | None = None
    """Moran, Geary, Getis-Ord, local forms, join counts."""
    geodetector: DetectorSpec | None = None
    """How much of the spread of a score the strata of other variables account for."""
    regression: RegressionSpec | None = None
    """Coefficients that vary over space, beside global models."""
    local_weights: LocalWeightsSpec | None = None
    """A second, exploratory composite whose weights vary over space."""
    dynamics: SpatialDynamicsSpec | None = None
    """Transitions and convergence with neighbours taken into account."""
