"""What can be wrong with the accounting of an assessment before any amount is read."""

from collections.abc import Iterator

from evaluate.accounting_spec import AccountingSpec, ActivitySpec, TotalSpec
from evaluate.needs import sources_of
from evaluate.spec import AssessmentFile
from indicators.accounting import CO2_EQUIVALENT, Factor, FactorTable, emission_step, signed
from indicators.accounting.factors import listed
from indicators.errors import Faults, InputError, Place, nearest
from indicators.framework import Framework
from indicators.spec import Locate, Path
from indicators.synergy.co_control import pollutant_equivalents
from indicators.texts import both
from indicators.units import factor, measure

ALSO = ("pollutant", "process")
"""Kinds of factors that may stand beside the one that says what an activity is."""


def check_accounting(
    file: AssessmentFile, framework: Framework, table: FactorTable | None, place: Locate, faults: Faults
) -> None:
    """Add everything that does not fit.

    `table`: the factors; None where their tables have faults themselves, so that no code is called unknown.
    """
    spec = file.accounting
    if spec is None:
        return
    reported = {code for code, _, _ in sources_of(file)}
    misspelt = reported - set(framework.variables) - set(spec.activities)
    for code, activity in spec.activities.items():
        _activity(code, activity, file, framework, table, place, faults)
        if code not in reported and not any(nearest(name, [code]) for name in misspelt):
            faults.add("accounting.unreported_activity", place(("data",)), found=code)
    if spec.gwp is not None and table is not None:
        with faults.collecting():
            table.gwp(spec.gwp, place(("accounting", "gwp")))
    targets: set[str] = set()
    layers = {layer.variable for layer in file.layers}
    for code, total in spec.totals.items():
        here: Path = ("accounting", "totals", code)
        for path, target in ((here, code), ((*here, "uncertainty"), total.uncertainty)):
            if target is not None:
                _target(target, targets, layers, framework, place(path), faults)
        _total(total, spec, table, place, here, faults)


def _target(code: str, targets: set[str], layers: set[str], framework: Framework, at: Place, faults: Faults) -> None:
    variable = framework.variables.get(code)
    if variable is None:
        faults.add("assessment.unknown_variable", at, found=code, meant=nearest(code, framework.variables))
        return
    with faults.collecting():
        factor("t", variable.unit_of_measure, at)
    if code in layers:
        faults.add("accounting.total_and_layer", at, found=code)
    if code in targets:
        faults.add("accounting.total_twice", at, found=code)
    targets.add(code)


def _activity(
    code: str, activity: ActivitySpec, file: AssessmentFile, framework: Framework, table: FactorTable | None,
    place: Locate, faults: Faults,
) -> None:  # fmt: skip
    here: Path = ("accounting", "activities", code)
    if code in framework.variables:
        faults.add("accounting.activity_is_variable", place(here), found=code)
    power = activity.electricity
    if power is not None and power.by is not None and power.by not in file.roster.cohorts:
        known = file.roster.cohorts
        at = place((*here, "electricity", "by"))
        faults.add("formula.unknown_column", at, found=power.by, meant=nearest(power.by, known))
    unit_at = place((*here, "unit_of_measure"))
    try:
        measure(activity.unit_of_measure, unit_at)
    except InputError as error:
        faults.extend(error.faults)
        return
    if activity.measured is not None:
        with faults.collecting():
            factor(activity.unit_of_measure, "t", unit_at)
    if table is not None:
        with faults.collecting():
            for row in factors_named(activity, table, place, here):
                emission_step(activity.unit_of_measure, row.unit_of_measure, unit_at)


def factors_named(activity: ActivitySpec, table: FactorTable, place: Locate, here: Path) -> list[Factor]:
    """Return the factors that an activity names, its own first; of electricity by series one stands for all.

    Errors: an `InputError` with every code, series or place that there is not.
    """
    faults, out = Faults(), []
    if activity.measured is None:
        with faults.collecting():
            out += _own(activity, table, place, (*here, activity.source))
    for position, code in enumerate(activity.also):
        at = place((*here, "also", position))
        with faults.collecting():
            kind = table.rows[code].kind if code in table.rows else ""
            out.append(table.named(kind if kind in ALSO else "pollutant", code, at))
    faults.raise_if_any()
    return out


def _own(activity: ActivitySpec, table: FactorTable, place: Locate, at: Path) -> list[Factor]:
    power = activity.electricity
    if power is None:
        return [table.named(activity.source, str(getattr(activity, activity.source)), place(at))]
    if power.factor is not None:
        return [table.named("electricity", power.factor, place((*at, "factor")))]
    assert power.series is not None
    table.electricity_of(power.series, power.variant, place(at))
    if power.place is not None:
        return table.electricity_rows(power.series, power.variant, power.place, place((*at, "place")))[:1]
    return table.electricity_of(power.series, power.variant, place(at))[:1]


def substances(activity: ActivitySpec, table: FactorTable) -> list[tuple[str, str]]:
    """Return what an activity emits, and the kind of factor by which it does; nothing where its factors are unknown."""
    if activity.measured is not None:
        return [(activity.measured, "pollutant" if activity.measured in pollutant_equivalents() else "measured")]
    try:
        rows = factors_named(activity, table, lambda path: Place(), ())
    except InputError:
        return []
    return [(row.substance, row.kind) for row in rows]


def counting(total: TotalSpec, spec: AccountingSpec, table: FactorTable) -> Iterator[tuple[str, str]]:
    """Yield the activities, and their substances, that go into a total."""
    gases = table.gwp(spec.gwp) if total.substance == CO2_EQUIVALENT and spec.gwp is not None else {}
    for code, activity in spec.activities.items():
        fits = total.activities is None or code in total.activities
        in_scope = activity.kind != "gross" or activity.scope_of_lines in total.scopes
        if fits and in_scope and signed(activity.kind, total.of):
            for substance, _ in substances(activity, table):
                if substance == total.substance or substance in gases:
                    yield code, substance


def _total(
    total: TotalSpec, spec: AccountingSpec, table: FactorTable | None, place: Locate, here: Path, faults: Faults
) -> None:
    for position, code in enumerate(total.activities or []):
        if code not in spec.activities:
            at = place((*here, "activities", position))
            faults.add("accounting.unknown_activity", at, found=code, meant=nearest(code, spec.activities))
            return
    if total.substance == CO2_EQUIVALENT and spec.gwp is None:
        faults.add("accounting.gwp_needed", place((*here, "substance")))
        return
    if table is None:
        return
    made = {code: substances(activity, table) for code, activity in spec.activities.items()}
    if not all(made.values()):
        return  # an activity with a fault of its own may be the one that is missed
    if total.substance == CO2_EQUIVALENT:
        with faults.collecting():
            _gases(total, spec, table, made, place((*here, "substance")), faults)
    try:
        if any(counting(total, spec, table)):
            return
    except InputError:
        return  # told where the set is named
    known = list(dict.fromkeys(substance for some in made.values() for substance, _ in some))
    faults.add(
        "accounting.total_without_lines", place(here),
        substance=total.substance, of=both(f"accounting.figure_{total.of}"),
        scopes=", ".join(map(str, total.scopes)), known=listed(known),
        meant="" if total.substance in known else nearest(total.substance, known),
    )  # fmt: skip


def _gases(
    total: TotalSpec, spec: AccountingSpec, table: FactorTable, made: dict[str, list[tuple[str, str]]], at: Place,
    faults: Faults,
) -> None:  # fmt: skip
    """Refuse a substance that is neither weighted nor a pollutant: a gas would silently be left out."""
    assert spec.gwp is not None
    weights = table.gwp(spec.gwp)
    for code in total.activities or spec.activities:
        for substance, kind in made[code]:
            if substance not in weights and kind != "pollutant":
                faults.add(
                    "accounting.no_gwp", at, named=spec.gwp, substance=substance, activity=code,
                    known=listed(weights), meant=nearest(substance, weights),
                )  # fmt: skip
