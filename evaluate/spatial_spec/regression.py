"""What local and global regressions explain, and by what."""

from indicators.spec import Spec


class RegressionSpec(Spec):
    """What local and global regressions explain, and by what."""
