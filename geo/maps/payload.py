"""The data of the page: one JSON text, sorted by unit, that no name can break out of."""

import json
import math
from collections.abc import Mapping
from statistics import median
from typing import Any

from geo.maps.colours import CLASSES, Swatch, fifths, swatches
from geo.maps.data import MapData, MapLayer, UnitProfile
from geo.maps.shapes import anchor, digits_for, encode, is_sparse
from indicators.texts import catalogue, text

# Texts that the page's script shows; their places are filled there.
SCRIPT_TEXTS = (
    "all_units", "bar_median", "bar_median_all", "class_share", "close", "grade", "interval",
    "interval_value", "legend_range", "limits_by_type", "list_comma", "list_count", "list_more",
    "list_none", "map_label", "no_score", "off_map_mark", "profile", "rank", "rank_in_type",
    "rank_value", "scale_note", "shown_layer", "shown_types", "tier", "tier_value", "zoom_in",
    "zoom_out",
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
    numbers = [v for layer in data.layers if layer.kind == "score" for v in _numbers(layer).values()]
    decimals = _decimals(numbers)
    return {
        "texts": {name: catalogue("map")[name][data.language] for name in SCRIPT_TEXTS},
        "language": data.language,
        "year": data.year,
        "digits": digits,
        "decimals": decimals,
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
        "layers": [_layer(layer, codes, types, order, decimals, data.language) for layer in data.layers],
    }


def type_order(data: MapData) -> list[str]:
    """Return the types that occur, in the order of their labels; none when there is nothing to tell apart."""
    used = {str(code) for code in data.units["type"]}
    known = [code for code in data.type_labels if code in used]
    order = known + sorted(used - set(known))
    return [] if order == [""] else order


def _layer(
    layer: MapLayer,
    codes: list[str],
    types: Mapping[str, str],
    order: list[str],
    decimals: int,
    language: str,
) -> dict[str, Any]:
    labels = [text(f"map.fifth_{i + 1}", language) for i in range(CLASSES)]
    within = layer.within_type and bool(order)
    entries, index = swatches(layer, labels, catalogue("map")["other_groups"][language])
    found: dict[str, Any] = {
        "label": layer.label,
        "kind": layer.kind,
        "group": layer.group,
        "depth": layer.depth,
        "missing": layer.missing or text("map.no_value", language),
        "note": layer.note,
        "within": within,
        "card": layer.on_card,
        "legend": [_swatch(entry) for entry in entries],
    }
    if layer.kind != "score":
        # The card names the category itself, also where the legend merges several into one.
        own = {category.code: i for i, category in enumerate(layer.categories)}
        values = [layer.values.get(code) for code in codes]
        return found | {
            "labels": [category.label for category in layer.categories],
            "class": [index.get(str(value), -1) for value in values],
            "value": [own.get(str(value), -1) for value in values],
        }
    scores = {code: value for code, value in _numbers(layer).items() if code in types}
    classes = fifths(scores, types if within else None)
    groups = {code: order.index(types[code]) for code in scores} if within else dict.fromkeys(scores, 0)
    shown = {code: round(value, decimals + 4) for code, value in scores.items()}
    peers = [[v for code, v in shown.items() if not order or types[code] == one] for one in (order or [""])]
    return found | {
        "class": [classes.get(code, -1) for code in codes],
        "value": [shown.get(code) for code in codes],
        "ranges": [
            _ranges(shown, classes, [code for code in shown if groups[code] == g])
            for g in range(len(order) if within else 1)
        ],
        "medians": [round(median(values), decimals + 4) if values else None for values in peers],
    }


def _ranges(
    scores: Mapping[str, float], classes: Mapping[str, int], members: list[str]
) -> list[tuple[float, float] | None]:
    held = [[scores[code] for code in members if classes[code] == k] for k in range(CLASSES)]
    return [(min(values), max(values)) if values else None for values in held]


def _swatch(entry: Swatch) -> dict[str, str]:
    return {"label": entry.label, "colour": entry.colour, "stripe": entry.stripe}


def _numbers(layer: MapLayer) -> dict[str, float]:
    """Return the finite scores, to 10 significant digits as the run's tables hold them."""
    return {
        unit: float(f"{value:.10g}")
        for unit, value in layer.values.items()
        if value is not None and not isinstance(value, str) and math.isfinite(value)
    }


def _decimals(numbers: list[float]) -> int:
    """Return how many decimals tell scores apart: one for 0–100, three for 0–1."""
    span = max(numbers) - min(numbers) if numbers else 100.0
    return 1 if span > 20 else 2 if span > 2 else 3


def _scale(numbers: list[float]) -> tuple[float, float]:
    """Return what the bars of a profile reach from and to: 0–1, 0–100, or the range of the scores."""
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 100.0)
    if low < 0 or high > 100:
        return (math.floor(low), math.ceil(high))
    return (0.0, 1.0) if high <= 1 else (0.0, 100.0)


def _profile(profile: UnitProfile | None) -> dict[str, Any]:
    if profile is None:
        return {}
    shown = {
        "rank": profile.rank,
        "rankInType": profile.rank_in_type,
        "grade": profile.grade,
        "interval": profile.interval,
        "tier": profile.tier,
        "notes": profile.notes,
    }
    return {key: value for key, value in shown.items() if value not in (None, "", ())}
