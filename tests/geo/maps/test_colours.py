"""Classes and colours: equal shares, ties together, legends that colour-blind readers can read."""

from itertools import pairwise

import hypothesis.strategies as st
import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from matplotlib.colors import to_hex, to_rgb

from geo.maps import Category, MapLayer
from geo.maps.colours import AMOUNT, DIVERGING, NOMINAL, OTHER, STRIPES, fifths, shades, swatches
from tests.geo.maps.seeing import DEFICIENCIES, NONE, difference, lab, nearest

Triple = tuple[float, float, float]
FIFTHS = ["1", "2", "3", "4", "5"]


def test_fifths_of_many_values_are_those_of_pandas() -> None:
    values = {f"u{i}": float(v) for i, v in enumerate(np.random.default_rng(1).permutation(250))}
    expected = pd.qcut(pd.Series(values), 5, labels=False)
    assert fifths(values) == expected.to_dict()


# By hand: class = floor(5 (below + equals / 2) / n).
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7], [2]),
        ([1, 2], [1, 3]),
        ([1, 2, 3], [0, 2, 4]),
        ([5, 5, 5, 5], [2, 2, 2, 2]),
        ([0, 0, 0, 0, 0, 0, 0, 1, 2, 3], [1, 1, 1, 1, 1, 1, 1, 3, 4, 4]),
    ],
)
def test_few_values_and_ties(values: list[float], expected: list[int]) -> None:
    assert list(fifths(dict(enumerate(values))).values()) == expected  # type: ignore[arg-type]


def test_types_are_divided_by_themselves() -> None:
    values = {"a": 1.0, "b": 2.0, "c": 100.0, "d": 200.0}
    assert fifths(values) == {"a": 0, "b": 1, "c": 3, "d": 4}
    assert fifths(values, {"a": "x", "b": "x", "c": "y", "d": "y"}) == {"a": 1, "b": 3, "c": 1, "d": 3}


@given(st.dictionaries(st.text(min_size=1), st.floats(-1e6, 1e6), min_size=1))
def test_order_is_kept_and_equals_stay_together(values: dict[str, float]) -> None:
    found = fifths(values)
    assert list(found) == list(values)
    ordered = sorted(values, key=lambda unit: values[unit])
    for one, next_one in pairwise(ordered):
        assert found[one] <= found[next_one]
        assert values[one] < values[next_one] or found[one] == found[next_one]


def test_shades_are_viridis() -> None:
    # Another program's viridis (matplotlib, 256 steps): within one step of its table.
    theirs = matplotlib.colormaps["viridis_r"](np.linspace(0, 1, 9))
    assert np.abs(np.array([to_rgb(c) for c in shades(9)]) - theirs[:, :3]).max() < 6 / 255
    assert len(set(shades(9))) == 9


def test_nominal_colours_are_okabe_and_ito() -> None:
    theirs = {to_hex(colour) for colour in matplotlib.colormaps["okabe_ito"].colors}
    assert set(NOMINAL) == theirs - {"#000000"}


# Sharma, Wu & Dalal 2005, table 1, pairs 1, 7, 10, 16, 19, 25 and 34.
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (56, -27, -3), 31.9030),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_of_colours_is_that_of_the_print(first: Triple, second: Triple, expected: float) -> None:
    assert difference(np.array(first), np.array(second)) == pytest.approx(expected, abs=5e-5)


PALETTE = [(colour, stripe) for stripe in STRIPES for colour in NOMINAL]


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("entries", [[*PALETTE, (OTHER, ""), NONE], [(c, "") for c in shades(5)] + [NONE]])
def test_colour_blind_readers_tell_categories_apart(deficiency: str, entries: list[tuple[str, str]]) -> None:
    # A difference of about 2 is just noticeable side by side; five times that is plain to see across a map.
    assert nearest(entries, deficiency) > 10


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("colours", [shades(7), list(AMOUNT), list(DIVERGING)])
def test_colour_blind_readers_tell_neighbouring_steps_apart(deficiency: str, colours: list[str]) -> None:
    assert nearest([(colour, "") for colour in colours], deficiency) > 6


def test_darker_is_better() -> None:
    lightness = [lab(colour, "none")[0] for colour in shades(5)]
    assert lightness == sorted(lightness, reverse=True)


def nominal(count: int, **colours: str) -> MapLayer:
    """One unit of each category, two of the last."""
    codes = [f"g{i:02d}" for i in range(count)]
    values: dict[str, float | str | None] = {f"u{code}": code for code in codes}
    values["more"] = codes[-1]
    return MapLayer(
        "region", "Region", "nominal", values, "cohort",
        categories=tuple(Category(code, code.upper(), colours.get(code, "")) for code in [*codes, "unused"]),
    )  # fmt: skip


def test_a_nominal_legend_leaves_out_what_no_unit_has() -> None:
    entries, index = swatches(nominal(3, g01="#123456"), FIFTHS, "{count} more")
    assert [(e.label, e.colour, e.stripe) for e in entries] == [
        ("G00", NOMINAL[0], ""), ("G01", "#123456", ""), ("G02", NOMINAL[2], ""),
    ]  # fmt: skip
    assert index == {"g00": 0, "g01": 1, "g02": 2}


def test_more_categories_than_colours_are_striped_and_then_merged() -> None:
    entries, index = swatches(nominal(24), FIFTHS, "{count} more")
    assert len({(e.colour, e.stripe) for e in entries}) == len(entries) == len(STRIPES) * len(NOMINAL) + 1
    assert (entries[-1].label, entries[-1].colour) == ("3 more", OTHER)
    assert [code for code in index if index[code] == len(entries) - 1] == ["g20", "g21", "g22"]
    assert index["g23"] == 20  # two units have it


def test_ordered_categories_run_from_light_to_dark() -> None:
    layer = MapLayer(
        "grade", "Grade", "ordinal", {"a": "2"}, "class",
        categories=(Category("1", "poor"), Category("2", "fair"), Category("3", "good")),
    )  # fmt: skip
    entries, index = swatches(layer, FIFTHS, "{count} more")
    assert [e.colour for e in entries] == shades(3)
    assert index == {"1": 0, "2": 1, "3": 2}
