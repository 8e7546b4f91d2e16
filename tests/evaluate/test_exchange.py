"""A run folder appears whole or not at all, whatever happens while it is written."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evaluate import exchange, load, run
from evaluate.artifacts import read_run
from evaluate.exchange import check_free, check_own, recover, whole_folder, write_whole
from indicators.errors import InputError
from tests.evaluate.tiny import Project, full

ROOT = Path(__file__).parents[2]


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def put(folder: Path, text: str) -> Path:
    """Make something that passes for a run folder."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(text)
    return folder


def write(out: Path, text: str, *, overwrite: bool = True) -> None:
    with whole_folder(out, overwrite=overwrite) as building:
        (building / "manifest.json").write_text(text)


@pytest.fixture(params=["exchange", "two renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways in which a folder takes another's place."""
    if request.param == "two renames":
        monkeypatch.setattr(exchange, "_EXCHANGE", 1 << 20)  # refused, as by a system that cannot
    return str(request.param)


def test_a_new_folder_takes_the_place_of_the_old_one(way: str, tmp_path: Path) -> None:
    out = put(tmp_path / "run", "old")
    (out / "only-old.txt").write_text("old")
    write(out, "new")
    assert listed(tmp_path) == ["run"]
    assert listed(out) == ["manifest.json"]
    assert (out / "manifest.json").read_text() == "new"


def test_a_failure_leaves_the_old_folder(way: str, tmp_path: Path) -> None:
    out = put(tmp_path / "run", "old")
    with pytest.raises(RuntimeError), whole_folder(out, overwrite=True) as building:
        (building / "manifest.json").write_text("new")
        raise RuntimeError
    assert listed(tmp_path) == ["run"]
    assert (out / "manifest.json").read_text() == "old"


def test_a_failure_leaves_nothing_where_nothing_was(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole_folder(tmp_path / "a" / "b" / "run", overwrite=False) as building:
        (building / "manifest.json").write_text("new")
        raise KeyboardInterrupt
    assert listed(tmp_path) == []


def test_a_crash_between_the_two_renames_is_rolled_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_EXCHANGE", 1 << 20)
    out = put(tmp_path / "run", "old")
    own, renames = Path.rename, []

    def rename(path: Path, target: Path) -> Path:
        if renames:
            os._exit(0)
        renames.append(path)
        return own(path, target)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(Path, "rename", rename)
        write(out, "new")
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert not out.exists()
    assert len(listed(tmp_path)) == 2
    recover(out)
    assert listed(tmp_path) == ["run"]
    assert (out / "manifest.json").read_text() == "old"


def test_a_crash_after_the_two_renames_is_completed(tmp_path: Path) -> None:
    out = put(tmp_path / "run", "new")
    put(tmp_path / ".run.city-synergy-old", "old")
    recover(out)
    assert listed(tmp_path) == ["run"]
    assert (out / "manifest.json").read_text() == "new"


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path / f".run.city-synergy-new-{os.getppid()}", "being written")
    recover(tmp_path / "run")
    assert len(listed(tmp_path)) == 1


@pytest.mark.parametrize(
    "name", [".run.old", ".run.city-synergy-new-mine", ".run.city-synergy-new-", "run.old", ".other"]
)
def test_what_is_somebody_elses_is_left_alone(name: str, tmp_path: Path) -> None:
    put(tmp_path / name, "mine")
    put(tmp_path / "run", "old")
    recover(tmp_path / "run")
    write(tmp_path / "run", "new")
    assert (tmp_path / name / "manifest.json").read_text() == "mine"


def test_leftovers_of_other_folders_are_theirs(tmp_path: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    number = int(dead.stdout)
    put(tmp_path / f".run[1].city-synergy-new-{number}", "x")
    put(tmp_path / f".run1.city-synergy-new-{number}", "x")
    recover(tmp_path / "run[1]")
    assert listed(tmp_path) == [f".run1.city-synergy-new-{number}"]


def test_a_link_stays_and_its_folder_is_exchanged(way: str, tmp_path: Path) -> None:
    real = put(tmp_path / "disk" / "run", "old")
    (tmp_path / "link").symlink_to(real)
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (real / "manifest.json").read_text() == "new"
    assert listed(tmp_path / "disk") == ["run"]


@pytest.mark.parametrize(
    ("make", "overwrite", "said"),
    [
        (lambda out: put(out, "{}"), False, "the output folder exists already; --overwrite replaces it"),
        (lambda out: out.mkdir(), False, "exists already and is no run folder"),
        (lambda out: out.mkdir(), True, "exists already and is no run folder"),
        (lambda out: (out.mkdir(), (out / "thesis.docx").write_text("years of work")), True, "is no run folder"),
        (lambda out: out.write_text("a file"), True, "exists already and is no run folder"),
        (lambda out: out.symlink_to("nowhere"), True, "exists already and is no run folder"),
        (lambda out: out.parent.joinpath("deep").write_text(""), False, "cannot be made: 'deep' is no folder"),
    ],
)
def test_an_output_folder_that_cannot_be_used(make: Any, overwrite: bool, said: str, tmp_path: Path) -> None:
    out = tmp_path / "run"
    make(out)
    before = listed(tmp_path)
    asked = out if out.exists() or out.is_symlink() else tmp_path / "deep" / "run"
    with pytest.raises(InputError, match=said):
        check_free(asked, overwrite)
    with pytest.raises(InputError, match=said):
        write(asked, "new", overwrite=overwrite)
    assert listed(tmp_path) == before


def test_a_folder_above_that_may_not_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the system's answer is made up.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match=f"cannot be made: no permission to write into '{tmp_path.name}'"):
        check_free(tmp_path / "a" / "run", overwrite=False)


def test_a_system_that_refuses_is_no_defect(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(path: Path, *args: object, **kwargs: object) -> int:
        raise OSError(28, "No space left on device")

    assessment = load(project.path)
    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(InputError, match=r"cannot be written \(No space left on device\)"):
        run(assessment, project.out)
    assert listed(project.folder.parent) == ["project"]


def test_a_run_that_fails_leaves_the_last_one(project: Project) -> None:
    run(load(project.path), project.out)
    before = (project.out / "manifest.json").read_bytes()
    project.assess(("bounds: [1, 100]", "bounds: [0, 100]"))
    with pytest.raises(InputError, match="needs scores above 0"):
        run(project.path, project.out, overwrite=True)
    assert (project.out / "manifest.json").read_bytes() == before
    assert listed(project.out.parent) == ["run"]


def test_a_file_appears_whole_and_leftovers_go(tmp_path: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / f".map.html.city-synergy-new-{int(dead.stdout)}").write_text("half")
    write_whole({tmp_path / "map.html": b"whole"})
    assert listed(tmp_path) == ["map.html"]
    assert (tmp_path / "map.html").read_bytes() == b"whole"


def test_of_several_files_none_appears_before_all_are_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(OSError):
        write_whole({tmp_path / "a": b"new", tmp_path / ("b" * 300): b"new"})
    assert listed(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


@pytest.mark.parametrize(("act", "content"), [("replace", b"new"), ("unlink", None)])
def test_what_was_there_comes_back_where_the_last_of_several_fails(
    act: str, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("old", "refused"):
        (tmp_path / name).write_text(name)
    plain = getattr(Path, act)

    def refusing(path: Path, *args: Path, **kwargs: bool) -> Any:
        if tmp_path / "refused" in (path, *args):
            raise OSError(5, "Input/output error")
        return plain(path, *args, **kwargs)

    monkeypatch.setattr(Path, act, refusing)
    with pytest.raises(OSError, match="Input/output error"):
        write_whole({tmp_path / "old": b"new", tmp_path / "made": b"new", tmp_path / "refused": content})
    assert {name: (tmp_path / name).read_text() for name in listed(tmp_path)} == {"old": "old", "refused": "refused"}


def test_what_is_to_go_goes_with_what_appears(tmp_path: Path) -> None:
    (tmp_path / "gone").write_text("old")
    write_whole({tmp_path / "made": b"new", tmp_path / "gone": None, tmp_path / "never": None})
    assert listed(tmp_path) == ["made"]


def killed(project: Project, how: str, *, seconds: float = 0) -> dict[str, Any]:
    """Have the writing of runs killed in another process, and return what it saw."""
    text = (project.folder / "assessment.yaml").read_text(encoding="utf-8")
    project.write("first.yaml", text)
    project.write("second.yaml", text.replace("seed: 1", "seed: 2"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.evaluate.killing", str(project.folder), str(seconds), "20260101", how],
        cwd=project.folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be copied here")
@pytest.mark.slow
@pytest.mark.parametrize("how", ["exchange", "two renames"])
def test_killed_at_any_operation_on_files(how: str, project: Project) -> None:
    seen = killed(project, how)
    assert seen["lost"] == []
    assert seen["killed"] > 30
    assert seen["attempts"] == seen["killed"] + 1
    assert seen["old"] > 0
    assert seen["new"] > 0
    assert seen["left"] > 20
    if how == "exchange" and sys.platform == "linux":
        assert seen["neither"] == 0
    else:
        assert 0 < seen["neither"] <= 2


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be copied here")
@pytest.mark.parametrize("how", ["exchange", "two renames"])
def test_killed_at_random_moments(how: str, project: Project) -> None:
    full(project)
    seen = killed(project, how, seconds=20)
    assert seen["lost"] == []
    assert seen["killed"] > 5
    if how == "exchange" and sys.platform == "linux":
        assert seen["neither"] == 0
    assert read_run(project.out).scores.shape[0] == 12


def test_a_name_that_is_too_long_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written \(File name too long\)"):
        check_free(tmp_path / ("x" * 300), overwrite=False)


def test_no_file_is_written_into_a_run(tmp_path: Path) -> None:
    put(tmp_path / "run", '{"artifacts": {"scores.csv": ""}}')
    (tmp_path / "file.html").symlink_to(tmp_path / "run" / "scores.csv")
    (tmp_path / "folder").symlink_to(tmp_path / "run")
    (tmp_path / "run" / "out.html").symlink_to(tmp_path / "map.html")
    names = ("run/manifest.json", "run/scores.csv", "run/x.gpkg", "run/sub/a.gpkg", "run/out.html")
    for name in (*names, "file.html", "folder/x.gpkg"):
        with pytest.raises(InputError, match="lies within the run folder 'run'") as caught:
            check_own(tmp_path / name)
        assert "位于" in caught.value.render("zh")
    check_own(tmp_path / "map.html")


def test_nothing_is_written_into_a_run(tmp_path: Path) -> None:
    put(tmp_path / "run", '{"artifacts": {}}')
    (tmp_path / "link").symlink_to(tmp_path / "run")
    for out in (tmp_path / "run" / "more", tmp_path / "run" / "a" / "b", tmp_path / "link" / "more"):
        with pytest.raises(InputError, match="lies within the run folder 'run'"):
            check_free(out, overwrite=True)
    check_free(tmp_path / "run", overwrite=True)
    # the record of another program
    put(tmp_path / "extension", '{"name": "x"}')
    check_free(tmp_path / "extension" / "run", overwrite=False)


@pytest.mark.parametrize("name", [".", "", "folder"])
def test_a_folder_is_no_file_to_write(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="is a folder; expected a file name"):
        check_own(Path(name))


def test_a_record_that_cannot_be_read_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    check_own(tmp_path / "map.html")
