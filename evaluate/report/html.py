"""The report of a run as one offline page."""

import math
from collections.abc import Iterable
from typing import Any

from evaluate.coherence import flags
from evaluate.cohorts import CohortComparison, compare_cohorts
from evaluate.diagnosis import standing
from evaluate.report import (
    accounts,
    coherence,
    coherence_tables,
    coordination,
    diagnosis,
    dynamics,
    figures,
    measures,
    quality,
    sensitivity,
    tables,
    words,
)
from evaluate.report.co_control_figure import co_controls
from evaluate.report.cohorts_page import cohort_figure, difference_table, distribution_table, main_table
from evaluate.report.colours import viridis
from evaluate.report.drivers_figure import decomposed
from evaluate.report.page import render
from evaluate.report.parts import LIMIT, Column, Labels, Table, years_said
from evaluate.report.profiles import profiles
from evaluate.report.sources import sources
from evaluate.report.spatial import spatial_sections
from evaluate.results import Results

LISTED = 500
"""Most changed cells that the page lists; the workbook and `treatment.csv` hold all of them."""

SHORT = 15
"""Most units without a score that the page lists one by one; more are drawn together by type and reason first."""

SECTIONS = (
    "unscored", "tiers", "methodology", "weights", "correlations", "coherence", "ranking", "intervals", "time",
    "dynamics", "coordination", "cohorts", "diagnosis", "measures", "co_control", "drivers", "quality", "robustness",
    "verify", "profiles",
)  # fmt: skip


def render_report(results: Results, language: str) -> str:
    """Return the report: who is not scored, tiers, methodology, ranking, profiles, quality, how to verify.

    The page needs no network and allows none; it holds no clock and no random id, so that equal runs give equal pages.
    """
    labels = Labels(results, language)
    ranking = tables.ranking(labels)
    time = tables.time_course(labels)
    correlations, warned = coherence.correlations(labels)
    indicators = quality.indicators(labels)
    spatial = spatial_sections(labels)
    return render(
        "report.html.jinja",
        labels,
        labels.picked(results.manifest["title"]),
        contents=[(name, labels.say(f"section_{name}")) for name in _sections(spatial)],
        framework=results.framework,
        facts=facts_of(labels),
        lead=lead_of(labels),
        coverage=tables.coverage(labels),
        unscored=tables.unscored(labels),
        reasons=tables.unscored_reasons(labels),
        short=SHORT,
        tiers=tables.tiers(labels),
        steps=words.steps(labels),
        definitions=words.definitions(labels),
        assumptions=words.assumptions(labels, imputed_share(indicators)),
        weights=tables.weights(labels),
        correlations=correlations,
        warned=warned,
        limit=LIMIT,
        fewest={"flags": flags.FEWEST, "peers": standing.FEWEST},
        flags_rule=flags_rule(labels),
        flags_looked_for=flags_looked_for(labels),
        flagged=coherence_tables.flagged(labels),
        alphas=coherence_tables.alphas(labels),
        components=coherence_tables.components(labels),
        left_out=coherence_tables.left_out(labels),
        obstacles=diagnosis.obstacles(labels),
        progress=diagnosis.progress(labels),
        bounds=diagnosis.rank_bounds(labels),
        measures={table: getattr(measures, table)(labels) for table in ("listing", "states", "numbers")},
        co_controls=co_controls(labels),
        decompositions=decomposed(labels),
        told={unit: said.lines(labels) for unit, said in diagnosis.told(labels).items()},
        ranking=ranking,
        top=scale_end(ranking, labels),
        grades=grade_colours(labels),
        intervals={kind: figures.rank_intervals(labels, ranking, kind) for kind in labels.types},
        time=time,
        courses=figures.time_course(labels, time),
        dynamics=dynamics.dynamics(labels),
        coordination=coordination.coordination(labels),
        spatial=spatial,
        cohorts=[_cohort(labels, comparison) for comparison in comparisons(labels)],
        indicators=indicators,
        variables=quality.variables(labels),
        accounted=[labels.code(code) for code in accounts.accounted(labels)],
        account_totals=accounts.totals(labels),
        account_factors=accounts.factors(labels),
        changed_counts=quality.changed_counts(labels),
        changed=_listed(labels),
        excluded=quality.excluded(labels),
        marks=quality.marks(labels),
        warnings=quality.warnings(labels),
        boundaries=quality.boundaries(labels),
        robustness=words.robustness_said(labels),
        sensitivity=sensitivity.sensitivity(labels),
        outcome=results.manifest["robustness_outcome"],
        inputs=inputs_of(labels),
        sources=sources(labels),
        versions=list(results.manifest["versions"].items()),
        profiles=profiles(labels, ranking, scale_end(ranking, labels)),
    )


def _sections(spatial: Iterable[str]) -> list[str]:
    """Return the sections of the page: what the spatial analyses tell stands before the cohorts."""
    at = SECTIONS.index("cohorts")
    return [*SECTIONS[:at], *spatial, *SECTIONS[at:]]


def flags_rule(labels: Labels) -> str:
    """Return by which rules indicators are flagged."""
    return labels.say("flags_rule", redundant=flags.REDUNDANT, significant=flags.SIGNIFICANT, silent=flags.SILENT)


def flags_looked_for(labels: Labels) -> bool:
    """Return whether any group of units is large enough for flags."""
    ranking = labels.results.ranking()
    apart = labels.typed and not labels.results.comparable
    sizes = ranking["type"].fillna("").value_counts().tolist() if apart else [len(ranking)]
    return max(sizes, default=0) >= flags.FEWEST


def comparisons(labels: Labels) -> list[CohortComparison]:
    """Compare the cohorts of every cohort column in the rank year."""
    if labels.results.ranking().empty:
        return []
    return [compare_cohorts(labels.results, column, year=labels.results.rank_year) for column in labels.cohorts]


def imputed_share(indicators: Table) -> float:
    """Return the share of all values that rest on imputed figures."""
    cells = sum(row["cells"] for row in indicators.rows)
    return sum(row["cells"] * row["imputed"] for row in indicators.rows if row["cells"]) / cells if cells else 0.0


def scale_end(ranking: Table, labels: Labels) -> float:
    """Return where the scale of the bars ends: 100, or what the scores need."""
    highest = max((row[code] or 0 for row in ranking.rows for code in ("composite", *labels.dimensions)), default=100)
    highest = float(f"{highest:.10g}")  # as the tables hold it, so that a run read back has the same scale
    if highest <= 0:
        return 1.0
    return next((end for end in (1.0, 10.0, 100.0) if highest <= end), float(math.ceil(highest)))


def grade_colours(labels: Labels) -> dict[int, tuple[str, str]]:
    """Return background and ink by grade: viridis, dark for the best as on the map."""
    chosen = words.methodology_of(labels).grades
    if chosen is None:
        return {}
    last = len(chosen.cuts)
    return {grade + 1: viridis(1 - grade / last) for grade in range(last + 1)}


def facts_of(labels: Labels) -> list[tuple[str, str]]:
    """Return the figures at the head of the report."""
    results = labels.results
    count, scored = len(results.units), len(results.ranking())
    period = results.manifest["period"]
    facts = [
        ("fact_units", str(count)),
        ("fact_unscored", str(count - scored)),
        ("fact_scored", str(scored)),
        ("fact_rank_year", str(results.rank_year)),
        ("fact_period", years_said(range(period["from"], period["to"] + 1))),
        ("fact_indicators", str(len(labels.indicators))),
    ]
    if labels.typed:
        facts.insert(3, ("fact_types", str(len([kind for kind in labels.types if kind]))))
    return [(labels.say(name), value) for name, value in facts]


def lead_of(labels: Labels) -> str:
    """Return what was assessed, in one sentence."""
    results = labels.results
    return labels.say(
        "lead",
        count=len(results.units),
        unit=labels.say(f"assesses_{results.framework.assesses}"),
        framework=labels.picked(results.framework.label),
        rank=results.rank_year,
    )


def _cohort(labels: Labels, comparison: CohortComparison) -> dict[str, Any]:
    return {
        "by": comparison.by,
        "figure": cohort_figure(comparison, labels.language),
        "main": main_table(comparison, labels),
        "differences": difference_table(comparison, labels),
        "distribution": distribution_table(comparison, labels),
    }


def _listed(labels: Labels) -> Table:
    """List every changed cell, or those of the rank year where they are too many for a page."""
    whole = quality.changed(labels)
    if len(whole.rows) <= LISTED:
        return whole
    return quality.changed(labels, year=labels.results.rank_year)


def inputs_of(labels: Labels) -> Table:
    """Return the files that the run read, with their digests."""
    rows = [{**item, "role": labels.say(f"input_{item['role']}")} for item in labels.results.manifest["inputs"]]
    columns = (
        Column("path", labels.say("column_file"), "name"),
        Column("role", labels.say("column_use")),
        Column("sha256", "SHA-256", "code", width=66),
    )
    return Table("inputs", labels.say("inputs_caption"), columns, rows)
