"""Judgement: from reported tables to scores, ranks and reports.

The names that scripts rely on are loaded when they are first used, so that `import evaluate` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evaluate.abatement import WhatIf, whatif
    from evaluate.assessment import Assessment, load
    from evaluate.cohorts import compare_cohorts
    from evaluate.comparing import compare
    from evaluate.comparison import Comparison
    from evaluate.methodology import Methodology
    from evaluate.results import Results
    from evaluate.running import run
    from evaluate.scoring.fitted import Fitted
    from evaluate.scoring.score import score
    from evaluate.scoring.scores import Scores
    from indicators.framework import Framework
    from indicators.panel import Panel

_WHERE = {
    "Assessment": "evaluate.assessment",
    "Comparison": "evaluate.comparison",
    "Fitted": "evaluate.scoring.fitted",
    "Framework": "indicators.framework",
    "Methodology": "evaluate.methodology",
    "Panel": "indicators.panel",
    "Results": "evaluate.results",
    "Scores": "evaluate.scoring.scores",
    "WhatIf": "evaluate.abatement",
    "compare": "evaluate.comparing",
    "compare_cohorts": "evaluate.cohorts",
    "load": "evaluate.assessment",
    "run": "evaluate.running",
    "score": "evaluate.scoring.score",
    "whatif": "evaluate.abatement",
}

__all__ = [
    "Assessment", "Comparison", "Fitted", "Framework", "Methodology", "Panel", "Results", "Scores",
    "WhatIf", "compare", "compare_cohorts", "load", "run", "score", "whatif",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'evaluate' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
