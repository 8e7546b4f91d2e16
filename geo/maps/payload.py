"""The data of the page: one JSON text, sorted by unit, that no name can break out of."""

import json
import math
from collections.abc import Sequence
from typing import Any

from geo.maps.data import MapData, UnitProfile
from geo.maps.packing import pack
from geo.maps.payload_layers import Frame, decimals_of, finite, layer_payload, slots_of
from geo.maps.payload_over import flows_payload, lines_of, overlay_payload
from geo.maps.shapes import anchor, digits_for, encode, is_sparse
from indicators.texts import catalogue, text

# Texts that the page's script shows; their places are filled there.
SCRIPT_TEXTS = (
    "all_types", "all_units", "any_year", "bar_median", "bar_median_all", "beside", "class_share", "close",
    "compare_off", "compare_on", "course", "course_range", "flow_in", "flow_out", "flow_said", "flow_widest",
    "flows_all", "flows_drawn", "flows_drawn_of", "flows_held", "flows_none", "grade", "interval", "interval_value",
    "legend_range", "legend_span", "legend_unit", "limits_by_type", "list_comma", "list_count", "list_more",
    "list_more_links", "list_none", "map_label", "no_score", "off_map_mark", "one_year_only", "overlay_off",
    "overlay_on", "picture_failed", "picture_saved", "picture_without_tiles", "profile", "rank",
    "rank_in_type", "rank_value", "ranking", "ranking_more", "ranking_none", "ranking_rest",
    "ranking_rest_missing", "ranking_rest_where", "ranking_value", "ranking_within", "scale_note",
    "shared_classes", "shown_layer", "shown_types", "shown_year", "subtitle_year", "tier", "tier_value", "with_unit",
    "zoom_in", "zoom_out",
)  # fmt: skip
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def script_json(value: object) -> str:
    r"""Return JSON that may stand inside a script element whatever it holds.

    >>> script_json("</script>&")
    '"\\u003c/script\\u003e\\u0026"'
    """
    out = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, escaped in _UNSAFE.items():
        out = out.replace(character, escaped)
    return out


def payload(data: MapData) -> dict[str, Any]:
    """Return what the page's script draws from, as plain lists and dictionaries in the order of the codes."""
    units = data.units.sort_values("unit")
    codes = [str(code) for code in units["unit"]]
    types = dict(zip(codes, (str(t) for t in units["type"]), strict=True))
    order = type_order(data)
    digits = digits_for(data.frame)
    places = {
        str(unit): (encode(geometry, digits), anchor(geometry, digits))
        for unit, geometry in zip(data.frame["unit"], data.frame.geometry, strict=True)
        if geometry is not None and not geometry.is_empty
    }
    numbers = [
        number
        for layer in data.layers
        if layer.kind == "score"
        for values in slots_of(layer, data.year).values()
        for number in finite(values).values()
    ]
    frame = Frame(codes, types, order, data.year, years_of(data), decimals_of(numbers), data.language)
    return {
        "texts": {name: catalogue("map")[name][data.language] for name in SCRIPT_TEXTS},
        "language": data.language,
        "subtitle": data.subtitle,
        "years": frame.years,
        "year": frame.years.index(data.year),
        "digits": digits,
        "decimals": frame.decimals,
        "scale": _scale(numbers),
        "tiles": bool(data.tiles),
        "sparse": is_sparse(data.frame),
        "types": [data.type_labels.get(code) or code or text("map.no_type", data.language) for code in order],
        "unit": codes,
        "name": [str(name) for name in units["name"]],
        "type": [order.index(types[code]) if order else 0 for code in codes],
        "shape": [places[code][0] if code in places else None for code in codes],
        "anchor": [places[code][1] if code in places else None for code in codes],
        "profile": [_profile(data.profiles.get(code)) for code in codes],
        "ranks": _ranks(data, frame),
        "layers": [layer_payload(layer, frame) for layer in data.layers],
        "flows": [flows_payload(flows, codes, frame.years, data.year) for flows in data.flows],
        "overlays": [
            overlay_payload(overlay, line, digits)
            for overlay, line in zip(data.overlays, lines_of(data.overlays), strict=True)
        ],
    }


def years_of(data: MapData) -> list[int]:
    """Return the map's own year and every year that a layer or a table of links knows of."""
    known = {data.year}
    known.update(year for layer in data.layers for year in layer.by_year)
    known.update(year for flows in data.flows for year in flows.by_year)
    return sorted(known)


def type_order(data: MapData) -> list[str]:
    """Return the types that occur, in the order of their labels; none when there is nothing to tell apart."""
    used = {str(code) for code in data.units["type"]}
    known = [code for code in data.type_labels if code in used]
    order = known + sorted(used - set(known))
    return [] if order == [""] else order


def _scale(numbers: Sequence[float]) -> tuple[float, float]:
    """Return what the bars of a profile reach from and to: 0–1, 0–100, or the range of the scores."""
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 100.0)
    if low < 0 or high > 100:
        return (math.floor(low), math.ceil(high))
    return (0.0, 1.0) if high <= 1 else (0.0, 100.0)


def _ranks(data: MapData, frame: Frame) -> list[tuple[str, str]]:
    """Return overall ranks and ranks within the type by year, 0 where a unit has none."""
    found = []
    for year in frame.years:
        held = [_ranks_in(data.profiles.get(unit), year, data.year) for unit in frame.units]
        found.append((pack((a or 0 for a, _ in held), signed=False), pack((b or 0 for _, b in held), signed=False)))
    return found


def _ranks_in(profile: UnitProfile | None, year: int, own: int) -> tuple[int | None, int | None]:
    if profile is None:
        return (None, None)
    return (profile.rank, profile.rank_in_type) if year == own else profile.ranks.get(year, (None, None))


def _profile(profile: UnitProfile | None) -> dict[str, Any]:
    if profile is None:
        return {}
    shown = {
        "grade": profile.grade,
        "interval": profile.interval,
        "tier": profile.tier,
        "notes": profile.notes,
    }
    return {key: value for key, value in shown.items() if value not in (None, "", ())}
