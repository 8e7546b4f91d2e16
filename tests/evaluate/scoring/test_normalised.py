"""Scale, outliers and normalisation through `score`: directions, references, ranges, goalposts, warnings."""

import math
from typing import Any

import pytest

from evaluate.scoring.scores import Scores
from tests.evaluate.scoring.builder import by_unit, cells, column, framework, panel, refused, scored, treated, warned

POSITIVE = framework({"d": {"a": 1}})


def alone(direction: str = "positive", **entry: Any) -> Any:
    """Return a framework of one indicator."""
    return framework({"d": {"a": 1}}, {"a": {"direction": direction, **entry}})


def normalised(scores: Scores, code: str = "a") -> list[float | None]:
    return cells(scores.normalised_table, code)


FIVE = "unit a\nu1 10\nu2 20\nu3 30\nu4 50\nu5 80"


# --- direction: higher is always better -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "method", "expected"),
    [
        # range 70: 0, 10/70, 20/70, 40/70, 1
        ("positive", {"method": "min_max"}, [0, 1000 / 70, 2000 / 70, 4000 / 70, 100]),
        ("negative", {"method": "min_max"}, [100, 6000 / 70, 5000 / 70, 3000 / 70, 0]),
        # distances to 30: 20, 10, 0, 20, 50: 1 − d/50
        ("target", {"method": "min_max"}, [60, 80, 100, 60, 0]),
        ("positive", {"method": "min_max", "bounds": [1, 71]}, [1, 11, 21, 41, 71]),
        ("negative", {"method": "min_max", "bounds": [1, 71]}, [71, 61, 51, 31, 1]),
        ("positive", {"method": "percentile_rank"}, [0, 25, 50, 75, 100]),
        ("negative", {"method": "percentile_rank"}, [100, 75, 50, 25, 0]),
        # farther away: 0 for u3, u2 next, then u1 and u4 together, u5 last: below them 4, 3, 1, 1, 0
        ("target", {"method": "percentile_rank"}, [25, 75, 100, 25, 0]),
    ],
)
def test_directions(direction: str, method: dict[str, Any], expected: list[float]) -> None:
    target = {"target": 30} if direction == "target" else {}
    found = scored(panel(FIVE), alone(direction, **target), normalisation=method)
    assert normalised(found) == [round(v, 9) for v in expected]


def test_z_scores_by_direction() -> None:
    # 10 … 80: mean 38, Σd² = 784 + 324 + 64 + 144 + 1764 = 3080, s = √770
    s = math.sqrt(770)
    up = scored(panel(FIVE), alone("positive"), normalisation={"method": "z_score"})
    down = scored(panel(FIVE), alone("negative"), normalisation={"method": "z_score"})
    assert normalised(up) == [round(50 + 10 * d / s, 9) for d in (-28, -18, -8, 12, 42)]
    assert normalised(down) == [round(50 - 10 * d / s, 9) for d in (-28, -18, -8, 12, 42)]


def test_the_nearer_to_the_target_the_better_on_both_sides() -> None:
    found = scored(panel("unit a\nu1 1900\nu2 2100\nu3 2000\nu4 2300"), alone("target", target=2000))
    # distances 100, 100, 0, 300
    assert normalised(found) == [round(200 / 3, 9), round(200 / 3, 9), 100, 0]


# --- scale: log -----------------------------------------------------------------------------------------------------


def test_the_logarithm_is_taken_before_everything_else() -> None:
    # ln 1, ln 10, ln 100: 0, 1/2, 1
    table = panel("unit a\nu1 1\nu2 10\nu3 100")
    assert normalised(scored(table, alone("positive", scale="log"))) == [0, 50, 100]
    assert normalised(scored(table, alone("negative", scale="log"))) == [100, 50, 0]
    # distances of logarithms to ln 10: 1, 0, 1 decades
    assert normalised(scored(table, alone("target", scale="log", target=10))) == [0, 100, 0]
    # values stay as they are
    assert cells(scored(table, alone("positive", scale="log")).value_table, "a") == [1, 10, 100]


def test_a_value_that_has_no_logarithm_is_a_located_fault() -> None:
    table = panel("unit a\nu1 1\nu2 0\nu3 -5\nu4 10")
    found = refused(lambda: scored(table, alone("positive", scale="log")))
    assert [(f.text_key, f.values["unit"], f.values["year"], f.values["found"]) for f in found] == [
        ("scoring.log_of_nothing", "u2", 2020, "0"), ("scoring.log_of_nothing", "u3", 2020, "-5"),
    ]  # fmt: skip
    assert found[0].message("en") == "indicators.a: 'A' is 0, which has no logarithm (unit u2, year 2020)"


def test_who_takes_no_part_may_lack_a_logarithm() -> None:
    definition = framework({"d": {"a": 1}, "e": {"b": 1}}, {"a": {"scale": "log"}})
    found = scored(panel("unit a b\nu1 1 1\nu2 100 2\nu3 0 -"), definition)
    assert normalised(found) == [0, 100, None]


def test_goalposts_on_a_logarithmic_scale() -> None:
    # ln 8 … ln 0.5 is four halvings: 8, 4, 2, 1, 0.5 are 0, 1/4, 1/2, 3/4, 1
    definition = alone("negative", scale="log", goalposts=[8, 0.5])
    found = scored(panel("unit a\nu1 8\nu2 4\nu3 2\nu4 1\nu5 0.5"), definition, normalisation={"method": "goalposts"})
    assert normalised(found) == [0, 25, 50, 75, 100]


# --- goalposts and thresholds ---------------------------------------------------------------------------------------


def test_goalposts_by_direction() -> None:
    table = panel("unit a\nu1 10\nu2 20\nu3 40")
    goalposts = {"method": "goalposts"}
    assert normalised(scored(table, alone("positive", goalposts=[0, 40]), normalisation=goalposts)) == [25, 50, 100]
    assert normalised(scored(table, alone("negative", goalposts=[50, 10]), normalisation=goalposts)) == [100, 75, 25]
    # target 20, worst 60: distances 10, 0, 20 of 40
    aim = alone("target", target=20, goalposts=[60, 20])
    assert normalised(scored(table, aim, normalisation=goalposts)) == [75, 100, 50]


def test_goalposts_of_a_type() -> None:
    definition = framework(
        {"d": {"a": 1}}, {"a": {"goalposts": [0, 100]}}, types={"old": {"goalposts": {"a": [0, 50]}}, "new": {}}
    )
    table = panel("unit a\nu1 25\nu2 25", types={"u1": "old", "u2": "new"})
    assert normalised(scored(table, definition, normalisation={"method": "goalposts"})) == [50, 25]


def test_thresholds_by_direction() -> None:
    # 60 at 30, 100 at 10; 20 lies half way: 80. Below as steep: zero at 60, so 45 is 30
    marks = {"pass_mark": 30, "ideal": 10}
    found = scored(
        panel("unit a\nu1 30\nu2 20\nu3 10\nu4 45\nu5 70"), alone("negative", thresholds=marks),
        normalisation={"method": "thresholds"},
    )  # fmt: skip
    assert normalised(found) == [60, 80, 100, 30, 0]


@pytest.mark.parametrize("name", ["goalposts", "thresholds"])
def test_reference_values_that_are_needed_and_absent_are_a_fault(name: str) -> None:
    (found,) = refused(lambda: scored(panel(FIVE), POSITIVE, normalisation={"method": name}))
    assert (found.text_key, found.values["method"], found.values["code"]) == ("scoring.no_reference_value", name, "a")


def test_reference_values_are_asked_of_the_types_that_have_the_indicator() -> None:
    definition = framework(
        {"d": {"a": 1, "b": 1}},
        {"a": {"goalposts": [0, 10]}},
        types={"x": {"indicators": {"d": {"a": 1}}}, "y": {"indicators": {"d": {"a": 1}}}},
    )
    table = panel("unit a b\nu1 5 -\nu2 10 -", types={"u1": "x", "u2": "y"})
    assert by_unit(scored(table, definition, normalisation={"method": "goalposts"})) == {"u1": 50, "u2": 100}


# --- constants ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "middle"),
    [
        ({"method": "min_max", "bounds": [1, 100]}, 50.5),
        ({"method": "z_score"}, 50),
        ({"method": "percentile_rank"}, 50),
    ],
)
def test_a_constant_indicator_gets_the_midpoint_and_a_warning(method: dict[str, Any], middle: float) -> None:
    found = scored(panel("unit a b\nu1 7 1\nu2 7 2\nu3 7 3"), framework({"d": {"a": 1, "b": 1}}), normalisation=method)
    assert normalised(found) == [middle] * 3
    assert warned(found) == [("constant", "a")]
    assert found.warnings[0].message("en").startswith("the indicator 'A' (a) is constant")


def test_a_constant_that_differs_in_its_last_bit_is_a_constant() -> None:
    # 0.1/0.3, 0.3/0.9 and 1/3 are equal; to a computer the second is not
    definition = framework(
        {"d": {"r": 1}},
        {"r": {"formula": "x / y"}},
        variables={"x": {"unit_of_measure": "1"}, "y": {"unit_of_measure": "1"}},
    )
    table = panel("unit x y\nu1 0.1 0.3\nu2 0.3 0.9\nu3 1 3")
    found = scored(table, definition, outliers={"method": "winsorise"})
    assert len(set(found.value_table["r"])) > 1
    assert normalised(found, "r") == [50, 50, 50]
    assert warned(found) == [("constant", "r")]


def test_a_constant_needs_no_midpoint_between_goalposts() -> None:
    found = scored(panel("unit a\nu1 5\nu2 5"), alone(goalposts=[0, 20]), normalisation={"method": "goalposts"})
    assert normalised(found) == [25, 25]
    assert warned(found) == []


# --- references -----------------------------------------------------------------------------------------------------

YEARS = """
    unit year a
    u1   2019 0
    u2   2019 10
    u1   2020 10
    u2   2020 30
    u1   2021 20
    u2   2021 40
"""


def years(**options: Any) -> Any:
    return panel(YEARS, **options)


def test_pooled_is_all_scored_unit_years() -> None:
    # 0 … 40
    found = scored(years(), POSITIVE)
    assert column(found, "composite") == {
        ("u1", 2019): 0, ("u1", 2020): 25, ("u1", 2021): 50, ("u2", 2019): 25, ("u2", 2020): 75, ("u2", 2021): 100,
    }  # fmt: skip
    # the period is scored, the rest is not learned from: 10 … 40
    found = scored(years(period=(2020, 2021)), POSITIVE)
    assert normalised(found) == [0, round(100 / 3, 9), round(200 / 3, 9), 100]


def test_year_by_year() -> None:
    found = scored(years(), POSITIVE, normalisation={"method": "min_max", "reference": "year"})
    assert normalised(found) == [0, 0, 0, 100, 100, 100]
    assert sorted(found.fitted.normalisation["a"]) == ["year:2019", "year:2020", "year:2021"]


def test_the_baseline_year_clips_or_extends_and_counts() -> None:
    # 0 … 10 of 2019: 10 is 100, 20 … 40 lie beyond
    baseline = {"method": "min_max", "reference": "baseline"}
    found = scored(years(baseline=2019), POSITIVE, normalisation=baseline)
    assert normalised(found) == [0, 100, 100, 100, 100, 100]
    (warning,) = found.warnings
    assert (warning.text_key, warning.values["count"], warning.values["code"]) == ("scoring.beyond_clip", 3, "a")
    found = scored(years(baseline=2019), POSITIVE, normalisation=baseline | {"out_of_range": "extend"})
    assert normalised(found) == [0, 100, 200, 100, 300, 400]
    assert (found.warnings[0].text_key, found.warnings[0].values["count"]) == ("scoring.beyond_extend", 3)


def test_the_baseline_year_may_lie_outside_the_scored_years() -> None:
    table = years(baseline=2019, period=(2020, 2021))
    found = scored(
        table, POSITIVE, normalisation={"method": "min_max", "reference": "baseline", "out_of_range": "extend"}
    )
    assert column(found, "composite") == {("u1", 2020): 100, ("u1", 2021): 200, ("u2", 2020): 300, ("u2", 2021): 400}


def test_a_baseline_year_nobody_was_in_is_a_fault() -> None:
    table = panel("unit year a\nu1 2019 -\nu1 2020 1\nu2 2019 -\nu2 2020 2", baseline=2019, period=(2020, 2020))
    (found,) = refused(lambda: scored(table, POSITIVE, normalisation={"method": "min_max", "reference": "baseline"}))
    assert found.text_key == "scoring.no_baseline_population"


def test_an_indicator_without_a_value_in_the_baseline_year_is_a_fault_where_something_is_learned() -> None:
    definition = framework({"d": {"a": 1, "b": 1}}, {"b": {"goalposts": [0, 10]}})
    table = panel(
        "unit year a b\nu1 2019 1 -\nu1 2020 1 5\nu2 2019 2 -\nu2 2020 2 10", baseline=2019, period=(2020, 2020)
    )
    baseline = {"method": "min_max", "reference": "baseline"}
    (found,) = refused(lambda: scored(table, definition, normalisation=baseline))
    assert (found.text_key, found.values["code"]) == ("scoring.no_reference_values", "b")
    # goalposts look at no reference population
    found_ = scored(
        table, definition, normalisation=baseline, overrides={"b": {"normalisation": {"method": "goalposts"}}}
    )
    assert normalised(found_, "b") == [50, 100]


TYPED = framework({"d": {"a": 1}}, types={"x": {}, "y": {}})


def test_type_by_type() -> None:
    table = panel("unit a\nu1 0\nu2 10\nu3 100\nu4 200", types={"u1": "x", "u2": "x", "u3": "y", "u4": "y"})
    assert normalised(scored(table, TYPED)) == [0, 5, 50, 100]
    found = scored(table, TYPED, normalisation={"method": "min_max", "reference": "type"})
    assert normalised(found) == [0, 100, 0, 100]


def test_a_single_unit_of_a_type_is_constant_in_it() -> None:
    table = panel("unit a\nu1 0\nu2 10\nu3 100", types={"u1": "x", "u2": "x", "u3": "y"})
    found = scored(table, TYPED, normalisation={"method": "min_max", "reference": "type"})
    assert normalised(found) == [0, 100, 50]
    assert warned(found) == [("constant", "a")]


def test_an_override_has_its_own_method_and_reference() -> None:
    definition = framework({"d": {"a": 1, "b": 1}}, {"b": {"goalposts": [0, 100]}})
    table = panel("unit year a b\nu1 2019 0 10\nu2 2019 10 20\nu1 2020 20 30\nu2 2020 40 40")
    found = scored(
        table, definition, normalisation={"method": "min_max", "bounds": [0, 10]},
        overrides={"a": {"normalisation": {"reference": "year"}}, "b": {"normalisation": {"method": "goalposts"}}},
    )  # fmt: skip
    # both inherit the bounds [0, 10]
    assert normalised(found, "a") == [0, 0, 10, 10]
    assert normalised(found, "b") == [1, 3, 2, 4]


def test_an_override_of_nothing_is_a_fault_with_the_nearest_name() -> None:
    definition = framework({"d": {"density": 1}})
    (found,) = refused(lambda: scored(panel("unit density\nu1 1\nu2 2"), definition, overrides={"desnity": {}}))
    assert (found.text_key, found.values["meant"]) == ("scoring.unknown_override", "density")


def test_percentile_ranks_never_extend_and_say_so() -> None:
    choice = {"method": "percentile_rank", "reference": "baseline", "out_of_range": "extend"}
    found = scored(years(baseline=2019), POSITIVE, normalisation=choice)
    # of 0 and 10 in 2019: below 0 none, below 10 one, below more both, at most 1
    assert normalised(found) == [0, 100, 100, 100, 100, 100]
    assert found.warnings[0].text_key == "scoring.beyond_clip"


# --- outliers -------------------------------------------------------------------------------------------------------

TEN = "unit a\n" + "\n".join(f"u{n} {v}" for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]))


def test_winsorising_changes_one_cell_and_lists_it() -> None:
    found = scored(panel(TEN), POSITIVE, outliers={"method": "winsorise", "limit": 1})
    # 100 becomes 9: (x − 1)/8
    assert normalised(found) == [0, 12.5, 25, 37.5, 50, 62.5, 75, 87.5, 100, 100]
    assert treated(found, "outliers") == [("u9", 2020, "a", 100, 9)]
    assert found.treatment["reason"].tolist() == ["winsorised by the rule of skewness and kurtosis"]
    assert cells(found.value_table, "a")[-1] == 100
    assert warned(found) == []


def test_at_the_limit_the_values_are_kept_or_logged_and_a_warning_names_the_indicator() -> None:
    # 0.09 of 10 values is none
    kept = scored(panel(TEN), POSITIVE, outliers={"method": "winsorise", "limit": 0.09})
    assert normalised(kept)[1] == round(100 / 99, 9)
    assert treated(kept, "outliers") == []
    assert warned(kept) == [("outliers_unmet", "a")]
    logged = scored(panel(TEN), POSITIVE, outliers={"method": "winsorise", "limit": 0.09, "otherwise": "log"})
    # ln(x − 1 + 0.99): 0.99 … 99.99
    low, high = math.log(0.99), math.log(99.99)
    assert normalised(logged) == [
        round(100 * (math.log(v - 0.01) - low) / (high - low), 9) for v in (1, 2, 3, 4, 5, 6, 7, 8, 9, 100)
    ]
    assert warned(logged) == [("outliers_unmet", "a")]
    changes = treated(logged, "outliers")
    assert [c[:4] for c in changes] == [(f"u{n}", 2020, "a", v) for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])]
    assert changes[0][4] == round(low, 9)


def test_outliers_on_a_logarithmic_scale_are_listed_in_the_unit_of_measure() -> None:
    # ln of e^1 … e^9 and e^100
    text = "unit a\n" + "\n".join(f"u{n} {math.exp(v)!r}" for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]))
    found = scored(panel(text), alone(scale="log"), outliers={"method": "winsorise", "limit": 1})
    ((unit, _, _, before, after),) = treated(found, "outliers")
    assert unit == "u9"
    assert before == pytest.approx(math.exp(100), rel=1e-12)
    assert after == pytest.approx(math.exp(9), rel=1e-9)


def test_outliers_are_learned_from_the_reference_population() -> None:
    # in 2019 ten regular values; the 100 of 2020 is brought within them only because of the baseline's own limit
    rows = [f"u{n} 2019 {v}\nu{n} 2020 {v + 1}" for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100])]
    table = panel("unit year a\n" + "\n".join(rows), baseline=2019)
    found = scored(
        table, POSITIVE, outliers={"method": "winsorise", "limit": 1},
        normalisation={"method": "min_max", "reference": "baseline", "out_of_range": "extend"},
    )  # fmt: skip
    # limits 1 … 9 of 2019 hold for 2020: 10 and 101 become 9
    assert treated(found, "outliers") == [
        ("u8", 2020, "a", 10, 9),
        ("u9", 2019, "a", 100, 9),
        ("u9", 2020, "a", 101, 9),
    ]
    assert found.fitted.outliers == {"a": {"baseline": {"low": 1.0, "high": 9.0}}}


def test_winsorising_limits_do_not_move_goalposts() -> None:
    definition = alone(goalposts=[0, 50])
    found = scored(
        panel(TEN), definition, outliers={"method": "winsorise", "limit": 1}, normalisation={"method": "goalposts"}
    )
    # 100 becomes 9, of 50
    assert normalised(found) == [2, 4, 6, 8, 10, 12, 14, 16, 18, 18]


def test_a_logarithm_at_the_limit_moves_goalposts_and_target_along() -> None:
    choice = {
        "outliers": {"method": "winsorise", "limit": 0, "otherwise": "log"},
        "normalisation": {"method": "goalposts"},
    }
    found = scored(panel(TEN), alone(goalposts=[1, 100]), **choice)
    # shift 0.01: the goalposts are ln 0.99 and ln 99.99
    low, high = math.log(0.99), math.log(99.99)
    assert normalised(found)[3] == round(100 * (math.log(3.99) - low) / (high - low), 9)
    aim = scored(panel(TEN), alone("target", target=9, goalposts=[100, 9]), **choice)
    worst = math.log(99.99) - math.log(8.99)
    assert normalised(aim)[3] == round(100 * (1 - (math.log(8.99) - math.log(3.99)) / worst), 9)
    assert normalised(aim)[8] == 100


def test_an_override_keeps_one_indicator_untreated() -> None:
    definition = framework({"d": {"a": 1, "b": 1}})
    rows = "\n".join(f"u{n} {v} {v}" for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]))
    found = scored(
        panel(f"unit a b\n{rows}"), definition, outliers={"method": "winsorise", "limit": 1},
        overrides={"b": {"outliers": {"method": "none"}}},
    )  # fmt: skip
    assert [c[2] for c in treated(found, "outliers")] == ["a"]
    assert normalised(found, "b")[8] == round(800 / 99, 9)
