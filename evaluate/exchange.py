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
    _check_outside(out, _real(out))
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
    """Refuse a file to be written that is a folder, or that lies within a run folder, itself or what it links to."""
    if path.is_dir() or not path.name:
        raise fault("artifacts.is_folder", Place(str(path)))
    for real in (_real(path), _real(path.parent) / path.name):
        _check_outside(path, real)


def _check_outside(path: Path, real: Path) -> None:
    for above in real.parents:
        if _is_run(above):
            raise fault("artifacts.inside_run", Place(str(path)), found=above.name)


def _is_run(folder: Path) -> bool:
    """Return whether a folder has a record that lists what is in it."""
    try:
        return isinstance(json.loads((folder / "manifest.json").read_bytes())["artifacts"], dict | list)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def write_whole(files: Mapping[Path, bytes | None]) -> None:
    """Write files, each of them whole, and remove those that have no content; where one fails, all stay as they were.

    Nothing is changed before everything is written, and what was changed is turned back. A process that is killed
    between two changes leaves the first.
    """
    building: dict[Path, Path] = {}
    kept: dict[Path, Path] = {}
    changed: list[Path] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            recover(path)
            if content is not None:
                building[path] = path.with_name(f"{_partial(path)}{os.getpid()}")
                building[path].write_bytes(content)
        for path in [*files][:-1]:  # nothing follows the last one that could fail
            if os.path.lexists(path):
                kept[path] = path.with_name(f"{_partial(path)}old-{os.getpid()}")
                shutil.copy2(path, kept[path], follow_symlinks=False)
        for path in files:
            if path in building:
                building[path].replace(path)
            else:
                path.unlink(missing_ok=True)
            changed.append(path)
    finally:
        if len(changed) < len(files):
            for path in changed:
                if path in kept:
                    kept[path].replace(path)
                else:
                    path.unlink(missing_ok=True)
        for left in (*building.values(), *kept.values()):
            left.unlink(missing_ok=True)
