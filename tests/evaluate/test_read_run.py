"""A run folder is read back as it was, whatever things are called; one that was changed is refused."""

import csv
import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from evaluate import load, run
from evaluate.artifacts import read_run
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
