"""What every method of every family has."""

from typing import Any, ClassVar, get_args

import numpy as np
from numpy.typing import NDArray

from indicators.spec import Spec

Array = NDArray[np.float64]
Learned = dict[str, Any]
"""What a method learned: plain numbers, texts and lists, so that it can be saved in full precision."""


def no_spread(values: Array) -> bool:
    """Return whether values, all finite, differ by no more than rounding.

    >>> no_spread(np.array([0.1 + 0.2, 0.3])), no_spread(np.array([0.3, 0.3001]))
    (True, False)
    """
    if not len(values):
        return False
    least, greatest = float(values.min()), float(values.max())
    return greatest - least <= 1e-12 * max(abs(least), abs(greatest))


class Method(Spec):
    """One member of a method family."""

    source: ClassVar[str]
    """Where the method comes from."""

    @classmethod
    def word(cls) -> str:
        """Return the name by which a configuration chooses it."""
        return str(get_args(cls.model_fields["method"].annotation)[0])


def members(family: Any) -> tuple[type[Method], ...]:
    """Return the classes of a family, which is an annotated union."""
    union = get_args(family)[0]
    return tuple(get_args(union)) or (union,)
