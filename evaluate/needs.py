"""Which variables an assessment needs, in which years, and where they come from."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from evaluate.methodology import Methodology
from evaluate.methods.base import Method, members
from evaluate.methods.imputation import Imputation
from evaluate.spec import AssessmentFile, LongTable, WideTable
from indicators.errors import InputError
from indicators.formula import Formula, parse
from indicators.framework import Framework
from indicators.spec import CODE, Path


def needed_years(file: AssessmentFile, methodology: Methodology, framework: Framework) -> dict[str, set[int]]:
    """Return, by variable, the years that the scored years rest on."""
    period, breaks = file.period, framework.breaks()
    years = set(period.years)
    if period.baseline is not None and "baseline" in methodology.references:
        years.add(period.baseline)
    needed: dict[str, set[int]] = {}
    for formula in _formulas(file, framework):
        for variable, wanted in formula.years_needed(years, period.baseline, breaks).items():
            needed.setdefault(variable, set()).update(wanted)
    for code in methodology.veto:
        if code not in framework.indicators and code in framework.variables:
            needed.setdefault(code, set()).update(period.years)
    _for_groups(file, framework, needed)
    _for_decompositions(file, framework, needed)
    _for_robustness(file, years, needed)
    ways = [way for way in _imputations(file, methodology) if way.over_years]
    if ways:
        # a gap is as long as the reports around it say, so no year between two that are needed may stay unread
        needed = {code: set(range(min(found), max(found) + 1)) for code, found in needed.items() if found}
        layers = {layer.variable for layer in file.layers}  # of which only the years that are needed are there
        for code in needed.keys() - layers:
            needed[code].update(*(way.years_before(min(needed[code])) for way in ways))
    return needed


def _for_groups(file: AssessmentFile, framework: Framework, needed: dict[str, set[int]]) -> None:
    """Add what members of groups are weighed by, and the emissions that their effort is measured by."""
    if file.groups is None:
        return
    period, breaks = file.period, framework.breaks()
    years = {*period.years, *([] if period.baseline is None else [period.baseline])}
    for code, rule in file.groups.aggregate.items():
        if rule.weight is not None:
            needed.setdefault(rule.weight, set()).update(needed.get(code, years))
    if file.groups.weight is not None:
        needed.setdefault(file.groups.weight, set()).update(period.years)
    if file.groups.benefit in framework.indicators and period.baseline is not None:
        for formula in framework.indicators[file.groups.benefit].formulas().values():
            for variable, wanted in formula.years_needed({period.baseline}, period.baseline, breaks).items():
                needed.setdefault(variable, set()).update(wanted)
    for code in framework.variables.keys() & (file.groups.effort or ()):
        for variable, wanted in parse(f"change(`{code}`)").years_needed(years, period.baseline, breaks).items():
            needed.setdefault(variable, set()).update(wanted)


def _for_decompositions(file: AssessmentFile, framework: Framework, needed: dict[str, set[int]]) -> None:
    """Add every year from the baseline on: a decomposition leads from year to year."""
    period = file.period
    first = min(period.years) if period.baseline is None else min(*period.years, period.baseline)
    years = range(first, max(period.years) + 1)
    for spec in framework.decompositions.values():
        for text in spec.formulas():
            for variable in parse(text).variables:
                needed.setdefault(variable, set()).update(years)


def _for_robustness(file: AssessmentFile, years: set[int], needed: dict[str, set[int]]) -> None:
    """Add what may stand in for a variable, and the standard uncertainties that errors are drawn from."""
    if file.robustness is None:
        return
    for code, options in file.robustness.sources.items():
        for other in options:
            needed.setdefault(other, set()).update(needed.get(code, years))
    for code, error in file.robustness.indicator_error.items():
        if error.from_ is not None:
            needed.setdefault(error.from_, set()).update(needed.get(code, years))


def _imputations(file: AssessmentFile, methodology: Methodology) -> Iterator[Any]:
    """Yield the imputation of the methodology and those that are tried in its place; what is no setting is left out."""
    yield methodology.imputation
    known: dict[str, type[Method]] = {member.word(): member for member in members(Imputation)}
    for option in file.robustness.vary.get("imputation", []) if file.robustness else []:
        member = known.get(str(option.get("method"))) if isinstance(option, dict) else None
        if member is not None:
            with suppress(ValidationError):
                yield member.model_validate(option)


def _formulas(file: AssessmentFile, framework: Framework) -> Iterator[Formula]:
    for indicator in framework.computed.values():
        yield from indicator.formulas().values()
    for text in file.outputs.correlates.values():
        try:
            yield parse(text)
        except InputError:
            continue  # reported where the correlates are checked
    for name in file.spatial.quantities() if file.spatial is not None else ():
        if name in framework.variables or not CODE.fullmatch(name):
            with suppress(InputError):  # reported where the quantities are checked
                formula = parse(name)
                if formula.variables <= framework.variables.keys():  # else a column of the roster, or a misspelt name
                    yield formula


def accounted(file: AssessmentFile) -> set[str]:
    """Return the variables that the accounts give."""
    totals = file.accounting.totals if file.accounting is not None else {}
    return {*totals, *(total.uncertainty for total in totals.values() if total.uncertainty is not None)}


def sources_of(file: AssessmentFile) -> Iterator[tuple[str, str, Path]]:
    """Yield every source of a variable: its code, its unit of measure, where the assessment says so."""
    for position, table in enumerate(file.data):
        here: Path = ("data", position)
        if isinstance(table, WideTable):
            for name, column in table.columns.items():
                yield column.variable, column.unit_of_measure, (*here, "columns", name)
        elif isinstance(table, LongTable):
            for name, column in table.variables.items():
                yield column.variable, column.unit_of_measure, (*here, "variables", name)
        else:
            yield table.variable, table.unit_of_measure, here
    for position, layer in enumerate(file.layers):
        yield layer.variable, layer.unit_of_measure, ("layers", position)
