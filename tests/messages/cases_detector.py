# ruff: noqa: E501
"""Bad input: what the geographical detector is asked to explain, and by what."""

from collections.abc import Callable

from tests.evaluate.tiny import DATA, Project
from tests.messages.cases import Case


def asked(keys: str, *pairs: tuple[str, str]) -> Callable[[Project], None]:
    """Return the change that asks for a geographical detector; `keys` stand below it, from line 21 of the file on."""

    def change(project: Project) -> None:
        project.assess(("outputs: {", f"spatial:\n  geodetector:\n{keys}\noutputs: {{"), *pairs)

    return change


def _case(name: str, keys: str, said: str, *, computing: bool = False) -> Case:
    return Case(f"geodetector: {name}", asked(keys), said, computing)


def _without_so2(project: Project) -> None:
    asked("    factors: [region, so2]\n    targets: [wealth]\n    minimum: 2")(project)
    rows = [line.split(",") for line in DATA.splitlines()]
    project.write(
        "data.csv", "\n".join(",".join([*row[:3], "" if row[1] == "2021" else row[3], row[4]]) for row in rows)
    )
    project.assess(("period:", "coverage: {unit: 0.2, indicator: 0.2}\nperiod:"))


def _same_gdp(project: Project) -> None:
    asked("    factors: [region]\n    targets: [wealth, composite]\n    minimum: 2")(project)
    rows = [line.split(",") for line in DATA.splitlines()]
    project.write(
        "data.csv", "\n".join(",".join([*row[:4], row[4] if row[1] in ("year", "2019") else "100"]) for row in rows)
    )


def _wrong_twice(project: Project) -> None:
    asked("    factors: [region]\n    minimum: none")(project)
    project.change("data.csv", ("C1,2020,4800,380,", "C1,2020,4800,many,"))


CASES = [
    _case(
        "numbers too great to be squared",
        "    factors: [region]\n    targets: ['gdp * 1e200']\n    minimum: 2",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.geodetector.targets: the greatest size of 'gdp * 1e200' is 3.4e+210, too great or too small to compute with (expected 1e-100 to 1e+100); take another unit of measure or check the formula
""",
        computing=True,
    ),
    _case(
        "numbers too small to be squared",
        "    factors: [region]\n    targets: ['gdp * 1e-300']\n    minimum: 2",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.geodetector.targets: the greatest size of 'gdp * 1e-300' is 3.4e-290, too great or too small to compute with (expected 1e-100 to 1e+100); take another unit of measure or check the formula
""",
        computing=True,
    ),
    Case(
        "geodetector: a key that is wrong hides no other fault",
        _wrong_twice,
        """\
2 faults
  assessment.yaml:22  spatial.geodetector.minimum: must be a whole number; found 'none'
  data.csv:3          so2_t: 'many' is no number (unit C1, year 2020)
""",
    ),
    _case(
        "a factor that is no quantity",
        "    factors:\n      - regoin\n      - co2_intensty\n      - so2 / gpd\n    targets: [wealth]",
        """\
3 faults in assessment.yaml
  assessment.yaml:22  spatial.geodetector.factors[0]: no score, indicator, variable or column is called 'regoin'; did you mean 'region'?
  assessment.yaml:23  spatial.geodetector.factors[1]: no score, indicator, variable or column is called 'co2_intensty'; did you mean 'co2_intensity'?
  assessment.yaml:24  spatial.geodetector.factors[2]: the formula names 'gpd', which is no variable; did you mean 'gdp'?
""",
    ),
    _case(
        "a target that is no quantity",
        "    factors: [region]\n    targets:\n      - composit\n      - region",
        """\
2 faults in assessment.yaml
  assessment.yaml:23  spatial.geodetector.targets[0]: no score, indicator, variable or column is called 'composit'; did you mean 'composite'?
  assessment.yaml:24  spatial.geodetector.targets[1]: 'region' is a column of the roster and holds categories, not numbers that could be explained
""",
    ),
    _case(
        "a formula whose units of measure do not fit",
        "    factors:\n      mixed: co2 + gdp\n      grouped: group_mean(so2, regoin)\n    targets: [wealth]\n    force: true",
        """\
2 faults in assessment.yaml
  assessment.yaml:22  spatial.geodetector.factors.mixed: units of measure do not fit in '+': t and CNY
  assessment.yaml:23  spatial.geodetector.factors.grouped: the roster has no column 'regoin'; did you mean 'region'?
""",
    ),
    _case(
        "a score explained by what it is made of",
        "    factors:\n      - region\n      - gdp\n      - co2_intensity\n    targets: [composite]",
        """\
2 faults in assessment.yaml
  assessment.yaml:23  spatial.geodetector.factors[1]: 'Composite' is computed from these variables, so that they cannot explain it: GDP; `force: true` lets it pass
  assessment.yaml:24  spatial.geodetector.factors[2]: 'Composite' is computed from these variables, so that they cannot explain it: CO2 emissions, GDP; `force: true` lets it pass
""",
    ),
    _case(
        "a quantity explained by itself",
        "    factors: {region: {}, own: {of: wealth}}\n    targets: wealth\n    force: true",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  spatial.geodetector.factors.own: 'Size of the economy' cannot explain itself
""",
    ),
    _case(
        "a factor twice",
        "    factors: [region, type, region]",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  spatial.geodetector.factors: the factor 'region' is listed twice
""",
    ),
    _case(
        "ways, classes and keys that are none",
        "    factors:\n      so2: {wayz: [quantile]}\n    targets: [wealth]\n    ways: [quantil]\n    classes: [1]\n    choice: best",
        """\
4 faults in assessment.yaml
  assessment.yaml:22  spatial.geodetector.factors.so2.wayz: unknown key; known here: of, label, categories, ways, classes; did you mean 'ways'?
  assessment.yaml:24  spatial.geodetector.ways[0]: must be one of 'quantile', 'natural', 'equal', 'geometric', 'standard_deviation', 'tree'; found 'quantil'; did you mean 'quantile'?
  assessment.yaml:25  spatial.geodetector.classes[0]: must be at least 2; found 1
  assessment.yaml:26  spatial.geodetector.choice: must be one of 'q', 'adjusted'; found 'best'
""",
    ),
    _case(
        "categories that are cut",
        "    factors:\n      region: {ways: [quantile]}\n      so2:\n        categories: true\n        classes: [3]\n    targets: [wealth]",
        """\
2 faults in assessment.yaml
  assessment.yaml:22  spatial.geodetector.factors.region.ways: categories are not cut: 'ways' says nothing here
  assessment.yaml:25  spatial.geodetector.factors.so2.classes: categories are not cut: 'classes' says nothing here
""",
    ),
    _case(
        "years that are none",
        "    factors: [region]\n    years: latest",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.geodetector.years: must be 'rank', 'all' or a list of years; found 'latest'
""",
    ),
    _case(
        "a year that is not scored",
        "    factors: [region]\n    years:\n      - 2021\n      - 2019",
        """\
1 fault in assessment.yaml
  assessment.yaml:24  spatial.geodetector.years[1]: 2019 is no scored year; these are 2020 to 2021
""",
    ),
    _case(
        "too few units",
        "    factors: [region]\n    targets: [composite, wealth]",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.geodetector.targets: only 6 units have a value for everything in 2021; at least 10 are needed (two strata of 5 each)
""",
        computing=True,
    ),
    Case(
        "geodetector: a factor without a value",
        _without_so2,
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.geodetector.factors[1]: 'SO2 emissions' has no value in 2021
""",
        computing=True,
    ),
    Case(
        "geodetector: nothing to explain",
        _same_gdp,
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.geodetector.targets: 'Size of the economy' is the same in all 6 units in 2021: nothing to explain
""",
        computing=True,
    ),
]  # fmt: skip
