"""How far apart colours look to readers with and without a deficiency of colour vision."""

import re
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

Lab = NDArray[np.float64]

_SCRIPT = (Path(__file__).resolve().parents[3] / "geo/maps/assets/core.js").read_text(encoding="utf-8")
(NONE,) = re.findall(r'const MISSING = \{ colour: "(#\w+)", stripe: "(#\w+)" \};', _SCRIPT)
"""Colour and stripes that the page's script gives units without a value."""

# Machado, Oliveira & Fernandes 2009, IEEE TVCG 15(6), table 1: severity 1.0, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def lab(colour: str, deficiency: str) -> Lab:
    """CIE L*a*b* (D65) of a colour as a reader with this deficiency sees it."""
    srgb = np.array(to_rgb(colour))
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(DEFICIENCIES[deficiency] @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ seen / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(first: Lab, second: Lab) -> float:
    """CIEDE2000 between two colours (Sharma, Wu & Dalal 2005, Color Research & Application 30(1), equations 2–22)."""
    light, chroma, hue = zip(*(_polar(one, first, second) for one in (first, second)), strict=True)
    turned = hue[1] - hue[0]
    turned -= 360 * np.sign(turned) if abs(turned) > 180 else 0
    grey = chroma[0] * chroma[1] == 0
    steps = np.array([
        light[1] - light[0],
        chroma[1] - chroma[0],
        0 if grey else 2 * np.sqrt(chroma[0] * chroma[1]) * np.sin(np.radians(turned / 2)),
    ])  # fmt: skip
    middle_light, middle_chroma, middle_hue = np.mean(light), np.mean(chroma), np.sum(hue) if grey else np.mean(hue)
    if not grey and abs(hue[1] - hue[0]) > 180:
        middle_hue += 180 if middle_hue < 180 else -180
    weights = ((1, 1, 0), (-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
    waves = sum(w * np.cos(np.radians(n * middle_hue + shift)) if n > 1 or shift else w for w, n, shift in weights)
    scales = np.array([
        1 + 0.015 * (middle_light - 50) ** 2 / np.sqrt(20 + (middle_light - 50) ** 2),
        1 + 0.045 * middle_chroma,
        1 + 0.015 * middle_chroma * waves,
    ])  # fmt: skip
    rotation = -2 * _saturation(middle_chroma) * np.sin(np.radians(60 * np.exp(-(((middle_hue - 275) / 25) ** 2))))
    scaled = steps / scales
    return float(np.sqrt(scaled @ scaled + rotation * scaled[1] * scaled[2]))


def _saturation(chroma: float) -> float:
    return float(np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))


def _polar(one: Lab, *pair: Lab) -> tuple[float, float, float]:
    stretched = 1.5 - 0.5 * _saturation(float(np.mean([np.hypot(*other[1:]) for other in pair])))
    red = stretched * one[1]
    return float(one[0]), float(np.hypot(red, one[2])), float(np.degrees(np.arctan2(one[2], red)) % 360)


def nearest(entries: Iterable[tuple[str, str]], deficiency: str) -> float:
    """Least difference between two entries of a legend, each a colour and its stripes (empty without).

    Two entries differ by their colours, by the colours of their stripes, or because stripes are seen on one of them.
    """

    def apart(one: str, other: str) -> float:
        return difference(lab(one, deficiency), lab(other, deficiency))

    found = []
    for (colour, stripe), (other, beside) in combinations(entries, 2):
        striped = apart(stripe or colour, beside or other) if stripe and beside else apart(
            *((colour, stripe) if stripe else (other, beside or other))
        )  # fmt: skip
        found.append(max(apart(colour, other), striped))
    return min(found)
