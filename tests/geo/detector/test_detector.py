"""Detectors where there is nothing to find, little to rest on, or something forbidden."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from geo.detector import label
from geo.detector.choice import choice_p, choose
from geo.detector.cutting import CUT_STATES, WAYS, cuts, way_label
from geo.detector.factor import INTERACTIONS, STATES, factors, interaction_kind, interactions, share
from geo.detector.guard import refuse_made_of
from geo.detector.natural import natural_breaks
from geo.detector.pairs import ECOLOGICAL_STATES, RISK_STATES, ecological, risks
from geo.detector.permutation import permutation_p
from geo.detector.sample import sample
from indicators.errors import InputError, Place


def noise(n: int, count: int, seed: int = 1) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=n), {f"x{i}": rng.integers(0, 4, n) for i in range(count)}


def test_everything_has_a_name() -> None:
    names = {*STATES, *RISK_STATES, *ECOLOGICAL_STATES, *CUT_STATES, *INTERACTIONS}
    names |= {"small_sample", "small_stratum", "stratum_of_one"}
    for name in names:
        assert set(label(name)) == {"zh", "en"}
    for way in WAYS:
        assert way_label(way, "zh") != way_label(way, "en")


def test_missing_rows_are_left_out_for_all_factors_and_told() -> None:
    y = [1.0, 2, np.nan, 4, 5, np.inf]
    made = sample(y, {"a": ["p", None, "q", "q", "p", "p"], "b": np.array([1.0, 2, 3, np.nan, 5, 6])})
    assert made.rows.tolist() == [0, 4] and made.dropped == 4
    assert [one.dropped for one in factors(made)] == [4, 4]


def test_no_complete_row_is_a_fault() -> None:
    with pytest.raises(InputError) as error:
        sample([1.0, None], {"a": [None, "x"]})
    assert str(error.value.faults[0].message("en")) == "none of 2 units has a value for everything"
    assert "没有一个数据齐全" in error.value.faults[0].message("zh")


def test_labels_of_numbers_and_texts_keep_an_order() -> None:
    made = sample([1, 2, 3, 4], {"a": [10, 9, "b", "a"]})
    assert made.labels == ((9, 10, "a", "b"),)
    assert made.codes[0].tolist() == [1, 0, 3, 2]


@pytest.mark.parametrize("value", [0.0, 5.0, -1e9, 0.1])
def test_a_constant_has_states_everywhere(value: float) -> None:
    made = sample([value] * 6, {"a": list("xxyyzz"), "b": list("xyxyxy")})
    assert [one.state for one in factors(made, permutations=9)] == ["constant", "constant"]
    assert [(one.state, one.kind) for one in interactions(made, permutations=9)] == [("constant", "")]
    assert {one.state for one in ecological(made)} == {"constant"}
    assert {one.state for one in risks(made)} == {"without_spread"}
    assert all(math.isnan(one.q) and math.isnan(one.permutation) for one in factors(made, permutations=9))


def test_states_of_strata() -> None:
    y = [1.0, 2, 3, 4, 5, 6]
    made = sample(y, {"one": ["x"] * 6, "alone": list("abcdef"), "exact": [1, 2, 3, 4, 5, 5]})
    assert [one.state for one in factors(made)] == ["single_stratum", "every_unit_alone", "defined"]
    exact = sample([1.0, 1, 1, 2, 2, 2], {"a": list("xxxyyy"), "b": list("xxyyzz")})
    (first, _) = factors(exact, permutations=199)
    assert (first.state, first.q) == ("exact_fit", 1.0)
    assert math.isnan(first.f) and math.isnan(first.p) and first.permutation <= 0.3
    assert [one.state for one in ecological(exact)] == ["without_spread"]
    assert next(one.state for one in risks(exact)) == "without_spread"


def test_a_factor_of_one_stratum_is_in_no_pair() -> None:
    made = sample([1, 2, 3, 7, 8, 9], {"zone": list("aaabbb"), "same": ["x"] * 6, "other": list("ababab")})
    pairs = {(one.first, one.second): one for one in interactions(made, permutations=9)}
    assert {pair: one.state for pair, one in pairs.items()} == {
        ("zone", "same"): "single_stratum", ("zone", "other"): "defined", ("same", "other"): "single_stratum",
    }  # fmt: skip
    one = pairs["zone", "same"]
    assert one.kind == "" and np.isnan([one.q, one.q_second, one.chance, one.permutation]).all()
    assert one.q_first == pytest.approx(pairs["zone", "other"].q_first)
    assert [two.state for two in ecological(made)] == ["single_stratum", "defined", "single_stratum"]


def test_a_stratum_of_one_is_named() -> None:
    made = sample([1.0, 2, 3, 4, 9], {"a": list("xxyyz")})
    assert [(one.second, one.state) for one in risks(made)] == [
        ("y", "defined"),
        ("z", "stratum_of_one"),
        ("z", "stratum_of_one"),
    ]
    (one,) = factors(made)
    assert one.warnings == ("small_sample", "small_stratum", "stratum_of_one")


def test_twenty_one_units_of_noise_are_warned_of() -> None:
    # A pair of factors with 16 combinations on 21 pilots: q is great by chance, and its p says so.
    tried = [interactions(sample(*noise(21, 2, seed)), permutations=199)[0] for seed in range(20)]
    assert np.mean([one.q for one in tried]) > 0.5
    assert sum(one.permutation <= 0.05 for one in tried) <= 4
    pair = tried[0]
    assert "small_sample" in pair.warnings and "stratum_of_one" in pair.warnings
    assert pair.chance == (pair.classes - 1) / 20


def test_chance_is_the_mean_over_permutations() -> None:
    y, columns = noise(40, 1)
    codes = columns["x0"]
    rng = np.random.default_rng(0)
    found = np.mean([share(rng.permutation(y), codes)[0] for _ in range(4000)])
    assert factors(sample(y, columns))[0].chance == pytest.approx(found, abs=0.003)


def test_permutation_p_is_that_of_a_plain_loop() -> None:
    y, columns = noise(60, 3)
    y = y + 0.6 * columns["x1"]
    made = sample(y, columns)
    ours = permutation_p(made.y, made.codes, 4000, 1)
    rng = np.random.default_rng(99)
    for codes, p in zip(made.codes, ours, strict=True):
        q = share(y, codes)[0]
        loop = (1 + sum(share(rng.permutation(y), codes)[0] >= q for _ in range(4000))) / 4001
        assert p == pytest.approx(loop, abs=4 * math.sqrt(max(loop, 0.001) / 4000) + 0.002)


def test_the_smallest_p_is_one_arrangement_in_all() -> None:
    y = np.arange(100.0)
    made = sample(y, {"a": y > 49})
    assert factors(made, permutations=99)[0].permutation == 0.01


def test_the_order_of_units_does_not_matter() -> None:
    y, columns = noise(80, 3, seed=5)
    y[::7] = 1.0
    turned = np.random.default_rng(2).permutation(80)
    one = sample(y, columns)
    other = sample(y[turned], {name: column[turned] for name, column in columns.items()})
    for a, b in zip(factors(one, permutations=99), factors(other, permutations=99), strict=True):
        assert a.permutation == b.permutation and a.q == pytest.approx(b.q, abs=1e-12)
    for c, d in zip(interactions(one, permutations=99), interactions(other, permutations=99), strict=True):
        assert c.permutation == d.permutation
    x = {"v": y**2 + np.arange(80), "w": columns["x1"] + 0.5}
    first = choice_p(choose(y, x), permutations=49)
    assert first == choice_p(choose(y[turned], {k: v[turned] for k, v in x.items()}), permutations=49)


def test_q_bears_a_change_of_unit_of_measure_and_of_origin() -> None:
    y, columns = noise(50, 2)
    one, other = factors(sample(y, columns), permutations=99), factors(sample(1e-6 * y, columns), permutations=99)
    for a, b in zip(one, other, strict=True):
        assert (a.q, a.f, a.noncentrality, a.p) == pytest.approx((b.q, b.f, b.noncentrality, b.p), rel=1e-9)
        assert a.permutation == b.permutation
    moved = factors(sample(y + 3, columns), permutations=99)
    for a, b in zip(one, moved, strict=True):
        assert (a.q, a.f, a.permutation) == pytest.approx((b.q, b.f, b.permutation), rel=1e-9)
        # The non-centrality as published depends on where the scale begins.
        assert a.noncentrality != pytest.approx(b.noncentrality, rel=0.1)


def test_five_kinds() -> None:
    found = [interaction_kind(q, 0.2, 0.3) for q in (0.1, 0.25, 0.4, 0.5, 0.7)]
    assert tuple(found) == INTERACTIONS
    assert interaction_kind(0.505, 0.2, 0.3, tolerance=0.01) == "independent"


def brute(values: np.ndarray, k: int) -> float:
    from itertools import combinations

    x = np.sort(values)
    least = np.inf
    for places in combinations(range(1, len(x)), k - 1):
        parts = np.split(x, places)
        least = min(least, sum(((p - p.mean()) ** 2).sum() for p in parts))
    return least


@pytest.mark.parametrize("seed", range(6))
def test_natural_breaks_are_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=14) if seed % 2 else rng.integers(0, 9, 14).astype(float)
    for k, breaks in enumerate(natural_breaks(x, 5), start=2):
        codes = np.searchsorted(breaks, x)
        made = sum(((x[codes == c] - x[codes == c].mean()) ** 2).sum() for c in range(k))
        assert made == pytest.approx(brute(x, k), rel=1e-9, abs=1e-12)


def test_fewer_values_than_classes() -> None:
    x = np.array([1.0, 1, 2, 2, 3, 3])
    for way in WAYS:
        (made,) = cuts(x, way, [6], y=np.arange(6.0))
        assert made.classes == 3 and made.state == "fewer_classes"
        assert made.codes.tolist() == [0, 0, 1, 1, 2, 2]


def test_a_constant_is_not_cut_and_a_scale_of_ratios_needs_positive_values() -> None:
    assert {cuts(np.ones(5), way, [3], y=np.arange(5.0))[0].state for way in WAYS} == {"constant"}
    assert cuts(np.array([-1.0, 1, 2]), "geometric", [2])[0].state == "not_positive"
    table = choose(np.arange(12.0), {"flat": np.ones(12), "x": np.arange(12.0) - 3}, classes=[2], minimum=2)
    states = {(row.variable, row.cut.way): row.state for row in table.rows}
    assert {states["flat", way] for way in WAYS} == {"constant"} and states["x", "geometric"] == "not_positive"
    assert set(table.best) == {"x"}
    assert all(math.isnan(row.q) == (row.state != "defined") for row in table.rows)


def test_geometric_steps() -> None:
    (made,) = cuts(np.array([1.0, 10, 100, 1000, 500]), "geometric", [3])
    assert made.breaks == pytest.approx([10, 100]) and made.codes.tolist() == [0, 0, 1, 2, 2]


def test_the_rule_of_choice() -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(size=200)
    y = (x > 0.97) * 50 + rng.normal(size=200)
    table = choose(y, {"x": x}, minimum=20)
    (best,) = table.best.values()
    able = [row for row in table.rows if row.eligible]
    assert best.q == max(row.q for row in able) and best.smallest >= 20
    assert best.warnings == () and all("small_stratum" in row.warnings for row in table.rows if not row.eligible)
    # Without the minimum another cut isolates the few great values and wins.
    assert choose(y, {"x": x}, minimum=2).best["x"].q > best.q + 0.1
    assert sum(row.chosen for row in table.rows) == 1 and len(table.rows) == 36


def test_equal_q_goes_to_fewer_classes() -> None:
    y = np.repeat([0.0, 10.0], 30) + np.tile([0.0, 1.0], 30)
    x = np.repeat([1.0, 2.0], 30) * 1.0
    table = choose(y, {"x": x}, classes=[5, 2, 3])
    assert table.best["x"].cut.classes == 2 and len({round(row.q, 12) for row in table.rows}) == 1


def test_adjusted_q_is_milder() -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(size=120)
    y = (x > 0.5) + rng.normal(0, 0.7, 120)
    by_q, by_adjusted = choose(y, {"x": x}), choose(y, {"x": x}, rule="adjusted")
    assert by_adjusted.best["x"].cut.classes <= by_q.best["x"].cut.classes
    assert by_adjusted.best["x"].adjusted == max(row.adjusted for row in by_adjusted.rows if row.eligible)


def test_p_of_the_choice_is_even_on_noise_where_that_of_the_cut_is_not() -> None:
    chosen, naive = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        table = choose(rng.normal(size=60), {"x": rng.normal(size=60)}, classes=[3, 4, 5])
        chosen.append(choice_p(table, permutations=39)["x"])
        naive.append(permutation_p(table.y, [table.best["x"].cut.codes], 39, 1)[0])
    assert sum(p <= 0.25 for p in naive) > 20
    assert sum(p <= 0.25 for p in chosen) <= 17


@pytest.mark.parametrize("rule", ["q", "adjusted"])
@pytest.mark.parametrize("ways", [["tree"], ["equal"], ["quantile", "tree", "natural"]])
def test_p_of_the_choice_is_that_of_choosing_anew(rule: Any, ways: list[Any]) -> None:
    # the plain loop: shuffle y over the units in the order of the variable, choose again, count
    rng = np.random.default_rng(9)
    x = np.round(rng.uniform(size=40), 1)
    y = rng.normal(size=40) + x
    made = choose(y, {"x": x}, ways=ways, classes=[2, 3, 5], minimum=4, rule=rule)
    merit = {"q": lambda row: row.q, "adjusted": lambda row: row.adjusted}[rule]
    order, start = np.lexsort((y, x)), np.sort(y)
    shuffles, reached = np.random.default_rng(1), 0
    for _ in range(60):
        again = choose(shuffles.permutation(start), {"x": x[order]}, ways=ways, classes=[2, 3, 5], minimum=4, rule=rule)
        able = [merit(row) for row in again.rows if row.eligible or row.cut.way == "tree"]
        reached += max(able) >= merit(made.best["x"]) - 1e-9
    assert choice_p(made, permutations=60) == {"x": (1 + reached) / 61}


def test_a_constant_cannot_be_explained() -> None:
    with pytest.raises(InputError) as error:
        choose([3.0] * 9, {"x": np.arange(9.0)})
    assert error.value.faults[0].text_key == "detector.constant_explained"
    with pytest.raises(InputError) as error:
        choose([np.nan] * 3, {"x": np.arange(3.0)})
    assert error.value.faults[0].text_key == "detector.no_rows"


def test_a_score_is_not_explained_by_what_it_is_made_of() -> None:
    known = {"synergy": {"zh": "协同指数", "en": "synergy index"}, "co2": {"zh": "碳排放", "en": "carbon dioxide"}}
    place = Place("a.yaml", 7, key="geodetector.by")
    with pytest.raises(InputError) as error:
        refuse_made_of("synergy", ["co2", "slope", "so2", "synergy"], {"co2", "so2"}, names=known, place=place)
    (told,) = error.value.faults
    assert told.line("en") == (
        "a.yaml:7  geodetector.by: 'synergy index' is computed from these variables, so that they cannot explain it: "
        "carbon dioxide, so2, synergy index; `force: true` lets it pass"
    )
    assert "协同指数" in told.message("zh") and "碳排放、so2" in told.message("zh")
    assert refuse_made_of("synergy", ["co2", "slope"], {"co2"}, forced=True) == ("co2",)


@pytest.mark.parametrize("made", [sample, choose])
def test_the_doors_of_the_detector_refuse_it_too(made: Callable[..., Any]) -> None:
    y, columns = np.arange(40.0), {"co2": np.arange(40) % 4, "slope": np.arange(40) % 5}
    with pytest.raises(InputError) as error:
        made(y, columns, explained="synergy", made_of={"co2"})
    assert [one.text_key for one in error.value.faults] == ["detector.made_of"]
    assert made(y, columns, explained="synergy", made_of={"co2"}, forced=True).made_of == ("co2",)
    assert made(y, columns, made_of={"so2"}).made_of == ()


def test_wrong_calls() -> None:
    with pytest.raises(ValueError, match="one value a unit"):
        sample([1, 2], {"a": [1]})
    with pytest.raises(ValueError, match="one value a unit"):
        choose([1, 2], {"a": [1]})
    with pytest.raises(ValueError, match="at least 2"):
        cuts(np.arange(4.0), "equal", [1])
    with pytest.raises(ValueError, match="unknown way"):
        cuts(np.arange(4.0), "other", [2])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="explained"):
        cuts(np.arange(4.0), "tree", [2])
    for call in (lambda: permutation_p(np.arange(3.0), [np.array([0, 0, 1])], 0, 1),):
        with pytest.raises(ValueError, match="permutation"):
            call()
