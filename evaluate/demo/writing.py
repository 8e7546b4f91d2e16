"""Write a set of files without ever overwriting somebody's work."""

from collections.abc import Mapping
from pathlib import Path

from indicators.errors import Faults, Place


def write_all(directory: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write `contents` (relative path to bytes) into `directory` and return the paths in that order.

    Errors: `InputError` naming every file that is there with another content, in which case nothing is
    written, or that cannot be written.
    """
    paths = {directory / name: content for name, content in contents.items()}
    faults = Faults()
    for path, content in paths.items():
        try:
            if (path.exists() or path.is_symlink()) and not (path.is_file() and path.read_bytes() == content):
                faults.add("demo.file_in_the_way", Place(str(path)))
        except OSError as error:
            faults.add("demo.cannot_write", Place(str(path)), reason=error.strerror or "")
    faults.raise_if_any()
    for path, content in paths.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_bytes(content)
        except OSError as error:
            faults.add("demo.cannot_write", Place(str(path)), reason=error.strerror or "")
    faults.raise_if_any()
    return list(paths)
