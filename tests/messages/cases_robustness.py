# ruff: noqa: E501
"""Bad input: uncertain inputs of the robustness analysis that name nothing or do not fit."""

from tests.evaluate.tiny import DATA, Project
from tests.messages.cases import Case, edit

FILE = "assessment.yaml"
NOISE = "weight_noise: 0.2"


def uncertain(project: Project, first: str = "30") -> None:
    """Report a standard uncertainty of SO2, `first` being that of the first scored year of the first city."""
    lines = DATA.splitlines()
    rows = [f"{line},{first if n == 1 else 30}" for n, line in enumerate(lines[1:])]
    project.write("data.csv", "\n".join([f"{lines[0]},u_so2_t", *rows, ""]))
    project.change("framework.yaml", ("  gdp: {unit_of", "  u_so2: {unit_of_measure: t}\n  gdp: {unit_of"))
    project.assess(
        ("      gdp_1e8", "      u_so2_t: {variable: u_so2, unit_of_measure: t}\n      gdp_1e8"),
        (NOISE, "indicator_error: {so2: {distribution: normal, from: u_so2}}"),
    )


CASES = [
    edit(
        FILE,
        "noise of an unknown method",
        (NOISE, "weight_noise: {method: dirichlt, concentration: 20}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.weight_noise.method: must be one of 'uniform', 'dirichlet'; found 'dirichlt'; did you mean 'dirichlet'?
""",
    ),
    edit(
        FILE,
        "error of nothing",
        (NOISE, "indicator_error: {welth: {distribution: normal, relative: 0.1}}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.indicator_error.welth: the framework has no variable or indicator 'welth'; did you mean 'wealth'?
""",
    ),
    edit(
        FILE,
        "error without a size",
        (NOISE, "indicator_error: {wealth: {distribution: normal}}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.indicator_error.wealth: must state one of relative, absolute and from, and no more
""",
    ),
    edit(
        FILE,
        "error from no variable, and one in another unit of measure",
        (NOISE, "indicator_error: {co2: {distribution: normal, from: so}, gdp: {distribution: uniform, from: so2}}"),
        said="""\
2 faults in assessment.yaml
  assessment.yaml:18  robustness.indicator_error.co2.from: the framework has no variable 'so'; did you mean 'so2'?
  assessment.yaml:18  robustness.indicator_error.gdp.from: units of measure do not fit: t cannot become CNY
""",
    ),
    edit(
        FILE,
        "leaving out no indicator, and the only one of a dimension",
        (NOISE, "leave_out: [co2_intensty, wealth]"),
        said="""\
2 faults in assessment.yaml
  assessment.yaml:18  robustness.leave_out[0]: the framework has no indicator 'co2_intensty'; did you mean 'co2_intensity'?
  assessment.yaml:18  robustness.leave_out[1]: 'wealth' is the only indicator of 'Growth': leaving it out would empty the dimension
""",
    ),
    edit(
        FILE,
        "source that is no variable",
        (NOISE, "sources: {so2: [so2, so2_edgar]}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.sources.so2[1]: the framework has no variable 'so2_edgar'
""",
    ),
    edit(
        FILE,
        "sensitivity to nothing",
        (
            "vary: {weighting.indicators: [{method: given}, {method: equal}]}, weight_noise: 0.2",
            "sensitivity: {runs: 64}",
        ),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.sensitivity: no input is uncertain, so there is nothing to be sensitive to
""",
    ),
    edit(
        FILE,
        "more resampled rows than memory holds",
        (NOISE, f"{NOISE}, sensitivity: {{runs: 100000, bootstrap: 1000}}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.sensitivity: runs times bootstrap must be at most 50000000; found 100000000
""",
    ),
    Case(
        "negative uncertainty",
        lambda project: uncertain(project, "-4"),
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:19  robustness.indicator_error.so2.from: the standard uncertainty 'u_so2' is negative somewhere (the least is -4)
""",
    ),
    Case(
        "uncertainty that nobody reports",
        lambda project: (
            project.change("framework.yaml", ("  gdp: {unit_of", "  u_so2: {unit_of_measure: t}\n  gdp: {unit_of"))
            or project.assess((NOISE, "indicator_error: {so2: {distribution: normal, from: u_so2}}"))
        ),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:5  data: no table or layer gives the variable 'u_so2'
""",
    ),
]
