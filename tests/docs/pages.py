"""The code blocks of a documentation page, and what it is to execute them.

- ```console: each `$ city-synergy …` is run; what it prints must be what is shown below it. `…` stands for any
  text in a line and, alone on a line, for any lines. A command that ends with another status than 0 is followed by
  `$ echo $?` and that status.
- ```python: executed in one namespace a page; `>>>` lines as doctests.
- ```yaml and ```csv with a title are files, written before anything below them runs; a ```yaml without one is part of
  an assessment or a framework and must be valid in its place.
- ```diff with a title changes lines of that file.
"""

import contextlib
import doctest
import io
import re
import shlex
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evaluate.cli.main import entry
from evaluate.spec import AssessmentFile
from indicators.framework import Framework

FENCE = re.compile(r'^```(?P<language>\w*)(?: title="(?P<title>[^"]*)")?[ ]*\n(?P<body>.*?)^```[ ]*$', re.M | re.S)
EXECUTED = ("console", "python", "yaml", "csv", "diff")

ASSESSMENT = {
    "schema": "assessment/1", "title": "x", "framework": "city-basic", "roster": {"path": "roster.csv"},
    "period": {"from": 2015, "to": 2019, "baseline": 2014},
}  # fmt: skip
FRAMEWORK = {
    "schema": "framework/1", "code": "x", "label": "x", "assesses": "city", "source": "x",
    "variables": {"co2": {"unit_of_measure": "t"}},
    "indicators": {"co2": {"label": "x", "formula": "co2", "unit_of_measure": "t", "direction": "negative"}},
    "tree": {"carbon": {"label": "x", "indicators": {"co2": 1}}},
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    title: str
    body: str
    line: int


class DocumentationError(AssertionError):
    """A block that does not do what the page says."""


def blocks(page: str) -> Iterator[Block]:
    """Yield the blocks of a page; every fence must be one that is understood."""
    found = list(FENCE.finditer(page))
    assert page.count("```") == 2 * len(found), "a fence that is not understood"
    for match in found:
        line = page.count("\n", 0, match.start()) + 2
        yield Block(match["language"], match["title"] or "", match["body"], line)


class Reader:
    """Follows a page block by block, in the current folder."""

    def __init__(self, shown_only: tuple[str, ...] = ()) -> None:
        self.names: dict[str, Any] = {"__name__": "page"}
        self.status = 0
        self.shown_only = shown_only

    def follow(self, page: str) -> int:
        """Execute every block; return how many were executed."""
        count = 0
        for block in blocks(page):
            if block.language in self.shown_only:
                continue
            try:
                if block.language not in EXECUTED:
                    raise DocumentationError(f"a block of {block.language or 'no language'} cannot be executed")
                getattr(self, block.language)(block)
            except Exception as error:
                raise DocumentationError(f"line {block.line}: {error}") from error
            count += 1
        return count

    def console(self, block: Block) -> None:
        for command, expected in commands(block.body):
            if command == "echo $?":
                said, self.status = f"{self.status}\n", 0
            else:
                if self.status:
                    raise DocumentationError(f"the command before '{command}' ended with {self.status}")
                said = self.run(command)
            if not fits(expected, said):
                first = departs(expected, said)
                raise DocumentationError(f"'$ {command}' departs from\n{first}\nIt printed\n{said[:4000]}")
        if self.status:
            raise DocumentationError(f"the last command ended with {self.status}")

    def run(self, command: str) -> str:
        program, *arguments = shlex.split(command)
        if program != "city-synergy":
            raise DocumentationError(f"'{program}' is not our command")
        terminal = io.StringIO()
        with contextlib.redirect_stdout(terminal), contextlib.redirect_stderr(terminal):
            self.status = entry(arguments)
        return terminal.getvalue()

    def python(self, block: Block) -> None:
        if ">>>" not in block.body:
            exec(compile(block.body, f"<line {block.line}>", "exec"), self.names)
            return
        flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        test = doctest.DocTestParser().get_doctest(block.body, {}, "page", None, block.line)
        test.globs = self.names
        told: list[str] = []
        runner = doctest.DocTestRunner(_Dots(), optionflags=flags)
        if runner.run(test, out=told.append, clear_globs=False).failed:
            raise DocumentationError("".join(told))

    def yaml(self, block: Block) -> None:
        if block.title:
            self.file(block)
        else:
            validate(yaml.safe_load(block.body))

    def csv(self, block: Block) -> None:
        assert block.title, "a table needs the name of its file as title"
        self.file(block)

    def file(self, block: Block) -> None:
        path = Path(block.title)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.body, encoding="utf-8")

    def diff(self, block: Block) -> None:
        """Replace each run of `-` lines, which must stand in the file once, by the `+` lines below it.

        Where both end with `…` the rest of the line stays as it is.
        """
        path = Path(block.title)
        text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        for before, after in changes(block.body):
            if before.endswith("…\n") and after.endswith("…\n"):
                before, after = before[:-2], after[:-2]
            if text.count(before) != 1:
                raise DocumentationError(f"{text.count(before)} times in {path}, expected once:\n{before}")
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")


class _Dots(doctest.OutputChecker):
    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want.replace("…", "..."), got, optionflags)


def commands(body: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", body, flags=re.M)
    assert not parts[0].strip(), "output without a command"
    yield from zip(parts[1::2], parts[2::2], strict=True)


def fits(expected: str, said: str) -> bool:
    """Tell whether an output is as shown.

    >>> fits("a … c\\n…\\n", "a b c\\n1\\n2\\n"), fits("a\\n", "a\\nb\\n"), fits("", "")
    (True, False, True)
    """
    if not expected.strip():
        return not said.strip()
    pattern = ""
    for line in expected.strip("\n").split("\n"):
        # a line of dots alone stands for any number of lines
        pattern += (
            r"(?:[^\n]*\n)*?" if line.strip() == "…" else re.escape(line.rstrip()).replace("…", ".*?") + r"[ ]*\n"
        )
    plain = "\n".join(line.rstrip() for line in said.strip("\n").split("\n"))
    return re.fullmatch(pattern, plain + "\n") is not None


def departs(expected: str, said: str) -> str:
    """Return the first line shown that the output does not hold where it should."""
    lines = expected.strip("\n").split("\n")
    for count in range(1, len(lines) + 1):
        if not fits("\n".join([*lines[:count], "…"]), said):
            return lines[count - 1]
    return "(the end: more was printed)"


def changes(body: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs (lines before, lines after) of a diff."""
    for match in re.finditer(r"((?:^-.*\n)+)((?:^\+.*\n)*)", body, flags=re.M):
        yield tuple(re.sub(r"^.", "", part, flags=re.M) for part in match.groups())  # type: ignore[misc]


def validate(snippet: Any) -> None:
    """Refuse a part of an assessment or a framework that would be refused in a file."""
    assert isinstance(snippet, dict), "expected keys of an assessment or a framework"
    framework = snippet.get("schema") == "framework/1" or not set(snippet) <= keys(AssessmentFile)
    model, base = (Framework, FRAMEWORK) if framework else (AssessmentFile, ASSESSMENT)
    model.model_validate(deepcopy(base) | snippet)


def keys(model: type[AssessmentFile]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}
