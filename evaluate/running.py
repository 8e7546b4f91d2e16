"""`run`: from a checked assessment to everything that a run holds, and to a run folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from evaluate.artifacts import as_read, write_run
from evaluate.assessment import Assessment, load
from evaluate.coherence import coherence_of, correlates_of, warnings_of, with_influence
from evaluate.decomposed import decompose
from evaluate.diagnosis import diagnose
from evaluate.dynamics import coordination_of, dynamics_of
from evaluate.intake.group_sets import with_names
from evaluate.languages import locale_language
from evaluate.manifest import manifest_of
from evaluate.results import Results
from evaluate.robustness.summary import Robustness, analyse
from evaluate.scoring.score import score
from evaluate.scoring.scores import Scores
from evaluate.spatial import Setting, Spatial, spatial_of
from evaluate.spatial_spec import SpatialSpec
from evaluate.stages import stage
from indicators.accounting import doubled
from indicators.errors import Fault, InputError, Place, fault
from indicators.spec import Path as Keys
from indicators.texts import LANGUAGES

if TYPE_CHECKING:
    import geopandas as gpd


def run(
    assessment: Assessment | str | Path,
    out: str | Path | None = None,
    *,
    overwrite: bool = False,
    language: str | None = None,
) -> Results:
    """Score an assessment and, where `out` names a folder, write the run folder.

    `language`: of reasons, map and report; that of the assessment, else of the locale, else English. The folder
    appears whole or not at all; one that exists is a fault unless `overwrite`, and is then exchanged.

    Errors: an `InputError` with every fault of the assessment, or of the first stage of the scoring that has some.
    """
    if not isinstance(assessment, Assessment):
        if out is not None:
            _free(Path(out), overwrite)
        with stage("check") as counts:
            assessment = load(assessment)
            counts["reported"] = len(assessment.reported)
    spoken = language or assessment.file.outputs.language or locale_language()
    if spoken not in LANGUAGES:
        raise fault("faults.one_of", Place(key="language"), expected=", ".join(LANGUAGES), found=spoken)
    if out is not None:
        _free(Path(out), overwrite)
    with stage("score") as counts, _located(assessment):
        scores = score(assessment.panel, assessment.framework, assessment.methodology, assessment.fitted)
        counts["scores"] = int(scores.rows.scored.sum())
    robustness = None
    if assessment.file.robustness is not None:
        with stage("robustness"), _located(assessment):
            robustness = analyse(scores, assessment.file.robustness, assessment.fitted)
    with _located(assessment):
        spatial = spatial_of(_setting(assessment, scores, spoken))
    results = as_read(results_of(assessment, scores, robustness, spoken, spatial))
    if out is not None:
        with stage("write") as counts:
            write_run(results, scores.fitted, Path(out), assessment.path, overwrite=overwrite)
            counts.update(results.rows())
    return results


def _setting(assessment: Assessment, scores: Scores, language: str) -> Setting:
    """Return what the spatial analyses of an assessment draw upon."""
    file = assessment.file
    return Setting(
        file.spatial or SpatialSpec(), scores, assessment.boundaries.frame if assessment.boundaries else None,
        assessment.links, with_names(assessment.groups, file.groups.bundled if file.groups else (), language),
        file.outputs.correlates, language, assessment.locate,
        file.groups, file.outputs.pilots, assessment.overlays, assessment.places, assessment.drawn,
    )  # fmt: skip


def _drawn(assessment: Assessment) -> "gpd.GeoDataFrame | None":
    """Return the overlays as a map shows them; None without any."""
    if not assessment.overlays or assessment.boundaries is None:
        return None
    from geo.overlays import in_one_frame

    return in_one_frame(assessment.overlays, assessment.boundaries.frame)


def _counted_twice(assessment: Assessment) -> set[str]:
    """Return the accounted variables of which a sum over the units would count purchased energy twice."""
    stated = assessment.file.accounting
    if stated is None or len(assessment.panel.codes) < 2:
        return set()
    return {code for code, total in stated.totals.items() if doubled(total.of, total.scopes)}


def _free(out: Path, overwrite: bool) -> None:
    from evaluate.exchange import check_free

    check_free(out, overwrite)


_WHERE: Mapping[str, Keys] = {
    "scoring.needs_positive": ("methodology", "aggregation"),
    "scoring.no_negative": ("methodology", "aggregation"),
    "scoring.nothing_to_compare": ("methodology", "aggregation"),
    "scoring.share_limits": ("methodology", "aggregation"),
    "scoring.too_many_rows": ("methodology", "aggregation"),
    "scoring.weights_need_zero": ("methodology", "weighting"),
    "scoring.weights_need_positive": ("methodology", "weighting"),
    "scoring.no_baseline_population": ("period", "baseline"),
    "scoring.no_reference_values": ("methodology", "normalisation", "reference"),
    "scoring.nobody": ("coverage",),
    "scoring.score_too_large": ("methodology", "normalisation"),
    "fitted.no_scope": ("methodology", "normalisation", "reference"),
    "fitted.no_weights": ("methodology", "normalisation", "reference"),
    "fitted.no_weights_of_type": ("methodology", "normalisation", "reference"),
    "fitted.unreadable": ("methodology", "normalisation", "reference"),
    "robustness.none_succeeded": ("robustness",),
}
"""The key of an assessment by which a fault of the scoring, which knows no files, can be mended."""


@contextmanager
def _located(assessment: Assessment) -> Iterator[None]:
    """Give the faults of the scoring their lines in the files of the assessment."""

    def located(found: Fault) -> Fault:
        keys = tuple(found.place.key.split(".")) if found.place.key else _WHERE.get(found.text_key)
        if found.place.file or keys is None:
            return found
        locate = assessment.locate_framework if keys[0] in ("indicators", "beside") else assessment.locate
        return Fault(found.text_key, found.values, locate(keys))

    try:
        yield
    except InputError as error:
        raise InputError(map(located, error.faults)) from None


def results_of(
    assessment: Assessment, scores: Scores, robustness: Robustness | None, language: str, spatial: Spatial
) -> Results:
    """Bring everything that a run holds into the tables of the run folder."""
    frame = None
    if assessment.boundaries is not None:
        frame = assessment.boundaries.frame
    correlates = correlates_of(scores, assessment.file.outputs.correlates)
    with stage("diagnosis") as counts:
        coherence, diagnosis = coherence_of(scores, language), diagnose(scores, language)
        counts["diagnosis"] = len(diagnosis.standings)
    outputs = assessment.file.outputs
    with stage("dynamics") as counts:
        dynamics, chosen = dynamics_of(scores, classes=outputs.dynamics.classes), outputs.coordination
        coordination = None
        if chosen is not None:
            coordination = coordination_of(scores, chosen.dimensions or (), chosen.weights, language)
        counts["dynamics"] = len(dynamics.table)
    warnings = [*assessment.warnings, *scores.warnings, *(robustness.warnings if robustness else [])]
    warnings += warnings_of(scores, correlates)
    warnings += spatial.warnings
    decomposed = None
    if assessment.framework.decompositions:
        with stage("decomposition") as counts:
            decomposed = decompose(scores.values, _counted_twice(assessment))
            counts["decomposition"] = len(decomposed.table) if decomposed else 0
    warnings += _of_framework(assessment, decomposed.warnings if decomposed else [])
    return Results(
        manifest=manifest_of(assessment, scores, robustness, warnings, language, decomposed),
        units=assessment.panel.units,
        reported=assessment.reported,
        values=scores.value_table,
        normalised=scores.normalised_table,
        measures=scores.measures,
        scores=scores.scores_in(language),
        weights=with_influence(scores),
        treatment=scores.treatment_in(language),
        excluded=scores.exclusions_in(language),
        robustness=robustness.table if robustness else None,
        acceptability=robustness.acceptability if robustness else None,
        pairwise=robustness.pairwise if robustness else None,
        sensitivity=robustness.sensitivity.table if robustness and robustness.sensitivity else None,
        correlates=correlates,
        correlations=coherence.correlations,
        alpha=coherence.alpha,
        pca=coherence.pca,
        drop_one=coherence.drop_one,
        flags=coherence.flags,
        diagnosis=diagnosis.standings,
        lift=diagnosis.lifts,
        progress=diagnosis.progress,
        rank_bounds=diagnosis.rank_bounds,
        dynamics=dynamics.table,
        transitions=dynamics.transitions,
        density=dynamics.density,
        coordination=coordination,
        decomposition=decomposed.table if decomposed else None,
        common_direction=decomposed.directions if decomposed else None,
        accounts=assessment.accounts.lines if assessment.accounts else None,
        account_totals=assessment.accounts.totals if assessment.accounts else None,
        spatial=spatial.tables,
        geometry=frame,
        overlays=_drawn(assessment),
    )


def _of_framework(assessment: Assessment, warnings: list[Fault]) -> list[Fault]:
    """Give warnings about a part of the framework their lines."""
    return [Fault(w.text_key, w.values, assessment.locate_framework(tuple(w.place.key.split(".")))) for w in warnings]
