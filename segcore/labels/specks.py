"""Specks: connected pixels of one class that are too few to mean something; a person should not have to remove them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.labels.classes import IGNORE_INDEX
from segcore.labels.nearest import nearest_labels

SHARE = 1e-4
"""Of an image's pixels; smaller parts are specks."""
MOST = 32
"""Pixels that a speck has at most, however large the image: a small thing in a large image is worth keeping."""

STRIP = 4_000_000
"""Pixels that are looked at together, so that the memory does not grow with the image."""


def speck_size(height: int, width: int) -> int:
    """Return the number of pixels below which a connected part of one class is a speck: 17 at 480x360, 32 from 640x500.

    Small images, of less than 100x100 pixels, have none.
    """
    return min(MOST, int(height * width * SHARE))


def without_specks(labels: NDArray[np.uint8], smallest: int | None = None) -> NDArray[np.uint8]:
    """Return a copy in which every speck has the label of the nearest pixel outside specks.

    Parameters
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values. Pixels of 255 stay, and give their label to none.
    smallest : int or None
        Pixels below which a part, connected over edges and corners, is a speck; None: `speck_size`. Lines are one part.

    Returns
    -------
    NDArray[np.uint8]
        [H, W].
    """
    least = speck_size(*labels.shape) if smallest is None else smallest
    if least < 2:
        return labels.copy()
    height, width = labels.shape
    rows = max(1, STRIP // max(1, width), 2 * least)
    result = np.empty_like(labels)
    for first in range(0, height, rows):
        last = min(height, first + rows)
        # A speck has fewer rows than pixels, so with this margin none is cut and no cut part looks like one.
        top, bottom = max(0, first - least), min(height, last + least)
        result[first:last] = _cleaned(labels[top:bottom], least)[first - top : last - top]
    return result


def specks_of(labels: NDArray[np.uint8], least: int, keep: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Return the pixels of connected parts of one class with fewer than ``least`` pixels, bool [H, W].

    Parameters
    ----------
    labels : NDArray[np.uint8]
        [H, W], class values; 255 is never a speck.
    least : int
        Pixels; parts are connected over edges and corners.
    keep : NDArray[np.bool_] or None
        [H, W]: a part with one of these pixels is no speck.
    """
    import cv2  # only now: the window must be seen soon

    specks = np.zeros(labels.shape, np.bool_)
    for value in np.flatnonzero(np.bincount(labels.ravel(), minlength=IGNORE_INDEX)[:IGNORE_INDEX]):
        mask = labels == value
        _, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
        small = stats[:, cv2.CC_STAT_AREA] < least
        small[0] = False  # the other classes
        if small.any():
            if keep is not None:
                small[parts[mask & keep]] = False
            specks |= small.take(parts)  # unlike an index, it lets other threads go on
    return specks


def fill_specks(labels: NDArray[np.uint8], specks: NDArray[np.bool_]) -> None:
    """Give each speck the label of the nearest pixel that is none and has a class; ``labels`` is changed in place."""
    sources = ~specks & (labels != IGNORE_INDEX)
    if not specks.any() or not sources.any():
        return
    np.copyto(labels, nearest_labels(labels, sources), where=specks)


def _cleaned(labels: NDArray[np.uint8], least: int) -> NDArray[np.uint8]:
    result = labels.copy()
    fill_specks(result, specks_of(labels, least))
    return result
