"""What can be wrong with an assessment against its framework, found before anything is read or computed."""

from collections.abc import Mapping, Sequence

from evaluate.accounting import activities_of
from evaluate.layer_spec import check_raster_layers
from evaluate.methodology import Methodology
from evaluate.needs import accounted, needed_years, sources_of
from evaluate.overlay_spec import check_overlays
from evaluate.robustness.inputs import read_inputs
from evaluate.scoring.codes import code_faults
from evaluate.scoring.normalised import missing_references
from evaluate.spatial.autocorrelation.check import check_autocorrelation
from evaluate.spatial.detector.checking import check_detector
from evaluate.spatial.drawn import Drawn
from evaluate.spatial.formulas import check_stated_formula
from evaluate.spatial.groups.check import check_groups
from evaluate.spatial.local_weights.checks import check_local_weights
from evaluate.spatial.places import check_rules
from evaluate.spatial.regression.checks import check_regressions
from evaluate.spec import AssessmentFile, Coordination
from evaluate.vector_spec import check_vector_layers
from indicators.definitions import Dimension
from indicators.errors import Faults, Place, nearest
from indicators.framework import Framework
from indicators.spec import Locate, Path
from indicators.units import factor, measure


def check_semantics(
    file: AssessmentFile, methodology: Methodology, framework: Framework,
    place: Locate, framework_place: Locate, drawn: Mapping[str, Sequence[Drawn]], faults: Faults,
) -> None:  # fmt: skip
    """Add everything that does not fit.

    `place` and `framework_place` give the places of keys of the two files, `drawn` what variables are drawn from.
    """
    _sources(file, framework, place, faults)
    _needed(file, methodology, framework, place, faults)
    check_raster_layers(file.layers, place, faults)
    check_vector_layers(file.layers, place, faults)
    check_overlays(file, place, faults)
    _methodology(methodology, framework, place, faults)
    _columns(file, methodology, framework, place, framework_place, faults)
    _correlates(file, framework, place, faults)
    _coordination(file.outputs.coordination, framework, place, faults)
    faults.extend(check_rules(file, framework, place))
    faults.extend(check_autocorrelation(file, framework, place))
    check_groups(file, framework, place, faults)
    faults.extend(check_detector(file, methodology, framework, place, drawn))
    faults.extend(check_regressions(file, methodology, framework, place, drawn))
    faults.extend(check_local_weights(file, place))
    if "baseline" in methodology.references and file.period.baseline is None:
        faults.add("assessment.baseline_reference", place(("methodology", "normalisation", "reference")))
    if file.robustness is not None:
        with faults.collecting():
            read_inputs(
                file.robustness, methodology, framework, place,
                columns=file.roster.cohorts, baseline=file.period.baseline is not None,
            )  # fmt: skip
    if file.outputs.tiles is not None:
        _tiles(file.outputs.tiles, place(("outputs", "tiles")), faults)


def _tiles(address: str, place: Place, faults: Faults) -> None:
    from geo.maps.policy import check_tiles
    from indicators.errors import InputError

    try:
        check_tiles(address)
    except InputError as error:
        for found in error.faults:
            faults.add(found.text_key, place, **dict(found.values))


def _sources(file: AssessmentFile, framework: Framework, place: Locate, faults: Faults) -> None:
    table: dict[str, Path] = {}
    known = {**activities_of(file), **framework.variables}
    for code, unit_of_measure, path in sources_of(file):
        if code not in known or (path[0] == "layers" and code not in framework.variables):
            at = place((*path, "variable"))
            faults.add("assessment.unknown_variable", at, found=code, meant=nearest(code, known))
            continue
        at = place((*path, "unit_of_measure"))
        with faults.collecting():
            measure(unit_of_measure, at)
            factor(unit_of_measure, known[code].unit_of_measure, at)
        if path[0] == "layers" and code in table:
            key = "assessment.two_sources" if table[code][0] == "data" else "assessment.two_layers"
            faults.add(key, place(path), found=code)
        table.setdefault(code, path)


def _needed(
    file: AssessmentFile, methodology: Methodology, framework: Framework, place: Locate, faults: Faults
) -> None:
    given = {code for code, _, _ in sources_of(file)} | accounted(file)
    activities = activities_of(file)
    misspelt = {nearest(code, framework.variables) for code in given - set(framework.variables) - set(activities)}
    for code in needed_years(file, methodology, framework):
        if code in framework.variables and code not in given | misspelt:
            faults.add("assessment.no_source", place(("data",)), found=code)


def _methodology(methodology: Methodology, framework: Framework, place: Locate, faults: Faults) -> None:
    for found in code_faults(framework, methodology):
        faults.add(found.text_key, place(tuple(found.place.key.split("."))), **dict(found.values))
    for code in framework.indicators:
        for found in missing_references(framework, methodology, code, list(framework.types) or [""]):
            path: Path = ("methodology", "overrides", code, "normalisation")
            if code not in methodology.overrides:
                path = ("methodology", "normalisation")
            faults.add(found.text_key, place(path), **dict(found.values))


def _columns(
    file: AssessmentFile, methodology: Methodology, framework: Framework,
    place: Locate, framework_place: Locate, faults: Faults,
) -> None:  # fmt: skip
    known = ["type", *file.roster.cohorts]
    by = methodology.imputation.column
    if by not in (None, *known):
        at = place(("methodology", "imputation", "by"))
        faults.add("formula.unknown_column", at, found=by, meant=nearest(by, known))
    for code, indicator in framework.indicators.items():
        for formula in indicator.formulas().values():
            for column in sorted(formula.columns - set(known)):
                at = framework_place(("indicators", code, "formula"))
                faults.add("formula.unknown_column", at, found=column, meant=nearest(column, known))


def _correlates(file: AssessmentFile, framework: Framework, place: Locate, faults: Faults) -> None:
    for code, text in file.outputs.correlates.items():
        at = place(("outputs", "correlates", code))
        faults.extend(check_stated_formula(text, at, file, framework))
        if code in ("unit", "year", "composite"):
            faults.add("framework.reserved", at, found=code)


def _coordination(chosen: Coordination | None, framework: Framework, place: Locate, faults: Faults) -> None:
    if chosen is None:
        return
    known = framework.dimensions()
    named = chosen.dimensions if chosen.dimensions is not None else list(framework.tree)
    for position, code in enumerate(chosen.dimensions or ()):
        at = place(("outputs", "coordination", "dimensions", position))
        if code not in known:
            faults.add("assessment.no_dimension", at, found=code, meant=nearest(code, known))
            continue
        outer = next((other for other in named if other in known and code in _within(known[other])), None)
        if code in named[:position]:
            faults.add("assessment.dimension_twice", at, found=code)
        elif outer is not None:
            faults.add("assessment.dimension_within", at, found=code, outer=outer)
    weights = chosen.weights
    if weights is not None:
        at = place(("outputs", "coordination", "weights"))
        if set(weights) != set(named):
            expected, found = ", ".join(named), ", ".join(weights)
            faults.add("assessment.weights_of_dimensions", at, expected=expected, found=found)
        elif not any(weights.values()):
            faults.add("assessment.weights_zero", at)


def _within(dimension: Dimension) -> set[str]:
    """Return the dimensions below one."""
    return {code for own, below in (dimension.dimensions or {}).items() for code in (own, *_within(below))}
