"""Copies: the open label map as it was at a moment, for a lane; taken again, only what was painted since is copied."""

from __future__ import annotations

import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRect

from app.document.document import Document
from segcore.labels.label_map import LabelMap

GRID = 256
"""Pixels: side of the squares that are copied as a whole."""


@dataclass(eq=False)
class _Arrays:
    """What a copy is in. ``stale`` (bool, one a square) says where the label map was painted since."""

    labels: NDArray[np.uint8]
    provenance: NDArray[np.uint8]
    stale: NDArray[np.bool_]


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

    def take(self, open_map: LabelMap) -> LabelMap:
        """Return a copy of the open label map that painting does not reach."""
        if open_map is not self._document.label_map:  # it was left
            return LabelMap(open_map.labels.copy(), open_map.provenance.copy())
        if self._free:
            arrays = self._free.pop()
            for row, column in np.argwhere(arrays.stale):
                here = slice(row * GRID, (row + 1) * GRID), slice(column * GRID, (column + 1) * GRID)
                arrays.labels[here], arrays.provenance[here] = open_map.labels[here], open_map.provenance[here]
            arrays.stale[...] = False
        else:
            squares = tuple(-(-side // GRID) for side in open_map.shape)
            arrays = _Arrays(open_map.labels.copy(), open_map.provenance.copy(), np.zeros(squares, np.bool_))
            self._known.append(arrays)
        copy = LabelMap(arrays.labels, arrays.provenance)
        weakref.finalize(copy, self._free.append, arrays).atexit = False
        return copy

    def _changed(self, rect: QRect) -> None:
        rows = slice(max(0, rect.top()) // GRID, rect.bottom() // GRID + 1)
        columns = slice(max(0, rect.left()) // GRID, rect.right() // GRID + 1)
        for arrays in self._known:
            arrays.stale[rows, columns] = True

    def _forget(self) -> None:
        self._known, self._free = [], []
