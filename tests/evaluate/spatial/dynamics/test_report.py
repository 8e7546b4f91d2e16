"""What the page says of space and time."""

from dataclasses import replace

import pytest

from evaluate.report.parts import Labels
from evaluate.report.space_time import convergence, space_time
from evaluate.scoring.scores import Scores
from evaluate.spatial.dynamics import found
from evaluate.spatial.dynamics.convergence import SMALL
from tests.evaluate.report.builder import make
from tests.evaluate.spatial.dynamics.test_found import setting
from tests.evaluate.spatial.groups.making import scored


@pytest.fixture(scope="module")
def cities() -> Scores:
    return scored()


def test_convergence_of_few_units_is_marked_in_its_row(cities: Scores) -> None:
    tables = dict(found(setting(cities, classes=2)).tables)
    made = replace(make(), spatial=tables)
    rows = convergence(Labels(made, "en")).rows
    assert rows and all(row["state"].endswith("6 units: below 30, take it as a hint") for row in rows)
    assert all("6 个单元：少于 30 个，仅供参考" in row["state"] for row in convergence(Labels(made, "zh")).rows)
    tables["spatial_dynamics"] = tables["spatial_dynamics"].assign(n=SMALL)
    rows = convergence(Labels(replace(made, spatial=tables), "en")).rows
    assert rows and not any("hint" in row["state"] for row in rows)


def test_a_level_is_a_per_cent_without_a_space(cities: Scores) -> None:
    tables = dict(found(setting(cities, classes=2)).tables)
    table = tables["spatial_dynamics"]
    tables["spatial_dynamics"] = table.assign(
        neighbours="band", value=table["value"].where(table["statistic"] != "q_p", 0.01)
    )
    told = space_time(Labels(replace(make(), spatial=tables), "zh"))
    assert told and "拒绝“与邻近单元无关”（5%）" in {row["state"] for row in told.tables[0].rows}
