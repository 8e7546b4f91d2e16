"""The example project, generated and run once for all pages that begin with it."""

import shutil
from pathlib import Path

import pytest

from evaluate.demo import generate
from evaluate.running import run

DEMO = "city-synergy-demo"


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds `city-synergy-demo` as the command leaves it, in English; not to be changed."""
    folder = tmp_path_factory.mktemp("made")
    for assessment in generate(folder / DEMO, "en"):
        run(assessment, folder / DEMO / f"{assessment.parent.name}-run")
    return folder


@pytest.fixture
def demo(made_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example project in a folder of its own, which is the current one."""
    shutil.copytree(made_demo / DEMO, tmp_path / DEMO)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("CITY_SYNERGY_CACHE", str(tmp_path / ".cache"))
    return tmp_path / DEMO
