"""Normalisations and treatments by direction and scale, in `score`: reference values move with the values."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.evaluate.scoring.builder import cells, framework, panel, refused, scored, treated, warned

FIVE = "unit a\nu1 10\nu2 20\nu3 40\nu4 50\nu5 80"
TEN = "unit a\n" + "\n".join(f"u{n} {v}" for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]))


def alone(direction: str = "positive", **more: Any) -> Any:
    return framework({"d": {"a": 1}}, {"a": {"direction": direction, **more}})


def found(table: str, definition: Any, **normalisation: Any) -> list[float | None]:
    return cells(scored(panel(table), definition, normalisation=normalisation).normalised_table, "a")


def test_distance_to_a_target_by_direction() -> None:
    # (x − 10)/(90 − 10); (80 − x)/(80 − 20), beyond 20 capped; 80 is 40 from 40, 50 is 10: 100·(1 − d/40)
    distance = {"method": "distance_to_target"}
    assert found(FIVE, alone(target=90), **distance) == [0, 12.5, 37.5, 50, 87.5]
    assert found(FIVE, alone("negative", target=20), **distance) == [100, 100, round(200 / 3, 9), 50, 0]
    assert found(FIVE, alone("target", target=40), **distance) == [25, 50, 100, 75, 0]
    assert found(FIVE, alone("negative", target=20), **distance, out_of_range="extend")[0] == round(700 / 6, 9)


def test_a_target_does_not_change_the_other_methods() -> None:
    for name in ("min_max", "rank"):
        assert found(FIVE, alone(target=90), method=name) == found(FIVE, alone(), method=name)


def test_what_passes_the_target_is_counted() -> None:
    made = scored(panel(FIVE), alone(target=45), normalisation={"method": "distance_to_target"})
    (warning,) = made.warnings
    assert (warning.text_key, warning.values["count"]) == ("scoring.beyond_clip", 2)


def test_share_of_best_by_direction() -> None:
    share = {"method": "share_of_best"}
    assert found(FIVE, alone(), **share) == [12.5, 25, 50, 62.5, 100]
    assert found(FIVE, alone("negative"), **share) == [100, 50, 25, 20, 12.5]
    # 45: distances 35, 25, 5, 5, 35; the nearest is 5
    assert found(FIVE, alone("target", target=45), **share) == [round(100 / 7, 9), 20, 100, 100, round(100 / 7, 9)]
    losses = FIVE.replace(" a", " a").replace("u1 10", "u1 -10").replace("u2 20", "u2 -20")
    (first, second) = refused(lambda: found(losses, alone(), **share))
    assert (first.text_key, first.values["unit"], second.values["unit"]) == ("scoring.no_share", "u1", "u2")
    (zero,) = refused(lambda: found(FIVE.replace("u1 10", "u1 0"), alone("negative"), **share))
    assert zero.message("en").startswith("indicators.a: 'A' is 0, which is no share of the best value")


def test_share_of_best_takes_no_logarithm() -> None:
    (static,) = refused(lambda: found(FIVE, alone(scale="log"), method="share_of_best"))
    assert static.text_key == "scoring.no_amounts"
    chosen = {"outliers": {"method": "log"}, "normalisation": {"method": "share_of_best"}}
    (late,) = refused(lambda: scored(panel(TEN), alone(), **chosen))
    assert late.text_key == "scoring.no_amounts" and late.place.key == "indicators.a"


def test_logarithmic_min_max_by_direction() -> None:
    table = "unit a\nu1 1\nu2 10\nu3 100\nu4 1000"
    thirds = [0, round(100 / 3, 9), round(200 / 3, 9), 100]
    assert found(table, alone(), method="log") == thirds
    assert found(table, alone("negative"), method="log") == thirds[::-1]
    assert found(table, alone(scale="log"), method="log") == found(table, alone(scale="log"), method="min_max")
    # |lg x − 2| is 2, 1, 0, 1
    assert found(table, alone("target", target=100), method="log") == [0, 50, 100, 50]
    (wrong,) = refused(lambda: found(table.replace("u1 1\n", "u1 0\n"), alone(), method="log"))
    assert (wrong.text_key, wrong.values["unit"]) == ("scoring.log_of_nothing", "u1")
    (stated,) = refused(lambda: found(table, alone("target", target=0), method="log"))
    assert stated.text_key == "scoring.stated_without_logarithm"


def test_scaled_by_direction() -> None:
    scale = {"method": "scaled", "limits": [0, 80]}
    assert found(FIVE, alone(), **scale) == [12.5, 25, 50, 62.5, 100]
    assert found(FIVE, alone("negative"), **scale) == [87.5, 75, 50, 37.5, 0]
    # from 0, the farther limit, to 50: distances 40, 30, 10, 0, 30 of 50
    assert found(FIVE, alone("target", target=50), **scale) == [20, 40, 80, 100, 40]
    # a target beyond the limits: from 0 to 80 as if more were better
    assert found(FIVE, alone("target", target=100), **scale) == [12.5, 25, 50, 62.5, 100]
    # ln 10 … ln 40 are two doublings
    assert found(FIVE, alone(scale="log"), method="scaled", limits=[10, 40]) == [
        0, 50, 100, 100, 100,
    ]  # fmt: skip


def test_classes_by_direction() -> None:
    cuts = {"method": "categorical", "cuts": [20, 50], "scores": [0, 60, 100]}
    assert found(FIVE, alone(), **cuts) == [0, 60, 60, 100, 100]
    # 20 reaches the better cut, 50 the worse one
    assert found(FIVE, alone("negative"), **cuts) == [100, 100, 60, 60, 0]
    # within 20 of 40 as the cut at 20 is, within 10 as the one at 50
    assert found(FIVE, alone("target", target=40), **cuts) == [0, 60, 100, 100, 0]
    halves = {"method": "categorical", "shares": [0.5], "scores": [0, 10]}
    assert found(FIVE, alone(), **halves) == [0, 0, 10, 10, 10]
    assert found(FIVE, alone("negative"), **halves) == [10, 10, 10, 0, 0]


def test_ranks_by_direction() -> None:
    assert found(FIVE, alone(), method="rank") == [1, 2, 3, 4, 5]
    assert found(FIVE, alone("negative"), method="borda") == [4, 3, 2, 1, 0]


@pytest.mark.parametrize("name", ["rank", "borda", "categorical", "share_of_best", "distance_to_best", "log"])
def test_a_constant_gets_the_middle_and_a_warning(name: str) -> None:
    made = scored(panel("unit a\nu1 7\nu2 7\nu3 7"), alone(), normalisation={"method": name})
    assert len(set(cells(made.normalised_table, "a"))) == 1
    assert warned(made) == [("constant", "a")]


@pytest.mark.parametrize("name", ["rank", "share_of_best", "categorical", "distance_to_best"])
@pytest.mark.parametrize("reference", ["year", "baseline", "type"])
def test_reference_populations(name: str, reference: str) -> None:
    table = panel(
        "unit year a\nu1 2019 1\nu2 2019 2\nu3 2019 8\nu1 2020 4\nu2 2020 6\nu3 2020 16",
        baseline=2019, types={"u1": "x", "u2": "x", "u3": "y"},
    )  # fmt: skip
    definition = framework({"d": {"a": 1}}, types={"x": {}, "y": {}})
    made = scored(table, definition, normalisation={"method": name, "reference": reference})
    keys = {"year": ["year:2019", "year:2020"], "baseline": ["baseline"], "type": ["type:x", "type:y"]}[reference]
    assert sorted(made.fitted.normalisation["a"]) == keys
    if (name, reference) == ("share_of_best", "baseline"):
        # of 8 in 2019; 16 is beyond it
        assert cells(made.normalised_table, "a") == [12.5, 50, 25, 75, 100, 100]
    if (name, reference) == ("rank", "year"):
        assert cells(made.normalised_table, "a") == [1, 1, 2, 2, 3, 3]


# --- treatments -----------------------------------------------------------------------------------------------------


def test_values_beyond_the_quartiles_are_listed() -> None:
    made = scored(panel(TEN), alone(), outliers={"method": "iqr"})
    # Q1 = 3.25 and Q3 = 7.75: 100 becomes 14.5
    assert treated(made, "outliers") == [("u9", 2020, "a", 100, 14.5)]
    assert "interquartile" in made.treatment["reason"][0]
    alike = scored(panel("unit a\n" + "\n".join(f"u{n} {v}" for n, v in enumerate([1, *[5] * 8, 9]))), alone(),
                   outliers={"method": "iqr"})  # fmt: skip
    assert warned(alike) == [("quartiles_alike", "a")] and alike.treatment.empty


def test_a_transformation_moves_goalposts_and_lists_every_cell() -> None:
    values = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 100.0])
    place = (values - 1) / 99 + 0.01
    made = scored(
        panel(TEN), alone(goalposts=[1, 100]), outliers={"method": "box_cox"}, normalisation={"method": "goalposts"}
    )
    power = made.fitted.outliers["a"]["pooled"]["power"]
    by_scipy = stats.boxcox(place, power)
    changes = treated(made, "outliers")
    assert [c[3] for c in changes] == values.tolist()
    np.testing.assert_allclose([c[4] for c in changes], by_scipy, atol=1e-8)
    expected = 100 * (by_scipy - by_scipy[0]) / (by_scipy[-1] - by_scipy[0])
    np.testing.assert_allclose(cells(made.normalised_table, "a"), expected, atol=1e-8)
    assert f"power {power:.6g}, minimum 1, range 99" in made.treatment["reason"][0]


def test_the_logarithm_by_the_rule_moves_a_target() -> None:
    made = scored(panel(TEN), alone("target", target=9), outliers={"method": "log"})
    # ln(x − 1 + 0.99)
    distance = [abs(math.log(v - 0.01) - math.log(8.99)) for v in (1, 2, 3, 4, 5, 6, 7, 8, 9, 100)]
    expected = [round(100 * (1 - d / max(distance)), 9) for d in distance]
    assert cells(made.normalised_table, "a") == expected
    assert made.treatment["reason"][0] == "logarithm taken, by the rule of skewness and kurtosis"


def test_overrides_treat_one_indicator_in_its_own_way() -> None:
    rows = "\n".join(f"u{n} {v} {v} {v}" for n, v in enumerate([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]))
    made = scored(
        panel(f"unit a b c\n{rows}"), framework({"d": {"a": 1, "b": 1, "c": 1}}), outliers={"method": "log"},
        overrides={"b": {"outliers": {"method": "iqr", "factor": 3}}, "c": {"outliers": {"method": "none"}}},
    )  # fmt: skip
    listed = made.treatment["code"].value_counts().to_dict()
    assert listed == {"a": 10, "b": 1}


def test_what_was_transformed_is_so_again() -> None:
    for name in ("log", "box_cox", "iqr"):
        first = scored(panel(TEN), alone(), outliers={"method": name})
        later = scored(panel(TEN.replace("u0 1\n", "u0 -40\n")), alone(), first.fitted, outliers={"method": name})
        before, after = cells(first.normalised_table, "a"), cells(later.normalised_table, "a")
        assert after[1:] == before[1:] and after[0] == 0, name
