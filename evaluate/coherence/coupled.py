"""A warning of coupling coordination inside a composite, with what it measures there."""

from collections.abc import Iterator

import numpy as np

from evaluate.coherence.correlation import pearson
from evaluate.scoring.scores import Scores
from indicators.errors import Fault
from indicators.measures import CouplingCoordination
from indicators.structure import TOP
from indicators.synergy.coupling import coordination
from indicators.synergy.labels import model_label

CLOSE = 0.99
"""From which coupling on units can no longer be told apart."""


def coupling_warnings(scores: Scores) -> Iterator[Fault]:
    """Warn of every scored indicator that takes its values from coupling coordination, over the scored unit-years.

    Said are the share of unit-years with a traditional C above 0.99, whichever model the indicator takes, and
    Pearson's r of D with T and of the indicator's scores with the composite; a dash where there is none.

    Source: Wang Shujia et al. 2021, Journal of Natural Resources 36(3):793.
    """
    rows, values = scores.rows, scores.values
    column = np.searchsorted(values.panel.years, rows.year)
    for code in scores.normalised:
        measure = scores.framework.indicators[code].measure
        if not isinstance(measure, CouplingCoordination):
            continue
        held = values.measures[measure.name]
        at = np.flatnonzero(rows.scored & np.isfinite(scores.normalised[code]))
        degree, mean, *parts = (
            np.asarray(held[name][rows.unit[at], column[at]], dtype=float)
            for name in ("coordination", "development", *(f"subsystem_{part}" for part in measure.subsystems))
        )
        coupled = coordination(np.column_stack(parts), model="traditional").coupling
        there = np.isfinite(coupled)
        yield Fault("coherence.coupling_in_composite", {
            "label": scores.framework.label_of(code), "code": code, "model": model_label(measure.model),
            "limit": CLOSE, "count": int(there.sum()),
            "share": f"{(coupled[there] > CLOSE).mean():.0%}" if there.any() else "–",
            "mean": _said(pearson(degree, mean)[0]),
            "composite": _said(pearson(scores.normalised[code][at], scores.columns[TOP][at])[0]),
        })  # fmt: skip


def _said(r: float) -> str:
    return "–" if np.isnan(r) else f"{r:.2f}"
