"""Spatial autocorrelation of a run as tables, for the page and the workbook."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from evaluate.report.dynamics_tables import stored
from evaluate.report.measures import output_said
from evaluate.report.parts import Column, Labels, Table, missing, plain, significant
from evaluate.report.spatial import rule_said
from evaluate.spatial.quantities import output_of
from evaluate.spatial_spec import AutocorrelationSpec
from indicators.texts import catalogue, text

MARKED = ("HH", "LL", "LH", "HL", "hot", "cold", "other_alike", "unlike")
"""What a unit of a cluster is called, in the order of a legend."""
_LISTED = 60
"""Most units of one kind that a row of the page names."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """The tables of spatial autocorrelation, to be looked up; empty where a run has none."""

    labels: Labels

    def say(self, name: str, /, **values: object) -> str:
        """Return a text of the section."""
        return text(f"patterns.{name}", self.labels.language, **values)

    def table(self, name: str) -> pd.DataFrame:
        """Return one table; an empty one where the run has none."""
        return self.labels.results.spatial.get(name, pd.DataFrame())

    def here(self, name: str) -> pd.DataFrame:
        """Return the rows of one table in the rank year."""
        table = self.table(name)
        return table if table.empty else table[table["year"] == self.labels.results.rank_year]

    @cached_property
    def spec(self) -> AutocorrelationSpec | None:
        """What the assessment asked for."""
        stated = (self.labels.results.manifest["assessment"].get("spatial") or {}).get("autocorrelation")
        return AutocorrelationSpec.model_validate(stated) if stated is not None else None

    @property
    def rules(self) -> list[str]:
        """The names of the rules in the order of the assessment."""
        table = self.table("neighbour_rules")
        return [] if table.empty else [str(name) for name in table["rule"]]

    def rule(self, name: str) -> str:
        """Return what a rule is called."""
        return rule_said(self.labels, name)

    def quantity(self, name: str) -> str:
        """Return what a value is called."""
        found = output_of(self.labels.results.framework, name)
        if found is None:
            return self.labels.code(name)
        code = name.partition(".")[0]
        return self.say("output", label=self.labels.code(code), output=output_said(self.labels, found[1]))

    def axis(self, name: str) -> str:
        """Return what a value is called along an axis: where room ends, outputs of one measure still differ."""
        found = output_of(self.labels.results.framework, name)
        if found is None:
            return self.labels.code(name)
        label = self.labels.code(name.partition(".")[0])
        return self.say("scatter_output", label=label, output=output_said(self.labels, found[1]))

    def item(self, name: str, other: str) -> str:
        """Return what an item or a pair is called."""
        if not other:
            return self.quantity(name)
        one, two = (output_of(self.labels.results.framework, end) for end in (name, other))
        code = name.partition(".")[0]
        if one is not None and two is not None and code == other.partition(".")[0]:
            ends = {"here": output_said(self.labels, one[1]), "around": output_said(self.labels, two[1])}
            return self.say("output", label=self.labels.code(code), output=self.say("pair", **ends))
        return self.say("pair", here=self.quantity(name), around=self.quantity(other))

    def label(self, code: str) -> str:
        """Return what a unit on a cluster map is called, or why nothing can be said about it."""
        return text(f"autocorrelation.{code.lower()}", self.labels.language) if code else ""

    def state(self, code: str) -> str:
        """Return the name of a state; nothing where all is well."""
        return "" if code == "defined" else self.say(f"state_{code}")

    def category(self, item: str, code: str) -> str:
        """Return what a category of join counts is called."""
        if item == "type":
            return self.labels.kind(code)
        is_column = item in self.labels.cohorts
        return code if is_column else text(f"map.quadrant_{code}", self.labels.language)

    def items(self, table: pd.DataFrame) -> list[tuple[str, str]]:
        """Return the items of a table in its order."""
        return [] if table.empty else list(dict.fromkeys(zip(table["item"], table["other"], strict=True)))


def number(value: object) -> float | None:
    """Return a number as the run folder holds it, so that a run read back looks the same; None where there is none."""
    return None if missing(value) else stored(plain(value))


def rules(labels: Labels) -> Table:
    """The rules of neighbourhood: what each is, and how many neighbours it finds."""
    found = Patterns(labels)
    rows = [
        {
            "rule": found.rule(row["rule"]), "kind": found.say(f"rule_{row['kind']}"),
            "parameters": _in_words(found, "parameter", row["parameters"]),
            "resolved": _in_words(found, "resolved", row["resolved"]),
            "mean": row["links"] / row["units"] if row["units"] else None,
            "islands": plain(row["islands"]), "joined": plain(row["joined"]), "components": plain(row["components"]),
        }
        for row in found.table("neighbour_rules").to_dict("records")
    ]  # fmt: skip
    columns = (
        Column("rule", found.say("column_rule"), "name"),
        Column("kind", found.say("column_kind"), width=24),
        Column("parameters", found.say("column_parameters"), width=24),
        Column("resolved", found.say("column_resolved"), width=30),
        Column("mean", found.say("column_mean"), "score"),
        *(Column(name, found.say(f"column_{name}"), "whole") for name in ("islands", "joined", "components")),
    )
    return Table("neighbour_rules", found.say("rules_caption"), columns, rows)


def _in_words(found: Patterns, what: str, stated: object) -> str:
    """Return `k=4; islands=nearest`, as the table of rules holds parameters, in words and with readable numbers."""
    told = []
    for part in "" if missing(stated) else str(stated).split("; "):
        name, _, value = part.partition("=")
        own = f"{what}_{name}_{value}"
        if name not in ("column", "table", "force") and own not in catalogue("patterns"):
            value = significant(float(value))
        told.append(found.say(own if own in catalogue("patterns") else f"{what}_{name}", value=value))
    return found.labels.listed(told)


def overall(labels: Labels, *, every_year: bool = False) -> Table:
    """The statistics of the whole map: in the rank year, or in every year that was looked at."""
    found = Patterns(labels)
    table = found.table("autocorrelation") if every_year else found.here("autocorrelation")
    rows = [_overall_row(found, row) for row in table.to_dict("records")]
    numbers = {
        "value": "number", "expected": "number", "z": "signed", "p_normal": "p", "p": "p", "n": "whole",
    }  # fmt: skip
    columns = (
        Column("item", found.say("column_item"), "name"),
        *([Column("year", found.say("column_year"), "code")] if every_year else []),
        Column("statistic", found.say("column_statistic"), width=20),
        Column("rule", found.say("column_rule")),
        *(Column(name, found.say(f"column_{name}"), kind) for name, kind in numbers.items()),  # type: ignore[arg-type]
        *([Column("state", found.say("column_state"), width=24)] if any(row["state"] for row in rows) else []),
    )
    name = "overall_all_caption" if every_year else "overall_caption"
    caption = found.say(name, year=labels.results.rank_year)
    code = "autocorrelation_years" if every_year else "autocorrelation"
    return Table(code, caption, columns, rows, found.say("overall_note"))


def _overall_row(found: Patterns, row: dict[Any, Any]) -> dict[str, Any]:
    drawn = row["statistic"] == "bivariate_moran"  # the only one without a test by exact moments
    return {
        "item": found.item(row["item"], row["other"]), "year": str(row["year"]), "rule": found.rule(row["rule"]),
        "statistic": found.say(f"statistic_{row['statistic']}"), "value": number(row["value"]),
        "expected": number(row["mean_permuted" if drawn else "expected"]),
        "z": number(row["z_permuted" if drawn else "z"]), "p_normal": number(row["p_normal"]), "p": number(row["p"]),
        "n": plain(row["n"]), "state": found.state(row["state"]),
    }  # fmt: skip


def joins(labels: Labels) -> Table:
    """Joins of equal and unequal categories in the rank year."""
    found = Patterns(labels)
    rows = []
    for row in found.here("join_counts").to_dict("records"):
        pair = [found.category(row["item"], row[end]) for end in ("one", "other")] if row["one"] else []
        said = found.say("joint", one=pair[0], other=pair[1]) if pair else found.say("unlike_all")
        rows.append({
            "item": found.quantity(row["item"]) if row["item"] != "type" else labels.say("column_type"),
            "rule": found.rule(row["rule"]), "categories": said, "joins": number(row["joins"]),
            "expected": number(row["expected"]), "p": number(row["p"]), "n": plain(row["n"]),
            "state": found.state(row["state"]),
        })  # fmt: skip
    columns = (
        Column("item", found.say("column_item"), "name"),
        Column("rule", found.say("column_rule")),
        Column("categories", found.say("column_categories"), width=30),
        Column("joins", found.say("column_joins"), "score"),
        Column("expected", found.say("column_expected"), "score"),
        Column("p", found.say("column_p"), "p"),
        Column("n", found.say("column_n"), "whole"),
        *([Column("state", found.say("column_state"), width=24)] if any(row["state"] for row in rows) else []),
    )
    caption = found.say("joins_caption", year=labels.results.rank_year)
    return Table("join_counts", caption, columns, rows, found.say("joins_note"))


def clusters(labels: Labels) -> Table:
    """The units that the first rule marks in the rank year, drawn together by what they are called."""
    found = Patterns(labels)
    first = found.rules[:1]
    table = found.here("local_autocorrelation")
    rows: list[dict[str, Any]] = []
    if not table.empty:
        table = table[table["rule"].isin(first) & table["cluster"].isin(MARKED)]
        for (statistic, item, other), held in table.groupby(["statistic", "item", "other"], sort=False):
            for code in MARKED:
                units = [labels.units[str(unit)] for unit in held.loc[held["cluster"] == code, "unit"]]
                if units:
                    named = units[:_LISTED] + (["…"] if len(units) > _LISTED else [])
                    rows.append({
                        "item": found.item(str(item), str(other)), "statistic": found.say(f"statistic_{statistic}"),
                        "label": found.label(code), "count": len(units), "units": labels.listed(named),
                    })  # fmt: skip
    columns = (
        Column("item", found.say("column_item"), "name"),
        Column("statistic", found.say("column_statistic"), width=20),
        Column("label", found.say("column_label"), width=24),
        Column("count", found.say("column_count"), "whole"),
        Column("units", found.say("column_units"), width=60),
    )
    caption = found.say("clusters_caption", rule="".join(map(found.rule, first)), year=labels.results.rank_year)
    return Table("clusters", caption, columns, rows)


def agreement(labels: Labels) -> Table:
    """Whether the rules agree on what they mark in the rank year, by item and statistic."""
    found = Patterns(labels)
    table, rows = found.here("cluster_agreement"), []
    if not table.empty:
        for (statistic, item, other), held in table.groupby(["statistic", "item", "other"], sort=False):
            compared = held[_compared(found, held, str(statistic))]
            same = compared["agreeing"] == compared["rules"]
            marked = compared["marking"] > 0
            rows.append({
                "item": found.item(str(item), str(other)), "statistic": found.say(f"statistic_{statistic}"),
                "compared": len(compared), "share": float(same.mean()) if marked.any() else None,
                "marked": int(marked.sum()), "share_marked": float(same[marked].mean()) if marked.any() else None,
            })  # fmt: skip
    columns = (
        Column("item", found.say("column_item"), "name"),
        Column("statistic", found.say("column_statistic"), width=20),
        Column("compared", found.say("column_compared"), "whole"),
        Column("share", found.say("column_share"), "share"),
        Column("marked", found.say("column_marked"), "whole"),
        Column("share_marked", found.say("column_share_marked"), "share"),
    )
    caption = found.say("agreement_caption", year=labels.results.rank_year)
    return Table("agreement", caption, columns, rows, found.say("agreement_note"))


def _compared(found: Patterns, held: pd.DataFrame, statistic: str) -> "pd.Series[bool]":
    """Return which units have a statistic under every rule."""
    local = found.here("local_autocorrelation")
    first = held.iloc[0]
    mine = (local["statistic"] == statistic) & (local["item"] == first["item"]) & (local["other"] == first["other"])
    without = set(local.loc[mine & (local["state"] != "defined"), "unit"])
    return ~held["unit"].isin(without)


def units(labels: Labels) -> Table:
    """One row a unit, item and statistic in the rank year: its label under every rule, for the workbook."""
    found = Patterns(labels)
    table, rows = found.here("local_autocorrelation"), []
    if not table.empty:
        keys = ["statistic", "item", "other", "unit"]
        held: dict[tuple[str, ...], dict[str, str]] = {}
        for row in table.to_dict("records"):
            held.setdefault(tuple(str(row[key]) for key in keys), {})[f"rule:{row['rule']}"] = str(row["cluster"])
        for (statistic, item, other, unit), by_rule in held.items():
            labelled = {rule: found.label(code) for rule, code in by_rule.items()}
            rows.append({
                "item": found.item(item, other), "statistic": found.say(f"statistic_{statistic}"),
                "name": labels.units[unit], "unit": unit, **labelled,
            })  # fmt: skip
    columns = (
        Column("item", found.say("column_item"), width=24),
        Column("statistic", found.say("column_statistic"), width=20),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        *(Column(f"rule:{rule}", found.rule(rule), width=24) for rule in found.rules),
    )
    return Table("clusters_units", found.say("units_caption", year=labels.results.rank_year), columns, rows)
