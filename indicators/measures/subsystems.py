"""Subsystems of several parts, each scaled between a worst and a best value."""

import hashlib
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.errors import nearest
from indicators.measures.base import Array, Expression, Learned, Parts, Setting
from indicators.spec import Code, Number, Path, Spec, refuse

Mask = NDArray[np.bool_]
Share = Annotated[Number, Field(ge=0)]

_SAME = 1e-12
"""Limits that lie no further apart, measured by the larger, differ by rounding alone."""


class SubsystemPart(Spec):
    """One part of a subsystem."""

    formula: Expression
    """Formula of the part."""
    worst: Number | None = None
    """The value that counts 0, in the unit of measure of the formula; when absent, the worst value of all units in
    the scored years."""
    best: Number | None = None
    """The value that counts 1, in the unit of measure of the formula; when absent, the best value of all units in
    the scored years."""
    direction: Literal["positive", "negative"] | None = None
    """Whether more or less is better; when absent what `worst` and `best` say, and `positive` without them."""
    weight: Share = 1.0
    """Weight within the subsystem."""

    @model_validator(mode="after")
    def _apart(self) -> "SubsystemPart":
        if self.worst is not None and self.best is not None:
            said = {"worst": f"{self.worst:g}", "best": f"{self.best:g}"}
            if not _apart(self.worst, self.best):
                raise refuse("measures.limits_equal", **said)
            if self.direction not in (None, "positive" if self.worst < self.best else "negative"):
                raise refuse("measures.limits_against_direction", **said, direction=self.direction)
        return self

    def limits(self, least: float, most: float) -> tuple[float, float]:
        """Return worst and best, those not stated from the least and the greatest value."""
        low, high = (most, least) if self.direction == "negative" else (least, most)
        return (low if self.worst is None else self.worst, high if self.best is None else self.best)


Subsystems = Annotated[
    dict[Code, Annotated[list[SubsystemPart], Field(min_length=1)]],
    Field(min_length=2),
]
Weights = dict[Code, Share]


def check_weights(subsystems: dict[str, list[SubsystemPart]], weights: dict[str, float]) -> None:
    """Refuse weights that do not name every subsystem, and those of which nothing is left."""
    for code in weights:
        if code not in subsystems:
            raise refuse("measures.no_subsystem", found=code, meant=nearest(code, subsystems))
    left = [code for code in subsystems if code not in weights] if weights else []
    if left:
        raise refuse("measures.no_weight_of", found=", ".join(left))
    if weights and sum(weights.values()) <= 0:
        raise refuse("measures.no_weight")
    if any(sum(part.weight for part in parts) <= 0 for parts in subsystems.values()):
        raise refuse("measures.no_weight")


def short(stated: str) -> str:
    """Return a mark by which declarations are told apart that are too long for a name.

    >>> short("carbon=[{formula: co2}]")
    'c9472936'
    """
    return hashlib.sha256(stated.encode()).hexdigest()[:8]


def names_of(subsystems: dict[str, list[SubsystemPart]]) -> dict[str, tuple[str, int]]:
    """Return the name of every part with its subsystem and place."""
    return {f"{code}_{at + 1}": (code, at) for code, parts in subsystems.items() for at in range(len(parts))}


def texts_of(subsystems: dict[str, list[SubsystemPart]]) -> dict[str, str]:
    """Return the formula of every part by its name."""
    return {name: subsystems[code][at].formula for name, (code, at) in names_of(subsystems).items()}


def keys_of(subsystems: dict[str, list[SubsystemPart]]) -> dict[str, Path]:
    """Return where the formula of every part is stated."""
    return {name: ("subsystems", code, at, "formula") for name, (code, at) in names_of(subsystems).items()}


def limits_learned(subsystems: dict[str, list[SubsystemPart]], pools: dict[str, list[Array]]) -> Learned:
    """Return the least and greatest value of every part that does not state both limits, from pools of values.

    A part that states both has none; a part without any value has an empty pair.
    """
    found: dict[str, list[list[float] | None]] = {code: [None] * len(parts) for code, parts in subsystems.items()}
    for name, (code, at) in names_of(subsystems).items():
        part = subsystems[code][at]
        if part.worst is None or part.best is None:
            pool = np.concatenate([values[np.isfinite(values)] for values in pools[name]])
            found[code][at] = [float(pool.min()), float(pool.max())] if len(pool) else []
    return {"pooled": found} if any(pair is not None for pairs in found.values() for pair in pairs) else {}


def of_scored(values: Array, setting: Setting) -> Array:
    """Return the columns of the scored years."""
    return values[:, np.isin(setting.years, setting.scored)]


class Scaled:
    """The parts of subsystems between 0 and 1, units × years × parts, and what befell them."""

    def __init__(self, subsystems: dict[str, list[SubsystemPart]], parts: Parts, learned: Learned) -> None:
        shape = next(iter(parts.values())).shape
        self.outside: Mask = np.zeros(shape, dtype=bool)
        """Where a value lay beyond its limits, and counts as the limit."""
        self.no_range = False
        """Whether the limits of some part do not lie apart."""
        self.shares: dict[str, Array] = {}
        pooled: dict[str, Any] = learned.get("pooled", {})
        for code, listed in subsystems.items():
            columns = []
            for at, part in enumerate(listed):
                pair = (pooled[code][at] if part.worst is None or part.best is None else None) or (np.nan, np.nan)
                worst, best = part.limits(float(pair[0]), float(pair[1]))
                self.no_range |= not _apart(worst, best)
                columns.append(self._scaled(parts[f"{code}_{at + 1}"], worst, best))
            self.shares[code] = np.stack(columns, axis=-1)

    def _scaled(self, values: Array, worst: float, best: float) -> Array:
        if not _apart(worst, best):
            return np.where(np.isfinite(values), 0.0, np.nan)
        size = max(abs(worst), abs(best))
        with np.errstate(over="ignore"):
            # divided first: the range of very large limits would be too large for a number
            share = (values / size - worst / size) / (best / size - worst / size)
        self.outside |= (share < 0) | (share > 1)
        return np.clip(share, 0.0, 1.0)


def _apart(worst: float, best: float) -> bool:
    size = max(abs(worst), abs(best))
    return bool(np.isfinite(size) and size > 0 and abs(worst / size - best / size) > _SAME)
