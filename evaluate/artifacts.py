"""The run folder: written whole or not at all, the same bytes for the same inputs, and read back."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from evaluate.accounting.computing import FORMS as ACCOUNTING
from evaluate.coherence.analysis import FORMS as COHERENCE
from evaluate.decomposed.analysis import FORMS as DECOMPOSITION
from evaluate.diagnosis.analysis import FORMS as DIAGNOSIS
from evaluate.dynamics.analysis import FORMS as DYNAMICS
from evaluate.dynamics.coordination import COORDINATION
from evaluate.exchange import recover, whole_folder
from evaluate.forms import Form, as_csv
from evaluate.inputs import digest_of
from evaluate.intake.reported import REPORTED
from evaluate.intake.roster import UNITS
from evaluate.results import NEEDED, Results
from evaluate.robustness.summary import FORMS as ROBUSTNESS
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.scores import FORMS as SCORING
from evaluate.spatial import FORMS as SPATIAL
from indicators.errors import Faults, Place, fault
from indicators.spec import shown

if TYPE_CHECKING:
    import geopandas

FORMS: tuple[Form, ...] = (
    UNITS, REPORTED, *SCORING, *ROBUSTNESS, *COHERENCE, *DIAGNOSIS, *DYNAMICS, COORDINATION, *DECOMPOSITION,
    *ACCOUNTING, *SPATIAL,
)  # fmt: skip
"""Every table that a run folder may hold."""
_LAYER = "scores"
_OVERLAYS = "overlays"


def as_read(results: Results) -> Results:
    """Return the results of a run with every column held as `read_run` holds it."""
    forms = {form.name: form for form in FORMS}
    tables = {name: forms[name].typed(table) for name, table in results.tables.items()}
    return Results.of(results.manifest, tables, results.geometry, results.overlays)


def write_run(results: Results, fitted: Fitted, out: Path, assessment: Path, *, overwrite: bool = False) -> None:
    """Write a run folder.

    Errors: a folder that exists without `overwrite`, or that cannot be written.
    """
    from evaluate.manifest import sealed

    began = time.monotonic()
    try:
        with whole_folder(out, overwrite=overwrite) as folder:
            for name, table in results.tables.items():
                (folder / f"{name}.csv").write_bytes(as_csv(table))
            (folder / "fitted.json").write_text(as_json(fitted.to_dict()), encoding="utf-8")
            if results.geometry is not None:
                _write_geopackage(results, folder / "results.gpkg")
            _write_for_people(results, folder)
            manifest = dict(results.manifest)
            manifest["artifacts"] = {p.name: digest_of(p) for p in sorted(folder.iterdir())}
            manifest["times"] = {
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds_writing": round(time.monotonic() - began, 3),
            }
            manifest["assessment_file"] = _seen_from(out, assessment)
            (folder / "manifest.json").write_text(as_json(sealed(manifest)), encoding="utf-8")
    except _not_written() as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or " ".join(str(error).split())
        raise fault("artifacts.cannot_write", Place(str(out)), reason=reason[:200]) from None


def _not_written() -> tuple[type[Exception], ...]:
    """Return what is raised where a disk is full; the writers of GeoPackage and XLSX have errors of their own."""
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
    from xlsxwriter.exceptions import FileCreateError

    return OSError, DataSourceError, DataLayerError, FeatureError, FileCreateError


def _seen_from(out: Path, assessment: Path) -> str:
    return Path(os.path.relpath(assessment.absolute(), out.absolute())).as_posix()


def as_json(data: object) -> str:
    """Return data as JSON that people can read; numbers in full precision."""
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=False, allow_nan=False) + "\n"


def _write_geopackage(results: Results, path: Path) -> None:
    """Write the scores with their geometry; the same bytes for the same content."""
    import geopandas as gpd
    import pyogrio

    from geo.writing import undated

    assert results.geometry is not None
    frame = results.scores.merge(results.geometry, on="unit", how="inner")
    frame = gpd.GeoDataFrame(frame, geometry="geometry", crs=results.geometry.crs)
    for column in frame.columns:
        if isinstance(frame[column].dtype, pd.Int64Dtype):
            frame[column] = frame[column].astype(float) if frame[column].isna().any() else frame[column].astype(int)
    places = results.units.merge(results.geometry, on="unit", how="inner")
    places = gpd.GeoDataFrame(places, geometry="geometry", crs=results.geometry.crs)
    with undated():
        pyogrio.write_dataframe(frame, path, layer=_LAYER, driver="GPKG")
        pyogrio.write_dataframe(places, path, layer="units", driver="GPKG", append=True)
        if results.overlays is not None:
            pyogrio.write_dataframe(results.overlays, path, layer=_OVERLAYS, driver="GPKG", append=True)


def _write_for_people(results: Results, folder: Path) -> None:
    outputs = results.manifest["outputs"]
    if outputs["map"] and results.geometry is not None:
        (folder / "map.html").write_text(map_html(results, results.language), encoding="utf-8")
    if "html" in outputs["report"]:
        from evaluate.report.html import render_report

        (folder / "report.html").write_text(render_report(results, results.language), encoding="utf-8")
    if "xlsx" in outputs["report"]:
        from evaluate.report.workbook import write_workbook

        write_workbook(results, results.language, folder / "report.xlsx")


def map_html(results: Results, language: str) -> str:
    """Return the map of a run as one HTML file."""
    from evaluate.report.map_data import map_data
    from geo.maps import render_map

    return render_map(map_data(results, language))


def read_run(folder: Path) -> Results:
    """Read a run folder; inputs are never looked at.

    Errors: a folder that is no run folder, whose manifest is of another version, or of which the tables, the
    geometry or the manifest are no longer what the run wrote: nothing is explained or drawn from edited numbers.
    """
    manifest = read_manifest(folder)
    _check_recorded(folder, manifest)
    tables = {form.name: form.read(path) for form in FORMS if (path := folder / f"{form.name}.csv").exists()}
    drawn = folder / "results.gpkg"
    geometry, overlays = (_read_geometry(drawn), _read_overlays(drawn)) if drawn.exists() else (None, None)
    return Results.of(manifest, tables, geometry, overlays)


def _check_recorded(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse tables and geometry that are missing or are not what the run wrote."""
    check_sealed(folder, manifest)
    faults = Faults()
    recorded = manifest["artifacts"]
    for name in (*(f"{form.name}.csv" for form in FORMS), "results.gpkg"):
        path = folder / name
        if name not in recorded:
            if path.exists() or name.removesuffix(".csv") in NEEDED:
                key = "artifacts.not_recorded" if path.exists() else "artifacts.table_missing"
                faults.add(key, Place(str(folder)), found=name)
        elif not path.is_file():
            faults.add("artifacts.table_missing", Place(str(folder)), found=name)
        elif digest_of(path) != recorded[name]:
            faults.add("artifacts.file_changed", Place(str(path)))
    faults.raise_if_any()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the run record of a run folder."""
    from evaluate.assessment import read_json
    from evaluate.manifest import SCHEMA

    recover(folder)
    path = folder / "manifest.json"
    if not path.is_file():
        raise fault("artifacts.no_run", Place(str(folder)))
    manifest = read_json(path, str(path), Place(str(path)))
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        found = manifest.get("schema") if isinstance(manifest, dict) else "?"
        raise fault("artifacts.other_schema", Place(str(path)), expected=SCHEMA, found=shown(found))
    return manifest


def check_sealed(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse a run record that no longer says what it said when it was written."""
    from evaluate.manifest import is_sealed

    if not is_sealed(manifest):
        raise fault("artifacts.file_changed", Place(str(folder / "manifest.json")))


def _read_geometry(path: Path) -> "geopandas.GeoDataFrame":
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer="units", columns=["unit"])
    return frame.sort_values("unit", ignore_index=True)


def _read_overlays(path: Path) -> "geopandas.GeoDataFrame | None":
    import pyogrio

    if _OVERLAYS not in pyogrio.list_layers(path)[:, 0]:
        return None
    return pyogrio.read_dataframe(path, layer=_OVERLAYS, columns=["overlay", "part"])
