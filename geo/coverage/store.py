"""The cache of coverage fractions: a file for each grid and edition of boundaries, in a folder that users can clear.

An entry is an archive of numpy arrays (`.npz`) without pickled objects. Whatever is wrong with one, it counts as
absent, and the fractions are computed anew: the cache saves time and never changes a result.
"""

import json
import logging
import os
import re
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.coverage.fractions import Block
from geo.coverage.grid import Grid, Window

_LOG = logging.getLogger(__name__)

VARIABLE = "CITY_SYNERGY_CACHE"
"""Environment variable that names the folder of the cache; `off` does without one."""
VERSION = 2
"""Version of the form of an entry and of how fractions are worked out."""
MOST = 4 * 2**30
"""Most bytes of an entry, which has 8 for each cell in a unit. A larger one is not kept."""
_SUFFIX, _UNFINISHED = ".npz", ".part"
_LEFT = 3600.0
"""Age in seconds from which an unfinished entry that nobody has written to counts as left by a broken run."""
_BROKEN = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error)


def cache_folder() -> Path | None:
    """Return the folder of the cache, None where it is switched off.

    That is what `CITY_SYNERGY_CACHE` names, else `city-synergy` in the system's place for caches: XDG_CACHE_HOME or
    ~/.cache on Linux, ~/Library/Caches on macOS, LOCALAPPDATA on Windows.
    """
    named = os.environ.get(VARIABLE, "")
    if named.strip().lower() == "off":
        return None
    if named:
        try:
            return Path(named).expanduser()
        except RuntimeError as error:
            _LOG.warning("cache: %s cannot be used (%s)", named, error)
            return None
    if sys.platform == "win32":
        above = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        above = "~/Library/Caches"
    else:
        above = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(above).expanduser() / "city-synergy"
    except RuntimeError:  # nobody's home
        return None


@dataclass(frozen=True)
class Entry:
    """One entry of the cache."""

    key: str
    """SHA-256 of the grid and the boundaries; the name of the file."""
    bytes: int
    """Size of the file."""
    units: int
    """How many units there are; 0 where the entry cannot be read."""
    grid: str
    """The grid in words; empty where the entry cannot be read."""
    finished: bool = True
    """Whether it was written to its end: another one is being written, or was left by a broken run."""


def entries(folder: Path) -> list[Entry]:
    """Return what a cache holds, by key, unfinished entries among it."""
    return _entries(sorted(_files(folder)))


def _entries(paths: Sequence[Path]) -> list[Entry]:
    found = []
    for path in paths:
        about: dict[str, Any] = {}
        with suppress(*_BROKEN), zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read("about.json"))
        with suppress(OSError):
            units, grid = about.get("units", 0), about.get("grid", "")
            key, finished = path.name.split(".")[0], path.suffix == _SUFFIX
            found.append(Entry(key, path.stat().st_size, int(units), str(grid), finished))
    return found


def clear(folder: Path) -> list[Entry]:
    """Remove every entry of a cache, and the folder where nothing else is in it; return what was removed.

    An unfinished entry stays while somebody may be writing it: for an hour after it was last written to.

    Raises:
        OSError: an entry cannot be removed.
    """
    paths = [path for path in sorted(_files(folder)) if path.suffix == _SUFFIX or _left(path)]
    found = _entries(paths)
    for path in paths:
        path.unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()
    return found


def _left(path: Path) -> bool:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > _LEFT
    return False  # finished or gone since


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder that are entries: nothing else in it is touched."""
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if re.fullmatch(r"[0-9a-f]{64}(\.npz|\..*\.part)", path.name)]


def read(folder: Path, key: str, windows: Sequence[Window], units: int) -> "Reader | None":
    """Return a reader of an entry, None where there is no usable one."""
    path = folder / f"{key}{_SUFFIX}"
    try:
        return Reader(path, key, windows, units) if path.is_file() else None
    except _BROKEN as error:
        _LOG.info("cache: %s cannot be used and is computed anew (%s)", path.name, error)
        return None


class Reader:
    """An entry whose blocks are read one at a time."""

    def __init__(self, path: Path, key: str, windows: Sequence[Window], units: int) -> None:
        self.path, self.windows, self.units = path, windows, units
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read("about.json"))
            named = {name for name in archive.namelist() if name.startswith("u")}
        self.positions = frozenset(at for at in range(len(windows)) if f"u{at}.npy" in named)
        """The windows of which the entry holds the fractions."""
        if about["key"] != key or about["version"] != VERSION or about["units"] != units:
            raise ValueError("another entry")
        if about["windows"] != [asdict(window) for window in windows]:
            raise ValueError("other windows")

    def block(self, position: int) -> Block | None:
        """Return a block, None where it cannot be read."""
        window = self.windows[position]
        try:
            with zipfile.ZipFile(self.path) as archive:
                units, pointers, cells, shares = (_array(archive, f"{name}{position}") for name in "upcf")
            _check(units, pointers, cells, shares, window, self.units)
        except _BROKEN as error:
            _LOG.info("cache: %s cannot be used and is computed anew (%s)", self.path.name, error)
            return None
        size = (len(units), window.rows * window.columns)
        return Block(window, units, csr_array((shares.astype(float), cells, pointers), shape=size))

    def discard(self) -> None:
        """Remove the entry, so that the next run writes it anew."""
        with suppress(OSError):
            self.path.unlink()


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as stream:
        return np.asarray(np.lib.format.read_array(stream, allow_pickle=False))


def _check(units: Any, pointers: Any, cells: Any, shares: Any, window: Window, count: int) -> None:
    """Raise a ValueError where arrays are no fractions: scipy would read beyond their ends."""
    kinds = (units.dtype, pointers.dtype, cells.dtype, shares.dtype)
    good = kinds == (np.int32, np.int32, np.int32, np.float32) and all(a.ndim == 1 for a in (units, pointers, cells))
    good = good and len(pointers) == len(units) + 1 and pointers[0] == 0 and pointers[-1] == len(cells) == len(shares)
    good = good and bool((np.diff(pointers) > 0).all() and (np.diff(units) > 0).all())
    if good and len(units):
        good = units[0] >= 0 and units[-1] < count
        rising = np.diff(cells) > 0
        rising[pointers[1:-1] - 1] = True  # where the next unit begins
        good = good and cells.min() >= 0 and cells.max() < window.rows * window.columns and bool(rising.all())
        good = good and bool(shares.min() > 0 and shares.max() <= 1)
    if not good:
        raise ValueError("no fractions")


class Writer:
    """Writes an entry block by block; it appears whole, under its name, or not at all.

    Where the folder cannot be written there is a word in the log and nothing else: a run goes on without a cache.
    """

    def __init__(self, folder: Path, key: str, windows: Sequence[Window], units: int, grid: Grid) -> None:
        self.target, self.unfinished = folder / f"{key}{_SUFFIX}", Path()
        self.archive: zipfile.ZipFile | None = None
        about = {
            "key": key, "version": VERSION, "units": units, "grid": str(grid),
            "windows": [asdict(window) for window in windows],
        }  # fmt: skip
        try:
            folder.mkdir(parents=True, exist_ok=True)
            number, name = tempfile.mkstemp(_UNFINISHED, f"{key}.", folder)
            self.unfinished = Path(name)
            self.stream = os.fdopen(number, "w+b")
            self.archive = zipfile.ZipFile(self.stream, "w", zipfile.ZIP_STORED, allowZip64=True)
            self.archive.writestr("about.json", json.dumps(about))
        except (OSError, RecursionError) as error:  # folders are made from within
            self.give_up(error)

    def add(self, position: int, block: Block) -> None:
        """Write one block."""
        if self.archive is None:
            return
        matrix = block.fractions
        # exactextract computes fractions as numbers of 4 bytes, so that nothing is lost
        parts = (block.units, matrix.indptr, matrix.indices, matrix.data.astype(np.float32))
        try:
            if self.stream.tell() + sum(array.nbytes for array in parts) > MOST:
                self.give_up(f"an entry may have {MOST / 1e9:.1f} GB; it is computed anew in every run")
                return
            for name, array in zip("upcf", parts, strict=True):
                with self.archive.open(f"{name}{position}.npy", "w", force_zip64=True) as stream:
                    np.lib.format.write_array(stream, np.asarray(array), allow_pickle=False)
        except OSError as error:
            self.give_up(error)

    def finish(self) -> None:
        """Give the entry its name."""
        if self.archive is None:
            return
        try:
            self.archive.close()
            self.stream.close()
            self.unfinished.replace(self.target)
        except OSError as error:
            self.give_up(error)
        self.archive = None

    def give_up(self, reason: object) -> None:
        """Leave nothing behind."""
        _LOG.warning("cache: %s cannot be written (%s)", self.target, reason)
        if self.archive is not None:
            with suppress(OSError, ValueError):
                self.archive.close()
            with suppress(OSError):
                self.stream.close()
            self.archive = None
        if self.unfinished.name:
            with suppress(OSError):
                self.unfinished.unlink()
