"""A run folder is read back as it was, whatever things are called; one that was changed is refused."""

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evaluate import load, run
from evaluate.artifacts import FORMS, as_json, read_manifest, read_run
from evaluate.cli.main import entry
from evaluate.forms import EACH, as_csv
from evaluate.inputs import digest_of
from evaluate.manifest import sealed
from indicators.errors import InputError
from tests.evaluate.alike import assert_alike
from tests.evaluate.hostile import CODES, HOSTILE, hostile
from tests.evaluate.tiny import Project


def test_a_run_is_read_back_as_it_was(complete: Project) -> None:
    made = run(load(complete.path))
    again = read_run(complete.out)
    assert_alike(made, again)
    assert again.geometry is not None
    assert made.geometry is not None
    assert list(again.geometry["unit"]) == list(made.geometry["unit"])
    assert again.geometry.geometry.geom_equals(made.geometry.geometry).all()
    assert again.geometry.crs == "EPSG:4326"


def test_hostile_names_are_read_back_as_they_were(project: Project) -> None:
    hostile(project)
    made = run(load(project.path), project.out)
    again = read_run(project.out)
    assert_alike(made, again)
    assert sorted(again.units["name"]) == sorted(name.strip() for name in HOSTILE)
    assert sorted(again.units["region"]) == sorted(name.replace("nan", "n") for name in HOSTILE)
    assert set(CODES) <= set(again.scores["unit"])
    for path in project.out.glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")):
            for cell in row:
                assert not cell.startswith(("=", "@", "\t")), (path.name, cell)
                assert not cell.startswith(("+", "-")) or re.fullmatch(r"[+-][\d.e+-]+", cell), (path.name, cell)


def test_indicators_may_be_called_as_columns_of_other_tables(project: Project) -> None:
    text = (project.folder / "framework.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("co2_intensity", "output"), ("co2_reduction", "level"), ("so2_intensity", "row"), ("wealth", "value"),
        ("carbon:", "code:"), ("growth:", "tier:"),
    ):  # fmt: skip
        text = text.replace(old, new)
    project.write("framework.yaml", text)
    project.assess(("report: []", "report: [], correlates: {reason: gdp / co2, level: so2}"))
    made = run(load(project.path), project.out)
    again = read_run(project.out)
    assert_alike(made, again)
    for table, columns in ((again.values, ["output", "level", "row", "value"]), (again.scores, ["code", "tier"])):
        assert all(table[column].dtype.kind == "f" for column in columns)
    assert again.correlates is not None
    assert all(again.correlates[column].dtype.kind == "f" for column in ("reason", "level"))


def _resealed(out: Path, name: str, table: pd.DataFrame) -> None:
    """Put a table into a run folder as another version may have written it: the record is right about it."""
    (out / name).write_bytes(as_csv(table))
    record = read_manifest(out)
    record["artifacts"][name] = digest_of(out / name)
    (out / "manifest.json").write_text(as_json(sealed(record)), encoding="utf-8")


@pytest.fixture
def copied(complete: Project) -> Iterator[Path]:
    """A run with every table, beside the one it is a copy of."""
    out = complete.out.with_name("copied")
    shutil.copytree(complete.out, out)
    yield out
    shutil.rmtree(out)


def test_a_table_that_lacks_a_column_is_refused(copied: Path) -> None:
    for path in sorted(copied.glob("*.csv")):
        (form,) = (form for form in FORMS if form.name == path.stem)
        kept = form.read(path)
        for column in (column for column in form.columns if not column.startswith(EACH)):
            path.write_bytes(as_csv(kept.drop(columns=column)))
            with pytest.raises(InputError, match=rf"{path.name}  the column '{column}' is missing"):
                form.read(path)
        _resealed(copied, path.name, kept.drop(columns=column))
        with pytest.raises(InputError, match=rf"{path.name}  the column '{column}' is missing"):
            read_run(copied)
        _resealed(copied, path.name, kept)
    read_run(copied)


def test_a_column_of_another_version_breaks_nothing(
    copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in sorted(copied.glob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        _resealed(copied, path.name, table.assign(later="7"))
    run_, out = str(copied), str(tmp_path / "out")
    for arguments in (
        ["explain", run_, "C1"], ["cohorts", run_, "--by", "region", "--out", f"{out}/c.html"], ["verify", run_],
        ["map", run_, "--out", f"{out}/x.html"], ["map", run_, "--out", f"{out}/x.gpkg"],
        ["compare", run_, "--years", "2020", "2021", "--out", f"{out}/compared"],
    ):  # fmt: skip
        assert entry([*arguments, "--lang", "en"]) == 0, (arguments, capsys.readouterr().err)


def _edited(out: Path, old: str, new: str) -> None:
    text = (out / "manifest.json").read_text(encoding="utf-8")
    assert old in text
    (out / "manifest.json").write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda out: (out / "manifest.json").unlink(), "is no run folder (there is no manifest.json)"),
        (lambda out: (out / "manifest.json").write_text('{"schema": "manifest/9"}'), "should be of version manifest/1"),
        (lambda out: (out / "manifest.json").write_text("[]"), "should be of version manifest/1"),
        (lambda out: (out / "manifest.json").write_text('{"schema": '), "is no valid JSON here"),
        (lambda out: (out / "scores.csv").unlink(), "scores.csv is missing"),
        (lambda out: (out / "scores.csv").write_text("unit\n"), "scores.csv  no longer holds what the run wrote"),
        (lambda out: (out / "robustness.csv").write_bytes(b""), "robustness.csv  no longer holds what the run wrote"),
        (lambda out: (out / "robustness.csv").unlink(), "robustness.csv is missing"),
        (lambda out: (out / "correlates.csv").write_text("unit,year\n"), "correlates.csv is not in the run record"),
        (lambda out: (out / "results.gpkg").write_bytes(b"x"), "results.gpkg is not in the run record"),
        (
            lambda out: _edited(out, '"comparable": true', '"comparable": null'),
            "manifest.json  no longer holds what the run wrote",
        ),
    ],
)
def test_a_folder_that_is_no_run_is_refused(spoil: Any, said: str, project: Project) -> None:
    run(load(project.path), project.out)
    spoil(project.out)
    with pytest.raises(InputError, match=re.escape(said)):
        read_run(project.out)


def test_a_geometry_that_was_edited_is_refused(complete: Project, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(complete.out, copy)
    (copy / "results.gpkg").write_bytes(b"")
    with pytest.raises(InputError, match=r"results\.gpkg  no longer holds what the run wrote"):
        read_run(copy)
    (copy / "results.gpkg").unlink()
    with pytest.raises(InputError, match=r"results\.gpkg is missing"):
        read_run(copy)
