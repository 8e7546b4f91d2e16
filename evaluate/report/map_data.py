"""What the map of a run shows, taken from its results."""

from typing import TYPE_CHECKING

import pandas as pd

from evaluate.report.colours import QUADRANTS
from evaluate.report.exploratory import exploratory_layers
from evaluate.report.map_flows import flows_of
from evaluate.report.map_geodetector import geodetector_layers
from evaluate.report.map_groups import group_layers
from evaluate.report.map_measures import measure_layers
from evaluate.report.map_parts import by_year, column, in_years
from evaluate.report.map_patterns import pattern_layers
from evaluate.report.map_regression import regression_layers
from evaluate.report.overlays import overlay_layers, overlays_of
from evaluate.report.parts import Labels
from evaluate.report.tables import caps, excluded_here, tree
from evaluate.report.words import methodology_of
from evaluate.results import Results
from indicators.errors import fault
from indicators.measures import CoControl
from indicators.texts import text

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.maps import MapData, MapLayer, UnitProfile

_TIERS_SHOWN = 7
_POINTS = 150_000


def map_data(results: Results, language: str) -> "MapData":
    """Return what the map shows: scores, grades and states of every scored year, tiers of the rank year, cohorts.

    Args:
        results: A finished run.
        language: `zh` or `en`.

    Raises:
        InputError: The run has no boundaries.
    """
    if results.geometry is None:
        raise fault("map.no_boundaries")
    from geo.maps import MapData

    labels = Labels(results, language)
    manifest = results.manifest
    units = results.units.sort_values("unit")[["unit", "name", "type"]].fillna("").astype(str)
    return MapData(
        title=labels.picked(manifest["title"]),
        subtitle=labels.picked(results.framework.label),
        year=results.rank_year,
        language=language,
        frame=drawable(results.geometry),
        units=units,
        layers=tuple(layer for part in _LAYERS for layer in part(labels)),
        profiles=_profiles(labels),
        type_labels={code: labels.kind(code) for code in labels.types if code},
        notice=labels.picked(manifest["notice"]) if manifest.get("notice") else None,
        tiles=manifest["outputs"].get("tiles"),
        flows=flows_of(labels),
        overlays=overlays_of(labels),
    )


def drawable(frame: "gpd.GeoDataFrame") -> "gpd.GeoDataFrame":
    """Return places in degrees, simplified as far as a page of some megabytes asks for.

    Few units keep twice the usual detail for who zooms in, many get the usual one.
    """
    from geo.simplify import simplify_for_display, tolerance_of

    frame = frame[["unit", "geometry"]]
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].to_crs("EPSG:4326")
    shown = simplify_for_display(frame, tolerance_of(frame) / 2)
    many = shown.geometry.count_coordinates().sum() > _POINTS
    return simplify_for_display(frame) if many else shown


def _say(labels: Labels, name: str, /, **values: object) -> str:
    return text(f"map.{name}", labels.language, **values)


def _within(labels: Labels) -> bool:
    return labels.typed and not labels.results.comparable


def _scores(labels: Labels) -> "list[MapLayer]":
    from geo.maps import MapLayer

    table = labels.results.scores
    depths = dict(tree(labels, labels.types))
    note = _say(labels, "note_within" if _within(labels) else "note_fifths")
    if "year" in methodology_of(labels).references and labels.results.scores["year"].nunique() > 1:
        note = labels.sentences([note, _say(labels, "note_yearly")])
    named = {"composite": _say(labels, "composite")} | {code: labels.code(code) for code in labels.dimensions}
    return [
        MapLayer(
            code, label, "score", **in_years(labels, by_year(labels, table, code)), group="score",
            depth=depths.get(code, -1) + 1, missing=_say(labels, "no_score"), note=note, within_type=_within(labels),
        )
        for code, label in named.items()
    ]  # fmt: skip


def _grades(labels: Labels) -> "list[MapLayer]":
    """One layer with every grade of the methodology, also one that no unit has; none without grades."""
    from geo.maps import Category, MapLayer

    grades = methodology_of(labels).grades
    if grades is None:
        return []
    held = {
        year: {unit: str(int(grade)) for unit, grade in values.items()}
        for year, values in by_year(labels, labels.results.scores, "grade").items()
    }
    codes = range(1, len(grades.cuts) + 2)
    return [
        MapLayer(
            "grade", _say(labels, "grade_layer"), "ordinal", **in_years(labels, held), group="class",
            categories=tuple(Category(str(code), grades.label(code, labels.language)) for code in codes),
            missing=_say(labels, "no_score"),
            note=_say(labels, "note_grade_within") if _within(labels) else "",
        )
    ]  # fmt: skip


def _tiers(labels: Labels) -> "list[MapLayer]":
    """One layer of tiers, the last of them drawn together; none without a robustness analysis."""
    from geo.maps import Category, MapLayer

    if labels.results.robustness is None:
        return []
    tiers = {unit: int(tier) for unit, tier in column(_robust(labels.results), "tier").items()}
    highest = max(tiers.values(), default=0)
    last = min(highest, _TIERS_SHOWN)
    shown = [_say(labels, "tier_label", tier=tier) for tier in range(1, last + 1)]
    if highest > last:
        shown[-1] = _say(labels, "tier_last", tier=last)
    categories = [Category(str(tier), label) for tier, label in enumerate(shown, start=1)]
    return [
        MapLayer(
            "tier", _say(labels, "tier_layer"), "ordinal",
            {unit: str(min(tier, last)) for unit, tier in tiers.items()}, "class",
            categories=tuple(reversed(categories)), missing=_say(labels, "no_score"),
            note=_say(labels, "note_tier" if labels.typed else "note_tier_all"),
        )
    ]  # fmt: skip


def _robust(results: Results) -> pd.DataFrame:
    table = results.rank_robustness
    assert table is not None
    return table


def _quadrants(labels: Labels) -> "list[MapLayer]":
    """One layer for each co-control measure: which of carbon and pollutants fell since the baseline."""
    from geo.maps import Category, MapLayer

    results = labels.results
    table = results.measures
    table = table[table["output"] == "quadrant"]
    names = sorted(set(table["measure"].astype(str)))
    categories = tuple(Category(code, _say(labels, f"quadrant_{code}"), colour) for code, colour in QUADRANTS.items())
    layers = []
    for name in names:
        variables = _measured(labels, name)
        title = "quadrant" if len(names) == 1 else "quadrant_of"
        held = by_year(labels, table[table["measure"].astype(str) == name], "value")
        baseline = results.manifest["period"]["baseline"]
        layers.append(
            MapLayer(
                name, _say(labels, title, label=variables), "nominal", **in_years(labels, held), group="state",
                categories=categories, missing=_say(labels, "no_state"),
                note=_say(labels, "note_quadrant", label=variables, baseline=baseline),
            )
        )  # fmt: skip
    return layers


def _measured(labels: Labels, name: str) -> str:
    """Name the variables that a co-control measure compares."""
    for shown in labels.results.framework.computed.values():
        if isinstance(shown.measure, CoControl) and shown.measure.name == name:
            variables = (shown.measure.carbon, *shown.measure.pollutants)
            return labels.listed(labels.code(code) for code in variables)
    return name


def _types(labels: Labels) -> "list[MapLayer]":
    from geo.maps import Category, MapLayer

    if len(labels.types) < 2:
        return []
    held = {code: kind for code, kind in column(labels.results.units, "type").items() if kind}
    categories = tuple(Category(code, labels.kind(code)) for code in labels.types if code)
    return [
        MapLayer(
            "type", _say(labels, "type_layer"), "nominal", held, "cohort", categories=categories,
            missing=_say(labels, "no_type"), on_card=False,
        )
    ]  # fmt: skip


def _cohorts(labels: Labels) -> "list[MapLayer]":
    from geo.maps import Category, MapLayer

    layers = []
    for name in labels.cohorts:
        held = {unit: _group(value) for unit, value in column(labels.results.units, name).items()}
        categories = tuple(Category(group, group) for group in sorted(set(held.values()), key=_as_numbers_first))
        missing_label = _say(labels, "not_stated")
        layers.append(MapLayer(name, name, "nominal", held, "cohort", categories=categories, missing=missing_label))
    return layers


_LAYERS = (
    _scores, _grades, _tiers, _quadrants, measure_layers, pattern_layers, geodetector_layers, regression_layers,
    exploratory_layers, overlay_layers, group_layers, _types, _cohorts,
)  # fmt: skip


def _group(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _as_numbers_first(group: str) -> tuple[bool, float, str]:
    try:
        number = float(group)
    except ValueError:
        return (True, 0.0, group)
    # a text such as `nan` reads as a number that has no order
    return (False, number, group) if number == number else (True, 0.0, group)


def _profiles(labels: Labels) -> "dict[str, UnitProfile]":
    from geo.maps import UnitProfile

    results = labels.results
    ranking = results.ranking()
    columns = {name: column(ranking, name) for name in ("rank", "rank_in_type", "grade")}
    ranks = _ranks(labels)
    grades = methodology_of(labels).grades
    scored = set(ranking["unit"].astype(str))
    robust = results.robustness is not None
    ranges = {name: column(_robust(results), name) if robust else {} for name in ("p05", "p95", "tier")}
    reasons: dict[str, list[str]] = {}
    gone = excluded_here(labels, "unit")
    for unit, reason in zip(gone["code"].astype(str), gone["reason"].astype(str), strict=True):
        if unit not in scored and reason not in reasons.setdefault(unit, []):
            reasons[unit].append(reason)
    capped = caps(labels)
    found: dict[str, UnitProfile] = {}
    for unit in results.units["unit"].astype(str):
        notes = [_say(labels, "not_scored_because", reason=reason) for reason in reasons.get(unit, [])]
        grade = columns["grade"].get(unit)
        found[unit] = UnitProfile(
            rank=_whole(columns["rank"].get(unit)),
            rank_in_type=_whole(columns["rank_in_type"].get(unit)),
            grade=grades.label(int(grade), labels.language) if grades and grade is not None else "",
            interval=(int(ranges["p05"][unit]), int(ranges["p95"][unit])) if unit in ranges["p05"] else None,
            tier=_whole(ranges["tier"].get(unit)),
            notes=(*notes, *([capped[unit]] if unit in capped else [])),
            ranks=ranks.get(unit, {}),
        )
    return found


def _ranks(labels: Labels) -> dict[str, dict[int, tuple[int | None, int | None]]]:
    """Return rank and rank within the type of every unit in the scored years but the rank year."""
    scores = labels.results.scores
    overall, within = (by_year(labels, scores, name) for name in ("rank", "rank_in_type"))
    found: dict[str, dict[int, tuple[int | None, int | None]]] = {}
    for year, values in within.items():
        for unit in values if year != labels.results.rank_year else ():
            found.setdefault(unit, {})[year] = (_whole(overall[year].get(unit)), _whole(values[unit]))
    return found


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
