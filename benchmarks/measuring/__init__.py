"""Whole processes timed from outside, two in turn, so that a ratio holds when the machine's speed drifts."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(os.environ.get("CITY_SYNERGY_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    seconds: float
    megabytes: float
    """Peak resident memory."""


def process(command: Sequence[str]) -> Cost:
    """Run a command to its end; a failing one stops the benchmark."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        said = child.stderr.read() if child.stderr else b""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if child.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{said.decode(errors='replace')}")
    return Cost(seconds, used.ru_maxrss / 1024)


def after_imports(command: Sequence[str]) -> Cost:
    """Run a command that prints how long its work took once everything was imported; memory is that of the process."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        told, said = child.communicate()
    if child.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{said.decode(errors='replace')}")
    seconds, megabytes = told.decode().split()[-2:]
    return Cost(float(seconds), float(megabytes))


def tell(began: float, beside: float = 0.0) -> None:
    """Print the seconds since `began` and the peak memory of this process, all but `beside` MB, for `after_imports`."""
    print(time.perf_counter() - began, peak() - beside)


def peak() -> float:
    """Return the most memory that this process has had so far, in MB.

    Linux counts that of the parent into `ru_maxrss`; `VmHWM` is of this program alone.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (most,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(most.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_turn(one: Callable[[], Cost], other: Callable[[], Cost], runs: int) -> tuple[list[Cost], list[Cost]]:
    """Measure two things in turn, after a warm-up of each."""
    one(), other()
    pairs = [(one(), other()) for _ in range(runs)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def report(title: str, ours: list[Cost], peer: list[Cost], ours_name: str, peer_name: str) -> None:
    """Print medians and the median ratio of the pairs."""
    print(title)
    for name, costs in ((ours_name, ours), (peer_name, peer)):
        seconds = statistics.median(c.seconds for c in costs)
        memory = statistics.median(c.megabytes for c in costs)
        print(f"  {name:<44} {seconds:9.3f} s {memory:8.0f} MB")
    ratio = statistics.median(b.seconds / a.seconds for a, b in zip(ours, peer, strict=True))
    print(f"  peer / ours, median of {len(ours)} pairs: {ratio:.2f}")


def shared() -> Path:
    """Return the folder of real data; the benchmark ends with a reason where it is absent."""
    if not SHARED.is_dir():
        sys.exit(f"skipped: the folder of real data is absent ({SHARED.name}; CITY_SYNERGY_SHARED names it)")
    return SHARED
