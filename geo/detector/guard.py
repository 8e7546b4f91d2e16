"""A score is not explained by the variables it is made of: they would answer for it by construction."""

from collections.abc import Collection, Iterable, Mapping

from indicators.errors import Faults, Place
from indicators.texts import joined


def refuse_made_of(
    explained: str,
    by: Iterable[str],
    made_of: Collection[str],
    *,
    forced: bool = False,
    names: Mapping[str, object] | None = None,
    place: Place | None = None,
) -> tuple[str, ...]:
    """Return the explaining variables that the explained one is made of; unless forced there must be none.

    Args:
        explained: the code of what is explained.
        by: codes of the explaining variables.
        made_of: codes of everything that the explained one is computed from, itself left out.
        forced: let it pass; the caller says so in its result.
        names: labels by code, for the message.
        place: where the variables are listed, for the message.

    Raises:
        InputError: some are, or the explained one explains itself.

    >>> refuse_made_of("synergy", ["slope", "rain"], {"co2", "so2"})
    ()
    >>> refuse_made_of("synergy", ["co2", "rain"], {"co2", "so2"}, forced=True)
    ('co2',)
    """
    inside = tuple(dict.fromkeys(code for code in by if code in made_of or code == explained))
    if inside and not forced:
        known = names or {}
        faults = Faults()
        told = joined([known.get(code, code) for code in inside])
        faults.add("detector.made_of", place, explained=known.get(explained, explained), variables=told)
        faults.raise_if_any()
    return inside
