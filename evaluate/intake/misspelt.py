"""Codes in tables by which a unit of the roster was probably meant."""

import unicodedata
from collections.abc import Collection
from functools import lru_cache

from indicators.errors import nearest

_NEAR, _MANY = 500, 5000
_SHORT = 3


def misspelt_code(code: str, others: Collection[str]) -> str:
    """Return the one of other codes by which `code` was probably meant, an empty text where that cannot be told.

    Codes of digits all look alike: of them only a slip of the keys counts (a digit too many or too few, two that
    changed places) and a code cut or filled up with zeros; a neighbour's code, one other digit, is none.

    >>> misspelt_code("460200", ["460100", "4602"]), misspelt_code("460200", ["460020"]), misspelt_code("u3", ["U3"])
    ('4602', '460020', 'U3')
    >>> misspelt_code("460200", ["460100", "460300"]), misspelt_code("460200", ["４６０２００"])
    ('', '４６０２００')
    """
    if len(others) > _MANY:
        return ""
    plain = _plainest(code)
    same = [other for other in others if _plainest(other) == plain]
    if len(same) == 1 or not code.isdecimal():
        return same[0] if len(same) == 1 else (nearest(code, others) if len(others) <= _NEAR else "")
    slips = {code[:i] + code[i + 1 :] for i in range(len(code))}
    slips |= {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1)} - {code}
    slips |= {code[:i] + digit + code[i:] for i in range(len(code) + 1) for digit in "0123456789"}
    found = [other for other in others if other in slips] if len(code) > _SHORT else []
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=1 << 16)
def _plainest(code: str) -> str:
    """Return a code without what a spreadsheet or a form changes: width of letters, zeros at either end."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    folded = "".join(letter for letter in folded if letter.isprintable() and not letter.isspace())
    return folded.strip("0") if folded.isdecimal() else folded
