"""Blocks worked on side by side, each processor with one; the figures do not depend on how many there are."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import Any


def processors() -> int:
    """Return how many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


_inside = threading.local()


@contextmanager
def single_blas() -> Iterator[None]:
    """Keep the linear algebra library from starting threads of its own, which small products only wait for.

    It takes a moment, so that long work does it once: inside itself it does nothing. Also a decorator.
    """
    if getattr(_inside, "it", False):
        yield
        return
    try:
        limits: Any = import_module("threadpoolctl").threadpool_limits(limits=1, user_api="blas")
    except ImportError:  # comes with scikit-learn; without it the work is done, slower
        limits = nullcontext()
    with limits:
        _inside.it = True
        try:
            yield
        finally:
            _inside.it = False


def side_by_side(work: Callable[[slice], None], blocks: Iterable[slice]) -> None:
    """Do `work` for every block; the first exception is raised when all are done or dropped."""
    listed = list(blocks)
    if len(listed) < 3 or processors() == 1:
        with single_blas():
            for block in listed:
                work(block)
        return
    with single_blas(), ThreadPoolExecutor(processors()) as pool:
        for _ in pool.map(work, listed):
            pass
