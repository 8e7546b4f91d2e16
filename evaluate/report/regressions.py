"""Regressions in the report: the models compared, their terms, and what local coefficients can bear."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from evaluate.report.parts import Column, Labels, Table, missing, plain, significant, written
from evaluate.report.patterns_tables import Patterns
from evaluate.report.spatial import Told, rule_said
from evaluate.spatial_spec.regression import LOCAL
from geo.regression import label
from indicators.texts import pick, text

LISTED = 60
"""Most predicted units that the page lists; `local_fit.csv` and the workbook hold all."""


def say(labels: Labels, name: str, /, **values: object) -> str:
    """Return a text of the section."""
    return text(f"local_regression.{name}", labels.language, **values)


def called(labels: Labels, name: str) -> str:
    """Return what a state, model or method is called."""
    return str(pick(label(name), labels.language))


def term(labels: Labels, name: str) -> str:
    """Return what a term is called."""
    if name in ("constant", "rho", "lambda"):
        return say(labels, f"term_{name}")
    return Patterns(labels).quantity(name)


def table_of(labels: Labels, name: str) -> pd.DataFrame:
    """Return one table of regressions; an empty one where the run has none."""
    return labels.results.spatial.get(name, pd.DataFrame())


def regressions(labels: Labels) -> Told | None:
    """Return the section of the page; nothing where the assessment does not ask for it."""
    held = table_of(labels, "regression_models")
    if held.empty:
        return None
    local = bool(held["model"].isin(LOCAL).any())
    years = held["year"].unique()
    said = [
        say(labels, "intro", targets=labels.listed(_targets(labels, held))),
        say(labels, "of_year", year=plain(years[0])) if len(years) == 1 and not missing(plain(years[0])) else "",
        say(labels, "standardised") if held["standardised"].eq(1).any() else "",
        say(labels, "not_cause"),
    ]
    return Told(
        said=[labels.sentences(said)],
        notes=[note for note in _notes(labels, held, local) if note],
        tables=[models(labels), local_terms(labels)],
        details=[global_terms(labels), predictions(labels, LISTED)],
        further=[coefficients(labels), fits(labels)],
    )


def _targets(labels: Labels, held: pd.DataFrame) -> Iterator[str]:
    quantity = Patterns(labels).quantity
    pairs = dict.fromkeys(zip(held["regression"].astype(str), held["target"].astype(str), strict=True))
    for name, target in pairs:
        yield quantity(target) if name == target else say(labels, "of_target", name=name, target=quantity(target))


def _notes(labels: Labels, held: pd.DataFrame, local: bool) -> Iterator[str]:
    """Yield what a reader must know before believing anything."""
    if local:
        yield say(labels, "critical")
        terms = table_of(labels, "regression_terms")
        if terms["p_variability"].notna().any():
            tested = int(terms["permutations"].max())
            yield say(labels, "variability", permutations=tested)
        share = held["collinear_share"].max()
        if not missing(share) and share > 0:
            yield say(labels, "collinear_note", share=written(float(share), "share"))
    if (held["type"].astype(str) != "").any():
        yield say(labels, "by_type")
    if held["year"].isna().any():
        yield say(labels, "all_years")
    forced = sorted({part.split(":")[0] for cell in held["forced"].astype(str) for part in cell.split("; ") if part})
    yield from (say(labels, f"forced_{name}_note") for name in forced)


def _heads(labels: Labels, held: pd.DataFrame) -> list[Column]:
    """Return the columns that tell rows apart: regression, type and year, where there are several."""
    made = []
    if held["regression"].nunique() > 1:
        made.append(Column("regression", say(labels, "column_regression"), "name"))
    if (held["type"].astype(str) != "").any():
        made.append(Column("type", labels.say("column_type")))
    if held["year"].nunique(dropna=False) > 1:
        made.append(Column("year", say(labels, "column_year")))
    return made


def _head(labels: Labels, row: Mapping[Any, Any]) -> dict[str, Any]:
    year = plain(row["year"])
    return {
        "regression": str(row["regression"]), "type": labels.kind(str(row["type"])) if row["type"] else "",
        "year": say(labels, "every_year") if year is None else str(year),
        "model": str(row["model"]).upper() if row["model"] in LOCAL else called(labels, str(row["model"])),
        "state": "" if row["state"] == "defined" else called(labels, str(row["state"])),
    }  # fmt: skip


def _numbers(labels: Labels, kinds: Mapping[str, Any]) -> list[Column]:
    return [Column(name, say(labels, f"column_{name}"), kind) for name, kind in kinds.items()]


def _ending(labels: Labels, rows: list[dict[str, Any]]) -> list[Column]:
    return [Column("state", say(labels, "column_state"), width=24)] if any(row["state"] for row in rows) else []


def _band(labels: Labels, row: Mapping[Any, Any], unit: str) -> str:
    """Return a bandwidth with its unit of measure and, where it is known, its interval."""
    if missing(row["bandwidth"]):
        return ""
    values = {"bandwidth": significant(float(row["bandwidth"]))}
    if missing(row["bandwidth_low"]):
        return say(labels, f"band_{unit}", **values)
    values |= {"low": significant(float(row["bandwidth_low"])), "high": significant(float(row["bandwidth_high"]))}
    return say(labels, f"band_{unit}_between", **values)


def models(labels: Labels) -> Table:
    """The models of every regression, with what they are compared by."""
    held = table_of(labels, "regression_models")
    kinds = {
        "n": "whole", "dropped": "whole", "parameters": "score", "aicc": "score", "difference": "score",
        "akaike_weight": "weight", "r2": "weight", "adjusted_r2": "weight", "collinear_share": "share",
    }  # fmt: skip
    units = _units(labels)
    rows = []
    for row in held.to_dict("records"):
        band = _band(labels, row, units[str(row["regression"])])
        if not missing(row["time_share"]):
            band = labels.listed([band, say(labels, "time_share", share=significant(float(row["time_share"])))])
        made = _head(labels, row) | {"model": called(labels, str(row["model"])), "band": band}
        rows.append(made | {name: plain(row[name]) for name in kinds} | {"neighbours": _among(labels, row)})
    among = [Column("neighbours", say(labels, "column_neighbours"), width=22)] if any(
        row["neighbours"] for row in rows
    ) else []  # fmt: skip
    columns = (
        *_heads(labels, held), Column("model", say(labels, "column_model"), "name"), *_numbers(labels, kinds),
        Column("band", say(labels, "column_band"), width=22), *among, *_ending(labels, rows),
    )  # fmt: skip
    note = say(labels, "models_note")
    return Table("regression_models", say(labels, "models_caption"), columns, rows, note)


def _among(labels: Labels, row: Mapping[Any, Any]) -> str:
    """Return the rule of neighbourhood of a spatial model, and how many units it leaves alone; else nothing."""
    if missing(row["neighbours"]):
        return ""
    rule, alone = rule_said(labels, str(row["neighbours"])), plain(row["islands"])
    return say(labels, "among_alone", rule=rule, count=alone) if alone else rule


def local_terms(labels: Labels) -> Table:
    """The spread of every local coefficient, its bandwidth and tests."""
    held = table_of(labels, "regression_terms")
    held = held[held["model"].isin(LOCAL)]
    kinds = {
        "least": "weight", "lower_quartile": "weight", "median": "weight", "upper_quartile": "weight",
        "greatest": "weight", "critical_t": "weight", "share_significant": "share", "p_variability": "p",
    }  # fmt: skip
    units = _units(labels)
    rows = []
    for row in held.to_dict("records"):
        unit = units[str(row["regression"])]
        made = _head(labels, row) | {name: plain(row[name]) for name in kinds}
        rows.append(made | {"term": term(labels, str(row["term"])), "band": _band(labels, row, unit)})
    columns = (
        *_heads(labels, held), Column("model", say(labels, "column_model"), "name"),
        Column("term", say(labels, "column_term")), *_numbers(labels, kinds),
        Column("band", say(labels, "column_band"), width=22), *_ending(labels, rows),
    )  # fmt: skip
    return Table("local_terms", say(labels, "local_terms_caption"), columns, rows, say(labels, "local_terms_note"))


def _units(labels: Labels) -> dict[str, str]:
    """Return what the bandwidths of each regression are counted in."""
    from evaluate.spatial_spec import SpatialSpec

    stated = SpatialSpec.model_validate(labels.results.manifest["assessment"]["spatial"])
    return {spec.called: "units" if spec.adaptive else "km" for spec in stated.regression}


def global_terms(labels: Labels) -> Table:
    """The coefficients of global models."""
    held = table_of(labels, "regression_terms")
    held = held[~held["model"].isin(LOCAL)]
    kinds = {"coefficient": "weight", "standard_error": "weight", "statistic": "weight", "p": "p"}
    rows = [
        _head(labels, row) | {name: plain(row[name]) for name in kinds} | {"term": term(labels, str(row["term"]))}
        for row in held.to_dict("records")
    ]
    columns = (
        *_heads(labels, held), Column("model", say(labels, "column_model"), "name"),
        Column("term", say(labels, "column_term")), *_numbers(labels, kinds),
    )  # fmt: skip
    return Table("global_terms", say(labels, "global_terms_caption"), columns, rows)


def predictions(labels: Labels, most: int) -> Table:
    """What local models say of units and places that lack the target."""
    held = table_of(labels, "local_fit")
    held = held if held.empty else held[held["predicted"] == 1]
    rows = [_fit(labels, row) for row in held.head(most).to_dict("records")]
    kinds = {"fitted": "number", "value_error": "number", "nearest_km": "number"}
    columns = (
        *(_heads(labels, held) if len(held) else []), Column("model", say(labels, "column_model")),
        Column("unit", labels.say("column_name"), "name"), *_numbers(labels, kinds), *_ending(labels, rows),
    )  # fmt: skip
    caption = say(labels, "predictions_caption", count=len(held))
    return Table("local_predictions", caption, columns, rows, say(labels, "predictions_note"))


def _fit(labels: Labels, row: Mapping[Any, Any]) -> dict[str, Any]:
    kinds = ("fitted", "value_error", "observed", "residual", "local_r2", "condition_number", "nearest_km")
    unit = str(row["unit"])
    return _head(labels, row) | {name: plain(row[name]) for name in kinds} | {"unit": labels.units.get(unit, unit)}


def fits(labels: Labels) -> Table:
    """Fit, residual, local R² and local collinearity of every unit: for the workbook."""
    held = table_of(labels, "local_fit")
    rows = [_fit(labels, row) for row in held.to_dict("records")]
    kinds = {
        "observed": "number", "fitted": "number", "value_error": "number", "residual": "number", "local_r2": "weight",
        "condition_number": "number",
    }  # fmt: skip
    columns = (
        *(_heads(labels, held) if len(held) else []), Column("model", say(labels, "column_model")),
        Column("unit", labels.say("column_name"), "name"), *_numbers(labels, kinds), *_ending(labels, rows),
    )  # fmt: skip
    return Table("local_fit", say(labels, "fits_caption"), columns, rows)


def coefficients(labels: Labels) -> Table:
    """Every local coefficient: for the workbook."""
    held = table_of(labels, "local_coefficients")
    kinds = {"coefficient": "weight", "standard_error": "weight", "t": "weight", "critical_t": "weight"}
    rows = []
    names = {name: term(labels, name) for name in dict.fromkeys(held["term"].astype(str))} if len(held) else {}
    for row in held.to_dict("records"):
        unit, known = str(row["unit"]), plain(row["significant"])
        made = _head(labels, row) | {name: plain(row[name]) for name in kinds}
        said = "" if known is None else say(labels, "significant" if known else "not_significant")
        rows.append(made | {"unit": labels.units.get(unit, unit), "term": names[str(row["term"])], "tested": said})
    columns = (
        *(_heads(labels, held) if len(held) else []), Column("model", say(labels, "column_model")),
        Column("unit", labels.say("column_name"), "name"), Column("term", say(labels, "column_term")),
        *_numbers(labels, kinds), Column("tested", say(labels, "column_tested")), *_ending(labels, rows),
    )  # fmt: skip
    return Table("local_coefficients", say(labels, "coefficients_caption"), columns, rows)
