"""Colours that colour-blind readers tell apart."""

from evaluate.report.svg import INK

_VIRIDIS = ("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725")
"""Nine steps of viridis (Smith and van der Walt 2015)."""

ORDINARY, UNDEFINED, DARK = "#eeeeee", "#bdbdbd", "#5f5f5f"
"""Greys: of what is there and does not stand out, of what could not be told, and of what lies in between."""

LIGHT_STRIPES, DARK_STRIPES = "#ffffff", "#1c232b"
"""Stripes that tell entries of one colour apart."""

QUADRANTS = {
    "both_fall": "#009e73",
    "carbon_only": "#56b4e9",
    "pollutant_only": "#e69f00",
    "both_rise": "#d55e00",
}
"""States of co-control, on the map as in pictures (Okabe and Ito 2008)."""

CLUSTERS = {
    "HH": "#d55e00", "LL": "#0072b2", "LH": "#56b4e9", "HL": "#e69f00",
    "hot": "#d55e00", "cold": "#0072b2", "other_alike": "#009e73", "unlike": "#cc79a7",
}  # fmt: skip
"""Clusters and outliers, on the map as in pictures (Okabe and Ito 2008)."""

SERIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", DARK)
"""What stands side by side in one picture (Okabe and Ito 2008, and a grey)."""


def viridis(share: float) -> tuple[str, str]:
    """Return the colour at a share of the scale and the ink that can be read on it.

    >>> viridis(0), viridis(1)
    (('#440154', '#fff'), ('#fde725', '#000'))
    """
    colour = _VIRIDIS[round(share * (len(_VIRIDIS) - 1))]
    return colour, "#000" if _luminance(colour) > 0.18 else "#fff"


def tint(share: float) -> tuple[str, str]:
    """Return a tint of blue, white for 0, and the ink that can be read on it.

    >>> tint(0), tint(2)
    (('#ffffff', '#1b2733'), ('#005b8f', '#fff'))
    """
    ends = ((255, 255, 255), (0, 91, 143))
    mixed = [round(a + (b - a) * min(max(share, 0.0), 1.0)) for a, b in zip(*ends, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed), "#fff" if share > 0.55 else INK


def _luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2; black and white stand out equally at 0.18."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
