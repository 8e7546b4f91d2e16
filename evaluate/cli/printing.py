"""What commands print: tables that line up Chinese and Latin letters, rankings, warnings."""

import logging
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evaluate.cli.plain import plainly
from evaluate.exchange import check_own, write_whole
from indicators.errors import Fault, InputError, Place, fault
from indicators.texts import pick, text

if TYPE_CHECKING:
    from evaluate.abatement import WhatIf
    from evaluate.cohorts import CohortComparison
    from evaluate.comparison import Comparison
    from evaluate.report.parts import Kind
    from evaluate.results import Results
    from evaluate.verify import Verification

_ALL_SHOWN = 60
_TOP = 10
_progress_width = 0


def width(value: str) -> int:
    """Return the columns that a text takes on a terminal.

    >>> width("北京"), width("ab")
    (4, 2)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in value)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table with a line below its head; numbers stand to the right."""
    cells = [[plainly(c) for c in row] for row in rows]
    widths = [max([width(h), *(width(row[i]) for row in cells)]) for i, h in enumerate(head)]
    right = [bool(cells) and all(_numeric(row[i]) for row in cells) for i in range(len(head))]
    for line in [list(head), ["─" * w for w in widths], *cells]:
        padded = [
            " " * (w - width(c)) + c if r else c + " " * (w - width(c))
            for c, w, r in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(padded).rstrip())


def _numeric(cell: str) -> bool:
    return cell in ("", "–") or cell.replace(".", "").replace("-", "").replace("–", "").isdigit()


def notice(results: "Results", language: str) -> None:
    """Print the notice that every output shows."""
    if results.manifest["notice"]:
        click.echo(f"*** {plainly(pick(results.manifest['notice'], language))} ***")


def title(results: "Results", language: str) -> None:
    """Print what was assessed."""
    click.echo()
    click.echo(f"{plainly(pick(results.manifest['title'], language))}  ({results.rank_year})")
    notice(results, language)


def ranking(results: "Results", language: str) -> None:
    """Print the ranking of the rank year, by type; the first of each type where there are many units."""
    title(results, language)
    ranked = results.ranking()
    intervals = {}
    robustness = results.rank_robustness
    if robustness is not None:
        intervals = {r.unit: f"{r.p05:g}–{r.p95:g}" for r in robustness.itertuples()}
    shown = len(ranked) if len(ranked) <= _ALL_SHOWN else _TOP
    head = [text(f"cli.column_{c}", language) for c in ("rank", "unit", "name", "composite", "interval", "grade")]
    for kind, part in ranked.groupby("type", sort=True):
        label = pick(results.framework.label_of(str(kind)), language) if kind else text("cli.all_units", language)
        click.echo()
        click.echo(text("cli.type_head", language, type=plainly(label), count=len(part)))
        rows = [
            (
                r.rank_in_type,
                r.unit,
                r.name,
                f"{r.composite:.2f}",
                intervals.get(r.unit, "–"),
                r.grade_label or "–",
            )
            for r in part.head(shown).itertuples(index=False)
        ]
        table(head, rows)
        if len(part) > shown:
            click.echo(text("cli.more", language, count=len(part) - shown))
    scored = set(ranked["unit"])
    out = [row for row in results.units.itertuples() if row.unit not in scored]
    click.echo()
    if not results.comparable:
        click.echo(text("cli.not_comparable", language))
    if out:
        names = ", ".join(plainly(f"{row.name} ({row.unit})") for row in out[:_TOP])
        more = "…" if len(out) > _TOP else ""
        click.echo(text("cli.not_scored", language, count=len(out), year=results.rank_year, units=names + more))


def artifacts(
    out: Path, language: str, names: Iterable[str] = ("map.html", "report.html", "report.xlsx", "scores.csv")
) -> None:
    """Print where the results are."""
    click.echo()
    for name in names:
        if (out / name).exists():
            click.echo(f"{text('cli.artifact_' + name.replace('.', '_'), language)}  {(out / name).as_posix()}")


def warnings(found: Iterable[Fault], language: str) -> None:
    """Print warnings to standard error."""
    for warning in found:
        click.echo(plainly(text("cli.warning", language, message=warning.line(language))), err=True)


def plain_fault(found: Fault, language: str) -> dict[str, Any]:
    """Return a fault as plain data."""
    place = found.place
    return {
        "key": found.text_key, "message": found.message(language), "file": place.file, "line": place.line or None,
        "sheet": place.sheet or None, "cell": place.cell or None, "path": place.key or None,
    }  # fmt: skip


def verification(found: "Verification", language: str) -> None:
    """Print what differs from the record."""
    for name, (recorded, now) in found.other_versions.items():
        click.echo(text("verify.other_version", language, name=name, recorded=recorded, now=now), err=True)
    for entry in found.differences:
        what, state = text(f"verify.{entry.what}", language), text(f"verify.{entry.state}", language)
        click.echo(plainly(f"{what}  {entry.path}  {state}"))
    key = "verify.all_same" if found.same else "verify.differ"
    count = len(found.checked) if found.same else len(found.differences)
    click.echo(text(key, language, run_id=found.run_id, count=count))


def cohorts(comparison: "CohortComparison", results: "Results", language: str) -> None:
    """Print the difference of each cohort to the rest in the rank year; the page and the JSON hold every year."""
    from evaluate.report.cohorts_page import main_table
    from evaluate.report.parts import Labels, written

    shown = main_table(comparison, Labels(results, language))
    click.echo(shown.caption)
    rows = [
        [written(row[column.key], column.kind) for column in shown.columns]
        for row in shown.rows
        if row.get("year", results.rank_year) == results.rank_year
    ]
    table([column.heading for column in shown.columns], rows)


def comparison(found: "Comparison", language: str) -> None:
    """Print what moved in words, the parts of the factors and the pairs that moved most."""
    from evaluate.comparison.words import in_words
    from evaluate.report.parts import written

    notices = dict.fromkeys(str(pick(run["notice"], language)) for run in (found.first, found.second) if run["notice"])
    for line in [*(f"*** {said} ***" for said in notices), *in_words(found, language)]:
        click.echo(plainly(line))
    moved = found.summary[found.summary["mean_absolute"] > 0]
    if moved.empty:
        return
    click.echo()
    columns = ("factor", "mean", "share", "share_of_order", "reversals")
    head = [text(f"comparison.column_{c}", language) for c in columns]
    rows = [
        (
            text(f"comparison.factor_{r.factor}", language), written(r.mean, "signed"), written(r.share, "share"),
            written(r.share_of_order, "share"), r.reversals,
        )
        for r in moved.itertuples()
    ]  # fmt: skip
    table(head, rows)
    turned = found.reversals.head(_TOP)
    if len(turned):
        click.echo()
        head = [text(f"comparison.column_{c}", language) for c in ("fell", "rose", "lead_a", "lead_b", "factor")]
        table(head, [
            (
                r.fell_name, r.rose_name, written(r.lead_a, "signed"), written(r.lead_b, "signed"),
                text(f"comparison.factor_{r.factor}", language),
            )
            for r in turned.itertuples()
        ])  # fmt: skip
        if found.reversed_pairs > len(turned):
            click.echo(text("comparison.more", language, count=found.reversed_pairs - len(turned)))


def whatif(found: "WhatIf", language: str) -> None:
    """Print what measures bring in words, the measures by unit cost and the units that they touch."""
    from evaluate.abatement.words import in_words, rank_columns, state_said
    from evaluate.report.parts import written

    noted = found.about["run"]["notice"]
    for line in [*([f"*** {pick(noted, language)} ***"] if noted else []), *in_words(found, language)]:
        click.echo(plainly(line))
    click.echo()
    columns = ("measure", "unit", "state", "cost", "reduction", "unit_cost")
    rows = found.measures.sort_values("unit_cost", kind="stable")
    table([text(f"whatif.column_{c}", language) for c in columns], [
        (
            r.measure, r.unit, state_said(str(r.chosen), str(r.state), language), written(r.cost, "number"),
            written(r.reduction, "number"), written(r.unit_cost, "number"),
        )
        for r in rows.head(_ALL_SHOWN).itertuples()
    ])  # fmt: skip
    if len(rows) > _ALL_SHOWN:
        click.echo(text("whatif.more", language, count=len(rows) - _ALL_SHOWN))
    units = found.units[found.units["role"] != ""]
    if units.empty:
        return
    click.echo()
    pairs: list[tuple[str, Kind]] = [("composite", "score"), (rank_columns(found)[0].removesuffix("_before"), "whole")]
    pairs += [("tier", "whole")] if "tier_before" in units else []
    head = [text("whatif.column_unit", language), text("whatif.column_name", language)]
    table([*head, *(text(f"whatif.column_{name}", language) for name, _ in pairs)], [
        (
            row["unit"], row["name"],
            *(
                " → ".join(
                    written(row[f"{name}_{when}"], kind)
                    for when in ("before", "after")
                )
                for name, kind in pairs
            ),
        )
        for row in units.head(_ALL_SHOWN).to_dict("records")
    ])  # fmt: skip


def _check_file(path: Path, overwrite: bool) -> None:
    """Refuse a file to be written that is there, unless it may be overwritten, or that is not the user's to write."""
    try:
        check_own(path)
        if path.exists() and not overwrite:
            raise fault("artifacts.file_exists", Place(path.as_posix()))
    except OSError as error:
        raise _cannot_write(path, error) from None


def write_files(files: Mapping[Path, str | bytes | None], overwrite: bool) -> None:
    """Write files and remove those that have no content; where one fails, all stay as they were."""
    for path in files:
        _check_file(path, overwrite)
    try:
        write_whole({path: held.encode("utf-8") if isinstance(held, str) else held for path, held in files.items()})
    except OSError as error:
        raise _cannot_write(next(iter(files)), error) from None


def _cannot_write(path: Path, error: OSError) -> InputError:
    return fault("artifacts.cannot_write", Place(path.as_posix()), reason=error.strerror or str(error))


class _Shown(logging.Handler):
    """Shows stages: on a terminal as one line that is written over, with `--verbose` a line each."""

    def __init__(self, language: str, lasting: bool) -> None:
        super().__init__()
        self.language, self.lasting = language, lasting

    def emit(self, record: logging.LogRecord) -> None:
        global _progress_width
        key = getattr(record, "text_key", None)
        if key is None or (key == "stages.took" and not self.lasting):
            return
        line = plainly(text(key, self.language, **getattr(record, "values", {})))
        if self.lasting:
            click.echo(line, err=True)
        else:
            while width(line) >= shutil.get_terminal_size().columns:  # what is wrapped could not be written over
                line = line[:-2] + "…"
            padded = line + " " * max(0, _progress_width - width(line))
            click.echo("\r" + padded, err=True, nl=False)
            _progress_width = width(line)


def listen(*, verbose: bool, quiet: bool, language: str) -> None:
    """Show the stages of a run on standard error."""
    done()
    logger = logging.getLogger("evaluate")
    if verbose or (not quiet and sys.stderr.isatty()):
        logger.addHandler(_Shown(language, verbose))
        logger.setLevel(logging.INFO)


def done() -> None:
    """Clear the progress line and tell of no further stages."""
    global _progress_width
    logger = logging.getLogger("evaluate")
    for handler in [h for h in logger.handlers if isinstance(h, _Shown)]:
        logger.removeHandler(handler)
    if _progress_width:
        click.echo("\r" + " " * _progress_width + "\r", err=True, nl=False)
        _progress_width = 0
