"""What an assessment wants looked at: values, pairs of values, categories; by unit in one year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.spatial.autocorrelation.tables import Item
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import AutocorrelationSpec
from indicators.framework import Framework
from indicators.measures import CoControl
from indicators.spec import Path
from indicators.structure import TOP

KEY: Path = ("spatial", "autocorrelation")
FEWEST_OF_TYPE = 3
"""Units of a type that have a mean and a deviation of their own."""


def co_control(framework: Framework, code: str) -> CoControl | None:
    """Return the co-control measure that a code declares; None where it declares none."""
    declared = framework.computed.get(code)
    return declared.measure if declared is not None and isinstance(declared.measure, CoControl) else None


def co_controls(framework: Framework) -> list[str]:
    """Return every co-control measure by the first code that declares it."""
    found: dict[str, str] = {}
    for code in framework.computed:
        measure = co_control(framework, code)
        if measure is not None:
            found.setdefault(measure.name, code)
    return list(found.values())


def names_of(spec: AutocorrelationSpec, framework: Framework) -> list[tuple[str, Path]]:
    """Return the single values that are looked at, each with the key that names it."""
    if spec.of is None:
        return [(name, KEY) for name in (TOP, *framework.tree)]
    return [(name, (*KEY, "of", at)) for at, name in enumerate(spec.of)]


def pairs_of(spec: AutocorrelationSpec, framework: Framework) -> list[tuple[str, str, Path]]:
    """Return the pairs: what is here, what is around, and the key that names them."""
    if spec.pairs is None:
        codes = co_controls(framework)
        return [(f"{code}.pollutant_reduction", f"{code}.carbon_reduction", KEY) for code in codes]
    return [(here, around, (*KEY, "pairs", at)) for at, (here, around) in enumerate(spec.pairs)]


def joins_of(spec: AutocorrelationSpec, framework: Framework) -> list[tuple[str, Path]]:
    """Return what gives categories: co-control measures by code, and columns of the roster."""
    if spec.joins is None:
        return [(code, KEY) for code in co_controls(framework)]
    return [(name, (*KEY, "joins", at)) for at, name in enumerate(spec.joins)]


@dataclass(frozen=True, eq=False)
class Source:
    """Values and categories of a setting, by unit."""

    setting: Setting

    def item(self, name: str, other: str = "") -> Item:
        """Return how a value, or a pair, is looked at: as it is, or within types where scores cannot be compared."""
        apart = any(self._apart(one) for one in (name, other) if one)
        return Item(name, other, "within_type" if apart else "as_is")

    def values(self, name: str, year: int, key: Path = KEY) -> pd.Series:
        """Return a value of every unit in a year; scores that cannot be compared between types within their type."""
        quantities = self.setting.quantities
        found = quantities.in_year(name, year, self.setting.place(key))
        if self._apart(name):
            found = within_types(found, quantities.column("type"))
        return pd.Series(found, index=quantities.codes)

    def categories(self, name: str, year: int) -> pd.Series:
        """Return the category of every unit: the quadrant of a co-control measure, or a column of the roster."""
        quantities = self.setting.quantities
        measure = co_control(self.setting.scores.framework, name)
        if measure is None:
            return pd.Series(quantities.column(name), index=quantities.codes)
        panel = self.setting.scores.values.panel
        states = self.setting.scores.values.measures[measure.name]["quadrant"]
        return pd.Series(states[quantities.order, panel.years.index(year)], index=quantities.codes)

    def _apart(self, name: str) -> bool:
        scores = self.setting.scores
        typed = bool(scores.units["type"].fillna("").astype(bool).any())
        return typed and not scores.comparable and (name == TOP or name in scores.framework.dimensions())


def within_types(values: Array, types: NDArray[np.object_]) -> Array:
    """Return values as standard deviations (ddof 0) from the mean of their type.

    NaN for units of a type of which fewer than `FEWEST_OF_TYPE` have a value, or all the same one.

    Args:
        values: (n,).
        types: (n,), of each unit.

    >>> types = np.array(list("aaabbbcc"), dtype=object)
    >>> within_types(np.array([1.0, 2, 3, 10, 30, np.nan, 5, 5]), types).round(3).tolist()
    [-1.225, 0.0, 1.225, nan, nan, nan, nan, nan]
    """
    from geo.autocorrelation.sample import no_spread, standard

    out = np.full(len(values), np.nan)
    for kind in set(types):
        own = (types == kind) & np.isfinite(values)
        if own.sum() >= FEWEST_OF_TYPE and not no_spread(values[own]):
            out[own] = standard(values[own])
    return out
