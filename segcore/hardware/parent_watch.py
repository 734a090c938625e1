"""ParentWatch: a process that ends with the program that started it, even when that is killed. Never imports torch."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress

GRACE_SECONDS = 20.0
"""So long the work may take to stop; then the process ends without it."""

POLL_SECONDS = 1.0


class ParentWatch:
    """Watches a pipe whose other end the parent holds; the system closes it with the parent, however that ends.

    Parameters
    ----------
    pipe : int or None
        Its file descriptor: that of standard input. None: nothing is watched, and only `stop` ends the work.
    grace : float
        Seconds, see `GRACE_SECONDS`.
    """

    def __init__(self, pipe: int | None = None, grace: float = GRACE_SECONDS) -> None:
        self._stop = threading.Event()
        self._grace = grace
        if pipe is not None:
            for watch in (self._read, self._ask_for_parent):
                threading.Thread(target=watch, args=(pipe,), name="parent watch", daemon=True).start()

    @property
    def stopping(self) -> bool:
        """Whether the work must stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the work to stop."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Sleep so long, or until the work must stop; return whether it must."""
        return self._stop.wait(seconds)

    def _read(self, pipe: int) -> None:
        with suppress(OSError):
            while os.read(pipe, 1024):
                pass
        self._end()

    def _ask_for_parent(self, _: int) -> None:
        """Another process may have got the pipe's other end and keep it open; so the parent itself is looked for."""
        parent = os.getppid()
        while os.name == "posix" and not self._stop.wait(POLL_SECONDS):
            if os.getppid() != parent:
                self._end()

    def _end(self) -> None:
        self._stop.set()
        time.sleep(self._grace)
        os._exit(1)  # this thread is gone with the process when the work has stopped in time
