"""Layers of the map for the states of measures: decoupling, coordination, joint performance, synergy degree."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evaluate.report.colours import DARK, DARK_STRIPES, LIGHT_STRIPES, ORDINARY, QUADRANTS, UNDEFINED
from evaluate.report.map_parts import by_year, in_years
from evaluate.report.measures import Shown, method_said, output_said, shown
from evaluate.report.parts import Labels
from indicators.measures import CouplingCoordination, Decoupling, JointPerformance, SynergyDegree
from indicators.synergy.labels import coordination_label
from indicators.texts import text

if TYPE_CHECKING:
    from geo.maps import MapLayer

# Okabe & Ito (2008): told apart by colour-blind readers; greys, striped, for what is undefined or on a border.
_GOOD, _FAIR, _POOR, _BAD = QUADRANTS.values()
_NEGATIVE, _NO_BASE, _TOO_LARGE = (UNDEFINED, LIGHT_STRIPES), (UNDEFINED, DARK_STRIPES), (DARK, LIGHT_STRIPES)
LOOKS: Mapping[type, Mapping[str, tuple[str, str]]] = {
    Decoupling: {
        "strong_decoupling": (_GOOD, ""), "weak_decoupling": (_FAIR, ""), "expansive_coupling": ("#f0e442", ""),
        "expansive_negative_decoupling": (_POOR, ""), "recessive_decoupling": ("#0072b2", ""),
        "recessive_coupling": (DARK, ""), "weak_negative_decoupling": ("#cc79a7", ""),
        "strong_negative_decoupling": (_BAD, ""),
        "no_growth_emission_falls": (UNDEFINED, _GOOD), "no_growth_emission_rises": (UNDEFINED, _BAD),
        "no_growth_no_change": (UNDEFINED, ""), "emission_appears": (ORDINARY, _BAD), "no_emission": (ORDINARY, ""),
        "zero_activity_base": _NO_BASE, "negative": _NEGATIVE,
    },
    JointPerformance: {
        "all_reduced": (_GOOD, ""), "some_reduced": (_POOR, ""), "none_reduced": (_BAD, ""),
        "zero_base": _NO_BASE, "negative": _NEGATIVE, "too_large": _TOO_LARGE,
    },
    SynergyDegree: {
        "all_rise": (_GOOD, ""), "mixed": (_POOR, ""), "one_unchanged": (_FAIR, ""), "none_changed": (DARK, ""),
        "all_fall": (_BAD, ""), "no_start": (UNDEFINED, ""), "no_range": _NO_BASE,
    },
}  # fmt: skip
"""Colour and stripes of every `state` of a measure, in the order of the legend."""


def measure_layers(labels: Labels) -> "list[MapLayer]":
    """Return one layer of the scored years for each measure that has states to be coloured by, scored or beside."""
    layers = []
    for one in shown(labels):
        if isinstance(one.measure, CouplingCoordination):
            layers.append(_grades(labels, one))
        elif type(one.measure) in LOOKS:
            layers.append(_states(labels, one, LOOKS[type(one.measure)]))
    return layers


def _states(labels: Labels, one: Shown, looks: Mapping[str, tuple[str, str]]) -> "MapLayer":
    from geo.maps import Category, MapLayer

    categories = tuple(
        Category(state, labels.picked(one.measure.label_of_state("state", state)), *look)
        for state, look in looks.items()
    )
    return MapLayer(
        f"{one.codes[0]}.state", _title(labels, one, "state"), "nominal",
        **in_years(labels, _held(labels, one, "state")), group="state", categories=categories,
        missing=text("map.no_state", labels.language), note=_note(labels, one),
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
