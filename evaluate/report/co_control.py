"""Co-control in the rank year: who cuts carbon and pollutants together, by measure, as points and as counts."""

from dataclasses import dataclass
from typing import Any

from evaluate.report.parts import Column, Labels, Table, missing
from indicators.formula import breaks_between
from indicators.measures import CoControl
from indicators.synergy.co_control import QUADRANTS
from indicators.texts import text

MARK = "†"


@dataclass(frozen=True)
class Point:
    """One unit: relative reductions since the baseline, positive where emissions fall."""

    unit: str
    name: str
    kind: str
    pollutant: float
    carbon: float
    state: str


@dataclass(frozen=True)
class Crossed:
    """What of a measure is linked over a break in the statistics: a mark for each reduction, empty where none is."""

    carbon: str
    pollutant: str
    note: str
    """What the marks mean; empty without a break."""


@dataclass(frozen=True)
class Shown:
    """One co-control measure of the rank year."""

    code: str
    """Keeps the picture apart from others on the page."""
    title: str
    carbon: str
    pollutant: str
    """What the axes show, marked where a break lies between baseline and rank year."""
    points: list[Point]
    note: str
    """What the marks mean; empty without a break."""
    counts: Table


def measures(labels: Labels) -> list[Shown]:
    """Return every co-control measure of a run, in the order of the framework; none where there is none."""
    found: dict[str, CoControl] = {}
    for declared in labels.results.framework.computed.values():
        if isinstance(declared.measure, CoControl):
            found.setdefault(declared.measure.name, declared.measure)
    return [_shown(labels, measure, n) for n, measure in enumerate(found.values())]


def units(labels: Labels, shown: list[Shown]) -> Table:
    """One row a unit and measure, for the workbook."""
    rows = [
        {
            "measure": one.title, "kind": point.kind, "type": labels.kind(point.kind), "name": point.name,
            "unit": point.unit, "carbon": point.carbon, "pollutant": point.pollutant,
            "state": state_said(labels, point.state),
        }
        for one in shown
        for point in one.points
    ]  # fmt: skip
    columns = (
        Column("measure", labels.say("column_co_control"), width=36),
        *([Column("type", labels.say("column_type"))] if labels.typed else []),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        Column("carbon", labels.say("column_carbon_reduction"), "share"),
        Column("pollutant", labels.say("column_pollutant_reduction"), "share"),
        Column("state", labels.say("column_quadrant"), width=24),
    )
    notes = list(dict.fromkeys(one.note for one in shown if one.note))
    caption = labels.say("co_control_units", **_period(labels))
    return Table("co_control", caption, columns, rows, labels.sentences(notes))


def crossed(labels: Labels, measure: CoControl, year: int) -> Crossed:
    """Return which reductions from the baseline year to another one cross a break.

    Args:
        labels: of the run; one without a baseline year has no reduction.
        measure: the measure, with its carbon and its pollutants.
        year: the other year, before the baseline year or after it.

    Returns:
        A † for carbon and for pollutants where one of their variables has a break, and the note that says which; each
        an empty text where there is none.
    """
    baseline = labels.results.manifest["period"]["baseline"]
    if baseline is None:
        return Crossed("", "", "")
    variables = labels.results.framework.variables
    on_the_way = {
        code: breaks_between(variables[code].breaks, int(baseline), year)
        for code in (measure.carbon, *measure.pollutants)
    }
    said = [
        labels.say("break_of", label=labels.code(code), year=when, why=labels.picked(variables[code].breaks[when]))
        for when in sorted({when for found in on_the_way.values() for when in found})
        for code, found in on_the_way.items()
        if when in found
    ]
    return Crossed(
        MARK if on_the_way[measure.carbon] else "",
        MARK if any(on_the_way[code] for code in measure.pollutants) else "",
        labels.say("co_control_break", breaks=labels.listed(said)) if said else "",
    )


def state_said(labels: Labels, state: str) -> str:
    """Return the name of a quadrant, as on the map."""
    return text(f"map.quadrant_{state}", labels.language)


def _period(labels: Labels) -> dict[str, object]:
    return {"year": labels.results.rank_year, "baseline": labels.results.manifest["period"]["baseline"]}


def _shown(labels: Labels, measure: CoControl, number: int) -> Shown:
    points = _points(labels, measure.name)
    over = crossed(labels, measure, labels.results.rank_year)
    carbon = labels.say("co_control_reduction", label=labels.code(measure.carbon))
    several = labels.listed(labels.code(code) for code in measure.pollutants)
    key = "co_control_reduction" if len(measure.pollutants) == 1 else "co_control_equivalents"
    pollutant = labels.say(key, label=several)
    title = labels.say("co_control_title", carbon=labels.code(measure.carbon), pollutants=several, **_period(labels))
    title += f" {MARK}" if over.note else ""
    return Shown(
        f"co-control-{number}", title, carbon + over.carbon, pollutant + over.pollutant, points, over.note,
        _counts(labels, points, title),
    )  # fmt: skip


def _points(labels: Labels, name: str) -> list[Point]:
    table = labels.results.measures
    table = table[(table["measure"].astype(str) == name) & (table["year"] == labels.results.rank_year)]
    columns: dict[str, dict[str, Any]] = {}
    for output in ("carbon_reduction", "pollutant_reduction", "quadrant"):
        part = table[table["output"] == output]
        columns[output] = dict(zip(part["unit"].astype(str), part["value"], strict=True))
    kinds = dict(zip(labels.units, labels.results.units["type"].fillna("").astype(str), strict=True))
    return [
        Point(
            unit, labels.units[unit], kinds[unit], float(columns["pollutant_reduction"][unit]),
            float(columns["carbon_reduction"][unit]), str(columns["quadrant"][unit]),
        )
        for unit in labels.units
        if not missing(columns["quadrant"].get(unit))
    ]  # fmt: skip


def _counts(labels: Labels, points: list[Point], title: str) -> Table:
    """Count the units of each type by quadrant."""
    kinds = [kind for kind in labels.types if kind or not labels.typed or "" in {p.kind for p in points}]
    groups: list[tuple[str, list[Point], str | None]] = [
        (labels.kind(kind), [p for p in points if p.kind == kind], kind) for kind in kinds
    ]
    if labels.typed:
        groups.append((labels.say("all_units"), points, None))
    rosters = labels.results.units["type"].fillna("").astype(str)
    rows = []
    for name, held, kind in groups:
        size = len(rosters) if kind is None else int((rosters == kind).sum())
        counted = {state: sum(point.state == state for point in held) for state in QUADRANTS}
        rows.append({"type": name, **counted, "missing": size - len(held), "dimension": kind is None})
    columns = (
        Column("type", labels.say("column_type"), "name"),
        *(Column(state, state_said(labels, state), "whole") for state in QUADRANTS),
        Column("missing", labels.say("column_missing"), "whole"),
    )
    return Table("co_control_counts", labels.say("co_control_counts", title=title), columns, rows)
