"""Shrinking: a large image is looked at on a smaller copy."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray


def shrinking(height: int, width: int, most: int) -> int:
    """Return the power of 2 by which an image is made smaller, along each side, to have at most ``most`` pixels."""
    shrink = 1
    while math.ceil(height / shrink) * math.ceil(width / shrink) > most:
        shrink *= 2
    return shrink


def shrunk(image: NDArray[np.uint8], shrink: int) -> NDArray[np.uint8]:
    """Return the mean of each square of ``shrink`` pixels: uint8 [H, W, 3] -> [ceil(H / shrink), ceil(W / shrink), 3].

    Squares that reach beyond the image see its border again.
    """
    if shrink == 1:
        return image
    height, width = image.shape[:2]
    padded = cv2.copyMakeBorder(image, 0, -height % shrink, 0, -width % shrink, cv2.BORDER_REPLICATE)
    size = padded.shape[1] // shrink, padded.shape[0] // shrink
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.uint8)
