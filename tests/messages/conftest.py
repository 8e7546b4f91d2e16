"""The tiny assessment, from whose folder commands are called."""

from pathlib import Path

import pytest

from tests.evaluate.tiny import Project, make


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = make(tmp_path / "project")
    monkeypatch.chdir(made.folder)
    return made
