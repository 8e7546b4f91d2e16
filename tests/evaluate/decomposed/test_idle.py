"""A fuel that a city gives up: its emission per fuel is undefined then, and the parts still add up."""

from collections.abc import Set

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Methodology, Panel, score
from evaluate.decomposed import decompose

COLUMNS = ["unit", "year", "coal", "oil", "co2_coal", "co2_oil"]
GIVEN_UP, NEVER = ("a", 10, 5, 26, 10, 0, 8, 0, 16), ("b", 0, 5, 0, 10, 0, 8, 0, 16)


def effects(*units: tuple[object, ...], zeros: str = "limit", twice: Set[str] = frozenset()) -> pd.DataFrame:
    framework = Framework.from_dict({
        "schema": "framework/1", "code": "f", "label": "F", "assesses": "city", "source": "test",
        "variables": {code: {"unit_of_measure": "t"} for code in COLUMNS[2:]},
        "indicators": {"i": {"label": "I", "formula": "coal", "unit_of_measure": "t", "direction": "negative"}},
        "tree": {"t": {"label": "T", "indicators": {"i": 1}}},
        "decompositions": {"fuels": {
            "label": "Fuels", "sectors": ["coal", "oil"], "zeros": zeros,
            "drivers": {
                "energy": {"label": "Energy", "formula": "coal + oil"},
                "mix": {"label": "Mix", "formula": ["coal / (coal + oil)", "oil / (coal + oil)"]},
            },
            "emissions": {"co2": {
                "emission": "co2_coal + co2_oil",
                "drivers": {"factor": {"label": "Factor", "formula": ["co2_coal / coal", "co2_oil / oil"]}},
            }},
        }},
    })  # fmt: skip
    rows = [(u[0], year, *u[1 + 4 * at : 5 + 4 * at]) for u in units for at, year in enumerate((2019, 2020))]
    found = decompose(
        score(Panel.from_frame(pd.DataFrame(rows, columns=COLUMNS), baseline=2019), framework, Methodology()).values,
        twice,
    )
    assert found is not None
    return found.table


@pytest.mark.parametrize("zeros", ["limit", "small"])
def test_a_fuel_that_is_given_up_is_change_of_the_mix(zeros: str) -> None:
    table = effects(GIVEN_UP, zeros=zeros)
    own = table[(table["unit"] == "a") & (table["kind"] == "additive")].set_index("driver")["effect"]
    # by hand: coal falls from 26 t to nothing, all by its share; oil 10 → 16 t at 2 t/t: L = 6/ln 1.6, energy 15 → 8,
    # share 1/3 → 1
    oil = 6 / np.log(1.6)
    expected = {"energy": oil * np.log(8 / 15), "mix": oil * np.log(3) - 26, "factor": 0}
    if zeros == "limit":
        assert own.to_dict() == pytest.approx(expected, abs=1e-12)
    # `small` comes near the limit only slowly; the emission per coal has no part in it either
    assert own["factor"] == pytest.approx(0, abs=1e-12)
    assert own.sum() == pytest.approx(16 - 36)


def test_a_fuel_that_was_never_burnt_leaves_the_others() -> None:
    table = effects(NEVER)
    own = table[(table["unit"] == "b") & (table["kind"] == "additive")].set_index("driver")["effect"]
    # oil alone: 5 → 8 t of energy at 2 t/t
    assert own.to_dict() == pytest.approx({"energy": 6, "mix": 0, "factor": 0}, abs=1e-12)


def test_emission_of_what_was_not_burnt_breaks_the_identity() -> None:
    table = effects(("a", 10, 5, 26, 10, 0, 8, 1, 16))
    assert set(table["state"]) == {"missing"}


def test_what_a_sum_would_count_twice_is_told_of_single_units_only() -> None:
    whole, kept = effects(GIVEN_UP, NEVER), effects(GIVEN_UP, NEVER, twice={"co2_oil"})
    of_units = kept["unit"] != ""
    pd.testing.assert_frame_equal(kept[of_units], whole[whole["unit"] != ""].set_axis(kept.index[of_units]))
    groups = kept[~of_units]
    assert len(groups) and set(groups["state"]) == {"counted_twice"}
    assert groups[["effect", "change", "start"]].isna().all(axis=None)
    assert effects(GIVEN_UP, NEVER, twice={"coal"}).equals(whole)
