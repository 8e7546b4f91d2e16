"""What drove the emissions: effects by driver and emission, and which drivers lower carbon and pollutants alike."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from evaluate.decomposed import emission_label
from evaluate.report.parts import Column, Labels, Table, missing, plain
from indicators.decomposed import DecompositionSpec
from indicators.texts import pick
from indicators.units import said_in

MARK = "†"
_COUNTED = ("both_fall", "one", "both_rise")


@dataclass(frozen=True)
class Shown:
    """One decomposition of a run."""

    code: str
    title: str
    lines: list[str]
    """What it decomposes, of whom, and by whose identity."""
    note: str
    """What the marks mean; empty without a break."""
    table: Table
    steps: pd.DataFrame
    """The additive steps of all units together."""
    emissions: dict[str, str]
    """Names by code, marked where a break is crossed."""
    drivers: dict[str, str]
    """Names by code, in the order of the identity."""
    units: dict[str, str]
    """Units of measure by emission, in the reader's language."""


def decompositions(labels: Labels) -> list[Shown]:
    """Return every decomposition of a run; none where there is none."""
    if labels.results.decomposition is None:
        return []
    return [_shown(labels, code) for code in labels.results.framework.decompositions]


def joined(labels: Labels, shown: list[Shown]) -> Table:
    """Return the tables of all decompositions as one, for the workbook; columns of emissions stand side by side."""
    columns = {column.key: column for one in shown for column in one.table.columns}
    first = Column("decomposition", labels.say("column_decomposition"), "name")
    rows = [
        {"decomposition": one.title, **dict.fromkeys(columns), **row} for one in shown for row in one.table.rows
    ]  # fmt: skip
    notes = labels.sentences(dict.fromkeys(one.note for one in shown if one.note))
    return Table("drivers", labels.say("section_drivers"), (first, *columns.values()), rows, notes)


def steps(labels: Labels) -> Table:
    """Every step from year to year of all units together and of each type, for the workbook."""
    table = labels.results.decomposition
    rows = []
    for record in [] if table is None else _records(table[(table["unit"] == "") & (table["span"] == "step")]):
        if record["kind"] != "additive" or not missing(record["sector"]):
            continue
        code, effect, start = str(record["decomposition"]), plain(record["effect"]), plain(record["start"])
        rows.append({
            "decomposition": _title(labels, code), "type": _kind(labels, record["type"]),
            "emission": _emission(labels, code, str(record["emission"])), "from": plain(record["from"]),
            "to": plain(record["to"]), "driver": _drivers(labels, code)[str(record["driver"])], "effect": effect,
            "share": effect / start if effect is not None and start else None,
            "unit_of_measure": record["unit_of_measure"], "count": plain(record["units"]),
            "state": labels.say(f"driver_state_{record['state']}"),
        })  # fmt: skip
    columns = (
        Column("decomposition", labels.say("column_decomposition"), "name"),
        *([Column("type", labels.say("column_type"))] if labels.typed else []),
        Column("emission", labels.say("column_emission")),
        Column("from", labels.say("column_from_year"), "code"),
        Column("to", labels.say("column_to_year"), "code"),
        Column("driver", labels.say("column_driver")),
        Column("effect", labels.say("column_effect"), "number"),
        Column("share", labels.say("column_share_of_start"), "share"),
        Column("unit_of_measure", labels.say("column_unit_of_measure")),
        Column("count", labels.say("column_count"), "whole"),
        Column("state", labels.say("column_state"), width=30),
    )
    return Table("driver_steps", labels.say("driver_steps_caption"), columns, rows, labels.say("drivers_note"))


def units(labels: Labels) -> Table:
    """The drivers of every unit from the baseline to the rank year, for the workbook."""
    table, directions = labels.results.decomposition, labels.results.common_direction
    held: list[dict[str, Any]] = []
    if table is not None and directions is not None:
        said = {
            tuple(str(r[key]) for key in ("decomposition", "unit", "carbon", "driver")): str(r["direction"])
            for r in reversed(_records(directions[directions["unit"] != ""]))
        }
        for record in _records(table[(table["unit"] != "") & (table["kind"] == "additive")]):
            code, unit, emission = (str(record[key]) for key in ("decomposition", "unit", "emission"))
            driver, effect, start = str(record["driver"]), plain(record["effect"]), plain(record["start"])
            direction = said.get((code, unit, emission, driver), "")
            held.append({
                "decomposition": _title(labels, code), "type": _kind(labels, record["type"]),
                "name": labels.units.get(unit, unit), "unit": unit, "emission": _emission(labels, code, emission),
                "driver": _drivers(labels, code)[driver], "effect": effect,
                "share": effect / start if effect is not None and start else None,
                "unit_of_measure": record["unit_of_measure"],
                "direction": labels.say(f"direction_{direction}") if direction else "",
                "state": labels.say(f"driver_state_{record['state']}"),
            })  # fmt: skip
    columns = (
        Column("decomposition", labels.say("column_decomposition")),
        *([Column("type", labels.say("column_type"))] if labels.typed else []),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        Column("emission", labels.say("column_emission")),
        Column("driver", labels.say("column_driver")),
        Column("effect", labels.say("column_effect"), "number"),
        Column("share", labels.say("column_share_of_start"), "share"),
        Column("unit_of_measure", labels.say("column_unit_of_measure")),
        Column("direction", labels.say("column_direction_of_driver"), width=24),
        Column("state", labels.say("column_state"), width=30),
    )
    return Table("driver_units", labels.say("driver_units_caption"), columns, held, labels.say("drivers_note"))


def _shown(labels: Labels, code: str) -> Shown:
    spec = labels.results.framework.decompositions[code]
    table = labels.results.decomposition
    assert table is not None
    table = table[(table["decomposition"] == code) & (table["unit"] == "") & table["sector"].isna()]
    marks = [mark for mark in labels.results.manifest.get("decomposition_marks", []) if mark["decomposition"] == code]
    broken = {str(mark["emission"]) for mark in marks}
    names = {
        emission: _emission(labels, code, emission) + (f" {MARK}" if emission in broken else "")
        for emission in spec.emissions
    }
    whole = table[(table["type"] == "") & (table["kind"] == "additive")]
    measured = dict(zip(whole["emission"].astype(str), whole["unit_of_measure"].astype(str), strict=True))
    units = {emission: said_in(unit, labels.language) for emission, unit in measured.items()}
    note = _note(labels, code, marks)
    lines = _lines(labels, spec, whole, {emission: _emission(labels, code, emission) for emission in spec.emissions})
    return Shown(
        code, _title(labels, code), lines, note, _signs(labels, code, table, names, units, note),
        whole[whole["span"] == "step"], names, _drivers(labels, code), units,
    )  # fmt: skip


def _lines(labels: Labels, spec: DecompositionSpec, whole: pd.DataFrame, names: dict[str, str]) -> list[str]:
    out = [
        labels.say(
            "identity", emission=names[emission],
            drivers=" × ".join(labels.picked(driver.label) for driver in spec.drivers_of(emission).values()),
        )
        for emission in spec.emissions
    ]  # fmt: skip
    counts = [int(n) for n in whole["units"]]
    if counts:
        years = {"first": int(whole["from"].min()), "last": int(whole["to"].max())}
        total = len(labels.results.units)
        out.append(labels.say("drivers_units", count=counts[0], total=total, **years))
    twice = [names[str(code)] for code in whole[whole["state"] == "counted_twice"]["emission"].unique()]
    if twice:
        out.append(labels.say("drivers_counted_twice", emissions=labels.listed(twice)))
    if spec.source:
        out.append(labels.say("identity_source", source=spec.source))
    return out


def _signs(
    labels: Labels, code: str, table: pd.DataFrame, names: dict[str, str], units: dict[str, str], note: str
) -> Table:
    """One row a driver and type: its effect on each emission, what it lowers, and in how many units it does so."""
    spec, drivers = labels.results.framework.decompositions[code], _drivers(labels, code)
    rank = labels.results.rank_year
    chain = table[(table["span"] == "chain") & (table["to"] == rank)]
    held = {
        tuple(str(r[key]) for key in ("type", "emission", "kind", "driver")): r for r in _records(chain)
    }  # fmt: skip
    carbon, *others = spec.emissions
    kinds = ["", *(kind for kind in labels.types if kind)] if labels.typed else [""]
    rows = []
    for kind in kinds:
        for driver in [*drivers, None]:
            row: dict[str, Any] = {"type": _kind(labels, kind), "driver": drivers.get(driver or "", "")}
            row["dimension"] = driver is None
            if driver is None:
                row["driver"] = labels.say("whole_change")
            for emission in spec.emissions:
                own = driver or next(iter(spec.drivers_of(emission)))
                part, factor = (held.get((kind, emission, k, own)) for k in ("additive", "multiplicative"))
                which = "effect" if driver else "change"
                row[f"effect_{emission}"] = plain(part[which]) if part else None
                grown = plain(factor[which]) if factor else None
                row[f"factor_{emission}"] = None if grown is None else grown - 1
            for other in others:
                row |= _direction(labels, code, kind, (carbon, other), driver)
            if any(row[f"effect_{e}"] is not None for e in spec.emissions):
                rows.append(row)
    columns = [
        *([Column("type", labels.say("column_type"))] if labels.typed else []),
        Column("driver", labels.say("column_driver"), "name"),
    ]
    for emission, name in names.items():
        heading = labels.say("column_effect_in", unit=units.get(emission, ""))
        columns += [
            Column(f"effect_{emission}", heading, "number", name),
            Column(f"factor_{emission}", labels.say("column_factor"), "share", name),
        ]
    for other in others:
        group = labels.say("carbon_and", carbon=_emission(labels, code, carbon), other=names[other])
        columns.append(Column(f"direction_{other}", labels.say("column_direction_of_driver"), "text", group))
        columns += [
            Column(f"{which}_{other}", labels.say(f"column_lowers_{which}"), "whole", group) for which in _COUNTED
        ]
    first = chain["from"].min() if len(chain) else rank
    caption = labels.say("drivers_caption", title=_title(labels, code), first=first, last=rank)
    notes = labels.sentences([labels.say("drivers_note"), note])
    return Table(f"drivers_{code}", caption, tuple(columns), rows, notes)


def _direction(labels: Labels, code: str, kind: str, pair: tuple[str, str], driver: str | None) -> dict[str, Any]:
    """Return what a driver lowers in a group, and in how many of its units both, one or neither."""
    other = pair[1]
    out: dict[str, Any] = {f"direction_{other}": "", **{f"{which}_{other}": None for which in _COUNTED}}
    table = labels.results.common_direction
    if table is None or driver is None:
        return out
    here = table[
        (table["decomposition"] == code) & (table["carbon"] == pair[0]) & (table["pollutant"] == other)
        & (table["driver"] == driver)
    ]  # fmt: skip
    if here.empty:
        return out
    group = here[(here["unit"] == "") & (here["type"] == kind)]
    if len(group):
        out[f"direction_{other}"] = labels.say(f"direction_{group['direction'].iloc[0]}")
    of_units = here[(here["unit"] != "") & ((here["type"] == kind) | (kind == ""))]["direction"]
    out[f"both_fall_{other}"] = int((of_units == "both_fall").sum())
    out[f"one_{other}"] = int(of_units.isin(["carbon_only", "pollutant_only"]).sum())
    out[f"both_rise_{other}"] = int((of_units == "both_rise").sum())
    return out


def _note(labels: Labels, code: str, marks: list[dict[str, Any]]) -> str:
    said: dict[str, None] = {}
    for mark in marks:
        label = _emission(labels, code, str(mark["emission"]))
        why = labels.picked(mark["label"])
        said[labels.say("break_of", label=label, year=mark["break"], why=why)] = None
    return labels.say("drivers_break", breaks=labels.listed(said)) if said else ""


def _title(labels: Labels, code: str) -> str:
    return labels.picked(labels.results.framework.decompositions[code].label)


def _emission(labels: Labels, code: str, emission: str) -> str:
    return str(pick(emission_label(labels.results.framework, code, emission), labels.language))


def _drivers(labels: Labels, code: str) -> dict[str, str]:
    spec = labels.results.framework.decompositions[code]
    said: dict[str, dict[str, None]] = {}
    for emission in spec.emissions:
        for name, driver in spec.drivers_of(emission).items():
            said.setdefault(name, {})[labels.picked(driver.label)] = None
    return {name: " / ".join(names) for name, names in said.items()}


def _kind(labels: Labels, code: object) -> str:
    return labels.kind(str(code)) if code else labels.say("all_units")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in record.items()} for record in table.astype(object).to_dict("records")]
