"""Priority: a process that works only while nothing else wants the machine. Never imports torch."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

LOWEST = 19
_ENDED_FIRST = "1000"
"""The highest ``oom_score_adj`` of Linux: when memory is short, the kernel ends this process before all others."""


def become_idle() -> None:
    """Give this process the lowest priority for processor and disk; when memory runs out, it is ended first.

    Call it before threads start: on Linux they take over the scheduling class of the thread that starts them. Under
    ``SCHED_IDLE`` a thread of any other program gets its core at once. What the system does not allow is left out.
    """
    import psutil

    process = psutil.Process()
    if sys.platform == "win32":
        with suppress(psutil.Error, OSError):
            process.nice(psutil.IDLE_PRIORITY_CLASS)
            process.ionice(psutil.IOPRIO_VERYLOW)
        return
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, LOWEST)
    if sys.platform.startswith("linux"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        with suppress(psutil.Error, OSError):
            process.ionice(psutil.IOPRIO_CLASS_IDLE)
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_ENDED_FIRST, encoding="ascii")
    lower_session(LOWEST)


def lower_session(niceness: int) -> None:
    """Give the session that this process leads a lower priority against others, 0-19; do nothing if it leads none.

    Where Linux shares the processor among sessions first (``autogroup``, see sched(7)), priority counts only inside of
    a session: without this, an idle process in a session of its own gets as much as the window.
    """
    if sys.platform.startswith("linux") and os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")


def half_of_the_cores() -> int:
    """Return how many threads leave half of the cores alone that this process may use; at least 1."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, cores // 2)
