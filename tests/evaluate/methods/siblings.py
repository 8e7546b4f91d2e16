"""Children of one parent to try weightings on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.weighting import Siblings, Weighed

NAMES = ("a", "b", "c", "d", "e", "f")


def siblings(scores: Any, *, year: Any = None, given: Any = None) -> Siblings:
    """Return scores, rows × children, of the children of `p`; of one year and given equal weights unless stated."""
    values = np.array(scores, dtype=float)
    rows, count = values.shape
    given = np.full(count, 1 / count) if given is None else np.array(given, dtype=float)
    year = np.zeros(rows, dtype=int) if year is None else np.array(year)
    return Siblings("p", NAMES[:count], values, given, year, np.arange(rows))


def weighed(method: Any, scores: Any, **more: Any) -> Weighed:
    """Return what a weighting makes of scores."""
    found = method.weigh(siblings(scores, **more))
    assert isinstance(found, Weighed)
    return found


def weigh(method: Any, scores: Any, **more: Any) -> NDArray[np.float64] | None:
    """Return the weights alone."""
    return weighed(method, scores, **more).weights
