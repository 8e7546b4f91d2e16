"""Help and usage errors: in the user's language, with the nearest right word, and exit status 2."""

import re

import pytest

from evaluate.cli.main import asked_language, build, entry

COMMANDS = (
    "demo", "init", "check", "run", "compare", "whatif", "cohorts", "map", "explain", "verify", "cache", "methods",
    "frameworks", "sources", "groups", "schema",
)  # fmt: skip
# Names that people type, and formats.
TYPED = {
    *COMMANDS, "city", "synergy", "DIR", "ASSESSMENT", "RUN", "A", "B", "UNIT", "OPTIONS", "COMMAND", "ARGS", "PATH",
    "TEXT", "INTEGER", "JSON", "Schema", "framework", "assessment", "zh", "en",
    "MEASURES", "FLOAT", "html", "gpkg", "parquet", "all", "greedy", "exact", "combined",
}  # fmt: skip
USAGE = {
    "demo": "demo [OPTIONS] [DIR]",
    "init": "init [OPTIONS] DIR",
    "check": "check [OPTIONS] ASSESSMENT",
    "run": "run [OPTIONS] ASSESSMENT",
    "cohorts": "cohorts [OPTIONS] RUN",
    "compare": "compare [OPTIONS] RUN_A [RUN_B]",
    "map": "map [OPTIONS] RUN",
    "whatif": "whatif [OPTIONS] RUN MEASURES",
    "explain": "explain [OPTIONS] RUN UNIT",
    "verify": "verify [OPTIONS] RUN",
    "cache": "cache [OPTIONS]",
    "methods": "methods [OPTIONS]",
    "frameworks": "frameworks [OPTIONS]",
    "sources": "sources [OPTIONS]",
    "groups": "groups [OPTIONS]",
    "schema": "schema [OPTIONS] {framework|assessment}",
}
OPTIONS = {
    "demo": {"--overwrite"}, "init": {"--framework"}, "check": {"--json"}, "run": {"--out", "--overwrite"},
    "cohorts": {"--by", "--out", "--overwrite", "--json"},
    "compare": {"--out", "--years", "--overwrite", "--json"}, "map": {"--out", "--overwrite"},
    "whatif": {
        "--out", "--budget", "--choose", "--objective", "--carbon-weight", "--carbon", "--pollutants", "--equivalent",
        "--targets", "--cost-unit", "--encoding", "--year", "--no-tiers", "--overwrite", "--json",
    },
    "explain": {"--year", "--json"}, "verify": {"--rerun", "--assessment", "--json"},
    "cache": {"--clear", "--json"}, "methods": {"--json"},
    "frameworks": {"--json"}, "sources": {"--json"}, "groups": {"--json"}, "schema": set(),
}  # fmt: skip
EVERYWHERE = {"--lang", "--quiet", "--verbose", "--help"}


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert entry(list(arguments)) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return told.out


def test_the_commands_are_those_of_the_contract_in_the_order_of_the_work() -> None:
    assert tuple(build("en").commands) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_arguments_and_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, command, "--help", "--lang", "en")
    assert text.splitlines()[0] == f"Usage: city-synergy {USAGE[command]}"
    assert set(re.findall(r"(?m)^  (--[a-z-]+)", text)) == OPTIONS[command] | EVERYWHERE
    assert not re.search(r"[\u4e00-\u9fff]", text)
    # Every option is explained.
    assert not re.search(r"(?m)^  --\S+( [A-Z\[|\]a-z]+)?\s*$", text)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_chinese_help_holds_no_english(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, *([command] if command else []), "--help", "--lang", "zh")
    assert text.startswith("用法：")
    words = set(re.findall(r"[A-Za-z]+", re.sub(r"--[a-z-]+", "", text)))
    assert not words - TYPED
    english = shown(capsys, *([command] if command else []), "--help", "--lang", "en")
    assert len(text.splitlines()) <= len(english.splitlines())


def test_help_lists_every_command_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, "--help", "--lang", "en")
    for command in COMMANDS:
        assert re.search(rf"(?m)^  {command}\s+[A-Z]", text), command


@pytest.mark.parametrize("arguments", [["--lang", "zh", "--help"], ["--help", "--lang", "zh"], ["--lang=zh", "--help"]])
def test_the_language_may_stand_before_or_after(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, *arguments).startswith("用法：")


@pytest.mark.parametrize(
    ("variables", "first"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "用法："),
        ({"LANG": "en_GB.UTF-8"}, "Usage:"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "Usage:"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "用法："),
        ({}, "Usage:"),
    ],
)
def test_the_locale_decides_where_nobody_has_said(
    variables: dict[str, str], first: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert shown(capsys, "--help").startswith(first)


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.fullmatch(r"city-synergy \d+\.\d+\.\d+\n", shown(capsys, "--version"))


WRONG = {
    "no command": ([], "which command?", "请给出命令"),
    "unknown command": (["rum"], "there is no command 'rum'; did you mean 'run'?", "没有命令“rum”；是否应为“run”？"),
    "unknown option": (
        ["run", "a.yaml", "--outt", "x"],
        "there is no option '--outt'; did you mean '--out'?",
        "没有选项“--outt”；是否应为“--out”？",
    ),
    "missing argument": (["check"], "ASSESSMENT is missing", "缺少 ASSESSMENT"),
    "missing option": (["run", "a.yaml"], "--out is missing", "缺少 --out"),
    "value forgotten": (["run", "a.yaml", "--out"], "--out needs a value", "--out 后面需要一个值"),
    "another argument": (["check", "a.yaml", "b.yaml"], "there are too many arguments", "多余的参数"),
    "not one of the choices": (
        ["schema", "frame"],
        "{framework|assessment} must be one of framework, assessment",
        "{framework|assessment} 应为 framework, assessment 之一",
    ),
    "no whole number": (["explain", "r", "u", "--year", "last"], "--year must be a whole number", "--year 应为整数"),
    "option of another command": (["check", "a.yaml", "--out", "x"], "there is no option '--out'", "没有选项“--out”"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_command_line_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, *said = WRONG[name]
    for language, expected in zip(("en", "zh"), said, strict=True):
        assert (
            entry([*arguments, "--lang", language] if arguments[-1:] != ["--out"] else ["--lang", language, *arguments])
            == 2
        )
        told = capsys.readouterr()
        assert told.out == ""
        lines = told.err.splitlines()
        assert lines[-1].startswith(expected)
        assert len(lines) <= 2
        if len(lines) == 2:
            assert lines[0].startswith("Usage: city-synergy" if language == "en" else "用法： city-synergy")


def test_an_unknown_language_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry(["methods", "--lang", "de"]) == 2
    assert "--lang" in capsys.readouterr().err
    assert asked_language(["methods", "--lang", "de"]) is None
    assert asked_language(["methods", "--lang"]) is None
