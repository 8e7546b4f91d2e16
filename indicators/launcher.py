"""Where the command starts: is the package `evaluate` ours? Only then is anything imported from it.

Another distribution called `evaluate` may hide our package or overwrite its files (decision 0001). The
console script therefore points here, into a package that such a distribution leaves alone; only the standard
library is imported until all is known to be well.
"""

import csv
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from importlib.util import find_spec
from pathlib import Path

DISTRIBUTION = "city-synergy"
INTERRUPTED = 130


def entry() -> int:
    """Run the command line and return its exit status; 1 with an explanation where `evaluate` is not ours."""
    try:
        place = foreign()
        if place is not None:
            return _refuse(place)
        from evaluate.cli.main import entry as command

        return command()
    except KeyboardInterrupt:
        return INTERRUPTED


def foreign() -> Path | None:
    """Return the place of a package `evaluate` that is not ours, or None where all is well.

    Ours lies beside this package (elsewhere: ours is hidden), and where it was installed as a wheel its first
    file is the recorded one (otherwise: ours was overwritten, or removed with the intruder).

    >>> foreign()
    """
    ours = Path(__file__).resolve().parent.parent / "evaluate" / "__init__.py"
    spec = find_spec("evaluate")
    found = Path(spec.origin).resolve() if spec and spec.origin else ours
    if found != ours:
        return found.parent
    if not ours.is_file() or not _as_recorded(ours):
        return ours.parent
    return None


def _as_recorded(path: Path) -> bool:
    """Tell whether the installed file is the one that we brought; true where none is recorded."""
    try:
        installed = distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return True
    recorded = _recorded(installed, path)
    digest = urlsafe_b64encode(sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
    return recorded in ("", f"sha256={digest}")


def _recorded(installed: Distribution, path: Path) -> str:
    """Return the digest that RECORD holds for the file at `path`, empty where it is not listed."""
    name = f"{path.parent.name}/{path.name}"
    if Path(str(installed.locate_file(name))).resolve() != path:
        return ""
    rows = csv.reader((installed.read_text("RECORD") or "").splitlines())
    return next((row[1] for row in rows if row and row[0] == name), "")


def _refuse(place: Path) -> int:
    """Say in both languages, none being known yet, whose package stands in the way and what to do."""
    from indicators.texts import LANGUAGES, text

    others = sorted(set(packages_distributions().get("evaluate", ())) - {DISTRIBUTION})
    key = "launcher.foreign" if others else "launcher.not_ours"
    for language in LANGUAGES:
        print(text(key, language, place=place, other=", ".join(others)), file=sys.stderr)
    return 1
