"""Entries of an assessment that name a binding, and what they take from it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from evaluate.inputs import Input, Named
from evaluate.intake.yamlfile import YamlFile
from evaluate.sources.reading import load_source
from evaluate.sources.spec import PART_OF, Source
from indicators.errors import Faults, Place, fault


def with_sources(written: YamlFile, folder: Path) -> tuple[YamlFile, tuple[Named[Source], ...]]:
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
    bound: list[Named[Source]] = []
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
    bound: list[Named[Source]], faults: Faults,
) -> Any:  # fmt: skip
    if not isinstance(entry, dict) or not isinstance(entry.get("source"), str):
        return entry
    place = written.place((section, position, "source"))
    with faults.collecting():
        source, path, shown = load_source(entry["source"], folder, place)
        if getattr(source, part) is None:
            raise _other_kind(source, section, place)
        key = f"{section}[{position}]"
        bound.append(Named(key, str(entry.get("path", "")), source, Input.of("source", shown, path)))
        return {**source.keys, **entry}
    return entry


def _other_kind(source: Source, section: str, place: Place) -> Exception:
    right = next(name for name, part in PART_OF.items() if getattr(source, part) is not None)
    return fault("sources.other_kind", place, found=source.code, section=section, right=right)
