"""Overlays of an assessment: shapes that are drawn over the units and of which each unit has its share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from indicators.errors import Faults
from indicators.spec import Code, Label, Locate, Spec
from indicators.texts import both

if TYPE_CHECKING:
    from evaluate.spec import AssessmentFile

Kind = Literal["red_line", "airshed", "basin", "other"]


class OverlaySpec(Spec):
    """Shapes that are drawn over the map; they never feed a score."""

    path: str
    """GeoJSON, GeoPackage, Shapefile or GeoParquet."""
    kind: Kind = "other"
    """An ecological protection `red_line`, an `airshed`, a `basin`, or anything `other`; the line is drawn by it."""
    code: Code | None = None
    """Code of the overlay in tables; its kind when absent."""
    label: Label | None = None
    """What the overlay is called; its kind when absent, of others the code."""
    name: str | None = None
    """Column that names the parts of the overlay, such as each basin; without it there is only the whole."""
    layer: str | None = None
    """Layer of a GeoPackage; its only one with geometry when absent."""
    crs: str | None = None
    """Coordinate reference system, where the file states none, or to confirm it; `GCJ-02` or `BD-09` where the
    coordinates are shifted."""
    where: dict[str, Annotated[list[str | int | float | bool], Field(min_length=1)]] = Field(default={})
    """Values by column: only features that hold one of them in each of these columns count."""

    @property
    def named(self) -> str:
        """The code, stated or not."""
        return self.code or self.kind

    @property
    def called(self) -> dict[str, str]:
        """The label, stated or not."""
        if self.label is not None:
            return {str(language): said for language, said in self.label.items()}
        return both(f"overlays.{self.kind}") if self.kind != "other" else {"zh": self.named, "en": self.named}


def check_overlays(file: "AssessmentFile", place: Locate, faults: Faults) -> None:
    """Add what is wrong with overlays before they are read: no boundaries to lie over, one code for two."""
    overlays: Sequence[OverlaySpec] = file.overlays
    if overlays and file.boundaries is None:
        faults.add("overlays.need_boundaries", place(("overlays",)))
    codes = [overlay.named for overlay in overlays]
    for position, code in enumerate(codes):
        if code in codes[:position]:
            faults.add("overlays.twice", place(("overlays", position)), found=code)
