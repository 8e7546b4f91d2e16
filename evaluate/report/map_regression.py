"""Layers of the map for local regression: each local coefficient where it differs from 0, and local R²."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from evaluate.report.map_parts import by_year, in_years
from evaluate.report.parts import Labels
from evaluate.report.regressions import say, table_of, term

if TYPE_CHECKING:
    from geo.maps import MapLayer


def regression_layers(labels: Labels) -> "list[MapLayer]":
    """Return a layer for each local coefficient of each local model, and one of its local R²."""
    table, fits = table_of(labels, "local_coefficients"), table_of(labels, "local_fit")
    if table.empty:
        return []
    keys = ["regression", "model"]
    several = fits["regression"].nunique() > 1
    fits = fits.set_index(keys, drop=False).sort_index(kind="stable")
    layers: list[MapLayer] = []
    for place, ((regression, model), held) in enumerate(table.groupby(keys, sort=False)):
        told = {"model": str(model).upper(), "regression": str(regression)}
        layers += _coefficients(labels, f"local-{place}", told, held, several)
        layers += _r2(labels, f"local-{place}-r2", told, fits.loc[[(regression, model)]], several)
    return layers


def _title(labels: Labels, name: str, several: bool, told: dict[str, str], **values: str) -> str:
    title = say(labels, name, **told, **values)
    return say(labels, "layer_of", layer=title, **told) if several else title


def _coefficients(
    labels: Labels, code: str, told: dict[str, str], held: pd.DataFrame, several: bool
) -> "Iterator[MapLayer]":  # fmt: skip
    from geo.maps import MapLayer

    for place, (name, rows) in enumerate(held.groupby("term", sort=False)):
        if name == "constant":
            continue
        years = in_years(labels, by_year(labels, rows[rows["significant"] == 1], "coefficient"))
        yield MapLayer(
            f"{code}-{place}", _title(labels, "layer", several, told, term=term(labels, str(name))), "number",
            group="spatial", missing=say(labels, "layer_missing"), note=_note(labels, rows, "layer_note", told),
            on_card=False, centre=0.0, **years,
        )  # fmt: skip


def _r2(labels: Labels, code: str, told: dict[str, str], held: pd.DataFrame, several: bool) -> "Iterator[MapLayer]":
    from geo.maps import MapLayer

    rows = held[held["local_r2"].notna()]
    if len(rows):
        yield MapLayer(
            code, _title(labels, "layer_r2", several, told), "number", group="spatial",
            missing=say(labels, "layer_r2_missing"), note=_note(labels, rows, "layer_r2_note", told), on_card=False,
            **in_years(labels, by_year(labels, rows, "local_r2")),
        )  # fmt: skip


def _note(labels: Labels, rows: pd.DataFrame, name: str, told: dict[str, str]) -> str:
    """Return the remark below the legend, with the year where it is another than the map's own."""
    years = sorted({int(year) for year in rows["year"]})
    other = len(years) == 1 and years[0] != labels.results.rank_year
    return labels.sentences([say(labels, name, **told), say(labels, "layer_year", year=years[0]) if other else ""])
