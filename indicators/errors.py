"""Faults: what is wrong with what a user gave, where, what was expected and the nearest right name."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches

from indicators.texts import text


@dataclass(frozen=True, order=True)
class Place:
    """Where a fault lies: a file, a line or a sheet and cell in it, and the key inside a configuration."""

    file: str = ""
    line: int = 0
    sheet: str = ""
    cell: str = ""
    key: str = ""

    def __str__(self) -> str:
        """Write the place as `file:line` or `file sheet!cell`, whatever of it is known.

        >>> str(Place("a.yaml", line=3)), str(Place("b.xlsx", sheet="数据", cell="C7"))
        ('a.yaml:3', 'b.xlsx 数据!C7')
        """
        where = self.file
        if self.line:
            where = f"{where}:{self.line}" if where else str(self.line)
        if self.cell or self.sheet:
            inside = "!".join(part for part in (self.sheet, self.cell) if part)
            where = f"{where} {inside}".strip()
        return where


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong (or, as a warning, worth knowing): a text key, its values, its place."""

    text_key: str
    values: Mapping[str, object] = field(default_factory=dict)
    place: Place = Place()

    def message(self, language: str = "en") -> str:
        """Return the message alone, led by the key inside the configuration where there is one."""
        said = text(self.text_key, language, **self.values)
        meant = self.values.get("meant")
        if meant:
            said += text("faults.did_you_mean", language, meant=meant)
        return f"{self.place.key}: {said}" if self.place.key else said

    def line(self, language: str = "en", width: int = 0) -> str:
        """Return place and message on one line."""
        where = str(self.place)
        return f"{where.ljust(width)}  {self.message(language)}" if where else self.message(language)


class InputError(Exception):
    """All faults found in one go in what a user gave."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def render(self, language: str = "en") -> str:
        """Return every fault, one a line, grouped by file and in the order of its lines, below a line that counts."""
        files = list(dict.fromkeys(fault.place.file for fault in self.faults))
        named = [name for name in files if name]
        one = len(self.faults) == 1
        if len(named) == 1:
            head = text(
                "faults.count_in_one" if one else "faults.count_in",
                language,
                count=len(self.faults),
                file=named[0],
            )
        else:
            head = text("faults.count_one" if one else "faults.count", language, count=len(self.faults))
        width = min(max((len(str(fault.place)) for fault in self.faults), default=0), 48)
        ordered = sorted(self.faults, key=lambda fault: (files.index(fault.place.file), fault.place.line))
        lines = [fault.line(language, width) for fault in ordered]
        return "\n".join([head, *(f"  {line}" for line in lines)])

    def __str__(self) -> str:
        return self.render("en")


class Faults:
    """A collector: faults are added as they are found and raised together."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, Place], Fault] = {}

    def add(self, text_key: str, place: Place | None = None, /, **values: object) -> None:
        """Add one fault; the same fault at the same place counts once."""
        fault = Fault(text_key, values, place or Place())
        self._found.setdefault((text_key, repr(sorted(values.items(), key=lambda kv: kv[0])), fault.place), fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add several faults."""
        for fault in faults:
            self.add(fault.text_key, fault.place, **dict(fault.values))

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Collect the faults of an `InputError` raised inside, and go on."""
        try:
            yield
        except InputError as error:
            self.extend(error.faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)

    def raise_if_any(self) -> None:
        """Raise everything collected so far, if there is anything."""
        if self._found:
            raise InputError(self._found.values())


def fault(text_key: str, place: Place | None = None, /, **values: object) -> InputError:
    """Return an error that holds a single fault, to be raised."""
    return InputError([Fault(text_key, values, place or Place())])


_ALSO_CALLED = {"average": "mean", "avg": "mean", "total": "sum"}
"""Common words whose meaning is nearer to a name than their letters are."""


def nearest(name: object, known: Iterable[object]) -> str:
    """Return the known name closest to `name`, or an empty text when none is close.

    >>> nearest("minmax", ["min_max", "z_score"]), nearest("xyz", ["min_max"])
    ('min_max', '')
    >>> nearest("average", ["coverage", "mean"])
    'mean'
    """
    names = [str(item) for item in known]
    if (meant := _ALSO_CALLED.get(str(name).casefold())) in names:
        return str(meant)
    folded: dict[str, str] = {}
    for item in names:
        folded.setdefault(item.casefold(), item)
    close = get_close_matches(str(name).casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
