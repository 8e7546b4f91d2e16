# ruff: noqa: E501
"""Bad input: what is explained by what is drawn from the same source, and distances beyond any scale."""

from tests.evaluate.accounting.accounted import with_accounts
from tests.evaluate.tiny import Project
from tests.messages.cases import Case


def _same_coal(project: Project) -> None:
    """Ask for SO2 per GDP by CO2, both accounted from the coal that is burnt."""
    with_accounts(project)
    project.draw()
    project.assess((
        "robustness:",
        "spatial:\n"
        "  geodetector: {targets: [so2_intensity], factors: {carbon: {of: co2}}}\n"
        "  regression: {target: so2, explained_by: [gdp, co2 / gdp], models: [ols]}\n"
        "robustness:",
    ))  # fmt: skip


def _out_of_scale(project: Project) -> None:
    """Ask for distances and powers that no number can hold the strength of."""
    project.draw()
    project.assess((
        "robustness:",
        "spatial:\n"
        "  neighbours:\n"
        "    far: {rule: inverse_distance, power: 200, least: 1.0e-300}\n"
        "    both: {rule: economic_geographic, column: gdp, least_km: 0}\n"
        "  regression: {explained_by: [gdp], adaptive: false, bandwidth: 1.0e+300, force: true}\n"
        "  local_weights: {adaptive: false, bandwidth: 1.0e+300}\n"
        "robustness:",
    ))  # fmt: skip


CASES = [
    Case("distances beyond any scale", _out_of_scale, """\
5 faults in assessment.yaml
  assessment.yaml:21  spatial.neighbours.far.power: must be at most 20; found 200
  assessment.yaml:21  spatial.neighbours.far.least: must be at least 0.001; found 1e-300
  assessment.yaml:22  spatial.neighbours.both.least_km: must be at least 0.001; found 0
  assessment.yaml:23  spatial.regression.bandwidth: must be at most 1000000; found 1e+300
  assessment.yaml:24  spatial.local_weights.bandwidth: must be at most 1000000; found 1e+300
"""),
    Case("accounts that share an activity", _same_coal, """\
2 faults in assessment.yaml
  assessment.yaml:34  spatial.geodetector.factors.carbon: 'CO2 emissions' is drawn from the same source as 'SO2 per GDP', so that it cannot explain it: coal; `force: true` lets it pass
  assessment.yaml:35  spatial.regression.explained_by[1]: 'co2 / gdp' is drawn from the same source as 'SO2 emissions', so that it cannot explain it: coal; `force: true` lets it pass
"""),
]  # fmt: skip
