"""Normalisation: each member on values that are turned already, worked out by hand, and against NumPy and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluate.methodology import Methodology
from evaluate.methods.normalisation import Aspect
from indicators.errors import InputError
from indicators.spec import build

N = np.nan


def method(name: str, **settings: object):  # type: ignore[no-untyped-def]
    return build(Methodology, {"normalisation": {"method": name, **settings}}).normalisation


def scores(chosen, reference: list[float], values: list[float], aspect: Aspect | None = None) -> list[float]:  # type: ignore[no-untyped-def]
    learned = chosen.fit(np.array(reference))
    return [float(v) for v in chosen.apply(np.array(values), learned, aspect or Aspect())]


# --- min–max --------------------------------------------------------------------------------------------------------


def test_min_max_to_bounds() -> None:
    # (x − 2)/(10 − 2): 0, 1/4, 1/2, 1
    assert scores(method("min_max"), [2, 4, 6, 10], [2, 4, 6, 10]) == [0, 25, 50, 100]
    # 1 + 99·…: 1, 25.75, 50.5, 100
    assert scores(method("min_max", bounds=[1, 100]), [2, 4, 6, 10], [2, 4, 6, 10]) == [1, 25.75, 50.5, 100]


def test_beyond_the_reference_min_max_clips_or_extends() -> None:
    # 0 → −2/8 = −0.25; 12 → 10/8 = 1.25
    assert scores(method("min_max"), [2, 10], [0, 2, 12]) == [0, 0, 100]
    assert scores(method("min_max", out_of_range="extend"), [2, 10], [0, 2, 12]) == [-25, 0, 125]
    assert scores(method("min_max", out_of_range="extend", bounds=[1, 101]), [2, 10], [0, 12]) == [-24, 126]


# --- z-score --------------------------------------------------------------------------------------------------------


def test_z_scores_have_mean_50_and_sd_10_with_the_sample_standard_deviation() -> None:
    # 2, 4, 9: mean 5, Σd² = 9 + 1 + 16 = 26, s = √13
    found = scores(method("z_score"), [2, 4, 9], [2, 4, 9, 5])
    s = 13**0.5
    assert found == pytest.approx([50 - 30 / s, 50 - 10 / s, 50 + 40 / s, 50], rel=1e-14)
    found = scores(method("z_score", mean=0, sd=1), [2, 4, 9], [9])
    assert found == pytest.approx([4 / s], rel=1e-14)


@given(st.lists(st.integers(-99, 99), min_size=2, max_size=9, unique=True))
def test_z_scores_are_scipys(values: list[int]) -> None:
    found = scores(method("z_score", mean=0, sd=1), values, values)
    np.testing.assert_allclose(found, stats.zscore(values, ddof=1), rtol=1e-10, atol=1e-12)


# --- percentile rank ------------------------------------------------------------------------------------------------


def test_the_percentile_rank_is_the_share_of_reference_values_below() -> None:
    # n = 5, of 1, 3, 3, 7, 9: below 1 none, below 3 one, below 7 three, below 9 four; each over 4
    reference = [7.0, 3, 1, 9, 3]
    assert scores(method("percentile_rank"), reference, reference) == [75, 25, 0, 100, 25]
    # between the values, below all, above all: 3/4, 0, min(1, 5/4)
    assert scores(method("percentile_rank"), reference, [5, -1, 10]) == [75, 0, 100]
    # to bounds 10 … 90
    assert scores(method("percentile_rank", bounds=[10, 90]), reference, [3]) == [30]
    # it never extends
    assert scores(method("percentile_rank", out_of_range="extend"), reference, [-1, 10]) == [0, 100]
    assert method("percentile_rank", out_of_range="extend").beyond == "clip"


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=12))
def test_percentile_ranks_count_by_scipy(values: list[int]) -> None:
    if len(set(values)) == 1:
        return
    share = (stats.rankdata(values, method="min") - 1) / (len(values) - 1)
    np.testing.assert_allclose(scores(method("percentile_rank"), values, values), 100 * share, rtol=1e-12)


# --- goalposts ------------------------------------------------------------------------------------------------------


def test_goalposts_need_no_reference() -> None:
    chosen = method("goalposts", bounds=[0, 10])
    aspect = Aspect(goalposts=(20.0, 60.0))
    # (30 − 20)/40 = 1/4; beyond the posts 0 and 10
    assert scores(chosen, [], [30, 20, 60, 0, 80], aspect) == [2.5, 0, 10, 0, 10]
    extended = method("goalposts", bounds=[0, 10], out_of_range="extend")
    assert scores(extended, [], [0, 80], aspect) == [-5, 15]
    assert not chosen.learns
    assert not chosen.needs(Aspect())
    assert chosen.range({}, aspect) == (20, 60)


# --- thresholds -----------------------------------------------------------------------------------------------------


def test_thresholds_are_piecewise_linear_through_pass_mark_and_ideal() -> None:
    chosen, aspect = method("thresholds"), Aspect(pass_mark=10.0, ideal=50.0)
    # above: 60 + 40·(30 − 10)/40 = 80. Below, as steep: the zero lies 40·60/40 = 60 under the pass mark, at −50;
    # at −20 the score is 60·30/60 = 30
    assert scores(chosen, [], [10, 30, 50, 70, -20, -50, -90], aspect) == [60, 80, 100, 100, 30, 0, 0]


def test_thresholds_with_a_stated_zero_and_pass_score() -> None:
    chosen = method("thresholds", pass_score=75, bounds=[25, 100], out_of_range="extend")
    aspect = Aspect(pass_mark=10.0, ideal=20.0, zero=0.0)
    # below: 25 + 50·x/10; above: 75 + 25·(x − 10)/10, both lines continued
    assert scores(chosen, [], [0, 5, 10, 14, 20, -2, 24], aspect) == [25, 50, 75, 85, 100, 15, 110]
    assert not chosen.needs(Aspect(goalposts=(0, 1)))
    assert chosen.needs(aspect)


# --- distances ------------------------------------------------------------------------------------------------------


def test_distance_to_target_goes_from_the_worst_value_to_the_target() -> None:
    chosen, aspect = method("distance_to_target"), Aspect(target=12.0)
    # COINr n_dist2targ: (x − min)/(target − min) of 2 … 10: 0, 0.4, 0.8; 12 and more 1
    assert scores(chosen, [2, 6, 10], [2, 6, 10, 12, 15, 0], aspect) == [0, 40, 80, 100, 100, 0]
    assert scores(method("distance_to_target", out_of_range="extend"), [2, 6, 10], [17, -3], aspect) == [150, -50]
    # everybody is there
    assert scores(chosen, [2, 6, 10], [2, 6, 1.5, 1], Aspect(target=1.5)) == [100, 100, 100, 0]
    assert chosen.learns and not chosen.needs(Aspect()) and chosen.needs(aspect)


def test_distance_to_the_best_is_what_is_left_of_min_max() -> None:
    # 1 − (10 − x)/(10 − 2)
    assert scores(method("distance_to_best"), [2, 4, 6, 10], [2, 4, 6, 10]) == [0, 25, 50, 100]


def test_share_of_best() -> None:
    chosen = method("share_of_best")
    # x/max of 2, 5, 8, 0
    assert scores(chosen, [2, 5, 8, 0], [2, 5, 8, 0, 16]) == [25, 62.5, 100, 0, 100]
    assert scores(method("share_of_best", out_of_range="extend"), [2, 8], [16]) == [200]
    # turned costs −2, −5, −8: least/x is 1, 2/5, 1/4
    assert scores(chosen, [-2, -5, -8], [-2, -5, -8, -1]) == [100, 40, 25, 100]
    assert scores(method("share_of_best", out_of_range="extend"), [-2, -8], [-1]) == [200]


@pytest.mark.parametrize(
    ("reference", "unfit"),
    [
        ([1, 2, 0], [False, False, False]),
        ([1, 2, -3], [False, False, True]),
        ([-1, -2, -3], [False, False, False]),
        ([-1, -2, 0], [False, False, True]),
        ([0, 0, 0], [False, False, False]),
        ([-4, -4, -4], [False, False, False]),
    ],
)
def test_share_of_best_needs_one_sign(reference: list[float], unfit: list[bool]) -> None:
    chosen, values = method("share_of_best"), np.array(reference, dtype=float)
    assert chosen.unfit(values, chosen.fit(values)).tolist() == unfit


# --- order ----------------------------------------------------------------------------------------------------------


def test_rank_and_borda_count_what_lies_below() -> None:
    # R: rank(c(7, 3, 1, 9, 3), ties.method = "min") is 4 2 1 5 2; COINr's n_borda one less
    reference = [7.0, 3, 1, 9, 3]
    assert scores(method("rank"), reference, reference) == [4, 2, 1, 5, 2]
    assert scores(method("borda"), reference, reference) == [3, 1, 0, 4, 1]
    # between the values, below all, above all
    assert scores(method("rank"), reference, [5, 0, 99]) == [4, 1, 5]
    assert method("rank", out_of_range="extend").beyond == "clip"


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=12))
def test_ranks_are_scipys(values: list[int]) -> None:
    if len(set(values)) > 1:
        np.testing.assert_array_equal(scores(method("rank"), values, values), stats.rankdata(values, method="min"))


def test_classes_by_shares() -> None:
    # of 0 … 10 the quantiles of type 7 at 0.1 and 0.5 are 1 and 5
    chosen = method("categorical", shares=[0.1, 0.5], scores=[0, 40, 100])
    reference = [float(v) for v in range(11)]
    assert scores(chosen, reference, [0, 1, 4.9, 5, 10, -7, 70]) == [0, 40, 40, 100, 100, 0, 100]
    assert chosen.learns and chosen.beyond is None
    # fifths when nothing is stated
    assert scores(method("categorical"), reference, [1, 2, 5, 7, 9]) == [0, 25, 50, 75, 100]


@given(st.lists(st.integers(-9, 9), min_size=5, max_size=12, unique=True))
def test_classes_are_numpys(values: list[int]) -> None:
    cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
    if np.abs(np.subtract.outer(values, cuts)).min() > 1e-9:
        np.testing.assert_array_equal(scores(method("categorical"), values, values), 25 * np.digitize(values, cuts))


def test_classes_by_cuts() -> None:
    chosen = method("categorical", cuts=[10, 20], scores=[1, 2, 3])
    assert scores(chosen, [], [5, 10, 19.9, 20, 99], Aspect(own=(10.0, 20.0))) == [1, 2, 2, 3, 3]
    assert not chosen.learns and chosen.own_values == (10, 20)
    # a value that differs from a cut by rounding is on it
    assert scores(method("categorical", cuts=[0.3], scores=[1, 2]), [], [1 - 0.7], Aspect(own=(0.3,))) == [2]


# --- scaled ---------------------------------------------------------------------------------------------------------


def test_scaled_has_the_same_limits_for_all() -> None:
    chosen, aspect = method("scaled", limits=[20, 70]), Aspect(own=(20.0, 70.0))
    # COINr n_scaled: (x − 20)/(70 − 20)·100
    assert scores(chosen, [], [20, 45, 70, 10, 80], aspect) == [0, 50, 100, 0, 100]
    assert scores(method("scaled", limits=[20, 70], out_of_range="extend"), [], [10, 80], aspect) == [-20, 120]
    assert chosen.own_values == (20, 70) and not chosen.learns


# --- constants and gaps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "middle"),
    [
        (method("min_max"), 50.0),
        (method("min_max", bounds=[1, 100]), 50.5),
        (method("z_score"), 50.0),
        (method("z_score", mean=7), 7.0),
        (method("percentile_rank", bounds=[0, 10]), 5.0),
        (method("distance_to_best"), 50.0),
        (method("share_of_best"), 50.0),
        (method("log"), 50.0),
        (method("categorical", shares=[0.5], scores=[20, 50]), 35.0),
    ],
)
@pytest.mark.parametrize("reference", [[3.0, 3.0, 3.0], [3.0], [0.0, 0.0], [0.1 + 0.2, 0.3, 0.3], [-1e9 / 3] * 4])
def test_a_constant_gets_the_midpoint_whatever_its_last_bit(chosen, middle: float, reference: list[float]) -> None:  # type: ignore[no-untyped-def]
    found = scores(chosen, reference, [*reference, N])
    np.testing.assert_array_equal(found, [middle] * len(reference) + [N])


@pytest.mark.parametrize(("name", "middle"), [("rank", 2.0), ("borda", 1.0)])
def test_a_constant_gets_the_middle_rank(name: str, middle: float) -> None:
    assert scores(method(name), [3.0, 3.0, 3.0], [3.0, 9.0]) == [middle, middle]


@pytest.mark.parametrize("name", ["min_max", "z_score", "percentile_rank", "goalposts", "thresholds"])
def test_missing_stays_missing_and_the_input_is_left_alone(name: str) -> None:
    aspect = Aspect((0.0, 9.0), 2.0, 5.0, None)
    values = np.array([N, 1.0, 4.0])
    learned = method(name).fit(np.array([1.0, 4.0]))
    before = repr(learned)
    found = method(name).apply(values, learned, aspect)
    assert np.isnan(found).tolist() == [True, False, False]
    np.testing.assert_array_equal(values, [N, 1, 4])
    assert repr(learned) == before


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"method": "minmax"}, "faults.one_of"),
        ({"method": "min_max", "bound": [0, 1]}, "faults.unknown_key"),
        ({"method": "min_max", "bounds": [5, 5]}, "methods.bounds_order"),
        ({"method": "min_max", "bounds": [0]}, "faults.entries_at_least"),
        ({"method": "min_max", "reference": "all"}, "faults.either"),
        ({"method": "z_score", "bounds": [0, 1]}, "faults.unknown_key"),
        ({"method": "z_score", "sd": 0}, "faults.above"),
        ({"method": "thresholds", "pass_score": 100}, "methods.pass_score_inside"),
        ({"method": "scaled"}, "faults.missing_key"),
        ({"method": "scaled", "limits": [4, 4]}, "methods.limits_order"),
        ({"method": "categorical", "shares": [0.5], "cuts": [1], "scores": [1, 2]}, "methods.shares_or_cuts"),
        ({"method": "categorical", "shares": [0.5, 0.4], "scores": [1, 2, 3]}, "methods.classes_rise"),
        ({"method": "categorical", "cuts": [5, 5], "scores": [1, 2, 3]}, "methods.classes_rise"),
        ({"method": "categorical", "cuts": [5], "scores": [2, 1]}, "methods.classes_rise"),
        ({"method": "categorical", "cuts": [5], "scores": [1, 2, 3]}, "methods.class_scores"),
        ({"method": "categorical", "shares": [50], "scores": [1, 2]}, "faults.below"),
        ({"bounds": [0, 1]}, "faults.missing_key"),
        ("min_max", "faults.expected_mapping"),
    ],
)
def test_what_is_refused(settings: object, key: str) -> None:
    with pytest.raises(InputError) as raised:
        build(Methodology, {"normalisation": settings})
    assert raised.value.faults[0].text_key == key
    assert raised.value.render("zh")
