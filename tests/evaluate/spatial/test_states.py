"""Every state that a spatial analysis can give has its name in both languages, where the report looks for it."""

import pytest

from evaluate.report.overlays import STATES as OVERLAY_STATES
from evaluate.spatial.groups import SCORE_STATES
from evaluate.spatial.groups.effort import STATES as EFFORT_STATES
from evaluate.spatial.groups.pilots import STATES as PILOT_STATES
from evaluate.spatial.groups.units import STATES as GROUP_UNIT_STATES
from geo.autocorrelation.joins import JOIN_STATES
from geo.autocorrelation.overall import OVERALL_STATES
from geo.autocorrelation.sample import UNIT_STATES
from geo.detector.factor import STATES as FACTOR_STATES
from geo.detector.pairs import ECOLOGICAL_STATES, RISK_STATES
from indicators.dynamics.convergence import BETA_STATES, SIGMA_STATES
from indicators.dynamics.inequality import STATES as GINI_STATES
from indicators.dynamics.transitions import ERGODIC_STATES, PASSAGE_STATES, ROW_STATES
from indicators.synergy.coupling import STATES as COUPLING_STATES
from indicators.texts import catalogue

# of members that are scored none is missing; without bounds of the scale there is no coordination
_WITHIN = {*COUPLING_STATES} - {"missing"} | {"not_bounded", "bounds_differ", "starts_high", "ordinal", "too_few"}
_BETWEEN = {*GINI_STATES, "overlap", "one_group"}
_GROUPS = {*SCORE_STATES, *GROUP_UNIT_STATES, *EFFORT_STATES, *PILOT_STATES, *_WITHIN, *_BETWEEN}
_MODELS = {"no_links", "at_edge", "not_converged", "one_year", "no_error", "few_units", "missing", "constant_around"}

SHOWN: dict[str, tuple[str, str, set[str]]] = {
    "groups and pilots": ("groups", "state_", _GROUPS - {"defined"}),
    "statistics of the whole map": ("patterns", "state_", {*OVERALL_STATES, *JOIN_STATES, "no_variance"}),
    "units of a cluster map": ("autocorrelation", "", {*UNIT_STATES} - {"defined"}),
    "overlays": ("overlays", "states_", {*OVERLAY_STATES}),
    "geodetector": ("detector", "name_", {*FACTOR_STATES, *RISK_STATES, *ECOLOGICAL_STATES}),
    "regressions and local weights": ("regression", "name_", {*_MODELS, "no_place", "no_information", "singular"}),
    "space and time": ("space_time", "state_", {"one_year", "nothing_to_compare", "at_edge"}),
    "moves and convergence": (
        "dynamics", "state_",
        {*ROW_STATES, *ERGODIC_STATES, *PASSAGE_STATES, *SIGMA_STATES, *BETA_STATES, *GINI_STATES},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_every_state_has_its_name(name: str) -> None:
    area, before, states = SHOWN[name]
    texts = catalogue(area)
    assert not {state for state in states if f"{before}{state}" not in texts}
    assert all(texts[f"{before}{state}"][language] for state in states for language in ("zh", "en"))
