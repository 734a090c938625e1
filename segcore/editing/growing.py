"""Growing: a region that becomes wider or narrower by a number of pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segcore.editing.brush import Covered
from segcore.editing.strips import strips_of
from segcore.labels.nearest import nearest_labels
from segcore.progress import Progress, Task


def grown(labels: NDArray[np.uint8], region: Covered, value: int, pixels: int) -> Task[NDArray[np.uint8]]:
    """Return a copy of the labels, uint8 [H, W], in which the region has grown.

    Parameters
    ----------
    region : Covered
        Pixels of ``value``.
    value : int
        What the pixels around become.
    pixels : int
        Every pixel whose centre is at most so far from that of one of the region.
    """
    import cv2  # only now: the window must be seen soon

    result = labels.copy()
    box = region.box.widened(pixels).clipped(*labels.shape)
    for inner, outer in strips_of(box, pixels):
        outside = ~region.within(outer)
        if not outside.all():
            distance = cv2.distanceTransform(outside.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            near = distance[inner.inside(outer).slices] <= pixels
            np.copyto(result[inner.slices], np.uint8(value), where=near)
        yield Progress(inner.bottom - box.top, box.height)
    return result


def shrunk(labels: NDArray[np.uint8], region: Covered, pixels: int) -> Task[NDArray[np.uint8]]:
    """Return a copy of the labels, uint8 [H, W], in which the region has lost its rim.

    A pixel is lost whose centre is at most ``pixels`` from that of one outside of the region. It takes the label of
    the nearest one outside, also 255. Beyond the border of the image there is nothing that it could take, so a region
    that touches the border keeps its pixels there.
    """
    import cv2  # only now: the window must be seen soon

    result = labels.copy()
    box = region.box
    for inner, _ in strips_of(box, 0):
        outer = inner.widened(pixels + 1).clipped(*labels.shape)
        mask = region.within(outer).view(np.uint8)
        if mask.any() and not mask.all():
            distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            beside, at = nearest_labels(labels[outer.slices], mask == 0), inner.inside(outer).slices
            np.copyto(result[inner.slices], beside[at], where=(mask[at] > 0) & (distance[at] <= pixels))
        yield Progress(inner.bottom - box.top, box.height)
    return result
