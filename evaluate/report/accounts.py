"""What is accounted from activity data: the figures of the rank year, and the factors that they rest on."""

from typing import Any

import pandas as pd

from evaluate.accounting_spec import AccountingSpec
from evaluate.report.parts import Column, Labels, Table, missing, plain, years_said
from indicators.accounting import FIGURES
from indicators.texts import text
from indicators.units import said_in

_FACTOR = (
    "activity", "substance", "scope", "kind", "factor", "factor_value", "factor_unit_of_measure", "guide",
    "factor_year", "series", "extended",
)  # fmt: skip


def accounted(labels: Labels) -> list[str]:
    """Return the variables of the framework that were computed from activity data."""
    totals = labels.results.account_totals
    held = set() if totals is None else set(totals["variable"].astype(str))
    return [code for code in labels.results.framework.variables if code in held]


def totals(labels: Labels) -> Table:
    """One row a unit and accounted variable of the rank year: gross, removals, sold and net, with the uncertainty."""
    table, year = labels.results.account_totals, labels.results.rank_year
    rows: list[dict[str, Any]] = []
    if table is not None:
        here = table[(table["year"] == year) & table["unit"].astype(str).isin(labels.units)]
        for record in here.astype(object).to_dict("records"):
            value, spread = plain(record["value"]), plain(record["uncertainty"])
            rows.append({
                "name": labels.units[str(record["unit"])], "unit": record["unit"],
                "label": labels.code(str(record["variable"])),
                "of": text(f"accounting.figure_{record['of']}", labels.language),
                **{figure: plain(record[figure]) for figure in FIGURES}, "value": value,
                "uncertainty": spread / abs(value) if spread is not None and value else None,
                "stated": plain(record["stated"]),
            })  # fmt: skip
    columns = (
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        Column("label", labels.say("column_variable")),
        Column("of", labels.say("column_account_of")),
        *(Column(figure, text(f"accounting.figure_{figure}", labels.language), "number") for figure in FIGURES),
        Column("value", labels.say("column_account_value"), "number"),
        Column("uncertainty", labels.say("column_account_uncertainty"), "share"),
        Column("stated", labels.say("column_account_stated"), "share"),
    )
    caption, note = labels.say("account_totals_caption", year=year), labels.say("account_totals_note")
    return Table("account_totals", caption, columns, rows, note)


def factors(labels: Labels) -> Table:
    """One row a use of a factor: its value, where it comes from, and for which years it stands, the baseline too."""
    lines, rows = labels.results.accounts, list[dict[str, Any]]()
    if lines is not None:
        spec = AccountingSpec.model_validate(labels.results.manifest["assessment"]["accounting"])
        used = lines[lines["factor"].notna() & (lines["factor"] != "")]
        for _, group in used.groupby([used[name].astype(str) for name in _FACTOR], sort=True, dropna=False):
            record = {name: plain(value) for name, value in group.iloc[0].items()}
            activity = spec.activities[str(record["activity"])]
            rows.append({
                "label": labels.picked(activity.label or str(record["activity"])), "substance": record["substance"],
                "scope": _scope(labels, record), "factor": record["factor"], "value": record["factor_value"],
                "unit_of_measure": said_in(str(record["factor_unit_of_measure"]), labels.language),
                "guide": record["guide"] or "", "factor_year": record["factor_year"],
                "years": years_said(sorted({int(year) for year in group["year"]})),
                "extended": "" if missing(record["extended"]) else labels.say("account_extended"),
            })  # fmt: skip
    columns = (
        Column("label", labels.say("column_account_activity"), "name"),
        Column("substance", labels.say("column_account_substance"), "code"),
        Column("scope", labels.say("column_account_scope")),
        Column("factor", labels.say("column_account_factor"), "code"),
        Column("value", labels.say("column_account_factor_value"), "number"),
        Column("unit_of_measure", labels.say("column_unit_of_measure")),
        Column("guide", labels.say("column_measure_source"), width=60),
        Column("factor_year", labels.say("column_account_factor_year"), "code"),
        Column("years", labels.say("column_years")),
        Column("extended", labels.say("column_account_extended")),
    )
    note = labels.say("account_factors_note")
    return Table("account_factors", labels.say("account_factors_caption"), columns, rows, note)


def _scope(labels: Labels, record: dict[Any, Any]) -> str:
    if record["kind"] != "gross":
        return text(f"accounting.{record['kind']}", labels.language)
    scope = record["scope"]
    return "" if scope is None or pd.isna(scope) else text("accounting.scope", labels.language, scope=int(scope))
