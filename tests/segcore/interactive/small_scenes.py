"""Small images with regions that a person would scribble in."""

from __future__ import annotations

import numpy as np

from segcore.editing.box import Box
from segcore.editing.brush import Covered

NO_VALUES = np.zeros(0, np.uint8)


RED, BLUE = (200, 40, 40), (40, 60, 190)


def two_halves(height=160, width=200, noise=6):
    """Red left of the middle, blue right of it."""
    image = np.empty((height, width, 3), np.int16)
    image[:, : width // 2], image[:, width // 2 :] = RED, BLUE
    image += np.random.default_rng(0).integers(-noise, noise + 1, image.shape, np.int16)
    return image.astype(np.uint8)


def disc(image, y, x, radius, colour):
    rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
    mask = (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
    image[mask] = colour
    return mask


def pen(top, bottom, left, right):
    return Covered(Box(left, top, right, bottom), np.ones((bottom - top, right - left), np.bool_))
