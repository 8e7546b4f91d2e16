"""What the geographical detector explains, and by what."""

from indicators.spec import Spec


class DetectorSpec(Spec):
    """What the geographical detector explains, and by what."""
