# ruff: noqa: E501
"""Bad input: emission accounting, its activities and totals."""

from collections.abc import Callable

from tests.evaluate.accounting.accounted import with_accounts
from tests.evaluate.tiny import Project
from tests.messages.cases import Case

FILE = "assessment.yaml"
COAL = "coal: {fuel: raw_coal, also: [coal_so2], unit_of_measure: t, uncertainty: 0.03, factor_uncertainty: 0.04}"
POWER = "electricity: {series: statistics, place: 全国}"
TOTAL = "co2: {substance: co2, scopes: [1, 2]}"
DEAL = "deal: {measured: co2, counts_as: sold, unit_of_measure: t, absent: zero}"


def accounted(name: str, said: str, *pairs: tuple[str, str], file: str = FILE) -> Case:
    """Return a case in which texts of one file of the accounted project are replaced."""
    return Case(name, changed(lambda project: project.change(file, *pairs)), said)


def changed(change: Callable[[Project], object]) -> Callable[[Project], None]:
    """Return a change of the project after it was given accounts."""

    def made(project: Project) -> None:
        with_accounts(project)
        change(project)

    return made


def _layer(project: Project) -> None:
    project.draw()
    project.assess(("period:", "layers:\n  - {path: 'air_{year}.tif', variable: co2, unit_of_measure: t}\nperiod:"))


def _reported_too(project: Project) -> None:
    head, *rows = (project.folder / "data.csv").read_text(encoding="utf-8").splitlines()
    project.write("data.csv", "\n".join([f"{head},co2_t", f"{rows[0]},7000", *(f"{row}," for row in rows[1:])]) + "\n")
    project.assess(("      coal_kt:", "      co2_t: {variable: co2, unit_of_measure: t}\n      coal_kt:"))


CASES = [
    accounted(
        "activity without a kind",
        """\
1 fault in assessment.yaml
  assessment.yaml:20  accounting.activities.gas: exactly one of fuel, electricity, heat, process, pollutant, removal, measured is needed; found 0
""",
        ("fuel: natural_gas, ", ""),
    ),
    accounted(
        "activity of two kinds",
        """\
1 fault in assessment.yaml
  assessment.yaml:20  accounting.activities.gas: exactly one of fuel, electricity, heat, process, pollutant, removal, measured is needed; found 2
""",
        ("fuel: natural_gas, ", "fuel: natural_gas, heat: heat-default, "),
    ),
    accounted(
        "electricity without a place",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity: needs `series` and either `place` or `by` (or `factor` alone)
""",
        (POWER, "electricity: {series: statistics}"),
    ),
    accounted(
        "electricity by code and by series",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity: `factor` leaves no room for series
""",
        (POWER, "electricity: {series: statistics, factor: grid-2023-CN}"),
    ),
    accounted(
        "counts_as of a factor",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  accounting.activities.forest: `counts_as` is for `measured`; a factor of a sink goes with `removal`
""",
        ("removal: grown,", "removal: grown, counts_as: sold,"),
    ),
    accounted(
        "scope of a removal",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  accounting.activities.forest: a removal has no scope; remove `scope`
""",
        ("removal: grown,", "removal: grown, scope: 1,"),
    ),
    accounted(
        "measured emissions without a scope",
        """\
1 fault in assessment.yaml
  assessment.yaml:23  accounting.activities.deal: measured emissions need a stated `scope` (1, 2 or 3)
""",
        ("counts_as: sold, ", ""),
    ),
    accounted(
        "further factors of what is measured",
        """\
1 fault in assessment.yaml
  assessment.yaml:23  accounting.activities.deal: `also` does not go with `measured`
""",
        ("counts_as: sold, ", "counts_as: sold, also: [coal_so2], "),
    ),
    accounted(
        "misspelt fuel",
        """\
1 fault in assessment.yaml
  assessment.yaml:19  accounting.activities.coal.fuel: there is no fuel factor 'raw_cole'; there are: raw_coal, coke, crude_oil, fuel_oil, gasoline, kerosene, diesel, lpg, refinery_gas, natural_gas; did you mean 'raw_coal'?
""",
        ("fuel: raw_coal,", "fuel: raw_cole,"),
    ),
    accounted(
        "process that no table holds",
        """\
1 fault in assessment.yaml
  assessment.yaml:19  accounting.activities.coal.process: there is no process factor 'clinker'; factors of this kind come from a table of `accounting.factors`
""",
        ("{fuel: raw_coal, also", "{process: clinker, also"),
    ),
    accounted(
        "misspelt series",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity: there is no series 'statistic' of electricity factors; there are: statistics, ets; did you mean 'statistics'?
""",
        ("series: statistics", "series: statistic"),
    ),
    accounted(
        "misspelt variant",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity: the series 'statistics' has no variant 'fosil'; there are: average, excluding_traded_non_fossil, fossil; did you mean 'fossil'?
""",
        ("place: 全国", "place: 全国, variant: fosil"),
    ),
    accounted(
        "misspelt place",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity.place: the series 'statistics' (average) has no electricity factor for 'Hebai'; there are: 110000, 120000, 130000, 140000, 150000, 210000, 220000, 230000, 310000, 320000, 330000, 340000, …; did you mean 'hebei'?
""",
        ("place: 全国", "place: Hebai"),
    ),
    accounted(
        "years without an electricity factor",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity: the series 'statistics' has no electricity factor for '河北' in 2021, 2022; there are: 2023 (nearest: grid-2023-130000); state `extend: nearest` to use the nearest
""",
        ("place: 全国", "place: 河北"),
    ),
    accounted(
        "place that the series does not hold",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity.place: the series 'ets' (average) has no electricity factor for '河北'; there are: CN
""",
        ("series: statistics, place: 全国", "series: ets, place: 河北"),
    ),
    accounted(
        "factor of a year used for another",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity: the factor 'grid-2023-CN' is valid for 2023, not for 2021, 2022; state `extend: nearest` to use it all the same
""",
        ("place: 全国", "place: 全国, year: 2023"),
    ),
    accounted(
        "stated year without an electricity factor",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity: the series 'statistics' has no electricity factor for '全国' in the stated year 1995; there are: 2021, 2022, 2023 (nearest: grid-2021-CN); state one of these
""",
        ("place: 全国}", "place: 全国, year: 1995}, extend: nearest"),
    ),
    accounted(
        "place in an unknown column",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  accounting.activities.power.electricity.by: the roster has no column 'provinces'; did you mean 'province'?
""",
        ("place: 全国", "by: provinces"),
    ),
    accounted(
        "misspelt set of potentials",
        """\
1 fault in assessment.yaml
  assessment.yaml:17  accounting.gwp: there is no set 'ar4' of global warming potentials; there are: sar, ar5, ar6; did you mean 'sar'?
""",
        ("  factors:", "  gwp: ar4\n  factors:"),
    ),
    accounted(
        "sum of gases without a set",
        """\
1 fault in assessment.yaml
  assessment.yaml:25  accounting.totals.co2.substance: the sum of gases (co2e) needs a stated set of global warming potentials
""",
        (TOTAL, "co2: {substance: co2e}"),
    ),
    accounted(
        "gas without a potential",
        """\
1 fault in assessment.yaml
  assessment.yaml:26  accounting.totals.co2.substance: the set 'ar5' has no global warming potential of 'sf6' (activity 'deal'); there are: co2, ch4, n2o; if it is not to be counted, list those that are under `activities`
""",
        (TOTAL, "co2: {substance: co2e}"),
        ("  factors:", "  gwp: ar5\n  factors:"),
        (DEAL, "deal: {measured: sf6, scope: 1, unit_of_measure: t}"),
    ),
    accounted(
        "amount that gives no mass",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  accounting.activities.forest.unit_of_measure: an amount in 't' times a factor in 't/ha' is no mass
""",
        ("removal: grown, unit_of_measure: ha", "removal: grown, unit_of_measure: t"),
        ("forest_ha: {variable: forest, unit_of_measure: ha}", "forest_ha: {variable: forest, unit_of_measure: t}"),
    ),
    accounted(
        "amount whose emission is too large",
        """\
1 fault in assessment.yaml
  assessment.yaml:19  accounting.activities.coal: the emission of the activity 'coal' (unit C1, year 2021) is too large to be computed
""",
        ("C1,2021,3.5,", "C1,2021,1e105,"),
        file="data.csv",
    ),
    accounted(
        "activity called like a variable",
        """\
2 faults in assessment.yaml
  assessment.yaml:11  data[0].columns.gas_1e4m3.unit_of_measure: units of measure do not fit: 1e4 m^3 cannot become CNY
  assessment.yaml:20  accounting.activities.gdp: 'gdp' is a variable of the framework; give the activity a code of its own
""",
        ("    gas: {fuel", "    gdp: {fuel"),
        ("{variable: gas, unit_of_measure: 1e4 m^3}", "{variable: gdp, unit_of_measure: 1e4 m^3}"),
    ),
    accounted(
        "activity that no table reports",
        """\
1 fault in assessment.yaml
  assessment.yaml:5  data: no table reports the activity 'gas'
""",
        ("      gas_1e4m3: {variable: gas, unit_of_measure: 1e4 m^3}\n", ""),
    ),
    accounted(
        "misspelt activity in a table",
        """\
1 fault in assessment.yaml
  assessment.yaml:11  data[0].columns.gas_1e4m3.variable: the framework has no variable 'gaz'; did you mean 'gas'?
""",
        ("{variable: gas, unit", "{variable: gaz, unit"),
    ),
    accounted(
        "misspelt activity of a total",
        """\
1 fault in assessment.yaml
  assessment.yaml:25  accounting.totals.co2.activities[1]: there is no activity 'powr'; did you mean 'power'?
""",
        (TOTAL, "co2: {substance: co2, activities: [coal, powr]}"),
    ),
    accounted(
        "total without lines",
        """\
1 fault in assessment.yaml
  assessment.yaml:25  accounting.totals.co2: no activity gives gross emissions of 'co2' (scopes 3); there are: co2, so2
""",
        (TOTAL, "co2: {substance: co2, scopes: [3]}"),
    ),
    accounted(
        "total of a misspelt substance",
        """\
1 fault in assessment.yaml
  assessment.yaml:25  accounting.totals.co2: no activity gives gross emissions of 'co' (scopes 1, 2); there are: co2, so2; did you mean 'co2'?
""",
        (TOTAL, "co2: {substance: co, scopes: [1, 2]}"),
    ),
    accounted(
        "total for no variable",
        """\
1 fault in assessment.yaml
  assessment.yaml:25  accounting.totals.c02: the framework has no variable 'c02'; did you mean 'co2'?
""",
        (TOTAL, "c02: {substance: co2, scopes: [1, 2]}"),
    ),
    accounted(
        "total for a variable that is no mass",
        """\
1 fault in assessment.yaml
  assessment.yaml:27  accounting.totals.gdp: units of measure do not fit: t cannot become CNY
""",
        ("so2: {substance: so2, scopes: [1]}", "so2: {substance: so2, scopes: [1]}\n    gdp: {substance: co2}"),
    ),
    accounted(
        "variable that is to hold two figures",
        """\
1 fault in assessment.yaml
  assessment.yaml:26  accounting.totals.so2: the variable 'so2' is to hold two figures
""",
        (TOTAL, "co2: {substance: co2, uncertainty: so2}"),
    ),
    accounted(
        "total outside its range",
        """\
5 faults in assessment.yaml
  assessment.yaml:26  accounting.totals.so2: unit C5 in 2021: the accounts give 76 t, outside the allowed range 0 to 70
  assessment.yaml:26  accounting.totals.so2: unit C5 in 2022: the accounts give 72 t, outside the allowed range 0 to 70
  assessment.yaml:26  accounting.totals.so2: unit C6 in 2021: the accounts give 88 t, outside the allowed range 0 to 70
  assessment.yaml:26  accounting.totals.so2: unit C6 in 2022: the accounts give 83.2 t, outside the allowed range 0 to 70
  assessment.yaml:26  accounting.totals.so2: unit C6 in 2023: the accounts give 78.4 t, outside the allowed range 0 to 70
""",
        ("range: [0, 5000]}", "range: [0, 70]}"),
        file="framework.yaml",
    ),
    Case(
        "accounted variable from a layer",
        changed(_layer),
        """\
4 faults in assessment.yaml
  assessment.yaml:25  accounting.totals.co2: the variable 'co2' is accounted and comes from a layer
  assessment.yaml:29  layers[0]: there is no file 'air_2021.tif'
  assessment.yaml:29  layers[0]: there is no file 'air_2022.tif'
  assessment.yaml:29  layers[0]: there is no file 'air_2023.tif'
""",
    ),
    Case(
        "accounted and reported",
        changed(_reported_too),
        """\
1 fault in data.csv
  data.csv:2  co2_t: co2 of unit C1 in 2021 is reported here and also computed by accounting.totals
""",
    ),
]
