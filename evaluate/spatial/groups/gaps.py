"""Which members lack the values without which their group, as a unit of its own, has no indicator."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from evaluate.forms import Form
from evaluate.spatial.groups.membership import Held
from evaluate.spatial.groups.units import AsUnits
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import GroupsSpec
from indicators.errors import Fault
from indicators.framework import Framework
from indicators.structure import TOP
from indicators.texts import both, joined

GAPS = Form(
    "group_gaps",
    {
        "set": "text", "group": "text", "type": "text", "year": "whole", "unit": "text", "variable": "text",
        "lacking": "whole",
    },
)  # fmt: skip
"""Members for whose sake an indicator of the group has no value in `year`: `lacking` is the year, often the baseline,
of which the member has no value of the variable."""
_KEY = ["set", "group", "type"]
_NAMED = 3
"""Most members and variables that are named at once."""
_TOLD = 5
"""Most groups that have a warning of their own."""


def gaps(setting: Setting, spec: GroupsSpec, held: Sequence[Held], own: AsUnits) -> Iterator[dict[str, object]]:
    """Yield what members lack of the variables, and of the weights of their means, that a missing indicator rests on.

    Args:
        setting: the scored panel, its missing values filled as they were for the scores.
        spec: the rules, by variable.
        held: groups by year.
        own: the groups as units.
    """
    framework, panel = setting.scores.framework, setting.scores.values.panel
    years = {int(year): at for at, year in enumerate(panel.years)}
    absent = {
        code: ~np.isfinite(matrix[setting.quantities.order]) for code, matrix in setting.scores.values.variables.items()
    }
    for at, one in enumerate(held):
        found: set[tuple[str, str, int]] = set()
        for code, indicator in framework.indicators.items():
            if own.states[code][at] != "no_value":
                continue
            for formula in indicator.formulas().values():
                for name, needed in formula.years_needed([one.year], panel.baseline, framework.breaks()).items():
                    weight = spec.aggregate[name].weight
                    for variable in (name, *([weight] if weight else [])):
                        for year in needed & years.keys():
                            lacking = one.members[absent[variable][one.members, years[year]]]
                            found |= {(setting.codes[member], variable, year) for member in lacking}
        for unit, variable, year in sorted(found):
            yield one.cells | {"unit": unit, "variable": variable, "lacking": year}


def lacked(table: pd.DataFrame, names: Mapping[str, object], framework: Framework) -> dict[str, str]:
    """Return in words what members lack: what is felt in most years first, and how many more there are.

    Args:
        table: rows of GAPS.
        names: of the units by code.
        framework: which knows what variables are called.
    """
    rows = sorted(table.groupby(["unit", "variable"], sort=True), key=lambda one: -one[1]["year"].nunique())
    parts = [
        both("groups.lacks", unit=names.get(str(unit)) or str(unit), variable=framework.label_of(str(variable)),
             years=joined(sorted(set(part["lacking"]))))
        for (unit, variable), part in rows
    ]  # fmt: skip
    said = joined(parts[:_NAMED])
    return both("groups.lacks_more", said=said, count=len(parts) - _NAMED) if len(parts) > _NAMED else said


def warnings(setting: Setting, table: pd.DataFrame, held: Sequence[Held], own: AsUnits) -> Iterator[Fault]:
    """Say which groups have no score, or fewer indicators, for want of values of their members."""
    framework, place = setting.scores.framework, setting.place(("groups", "aggregate"))
    units = setting.scores.units
    called = zip(units["unit"], units["name"].fillna(""), strict=True)
    names = {code: both("groups.of_type", group=name, type=code) for code, name in called if name}
    unscored = {
        (one.set, one.group, one.kind, one.year)
        for one, score in zip(held, own.scores[TOP], strict=True) if not np.isfinite(score)
    }  # fmt: skip
    told = []
    for (name, group, kind), part in table.groupby(_KEY, sort=True):
        years = sorted(set(part["year"]))
        without = sum((name, group, kind, year) in unscored for year in years)
        label: object = both("groups.of_type", group=group, type=framework.label_of(str(kind))) if kind else group
        values = {"label": label, "years": len(years), "unscored": without, "lacking": lacked(part, names, framework)}
        told.append(Fault("groups.member_lacks", values, place))
    told.sort(key=lambda one: -int(str(one.values["unscored"])))  # stable
    yield from told[:_TOLD]
    if len(told) > _TOLD:
        yield Fault("groups.members_lack_more", {"count": len(told) - _TOLD}, place)
