"""Clock: when something was done last, and whether it is time again."""

from __future__ import annotations

import time


class Clock:
    """Counts the seconds since something was done last; it is done again every ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._last = seconds, time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._last

    @property
    def due(self) -> bool:
        """Whether so many seconds have passed."""
        return self.elapsed >= self.seconds

    def restart(self) -> None:
        """Say that it was done now."""
        self._last = time.monotonic()
