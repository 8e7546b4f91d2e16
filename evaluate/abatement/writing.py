"""The folder of a what-if: tables, page and record, whole or not at all."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluate.abatement.outcome import TABLES, WhatIf
from evaluate.artifacts import as_json, read_manifest
from evaluate.exchange import check_free, whole_folder
from evaluate.forms import as_csv
from evaluate.inputs import digest_of
from evaluate.manifest import versions
from evaluate.results import Results
from indicators.errors import InputError, Place, fault

SCHEMA = "whatif/1"


def check_out(out: Path, overwrite: bool) -> None:
    """Refuse an output folder that exists, and ever so a run folder."""
    check_free(out, overwrite)
    if (out / "manifest.json").is_file():
        try:
            read_manifest(out)
        except InputError:
            return
        raise fault("whatif.replaces_run", Place(str(out)))


def write_whatif(found: WhatIf, results: Results, out: Path, language: str, *, overwrite: bool = False) -> None:
    """Write tables, page and record into a folder.

    Errors: a folder that exists without `overwrite`, that is a run folder, or that cannot be written.
    """
    from evaluate.report.whatif_page import render_whatif

    check_out(out, overwrite)
    record = _record(found, language)
    try:
        with whole_folder(out, overwrite=overwrite) as folder:
            for name in TABLES:
                (folder / f"{name}.csv").write_bytes(as_csv(getattr(found, name)))
            (folder / "whatif.html").write_text(render_whatif(found, results, language), encoding="utf-8")
            record["artifacts"] = {path.name: digest_of(path) for path in sorted(folder.iterdir())}
            record["times"] = {"finished": datetime.now(UTC).isoformat(timespec="seconds")}
            (folder / "manifest.json").write_text(as_json(record), encoding="utf-8")
    except OSError as error:
        raise fault("artifacts.cannot_write", Place(str(out)), reason=error.strerror or str(error)) from None


def _record(found: WhatIf, language: str) -> dict[str, Any]:
    identity = json.dumps([found.about, versions(), language], sort_keys=True, ensure_ascii=False, default=str)
    return {
        "schema": SCHEMA,
        "whatif_id": hashlib.sha256(identity.encode()).hexdigest()[:16],
        "versions": versions(),
        "language": language,
        **found.about,
    }
