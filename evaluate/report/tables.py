"""Who is not scored, tiers, ranking, weights, time course: computed once for the page and the workbook."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from evaluate.methodology import Grades
from evaluate.report.parts import Column, Kind, Labels, Table, missing, plain
from indicators.structure import TOP


def excluded_here(labels: Labels, what: str) -> pd.DataFrame:
    """Return what was excluded in the rank year, or in no particular year."""
    table = labels.results.excluded
    years = pd.to_numeric(table["year"], errors="coerce")
    return table[(table["what"] == what) & (years.isna() | (years == labels.results.rank_year))]


def unscored(labels: Labels) -> Table:
    """Units of the roster without a score in the rank year, each with its reason."""
    results = labels.results
    left = results.units[~results.units["unit"].isin(results.ranking()["unit"])]
    gone = excluded_here(labels, "unit")
    reasons = gone.groupby(gone["code"].astype(str), sort=False)["reason"].agg(lambda r: list(dict.fromkeys(r)))
    rows = []
    for record in left.astype(object).to_dict("records"):
        why = reasons.get(str(record["unit"]), [labels.say("no_reason")])
        row = {"name": record["name"], "unit": record["unit"], **_type_cells(labels, _text(record["type"]))}
        row |= {f"cohort:{c}": _text(record[c]) for c in labels.cohorts}
        rows.append(row | {"reason": labels.sentences(map(str, why))})
    rows.sort(key=lambda row: (labels.types.index(row["kind"]), row["unit"]))
    columns = (
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        *_type_column(labels),
        *(Column(f"cohort:{c}", c) for c in labels.cohorts),
        Column("reason", labels.say("column_reason"), width=60),
    )
    return Table("unscored", labels.say("unscored_caption", year=results.rank_year), columns, rows)


def unscored_reasons(labels: Labels) -> Table:
    """The units without a score drawn together by type and reason."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for row in unscored(labels).rows:
        groups.setdefault((row["kind"], row["type"], row["reason"]), []).append(str(row["name"]))
    rows = [
        {"kind": kind, "type": said, "reason": reason, "count": len(names), "names": labels.listed(names)}
        for (kind, said, reason), names in groups.items()
    ]
    columns = (
        *_type_column(labels),
        Column("count", labels.say("column_count"), "whole"),
        Column("names", labels.say("column_names"), width=60),
        Column("reason", labels.say("column_reason"), width=60),
    )
    return Table("reasons", labels.say("reasons_caption", year=labels.results.rank_year), columns, rows)


def coverage(labels: Labels) -> Table:
    """How many units of each type and cohort are scored in the rank year, and who of a stated cohort is not."""
    results = labels.results
    scored = results.units["unit"].isin(results.ranking()["unit"])
    rows: list[dict[str, Any]] = []

    def count(by: str, group: str, mask: pd.Series, listed: bool = False) -> None:
        n, ok = int(mask.sum()), int((mask & scored).sum())
        names = labels.listed(results.units.loc[mask & ~scored, "name"].astype(str)) if listed else ""
        rows.append({
            "by": by, "group": group, "units": n, "scored": ok, "unscored": n - ok, "share": ok / n if n else None,
            "names": names,
        })  # fmt: skip

    count(labels.say("all_units"), labels.say("all_units"), pd.Series(True, results.units.index))
    if labels.typed:
        kinds = results.units["type"].fillna("").astype(str)
        for kind in labels.types:
            count(labels.say("column_type"), labels.kind(kind), kinds == kind)
    for cohort in labels.cohorts:
        texts = results.units[cohort].map(_text)
        for value in sorted(set(texts), key=lambda t: (not t, t)):
            count(cohort, value or labels.say("not_stated"), texts == value, listed=bool(value))
    columns = (
        Column("by", labels.say("column_by")),
        Column("group", labels.say("column_group"), "name"),
        Column("units", labels.say("column_units"), "whole"),
        Column("scored", labels.say("column_scored"), "whole"),
        Column("unscored", labels.say("column_unscored"), "whole"),
        Column("share", labels.say("column_share"), "share"),
        *([Column("names", labels.say("column_names"), width=60)] if any(row["names"] for row in rows) else []),
    )
    return Table("coverage", labels.say("coverage_caption", year=results.rank_year), columns, rows)


def ranking(labels: Labels) -> Table:
    """The ranking of the rank year by type, with grade, interval, tier and caps."""
    results = labels.results
    table = results.ranking().astype(object)
    robust = _robust(labels)
    capped = caps(labels)
    graded = bool(results.scores["grade"].notna().any())
    overall = labels.typed and results.comparable
    rows = []
    for record in table.to_dict("records"):
        unit = str(record["unit"])
        row: dict[str, Any] = {
            "rank_in_type": plain(record["rank_in_type"]), "rank": plain(record["rank"]),
            "name": record["name"], "unit": unit, **_type_cells(labels, _text(record["type"])),
            "grade": plain(record["grade"]) if graded else None,
            "grade_label": _grade_said(labels, record["grade"]),
            "mark": capped.get(unit, ""),
        }  # fmt: skip
        row |= {code: plain(record[code]) for code in ("composite", *labels.dimensions)}
        found = robust.get(unit, {})
        row |= {key: found.get(key) for key in ("median", "p05", "p95", "p_first", "p_top_quarter", "tier")}
        row["interval"] = _span([row["p05"], row["p95"]]) if found else ""
        rows.append(row)
    rows.sort(key=lambda row: (labels.types.index(row["kind"]), row["rank_in_type"], row["unit"]))
    columns = [
        Column("rank_in_type", labels.say("column_rank_in_type" if labels.typed else "column_rank"), "whole"),
        *([Column("rank", labels.say("column_rank_overall"), "whole")] if overall else []),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        *_type_column(labels),
        Column("composite", labels.say("composite"), "score"),
    ]
    if graded:
        columns.append(Column("grade_label", labels.say("column_grade")))
    if robust:
        columns += [
            Column("interval", labels.say("column_interval")),
            Column("tier", labels.say("column_tier"), "whole"),
        ]
    columns += [Column(code, labels.code(code), "score") for code in labels.dimensions]
    if capped:
        columns.append(Column("mark", labels.say("column_mark"), width=40))
    caption = labels.say("ranking_caption", year=results.rank_year)
    return Table("ranking", caption, tuple(columns), rows, _alone(labels, rows))


def _alone(labels: Labels, rows: list[dict[str, Any]]) -> str:
    """Return a remark on the types of which a single unit is ranked: it is first and last at once."""
    kinds = [row["kind"] for row in rows]
    alone = [kind for kind in labels.types if kinds.count(kind) == 1]
    if not labels.typed:
        return labels.say("ranking_alone_all") if alone else ""
    return labels.say("ranking_alone", types=labels.listed(map(labels.kind, alone))) if alone else ""


def tiers(labels: Labels) -> Table:
    """Groups of units whose order the robustness analysis cannot tell, by type; no rows without that analysis."""
    rows: list[dict[str, Any]] = []
    ranked = [row for row in ranking(labels).rows if row["tier"] is not None]
    for kind in labels.types:
        here = [row for row in ranked if row["kind"] == kind]
        for tier in sorted({row["tier"] for row in here}):
            held = [row for row in here if row["tier"] == tier]
            rows.append({
                **_type_cells(labels, kind), "tier": tier, "count": len(held),
                "ranks": _span(row["rank_in_type"] for row in held),
                "scores": _span(f"{row['composite']:.2f}" for row in reversed(held)),
                "units": labels.listed(str(row["name"]) for row in held),
            })  # fmt: skip
    columns = (
        *_type_column(labels),
        Column("tier", labels.say("column_tier"), "whole"),
        Column("count", labels.say("column_count"), "whole"),
        Column("ranks", labels.say("column_ranks")),
        Column("scores", labels.say("column_scores")),
        Column("units", labels.say("column_members"), width=80),
    )
    return Table("tiers", labels.say("tiers_caption", year=labels.results.rank_year), columns, rows)


def robustness(labels: Labels) -> Table:
    """Ranks over the replicates of the robustness analysis."""
    table = ranking(labels)
    rows = [row for row in table.rows if row["tier"] is not None]
    columns = (
        *_type_column(labels),
        Column("name", labels.say("column_name"), "name"),
        Column("unit", labels.say("column_unit"), "code"),
        Column("rank_in_type", labels.say("column_rank_in_type" if labels.typed else "column_rank"), "whole"),
        Column("median", labels.say("column_median_rank"), "whole"),
        Column("p05", labels.say("column_p05"), "whole"),
        Column("p95", labels.say("column_p95"), "whole"),
        Column("p_first", labels.say("column_p_first"), "share"),
        Column("p_top_quarter", labels.say("column_p_top_quarter"), "share"),
        Column("tier", labels.say("column_tier"), "whole"),
    )
    return Table("robustness", labels.say("robustness_caption", year=labels.results.rank_year), columns, rows)


def weights(labels: Labels) -> Table:
    """Weights within the parent and of the whole, down the tree, for each type of units that has its own."""
    table = labels.results.weights
    years = pd.to_numeric(table["year"], errors="coerce")
    table = table[years.isna() | (years == labels.results.rank_year)]
    kinds = table["type"].map(_text)
    typed = bool(kinds.any())
    shown = [kind for kind in labels.types if kind] if typed else [""]
    # run folders that are older hold no more than the weights
    added = ("correlation_with_parent", "correlation_with_composite", "influence")
    keys = {"weight": "weight", "effective": "effective_weight", **{name: name for name in added if name in table}}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, record in zip(kinds, table.astype(object).to_dict("records"), strict=True):
        for target in [kind] if kind else shown:
            found[(target, str(record["code"]))] = {key: plain(record[name]) for key, name in keys.items()}
    rows, dimensions = [], labels.results.framework.dimensions()
    for code, depth in tree(labels, shown):
        row: dict[str, Any] = {"label": labels.code(code), "code": code}
        row |= {"depth": depth, "dimension": code in dimensions}
        for kind in shown:
            row |= {f"{key}:{kind}": found.get((kind, code), {}).get(key) for key in keys}
        if any(row[f"weight:{kind}"] is not None for kind in shown):
            rows.append(row)
    columns = [Column("label", labels.say("column_item"), "name"), Column("code", labels.say("column_code"), "code")]
    for kind in shown:
        group = labels.kind(kind) if kind else ""
        for key in keys:
            form: Kind = "correlation" if key.startswith("correlation") else "weight"
            columns.append(Column(f"{key}:{kind}", labels.say(f"column_{key}"), form, group))
    note = [labels.say("weights_of_year", year=labels.results.rank_year) if years.notna().any() else ""]
    note.append(labels.say("weights_influence", year=labels.results.rank_year) if "influence" in keys else "")
    return Table("weights", labels.say("weights_caption"), tuple(columns), rows, labels.sentences(note))


def time_course(labels: Labels) -> Table:
    """How the composite is distributed in every scored year, by type."""
    scores = labels.results.scores
    rows = []
    kinds = scores["type"].fillna("").astype(str)
    for kind in labels.types:
        for year, group in scores[kinds == kind].groupby("year", sort=True)["composite"]:
            values = group.to_numpy(dtype=float)
            low, first, median, third, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
            rows.append({
                **_type_cells(labels, kind), "year": int(str(year)), "count": len(values),
                "mean": float(values.mean()), "median": float(median),
                "p05": float(low), "p25": float(first), "p75": float(third), "p95": float(high),
            })  # fmt: skip
    columns = (
        *_type_column(labels),
        Column("year", labels.say("column_year"), "code"),
        Column("count", labels.say("column_scored"), "whole"),
        *(Column(k, labels.say(f"column_{k}"), "score") for k in ("mean", "median")),
        *(Column(k, labels.say(f"column_score_{k}"), "score") for k in ("p05", "p25", "p75", "p95")),
    )
    return Table("time", labels.say("time_caption"), columns, rows)


def caps(labels: Labels) -> dict[str, str]:
    """Return, by unit, why its composite was capped in the rank year, or that a veto could not be checked."""
    table = labels.results.treatment
    table = table[(table["step"] == "veto") & (table["year"] == labels.results.rank_year)]
    unchecked = excluded_here(labels, "veto")
    units = [*table["unit"].astype(str), *(str(code).rpartition("/")[0] for code in unchecked["code"])]
    found: dict[str, list[str]] = {}
    for unit, reason in zip(units, [*table["reason"], *unchecked["reason"]], strict=True):
        found.setdefault(unit, []).append(str(reason))
    return {unit: labels.sentences(reasons) for unit, reasons in found.items()}


def _robust(labels: Labels) -> dict[str, dict[str, Any]]:
    table = labels.results.rank_robustness
    if table is None:
        return {}
    whole = ("median", "p05", "p95", "tier")
    return {
        str(record["unit"]): {str(k): int(v) if k in whole else plain(v) for k, v in record.items()}
        for record in table.astype(object).to_dict("records")
        if not missing(record["tier"])
    }


def _grade_said(labels: Labels, grade: Any) -> str:
    """Return the name of a grade in the language of the reader."""
    stated = labels.results.manifest["methodology"].get("grades")
    return Grades.model_validate(stated).label(int(grade), labels.language) if stated and not missing(grade) else ""


def tree(labels: Labels, kinds: list[str]) -> list[tuple[str, int]]:
    """Return dimensions and indicators down the tree with their depth, whatever type they belong to."""
    structures = [labels.results.framework.structure(kind) for kind in kinds]
    listed: list[tuple[str, int]] = []

    def visit(parent: str, depth: int) -> None:
        for code in dict.fromkeys(c for s in structures for c in s.children.get(parent, ())):
            listed.append((code, depth))
            visit(code, depth + 1)

    visit(TOP, 0)
    return listed


def _type_column(labels: Labels) -> list[Column]:
    return [Column("type", labels.say("column_type"))] if labels.typed else []


def _type_cells(labels: Labels, kind: str) -> dict[str, Any]:
    return {"kind": kind, "type": labels.kind(kind)}


def _span(values: Iterable[object]) -> str:
    listed = list(values)
    return f"{listed[0]}–{listed[-1]}" if listed[0] != listed[-1] else str(listed[0])


def _text(value: object) -> str:
    return "" if missing(value) else str(value).strip()
