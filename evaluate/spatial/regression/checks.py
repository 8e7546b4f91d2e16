"""What can be wrong with the regressions of an assessment, found before anything is computed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from evaluate.methodology import Methodology
from evaluate.spatial.drawn import Drawn
from evaluate.spatial.explaining import Origins, check_explaining
from evaluate.spatial.formulas import check_quantities
from evaluate.spatial_spec.regression import RegressionSpec, keys_of
from evaluate.spec import AssessmentFile
from indicators.errors import Faults, Place, nearest
from indicators.framework import Framework
from indicators.spec import Locate
from indicators.spec import Path as Keys


def check_regressions(
    file: AssessmentFile, methodology: Methodology, framework: Framework, place: Locate,
    drawn: Mapping[str, Sequence[Drawn]],
) -> Faults:  # fmt: skip
    """Return everything that does not fit: names, years, neighbours, places, and what the target is made of.

    Args:
        file: the assessment.
        methodology: of the assessment.
        framework: of the assessment.
        place: gives the place of a key of the assessment.
        drawn: what each variable is drawn from.
    """
    faults = Faults()
    spatial = file.spatial
    listed = spatial.regression if spatial is not None else []
    if listed and file.boundaries is None:
        faults.add("local_regression.needs_boundaries", place(("spatial", "regression")))
    names: set[str] = set()
    for at, spec in enumerate(listed):
        keys = keys_of(listed, at)
        if spec.called in names:
            faults.add("local_regression.same_name", place((*keys, "name")), found=spec.called)
        names.add(spec.called)
        _check_one(file, framework, spec, partial(_within, place, keys), faults)
        origins = Origins(framework, file.outputs.correlates, methodology.veto, drawn=drawn)
        by = [(name, place((*keys, "explained_by", i))) for i, name in enumerate(spec.explained_by)]
        faults.extend(check_explaining([spec.target], by, origins, forced=spec.force))
    return faults


def check_roster(file: AssessmentFile, count: int, place: Locate) -> Faults:
    """Return a fault for every local regression for which the roster alone is too short.

    Args:
        file: the assessment.
        count: units of the roster.
        place: gives the place of a key of the assessment.
    """
    from geo.regression.design import FEWEST

    faults = Faults()
    listed = file.spatial.regression if file.spatial is not None else []
    for at, spec in enumerate(listed):
        if spec.local and count < FEWEST and not spec.force:
            faults.add("local_regression.short_roster", place(keys_of(listed, at)), found=count, fewest=FEWEST)
    return faults


def _within(place: Locate, keys: Keys, *key: str | int) -> Place:
    return place((*keys, *key))


def _check_one(
    file: AssessmentFile, framework: Framework, spec: RegressionSpec, at: Callable[..., Place], faults: Faults
) -> None:
    named: list[tuple[str, Place]] = [(spec.target, at("target"))]
    named += [(name, at("explained_by", i)) for i, name in enumerate(spec.explained_by)]
    faults.extend(check_quantities(named, file, framework))
    for key, given in (("explained_by", spec.explained_by), ("models", spec.models)):
        for i, name in enumerate(given):
            if name in given[:i]:
                faults.add("local_regression.twice", at(key, i), found=name)
    if spec.year is not None and spec.year not in file.period.years:
        first, last = file.period.years[0], file.period.years[-1]
        faults.add("local_regression.year_outside", at("year"), found=spec.year, first=first, last=last)
    if "gtwr" in spec.models and len(file.period.years) < 2:
        faults.add("local_regression.one_year", at("models"))
    if spec.bandwidth is not None and spec.adaptive and spec.bandwidth != int(spec.bandwidth):
        faults.add("local_regression.whole_bandwidth", at("bandwidth"), found=f"{spec.bandwidth:g}")
    rules = file.spatial.neighbours if file.spatial is not None else None
    if spec.neighbours is not None and rules is None:
        faults.add("local_regression.no_rules", at("neighbours"), found=spec.neighbours)
    elif spec.neighbours is not None and rules is not None and spec.neighbours not in rules:
        values = {"found": spec.neighbours, "known": ", ".join(rules), "meant": nearest(spec.neighbours, rules)}
        faults.add("local_regression.unknown_rule", at("neighbours"), **values)
