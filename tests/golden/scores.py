"""Our own output, kept so that a change of results is seen: composites of one small panel by every method.

`python -m tests.golden.scores > tests/golden/scores.csv` writes it anew; such a change goes to the top of CHANGELOG.md.
"""

import sys

import pandas as pd

from evaluate import score
from indicators.measures.frontier import Frontier
from tests.families.cases import CASES, Case, methodology
from tests.families.populations import POPULATIONS, framework, panel

# Six units over three years, one value far out, one missing.
VALUES = POPULATIONS["one far out"][:6].copy()
VALUES[4, 1] = float("nan")

ITERATED = ("imputation.iterative", "weighting.equal_correlation")
"""What stops at a tolerance, as linear programs do, too: its last digits are the machine's."""


def composites(case: Case) -> "pd.Series[float]":
    """Return the composite of every unit-year as one case has it."""
    measured = case.family == "measure"
    structure = framework(measure=case.choice if measured else None)
    made = score(panel(VALUES), structure, methodology(*([] if measured else [case])))
    table = made.scores
    return table.set_index(table["unit"] + " " + table["year"].astype(str))["composite"]


def written() -> str:
    """Return the table as a file: one row a case, one column a unit-year, 12 significant digits."""
    steady = [case for case in CASES if not (str(case).startswith(ITERATED) or issubclass(case.member, Frontier))]
    table = pd.DataFrame({str(case): composites(case) for case in steady}).T
    return table.rename_axis("case").to_csv(float_format="%.12g", lineterminator="\n")


if __name__ == "__main__":
    sys.stdout.write(written())
