"""Pyramid: an image at ever smaller sizes, to be drawn small quickly and without flicker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SMALLEST = 512
"""Pixels: no level is made of one that is at most so wide and high."""


def pyramid(image: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """Return the image (uint8 [H, W, 3]) at 1/2, 1/4, ... of its size, each pixel the mean of those it covers."""
    import cv2  # only now: the window must be seen soon

    levels: list[NDArray[np.uint8]] = []
    level = image
    while max(level.shape[:2]) > SMALLEST:
        size = ((level.shape[1] + 1) // 2, (level.shape[0] + 1) // 2)
        level = np.asarray(cv2.resize(level, size, interpolation=cv2.INTER_AREA), np.uint8)
        levels.append(level)
    return tuple(levels)
