"""A folder that appears whole or not at all, and takes the place of an older one in one step where it can."""

import ctypes
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from indicators.errors import Place, fault

_EXCHANGE = 2
_HERE = -100


def check_free(out: Path, overwrite: bool) -> None:
    """Refuse an output folder that exists (unless it may be overwritten and is a run folder), or cannot be made.

    Nor may it lie within a run folder, whose record lists everything that is in it.
    """
    try:
        _check_free(out, overwrite)
    except (OSError, ValueError) as error:  # a name that is too long, or holds what no name may
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise fault("artifacts.cannot_write", Place(str(out)), reason=reason) from None


def _check_free(out: Path, overwrite: bool) -> None:
    recover(out)
    if out.exists() or out.is_symlink():
        if not (out / "manifest.json").is_file():
            raise fault("artifacts.no_run_to_overwrite", Place(str(out)))
        if not overwrite:
            raise fault("artifacts.exists", Place(str(out)))
    for above in _real(out).parents:
        if _recorded(above) is not None:
            raise fault("artifacts.inside_run", Place(str(out)), found=above.name)
    parent = out.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir():
        raise fault("artifacts.no_folder", Place(str(out)), found=parent.name)
    if not os.access(parent, os.W_OK | os.X_OK):
        raise fault("artifacts.no_permission", Place(str(out)), found=parent.name or str(parent))


def _partial(out: Path) -> str:
    return f".{out.name}.city-synergy-new-"


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.city-synergy-old")


def recover(out: Path) -> None:
    """Finish what an interrupted command left: roll an exchange back or forward, remove what is half-written."""
    out = _real(out)
    old = _old(out)
    if old.exists():
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            with suppress(OSError):  # where nothing may be written, there is no run to be found
                old.rename(out)
    if out.parent.is_dir():
        for leftover in out.parent.glob(f"{escape(_partial(out))}*"):
            process = leftover.name.rpartition("-")[2]
            if process.isdecimal() and not _alive(process):
                _remove(leftover)


def _real(out: Path) -> Path:
    """Return where a folder really lies: of a link, what it points to is exchanged."""
    return Path(os.path.realpath(out))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _alive(process: str) -> bool:
    if sys.platform == "win32":
        return int(process) == os.getpid()
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def whole_folder(out: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a folder to write into; it becomes `out` when the block ends well, and goes when it does not."""
    check_free(out, overwrite)
    out = _real(out)
    made = [folder for folder in out.parents if not folder.exists()]
    building = out.with_name(f"{_partial(out)}{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _remove(building)
        building.mkdir()
        yield building
        _settle(building)
        if out.exists():
            _exchange(building, out)
        else:
            building.rename(out)
    finally:
        # after an exchange this is the old folder
        _remove(building)
        if not out.exists():
            for folder in made:
                with suppress(OSError):
                    folder.rmdir()


def _settle(folder: Path) -> None:
    """Bring everything to the disk before the folder gets its name."""
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())


def _exchange(new: Path, out: Path) -> None:
    """Let `new` and `out` take each other's place."""
    if sys.platform == "linux":
        rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if rename is not None and rename(_HERE, os.fsencode(new), _HERE, os.fsencode(out), _EXCHANGE) == 0:
            return
    old = _old(out)
    out.rename(old)
    new.rename(out)
    shutil.rmtree(old)


def check_own(path: Path) -> None:
    """Refuse a file to be written that is a folder, or that a run folder records as its own."""
    if path.is_dir() or not path.name:
        raise fault("artifacts.is_folder", Place(str(path)))
    real = _real(path)
    recorded = _recorded(real.parent)
    if recorded is not None and real.name in {"manifest.json", *recorded}:
        raise fault("artifacts.belongs_to_run", Place(str(path)))


def _recorded(folder: Path) -> set[str] | None:
    """Return the files that a run folder records as its own; None of a folder that is none."""
    try:
        return set(json.loads((folder / "manifest.json").read_bytes())["artifacts"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write_whole(files: Mapping[Path, bytes]) -> None:
    """Write files that appear whole or not at all: none gets its name before all are written."""
    building: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            recover(path)
            building[path] = path.with_name(f"{_partial(path)}{os.getpid()}")
            building[path].write_bytes(content)
        for path, built in building.items():
            built.replace(path)
    finally:
        for built in building.values():
            built.unlink(missing_ok=True)
