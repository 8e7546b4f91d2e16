"""What the page holds of what is drawn over the units: directed links and outlines."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo.maps.data import Flow, Flows, Overlay
from geo.maps.packing import pack
from geo.maps.shapes import outlines

LINES = ("red_line", "airshed", "basin", "other", "other")
"""What each kind of line that the page's script knows is for."""
MOST_LINKS = 2000
"""Links of a table and year that the page holds, the strongest; more are no picture and cost the reader's time."""


def flows_payload(flows: Flows, units: Sequence[str], years: Sequence[int], own: int) -> dict[str, Any]:
    """Return a table of links by the places of its units in the page's order, the strongest link first.

    Links of a unit with itself, of strength 0 or of units that the page does not hold are left out.
    """
    place = {unit: i for i, unit in enumerate(units)}
    held = {**flows.by_year, own: flows.links} if flows.by_year else {own: flows.links}
    slots = {year: held[year] for year in sorted(held) if held[year] or year != own or len(held) == 1}
    drawn = {year: _strongest(links, place) for year, links in slots.items()}
    return {
        "code": flows.code,
        "label": flows.label,
        "unit": flows.unit_of_measure,
        "note": flows.note,
        "years": [years.index(year) for year in drawn] if flows.by_year else None,
        "start": [pack((place[link.start] for link in links[:MOST_LINKS]), signed=False) for links in drawn.values()],
        "end": [pack((place[link.end] for link in links[:MOST_LINKS]), signed=False) for links in drawn.values()],
        "value": [[float(f"{link.value:.6g}") for link in links[:MOST_LINKS]] for links in drawn.values()],
        "count": [len(links) for links in drawn.values()],
    }


def _strongest(links: Sequence[Flow], place: dict[str, int]) -> list[Flow]:
    known = [
        link
        for link in links
        if link.start in place and link.end in place and link.start != link.end and abs(link.value) > 0
    ]
    return sorted(known, key=lambda link: (-abs(float(f"{link.value:.6g}")), link.start, link.end))


def overlay_payload(overlay: Overlay, line: int, digits: int) -> dict[str, Any]:
    """Return an overlay with its shapes in the order of the table, and which line it is drawn with."""
    shapes = overlay.shapes
    labels = shapes["label"] if "label" in shapes else [""] * len(shapes)
    found = []
    for label, geometry in zip(labels, shapes.geometry, strict=True):
        if geometry is not None and not geometry.is_empty:
            found.append({"label": "" if pd.isna(label) else str(label), **outlines(geometry, digits)})
    return {"code": overlay.code, "label": overlay.label, "line": line, "shapes": found}


def lines_of(overlays: Sequence[Overlay]) -> list[int]:
    """Return the line of every overlay: that of its kind while it is free, else a free one, else any in turn."""
    lines: list[int] = []
    for position, overlay in enumerate(overlays):
        own = [line for line, kind in enumerate(LINES) if kind == overlay.kind]
        # those meant for no kind stand last, and are taken first by what has no line of its own
        free = [line for line in (*own, *reversed(range(len(LINES)))) if line not in lines]
        lines.append(free[0] if free else position % len(LINES))
    return lines
