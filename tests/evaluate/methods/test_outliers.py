"""Outliers: the rule of skewness and kurtosis, points and shares, the limit, quartiles, and transformations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from sklearn.preprocessing import PowerTransformer

from evaluate.methods.outliers import BoxCox, Iqr, Log, NoTreatment, Winsorise, moments
from indicators.errors import InputError
from indicators.spec import build

ONE = np.array([5.0, 1, 2, 3, 100, 4, 6, 7, 8, 9])
TWO = np.array([*range(1, 19), 200.0, 300.0])


def winsorise(**settings: object) -> Winsorise:
    return build(Winsorise, {"method": "winsorise", **settings})


def rule(values: np.ndarray) -> bool:
    """The rule by SciPy: both moments, unbiased, at or above the Handbook's limits; constant values meet it."""
    if np.ptp(values) == 0:
        return False
    return bool(abs(stats.skew(values, bias=False)) > 2 - 1e-9 and stats.kurtosis(values, bias=False) > 3.5 - 1e-9)


def by_scipy(values: np.ndarray, most: int) -> tuple[np.ndarray, bool]:
    """Winsorise one step after another on plain lists; return the values and whether the rule was met."""
    now = list(map(float, values))
    while rule(np.array(now)):
        top = stats.skew(now, bias=False) > 0
        end = max(now) if top else min(now)
        rest = [v for v in now if v != end]
        following = max(rest) if top else min(rest)
        after = [following if v == end else v for v in now]
        if sum(a != b for a, b in zip(after, values, strict=True)) > most:
            return np.array(now), False
        now = after
    return np.array(now), True


NUMBERS = st.integers(-50, 50) | st.integers(-100_000, 100_000).map(lambda cents: cents / 100)
SAMPLES = st.lists(NUMBERS, min_size=4, max_size=25).map(np.array)


@given(SAMPLES)
def test_moments_are_scipys(values: np.ndarray) -> None:
    if np.ptp(values) <= 1e-6 * np.abs(values).max():
        return
    np.testing.assert_allclose(
        moments(values), (stats.skew(values, bias=False), stats.kurtosis(values, bias=False)), rtol=1e-6, atol=1e-9
    )


def test_moments_of_huge_and_tiny_values() -> None:
    values = np.array([1.0, 2, 3, 10])
    for factor in (1e200, 1e-200):
        np.testing.assert_allclose(moments(values * factor), moments(values), rtol=1e-12)


def test_one_value_far_out_takes_the_next_value() -> None:
    assert rule(ONE)
    assert not rule(np.where(ONE == 100, 9, ONE))
    learned = winsorise(limit=1).fit(ONE)
    assert learned == {"low": 1.0, "high": 9.0}
    assert winsorise(limit=1).apply(ONE, learned).tolist() == [5, 1, 2, 3, 9, 4, 6, 7, 8, 9]


def test_the_lower_tail_is_the_mirror() -> None:
    assert winsorise(limit=1).fit(-ONE) == {"low": -9.0, "high": -1.0}


def test_what_meets_the_rule_is_left_as_it_is() -> None:
    regular = np.arange(20.0)
    assert winsorise().fit(regular) == {}
    np.testing.assert_array_equal(winsorise().apply(regular * 50, {}), regular * 50)
    # both conditions must hold: with a kurtosis beyond all values nothing is treated
    assert winsorise(limit=5, kurtosis=1000).fit(ONE) == {}
    assert winsorise(limit=5, skewness=1000).fit(ONE) == {}


@pytest.mark.parametrize("values", [[1.0, 2.0, 1e9], [3.0] * 50, [], [0.1 + 0.2, *[0.3] * 20]])
def test_too_few_or_constant_values_are_left_as_they_are(values: list[float]) -> None:
    assert winsorise(limit=9).fit(np.array(values)) == {}


@pytest.mark.parametrize(
    ("limit", "count", "points"),
    [
        (0.1, 20, 2),
        (0.14, 20, 2),  # 2.8, rounded down
        (0.0999, 20, 1),
        (0.02, 20, 0),
        (0.072, 375, 27),  # to a computer 0.072 · 375 is 26.999999999999996
        (2, 20, 2),
        (7, 375, 7),
        (0, 20, 0),
    ],
)
def test_a_limit_below_1_is_a_share_rounded_down_else_points(limit: float, count: int, points: int) -> None:
    # `points` values far out, each farther than the next: exactly as many can be brought in to the regular ones
    for far_out, met in ((points, True), (points + 1, False)):
        values = np.array([*np.linspace(1, 2, count - far_out), *np.linspace(1000, 1100, far_out)])
        learned = winsorise(limit=limit, skewness=1.5, kurtosis=1.0).fit(values)
        assert bool(learned.get("unmet")) != met
        assert learned.get("high") == (2.0 if met and points else learned.get("high"))


def test_the_edge_of_the_rule_does_not_hang_on_rounding() -> None:
    # three equal values and one apart: G₁ is 2 and G₂ is 4, exactly
    for values in ([0, 0, 0, 9], [0.1, 0.1, 0.1, 0.7], [1e6, 1e6, 1e6, 3e6]):
        assert winsorise(limit=1).fit(np.array(values)) == {"low": values[0], "high": values[0]}


def test_at_the_limit_the_winsorised_values_are_kept() -> None:
    # two far out, one may be touched: 300 becomes 200, the rule still fails
    once = np.where(TWO == 300, 200, TWO)
    assert rule(TWO)
    assert rule(once)
    learned = winsorise(limit=1).fit(TWO)
    assert learned == {"low": 1.0, "high": 200.0, "unmet": True}
    np.testing.assert_array_equal(winsorise(limit=1).apply(TWO, learned), once)
    # with two points the rule is met
    assert winsorise(limit=2).fit(TWO) == {"low": 1.0, "high": 18.0}


def test_at_the_limit_the_original_values_are_logged_if_asked() -> None:
    # shift = min − 0.01·(max − min) = 1 − 2.99 = −1.99; ln(1 + 1.99), ln(300 + 1.99)
    chosen = winsorise(limit=1, otherwise="log")
    learned = chosen.fit(TWO)
    assert learned["unmet"] is True
    assert (learned["least"], learned["range"]) == (1, 299)
    found = chosen.apply(TWO, learned)
    assert found[[0, -1]] == pytest.approx([math.log(2.99), math.log(301.99)], rel=1e-14)
    # where the rule is met in time nothing is logged
    assert winsorise(limit=2, otherwise="log").fit(TWO) == {"low": 1.0, "high": 18.0}


def test_values_beyond_the_reference_are_brought_in_missing_ones_stay() -> None:
    chosen = winsorise(limit=1)
    found = chosen.apply(np.array([-5.0, np.nan, 50.0]), chosen.fit(ONE))
    np.testing.assert_array_equal(found, [1, np.nan, 9])
    # a value below all that were logged is as low as can be, never missing
    logged = winsorise(limit=1, otherwise="log")
    low = logged.apply(np.array([-1e6, 1.0, np.nan]), logged.fit(TWO))
    assert np.isfinite(low[0])
    assert low[0] < low[1]
    assert np.isnan(low[2])


@given(SAMPLES, st.integers(0, 4))
def test_step_by_step_it_is_what_scipy_gives(values: np.ndarray, most: int) -> None:
    if np.ptp(values) <= 1e-6 * np.abs(values).max():
        return
    expected, met = by_scipy(values, most)
    chosen = winsorise(limit=most) if most else winsorise(limit=0.0)
    learned = chosen.fit(values)
    np.testing.assert_array_equal(chosen.apply(values, learned), expected)
    assert bool(learned.get("unmet")) != met


def test_no_treatment() -> None:
    assert NoTreatment().fit(ONE) == {}
    assert NoTreatment().apply(ONE, {}) is ONE


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"limit": 1.5}, "methods.limit_is_whole"),
        ({"limit": -1}, "faults.at_least"),
        ({"skewness": 0}, "faults.above"),
        ({"otherwise": "drop"}, "faults.one_of"),
        ({"limits": 1}, "faults.unknown_key"),
    ],
)
def test_what_is_refused(settings: dict[str, object], key: str) -> None:
    with pytest.raises(InputError) as raised:
        winsorise(**settings)
    assert [f.text_key for f in raised.value.faults] == [key]


@given(st.lists(NUMBERS, min_size=30, max_size=80).map(lambda v: np.sign(v) * np.abs(v) ** 3.0), st.integers(1, 30))
def test_many_steps_are_what_one_after_another_gives(values: np.ndarray, most: int) -> None:
    if np.ptp(values) <= 1e-6 * np.abs(values).max():
        return
    chosen = winsorise(limit=most)
    learned = chosen.fit(values)
    now, spent, met = np.sort(values), 0, True
    while chosen.side(now):
        end, inner = (now[-1], now[now < now[-1]]) if chosen.side(now) > 0 else (now[0], now[now > now[0]])
        after = np.where(now == end, inner[-1] if chosen.side(now) > 0 else inner[0], now)
        spent = int((after != np.sort(values)).sum())
        if spent > most:
            met = False
            break
        now = after
    np.testing.assert_array_equal(np.sort(chosen.apply(values, learned)), now)
    assert bool(learned.get("unmet")) != met


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_steps_over_many_magnitudes(scale: float) -> None:
    # 1e100 and 1e50 beside values of 1 to 30: what is cut off must leave no trace in the moments of the others
    values = np.array([*range(1, 31), 1e50, 1e100, -1e75])
    for factor in (1, -1):
        learned = winsorise(limit=3).fit(factor * values * scale)
        np.testing.assert_allclose([learned["low"], learned["high"]], np.sort([factor * scale, factor * 30 * scale]))
        assert "unmet" not in learned


# --- interquartile range --------------------------------------------------------------------------------------------


def test_what_lies_beyond_the_quartiles_takes_the_limit() -> None:
    # of 1 … 9 and 100: Q1 = 3.25, Q3 = 7.75 by R's quantile, type 7; 3.25 − 6.75 and 7.75 + 6.75
    values = np.array([*range(1, 10), 100.0])
    learned = Iqr(method="iqr").fit(values)
    assert learned == {"low": -3.5, "high": 14.5}
    assert Iqr(method="iqr").apply(values, learned).tolist() == [*range(1, 10), 14.5]
    assert Iqr(method="iqr", factor=3).fit(values) == {"low": -10.25, "high": 21.25}
    assert Iqr(method="iqr").fit(-values) == {"low": -14.5, "high": 3.5}


@given(SAMPLES, st.floats(0.1, 5))
def test_quartiles_are_scipys(values: np.ndarray, factor: float) -> None:
    learned = Iqr(method="iqr", factor=factor).fit(values)
    if "low" not in learned:
        assert stats.iqr(values) <= 1e-9 * np.abs(values).max()
        return
    first, third = stats.scoreatpercentile(values, [25, 75])
    step = factor * stats.iqr(values)
    np.testing.assert_allclose([learned["low"], learned["high"]], [first - step, third + step], rtol=1e-9, atol=1e-9)


def test_quartiles_that_coincide_treat_nothing_and_say_so() -> None:
    values = np.array([1.0, 5, 5, 5, 5, 5, 5, 9])
    learned = Iqr(method="iqr").fit(values)
    assert learned == {"unmet": True}
    assert Iqr(method="iqr").unmet(learned) == "scoring.quartiles_alike"
    np.testing.assert_array_equal(Iqr(method="iqr").apply(values, learned), values)
    assert Iqr(method="iqr").fit(np.full(9, 3.0)) == Iqr(method="iqr").fit(np.array([1.0, 2, 99])) == {}


# --- transformations by the rule ------------------------------------------------------------------------------------

SKEWED = np.exp(np.random.default_rng(5).normal(size=60) * 1.7)


def test_the_logarithm_is_taken_where_the_rule_calls_for_it() -> None:
    chosen = Log(method="log")
    assert rule(SKEWED)
    learned = chosen.fit(SKEWED)
    # COINr's log_CT: ln(x − min + 0.01·(max − min))
    expected = np.log(SKEWED - SKEWED.min() + 0.01 * (SKEWED.max() - SKEWED.min()))
    np.testing.assert_allclose(chosen.apply(SKEWED, learned), expected, rtol=1e-12)
    assert not rule(expected) and "unmet" not in learned
    assert chosen.fit(np.arange(20.0)) == {}
    # a long lower tail only grows longer
    assert chosen.fit(-SKEWED)["unmet"] is True
    assert chosen.unmet(chosen.fit(-SKEWED)) == "scoring.outliers_unmet"


@pytest.mark.parametrize("values", [SKEWED, -(SKEWED**0.4)], ids=["upper tail", "lower tail"])
def test_the_power_of_box_and_cox_is_that_of_scipy_and_of_scikit_learn(values: np.ndarray) -> None:
    chosen = BoxCox(method="box_cox", skewness=0.5, kurtosis=0.5)
    learned = chosen.fit(values)
    place = (values - values.min()) / np.ptp(values) + 0.01
    # to four decimals
    assert learned["power"] == pytest.approx(stats.boxcox(place)[1], abs=6e-5)
    theirs = PowerTransformer(method="box-cox", standardize=False).fit(place[:, None]).lambdas_[0]
    assert learned["power"] == pytest.approx(theirs, abs=6e-5)
    treated = chosen.apply(values, learned)
    np.testing.assert_allclose(treated, stats.boxcox(place, learned["power"]), rtol=1e-12, atol=1e-15)
    assert not rule(treated) and "unmet" not in learned
    # the way back, by SciPy, and by the numbers that the reason of a changed cell tells
    back = (special.inv_boxcox(treated, learned["power"]) - 0.01) * learned["range"] + learned["least"]
    np.testing.assert_allclose(back, values, rtol=1e-9)
    told = {name: float(str(value)) for name, value in chosen.reason(learned).values.items()}
    power, least, span = told["power"], told["least"], told["range"]
    np.testing.assert_allclose(
        ((1 + power * treated) ** (1 / power) - 0.01) * span + least, values, rtol=1e-3, atol=1e-4
    )
    assert chosen.fit(np.arange(20.0)) == {}


@pytest.mark.parametrize("chosen", [Log(method="log"), BoxCox(method="box_cox")], ids=lambda c: c.method)
def test_beyond_the_reference_values_the_tangent_goes_on(chosen: Log | BoxCox) -> None:
    learned = chosen.fit(SKEWED)
    least, greatest, span = SKEWED.min(), SKEWED.max(), np.ptp(SKEWED)
    low = chosen.apply(least + span * np.array([-2e-6, -1e-6, 0, 1e-6, 2e-6]), learned)
    np.testing.assert_allclose(np.diff(low), np.diff(low)[0], rtol=1e-3)
    far = chosen.apply(np.array([-1e9, -1e3, 0.0, least, greatest, greatest + 1, 1e9, np.nan]), learned)
    assert np.isfinite(far[:-1]).all() and np.isnan(far[-1]) and (np.diff(far[:-1]) > 0).all()
    # a goalpost moves as a value does
    assert chosen.move(np.array([0.0]), learned) == far[2]
    assert chosen.transforms(learned) and not chosen.transforms({})
    assert chosen.move(np.array([7.0]), {}) == 7


@pytest.mark.parametrize("member", [Log, BoxCox])
@pytest.mark.parametrize("factor", [1e-3, 1e3, 0.7])
def test_the_unit_of_measure_decides_nothing(member: type[Log | BoxCox], factor: float) -> None:
    chosen = member(method=member.word())  # type: ignore[arg-type]
    one = chosen.apply(SKEWED, chosen.fit(SKEWED))
    other = chosen.apply(SKEWED * factor, chosen.fit(SKEWED * factor))
    np.testing.assert_allclose(stats.zscore(other), stats.zscore(one), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(chosen.apply(SKEWED[::-1], chosen.fit(SKEWED[::-1])), one[::-1])
