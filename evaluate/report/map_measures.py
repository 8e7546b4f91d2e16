"""Layers of the map for the states of measures: decoupling, coordination, joint performance, synergy degree."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evaluate.report.colours import QUADRANTS
from evaluate.report.map_parts import by_year, in_years
from evaluate.report.measures import Shown, method_said, output_said, shown
from evaluate.report.parts import Labels
from indicators.measures import CouplingCoordination, Decoupling, JointPerformance, SynergyDegree
from indicators.synergy.labels import coordination_label
from indicators.texts import text

if TYPE_CHECKING:
    from geo.maps import MapLayer

# Okabe & Ito (2008): told apart by colour-blind readers; greys for what is undefined or on a border.
_GOOD, _FAIR, _POOR, _BAD = QUADRANTS.values()
_GREY, UNDEFINED = "#5f5f5f", "#d9d9d9"
_DECOUPLING = {
    "strong_decoupling": _GOOD, "weak_decoupling": _FAIR, "expansive_coupling": "#f0e442",
    "expansive_negative_decoupling": _POOR, "recessive_decoupling": "#0072b2", "recessive_coupling": _GREY,
    "weak_negative_decoupling": "#cc79a7", "strong_negative_decoupling": _BAD,
}  # fmt: skip
_REDUCED = {"all_reduced": _GOOD, "some_reduced": _POOR, "none_reduced": _BAD}
_ORDER = {
    "all_rise": _GOOD, "mixed": _POOR, "one_unchanged": _FAIR, "none_changed": _GREY, "all_fall": _BAD,
}  # fmt: skip

COLOURS: Mapping[type, tuple[str, Mapping[str, str]]] = {
    Decoupling: ("state", _DECOUPLING),
    JointPerformance: ("state", _REDUCED),
    SynergyDegree: ("state", _ORDER),
}


def measure_layers(labels: Labels) -> "list[MapLayer]":
    """Return one layer of the scored years for each measure that has states to be coloured by, scored or beside."""
    layers = []
    for one in shown(labels):
        if isinstance(one.measure, CouplingCoordination):
            layers.append(_grades(labels, one))
        elif type(one.measure) in COLOURS:
            layers.append(_states(labels, one, *COLOURS[type(one.measure)]))
    return layers


def _states(labels: Labels, one: Shown, output: str, colours: Mapping[str, str]) -> "MapLayer":
    from geo.maps import Category, MapLayer

    held = _held(labels, one, output)
    others = sorted({state for states in held.values() for state in states.values()} - set(colours))
    categories = tuple(
        Category(state, labels.picked(one.measure.label_of_state(output, state)), colours.get(state, UNDEFINED))
        for state in (*colours, *others)
    )
    return MapLayer(
        f"{one.codes[0]}.{output}", _title(labels, one, output), "nominal", **in_years(labels, held), group="state",
        categories=categories, missing=text("map.no_state", labels.language), note=_note(labels, one),
    )  # fmt: skip


def _grades(labels: Labels, one: Shown) -> "MapLayer":
    """Return all ten grades from worst to best; where there is no grade the unit has no colour."""
    from geo.maps import Category, MapLayer

    grades = [f"coordination_{grade}" for grade in range(1, 11)]
    held = {
        year: {unit: state for unit, state in states.items() if state in grades}
        for year, states in _held(labels, one, "grade").items()
    }
    return MapLayer(
        f"{one.codes[0]}.grade", _title(labels, one, "grade"), "ordinal", **in_years(labels, held), group="state",
        categories=tuple(
            Category(code, labels.picked(coordination_label(at + 1))) for at, code in enumerate(grades)
        ),
        missing=text("map.no_state", labels.language), note=_note(labels, one),
    )  # fmt: skip


def _title(labels: Labels, one: Shown, output: str) -> str:
    return text("map.state_of", labels.language, label=one.label, output=output_said(labels, output))


def _note(labels: Labels, one: Shown) -> str:
    return text("map.note_state", labels.language, method=method_said(labels, one.measure))


def _held(labels: Labels, one: Shown, output: str) -> dict[int, dict[str, str]]:
    """Return the states of an output by scored year and unit."""
    table = labels.results.measures
    here = (table["measure"].astype(str) == one.measure.name) & (table["output"] == output)
    held = by_year(labels, table[here], "value")
    return {year: {unit: str(value) for unit, value in values.items()} for year, values in held.items()}
