"""Which factor each reported amount gets: by code, or by place and year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.accounting.checks import factors_named
from evaluate.accounting_spec import ActivitySpec, ElectricitySpec
from indicators.accounting import Factor, FactorTable, valid_in
from indicators.accounting.factors import Chosen, listed
from indicators.errors import Fault, Faults, InputError, Place, fault
from indicators.spec import Locate, Path


@dataclass(frozen=True, eq=False)
class Choice:
    """The factors of one substance of an activity, and which of them each amount gets."""

    factors: tuple[Factor, ...]
    of: NDArray[np.intp]
    """Position in `factors`, for every amount."""
    extended: NDArray[np.bool_]


def choices(
    code: str, activity: ActivitySpec, cells: pd.DataFrame, places: pd.DataFrame, table: FactorTable, place: Locate
) -> list[Choice]:
    """Return the factors of an activity's amounts, one choice for each substance it emits.

    Args:
        code: the activity's.
        cells: `unit, year` of its amounts.
        places: cohort columns by unit.
        table: factors.
        place: place of a key of the assessment.

    Errors: places and years without a factor, all of them, each with the nearest that there is.
    """
    here: Path = ("accounting", "activities", code)
    rows = factors_named(activity, table, place, here)
    years = cells["year"].to_numpy()
    faults, out = Faults(), []
    power = activity.electricity
    for position, row in enumerate(rows):
        if position == 0 and power is not None and power.factor is None:
            with faults.collecting():
                out.append(_by_place(power, activity, cells, places, table, place, (*here, "electricity")))
            continue
        first = position == 0
        at = (*here, activity.source, *(["factor"] if power else [])) if first else (*here, "also", position - 1)
        with faults.collecting():
            out.append(_by_code(row, activity, years, place(at)))
    faults.raise_if_any()
    return out


def _by_code(row: Factor, activity: ActivitySpec, years: NDArray[np.int64], at: Place) -> Choice:
    valid_in(row, map(int, years), activity.extend, at)
    outside = {int(year) for year in set(years) if not row.covers(int(year))}
    return Choice((row,), np.zeros(len(years), dtype=np.intp), np.isin(years, sorted(outside)))


def _by_place(
    power: ElectricitySpec, activity: ActivitySpec, cells: pd.DataFrame, places: pd.DataFrame, table: FactorTable,
    place: Locate, here: Path,
) -> Choice:  # fmt: skip
    if power.place is not None:
        named = pd.Series(power.place, index=cells.index)
    else:
        named = cells["unit"].map(places[str(power.by)])
    pairs = pd.DataFrame({"place": named.fillna("").astype(str), "year": cells["year"]})
    number, distinct = pd.factorize(pd.MultiIndex.from_frame(pairs))
    found: list[Chosen] = []
    wrong: dict[str, list[int]] = {}
    reasons: dict[str, Fault] = {}
    for name, year in distinct:
        try:
            found.append(_one(power, activity, str(name), int(year), table, place(here)))
        except InputError as error:
            wrong.setdefault(str(name), []).append(int(year))
            reasons.setdefault(str(name), error.faults[0])
    faults = Faults()
    for name, years in wrong.items():
        reason = reasons[name]
        values = dict(reason.values) | (
            {"years": ", ".join(map(str, sorted(years)))} if "years" in reason.values else {}
        )
        faults.add(reason.text_key, reason.place, **values)
    faults.raise_if_any()
    factors = tuple(dict.fromkeys(chosen.factor.code for chosen in found))
    rows = tuple(table.rows[code] for code in factors)
    position = np.array([factors.index(chosen.factor.code) for chosen in found], dtype=np.intp)
    extended = np.array([chosen.extended for chosen in found], dtype=bool)
    return Choice(rows, position[number], extended[number])


def _one(
    power: ElectricitySpec, activity: ActivitySpec, name: str, year: int, table: FactorTable, at: Place
) -> Chosen:  # fmt: skip
    assert power.series is not None
    if power.year == "own":
        return table.electricity(
            year, series=power.series, place=name, variant=power.variant, extend=activity.extend, at=at
        )
    # the year that is named must be there; what it may be used for, its validity says
    there = table.electricity_rows(power.series, power.variant, name, at)
    valid = [row for row in there if row.covers(power.year)]
    if not valid:
        years = [row for row in there if row.valid is not None] or there
        near = min(years, key=lambda row: row.distance(power.year)).code  # type: ignore[arg-type]
        raise fault("accounting.no_named_year", at, series=power.series, place=name, year=power.year, near=near,
                    known=listed(row.years for row in years))  # fmt: skip
    return valid_in(valid[-1], [year], activity.extend, at)
