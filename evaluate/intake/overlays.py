"""Overlays read from the files that an assessment names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from evaluate.inputs import Input
from evaluate.overlay_spec import OverlaySpec
from indicators.codes import normalise_codes
from indicators.errors import Fault, Faults
from indicators.spec import Locate

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Read:
    """What the files of the overlays hold."""

    shapes: "dict[str, gpd.GeoDataFrame]" = field(default_factory=dict)
    """`part, geometry` in WGS 84 by code, in the order of the assessment."""
    inputs: tuple[Input, ...] = ()
    warnings: tuple[Fault, ...] = ()


def read_overlays(overlays: Iterable[OverlaySpec], base: Path, place: Locate) -> Read:
    """Read every overlay of an assessment.

    Args:
        overlays: what the assessment says of them.
        base: the folder of the assessment.
        place: gives the place of a key of the assessment.

    Raises:
        InputError: the faults of all files, see `geo.vector.shapes.read_shapes`; a filter that leaves nothing.
    """
    faults, shapes = Faults(), {}
    inputs, warnings = list[Input](), list[Fault]()
    for position, overlay in enumerate(overlays):
        from geo.vector.shapes import read_shapes

        at = place(("overlays", position))
        with faults.collecting():
            found = read_shapes(
                base / overlay.path, [overlay.name] if overlay.name else [], layer=overlay.layer,
                where=overlay.where, crs=overlay.crs, place=at, shown=overlay.path,
            )  # fmt: skip
            if found.nothing is not None:
                faults.extend([found.nothing])
            frame = found.frame[["geometry"]].copy()
            frame.insert(0, "part", normalise_codes(found.frame[overlay.name]) if overlay.name else "")
            shapes[overlay.named] = frame
            inputs += Input.with_sidecars("overlay", overlay.path, base / overlay.path)
            warnings += found.warnings
    faults.raise_if_any()
    return Read(shapes, tuple(inputs), tuple(warnings))
