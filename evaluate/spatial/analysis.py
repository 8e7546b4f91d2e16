"""Every spatial analysis that an assessment asks for, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from evaluate.forms import Form
from evaluate.spatial import (
    autocorrelation,
    detector,
    dynamics,
    groups,
    links,
    local_weights,
    neighbours,
    overlays,
    regression,
)
from evaluate.spatial.setting import Found, Setting
from evaluate.stages import stage
from indicators.errors import Fault


@dataclass(frozen=True)
class _Analysis:
    """One analysis: whether it is asked for, so that no stage is told of nothing, and what it finds."""

    asked: Callable[[Setting], bool]
    found: Callable[[Setting], Found]


_ANALYSES: dict[str, _Analysis] = {
    "autocorrelation": _Analysis(lambda setting: setting.spec.autocorrelation is not None, autocorrelation.found),
    "geodetector": _Analysis(lambda setting: setting.spec.geodetector is not None, detector.found),
    "regression": _Analysis(lambda setting: bool(setting.spec.regression), regression.found),
    "local_weights": _Analysis(lambda setting: setting.spec.local_weights is not None, local_weights.found),
    "spatial_dynamics": _Analysis(lambda setting: setting.spec.dynamics is not None, dynamics.found),
    "groups": _Analysis(lambda setting: setting.groups is not None or setting.pilots is not None, groups.found),
    "links": _Analysis(lambda setting: bool(setting.links), links.found),
    "neighbours": _Analysis(lambda setting: bool(setting.spec.model_fields_set), neighbours.found),
    "overlays": _Analysis(lambda setting: bool(setting.overlays), overlays.found),
}

FORMS: tuple[Form, ...] = (
    *autocorrelation.FORMS, *detector.FORMS, *regression.FORMS, *local_weights.FORMS, *dynamics.FORMS,
    *groups.FORMS, *links.FORMS, *neighbours.FORMS, *overlays.FORMS,
)  # fmt: skip
"""Every table that a spatial analysis may write."""


@dataclass(frozen=True, eq=False)
class Spatial:
    """Tables of all analyses by name, and their warnings."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    warnings: list[Fault] = field(default_factory=list)


def spatial_of(setting: Setting) -> Spatial:
    """Return what every analysis that the setting asks for has found.

    Raises:
        InputError: the faults of the first analysis that has some, at the key that asks for it.
    """
    made = Spatial()
    for name, analysis in _ANALYSES.items():
        if not analysis.asked(setting):
            continue
        with stage(name) as counts:
            one = analysis.found(setting)
            counts.update({table: len(rows) for table, rows in one.tables.items()})
        made.tables.update(one.tables)
        made.warnings.extend(one.warnings)
    return made
