"""What if: measures of abatement applied to a finished run, chosen under a budget, scored by its own yardstick."""

from evaluate.abatement.applying import whatif
from evaluate.abatement.outcome import TABLES, WhatIf

__all__ = ["TABLES", "WhatIf", "whatif"]
