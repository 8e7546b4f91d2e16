"""What is wrong with what an assessment asks of the geographical detector, found before anything is computed."""

from collections.abc import Mapping, Sequence

from evaluate.methodology import Methodology
from evaluate.spatial.detector.given import HERE, Factor, factors_of
from evaluate.spatial.drawn import Drawn
from evaluate.spatial.explaining import Origins, check_explaining
from evaluate.spatial.formulas import check_quantities
from evaluate.spec import AssessmentFile
from indicators.errors import Faults, Place, nearest
from indicators.framework import Framework
from indicators.spec import Locate


def check_detector(
    file: AssessmentFile, methodology: Methodology, framework: Framework, place: Locate,
    drawn: Mapping[str, Sequence[Drawn]],
) -> Faults:  # fmt: skip
    """Return the faults of `spatial.geodetector`: names, formulas, years, and scores explained by their own parts.

    Args:
        file: the assessment.
        methodology: as resolved.
        framework: what is measured.
        place: gives the place of a key of the assessment.
        drawn: what each variable is drawn from.
    """
    faults = Faults()
    spec = file.spatial.geodetector if file.spatial else None
    if spec is None:
        return faults
    columns = [*(["type"] if file.roster.type else []), *file.roster.cohorts]
    origins = Origins(framework, file.outputs.correlates, tuple(methodology.veto), columns, drawn)
    factors = factors_of(spec, origins, place)
    single = len(spec.targets) == 1 and "[" not in place((*HERE, "targets", 0)).key
    targets = [(name, place((*HERE, "targets", *(() if single else (at,))))) for at, name in enumerate(spec.targets)]
    for name, at in targets:
        if origins.is_column(name):
            faults.add("detector.column_explained", at, found=name)
    named = [(name, at) for name, at in targets if not origins.is_column(name)]
    named += [(one.of, one.place) for one in factors if not one.column]
    unknown = check_quantities(named, file, framework)
    faults.extend(_nearer(unknown, {one.place for one in factors}, columns))
    faults.extend(check_explaining(spec.targets, [(one.of, one.place) for one in factors], origins, forced=spec.force))
    for one in factors:
        _cut(one, place, faults)
    if isinstance(spec.years, list):
        for position, year in enumerate(spec.years):
            if year not in file.period.years:
                at = place((*HERE, "years", position))
                span = {"first": file.period.from_, "last": file.period.to}
                faults.add("detector.year_not_scored", at, found=year, **span)
    return faults


def _nearer(faults: Faults, places: set[Place], columns: list[str]) -> Faults:
    """Let the name meant of a factor be that of a column of the roster, too."""
    found = Faults()
    for one in faults:
        values = dict(one.values)
        if one.text_key == "spatial.unknown_quantity" and one.place in places:
            values["meant"] = nearest(values["found"], [*columns, *filter(None, [str(values.get("meant", ""))])])
        found.add(one.text_key, one.place, **values)
    return found


def _cut(factor: Factor, place: Locate, faults: Faults) -> None:
    """Refuse ways and classes of what is not cut."""
    for key in ("ways", "classes"):
        if factor.categories and getattr(factor.spec, key) is not None:
            faults.add("detector.cut_of_categories", place((*HERE, "factors", factor.name, key)), key=key)
