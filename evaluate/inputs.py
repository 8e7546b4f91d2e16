"""The files that a run rests on, their digests, and what is told of those that somebody published."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Generic, Protocol, TypeVar

from indicators.bundled import file_of_name
from indicators.spec import Label

_SHAPEFILE = (".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True)
class Input:
    """One file that was read: what for, its path as seen from the assessment, its SHA-256."""

    role: str
    path: str
    sha256: str

    @classmethod
    def of(cls, role: str, shown: str, path: Path) -> "Input":
        """Return the record of a file; `shown` is its path as the assessment writes it."""
        written = shown if file_of_name(shown) else PurePosixPath(shown.replace(os.sep, "/")).as_posix()
        return cls(role, written, digest_of(path))

    @classmethod
    def with_sidecars(cls, role: str, shown: str, path: Path) -> Iterator["Input"]:
        """Yield the records of a file and, for a Shapefile, of the files that belong to it."""
        yield cls.of(role, shown, path)
        if path.suffix.lower() == ".shp":
            for suffix in _SHAPEFILE:
                if path.with_suffix(suffix).exists():
                    yield cls.of(role, str(PurePosixPath(shown).with_suffix(suffix)), path.with_suffix(suffix))


class Published(Protocol):
    """What a definition says of what somebody published."""

    @property
    def code(self) -> str:
        """The name that an assessment uses."""

    @property
    def label(self) -> Label:
        """Name for readers."""

    @property
    def publisher(self) -> str | None:
        """Who published it."""

    @property
    def homepage(self) -> str | None:
        """Where it is published."""

    @property
    def citation(self) -> str:
        """How to name it."""

    @property
    def note(self) -> Label | None:
        """What a user should know."""


Definition = TypeVar("Definition", bound=Published, covariant=True)


@dataclass(frozen=True)
class Named(Generic[Definition]):
    """An entry of an assessment that names a definition of what somebody published: a binding, or a set of groups."""

    key: str
    """The entry, such as `layers[0]`."""
    path: str
    """The entry's file as the assessment writes it; empty where it has none."""
    source: Definition
    input: Input
    """The definition's file, for the record."""

    def told(self) -> dict[str, object]:
        """Return what the run's record says of the source."""
        source = self.source
        return {
            "entry": self.key, "path": self.path, "source": source.code, "label": dict(source.label),
            "publisher": source.publisher, "homepage": source.homepage, "licence": getattr(source, "licence", None),
            "citation": source.citation, "note": source.note and dict(source.note),
        }  # fmt: skip


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; that of a folder, such as a Zarr store, covers names and contents of its files."""
    if path.is_dir():
        digest = hashlib.sha256()
        for inside in sorted(found for found in path.rglob("*") if found.is_file()):
            digest.update(f"{digest_of(inside)} {inside.relative_to(path).as_posix()}\n".encode())
        return digest.hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def written_from(base: Path, path: Path) -> str:
    """Return a path as seen from a folder, with forward slashes."""
    return Path(os.path.relpath(path, base)).as_posix()
