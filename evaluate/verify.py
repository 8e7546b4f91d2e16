"""`verify`: are inputs and artifacts as recorded, and does a rerun give equal tables."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evaluate.artifacts import check_sealed, read_manifest
from evaluate.inputs import digest_of
from evaluate.manifest import versions
from indicators.bundled import file_of_name
from indicators.errors import InputError, Place, fault

State = Literal["same", "changed", "missing", "added"]


@dataclass(frozen=True)
class Checked:
    """One thing that was compared with the run record."""

    what: Literal["artifact", "input", "rerun"]
    path: str
    state: State


@dataclass(frozen=True)
class Verification:
    """Everything that was compared."""

    run_id: str
    checked: tuple[Checked, ...]
    other_versions: dict[str, tuple[str, str]]
    """Libraries whose version is not the recorded one: (recorded, now). Told, but no difference by itself."""

    @property
    def same(self) -> bool:
        """Whether everything is as recorded."""
        return all(entry.state == "same" for entry in self.checked)

    @property
    def differences(self) -> list[Checked]:
        """What is not as recorded."""
        return [entry for entry in self.checked if entry.state != "same"]

    def to_dict(self) -> dict[str, Any]:
        """Return the verification as plain data."""
        return {
            "run_id": self.run_id,
            "same": self.same,
            "checked": [entry.__dict__ for entry in self.checked],
            "other_versions": {k: {"recorded": a, "now": b} for k, (a, b) in self.other_versions.items()},
        }


def verify(folder: str | Path, *, rerun: bool = False, assessment: str | Path | None = None) -> Verification:
    """Compare a run folder with its record.

    `assessment`: where the assessment lies now, if it is no longer where it was. `rerun` runs it again and
    compares every table. Errors: no run folder, or one whose record was edited; for inputs and a rerun, an
    assessment that is not found.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    check_sealed(folder, manifest)
    checked = [_artifact(folder, name, sha256) for name, sha256 in sorted(manifest["artifacts"].items())]
    known = {*manifest["artifacts"], "manifest.json"}
    checked += [Checked("artifact", path.name, "added") for path in sorted(folder.iterdir()) if path.name not in known]
    source = Path(assessment) if assessment is not None else folder / manifest["assessment_file"]
    if not source.is_file():
        raise fault("verify.no_assessment", Place(str(folder)), found=manifest["assessment_file"])
    checked += [_input(source, entry) for entry in manifest["inputs"]]
    if rerun:
        checked += _rerun(folder, source, manifest)
    now = versions()
    other = {
        name: (recorded, now.get(name, "–"))
        for name, recorded in manifest["versions"].items()
        if now.get(name) != recorded
    }
    return Verification(manifest["run_id"], tuple(checked), other)


def _artifact(folder: Path, name: str, sha256: str) -> Checked:
    path = folder / name
    if Path(name).name != name or not path.is_file():
        return Checked("artifact", name, "missing")
    return Checked("artifact", name, "same" if digest_of(path) == sha256 else "changed")


def _input(source: Path, entry: dict[str, str]) -> Checked:
    shown = entry["path"]
    path = source.parent / shown
    if entry["role"] == "assessment":
        path = source
    elif (bundled := file_of_name(shown)) is not None:
        path = bundled
    elif shown.startswith("cnmaps:"):
        return Checked("input", shown, _gazetteer(entry["sha256"]))
    if not path.exists():  # a Zarr store is a folder
        return Checked("input", shown, "missing")
    return Checked("input", shown, "same" if digest_of(path) == entry["sha256"] else "changed")


def _gazetteer(sha256: str) -> State:
    from geo.china_boundaries import digest_of_cnmaps

    try:
        return "same" if digest_of_cnmaps() == sha256 else "changed"
    except InputError:
        return "missing"


@contextmanager
def _temporary() -> Iterator[str]:
    try:
        folder = tempfile.TemporaryDirectory()
    except OSError as error:
        raise fault("artifacts.cannot_write", Place(tempfile.gettempdir()), reason=error.strerror) from None
    with folder:
        yield folder.name


def _rerun(folder: Path, source: Path, manifest: dict[str, Any]) -> list[Checked]:
    from evaluate.running import run

    with _temporary() as temporary:
        again = Path(temporary) / "run"
        run(source, again, language=manifest["language"])
        out = []
        for name in sorted({p.name for p in again.iterdir()} | set(manifest["artifacts"])):
            if not name.endswith(".csv") and name != "fitted.json":
                continue
            one, other = folder / name, again / name
            if not one.is_file() or not other.is_file():
                out.append(Checked("rerun", name, "missing" if not other.is_file() else "added"))
            else:
                same = one.read_bytes() == other.read_bytes()
                out.append(Checked("rerun", name, "same" if same else "changed"))
        return out
