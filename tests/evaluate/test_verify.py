"""`verify`: what was recorded is what is there, or the difference is named."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from evaluate import load, run
from evaluate.manifest import sealed
from evaluate.verify import Verification, verify
from indicators.errors import InputError
from tests.evaluate.tiny import DATA, Project, full, make


@pytest.fixture
def made(project: Project) -> Project:
    run(load(project.path), project.out)
    return project


def differences(found: Verification) -> set[tuple[str, str, str]]:
    return {(entry.what, entry.path, entry.state) for entry in found.differences}


def test_an_untouched_run_is_as_recorded(made: Project) -> None:
    found = verify(made.out)
    assert found.same
    assert found.differences == []
    assert found.other_versions == {}
    # The tables and what was learned; assessment, framework, roster and data.
    assert [entry.what for entry in found.checked] == ["artifact"] * 26 + ["input"] * 4


def test_an_untouched_run_reruns_to_the_same_tables(made: Project) -> None:
    found = verify(made.out, rerun=True)
    assert found.same
    assert sum(entry.what == "rerun" for entry in found.checked) == 26
    assert sorted(path.name for path in made.out.parent.iterdir()) == ["run"]


def test_everything_that_a_run_can_hold_is_compared(project: Project) -> None:
    full(project)
    run(load(project.path), project.out)
    found = verify(project.out, rerun=True)
    assert found.same
    names = {entry.path for entry in found.checked if entry.what == "artifact"}
    assert {"map.html", "report.html", "report.xlsx", "results.gpkg", "measures.csv", "correlates.csv"} <= names
    assert {entry.path for entry in found.checked if entry.what == "input"} >= {"cities.geojson"}


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda out: (out / "scores.csv").write_text("unit\n"), ("artifact", "scores.csv", "changed")),
        (lambda out: (out / "scores.csv").unlink(), ("artifact", "scores.csv", "missing")),
        (lambda out: (out / "notes.txt").write_text("mine"), ("artifact", "notes.txt", "added")),
        (lambda out: (out / "more").mkdir(), ("artifact", "more", "added")),
    ],
)
def test_a_changed_artifact_is_named(spoil: Any, expected: tuple[str, str, str], made: Project) -> None:
    spoil(made.out)
    found = verify(made.out)
    assert not found.same
    assert differences(found) == {expected}


def test_a_changed_byte_is_enough(made: Project) -> None:
    path = made.out / "values.csv"
    path.write_bytes(path.read_bytes().replace(b"0.004528301887", b"0.004528301888"))
    assert differences(verify(made.out)) == {("artifact", "values.csv", "changed")}


def test_a_changed_value_is_a_changed_input_and_another_result(made: Project) -> None:
    made.change("data.csv", ("C3,2021,2700,90,93", "C3,2021,2800,90,93"))
    assert differences(verify(made.out)) == {("input", "data.csv", "changed")}
    found = differences(verify(made.out, rerun=True))
    again = {path for what, path, state in found if what == "rerun" and state == "changed"}
    # The new value is the least emission per GDP, which all others are normalised by.
    assert {"reported.csv", "values.csv", "normalised.csv", "scores.csv", "fitted.json"} <= again
    assert not {"units.csv", "excluded.csv"} & again
    assert ("input", "data.csv", "changed") in found
    assert not any(what == "artifact" for what, _, _ in found)


def test_a_rerun_may_hold_other_tables(made: Project) -> None:
    text = made.path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines(keepends=True) if line.startswith("robustness"))
    made.assess((line, ""), ("report: []", "report: [], correlates: {wealthy: gdp}"))
    found = differences(verify(made.out, rerun=True))
    assert ("rerun", "robustness.csv", "missing") in found
    assert ("rerun", "correlates.csv", "added") in found


def test_an_input_that_is_gone_is_missing(made: Project) -> None:
    (made.folder / "data.csv").unlink()
    assert differences(verify(made.out)) == {("input", "data.csv", "missing")}
    with pytest.raises(InputError, match=r"there is no file 'data\.csv'"):
        verify(made.out, rerun=True)


def test_an_assessment_that_was_moved_is_found_where_it_is_now(made: Project) -> None:
    moved = made.folder.parent / "archive" / "2021"
    moved.parent.mkdir()
    made.folder.rename(moved)
    with pytest.raises(InputError, match=r"the assessment is not at \.\./\.\./project/assessment\.yaml") as caught:
        verify(made.out)
    assert "--assessment" in caught.value.render("zh")
    assert verify(made.out, assessment=moved / "assessment.yaml").same
    assert verify(made.out, rerun=True, assessment=moved / "assessment.yaml").same


def test_run_and_project_may_be_moved_together(made: Project, tmp_path: Path) -> None:
    shutil.copytree(made.folder, tmp_path / "elsewhere" / "project")
    shutil.copytree(made.out, tmp_path / "elsewhere" / "results" / "run")
    shutil.rmtree(made.folder)
    assert verify(tmp_path / "elsewhere" / "results" / "run", rerun=True).same


def test_other_versions_are_told_but_are_no_difference(made: Project) -> None:
    path = made.out / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    now = manifest["versions"]["numpy"]
    manifest["versions"] |= {"numpy": "1.0.0", "abacus": "3"}
    path.write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    found = verify(made.out)
    assert found.same
    assert found.other_versions == {"numpy": ("1.0.0", now), "abacus": ("3", "–")}
    assert found.to_dict()["other_versions"]["numpy"] == {"recorded": "1.0.0", "now": now}


def test_a_rerun_speaks_the_language_of_the_run(project: Project) -> None:
    project.assess(("language: en, ", ""), ("period:", "coverage: {unit: 0.9}\nperiod:"))
    project.change("data.csv", ("C6,2021,11300,560,225\n", "C6,2021,11300,,225\n"))
    run(load(project.path), project.out, language="zh")
    assert verify(project.out, rerun=True).same


def test_a_bundled_framework_is_an_input_too(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    project.assess(("framework: framework.yaml", "framework: ./framework.yaml"))
    run(load(project.path), project.out)
    manifest = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["path"] for entry in manifest["inputs"] if entry["role"] == "framework"} == {"framework.yaml"}
    manifest["inputs"].append({"role": "framework", "path": "bundled:city-basic", "sha256": "0" * 64})
    manifest["inputs"].append({"role": "framework", "path": "bundled:../../city-basic", "sha256": "0" * 64})
    (project.out / "manifest.json").write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    found = differences(verify(project.out))
    assert ("input", "bundled:city-basic", "changed") in found


def test_names_in_a_manifest_lead_nowhere_else(made: Project) -> None:
    secret = made.out.parent / "secret.txt"
    secret.write_text("mine")
    path = made.out / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["artifacts"]["../secret.txt"] = "0" * 64
    path.write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    assert differences(verify(made.out)) == {("artifact", "../secret.txt", "missing")}


def test_no_run_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no run folder"):
        verify(tmp_path)
    with pytest.raises(InputError, match="is no run folder"):
        verify(tmp_path / "nowhere")


def test_inputs_in_other_folders_are_found_again(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    (tmp_path / "数据 2021").mkdir()
    (tmp_path / "数据 2021" / "表 1.csv").write_text(DATA, encoding="utf-8")
    project.assess(("  - path: data.csv", "  - path: ../数据 2021/表 1.csv"))
    run(load(project.path), project.out)
    assert verify(project.out, rerun=True).same
    (tmp_path / "数据 2021" / "表 1.csv").write_text(DATA + " \n", encoding="utf-8")
    assert differences(verify(project.out)) == {("input", "../数据 2021/表 1.csv", "changed")}


def test_a_record_that_was_edited_is_refused(made: Project) -> None:
    path = made.out / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"seed": 1', '"seed": 2', 1), encoding="utf-8")
    with pytest.raises(InputError, match="no longer holds what the run wrote") as caught:
        verify(made.out)
    assert "内容已不是运行时写入的内容" in caught.value.render("zh")


def test_a_rerun_without_a_place_for_it_is_a_fault(made: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(made.folder / "nowhere"))
    with pytest.raises(InputError, match=r"cannot be written \(No such file or directory\)"):
        verify(made.out, rerun=True)
