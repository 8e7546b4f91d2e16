"""Activities as the tables see them: read, converted and checked exactly as variables are."""

from collections.abc import Mapping

from evaluate.spec import AssessmentFile
from indicators.definitions import Variable


def activities_of(file: AssessmentFile) -> dict[str, Variable]:
    """Return the activities of an assessment as reported quantities, by code."""
    if file.accounting is None:
        return {}
    return {
        code: Variable(unit_of_measure=spec.unit_of_measure, label=spec.label, range=list(spec.range))
        for code, spec in file.accounting.activities.items()
    }


def activity_years(file: AssessmentFile, needed: Mapping[str, set[int]]) -> dict[str, set[int]]:
    """Return the years in which activities are read: all that any accounted variable is needed in.

    `needed`: years by variable of the framework.
    """
    if file.accounting is None:
        return {}
    years: set[int] = set()
    for code, total in file.accounting.totals.items():
        years |= needed.get(code, set())
        if total.uncertainty is not None:
            years |= needed.get(total.uncertainty, set())
    return {code: set(years) for code in file.accounting.activities}
