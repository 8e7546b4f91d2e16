"""The composite-system synergy degree from order degrees (Meng Qingsong and Han Wenxiu).

It describes a change between two times; it must not be taken for coupling coordination, which describes a state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.synergy.arrays import shares
from indicators.synergy.co_control import Array

Combine = Literal["geometric", "weighted"]

STATES = ("all_rise", "all_fall", "mixed", "one_unchanged", "none_changed", "missing")
"""What the order degrees of the subsystems did; `one_unchanged`: at least one did not change."""
LIMIT_STATES = ("defined", "outside", "no_range", "missing")
"""`outside`: a value lay beyond its limits. `no_range`: the limits of a parameter do not lie apart."""


@dataclass(frozen=True)
class OrderDegree:
    """The order of one subsystem, 0 … 1 within the limits; NaN where `state` says that there is none."""

    value: Array
    state: NDArray[np.str_]


@dataclass(frozen=True)
class SynergyDegree:
    """The synergy degree of a composite system, −1 … 1; NaN where a subsystem is missing."""

    value: Array
    changes: Array
    """(…, k): the change of each subsystem's order degree."""
    state: NDArray[np.str_]


def order_degree(
    values: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    positive: Sequence[bool],
    *,
    combine: Combine = "geometric",
    weights: ArrayLike | None = None,
    beyond: Literal["clip", "extend"] = "clip",
) -> OrderDegree:
    """Return the order degree of a subsystem from its order parameters.

    u = (e−β)/(α−β) where a higher value is better, else (α−e)/(α−β); together [Πu]^(1/p) or Σλu.

    The degree depends on the limits: state them, and keep them over the years that are compared.

    Args:
        values: (…, p) order parameters e, in their units of measure; NaN where missing.
        lower, upper: (p,) the limits β < α, in the same units.
        positive: (p,) whether a higher value is better.
        combine: `geometric`, or `weighted` with `weights`.
        weights: (p,) λ, rescaled to sum to 1; equal when absent.
        beyond: values beyond the limits count as the limit (`clip`) or as they are (`extend`; a geometric mean has
            no order degree below 0, so there they are `outside` without a number).

    Source: Meng Qingsong and Han Wenxiu 1998, 2000.

    >>> order_degree([[5.0, 2.0], [12.0, 2.0]], [0, 0], [10, 10], [True, False]).value.round(6)
    array([0.632456, 0.894427])
    """
    e = np.asarray(values, dtype=float)
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    span = high - low
    apart = span > 0
    share = (e - low) / np.where(apart, span, 1.0)
    u = np.where(np.asarray(positive), share, 1 - share)
    outside = ((u < 0) | (u > 1)).any(axis=-1)
    missing = ~np.isfinite(e).all(axis=-1)
    if beyond == "clip":
        u = np.clip(u, 0.0, 1.0)
    undefined = missing | ~apart.all() | ((u < 0).any(axis=-1) & (combine == "geometric"))
    together = _together(np.where(undefined[..., None], 0.0, u), combine, weights)
    state = np.select(
        [np.full(missing.shape, not apart.all()), missing, outside], ["no_range", "missing", "outside"], "defined"
    )
    return OrderDegree(np.where(undefined, np.nan, together), state)


def synergy_degree(
    before: ArrayLike, after: ArrayLike, *, combine: Combine = "geometric", weights: ArrayLike | None = None
) -> SynergyDegree:
    """Return the synergy degree between two times: DS = θ·[Π|Δu|]^(1/k), or θ·Σλ|Δu|.

    θ is +1 if every subsystem's order degree rose, else −1: both falling gives a negative degree. In the geometric
    form one subsystem that did not change makes the degree 0, whatever the others did.

    `before`, `after`: (…, k) order degrees; NaN where missing. `weights`: (k,) λ of the weighted form.

    Source: Meng Qingsong and Han Wenxiu 1998, 2000.

    >>> made = synergy_degree([[0.3, 0.4], [0.3, 0.4]], [[0.5, 0.45], [0.5, 0.35]])
    >>> made.value.round(6).tolist(), made.state.tolist()
    ([0.1, -0.1], ['all_rise', 'mixed'])
    """
    # Order degrees come from quotients: a difference in the last digits is none.
    changes = np.round(np.asarray(after, dtype=float) - np.asarray(before, dtype=float), 12) + 0.0
    missing = ~np.isfinite(changes).all(axis=-1)
    known = np.where(missing[..., None], 0.0, changes)
    rises, falls = (known > 0).all(axis=-1), (known < 0).all(axis=-1)
    degree = np.where(rises, 1.0, -1.0) * _together(np.abs(known), combine, weights) + 0.0
    state = np.select(
        [missing, rises, falls, (known == 0).all(axis=-1), (known == 0).any(axis=-1)],
        ["missing", "all_rise", "all_fall", "none_changed", "one_unchanged"],
        "mixed",
    )
    return SynergyDegree(np.where(missing, np.nan, degree), changes, state)


def _together(parts: Array, combine: Combine, weights: ArrayLike | None) -> Array:
    count = parts.shape[-1]
    if combine == "geometric":
        if weights is not None:
            raise ValueError("weights belong to the weighted form")
        return cast(Array, np.maximum(parts, 0.0).prod(axis=-1) ** (1 / count))
    return parts @ shares(weights, count)
