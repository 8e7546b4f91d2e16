"""Layers of the map for the geographical detector: the strata of the factor that accounts for most."""

from typing import TYPE_CHECKING

from evaluate.report.geodetector_tables import MARK, Cells, Detected
from evaluate.report.map_parts import in_years
from evaluate.report.parts import Labels, significant, written
from evaluate.report.words import unit_said

if TYPE_CHECKING:
    from geo.maps import MapLayer

_SHOWN = 9
"""Most strata of a layer: the legend has no room for more, nor has the eye."""


def geodetector_layers(labels: Labels) -> "list[MapLayer]":
    """Return for each target and type the strata of its best factor, from the least to the greatest mean."""
    found = Detected(labels)
    layers = []
    for place, part in enumerate(found.parts):
        units = found.rows("units", part)
        best = units[0]["factor"] if units else ""
        rows = [row for row in found.rows("strata", part) if row["factor"] == best]
        if 0 < len(rows) <= _SHOWN:
            about = next(row for row in found.rows("factors", part) if row["factor"] == best)
            own = found.rows("samples", part)[0]["unit_of_measure"] or ""
            layers.append(_layer(found, f"detector-{place}", about, rows, units, unit_said(own, labels.language)))
    return layers


def _layer(
    found: Detected, code: str, about: Cells, rows: list[Cells], units: list[Cells], measured: str
) -> "MapLayer":
    """Return one layer; `measured`: the unit of measure of what is explained, empty for a score."""
    from geo.maps import Category, MapLayer

    unit = about["unit_of_measure"] or ""
    categories = []
    for row in sorted(rows, key=lambda row: row["mean"]):
        mean = f"{significant(row['mean'])} {measured}".strip()
        said = found.say("layer_stratum", bounds=found.stratum(row, unit), mean=mean)
        categories.append(Category(str(row["stratum"]), said))
    p = found.say("layer_tested_not") if about["p_choice"] is None else written(about["p_choice"], "p")
    part = " · ".join(filter(None, (found.target(about["target"]), found.kind(about["type"]))))
    marked = found.say("marked", mark=MARK) if about["forced"] else ""
    note = found.say("layer_note", q=written(about["q"], "weight"), p=p, year=found.year)
    return MapLayer(
        code, found.say("layer", target=part, factor=found.factor(about["factor"], about["forced"])), "ordinal",
        group="spatial", categories=tuple(categories), missing=found.say("layer_missing"),
        note=found.labels.sentences([note, marked]), on_card=False, worst_first=False,
        **in_years(found.labels, {found.year: {row["unit"]: str(row["stratum"]) for row in units}}),
    )  # fmt: skip
