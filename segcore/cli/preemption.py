"""Preemption: a cluster asks a process to end by SIGTERM; it ends soon and well, and the next one goes on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

RESUME = 75
"""Exit code: stopped before the end; the same command with ``--resume`` goes on. EX_TEMPFAIL of sysexits.h."""


class Preemption:
    """Whether this process was asked to end."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def __call__(self) -> bool:
        """Whether it was."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask it."""
        self._asked.set()


@contextmanager
def noticing_preemption() -> Iterator[Preemption]:
    """Note the first SIGTERM; a second one stops like Ctrl+C. Outside of the main thread no signal is noted."""
    preemption = Preemption()

    def note(number: int, frame: FrameType | None) -> None:
        if preemption():
            raise KeyboardInterrupt
        preemption.ask()

    try:
        before = signal.signal(signal.SIGTERM, note)
    except ValueError:  # not the main thread
        yield preemption
        return
    try:
        yield preemption
    finally:
        signal.signal(signal.SIGTERM, before)
