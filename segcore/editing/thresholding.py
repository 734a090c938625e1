"""Thresholding: pixels whose grey level, or level of a channel, lies in a range."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segcore.editing.brush import Covered

LEVELS = 256


class Channel(Enum):
    """What a level is of."""

    GREY = "grey"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class LevelRange(NamedTuple):
    """Levels ``low`` to ``high``, 0-255, both included."""

    low: int
    high: int


ALL_LEVELS = LevelRange(0, LEVELS - 1)


def levels_of(image: NDArray[np.uint8], channel: Channel, region: Covered) -> NDArray[np.uint8]:
    """Return the levels of the box of a region, uint8 [h, w].

    Grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded.

    Parameters
    ----------
    image : NDArray[np.uint8]
        RGB [H, W, 3].
    """
    import cv2  # only now: the window must be seen soon

    part = image[region.box.slices]
    if channel is Channel.GREY:
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY), np.uint8)
    return np.ascontiguousarray(part[..., (Channel.RED, Channel.GREEN, Channel.BLUE).index(channel)])


def level_counts(levels: NDArray[np.uint8], region: Covered) -> NDArray[np.int64]:
    """Return how many pixels of the region have each level, int64 [256]."""
    import cv2  # only now: the window must be seen soon

    mask = np.ascontiguousarray(region.mask).view(np.uint8)
    counts = cv2.calcHist([levels], [0], mask, [LEVELS], [0, LEVELS])
    return np.asarray(counts, np.float64).ravel().round().astype(np.int64)


def otsu(counts: NDArray[np.int64]) -> int:
    """Return the highest level of the darker class that separates a histogram, int64 [256], best; 127 of nothing.

    Otsu, "A threshold selection method from gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics
    9, 1979. Of several thresholds as good as each other, the middle one.
    """
    total = counts.sum()
    if not total:
        return LEVELS // 2 - 1
    below = np.cumsum(counts) / total
    mean_below = np.cumsum(counts * np.arange(LEVELS)) / total
    spread = below * (1 - below)
    between = np.zeros(LEVELS)
    np.divide((mean_below[-1] * below - mean_below) ** 2, spread, out=between, where=spread > 1e-12)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return int(best[len(best) // 2]) if between.max() > 0 else int(np.flatnonzero(counts)[0])
