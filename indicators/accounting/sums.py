"""Sums of accounts: gross, removals, sold and net apart, uncertainty carried, and nothing counted twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from indicators.accounting.factors import CO2_EQUIVALENT, listed
from indicators.accounting.lines import KINDS_OF_LINES
from indicators.errors import fault, nearest

Figure = Literal["gross", "removals", "sold", "net"]
FIGURES: tuple[Figure, ...] = ("gross", "removals", "sold", "net")
_SIGNS: Mapping[Figure, Mapping[str, float]] = {
    "gross": {"gross": 1.0},
    "removals": {"removal": 1.0},
    "sold": {"sold": 1.0},
    "net": {"gross": 1.0, "removal": -1.0, "sold": 1.0},
}
SHOWN = 3


@dataclass(frozen=True)
class Total:
    """One sum over units, in t; NaN where a line that belongs to it is missing, which `state` tells."""

    gross: float
    removals: float
    sold: float
    net: float
    """gross − (removals − sold): a sold removal leaves the seller's net."""
    value: float
    """The figure that was asked for."""
    uncertainty: float
    """Its standard uncertainty, t; NaN where a line that counts states none."""
    stated: float
    """Share of the lines' amounts of which the uncertainty is stated; NaN where they sum to 0."""
    state: Literal["complete", "incomplete", "empty"]
    """`incomplete`: a line is missing; `empty`: there is no line at all."""
    lines: int


def signed(kind: str, of: Figure) -> float:
    """Return with which sign a line of a kind goes into a figure; 0: not at all.

    >>> [signed(kind, "net") for kind in ("gross", "removal", "sold")], signed("sold", "gross")
    ([1.0, -1.0, 1.0], 0.0)
    """
    return _SIGNS[of].get(kind, 0.0)


def net(gross: float, removals: float, sold: float) -> float:
    """Return gross − (removals − sold).

    >>> net(100, 30, 10), net(100, 0, 10)
    (80, 110)
    """
    return gross - (removals - sold)


def doubled(of: Figure, scopes: Iterable[int]) -> tuple[int, ...]:
    """Return the scopes that a sum over several units would count twice, as one unit's purchase is another's emission.

    >>> doubled("net", [1, 2]), doubled("gross", [1, 3]), doubled("gross", [2]), doubled("removals", [1, 2])
    ((2,), (3,), (), ())
    """
    chosen = set(scopes) if of in ("gross", "net") else set()
    return tuple(scope for scope in (2, 3) if scope in chosen and chosen & set(range(1, scope)))


def unit_totals(
    lines: pd.DataFrame, *, substance: str, of: Figure = "gross", scopes: Iterable[int] = (1, 2),
    gwp: Mapping[str, float] | None = None, activities: Iterable[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the totals of every unit and year.

    Standard uncertainty: √(Σ_c (Σ aᵢEᵢ)² + Σ_k (Σ fᵢEᵢ)²), first sums over the lines of one activity cell c (they share
    its amount) and of one factor k, with the signs of the figure: such lines are fully correlated, all others
    independent. Global warming potentials are conventions and carry none.

    Args:
        lines: a table with the columns `LINES`.
        substance: co2, ch4, so2, …, or `co2e`, the sum of all gases weighted with `gwp`.
        of: gross, removals, sold, or net = gross − (removals − sold).
        scopes: of gross lines; removals have none.
        gwp: global warming potential by gas, for `co2e`.
        activities: those that count; all when absent.

    Returns:
        Columns `unit, year, gross, removals, sold, net, value, uncertainty, stated, state, lines`; masses in t. A
        figure with a missing line is missing (NaN).

    Source: IPCC 2006 Guidelines, volume 1, chapter 3, equations 3.1 and 3.2, correlated terms added before squaring.
    """
    counted = _counting(lines, substance, scopes, gwp, activities)
    keys = [counted["unit"], counted["year"]]
    out = _figures(counted, keys)
    out = out.join(_spread(counted, of, ["unit", "year"]))
    out["value"] = out[of]
    out["state"] = np.where(out["value"].isna(), "incomplete", "complete")
    out.loc[out["value"].isna(), "uncertainty"] = np.nan
    names = ["unit", "year", *FIGURES, "value", "uncertainty", "stated", "state", "lines"]
    return out.reset_index()[names].sort_values(["unit", "year"], ignore_index=True)


def total(
    lines: pd.DataFrame, *, substance: str, of: Figure = "gross", scopes: Iterable[int] = (1,),
    year: int | None = None, units: Sequence[str] | None = None, gwp: Mapping[str, float] | None = None,
    activities: Iterable[str] | None = None, purchased_from_outside: bool = False,
    within: Mapping[str, str] | None = None,
) -> Total:  # fmt: skip
    """Return one sum over units, and refuse one that would count something twice.

    Args:
        lines: a table with the columns `LINES`, such as `accounts.csv`.
        substance: as `unit_totals`; also `of`, `scopes`, `gwp`, `activities`.
        year: the year that is summed; may be absent where the lines are of one year.
        units: the units that are summed; all of the lines when absent.
        purchased_from_outside: whether all purchased electricity and heat was produced outside these units.
        within: which unit lies within which, such as a park within its city, in any number of levels.

    Errors: scopes 1 and 2 together over several units unless `purchased_from_outside` (a power plant's scope 1 is
    its customer's scope 2); scope 3 with another scope over several units; a unit together with one that it lies
    within; an unknown unit, a unit that lies within itself; several years.

    >>> from indicators.accounting import Activity, measured
    >>> table = pd.concat([measured(Activity(c, "t", k, s), "co2", ["a"], [2020], [x]) for c, k, s, x in
    ...                    (("coal", "gross", 1, 90), ("wood", "removal", None, 30), ("deal", "sold", None, 10))])
    >>> found = total(table, substance="co2", of="net")
    >>> found.gross, found.removals, found.sold, found.net, found.state
    (90.0, 30.0, 10.0, 70.0, 'complete')
    >>> total(table[:0], substance="co2").state
    'empty'
    """
    there, chosen = list(dict.fromkeys(lines["unit"])), set(scopes)
    asked = there if units is None else list(dict.fromkeys(units))
    for unit in asked:
        if unit not in there:
            raise fault("accounting.no_unit", found=unit, meant=nearest(unit, there))
    _refuse_within(asked, within or {})
    twice = doubled(of, chosen) if len(asked) > 1 else ()
    if 2 in twice and not purchased_from_outside:
        raise fault("accounting.scope_two_twice", count=len(asked))
    if 3 in twice:
        raise fault("accounting.scope_three_twice", count=len(asked))
    kept = lines[lines["unit"].isin(asked)]
    years = sorted(set(kept["year"]))
    if year is None and len(years) > 1:
        raise fault("accounting.several_years", years=listed(map(str, years)))
    if year is not None:
        kept = kept[kept["year"] == year]
    counted = _counting(kept, substance, chosen, gwp, activities)
    if counted.empty:
        nothing = float("nan")
        return Total(nothing, nothing, nothing, nothing, nothing, nothing, nothing, "empty", 0)
    whole = pd.Series(0, index=counted.index)
    figures = _figures(counted, [whole]).join(_spread(counted.assign(all=0), of, ["all"])).iloc[0]
    gross, removals, sold, remaining = (float(figures[name]) for name in FIGURES)
    value = float(figures[of])
    complete = bool(np.isfinite(value))
    uncertainty = float(figures["uncertainty"]) if complete else float("nan")
    return Total(
        gross, removals, sold, remaining, value, uncertainty, float(figures["stated"]),
        "complete" if complete else "incomplete", int(figures["lines"]),
    )  # fmt: skip


def _refuse_within(units: Sequence[str], within: Mapping[str, str]) -> None:
    summed = set(units)
    for unit in units:
        above, seen = within.get(unit), {unit}
        while above is not None:
            if above in seen:
                raise fault("accounting.within_itself", unit=above)
            if above in summed:
                raise fault("accounting.park_and_city", unit=unit, other=above)
            seen.add(above)
            above = within.get(above)


def _counting(
    lines: pd.DataFrame, substance: str, scopes: Iterable[int], gwp: Mapping[str, float] | None,
    activities: Iterable[str] | None,
) -> pd.DataFrame:  # fmt: skip
    """Return the lines that count, with `mass` in t of the substance, or of carbon dioxide equivalent."""
    if substance == CO2_EQUIVALENT:
        if gwp is None:
            raise fault("accounting.gwp_needed")
        weight = lines["substance"].map(dict(gwp)).astype(float)
    else:
        weight = (lines["substance"] == substance).astype(float).where(lambda same: same > 0)
    kept = weight.notna() & ((lines["kind"] != "gross") | lines["scope"].isin(list(scopes)).fillna(False).astype(bool))
    if activities is not None:
        kept &= lines["activity"].isin(list(activities))
    out = lines[kept]
    return out.assign(mass=(out["emission"] * weight[kept]).astype(float))


def _figures(counted: pd.DataFrame, keys: list[Any]) -> pd.DataFrame:
    mass = counted["mass"]
    parts = {
        name: _whole(mass.where(counted["kind"] == kind, 0.0), keys)
        for name, kind in (("gross", "gross"), ("removals", "removal"), ("sold", "sold"))
    }
    out = pd.DataFrame(parts)
    out["net"] = out["gross"] - (out["removals"] - out["sold"])
    out["lines"] = mass.groupby(keys).size()
    return out


def _whole(part: "pd.Series[float]", keys: list[Any]) -> "pd.Series[float]":
    """Return sums by group, missing (NaN) where a part of them is."""
    sums: pd.Series[float] = part.fillna(0.0).groupby(keys).sum()
    return sums.where(~part.isna().groupby(keys).any())


def _spread(counted: pd.DataFrame, of: Figure, keys: list[str]) -> pd.DataFrame:
    """Return standard uncertainty (t) and the share of the mass whose uncertainty is stated."""
    sign = counted["kind"].map({kind: signed(kind, of) for kind in KINDS_OF_LINES}).astype(float)
    mass = counted["mass"] * sign
    size = mass.abs().fillna(0.0)
    own = counted["activity_uncertainty"].astype(float).where(size > 0, 0.0)
    of_factor = counted["factor_uncertainty"].astype(float).where(size > 0, 0.0)
    known = own.notna() & of_factor.notna()
    by = {key: counted[key] for key in keys}
    squares = [
        _squares(mass * own, [*by.values(), *(counted[c] for c in ("unit", "year", "activity") if c not in by)], keys),
        _squares(mass * of_factor, [*by.values(), counted["factor"]], keys),
    ]
    groups = list(by.values())
    whole = size.groupby(groups).sum()
    share = size.where(known, 0.0).groupby(groups).sum() / whole.where(whole > 0)
    spread = (squares[0] + squares[1]) ** 0.5
    complete = known.groupby(groups).all()
    return pd.DataFrame({"uncertainty": spread.where(complete), "stated": share})


def _squares(part: "pd.Series[float]", within: list[Any], keys: list[str]) -> "pd.Series[float]":
    """Sum within groups, square, and sum the squares over the groups of each key."""
    squares: pd.Series[float] = part.fillna(0.0).groupby(within).sum() ** 2
    return squares.groupby(level=list(range(len(keys)))).sum()
