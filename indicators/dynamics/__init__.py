"""Dynamics of a panel: inequality and its parts, convergence, distributions by year and transitions between classes.

Pure functions of arrays. What cannot be computed has a named state beside it; `label` says what it is called.
"""

import numpy as np
from numpy.typing import NDArray

from indicators.texts import both

Array = NDArray[np.float64]


def label(state: str) -> dict[str, str]:
    """Return the label of a state of any module of this package.

    >>> label("diverging")["zh"]
    '发散'
    """
    return both(f"dynamics.state_{state}")
