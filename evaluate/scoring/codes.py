"""What a methodology names has to be in the framework."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from evaluate.methodology import Methodology
from indicators.errors import Fault, InputError, Place, nearest
from indicators.framework import Framework
from indicators.structure import TOP


def check_codes(framework: Framework, methodology: Methodology) -> None:
    """Refuse overrides, vetoes and parents that the framework does not have, and what weightings lack."""
    if found := list(code_faults(framework, methodology)):
        raise InputError(found)


def code_faults(framework: Framework, methodology: Methodology) -> Iterator[Fault]:
    """Yield the faults of what a methodology names; the place of each is its key in the configuration."""
    indicators = list(framework.indicators)
    known: dict[str, tuple[str, Collection[str], list[str]]] = {
        "override": ("overrides", methodology.overrides, indicators),
        "veto": ("veto", methodology.veto, [*indicators, *framework.variables]),
    }
    for name, (key, named, there) in known.items():
        for code in named:
            if code not in there:
                place = Place(key=f"methodology.{key}.{code}")
                yield Fault(f"scoring.unknown_{name}", {"found": code, "meant": nearest(code, there)}, place)
    parents = [TOP, *framework.dimensions()]
    for family in ("weighting", "aggregation"):
        for code in getattr(methodology, family).parents:
            if code not in parents:
                place = Place(key=f"methodology.{family}.parents.{code}")
                yield Fault("scoring.unknown_parent", {"found": code, "meant": nearest(code, parents)}, place)
    yield from _lacking(framework, methodology)


def _lacking(framework: Framework, methodology: Methodology) -> Iterator[Fault]:
    """Yield what weightings need of the parents that they weigh the children of, and do not have."""
    structures = [framework.structure(kind) for kind in framework.types or [""]]
    lowest = {parent: s.lowest(parent) for s in structures for parent in s.children}
    chosen = methodology.weighting
    ways = {
        "indicators": (chosen.indicators, [p for p in lowest if lowest[p] and p not in chosen.parents]),
        "dimensions": (chosen.dimensions, [p for p in lowest if not lowest[p] and p not in chosen.parents]),
        **{f"parents.{p}": (way, [p]) for p, way in chosen.parents.items() if p in lowest},
    }
    for where, (way, parents) in ways.items():
        for found in way.lacks(framework, tuple(parents)):
            key = ".".join(part for part in ("methodology.weighting", where, found.place.key) if part)
            yield replace(found, place=Place(key=key))
