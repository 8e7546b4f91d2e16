"""Where the bundled definitions of `configs/` lie, in a checkout and in a wheel, and what they are called."""

from functools import cache
from pathlib import Path

_MARK = "bundled:"
_FRAMEWORKS = "frameworks"
_NAMED = ("sources", "groups")
"""Folders that a name states; one without any is that of a framework."""


@cache
def configs() -> Path:
    """Return the folder of the bundled definitions.

    A wheel carries `configs/` inside the package `evaluate`; a checkout has it beside the packages.

    >>> (configs() / "locales").is_dir()
    True
    """
    top = Path(__file__).resolve().parent.parent
    packed = top / "evaluate" / "configs"
    return packed if packed.is_dir() else top / "configs"


def bundled_files(folder: str) -> dict[str, Path]:
    """Return the bundled definitions of a folder of `configs/` by code.

    >>> "city-basic" in bundled_files("frameworks"), bundled_files("nothing")
    (True, {})
    """
    return {path.stem: path for path in sorted((configs() / folder).glob("*.yaml"))}


def bundled_name(folder: str, code: str) -> str:
    """Return what messages and a run's record call a bundled definition.

    >>> bundled_name("frameworks", "city-basic"), bundled_name("sources", "edgar_co2")
    ('bundled:city-basic', 'bundled:sources/edgar_co2')
    """
    return _MARK + (f"{folder}/{code}" if folder in _NAMED else code)


def file_of_name(name: str) -> Path | None:
    """Return the file that the name of a bundled definition means, whether it is there or not; None of other names.

    >>> file_of_name("bundled:groups/clean_air_2023") == configs() / "groups" / "clean_air_2023.yaml"
    True
    >>> file_of_name("groups/clean_air_2023.yaml") is None
    True
    """
    if not name.startswith(_MARK):
        return None
    folder, _, code = name.removeprefix(_MARK).partition("/")
    return configs() / (folder if folder in _NAMED else _FRAMEWORKS) / f"{Path(code or folder).name}.yaml"
