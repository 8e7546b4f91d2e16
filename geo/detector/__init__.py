"""The geographical detector: how much of the spread of one variable the strata of others account for.

Pure functions of arrays. What cannot be computed has a named state beside it; `label` says what it is called.
"""

import numpy as np
from numpy.typing import NDArray

from indicators.texts import both

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


def label(name: str) -> dict[str, str]:
    """Return what a state, a warning, an interaction or a way of cutting is called.

    >>> label("enhance_bivariate")["zh"]
    '双因子增强'
    """
    return both(f"detector.name_{name}")
