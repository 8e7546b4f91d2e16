"""What space and time are looked at together for: values by unit and year, and who is whose neighbour."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import SpatialDynamicsSpec
from indicators.errors import fault, nearest

if TYPE_CHECKING:
    from geo.neighbours import Neighbours

Row = dict[str, object]

FIGURES = Form(
    "spatial_dynamics",
    {
        "analysis": "text", "type": "text", "neighbours": "text", "item": "text", "model": "text", "group": "text",
        "other": "text", "from": "whole", "year": "whole", "statistic": "text", "value": "number", "state": "text",
        "n": "whole",
    },
)  # fmt: skip
"""`analysis`: `spatial_markov` (`group`: class of the neighbours, `other`: class of the unit; `n` counts moves) or
`spatial_beta` (`model`: `ols`, `lag` or `error`; `n` counts units)."""
TRANSITIONS = Form(
    "spatial_transitions",
    {
        "type": "text", "neighbours": "text", "item": "text", "lag_class": "whole", "from_class": "whole",
        "to_class": "whole", "count": "whole", "probability": "number", "row_state": "text",
    },
)  # fmt: skip
"""`lag_class`: class of the mean of the neighbours at the start, from 1, the lowest; blank for all together."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One quantity of the units that are looked at together."""

    kind: str
    item: str
    rule: str
    """Name of the rule of neighbourhood."""
    values: Array
    """(units, years); NaN where missing."""
    near: Any
    """(units, units), sparse: how strongly each other unit counts as a neighbour."""
    years: list[int]
    order: bool
    """Whether the values are an order without distances."""

    @property
    def about(self) -> Row:
        """What every row begins with."""
        return {
            "type": self.kind, "neighbours": self.rule, "item": self.item, "from": self.years[0], "year": self.years[-1]
        }  # fmt: skip

    @cached_property
    def lag(self) -> Array:
        """(units, years): mean of the neighbours that have a value, each as strong as the rule says.

        Missing where a unit has no value itself, or no neighbour with one.
        """
        return lag_of(self.near, self.values)

    def only(self, kept: NDArray[np.bool_]) -> "Sample":
        """Return some of the units, with the links among them."""
        return replace(self, values=self.values[kept], near=self.near[kept][:, kept])


def lag_of(near: Any, values: Array) -> Array:
    """Return Σ_j w_ij y_j / Σ_j w_ij over the neighbours with a value, (units, years); see `Sample.lag`.

    >>> from scipy.sparse import csr_array
    >>> near = csr_array([[0, 1.0, 1], [1, 0, 0], [0, 0, 0]])
    >>> lag_of(near, np.array([[1.0], [3.0], [np.nan]])).tolist()
    [[3.0], [1.0], [nan]]
    """
    there = np.isfinite(values)
    strength = near @ there.astype(float)
    total = near @ np.where(there, values, 0.0)
    out: Array = np.divide(total, strength, out=np.full(values.shape, np.nan), where=there & (strength > 0))
    return out


def neighbours_named(setting: Setting, spec: SpatialDynamicsSpec) -> tuple[str, "Neighbours"]:
    """Return the rule of neighbourhood that is asked for, the first where none is.

    Raises:
        InputError: none of the rules that the places give by themselves is called so.
    """
    found = setting.neighbours
    if spec.neighbours is not None and spec.neighbours not in found:
        at = setting.place(("spatial", "dynamics", "neighbours"))
        raise fault("space_time.no_such_rule", at, **unknown_rule(spec.neighbours, found))
    name = spec.neighbours or next(iter(found))
    return name, found[name]


def unknown_rule(name: str, rules: Iterable[str]) -> dict[str, object]:
    """Return what a message about a rule of neighbourhood that there is not says."""
    known = list(rules)
    return {"found": name, "known": ", ".join(f"'{one}'" for one in known), "meant": nearest(name, known)}
