"""Reported activities become lines, lines become totals, and totals become reported values of variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.accounting.checks import counting
from evaluate.accounting.choosing import choices
from evaluate.accounting_spec import AccountingSpec, ActivitySpec, TotalSpec
from evaluate.forms import Form
from evaluate.intake.capped import Capped
from evaluate.intake.cell import plainly
from indicators.accounting import (
    FIGURES,
    LINES,
    Activity,
    FactorTable,
    account,
    measured,
    signed,
    unit_totals,
    unreported,
)
from indicators.accounting.factors import CO2_EQUIVALENT
from indicators.accounting.lines import KINDS_OF_LINES
from indicators.definitions import Variable
from indicators.errors import Fault, Faults, Place
from indicators.spec import Locate
from indicators.units import factor

CELL = ("file", "sheet", "row", "column")
ACCOUNTS = Form("accounts", {
    "unit": "text", "year": "whole", "activity": "text", "substance": "text", "scope": "whole", "kind": "text",
    "state": "text", "amount": "number", "unit_of_measure": "text", "factor": "text", "factor_value": "number",
    "factor_unit_of_measure": "text", "guide": "text", "table": "text", "factor_year": "whole", "series": "text",
    "extended": "text", "emission": "number", "gwp": "number", "activity_uncertainty": "number",
    "factor_uncertainty": "number", "uncertainty": "number", "file": "text", "sheet": "text", "row": "whole",
    "column": "text",
})  # fmt: skip
TOTALS = Form("account_totals", {
    "unit": "text", "year": "whole", "variable": "text", "substance": "text", "of": "text", "value": "number",
    "uncertainty": "number", "stated": "number", "gross": "number", "removals": "number", "sold": "number",
    "net": "number", "state": "text", "lines": "whole",
})  # fmt: skip
"""Masses in t."""
FORMS = (ACCOUNTS, TOTALS)
ACCOUNTS_FILE = f"{ACCOUNTS.name}.csv"


@dataclass(frozen=True, eq=False)
class Accounts:
    """What the accounting of an assessment comes to."""

    lines: pd.DataFrame
    """Columns `ACCOUNTS`: one row an activity, unit, year and substance."""
    totals: pd.DataFrame
    """Columns `TOTALS`: one row an accounted variable, unit and year."""
    reported: pd.DataFrame
    """The totals as reported values, columns of `reported.csv`."""
    warnings: tuple[Fault, ...] = field(default=())


def accounts_of(
    spec: AccountingSpec, table: FactorTable, reported: pd.DataFrame, roster: pd.DataFrame,
    variables: Mapping[str, Variable], place: Locate,
) -> Accounts:  # fmt: skip
    """Compute the accounts of everything that was reported.

    Args:
        spec: what the assessment says.
        table: its factors.
        reported: every reported value with its cell, activities among them; columns of `reported.csv`.
        roster: the units with their cohort columns.
        variables: those of the framework.
        place: place of a key of the assessment.

    Errors: an `InputError` with all amounts that have no factor, all values that are reported as well as accounted,
    all totals outside the range of their variable.
    """
    faults, parts, warnings = Faults(), [], []
    places = roster.set_index("unit")
    for code, activity in spec.activities.items():
        cells = reported[reported["variable"] == code]
        with faults.collecting():
            made, told = _lines(code, activity, cells, places, table, place)
            parts += made
            warnings += told
    faults.raise_if_any()
    lines = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*LINES, *CELL])
    wanted = {code: list(counting(total, spec, table)) for code, total in spec.totals.items()}
    lines = _with_gaps(lines, spec, wanted)
    gwp = table.gwp(spec.gwp) if spec.gwp is not None else None
    lines["gwp"] = lines["substance"].map(gwp or {}).astype(float)
    totals, rows = [], []
    for code, total in spec.totals.items():
        own = lines[lines["kind"].isin([kind for kind in KINDS_OF_LINES if signed(kind, total.of)])]
        one = unit_totals(
            own, substance=total.substance, of=total.of, scopes=total.scopes,
            gwp=gwp if total.substance == CO2_EQUIVALENT else None, activities=total.activities,
        )  # fmt: skip
        # a unit that reports none of the activities has no total
        one = one[_is_among(one, _reporting(lines, wanted[code]))].reset_index(drop=True)
        warnings += _told(code, total, one, lines, wanted[code])
        if total.of != "net":
            # what lies outside the figure was not looked for in full
            one[[name for name in FIGURES if name != total.of]] = np.nan
        totals.append(one.assign(variable=code, substance=total.substance, of=total.of))
        for target, column in ((code, "value"), (total.uncertainty, "uncertainty")):
            if target is not None:
                rows.append(_rows(one, target, column, variables[target]))
    computed = pd.concat(rows, ignore_index=True)
    _check_twice(computed, reported, faults)
    for target in dict.fromkeys(computed["variable"]):
        at = place(("accounting", "totals", next(c for c, t in spec.totals.items() if target in (c, t.uncertainty))))
        _check_range(computed[computed["variable"] == target], variables[str(target)], at, faults)
    faults.raise_if_any()
    order = ["unit", "year", "activity", "substance"]
    return Accounts(
        ACCOUNTS.joined([lines]).sort_values(order, kind="stable", ignore_index=True),
        TOTALS.joined(totals).sort_values(["unit", "year", "variable"], kind="stable", ignore_index=True),
        computed.reindex(columns=list(reported.columns)), tuple(warnings),
    )  # fmt: skip


def _known(code: str, activity: ActivitySpec, *, own: bool = True) -> Activity:
    return Activity(
        code, activity.unit_of_measure, activity.kind, activity.scope_of_lines, activity.uncertainty,
        activity.factor_uncertainty if own else None,
    )  # fmt: skip


def _lines(
    code: str, activity: ActivitySpec, cells: pd.DataFrame, places: pd.DataFrame, table: FactorTable, place: Locate
) -> tuple[list[pd.DataFrame], list[Fault]]:
    """Return the lines of an activity, and warnings of factors beyond their years."""
    if cells.empty:
        return [], []
    units, years, amounts = (cells[name].to_numpy() for name in ("unit", "year", "value"))
    units = units.astype(object)
    known, warnings, at = _known(code, activity), [], place(("accounting", "activities", code))
    if activity.measured is not None:
        made = [measured(known, activity.measured, units, years, amounts)]
    else:
        made = []
        for position, choice in enumerate(choices(code, activity, cells, places, table, place)):
            # what is stated of the factor is stated of the one that says what the activity is
            known = _known(code, activity, own=position == 0)
            made.append(account(known, units, years, amounts, choice.factors, choice.of, choice.extended, at))
            for number, row in enumerate(choice.factors):
                used = years[choice.extended & (choice.of == number)]
                if len(used):
                    said = ", ".join(map(str, sorted(set(used))))
                    values = {"activity": code, "code": row.code, "valid": row.years, "years": said}
                    warnings.append(Fault("accounting.extended", values))
    for part in made:
        for column in CELL:
            part[column] = cells[column].array
    return made, warnings


def _reporting(lines: pd.DataFrame, wanted: list[tuple[str, str]]) -> pd.MultiIndex:
    """Return the units and years that report any of the activities."""
    mine = lines[lines["activity"].isin([code for code, _ in wanted]) & (lines["state"] == "counted")]
    return pd.MultiIndex.from_frame(mine[["unit", "year"]].drop_duplicates())


def _is_among(table: pd.DataFrame, keys: pd.MultiIndex) -> Any:
    return pd.MultiIndex.from_frame(table[["unit", "year"]]).isin(keys)


def _with_gaps(lines: pd.DataFrame, spec: AccountingSpec, wanted: Mapping[str, list[tuple[str, str]]]) -> pd.DataFrame:
    """Add a line for every activity that a unit does not report in a year in which it reports others of its total."""
    number, known = pd.MultiIndex.from_frame(lines[["unit", "year"]]).factorize()
    cells: Any = known
    counted = (lines["state"] == "counted").to_numpy()
    reported = {
        code: np.unique(number[rows])
        for code in spec.activities
        for rows in [counted & (lines["activity"] == code).to_numpy()]
    }
    gaps: dict[tuple[str, str], NDArray[np.intp]] = {}
    none = np.empty(0, dtype=np.intp)
    for pairs in wanted.values():
        there = np.unique(np.concatenate([none, *(reported.get(code, none) for code, _ in pairs)]))
        for code, substance in pairs:
            missing = np.setdiff1d(there, reported.get(code, none))
            if len(missing):
                gaps[code, substance] = np.union1d(gaps.get((code, substance), none), missing)
    added = []
    for (code, substance), positions in gaps.items():
        activity, keys = spec.activities[code], cells[positions]
        units, years = (np.asarray(keys.get_level_values(level)) for level in (0, 1))
        zero = activity.absent == "zero"
        part = unreported(_known(code, activity), substance, units.astype(object), years, zero=zero)
        added.append(part.assign(file="", sheet="", row=pd.array([None] * len(part), dtype="Int64"), column=""))
    if not added:
        return lines
    whole = lines.astype({"row": "Int64"})
    return pd.concat([whole, *added], ignore_index=True)


def _told(
    code: str, total: TotalSpec, one: pd.DataFrame, lines: pd.DataFrame, wanted: list[tuple[str, str]]
) -> Iterator[Fault]:
    gone = one[one["state"] == "incomplete"]
    if len(gone):
        unit, year = gone.iloc[0][["unit", "year"]]
        here = lines[(lines["unit"] == unit) & (lines["year"] == year) & (lines["state"] == "missing")]
        named = [activity for activity in dict.fromkeys(here["activity"]) if activity in {a for a, _ in wanted}]
        values = {"variable": code, "count": len(gone), "unit": plainly(str(unit)), "year": int(year)}
        yield Fault("accounting.incomplete", values | {"missing": ", ".join(named)})
    if total.of == "net":
        over = one[one["sold"] > one["removals"]]
        if len(over):
            unit, year = over.iloc[0][["unit", "year"]]
            yield Fault("accounting.sold_more", {"count": len(over), "unit": plainly(str(unit)), "year": int(year)})


def _rows(one: pd.DataFrame, target: str, column: str, variable: Variable) -> pd.DataFrame:
    """Return one figure of the totals as reported values, in the variable's unit of measure."""
    there = one[np.isfinite(one[column].astype(float))]
    mass = there[column].astype(float)
    return pd.DataFrame({
        "unit": there["unit"].astype(str), "year": there["year"].astype("int64"), "variable": target,
        "value": mass * factor("t", variable.unit_of_measure), "unit_of_measure": variable.unit_of_measure,
        "file": ACCOUNTS_FILE, "sheet": "", "row": pd.array([None] * len(there), dtype="Int64"),
        "column": "emission" if column == "value" else column, "reported_value": mass.astype(object),
        "reported_unit_of_measure": "t",
    })  # fmt: skip


def _check_twice(computed: pd.DataFrame, reported: pd.DataFrame, faults: Faults) -> None:
    """Refuse what a table reports and the accounts compute."""
    keys = ["variable", "unit", "year"]
    own = reported[reported["variable"].isin(set(computed["variable"]))]
    if own.empty:
        return
    twice = own[pd.MultiIndex.from_frame(own[keys]).isin(pd.MultiIndex.from_frame(computed[keys]))]
    cells = Capped(faults)
    for row in twice.to_dict("records"):
        at = Place(str(row["file"]), line=0 if row["sheet"] else int(row["row"]), sheet=str(row["sheet"]),
                   cell=f"{plainly(str(row['column']))}, {row['row']}" if row["sheet"] else "",
                   key=plainly(str(row["column"])))  # fmt: skip
        whole = Place(str(row["file"]), sheet=str(row["sheet"]), key=plainly(str(row["column"])))
        cells.add(
            "accounting.reported_too", at, whole, variable=row["variable"], unit=plainly(str(row["unit"])),
            year=int(row["year"]),
        )  # fmt: skip
    cells.close()


def _check_range(computed: pd.DataFrame, variable: Variable, at: Place, faults: Faults) -> None:
    if variable.range is None:
        return
    least, most = variable.range
    values = computed["value"]
    outside = computed[(values < (-np.inf if least is None else least)) | (values > (np.inf if most is None else most))]
    cells = Capped(faults)
    bounds = {"least": "−∞" if least is None else f"{least:g}", "most": "∞" if most is None else f"{most:g}"}
    for row in outside.to_dict("records"):
        found = f"{row['value']:.10g} {row['unit_of_measure']}"
        cells.add("accounting.total_outside", at, at, unit=plainly(str(row["unit"])), year=int(row["year"]),
                  found=found, **bounds)  # fmt: skip
    cells.close()
