"""The run folder: written whole or not at all, the same bytes for the same inputs, and read back."""

import csv
import json
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from evaluate.exchange import recover, whole_folder
from evaluate.inputs import digest_of
from evaluate.results import Results
from evaluate.scoring.fitted import Fitted
from evaluate.spatial import FORMS
from indicators.errors import Faults, Place, fault
from indicators.spec import shown

if TYPE_CHECKING:
    import geopandas

DIGITS = 10
TABLES = (
    "units",
    "reported",
    "values",
    "normalised",
    "measures",
    "scores",
    "weights",
    "treatment",
    "excluded",
)
OPTIONAL = (
    "robustness", "acceptability", "pairwise", "sensitivity", "correlates", "decomposition", "common_direction",
    "accounts", "account_totals",
)  # fmt: skip
ANALYSES = (
    "correlations", "alpha", "pca", "drop_one", "flags", "diagnosis", "lift", "progress", "rank_bounds",
    "dynamics", "transitions", "density", "coordination",
)  # fmt: skip
# Of each table, as an indicator or a dimension may be called as a column of another one. All others hold numbers.
_TEXT = {
    "reported": {"unit", "variable", "unit_of_measure", "file", "sheet", "column", "reported_value",
                 "reported_unit_of_measure"},
    "measures": {"unit", "measure", "output", "value"},
    "scores": {"unit", "name", "type", "grade_label"},
    "weights": {"type", "code", "parent"},
    "treatment": {"unit", "code", "step", "reason"},
    "excluded": {"what", "code", "reason"},
    "robustness": {"unit", "type"},
    "acceptability": {"unit", "type"},
    "pairwise": {"type", "unit", "other"},
    "sensitivity": {"output", "input"},
    "accounts": {"unit", "activity", "substance", "kind", "state", "unit_of_measure", "factor",
                 "factor_unit_of_measure", "guide", "table", "series", "extended", "file", "sheet", "column"},
    "account_totals": {"unit", "variable", "substance", "of", "state"},
    "correlations": {"type", "data", "relation", "code", "other"},
    "alpha": {"type", "code"},
    "pca": {"type", "parent", "code", "note"},
    "drop_one": {"type", "code", "parent", "reason"},
    "flags": {"type", "flag", "code", "other"},
    "diagnosis": {"unit", "type", "code", "standing", "reason"},
    "lift": {"unit", "type", "code", "ahead", "outcome"},
    "progress": {"unit", "type", "rule"},
    "rank_bounds": {"unit", "type", "reason"},
    "dynamics": {"analysis", "type", "by", "group", "other", "item", "statistic", "state"},
    "transitions": {"type", "item", "row_state", "passage_state"},
    "density": {"type", "item"},
    "coordination": {"unit", "type", "model", "grade_label", "state"},
    "decomposition": {"decomposition", "type", "unit", "emission", "span", "kind", "driver", "unit_of_measure",
                      "state"},
    "common_direction": {"decomposition", "type", "unit", "carbon", "pollutant", "driver", "direction"},
} | {form.name: form.text for form in FORMS}  # fmt: skip
_WHOLE = {
    "reported": {"year", "row"},
    "scores": {"year", "rank", "rank_in_type", "grade"},
    "weights": {"year", "level"},
    "robustness": {"year", "rank_in_type", "tier"},
    "acceptability": {"year", "rank"},
    "accounts": {"year", "scope", "factor_year", "row"},
    "account_totals": {"year", "lines"},
    "correlations": {"n"},
    "alpha": {"k", "n"},
    "pca": {"component", "n"},
    "drop_one": {"n", "lost", "max_shift"},
    "flags": {"n"},
    "diagnosis": {"year", "level"},
    "lift": {"year", "flat", "smallest"},
    "progress": {"year", "start_year", "peers"},
    "rank_bounds": {"year", "indicators", "missing", "best_rank", "worst_rank", "ranked"},
    "dynamics": {"from", "year", "n"},
    "transitions": {"from_class", "to_class", "count"},
    "coordination": {"year", "grade"},
    "decomposition": {"from", "to", "sector", "units"},
    "common_direction": {"from", "to"},
} | {form.name: form.whole for form in FORMS}
SPATIAL = tuple(form.name for form in FORMS)
"""Tables of spatial analyses; each stands there where the assessment asks for it."""
_SPECIAL = ("=", "+", "-", "@", "\t")
_LAYER = "scores"
_OVERLAYS = "overlays"


def write_run(results: Results, fitted: Fitted, out: Path, assessment: Path, *, overwrite: bool = False) -> None:
    """Write a run folder.

    Errors: a folder that exists without `overwrite`, or that cannot be written.
    """
    from evaluate.manifest import sealed

    began = time.monotonic()
    try:
        with whole_folder(out, overwrite=overwrite) as folder:
            _write_tables(results, folder)
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


def _write_tables(results: Results, folder: Path) -> None:
    for name in (*TABLES, *OPTIONAL, *ANALYSES):
        table = getattr(results, name)
        if table is not None:
            (folder / f"{name}.csv").write_bytes(as_csv(table))
    for name, table in results.spatial.items():
        (folder / f"{name}.csv").write_bytes(as_csv(table))


def as_csv(table: pd.DataFrame) -> bytes:
    r"""Return a table as UTF-8 CSV with a BOM, 10 significant digits; texts cannot become formulas.

    >>> as_csv(pd.DataFrame({"name": ["=1+1"], "x": [1 / 3]})).decode("utf-8-sig")
    "name,x\n'=1+1,0.3333333333\n"
    """
    out = table.copy()
    for column in out.columns:
        if out[column].dtype == object or isinstance(out[column].dtype, pd.StringDtype):
            out[column] = pd.Series([_cell(value) for value in out[column]], index=out.index, dtype=object)
    out.columns = pd.Index([guarded(str(c)) for c in out.columns])
    # a lone carriage return ends a line for most readers, but is not quoted for its own sake
    returns = any("\r" in text for text in _texts(out))
    quoting: Literal[0, 1] = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    written = out.to_csv(index=False, float_format=f"%.{DIGITS}g", lineterminator="\n", quoting=quoting)
    return b"\xef\xbb\xbf" + written.encode("utf-8", errors="replace")


def _texts(table: pd.DataFrame) -> Iterator[str]:
    yield from map(str, table.columns)
    for _, column in table.select_dtypes("object").items():
        yield from (cell for cell in column if isinstance(cell, str))


def _cell(value: object) -> object:
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, float):
        return "" if value != value else f"{value:.{DIGITS}g}"
    return "" if value is None or value is pd.NA else value


_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def guarded(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula; a number stays as it is.

    >>> guarded("@x"), guarded("-4.2"), guarded("北京市"), guarded("'=x")
    ("'@x", '-4.2', '北京市', "''=x")
    """
    bare = value.lstrip("'")
    if bare.startswith(_SPECIAL) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def unguarded(value: str) -> str:
    """Take back what `guarded` added.

    >>> unguarded("'@x"), unguarded("it's"), unguarded("''=x")
    ('@x', "it's", "'=x")
    """
    return value[1:] if value.startswith("'") and value.lstrip("'").startswith(_SPECIAL) else value


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
    tables: dict[str, Any] = {}
    for name in (*TABLES, *OPTIONAL, *ANALYSES):
        path = folder / f"{name}.csv"
        if name in TABLES or path.exists():
            tables[name] = _read_table(path)
    drawn = folder / "results.gpkg"
    geometry, overlays = (_read_geometry(drawn), _read_overlays(drawn)) if drawn.exists() else (None, None)
    spatial = {name: _read_table(path) for name in SPATIAL if (path := folder / f"{name}.csv").exists()}
    return Results(manifest=manifest, geometry=geometry, overlays=overlays, spatial=spatial, **tables)


def _check_recorded(folder: Path, manifest: dict[str, Any]) -> None:
    """Refuse tables and geometry that are missing or are not what the run wrote."""
    check_sealed(folder, manifest)
    faults = Faults()
    recorded = manifest["artifacts"]
    read = [f"{name}.csv" for name in (*TABLES, *OPTIONAL, *ANALYSES, *SPATIAL)] + ["results.gpkg"]
    for name in read:
        path = folder / name
        if name not in recorded:
            if path.exists() or name.removesuffix(".csv") in TABLES:
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


def _read_table(path: Path) -> pd.DataFrame:
    # plain texts: what pandas makes of strings otherwise is slow to go through one by one
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig").astype(object)
    raw.columns = pd.Index([unguarded(c) for c in raw.columns])
    out: dict[str, Any] = {}
    textual, whole = _TEXT.get(path.stem, {"unit"}), _WHOLE.get(path.stem, {"year"})
    for column in raw.columns:
        if column in textual or path.stem == "units":
            out[column] = [unguarded(value) for value in raw[column].tolist()]
        elif column in whole:
            numbers = _numbers(raw[column])
            blank = numbers.isna().any()
            out[column] = numbers.astype("Int64") if blank or column in ("rank", "grade") else numbers.astype(int)
        else:
            out[column] = _numbers(raw[column]).astype(float)
    return pd.DataFrame(out, columns=raw.columns)


def _numbers(column: "pd.Series[str]") -> "pd.Series[float]":
    return pd.to_numeric(column.where(column != "", None))


def _read_geometry(path: Path) -> "geopandas.GeoDataFrame":
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer="units", columns=["unit"])
    return frame.sort_values("unit", ignore_index=True)


def _read_overlays(path: Path) -> "geopandas.GeoDataFrame | None":
    import pyogrio

    if _OVERLAYS not in pyogrio.list_layers(path)[:, 0]:
        return None
    return pyogrio.read_dataframe(path, layer=_OVERLAYS, columns=["overlay", "part"])
