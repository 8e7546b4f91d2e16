"""Groups that units belong to for a time, each a unit of its own, and the table of pilots by cohort."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from evaluate.dynamics.samples import ordinal
from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.spatial.groups.effort import MEMBERS, efforts
from evaluate.spatial.groups.gaps import GAPS, gaps
from evaluate.spatial.groups.gaps import warnings as gaps_told
from evaluate.spatial.groups.membership import Held, held_groups
from evaluate.spatial.groups.pilots import PILOTS, pilots
from evaluate.spatial.groups.units import AsUnits, as_units
from evaluate.spatial.groups.within import WITHIN, between, within
from evaluate.spatial.setting import Found, Setting
from evaluate.spatial_spec import GroupsSpec
from indicators.errors import Fault
from indicators.structure import TOP

GROUPS = Form("groups", {"set": "text", "group": "text", "unit": "text", "from": "whole", "to": "whole"})
"""Who belongs to which group; `from` and `to` blank where open."""
SCORES = Form(
    "group_scores",
    {
        "set": "text", "group": "text", "type": "text", "year": "whole", "basis": "text", "item": "text",
        "score": "number", "members": "whole", "scored": "whole", "state": "text",
    },
)  # fmt: skip
"""`basis`: `members`, the mean of their scores, or `unit`, the group scored as a unit of its own, by the type that is
stated where types differ."""
VALUES = Form(
    "group_values",
    {
        "set": "text", "group": "text", "type": "text", "year": "whole", "indicator": "text", "value": "number",
        "unit_of_measure": "text", "state": "text",
    },
)  # fmt: skip
"""Indicators of groups as units of their own."""
FORMS: tuple[Form, ...] = (GROUPS, SCORES, VALUES, GAPS, WITHIN, MEMBERS, PILOTS)
SCORE_STATES = ("defined", "partial", "no_scores", "no_weight", "ordinal", "dimension_empty", "not_scored")
"""`partial`: some members are not scored. `no_weight`: a scored member has no weight, or none is above 0.
`dimension_empty`: a dimension holds no indicator that a group can have. `not_scored`: too few indicators of the group
have a value, or a method refuses them."""


def found(setting: Setting) -> Found:
    """Return the tables of groups and of pilots; nothing where neither is asked for."""
    tables: dict[str, pd.DataFrame] = {}
    warnings: list[Fault] = []
    spec = setting.grouped
    if setting.groups is not None and spec is not None:
        held = held_groups(setting)
        together = held_groups(setting, by_type=False)
        whole = held
        if spec.type_ is not None and not setting.scores.comparable:
            whole = [replace(one, kind=spec.type_) for one in together]
        own = as_units(setting, spec, whole) if spec.aggregate and whole else None
        tables[GROUPS.name] = GROUPS.frame(_memberships(setting.groups))
        tables[SCORES.name] = SCORES.frame([*_means(setting, spec, held), *_own(setting, whole, own)])
        if own is not None:
            tables[VALUES.name] = VALUES.frame(_values(setting, whole, own))
            tables[GAPS.name] = GAPS.frame(gaps(setting, spec, whole, own))
            warnings += [*own.warnings, *gaps_told(setting, tables[GAPS.name], whole, own)]
        tables[WITHIN.name] = WITHIN.frame([*within(setting, held), *between(setting, held)])
        tables[MEMBERS.name] = MEMBERS.frame(efforts(setting, spec, together))
    if setting.pilots is not None:
        tables[PILOTS.name] = PILOTS.frame(pilots(setting, setting.pilots))
    return Found(tables, tuple(warnings))


def _memberships(table: pd.DataFrame) -> Iterator[dict[str, object]]:
    for row in table[list(GROUPS.columns)].to_dict("records"):
        yield {str(name): cell for name, cell in row.items()}


def _means(setting: Setting, spec: GroupsSpec, held: Sequence[Held]) -> Iterator[dict[str, object]]:
    matrices = {item: setting.quantities.values(item) for item in _items(setting)}
    heavy = setting.quantities.values(spec.weight) if spec.weight else np.ones(matrices[TOP].shape)
    orders = {item for item in matrices if ordinal(setting.scores, item)}
    for one, about in zip(held, _counted(setting, held), strict=True):
        year = setting.years.index(one.year)
        for item, matrix in matrices.items():
            score, state = _mean(matrix[one.members, year], heavy[one.members, year])
            if item in orders:
                score, state = np.nan, "ordinal"
            yield about | {"basis": "members", "item": item, "score": score, "state": state}


def _own(setting: Setting, held: Sequence[Held], own: AsUnits | None) -> Iterator[dict[str, object]]:
    if own is None:
        return
    orders = {item for item in _items(setting) if ordinal(setting.scores, item)}
    for at, about in enumerate(_counted(setting, held)):
        absent = "dimension_empty" if own.emptied[at] else "not_scored"
        for item in _items(setting):
            score = float(own.scores[item][at])
            state = "ordinal" if item in orders else ("defined" if np.isfinite(score) else absent)
            yield about | {"basis": "unit", "item": item, "score": score, "state": state}


def _items(setting: Setting) -> list[str]:
    return [TOP, *setting.scores.framework.dimensions()]


def _counted(setting: Setting, held: Sequence[Held]) -> Iterator[dict[str, object]]:
    """Yield what the rows of each group begin with: its members, and how many of them are scored."""
    composite = setting.quantities.values(TOP)
    for one in held:
        scored = int(np.isfinite(composite[one.members, setting.years.index(one.year)]).sum())
        yield one.cells | {"members": len(one.members), "scored": scored}


def _mean(values: Array, weights: Array) -> tuple[float, str]:
    """Return Σ w x / Σ w over the members that are scored, and its state (see SCORE_STATES)."""
    there = np.isfinite(values)
    if not there.any():
        return np.nan, "no_scores"
    heavy = weights[there]
    if not np.isfinite(heavy).all() or (heavy < 0).any() or heavy.sum() <= 0:
        return np.nan, "no_weight"
    return float(heavy @ values[there] / heavy.sum()), "defined" if there.all() else "partial"


def _values(setting: Setting, held: Sequence[Held], own: AsUnits) -> Iterator[dict[str, object]]:
    for code, indicator in setting.scores.framework.indicators.items():
        for at, one in enumerate(held):
            yield one.cells | {
                "indicator": code, "value": float(own.values[code][at]), "unit_of_measure": indicator.unit_of_measure,
                "state": own.states[code][at],
            }  # fmt: skip
