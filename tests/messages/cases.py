"""Cases of bad input: what a user changed in a good assessment, and every word that is then said."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.evaluate.tiny import Project

Change = Callable[[Project], object]


@dataclass(frozen=True)
class Case:
    """One kind of bad input."""

    name: str
    change: Change
    """What is done to a good assessment."""
    said: str
    """All of standard error, in English."""
    computing: bool = False
    """Whether only the computation, or the output folder, brings it to light, so that `check` finds nothing."""
    quoting: bool = False
    """Whether the words of the system or of a library are quoted, in parentheses, whatever the language."""


def edit(file: str, name: str, *pairs: tuple[str, str], said: str, computing: bool = False) -> Case:
    """Return a case in which texts of one file are replaced."""
    return Case(name, lambda project: project.change(file, *pairs), said, computing)


def replaced(file: str, name: str, content: str | bytes, said: str) -> Case:
    """Return a case in which a whole file is replaced."""
    return Case(name, lambda project: project.write(file, content), said)
