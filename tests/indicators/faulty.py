"""What a faulty call says."""

from collections.abc import Callable

import pytest

from indicators.errors import Fault, InputError


def faults_of(call: Callable[[], object]) -> list[Fault]:
    """Return the faults that a call raises, each of which must have a text in both languages."""
    with pytest.raises(InputError) as raised:
        call()
    for language in ("zh", "en"):
        raised.value.render(language)
    return list(raised.value.faults)


def only_fault(call: Callable[[], object]) -> Fault:
    """Return the one fault that a call raises."""
    (found,) = faults_of(call)
    return found
