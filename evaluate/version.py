"""The version of the program."""

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """Return the version of the installed distribution."""
    try:
        return version("city-synergy")
    except PackageNotFoundError:
        return "0+unknown"
