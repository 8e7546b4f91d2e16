"""What an assessment says of place: who is whose neighbour, and which spatial analyses are made of its scores."""

from typing import Annotated

from pydantic import Field

from evaluate.spatial_spec.autocorrelation import AutocorrelationSpec
from evaluate.spatial_spec.detector import DetectorSpec
from evaluate.spatial_spec.dynamics import SpatialDynamicsSpec
from evaluate.spatial_spec.groups import GroupsSpec, PilotsSpec
from evaluate.spatial_spec.links import LinksSpec
from evaluate.spatial_spec.local_weights import LocalWeightsSpec
from evaluate.spatial_spec.regression import Regressions, RegressionSpec
from geo.neighbours import Economic, EconomicGeographic, Rule
from indicators.spec import Code, Spec

__all__ = [
    "AutocorrelationSpec",
    "DetectorSpec",
    "GroupsSpec",
    "LinksSpec",
    "LocalWeightsSpec",
    "PilotsSpec",
    "RegressionSpec",
    "SpatialDynamicsSpec",
    "SpatialSpec",
]


class SpatialSpec(Spec):
    """Spatial analyses; none of them is ever a part of a score or a rank."""

    neighbours: Annotated[dict[Code, Rule], Field(min_length=1)] | None = None
    """Rules of neighbourhood by a name of one's own; the first is the one that single-rule analyses use. Absent: a
    common border (`queen`), the nearest four and the least distance band; where most units border on no other, as
    points do, the nearest eight take its place."""
    autocorrelation: AutocorrelationSpec | None = None
    """Moran, Geary, Getis-Ord, local forms, join counts."""
    geodetector: DetectorSpec | None = None
    """How much of the spread of a score the strata of other variables account for."""
    regression: Regressions = Field(default=[])
    """Coefficients that vary over space, beside global models: one regression, or a list of them."""
    local_weights: LocalWeightsSpec | None = None
    """A second, exploratory composite whose weights vary over space."""
    dynamics: SpatialDynamicsSpec | None = None
    """Transitions and convergence with neighbours taken into account."""

    def quantities(self) -> list[str]:
        """Return what analyses and rules take, by code, formula or column: of each the property `quantities`."""
        analyses = (self.autocorrelation, self.geodetector, *self.regression, self.local_weights, self.dynamics)
        rules = (rule for rule in (self.neighbours or {}).values() if isinstance(rule, Economic | EconomicGeographic))
        return [name for one in analyses for name in getattr(one, "quantities", ())] + [rule.column for rule in rules]
