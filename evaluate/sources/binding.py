"""Entries of an assessment that name a binding, and what they take from it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaluate.inputs import Input
from evaluate.intake.yamlfile import YamlFile
from evaluate.sources.reading import load_source
from evaluate.sources.spec import PART_OF, Source
from indicators.errors import Faults, Place, fault


@dataclass(frozen=True)
class Bound:
    """An entry of an assessment with the binding that it names."""

    key: str
    """The entry, such as `layers[0]`."""
    path: str
    """The entry's file as the assessment writes it."""
    source: Source
    input: Input
    """The binding's file, for the record."""

    def told(self) -> dict[str, object]:
        """Return what the run's record says of the source."""
        return {
            "entry": self.key, "path": self.path, "source": self.source.code, "label": dict(self.source.label),
            "publisher": self.source.publisher, "homepage": self.source.homepage,
            "licence": self.source.licence, "citation": self.source.citation,
        }  # fmt: skip


def with_sources(written: YamlFile, folder: Path) -> tuple[YamlFile, tuple[Bound, ...]]:
    """Fill the entries that name a binding with the keys that they do not state.

    Args:
        written: the assessment as written.
        folder: folder that the paths of a user's own bindings are relative to.

    Returns:
        The assessment with those keys, whose places are those of the entries, and what was bound.

    Errors: an `InputError` with every binding that there is not or that is wrong, and every one that is for a table
    and named by a layer, or the other way round.
    """
    faults = Faults()
    data = dict(written.data)
    bound: list[Bound] = []
    for section, part in PART_OF.items():
        entries = data.get(section)
        if not isinstance(entries, list):
            continue  # told where the form is checked
        data[section] = [
            _filled(entry, section, part, position, written, folder, bound, faults)
            for position, entry in enumerate(entries)
        ]
    faults.raise_if_any()
    return replace(written, data=data), tuple(bound)


def _filled(
    entry: Any, section: str, part: str, position: int, written: YamlFile, folder: Path,
    bound: list[Bound], faults: Faults,
) -> Any:  # fmt: skip
    if not isinstance(entry, dict) or not isinstance(entry.get("source"), str):
        return entry
    place = written.place((section, position, "source"))
    with faults.collecting():
        source, path, shown = load_source(entry["source"], folder, place)
        if getattr(source, part) is None:
            raise _other_kind(source, section, place)
        key = f"{section}[{position}]"
        bound.append(Bound(key, str(entry.get("path", "")), source, Input.of("source", shown, path)))
        return {**source.keys, **entry}
    return entry


def _other_kind(source: Source, section: str, place: Place) -> Exception:
    right = next(name for name, part in PART_OF.items() if getattr(source, part) is not None)
    return fault("sources.other_kind", place, found=source.code, section=section, right=right)
