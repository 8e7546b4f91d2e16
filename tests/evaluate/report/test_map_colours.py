"""Clusters and states on the map: colour-blind readers tell any two entries of one legend apart."""

import pytest

from evaluate.report.colours import CLUSTERS, DARK, ORDINARY, QUADRANTS, SERIES
from evaluate.report.map_measures import LOOKS
from evaluate.report.map_patterns import PARTLY
from evaluate.report.map_patterns import STATES as UNTESTED
from geo.autocorrelation.sample import UNIT_STATES
from indicators.synergy import decoupling, joint, order_degree
from tests.families.cases import of
from tests.families.protocols import WIDE, drawn, measured, with_one_changed
from tests.geo.maps.seeing import DEFICIENCIES, NONE, nearest

# Local Moran and Getis–Ord share colours, and never a legend.
_CLUSTERS = [(colour, "") for colour in dict.fromkeys(CLUSTERS.values())]
_BESIDE = [(ORDINARY, ""), *UNTESTED.values(), NONE]
LEGENDS = {
    "quadrants": [*((colour, "") for colour in QUADRANTS.values()), NONE],
    "clusters": [*_CLUSTERS, *_BESIDE],
    "agreement": [*_CLUSTERS, *((colour, PARTLY) for colour, _ in _CLUSTERS), *_BESIDE, (DARK, "")],
    "series": [(colour, "") for colour in SERIES],
    **{kind.__name__: [*looks.values(), NONE] for kind, looks in LOOKS.items()},
}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("entries", LEGENDS.values(), ids=LEGENDS)
def test_colour_blind_readers_tell_states_apart(entries: list[tuple[str, str]], deficiency: str) -> None:
    assert nearest(entries, deficiency) > 10


def test_every_reason_has_a_look_of_its_own() -> None:
    assert set(UNTESTED) == {*UNIT_STATES} - {"defined", "missing"}
    assert len({*UNTESTED.values(), (ORDINARY, "")}) == len(UNTESTED) + 1


SAID = {
    "Decoupling": {*decoupling.STATES},
    "JointPerformance": {*joint.REDUCTION_STATES, "negative", "zero_base", "too_large"},
    "SynergyDegree": {*order_degree.STATES, "no_start", "no_range"},
}


@pytest.mark.parametrize("kind", LOOKS, ids=lambda kind: kind.__name__)
def test_every_state_of_a_measure_has_a_look_of_its_own(kind: type) -> None:
    assert set(LOOKS[kind]) == SAID[kind.__name__] - {"missing"}
    assert len({*LOOKS[kind].values()}) == len(LOOKS[kind])
    for case in of("measure"):
        if case.member is kind:
            measure = case.build()
            for _, parts in with_one_changed(drawn(measure.formulas(), 1, 0.3)):
                assert {*measured(measure, parts, WIDE)["state"].flat} <= {*LOOKS[kind], ""}
