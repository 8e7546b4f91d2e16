"""The command line as the tests call it."""

from collections.abc import Callable

import pytest

from evaluate.cli.main import entry
from tests.evaluate.tiny import Project

Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Told:
    """Run the command line in English; its exit status, standard output and standard error."""

    def run(*arguments: object, lang: str = "en") -> tuple[int, str, str]:
        status = entry([*map(str, arguments), *(["--lang", lang] if lang else [])])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.fixture
def made(project: Project, tell: Told) -> Project:
    assert tell("run", project.path, "--out", project.out)[0] == 0
    return project
