"""Draft: roughly what the answer to a stroke will be, to be shown until it is there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segcore.editing import Box
from segcore.editing.brush import Covered
from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.label_map import LabelMap


class Draft:
    """Labels that are shown in place of the document's, and are never an edit.

    Parameters
    ----------
    label_map : LabelMap
        A copy of the labels that the question was about.
    decided : NDArray[np.uint8]
        [cells.height, cells.width]: class values, 255 where all pixels of a cell stay as they are.
    cells : Box
        Which cells of the image they are.
    side : int
        Pixels of a cell, along each side.
    kept_empty : Sequence[Covered]
        Erased pixels that stay without a label.

    Attributes
    ----------
    labels : NDArray[np.uint8]
        [H, W] of the whole image.
    """

    def __init__(
        self, label_map: LabelMap, decided: NDArray[np.uint8], cells: Box, side: int, kept_empty: Sequence[Covered]
    ) -> None:
        import cv2  # only now: the window must be seen soon

        self._before = label_map
        self.labels = label_map.labels.copy()
        box = Box(*(side * each for each in cells)).clipped(*label_map.shape)
        size = cells.width * side, cells.height * side
        new = cv2.resize(decided, size, interpolation=cv2.INTER_NEAREST)[: box.height, : box.width]
        free = LabelMap(label_map.labels[box.slices], label_map.provenance[box.slices]).open() & (new != IGNORE_INDEX)
        for each, mask in kept_empty:
            both = each.shared(box)
            if not both.is_empty:
                free[both.inside(box).slices] &= ~mask[both.inside(each).slices]
        np.copyto(self.labels[box.slices], new, where=free)

    def follow(self, label_map: LabelMap, box: Box) -> None:
        """Show what was painted in this box since, too."""
        part, before = box.slices, self._before
        changed = (label_map.labels[part] != before.labels[part]) | (
            label_map.provenance[part] != before.provenance[part]
        )
        np.copyto(self.labels[part], label_map.labels[part], where=changed)
