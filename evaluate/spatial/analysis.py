"""Every spatial analysis that an assessment asks for, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from evaluate.forms import Form
from evaluate.spatial import autocorrelation, detector, dynamics, groups, links, local_weights, regression
from evaluate.spatial.setting import Found, Setting
from evaluate.stages import stage
from indicators.errors import Fault

_ANALYSES: dict[str, Callable[[Setting], Found]] = {
    "autocorrelation": autocorrelation.found,
    "geodetector": detector.found,
    "regression": regression.found,
    "local_weights": local_weights.found,
    "spatial_dynamics": dynamics.found,
    "groups": groups.found,
    "links": links.found,
}

FORMS: tuple[Form, ...] = (
    *autocorrelation.FORMS, *detector.FORMS, *regression.FORMS, *local_weights.FORMS, *dynamics.FORMS,
    *groups.FORMS, *links.FORMS,
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
        with stage(name) as counts:
            one = analysis(setting)
            counts.update({table: len(rows) for table, rows in one.tables.items()})
        made.tables.update(one.tables)
        made.warnings.extend(one.warnings)
    return made
