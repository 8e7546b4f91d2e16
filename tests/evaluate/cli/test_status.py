"""Exit statuses, and a terminal or a pipe that behaves in unexpected ways."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from evaluate.cli import printing
from evaluate.cli.main import entry
from tests.evaluate.tiny import Project
from tests.messages.cases_layers import raster

ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-c", "from indicators.launcher import entry; raise SystemExit(entry())"]


def test_done_is_0_and_faults_are_1(project: Project) -> None:
    assert entry(["check", str(project.path)]) == 0
    project.assess(("runs: 20", "runs: 0"))
    assert entry(["check", str(project.path)]) == 1
    assert entry(["check", str(project.folder / "nowhere.yaml")]) == 1


def test_a_wrong_command_line_is_2() -> None:
    assert entry(["no-such-command"]) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_defect_is_3_and_asks_to_be_reported(
    language: str, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("a number\nwas divided")

    monkeypatch.setattr("evaluate.running.score", broken)
    arguments = ["run", str(project.path), "--out", str(project.out), "--lang", language]
    assert entry(arguments) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "ZeroDivisionError: a number was divided" in told.err
    assert ("please report it" in told.err) == (language == "en")
    assert "Traceback" not in told.err
    assert len(told.err.splitlines()) == 1
    assert not project.out.exists()
    assert entry([*arguments, "--verbose"]) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "said"), [("en", "interrupted"), ("zh", "已中断")])
def test_an_interruption_is_130_and_leaves_nothing(
    language: str, said: str, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("evaluate.artifacts._write_geopackage", interrupt)
    project.draw()
    assert entry(["run", str(project.path), "--out", str(project.out), "--lang", language]) == 130
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip() == said
    assert sorted(path.name for path in project.folder.parent.iterdir()) == ["project"]


def test_the_program_itself_ends_with_these_statuses(project: Project) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def status(*arguments: str) -> int:
        done = subprocess.run([*COMMAND, *arguments], env=environment, capture_output=True, check=False)
        assert b"Traceback" not in done.stderr
        return done.returncode

    assert status("schema", "framework") == 0
    assert status("check", str(project.folder / "nowhere.yaml")) == 1
    assert status("schema") == 2


def test_a_reader_that_leaves_is_no_defect(project: Project) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)  # as `head` has left before anything is written
    try:
        done = subprocess.run(
            [*COMMAND, "schema", "assessment"], env=environment, stdout=writing, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writing)
    assert done.returncode == 0
    assert done.stderr == b""


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clean() -> Iterator[None]:
    """Leave no handler behind that holds a stream of a test."""
    yield
    logger = logging.getLogger("evaluate")
    for handler in list(logger.handlers):
        if isinstance(handler, printing._Shown):
            logger.removeHandler(handler)


@pytest.mark.usefixtures("clean")
def test_progress_is_one_line_on_a_terminal_and_goes(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert entry(["run", str(project.path), "--out", str(project.out), "--lang", "en"]) == 0
    shown = terminal.getvalue()
    lines = shown.split("\r")
    assert [line.strip() for line in lines] == [
        "", "checking the inputs …", "scoring …", "robustness …", "coherence and diagnosis …",
        "dynamics and coordination …", "writing the results …", "", "",
    ]  # fmt: skip
    assert "\n" not in shown
    # Each line covers what the one before it left on the screen, and none is wider than any terminal.
    assert all(len(line) >= len(before.rstrip()) for before, line in pairwise(lines[:-1]))
    assert max(map(len, lines)) < 60


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(("language", "said"), [("en", "reading the layer"), ("zh", "读取图层")])
def test_a_check_tells_which_layer_it_reads(
    project: Project, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    name = "a-raster-of-which-the-name-is-longer-than-any-line-of-a-terminal-could-ever-be.tif"
    project.draw()
    raster(project, name)
    project.assess(
        ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""),
        ("period:", f"layers:\n  - {{variable: so2, path: {name}, unit_of_measure: t}}\nperiod:"),
    )
    monkeypatch.setattr("evaluate.intake.layers.LARGE", 6)
    monkeypatch.setenv("COLUMNS", "60")
    for quiet in (True, False):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        assert entry(["check", str(project.path), "--lang", language, *(["--quiet"] if quiet else [])]) == 0
        lines = [line.rstrip() for line in terminal.getvalue().split("\r")]
        assert sum(line.startswith(said) for line in lines) == (0 if quiet else 2)
        assert max(printing.width(line) for line in lines) < 60
        assert "\n" not in terminal.getvalue()


@pytest.mark.usefixtures("clean")
def test_faults_stand_on_a_line_of_their_own(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    project.assess(("runs: 20", "runs: 0"))
    assert entry(["run", str(project.path), "--out", str(project.out), "--lang", "en"]) == 1
    assert terminal.getvalue().rpartition("\r")[2].startswith("1 fault in assessment.yaml\n")


@pytest.mark.usefixtures("clean")
def test_no_progress_when_quiet_or_on_a_pipe(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert entry(["run", str(project.path), "--out", str(project.out), "--quiet"]) == 0
    assert terminal.getvalue() == ""
    plain = io.StringIO()
    monkeypatch.setattr(sys, "stderr", plain)
    assert entry(["run", str(project.path), "--out", str(project.out), "--overwrite"]) == 0
    assert plain.getvalue() == ""


CONTROL = "\x1b[31mred\x07\x9b2J\u202eevil\u2028"


def hostile(project: Project) -> None:
    """Put control characters wherever a text of the user's is printed."""
    name = CONTROL.replace("\u2028", "")
    project.change(
        "roster.csv", ("C1,Ashford", f'C1,"{name}\nnext"'), ("C2,Birch,resource,south", f"C2,Birch,resource,so{name}")
    )
    project.change("roster.csv", ("C3,", f'"C3{name}",'))
    data = (project.folder / "data.csv").read_text(encoding="utf-8")
    project.write("data.csv", data.replace("C3,", f'"C3{name}",'))
    label = '"' + name.encode("unicode_escape").decode("ascii").replace("\\x9b", "\\x9b") + '"'
    project.assess(
        ("title: {zh: 小型评价, en: Tiny assessment}", f"title: {label}\nnotice: {label}"),
        ("  weighting:", f"  grades: {{cuts: [30], labels: {{en: [{label}, {label}]}}}}\n  weighting:"),
    )
    project.change(
        "framework.yaml", ("en: Resource}", f"en: {label}}}"), ("en: CO2 per GDP}", f"en: {label}}}"),
        ("en: CO2 emissions}", f"en: {label}}}"),
    )  # fmt: skip


def harmless(text: str) -> bool:
    return all(character.isprintable() or character == "\n" for character in text)


def test_names_with_control_characters_do_not_disturb_the_terminal(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile(project)
    out = str(project.out)
    commands: list[list[Any]] = [
        ["run", str(project.path), "--out", out], ["explain", out, "C1"], ["explain", out, "C2", "--year", "2020"],
        ["cohorts", out, "--by", "region"], ["explain", out, CONTROL], ["cohorts", out, "--by", CONTROL],
        ["check", str(project.path)], ["verify", out], ["check", CONTROL], ["run", CONTROL, "--out", out + "2"],
        [CONTROL], ["check", "a", f"--{CONTROL}"],
    ]  # fmt: skip
    for command in commands:
        status = entry([*command, "--lang", "en"])
        told = capsys.readouterr()
        assert status in (0, 1, 2), (command, told.err)
        assert harmless(told.out), command
        assert harmless(told.err), command
    assert "red" in told.err or status == 2


def test_faults_and_warnings_with_control_characters_are_harmless(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile(project)
    project.assess(("bounds: [1, 100]", "bounds: [0, 100]"))
    assert entry(["run", str(project.path), "--out", str(project.out), "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert "needs scores above 0" in told
    assert harmless(told)
    project.assess(("bounds: [0, 100]", "bounds: [1, 100]"))
    text = (project.folder / "data.csv").read_text(encoding="utf-8")
    project.write("data.csv", "\n".join(
        line if line.startswith("unit") else line.rsplit(",", 3)[0] + ",100,100,100" for line in text.splitlines()
    ))  # fmt: skip
    assert entry(["run", str(project.path), "--out", str(project.out), "--lang", "en"]) == 0
    told = capsys.readouterr().err
    assert told.count("is constant") == 4
    assert harmless(told)


def test_a_terminal_that_knows_no_chinese_is_no_defect(project: Project) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = subprocess.run(
        [*COMMAND, "check", str(project.path), "--lang", "zh"], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"tiny" in done.stdout
