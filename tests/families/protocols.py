"""What the protocols of families share: every member of a family, and arrays that cannot be written to."""

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.families.cases import of

Array = NDArray[np.float64]
NAN = float("nan")


def cases(family: str) -> Any:
    """Run a test for every member of a family."""
    return pytest.mark.parametrize("case", of(family), ids=str)


def locked(values: Any) -> Array:
    """Return a copy that refuses to be written to."""
    made = np.array(values, dtype=float)
    made.flags.writeable = False
    return made


def plain(learned: Any) -> Any:
    """Return what a file would give back."""
    return json.loads(json.dumps(learned, allow_nan=False))
