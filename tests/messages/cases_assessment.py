# ruff: noqa: E501
"""Bad input: the keys of an assessment and what they hold."""

from tests.messages.cases import edit

FILE = "assessment.yaml"


CASES = [
    edit(
        FILE,
        "unknown key",
        ("bounds: [1, 100]", "bound: [1, 100]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation.bound: unknown key; known here: reference, out_of_range, bounds, method; did you mean 'bounds'?
""",
    ),
    edit(
        FILE,
        "unknown key at the top",
        ("outputs:", "output:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:19  output: unknown key; known here: schema, based_on, title, notice, framework, roster, data, layers, accounting, boundaries, overlays, groups, links, period, coverage, methodology, robustness, spatial, outputs; did you mean 'outputs'?
""",
    ),
    edit(
        FILE,
        "unknown key in a table",
        ("    unit: unit\n", "    unit: unit\n    encodng: gb18030\n"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:8  data[0].encodng: unknown key; known here: path, source, unit, encoding, missing, sheet, header_row, layout, year, columns; did you mean 'encoding'?
""",
    ),
    edit(
        FILE,
        "text for a number",
        ("runs: 20", "runs: many"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.runs: must be a whole number; found 'many'
""",
    ),
    edit(
        FILE,
        "number for a list",
        ("bounds: [1, 100]", "bounds: 100"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation.bounds: must be a list; found 100
""",
    ),
    edit(
        FILE,
        "text for a list",
        ("cohorts: [region]", "cohorts: region"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:4  roster.cohorts: must be a list; found 'region'
""",
    ),
    edit(
        FILE,
        "fraction for a year",
        ("from: 2020", "from: 2020.5"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  period.from: must be a whole number; found 2020.5
""",
    ),
    edit(
        FILE,
        "number for a text",
        ("framework: framework.yaml", "framework: 3"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:3  framework: must be a text (put a number in quotes); found 3
""",
    ),
    edit(
        FILE,
        "text for a table",
        ("period:", "  - data.csv\nperiod:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  data[1]: must be a mapping of keys; found 'data.csv'
""",
    ),
    edit(
        FILE,
        "text for true or false",
        ("map: false", "map: maybe"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:19  outputs.map: must be true or false; found 'maybe'
""",
    ),
    edit(
        FILE,
        "infinite number",
        ("weight_noise: 0.2", "weight_noise: .inf"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.weight_noise: must be a finite number; found inf
""",
    ),
    edit(
        FILE,
        "number out of bounds",
        ("runs: 20", "runs: 0"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.runs: must be at least 1; found 0
""",
    ),
    edit(
        FILE,
        "unknown method",
        ("method: min_max", "method: minmax"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation.method: must be one of 'min_max', 'z_score', 'percentile_rank', 'goalposts', 'thresholds', 'distance_to_target', 'distance_to_best', 'share_of_best', 'log', 'scaled', 'rank', 'borda', 'categorical'; found 'minmax'; did you mean 'min_max'?
""",
    ),
    edit(
        FILE,
        "unknown layout",
        ("    unit: unit\n", "    unit: unit\n    layout: wides\n"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:8  data[0].layout: must be one of 'wide', 'long', 'years'; found 'wides'; did you mean 'wide'?
""",
    ),
    edit(
        FILE,
        "unknown language",
        ("language: en", "language: de"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:19  outputs.language: must be one of 'zh', 'en'; found 'de'
""",
    ),
    edit(
        FILE,
        "another version of the form",
        ("schema: assessment/1", "schema: assessment/2"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:1  schema: must be one of 'assessment/1'; found 'assessment/2'; did you mean 'assessment/1'?
""",
    ),
    edit(
        FILE,
        "missing key",
        ("period: {from: 2020, to: 2021, baseline: 2019}\n", ""),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:1  period: this key is missing
""",
    ),
    edit(
        FILE,
        "empty label",
        ("title: {zh: 小型评价, en: Tiny assessment}", "title: {}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:2  title: is empty; expected a text or {zh: …, en: …}
""",
    ),
    edit(
        FILE,
        "bounds the wrong way round",
        ("bounds: [1, 100]", "bounds: [100, 1]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation: bounds must be [low, high]; found [100.0, 1.0]
""",
    ),
    edit(
        FILE,
        "years the wrong way round",
        ("from: 2020, to: 2021", "from: 2021, to: 2020"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  period: the last year 2020 is before the first year 2021
""",
    ),
    edit(
        FILE,
        "rank year outside the period",
        ("baseline: 2019", "baseline: 2019, rank: 2025"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  period: the rank year 2025 is outside the scored years 2020–2021
""",
    ),
    edit(
        FILE,
        "coverage inside the methodology",
        ("  normalisation:", "  coverage: {unit: 0.5}\n  normalisation:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:14  methodology: `coverage` stands beside `methodology`, not inside it
""",
    ),
    edit(
        FILE,
        "no such framework",
        ("framework: framework.yaml", "framework: city-basics"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:3  framework: there is no bundled framework 'city-basics' and no such file; bundled are city-basic, city-synergy-index, isec-shaped, park-basic, park-five-layers; did you mean 'city-basic'?
""",
    ),
    edit(
        FILE,
        "no such framework file",
        ("framework: framework.yaml", "framework: frmework.yaml"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:3  framework: there is no file 'frmework.yaml'; did you mean 'framework.yaml'?
""",
    ),
    edit(
        FILE,
        "unknown variable",
        ("variable: co2", "variable: co"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:10  data[0].columns.co2_t.variable: the framework has no variable 'co'; did you mean 'co2'?
""",
    ),
    edit(
        FILE,
        "variable without a source",
        ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:5  data: no table or layer gives the variable 'so2'
""",
    ),
    edit(
        FILE,
        "no unit of measure",
        ("{variable: co2, unit_of_measure: t}", "{variable: co2, unit_of_measure: tonnes CO2}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:10  data[0].columns.co2_t.unit_of_measure: 'tonnes CO2' is no unit of measure; did you mean 't'?
""",
    ),
    edit(
        FILE,
        "unit of measure that does not fit",
        ("{variable: co2, unit_of_measure: t}", "{variable: co2, unit_of_measure: km^2}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:10  data[0].columns.co2_t.unit_of_measure: units of measure do not fit: km^2 cannot become t
""",
    ),
    edit(
        FILE,
        "baseline outside the data",
        ("baseline: 2019", "baseline: 2010"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  period.baseline: the data hold nothing for the baseline year 2010; of the years that are needed they hold 2020–2021
""",
    ),
    edit(
        FILE,
        "baseline not stated",
        (", baseline: 2019", ""),
        said="""\
1 fault in framework.yaml
  framework.yaml:12  indicators.co2_reduction: the formula looks at the baseline year, but period.baseline is not set
""",
    ),
    edit(
        FILE,
        "scored years outside the data",
        ("to: 2021", "to: 2023"),
        said="""\
2 faults in assessment.yaml
  assessment.yaml:13  period.to: the data hold nothing for the scored year 2022; of the years that are needed they hold 2019–2021
  assessment.yaml:13  period.to: the data hold nothing for the scored year 2023; of the years that are needed they hold 2019–2021
""",
    ),
    edit(
        FILE,
        "unknown name in a correlate",
        ("report: []", "report: [], correlates: {rich: gpd / co2}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:19  outputs.correlates.rich: the formula names 'gpd', which is no variable; did you mean 'gdp'?
""",
    ),
    edit(
        FILE,
        "address of tiles that is none",
        ("report: []", "report: [], tiles: 'javascript:alert(1)'"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:19  outputs.tiles: 'javascript:alert(1)' is no address of map tiles; expected the form https://host/{z}/{x}/{y}.png
""",
    ),
    edit(
        FILE,
        "coordination of dimensions that are not there, twice, or within another",
        (
            "report: []",
            "report: [], coordination: {dimensions: [carbn, other, other, air], weights: {other: 1}}",
        ),
        said="""\
4 faults in assessment.yaml
  assessment.yaml:19  outputs.coordination.dimensions[0]: the framework has no dimension 'carbn'; did you mean 'carbon'?
  assessment.yaml:19  outputs.coordination.dimensions[2]: the dimension 'other' is listed twice
  assessment.yaml:19  outputs.coordination.dimensions[3]: the dimension 'air' lies within 'other' and would count twice
  assessment.yaml:19  outputs.coordination.weights: must weigh each of the coordinated dimensions (carbn, other, other, air) and nothing else; found other
""",
    ),
    edit(
        FILE,
        "coordination by weights that are all 0",
        ("report: []", "report: [], coordination: {weights: {carbon: 0, other: 0}}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:19  outputs.coordination.weights: at least one weight must be above 0
""",
    ),
    edit(
        FILE,
        "coordination of one dimension, by fewer than two classes",
        ("report: []", "report: [], coordination: {dimensions: [carbon]}, dynamics: {classes: 1}"),
        said="""\
2 faults in assessment.yaml
  assessment.yaml:19  outputs.coordination.dimensions: must have at least 2 entries; found ['carbon']
  assessment.yaml:19  outputs.dynamics.classes: must be at least 2; found 1
""",
    ),
]
