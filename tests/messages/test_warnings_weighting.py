# ruff: noqa: E501
"""What weightings warn of, in both languages, with the parent and the reference population that they speak of."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Methodology, Panel, score

N = np.nan
E1, E2, E3 = [1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]
CIRCLE = [[1, 9, "1/9"], ["1/9", 1, 9], [9, "1/9", 1]]
WHERE, ALL = "'Sole' (sole)", "(reference: all scored years)"


def plus(*columns: Any) -> list[float]:
    return list(np.sum(np.array(columns, dtype=float), axis=0))


CASES: dict[str, tuple[dict[str, list[float]], dict[str, Any], list[str]]] = {
    "gaps": (
        {"a": [1, 2, 1, 2, N, N], "b": [1, 2, N, N, 1, 2], "c": [N, N, 1, 2, 2, 1]},
        {"method": "pca"},
        [f"the scores below {WHERE} have gaps by which their correlations contradict each other; they were adjusted until they do not {ALL}"],
    ),
    "few rows": (
        {"a": [1, 2, 3], "b": [1, 3, 2], "c": [5, 4, 9]},
        {"method": "pca"},
        [f"below {WHERE} there are 3 children and only 3 rows to learn from; factors of so few are not stable {ALL}"],
    ),
    "children that cancel": (
        {"a": E1, "b": [-x for x in E1]},
        {"method": "equal_correlation"},
        [f"the scores below {WHERE} cancel each other out, so that no correlation with their mean exists; equal weights are used {ALL}"],
    ),
    "uneven correlation": (
        {"a": E1, "b": E2, "c": plus(E1, E2, np.array(E3) / 10)},
        {"method": "equal_correlation"},
        [f"below {WHERE} correlations cannot be brought to the aim; of weight 0 and still correlated more: c {ALL}"],
    ),
    "children against": (
        {"a": E1, "b": plus(E1, E2), "c": plus([-x for x in E1], np.array(E3) / 2)},
        {"method": "vertical_horizontal"},
        [f"below {WHERE} c does not go along with the others and weighs 0 {ALL}"],
    ),
    "accepted contradictions": (
        {"a": E1, "b": E2, "c": E3},
        {"method": "ahp", "judgements": {"sole": {"children": ["a", "b", "c"], "matrix": CIRCLE}}, "accept_inconsistent": True},
        [f"the judgements of the children of {WHERE} contradict each other, which was accepted: the consistency ratio 6.130 is above 0.1"],
    ),
    "silent member": (
        {"a": E1, "b": E1},
        {"method": "game_theory", "of": [{"method": "equal"}, {"method": "critic"}]},
        [f"the scores below {WHERE} tell nothing to critic; it counts as equal weights in the combination {ALL}"],
    ),
    "nothing in common": (
        {"a": E1, "b": [1, 1, 1, 1]},
        {"method": "multiplicative", "of": [
            {"method": "budget_allocation", "points": {"sole": {"x": {"a": 0, "b": 1}}}}, {"method": "critic"},
        ]},
        [
            "the indicator 'b' (b) is constant in the reference population (all scored years) and gets the midpoint",
            f"below {WHERE} every child gets weight 0 from one weighting or another; equal weights are used {ALL}",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_weighting_warns(name: str) -> None:
    columns, weighting, said = CASES[name]
    framework = Framework.from_dict({
        "schema": "framework/1", "code": "one", "label": "One", "assesses": "city", "source": "tests",
        "variables": {code: {"unit_of_measure": "1"} for code in columns},
        "indicators": {
            code: {"label": code, "formula": code, "unit_of_measure": "1", "direction": "positive"} for code in columns
        },
        "tree": {"sole": {"label": "Sole", "indicators": dict.fromkeys(columns, 1)}},
    })  # fmt: skip
    count = len(next(iter(columns.values())))
    frame = pd.DataFrame({"unit": [f"u{at}" for at in range(count)], "year": 2020, **columns})
    made = score(Panel.from_frame(frame), framework, Methodology.from_dict({"weighting": {"indicators": weighting}}))
    assert [warning.message("en") for warning in made.warnings] == said
    known = {"sole", "Sole", *columns, "critic", "children"}
    for warning in made.warnings:
        told = warning.message("zh")
        assert re.search(r"[\u4e00-\u9fff]", told)
        assert not set(re.findall(r"[A-Za-z]+", told)) - known
    assert np.isfinite(made.weights["weight"]).all()
