"""Turns: work of the UI thread in steps, one each turn of the event loop."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer


class Turns(QObject):
    """Takes the steps of one piece of work; each is to take a few milliseconds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: Iterator[None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._take)

    @property
    def running(self) -> bool:
        """Whether steps are left."""
        return self._timer.isActive()

    def begin(self, steps: Iterator[None]) -> None:
        """Take these steps from the next turn on; what is left of the last ones is dropped."""
        self._steps = steps
        self._timer.start()

    def _take(self) -> None:
        if next(self._steps, self) is self:
            self._timer.stop()
