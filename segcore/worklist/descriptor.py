"""Descriptor: a few numbers that say what an image looks like, so that near-duplicates are found."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from segcore.errors import ImageError
from segcore.images.image import read_thumbnail

WIDTH, HEIGHT = 64, 48
"""Pixels of the thumbnail that is described."""
COLOURS = 4
"""Steps of each of red, green and blue."""
DIRECTIONS = 8
"""Of the gradient, over half a turn."""
PARTS = 4
"""Parts of the thumbnail, each with its own gradients: quarters."""
LENGTH = COLOURS**3 + PARTS * DIRECTIONS
SCALE = 255.0


def describe(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the square roots of a colour and a gradient histogram.

    Parameters
    ----------
    picture : NDArray[np.uint8]
        RGB [h, w, 3], 0-255, at least 2x2.

    Returns
    -------
    NDArray[np.uint8]
        [`LENGTH`], 0-255 meaning 0.0-1.0. Each histogram sums to one half, so the Euclidean distance of two
        descriptors (the Hellinger distance, times the square root of two) is 0.0 to 1.41.
    """
    steps = (picture.astype(np.intp) * COLOURS) >> 8
    colours = np.bincount(
        (steps[..., 0] * COLOURS + steps[..., 1]).ravel() * COLOURS + steps[..., 2].ravel(), minlength=COLOURS**3
    )
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    dx, dy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    direction = np.floor((np.arctan2(dy, dx) % np.pi) / np.pi * DIRECTIONS).astype(np.intp) % DIRECTIONS
    height, width = grey.shape
    part = (np.arange(height) >= height / 2)[:, None] * 2 + (np.arange(width) >= width / 2)[None]
    gradients = np.bincount(
        (part * DIRECTIONS + direction).ravel(), weights=np.hypot(dx, dy).ravel(), minlength=PARTS * DIRECTIONS
    )
    halves = [each / (2 * max(1e-9, float(each.sum()))) for each in (colours.astype(np.float64), gradients)]
    return np.asarray(np.round(np.sqrt(np.concatenate(halves)) * SCALE), np.uint8)


def describe_file(path: Path) -> NDArray[np.uint8]:
    """Return the descriptor of an image file; all zeros where no thumbnail can be read."""
    try:
        return describe(np.ascontiguousarray(read_thumbnail(path, WIDTH, HEIGHT)))
    except ImageError:
        return np.zeros(LENGTH, np.uint8)
