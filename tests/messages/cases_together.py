# ruff: noqa: E501
"""Bad input: several faults at once are all said at once, whatever file they are in."""

from tests.evaluate.tiny import Project
from tests.messages.cases import Case


def _like_the_design_page(project: Project) -> None:
    project.assess(
        ("co2_t: {variable: co2, unit_of_measure: t}", "co2_t: {variable: co2, unit_of_measure: tonnes CO2}"),
        ("method: min_max, bounds: [1, 100]", "method: minmax, bound: [1, 100]"),
    )
    project.change("data.csv", ("C1,2020,4800,380", "C1,2020,4800,-4.2"))


def _all_over(project: Project) -> None:
    project.draw(crs=None)
    project.assess(
        ("title: {zh: 小型评价, en: Tiny assessment}", "title: 3"),
        ("{method: geometric}", "{method: geo}"),
        ("report: []", "report: [pdf]"),
        ("unit_of_measure: 1e8 CNY", "unit_of_measure: km"),
    )
    project.change("data.csv", ("C1,2020,4800,380", "C1,2020,4800,—"), ("C4,2021,18500,", 'C4,2021,"18,500",'))


def _framework_and_form(project: Project) -> None:
    project.assess(("runs: 20", "runs: -1"), ("{from: 2020, to", "{form: 2020, to"))
    project.change("framework.yaml", ("formula: gdp,", "formula: gpd,"), ("scale: log", "scale: logs"))


def _framework_and_names(project: Project) -> None:
    project.change("framework.yaml", ("formula: gdp,", "formula: gpd,"), (", co2_reduction: 0.4", ""))


def _roster_and_methods(project: Project) -> None:
    project.change("roster.csv", ("C1,Ashford,resource", "C1,Ashford,resorce"), ("C3,Calder", "C2,Calder"))
    project.assess(
        ("  weighting:", "  veto: {so3: {above: 1, cap: 60}}\n  weighting:"), ("variable: so2", "variable: so")
    )


def _period_and_tables(project: Project) -> None:
    project.assess(("{from: 2020, to: 2021, baseline: 2019}", "{from: 2021, to: 2020}"))
    project.change("data.csv", ("C1,2020,4800,380", "C1,2020,4800,—"), ("C3,2019,3000,100", "C3,2019,not read,100"))


def _no_period_and_tables(project: Project) -> None:
    project.assess(("period: {from: 2020, to: 2021, baseline: 2019}\n", ""))
    project.change("data.csv", ("unit,year,co2_t", "unit,year,co2_tt"))


def _codes_and_tables(project: Project) -> None:
    project.change("roster.csv", ("unit,name", "code,name"))
    project.change("data.csv", ("unit,year,co2_t", "unit,year,co2_tt"))


CASES = [
    Case(
        "unit of measure, method, key and cell, as on the design page",
        _like_the_design_page,
        said="""\
4 faults
  assessment.yaml:10  data[0].columns.co2_t.unit_of_measure: 'tonnes CO2' is no unit of measure; did you mean 't'?
  assessment.yaml:15  methodology.normalisation.method: must be one of 'min_max', 'z_score', 'percentile_rank', 'goalposts', 'thresholds', 'distance_to_target', 'distance_to_best', 'share_of_best', 'log', 'scaled', 'rank', 'borda', 'categorical'; found 'minmax'; did you mean 'min_max'?
  assessment.yaml:15  methodology.normalisation.bound: unknown key; known here: reference, out_of_range, bounds, method; did you mean 'bounds'?
  data.csv:3          so2_t: -4.2 is below the allowed minimum 0 (unit C1, year 2020)
""",
    ),
    Case(
        "everything at once",
        _all_over,
        said="""\
7 faults
  assessment.yaml:2   title: must be a mapping of keys; found 3
  assessment.yaml:12  data[0].columns.gdp_1e8.unit_of_measure: units of measure do not fit: km cannot become CNY
  assessment.yaml:13  boundaries: 'cities.geojson' does not say its coordinate reference system; state it, such as crs: EPSG:4326
  assessment.yaml:18  methodology.aggregation.dimensions.method: must be one of 'arithmetic', 'geometric', 'harmonic', 'generalised_mean', 'median', 'owa', 'mpi', 'ampi', 'mean_min', 'topsis', 'vikor', 'grey_relation', 'copeland', 'benefit_of_doubt'; found 'geo'
  assessment.yaml:20  outputs.report[0]: must be one of 'html', 'xlsx'; found 'pdf'
  data.csv:3          so2_t: '—' is no number (unit C1, year 2020); if it stands for a missing value, state missing: ["—"]
  data.csv:13         co2_t: '18,500' is no number (unit C4, year 2021); did you mean '18500'?
""",
    ),
    Case(
        "framework and form",
        _framework_and_form,
        said="""\
4 faults
  assessment.yaml:13  period.from: this key is missing
  assessment.yaml:13  period.form: unknown key; known here: from, to, baseline, rank; did you mean 'from'?
  assessment.yaml:18  robustness.runs: must be at least 1; found -1
  framework.yaml:11   indicators.co2_intensity.scale: must be one of 'linear', 'log'; found 'logs'; did you mean 'log'?
""",
    ),
    Case(
        "names and tree of a framework",
        _framework_and_names,
        said="""\
2 faults in framework.yaml
  framework.yaml:12  indicators.co2_reduction: the indicator 'co2_reduction' is in no dimension
  framework.yaml:14  indicators.wealth.formula: the formula names 'gpd', which is no variable; did you mean 'gdp'?
""",
    ),
    Case(
        "period and cells of its years",
        _period_and_tables,
        said="""\
2 faults
  assessment.yaml:13  period: the last year 2020 is before the first year 2021
  data.csv:3          so2_t: '—' is no number (unit C1, year 2020); if it stands for a missing value, state missing: ["—"]
""",
    ),
    Case(
        "no period, and a column of a table",
        _no_period_and_tables,
        said="""\
2 faults
  assessment.yaml:1  period: this key is missing
  data.csv:1         data[0].columns.co2_t: there is no column 'co2_t' in header row 1; there are: unit, year, co2_tt, so2_t, gdp_1e8; did you mean 'co2_tt'?
""",
    ),
    Case(
        "codes of the roster, and a column of a table",
        _codes_and_tables,
        said="""\
2 faults
  roster.csv:1  roster.unit: there is no column 'unit' in header row 1; there are: code, name, type, region
  data.csv:1    data[0].columns.co2_t: there is no column 'co2_t' in header row 1; there are: unit, year, co2_tt, so2_t, gdp_1e8; did you mean 'co2_tt'?
""",
    ),
    Case(
        "roster, variables and methods",
        _roster_and_methods,
        said="""\
4 faults
  roster.csv:2        type: the framework has no type 'resorce'; expected one of resource, industrial; did you mean 'resource'?
  roster.csv:4        unit: unit C2 stands twice: in row 3 and row 4
  assessment.yaml:11  data[0].columns.so2_t.variable: the framework has no variable 'so'; did you mean 'so2'?
  assessment.yaml:16  methodology.veto.so3: there is no indicator or variable 'so3'; did you mean 'so2'?
""",
    ),
]
