"""Weights by judgement: what may stand in a matrix, consistency, several experts, points, what a framework lacks."""

from typing import Any

import numpy as np
import pytest

from evaluate.methods.weighting import Ahp, BudgetAllocation
from indicators.errors import InputError
from indicators.framework import Framework
from indicators.spec import build
from tests.evaluate.methods.siblings import weigh, weighed
from tests.families.populations import framework

ANY = np.arange(6.0).reshape(2, 3)
GOOD = [[1, 2, 6], ["1/2", 1, 3], ["1/6", "1/3", 1]]
CIRCLE = [[1, 9, "1/9"], ["1/9", 1, 9], [9, "1/9", 1]]
"""a above b, b above c, c above a."""


def ahp(judged: Any, **settings: Any) -> Ahp:
    return build(Ahp, {"method": "ahp", "judgements": {"p": judged}, **settings})


def matrix(rows: Any, **settings: Any) -> Ahp:
    return ahp({"children": ["a", "b", "c"], "matrix": rows}, **settings)


def faults(make: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as raised:
        make()
    return [(fault.place.key, fault.text_key) for fault in raised.value.faults]


def test_judgements_without_contradiction_are_ratios_of_weights() -> None:
    np.testing.assert_allclose(weigh(matrix(GOOD), ANY), [0.6, 0.3, 0.1], rtol=1e-12)
    # decimals stand for fractions
    rows = [[1, 2, 6], [0.5, 1.0, 3], ["0.167", " 1 / 3 ", "1"]]
    np.testing.assert_allclose(weigh(matrix(rows), ANY), [0.6, 0.3, 0.1], rtol=1e-3)


def test_children_stand_in_any_order_and_those_that_are_left_share_alike() -> None:
    judged = ahp({"children": ["c", "d", "a", "b"], "matrix": np.divide.outer([1, 4, 6, 3], [1, 4, 6, 3]).tolist()})
    np.testing.assert_allclose(weigh(judged, ANY), [0.6, 0.3, 0.1], rtol=1e-12)
    np.testing.assert_allclose(weigh(judged, ANY[:, :2]), [2 / 3, 1 / 3], rtol=1e-12)
    np.testing.assert_array_equal(weigh(judged, ANY[:, :1]), [1])


def test_two_children_never_contradict_each_other() -> None:
    judged = ahp({"children": ["a", "b"], "matrix": [[1, 9], ["1/9", 1]]})
    found = weighed(judged, ANY[:, :2])
    np.testing.assert_allclose(found.weights, [0.9, 0.1], rtol=1e-12)
    assert found.details["consistency_ratio"] == 0 and not found.warnings


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (GOOD[:2], [("judgements.p.matrix", "methods.matrix_square")]),
        ([[1, 2], [0.5, 1], [1, 1]], [("judgements.p.matrix", "methods.matrix_square")]),
        (
            [[1, 2, 6], [2, 1, 3], ["1/6", "1/2", 2]],
            [
                ("judgements.p.matrix[1][0]", "methods.not_reciprocal"),
                ("judgements.p.matrix[2][1]", "methods.not_reciprocal"),
                ("judgements.p.matrix[2][2]", "methods.not_reciprocal"),
            ],
        ),
        (
            [[1, 0, 6], ["1/0", 1, -3], ["one", True, None]],
            [
                ("judgements.p.matrix[0][1]", "methods.judgement"),
                ("judgements.p.matrix[1][0]", "methods.judgement"),
                ("judgements.p.matrix[1][2]", "methods.judgement"),
                ("judgements.p.matrix[2][0]", "methods.judgement"),
                ("judgements.p.matrix[2][1]", "methods.judgement"),
                ("judgements.p.matrix[2][2]", "methods.judgement"),
            ],
        ),
        ([["2**3", "1e3", "3 // 1"]] * 3, [(f"judgements.p.matrix[{i}][{j}]", "methods.judgement")
                                           for i in range(3) for j in range(3)]),
        (CIRCLE, [("judgements.p.matrix", "methods.inconsistent")]),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_matrix(rows: Any, expected: list[tuple[str, str]]) -> None:
    assert faults(lambda: matrix(rows)) == expected


def test_a_judgement_is_one_matrix_or_those_of_experts() -> None:
    children = {"children": ["a", "b", "c"]}
    both = {**children, "matrix": GOOD, "experts": {"x": GOOD}}
    for wrong in (children, both):
        assert faults(lambda given=wrong: ahp(given)) == [("judgements.p", "methods.matrix_or_experts")]
    twice = {"children": ["a", "b", "a"], "matrix": GOOD}
    assert faults(lambda: ahp(twice)) == [("judgements.p", "methods.judged_twice")]


def test_contradictions_are_refused_or_accepted_with_a_warning() -> None:
    experts = {"children": ["a", "b", "c"], "experts": {"x": GOOD, "y": CIRCLE}}
    assert faults(lambda: ahp(experts)) == [("judgements.p.experts.y", "methods.inconsistent")]
    found = weighed(matrix(CIRCLE, accept_inconsistent=True), ANY)
    # by symmetry all weigh the same; λmax = 1 + 9 + 1/9
    np.testing.assert_allclose(found.weights, [1 / 3] * 3, rtol=1e-12)
    assert found.details["lambda_max"] == pytest.approx(10 + 1 / 9)
    assert found.details["consistency_ratio"] == pytest.approx((7 + 1 / 9) / 2 / 0.58)
    assert [w.text_key for w in found.warnings] == ["scoring.inconsistent"]


def test_the_random_index_is_a_table_or_a_list() -> None:
    def ratio(index: Any) -> float:
        built = matrix(CIRCLE, accept_inconsistent=True, random_index=index)
        return float(weighed(built, ANY).details["consistency_ratio"])

    assert ratio("saaty_newer") == pytest.approx((7 + 1 / 9) / 2 / 0.52)
    assert ratio([0, 0, 2]) == pytest.approx((7 + 1 / 9) / 4)
    for index, lacks in (([0, 0], "no_random_index"), ([0, 0, 0], "random_index_zero")):
        wrong = faults(lambda index=index: matrix(GOOD, random_index=index))
        assert wrong == [("judgements.p.children", f"methods.{lacks}")]
    eleven = {"children": [f"c{at}" for at in range(11)], "matrix": [[1] * 11] * 11}
    assert faults(lambda: ahp(eleven)) == [("judgements.p.children", "methods.no_random_index")]


def test_very_large_numbers_keep_their_ratio() -> None:
    points = {"p": {"x": {"a": 1.5e308, "b": 0.5e308}}}
    found = BudgetAllocation(method="budget_allocation", points=points).priorities("p")[0]
    np.testing.assert_allclose(found, [0.75, 0.25], rtol=1e-12)


def test_experts_are_brought_together_by_the_geometric_mean() -> None:
    two = [[[1, 4], [0.25, 1]], [[1, 1], [1, 1]]]
    judged = {"children": ["a", "b"], "experts": {"x": two[0], "y": two[1]}}
    # judgements: √(4·1) = 2: ⅔ and ⅓
    np.testing.assert_allclose(weigh(ahp(judged), ANY[:, :2]), [2 / 3, 1 / 3], rtol=1e-12)
    # priorities: √(0.8·0.5) : √(0.2·0.5) = 2 : 1, the same with two children
    by_priorities = ahp(judged, combine="priorities")
    np.testing.assert_allclose(weigh(by_priorities, ANY[:, :2]), [2 / 3, 1 / 3], rtol=1e-12)
    details = weighed(by_priorities, ANY[:, :2]).details
    assert details["experts"]["x"]["weights"] == pytest.approx([0.8, 0.2])
    # where experts contradict themselves a little, the two ways differ
    three = [[1, 2, 2], [0.5, 1, 2], [0.5, 0.5, 1]]
    judged = {"children": ["a", "b", "c"], "experts": {"x": GOOD, "y": three}}
    ways = [weigh(ahp(judged, combine=way), ANY) for way in ("judgements", "priorities")]
    assert ways[0] is not None and ways[1] is not None
    assert 0 < np.abs(ways[0] - ways[1]).max() < 0.02


def budget(points: Any) -> BudgetAllocation:
    return build(BudgetAllocation, {"method": "budget_allocation", "points": {"p": points}})


def test_every_expert_counts_the_same() -> None:
    points = {"x": {"a": 60, "b": 40, "c": 0}, "y": {"c": 5, "b": 3, "a": 2}}
    found = weighed(budget(points), ANY)
    np.testing.assert_allclose(found.weights, [0.4, 0.35, 0.25], rtol=1e-14)
    # spread: sample standard deviation of two, |difference|/√2
    np.testing.assert_allclose(found.details["spread"], np.array([0.4, 0.1, 0.5]) / 2**0.5)
    np.testing.assert_allclose((found.details["least"], found.details["most"]), ([0.2, 0.3, 0], [0.6, 0.4, 0.5]))
    assert weighed(budget({"x": points["x"]}), ANY).details["spread"] == [0, 0, 0]
    # a child that is not scored gives its share to the others
    np.testing.assert_allclose(weigh(budget(points), ANY[:, :2]), [0.4 / 0.75, 0.35 / 0.75], rtol=1e-14)
    # what is left got no points at all
    assert weigh(budget({"x": {"a": 0, "b": 0, "c": 1}}), ANY[:, :2]) is None


def test_points_are_complete_and_not_negative() -> None:
    points = {"x": {"a": 1, "b": 2}, "y": {"a": 1}, "z": {"a": 0, "b": 0}}
    assert faults(lambda: budget(points)) == [
        ("points.p.y", "methods.points_left_out"), ("points.p.z", "methods.no_points"),
    ]  # fmt: skip
    assert faults(lambda: budget({"x": {"a": -1, "b": 2}})) == [("points.p.x.a", "faults.at_least")]


CARBON = {"children": ["pollution", "carbon"], "matrix": [[1, 1], [1, 1]]}
NITROGEN = {"children": ["so2_negative", "nox_positive"], "matrix": [[1, 1], [1, 1]]}


def lacking(judgements: Any, *parents: str) -> list[tuple[str, str, object]]:
    built = build(Ahp, {"method": "ahp", "judgements": judgements})
    whole: Framework = framework()
    return [(f.place.key, f.text_key, f.values.get("found") or f.values["code"]) for f in built.lacks(whole, parents)]


def test_every_parent_with_children_to_weigh_is_judged() -> None:
    assert lacking({"composite": CARBON, "nitrogen": NITROGEN}, "composite", "nitrogen", "carbon") == []
    assert lacking({"composite": CARBON}, "nitrogen", "carbon") == [
        ("judgements", "methods.judgements_missing", "nitrogen")
    ]
    assert lacking({"nitrogen": NITROGEN}, "composite") == [("judgements", "methods.judgements_missing", "composite")]


def test_what_is_judged_is_what_the_framework_has() -> None:
    assert lacking({"composite": CARBON, "nitrogn": NITROGEN}) == [
        ("judgements.nitrogn", "scoring.unknown_parent", "nitrogn")
    ]
    wrong = {"children": ["so2_negative", "nox_negativ"], "matrix": [[1, 1], [1, 1]]}
    assert lacking({"nitrogen": wrong}, "nitrogen") == [
        ("judgements.nitrogen", "methods.judged_unknown", "nox_negativ"),
        ("judgements.nitrogen", "methods.judged_left_out", "nox_positive"),
    ]
