"""Two cities with every expected number worked out by hand, as the comments show."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluate import WhatIf, whatif
from tests.evaluate.whatif.two_cities import listed, made

# At B 100 t less CO2 and 5 t less SO2, of which half lands at A; 40 MWh at 0.5 t/MWh add 20 t at B.
HALF_MOVES = """\
measure,name,unit,sector,cost,co2,so2,electricity,electricity_factor,relocated_to,relocated_share
M1,Retire a boiler,B,heat,200,-100,-5,40,0.5,A,0.5
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def found(folder: Path) -> WhatIf:
    return whatif(
        folder, listed(folder.parent, HALF_MOVES), objective="combined", carbon_weight=0.1, pollutants=["so2"],
        targets=["co2=-12%", "so2=25"],
    )  # fmt: skip


def of(table: pd.DataFrame, unit: str, **where: str) -> pd.Series:
    """Return the one row of a unit."""
    kept = table[table["unit"] == unit]
    for column, value in where.items():
        kept = kept[kept[column] == value]
    assert len(kept) == 1
    return kept.iloc[0]


def test_emissions_of_both_cities(found: WhatIf) -> None:
    # B: 300 - 100 + 20 = 220 t, 30 - 5 = 25 t; A: 100 + 50 = 150 t, 10 + 2.5 = 12.5 t
    variables = found.changes[found.changes["what"] == "variable"].set_index(["unit", "code"])
    assert variables["after"].to_dict() == {("A", "co2"): 150, ("A", "so2"): 12.5, ("B", "co2"): 220, ("B", "so2"): 25}
    assert variables["before"].to_dict() == {("A", "co2"): 100, ("A", "so2"): 10, ("B", "co2"): 300, ("B", "so2"): 30}
    totals = found.totals.set_index("variable")
    assert totals.loc["co2", ["before", "after", "change", "outside", "net"]].tolist() == [400, 370, -30, 0, -30]
    assert totals.loc["so2", ["before", "after", "change", "outside", "net"]].tolist() == [40, 37.5, -2.5, 0, -2.5]


def test_scores_by_the_bounds_of_the_run(found: WhatIf) -> None:
    # Bounds of the run: intensity 2 … 6 t/CNY, SO2 10 … 30 t. A: 150/50 = 3, (6-3)/4 = 75; (30-12.5)/20 = 87.5.
    # B: 220/50 = 4.4, (6-4.4)/4 = 40; (30-25)/20 = 25. Composites are the means.
    scores = found.changes[found.changes["what"] == "score"].set_index(["unit", "code"])["after"]
    assert scores["A", "intensity"] == pytest.approx(75)
    assert scores["A", "sulphur"] == pytest.approx(87.5)
    assert scores["B", "intensity"] == pytest.approx(40)
    assert scores["B", "sulphur"] == pytest.approx(25)
    a, b = of(found.units, "A"), of(found.units, "B")
    assert (a["composite_before"], b["composite_before"]) == (100, 0)
    assert (a["composite_after"], b["composite_after"]) == (pytest.approx(81.25), pytest.approx(32.5))
    assert (a["rank_before"], b["rank_before"], a["rank_after"], b["rank_after"]) == (1, 2, 1, 2)
    assert (a["grade_label_after"], b["grade_label_after"]) == ("high", "low")
    assert (a["role"], b["role"]) == ("landing", "measure")


def test_quadrants_against_the_baseline(found: WhatIf) -> None:
    # A: c = 1 - 150/120, p = 1 - 12.5/11, both rise; before 1 - 100/120 and 1 - 10/11.
    # B: c = 1 - 220/250, p = 1 - 25/28, both fall; before 1 - 300/250 and 1 - 30/28.
    a, b = of(found.quadrants, "A"), of(found.quadrants, "B")
    assert (a["quadrant_before"], a["quadrant_after"]) == ("both_fall", "both_rise")
    assert (b["quadrant_before"], b["quadrant_after"]) == ("both_rise", "both_fall")
    assert b["carbon_after"] == pytest.approx(0.12)
    assert b["pollutant_after"] == pytest.approx(3 / 28)


def test_net_reduction_and_its_cost(found: WhatIf) -> None:
    # Net 100 - 20 - 50 = 30 t CO2 and 5 - 2.5 = 2.5 t SO2; 2.5/0.95 + 0.1·30 = 5.631579 thousand equivalents.
    row = found.measures.iloc[0]
    assert (row["reduction:co2"], row["reduction:so2"]) == (30, 2.5)
    assert row["pollutant_equivalents"] == pytest.approx(2.5 / 0.95)
    assert row["reduction"] == row["combined_equivalents"] == pytest.approx(2.5 / 0.95 + 3)
    assert row["unit_cost"] == pytest.approx(200 / (2.5 / 0.95 + 3))
    parts = found.effects.set_index("variable").loc["co2"]
    assert parts[["direct", "side", "power", "landed", "net"]].tolist() == [-100, 0, 20, 50, -30]
    assert found.about["options"]["carbon_weight"] == 0.1
    assert found.about["options"]["equivalent_kg"] == {"so2": 0.95}
    assert found.about["electricity_factors"] == {"0.5": 0.5}


def test_gaps_to_targets(found: WhatIf) -> None:
    # CO2 of B to 2019: 300/250 - 1 = +20 %, afterwards 220/250 - 1 = -12 %; the target is -12 %.
    b = of(found.targets, "B", code="co2")
    assert (b["gap_before"], b["gap_after"]) == (pytest.approx(0.32), pytest.approx(0, abs=1e-12))
    assert (b["met_before"], b["met_after"]) == ("not_met", "met")
    # CO2 of A: 150/120 - 1 = +25 %, 37 points above the target
    assert of(found.targets, "A", code="co2")["gap_after"] == pytest.approx(0.37)
    sulphur = of(found.targets, "B", code="so2")
    assert (sulphur["gap_before"], sulphur["gap_after"], sulphur["met_after"]) == (5, 0, "met")
    # the indicator's own target of 3 t/CNY: 220/50 - 3 = 1.4
    own = of(found.targets, "B", code="intensity")
    assert (own["source"], own["rule"]) == ("framework", "at_most")
    assert (own["gap_before"], own["gap_after"]) == (pytest.approx(3), pytest.approx(1.4))


def test_capacity_that_leaves_is_no_reduction(folder: Path) -> None:
    # All of it lands at a place that is not assessed: B gains, the world does not.
    table = pd.DataFrame({
        "measure": ["M1"], "unit": "B", "cost": 10.0, "co2": -100.0, "so2": -5.0, "relocated_to": "Z",
        "relocated_share": 1.0,
    })  # fmt: skip
    found = whatif(folder, table)
    assert found.totals.set_index("variable")["net"].to_dict() == {"co2": 0, "so2": 0}
    assert found.totals.set_index("variable")["outside"].to_dict() == {"co2": 100, "so2": 5}
    assert found.measures.loc[0, ["state", "chosen"]].tolist() == ["no_reduction", "yes"]
    assert set(found.effects["landing"]) == {"outside"}
    assert len(found.curve) == 0
    assert of(found.units, "B")["composite_after"] == pytest.approx((50 + 25) / 2)  # 200/50 = 4: (6-4)/4; (30-25)/20
    # under a budget there is no reason to take it
    assert whatif(folder, table, budget=100).chosen == []
    assert whatif(folder, table, budget=100).totals["change"].tolist() == [0, 0]


def test_a_retired_capacity_is_gone(folder: Path) -> None:
    table = pd.DataFrame({"measure": ["M1"], "unit": "B", "cost": 1.0, "co2": -300.0, "gdp": -10.0})
    found = whatif(folder, table)
    assert found.totals.set_index("variable")["after"].to_dict() == {"co2": 100, "gdp": 90}
    # no emission per what is left of GDP: 0 is better than the best bound of 2, and scores are clipped at 100
    score = found.changes[(found.changes["what"] == "score") & (found.changes["code"] == "intensity")]
    assert score["after"].tolist() == [100]


def test_the_other_city_is_overtaken_and_keeps_its_score(folder: Path) -> None:
    table = pd.DataFrame({"measure": ["M1"], "unit": "B", "cost": 1.0, "co2": -250.0, "so2": -25.0})
    found = whatif(folder, table)
    # B: 50/50 = 1 and 5 t, both beyond the best bounds: 100 and 100, a tie with A
    assert found.units["composite_after"].tolist() == [100, 100]
    assert found.units["rank_after"].tolist() == [1, 1]
    assert set(found.changes["unit"]) == {"B"}


def test_measures_at_one_unit_add_up_to_nothing_left(folder: Path) -> None:
    # 0.1 + 0.2 + 29.7 is a little more or less than 30 in floating point, but no negative emission
    table = pd.DataFrame({"measure": list("abc"), "unit": "B", "cost": 1.0, "so2": [-0.1, -0.2, -29.7]})
    found = whatif(folder, table, objective="so2")
    assert found.totals["after"].tolist() == [10]
    assert np.isfinite(found.units["composite_after"]).all()


def test_without_an_effect_nothing_changes(folder: Path) -> None:
    table = pd.DataFrame({"measure": ["M1"], "unit": "B", "cost": 1.0, "co2": 0.0})
    found = whatif(folder, table)
    assert len(found.changes) == 0
    assert (found.units["change"] == 0).all()
    assert found.measures["state"].tolist() == ["no_reduction"]
