"""What outlier treatments and normalisations are asked: they learn from some values and apply to any."""

from dataclasses import replace

import numpy as np
import pytest

from evaluate.methods.normalisation import Aspect
from tests.families.cases import Case
from tests.families.populations import POPULATIONS
from tests.families.protocols import NAN, Array, cases, locked, plain

# Reference values turned so that higher is better, as `score` hands them in.
ASPECT = Aspect(goalposts=(0.5, 8.0), pass_mark=4.0, ideal=8.0, target=8.0)
# Beyond these a result is refused with a named fault before any method sees it.
WITHIN = [name for name, odd in POPULATIONS.items() if not (np.abs(odd) > 1e300).any()]


def aspect(case: Case) -> Aspect:
    """Return the reference values, with what the method itself states."""
    return replace(ASPECT, own=case.build().own_values)


def there(name: str) -> Array:
    """Return the values of a population that are there, in one row."""
    values = POPULATIONS[name].reshape(-1)
    return locked(values[np.isfinite(values)])


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
