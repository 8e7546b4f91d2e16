"""What the page's script reads from the packed texts, in other words: written for the tests, not taken from `geo`."""

import string
from typing import Any

DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def unpack(text: str, signed: bool = True) -> list[int]:
    """Return the whole numbers of a packed text."""
    found: list[int] = []
    bits = ""
    for character in text:
        value = DIGITS.index(character)
        bits = f"{value & 31:05b}" + bits
        if value < 32:
            number = int(bits, 2)
            found.append(number if not signed else -(number // 2) - 1 if number % 2 else number // 2)
            bits = ""
    return found


def numbers(layer: dict[str, Any], slot: int = 0) -> list[float | None]:
    """Return the numbers of a score or number layer by unit."""
    return [
        None if raw == 0 else (raw - 1 + layer["low"]) / 10 ** layer["decimals"]
        for raw in unpack(layer["values"][slot], signed=False)
    ]


def ranges(layer: dict[str, Any], group: int = 0) -> list[tuple[float, float] | None]:
    """Return the least and the greatest number of every class."""
    scale = 10 ** layer["decimals"]
    held = layer["ranges"][group]
    return [None if pair is None else tuple((raw - 1 + layer["low"]) / scale for raw in pair) for pair in held]  # type: ignore[misc]


def classes(layer: dict[str, Any], types: list[int], slot: int = 0) -> list[int]:
    """Return the class of every unit, −1 without a value."""
    if layer["kind"] not in ("score", "number"):
        return [max(ord(mark) - 48, -1) for mark in layer["values"][slot]]
    found = []
    for raw, kind in zip(unpack(layer["values"][slot], signed=False), types, strict=True):
        held = layer["ranges"][kind if layer["within"] else 0]
        found.append(next((k for k, pair in enumerate(held) if pair and pair[0] <= raw <= pair[1]), -1))
    return found
