"""Weights of the indicators that vary over space, for an exploratory composite."""

from indicators.spec import Spec


class LocalWeightsSpec(Spec):
    """Weights of the indicators that vary over space, for an exploratory composite."""
