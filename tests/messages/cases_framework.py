# ruff: noqa: E501
"""Bad input: a framework."""

from tests.evaluate.tiny import Project
from tests.messages.cases import Case, edit

FILE = "framework.yaml"
AIR = "      air: {label: {zh: 减污, en: Air}, weight: 0.7, indicators: {so2_intensity: 1}}"


def _cycle(project: Project) -> None:
    # An anchor inside itself is the only way in which YAML can run in a circle.
    project.change(FILE, ("  other:\n", "  other: &other\n"), (AIR, "      again: *other"))


CASES = [
    Case(
        "cycle of aliases",
        _cycle,
        said="""\
1 fault in framework.yaml
  framework.yaml:21  tree.other.dimensions.again: the alias '*other' stands for something that holds itself
""",
    ),
    edit(
        FILE,
        "cycle of dimensions",
        (AIR, AIR.replace("air:", "other:")),
        said="""\
1 fault in framework.yaml
  framework.yaml:21  tree.other.dimensions.other: the tree runs in a circle: other → other
""",
    ),
    edit(
        FILE,
        "orphan indicator",
        (", co2_reduction: 0.4", ""),
        said="""\
1 fault in framework.yaml
  framework.yaml:12  indicators.co2_reduction: the indicator 'co2_reduction' is in no dimension
""",
    ),
    edit(
        FILE,
        "indicator in two dimensions",
        ("indicators: {wealth: 1}", "indicators: {wealth: 1, so2_intensity: 1}"),
        said="""\
1 fault in framework.yaml
  framework.yaml:22  tree.other.dimensions.growth.indicators.so2_intensity: the indicator 'so2_intensity' stands in two dimensions
""",
    ),
    edit(
        FILE,
        "unknown indicator in the tree",
        ("{co2_intensity: 0.6", "{co2_intensty: 0.6"),
        said="""\
2 faults in framework.yaml
  framework.yaml:11  indicators.co2_intensity: the indicator 'co2_intensity' is in no dimension
  framework.yaml:16  tree.carbon.indicators.co2_intensty: there is no indicator 'co2_intensty'; did you mean 'co2_intensity'?
""",
    ),
    edit(
        FILE,
        "dimension twice",
        ("      growth:", "      carbon:"),
        said="""\
1 fault in framework.yaml
  framework.yaml:22  tree.other.dimensions.carbon: the dimension code 'carbon' stands twice
""",
    ),
    edit(
        FILE,
        "dimension called as a column",
        ("      growth:", "      composite:"),
        said="""\
1 fault in framework.yaml
  framework.yaml:22  tree.other.dimensions.composite: 'composite' is a column of the result tables; choose another code
""",
    ),
    edit(
        FILE,
        "negative weight",
        ("weight: 0.7", "weight: -0.7"),
        said="""\
1 fault in framework.yaml
  framework.yaml:21  tree.other.dimensions.air.weight: must be at least 0; found -0.7
""",
    ),
    edit(
        FILE,
        "weights of nothing",
        ("{so2_intensity: 1}", "{so2_intensity: 0}"),
        said="""\
1 fault in framework.yaml
  framework.yaml:21  tree.other.dimensions.air.indicators: the weights of siblings cannot all be 0
""",
    ),
    edit(
        FILE,
        "code with blanks",
        ("      growth:", "      growth of all:"),
        said="""\
1 fault in framework.yaml
  framework.yaml:22  tree.other.dimensions.growth of all: a code holds only letters, digits, - and _; found 'growth of all'
""",
    ),
    edit(
        FILE,
        "unknown name in a formula",
        ("formula: co2 / gdp", "formula: c02 / gdp"),
        said="""\
1 fault in framework.yaml
  framework.yaml:11  indicators.co2_intensity.formula: the formula names 'c02', which is no variable; did you mean 'co2'?
""",
    ),
    edit(
        FILE,
        "unknown function",
        ("formula: -change(co2)", "formula: -chang(co2)"),
        said="""\
1 fault in framework.yaml
  framework.yaml:12  indicators.co2_reduction.formula: unknown function 'chang'; known are log, sqrt, exp, abs, min, max, where, lag, rolling, base, growth, change, group_mean; did you mean 'change'?
""",
    ),
    edit(
        FILE,
        "too many arguments",
        ("formula: -change(co2)", "formula: '-change(co2, 3)'"),
        said="""\
1 fault in framework.yaml
  framework.yaml:12  indicators.co2_reduction.formula: change takes 1 arguments; found 2
""",
    ),
    edit(
        FILE,
        "formula that does not parse",
        ("formula: gdp,", "formula: gdp * (2,"),
        said="""\
1 fault in framework.yaml
  framework.yaml:14  indicators.wealth.formula: cannot be read as a formula: 'gdp * (2' (at character 7)
""",
    ),
    edit(
        FILE,
        "formula that is a program",
        ("formula: gdp,", "formula: __import__('os'),"),
        said="""\
1 fault in framework.yaml
  framework.yaml:14  indicators.wealth.formula: unknown function '__import__'; known are log, sqrt, exp, abs, min, max, where, lag, rolling, base, growth, change, group_mean
""",
    ),
    edit(
        FILE,
        "units that do not fit the declared one",
        ("unit_of_measure: t / (1e4 CNY)", "unit_of_measure: t"),
        said="""\
1 fault in framework.yaml
  framework.yaml:11  indicators.co2_intensity.formula: the formula gives t / CNY, which cannot become the declared t
""",
    ),
    edit(
        FILE,
        "units that cannot be added",
        ("formula: gdp,", "formula: gdp + co2,"),
        said="""\
1 fault in framework.yaml
  framework.yaml:14  indicators.wealth.formula: units of measure do not fit in '+': CNY and t
""",
    ),
    edit(
        FILE,
        "unknown unit of measure",
        ("unit_of_measure: CNY", "unit_of_measure: dollars"),
        said="""\
1 fault in framework.yaml
  framework.yaml:9  variables.gdp.unit_of_measure: 'dollars' is no unit of measure
""",
    ),
    edit(
        FILE,
        "unknown column in a formula",
        ("formula: gdp, unit_of_measure: 1e8 CNY", "formula: 'gdp / group_mean(gdp, regio)', unit_of_measure: '1'"),
        said="""\
1 fault in framework.yaml
  framework.yaml:14  indicators.wealth.formula: the roster has no column 'regio'; did you mean 'region'?
""",
    ),
    edit(
        FILE,
        "unknown scale",
        ("scale: log", "scale: logs"),
        said="""\
1 fault in framework.yaml
  framework.yaml:11  indicators.co2_intensity.scale: must be one of 'linear', 'log'; found 'logs'; did you mean 'log'?
""",
    ),
    edit(
        FILE,
        "direction missing",
        (", unit_of_measure: 1e8 CNY, direction: positive", ", unit_of_measure: 1e8 CNY"),
        said="""\
1 fault in framework.yaml
  framework.yaml:14  indicators.wealth.direction: this key is missing
""",
    ),
    edit(
        FILE,
        "unknown code among a type's weights",
        ("en: Resource}", "en: Resource}, weights: {carbn: 1}"),
        said="""\
1 fault in framework.yaml
  framework.yaml:24  types.resource.weights.carbn: there is no dimension or indicator 'carbn'; did you mean 'carbon'?
""",
    ),
    edit(
        FILE,
        "goalposts the wrong way round",
        ("en: Resource}", "en: Resource}, goalposts: {wealth: [100, 1]}"),
        said="""\
1 fault in framework.yaml
  framework.yaml:24  types.resource.goalposts.wealth: goalposts are [worst, best]; for direction 'positive' 100.0 is not worse than 1.0
""",
    ),
    edit(
        FILE,
        "state taken for a number",
        ("formula: -change(co2)", "measure: {method: co_control, carbon: co2, pollutants: [so2], output: quadrant}"),
        said="""\
1 fault in framework.yaml
  framework.yaml:12  indicators.co2_reduction.measure: 'quadrant' is a state and cannot be scored; all states are listed in measures.csv
""",
    ),
    edit(
        FILE,
        "unknown source of a variable",
        ("gdp: {unit_of_measure: CNY,", "gdp: {unit_of_measure: CNY, derived_from: [co],"),
        said="""\
1 fault in framework.yaml
  framework.yaml:9  variables.gdp.derived_from[0]: there is no variable 'co'; a source in words is a text, not a list; did you mean 'co2'?
""",
    ),
    edit(
        FILE,
        "variable that derives from itself",
        ("gdp: {unit_of_measure: CNY,", "gdp: {unit_of_measure: CNY, derived_from: [gdp],"),
        said="""\
1 fault in framework.yaml
  framework.yaml:9  variables.gdp.derived_from[0]: the variable 'gdp' cannot derive from itself
""",
    ),
    edit(
        FILE,
        "empty cells that cannot be",
        (
            "tree:\n",
            "left_empty:\n"
            "  air: {label: {zh: 管理, en: Management}, reason: {zh: 未公开, en: not public}}\n"
            "  management: {label: {zh: 管理, en: Management}, below: othr, reason: {zh: 未公开, en: not public}}\n"
            "  composite: {label: {zh: 管理, en: Management}, reason: {zh: 未公开, en: not public}}\n"
            "tree:\n",
        ),
        said="""\
3 faults in framework.yaml
  framework.yaml:16  left_empty.air: 'air' is an indicator or a dimension and cannot be left empty
  framework.yaml:17  left_empty.management.below: there is no dimension 'othr'; did you mean 'other'?
  framework.yaml:18  left_empty.composite: 'composite' is a column of the result tables; choose another code
""",
    ),
]
