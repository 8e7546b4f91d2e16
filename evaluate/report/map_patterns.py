"""Layers of the map for spatial patterns: clusters of each item, and whether the rules of neighbourhood agree."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from evaluate.report.colours import CLUSTERS, DARK, DARK_STRIPES, LIGHT_STRIPES, ORDINARY, UNDEFINED
from evaluate.report.map_parts import by_year, in_years
from evaluate.report.parts import Labels
from evaluate.report.patterns_tables import MARKED, Patterns
from geo.autocorrelation.clusters import PLAIN

if TYPE_CHECKING:
    from geo.maps import Category, MapLayer

PARTLY = LIGHT_STRIPES
"""Stripes of a unit that only some rules mark, over the colour of what most of these call it."""
_SOME = "some:"
# Colour and stripes of a unit without a local statistic, by the reason.
STATES = {
    "island": (UNDEFINED, ""), "constant": (UNDEFINED, LIGHT_STRIPES), "too_few": (UNDEFINED, DARK_STRIPES),
    "no_variance": (ORDINARY, DARK_STRIPES),
}  # fmt: skip


def pattern_layers(labels: Labels) -> "list[MapLayer]":
    """Return a layer of clusters under the first rule for each statistic of each item, and one of agreement."""
    found = Patterns(labels)
    local = found.table("local_autocorrelation")
    if local.empty or found.spec is None:
        return []
    first = local[local["rule"] == found.rules[0]]
    layers = []
    for place, ((statistic, item, other), held) in enumerate(first.groupby(["statistic", "item", "other"], sort=False)):
        named = {"item": found.item(str(item), str(other)), "statistic": found.say(f"statistic_{statistic}")}
        layers.append(_clusters(found, f"cluster-{place}", found.say("layer", **named), held))
        agreed = _agreement(found, f"agreement-{place}", named, (str(statistic), str(item), str(other)))
        layers += [agreed] if agreed is not None else []
    return layers


def _clusters(found: Patterns, code: str, title: str, held: pd.DataFrame) -> "MapLayer":
    from geo.maps import MapLayer

    assert found.spec is not None
    control = found.say(f"control_{found.spec.control}", level=f"{found.spec.level:g}")
    present = set(held["cluster"])
    kinds = [kind for kind in (*MARKED, PLAIN, *STATES) if kind in present]
    return MapLayer(
        code, title, "nominal", group="spatial", categories=tuple(_category(found, kind) for kind in kinds),
        missing=found.label("missing"), note=found.say("layer_note", rule=found.rule(found.rules[0]), control=control),
        on_card=False, **in_years(found.labels, _by_year(found, held, "cluster")),
    )  # fmt: skip


def _agreement(found: Patterns, code: str, named: dict[str, str], key: tuple[str, str, str]) -> "MapLayer | None":
    """Return what all rules mark alike, what only some mark, and what none does; None with fewer than three rules."""
    from geo.maps import Category, MapLayer

    table = found.table("cluster_agreement")
    if table.empty:
        return None
    held = table[(table["statistic"] == key[0]) & (table["item"] == key[1]) & (table["other"] == key[2])]
    agree = (held["agreeing"] == held["rules"]) & (held["label"] != "")
    leading = _leading(found, key)
    places = zip(held["year"], held["unit"], strict=True)
    partly = pd.Series([leading.get(at, "disputed") for at in places], held.index, dtype=object)
    shown = held.assign(said=held["label"].where(agree, partly).where(agree | (held["marking"] > 0), PLAIN))
    present = set(shown["said"])
    categories = [_category(found, kind) for kind in MARKED if kind in present]
    striped = [kind for kind in MARKED if f"{_SOME}{kind}" in present]
    categories += [
        Category(f"{_SOME}{kind}", found.say("partly", label=found.label(kind)), CLUSTERS[kind], PARTLY)
        for kind in striped
    ]
    categories += [_category(found, kind) for kind in (PLAIN, *STATES) if kind in present]
    if "disputed" in present:
        categories.append(Category("disputed", found.say("disputed"), DARK))
    note = found.labels.sentences([
        found.say("layer_agreement_note", rules=len(found.rules)), found.say("partly_note") if striped else "",
    ])  # fmt: skip
    return MapLayer(
        code, found.say("layer_agreement", **named), "nominal", group="spatial", categories=tuple(categories),
        missing=found.label("missing"), note=note,
        on_card=False, **in_years(found.labels, _by_year(found, shown, "said")),
    )  # fmt: skip


def _leading(found: Patterns, key: tuple[str, str, str]) -> dict[tuple[int, str], str]:
    """Return what most of the rules that mark a unit call it, by year and unit; none where they are at odds."""
    table = found.table("local_autocorrelation")
    mine = (table["statistic"] == key[0]) & (table["item"] == key[1]) & (table["other"] == key[2])
    marked = table[mine & table["cluster"].isin(MARKED)]
    counts = marked.groupby(["year", "unit", "cluster"]).size().rename("count").reset_index()
    most = counts[counts["count"] == counts.groupby(["year", "unit"])["count"].transform("max")]
    sure = most[~most.duplicated(["year", "unit"], keep=False)]
    return dict(zip(zip(sure["year"], sure["unit"], strict=True), _SOME + sure["cluster"], strict=True))


def _category(found: Patterns, kind: str) -> "Category":
    from geo.maps import Category

    colour, stripe = STATES.get(kind, (CLUSTERS.get(kind, ORDINARY), ""))
    return Category(kind, found.label(kind), colour, stripe)


def _by_year(found: Patterns, held: pd.DataFrame, name: str) -> dict[int, dict[str, Any]]:
    """Return what units are called by year; a unit without a value is left out."""
    return by_year(found.labels, held[held[name] != "missing"], name)
