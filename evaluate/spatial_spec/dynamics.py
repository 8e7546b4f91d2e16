"""Spatial Markov chains and spatial convergence of the scores."""

from indicators.spec import Spec


class SpatialDynamicsSpec(Spec):
    """Spatial Markov chains and spatial convergence of the scores."""
