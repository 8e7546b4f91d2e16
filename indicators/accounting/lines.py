"""Accounts line by line: one activity of one unit and year, times one factor, is one line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from indicators.accounting.factors import Factor
from indicators.errors import Place, fault
from indicators.units import fits, measure, ratio

Kind = Literal["gross", "removal", "sold"]
KINDS_OF_LINES: tuple[Kind, ...] = ("gross", "removal", "sold")
STATES = ("counted", "absent", "missing")
"""`absent`: not reported and stated to count as 0; `missing`: not reported, so that a total with it has no value."""
MASS = "t"
LARGEST = 1e100
"""t; beyond it squares and sums might leave the range of numbers."""
LINES = (
    "unit", "year", "activity", "substance", "scope", "kind", "state", "amount", "unit_of_measure",
    "factor", "factor_value", "factor_unit_of_measure", "guide", "table", "factor_year", "series", "extended",
    "emission", "activity_uncertainty", "factor_uncertainty", "uncertainty",
)  # fmt: skip
"""Columns of a table of lines; `emission` in t of the substance, uncertainties relative, blank where not stated."""


@dataclass(frozen=True)
class Activity:
    """What is known of an activity besides its amounts."""

    code: str
    unit_of_measure: str
    """Unit of measure of the amounts."""
    kind: Kind = "gross"
    scope: int | None = 1
    """1 direct, 2 purchased energy, 3 other indirect; None for removals and sold removals."""
    uncertainty: float | None = None
    """Relative standard uncertainty of the amounts; None: not stated."""
    factor_uncertainty: float | None = None
    """Relative standard uncertainty of the factor, where it is better known than the table states."""


def emission_step(activity: str, unit_of_measure: str, at: Place | None = None) -> float:
    """Return the tonnes that one unit of activity times one unit of a factor are.

    `activity`, `unit_of_measure`: units of measure of the amount and of the factor.
    Errors: their product is no mass.

    >>> emission_step("1e4 kWh", "kg/kWh"), emission_step("t", "1")
    (10.0, 1.0)
    """
    product, mass = measure(activity, at) * measure(unit_of_measure, at), measure(MASS)
    if not fits(product, mass):
        raise fault("accounting.no_mass", at, activity=activity, factor=unit_of_measure)
    return ratio(product, mass)


def line_uncertainty(activity: ArrayLike, factor: ArrayLike) -> NDArray[np.float64]:
    """Return the relative standard uncertainty of a product, √(a² + f²).

    Args:
        activity: relative standard uncertainty of the amount, NaN where not stated.
        factor: of the factor, NaN where not stated; broadcast.

    Returns:
        NaN where either is not stated: what nobody states is not 0.

    Source: IPCC 2006 Guidelines, volume 1, chapter 3, equation 3.1 (first order, independent factors).

    >>> line_uncertainty([0.03, 0.03, 0], [0.04, np.nan, 0.05]).tolist()
    [0.05, nan, 0.05]
    """
    return np.asarray(np.hypot(np.asarray(activity, dtype=float), np.asarray(factor, dtype=float)), dtype=float)


def account(
    activity: Activity,
    units: Sequence[str] | NDArray[np.object_],
    years: ArrayLike,
    amounts: ArrayLike,
    factors: Sequence[Factor],
    choice: ArrayLike | None = None,
    extended: ArrayLike | None = None,
    at: Place | None = None,
) -> pd.DataFrame:
    """Return the lines of an activity: emission = amount × factor, in tonnes of the factor's substance.

    Args:
        activity: what the amounts are.
        units: codes, one an amount.
        years: of the amounts.
        amounts: in the activity's unit of measure; NaN gives a line in the state `missing`.
        factors: the factors that are used, all of one substance.
        choice: position in `factors` for every amount; the first for all when absent.
        extended: whether the factor is used outside its validity, for every amount; the column `extended` then says
            `nearest`.
        at: where a fault lies.

    Returns:
        A table with the columns `LINES`.

    Errors: an amount times a factor is no mass, or too large to be computed with.

    >>> from indicators.accounting import bundled_factors
    >>> coal = bundled_factors().named("fuel", "raw_coal")
    >>> table = account(Activity("coal", "1e4 t"), ["a", "b"], [2020, 2020], [1.0, 0.0], [coal])
    >>> table["emission"].round(1).tolist()
    [19003.0, 0.0]
    """
    count = len(units)
    chosen = np.zeros(count, dtype=np.intp) if choice is None else np.asarray(choice, dtype=np.intp)
    amount = np.asarray(amounts, dtype=float)
    steps = np.array([emission_step(activity.unit_of_measure, row.unit_of_measure) for row in factors])
    with np.errstate(over="ignore"):
        emission = amount * (steps * [row.value for row in factors])[chosen]
    large = np.abs(emission) > LARGEST
    if large.any():
        first = int(np.flatnonzero(large)[0])
        where = {"unit": units[first], "year": int(np.ravel(years)[first])}
        raise fault("accounting.not_finite", at, activity=activity.code, **where)
    beyond = np.zeros(count, dtype=bool) if extended is None else np.asarray(extended, dtype=bool)
    own = np.nan if activity.uncertainty is None else activity.uncertainty
    of_factor = np.array([_uncertainty(activity, row) for row in factors])[chosen]

    def each(values: Sequence[Any]) -> Any:
        out = np.empty(len(values), dtype=object)
        out[:] = values
        return out[chosen]

    return pd.DataFrame({
        "unit": np.asarray(units, dtype=object), "year": np.asarray(years, dtype=np.int64),
        "activity": activity.code, "substance": each([row.substance for row in factors]),
        "scope": pd.array([activity.scope] * count, dtype="Int64"), "kind": activity.kind,
        "state": np.where(np.isfinite(amount), "counted", "missing").astype(object), "amount": amount,
        "unit_of_measure": activity.unit_of_measure, "factor": each([row.code for row in factors]),
        "factor_value": np.array([row.value for row in factors])[chosen],
        "factor_unit_of_measure": each([row.unit_of_measure for row in factors]),
        "guide": each([row.guide for row in factors]), "table": each([row.table for row in factors]),
        "factor_year": pd.array(each([row.year for row in factors]), dtype="Int64"),
        "series": each([row.series for row in factors]),
        "extended": np.where(beyond, "nearest", "").astype(object),
        "emission": emission, "activity_uncertainty": own, "factor_uncertainty": of_factor,
        "uncertainty": line_uncertainty(np.full(count, own), of_factor),
    }, columns=list(LINES))  # fmt: skip


def measured(
    activity: Activity, substance: str, units: Sequence[str] | NDArray[np.object_], years: ArrayLike, amounts: ArrayLike
) -> pd.DataFrame:
    """Return the lines of amounts that are emissions, removals or sold removals already; they need no factor.

    Args: as `account`; the activity's unit of measure is one of mass.

    >>> measured(Activity("sink", "kt", "removal", None), "co2", ["a"], [2020], [3])["emission"].tolist()
    [3000.0]
    """
    one = Factor("measured", "", substance, 1.0, "1", {}, "", "", uncertainty=0.0)
    return account(activity, units, years, amounts, [one])


def unreported(
    activity: Activity, substance: str, units: Sequence[str] | NDArray[np.object_], years: ArrayLike, *, zero: bool
) -> pd.DataFrame:
    """Return the lines of an activity that units do not report, in the state `absent` (counts as 0) or `missing`.

    >>> unreported(Activity("gas", "m^3"), "co2", ["a"], [2020], zero=True)[["state", "emission"]].values.tolist()
    [['absent', 0.0]]
    """
    none = Factor("none", "", substance, 1.0, "1", {}, "", "", uncertainty=0.0)
    amounts = np.full(len(units), 0.0 if zero else np.nan)
    bare = Activity(activity.code, MASS, activity.kind, activity.scope, 0.0)
    table = account(bare, units, years, amounts, [none])
    table["state"] = "absent" if zero else "missing"
    table["unit_of_measure"] = activity.unit_of_measure
    table[["amount", "factor_value", "activity_uncertainty", "factor_uncertainty", "uncertainty"]] = np.nan
    table["factor_unit_of_measure"] = ""
    return table


def _uncertainty(activity: Activity, row: Factor) -> float:
    if activity.factor_uncertainty is not None and row.kind != "measured":
        return activity.factor_uncertainty
    return np.nan if row.uncertainty is None else row.uncertainty
