"""Every state has its name in both languages."""

import pytest

from indicators.dynamics import convergence, density, inequality, label, transitions

STATES = {
    *inequality.STATES,
    *convergence.SIGMA_STATES,
    *convergence.BETA_STATES,
    *density.STATES,
    *transitions.ROW_STATES,
    *transitions.ERGODIC_STATES,
    *transitions.PASSAGE_STATES,
}


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_has_a_name(state: str) -> None:
    assert all(label(state).values())
