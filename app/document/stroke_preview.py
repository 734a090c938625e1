"""StrokePreview: labels of a part of the image as a stroke would leave them; shown, but not an edit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing import Box
from segcore.editing.paint_policy import OPEN, PaintPolicy
from segcore.labels.label_map import LabelMap


class StrokePreview:
    """A copy of a box of the label map, which is painted into by the rules of a `Recorder`.

    Parameters
    ----------
    label_map : LabelMap
        Copied from, never changed.
    box : Box
        Which pixels; lies inside the label map.
    policy : PaintPolicy
        Which pixels may be painted over.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [box.height, box.width].
    painted : NDArray[np.bool_]
        [box.height, box.width]: where the stroke has painted.
    """

    def __init__(self, label_map: LabelMap, box: Box, policy: PaintPolicy = OPEN) -> None:
        self.box = box
        self.labels = label_map.labels[box.slices].copy()
        self.painted = np.zeros((box.height, box.width), np.bool_)
        self._provenance = label_map.provenance[box.slices]
        self._policy = policy

    def holds(self, box: Box) -> bool:
        """Whether ``box`` lies inside."""
        return self.box.united(box) == self.box

    def paint(self, box: Box, mask: NDArray[np.bool_], value: int) -> None:
        """Label the pixels of ``mask`` (bool, the size of ``box``, which lies inside) as ``value``."""
        at = box.inside(self.box).slices
        labels = self.labels[at]
        if not self._policy.is_open:
            mask = mask & self._policy.allows(labels, self._provenance[at], value)
        np.copyto(labels, np.uint8(value), where=mask)
        self.painted[at] |= mask
