"""Local regression: coefficients that vary over space, or over space and time, with what they rest on.

Pure functions of arrays. What cannot be computed is a fault at the door or has a named state; `label` names states.
"""

import numpy as np
from numpy.typing import NDArray

from indicators.texts import both

Array = NDArray[np.float64]


def label(name: str) -> dict[str, str]:
    """Return what a state or a model is called.

    >>> label("gwr")["zh"]
    '地理加权回归（GWR）'
    """
    return both(f"regression.name_{name}")
