"""What each command does: call one function, print what it gives."""

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from evaluate.cli import printing
from evaluate.cli.plain import plainly
from evaluate.languages import locale_language
from indicators.errors import Fault, InputError, Place, fault
from indicators.texts import LANGUAGES, pick, text


def _language(options: dict[str, Any], own: str | None = None) -> str:
    """Return the language to speak: asked for, else the assessment's or run's, else the locale's."""
    return options["lang"] or own or locale_language()


def language_of(options: dict[str, Any]) -> str:
    """Return the language to speak of faults: that of the assessment or run as far as it can be read."""
    from evaluate.artifacts import read_manifest
    from evaluate.intake.yamlfile import read_yaml

    own: Any = None
    with suppress(InputError):
        run = next((options[name] for name in ("run", "run_b", "run_a") if options.get(name) is not None), None)
        if run is not None:
            own = read_manifest(run).get("language")
        elif options.get("assessment") is not None:
            outputs = read_yaml(options["assessment"], "").data.get("outputs")
            own = outputs.get("language") if isinstance(outputs, dict) else None
    return _language(options, own if own in LANGUAGES else None)


def _listen(options: dict[str, Any], language: str) -> None:
    """Show progress on a terminal, and timings where they are asked for."""
    printing.listen(verbose=bool(options["verbose"]), quiet=bool(options["quiet"]), language=language)


def _as_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def do_check(*, assessment: Path, as_json: bool, **options: Any) -> int:
    """Check an assessment."""
    from evaluate.assessment import load
    from evaluate.stages import stage

    _listen(options, language_of({"assessment": assessment, **options}))
    try:
        with stage("check"):
            loaded = load(assessment)
    except InputError as error:
        if not as_json:
            raise
        language = language_of({"assessment": assessment, **options})
        _as_json({"faults": [printing.plain_fault(f, language) for f in error.faults], "warnings": []})
        return 1
    finally:
        printing.done()
    language = _language(options, loaded.file.outputs.language)
    if as_json:
        warnings = [printing.plain_fault(w, language) for w in loaded.warnings]
        _as_json({"faults": [], "warnings": warnings, "units": len(loaded.panel.codes)})
        return 0
    printing.warnings(loaded.warnings, language)
    if not options["quiet"]:
        period = loaded.file.period
        click.echo(text("cli.checked", language, units=len(loaded.panel.codes), count=len(loaded.reported),
                        framework=loaded.framework.code, first=period.from_, last=period.to))  # fmt: skip
    return 0


def do_run(*, assessment: Path, out: Path, overwrite: bool, **options: Any) -> int:
    """Run an assessment into a run folder."""
    _run(assessment, out, overwrite, options)
    return 0


def _run(assessment: Path, out: Path, overwrite: bool, options: dict[str, Any], *, ranked: bool = True) -> None:
    from evaluate.running import run

    _listen(options, language_of({"assessment": assessment, **options}))
    try:
        results = run(assessment, out, overwrite=overwrite, language=options["lang"])
    finally:
        printing.done()
    language = results.language
    told = [Fault(w["key"], w["values"]) for w in results.manifest["warnings"]]
    printing.warnings(told, language)
    if not options["quiet"]:
        if ranked:
            printing.ranking(results, language)
        else:
            printing.title(results, language)
        printing.artifacts(out, language)


def do_demo(*, dir: Path | None, overwrite: bool, **options: Any) -> int:
    """Write the demo project and run it, then the further frameworks, two of them beside each other."""
    from evaluate.comparing import compare
    from evaluate.demo import generate
    from evaluate.demo.project import FURTHER

    directory = dir or Path("city-synergy-demo")
    language = _language(options)
    first = [(path, f"{path.parent.name}-run") for path in generate(directory, language)]
    further = [(directory / name, f"{Path(name).stem}-run") for name in FURTHER]
    runs = [(path, directory / name, position < len(first)) for position, (path, name) in enumerate(first + further)]
    for assessment, out, ranked in runs:
        again = overwrite or (out / "manifest.json").is_file()
        _run(assessment, out, again, {**options, "lang": language}, ranked=ranked)
    index, beside = (out for _, out, ranked in runs[len(first) : len(first) + 2])
    found = compare(index, beside, directory / "comparison", overwrite=True, language=language)
    if not options["quiet"]:
        click.echo()
        printing.comparison(found, language)
        printing.artifacts(directory / "comparison", language, ("comparison.html", "composites.csv"))
    return 0


def do_init(*, dir: Path, framework: str, **options: Any) -> int:
    """Write a new assessment."""
    from evaluate.assessment import bundled_frameworks, load_framework
    from evaluate.demo.starter import write_starter
    from evaluate.inputs import written_from

    language = _language(options)
    checked, file, source = load_framework(framework)
    bundled = file in bundled_frameworks().values()
    # an assessment names a framework of its own by where it lies
    named = checked.code if bundled else written_from(dir, file)
    for path in write_starter(dir, {**source.data, "code": named}, language):
        click.echo(path.as_posix())
    if not options["quiet"]:
        click.echo(text("cli.started", language, assessment=(dir / "assessment.yaml").as_posix()), err=True)
    return 0


def do_map(*, run: Path, out: Path, overwrite: bool, **options: Any) -> int:
    """Write the map of a run, or what it shows as data for a GIS."""
    from evaluate.artifacts import map_html, read_run
    from evaluate.exchange import check_own
    from evaluate.report.map_export import SUFFIXES, map_beside

    suffix = out.suffix.lower()
    if suffix not in (".html", ".htm", *SUFFIXES):
        with suppress(OSError):
            check_own(out)
        raise fault("cli.map_suffix", Place(out.as_posix()), found=suffix or "–")
    results = read_run(run)
    if results.geometry is None:
        raise fault("cli.no_geometry", Place(run.as_posix()))
    language = _language(options, results.language)
    made = map_beside(results, language, out) if suffix in SUFFIXES else {out: map_html(results, language)}
    printing.write_files(made, overwrite)
    for path in (path for path, held in made.items() if held is not None):
        click.echo(path.as_posix())
    return 0


def do_cohorts(*, run: Path, by: str, out: Path | None, overwrite: bool, as_json: bool, **options: Any) -> int:
    """Compare cohorts of a run."""
    from evaluate.artifacts import read_run
    from evaluate.cohorts import compare_cohorts

    results = read_run(run)
    language = _language(options, results.language)
    comparison = compare_cohorts(results, by)
    if out is not None:
        from evaluate.report.cohorts_page import render_cohorts

        printing.write_files({out: render_cohorts(comparison, results, language)}, overwrite)
    if as_json:
        _as_json(comparison.to_dict() | {"notice": results.manifest["notice"]})
        return 0
    printing.notice(results, language)
    printing.cohorts(comparison, results, language)
    if out is not None:
        click.echo(out.as_posix())
    return 0


def do_compare(
    *, run_a: Path, run_b: Path | None, out: Path | None, years: tuple[int, int] | None, overwrite: bool, as_json: bool,
    **options: Any,
) -> int:  # fmt: skip
    """Compare two runs, or two years of one."""
    from evaluate.comparing import compare

    language = language_of({"run_a": run_a, "run_b": run_b, **options})
    _listen(options, language)
    try:
        comparison = compare(run_a, run_b, out, years=years, overwrite=overwrite, language=language)
    finally:
        printing.done()
    if as_json:
        _as_json(comparison.to_dict())
        return 0
    if not options["quiet"]:
        printing.comparison(comparison, language)
        if out is not None:
            printing.artifacts(out, language, ("comparison.html", "composites.csv"))
    return 0


def do_whatif(
    *, run: Path, measures: Path, out: Path | None, pollutants: tuple[str, ...], equivalent: tuple[str, ...],
    no_tiers: bool, overwrite: bool, as_json: bool, **options: Any,
) -> int:  # fmt: skip
    """Apply measures of abatement to a run."""
    from evaluate.abatement import whatif
    from evaluate.abatement.options import equivalents_of, listed

    language = language_of({"run": run, **options})
    _listen(options, language)
    named = ("budget", "choose", "objective", "carbon_weight", "carbon", "targets", "cost_unit", "encoding", "year")
    try:
        found = whatif(
            run, measures, out, pollutants=listed(pollutants), equivalent=equivalents_of(equivalent),
            tiers=not no_tiers, overwrite=overwrite, language=language, **{name: options[name] for name in named},
        )  # fmt: skip
    finally:
        printing.done()
    if as_json:
        _as_json(found.to_dict())
        return 0
    printing.warnings([Fault(w["key"], w["values"]) for w in found.about["warnings"]], language)
    if not options["quiet"]:
        printing.whatif(found, language)
        if out is not None:
            printing.artifacts(out, language, ("whatif.html", "units.csv"))
    return 0


def do_explain(*, run: Path, unit: str, year: int | None, as_json: bool, **options: Any) -> int:
    """Walk one unit back to the reported numbers."""
    from evaluate.artifacts import read_run
    from evaluate.cli.walk import walk
    from evaluate.explain import explain

    results = read_run(run)
    found = explain(results, unit, year)
    if as_json:
        _as_json(found)
        return 0
    language = _language(options, results.language)
    printing.notice(results, language)
    for line in walk(found, results.framework, language):
        click.echo(plainly(line))
    return 0


def do_verify(*, run: Path, rerun: bool, assessment: Path | None, as_json: bool, **options: Any) -> int:
    """Compare a run folder with its record."""
    from evaluate.verify import verify

    found = verify(run, rerun=rerun, assessment=assessment)
    if as_json:
        _as_json(found.to_dict())
        return 0 if found.same else 1
    printing.verification(found, language_of({"run": run, **options}))
    return 0 if found.same else 1


def do_cache(*, clear: bool, as_json: bool, **options: Any) -> int:
    """List or clear the cache of coverage fractions."""
    from geo.coverage import store

    language, folder = _language(options), store.cache_folder()
    found: list[store.Entry] = []
    if folder is not None:
        try:
            found = store.clear(folder) if clear else store.entries(folder)
        except OSError as error:
            raise fault("cli.cache_unusable", Place(folder.as_posix()), reason=error.strerror) from None
    size = sum(entry.bytes for entry in found)
    if as_json:
        shown = [vars(entry) for entry in found]
        _as_json({"folder": folder and folder.as_posix(), "cleared": clear, "entries": shown, "bytes": size})
        return 0
    if folder is None:
        click.echo(text("cli.cache_off", language, variable=store.VARIABLE))
        return 0
    if found and not options["quiet"]:
        head = [text(f"cli.column_{c}", language) for c in ("key", "megabytes", "units", "grid")]
        unfinished = text("cli.cache_unfinished", language)
        rows = [
            (e.key[:12], f"{e.bytes / 1e6:.1f}", str(e.units or "–"), (e.grid or "–") if e.finished else unfinished)
            for e in found
        ]
        printing.table(head, rows)
    told = {"count": len(found), "megabytes": f"{size / 1e6:.1f}", "folder": plainly(folder.as_posix())}
    click.echo(text("cli.cache_cleared" if clear else "cli.cache_holds", language, **told))
    return 0


def do_methods(*, as_json: bool, **options: Any) -> int:
    """List every method."""
    from evaluate.catalogue import methods

    listed = methods()
    if as_json:
        _as_json(listed)
        return 0
    language = _language(options)
    rows = [(m["family"], m["method"], ", ".join(p["name"] for p in m["parameters"]), m["source"]) for m in listed]
    printing.table([text(f"cli.column_{c}", language) for c in ("family", "method", "parameters", "source")], rows)
    return 0


def do_frameworks(*, as_json: bool, **options: Any) -> int:
    """List the bundled frameworks."""
    from evaluate.assessment import bundled_frameworks, load_framework

    found = [load_framework(code)[0] for code in bundled_frameworks()]
    if as_json:
        _as_json([
            {"code": f.code, "label": dict(f.label), "assesses": f.assesses, "source": f.source,
             "indicators": len(f.indicators)}
            for f in found
        ])  # fmt: skip
        return 0
    language = _language(options)
    rows = [(f.code, str(pick(f.label, language)), str(len(f.indicators)), f.source) for f in found]
    printing.table([text(f"cli.column_{c}", language) for c in ("code", "label", "indicators", "source")], rows)
    return 0


def do_sources(*, as_json: bool, **options: Any) -> int:
    """List the bundled bindings of published data."""
    from evaluate.sources.reading import bundled_sources, load_source

    found = [load_source(code, Path(), Place())[0] for code in bundled_sources()]
    if as_json:
        _as_json([source.model_dump(by_alias=True, mode="json") for source in found])
        return 0
    language = _language(options)
    head = [text("cli.column_code", language), text("cli.column_label", language)]
    head += [text(f"sources.column_{column}", language) for column in ("files", "years", "unit_of_measure", "citation")]
    rows = [
        (s.code, pick(s.label, language), ", ".join(s.files), s.years_said(), s.unit_of_measure or "", s.citation)
        for s in found
    ]
    printing.table(head, rows)
    return 0


def do_groups(*, as_json: bool, **options: Any) -> int:
    """List the bundled sets of groups."""
    from evaluate.intake.group_sets import bundled_group_sets, load_group_set

    found = [load_group_set(code) for code in bundled_group_sets()]
    if as_json:
        _as_json([one.model_dump(by_alias=True, mode="json") for one in found])
        return 0
    language = _language(options)
    head = [text(f"cli.column_{column}", language) for column in ("code", "label")]
    head += [text(f"groups.column_{column}", language) for column in ("group", "members")]
    rows = [
        (one.code, pick(one.label, language), pick(group.label, language), str(len(group.members)), one.citation)
        for one in found
        for group in one.groups.values()
    ]
    printing.table([*head, text("cli.column_source", language)], rows)
    click.echo()
    for one in found:
        if one.note:
            click.echo(f"{one.code}: {pick(one.note, language)}")
    return 0


def do_schema(*, form: str, **options: Any) -> int:
    """Print the JSON schema of a form."""
    from evaluate.catalogue import schema

    _as_json(schema(form))
    return 0


logging.getLogger("evaluate").addHandler(logging.NullHandler())
