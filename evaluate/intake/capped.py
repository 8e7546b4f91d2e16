"""Faults of cells, few of each kind: a column of ten thousand wrong cells is one mistake."""

from collections import Counter

from indicators.errors import Faults, Place

SHOWN = 20
"""Most faults of one kind and column that are shown one by one."""


class Capped:
    """Passes faults on to a collector, at most `SHOWN` of each kind and column, and counts the rest."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._counted: Counter[tuple[str, Place]] = Counter()

    def add(self, text_key: str, place: Place, column: Place, /, **values: object) -> None:
        """Add one fault at `place`, a cell of `column`."""
        self._counted[text_key, column] += 1
        if self._counted[text_key, column] <= SHOWN:
            self._faults.add(text_key, place, **values)

    def first(self, text_key: str, column: Place, positions: list[int]) -> list[int]:
        """Count faults of one kind in one column, and return the positions of those to be shown."""
        room = max(SHOWN - self._counted[text_key, column], 0)
        self._counted[text_key, column] += len(positions)
        return positions[:room]

    def close(self) -> None:
        """Add a line for each kind and column of which not all were shown."""
        for (text_key, column), count in self._counted.items():
            if count > SHOWN:
                # the key keeps two lines apart that count faults of two kinds in one column
                self._faults.add("intake.more", column, count=count - SHOWN, shown=SHOWN, kind=text_key)
        self._counted.clear()
