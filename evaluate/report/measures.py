"""Every measure of a run in the rank year: what it is, its states counted by type, its numbers summarised."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from evaluate.report.co_control import MARK
from evaluate.report.parts import Column, Kind, Labels, Table
from indicators.evaluation import evaluate
from indicators.formula import parse
from indicators.framework_check import surroundings
from indicators.measures import BaseMeasure, CouplingCoordination
from indicators.synergy.labels import model_label
from indicators.texts import text
from indicators.units import said_in, spelled_out

_OF_SUBSYSTEMS = ("subsystem_", "order_", "change_")
"""How the outputs begin that are listed once a subsystem."""


@dataclass(frozen=True)
class Shown:
    """One measure of a framework; several indicators may take outputs of it."""

    label: str
    measure: BaseMeasure
    codes: tuple[str, ...]
    scored: bool
    """Whether an indicator takes its values from it; else it stands beside the composite."""


def shown(labels: Labels) -> list[Shown]:
    """Return the measures in the order of the framework, those that are scored first."""
    framework = labels.results.framework
    users: dict[str, list[str]] = {}
    measures: dict[str, BaseMeasure] = {}
    for code, computed in framework.computed.items():
        if computed.measure is not None:
            users.setdefault(computed.measure.name, []).append(code)
            measures.setdefault(computed.measure.name, computed.measure)
    return [
        Shown(
            labels.listed(labels.code(code) for code in codes), measures[name], tuple(codes),
            any(code in framework.indicators for code in codes),
        )
        for name, codes in users.items()
    ]  # fmt: skip


def method_said(labels: Labels, measure: BaseMeasure) -> str:
    """Return what a measure is called, with its model where there are several."""
    said = text(f"measures.method_{measure.method}", labels.language)
    if isinstance(measure, CouplingCoordination):
        said += " · " + labels.picked(model_label(measure.model))
    return said


def output_said(labels: Labels, output: str) -> str:
    """Return what an output is called."""
    for head in _OF_SUBSYSTEMS:
        if output.startswith(head):
            return text(f"measures.output_{head}of", labels.language, code=output.removeprefix(head))
    return text(f"measures.output_{output}", labels.language)


def listing(labels: Labels) -> Table:
    """One row a measure: what it is called, whether it is scored, and every parameter, defaults too."""
    rows = [
        {
            "label": one.label,
            "code": ", ".join(one.codes),
            "use": labels.say("measure_scored" if one.scored else "measure_beside"),
            "method": method_said(labels, one.measure),
            "stated": one.measure.parameters,
            "source": one.measure.source,
        }
        for one in shown(labels)
    ]
    columns = (
        Column("label", labels.say("column_measure"), "name"),
        Column("code", labels.say("column_code"), "code"),
        Column("use", labels.say("column_measure_use")),
        Column("method", labels.say("column_measure_method"), width=30),
        Column("stated", labels.say("column_measure_stated"), width=60),
        Column("source", labels.say("column_measure_source"), width=40),
    )
    return Table("measures", labels.say("measures_caption"), columns, rows)


def states(labels: Labels) -> Table:
    """One row a measure and state: how many units of each type are in it in the rank year."""
    kinds = labels.types if labels.typed else []
    rows: list[dict[str, Any]] = []
    for one, output, held in _outputs(labels):
        if output not in one.measure.states:
            continue
        counted = Counter(zip(held["value"].astype(str), held["kind"], strict=True))
        total = Counter(held["value"].astype(str))
        by_grade = output == "grade"
        for state in sorted(total, key=lambda state: (0 if by_grade else -total[state], _order(state))):
            rows.append({
                "label": marked(labels, one, output), "method": method_said(labels, one.measure),
                "output": output_said(labels, output),
                "state": labels.picked(one.measure.label_of_state(output, state)), "count": total[state],
                **{f"kind_{kind}": counted[state, kind] for kind in kinds},
            })  # fmt: skip
    columns = (
        *_named(labels),
        Column("state", labels.say("column_state"), width=40),
        Column("count", labels.say("column_count"), "whole"),
        *(Column(f"kind_{kind}", labels.kind(kind), "whole") for kind in kinds),
    )
    caption, note = labels.say("measure_states_caption", year=labels.results.rank_year), _note(labels, rows)
    return Table("measure_states", caption, columns, rows, note)


def numbers(labels: Labels) -> Table:
    """One row a measure, numeric output and type: how many units have a number, and where it lies."""
    rows: list[dict[str, Any]] = []
    for one, output, held in _outputs(labels):
        if output in one.measure.states:
            continue
        label, values = marked(labels, one, output), pd.to_numeric(held["value"], errors="coerce")
        for kind in labels.types:
            here = values[(held["kind"] == kind) & np.isfinite(values)]
            found = (here.median(), here.min(), here.max()) if len(here) else (None, None, None)
            rows.append({
                "label": label, "method": method_said(labels, one.measure),
                "output": output_said(labels, output),
                "unit": _unit(labels, one.measure, output), "kind": kind, "type": labels.kind(kind), "n": len(here),
                **dict(zip(("median", "least", "most"), map(_plain, found), strict=True)),
            })  # fmt: skip
    figures: dict[str, Kind] = {"n": "whole", "median": "number", "least": "number", "most": "number"}
    columns = (
        *_named(labels),
        Column("unit", labels.say("column_unit_of_measure")),
        *([Column("type", labels.say("column_type"))] if labels.typed else []),
        *(Column(name, labels.say(f"column_measure_{name}"), kind) for name, kind in figures.items()),
    )
    caption = labels.say("measure_numbers_caption", year=labels.results.rank_year)
    note = labels.sentences([labels.say("measure_numbers_note"), _note(labels, rows)])
    return Table("measure_numbers", caption, columns, rows, note)


def marked(labels: Labels, one: Shown, output: str) -> str:
    """Return the label of a measure, with a † where the figures of an output of the rank year touch a break."""
    return f"{one.label} {MARK}" if touched(labels, one.measure.formulas_of(output).values()) else one.label


def touched(labels: Labels, formulas: Iterable[str]) -> bool:
    """Return whether figures of the rank year that rest on some formulas touch a break in the statistics.

    Args:
        labels: of the run; the baseline year is that of its record.
        formulas: over variables of its framework; without any, nothing is touched.
    """
    around = surroundings(labels.results.framework)
    if around is None:
        return False
    around = replace(
        around, years=(labels.results.rank_year,), baseline=labels.results.manifest["period"]["baseline"],
        breaks=labels.results.framework.breaks(),
    )  # fmt: skip
    return any(evaluate(parse(formula), around).marks for formula in formulas)


def _note(labels: Labels, rows: Iterable[Mapping[str, Any]]) -> str:
    return labels.say("measure_marked_note") if any(str(row["label"]).endswith(MARK) for row in rows) else ""


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def _named(labels: Labels) -> tuple[Column, ...]:
    return (
        Column("label", labels.say("column_measure"), "name"),
        Column("method", labels.say("column_measure_method")),
        Column("output", labels.say("column_measure_output")),
    )


def _outputs(labels: Labels) -> Iterator[tuple[Shown, str, pd.DataFrame]]:
    """Yield every output of every measure with its filled cells of the rank year: `value`, `kind`."""
    results = labels.results
    table = results.measures
    table = table[table["year"] == results.rank_year]
    kinds = results.units.set_index(results.units["unit"].astype(str))["type"].fillna("").astype(str)
    named = {name: rows for name, rows in table.groupby(table["measure"].astype(str))}
    for one in shown(labels):
        rows = named.get(one.measure.name)
        for output in one.measure.listed if rows is not None else ():
            assert rows is not None
            held = rows[(rows["output"] == output) & rows["value"].notna() & (rows["value"].astype(str) != "")]
            kind = held["unit"].astype(str).map(kinds).fillna("")
            yield one, output, pd.DataFrame({"value": held["value"].to_numpy(), "kind": kind.to_numpy()})


def _order(state: str) -> tuple[int, str]:
    """Return by what states that are equally frequent are ordered: a grade by its number."""
    number = state.rpartition("_")[2]
    return (int(number) if number.isdecimal() else 0, state)


def _unit(labels: Labels, measure: BaseMeasure, output: str) -> str:
    """Return the unit of measure of an output as `measures.csv` holds it."""
    around = surroundings(labels.results.framework)
    if around is None:
        return ""
    return said_in(spelled_out(evaluate(parse(measure.like(output)), around).measure), labels.language)
