"""Overlays in words and tables: how much of each unit lies in a red line, an airshed, a basin; and on the map."""

from typing import TYPE_CHECKING

import pandas as pd

from evaluate.overlay_spec import OverlaySpec
from evaluate.report.parts import Column, Labels, Table, missing
from evaluate.report.spatial import Told
from indicators.texts import text

if TYPE_CHECKING:
    from geo.maps import MapLayer, Overlay

STATES = ("inside", "partly", "outside")
LISTED = 300
"""Most units that the page lists; `overlays.csv` holds all."""


def _say(labels: Labels, name: str, /, **values: object) -> str:
    return text(f"overlays.{name}", labels.language, **values)


def specs_of(labels: Labels) -> dict[str, OverlaySpec]:
    """Return what the assessment says of its overlays, by code, in its order."""
    stated = labels.results.manifest["assessment"].get("overlays") or []
    specs = [OverlaySpec.model_validate(entry) for entry in stated]
    return {spec.named: spec for spec in specs}


def overlays(labels: Labels) -> Told | None:
    """Return the section of the page; none without overlays that units can lie in."""
    table = labels.results.spatial.get("overlays")
    if table is None or table.empty:
        return None
    said, notes = [_say(labels, "intro")], [_say(labels, "beside")]
    return Told(said, notes, tables=[counted(labels, table)], details=[shares(labels, table)])


def counted(labels: Labels, table: pd.DataFrame) -> Table:
    """Return, for each overlay and each of its parts, how many units lie inside and how much of their area."""
    count = len(labels.results.units)
    rows = []
    for code, spec in specs_of(labels).items():
        held = table[table["overlay"] == code]
        for part, own in held.groupby("part", sort=True):
            inside, partly = (int((own["state"] == state).sum()) for state in STATES[:2])
            area = own["area_km2"].sum() if own["area_km2"].notna().any() else None
            row = {"inside": inside, "partly": partly, "outside": count - inside - partly, "area": area}
            rows.append({"overlay": labels.picked(spec.called), "part": part or _say(labels, "whole"), **row})
    columns = (
        Column("overlay", _say(labels, "column_overlay"), "name"),
        Column("part", _say(labels, "column_part")),
        Column("area", _say(labels, "column_area"), "number"),
        *(Column(state, _say(labels, f"states_{state}"), "whole", _say(labels, "column_units")) for state in STATES),
    )
    return Table("overlays", _say(labels, "counted_caption"), columns, rows)


def shares(labels: Labels, table: pd.DataFrame) -> Table:
    """Return the share of each unit in each overlay; where a unit is a point, whether it lies inside."""
    whole = table[table["part"] == ""]
    specs = {code: spec for code, spec in specs_of(labels).items() if (whole["overlay"] == code).any()}
    columns_of = (whole[name] for name in ("unit", "overlay", "share", "state"))
    cells = {(str(u), str(o)): _cell(labels, share, str(state)) for u, o, share, state in zip(*columns_of, strict=True)}
    touched = whole[whole["state"] != "outside"]["unit"].drop_duplicates().sort_values()
    rows = [
        {"name": labels.units.get(unit, unit)} | {f"in_{code}": cells.get((unit, code), "") for code in specs}
        for unit in touched.astype(str)[:LISTED]
    ]
    columns = (
        Column("name", labels.say("column_name"), "name"),
        *(Column(f"in_{code}", labels.picked(spec.called)) for code, spec in specs.items()),
    )
    note = _say(labels, "listed", listed=LISTED, count=len(touched)) if len(touched) > LISTED else ""
    return Table("overlay_shares", _say(labels, "shares_caption"), columns, rows, note)


def _cell(labels: Labels, share: float, state: str) -> str:
    if missing(share) or state != "partly":
        return _say(labels, f"states_{state}")
    # a share that would be written as all or nothing though it is neither
    return f"{min(max(100 * share, 0.1), 99.9):.1f} %"


def overlay_layers(labels: Labels) -> "list[MapLayer]":
    """Return a layer of shares for each overlay in which units have some."""
    from geo.maps import MapLayer

    table = labels.results.spatial.get("overlays")
    if table is None:
        return []
    layers = []
    for code, spec in specs_of(labels).items():
        held = table[(table["overlay"] == code) & (table["part"] == "") & table["share"].notna()]
        if held.empty:
            continue
        values = {str(unit): 100 * float(share) for unit, share in zip(held["unit"], held["share"], strict=True)}
        layers.append(
            MapLayer(
                f"overlay-{code}", _say(labels, "layer", label=labels.picked(spec.called)), "number", values, "spatial",
                missing=_say(labels, "no_area"), unit_of_measure="%", timeless=True,
            )
        )  # fmt: skip
    return layers


def overlays_of(labels: Labels) -> "tuple[Overlay, ...]":
    """Return the overlays that the map draws over the units."""
    from geo.maps.data import Overlay

    drawn = labels.results.overlays
    if drawn is None:
        return ()
    made = []
    for code, spec in specs_of(labels).items():
        shapes = drawn[drawn["overlay"] == code].rename(columns={"part": "label"}).reset_index(drop=True)
        if len(shapes):
            made.append(Overlay(code, labels.picked(spec.called), shapes[["label", "geometry"]], kind=spec.kind))
    return tuple(made)
