"""Which pilots there are, by region, type and sector: a table in which empty cells are seen."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from evaluate.forms import Form
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import PilotsSpec

PILOTS = Form(
    "pilot_coverage",
    {
        "by": "text", "first": "text", "second": "text", "third": "text", "pilot": "text", "units": "whole",
        "count": "whole", "share": "number", "share_of_pilots": "number", "state": "text",
    },
)  # fmt: skip
"""`by`: the columns that are crossed, joined by ` × `; `first` to `third`: their values; `pilot`: which one, empty for
all together; `share`: of the units of the cell; `share_of_pilots`: of all units that the pilot has."""
STATES = ("defined", "no_pilot", "no_units")
ALL = ""


def pilots(setting: Setting, spec: PilotsSpec) -> Iterator[dict[str, object]]:
    """Yield the pilots of every cell: all units, each column by itself, and all columns crossed.

    Args:
        setting: the scored panel; units without a score count as well.
        spec: the column of the pilots and those by which they are counted.

    A combination that no unit has stands there with 0 units and state `no_units`, one without pilots with `no_pilot`.
    """
    column = setting.quantities.column
    held = np.array([str(word).strip() for word in column(spec.column)], dtype=object)
    held = np.where(np.isin(held.astype(str), [*spec.none, ""]), "", held)
    kinds = [ALL, *sorted(set(held) - {""})]
    columns = {name: column(name) for name in spec.by}
    crossings = [(), *((name,) for name in spec.by)]
    if len(spec.by) > 1:
        crossings.append(tuple(spec.by))
    for names in crossings:
        values = [sorted(set(columns[name])) for name in names]
        for cell in product(*values):
            inside = np.ones(len(held), dtype=bool)
            for name, value in zip(names, cell, strict=True):
                inside &= columns[name] == value
            units = int(inside.sum())
            for kind in kinds:
                own = (held != "") if kind == ALL else (held == kind)
                count, whole = int((inside & own).sum()), int(own.sum())
                yield {
                    "by": " × ".join(names), **dict(zip(("first", "second", "third"), cell, strict=False)),
                    "pilot": kind, "units": units, "count": count,
                    "share": count / units if units else np.nan,
                    "share_of_pilots": count / whole if whole else np.nan,
                    "state": "no_units" if not units else ("defined" if count else "no_pilot"),
                }  # fmt: skip
