"""Weights by factors, by equal correlation, by drawing units apart, and combinations: odd scores and their warnings."""

from typing import Any

import numpy as np
import pytest

from evaluate.methods.weighting import (
    EqualCorrelation,
    GameTheory,
    Multiplicative,
    Pca,
    VerticalHorizontal,
    Weighed,
)
from evaluate.methods.weighting.optimal import drawing_apart
from indicators.errors import InputError
from indicators.spec import build
from tests.evaluate.methods.siblings import weigh, weighed
from tests.families.populations import framework

N = np.nan
# Columns without any correlation, and the same as 0 and 1
E1, E2, E3 = np.array([1.0, 1, -1, -1]), np.array([1.0, -1, 1, -1]), np.array([1.0, -1, -1, 1])


def pca(**settings: Any) -> Pca:
    return build(Pca, {"method": "pca", **settings})


def even(**settings: Any) -> EqualCorrelation:
    return build(EqualCorrelation, {"method": "equal_correlation", **settings})


def apart(**settings: Any) -> VerticalHorizontal:
    return build(VerticalHorizontal, {"method": "vertical_horizontal", **settings})


def warned(found: Weighed) -> list[str]:
    return [warning.text_key for warning in found.warnings]


# Factor analysis


def test_first_loadings_are_refused_with_the_reason() -> None:
    with pytest.raises(InputError) as raised:
        pca(loadings="first")
    assert [f.text_key for f in raised.value.faults] == ["methods.first_loadings"]
    # indeed they would be negative: a child that goes against two others
    scores = np.column_stack([E1, E1 + 0.5 * E2, -E1 + 0.5 * E3])
    first = np.array(weighed(pca(), scores).details["loadings"])[:, 0]
    assert first.min() < 0 < first.max()
    found = weigh(pca(), scores)
    assert found is not None and (found > 0).all()


def test_how_many_factors_are_kept() -> None:
    # two that go together, one half with them, two alone
    scores = np.column_stack([E1, E1, E1 + E2, E3])

    def kept(**settings: Any) -> int:
        return len(weighed(pca(**settings), scores).details["explained"])

    shares = np.array(weighed(pca(), scores).details["shares"])
    np.testing.assert_allclose(shares * 4, np.sort(np.linalg.eigvalsh(np.corrcoef(scores.T)))[::-1], atol=1e-12)
    assert shares[1] == pytest.approx(0.25)
    assert kept() == 2 and shares[2] < 0.1
    assert kept(least_share=0.3, total_share=0) == 1
    assert kept(least_eigenvalue=1.5, total_share=0.5) == 1
    assert kept(least_share=0.9, total_share=0.95) == 3
    assert kept(factors=1) == 1
    # no more than there are
    assert kept(factors=9) == 3


def test_factors_that_explain_the_same_are_kept_together() -> None:
    found = weighed(pca(factors=1), np.column_stack([E1, E2, E3]))
    assert len(found.details["explained"]) == 3
    np.testing.assert_allclose(found.weights, [1 / 3] * 3, rtol=1e-12)


def test_few_rows_are_warned_of() -> None:
    rng = np.random.default_rng(0)
    found = weighed(pca(), rng.random((4, 6)))
    assert warned(found) == ["scoring.few_rows"]
    assert found.weights is not None and found.weights.sum() == pytest.approx(1)
    assert warned(weighed(pca(), rng.random((7, 6)))) == []


GAPS = np.array([[1, 1, N], [2, 2, N], [1, N, 1], [2, N, 2], [N, 1, 2], [N, 2, 1.0]])
"""Correlations 1, 1 and −1, which contradict each other."""


@pytest.mark.parametrize("built", [pca(), even()], ids=["pca", "equal_correlation"])
def test_correlations_that_contradict_each_other_are_warned_of(built: Any) -> None:
    found = weighed(built, GAPS)
    assert "scoring.correlations_patched" in warned(found)
    assert found.weights is not None and np.isfinite(found.weights).all()


# Equal correlation


def test_equal_correlation_by_hand() -> None:
    # r = √½, 0, 0: v = 1/(1 + √½), 1/(1 + √½), 1 and s = 1 : √2 : 1
    root = 0.5**0.5
    told = np.array([1 / (1 + root), root / (1 + root), 1])
    scores = np.column_stack([E1, E1 + E2, E3])
    found = weighed(even(), scores)
    np.testing.assert_allclose(found.weights, told / told.sum(), rtol=1e-12)
    assert found.details["closed_form"] and not found.warnings
    # two children always: 1/s
    np.testing.assert_allclose(weigh(even(), scores[:, :2]), np.array([1, root]) / (1 + root), rtol=1e-12)


def test_in_proportion_to_given_weights() -> None:
    scores = np.column_stack([E1, 2 * E2, E3])
    # nothing goes together: v is the aim itself
    told = np.array([0.5, 0.3 / 2, 0.2])
    np.testing.assert_allclose(weigh(even(aim="given"), scores, given=[0.5, 0.3, 0.2]), told / told.sum(), rtol=1e-12)
    # what is given 0 weighs 0
    found = weigh(even(aim="given"), scores, given=[0.5, 0, 0.5])
    np.testing.assert_allclose(found, [0.5, 0, 0.5], rtol=1e-12)
    np.testing.assert_array_equal(weigh(even(aim="given"), scores, given=[1, 0, 0]), [1, 0, 0])
    assert even(aim="given").reads_given and not even().reads_given


def test_what_repeats_its_siblings_weighs_nothing_and_is_named() -> None:
    # the third is the sum of the others and something of its own; it correlates more whatever it weighs
    found = weighed(even(), np.column_stack([E1, E2, E1 + E2 + 0.1 * E3]))
    np.testing.assert_allclose(found.weights, [0.5, 0.5, 0], atol=1e-12)
    assert warned(found) == ["scoring.correlation_uneven"] and found.warnings[0].values == {"children": "c"}
    assert found.details["correlations"][2] > found.details["correlations"][0]


def test_the_same_child_twice_shares_its_weight() -> None:
    found = weigh(even(), np.column_stack([E1, E1, E2]))
    assert found is not None
    np.testing.assert_allclose(found, [0.25, 0.25, 0.5], rtol=1e-4)


def test_children_that_cancel_each_other_out() -> None:
    found = weighed(even(), np.column_stack([E1, 3 - 2 * E1]))
    np.testing.assert_array_equal(found.weights, [0.5, 0.5])
    assert warned(found) == ["scoring.children_cancel"]


# Drawn apart


def test_two_children_that_go_together_weigh_the_same() -> None:
    np.testing.assert_allclose(weigh(apart(), np.column_stack([E1, 7 * E1 + E2])), [0.5, 0.5], rtol=1e-12)


def test_what_goes_against_the_others_weighs_nothing_and_is_named() -> None:
    found = weighed(apart(), np.column_stack([E1, E1 + E2, -E1 + 0.5 * E3]))
    np.testing.assert_allclose(found.weights, [0.5, 0.5, 0], rtol=1e-12)
    assert warned(found) == ["scoring.children_against"] and found.warnings[0].values == {"children": "c"}


def test_ties_are_shared() -> None:
    # nothing goes together: every direction is as good
    np.testing.assert_allclose(weigh(apart(), np.column_stack([E1, E2, E3])), [1 / 3] * 3, rtol=1e-9)
    # either alone is as good
    np.testing.assert_allclose(weigh(apart(), np.column_stack([E1, -E1])), [0.5, 0.5], rtol=1e-12)


def test_change_over_time_counts_only_over_all_years() -> None:
    year = [1, 1, 1, 1, 2, 2, 2, 2]
    # the first two go together within each year; all three rise together from year to year
    scores = np.column_stack([np.tile(column, 2) for column in (E1, E1, E2)]) + 9 * (np.array(year) - 1)[:, None]
    within = weigh(apart(), scores, year=year)
    np.testing.assert_allclose(within, [0.5, 0.5, 0], atol=1e-9)
    whole = weigh(apart(standardised="all"), scores, year=year)
    assert whole is not None and whole.min() > 0.3


def test_years_of_one_unit_tell_nothing() -> None:
    scores = np.column_stack([E1, E2])
    assert weigh(apart(), scores, year=[1, 2, 3, 4]) is None
    assert weigh(apart(standardised="all"), scores, year=[1, 2, 3, 4]) is not None


def test_gaps_count_as_the_mean() -> None:
    gaps = np.column_stack([E1, E1 + E2, E3])
    gaps[0, 2] = N
    found = weigh(apart(), gaps)
    assert found is not None and np.isfinite(found).all()


def test_too_many_sets_of_children_are_not_all_looked_at() -> None:
    rng = np.random.default_rng(1)
    signs = np.where(np.arange(40) % 2, -1.0, 1.0)
    # half of them go against the other half, and no two are alike
    x = rng.normal(size=(200, 40)) + signs * rng.normal(size=(200, 1)) * rng.uniform(0.5, 1.5, size=40)
    found, value, exact = drawing_apart(np.corrcoef(x.T))
    assert not exact and (found >= 0).all() and found @ found == pytest.approx(1)
    assert value == pytest.approx(found @ np.corrcoef(x.T) @ found)


# Combinations


def combined(method: Any, *of: Any, **settings: Any) -> Any:
    return build(method, {"method": method.word(), "of": list(of), **settings})


GIVEN, EQUAL, CRITIC = {"method": "given"}, {"method": "equal"}, {"method": "critic"}
MEREC, PCA = {"method": "merec"}, {"method": "pca"}


def test_products_by_hand() -> None:
    stated = combined(Multiplicative, GIVEN, EQUAL)
    np.testing.assert_allclose(weigh(stated, [[1, 2, 3]], given=[0.5, 0.3, 0.2]), [0.5, 0.3, 0.2], rtol=1e-12)
    squared = combined(Multiplicative, GIVEN, GIVEN)
    np.testing.assert_allclose(weigh(squared, [[1, 2]], given=[0.8, 0.2]), [16 / 17, 1 / 17], rtol=1e-12)
    rooted = combined(Multiplicative, GIVEN, GIVEN, power=0.5)
    np.testing.assert_allclose(weigh(rooted, [[1, 2]], given=[0.8, 0.2]), [0.8, 0.2], rtol=1e-12)


def test_a_combination_asks_what_its_members_ask() -> None:
    assert not combined(GameTheory, GIVEN, EQUAL).data_driven
    assert combined(GameTheory, GIVEN, CRITIC).data_driven
    assert combined(GameTheory, GIVEN, CRITIC).reads_given and not combined(GameTheory, EQUAL, CRITIC).reads_given
    assert combined(GameTheory, GIVEN, CRITIC).floor is None
    assert combined(GameTheory, CRITIC, {"method": "entropy"}).floor == "zero"
    assert combined(GameTheory, {"method": "entropy"}, MEREC).floor == "positive"
    judged = {"method": "ahp", "judgements": {"p": {"children": ["a", "b"], "matrix": [[1, 1], [1, 1]]}}}
    lacking = combined(GameTheory, CRITIC, judged).lacks(framework(), ("composite",))
    assert [(f.place.key, f.text_key) for f in lacking] == [
        ("of[1].judgements", "methods.judgements_missing"), ("of[1].judgements.p", "scoring.unknown_parent"),
    ]  # fmt: skip


def test_members_are_two_or_more_and_no_combinations() -> None:
    for wrong in ([GIVEN], [GIVEN, {"method": "game_theory", "of": [GIVEN, EQUAL]}]):
        with pytest.raises(InputError) as raised:
            combined(GameTheory, *wrong)
        assert {f.text_key for f in raised.value.faults} <= {"faults.entries_at_least", "faults.one_of"}


def test_each_member_is_told_of() -> None:
    rng = np.random.default_rng(0)
    found = weighed(combined(GameTheory, EQUAL, CRITIC, PCA), rng.random((4, 5)))
    assert [member["method"] for member in found.details["members"]] == ["equal", "critic", "pca"]
    assert "eigenvalues" in found.details["members"][2]["details"]
    assert sum(found.details["shares"]) == pytest.approx(1)
    assert warned(found) == ["scoring.few_rows"]
    assert weigh(combined(GameTheory, EQUAL, CRITIC), [[1.0], [2.0]]) == [1]


def test_a_member_that_learns_nothing_counts_as_equal_weights() -> None:
    alike = np.column_stack([E1, E1])
    found = weighed(combined(GameTheory, GIVEN, CRITIC), alike, given=[0.9, 0.1])
    assert warned(found) == ["scoring.member_silent"] and found.warnings[0].values == {"method": "critic"}
    assert found.details["members"][1]["weights"] == [0.5, 0.5]
    assert weigh(combined(GameTheory, CRITIC, {"method": "critic", "cap": 1}), alike) is None


def test_weightings_that_exclude_each_other() -> None:
    # the first weighs what varies, the second what is given
    found = weighed(combined(Multiplicative, GIVEN, CRITIC), [[1, 5], [2, 5], [4, 5]], given=[0, 1])
    np.testing.assert_array_equal(found.weights, [0.5, 0.5])
    assert warned(found) == ["scoring.nothing_in_common"]
