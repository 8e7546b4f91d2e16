"""What-if on emissions that come from accounts: units are not added up where that would count energy twice."""

from pathlib import Path

import numpy as np
import pytest

from evaluate import run, whatif
from evaluate.abatement.words import in_words
from tests.evaluate.accounting.accounted import accounted
from tests.evaluate.whatif.two_cities import listed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of the accounted assessment: CO2 of scopes 1 and 2 together, SO2 of scope 1."""
    project = accounted(tmp_path_factory.mktemp("accounts") / "project")
    run(project.folder / "assessment.yaml", project.folder / "run")
    return project.folder / "run"


def test_scopes_one_and_two_of_several_units_are_not_added_up(folder: Path, tmp_path: Path) -> None:
    found = whatif(folder, listed(tmp_path, "measure,unit,cost,co2,so2\nM,C1,5,-100,-3\n"), tiers=False)
    totals = found.totals.set_index("variable")
    assert np.isnan(totals.loc["co2", ["before", "after"]].astype(float)).all()
    assert totals.loc["co2", "change"] == pytest.approx(-100)
    # by hand: SO2 is of scope 1 alone, 8 kg a tonne of coal, in 2023 2,000 + 1,500n − 200n tonnes in the n-th city
    coal = sum(1000 * (2.0 + 1.5 * n - 0.2 * n) for n in range(1, 7))
    assert totals.loc["so2", "before"] == pytest.approx(0.008 * coal)
    said = in_words(found, "en")
    assert sum("is not added up over the units" in line for line in said) == 1
    assert not any("nan" in line for line in [*said, *in_words(found, "zh")])
