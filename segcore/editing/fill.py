"""Fill: the region of one label around a pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.box import Box
from segcore.editing.brush import NOTHING, Covered


def region_at(labels: NDArray[np.uint8], x: int, y: int) -> Covered:
    """Return the 4-connected region of equal labels (uint8 [H, W]) around pixel (x, y).

    It excludes regions of other labels inside it. It is empty when the pixel lies outside the image.
    """
    import cv2  # only now: the window must be seen soon

    height, width = labels.shape
    if not (0 <= x < width and 0 <= y < height):
        return NOTHING
    mask = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    *_, (left, top, columns, rows) = cv2.floodFill(np.ascontiguousarray(labels), mask, (x, y), 1, flags=flags)
    box = Box(left, top, left + columns, top + rows)
    return Covered(box, mask[top + 1 : box.bottom + 1, left + 1 : box.right + 1].view(np.bool_))
