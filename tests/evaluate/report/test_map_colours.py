"""Clusters and states on the map: colour-blind readers tell any two entries of one legend apart."""

import pytest

from evaluate.report.colours import CLUSTERS, QUADRANTS, SERIES
from evaluate.report.map_measures import COLOURS, UNDEFINED
from evaluate.report.map_patterns import DISPUTED, ORDINARY
from evaluate.report.map_patterns import STATES as UNTESTED
from geo.autocorrelation.sample import UNIT_STATES
from tests.geo.maps.seeing import DEFICIENCIES, NONE, nearest

# Local Moran and Getis–Ord share colours, and never a legend.
_CLUSTERS = [(colour, "") for colour in dict.fromkeys(CLUSTERS.values())]
_BESIDE = [(ORDINARY, ""), *UNTESTED.values(), NONE]
LEGENDS = {
    "quadrants": [*((colour, "") for colour in QUADRANTS.values()), NONE],
    "clusters": [*_CLUSTERS, *_BESIDE],
    "agreement": [*_CLUSTERS, *_BESIDE, (DISPUTED, "")],
    "series": [(colour, "") for colour in SERIES],
    **{
        kind.__name__: [*((colour, "") for colour in (*states.values(), UNDEFINED)), NONE]
        for kind, (_, states) in COLOURS.items()
    },
}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("entries", LEGENDS.values(), ids=LEGENDS)
def test_colour_blind_readers_tell_states_apart(entries: list[tuple[str, str]], deficiency: str) -> None:
    assert nearest(entries, deficiency) > 10


def test_every_reason_has_a_look_of_its_own() -> None:
    assert set(UNTESTED) == {*UNIT_STATES} - {"defined", "missing"}
    assert len({*UNTESTED.values(), (ORDINARY, "")}) == len(UNTESTED) + 1
