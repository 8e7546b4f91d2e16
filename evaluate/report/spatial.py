"""Sections of the spatial analyses: each stands in the report where the assessment asks for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from evaluate.report.parts import Labels, Table
from indicators.texts import pick, text


@dataclass(frozen=True)
class Picture:
    """A picture with its heading and the sentence that says what is seen."""

    title: str
    said: str
    drawing: Markup


@dataclass(frozen=True)
class Told:
    """What a section shows, in this order; tables without rows are left out, `details` are folded away."""

    said: list[str]
    notes: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    details: list[Table] = field(default_factory=list)
    further: list[Table] = field(default_factory=list)
    """Of the workbook alone: too long for a page."""
    warned: list[str] = field(default_factory=list)
    """What must not be overlooked, in a box above all else."""


def rule_said(labels: Labels, name: str) -> str:
    """Return what a rule of neighbourhood is called: its label, else its name; a default rule has a text of its own."""
    stated = (labels.results.manifest["assessment"].get("spatial") or {}).get("neighbours")
    if stated is None:
        kind, _, k = name.partition("_")
        return text(f"patterns.default_{kind}", labels.language, k=k)
    label = stated[name].get("label")
    return str(pick(label, labels.language)) if label else name


Section = Callable[[Labels], Told | None]


def spatial_sections(labels: Labels) -> Mapping[str, Told]:
    """Return the sections that the run has something for, by name, in the order of the page."""
    from evaluate.report.exploratory import exploratory
    from evaluate.report.geodetector import geodetector
    from evaluate.report.groups import groups
    from evaluate.report.overlays import overlays
    from evaluate.report.patterns import patterns
    from evaluate.report.regressions import regressions
    from evaluate.report.space_time import space_time

    made: dict[str, Section] = {
        "patterns": patterns, "geodetector": geodetector, "local_regression": regressions, "local_weights": exploratory,
        "space_time": space_time, "groups": groups, "overlays": overlays,
    }  # fmt: skip
    told = {name: section(labels) for name, section in made.items()}
    return {name: found for name, found in told.items() if found is not None}


def spatial_tables(labels: Labels) -> list[tuple[str, Table]]:
    """Return the tables of these sections for the workbook; of two with one code the later one, which is whole."""
    held = {
        table.code: table
        for told in spatial_sections(labels).values()
        for table in (*told.tables, *told.details, *told.further)
    }
    return list(held.items())
