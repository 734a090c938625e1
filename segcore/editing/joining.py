"""Joining and splitting: pieces that nearly touch become one, and one that is thin somewhere becomes several."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.brush import Covered
from segcore.editing.strips import strips_of
from segcore.labels.nearest import nearest_labels
from segcore.progress import Progress, Task


def joined(labels: NDArray[np.uint8], region: Covered, value: int, pixels: int) -> Task[NDArray[np.uint8]]:
    """Return a copy of the labels, uint8 [H, W], in which gaps of the region are closed.

    It grows by ``pixels`` and shrinks again by as many (the closing of mathematical morphology with a disc): gaps and
    bays of at most twice as many pixels become ``value``. The border of the image closes none.
    """
    import cv2  # only now: the window must be seen soon

    result = labels.copy()
    box = region.box
    for inner, _ in strips_of(box, 0):
        around = inner.widened(2 * pixels + 1)  # beyond the image, too: the region grows there and shrinks back
        mask = region.within(around).view(np.uint8)
        if mask.any():
            wide = (cv2.distanceTransform(1 - mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) <= pixels).view(np.uint8)
            inside = cv2.distanceTransform(wide, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) > pixels
            np.copyto(result[inner.slices], np.uint8(value), where=inside[inner.inside(around).slices])
        yield Progress(inner.bottom - box.top, box.height)
    return result


def split(labels: NDArray[np.uint8], region: Covered, pixels: int) -> Task[NDArray[np.uint8]]:
    """Return a copy of the labels, uint8 [H, W], in which the region has lost its thin parts.

    It shrinks by ``pixels`` and grows again by as many (the opening of mathematical morphology with a disc): what is
    at most twice as wide takes the label of the nearest pixel outside. The border of the image makes nothing
    thin.
    """
    import cv2  # only now: the window must be seen soon

    result = labels.copy()
    box = region.box
    for inner, _ in strips_of(box, 0):
        outer = inner.widened(2 * pixels + 2).clipped(*labels.shape)
        mask = region.within(outer).view(np.uint8)
        if mask.any() and not mask.all():
            core = (cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) > pixels).view(np.uint8)
            lost = mask > 0
            if core.any():
                lost &= cv2.distanceTransform(1 - core, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) > pixels
            at = inner.inside(outer).slices
            np.copyto(result[inner.slices], nearest_labels(labels[outer.slices], mask == 0)[at], where=lost[at])
        yield Progress(inner.bottom - box.top, box.height)
    return result
