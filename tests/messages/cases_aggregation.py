# ruff: noqa: E501
"""Bad input: aggregations whose parameters or scores do not fit."""

from tests.evaluate.tiny import Project
from tests.messages.cases import Case, edit

FILE = "assessment.yaml"
DEFAULT = "aggregation: {indicators: {method: arithmetic}, dimensions: {method: geometric}}"


def _chosen(name: str, method: str, said: str) -> Case:
    return edit(
        FILE,
        name,
        (DEFAULT, f"aggregation: {{indicators: {{{method}}}, dimensions: {{method: arithmetic}}}}"),
        said=f"1 fault in assessment.yaml\n  assessment.yaml:17  methodology.aggregation.indicators: {said}\n",
    )


def _unknown_in_the_baseline(project: Project) -> None:
    # Growth looks one year back, so that nobody has any in the first year, which is the reference population.
    project.change("framework.yaml", ("formula: -change(co2)", "formula: -growth(co2)"))
    project.assess(
        ("method: min_max, bounds: [1, 100]", "method: min_max, bounds: [1, 100], reference: baseline"),
        ("  weighting:", "  overrides: {co2_reduction: {normalisation: {reference: pooled}}}\n  weighting:"),
        (DEFAULT, "aggregation: {indicators: {method: topsis}}"),
    )


def _many_cities(project: Project) -> None:
    codes = [f"M{at:04d}" for at in range(1501)]
    project.write("roster.csv", "unit,name,type,region\n" + "".join(f"{c},{c},resource,north\n" for c in codes))
    rows = [
        f"{c},{year},{100 + at},{200 + at},{50 + at}\n" for at, c in enumerate(codes) for year in (2019, 2020, 2021)
    ]
    project.write("data.csv", "unit,year,co2_t,so2_t,gdp_1e8\n" + "".join(rows))
    project.assess((DEFAULT, "aggregation: {indicators: {method: copeland}}"))


CASES = [
    _chosen(
        "power near zero",
        "method: generalised_mean, power: 0",
        "the power 0.0 is too close to 0; the mean of power 0 is the geometric mean, so use 'geometric'",
    ),
    _chosen(
        "places that weigh nothing",
        "method: owa, order_weights: [0, 0]",
        "the weights of the places must come to more than 0",
    ),
    _chosen(
        "share limits the wrong way round",
        "method: benefit_of_doubt, share: [0.6, 0.2]",
        "share must be [low, high] between 0 and 1; found [0.6, 0.2]",
    ),
    _chosen(
        "share limits beside the nominal weights",
        "method: benefit_of_doubt, share: [1.2, 2], around_given: true",
        "as multiples of nominal weights, share must hold 1 between its ends; found [1.2, 2.0]",
    ),
    edit(
        FILE,
        "share limits that nothing meets",
        (DEFAULT, "aggregation: {dimensions: {method: benefit_of_doubt, share: [0.1, 0.3]}}"),
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:17  methodology.aggregation: no weights meet the share limits [0.1, 0.3] with 2 items: the lower limits must come to 1 at most, the upper ones to 1 at least
""",
    ),
    edit(
        FILE,
        "benefit of the doubt of negative scores",
        ("method: min_max, bounds: [1, 100]", "method: z_score, mean: 0"),
        (DEFAULT, "aggregation: {indicators: {method: benefit_of_doubt}, dimensions: {method: arithmetic}}"),
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:17  methodology.aggregation: the aggregation 'benefit_of_doubt' takes no negative score: the lowest is -18.512; a lower bound of 0 or more in normalisation.bounds avoids this
""",
    ),
    Case(
        "nobody to compare with in one indicator",
        _unknown_in_the_baseline,
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  methodology.aggregation: the aggregation 'topsis' compares with the reference population, which has no score at all in one of the items
""",
    ),
    Case(
        "pairs with too many rows",
        _many_cities,
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:17  methodology.aggregation: the aggregation 'copeland' compares with 3000 unit-years at most; the reference population has 3002; `reference: year` in the normalisation makes it smaller
""",
    ),
]
