"""The commands and their options, in the language of the user; nothing heavy is loaded before a command runs."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from evaluate.cli.localised import LocalGroup, command, said_wrong
from evaluate.cli.plain import plainly
from evaluate.languages import locale_language
from indicators.errors import InputError
from indicators.texts import LANGUAGES, text

PROGRAM = "city-synergy"
DONE, FAULTS, WRONG_COMMAND, DEFECT, INTERRUPTED = 0, 1, 2, 3, 130


def entry(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0 done; 1 faults in inputs or configuration; 2 wrong command line; 3 a defect; 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = asked_language(given) or locale_language()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status = build(language).main(given, PROGRAM, standalone_mode=False)
        sys.stdout.flush()
        return int(status or DONE)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.UsageError as error:
        _tell(said_wrong(error, language))
        return WRONG_COMMAND
    except InputError as error:
        return _said(error, language)
    except (click.Abort, KeyboardInterrupt):
        click.echo(text("cli.interrupted", language), err=True)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # the reader of a pipe has left, such as `head`, for which click exits; there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if "--verbose" in given:
            traceback.print_exc()
        kind = f"{type(error).__name__}: {error}"
        _tell(text("cli.defect", language, error=" ".join(kind.split())[:300]))
        return DEFECT


def _said(error: InputError, language: str) -> int:
    _tell(error.render(language))
    return FAULTS


def _tell(message: str) -> None:
    for line in message.splitlines():
        click.echo(plainly(line), err=True)


def asked_language(arguments: Sequence[str]) -> str | None:
    """Return the language that `--lang` asks for, before anything is parsed.

    >>> asked_language(["run", "a.yaml", "--lang", "zh"]), asked_language(["--lang=en"])
    ('zh', 'en')
    """
    for at, word in enumerate(arguments):
        name, _, value = word.partition("=")
        if name == "--lang":
            asked = value or (arguments[at + 1] if at + 1 < len(arguments) else "")
            return asked if asked in LANGUAGES else None
    return None


def build(language: str) -> LocalGroup:
    """Return the command with its help in a language."""
    group = LocalGroup(language, name=PROGRAM, help=text("cli.about", language))
    group.params.append(
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, help=text("cli.option_version", language),
            callback=_version,
        )
    )  # fmt: skip

    def add(name: str, *params: click.Parameter, json: bool = False) -> None:
        group.add_command(command(name, language, _lazily(name), params, json=json))

    path = click.Path(path_type=Path)

    def argument(name: str, required: bool = True, kind: Any = path) -> click.Argument:
        shown = name.upper() if required else f"[{name.upper()}]"
        return click.Argument([name], required=required, type=kind, metavar=shown)

    def option(name: str, kind: Any = path, required: bool = False, flag: bool = False) -> click.Option:
        shown = text(f"cli.option_{name.strip('-').replace('-', '_')}", language)
        if flag:
            return click.Option([name], is_flag=True, help=shown)
        return click.Option([name], type=kind, required=required, help=shown)

    def choice(name: str, *choices: str) -> click.Option:
        return option(name, click.Choice(list(choices)))

    def several(name: str) -> click.Option:
        shown = text(f"cli.option_{name.strip('-')}", language)
        return click.Option([name], type=str, multiple=True, help=shown)

    overwrite = option("--overwrite", flag=True)
    add("demo", argument("dir", required=False), option("--overwrite", flag=True))
    add("init", argument("dir"), option("--framework", str, required=True))
    add("check", argument("assessment"), json=True)
    add("run", argument("assessment"), option("--out", required=True), overwrite)
    years = click.Option(["--years"], type=int, nargs=2, help=text("cli.option_years", language))
    add("compare", argument("run_a"), argument("run_b", required=False), option("--out"), years,
        option("--overwrite", flag=True), json=True)  # fmt: skip
    add("whatif", argument("run"), argument("measures"), option("--out"), option("--budget", float),
        choice("--choose", "all", "greedy", "exact"), option("--objective", str), option("--carbon-weight", float),
        option("--carbon", str), several("--pollutants"), several("--equivalent"), several("--targets"),
        option("--cost-unit", str), option("--encoding", str), option("--year", int),
        option("--no-tiers", flag=True), option("--overwrite", flag=True), json=True)  # fmt: skip
    add("cohorts", argument("run"), option("--by", str, required=True), option("--out"),
        option("--overwrite", flag=True), json=True)  # fmt: skip
    add("map", argument("run"), option("--out", required=True), option("--overwrite", flag=True))
    add("explain", argument("run"), argument("unit", kind=str), option("--year", int), json=True)
    add("verify", argument("run"), option("--rerun", flag=True), option("--assessment"), json=True)
    add("cache", option("--clear", flag=True), json=True)
    add("methods", json=True)
    add("frameworks", json=True)
    add("sources", json=True)
    add("groups", json=True)
    add("schema", click.Argument(["form"], type=click.Choice(["framework", "assessment"])))
    return group


def _lazily(name: str) -> Callable[..., int | None]:
    """Return a command's function, imported when it runs."""

    def call(**options: Any) -> int | None:
        from evaluate.cli import commands

        function: Callable[..., int | None] = getattr(commands, f"do_{name}")
        try:
            return function(**options)
        except InputError as error:
            return _said(error, commands.language_of(options))

    return call


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from evaluate.version import own_version

        click.echo(f"{PROGRAM} {own_version()}")
        context.exit()
