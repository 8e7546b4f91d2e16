"""What can be wrong with the quantities and formulas that an assessment names, before anything is computed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from evaluate.spatial.quantities import OUTPUT, outputs_of
from indicators.errors import Faults, Place, nearest
from indicators.formula import parse
from indicators.framework import Framework
from indicators.framework_check import check_formula
from indicators.spec import CODE
from indicators.structure import TOP

if TYPE_CHECKING:
    from evaluate.spec import AssessmentFile


def check_stated_formula(text: str, at: Place, file: "AssessmentFile", framework: Framework) -> Faults:
    """Return the faults of a formula: names, units of measure that do not fit, a missing baseline or column.

    Args:
        text: the formula.
        at: where it stands.
        file: the assessment.
        framework: where variables are declared.
    """
    faults = Faults()
    check_formula(text, framework, None, at, faults)
    with faults.collecting():
        parsed = parse(text, at)
        if parsed.needs_baseline and file.period.baseline is None:
            faults.add("formula.needs_baseline", at)
        known = ["type", *file.roster.cohorts]
        for column in sorted(parsed.columns - set(known)):
            faults.add("formula.unknown_column", at, found=column, meant=nearest(column, known))
    return faults


def check_quantities(names: Iterable[tuple[str, Place]], file: "AssessmentFile", framework: Framework) -> Faults:
    """Return a fault for every name that is no quantity, and for every formula that cannot be computed.

    Args:
        names: each name with the place where it stands: `composite`, a code, an output of a measure or a formula over
            variables.
        file: the assessment.
        framework: where indicators, dimensions and variables are declared.
    """
    faults = Faults()
    known = {
        TOP, *framework.dimensions(), *framework.indicators, *framework.variables, *file.outputs.correlates,
        *outputs_of(framework),
    }  # fmt: skip
    for name, place in names:
        if name in known:
            continue
        if CODE.fullmatch(name) or OUTPUT.fullmatch(name):
            faults.add("spatial.unknown_quantity", place, found=name, meant=nearest(name, known))
        else:
            faults.extend(check_stated_formula(name, place, file, framework))
    return faults
