"""How the command line shows slow work and results."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, TypeVar

from tqdm import tqdm

from segcore.progress import Progress, Task, drive

T = TypeVar("T")

# A bar is drawn by the thread that works: no second thread to watch it, no lock shared between processes.
tqdm.monitor_interval = 0
tqdm.set_lock(threading.RLock())


def speaks() -> bool:
    """Whether this process talks to the person: among those that torchrun started only rank 0 does.

    What ends a process is told by each of them, whatever this says.
    """
    return "MASTER_ADDR" not in os.environ or os.environ.get("RANK", "0") == "0"


def show(task: Task[T], title: str) -> T:
    """Run a task with a progress bar and an estimate of the time left on stderr; return its result.

    Ctrl+C closes the task, so that it frees what it holds, and is raised again.
    """
    if not speaks():
        return drive(task)
    bar = tqdm(
        desc=title,
        total=1.0,
        file=sys.stderr,
        bar_format="{desc}: {percentage:3.0f}% |{bar}| {elapsed}, left {remaining}{postfix}",
        mininterval=0.1 if sys.stderr.isatty() else 10.0,
        dynamic_ncols=True,
    )

    def step(progress: Progress) -> None:
        bar.set_postfix_str(progress.message, refresh=False)
        bar.update(max(0.0, progress.fraction - bar.n))

    with bar:
        result = drive(task, step)
        bar.set_postfix_str("", refresh=False)
        bar.update(1.0 - bar.n)
    return result


def say(text: str) -> None:
    """Print a result to stdout."""
    if speaks():
        print(text)


def print_json(data: Any) -> None:
    """Print one JSON document to stdout."""
    escaped = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    say(json.dumps(data, indent=2, ensure_ascii=escaped))


def warn(text: str) -> None:
    """Print a line to stderr that does not stop the work."""
    if speaks():
        tqdm.write(f"maskwright: {text}", file=sys.stderr)
