"""No result changes unseen. These are our own numbers; whether they are right is asked in `tests/oracles`."""

from pathlib import Path

import numpy as np
import pandas as pd

from tests.families.cases import CASES
from tests.golden.scores import composites

COMMAND = "python -m tests.golden.scores > tests/golden/scores.csv"
STORED = pd.read_csv(Path(__file__).with_name("scores.csv"), index_col="case")


def test_no_result_has_changed() -> None:
    """A change that is meant goes to the top of CHANGELOG.md."""
    known = [case for case in CASES if str(case) in STORED.index]
    changed = []
    for case in known:
        now, before = composites(case), STORED.loc[str(case)].dropna()  # blank: not scored
        same = list(now.index) == list(before.index)
        if not same or not np.allclose(now, before.to_numpy(float), rtol=1e-9, atol=1e-9):
            changed.append(str(case))
    assert not changed, f"if this is meant, say so in CHANGELOG.md and run: {COMMAND}"


def test_what_is_stored_still_exists() -> None:
    gone = set(STORED.index) - {str(case) for case in CASES}
    assert not gone, f"methods or parameters went away; run: {COMMAND}"
