"""Turns: work of the UI thread in steps, one each turn of the event loop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar, TypeVar

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

Item = TypeVar("Item")
STEP_SECONDS = 0.003
"""So long a step does one thing after another; on a slow machine it does fewer."""


class Turns(QObject):
    """Takes the steps of one piece of work; several pieces take turns, or their steps together would take too long."""

    _line: ClassVar[list[Turns]] = []
    """Those with steps left; the first one is next."""

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
        if self not in self._line:
            self._line.append(self)

    def _take(self) -> None:
        line = self._line
        line[:] = [each for each in line if isValid(each)]
        if line[0] is not self:
            return
        line.append(line.pop(0))
        if next(self._steps, self) is self:
            self._timer.stop()
            line.remove(self)


def spread(items: Iterable[Item], do: Callable[[Item], object]) -> Iterator[None]:
    """Do it with each item, in steps of a few milliseconds."""
    end = time.perf_counter() + STEP_SECONDS
    for item in items:
        do(item)
        if time.perf_counter() >= end:
            yield
            end = time.perf_counter() + STEP_SECONDS
