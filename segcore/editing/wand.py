"""Wand: the region of similar colour around a pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.brush import NOTHING, Covered
from segcore.editing.fill import region_at

REACH = 1024
"""Pixels: the region ends so far from its first pixel, up, down, left and right, so that it is found at once."""


def ends_at_reach(found: Covered, image: NDArray[np.uint8], x: int, y: int, reach: int = REACH) -> bool:
    """Return whether what `similar_at` found touches the end of its reach inside the image."""
    height, width = image.shape[:2]
    box = found.box
    ends = (
        (box.left == x - reach, box.left > 0),
        (box.top == y - reach, box.top > 0),
        (box.right == x + reach + 1, box.right < width),
        (box.bottom == y + reach + 1, box.bottom < height),
    )
    return not box.is_empty and any(touches and inside for touches, inside in ends)


def similar_at(image: NDArray[np.uint8], x: int, y: int, tolerance: int, reach: int = REACH) -> Covered:
    """Return the 4-connected region around pixel (x, y) whose colours are near to that pixel's.

    Parameters
    ----------
    image : NDArray[np.uint8]
        [H, W, 3].
    x, y : int
        The first pixel. The region is empty when it lies outside the image.
    tolerance : int
        0-255: how far each channel may be from the median of the 3x3 pixels around (x, y). The first pixel itself
        always belongs to the region.
    reach : int
        The region lies in the (2 reach + 1)² pixels around the first one.
    """
    import cv2  # only now: the window must be seen soon

    height, width = image.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        return NOTHING
    near = image[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].reshape(-1, 3)
    color = np.median(near, axis=0)
    left, top = max(0, x - reach), max(0, y - reach)
    window = np.ascontiguousarray(image[top : y + reach + 1, left : x + reach + 1])
    similar = cv2.inRange(window, color - tolerance, color + tolerance)
    similar[y - top, x - left] = 255
    found = region_at(np.asarray(similar, np.uint8), x - left, y - top)
    return Covered(found.box.moved(left, top), found.mask)
