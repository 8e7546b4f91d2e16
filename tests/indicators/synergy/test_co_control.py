"""Co-control of carbon and pollutants: reductions, quadrants, distance and elasticity worked out by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indicators.synergy.co_control import elasticity, pollutant_equivalents, quadrant, signed_distance

#                carbon, pollutant, state, signed distance, elasticity: 3-4-5 triangles
CASES = [
    (0.3, 0.4, "both_fall", 0.5, 0.75),
    (0.4, 0.3, "both_fall", 0.5, 4 / 3),
    (0.3, -0.4, "carbon_only", 0.0, None),
    (-0.3, 0.4, "pollutant_only", 0.0, None),
    (-0.3, -0.4, "both_rise", -0.5, None),
    # a zero change counts as no fall
    (0.0, 0.4, "pollutant_only", 0.0, None),
    (0.3, 0.0, "carbon_only", 0.0, None),
    (0.0, 0.0, "both_rise", 0.0, None),
    (0.0, -0.4, "both_rise", -0.4, None),
    (-0.3, 0.0, "both_rise", -0.3, None),
    (None, 0.4, "", None, None),
    (0.3, None, "", None, None),
    (None, None, "", None, None),
]


def column(at: int) -> np.ndarray:
    return np.array([np.nan if case[at] is None else case[at] for case in CASES], dtype=float)


def test_states() -> None:
    assert quadrant(column(0), column(1)).tolist() == [case[2] for case in CASES]


def test_signed_distance() -> None:
    found = signed_distance(column(0), column(1))
    np.testing.assert_allclose(found, column(3), rtol=1e-15)
    assert not np.signbit(found[found == 0]).any()


def test_elasticity_only_where_both_fall() -> None:
    np.testing.assert_allclose(elasticity(column(0), column(1)), column(4), rtol=1e-15)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_distance_elasticity_and_state_agree(carbon: float, pollutant: float) -> None:
    c, p = np.array([carbon]), np.array([pollutant])
    state = quadrant(c, p)[0]
    assert (signed_distance(c, p)[0] > 0) == (state == "both_fall" and np.hypot(carbon, pollutant) > 0)
    assert np.isfinite(elasticity(c, p)[0]) <= (state == "both_fall")


def test_equivalents_of_the_tax_law() -> None:
    # PRC Environmental Protection Tax Law, annex II, kg an equivalent; volatile organic compounds and total nitrogen
    # have none of their own
    air = {
        "so2": 0.95, "nox": 0.95, "co": 16.7, "cl2": 0.34, "hcl": 10.75, "fluorides": 0.87, "hcn": 0.005,
        "sulphuric_acid_mist": 0.6, "chromic_acid_mist": 0.0007, "mercury_air": 0.0001, "dust": 4,
        "asbestos_dust": 0.53, "glass_wool_dust": 2.13, "carbon_black": 0.59, "soot": 2.18, "h2s": 0.29, "nh3": 9.09,
        "benzene": 0.05, "toluene": 0.18, "xylene": 0.27, "formaldehyde": 0.09,
    }  # fmt: skip
    water = {
        "ss": 4, "bod5": 0.5, "cod": 1, "toc": 0.49, "petroleum": 0.1, "nh3n": 0.8, "tp": 0.25,
        "mercury_water": 0.0005, "cadmium": 0.005, "chromium": 0.04, "chromium_six": 0.02, "arsenic": 0.02,
        "lead": 0.025, "nickel": 0.025,
    }  # fmt: skip
    assert pollutant_equivalents() == air | water
