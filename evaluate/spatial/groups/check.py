"""What can be wrong with what an assessment says of groups and pilots, found before anything is computed."""

from evaluate.spatial.dynamics.sample import unknown_rule
from evaluate.spatial.formulas import check_quantities
from evaluate.spec import AssessmentFile
from indicators.errors import Faults, nearest
from indicators.framework import Framework
from indicators.spec import Locate


def check_groups(file: AssessmentFile, framework: Framework, place: Locate, faults: Faults) -> None:
    """Add what does not fit of `groups`, `outputs.pilots` and `spatial.dynamics`; `place` gives the place of a key."""
    _groups(file, framework, place, faults)
    _pilots(file, place, faults)
    _dynamics(file, framework, place, faults)


def _groups(file: AssessmentFile, framework: Framework, place: Locate, faults: Faults) -> None:
    spec = file.groups
    if spec is None:
        return
    for code, path in spec.variables():
        if code not in framework.variables:
            at = place(("groups", *path))
            faults.add("assessment.unknown_variable", at, found=code, meant=nearest(code, framework.variables))
    for code, rule in spec.aggregate.items():
        variable = framework.variables.get(code)
        if variable is not None and rule.how == "sum" and variable.unit_of_measure == "%":
            faults.add("groups.sum_of_shares", place(("groups", "aggregate", code)), label=framework.label_of(code))
    if spec.type_ is not None and spec.type_ not in framework.types:
        known, meant = ", ".join(framework.types), nearest(spec.type_, framework.types)
        faults.add("groups.no_type", place(("groups", "type")), found=spec.type_, known=known, meant=meant)
    if spec.benefit is not None:
        at = place(("groups", "benefit"))
        indicator = framework.indicators.get(spec.benefit)
        if indicator is None:
            meant = nearest(spec.benefit, framework.indicators)
            faults.add("groups.no_indicator", at, found=spec.benefit, meant=meant)
        elif indicator.direction == "target":
            faults.add("groups.benefit_of_target", at, label=framework.label_of(spec.benefit))
    if file.period.baseline is None:
        for key in ("effort", "benefit"):
            if getattr(spec, key) is not None:
                faults.add("groups.needs_baseline", place(("groups", key)))


def _pilots(file: AssessmentFile, place: Locate, faults: Faults) -> None:
    spec = file.outputs.pilots
    if spec is None:
        return
    cohorts = file.roster.cohorts
    if spec.column not in cohorts:
        at = place(("outputs", "pilots", "column"))
        faults.add("formula.unknown_column", at, found=spec.column, meant=nearest(spec.column, cohorts))
    known = [*(["type"] if file.roster.type else []), *cohorts]
    for position, name in enumerate(spec.by):
        at = place(("outputs", "pilots", "by", position))
        if name not in known:
            faults.add("formula.unknown_column", at, found=name, meant=nearest(name, known))
        elif name == spec.column or name in spec.by[:position]:
            faults.add("groups.column_twice", at, found=name)


def _dynamics(file: AssessmentFile, framework: Framework, place: Locate, faults: Faults) -> None:
    if file.spatial is None or file.spatial.dynamics is None:
        return
    spec, rules = file.spatial.dynamics, file.spatial.neighbours
    names = [(name, place(("spatial", "dynamics", "of", at))) for at, name in enumerate(spec.of)]
    faults.extend(check_quantities(names, file, framework))
    if rules is not None and spec.neighbours is not None and spec.neighbours not in rules:
        at = place(("spatial", "dynamics", "neighbours"))
        faults.add("space_time.no_such_rule", at, **unknown_rule(spec.neighbours, rules))
