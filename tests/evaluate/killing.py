"""A process that kills copies of itself while they write a run folder, and tells what each of them left."""

import contextlib
import hashlib
import io
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from evaluate import exchange, load, run, score
from evaluate.artifacts import write_run
from evaluate.cli.main import entry

TOUCHING = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "ctypes.call_function"}


def state(folder: Path) -> dict[str, str] | None:
    """What a folder holds: a digest of each file, of the manifest all but its times."""
    if not folder.is_dir():
        return None
    out = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    manifest = folder / "manifest.json"
    if manifest.is_file():
        with contextlib.suppress(ValueError):
            kept = {key: value for key, value in json.loads(manifest.read_bytes()).items() if key != "times"}
            out["manifest.json"] = hashlib.sha256(json.dumps(kept).encode()).hexdigest()
    return out


def die_at(operation: int) -> Callable[[str, Any], None]:
    """Return a hook that kills the process at one of its operations on files, counted from the first new folder."""
    met = 0

    def hook(event: str, details: Any) -> None:
        nonlocal met
        if event not in TOUCHING or (not met and not (event == "os.mkdir" and "city-synergy-new" in str(details[0]))):
            return
        met += 1
        if met > operation:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def in_a_child(act: Callable[[], int | None], operation: int | None, seconds: float = 0) -> int | None:
    """Run something in a copy of this process, killed at an operation or a moment; its status, None when killed."""
    child = os.fork()
    if child == 0:
        status = 99
        try:
            if operation is not None:
                sys.addaudithook(die_at(operation))
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                status = act() or 0
        finally:
            os._exit(status)
    if seconds:
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, ended = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(ended) else os.WEXITSTATUS(ended)


def drive(folder: Path, seconds: float, seed: int, exchanging: bool) -> dict[str, Any]:
    """Overwrite a run folder again and again, killed on the way, and tell what was seen.

    `first.yaml` and `second.yaml` take turns; whatever is there must be one of the two, whole. Without `seconds`
    the writing is killed at each of its operations on files in turn, otherwise the command, for so long, at random
    moments.
    """
    out = folder.parent / "results" / "run"
    if not exchanging:
        exchange._EXCHANGE = 1 << 20  # no system knows this flag, so that it refuses

    def make(which: str) -> int:
        return entry(["run", str(folder / which), "--out", str(out), "--lang", "en", "--quiet", "--overwrite"])

    whole, ready = [], []
    for which in ("first.yaml", "second.yaml"):
        assessment = load(folder / which)
        scores = score(assessment.panel, assessment.framework, assessment.methodology)
        ready.append(partial(write_run, run(assessment), scores.fitted, out, assessment.path, overwrite=True))
        began = time.monotonic()
        assert make(which) == 0
        whole.append(state(out))
    lasting = time.monotonic() - began
    draw, began, now = random.Random(seed), time.monotonic(), 1
    seen: dict[str, Any] = {"attempts": 0, "killed": 0, "old": 0, "new": 0, "neither": 0, "left": 0, "lost": []}
    ended: int | None = None
    while time.monotonic() - began < seconds if seconds else ended is None:
        if seconds:
            command = partial(make, "second.yaml" if now == 0 else "first.yaml")
            ended = in_a_child(command, None, draw.uniform(0.01, 1.1) * lasting)
        else:
            ended = in_a_child(ready[1 - now], seen["attempts"])
        seen["attempts"] += 1
        seen["killed"] += ended is None
        found = state(out)
        seen["neither"] += found not in whole
        seen["left"] += len(list(out.parent.iterdir())) > 1
        # The next command, whatever it is, leaves one whole folder and nothing else.
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            status = entry(["explain", str(out), "C1"])
        after, beside = state(out), sorted(path.name for path in out.parent.iterdir())
        if status != 0 or after not in whole or beside != ["run"]:
            seen["lost"].append([status, beside, sorted(after or [])])
            break
        seen["old" if after == whole[now] else "new"] += 1
        now = whole.index(after)
    return seen


if __name__ == "__main__":
    print(json.dumps(drive(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "exchange")))
