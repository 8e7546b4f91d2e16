"""Spatial autocorrelation of the scores in the report: in words, tables and Moran scatterplots."""

import math
from collections.abc import Iterator
from typing import Any

from evaluate.report import patterns_tables as tables
from evaluate.report.dynamics_tables import stored
from evaluate.report.parts import Labels, missing, plain, written
from evaluate.report.patterns_figure import Dot, scatterplot
from evaluate.report.patterns_tables import Patterns
from evaluate.report.spatial import Picture, Told
from evaluate.spatial.autocorrelation.analysis import SMALL
from evaluate.spatial_spec import AutocorrelationSpec

_NAMED = 20


def patterns(labels: Labels) -> Told | None:
    """Return the section of the page; nothing where the assessment does not ask for it."""
    found = Patterns(labels)
    spec = found.spec
    if spec is None:
        return None
    intro = found.say(
        "intro", year=labels.results.rank_year, rules=labels.listed(map(found.rule, found.rules)),
        permutations=spec.permutations, seed=spec.seed, tail=found.say(f"tail_{spec.tail}"),
    )  # fmt: skip
    control = found.say(f"control_{spec.control}", level=f"{spec.level:g}")
    details = [tables.rules(labels), tables.joins(labels)]
    if spec.years == "all":
        details.append(tables.overall(labels, every_year=True))
    return Told(
        said=[labels.sentences([intro, control, found.say("not_scored")])],
        notes=[note for note in _notes(found, spec) if note],
        pictures=list(_pictures(found)),
        tables=[tables.overall(labels), tables.clusters(labels), tables.agreement(labels)],
        details=details,
        further=[tables.units(labels)],
    )


def _notes(found: Patterns, spec: AutocorrelationSpec) -> Iterator[str]:
    """Yield what a reader must know before believing anything: comparability, size, islands, fineness."""
    from geo.autocorrelation.clusters import RULES_AT_LEAST

    overall = found.here("autocorrelation")
    if not overall.empty and (overall["scale"] == "within_type").any():
        yield found.say("within_note")
    fewest = int(overall["n"].min()) if len(overall) else SMALL
    if fewest < SMALL:
        yield found.say("small_note", count=fewest, least=SMALL)
    if len(found.rules) < RULES_AT_LEAST:
        yield found.say("few_rules_note", least=RULES_AT_LEAST)
    near = found.table("neighbours")
    for rule in found.rules:
        alone = near.loc[(near["rule"] == rule) & (near["neighbours"] == 0), "unit"]
        names = [found.labels.units[str(unit)] for unit in alone]
        if names:
            named = names[:_NAMED] + (["…"] if len(names) > _NAMED else [])
            yield found.say("island_note", rule=found.rule(rule), units=found.labels.listed(named))
    local = found.here("local_autocorrelation")
    tested = 0 if local.empty else int(local.groupby(["statistic", "item", "other", "rule"])["p"].count().max())
    two_sided = 2 if spec.tail == "two_sided" else 1
    least = two_sided / (spec.permutations + 1)
    if spec.control != "none" and tested and least > spec.level / tested:
        needed = math.ceil(two_sided * tested / spec.level - 1e-9) - 1
        values = {"permutations": spec.permutations, "least": f"{least:g}", "count": tested, "needed": needed}
        yield found.say("coarse_note", **values)
    if spec.local and not local.empty:
        marked = local[local["cluster"].isin(tables.MARKED)].groupby("rule")["unit"].nunique()
        yield _unmarked(found, {str(rule): int(count) for rule, count in marked.items()})


def _unmarked(found: Patterns, marked: dict[str, int]) -> str:
    """Return that no rule, or not the one the table of clusters is of, marks a unit; nothing where that one does."""
    first, year = found.rules[0], found.labels.results.rank_year
    others = [
        found.say("marked_by", rule=found.rule(rule), count=marked[rule]) for rule in found.rules if rule in marked
    ]
    if first in marked:
        return ""
    if not others:
        return found.say("clusters_none", year=year)
    return found.say("clusters_elsewhere", year=year, rule=found.rule(first), others=found.labels.listed(others))


def _pictures(found: Patterns) -> Iterator[Picture]:
    """Yield a scatterplot of each item and pair under the first rule."""
    local, overall = found.here("local_autocorrelation"), found.here("autocorrelation")
    for place, (item, other) in enumerate(found.items(local)):
        statistic = "bivariate_moran" if other else "moran"
        held, whole = (
            table[
                (table["item"] == item) & (table["other"] == other) & (table["rule"] == found.rules[0])
                & (table["statistic"] == statistic)
            ]
            for table in (local, overall)
        )  # fmt: skip
        dots = [
            _dot(found, row) for row in held.to_dict("records") if not (missing(row["here"]) or missing(row["around"]))
        ]
        if len(dots) > 1 and len(whole) and not missing(plain(whole["value"].iloc[0])):
            yield _picture(found, f"moran-{place}", dots, whole.iloc[0].to_dict())


def _picture(found: Patterns, code: str, dots: list[Dot], whole: dict[Any, Any]) -> Picture:
    item, other, rule = whole["item"], whole["other"], whole["rule"]
    stated = found.table("neighbour_rules").set_index("rule")["parameters"].astype(str)[rule]
    by_rows = "standardisation" not in stated
    slope = stored(whole["value"]) if by_rows and not plain(whole["islands"]) else None
    title = found.say("scatter_title", item=found.item(item, other), rule=found.rule(rule))
    said = found.say(
        "scatter_plain" if slope is None else "scatter_said", statistic=found.say(f"statistic_{whole['statistic']}"),
        value=written(plain(whole["value"]), "weight"), p=written(plain(whole["p"]), "p"), n=plain(whole["n"]),
    )  # fmt: skip
    across = (found.say("scatter_here"), found.axis(item))
    upwards = (found.say("scatter_around" if by_rows else "scatter_lag"), found.axis(other or item))
    key = {kind: found.label(kind) for kind in ("HH", "LH", "LL", "HL")} | {"": found.say("scatter_unmarked")}
    return Picture(title, said, scatterplot(code, title, dots, slope, (across, upwards), key))


def _dot(found: Patterns, row: dict[Any, Any]) -> Dot:
    here, around = stored(row["here"]), stored(row["around"])
    said = found.say(
        "scatter_unit", name=found.labels.units[str(row["unit"])], here=written(here, "signed"),
        around=written(around, "signed"), label=found.label(str(row["cluster"])),
    )  # fmt: skip
    return Dot(here, around, str(row["cluster"]), said)
