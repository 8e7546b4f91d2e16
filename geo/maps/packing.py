"""Whole numbers as short texts: a third of the room that JSON lists of them take, and quicker to read."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CODES = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_FIRST = 48


def pack(numbers: Iterable[int] | NDArray[np.int64], signed: bool = True) -> str:
    """Return whole numbers as text, the small ones shorter: five bits a character, lowest first, sixth for "more".

    With a sign, a number n ≥ 0 is written as 2n, n < 0 as −2n − 1 (zigzag).

    Args:
        numbers: Whole numbers within ±2⁵⁸.
        signed: Whether there may be negative ones.

    Source: Google, Encoded Polyline Algorithm Format, with the characters of RFC 4648, section 5, which need no
    escaping in JSON or HTML.

    >>> pack([0, -1, 1, 15, 16]), pack([0, 31, 32], signed=False), pack([])
    ('ABCegB', 'AfgB', '')
    """
    given = np.asarray(numbers if isinstance(numbers, np.ndarray) else list(numbers), dtype=np.int64)
    if not len(given):
        return ""
    written = np.where(given < 0, -2 * given - 1, 2 * given) if signed else given
    width = np.ones(len(given), dtype=np.int64)
    rest = written >> 5
    while rest.any():
        width += rest > 0
        rest >>= 5
    place = np.arange(int(width.max()))
    parts = (written[:, None] >> (5 * place)) & 31
    parts += 32 * (place < (width - 1)[:, None])
    found: str = _CODES[parts][place < width[:, None]].tobytes().decode("ascii")
    return found


def marks(classes: Iterable[int]) -> str:
    """Return small whole numbers from −1 as one character each; −1 is none.

    >>> marks([0, 9, -1, 12])
    '09/<'
    """
    return "".join(chr(_FIRST + number) for number in classes)
