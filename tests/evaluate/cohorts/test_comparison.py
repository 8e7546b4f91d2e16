"""Cohorts side by side: numbers by hand and from scipy, and what must never change them."""

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evaluate.cohorts import CohortComparison, compare_cohorts
from evaluate.cohorts.resampling import permuted_sums, two_sided
from indicators.errors import InputError


@dataclass
class Scored:
    """What a run or `evaluate.score` gives, as far as cohorts need it."""

    scores: pd.DataFrame
    units: pd.DataFrame
    comparable: bool = True


def made(
    rows: list[tuple[str, str, str, float]],
    *,
    comparable: bool = True,
    year: int = 2020,
    unscored: tuple[str, ...] = (),
) -> Scored:
    """Build from (unit, type, cohort, composite); the dimension `air` is the composite turned round."""
    units = pd.DataFrame([(u, u, t, c) for u, t, c, _ in rows], columns=["unit", "name", "type", "batch"])
    scores = units[["unit", "name", "type"]].assign(year=year, composite=[value for *_, value in rows])
    scores = scores.assign(air=100 - scores["composite"], rank=1, rank_in_type=1)
    return Scored(scores[~scores["unit"].isin(unscored)], units, comparable)


SIX = [("a", "", "x", 10.0), ("b", "", "x", 20.0), ("c", "", "x", 60.0),
       ("d", "", "", 5.0), ("e", "", "", 7.0), ("f", "", "", 12.0)]  # fmt: skip

# Two types of very different scores; within each, cohort x lies 4 and 10 above the rest.
TYPED = [
    ("a", "low", "x", 12.0), ("b", "low", "x", 16.0), ("c", "low", "y", 9.0), ("d", "low", "y", 11.0),
    ("e", "high", "x", 88.0), ("f", "high", "x", 92.0), ("g", "high", "x", 90.0), ("h", "high", "x", 90.0),
    ("i", "high", "y", 79.0), ("j", "high", "y", 81.0),
]  # fmt: skip


def row(comparison: CohortComparison, **equal: object) -> pd.Series:
    table = comparison.differences
    for key, value in ({"code": "composite"} | equal).items():
        table = table[table[key] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_distribution_by_hand() -> None:
    table = compare_cohorts(made(SIX), "batch", runs=10).distribution
    found = table[(table["cohort"] == "x") & (table["code"] == "composite")].iloc[0]
    # 10, 20, 60: mean 30, deviations -20, -10, 30, so s² = (400 + 100 + 900)/2 = 700;
    # a quarter of the way up two steps is half a step: 15; 5 % is a tenth of the first step: 11
    assert (found["units"], found["n"], found["mean"], found["median"]) == (3, 3, 30.0, 20.0)
    assert found["sd"] == pytest.approx(700**0.5)
    assert found[["p05", "p25", "p75", "p95"]].tolist() == pytest.approx([11.0, 15.0, 40.0, 56.0])
    assert (found["min"], found["max"]) == (10.0, 60.0)


def test_every_dimension_and_year_is_there() -> None:
    one, two = made(SIX, year=2019), made(SIX, year=2020)
    both = Scored(pd.concat([one.scores, two.scores]), one.units)
    comparison = compare_cohorts(both, "batch", runs=10)
    assert comparison.years == [2019, 2020]
    assert set(comparison.distribution["code"]) == {"composite", "air"}
    assert len(comparison.distribution) == len(comparison.differences) == 2 * 2 * 2
    assert compare_cohorts(both, "batch", year=2019, runs=10).years == [2019]


def test_a_dimension_without_any_score_is_left_out() -> None:
    scored = made(SIX)
    scored.scores.insert(5, "water", np.nan)
    assert compare_cohorts(scored, "batch", runs=10).measures == ("composite", "air")


def test_difference_by_hand_and_exact_permutation_p() -> None:
    found = row(compare_cohorts(made(SIX), "batch", runs=20_000), cohort="x")
    assert found["difference"] == 30.0 - 8.0
    assert found["basis"] == "all"
    # scipy, every one of the 20 ways to part six values into three and three
    exact = stats.permutation_test(
        ([10.0, 20.0, 60.0], [5.0, 7.0, 12.0]), lambda x, y: np.mean(x) - np.mean(y), n_resamples=np.inf
    )
    assert found["p"] == pytest.approx(exact.pvalue, abs=0.01)


def test_bootstrap_interval_is_scipys() -> None:
    rng = np.random.default_rng(3)
    inside, outside = rng.normal(60, 8, 40), rng.normal(52, 12, 60)
    rows = [(f"{n:03d}", "", "in" if n < 40 else "out", float(v)) for n, v in enumerate([*inside, *outside])]
    found = row(compare_cohorts(made(rows), "batch", runs=8000), cohort="in")
    theirs = stats.bootstrap(
        (inside, outside), lambda x, y, axis: np.mean(x, axis) - np.mean(y, axis), method="percentile",
        n_resamples=8000, vectorized=True, rng=1,
    ).confidence_interval  # fmt: skip
    # both are random: the ends of 8000 draws have a standard error of about 0.1
    assert (found["low"], found["high"]) == pytest.approx((theirs.low, theirs.high), abs=0.45)
    assert found["low"] < inside.mean() - outside.mean() < found["high"]


def test_pooled_difference_is_the_weighted_mean_of_those_within_type() -> None:
    comparison = compare_cohorts(made(TYPED, comparable=False), "batch", runs=4000)
    within = [row(comparison, cohort="x", type=kind) for kind in ("low", "high")]
    pooled = row(comparison, cohort="x", type="")
    assert [found["difference"] for found in within] == [4.0, 10.0]
    assert [found["basis"] for found in within] == ["type", "type"]
    # two of the cohort's units are of the low type, four of the high one
    assert (pooled["basis"], pooled["difference"]) == ("pooled", pytest.approx((2 * 4 + 4 * 10) / 6))
    assert (pooled["n"], pooled["n_rest"]) == (6, 4)
    assert pooled["low"] < pooled["difference"] < pooled["high"]
    # the distribution stays within type
    assert set(comparison.distribution["type"]) == {"low", "high"}


def test_permutation_within_type_is_exact() -> None:
    # Each type has C(4, 2) = 6 and C(6, 2) = 15 ways. All 90 pairs by force: how many are at least as far?
    values = {"low": [12.0, 16.0, 9.0, 11.0], "high": [88.0, 92.0, 90.0, 90.0, 79.0, 81.0]}
    from itertools import combinations

    def ways(kind: str, size: int) -> list[float]:
        numbers = values[kind]
        chosen = [set(c) for c in combinations(range(len(numbers)), size)]
        return [
            float(np.mean([numbers[i] for i in c]) - np.mean([n for i, n in enumerate(numbers) if i not in c]))
            for c in chosen
        ]

    pooled = [(2 * low + 4 * high) / 6 for low in ways("low", 2) for high in ways("high", 4)]
    exact = np.mean(np.abs(pooled) >= 8 - 1e-9)
    found = row(compare_cohorts(made(TYPED, comparable=False), "batch", runs=20_000), cohort="x", type="")
    assert found["p"] == pytest.approx(exact, abs=0.01)


def test_types_do_not_leak_into_a_pooled_difference() -> None:
    # x is common in the high type and y in the low one; within the types there is nothing
    rows = [
        (f"{k}{i}", k, "x" if i < n else "y", base)
        for k, n, base in (("h", 8, 90.0), ("l", 2, 10.0))
        for i in range(10)
    ]
    apart = row(compare_cohorts(made(rows, comparable=False), "batch", runs=500), cohort="x", type="")
    naive = row(compare_cohorts(made(rows), "batch", runs=500), cohort="x")
    assert (apart["difference"], apart["p"]) == (0.0, 1.0)
    assert naive["difference"] == pytest.approx(48.0)


def test_draws_depend_on_neither_the_order_of_rows_nor_the_other_years() -> None:
    one, two = made(TYPED, comparable=False, year=2019), made(TYPED, comparable=False, year=2020)
    straight = Scored(pd.concat([one.scores, two.scores]), one.units, False)
    mixed = Scored(straight.scores.sample(frac=1, random_state=4), one.units.sample(frac=1, random_state=5), False)
    first = compare_cohorts(straight, "batch", runs=200, seed=7)
    pd.testing.assert_frame_equal(first.differences, compare_cohorts(mixed, "batch", runs=200, seed=7).differences)
    pd.testing.assert_frame_equal(first.distribution, compare_cohorts(mixed, "batch", runs=200, seed=7).distribution)
    later = first.differences[first.differences["year"] == 2020].reset_index(drop=True)
    alone = compare_cohorts(straight, "batch", year=2020, runs=200, seed=7).differences
    pd.testing.assert_frame_equal(later, alone)
    other = compare_cohorts(straight, "batch", runs=200, seed=8).differences
    assert not first.differences["low"].equals(other["low"])


def test_drawing_in_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = compare_cohorts(made(TYPED, comparable=False), "batch", runs=300).differences
    monkeypatch.setattr("evaluate.cohorts.resampling._CELLS", 50)
    pd.testing.assert_frame_equal(whole, compare_cohorts(made(TYPED, comparable=False), "batch", runs=300).differences)


def test_p_is_never_zero_and_counts_ties() -> None:
    assert two_sided(np.array([9.0]), np.zeros((99, 1))) == pytest.approx([0.01])
    # 0.1 + 0.2 is not 0.3 in floating point, and still the same difference
    assert two_sided(np.array([0.1 + 0.2]), np.array([[0.3]])) == pytest.approx([1.0])


def test_permutations_stay_within_their_strata() -> None:
    values = np.array([[1.0], [2.0], [100.0], [200.0]])
    members = np.array([[1.0], [0.0], [0.0], [1.0]])
    sums = permuted_sums(values, members, np.array([0, 2, 4]), 200, np.random.default_rng(0))
    assert set(sums[:, 0].ravel()) == {1.0, 2.0}
    assert set(sums[:, 1].ravel()) == {100.0, 200.0}


def test_p_is_uniform_where_there_is_nothing() -> None:
    rng = np.random.default_rng(11)
    found = []
    for _ in range(120):
        rows = [(f"{n:02d}", "", "x" if n < 9 else "y", float(v)) for n, v in enumerate(rng.normal(50, 10, 24))]
        found.append(row(compare_cohorts(made(rows), "batch", runs=199), cohort="x")["p"])
    # Kolmogorov–Smirnov against the uniform law; a p computed on one side or without ranks would fail by far
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_a_single_unit_gets_a_difference_but_no_interval() -> None:
    rows = [*SIX, ("g", "", "lone", 50.0)]
    found = row(compare_cohorts(made(rows), "batch", runs=200), cohort="lone")
    assert found["difference"] == pytest.approx(50 - 19)
    assert np.isnan(found["low"]) and np.isnan(found["high"])
    assert (found["note"], found["n"]) == ("one_unit", 1)
    assert 0 < found["p"] <= 1


def test_a_pooled_difference_leaves_out_types_with_a_single_unit_and_says_so() -> None:
    rows = [*TYPED, ("k", "rare", "x", 500.0), ("l", "rare", "y", 1.0), ("m", "rare", "y", 2.0)]
    found = row(compare_cohorts(made(rows, comparable=False), "batch", runs=200), cohort="x", type="")
    assert (found["note"], found["n"]) == ("left_out", 6)
    assert found["difference"] == pytest.approx(8.0)
    lone = row(compare_cohorts(made(rows, comparable=False), "batch", runs=200), cohort="x", type="rare")
    assert lone["note"] == "one_unit"


def test_a_cohort_that_holds_everyone_has_no_rest() -> None:
    rows = [(unit, "", "all", value) for unit, _, _, value in SIX]
    found = row(compare_cohorts(made(rows), "batch", runs=20), cohort="all")
    assert found["note"] == "no_rest"
    assert np.isnan(found["difference"])


def test_a_cohort_without_scores_is_named() -> None:
    rows = [*SIX, ("g", "", "gone", 50.0)]
    comparison = compare_cohorts(made(rows, unscored=("g",)), "batch", runs=20)
    assert row(comparison, cohort="gone")["note"] == "no_scores"
    table = comparison.distribution
    assert table.loc[table["cohort"] == "gone", ["units", "n"]].to_numpy().tolist() == [[1, 0], [1, 0]]


def test_what_is_not_stated_is_a_group_of_its_own_and_comes_last() -> None:
    scored = made(SIX)
    scored.units["batch"] = [10.0, 9.0, 2010.0, None, " ", float("nan")]
    comparison = compare_cohorts(scored, "batch", runs=20)
    assert comparison.cohorts == ["9", "10", "2010", ""]
    assert row(comparison, cohort="")["n"] == 3
    assert "未注明" in set(comparison.readable("zh")[1]["组别"])


@pytest.mark.parametrize(
    ("by", "year", "runs", "said"),
    [
        ("bacth", None, 10, "the roster has no column 'bacth'; it has: type, batch; did you mean 'batch'?"),
        ("name", None, 10, "the roster has no column 'name'"),
        ("batch", 1999, 10, "no unit is scored in 1999; years with scores: 2020"),
        ("batch", None, 0, "must be at least 1"),
    ],
)
def test_faults(by: str, year: int | None, runs: int, said: str) -> None:
    with pytest.raises(InputError) as error:
        compare_cohorts(made(SIX), by, year=year, runs=runs)
    assert said in error.value.render("en")


def test_types_that_are_not_comparable_are_no_cohorts() -> None:
    with pytest.raises(InputError, match="cannot be compared as cohorts"):
        compare_cohorts(made(TYPED, comparable=False), "type")
    assert row(compare_cohorts(made(TYPED), "type", runs=20), cohort="high")["difference"] > 70


def test_nobody_scored_is_a_fault() -> None:
    with pytest.raises(InputError, match="no unit is scored"):
        compare_cohorts(made(SIX, unscored=tuple("abcdef")), "batch")


def test_plain_data_and_html() -> None:
    rows = [("a", "", "<b>x", 1.0), ("b", "", "<b>x", 2.0), ("c", "", "y", 4.0)]
    comparison = compare_cohorts(made(rows), "batch", runs=20)
    plain = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert plain["by"] == "batch"
    lone = next(r for r in plain["differences"] if r["cohort"] == "y" and r["code"] == "composite")
    assert (lone["difference"], lone["low"], lone["n_rest"]) == (2.5, None, 2)
    assert "<b>x" not in comparison._repr_html_()
    assert "&lt;b&gt;x" in comparison._repr_html_()
