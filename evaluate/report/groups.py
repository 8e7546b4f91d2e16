"""Groups of units and pilots in words and tables: scores, coordination inside, effort and benefit, coverage."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from evaluate.report.parts import Column, Labels, Table, missing, plain
from evaluate.report.spatial import Told
from evaluate.report.words import unit_said
from evaluate.spatial.groups.gaps import lacked
from indicators.structure import TOP
from indicators.texts import text

LISTED = 500
"""Most rows of members that the report lists; `group_members.csv` holds all."""


def _say(labels: Labels, name: str, /, **values: object) -> str:
    return text(f"groups.{name}", labels.language, **values)


def groups(labels: Labels) -> Told | None:
    """Return the section of the page; none where there are neither groups nor pilots."""
    held = labels.results.spatial
    if "groups" not in held and "pilot_coverage" not in held:
        return None
    said, tables, details = [], [], []
    if "groups" in held:
        said += list(_intro(labels))
        tables += [scores(labels), inequality(labels)]
        details += [by_year(labels), values(labels), members(labels)]
    if "pilot_coverage" in held:
        said.append(_say(labels, "pilots_intro"))
        tables.append(pilots(labels))
    return Told([labels.sentences(said)], [], [], tables, details)


def _spec(labels: Labels) -> Mapping[str, Any]:
    found: Mapping[str, Any] = labels.results.manifest["assessment"].get("groups") or {}
    return found


def _intro(labels: Labels) -> Iterator[str]:
    table, scored = labels.results.spatial["groups"], labels.results.spatial["group_scores"]
    count = len(table[["set", "group"]].drop_duplicates())
    yield _say(labels, "intro", count=count, units=table["unit"].nunique(), year=labels.results.rank_year)
    if table.duplicated(["set", "unit", "from", "to"]).any():
        yield _say(labels, "several")
    if table[["from", "to"]].notna().any(axis=None):
        yield _say(labels, "by_members_of_the_year")
    if scored.empty:
        yield _say(labels, "no_members")
        return
    yield _say(labels, "not_ranked")
    if (scored["basis"] == "unit").any():
        yield _say(labels, "own_said")
    weight = _spec(labels).get("weight")
    yield _say(labels, "mean_weighted", weight=labels.code(weight)) if weight else _say(labels, "mean_plain")
    if not labels.results.comparable:
        yield _say(labels, "by_type")


def state_said(labels: Labels, state: str) -> str:
    """Return the name of a state; nothing where all is as it should be."""
    return "" if state in ("", "defined") else _say(labels, f"state_{state}")


def _heads(labels: Labels, table: pd.DataFrame) -> list[Column]:
    columns = [Column("set", _say(labels, "column_set"), "name")] if table["set"].astype(bool).any() else []
    columns.append(Column("group", _say(labels, "column_group"), "name"))
    if "type" in table and table["type"].astype(bool).any():
        columns.append(Column("type", labels.say("column_type")))
    return columns


def _head(labels: Labels, row: Mapping[Any, Any], whole: bool = False) -> dict[str, Any]:
    """`whole`: the type is that by which a whole group is scored."""
    kind = str(row.get("type") or "")
    said = labels.kind(kind) if kind else ""
    said = _say(labels, "as_type", type=said) if whole and kind else said
    return {"set": row["set"], "group": row["group"], "type": said}


def _measured(labels: Labels, code: str, unit_of_measure: str) -> str:
    """Return what a variable or indicator is called, with its unit of measure."""
    unit = unit_said(unit_of_measure, labels.language)
    return f"{labels.code(code)} ({unit})" if unit else labels.code(code)


def _whole_said(labels: Labels, row: Mapping[Hashable, Any]) -> str:
    """Return what is to be said of a group as a unit of its own: what members lack, else its state."""
    table = labels.results.spatial.get("group_gaps")
    if table is None:
        return state_said(labels, str(row["state"]))
    same = np.logical_and.reduce([table[name] == row[name] for name in ("set", "group", "type", "year")])
    if not same.any():
        return state_said(labels, str(row["state"]))
    said = lacked(table[same], labels.units, labels.results.framework)
    return _say(labels, "whole_lacks", lacking=said)


def scored_whole(labels: Labels) -> str:
    """Return the type by which whole groups are scored; empty where types are comparable or none is stated."""
    return "" if labels.results.comparable else str(_spec(labels).get("type") or "")


def scores(labels: Labels) -> Table:
    """Composites of groups in the rank year, beside how their members are coordinated."""
    table, inside = labels.results.spatial["group_scores"], labels.results.spatial["group_coordination"]
    here = table[(table["year"] == labels.results.rank_year) & (table["item"] == TOP)]
    told = {
        (row["set"], row["group"], row["type"], row["statistic"]): row
        for row in inside[inside["year"] == labels.results.rank_year].to_dict("records")
    }  # fmt: skip
    own = bool((table["basis"] == "unit").any())
    whole = bool(scored_whole(labels))
    as_units = {
        (row["set"], row["group"], row["type"]): row for row in here[here["basis"] == "unit"].to_dict("records")
    }  # fmt: skip
    rows = []
    for row in here[here["basis"] == "members"].to_dict("records"):
        key = (row["set"], row["group"], row["type"])
        gini, degree = told[*key, "gini"], told[*key, "coordination_corrected"]
        again = None if whole else as_units.get(key)
        states = {state_said(labels, str(one["state"])): None for one in (row, gini, degree) if one}
        states |= {_whole_said(labels, again): None} if again else {}
        rows.append(_head(labels, row) | {
            "members": row["members"], "scored": row["scored"], "mean": plain(row["score"]),
            "own": plain(again["score"]) if again else None, "gini": plain(gini["value"]),
            "degree": plain(degree["value"]), "remark": labels.listed(state for state in states if state),
        })  # fmt: skip
    for row in as_units.values() if whole else ():
        rows.append(_head(labels, row, whole) | {
            "members": row["members"], "scored": row["scored"], "mean": None, "own": plain(row["score"]), "gini": None,
            "degree": None, "remark": _whole_said(labels, row),
        })  # fmt: skip
    rows.sort(key=lambda row: (row["set"], row["group"]))  # stable: the whole group stands last
    columns = (
        *_heads(labels, here),
        Column("members", _say(labels, "column_members"), "whole"),
        Column("scored", _say(labels, "column_scored"), "whole"),
        Column("mean", _say(labels, "column_mean"), "score"),
        *([Column("own", _say(labels, "column_own"), "score")] if own else []),
        Column("gini", _say(labels, "column_gini"), "weight"),
        Column("degree", _say(labels, "column_degree"), "weight"),
        Column("remark", _say(labels, "column_remark"), width=30),
    )
    return Table("groups", _say(labels, "scores_caption", year=labels.results.rank_year), columns, rows,
                 _say(labels, "scores_note"))  # fmt: skip


def by_year(labels: Labels) -> Table:
    """Composites of groups by year: as a unit of its own where it is scored as one, else the mean of the members."""
    table = labels.results.spatial["group_scores"]
    basis = "unit" if (table["basis"] == "unit").any() else "members"
    here = table[(table["item"] == TOP) & (table["basis"] == basis)]
    years = sorted({int(year) for year in here["year"]})
    rows = []
    for _, part in here.groupby(["set", "group", "type"], sort=False):
        found = {str(int(row["year"])): plain(row["score"]) for row in part.to_dict("records")}
        head = _head(labels, part.iloc[0].to_dict(), bool(scored_whole(labels)))
        rows.append(head | {str(year): found.get(str(year)) for year in years})
    columns = (*_heads(labels, here), *(Column(str(year), str(year), "score") for year in years))
    caption = _say(labels, "by_year_caption", basis=_say(labels, "column_own" if basis == "unit" else "column_mean"))
    return Table("group_years", caption, columns, rows)


def values(labels: Labels) -> Table:
    """Indicators of groups as units of their own, in the rank year."""
    table = labels.results.spatial.get("group_values")
    if table is None:
        return Table("group_values", "", (), [])
    here = table[table["year"] == labels.results.rank_year]
    columns = [*_heads(labels, here)]
    for code in labels.indicators:
        unit = labels.results.framework.indicators[code].unit_of_measure
        columns.append(Column(code, _measured(labels, code, unit), "number"))
    rows = []
    for _, part in here.groupby(["set", "group", "type"], sort=False):
        found = {row["indicator"]: plain(row["value"]) for row in part.to_dict("records")}
        head = _head(labels, part.iloc[0].to_dict(), bool(scored_whole(labels)))
        rows.append(head | {code: found.get(code) for code in labels.indicators})
    lacking = here[~here["state"].isin(("defined", "no_value"))].drop_duplicates(["indicator", "state"])
    note = labels.listed(
        _say(labels, "lacking", label=labels.code(str(code)), reason=state_said(labels, str(state)))
        for code, state in zip(lacking["indicator"], lacking["state"], strict=True)
    )
    caption = _say(labels, "values_caption", year=labels.results.rank_year)
    return Table("group_values", caption, tuple(columns), rows, note)


def inequality(labels: Labels) -> Table:
    """The Gini coefficient of each set of groups with its parts, by year."""
    table = labels.results.spatial["group_coordination"]
    here = table[(table["group"] == "") & (table["state"] != "one_group")]
    names = ("gini", "within", "net_between", "transvariation")
    rows = []
    for _, part in here.groupby(["set", "type", "year"], sort=False):
        first = part.iloc[0].to_dict()
        found = {row["statistic"]: plain(row["value"]) for row in part.to_dict("records")}
        rows.append(_head(labels, first) | {"year": str(int(first["year"])), "n": first["n"]} | {
            name: found.get(name) for name in names
        } | {"remark": state_said(labels, str(first["state"]))})  # fmt: skip
    columns = (
        *(column for column in _heads(labels, here) if column.key != "group"),
        Column("year", text("dynamics.column_year", labels.language), "code"),
        Column("n", text("dynamics.column_n", labels.language), "whole"),
        Column("gini", _say(labels, "column_gini"), "weight"),
        *(Column(name, text(f"dynamics.column_{name}", labels.language), "weight") for name in names[1:]),
        Column("remark", _say(labels, "column_remark"), width=30),
    )
    return Table("group_inequality", _say(labels, "inequality_caption"), columns, rows, _say(labels, "inequality_note"))


def members(labels: Labels) -> Table:
    """Effort and benefit of every member in the rank year."""
    table = labels.results.spatial["group_members"]
    here = table[table["year"] == labels.results.rank_year]
    shares = ("relative", "share_of_start", "share_of_improvement")
    rows = []
    for row in here.head(LISTED).to_dict("records"):
        rows.append(
            {name: plain(row[name]) for name in ("set", "group", "start", "improvement", *shares, "ratio")}
            | {"unit": labels.units.get(row["unit"], row["unit"]), "kind": _say(labels, f"kind_{row['kind']}")}
            | {"code": _measured(labels, row["code"], row["unit_of_measure"])}
            | {"remark": state_said(labels, row["state"])}
        )
    columns = (
        *_heads(labels, here),
        Column("unit", labels.say("column_name"), "name"),
        Column("kind", _say(labels, "column_kind")),
        Column("code", _say(labels, "column_code")),
        Column("start", _say(labels, "column_start"), "number"),
        Column("improvement", _say(labels, "column_improvement"), "number"),
        *(Column(name, _say(labels, f"column_{name}"), "share") for name in shares),
        Column("ratio", _say(labels, "column_ratio"), "weight"),
        Column("remark", _say(labels, "column_remark"), width=30),
    )
    note = _say(labels, "members_note")
    if len(here) > LISTED:
        note = labels.sentences([note, _say(labels, "members_more", count=len(here) - LISTED)])
    caption = _say(
        labels, "members_caption", year=labels.results.rank_year, baseline=labels.results.manifest["period"]["baseline"]
    )
    return Table("group_members", caption, columns, rows, note)


def pilots(labels: Labels) -> Table:
    """Pilots by the columns that the assessment names, empty cells shown."""
    table = labels.results.spatial["pilot_coverage"]
    spec = labels.results.manifest["outputs"]["pilots"]
    kinds = [kind for kind in dict.fromkeys(table["pilot"]) if kind]
    places = {name: key for name, key in zip(spec["by"], ("first", "second", "third"), strict=False)}
    rows = []
    for (by, *_), part in table.groupby(["by", "first", "second", "third"], sort=False):
        crossed = spec["by"] if by == " × ".join(spec["by"]) else [by] if by else []
        first = part.iloc[0]
        cell = dict(zip(crossed, (first["first"], first["second"], first["third"]), strict=False))
        row: dict[str, Any] = {}
        for name in spec["by"]:
            row[f"by:{name}"] = _value(labels, name, str(cell[name])) if name in cell else _say(labels, "all")
        for one in part.to_dict("records"):
            row[f"count:{one['pilot']}"] = one["count"]
        every = part[part["pilot"] == ""].iloc[0]
        row |= {"units": int(every["units"]), "share": plain(every["share"]),
                "of_pilots": plain(every["share_of_pilots"])}  # fmt: skip
        rows.append(row | {"remark": state_said(labels, str(every["state"]))})
    columns = (
        *(Column(f"by:{name}", _titled(labels, name), "name") for name in places),
        Column("units", text("dynamics.column_n", labels.language), "whole"),
        Column("count:", _say(labels, "column_pilots"), "whole"),
        *([Column(f"count:{kind}", kind, "whole", spec["column"]) for kind in kinds] if len(kinds) > 1 else []),
        Column("share", _say(labels, "column_share"), "share"),
        Column("of_pilots", _say(labels, "column_of_pilots"), "share"),
        Column("remark", _say(labels, "column_remark"), width=20),
    )
    return Table("pilots", _say(labels, "pilots_caption", column=spec["column"]), columns, rows)


def _titled(labels: Labels, name: str) -> str:
    return labels.say("column_type") if name == "type" else name


def _value(labels: Labels, name: str, value: str) -> str:
    if missing(value):
        return _say(labels, "not_stated")
    return labels.kind(value) if name == "type" else value
