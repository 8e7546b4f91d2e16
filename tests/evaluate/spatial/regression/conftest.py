"""One run with every regression and weights that vary over space, shared by all that look at it."""

import pytest

from evaluate import load, run
from evaluate.results import Results
from tests.evaluate.spatial.regression.land import EVERYTHING, land


@pytest.fixture(scope="package")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(load(land(tmp_path_factory.mktemp("land") / "project", EVERYTHING).path))
