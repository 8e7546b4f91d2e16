"""What each family asks of its members, called directly on arrays that cannot be written to."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluate.methods.normalisation import Aspect
from evaluate.methods.weighting import DataDriven, Siblings
from indicators.errors import InputError
from indicators.formula import parse
from indicators.measures import Setting
from tests.families.cases import REFUSED, Case, choices, everything, of
from tests.families.populations import ORDINARY, POPULATIONS, framework

Array = NDArray[np.float64]
NAN = float("nan")
# Reference values turned so that higher is better, as `score` hands them in.
ASPECT = Aspect(goalposts=(0.5, 8.0), pass_mark=4.0, ideal=8.0, target=8.0)
# Beyond these a result is refused with a named fault before any method sees it.
WITHIN = [name for name, odd in POPULATIONS.items() if not (np.abs(odd) > 1e300).any()]


TRIED: set[str] = set()


def cases(family: str) -> Any:
    TRIED.add(family)
    return pytest.mark.parametrize("case", of(family), ids=str)


def aspect(case: Case) -> Aspect:
    """Return the reference values, with what the method itself states."""
    return replace(ASPECT, own=case.build().own_values)


def locked(values: Any) -> Array:
    """Return a copy that refuses to be written to."""
    made = np.array(values, dtype=float)
    made.flags.writeable = False
    return made


def there(name: str) -> Array:
    """Return the values of a population that are there, in one row."""
    values = POPULATIONS[name].reshape(-1)
    return locked(values[np.isfinite(values)])


def plain(learned: Any) -> Any:
    """Return what a file would give back."""
    return json.loads(json.dumps(learned, allow_nan=False))


# Outliers and normalisation: learn from some values, apply to any


@cases("outliers")
@pytest.mark.parametrize("name", WITHIN)
def test_outliers(case: Case, name: str) -> None:
    method, values = case.build(), there(name)
    if not len(values):
        return
    learned = method.fit(values)
    treated = method.apply(values, learned)
    assert treated.shape == values.shape and np.isfinite(treated).all()
    assert (np.diff(treated[np.argsort(values, kind="stable")]) >= 0).all(), "the order is kept"
    assert method.apply(values, plain(learned)).tobytes() == treated.tobytes()
    alone = np.concatenate([method.apply(values[at : at + 1], learned) for at in range(len(values))])
    np.testing.assert_allclose(alone, treated, rtol=1e-14)
    gaps = method.apply(locked([values[0], NAN]), learned)
    assert np.isnan(gaps).tolist() == [False, True]
    # values that were not learned from stay finite too
    beyond = method.apply(locked([values.min() - 1, values.max() + 1]), learned)
    assert np.isfinite(beyond).all() and beyond[0] <= treated.min() and treated.max() <= beyond[1]


@cases("outliers")
def test_outliers_learn_the_same_in_any_order(case: Case) -> None:
    method, values = case.build(), np.array(there("one far out"))
    assert method.fit(locked(values[::-1])) == method.fit(locked(values))


@cases("outliers")
@pytest.mark.parametrize("values", [[1, 1, 1, 2], [1, 1, 1, -3], [0.3, 0.3, 0.3, 0.3, 7, 0.5]])
def test_rounding_decides_no_treatment(case: Case, values: list[float]) -> None:
    # three of four values alike have skewness 2 and kurtosis 4, exactly on a limit but for rounding
    learned = [case.build().fit(locked(np.array(values) * times)) for times in (1, 1000, 0.1, 1 / 3, 0.7, 3e-7)]
    assert len({tuple(sorted(found)) for found in learned}) == 1


@cases("normalisation")
@pytest.mark.parametrize("name", WITHIN)
def test_normalisation(case: Case, name: str) -> None:
    method, values = case.build(), there(name)
    if not len(values):
        return
    assert method.needs(aspect(case))
    learned = method.fit(values)
    scores = method.apply(values, learned, aspect(case))
    assert scores.shape == values.shape
    span = np.abs(values).max()
    if span < 1e200:  # scores beyond 1e150 are refused by `score`
        assert np.isfinite(scores).all()
    assert (np.diff(scores[np.argsort(values, kind="stable")]) >= 0).all(), "higher is better"
    assert method.apply(values, plain(learned), aspect(case)).tobytes() == scores.tobytes()
    alone = np.concatenate([method.apply(values[at : at + 1], learned, aspect(case)) for at in range(len(values))])
    assert alone.tobytes() == scores.tobytes(), "each value by itself"
    gaps = method.apply(locked([values[0], NAN]), learned, aspect(case))
    assert np.isnan(gaps).tolist() == [False, True]


@cases("normalisation")
def test_values_that_differ_by_rounding_get_scores_that_do(case: Case) -> None:
    method, values = case.build(), locked([0.7, 0.3, 0.1 + 0.2, 3e-17 + 0.5, 0.5, 1 / 3, 0.9])
    for sign in (1, -1):
        scores = method.apply(sign * values, method.fit(sign * values), aspect(case))
        np.testing.assert_allclose(scores[[1, 3]], scores[[2, 4]], rtol=1e-9, atol=1e-9)


@cases("normalisation")
def test_scores_within_bounds(case: Case) -> None:
    method = case.build()
    if not hasattr(method, "bounds"):
        return
    low, high = method.bounds
    learned = method.fit(there("ordinary"))
    scores = method.apply(locked([-1e6, *there("ordinary"), 1e6]), learned, aspect(case))
    span = method.range(learned, aspect(case))
    if span is None:
        return
    within = method.apply(locked(np.linspace(*span, 97)), learned, aspect(case))
    assert within.min() >= low and within.max() <= high and within[0] == low and within[-1] == high
    if method.out_of_range == "clip":
        assert (scores[0], scores[-1]) == (low, high)
    assert scores[0] <= low and scores[-1] >= high


@cases("normalisation")
@pytest.mark.parametrize("name", ["constant", "constant and large", "constant but for rounding", "one unit, one year"])
def test_constants_get_the_middle(case: Case, name: str) -> None:
    method = case.build()
    if method.learns:
        scores = method.apply(there(name), method.fit(there(name)), aspect(case))
        np.testing.assert_array_equal(scores, method.middle(method.fit(there(name))))


@cases("normalisation")
def test_normalisation_says_what_it_lacks(case: Case) -> None:
    method = case.build()
    # without reference values a method either learns or says that it needs them
    assert method.learns or not method.needs(Aspect())


# Weighting


def tables() -> list[Any]:
    """Scores, units × children."""
    ordinary = np.column_stack([ORDINARY[:, 0], ORDINARY[:, 1], ORDINARY[::-1, 0] ** 2])
    gaps = ordinary.copy()
    gaps[::4, 1] = NAN
    constant = ordinary.copy()
    constant[:, 2] = 50.0
    zero = ordinary.copy()
    zero[:, 0] = 0.0
    named = {
        "ordinary": ordinary,
        "gaps": gaps,
        "one constant": constant,
        "one zero": zero,
        "all constant": np.full((12, 3), 50.0),
        "all zero": np.zeros((12, 3)),
        "tied": np.floor(ordinary / 3),
        "alike": np.repeat(ordinary[:, :1], 3, axis=1),
        "opposed": np.column_stack([ordinary[:, 0], 10 - ordinary[:, 0]]),
        "one missing": np.column_stack([ordinary[:, 0], np.full(12, NAN)]),
        "one child": ordinary[:, :1],
        "one unit": ordinary[:1],
        "two units": ordinary[:2],
        "tiny": ordinary * 1e-40,
        "huge": ordinary * 1e40,
    }
    return [pytest.param(values, id=name) for name, values in named.items()]


CHILDREN = ("so2_positive", "so2_target", "nox_negative")


def siblings(scores: Any, given: Any = None, order: int = 1) -> Siblings:
    """Return scores as those of the children of `sulphur` in three years, `order` −1: handed in backwards."""
    rows, count = np.shape(scores)
    given = np.arange(1, count + 1) / np.arange(1, count + 1).sum() if given is None else given
    position, year = np.arange(rows) // 3, 2018 + np.arange(rows) % 3
    scores = locked(scores)[::order, ::order]
    return Siblings("sulphur", CHILDREN[:count][::order], scores, given[::order], year[::order], position[::order])


@cases("weighting")
@pytest.mark.parametrize("scores", tables())
def test_weighting(case: Case, scores: Array) -> None:
    method, count = case.build(), scores.shape[1]
    if method.floor == "positive" and (scores <= 0).any():
        return  # refused with a named fault before any method sees it
    found = method.weigh(siblings(scores))
    assert plain(found.details) == found.details
    weights = found.weights
    if weights is None:
        assert method.data_driven
        return
    assert weights.shape == (count,) and (weights >= 0).all()
    assert weights.sum() == pytest.approx(1, rel=1e-12)
    turned = method.weigh(siblings(scores, order=-1)).weights
    np.testing.assert_allclose(turned[::-1], weights, rtol=1e-9, atol=1e-12)
    for times in (1e-100, 1e100):
        again = method.weigh(siblings(scores * times)).weights
        np.testing.assert_allclose(again, weights, rtol=1e-9, atol=1e-12)
    cap = getattr(method, "cap", None)
    if cap is not None and count > 1:
        assert weights.max() <= cap / count * (1 + 1e-12)
    if not method.data_driven:
        other = method.weigh(siblings(np.full(scores.shape, 7.0))).weights
        np.testing.assert_array_equal(other, weights)


@cases("weighting")
def test_what_is_constant_or_missing_tells_nothing(case: Case) -> None:
    method = case.build()
    if not isinstance(method, DataDriven) or method.cap is not None:
        return
    ordinary = np.column_stack([1 + ORDINARY[:, 0], 1 + ORDINARY[:, 1]])
    given = np.array([0.4, 0.6])
    plain_weights = method.weigh(siblings(ordinary, given)).weights
    for silent in (np.full(12, 50.0), np.zeros(12), np.full(12, 0.1 + 0.2), np.full(12, NAN)):
        found = method.weigh(siblings(np.column_stack([ordinary, silent]), np.array([0.2, 0.3, 0.5]))).weights
        assert found[2] == 0
        np.testing.assert_allclose(found[:2], plain_weights, rtol=1e-9)


@cases("weighting")
def test_nothing_to_learn_from_gives_none_or_what_was_stated(case: Case) -> None:
    method = case.build()
    found = method.weigh(siblings(np.full((12, 3), 50.0))).weights
    if isinstance(method, DataDriven):
        assert found is None
    else:
        assert found is None or np.isfinite(found).all()


# Aggregation


@cases("aggregation")
def test_aggregation(case: Case) -> None:
    method = case.build()
    scores = locked(1 + np.column_stack([ORDINARY[:, 0], ORDINARY[:, 1], ORDINARY[::-1, 2]]))
    weights = locked([0.5, 0.2, 0.3])
    learned = method.learn(scores)
    found = method.aggregate(scores, weights, learned)
    assert found.shape == (12,) and np.isfinite(found).all()
    assert method.aggregate(scores, weights, plain(learned)).tobytes() == found.tobytes()
    turned = method.aggregate(scores[:, ::-1], weights[::-1], method.learn(scores[:, ::-1]))
    np.testing.assert_allclose(turned, found, rtol=1e-12)
    np.testing.assert_allclose(method.aggregate(scores, weights * 7, learned), found, rtol=1e-12)
    alone = [method.aggregate(scores[at : at + 1], weights, learned)[0] for at in range(12)]
    np.testing.assert_allclose(alone, found, rtol=1e-12)
    better = method.aggregate(locked(scores + np.array([0, 0.5, 0])), weights, learned)
    assert (better >= found - 1e-9).all() or not method.monotone
    if method.learns:
        return
    # an average: of equal scores it is that score, and what multiplies all of them multiplies it
    np.testing.assert_allclose(method.aggregate(locked(np.full((3, 3), 40.0)), weights, {}), 40, rtol=1e-12)
    if not getattr(method, "beta", 0):
        np.testing.assert_allclose(method.aggregate(scores * 1000, weights, {}), found * 1000, rtol=1e-12)
    if method.monotone:
        assert (found >= scores.min(axis=1) - 1e-12).all() and (found <= scores.max(axis=1) + 1e-12).all()


@cases("aggregation")
@pytest.mark.parametrize("scores", tables())
def test_aggregation_of_odd_tables(case: Case, scores: Array) -> None:
    method, weights = case.build(), locked(np.arange(1, scores.shape[1] + 1.0))
    if method.positive_only and (scores <= 0).any():
        return
    learned = method.learn(locked(scores))
    found = method.aggregate(locked(scores), weights, plain(learned))
    assert (np.isfinite(found) == np.isfinite(scores).any(axis=1)).all()
    if method.learns and scores.max(initial=0) < 1e9:
        assert (found >= -1e-9).all() and (found <= 100 + 1e-9).all()
    # rows that are alike but for rounding score alike
    again = method.aggregate(locked(np.where(scores > 1, scores * (1 + 2e-16), scores)), weights, learned)
    np.testing.assert_allclose(again, found, rtol=1e-9, atol=1e-9 * np.abs(found).max(initial=0))


@cases("aggregation")
def test_missing_children_are_dropped(case: Case) -> None:
    method, weights = case.build(), locked([0.5, 0.2, 0.3])
    scores = locked([[10, NAN, 30], [NAN, 20, NAN], [NAN, NAN, NAN]])
    learned = method.learn(locked([[10, 40, 30], [20, 20, 50], [5, 60, 70]]))
    found = method.aggregate(scores, weights, learned)
    assert np.isfinite(found).tolist() == [True, True, False]
    if not method.learns:
        # the weights of the others rescaled, by hand
        two = method.aggregate(locked([[10, 30]]), locked([0.625, 0.375]), {})[0]
        np.testing.assert_allclose(found[:2], [two, 20], rtol=1e-12)
    # nothing left that weighs anything
    assert np.isnan(method.aggregate(locked([[NAN, NAN, 5.0]]), locked([0.5, 0.5, 0.0]), learned)).all()


@cases("aggregation")
def test_replicates_are_aggregated_as_one_by_one(case: Case) -> None:
    method = case.build()
    scores = 1 + np.stack([ORDINARY, ORDINARY[::-1], np.where(ORDINARY > 8, NAN, ORDINARY)])
    weights = np.array([[0.5, 0.2, 0.3], [1, 0, 0], [0.1, 0.1, 0.8]])
    learned = method.learn(locked(scores[0]))
    together = method.aggregate(locked(scores), locked(weights), learned)
    each = [method.aggregate(locked(s), locked(w), learned) for s, w in zip(scores, weights, strict=True)]
    np.testing.assert_allclose(together, np.stack(each), rtol=1e-12, atol=1e-12)
    shared = method.aggregate(locked(scores[0]), locked(weights), learned)
    each = [method.aggregate(locked(scores[0]), locked(w), learned) for w in weights]
    np.testing.assert_allclose(shared, np.stack(each), rtol=1e-12, atol=1e-12)


@cases("aggregation")
def test_scores_that_need_to_be_positive(case: Case) -> None:
    method = case.build()
    low, weights = locked([[0.0, 50.0], [-5.0, 50.0]]), locked([0.5, 0.5])
    # one that does not ask for positive scores can do with others, or refuses them; the rest are refused by `score`
    if not method.positive_only:
        try:
            assert np.isfinite(method.aggregate(low, weights, method.learn(low))).all()
        except InputError as refused:
            assert [fault.text_key for fault in refused.faults] == ["scoring.no_negative"]


# Imputation


@cases("imputation")
def test_imputation_over_time(case: Case) -> None:
    method = case.build()
    values = locked([[1, NAN, 3, NAN, NAN, 6], [NAN, 2, NAN, 4, 5, NAN], [NAN] * 6, [7] * 6])
    years = (2015, 2016, 2017, 2018, 2019, 2020)
    filled = method.over_time(values, years, [])
    reported = np.isfinite(values)
    np.testing.assert_array_equal(filled[reported], values[reported])
    # nothing before the first value, nothing where there is none, nothing at all by those that look at units
    assert np.isnan(filled[[1, 2], [0, 3]]).all()
    assert method.over_years or np.isnan(filled).sum() == np.isnan(values).sum()
    assert not method.over_years or method.reason
    broken = method.over_time(values, years, [2016, 2018])
    assert (np.isnan(broken) >= np.isnan(filled)).all()
    assert np.isnan(broken[0]).tolist() == [False, True, False, True, True, False]
    for row in range(len(values)):
        alone = method.over_time(locked(values[row : row + 1]), years, [])
        np.testing.assert_array_equal(alone[0], filled[row])


@cases("imputation")
def test_imputation_across_units(case: Case) -> None:
    method = case.build()
    columns = {"unit": np.array(["a", "b", "c"]), "type": np.array(["x", "y", "x"])}
    groups = method.groups(columns)
    assert len(groups) == 3
    if not method.across_units:
        return
    for odd in tables_with_gaps():
        names = np.array([f"u{at}" for at in range(len(odd))]) if len(set(groups)) == 3 else np.full(len(odd), "x")
        found, steady = method.estimates(locked(odd), names)
        assert found.shape == odd.shape and isinstance(steady, bool) and not np.isinf(found).any()
        for column, estimate in zip(odd.T, found.T, strict=True):
            known = column[np.isfinite(column)]
            # nothing from nothing; an average of what is there lies between the least and the greatest
            assert len(known) or np.isnan(estimate).all()
            if len(known):
                reach = 1e-9 * np.ptp(known) + 1e-12 * np.abs(known).max()
                inside = estimate[np.isfinite(estimate)]
                assert ((inside >= known.min() - reach) & (inside <= known.max() + reach)).all()
                assert np.isfinite(estimate[np.isfinite(odd).any(axis=1)]).all()
        turned, _ = method.estimates(locked(odd[::-1]), names[::-1])
        least = 1e-11 * np.nanmax(np.abs(odd), initial=0)
        np.testing.assert_allclose(turned[::-1], found, rtol=1e-11, atol=least)
        larger, _ = method.estimates(locked(odd * 1000), names)
        np.testing.assert_allclose(larger, 1000 * found, rtol=1e-9, atol=1000 * least)


def tables_with_gaps() -> list[Any]:
    """Indicators of one year, units × indicators, with gaps."""
    full = 1 + np.column_stack([ORDINARY, ORDINARY[::-1, 1]])
    some = full.copy()
    some[[0, 3, 7, 7, 9], [1, 0, 2, 3, 3]] = NAN
    empty, constant, alone, alike = some.copy(), some.copy(), some.copy(), some.copy()
    empty[4], empty[:, 2] = NAN, NAN
    constant[:, 1] = np.where(np.isnan(constant[:, 1]), NAN, 5.0)
    alone[:, 3], alone[6, 3] = NAN, 2.0
    alike[:] = np.where(np.isnan(alike), NAN, 0.1 + 0.2)
    tied = np.where(np.isnan(some), NAN, np.floor(some / 3))
    nothing = np.full((3, 4), NAN)
    return [some, empty, constant, alone, alike, tied, some[:1], some[[0, 3]], nothing, -some * 1e-300, some * 1e290]


# Measures


def emissions() -> list[Any]:
    named = {
        "ordinary": [0.1, -0.2, 0.3, -0.4],
        "no change": [0.0, 0.0, 0.1, -0.1],
        "missing": [NAN, 0.1, NAN, 0.2],
        # the least that 1 - E/E0 can be
        "tiny": [2**-53, -(2**-52), 2**-53, 2**-53],
        "huge": [-1e290, 1.0, -1e290, -1e290],
    }
    return [pytest.param(values, id=name) for name, values in named.items()]


SETTING = Setting(("a", "b"), ("resource", "ecological"), (2019, 2020), (2019, 2020), 2019)


def measured(measure: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Return the outputs of a measure after what it learned went through JSON and back."""
    learned = measure.learn(parts, SETTING)
    return dict(measure.outputs(parts, SETTING, json.loads(json.dumps(learned, allow_nan=False))))


@cases("measure")
def test_measures_have_every_output(case: Case) -> None:
    measure = case.build()
    parts = {name: locked([[0.1, NAN], [0.2, 0.3]]) for name in measure.formulas()}
    found = set(measure.outputs(parts, SETTING, measure.learn(parts, SETTING)))
    assert found == set(measure.listed) and measure.output in found
    # of its choices it lacks those alone for which too little is stated
    refused = REFUSED[f"measure.{measure.method}", "output"] if measure.states else []
    assert set(choices(case.member, "output")) <= found | set(refused)


@cases("measure")
@pytest.mark.parametrize("first", emissions())
@pytest.mark.parametrize("second", emissions())
def test_measures_give_a_number_or_a_state(case: Case, first: Any, second: Any) -> None:
    measure = case.build()
    names = list(measure.formulas())
    parts = {name: locked(np.reshape((first, second)[at % 2], (2, 2))) for at, name in enumerate(names)}
    present = np.logical_and.reduce([np.isfinite(part) for part in parts.values()])
    for output, found in measured(measure, parts).items():
        assert found.shape == present.shape
        if found.dtype.kind == "U":
            # a state has a name wherever everything is there, and nowhere else
            assert ((found != "") == present).all(), output
        else:
            assert not np.isinf(found).any(), output
            assert np.isnan(found[~present]).all() or output in parts, output


@cases("measure")
def test_formulas_of_measures_are_formulas(case: Case) -> None:
    measure = case.build()
    assert measure.formulas()
    known = framework(measure=case.choice).variables
    for text in measure.formulas().values():
        assert set(parse(text).variables) <= set(known)


def test_every_family_has_its_protocol() -> None:
    """A new family fails here until it has tests of its own above."""
    assert set(everything()) == TRIED
