"""The demo project, written once for all tests of this folder."""

from pathlib import Path

import pytest

from evaluate.demo import generate


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, "en")
    return folder
