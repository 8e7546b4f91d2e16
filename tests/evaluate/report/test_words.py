"""The methodology in words: every method can be spelled out, and its parameters stand in the sentence."""

from typing import Any

import pytest

from evaluate.methodology import FAMILIES
from evaluate.report import words
from evaluate.report.parts import Labels
from evaluate.results import Results
from indicators.texts import LANGUAGES, catalogue
from tests.evaluate.report.builder import METHODOLOGY, make
from tests.evaluate.report.test_html import without

MEMBERS = [(family, member.word()) for family, members in FAMILIES.items() for member in members]

OPTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("normalisation", "min_max"): {"bounds": [7, 93], "reference": "year", "out_of_range": "extend"},
    ("normalisation", "z_score"): {"mean": 55, "sd": 13},
    ("normalisation", "thresholds"): {"pass_score": 61},
    ("normalisation", "scaled"): {"limits": [5, 77]},
    ("normalisation", "categorical"): {"cuts": [3, 44], "scores": [1, 22, 99]},
    ("imputation", "linear"): {"limit": 3},
    ("imputation", "last_value"): {"limit": 4},
    ("imputation", "mean"): {"by": "batch"},
    ("imputation", "knn"): {"neighbours": 7, "weights": "distance"},
    ("imputation", "median"): {"by": "batch"},
    ("outliers", "winsorise"): {"skewness": 1.5, "kurtosis": 2.5, "limit": 4, "otherwise": "log"},
    ("weighting", "critic"): {"cap": 1.5},
    ("aggregation", "generalised_mean"): {"power": 3},
    ("aggregation", "owa"): {"order_weights": [1, 2, 7]},
    ("aggregation", "mpi"): {"penalty": "positive"},
    ("aggregation", "topsis"): {"scaling": "none"},
    ("aggregation", "benefit_of_doubt"): {"share": [0.5, 2], "share_of": "weights", "around_given": True},
    ("weighting", "ahp"): {"judgements": {"carbon": {"children": ["a", "b"], "matrix": [[1, 3], ["1/3", 1]]}}},
    ("weighting", "budget_allocation"): {"points": {"carbon": {"x": {"a": 1, "b": 2}}}},
    ("weighting", "equal_correlation"): {"aim": "given"},
    ("weighting", "game_theory"): {"of": [{"method": "given"}, {"method": "critic"}]},
    ("weighting", "multiplicative"): {"of": [{"method": "equal"}, {"method": "entropy"}]},
}

SAID: dict[tuple[str, str], tuple[str, ...]] = {
    ("normalisation", "min_max"): ("7", "93", "scored units of each year", "line continued"),
    ("normalisation", "z_score"): ("55", "13 points"),
    ("normalisation", "scaled"): ("from 5 to 77", "from 0 to 100"),
    ("normalisation", "categorical"): ("parted by 3, 44 in the unit of measure", "get 1, 22, 99"),
    ("normalisation", "distance_to_target"): ("the target 100",),
    ("imputation", "last_value"): ("for at most 4 years",),
    ("imputation", "mean"): ("share its 'batch'",),
    ("imputation", "knn"): ("the 7 nearest units", "inverse of their distance"),
    ("normalisation", "thresholds"): ("61",),
    ("imputation", "linear"): ("longer than 3 years",),
    ("imputation", "median"): ("share its 'batch'",),
    ("outliers", "winsorise"): ("1.5", "2.5", "at most 4 values", "logarithm of the original"),
    ("weighting", "critic"): ("data-driven", "1.5 times the equal"),
    ("weighting", "entropy"): ("data-driven",),
    ("aggregation", "generalised_mean"): ("with power 3",),
    ("aggregation", "owa"): ("the weights 1–2–7",),
    ("aggregation", "mpi"): ("mean plus a term",),
    ("aggregation", "ampi"): ("mean less a term",),
    ("aggregation", "topsis"): ("taken as they are",),
    ("aggregation", "benefit_of_doubt"): ("between 0.5 and 2 times its nominal weight",),
    ("weighting", "equal_correlation"): ("in proportion to the stated weights",),
    ("weighting", "game_theory"): ("stated weights, CRITIC (data-driven)",),
    ("weighting", "multiplicative"): ("equal weights, entropy (data-driven)",),
}


def chosen(family: str, method: str) -> Results:
    """Return results whose methodology has chosen one member of a family."""
    option = {"method": method, **OPTIONS.get((family, method), {})}
    choice: Any = {"indicators": option, "dimensions": option} if family in ("weighting", "aggregation") else option
    return without(make(units=4, unscored=0), methodology={**METHODOLOGY, family: choice, "overrides": {}})


@pytest.mark.parametrize(("family", "method"), MEMBERS, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_method_is_spelled_out(family: str, method: str, language: str) -> None:
    labels = Labels(chosen(family, method), language)
    steps = {step.heading: " ".join(step.sentences) for step in words.steps(labels)}
    said = steps[labels.say(f"heading_{family}")]
    assert len(said) > 6 and "{" not in said
    if language == "en":
        for part in SAID.get((family, method), ()):
            assert part in said
    # the robustness analysis names it too
    assert f"name_{method}" in catalogue("report")


def test_every_parameter_of_a_method_has_a_name() -> None:
    parameters = {name for members in FAMILIES.values() for m in members for name in m.model_fields if name != "method"}
    assert {f"parameter_{name}" for name in parameters} <= set(catalogue("report"))


def test_every_reference_and_aggregation_is_known() -> None:
    report = set(catalogue("report"))
    assert {f"reference_{name}" for name in ("pooled", "year", "baseline", "type", "fitted")} <= report
    assert {f"lean_{member.word()}" for member in FAMILIES["aggregation"]} <= report


def test_a_fitted_reference_names_its_file() -> None:
    option = {"method": "min_max", "reference": {"fitted": "2023/fitted.json"}}
    results = without(make(units=4, unscored=0), methodology={**METHODOLOGY, "normalisation": option})
    said = " ".join(s for step in words.steps(Labels(results, "en")) for s in step.sentences)
    assert "taken from an earlier run (2023/fitted.json)" in said


def test_the_order_is_that_of_the_work() -> None:
    headings = [step.heading for step in words.steps(Labels(make(), "en"))]
    assert headings == [
        "Period", "Missing figures", "Indicators", "Coverage", "Outliers", "Normalisation",
        "Indicators treated differently", "Weighting", "Aggregation", "Vetoes", "Ranking and comparability", "Grades",
        "Robustness",
    ]  # fmt: skip


def test_sentences_of_the_run() -> None:
    said = " ".join(s for step in words.steps(Labels(make(), "en")) for s in step.sentences)
    assert "The years 2016–2020 are scored; the ranking is for 2020. Changes are measured from 2016." in said
    assert "only if it has at least 80% of the indicators" in said
    assert "Outliers and scores of these work on the logarithm: Carbon intensity." in said
    assert "Where Carbon intensity is above 5 t / (1e4 CNY), the composite is capped at 60" in said
    assert "good (from 70), fair (from 40), poor (below 40)" in said
    assert "Size of the economy: Percentile ranks" in said
    assert "scores of different types are not comparable" in said


def test_a_veto_on_either_side_names_both_limits() -> None:
    results = without(make(), methodology={**METHODOLOGY, "veto": {"co2": {"above": 9, "below": 1, "cap": 50}}})
    said = " ".join(s for step in words.steps(Labels(results, "en")) for s in step.sentences)
    assert "Where CO2 is above 9 or below 1 t, the composite is capped at 50" in said


def test_robustness_lists_every_choice_with_its_options() -> None:
    said = " ".join(words.robustness_said(Labels(make(), "en")))
    assert "200 times (seed 7)" in said
    assert (
        "Weighting of indicators was drawn with equal probability from: stated weights, CRITIC (data-driven)." in said
    )
    assert "Normalisation was drawn with equal probability from: min–max (scores 1–100), z-score." in said
    assert "up to ±25%" in said


def test_robustness_names_what_is_combined_and_leaves_out_matrices() -> None:
    ahp = {"method": "ahp", "judgements": {"carbon": {"children": ["a", "b"], "matrix": [[1, 3], [0.5, 1]]}}}
    game = {"method": "game_theory", "of": [{"method": "equal"}, {"method": "critic", "cap": 2}]}
    settings = {**make().manifest["robustness"], "vary": {"weighting.indicators": [ahp, game]}}
    said = " ".join(words.robustness_said(Labels(without(make(), robustness=settings), "en")))
    assert "analytic hierarchy process, game-theory combination" in said
    assert "of equal weights, CRITIC (data-driven) (cap 2)" in said and "matrix" not in said


def test_goalposts_by_type_stand_with_the_indicator() -> None:
    results = make(units=4, unscored=0)
    framework = results.manifest["assessment"]["framework"]
    intensity = {**framework["indicators"]["intensity"], "goalposts": [9, 0.25]}
    mine = {**framework["types"]["mine"], "goalposts": {"intensity": [20, 1]}}
    framework = {
        **framework,
        "indicators": {**framework["indicators"], "intensity": intensity},
        "types": {**framework["types"], "mine": mine},
    }
    methodology = {**METHODOLOGY, "overrides": {"intensity": {"normalisation": {"method": "goalposts"}}}}
    results = without(results, assessment={"framework": framework}, methodology=methodology)
    rows = {row["code"]: row for row in words.definitions(Labels(results, "en")).rows}
    assert rows["intensity"]["reference"] == "Resource: worst 20, best 1; Industrial: worst 9, best 0.25;"
    assert rows["wealth"]["reference"] == ""
    assert rows["intensity"]["dimension"] == "Carbon"
    assert rows["so2_change"]["formula"] == "-change(so2)"


def test_indicators_with_the_same_difference_stand_together() -> None:
    option = {"normalisation": {"method": "percentile_rank"}}
    results = without(make(), methodology={**METHODOLOGY, "overrides": {"wealth": option, "so2_change": option}})
    steps = {step.heading: step.sentences for step in words.steps(Labels(results, "en"))}
    (said,) = steps["Indicators treated differently"]
    assert said.startswith("Size of the economy, SO2 reduction: Percentile ranks")
    assert steps["Normalisation"][0] == "Where nothing else is said below:"


def test_what_the_results_lean_on_tells_relative_from_fixed_scores() -> None:
    post = {"normalisation": {"method": "goalposts"}}
    mixed = without(make(), methodology={**METHODOLOGY, "overrides": {"wealth": post}})
    said = " ".join(words.assumptions(Labels(mixed, "en"), 0.0))
    assert "For Carbon intensity, SO2 reduction: Scores are relative to the reference population" in said
    assert "For Size of the economy: Scores are relative to fixed reference values" in said
    said = " ".join(words.assumptions(Labels(make(), "en"), 0.0))
    assert "For " not in said and "fixed reference values" not in said


def test_what_the_results_lean_on_follows_the_run() -> None:
    full = words.assumptions(Labels(make(), "en"), 0.123)
    assert any("12.3% of the indicator values rest on imputed figures" in line for line in full)
    assert any("break in the statistics" in line for line in full)
    bare = without(make(comparable=True, robust=False), marks=[])
    lines = words.assumptions(Labels(bare, "en"), 0.0)
    assert not any("imputed" in line or "break" in line for line in lines)
    assert any("was not tested" in line for line in lines)


def test_no_text_of_the_report_is_left_over(root: Any) -> None:
    """Every entry is asked for by name, or by the beginning of a family of names."""
    import re

    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((root / "evaluate" / "report").rglob("*"))
        if path.suffix in (".py", ".jinja")
    )
    literal = set(re.findall(r'"([a-z][a-z0-9_]*)"', sources)) | set(re.findall(r"'([a-z][a-z0-9_]*)'", sources))
    families = set(re.findall(r'f"(?:report\.)?([a-z]+_(?:[a-z]+_)*)\{', sources)) | set(
        re.findall(r'say\("([a-z_]+_)" ~', sources)
    )
    families |= {f"{family}_" for family in FAMILIES} | {"what_", "mark_", "step_", "name_", "parameter_", "word_"}
    # where there are no types, `Labels.say` takes the text of this ending
    asked = {n: n.removesuffix("_untyped") for n in catalogue("report")}
    idle = [n for n, base in asked.items() if base not in literal and not any(n.startswith(f) for f in families)]
    assert not idle


def test_everything_that_was_drawn_is_said() -> None:
    settings = {
        "runs": 50, "seed": 3, "years": "all", "vary": {},
        "weight_noise": {"method": "dirichlet", "concentration": 40.0}, "leave_out": True,
        "indicator_error": {"intensity": {"distribution": "normal", "relative": 0.1}},
        "sources": {"gdp": ["gdp", "gdp"]},
    }  # fmt: skip
    said = " ".join(words.robustness_said(Labels(without(make(), robustness=settings), "en")))
    for part in ("Every scored year was scored again 50 times", "Dirichlet distribution", "concentration 40",
                 "Errors of these figures", "was taken with equal probability from", "all indicators"):  # fmt: skip
        assert part in said
    settings |= {"weight_noise": {"method": "uniform", "noise": 0.1}, "leave_out": ["intensity"], "years": "rank"}
    said = " ".join(words.robustness_said(Labels(without(make(), robustness=settings), "en")))
    assert "±10%" in said
    assert "all indicators" not in said
