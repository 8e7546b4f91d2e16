"""`explain`: one unit walked back from its composite to the numbers that were reported."""

from typing import Any

import pandas as pd

from evaluate.accounting import accounted_as
from evaluate.results import Results
from indicators.errors import fault, nearest
from indicators.structure import TOP


def explain(results: Results, unit: str, year: int | None = None) -> dict[str, Any]:
    """Return how one unit came to its score in one year, as a tree of plain data.

    `unit`: a code, or a name where it is the only one. `year`: the rank year when absent.
    Errors: an unknown or ambiguous unit, a year that is not scored.
    """
    code = find_unit(results, unit)
    when = results.rank_year if year is None else year
    period = results.manifest["period"]
    if not period["from"] <= when <= period["to"]:
        raise fault("explain.no_year", found=when, first=period["from"], last=period["to"])
    about = results.units.set_index("unit").loc[code]
    out: dict[str, Any] = {
        "unit": code,
        "name": about["name"],
        "type": about["type"],
        "year": when,
        "framework": results.framework.code,
        "run_id": results.manifest["run_id"],
        "notice": results.manifest["notice"],
    }
    row = results.scores[(results.scores["unit"] == code) & (results.scores["year"] == when)]
    if row.empty:
        return out | {"scored": False, "reasons": _reasons(results, code, when)}
    score = row.iloc[0]
    out |= {"scored": True, **_standing(results, score, code, when)}
    out["treatment"] = _changes(results, code, when, TOP)
    out["tree"] = _branch(results, _Unit(results, code, when, str(about["type"])), TOP)
    return out


def find_unit(results: Results, named: str) -> str:
    """Return the code of a unit that is named by code or by name."""
    from indicators.codes import normalise_code

    code = normalise_code(named)
    units = results.units
    if code in set(units["unit"]):
        return code
    alike = units.loc[units["name"] == named.strip(), "unit"]
    if len(alike) == 1:
        return str(alike.iloc[0])
    if len(alike) > 1:
        raise fault("explain.two_units", found=named, units=", ".join(alike))
    raise fault("explain.no_unit", found=named, meant=nearest(named, [*units["unit"], *units["name"]]))


def _standing(results: Results, score: "pd.Series[Any]", code: str, when: int) -> dict[str, Any]:
    out = {
        "composite": plain(score[TOP]),
        "rank": plain(score["rank"]),
        "rank_in_type": plain(score["rank_in_type"]),
        "grade": plain(score["grade"]),
        "grade_label": score["grade_label"],
        "units_of_type": int(((results.scores["year"] == when) & (results.scores["type"] == score["type"])).sum()),
    }
    table = results.rank_robustness
    if table is not None and when == results.rank_year:
        row = table[table["unit"] == code]
        if not row.empty:
            out["interval"] = {k: plain(row.iloc[0][k]) for k in ("median", "p05", "p95", "p_first", "tier")}
    return out


def plain(value: Any) -> Any:
    """Return a cell as plain data: None where it is blank."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value


def _reasons(results: Results, code: str, when: int) -> list[str]:
    listed = results.excluded
    mine = listed[(listed["what"] == "unit") & (listed["code"] == code)]
    return [str(row.reason) for row in mine.itertuples() if plain(row.year) in (None, when)]


def _changes(results: Results, unit: str, when: int, code: str) -> list[dict[str, Any]]:
    table = results.treatment
    mine = table[(table["unit"] == unit) & (table["year"] == when) & (table["code"] == code)]
    return [
        {"step": r.step, "before": plain(r.before), "after": plain(r.after), "reason": r.reason}
        for r in mine.itertuples()
    ]


class _Unit:
    """The cells of one unit-year."""

    def __init__(self, results: Results, code: str, when: int, kind: str) -> None:
        self.code, self.year, self.kind = code, when, kind
        self.values = _row(results.values, code, when)
        self.normalised = _row(results.normalised, code, when)
        self.scores = _row(results.scores, code, when)
        weights = results.weights
        mine = weights[weights["type"].isin(["", kind])]
        if mine["year"].notna().any():
            mine = mine[mine["year"].isna() | (mine["year"] == when)]
        self.weights = mine


def _row(table: pd.DataFrame, code: str, when: int) -> dict[str, Any]:
    found = table[(table["unit"] == code) & (table["year"] == when)]
    return {} if found.empty else {str(k): plain(v) for k, v in found.iloc[0].items()}


def _branch(results: Results, unit: _Unit, parent: str) -> list[dict[str, Any]]:
    """Return the children of a parent; their weights as used, rescaled where a sibling has no score."""
    rows: list[dict[str, Any]] = unit.weights[unit.weights["parent"] == parent].to_dict("records")  # type: ignore[assignment]
    scores = {r["code"]: (unit.normalised if r["level"] == 1 else unit.scores).get(r["code"]) for r in rows}
    total = sum(r["weight"] for r in rows if scores[r["code"]] is not None)
    out = []
    for row in rows:
        code, score, weight = row["code"], scores[row["code"]], float(row["weight"])
        node: dict[str, Any] = {
            "code": code,
            "label": results.framework.label_of(code),
            "score": score,
            "weight": weight,
            "weight_used": weight / total if score is not None and total > 0 else None,
            "effective_weight": float(row["effective_weight"]),
        }
        if row["level"] == 1:
            node |= _indicator(results, unit, code)
        else:
            node["children"] = _branch(results, unit, code)
        out.append(node)
    return out


def _indicator(results: Results, unit: _Unit, code: str) -> dict[str, Any]:
    framework, indicator = results.framework, results.framework.indicators[code]
    period = results.manifest["period"]
    formulas = indicator.formulas()
    reported = results.reported[results.reported["unit"] == unit.code]
    variables: dict[tuple[str, int], dict[str, Any]] = {}
    for formula in formulas.values():
        needed = formula.years_needed([unit.year], period["baseline"], framework.breaks())
        for variable, years in sorted(needed.items()):
            for year in sorted(years):
                variables[variable, year] = _cell(results, unit, reported, variable, year)
    return {
        "value": unit.values.get(code),
        "unit_of_measure": indicator.unit_of_measure,
        "direction": indicator.direction,
        "formula": indicator.formula or (indicator.measure.name if indicator.measure else ""),
        "treatment": _changes(results, unit.code, unit.year, code),
        "marks": [m for m in results.manifest["marks"] if m["code"] == code and m["year"] == unit.year],
        "reported": list(variables.values()),
    }


def _cell(results: Results, unit: _Unit, reported: pd.DataFrame, variable: str, year: int) -> dict[str, Any]:
    out: dict[str, Any] = {"variable": variable, "label": results.framework.label_of(variable), "year": year}
    accounted = accounted_as(results, unit.code, variable, year)
    if accounted is not None:
        out["accounts"] = accounted
    rows = reported[(reported["variable"] == variable) & (reported["year"] == year)]
    if rows.empty:
        return out | {"value": None, "imputed": _changes(results, unit.code, year, variable)}
    cell = rows.iloc[0]
    names = ("value", "unit_of_measure", "file", "sheet", "row", "column", "reported_value")
    return out | {name: plain(cell[name]) for name in (*names, "reported_unit_of_measure")}
