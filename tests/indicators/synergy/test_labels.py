"""Every state and grade has its name in both languages."""

import pytest

from indicators.synergy import decomposition, decoupling, equivalents, joint, order_degree, portfolio
from indicators.synergy.coupling import STATES as COUPLING
from indicators.synergy.labels import coordination_label, model_label, state_label

STATES = {
    *COUPLING,
    *order_degree.STATES,
    *order_degree.LIMIT_STATES,
    *joint.REDUCTION_STATES,
    *joint.ANGLE_STATES,
    *joint.ELASTICITY_STATES,
    *joint.EFFICIENCY_STATES,
    *joint.PROGRESS_STATES,
    *decoupling.STATES,
    *decoupling.BORDERS,
    *decomposition.STATES,
    *decomposition.DIRECTIONS,
    *equivalents.COST_STATES,
    *portfolio.STATES,
}
# Liao Chongbin 1999, as the shared page on methods lists them (C3)
GRADES = "极度失调, 严重失调, 中度失调, 轻度失调, 濒临失调, 勉强协调, 初级协调, 中级协调, 良好协调, 优质协调"


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_has_a_name(state: str) -> None:
    assert all(state_label(state).values())


def test_the_ten_grades() -> None:
    assert [coordination_label(grade)["zh"] for grade in range(1, 11)] == GRADES.split(", ")
    assert coordination_label(0) == {"zh": "", "en": ""}


def test_models_are_told_apart() -> None:
    assert model_label("traditional") != model_label("corrected")
