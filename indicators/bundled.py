"""Where the bundled definitions of `configs/` lie, in a checkout and in an installed wheel."""

from functools import cache
from pathlib import Path


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
