"""The exploratory composite with weights that vary over space, in the report and on the map; it has no rank."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from evaluate.report.map_parts import column
from evaluate.report.parts import Column, Labels, Table, missing, plain, significant
from evaluate.report.regressions import called, table_of
from evaluate.report.spatial import Told
from indicators.texts import text

if TYPE_CHECKING:
    from geo.maps import MapLayer

LISTED = 10
"""Units whose composites differ most that the page lists for each method and type."""


def say(labels: Labels, name: str, /, **values: object) -> str:
    """Return a text of the section."""
    return text(f"local_weights.{name}", labels.language, **values)


def exploratory(labels: Labels) -> Told | None:
    """Return the section of the page; nothing where the assessment does not ask for it."""
    if table_of(labels, "local_comparison").empty:
        return None
    typed = (table_of(labels, "local_comparison")["type"].astype(str) != "").any()
    said = [say(labels, "intro", year=labels.results.rank_year), say(labels, "by_type") if typed else ""]
    return Told(
        said=[labels.sentences(said)],
        notes=[say(labels, "caution")],
        tables=[comparison(labels), indicators(labels)],
        details=[differences(labels)],
        further=[units(labels), weights(labels)],
    )


def _heads(labels: Labels, held: pd.DataFrame) -> list[Column]:
    typed = [Column("type", labels.say("column_type"))] if (held["type"].astype(str) != "").any() else []
    return [Column("method", say(labels, "column_method"), "name"), *typed]


def _head(labels: Labels, row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "method": called(labels, str(row["method"])), "type": labels.kind(str(row["type"])) if row["type"] else "",
        "state": "" if row["state"] == "defined" else called(labels, str(row["state"])),
    }  # fmt: skip


def _numbers(labels: Labels, kinds: dict[str, Any]) -> list[Column]:
    return [Column(name, say(labels, f"column_{name}"), kind) for name, kind in kinds.items()]


def _ending(labels: Labels, rows: list[dict[str, Any]]) -> list[Column]:
    return [Column("state", say(labels, "column_state"), width=24)] if any(row["state"] for row in rows) else []


def comparison(labels: Labels) -> Table:
    """Each method held against the composite."""
    held = table_of(labels, "local_comparison")
    rows = []
    for row in held.to_dict("records"):
        made = _head(labels, row) | {name: plain(row[name]) for name in ("n", "spearman", "mean_difference")}
        made |= {f"{end}_said": _named(labels, row, end) for end in ("rise", "fall")}
        band = "" if missing(row["bandwidth"]) else significant(float(row["bandwidth"]))
        rows.append(made | {"band": say(labels, f"band_{row['bandwidth_unit']}", bandwidth=band) if band else ""})
    kinds = {"n": "whole", "spearman": "weight", "mean_difference": "score"}
    columns = (
        *_heads(labels, held), *_numbers(labels, kinds), Column("rise_said", say(labels, "column_rise")),
        Column("fall_said", say(labels, "column_fall")), Column("band", say(labels, "column_band")),
        *_ending(labels, rows),
    )  # fmt: skip
    caption = say(labels, "comparison_caption", year=labels.results.rank_year)
    return Table("local_comparison", caption, columns, rows, say(labels, "comparison_note"))


def _named(labels: Labels, row: dict[Any, Any], end: str) -> str:
    unit = str(row[f"{end}_unit"])
    if not unit:
        return ""
    value = float(row[f"greatest_{end}"])
    return say(labels, "named", name=labels.units.get(unit, unit), difference=f"{value:+.2f}".replace("-", "−"))


def indicators(labels: Labels) -> Table:
    """How far the weight of every indicator varies over the units, beside its weight in the composite."""
    held = table_of(labels, "local_weights")
    rows = []
    for (method, kind, code), part in held.groupby(["method", "type", "indicator"], sort=False):
        known = part["weight"].dropna()
        if known.empty:
            continue
        row = _head(labels, {"method": method, "type": kind, "state": "defined"})
        own = part["composite_weight"].dropna()
        row |= {"indicator": labels.code(str(code)), "composite_weight": float(own.mean()) if len(own) else None}
        low, middle, high = known.quantile([0, 0.5, 1])
        rows.append(row | {"least": float(low), "median": float(middle), "greatest": float(high)})
    kinds = {"composite_weight": "share", "least": "share", "median": "share", "greatest": "share"}
    columns = (
        *_heads(labels, table_of(labels, "local_comparison")), Column("indicator", say(labels, "column_indicator")),
        *_numbers(labels, kinds),
    )  # fmt: skip
    return Table("local_weight_spread", say(labels, "indicators_caption"), columns, rows, say(labels, "sum_note"))


def differences(labels: Labels) -> Table:
    """The units whose composites differ most."""
    held = table_of(labels, "local_composite")
    rows = []
    for _, part in held[held["difference"].notna()].groupby(["method", "type"], sort=False):
        ordered = part.assign(size=part["difference"].abs()).sort_values(["size", "unit"], ascending=[False, True])
        rows += [_unit(labels, row) for row in ordered.head(LISTED).to_dict("records")]
    return Table("local_differences", say(labels, "differences_caption"), _unit_columns(labels, held, rows), rows)


def units(labels: Labels) -> Table:
    """Both composites of every unit: for the workbook."""
    held = table_of(labels, "local_composite")
    rows = [_unit(labels, row) for row in held.to_dict("records")]
    caption = say(labels, "units_caption", year=labels.results.rank_year)
    return Table("local_composite", caption, _unit_columns(labels, held, rows), rows)


def _unit(labels: Labels, row: dict[Any, Any]) -> dict[str, Any]:
    values = {name: plain(row[name]) for name in ("local_composite", "composite", "difference")}
    return _head(labels, row) | {"unit": labels.units.get(str(row["unit"]), str(row["unit"]))} | values


def _unit_columns(labels: Labels, held: pd.DataFrame, rows: list[dict[str, Any]]) -> tuple[Column, ...]:
    kinds = {"local_composite": "score", "composite": "score", "difference": "signed"}
    head = [Column("unit", labels.say("column_name"), "name"), *_heads(labels, held)]
    return (*head, *_numbers(labels, kinds), *_ending(labels, rows))


def weights(labels: Labels) -> Table:
    """The weights of every unit: for the workbook."""
    held = table_of(labels, "local_weights")
    rows = []
    for row in held.to_dict("records"):
        unit, made = str(row["unit"]), _head(labels, row)
        made |= {"unit": labels.units.get(unit, unit), "indicator": labels.code(str(row["indicator"]))}
        rows.append(made | {name: plain(row[name]) for name in ("weight", "composite_weight")})
    kinds = {"weight": "share", "composite_weight": "share"}
    columns = (
        Column("unit", labels.say("column_name"), "name"), *(_heads(labels, held) if len(held) else []),
        Column("indicator", say(labels, "column_indicator")), *_numbers(labels, kinds), *_ending(labels, rows),
    )  # fmt: skip
    return Table("local_weights", say(labels, "weights_caption"), columns, rows)


def exploratory_layers(labels: Labels) -> "list[MapLayer]":
    """Return a layer of each exploratory composite, its difference to the composite, and each indicator's weight."""
    from geo.maps import MapLayer

    held, by_unit = table_of(labels, "local_composite"), table_of(labels, "local_weights")
    if held.empty:
        return []
    apart = bool((held["type"].astype(str) != "").any())
    note, within = say(labels, "layer_note"), text("map.note_within", labels.language)
    only = labels.sentences([note, say(labels, "layer_by_type") if apart else ""])
    layers: list[MapLayer] = []
    for place, (method, rows) in enumerate(held.groupby("method", sort=False)):
        told = {"method": called(labels, str(method))}
        shared: dict[str, Any] = {"group": "spatial", "missing": say(labels, "layer_missing"), "on_card": False}
        layers.append(
            MapLayer(
                f"explore-{place}-local_composite", say(labels, "layer_local_composite", **told), "score",
                column(rows, "local_composite"), note=labels.sentences([note, within if apart else ""]),
                within_type=apart, **shared,
            )
        )  # fmt: skip
        more = shared | {"note": only}
        title = say(labels, "layer_difference", **told)
        values = column(rows, "difference")
        layers.append(MapLayer(f"explore-{place}-difference", title, "number", values, centre=0.0, **more))
        own = by_unit[by_unit["method"] == method]
        for at, (code, part) in enumerate(own.groupby("indicator", sort=False)):
            title = say(labels, "layer_weight", indicator=labels.code(str(code)), **told)
            values = {unit: 100 * float(weight) for unit, weight in column(part, "weight").items()}
            layers.append(MapLayer(f"explore-{place}-{at}", title, "number", values, unit_of_measure="%", **more))
    return layers
