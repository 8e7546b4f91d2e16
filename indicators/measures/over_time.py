"""What measures of change share: the two ends of a stretch of years, led over breaks as any formula is."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from indicators.formula import parse
from indicators.measures.base import Array, Parts, Setting

Since = Literal["baseline", "year_before"]
"""What each year is compared with."""

_EARLIER = ("_growth", "_before")
"""How the formulas end that lead to the earlier level."""


def formulas_since(levels: Mapping[str, str], since: Since) -> dict[str, str]:
    """Return the formulas by which levels are compared: the levels themselves, then what leads to the earlier ones.

    What itself looks at the baseline year is led over breaks already, and has no formula of change.

    >>> formulas_since({"carbon": "co2"}, "baseline")
    {'carbon': 'co2', 'carbon_growth': 'change(co2)'}
    """
    made = dict(levels)
    for name, text in levels.items():
        if since == "year_before":
            made |= {f"{name}_growth": f"growth({text})", f"{name}_before": f"lag({text}, 1)"}
        elif not parse(text).needs_baseline:
            made[f"{name}_growth"] = f"change({text})"
    return made


def without_earlier(formulas: Mapping[str, str]) -> dict[str, str]:
    """Return those of `formulas_since` that say what is there in the year itself.

    >>> without_earlier(formulas_since({"carbon": "co2"}, "year_before"))
    {'carbon': 'co2'}
    """
    return {name: text for name, text in formulas.items() if not name.endswith(_EARLIER)}


def level_of(name: str) -> str:
    """Return the name of the level that one of `formulas_since` is, or leads to the earlier value of.

    >>> level_of("carbon"), level_of("carbon_growth"), level_of("carbon_before")
    ('carbon', 'carbon', 'carbon')
    """
    return next((name.removesuffix(ending) for ending in _EARLIER if name.endswith(ending)), name)


def before(parts: Parts, name: str, level: Array, setting: Setting, since: Since) -> Array:
    """Return the level that each year is compared with, units × years; NaN before the baseline year.

    The level of the baseline year is taken as it was reported then: no break touches it.
    """
    if since == "year_before":
        return parts[f"{name}_before"]
    out = np.full(level.shape, np.nan)
    if setting.baseline in setting.years:
        at = setting.years.index(setting.baseline)
        out[:, at:] = level[:, at, None]
    return out


def after(parts: Parts, name: str, level: Array, first: Array) -> Array:
    """Return the level of each year as one compares it with `first`: chained where a break lies between."""
    growth = parts.get(f"{name}_growth")
    if growth is None:
        return level
    with np.errstate(over="ignore", invalid="ignore"):
        chained = first * (1 + growth)
        # without a break it is the level itself but for rounding
        broken = np.isfinite(chained) & (np.abs(chained - level) > 1e-9 * np.abs(level))
    return np.where(broken, chained, level)


def finite(values: Array) -> Array:
    """Return values with NaN for what is too large for a number."""
    return np.where(np.isfinite(values), values, np.nan)
