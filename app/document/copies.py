"""Copies: the open label map as it was at a moment, for a lane; taken again, only what was painted since is copied."""

from __future__ import annotations

import threading
import time
import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect

from app.document.document import Document
from segcore.labels.label_map import LabelMap

GRID = 256
"""Pixels: side of the squares that are copied as a whole."""
PAGE = 4096
"""Bytes that the system finds at a time, at least."""
KEPT = 1 << 27
"""Pixels: larger arrays are not kept for the next copy; they would take two bytes a pixel for as long."""
FRESH = 1 << 24
"""Pixels: the memory of larger arrays is found by another thread."""


@dataclass(eq=False)
class _Arrays:
    """What a copy is in. ``stale`` (bool, one a square) says where the label map differs.

    ``memory``: a thread that has the system find the memory of large arrays, which takes longer than copying.
    """

    labels: NDArray[np.uint8]
    provenance: NDArray[np.uint8]
    stale: NDArray[np.bool_]
    memory: threading.Thread | None = None

    def copy(self, open_map: LabelMap, row: int, column: int) -> None:
        """Bring one square up to date."""
        here = slice(row * GRID, (row + 1) * GRID), slice(column * GRID, (column + 1) * GRID)
        self.labels[here], self.provenance[here] = open_map.labels[here], open_map.provenance[here]
        self.stale[row, column] = False


class Copies(QObject):
    """Copies of the label map of the open image.

    Copying a large label map as a whole takes the time of several frames, most of it for fresh memory. The arrays of a
    copy that nobody holds any more are used for the next one.
    """

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._known: list[_Arrays] = []
        self._free: list[_Arrays] = []  # filled by whichever thread lets go of a copy
        document.labels_changed.connect(self._changed)
        document.image_changed.connect(self._forget)

    def ready(self, open_map: LabelMap, seconds: float) -> bool:
        """Copy, for about so long, what `take` would have to copy; return whether nothing is left for it."""
        if open_map is not self._document.label_map:
            return True
        if self._document.between_states:
            return False
        arrays = self._arrays(open_map)
        if arrays.memory is not None and arrays.memory.is_alive():
            self._free.append(arrays)
            return False
        until = time.perf_counter() + seconds
        for row, column in np.argwhere(arrays.stale):
            arrays.copy(open_map, row, column)
            if time.perf_counter() >= until:
                break
        self._free.append(arrays)
        return not arrays.stale.any()

    def take(self, open_map: LabelMap) -> LabelMap:
        """Return a copy of the open label map that painting does not reach."""
        if open_map is not self._document.label_map:  # it was left
            return LabelMap(open_map.labels.copy(), open_map.provenance.copy())
        if self._document.between_states:
            self._document.settle()
        arrays = self._arrays(open_map)
        if arrays.memory is not None:
            arrays.memory.join()
        for row, column in np.argwhere(arrays.stale):
            arrays.copy(open_map, row, column)
        copy = LabelMap(arrays.labels, arrays.provenance)
        if arrays.labels.size <= KEPT:
            weakref.finalize(copy, self._free.append, arrays).atexit = False
        else:
            self._known = [known for known in self._known if known is not arrays]
        return copy

    def _arrays(self, open_map: LabelMap) -> _Arrays:
        if self._free:
            return self._free.pop()
        squares = tuple(-(-side // GRID) for side in open_map.shape)
        labels, provenance = np.empty_like(open_map.labels), np.empty_like(open_map.provenance)
        arrays = _Arrays(labels, provenance, np.ones(squares, np.bool_))
        if labels.size > FRESH:
            arrays.memory = threading.Thread(target=_find_memory, args=(labels, provenance), name="memory for copies")
            arrays.memory.start()
        self._known.append(arrays)
        return arrays

    def _changed(self, rect: QRect) -> None:
        rows = slice(max(0, rect.top()) // GRID, rect.bottom() // GRID + 1)
        columns = slice(max(0, rect.left()) // GRID, rect.right() // GRID + 1)
        for arrays in self._known:
            arrays.stale[rows, columns] = True

    def _forget(self) -> None:
        self._known, self._free = [], []


def _find_memory(*arrays: NDArray[np.uint8]) -> None:
    """Write to every page of arrays that nothing has been written to."""
    for array in arrays:
        array.reshape(-1)[::PAGE] = 0
