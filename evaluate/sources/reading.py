"""Bindings by their code or their path."""

from pathlib import Path

from evaluate.intake.yamlfile import read_yaml
from evaluate.sources.spec import Source, check_keys
from indicators.bundled import bundled_files, bundled_name
from indicators.errors import Place, fault, nearest
from indicators.spec import build

_SUFFIXES = (".yaml", ".yml")


def bundled_sources() -> dict[str, Path]:
    """Return the bundled bindings by code.

    >>> "edgar_co2" in bundled_sources()
    True
    """
    return bundled_files("sources")


def load_source(named: str, base: Path, place: Place) -> tuple[Source, Path, str]:
    """Load a binding by its code, or a user's own by its path.

    Args:
        named: a code, or a path that ends in `.yaml`.
        base: folder that a path is relative to.
        place: where it is named.

    Returns:
        The binding, its file, and the file as a run's record names it.

    Errors: an `InputError`: nothing of that name, or a file that is no binding, with the lines of all its faults.
    """
    bundled = bundled_sources()
    own = named.lower().endswith(_SUFFIXES)
    if not own and named not in bundled:
        raise fault("sources.unknown", place, found=named, known=", ".join(bundled), meant=nearest(named, bundled))
    path = base / named if own else bundled[named]
    if not path.is_file():
        raise fault("sources.no_file", place, found=named)
    written = read_yaml(path, named if own else bundled_name("sources", named))
    source = build(Source, written.data, written.place)
    check_keys(source, written.place)
    return source, path, written.file
