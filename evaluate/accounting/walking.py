"""From an accounted variable back to the lines that it is the sum of, as plain data."""

from typing import Any

import pandas as pd

from evaluate.accounting_spec import AccountingSpec, TotalSpec
from evaluate.results import Results
from indicators.accounting import CO2_EQUIVALENT, signed

FIGURES_SHOWN = ("of", "substance", "value", "uncertainty", "gross", "removals", "sold", "net", "state")
LINE = (
    "activity", "substance", "scope", "kind", "state", "amount", "unit_of_measure", "factor", "factor_value",
    "factor_unit_of_measure", "guide", "table", "factor_year", "series", "extended", "emission", "gwp", "uncertainty",
    "file", "sheet", "row", "column",
)  # fmt: skip


def accounted_as(results: Results, unit: str, variable: str, year: int) -> dict[str, Any] | None:
    """Return the total that a variable holds, `of` to `state`, and its `lines`; None where it is not accounted.

    `results`: of a run; `unit`, `variable`: codes.
    """
    lines, totals = results.accounts, results.account_totals
    raw = results.manifest["assessment"].get("accounting")
    if lines is None or totals is None or raw is None:
        return None
    spec = AccountingSpec.model_validate(raw)
    code = next((c for c, total in spec.totals.items() if variable in (c, total.uncertainty)), None)
    mine = totals[(totals["variable"] == code) & (totals["unit"] == unit) & (totals["year"] == year)]
    if code is None or mine.empty:
        return None
    total = spec.totals[code]
    here = lines[(lines["unit"] == unit) & (lines["year"] == year)]
    of_it = here[[_belongs(row, total) for row in here.to_dict("records")]]
    return {
        **{name: _plain(mine.iloc[0][name]) for name in FIGURES_SHOWN},
        "scopes": list(total.scopes),
        "lines": [
            {"label": _label(spec, str(row["activity"])), **{name: _plain(row[name]) for name in LINE}}
            for row in of_it.to_dict("records")
        ],
    }


def _label(spec: AccountingSpec, activity: str) -> dict[str, str]:
    label = spec.activities[activity].label
    return {str(language): said for language, said in (label or {"zh": activity, "en": activity}).items()}


def _belongs(line: dict[Any, Any], total: TotalSpec) -> bool:
    if total.activities is not None and line["activity"] not in total.activities:
        return False
    if line["kind"] == "gross" and _plain(line["scope"]) not in total.scopes:
        return False
    if not signed(str(line["kind"]), total.of):
        return False
    if total.substance == CO2_EQUIVALENT:
        return _plain(line["gwp"]) is not None
    return bool(line["substance"] == total.substance)


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value
