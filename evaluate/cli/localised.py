"""Help and usage errors of the command line in the language of the user."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from indicators.errors import nearest
from indicators.texts import LANGUAGES, text

_JSON_HELP = "cli.option_json"


class _LocalHelp:
    """What group and commands share: headings and the help option in the language."""

    language: str
    params: list[click.Parameter]

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(context)  # type: ignore[attr-defined]
        prefix = text("cli.usage", self.language) + " "
        formatter.write_usage(context.command_path, " ".join(pieces), prefix=prefix)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [
            row
            for param in self.get_params(context)  # type: ignore[attr-defined]
            if (row := param.get_help_record(context)) is not None and row[1]
        ]
        with formatter.section(text("cli.options", self.language)):
            formatter.write_dl([(name, _words(shown, self.language)) for name, shown in rows])
        if isinstance(self, click.Group):
            listed = [(name, sub.get_short_help_str(200)) for name, sub in self.commands.items()]
            with formatter.section(text("cli.commands", self.language)):
                formatter.write_dl(listed)

    def get_help_option(self, context: click.Context) -> click.Option | None:
        found = super().get_help_option(context)  # type: ignore[misc]
        if found is not None:
            found.help = text("cli.option_help", self.language)
        return found  # type: ignore[no-any-return]


def _words(shown: str, language: str) -> str:
    return shown.replace("[required]", text("cli.required", language))


class LocalCommand(_LocalHelp, click.Command):
    """A command whose help is in one language."""

    def __init__(self, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language


class LocalGroup(_LocalHelp, click.Group):
    """The program itself."""

    def __init__(self, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.params.extend(common_options(language))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where there is none of that name."""
        if args and args[0] not in self.commands:
            raise _NoSuchCommand(args[0], self.commands, ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Hand options that stand before the command on to it."""
        ctx.obj = {name: ctx.params.pop(name, None) for name in ("lang", "quiet", "verbose")}
        return super().invoke(ctx)


class _NoSuchCommand(click.UsageError):
    def __init__(self, found: str, known: Iterable[str], context: click.Context) -> None:
        super().__init__(found, context)
        self.found, self.known = found, list(known)


def common_options(language: str) -> list[click.Parameter]:
    """Return the options that every command has."""
    return [
        click.Option(["--lang"], type=click.Choice(list(LANGUAGES)), help=text("cli.option_lang", language)),
        click.Option(["--quiet"], is_flag=True, help=text("cli.option_quiet", language)),
        click.Option(["--verbose"], is_flag=True, help=text("cli.option_verbose", language)),
    ]


def command(
    name: str,
    language: str,
    function: Callable[..., int | None],
    params: Sequence[click.Parameter],
    *,
    json: bool,
) -> click.Command:
    """Return one command; its function gets its options and, as `tongue`, the language to speak."""
    own = list(params)
    if json:
        own.append(click.Option(["--json", "as_json"], is_flag=True, help=text(_JSON_HELP, language)))

    def call(**options: Any) -> int | None:
        context = click.get_current_context()
        before = context.obj or {}
        for key in ("lang", "quiet", "verbose"):
            options[key] = options.get(key) or before.get(key)
        return function(tongue=language, **options)

    return LocalCommand(
        language, name=name, params=[*own, *common_options(language)], callback=call,
        help=text(f"cli.do_{name}", language),
    )  # fmt: skip


def said_wrong(error: click.UsageError, language: str) -> str:
    """Return a usage error in the language of the user, with the usage line above it."""
    usage = ""
    if error.ctx is not None:
        formatter = error.ctx.make_formatter()
        error.ctx.command.format_usage(error.ctx, formatter)
        usage = formatter.getvalue()
    return f"{usage}{_message(error, language)}"


def _message(error: click.UsageError, language: str) -> str:
    def close(found: str, known: Sequence[str]) -> str:
        meant = nearest(found, known)
        return text("faults.did_you_mean", language, meant=meant) if meant else ""

    if isinstance(error, _NoSuchCommand):
        return text("cli.no_command", language, found=error.found) + close(error.found, error.known)
    if isinstance(error, click.NoSuchOption):
        known = [o for p in (error.ctx.command.params if error.ctx else []) for o in p.opts]
        return text("cli.no_option", language, found=error.option_name) + close(error.option_name, known)
    if isinstance(error, click.MissingParameter):
        return text("cli.missing", language, name=_name(error))
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param else None
        if isinstance(kind, click.Choice):
            expected = ", ".join(str(choice) for choice in kind.choices)
            return text("cli.choose", language, name=_name(error), expected=expected)
        if kind is click.FLOAT:
            return text("cli.no_number", language, name=_name(error))
        return text("cli.no_whole_number", language, name=_name(error))  # a path is taken as it is
    if isinstance(error, click.BadOptionUsage):
        return text("cli.needs_value", language, name=error.option_name)
    if error.ctx is not None and not error.ctx.invoked_subcommand and isinstance(error.ctx.command, click.Group):
        return text("cli.which_command", language)
    return text("cli.too_many", language)


def _name(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return ""
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(error.ctx)  # type: ignore[arg-type]
