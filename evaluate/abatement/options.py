"""Options of the command as the function takes them."""

from collections.abc import Sequence

from indicators.errors import Faults, Place


def listed(given: Sequence[str]) -> list[str] | None:
    """Return names that were given one by one or with commas; None where none were.

    >>> listed(("so2,nox", "cod")), listed(())
    (['so2', 'nox', 'cod'], None)
    """
    names = [name.strip() for text in given for name in text.split(",") if name.strip()]
    return names or None


def equivalents_of(given: Sequence[str]) -> dict[str, float]:
    """Return equivalent values from texts `VARIABLE=KG`.

    Errors: an `InputError` with every text that is none.

    >>> equivalents_of(("vocs=0.95",))
    {'vocs': 0.95}
    """
    faults, out = Faults(), {}
    for said in given:
        name, _, number = said.partition("=")
        try:
            out[name.strip()] = float(number)
        except ValueError:
            faults.add("whatif.bad_option", Place(key="equivalent"), found=said)
    faults.raise_if_any()
    return out
