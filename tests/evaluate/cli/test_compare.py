"""`compare`: what it prints, what it writes, what its JSON holds."""

import json
from pathlib import Path

import pytest

from evaluate import run
from evaluate.cli.main import entry
from tests.evaluate.tiny import make


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    project = make(folder / "project")
    project.assess(("robustness:", "# robustness:"))
    run(project.path, folder / "a")
    project.assess(("dimensions: {method: given}}", "dimensions: {method: equal}}"))
    run(project.path, folder / "b")
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: object, lang: str = "en") -> tuple[int, str, str]:
    status = entry(["compare", *map(str, arguments), "--lang", lang])
    found = capsys.readouterr()
    return status, found.out, found.err


SAID = """\
From 'Tiny assessment', 2021 (run {a}) to 'Tiny assessment', 2021 (run {b}): 6 units that both score.
Composites changed by …
Of the mean absolute change of the composites, 100.0% comes from weights.
What moves all alike changes no rank. Of how units moved against the mean of their type, 100.0% comes from weights.
…
Factor   Mean   Share of the change  Share of the order  Pairs turned
───────  ─────  ───────────────────  ──────────────────  ────────────
weights  …
page     {out}/comparison.html
scores   {out}/composites.csv
"""


def test_it_says_what_moved_and_what_did_it(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.docs.pages import departs, fits

    out = tmp_path / "out"
    status, said, error = told(capsys, runs / "a", runs / "b", "--out", out)
    ids = {name: json.loads((runs / name / "manifest.json").read_text("utf-8"))["run_id"][:8] for name in ("a", "b")}
    expected = SAID.format(out=out.as_posix(), **ids).replace("weights  …\n", "weights  …\n…\n")
    assert (status, error) == (0, "")
    assert fits(expected, said), departs(expected, said)
    assert (out / "comparison.html").is_file()


def test_quiet_prints_nothing_and_writes_all_the_same(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, runs / "a", runs / "b", "--out", tmp_path / "out", "--quiet") == (0, "", "")
    assert (tmp_path / "out" / "composites.csv").is_file()


def test_timings_and_rows_when_asked(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, error = told(capsys, runs / "a", runs / "b", "--out", tmp_path / "out", "--verbose")
    assert status == 0
    lines = [line for line in error.splitlines() if not line.startswith("  took ")]
    assert lines == ["reading the run folders …", "splitting the differences …", "writing the results …"]
    assert "composites: 6" in error
    told(capsys, runs / "a", runs / "b")  # without it nothing is said any more


def test_json_holds_every_table(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, error = told(capsys, runs / "a", runs / "b", "--json")
    found = json.loads(said)
    assert (status, error) == (0, "")
    assert found["differ"] == ["weights"]
    assert [row["factor"] for row in found["tables"]["summary"] if row["mean_absolute"]] == ["weights"]
    assert len(found["tables"]["composites"]) == 6


def test_two_years_of_one_run(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, _ = told(capsys, runs / "a", "--years", 2020, 2021)
    assert status == 0
    assert "2020 (run " in said.splitlines()[0]
    assert "comes from data." in said


def test_a_run_against_itself_has_nothing_to_tell(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, _ = told(capsys, runs / "a", runs / "a")
    assert status == 0
    assert "The two differ neither in data nor in weights nor in method." in said
    assert "Factor" not in said


def test_it_speaks_the_language_of_the_second_run(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert entry(["compare", str(runs / "a"), str(runs / "b")]) == 0
    assert capsys.readouterr().out.startswith("From 'Tiny")
    status, said, _ = told(capsys, runs / "a", runs / "b", "--out", tmp_path / "out", lang="zh")
    assert status == 0
    assert "来自权重" in said
    assert '<html lang="zh-CN">' in (tmp_path / "out" / "comparison.html").read_text("utf-8")


@pytest.mark.parametrize("arguments", [["--years", "2020"], ["--years", "2020", "last"], []])
def test_a_wrong_command_line(arguments: list[str], runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [str(runs / "a"), *arguments] if arguments else []
    assert entry(["compare", *given, "--lang", "en"]) == 2
    error = capsys.readouterr().err
    assert error.splitlines()[0].startswith("Usage: city-synergy compare [OPTIONS] RUN_A [RUN_B]")
    assert "Traceback" not in error
