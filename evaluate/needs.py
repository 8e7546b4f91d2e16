"""Which variables an assessment needs, in which years, and where they come from."""

from collections.abc import Iterator

from evaluate.methodology import Methodology
from evaluate.methods.imputation import Linear
from evaluate.spec import AssessmentFile, LongTable, WideTable
from indicators.errors import InputError
from indicators.formula import Formula, parse
from indicators.framework import Framework
from indicators.spec import Path


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
    if _interpolates(file, methodology):
        # a gap is as long as the reports around it say, so no year between two that are needed may stay unread
        needed = {code: set(range(min(found), max(found) + 1)) for code, found in needed.items() if found}
    return needed


def _interpolates(file: AssessmentFile, methodology: Methodology) -> bool:
    options = file.robustness.vary.get("imputation", []) if file.robustness else []
    varied = any(isinstance(option, dict) and option.get("method") == "linear" for option in options)
    return varied or isinstance(methodology.imputation, Linear)


def _formulas(file: AssessmentFile, framework: Framework) -> Iterator[Formula]:
    for indicator in framework.indicators.values():
        yield from indicator.formulas().values()
    for text in file.outputs.correlates.values():
        try:
            yield parse(text)
        except InputError:
            continue  # reported where the correlates are checked


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
