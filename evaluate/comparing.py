"""`compare`: two finished runs, or two years of one, read from their folders and compared; nothing else is read."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from evaluate.artifacts import as_json, read_manifest, read_run
from evaluate.assessment import read_json
from evaluate.comparison import Comparison, Edition, explain_difference
from evaluate.comparison.tables import TABLES
from evaluate.exchange import check_free, whole_folder
from evaluate.forms import as_csv
from evaluate.inputs import digest_of
from evaluate.languages import locale_language
from evaluate.manifest import versions
from evaluate.results import Results
from evaluate.scoring.fitted import Fitted
from evaluate.stages import stage
from indicators.errors import InputError, Place, fault
from indicators.texts import LANGUAGES

SCHEMA = "comparison/1"


def compare(
    run_a: str | Path,
    run_b: str | Path | None = None,
    out: str | Path | None = None,
    *,
    years: Sequence[int] | None = None,
    overwrite: bool = False,
    language: str | None = None,
) -> Comparison:
    """Split the difference of two runs, or of two years of one, into what it comes from.

    `run_a`, `run_b`: run folders; without the second, `years` are two years of the first. `years`: the year of the
    first and of the second; without them the rank year, or else the last year that both have scored. Where `out`
    names a folder, tables, page and record are written; it appears whole or not at all. `language`: of the page.

    Errors: no run folder, runs that have nothing in common, a year that is not scored, an output folder that exists.
    """
    folders = [Path(run_a), Path(run_a if run_b is None else run_b)]
    if run_b is None and (years is None or len(years) != 2):
        raise fault("comparison.needs_years", Place(str(run_a)))
    if out is not None:
        _check_out(Path(out), overwrite)
    with stage("read"):
        results = [read_run(folders[0])]
        results.append(results[0] if folders[0] == folders[1] else read_run(folders[1]))
        fitted = [_fitted(f, r) for f, r in zip(folders, results, strict=True)]
    spoken = language or results[1].language or locale_language()
    if spoken not in LANGUAGES:
        raise fault("faults.one_of", Place(key="language"), expected=", ".join(LANGUAGES), found=spoken)
    compared = _years(results, years)
    editions = [Edition(r, f, y) for r, f, y in zip(results, fitted, compared, strict=True)]
    with stage("compare") as counts:
        comparison = explain_difference(editions[0], editions[1])
        counts["composites"] = len(comparison.composites)
    if out is not None:
        with stage("write"):
            write_comparison(comparison, results, folders, Path(out), spoken, overwrite=overwrite)
    return comparison


def _fitted(folder: Path, results: Results) -> Fitted:
    """Read what a run learned, unless it is no longer what the run wrote."""
    path = folder / "fitted.json"
    if not path.is_file():
        raise fault("artifacts.table_missing", Place(str(folder)), found=path.name)
    if digest_of(path) != results.manifest["artifacts"].get(path.name):
        raise fault("artifacts.file_changed", Place(str(path)))
    return Fitted.from_dict(read_json(path, str(path), Place(str(path))))


def _years(results: Sequence[Results], years: Sequence[int] | None) -> tuple[int, int]:
    """Return the years that are compared.

    Errors: a year that is not scored; no year that both have scored.
    """
    scored = [sorted(map(int, set(r.scores["year"]))) for r in results]
    if years is not None:
        for year, known in zip(years, scored, strict=True):
            if year not in known:
                raise fault("comparison.no_year", Place(key="years"), found=year, known=", ".join(map(str, known)))
        return int(years[0]), int(years[1])
    both = sorted(set(scored[0]) & set(scored[1]))
    if not both:
        first, second = (", ".join(map(str, known)) for known in scored)
        raise fault("comparison.no_common_year", first=first, second=second)
    ranked = next((r.rank_year for r in reversed(results) if r.rank_year in both), both[-1])
    return ranked, ranked


def _check_out(out: Path, overwrite: bool) -> None:
    """Refuse an output folder that exists, and ever so a run folder."""
    check_free(out, overwrite)
    if (out / "manifest.json").is_file():
        try:
            read_manifest(out)
        except InputError:
            return
        raise fault("comparison.replaces_run", Place(str(out)))


def write_comparison(
    comparison: Comparison, results: Sequence[Results], folders: Sequence[Path], out: Path, language: str,
    *, overwrite: bool = False,
) -> None:  # fmt: skip
    """Write tables, page and record into a folder."""
    from evaluate.report.comparison_page import render_comparison

    digests = [digest_of(folder / "manifest.json") for folder in folders]
    record = _record(comparison, digests, language)
    try:
        with whole_folder(out, overwrite=overwrite) as folder:
            for name in TABLES:
                (folder / f"{name}.csv").write_bytes(as_csv(getattr(comparison, name)))
            page = render_comparison(comparison, results[0], results[1], language)
            (folder / "comparison.html").write_text(page, encoding="utf-8")
            record["artifacts"] = {path.name: digest_of(path) for path in sorted(folder.iterdir())}
            record["times"] = {"finished": datetime.now(UTC).isoformat(timespec="seconds")}
            (folder / "manifest.json").write_text(as_json(record), encoding="utf-8")
    except OSError as error:
        raise fault("artifacts.cannot_write", Place(str(out)), reason=error.strerror or str(error)) from None


def _record(comparison: Comparison, digests: Sequence[str], language: str) -> dict[str, Any]:
    """Return the record of a comparison: what was compared, with which outcome."""
    about = comparison.about()
    about["first"] |= {"manifest_sha256": digests[0]}
    about["second"] |= {"manifest_sha256": digests[1]}
    summary = pd.DataFrame(comparison.summary).to_dict("records")
    identity = json.dumps([about["first"], about["second"], versions(), language], sort_keys=True, ensure_ascii=False)
    return {
        "schema": SCHEMA,
        "comparison_id": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "versions": versions(),
        "language": language,
        **about,
        "summary": summary,
    }
