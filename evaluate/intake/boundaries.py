"""The boundaries of an assessment: read, and held against the roster's reference points and names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluate.inputs import Input
from evaluate.intake.reference_points import read_reference_points
from indicators.errors import Fault, Place
from indicators.spec import Path

if TYPE_CHECKING:
    from evaluate.spec import BoundariesSpec, RosterSpec
    from geo.boundaries import Boundaries

_FAR_KM = 100.0
"""A unit whose reference point lies farther from its middle is named; cities' seats lie nearer."""
_LISTED = 20
"""Most units that a warning names."""
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, eq=False)
class FoundBoundaries:
    """Boundaries with what is to be recorded and told of them."""

    boundaries: "Boundaries"
    inputs: tuple[Input, ...]
    warnings: tuple[Fault, ...]


def find_boundaries(
    spec: "BoundariesSpec", roster_spec: "RosterSpec", roster: pd.DataFrame, base: FilePath,
    place: Callable[[Path], Place],
) -> FoundBoundaries:  # fmt: skip
    """Read the boundaries of the roster's units.

    Args:
        spec: what the assessment says of them.
        roster_spec: what it says of the roster, which may hold reference points.
        roster: `unit, name` of the units.
        base: folder that paths are relative to.
        place: place of a key of the assessment.

    Errors: an `InputError`, see `geo.boundaries.read_boundaries`, `geo.boundaries.read_gazetteer` and
    `read_reference_points`.
    """
    from geo.boundaries import read_boundaries, read_gazetteer
    from geo.china_boundaries import PREFIX, digest_of_cnmaps

    codes, here = list(roster["unit"]), place(("boundaries",))
    points = read_reference_points(roster_spec, base, place)
    if spec.path.startswith(PREFIX):
        found = read_gazetteer(spec.path, codes, crs=spec.crs, place=here)
        inputs = [Input("boundaries", spec.path, digest_of_cnmaps())]
    else:
        found = read_boundaries(base / spec.path, spec.unit, codes, crs=spec.crs, place=here, shown=spec.path)
        inputs = list(Input.with_sidecars("boundaries", spec.path, base / spec.path))
    warnings = [*_drawn(found), *_named_otherwise(found, roster)]
    if points is not None:
        warnings += _beside(found, points, spec.path, place(("boundaries", "path")))
    return FoundBoundaries(found, tuple(inputs), tuple(warnings))


def _drawn(found: "Boundaries") -> Iterator[Fault]:
    from indicators.texts import listed

    if found.off_map:
        values = {"count": len(found.off_map), "units": listed(found.off_map, _LISTED)}
        yield Fault("assessment.off_map_many" if len(found.off_map) > _LISTED else "assessment.off_map", values)
    if found.repaired:
        values = {"count": len(found.repaired), "units": listed([r["unit"] for r in found.repaired], 20)}
        yield Fault("assessment.repaired", values)
    if found.ignored:
        yield Fault("assessment.ignored_boundaries", {"count": found.ignored})


def _named_otherwise(found: "Boundaries", roster: pd.DataFrame) -> Iterator[Fault]:
    """Tell of units that a gazetteer calls otherwise: a code is given again when counties are merged."""
    from indicators.texts import listed

    mine = dict(zip(roster["unit"], roster["name"], strict=True))
    other = [
        f"{code} {mine[code]}/{name}"
        for code, name in sorted(found.names.items())
        if _HAN.search(mine[code]) and mine[code] != name
    ]
    if other:
        yield Fault("assessment.named_otherwise", {"count": len(other), "units": listed(other, 20)})


def _beside(found: "Boundaries", points: pd.DataFrame, shown: str, place: Place) -> Iterator[Fault]:
    """Hold the units' middles against the reference points."""
    from geo.crs.of_file import may_be_shifted
    from geo.crs.shift_seen import displacement
    from geo.crs.systems import centres, great_circle_km
    from indicators.texts import listed

    frame = found.frame
    if frame.empty:
        return
    middles = centres(frame.geometry)
    references = points.set_index("unit").reindex(frame["unit"])[["longitude", "latitude"]].to_numpy(dtype=float)
    apart = great_circle_km(middles, references)
    with np.errstate(invalid="ignore"):
        far = apart > _FAR_KM
    if far.any():
        values = {"count": int(far.sum()), "units": listed(frame["unit"][far], 20), "km": f"{_FAR_KM:g}"}
        yield Fault("assessment.reference_far", values, place)
    system = found.system
    seen = displacement(middles, references)
    if seen is None or not may_be_shifted(system.crs):
        return
    values = {
        "file": shown, "crs": system.name, "shift": seen.shift, "count": seen.count,
        "metres": f"{seen.median_m:.0f}", "rest": f"{seen.rest_m:.0f}",
    }  # fmt: skip
    if seen.shifted and system.shift is None:
        yield Fault("assessment.shifted", values, place)
    elif not seen.shifted and system.shift == seen.shift:
        yield Fault("assessment.shifted_back", values, place)
