"""Patch: labels of a part of the image as a stroke would leave them; shown, and no edit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing import Box, Recorder
from segcore.labelmap import LabelMap


class Patch:
    """A copy of what a box of the label map holds, to paint into under the same rules as into the label map itself.

    Parameters
    ----------
    label_map : LabelMap
        Copied from, never changed.
    box : Box
        Which pixels; lies inside the label map.
    overwrite : frozenset[int] | None
        Class values that may be painted over; None means all.
    """

    def __init__(self, label_map: LabelMap, box: Box, overwrite: frozenset[int] | None = None) -> None:
        self.box = box
        self._copy = LabelMap(label_map.labels[box.slices].copy(), label_map.provenance[box.slices].copy())
        self._recorder = Recorder(self._copy, "", overwrite)

    @property
    def labels(self) -> NDArray[np.uint8]:
        """Uint8 [box.height, box.width]; changes in place."""
        return self._copy.labels

    def holds(self, box: Box) -> bool:
        """Whether ``box`` lies inside."""
        return self.box.united(box) == self.box

    def paint(self, box: Box, mask: NDArray[np.bool_], value: int) -> None:
        """Label the pixels of ``mask`` (bool, the size of ``box``, which lies inside) as ``value``."""
        x, y = self.box.left, self.box.top
        self._recorder.paint(Box(box.left - x, box.top - y, box.right - x, box.bottom - y), mask, value)
