"""How threads share the cores: torch's, numpy's and our own. Never imports torch."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Item = TypeVar("Item")

_SPINS = "10000"
_MOST_WORKERS = 4
_SETTERS = ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "openblas_set_num_threads")


def spin_briefly() -> None:
    """Let idle threads of OpenMP spin for microseconds, then sleep. Call it before torch is loaded.

    GNU's OpenMP, which torch brings on Linux, spins for about a millisecond at each barrier. Alone on the machine that
    costs nothing; beside a training or another program the spinning thread holds the core that the one it waits for
    needs: a CRF of 83,000 pixels was seen to take ten seconds instead of one. Spinning so briefly is as fast on a quiet
    machine. What the person's environment says goes first.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)


def in_threads(work: Callable[[Item], None], items: Sequence[Item]) -> None:
    """Do independent pieces of work that leave Python's lock, on all cores that this process may use; at most four.

    Raises what one of them raises, after all have ended.
    """
    workers = min(len(items), _MOST_WORKERS, _cores())
    if workers < 2:
        for item in items:
            work(item)
        return
    from concurrent.futures import ThreadPoolExecutor  # only now: the window must be seen soon

    with ThreadPoolExecutor(workers, "strips") as pool:
        for _ in pool.map(work, items):
            pass


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def one_blas_thread() -> None:
    """Let numpy's matrix products run in the thread that asks for them, from now on in the whole process.

    OpenBLAS waits for its own threads by spinning: beside a training a product that takes 20 ms was seen to take 660.
    Where numpy brings another BLAS, nothing happens.
    """
    import numpy as np  # imported here, because the command line calls this module before it knows its verb

    site = Path(np.__file__).resolve().parents[1]
    for folder in (site / "numpy.libs", site / "numpy" / ".dylibs"):
        for library in folder.glob("*openblas*") if folder.is_dir() else ():
            with suppress(OSError):
                loaded = ctypes.CDLL(str(library))
                for name in _SETTERS:
                    with suppress(AttributeError):
                        getattr(loaded, name)(1)
