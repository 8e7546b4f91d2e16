"""Which values are tested for spatial autocorrelation, and how."""

from indicators.spec import Spec


class AutocorrelationSpec(Spec):
    """Which values are tested for spatial autocorrelation, and how."""
