"""A tiny assessment for whatever tests a run as a whole."""

from pathlib import Path

import pytest

from evaluate import load, run
from tests.evaluate.tiny import Project, full, make


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A tiny assessment in a folder of its own."""
    return make(tmp_path / "project")


@pytest.fixture(scope="session")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A run with everything that a run can hold; not to be changed."""
    made = make(tmp_path_factory.mktemp("complete") / "project")
    full(made)
    run(load(made.path), made.out)
    return made
