"""Windows of rasters worked through on the machines of a Dask scheduler, where an address is given."""

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from indicators.errors import fault

VARIABLE = "CITY_SYNERGY_DASK"
"""Environment variable with the address of a scheduler, such as `tcp://10.0.0.5:8786`: a matter of the machine and not
of the assessment, whose results are the same with one and without."""
_SECONDS = 10
"""How long a scheduler may take to answer."""

Call = tuple[Any, ...]
Run = Callable[[Callable[..., Any], Sequence[Call]], Iterator[Any]]


@contextmanager
def runner() -> Iterator[Run | None]:
    """Give what runs calls on a scheduler, nothing where no address is given.

    The workers open the rasters by the same paths, and trust what the scheduler hands them as Dask always does.

    Raises:
        InputError: the package `distributed` is not there, or nobody answers at the address.
    """
    address = os.environ.get(VARIABLE, "").strip()
    if not address:
        yield None
        return
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise fault("layers.needs_dask", address=address, variable=VARIABLE) from None
    try:
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise fault("layers.no_scheduler", address=address, variable=VARIABLE, reason=reason) from None

    def run(function: Callable[..., Any], calls: Sequence[Call]) -> Iterator[Any]:
        # arguments that several calls share, such as fractions, go over the network once
        shared = {id(part): part for call in calls for part in call}
        sent = {key: client.scatter(part, hash=False) for key, part in shared.items()}
        futures = [client.submit(function, *(sent[id(part)] for part in call), pure=False) for call in calls]
        for future in futures:
            yield future.result()

    with client:
        yield run
