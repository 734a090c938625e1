"""Pieces: work on a large label map that is spread over several turns of the event loop, so that no frame waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from PySide6.QtCore import QObject, QTimer

from segcore.editing import Box
from segcore.editing.edit import Change, write_tile
from segcore.labels.label_map import LabelMap

PIECE = 128
"""Items in the first turn. As many tiles are two megapixels: such an image is done at once."""
TURN_SECONDS = 0.008
"""How long a later turn takes, about; a frame of 60 Hz has 0.016."""


class Pieces(QObject):
    """One piece of work at a time. Whoever needs its end calls `finish`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: Iterator[Any] | None = None
        self._found: list[Any] = []
        self._done: Callable[[list[Any]], None] = lambda _: None
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(lambda: self._go_on())

    def run(self, items: Iterator[Any], done: Callable[[list[Any]], None], at_once: bool = False) -> None:
        """Take all ``items``, then call ``done`` with those that are not None; work before it is finished first.

        Raises what the items raise; in a later turn, that is told as other errors of a slot are.
        """
        self.finish()
        self._items, self._done, self._found = items, done, []
        if at_once:
            self.finish()
        else:
            self._go_on(0.0)

    def write(
        self,
        label_map: LabelMap,
        changes: Iterator[tuple[Box, Change]],
        done: Callable[[], None],
        at_once: bool = False,
    ) -> None:
        """Write all changes into a label map, then call ``done``. None is written before all are unpacked."""
        self.run(changes, lambda found: self.run(_writing(label_map, found), lambda _: done()), at_once)

    @property
    def busy(self) -> bool:
        """Whether something is left to be done."""
        return self._items is not None

    def finish(self) -> None:
        """Do what is left, now."""
        while self._items is not None:
            self._go_on(float("inf"))

    def _go_on(self, seconds: float = TURN_SECONDS) -> None:
        until = time.perf_counter() + seconds
        while self._items is not None:
            try:
                piece = list(islice(self._items, PIECE))
            except BaseException:
                self._items = None
                raise
            self._found += [item for item in piece if item is not None]
            if len(piece) < PIECE:
                found, self._items, self._found = self._found, None, []
                self._done(found)
                return
            if time.perf_counter() >= until:
                self._next.start()
                return


def _writing(label_map: LabelMap, changes: list[tuple[Box, Change]]) -> Iterator[None]:
    for box, change in changes:
        write_tile(label_map, box, change)
        yield None
