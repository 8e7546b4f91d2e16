"""Stages of a run, told through the log: what began, how long it took, how many rows it gave."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger("evaluate.stages")


def progress(name: str, **values: object) -> None:
    """Tell how far the work inside a stage is."""
    logger.info(name, extra={"text_key": f"stages.{name}", "values": values})


@contextmanager
def stage(name: str) -> Iterator[dict[str, int]]:
    """Tell the beginning and the end of a stage; counts put into what is given are told with its end."""
    began, counts = time.monotonic(), dict[str, int]()
    logger.info(name, extra={"text_key": f"stages.{name}", "values": {}})
    yield counts
    counted = "".join(f", {table}: {rows}" for table, rows in counts.items())
    seconds = f"{time.monotonic() - began:.2f}"
    logger.info(name, extra={"text_key": "stages.took", "values": {"seconds": seconds, "counts": counted}})
