# ruff: noqa: E501
"""Bad input: methods that do not fit the framework or the data, and choices that name nothing."""

import json
import re

from evaluate import load, score
from tests.evaluate.tiny import DATA, Project
from tests.messages.cases import Case, edit

FILE = "assessment.yaml"
VARIED = "[{method: given}, {method: equal}]"


def _no_so2(name: str, rule: str, said: str) -> Case:
    """Return a case in which nobody reports one variable, under a rule of coverage."""

    def change(project: Project) -> None:
        project.write("data.csv", re.sub(r",\d+,(\d+)\n", r",,\1\n", DATA))
        project.assess(("period:", f"{rule}\nperiod:"))

    return Case(name, change, said, computing=True)


def _half_of_everything(project: Project) -> None:
    # Three cities report no SO2, the other three no CO2: everybody lacks a whole dimension.
    text = re.sub(r"^(C[123],\d+,\d+),\d+", r"\1,", DATA, flags=re.M)
    project.write("data.csv", re.sub(r"^(C[456],\d+),\d+", r"\1,", text, flags=re.M))


def _changed_by_hand(project: Project) -> None:
    assessment = load(project.path)
    fitted = score(assessment.panel, assessment.framework, assessment.methodology).fitted.to_dict()
    fitted["normalisation"]["wealth"]["pooled"]["least"] = "x"
    project.write("fitted.json", json.dumps(fitted))
    project.assess(("bounds: [1, 100]", "bounds: [1, 100], reference: {fitted: fitted.json}"))


def _taken_out(project: Project) -> None:
    project.change("data.csv", ("C1,2020,4800,", "C1,2020,,"))
    project.assess(("  normalisation:", "  imputation: {method: median}\n  normalisation:"))
    assessment = load(project.path)
    fitted = score(assessment.panel, assessment.framework, assessment.methodology).fitted.to_dict()
    del fitted["imputation"]["co2_reduction"]
    project.write("fitted.json", json.dumps(fitted))
    project.assess(("bounds: [1, 100]", "bounds: [1, 100], reference: {fitted: fitted.json}"))


CASES = [
    edit(
        FILE,
        "geometric mean of zero",
        ("bounds: [1, 100]", "bounds: [0, 100]"),
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:17  methodology.aggregation: the aggregation 'geometric' needs scores above 0: below 'Other', 'Air' is 0 (unit C2, year 2020; 2 in all); a lower bound above 0 in normalisation.bounds avoids this
""",
    ),
    edit(
        FILE,
        "entropy of negative scores",
        ("method: min_max, bounds: [1, 100]", "method: z_score, mean: 0"),
        (
            "indicators: {method: given}, dimensions: {method: given}",
            "indicators: {method: entropy}, dimensions: {method: given}",
        ),
        ("{method: geometric}", "{method: arithmetic}"),
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.weighting: the weighting 'entropy' takes no negative score: below 'Carbon', 'CO2 reduction' is -18.512
""",
    ),
    edit(
        FILE,
        "goalposts far from the values",
        ("method: min_max, bounds: [1, 100]", "method: scaled, limits: [1e-300, 2e-300], out_of_range: extend"),
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation: the indicator 'CO2 reduction' (co2_reduction) gets scores as large as 1e+303: its reference values do not fit its values
""",
    ),
    Case(
        "entry of a fitted run that was taken out",
        _taken_out,
        said="""\
1 fault in fitted.json
  fitted.json  imputation.co2_reduction: holds 0 entries, 1 when it was written; what is missing is not learned again: use the file as it was written
""",
    ),
    Case(
        "entry of a fitted run that was changed by hand",
        _changed_by_hand,
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation.reference: cannot make sense of 'wealth.pooled' in the fitted run; was the file changed?
""",
    ),
    edit(
        "data.csv",
        "logarithm of zero",
        ("C1,2020,4800,", "C1,2020,0,"),
        computing=True,
        said="""\
1 fault in framework.yaml
  framework.yaml:11  indicators.co2_intensity: 'CO2 per GDP' is 0, which has no logarithm (unit C1, year 2020)
""",
    ),
    _no_so2(
        "indicator without any value",
        "coverage: {unit: 0.5}",
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  coverage.indicator: the dimension 'Air' (air) is left without indicators: none has enough values
""",
    ),
    _no_so2(
        "dimension left without indicators",
        "coverage: {indicator: 0.5}",
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  coverage.indicator: the dimension 'Air' (air) is left without indicators: none has enough values
""",
    ),
    _no_so2(
        "rule that nobody meets",
        "coverage: {unit: 1}",
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  coverage: nobody can be scored: no unit meets the rules of coverage and has a value in every dimension
""",
    ),
    Case(
        "nobody to score",
        _half_of_everything,
        computing=True,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:1  coverage: nobody can be scored: no unit meets the rules of coverage and has a value in every dimension
""",
    ),
    edit(
        FILE,
        "choice that names nothing",
        ("vary: {weighting.indicators:", "vary: {weightings.indicators:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.vary.weightings.indicators: there is nothing called 'weightings.indicators' under the methodology to vary; did you mean 'weighting.indicators'?
""",
    ),
    edit(
        FILE,
        "choice of an unknown method",
        (VARIED, "[{method: given}, {method: equall}]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.vary.weighting.indicators[1].method: must be one of 'given', 'equal', 'entropy', 'critic', 'improved_critic', 'standard_deviation', 'coefficient_of_variation', 'merec', 'pca', 'ahp', 'budget_allocation', 'equal_correlation', 'vertical_horizontal', 'game_theory', 'multiplicative'; found 'equall'; did you mean 'equal'?
""",
    ),
    edit(
        FILE,
        "choice with an unknown parameter",
        (VARIED, "[{method: given}, {method: entropy, capp: 2}]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.vary.weighting.indicators[1].capp: unknown key; known here: cap, method; did you mean 'cap'?
""",
    ),
    edit(
        FILE,
        "choice without options",
        (VARIED, "[]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:18  robustness.vary.weighting.indicators: must have at least 1 entries; found []
""",
    ),
    edit(
        FILE,
        "override of no indicator",
        ("  weighting:", "  overrides: {co2_intensty: {outliers: {method: none}}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.overrides.co2_intensty: there is no indicator 'co2_intensty' to override; did you mean 'co2_intensity'?
""",
    ),
    edit(
        FILE,
        "override of no method family",
        ("  weighting:", "  overrides: {co2_intensity: {outlier: {method: none}}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.overrides.co2_intensity.outlier: unknown key; known here: outliers, normalisation; did you mean 'outliers'?
""",
    ),
    edit(
        FILE,
        "veto on nothing",
        ("  weighting:", "  veto: {so3: {above: 1, cap: 60}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.veto.so3: there is no indicator or variable 'so3'; did you mean 'so2'?
""",
    ),
    edit(
        FILE,
        "veto without a limit",
        ("  weighting:", "  veto: {so2: {cap: 60}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.veto.so2: a veto states `above` or `below`
""",
    ),
    edit(
        FILE,
        "goalposts that the framework does not state",
        ("  weighting:", "  overrides: {wealth: {normalisation: {method: goalposts}}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.overrides.wealth.normalisation: the normalisation 'goalposts' needs the framework to state `goalposts` of the indicator 'wealth'
""",
    ),
    edit(
        FILE,
        "baseline reference without a baseline",
        ("bounds: [1, 100]", "bounds: [1, 100], reference: baseline"),
        ("baseline: 2019", "rank: 2021"),
        said="""\
2 faults
  assessment.yaml:15  methodology.normalisation.reference: a baseline reference needs `period.baseline`
  framework.yaml:12   indicators.co2_reduction: the formula looks at the baseline year, but period.baseline is not set
""",
    ),
    edit(
        FILE,
        "imputation by an unknown column",
        ("  normalisation:", "  imputation: {method: median, by: regoin}\n  normalisation:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.imputation.by: the roster has no column 'regoin'; did you mean 'region'?
""",
    ),
    edit(
        FILE,
        "grades without enough labels",
        ("  weighting:", "  grades: {cuts: [40, 60], labels: {en: [poor, good]}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.grades: there must be 3 grade labels, one more than cuts; found 2
""",
    ),
    edit(
        FILE,
        "no such fitted run",
        ("bounds: [1, 100]", "bounds: [1, 100], reference: {fitted: fitted.json}"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation.reference: there is no file 'fitted.json'
""",
    ),
    edit(
        FILE,
        "limits the wrong way round",
        ("method: min_max, bounds: [1, 100]", "method: scaled, limits: [100, 0]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation: limits must be [low, high]; found [100.0, 0.0]
""",
    ),
    edit(
        FILE,
        "both shares and cuts",
        ("method: min_max, bounds: [1, 100]", "method: categorical, shares: [0.5], cuts: [5], scores: [1, 2]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation: state `shares` or `cuts`, not both
""",
    ),
    edit(
        FILE,
        "cuts that fall",
        ("method: min_max, bounds: [1, 100]", "method: categorical, cuts: [5, 4], scores: [1, 2, 3]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation: cuts must rise; found [5.0, 4.0]
""",
    ),
    edit(
        FILE,
        "classes without enough scores",
        ("method: min_max, bounds: [1, 100]", "method: categorical, cuts: [4, 5], scores: [1, 2]"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.normalisation: there must be 3 scores, one more than cuts; found 2
""",
    ),
    edit(
        FILE,
        "no target to measure the distance to",
        ("  weighting:", "  overrides: {wealth: {normalisation: {method: distance_to_target}}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.overrides.wealth.normalisation: the normalisation 'distance_to_target' needs the framework to state `target` of the indicator 'wealth'
""",
    ),
    edit(
        FILE,
        "share of the best on a logarithmic scale",
        ("  weighting:", "  overrides: {co2_intensity: {normalisation: {method: share_of_best}}}\n  weighting:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.overrides.co2_intensity.normalisation: the normalisation 'share_of_best' needs amounts with a true zero, which 'CO2 per GDP' has not on a logarithm or after a transformation of outliers
""",
    ),
    edit(
        FILE,
        "limit that has no logarithm",
        (
            "  weighting:",
            "  overrides: {co2_intensity: {normalisation: {method: scaled, limits: [0, 9]}}}\n  weighting:",
        ),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:16  methodology.overrides.co2_intensity.normalisation: 'CO2 per GDP' is scored on the logarithm, which the stated 0 does not have (normalisation 'scaled')
""",
    ),
    edit(
        FILE,
        "share of the best over both signs",
        ("  weighting:", "  overrides: {co2_reduction: {normalisation: {method: share_of_best}}}\n  weighting:"),
        computing=True,
        said="""\
4 faults in framework.yaml
  framework.yaml:12  indicators.co2_reduction: 'CO2 reduction' is -1.11111, which is no share of the best value: 'share_of_best' needs all values to have one sign, and none to be zero where it is divided by (unit C2, year 2020)
  framework.yaml:12  indicators.co2_reduction: 'CO2 reduction' is -3.33333, which is no share of the best value: 'share_of_best' needs all values to have one sign, and none to be zero where it is divided by (unit C2, year 2021)
  framework.yaml:12  indicators.co2_reduction: 'CO2 reduction' is -2.85714, which is no share of the best value: 'share_of_best' needs all values to have one sign, and none to be zero where it is divided by (unit C5, year 2020)
  framework.yaml:12  indicators.co2_reduction: 'CO2 reduction' is -7.14286, which is no share of the best value: 'share_of_best' needs all values to have one sign, and none to be zero where it is divided by (unit C5, year 2021)
""",
    ),
    edit(
        FILE,
        "imputation by the mean of an unknown column",
        ("  normalisation:", "  imputation: {method: mean, by: regoin}\n  normalisation:"),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:15  methodology.imputation.by: the roster has no column 'regoin'; did you mean 'region'?
""",
    ),
]
