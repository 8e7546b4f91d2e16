"""The parts of a difference: worked by hand, against an enumeration of all orders, and what must hold for any runs."""

from collections.abc import Callable, Mapping
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluate.comparison import PARTS, split
from indicators.errors import InputError
from tests.evaluate.comparison.builder import TREE, compared, edition, framework, parts, table

GOALPOSTS = {"normalisation": {"method": "goalposts"}}


def test_weights_and_data_worked_by_hand() -> None:
    """Scores (40, 80) with weights (½, ½) are 60; (60, 70) with (¼, ¾) are 67.5.

    Data first 65 − 60, last 67.5 − 70: the mean is 1.25. Weights 70 − 60 and 67.5 − 65: 6.25. Of the data the first
    indicator has the mean weight ⅜ times 20, the second ⅝ times −10.
    """
    one, other = framework({"d": {"a": 1, "b": 1}}, goalposts=True), framework({"d": {"a": 1, "b": 3}}, goalposts=True)
    first = edition(table([[40, 80], [50, 50]]), one, GOALPOSTS)
    second = edition(table([[60, 70], [50, 50]]), other, GOALPOSTS)
    found = compared(first, second)
    assert parts(found) == pytest.approx({"data": 1.25, "weights": 6.25}, abs=1e-12)
    assert parts(found, "u01") == {}
    own = found.indicators.query("unit == 'u00'").set_index("code")["part"]
    assert own.to_dict() == pytest.approx({"a": 7.5, "b": -6.25}, abs=1e-12)
    assert found.players == ("data", "weights")
    assert found.schemes == ("additive",)


# An enumeration of all orders, with formulas of its own.

Values = np.ndarray


def min_max(values: Values) -> Values:
    low, high = values.min(axis=0), values.max(axis=0)
    return 1 + 99 * (values - low) / (high - low)


def percentile(values: Values) -> Values:
    below = (values[:, None, :] > values[None, :, :]).sum(axis=1)
    return 1 + 99 * below / (len(values) - 1)


def arithmetic(scores: Values, weights: Values) -> Values:
    return (scores * weights).sum(axis=-1) / weights.sum()


def geometric(scores: Values, weights: Values) -> Values:
    return np.exp((np.log(scores) * weights).sum(axis=-1) / weights.sum())


Mean = Callable[[Values, Values], Values]
AT = {name: [list("abcde").index(code) for code in codes] for name, codes in TREE.items()}


def composite(scores: Values, weights: Values, mean: Mean) -> Values:
    """Two dimensions of equal weight."""
    return mean(np.stack([mean(scores[:, at], weights[at]) for at in AT.values()], axis=1), np.ones(2))


def setup(seed: int) -> tuple[dict[str, tuple[Any, Any]], list[Any]]:
    rng = np.random.default_rng(seed)
    data = rng.uniform(1, 9, (7, 5)), rng.uniform(1, 9, (7, 5))
    weights = np.ones(5), rng.uniform(0.5, 3, 5)
    sides = {
        "data": data,
        "weights": weights,
        "normalisation": (min_max, percentile),
        "aggregation": (arithmetic, geometric),
    }
    methods = [
        {
            "normalisation": {"method": normal, "bounds": [1, 100]},
            "aggregation": {"indicators": {"method": mean}, "dimensions": {"method": mean}},
        }
        for normal, mean in (("min_max", "arithmetic"), ("percentile_rank", "geometric"))
    ]
    frames = [framework({n: dict(zip(c, w[AT[n]], strict=True)) for n, c in TREE.items()}) for w in weights]
    return sides, [edition(table(data[k]), frames[k], methods[k]) for k in (0, 1)]


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_are_means_over_all_orders(seed: int) -> None:
    sides, runs = setup(seed)
    found = compared(*runs)

    def mixture(state: Mapping[str, int]) -> Values:
        own = {name: sides[name][at] for name, at in state.items()}
        return composite(own["normalisation"](own["data"]), own["weights"], own["aggregation"])

    expected = {name: np.zeros(7) for name in sides}
    orders = list(permutations(sides))
    for order in orders:
        state = dict.fromkeys(sides, 0)
        for name in order:
            before = mixture(state)
            state[name] = 1
            expected[name] += (mixture(state) - before) / len(orders)
    for name, part in expected.items():
        np.testing.assert_allclose(found.composites[name], part, rtol=0, atol=1e-9)
    assert found.players == tuple(sides)
    assert found.joint == ()


@pytest.mark.parametrize("seed", range(3))
def test_the_parts_of_indicators_are_means_over_the_orders_that_keep_the_tree_together(seed: int) -> None:
    """Orders of factors, of dimensions, and of indicators within each; given weights are not learned anew."""
    sides, runs = setup(seed)
    found = compared(*runs)
    assert found.schemes == ("additive", "exact")
    expected = np.zeros((7, 5))
    others = [name for name in sides if name != "data"]
    inner = [
        [*first, *second] if not turned else [*second, *first]
        for first in permutations(AT["one"])
        for second in permutations(AT["two"])
        for turned in (False, True)
    ]
    outer = list(permutations(sides))
    for order in outer:
        came = set(order[: order.index("data")])
        normal, weights, mean = (sides[n][n in came] for n in ("normalisation", "weights", "aggregation"))
        scores = normal(sides["data"][0]), normal(sides["data"][1])
        for codes in inner:
            held = scores[0].copy()
            for at in codes:
                before = composite(held, weights, mean)
                held[:, at] = scores[1][:, at]
                expected[:, at] += (composite(held, weights, mean) - before) / (len(outer) * len(inner))
    assert len(others) == 3
    shown = found.indicators.pivot(index="unit", columns="code", values="part")
    np.testing.assert_allclose(shown.to_numpy(), expected, rtol=0, atol=1e-9)


def test_drawn_orders_are_near_and_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    _, runs = setup(5)
    exact = compared(*runs)
    monkeypatch.setattr(split, "_MOST", 1)
    drawn = compared(*runs)
    assert drawn.schemes == ("additive", "drawn")
    assert drawn.orders == 2
    both = [c.indicators["part"].to_numpy() for c in (exact, drawn)]
    assert 0 < np.abs(both[0] - both[1]).max() < 0.15 * np.abs(both[0]).max()
    np.testing.assert_allclose(drawn.composites["data"], exact.composites["data"], atol=1e-12)


# What must hold whatever the runs.

METHODS = st.fixed_dictionaries({
    "outliers": st.sampled_from([
        {"method": "none"}, {"method": "winsorise", "limit": 0.3, "skewness": 0.5, "kurtosis": 0.5},
    ]),
    "normalisation": st.sampled_from([
        {"method": "min_max", "bounds": [1, 100]}, {"method": "min_max", "bounds": [0, 100]}, {"method": "z_score"},
        {"method": "percentile_rank", "bounds": [1, 100]},
        {"method": "min_max", "bounds": [1, 100], "reference": "type"},
    ]),
    "weighting": st.fixed_dictionaries({
        level: st.sampled_from([{"method": m} for m in ("given", "equal", "entropy", "critic")])
        for level in ("indicators", "dimensions")
    }),
    "aggregation": st.fixed_dictionaries({
        level: st.sampled_from([{"method": m} for m in ("arithmetic", "geometric")])
        for level in ("indicators", "dimensions")
    }),
})  # fmt: skip
TYPES = {f"u{n:02d}": "north" if n % 2 else "south" for n in range(12)}
KINDS = {"north": {"label": "North", "weights": {"a": 3}}, "south": {"label": "South"}}


def values(seed: int, gaps: bool) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    array = rng.lognormal(1, 0.6, (9, 5)).round(3)
    if gaps:
        # each dimension keeps an indicator
        array[rng.random((9, 5)) < 0.2] = np.nan
        array[:, [0, 2]] = np.where(np.isnan(array[:, [0, 2]]), 1.5, array[:, [0, 2]])
    return table(array)


def run(seed: int, gaps: bool, methods: Mapping[str, Any], weight: float = 1.0) -> Any:
    made = framework({"one": {"a": weight, "b": 1}, "two": ["c", "d", "e"]}, types=KINDS)
    try:
        return edition(values(seed, gaps), made, methods, types=TYPES)
    except InputError:
        return None  # such as a geometric mean of scores that may be 0


@pytest.mark.slow
@settings(max_examples=60)
@given(METHODS, METHODS, st.integers(0, 50), st.integers(0, 50), st.booleans(), st.booleans())
def test_parts_add_up_and_swapping_turns_the_signs(
    one: dict[str, Any], other: dict[str, Any], seed: int, second: int, gaps: bool, more_gaps: bool
) -> None:
    a, b = run(seed, gaps, one), run(second, more_gaps, other, 2.0)
    if a is None or b is None:
        return
    there, back = compared(a, b), compared(b, a)
    for name in PARTS:
        np.testing.assert_allclose(there.composites[name], -back.composites[name], rtol=0, atol=1e-9)
    np.testing.assert_allclose(there.indicators["part"], -back.indicators["part"], rtol=0, atol=1e-9)
    assert there.joint == back.joint
    assert there.reversed_pairs == back.reversed_pairs


@settings(max_examples=25)
@given(METHODS, st.integers(0, 50), st.booleans())
def test_the_same_run_twice_gives_zeros(methods: dict[str, Any], seed: int, gaps: bool) -> None:
    a, b = run(seed, gaps, methods), run(seed, gaps, methods)
    if a is None:
        return
    found = compared(a, b)
    assert found.players == ()
    assert (found.composites[["difference", *PARTS]].to_numpy() == 0).all()
    assert (found.indicators["part"] == 0).all()
    assert found.reversed_pairs == 0
    assert (found.summary.drop(columns="factor").to_numpy() == 0).all()


FACTORS = {"weights": "weighting", "aggregation": "aggregation"}


@settings(max_examples=40)
@given(METHODS, METHODS, st.sampled_from(["data", "weights", "normalisation", "aggregation"]), st.integers(0, 50))
def test_what_alone_changes_has_the_whole_difference(
    methods: dict[str, Any], other: dict[str, Any], factor: str, seed: int
) -> None:
    keys = {"weights": ["weighting"], "aggregation": ["aggregation"], "normalisation": ["outliers", "normalisation"]}
    changed = methods | {key: other[key] for key in keys.get(factor, [])}
    a, b = run(seed, True, methods), run(seed + (factor == "data"), True, changed)
    if a is None or b is None:
        return
    found = compared(a, b)
    assert set(found.players) <= {factor}
    np.testing.assert_array_equal(found.composites[[n for n in PARTS if n != factor]].to_numpy(), 0)
    np.testing.assert_array_equal(found.composites[factor], found.composites["difference"])
