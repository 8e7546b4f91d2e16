"""How well the framework hangs together: flags, Cronbach's alpha, principal components, ranks without an indicator."""

from typing import Any

import pandas as pd

from evaluate.report.parts import Column, Kind, Labels, Table, missing, plain

SHOWN = 3
"""Most components of each dimension that the page lists; `pca.csv` holds all of them."""


def flagged(labels: Labels) -> Table:
    """Indicators that are redundant, run against others or say nothing."""
    rows = [
        row | {"flag": labels.say(f"flag_{record['flag']}"), "other": _item(labels, record["other"])}
        for record, row in _records(labels, labels.results.flags, "code", ("r", "p", "n"))
    ]
    columns = (
        *_type(labels, rows),
        Column("flag", labels.say("column_flag")),
        Column("item", labels.say("column_indicator"), "name"),
        Column("other", labels.say("column_against")),
        *_numbers(labels, {"r": "signed", "p": "p", "n": "whole"}),
    )
    return Table("flags", labels.say("flags_caption", year=labels.results.rank_year), columns, rows)


def alphas(labels: Labels) -> Table:
    """Cronbach's alpha of every dimension and of all indicators."""
    kinds: dict[str, Kind] = {"k": "whole", "n": "whole", "alpha": "signed", "standardised": "signed"}
    rows = [row for _, row in _records(labels, labels.results.alpha, "code", kinds)]
    columns = (*_type(labels, rows), Column("item", labels.say("column_item"), "name"), *_numbers(labels, kinds))
    caption = labels.say("alpha_caption", year=labels.results.rank_year)
    return Table("alpha", caption, columns, rows, labels.say("alpha_note"))


def components(labels: Labels) -> Table:
    """The first principal components of every dimension, with the indicator that each leans on most."""
    table = labels.results.pca
    rows: list[dict[str, Any]] = []
    if table is not None and len(table):
        kept = table[table["component"] <= SHOWN]
        order = kept["loading"].abs().fillna(-1)
        heads = kept.assign(size=order).sort_values("size", kind="stable").groupby(["type", "parent", "component"])
        strongest = heads.tail(1).sort_index()
        kinds: tuple[str, ...] = ("component", "eigenvalue", "share", "cumulative", "loading", "n")
        rows = [
            row | {"other": _item(labels, record["code"])}
            for record, row in _records(labels, strongest, "parent", kinds)
        ]  # fmt: skip
    columns = (
        *_type(labels, rows),
        Column("item", labels.say("column_item"), "name"),
        *_numbers(labels, {"component": "whole", "eigenvalue": "weight", "share": "share", "cumulative": "share"}),
        Column("other", labels.say("column_strongest")),
        *_numbers(labels, {"loading": "signed", "n": "whole"}),
    )
    caption = labels.say("pca_caption", year=labels.results.rank_year, shown=SHOWN)
    return Table("pca", caption, columns, rows, labels.say("pca_note"))


def loadings(labels: Labels) -> Table:
    """Every principal component with the loading of every indicator."""
    kinds: dict[str, Kind] = {
        "component": "whole", "eigenvalue": "weight", "share": "share", "loading": "correlation", "n": "whole",
    }  # fmt: skip
    rows = [
        row | {"other": _item(labels, record["code"])}
        for record, row in _records(labels, labels.results.pca, "parent", kinds)
    ]  # fmt: skip
    columns = (
        *_type(labels, rows),
        Column("item", labels.say("column_item"), "name"),
        Column("other", labels.say("column_indicator"), "name"),
        *_numbers(labels, kinds),
    )
    return Table("loadings", labels.say("loadings_caption", year=labels.results.rank_year), columns, rows)


def left_out(labels: Labels) -> Table:
    """How far ranks move when an indicator is left out."""
    kinds: dict[str, Kind] = {
        "n": "whole", "lost": "whole", "mean_shift": "score", "max_shift": "whole", "spearman": "weight",
    }  # fmt: skip
    rows = [
        row | {"kind": str(record["type"]), "reason": "" if missing(record["reason"]) else str(record["reason"])}
        for record, row in _records(labels, labels.results.drop_one, "code", kinds)
    ]  # fmt: skip
    columns = [*_type(labels, rows), Column("item", labels.say("column_indicator"), "name"), *_numbers(labels, kinds)]
    if any(row["reason"] for row in rows):
        columns.append(Column("reason", labels.say("column_reason"), width=40))
    caption = labels.say("drop_one_caption", year=labels.results.rank_year)
    return Table("drop_one", caption, tuple(columns), rows, labels.say("drop_one_note"))


def pairs(labels: Labels) -> Table:
    """The correlations of the scores of indicators with each other, their parents and the composite."""
    kinds: dict[str, Kind] = {
        "n": "whole", "pearson": "correlation", "p_pearson": "p", "spearman": "correlation", "p_spearman": "p",
        "kendall": "correlation", "p_kendall": "p",
    }  # fmt: skip
    table = labels.results.correlations
    held = None if table is None else table[table["data"] != "values"]
    rows = [
        row | {"other": _item(labels, record["other"]), "relation": labels.say(f"relation_{record['relation']}")}
        for record, row in _records(labels, held, "code", kinds)
    ]  # fmt: skip
    columns = (
        *_type(labels, rows),
        Column("item", labels.say("column_item"), "name"),
        Column("other", labels.say("column_against"), "name"),
        Column("relation", labels.say("column_relation")),
        *_numbers(labels, kinds),
    )
    return Table("pairs", labels.say("pairs_caption", year=labels.results.rank_year), columns, rows)


def _item(labels: Labels, code: object) -> str:
    return labels.code(str(code))


def _records(
    labels: Labels, table: pd.DataFrame | None, named: str, numbers: Any
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return every record of a table with the row that the reader sees of it, types and items in the framework's order.

    There are none where a run has no such table.
    """
    if table is None:
        return []
    out, types = [], {kind: place for place, kind in enumerate(labels.types)}
    places = pd.DataFrame({
        "type": table["type"].fillna("").astype(str).map(types).fillna(-1),
        "item": table[named].astype(str).map(labels.order).fillna(len(labels.order)),
    })  # fmt: skip
    table = table.loc[places.sort_values(["type", "item"], kind="stable").index]
    for record in table.astype(object).to_dict("records"):
        kind = "" if missing(record["type"]) else str(record["type"])
        row = {"type": labels.kind(kind) if kind else labels.say("all_units"), "item": _item(labels, record[named])}
        out.append(({str(k): v for k, v in record.items()}, row | {key: plain(record[key]) for key in numbers}))
    return out


def _type(labels: Labels, rows: list[dict[str, Any]]) -> list[Column]:
    return [Column("type", labels.say("column_type"))] if labels.typed and rows else []


def _numbers(labels: Labels, kinds: dict[str, Kind]) -> list[Column]:
    return [Column(key, labels.say(f"column_of_{key}"), kind) for key, kind in kinds.items()]
