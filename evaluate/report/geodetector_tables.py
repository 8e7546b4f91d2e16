"""The figures of the geographical detector to be looked up, and their tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from evaluate.report.parts import Column, Kind, Labels, Table, missing, plain, significant, years_said
from evaluate.report.words import unit_said
from evaluate.spatial.detector.forms import FORMS
from evaluate.spatial_spec import DetectorSpec
from geo.detector import label
from geo.detector.cutting import way_label
from indicators.structure import TOP
from indicators.texts import pick, text

Cells = dict[str, Any]
Part = tuple[str, str]
"""Target and type."""

MARK = "†"
"""Stands behind a factor that the target is made of."""


@dataclass(frozen=True, eq=False)
class Detected:
    """The tables of the geographical detector of a run."""

    labels: Labels

    def say(self, name: str, /, **values: object) -> str:
        """Return a text of the section."""
        return text(f"detector.{name}", self.labels.language, **values)

    @cached_property
    def spec(self) -> DetectorSpec | None:
        """What the assessment asks for."""
        stated = (self.labels.results.manifest["assessment"].get("spatial") or {}).get("geodetector")
        return DetectorSpec.model_validate(stated) if stated else None

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by its name without `detector_`; without rows where the run has none."""
        form = next(form for form in FORMS if form.name == f"detector_{name}")
        held = self.labels.results.spatial.get(form.name)
        return form.frame([]) if held is None else held

    @cached_property
    def year(self) -> int:
        """The year that pictures show: the rank year, or the last one that was looked at."""
        years = {int(year) for year in self.table("samples").query("state == 'defined'")["year"]}
        own = self.labels.results.rank_year
        return own if own in years or not years else max(years)

    @cached_property
    def years(self) -> list[int]:
        """Every year that was looked at."""
        return sorted({int(year) for year in self.table("samples")["year"]})

    @cached_property
    def parts(self) -> list[Part]:
        """Targets and types that the pictures show."""
        held = self.here("samples").query("state == 'defined'")
        return list(zip(held["target"].astype(str), held["type"].astype(str), strict=True))

    def here(self, name: str) -> pd.DataFrame:
        """Return the rows of a table of the year that is shown."""
        table = self.table(name)
        return table[table["year"] == self.year]

    @cached_property
    def what(self) -> str:
        """What the tables are of: the year, and the target where there is one alone."""
        return self._spanning(str(self.year))

    @cached_property
    def spanned(self) -> str:
        """What a table over the years is of."""
        return self._spanning(years_said(self.years))

    def _spanning(self, when: str) -> str:
        targets = list(dict.fromkeys(target for target, _ in self.parts))
        return " · ".join([*([self.target(targets[0])] if len(targets) == 1 else []), when])

    @cached_property
    def unit_of_measure(self) -> str:
        """The unit of measure of the target where there is one alone; empty for a score."""
        spelled = {str(unit) for unit in self.here("samples")["unit_of_measure"]}
        return unit_said(spelled.pop(), self.labels.language) if len(spelled) == 1 and any(spelled) else ""

    def rows(self, name: str, part: Part) -> list[Cells]:
        """Return the rows of a table of one target and type in the year that is shown."""
        table = self.here(name)
        held = table[(table["target"] == part[0]) & (table["type"] == part[1])]
        return [{str(key): plain(value) for key, value in row.items()} for row in held.to_dict("records")]

    def target(self, name: str) -> str:
        """Return what a target is called."""
        return self.labels.say("composite") if name == TOP else self.labels.picked(self._label_of(name))

    def factor(self, name: str, forced: object = "") -> str:
        """Return what a factor is called; marked where the target is made of it."""
        stated, of = self.spec.factors.get(name) if self.spec else None, self._of(name)
        said = stated.label if stated and stated.label else None
        named = (
            self.labels.picked(said) if said else self.labels.say("column_type") if of == "type" else self.target(of)
        )
        return named if missing(forced) else f"{named} {MARK}"

    def _of(self, name: str) -> str:
        stated = self.spec.factors.get(name) if self.spec else None
        return (stated.of if stated else None) or name

    def _label_of(self, name: str) -> object:
        return self.labels.results.framework.label_of(name)

    def kind(self, name: object) -> str:
        """Return what a type is called; empty for all units together."""
        return "" if missing(name) else self.labels.kind(str(name))

    def titled(self, part: Part) -> str:
        """Return what a picture is of."""
        return " · ".join(filter(None, (self.target(part[0]), self.kind(part[1]), str(self.year))))

    def named(self, words: object) -> str:
        """Return states or warnings, parted by blanks, in words."""
        listed = "" if missing(words) else str(words)
        return self.labels.listed(str(pick(label(word), self.labels.language)) for word in listed.split())

    def remark(self, row: Cells) -> str:
        """Return state and warnings of a row in words; nothing where all is well."""
        state = "" if row["state"] == "defined" else row["state"]
        # a small sample is told once, above
        warned = [word for word in (row.get("warnings") or "").split() if word != "small_sample"]
        return self.named(" ".join(filter(None, [state, *warned])))

    def cutting(self, row: Cells) -> str:
        """Return how a factor was cut."""
        if row["kind"] == "categories":
            return self.say("not_cut")
        if missing(row["way"]):
            return ""
        return self.say("cut", way=way_label(row["way"], self.labels.language), classes=row["strata"])

    def stratum(self, row: Cells, unit_of_measure: str) -> str:
        """Return what a stratum is called: its category, or its bounds with their unit of measure."""
        if not missing(row["label"]):
            return self.labels.kind(row["label"]) if self._of(row["factor"]) == "type" else str(row["label"])
        bounds = f"{significant(row['lower'])}–{significant(row['upper'])}"
        unit = unit_said(unit_of_measure, self.labels.language) if unit_of_measure else ""
        return f"{bounds} {unit}".strip()


_IN_UNITS = ("mean", "spread", "low_mean", "high_mean", "mean_first", "mean_second")
"""Columns of numbers in the unit of measure of the target."""


def _where(found: Detected) -> list[Column]:
    several = len({target for target, _ in found.parts}) > 1
    typed = any(kind for _, kind in found.parts)
    columns = [Column("target", found.say("column_target"))] if several else []
    return columns + ([Column("type", found.labels.say("column_type"))] if typed else [])


def _columns(found: Detected, **kinds: Kind) -> list[Column]:
    columns = []
    for key, kind in kinds.items():
        heading = found.say(f"column_{key}")
        if key in _IN_UNITS and found.unit_of_measure:
            heading = found.say("in_units", heading=heading, unit=found.unit_of_measure)
        columns.append(Column(key, heading, kind))
    return columns


def _pair(found: Detected) -> list[Column]:
    return [Column("first", found.say("column_first"), "name"), Column("second", found.say("column_second"))]


def _remark(found: Detected, rows: list[Cells]) -> list[Column]:
    said = any(row["remark"] for row in rows)
    return [Column("remark", found.say("column_remark"), width=40)] if said else []


def _parts(found: Detected, name: str) -> Iterator[tuple[Cells, Cells]]:
    """Yield every row of a table in the year shown, and the cells that say what it is of."""
    for part in found.parts:
        where = {"target": found.target(part[0]), "type": found.kind(part[1])}
        for row in found.rows(name, part):
            yield row, where


def factors(labels: Labels) -> Table:
    """Every factor: how it was cut and what it accounts for, the greatest q first."""
    found = Detected(labels)
    rows: list[Cells] = []
    for part in found.parts:
        held = sorted(found.rows("factors", part), key=lambda row: -1.0 if row["q"] is None else row["q"], reverse=True)
        for row in held:
            rows.append(row | {
                "target": found.target(part[0]), "type": found.kind(part[1]),
                "factor": found.factor(row["factor"], row["forced"]), "cutting": found.cutting(row),
                "remark": found.remark(row),
            })  # fmt: skip
    columns = [
        *_where(found), Column("factor", found.say("column_factor"), "name"),
        *_columns(
            found, cutting="text", n="whole", strata="whole", smallest="whole", q="weight", chance="weight",
            adjusted="weight", p_choice="p", p_permutation="p", p_f_sample="p", p_f_population="p",
        ),
        *_remark(found, rows),
    ]  # fmt: skip
    caption = found.say("factors_caption", what=found.what)
    return Table("detector_factors", caption, tuple(columns), rows, found.say("factors_note"))


def interactions(labels: Labels, most: int | None = None) -> Table:
    """Every pair of factors, the greatest q first; no more than `most` rows, where it is stated."""
    found = Detected(labels)
    rows = []
    for row, where in _parts(found, "interactions"):
        kind = found.named(row["kind"])
        pair = {key: found.factor(row[key], row["forced"]) for key in ("first", "second")}
        rows.append(row | where | pair | {"kind": kind, "remark": found.remark(row)})
    rows.sort(key=lambda row: (row["target"], row["type"], -(row["q"] or 0.0)))
    note = found.say("interactions_note")
    if most is not None and len(rows) > most:
        note = labels.sentences([note, found.say("capped", most=most, count=len(rows))])
        rows = sorted(rows, key=lambda row: -(row["q"] or 0.0))[:most]
    columns = [
        *_where(found), *_pair(found),
        *_columns(
            found, q="weight", chance="weight", kind="text", p_permutation="p", strata="whole", smallest="whole",
            alone="whole",
        ),
        *_remark(found, rows),
    ]  # fmt: skip
    caption = found.say("interactions_caption", what=found.what)
    return Table("detector_interactions", caption, tuple(columns), rows, note)


def strata(labels: Labels) -> Table:
    """The strata of every factor, with their means."""
    found = Detected(labels)
    rows = []
    for part in found.parts:
        spelled = {row["factor"]: row["unit_of_measure"] or "" for row in found.rows("factors", part)}
        for row in found.rows("strata", part):
            rows.append(row | {
                "target": found.target(part[0]), "type": found.kind(part[1]),
                "factor": found.factor(row["factor"], row["forced"]),
                "bounds": found.stratum(row, spelled.get(row["factor"], "")),
                "spread": None if row["variance"] is None else row["variance"] ** 0.5,
            })  # fmt: skip
    columns = [
        *_where(found), Column("factor", found.say("column_factor"), "name"),
        *_columns(found, stratum="whole", bounds="text", n="whole", mean="number", spread="number"),
    ]  # fmt: skip
    caption = found.say("strata_caption", what=found.what)
    return Table("detector_strata", caption, tuple(columns), rows, found.say("strata_note"))


def risks(labels: Labels) -> Table:
    """By factor: the strata with the least and the greatest mean, and how many pairs of strata differ."""
    found = Detected(labels)
    rows: list[Cells] = []
    for part in found.parts:
        spelled = {row["factor"]: row["unit_of_measure"] or "" for row in found.rows("factors", part)}
        pairs = found.rows("risks", part)
        held: dict[str, list[Cells]] = {}
        for row in found.rows("strata", part):
            held.setdefault(row["factor"], []).append(row)
        for name, mine in held.items():
            tested = [row for row in pairs if row["factor"] == name]
            ordered = sorted(mine, key=lambda row: row["mean"])
            low, high = ordered[0], ordered[-1]
            rows.append({
                "target": found.target(part[0]), "type": found.kind(part[1]),
                "factor": found.factor(name, mine[0]["forced"]), "strata": len(mine),
                "low": found.stratum(low, spelled[name]), "low_mean": low["mean"],
                "high": found.stratum(high, spelled[name]), "high_mean": high["mean"],
                "apart": sum(row["significant"] for row in tested) if tested else None,
                "tested": sum(row["state"] == "defined" for row in tested) if tested else None,
            })  # fmt: skip
    columns = [
        *_where(found), Column("factor", found.say("column_factor"), "name"),
        *_columns(
            found, strata="whole", low="text", low_mean="number", high="text", high_mean="number", apart="whole",
            tested="whole",
        ),
    ]  # fmt: skip
    level = f"{found.spec.level:g}" if found.spec else ""
    caption = found.say("risks_caption", what=found.what)
    return Table("detector_risk_summary", caption, tuple(columns), rows, found.say("risks_note", level=level))


def by_year(labels: Labels) -> Table:
    """What every factor accounts for by year; without rows where a single year was looked at."""
    found = Detected(labels)
    table, rows = found.table("factors"), []
    if len(found.years) > 1:
        for (target, kind, factor), held in table.groupby(["target", "type", "factor"], sort=False):
            values = {f"q_{int(year)}": plain(q) for year, q in zip(held["year"], held["q"], strict=True)}
            cells = {f"q_{year}": None for year in found.years} | values
            named = found.factor(str(factor), held["forced"].iloc[0])
            rows.append({"target": found.target(str(target)), "type": found.kind(kind), "factor": named} | cells)
    columns = [*_where(found), Column("factor", found.say("column_factor"), "name")]
    columns += [Column(f"q_{year}", f"q {year}", "weight") for year in found.years]
    return Table(
        "detector_years", found.say("years_caption", what=found.spanned), tuple(columns), rows, found.say("years_note")
    )


def ecological(labels: Labels) -> Table:
    """Pairs of factors of which one accounts for significantly more."""
    found = Detected(labels)
    rows = [
        row | where | {key: found.factor(row[key], row["forced"]) for key in ("first", "second")}
        for row, where in _parts(found, "ecological")
        if row["significant"]
    ]
    columns = [
        *_where(found), *_pair(found),
        *_columns(found, f="number", p="p"),
    ]  # fmt: skip
    caption = found.say("ecological_caption", what=found.what)
    return Table("detector_ecological", caption, tuple(columns), rows, found.say("ecological_note"))


def tried(labels: Labels) -> Table:
    """The whole table of q: every variable × way of cutting × number of classes."""
    found = Detected(labels)
    rows = []
    for row, where in _parts(found, "q"):
        rows.append(row | where | {
            "factor": found.factor(row["variable"], row["forced"]),
            "way": way_label(row["way"], labels.language), "taken": found.say("taken") if row["chosen"] else "",
            "remark": found.remark(row),
        })  # fmt: skip
    columns = [
        *_where(found), Column("factor", found.say("column_factor"), "name"),
        *_columns(
            found, way="text", classes_asked="whole", classes="whole", q="weight", adjusted="weight",
            smallest="whole", taken="text", breaks="text",
        ),
        *_remark(found, rows),
    ]  # fmt: skip
    return Table("detector_q", found.say("tried_caption", what=found.what), tuple(columns), rows)


def pairs_of_strata(labels: Labels) -> Table:
    """Every two strata of every factor compared."""
    found = Detected(labels)
    rows = []
    for part in found.parts:
        spelled = {row["factor"]: row["unit_of_measure"] or "" for row in found.rows("factors", part)}
        said = {
            (row["factor"], row["stratum"]): found.stratum(row, spelled[row["factor"]])
            for row in found.rows("strata", part)
        }
        for row in found.rows("risks", part):
            rows.append(row | {
                "target": found.target(part[0]), "type": found.kind(part[1]),
                "factor": found.factor(row["factor"], row["forced"]),
                "low": said[row["factor"], row["first"]], "high": said[row["factor"], row["second"]],
                "remark": found.remark(row),
            })  # fmt: skip
    columns = [
        *_where(found), Column("factor", found.say("column_factor"), "name"),
        Column("low", found.say("column_first_stratum")), Column("high", found.say("column_second_stratum")),
        *_columns(
            found, mean_first="number", mean_second="number", n_first="whole", n_second="whole", t="signed",
            freedom="number", p="p",
        ),
        *_remark(found, rows),
    ]  # fmt: skip
    return Table("detector_risks", found.say("pairs_caption", what=found.what), tuple(columns), rows)
