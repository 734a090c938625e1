"""Python's cyclic garbage is collected on the UI thread only.

The collector runs in whichever thread happens to allocate. When that is a lane's thread and the garbage holds a
QObject (a finished job, a closed dialog), Qt destroys it in the wrong thread, while the UI thread may be delivering an
event to it: a crash that comes once in many hours. So the automatic collector is off while the window is open, and a
timer of the UI thread does its work.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

INTERVAL_MS = 1000
FULL_EVERY = 60
"""A full collection every so many middle ones; what is old by then was frozen or is small."""
MOST_YOUNG = 50_000
"""More new objects than this in a second come from an import. They stay, and to look at them all would take 60 ms."""


@contextmanager
def collecting_on_ui_thread() -> Iterator[None]:
    """Collect garbage here, in the thread whose event loop runs inside this context, and nowhere else."""
    collector = _Collector()
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        collector.timer.stop()
        gc.unfreeze()
        gc.collect()
        if enabled:
            gc.enable()


def freeze() -> None:
    """Take what lives now (a large library was imported) out of later collections, which makes them short."""
    gc.freeze()


class _Collector:
    def __init__(self) -> None:
        self.timer = QTimer(interval=INTERVAL_MS)
        self.timer.timeout.connect(self._collect)
        self.timer.start()
        self._middle = 0

    def _collect(self) -> None:
        young, middle, _ = gc.get_count()
        if young < gc.get_threshold()[0] and middle == 0:
            return
        if young > MOST_YOUNG:
            freeze()
            return
        self._middle += 1
        gc.collect(2 if self._middle % FULL_EVERY == 0 else 1)
