"""Layers of the map for groups: who belongs to which, and how groups score."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluate.intake.groups import valid_in
from evaluate.report.groups import scored_whole
from evaluate.report.map_parts import in_years
from evaluate.report.parts import Labels, plain
from indicators.structure import TOP
from indicators.texts import text

if TYPE_CHECKING:
    from geo.maps import MapLayer

Groups = dict[str, list[str]]


def _say(labels: Labels, name: str, /, **values: object) -> str:
    return text(f"groups.{name}", labels.language, **values)


def group_layers(labels: Labels) -> "list[MapLayer]":
    """Return for each set of groups a layer of memberships and one of composites; none without groups."""
    table = labels.results.spatial.get("groups")
    if table is None:
        return []
    years = sorted({int(year) for year in labels.results.spatial["group_scores"]["year"]})
    layers = []
    for at, name in enumerate(sorted(set(table["set"].astype(str)))):
        own = table[table["set"] == name]
        held = {year: _members(own, year) for year in years}
        layers.append(_memberships(labels, at, name, held))
        layers += _scores(labels, at, name, held)
    return layers


def _members(table: pd.DataFrame, year: int) -> Groups:
    """Return the groups of every unit in a year."""
    out: Groups = {}
    for row in valid_in(table, year).to_dict("records"):
        out.setdefault(str(row["unit"]), []).append(str(row["group"]))
    return {unit: sorted(set(groups)) for unit, groups in sorted(out.items())}


def _memberships(labels: Labels, at: int, name: str, held: dict[int, Groups]) -> "MapLayer":
    """Colour every unit by its group; units of several groups form a category of their own."""
    from geo.maps import Category, MapLayer

    joined = {
        year: {unit: "\n".join(groups) for unit, groups in units.items()} for year, units in held.items()
    }  # fmt: skip
    ways = sorted({way for units in joined.values() for way in units.values()}, key=lambda way: (way.count("\n"), way))
    code = {way: str(place) for place, way in enumerate(ways)}
    categories = tuple(Category(code[way], labels.listed(way.split("\n"))) for way in ways)
    coded = {year: {unit: code[way] for unit, way in units.items()} for year, units in joined.items()}
    several = any("\n" in way for way in ways)
    return MapLayer(
        f"group-{at}", _say(labels, "map_groups", name=name) if name else _say(labels, "map_groups_all"), "nominal",
        **in_years(labels, coded if _differ(coded) else {labels.results.rank_year: next(iter(coded.values()), {})}),
        group="group", categories=categories, missing=_say(labels, "map_in_none"),
        note=_say(labels, "several") if several else "",
    )  # fmt: skip


def _differ(held: dict[int, dict[str, str]]) -> bool:
    return any(units != next(iter(held.values())) for units in held.values())


def _scores(labels: Labels, at: int, name: str, held: dict[int, Groups]) -> "list[MapLayer]":
    """Fill every unit with the composite of its group; none where a unit is in several groups of the set."""
    from geo.maps import MapLayer

    table = labels.results.spatial["group_scores"]
    table = table[(table["set"] == name) & (table["item"] == TOP)]
    basis = "unit" if (table["basis"] == "unit").any() else "members"
    table = table[table["basis"] == basis]
    found = {
        (int(row["year"]), str(row["group"]), str(row["type"])): plain(row["score"])
        for row in table.to_dict("records")
        if not np.isnan(row["score"])
    }
    if not found or any(len(groups) > 1 for units in held.values() for groups in units.values()):
        return []
    whole = scored_whole(labels) if basis == "unit" else ""
    apart = bool(table["type"].astype(bool).any()) and not whole
    units = labels.results.units
    kinds = dict(zip(units["unit"].astype(str), units["type"].fillna("").astype(str), strict=True))
    filled = {
        year: {unit: found.get((year, groups[0], kinds[unit] if apart else whole)) for unit, groups in members.items()}
        for year, members in held.items()
    }
    label = _say(labels, "column_own" if basis == "unit" else "column_mean")
    return [
        MapLayer(
            f"group-score-{at}", _say(labels, "map_score", name=name or _say(labels, "map_groups_all"), basis=label),
            "score", **in_years(labels, filled), group="group", missing=_say(labels, "map_no_score"),
            note=_say(labels, "map_score_note"), within_type=apart,
        )
    ]  # fmt: skip
